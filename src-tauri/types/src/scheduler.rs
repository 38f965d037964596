//! The scheduler: whether it runs, what it will do next, and who holds its lock.

use crate::{JobId, RunId, RunStatus, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks how the scheduler stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SchedulerStatusRequest {}
/// Lets slots fire; remembered across restarts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StartScheduler {}
/// Lets no slot fire until it is started again; remembered across restarts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StopScheduler {}
/// Stops and starts: schedules are read anew and the lock is taken anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RestartScheduler {}

/// How the scheduler stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchedulerStatus {
    /// Whether it is started, stopped, or started with nobody to carry it out.
    pub state: SchedulerState,
    /// Who holds the scheduler lock.
    pub holder: Option<LockHolder>,
    /// The job whose slot comes next, if any.
    pub next: Option<NextSlot>,
    /// The newest run of any job.
    pub last: Option<LastSlot>,
    /// How many jobs are enabled.
    pub enabled_jobs: u64,
    /// How many jobs there are.
    pub total_jobs: u64,
    /// Runs going on now, in any process.
    pub active_runs: Vec<RunId>,
    /// The schedule of the next job.
    pub schedule: Option<String>,
    /// The schedule of the next job in words.
    pub description: Option<String>,
    /// When the heartbeat last beat in this process; in one without, about when that of the holder did, to a minute.
    pub last_heartbeat_at: Option<Timestamp>,
}

/// Whether slots fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchedulerState {
    /// Slots fire, in the process that holds the lock.
    Running,
    /// An operator stopped it.
    Stopped,
    /// It is started, but no process holds the lock: neither the app nor the agent is running.
    Idle,
}

/// The process that carries out the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Its process id.
    pub pid: u32,
    /// What it is.
    pub kind: ProcessKind,
    /// When it took the lock.
    pub since: Timestamp,
    /// Whether it is the process that answers.
    pub this_process: bool,
}

/// What a process on the data directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessKind {
    /// The desktop app.
    Window,
    /// `holdfast agent`.
    Agent,
    /// Any other command.
    Command,
}

/// The slot that comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextSlot {
    /// Whose.
    pub job_id: JobId,
    /// Its job's name.
    pub job: String,
    /// When.
    pub at: Timestamp,
    /// The job's zone.
    pub timezone: String,
}

/// The newest run of any job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSlot {
    /// Which run.
    pub run_id: RunId,
    /// Its job's name.
    pub job: String,
    /// How it stands.
    pub status: RunStatus,
    /// When it began, or was recorded.
    pub at: Timestamp,
}
