//! Runs: one execution of a job each, from queued to its recorded end.

use crate::{BackupId, BackupStatus, JobId, OperatorId, RunId, Timestamp, TrustLevel};
use serde::{Deserialize, Serialize};

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerType {
    /// Its slot came.
    Scheduled,
    /// An operator.
    Manual,
    /// A missed slot was caught up.
    CatchUp,
    /// An earlier attempt at the same slot failed.
    Retry,
}

impl TriggerType {
    /// All triggers.
    pub const ALL: [TriggerType; 4] = [Self::Scheduled, Self::Manual, Self::CatchUp, Self::Retry];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Manual => "manual",
            Self::CatchUp => "catch_up",
            Self::Retry => "retry",
        }
    }

    /// The trigger that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == word)
    }
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Waits for its turn.
    Queued,
    /// Is being carried out.
    Processing,
    /// Every database was backed up and checked.
    Completed,
    /// At least one database was not.
    Failed,
    /// An operator ended it.
    Cancelled,
    /// It did not start because another run of the job was going on.
    Skipped,
    /// Its slot passed while nothing could run.
    Missed,
    /// The process that carried it out is gone.
    Interrupted,
}

impl RunStatus {
    /// All states.
    pub const ALL: [RunStatus; 8] = [
        Self::Queued,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Skipped,
        Self::Missed,
        Self::Interrupted,
    ];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Missed => "missed",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether the run may still change.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Processing)
    }
}

/// One execution of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Its job's name at the time of the run; it stays when the job is removed.
    pub job: String,
    /// Its job, unless that was removed.
    pub job_id: Option<JobId>,
    /// The first backup that it left.
    pub backup_id: Option<BackupId>,
    /// What started it.
    pub trigger_type: TriggerType,
    /// How it stands.
    pub status: RunStatus,
    /// The slot that it serves.
    pub scheduled_for: Option<Timestamp>,
    /// When it was recorded.
    pub queued_at: Timestamp,
    /// A queued run starts no earlier than this: jitter, or the pause before a retry.
    pub not_before: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Why it did not complete, in plain words.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// Size of all its backups in bytes.
    pub backup_size_bytes: Option<u64>,
    /// Folder of the first backup.
    pub backup_filepath: Option<String>,
    /// Who started it; the system for scheduled ones.
    pub triggered_by_user_id: OperatorId,
    /// That operator's name.
    pub triggered_by: String,
    /// Which attempt at its slot it is, from 1.
    pub attempt: u32,
    /// The version of the server that it met.
    pub server_version: Option<String>,
    /// The version of the pg_dump that it used.
    pub tool_version: Option<String>,
    /// Every backup that it left; more than one when the job has several databases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backups: Vec<BackupId>,
    /// How its backups stand now; absent when it left none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<BackupsStanding>,
}

/// How the backups of a run stand, taken together: what is worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupsStanding {
    /// All that were not deleted are good, and each is proven at least so far.
    Proven(TrustLevel),
    /// One is damaged or its files vanished.
    Broken(BackupStatus),
    /// None is left: retention or an operator deleted them.
    Deleted,
}

/// Which runs to list. Absent fields do not filter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFilter {
    /// Runs of this job.
    pub job_id: Option<JobId>,
    /// Runs in one of these states; empty for all.
    pub statuses: Vec<RunStatus>,
    /// Runs started by one of these triggers; empty for all.
    pub triggers: Vec<TriggerType>,
    /// Runs recorded at or after this moment.
    pub since: Option<Timestamp>,
    /// Runs recorded before this moment.
    pub until: Option<Timestamp>,
    /// Runs whose job's name or error holds this text, whatever its case.
    pub search: Option<String>,
}

/// By which column runs are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Largest first.
    Largest,
    /// Longest first.
    Longest,
}

/// Lists runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRuns {
    /// Which.
    pub filter: RunFilter,
    /// In which order.
    pub sort: RunSort,
    /// The page, from 1; the first when absent.
    pub page: Option<u32>,
    /// Rows on a page; [`crate::DEFAULT_LIMIT`] when absent.
    pub limit: Option<u32>,
}

/// Shows one run with its progress.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetRun {
    /// Which one.
    pub id: RunId,
}

/// A run with its steps and, while it is going on, its progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDetails {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// How far it is; absent when it ended or is carried out by another process.
    pub progress: Option<RunProgress>,
    /// The commands that were started, without secrets.
    pub commands: Vec<String>,
    /// The steps taken so far, for the timeline.
    pub steps: Vec<RunStep>,
}

