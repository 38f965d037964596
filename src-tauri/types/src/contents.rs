//! What a backup holds, seen without restoring it: objects, rows, and how two backups differ.

use crate::{Backup, BackupId};
use serde::{Deserialize, Serialize};

/// Lists the objects of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowseBackup {
    /// Which one.
    pub id: BackupId,
}

/// The objects of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupContents {
    /// In the order in which a restore makes them.
    pub objects: Vec<BackupObject>,
}

/// An object of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupObject {
    /// What it is, as pg_dump names it, for example `TABLE` or `INDEX`.
    pub kind: String,
    /// Its schema; empty for what lies in none.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Who owns it; empty when nobody in particular does.
    pub owner: String,
    /// The table or view that it belongs to, in the same schema: an index's, a trigger's, a constraint's.
    #[serde(default)]
    pub table: Option<String>,
    /// Columns, for a table.
    #[serde(default)]
    pub columns: Option<u64>,
    /// Rows, for a table whose rows are in the backup.
    pub rows: Option<u64>,
    /// Bytes of its rows as text.
    pub bytes: Option<u64>,
}

/// Shows a table of a backup: how it is made, and its first rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewTable {
    /// Of which backup.
    pub id: BackupId,
    /// The table's schema.
    pub schema: String,
    /// The table's name.
    pub name: String,
    /// How many rows, 200 at most; 20 when absent.
    #[serde(default)]
    pub rows: Option<u32>,
}

/// A table of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePreview {
    /// The statements that make it, with its indexes, constraints and triggers.
    pub definition: String,
    /// The columns of the rows.
    pub columns: Vec<String>,
    /// The first rows as text; an absent value is NULL. Long values are cut.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows it has, where they were counted.
    pub row_count: Option<u64>,
}

/// Reads one value of a table whole, which a preview may have cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadValue {
    /// Of which backup.
    pub id: BackupId,
    /// The table's schema.
    pub schema: String,
    /// The table's name.
    pub name: String,
    /// Which row of the preview, from 0.
    pub row: u32,
    /// Which column of the preview, from 0.
    pub column: u32,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeValue {
    /// The value as text; absent for NULL.
    pub text: Option<String>,
    /// Its length in bytes as it stands in the archive, where line breaks and tabs take two.
    pub stored_bytes: u64,
    /// Whether the text is only its beginning, because it is too long for a window.
    pub cut: bool,
}

/// Compares two backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareBackups {
    /// The older one.
    pub from: BackupId,
    /// The newer one.
    pub to: BackupId,
}

/// How two backups differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupComparison {
    /// Objects that only the newer one has.
    pub added: Vec<BackupObject>,
    /// Objects that only the older one has.
    pub removed: Vec<BackupObject>,
    /// Objects whose definition changed.
    pub changed: Vec<BackupObject>,
    /// Tables whose rows, bytes or contents changed.
    pub tables: Vec<TableChange>,
    /// Tables in both whose contents could be compared.
    #[serde(default)]
    pub contents_compared: u64,
    /// Tables in both whose contents could not: the backups have no checksums of the same kind of them.
    #[serde(default)]
    pub contents_unknown: u64,
}

/// What checksums say of a table's contents in two backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentsCompared {
    /// Nothing: there are none of the same kind.
    #[default]
    Unknown,
    /// They are the same.
    Equal,
    /// They differ.
    Differ,
}

/// A table whose data changed between two backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChange {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Rows before.
    pub rows_before: Option<u64>,
    /// Rows after.
    pub rows_after: Option<u64>,
    /// Bytes as text before.
    pub bytes_before: Option<u64>,
    /// Bytes as text after.
    pub bytes_after: Option<u64>,
    /// Whether the contents differ.
    #[serde(default)]
    pub contents: ContentsCompared,
}

/// Shows how an object of two backups is made in each: one of those that [`BackupComparison`] calls changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareDefinitions {
    /// The older backup.
    pub from: BackupId,
    /// The newer one.
    pub to: BackupId,
    /// What it is, as pg_dump names it.
    pub kind: String,
    /// Its schema; empty for what lies in none.
    pub schema: String,
    /// Its name.
    pub name: String,
}

/// How the definition of an object changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionComparison {
    /// The lines of both, in an order in which either can be read.
    pub lines: Vec<DefinitionLine>,
    /// Who owned it; empty when nobody in particular did.
    pub owner_before: String,
    /// Who owns it.
    pub owner_after: String,
}

/// A line of a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionLine {
    /// Which of the two has it.
    pub side: DefinitionSide,
    /// The line without its break.
    pub text: String,
}

/// Which of two definitions has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefinitionSide {
    /// Both.
    Both,
    /// The older one alone.
    Before,
    /// The newer one alone.
    After,
}

/// How a table's name is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameMatch {
    /// The whole name.
    #[default]
    Exact,
    /// A part of it, whatever its case.
    Part,
}

/// Finds the backups that hold a table, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindTable {
    /// The table's schema; any when absent.
    pub schema: Option<String>,
    /// The table's name.
    pub name: String,
    /// How the name is meant.
    pub name_match: NameMatch,
    /// The page, from 1.
    pub page: Option<u32>,
    /// Rows on a page; all of them when absent.
    pub limit: Option<u32>,
}

/// A backup that holds a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableInBackup {
    /// The backup.
    pub backup: Backup,
    /// The table's schema.
    pub schema: String,
    /// The table's name.
    pub name: String,
    /// Its rows there, where they were counted.
    pub rows: Option<u64>,
    /// Bytes of its rows as text.
    pub bytes: Option<u64>,
}
