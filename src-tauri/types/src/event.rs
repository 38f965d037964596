//! What the engine tells every window as it happens.

use crate::{Event, JobId, Restore, Run, RunProgress, SchedulerStatus, Verification, WorkProgress};
use serde::{Deserialize, Serialize};

/// A run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupStarted(pub Run);
/// A run moved on; at most four times a second for each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupProgress(pub RunProgress);
/// A run completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupCompleted(pub Run);
/// A run ended otherwise: failed, cancelled, skipped, missed or interrupted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupFailed(pub Run);

/// The catalog changed, here or in another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogChanged {
    /// What changed.
    pub scope: CatalogScope,
}

/// Parts of the catalog that change together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogScope {
    /// Servers.
    Servers,
    /// Jobs.
    Jobs,
    /// Runs and slots.
    Runs,
    /// Backups.
    Backups,
    /// Settings.
    Settings,
    /// Anything: another process wrote.
    All,
}

/// The scheduler was started, stopped, or its lock changed hands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchedulerChanged(pub SchedulerStatus);

/// A verification ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VerificationEnded(pub Verification);

/// A restore ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RestoreEnded(pub Restore);

/// Jobs became overdue: no good backup for longer than their schedule allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsOverdue {
    /// Which.
    pub job_ids: Vec<JobId>,
    /// Their names.
    pub jobs: Vec<String>,
}

/// The machine around the app changed: a tray host came or went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemChanged {}

/// The shell asks the window to go to a page: a notification was clicked, or the tray's menu chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Navigate {
    /// The address within the dashboard, for example `/runs/12`.
    pub path: String,
}

macro_rules! events {
    ($($payload:ident => $name:literal;)*) => {
        $(impl Event for $payload {
            const NAME: &'static str = $name;
        })*
        /// The names of all events.
        pub const EVENTS: &[&str] = &[$($name),*];
    };
}

events! {
    BackupStarted => "scheduled-backup-started";
    BackupProgress => "scheduled-backup-progress";
    BackupCompleted => "scheduled-backup-completed";
    BackupFailed => "scheduled-backup-failed";
    CatalogChanged => "catalog-changed";
    SchedulerChanged => "scheduler-changed";
    JobsOverdue => "jobs-overdue";
    WorkProgress => "work-progress";
    VerificationEnded => "verification-ended";
    RestoreEnded => "restore-ended";
    SystemChanged => "system-changed";
    Navigate => "navigate";
}
