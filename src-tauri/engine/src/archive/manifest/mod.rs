//! `manifest.json`: what a backup is, with length and sha256 of every file; written last.
//!
//! It is enough to rebuild the catalog from. It holds no secret and nothing that only Holdfast can read.

mod agree;
mod derive;
mod file;
mod ledger;
mod seal;
#[cfg(test)]
mod tests;
mod verify;

pub use ledger::{LedgerSequence, LedgerTable, ManifestLedger};

use holdfast_types::{DumpEngine, RolePasswords, RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// The manifest's name in a backup's folder.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The only format so far.
pub const MANIFEST_FORMAT: u32 = 1;

/// What a backup is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: u32,
    /// Names the backup across catalogs.
    pub backup_uuid: uuid::Uuid,
    /// The run that made it, in the catalog of that time.
    pub run_id: RunId,
    /// The job's name.
    pub job: String,
    /// The server's name.
    pub server: String,
    /// The database.
    pub database: String,
    /// When the database's turn in the run came; what it held then is in the backup, or newer.
    pub created_at: Timestamp,
    /// When pg_dump began.
    pub dump_started_at: Timestamp,
    /// When pg_dump ended.
    pub dump_completed_at: Timestamp,
    /// When the check of the archive began; absent in manifests of early versions.
    #[serde(default)]
    pub check_started_at: Option<Timestamp>,
    /// When the archive was proven whole; likewise.
    #[serde(default)]
    pub check_completed_at: Option<Timestamp>,
    /// Holdfast's version.
    pub holdfast_version: String,
    /// The server's version.
    pub server_version: String,
    /// pg_dump's version.
    pub tool_version: String,
    /// The archive's version, for example `1.14`.
    pub archive_version: String,
    /// The database's encoding.
    pub encoding: Option<String>,
    /// The extensions installed in the database.
    pub extensions: Vec<ManifestExtension>,
    /// How it was made.
    pub options: ManifestOptions,
    /// Every file but the manifest.
    pub files: Vec<ManifestFile>,
    /// The tables, largest first.
    pub tables: Vec<ManifestTable>,
    /// Sums.
    pub totals: ManifestTotals,
    /// What the server held in the dump's own snapshot; absent when it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<ManifestLedger>,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestExtension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How a backup was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestOptions {
    /// What made the archive.
    pub engine: DumpEngine,
    /// The codec: `zstd`, `gzip` or `none`.
    pub compression: String,
    /// The codec's level.
    pub compression_level: Option<u32>,
    /// Parallel connections.
    pub parallelism: u32,
    /// Whether `globals.sql` holds the roles' password hashes; absent in manifests of early versions.
    #[serde(default)]
    pub role_passwords: Option<RolePasswords>,
    /// How long the tables' locks were waited for at most; likewise.
    #[serde(default)]
    pub lock_wait_seconds: Option<u64>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path from the backup's folder, with `/`.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// sha256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its `pg_class.oid` on the server.
    pub oid: u32,
    /// Its size on the server in bytes when it was dumped.
    pub bytes: u64,
    /// Rows, as the server's statistics estimated them.
    pub estimated_rows: Option<u64>,
    /// Rows, counted in the archive.
    pub rows: Option<u64>,
    /// Its data file from the backup's folder; absent for a table without data of its own.
    pub archive_file: Option<String>,
    /// Stored bytes of its data file.
    pub archive_bytes: Option<u64>,
    /// Bytes of its rows as COPY text.
    pub raw_bytes: Option<u64>,
}

/// Sums over a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestTotals {
    /// Tables, partitioned ones too.
    pub tables: u64,
    /// Sequences whose value is in it.
    pub sequences: u64,
    /// Materialized views.
    pub materialized_views: u64,
    /// Large objects.
    pub large_objects: u64,
    /// Files, the manifest not counted.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes of the decoded data.
    pub raw_bytes: u64,
}
