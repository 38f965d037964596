//! Backups: the artefacts that runs leave.

use crate::{BackupId, DatabaseProof, JobId, KeepReason, NameMatch, RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a backup is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrustLevel {
    /// Recorded: exit statuses and size only.
    L0,
    /// Checksums equal the manifest.
    L1,
    /// Decoded to its end and reconciled with the server's catalog.
    L2,
    /// Restored without an error.
    L3,
    /// Restored and compared row by row.
    L4,
    /// The owner's own assertions hold in the restored database.
    L5,
}

impl TrustLevel {
    /// All levels, lowest first.
    pub const ALL: [TrustLevel; 6] = [Self::L0, Self::L1, Self::L2, Self::L3, Self::L4, Self::L5];

    /// The level as a number, 0 to 5.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// The level in a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::L0 => "Recorded",
            Self::L1 => "Checksummed",
            Self::L2 => "Decoded",
            Self::L3 => "Restored",
            Self::L4 => "Proven equal",
            Self::L5 => "Asserted",
        }
    }

    /// The level of that rank.
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.get(usize::from(rank)).copied()
    }
}

/// Whether a backup can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupStatus {
    /// Whole when last looked at.
    Good,
    /// Its files vanished.
    Missing,
    /// A check found it damaged.
    Damaged,
}

impl BackupStatus {
    /// All states.
    pub const ALL: [BackupStatus; 3] = [Self::Good, Self::Damaged, Self::Missing];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Missing => "missing",
            Self::Damaged => "damaged",
        }
    }

    /// The state that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// One backup of one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Its id.
    pub id: BackupId,
    /// Its job's name when it was made.
    pub job: String,
    /// Its job, unless that was removed.
    pub job_id: Option<JobId>,
    /// The run that made it, unless its record was purged.
    pub run_id: Option<RunId>,
    /// Its server's name.
    pub server: String,
    /// The database.
    pub database: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its folder.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// How far it is proven.
    pub trust: TrustLevel,
    /// Whether an operator pinned it.
    pub pinned: bool,
    /// Whether it can be relied on.
    pub status: BackupStatus,
    /// Why retention keeps it; empty means that it expires with the next run.
    pub keep_reasons: Vec<KeepReason>,
    /// When it will expire, if age decides.
    pub expires_at: Option<Timestamp>,
    /// The server's version.
    pub server_version: String,
    /// The version of the pg_dump that made it.
    pub tool_version: String,
    /// How many tables it holds.
    pub table_count: u64,
}

/// The order of a list of backups. Among equals the newest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Largest first.
    Largest,
    /// Smallest first.
    Smallest,
    /// The farthest proven first.
    MostTrusted,
    /// The least proven first.
    LeastTrusted,
    /// By the databases' names.
    Database,
    /// By the databases' names, from the end.
    DatabaseBackwards,
}

/// Lists backups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListBackups {
    /// Of this job.
    pub job_id: Option<JobId>,
    /// Of databases with this name.
    pub database: Option<String>,
    /// How that name is meant.
    pub database_match: NameMatch,
    /// In this state.
    pub status: Option<BackupStatus>,
    /// In which order.
    pub sort: BackupSort,
    /// The page, from 1.
    pub page: Option<u32>,
    /// Rows on a page.
    pub limit: Option<u32>,
}

/// Shows one backup with its contents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetBackup {
    /// Which one.
    pub id: BackupId,
}

/// A backup with what its manifest says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupDetails {
    /// The backup.
    #[serde(flatten)]
    pub backup: Backup,
    /// Its tables, largest first.
    pub tables: Vec<BackupTable>,
    /// Its files.
    pub file_count: u64,
    /// The database's encoding.
    pub encoding: Option<String>,
    /// `name version` of each extension.
    pub extensions: Vec<String>,
    /// The stock commands that restore it.
    pub restore_commands: Vec<String>,
    /// Why the manifest could not be read.
    pub problem: Option<String>,
    /// The newest drill that restored this backup and found it equal, with the recovery time that it measured.
    #[serde(default)]
    pub drill: Option<DatabaseProof>,
    /// The newest backup of this job and database that a drill restored and found equal.
    #[serde(default)]
    pub newest_proof: Option<DatabaseProof>,
}

/// A table in a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its size on the server in bytes when it was dumped.
    pub bytes: u64,
    /// Rows, counted in the archive; absent for a table without rows of its own there.
    #[serde(default)]
    pub rows: Option<u64>,
    /// The counted rows, or what the server's statistics estimated; absent when never analysed.
    pub estimated_rows: Option<u64>,
    /// Bytes of its data file in the archive.
    pub archive_bytes: Option<u64>,
}

/// Keeps a backup whatever the policy says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PinBackup {
    /// Which one.
    pub id: BackupId,
}

/// Lets the policy decide again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnpinBackup {
    /// Which one.
    pub id: BackupId,
}

/// Deletes a backup and its files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteBackup {
    /// Which one.
    pub id: BackupId,
}

/// Which folder of a backup is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderOf {
    /// Its own.
    #[default]
    Backup,
    /// That of its job, which holds the backups of all its databases.
    Job,
}

/// Shows a backup's folder in the file browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenBackupFolder {
    /// Which one.
    pub id: BackupId,
    /// Which folder of it.
    #[serde(default)]
    pub folder: FolderOf,
}

/// Copies a backup elsewhere, compares the copy with the manifest, and waits for the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveBackupCopy {
    /// Which one.
    pub id: BackupId,
    /// The folder that receives it, as a folder of its own; the window asks for one when absent.
    #[serde(default)]
    pub folder: Option<String>,
}

/// Ends a copy that is being made in this process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelBackupCopy {
    /// Of which backup.
    pub backup_id: BackupId,
}

/// Looks for repositories in use to which no backup can be written now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRepositoryDoubts {}

/// A repository to which no backup can be written now. Its disk may be mounted later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryDoubt {
    /// Its folder.
    pub path: String,
    /// The enabled jobs whose backups go there.
    pub jobs: Vec<String>,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Records the backups of a repository from their manifests alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuildCatalog {
    /// The repository's folder.
    pub repository: String,
}

/// What a rebuilt catalog gained.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rebuilt {
    /// Backups that were recorded.
    pub backups: u64,
    /// Runs that were recorded for them.
    pub runs: u64,
    /// Backups that the catalog knew already.
    pub known: u64,
    /// Recorded ones whose files are not all there.
    pub damaged: u64,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}
