//! What the tray shows, computed from how things stand. Pure: it reads no clock and touches no icon.

use super::words;
use chrono::{DateTime, TimeZone, Utc};
use holdfast_types::{JobId, JobSummary, RunProgress, RunStatus, SchedulerState, SchedulerStatus};

/// How the icon looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IconState {
    /// All is well.
    #[default]
    Idle,
    /// A backup is being made.
    Running,
    /// Something wants a look, but a good backup in time exists.
    Warning,
    /// A job has no good backup for longer than its schedule allows.
    Error,
}

/// What the scheduler item would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Toggle {
    /// Stops the scheduler.
    #[default]
    Pause,
    /// Starts it.
    Resume,
}

/// What quitting means now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuitOffer {
    /// Nothing runs: the app just ends.
    #[default]
    AtOnce,
    /// A backup runs here: wait for it, or cancel it.
    WaitOrCancel,
    /// The app waits already; it can still be told to cancel.
    Waiting,
}

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Face {
    /// The icon.
    pub icon: IconState,
    /// The line that says how things stand.
    pub status: String,
    /// The jobs that can be run now, by name.
    pub jobs: Vec<(JobId, String)>,
    /// The scheduler item.
    pub scheduler: Toggle,
    /// The items that end the app.
    pub quit: QuitOffer,
}

/// How things stand.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The scheduler.
    pub scheduler: SchedulerStatus,
    /// All jobs.
    pub jobs: Vec<JobSummary>,
    /// How far the runs of this process are.
    pub progress: Vec<RunProgress>,
    /// How many runs this process carries out.
    pub own_runs: usize,
    /// Whether the app is on its way out.
    pub quitting: bool,
}

impl Facts {
    /// Whether a backup is being made, here or in another process.
    pub fn busy(&self) -> bool {
        !self.scheduler.active_runs.is_empty() || self.own_runs > 0
    }
}

/// What the tray shows when things stand so. Times are told in `zone`.
pub fn face<Z: TimeZone>(facts: &Facts, now: DateTime<Utc>, zone: &Z) -> Face
where
    Z::Offset: std::fmt::Display,
{
    Face {
        icon: icon(facts),
        status: words::status(facts, now, zone),
        jobs: facts.jobs.iter().map(|job| (job.job.id, job.job.spec.name.clone())).collect(),
        scheduler: match facts.scheduler.state {
            SchedulerState::Stopped => Toggle::Resume,
            SchedulerState::Running | SchedulerState::Idle => Toggle::Pause,
        },
        quit: match (facts.own_runs, facts.quitting) {
            (0, _) => QuitOffer::AtOnce,
            (_, false) => QuitOffer::WaitOrCancel,
            (_, true) => QuitOffer::Waiting,
        },
    }
}

/// A running backup comes before an old worry: it may be about to end it.
fn icon(facts: &Facts) -> IconState {
    let stopped = facts.scheduler.state == SchedulerState::Stopped && facts.scheduler.enabled_jobs > 0;
    if facts.busy() {
        IconState::Running
    } else if facts.jobs.iter().any(|job| job.overdue) {
        IconState::Error
    } else if stopped || facts.jobs.iter().any(needs_attention) {
        IconState::Warning
    } else {
        IconState::Idle
    }
}

/// Whether somebody should look at the job.
pub fn needs_attention(job: &JobSummary) -> bool {
    let ended_badly =
        |status| matches!(status, RunStatus::Failed | RunStatus::Interrupted | RunStatus::Missed);
    job.overdue || job.last_run.as_ref().is_some_and(|run| ended_badly(run.status))
}

#[cfg(test)]
#[path = "face_tests.rs"]
mod tests;