/// A step of a run with its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    /// Which step.
    pub phase: RunPhase,
    /// The database it concerns.
    pub database: Option<String>,
    /// When it began.
    pub at: Timestamp,
}

/// The steps of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPhase {
    /// Waits for its turn.
    Queued,
    /// Connects, chooses the client program, checks rights and space.
    Preflight,
    /// pg_dump writes the archive.
    Dump,
    /// The archive is read to its end and reconciled with the server's catalog.
    Check,
    /// The backup is made durable and recorded.
    Publish,
    /// Expired backups are deleted.
    Retention,
    /// The end.
    Done,
}

impl RunPhase {
    /// The word that the catalog uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Preflight => "preflight",
            Self::Dump => "dump",
            Self::Check => "check",
            Self::Publish => "publish",
            Self::Retention => "retention",
            Self::Done => "done",
        }
    }

    /// The step that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Queued, Self::Preflight, Self::Dump, Self::Check, Self::Publish, Self::Retention, Self::Done]
            .into_iter()
            .find(|p| p.as_str() == word)
    }
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunProgress {
    /// Which run.
    pub run_id: RunId,
    /// Its job.
    pub job_id: JobId,
    /// Its job's name.
    pub job: String,
    /// The step.
    pub phase: RunPhase,
    /// The database being worked on.
    pub database: Option<String>,
    /// Its number among the run's databases, from 1.
    pub database_index: u32,
    /// How many databases the run has.
    pub database_count: u32,
    /// Bytes written to the archive, compressed.
    pub bytes_written: u64,
    /// Bytes of table data dumped so far, as the server's table sizes count them (an estimate within a table).
    pub bytes_done: u64,
    /// Bytes of table data to dump, from the server's table sizes; 0 while unknown.
    pub bytes_total: u64,
    /// Bytes written a second, over the last seconds.
    pub bytes_per_second: u64,
    /// Estimated seconds to the end of the step; absent while unknown.
    pub eta_seconds: Option<u64>,
    /// The tables: those being dumped first, then those waiting by size, then those done; 200 at most.
    pub tables: Vec<TableProgress>,
    /// How many tables are done.
    pub tables_done: u32,
    /// How many tables there are.
    pub tables_total: u32,
    /// When the run began.
    pub started_at: Timestamp,
    /// What holds it up, as a sentence: a lock, or a server that is busier than the job allows.
    #[serde(default)]
    pub held_up: Option<String>,
}

/// How far one table is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableProgress {
    /// `schema.table`.
    pub name: String,
    /// How it stands.
    pub state: TableState,
    /// Bytes written to its data file so far, compressed.
    pub bytes_written: u64,
    /// Bytes of it that are dumped, as its size on the server counts them (an estimate until it is done).
    #[serde(default)]
    pub bytes_done: u64,
    /// Its size on the server in bytes.
    pub bytes_total: u64,
    /// Bytes of it dumped a second since it began, as `bytes_done` counts them; 0 while unknown.
    #[serde(default)]
    pub bytes_per_second: u64,
    /// Estimated seconds to its end; absent while unknown.
    #[serde(default)]
    pub eta_seconds: Option<u64>,
}

/// How one table of a dump stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableState {
    /// Not begun.
    Waiting,
    /// Being dumped.
    Dumping,
    /// Dumped.
    Done,
}

/// Starts a run at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TriggerNow {
    /// Of which job.
    pub job_id: JobId,
}

/// Ends a run that is queued or going on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelRun {
    /// Which one.
    pub id: RunId,
}

/// Reads a run's log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetRunLog {
    /// Which run.
    pub id: RunId,
    /// Only lines after this one's number; 0 or absent for all.
    #[serde(default)]
    pub after: u64,
}

/// A run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLog {
    /// Its lines, oldest first, at most 5,000 a call.
    pub lines: Vec<LogLine>,
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its number within the run, from 1.
    pub number: u64,
    /// When it was written.
    pub at: Timestamp,
    /// How much it matters.
    pub level: LogLevel,
    /// What it says.
    pub message: String,
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// What happened.
    Info,
    /// What may need a look.
    Warning,
    /// What went wrong.
    Error,
}

/// Writes the runs that a filter matches to a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExportRuns {
    /// Which.
    #[serde(default)]
    pub filter: RunFilter,
    /// As what.
    pub format: ExportFormat,
    /// Where to; the window asks for a place when absent.
    #[serde(default)]
    pub path: Option<String>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON array.
    Json,
}
