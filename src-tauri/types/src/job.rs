//! Jobs: what is backed up, when, where to, and how long it is kept.

use crate::{
    JobId, MissedPolicy, RetentionPolicy, RunStatus, Schedule, ServerId, Timestamp, TrustLevel, VerifyLevel,
};
use serde::{Deserialize, Serialize};

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What was asked for.
    #[serde(flatten)]
    pub spec: JobSpec,
    /// What it is for.
    #[serde(default)]
    pub purpose: JobPurpose,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a job is for. Decided when it is made, and by nobody afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobPurpose {
    /// An operator's own.
    #[default]
    Ordinary,
    /// It holds the backups that are made before restores change a database. It has no schedule.
    Safety,
}

impl JobPurpose {
    /// The word that the catalog uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Safety => "safety",
        }
    }

    /// The purpose that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ordinary, Self::Safety].into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// Everything an operator decides about a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Its unique name; also the name of its folder in the repository.
    pub name: String,
    /// The server.
    pub server_id: ServerId,
    /// The databases.
    pub databases: DatabaseSelection,
    /// When it runs.
    pub schedule: Schedule,
    /// Whether its schedule is on. A disabled job can still be run by hand.
    pub enabled: bool,
    /// The repository: the folder that holds its backups; the configured one when absent.
    #[serde(default)]
    pub repository: Option<String>,
    /// What makes the archive.
    #[serde(default)]
    pub engine: DumpEngine,
    /// How the archive is compressed.
    #[serde(default)]
    pub compression: Compression,
    /// Parallel dump connections, 1 to 64; half the machine's cores, at least 2, when absent.
    #[serde(default)]
    pub parallelism: Option<u32>,
    /// How long backups are kept.
    #[serde(default)]
    pub retention: RetentionPolicy,
    /// A run whose archive grows past this many MiB is stopped; the configured bound when absent, 0 for none.
    #[serde(default)]
    pub max_size_mb: Option<u64>,
    /// What happens to missed slots.
    #[serde(default)]
    pub missed: MissedPolicy,
    /// How many missed slots [`MissedPolicy::Each`] runs at most.
    #[serde(default = "default_missed_limit")]
    pub missed_limit: u32,
    /// A missed slot older than this many seconds is recorded, but no longer run.
    #[serde(default = "default_grace")]
    pub grace_seconds: u64,
    /// How often a failed slot is tried again, 0 to 20.
    #[serde(default)]
    pub retries: u32,
    /// The pause before the first retry, in seconds; it doubles with each one, up to six hours.
    #[serde(default = "default_retry_backoff")]
    pub retry_backoff_seconds: u64,
    /// A scheduled run starts up to this many seconds after its slot, by a draw that is fixed per slot.
    #[serde(default)]
    pub jitter_seconds: u64,
    /// How long pg_dump waits for a lock, in seconds.
    #[serde(default = "default_lock_wait")]
    pub lock_wait_seconds: u64,
    /// Whether the dump of roles holds their password hashes.
    #[serde(default)]
    pub role_passwords: RolePasswords,
    /// How much a run may ask of its server.
    #[serde(default)]
    pub load: LoadLimits,
    /// How its backups are proven.
    #[serde(default)]
    pub verification: VerificationPolicy,
}

/// How much the parallel engine may ask of a busy server. pg_dump knows no such bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadLimits {
    /// MiB of rows that are read in a second, over all connections; no bound when absent.
    pub rate_mb: Option<u64>,
    /// It waits while a standby is behind by more than so many MiB of WAL.
    pub lag_mb: Option<u64>,
    /// It waits while more than so many other sessions are at work on the server.
    pub sessions: Option<u32>,
}

/// Ten missed slots.
fn default_missed_limit() -> u32 {
    10
}
/// One day: a nightly backup is still worth making the next evening.
fn default_grace() -> u64 {
    86_400
}
/// One minute.
fn default_retry_backoff() -> u64 {
    60
}
/// Five minutes, as long as a long migration holds its locks.
fn default_lock_wait() -> u64 {
    300
}

impl JobSpec {
    /// A daily job at 02:00 with Holdfast's defaults.
    pub fn new(name: String, server_id: ServerId, databases: DatabaseSelection, timezone: String) -> Self {
        JobSpec {
            name,
            server_id,
            databases,
            schedule: Schedule { expression: "0 2 * * *".to_owned(), timezone },
            enabled: true,
            repository: None,
            engine: DumpEngine::default(),
            compression: Compression::default(),
            parallelism: None,
            retention: RetentionPolicy { keep_days: Some(30), ..RetentionPolicy::default() },
            max_size_mb: None,
            missed: MissedPolicy::default(),
            missed_limit: default_missed_limit(),
            grace_seconds: default_grace(),
            retries: 2,
            retry_backoff_seconds: default_retry_backoff(),
            jitter_seconds: 0,
            lock_wait_seconds: default_lock_wait(),
            role_passwords: RolePasswords::default(),
            load: LoadLimits::default(),
            verification: VerificationPolicy::default(),
        }
    }
}

