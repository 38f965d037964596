//! Statistics, the sentence on top of the overview, and the calendar of slots.

use crate::{BackupId, JobId, RunId, RunStatus, Timestamp, TriggerType};
use serde::{Deserialize, Serialize};

/// Asks for the statistics.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetStats {
    /// Of this job only.
    pub job_id: Option<JobId>,
    /// Of runs since this moment; all when absent.
    pub since: Option<Timestamp>,
}

/// Sums over ended runs and present backups.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Runs that completed, failed or were interrupted; cancelled, skipped and missed ones are counted apart.
    pub total: u64,
    /// Runs that completed.
    pub successful: u64,
    /// Runs that failed or were interrupted.
    pub failed: u64,
    /// Those of the failed that were interrupted: their process ended.
    #[serde(default)]
    pub interrupted: u64,
    /// Runs that an operator cancelled.
    pub cancelled: u64,
    /// Runs that did not start because another was going on.
    pub skipped: u64,
    /// Slots that passed unserved.
    pub missed: u64,
    /// successful / total, 0 to 1; absent without runs.
    pub success_rate: Option<f64>,
    /// Mean seconds of completed runs; absent without any.
    pub average_duration_seconds: Option<f64>,
    /// Seconds of the longest completed run.
    pub longest_duration_seconds: Option<f64>,
    /// Bytes of all present backups.
    pub space_used_bytes: u64,
    /// Number of present backups.
    pub backup_count: u64,
    /// Bytes free where the configured repository lies; absent when it cannot be told.
    pub space_free_bytes: Option<u64>,
}

/// Asks for all that the overview shows beside the statistics.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetOverview {
    /// Days of the calendar; 30 when absent, 366 at most.
    pub days: Option<u32>,
}

/// Asks for the runs by day, oldest first: a [`DayStats`] for each day, also for those without runs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetDays {
    /// One job; all when absent.
    pub job_id: Option<JobId>,
    /// How many days up to today; 30 when absent, 366 at most.
    pub days: Option<u32>,
}

/// The overview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The sentence on top.
    pub protection: Protection,
    /// What needs the operator, most pressing first.
    pub attention: Vec<Attention>,
    /// The calendar: a row a job, a cell a day.
    pub calendar: Vec<CalendarRow>,
}

/// Whether everything is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// How it stands.
    pub level: ProtectionLevel,
    /// The sentence, for example "All 7 databases are protected."
    pub headline: String,
    /// More words beneath it.
    pub detail: String,
    /// Databases with a good backup that is not overdue.
    pub protected: u64,
    /// Databases that jobs name or have backed up.
    pub total: u64,
}

/// How protection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtectionLevel {
    /// No job exists.
    Empty,
    /// Everything has a good backup in time.
    Protected,
    /// Something needs a look, but a recent good backup exists.
    Warning,
    /// Something has no good backup in time.
    Unprotected,
}

/// What can be done at once about something that needs the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// To run its job.
    RunJob,
    /// To start the scheduler.
    StartScheduler,
    /// To look first: what helps depends on what is found.
    Look,
}

/// Something that needs the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// How pressing it is.
    pub level: ProtectionLevel,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The job it concerns.
    pub job_id: Option<JobId>,
    /// The run it concerns.
    pub run_id: Option<RunId>,
    /// The backup it concerns.
    pub backup_id: Option<BackupId>,
    /// What can be done about it at once.
    pub remedy: Remedy,
}

/// A job's row of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRow {
    /// Whose.
    pub job_id: JobId,
    /// Its job's name.
    pub job: String,
    /// Its schedule in words, short.
    pub schedule: String,
    /// One cell a day, oldest first.
    pub cells: Vec<CalendarCell>,
}

/// One day of one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarCell {
    /// The day in the job's zone, `YYYY-MM-DD`.
    pub date: String,
    /// The worst that happened.
    pub state: CellState,
    /// Runs of that day.
    pub runs: u64,
    /// What became of the day's slots, each state once, the most frequent first.
    #[serde(default)]
    pub slots: Vec<(CellState, u64)>,
    /// The run to open.
    pub run_id: Option<RunId>,
    /// Why it is not plain success.
    pub reason: Option<String>,
}

/// What a day's cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Nothing was planned.
    None,
    /// All completed.
    Completed,
    /// Completed, late.
    CaughtUp,
    /// Going on now.
    Running,
    /// A slot was skipped.
    Skipped,
    /// A run was cancelled.
    Cancelled,
    /// A slot was missed.
    Missed,
    /// A run failed or was interrupted.
    Failed,
}

impl CellState {
    /// What a run's state and trigger mean for its day.
    pub fn of(status: RunStatus, trigger: TriggerType) -> Self {
        match status {
            RunStatus::Completed if trigger == TriggerType::CatchUp => Self::CaughtUp,
            RunStatus::Completed => Self::Completed,
            RunStatus::Queued | RunStatus::Processing => Self::Running,
            RunStatus::Skipped => Self::Skipped,
            RunStatus::Cancelled => Self::Cancelled,
            RunStatus::Missed => Self::Missed,
            RunStatus::Failed | RunStatus::Interrupted => Self::Failed,
        }
    }
}

/// One day, in UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayStats {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Runs that completed.
    pub completed: u64,
    /// Runs that failed or were interrupted.
    pub failed: u64,
    /// Mean seconds of completed runs.
    pub average_duration_seconds: Option<f64>,
    /// Bytes of the backups made.
    pub bytes: u64,
}
