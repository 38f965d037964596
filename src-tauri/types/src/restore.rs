//! Restores: a backup put back into a database of a server.

use crate::{BackupId, Check, OperatorId, Problem, RestoreId, ServerId, Timestamp};
use serde::{Deserialize, Serialize};

/// What becomes of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestoreTarget {
    /// A database that does not exist yet. It appears under its name when it is whole.
    #[default]
    New,
    /// The database is restored beside the present one, compared, and takes its name; the present one stays
    /// under a dated name.
    Swap,
    /// Into the database that exists.
    Existing,
}

impl RestoreTarget {
    /// The word that the catalog uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Swap => "swap",
            Self::Existing => "existing",
        }
    }

    /// The target that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::New, Self::Swap, Self::Existing].into_iter().find(|target| target.as_str() == word)
    }
}

/// Which parts of a backup are restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestoreScope {
    /// Definitions and data.
    #[default]
    Whole,
    /// Definitions only.
    SchemaOnly,
    /// Data only; the tables must exist.
    DataOnly,
}

/// Who owns what is restored, and who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ownership {
    /// As in the backup: owners and permissions.
    #[default]
    AsBackedUp,
    /// The restoring role owns everything, and grants nothing.
    Mine,
}

/// What an existing target keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// What is there stays; an object that exists already is told as failed.
    #[default]
    Keep,
    /// Objects of the backup are dropped before they are made again.
    Clean,
}

/// What becomes of roles that own objects of the backup and are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingRoles {
    /// They bar the way.
    #[default]
    Refuse,
    /// They are made as the backup's dump of globals has them, with its settings and memberships.
    Make,
}

/// Whether a backup of the target is made before it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafetyBackup {
    /// It is.
    #[default]
    Make,
    /// The operator declined.
    Decline,
}

/// A table's name as restores take it: `schema.name`, with SQL quotes where a dot or quote within would be misread.
pub fn table_name(schema: &str, name: &str) -> String {
    let is_bare =
        |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "_$".contains(c) || !c.is_ascii());
    let written = |part: &str| match is_bare(part) {
        true => part.to_owned(),
        false => format!("\"{}\"", part.replace('"', "\"\"")),
    };
    match [schema, name].iter().any(|part| part.contains(['.', '"'])) {
        true => format!("{}.{}", written(schema), written(name)),
        false => format!("{schema}.{name}"),
    }
}

/// What to restore, where to and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreSpec {
    /// The backup.
    pub backup_id: BackupId,
    /// The server.
    pub server_id: ServerId,
    /// The database's name there.
    pub database: String,
    /// What becomes of the target.
    #[serde(default)]
    pub target: RestoreTarget,
    /// Which parts.
    #[serde(default)]
    pub scope: RestoreScope,
    /// Tables as [`table_name`] writes them; all when empty.
    #[serde(default)]
    pub tables: Vec<String>,
    /// Owners and permissions.
    #[serde(default)]
    pub ownership: Ownership,
    /// Roles that are not there.
    #[serde(default)]
    pub roles: MissingRoles,
    /// What an existing target keeps.
    #[serde(default)]
    pub existing: Existing,
    /// Whether a backup of an existing target is made first.
    #[serde(default)]
    pub safety_backup: SafetyBackup,
    /// Parallel connections, 1 to 64; half the machine's cores, at least 2, when absent.
    #[serde(default)]
    pub parallelism: Option<u32>,
    /// For a database that exists: its name, typed once more.
    #[serde(default)]
    pub confirmation: Option<String>,
}

impl RestoreSpec {
    /// The whole backup into a new database.
    pub fn new(backup_id: BackupId, server_id: ServerId, database: String) -> Self {
        Self {
            backup_id,
            server_id,
            database,
            target: RestoreTarget::default(),
            scope: RestoreScope::default(),
            tables: Vec::new(),
            ownership: Ownership::default(),
            roles: MissingRoles::default(),
            existing: Existing::default(),
            safety_backup: SafetyBackup::default(),
            parallelism: None,
            confirmation: None,
        }
    }

    /// What of the backup is restored, in words that follow "Restored:".
    pub fn parts_in_words(&self) -> String {
        let what = match self.scope {
            RestoreScope::Whole => "",
            RestoreScope::SchemaOnly => "definitions only",
            RestoreScope::DataOnly => "rows only",
        };
        match (self.tables.as_slice(), what) {
            ([], "") => "everything".to_owned(),
            ([], what) => what.to_owned(),
            (tables, "") => tables.join(", "),
            (tables, what) => format!("{} ({what})", tables.join(", ")),
        }
    }
}