/// How a job's backups are proven.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VerificationPolicy {
    /// What the server counts in the dump's own snapshot, for comparing a restored database with.
    pub ledger: LedgerDepth,
    /// How deep each new backup is verified after its run; not at all when absent.
    pub after_run: Option<VerifyLevel>,
    /// When the newest backup of each database is restored and compared, beside its runs; never when absent.
    pub drill: Option<Schedule>,
    /// The server on which drills restore, into a scratch database; a throwaway cluster of this machine when absent.
    pub drill_server: Option<ServerId>,
    /// Statements whose first value must be true in the restored database; one that begins with `[name]` is for that
    /// database alone.
    pub assertions: Vec<String>,
}

/// What the server counts in the dump's own snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerDepth {
    /// Nothing.
    None,
    /// The rows of every table.
    #[default]
    Counts,
    /// The rows, and a checksum of the contents. What is copied in parallel is summed on its way; the server reads the
    /// rest once more.
    Checksums,
}

impl LedgerDepth {
    /// All depths, cheapest first.
    pub const ALL: [LedgerDepth; 3] = [Self::None, Self::Counts, Self::Checksums];

    /// The word that the command line uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Counts => "counts",
            Self::Checksums => "checksums",
        }
    }
}

/// Which databases of the server a job backs up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "names")]
pub enum DatabaseSelection {
    /// These, by name.
    Named(Vec<String>),
    /// All that allow connections, templates aside; new ones are picked up by themselves.
    All,
}

/// What makes the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DumpEngine {
    /// The fastest that is safe for the database.
    #[default]
    Auto,
    /// The stock pg_dump of the machine.
    PgDump,
    /// Holdfast's parallel engine.
    Parallel,
}

impl DumpEngine {
    /// All of them.
    pub const ALL: [DumpEngine; 3] = [Self::Auto, Self::PgDump, Self::Parallel];

    /// The engine that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.as_str() == word)
    }

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::PgDump => "pg_dump",
            Self::Parallel => "parallel",
        }
    }
}

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "codec", content = "level")]
pub enum Compression {
    /// zstd level 3 if the client program can, else gzip.
    #[default]
    Auto,
    /// zstd with this level, 1 to 22.
    Zstd(u32),
    /// gzip with this level, 1 to 9.
    Gzip(u32),
    /// Not compressed.
    None,
}

/// Whether the dump of roles holds their password hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolePasswords {
    /// Left out: needs no superuser, and the file holds no secret.
    #[default]
    Omit,
    /// Included, as a full recovery of the cluster needs.
    Include,
}

/// A job with what a list shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobSummary {
    /// The job.
    #[serde(flatten)]
    pub job: Job,
    /// Its server's name.
    pub server_name: String,
    /// Its schedule in words.
    pub schedule_description: String,
    /// Its next slots, five at most; none while it is disabled.
    pub next_runs: Vec<Timestamp>,
    /// Its newest run.
    pub last_run: Option<LastRun>,
    /// When its newest good backup was made.
    pub last_good_at: Option<Timestamp>,
    /// The trust level of its newest good backup.
    pub trust: Option<TrustLevel>,
    /// Sizes of its newest backups in bytes, oldest first, 20 at most.
    pub size_trend: Vec<u64>,
    /// Whether it has had no good backup for longer than its schedule allows.
    pub overdue: bool,
    /// The folder that holds its backups.
    pub repository_path: String,
    /// For each database, its newest backup that a drill restored and found equal.
    #[serde(default)]
    pub proofs: Vec<DatabaseProof>,
    /// Of its databases whose newest backup cannot be relied on, that backup.
    #[serde(default)]
    pub broken: Vec<BrokenBackup>,
}

/// A backup that cannot be relied on: damaged, or its files are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenBackup {
    /// Which.
    pub backup_id: crate::BackupId,
    /// Of which database.
    pub database: String,
    /// What is the matter with it.
    pub status: crate::BackupStatus,
}

/// The newest backup of a database that was really restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseProof {
    /// The database.
    pub database: String,
    /// The backup.
    pub backup_id: crate::BackupId,
    /// When it was made: what the database would go back to.
    pub created_at: Timestamp,
    /// How far it is proven.
    pub trust: TrustLevel,
    /// When it was restored.
    pub verified_at: Timestamp,
    /// How long the restore took, in milliseconds: the measured recovery time.
    pub restore_ms: Option<u64>,
    /// How old the backup was when this was asked, in seconds: what would be lost.
    #[serde(default)]
    pub age_seconds: u64,
}

/// The newest run of a job, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// Its id.
    pub id: crate::RunId,
    /// How it stands.
    pub status: RunStatus,
    /// When it began, or was recorded.
    pub at: Timestamp,
    /// Why it failed.
    pub error_message: Option<String>,
}

/// Lists the jobs by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListJobs {}

/// Shows one job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetJob {
    /// Which one.
    pub id: JobId,
}

/// Adds a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateJob {
    /// What is asked for.
    pub spec: JobSpec,
}

/// Changes a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateJob {
    /// Which one.
    pub id: JobId,
    /// What it becomes.
    pub spec: JobSpec,
}

/// Turns a job's schedule on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnableJob {
    /// Which one.
    pub id: JobId,
}

/// Turns a job's schedule off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DisableJob {
    /// Which one.
    pub id: JobId,
}

/// Removes a job. Its backups and its history stay.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteJob {
    /// Which one.
    pub id: JobId,
}