/// Says what a restore would do, and changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanRestore {
    /// What is asked for.
    pub spec: RestoreSpec,
}

/// What a restore would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorePlan {
    /// The steps in plain words.
    pub steps: Vec<String>,
    /// What bars the way; empty when the restore can begin.
    pub obstacles: Vec<Problem>,
    /// What is worth knowing before.
    pub remarks: Vec<String>,
    /// Whether the database exists.
    pub database_exists: bool,
    /// Bytes that the target needs, estimated from the sizes at the time of the backup.
    pub needed_bytes: u64,
    /// The target's server version.
    pub server_version: Option<String>,
    /// The version of the pg_restore that is used.
    pub tool_version: Option<String>,
}

/// Restores a backup, in the background.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartRestore {
    /// What is asked for.
    pub spec: RestoreSpec,
}

/// How a restore stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestoreStatus {
    /// Going on.
    Processing,
    /// Everything is restored.
    Completed,
    /// Some objects could not be restored; they are listed.
    Partial,
    /// Nothing is restored; the target is as it was.
    Failed,
    /// An operator ended it.
    Cancelled,
    /// The process that carried it out is gone.
    Interrupted,
}

impl RestoreStatus {
    /// All states.
    pub const ALL: [RestoreStatus; 6] =
        [Self::Processing, Self::Completed, Self::Partial, Self::Failed, Self::Cancelled, Self::Interrupted];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// An object that could not be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedObject {
    /// What it is, for example `TABLE public.orders`.
    pub object: String,
    /// What the server said.
    pub message: String,
    /// The statement that failed.
    pub statement: Option<String>,
}

/// A restore and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// Its id.
    pub id: RestoreId,
    /// The backup.
    pub backup_id: BackupId,
    /// The server's name.
    pub server: String,
    /// The database.
    pub database: String,
    /// What became of the target.
    pub target: RestoreTarget,
    /// How it stands.
    pub status: RestoreStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Why it did not complete.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// The objects that failed, the first 200.
    pub failed_objects: Vec<FailedObject>,
    /// How the result compares with what the server held when it was backed up.
    pub checks: Vec<Check>,
    /// The name under which the former database stays after a swap.
    pub kept_database: Option<String>,
    /// The name under which the restored database stays since the swap was undone.
    #[serde(default)]
    pub undone_as: Option<String>,
    /// Whether the former database can be put back: it was kept, and its server is still known.
    #[serde(default)]
    pub can_undo: bool,
    /// The backup that was made of an existing database before it was changed.
    #[serde(default)]
    pub safety_backup_id: Option<BackupId>,
    /// The command that was run, without secrets.
    pub command: Option<String>,
    /// Who asked for it.
    pub triggered_by_user_id: OperatorId,
    /// What was asked for, without the typed confirmation; absent for restores of versions that did not keep it.
    #[serde(default)]
    pub spec: Option<RestoreSpec>,
}

/// Shows one restore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetRestore {
    /// Which one.
    pub id: RestoreId,
}

/// Lists restores, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRestores {
    /// Of this backup.
    pub backup_id: Option<BackupId>,
    /// The page, from 1.
    pub page: Option<u32>,
    /// Rows on a page.
    pub limit: Option<u32>,
}

/// Puts the former database back after a swap; the restored one stays under a dated name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UndoRestore {
    /// Which restore.
    pub id: RestoreId,
}

/// Ends a restore that is going on in this process; the target is left as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelRestore {
    /// Which one.
    pub id: RestoreId,
}

#[cfg(test)]
mod tests {
    use super::{RestoreScope, RestoreSpec, table_name};
    use crate::{BackupId, ServerId};

    #[test]
    fn what_was_restored_is_told_in_full() {
        let whole = RestoreSpec::new(BackupId(1), ServerId(1), "shop".to_owned());
        assert_eq!(whole.parts_in_words(), "everything", "nothing was left out");
        let tables = vec!["public.a".to_owned(), "public.b".to_owned()];
        let rows = RestoreSpec { scope: RestoreScope::DataOnly, tables, ..whole };
        assert_eq!(
            rows.parts_in_words(),
            "public.a, public.b (rows only)",
            "a part must not pass for the whole"
        );
    }

    #[test]
    fn a_name_is_quoted_only_where_a_dot_or_a_quote_would_be_misread() {
        assert_eq!(table_name("public", "Odd name"), "public.Odd name", "one dot is the one between them");
        assert_eq!(table_name("a.b", "c"), "\"a.b\".c", "here it is not");
        assert_eq!(table_name("a", "b\".c d"), "a.\"b\"\".c d\"", "a quote is doubled");
    }
}
