//! Retention: which backups are kept, and why.

use crate::{BackupId, JobId, Schedule, Timestamp};
use serde::{Deserialize, Serialize};

/// How long backups are kept. A backup is kept if any rule keeps it; no rule at all keeps everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RetentionPolicy {
    /// Keep all that are younger than this many days.
    pub keep_days: Option<u32>,
    /// Keep the newest this many of each database.
    pub keep_last: Option<u32>,
    /// Keep the newest of each of the last this many days that have one.
    pub keep_daily: Option<u32>,
    /// The same by ISO week.
    pub keep_weekly: Option<u32>,
    /// The same by month.
    pub keep_monthly: Option<u32>,
}

/// A reason for which a backup is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepReason {
    /// The newest good backup of its database: never deleted.
    NewestGood,
    /// The newest verified backup of its database: never deleted.
    NewestVerified,
    /// Pinned by an operator.
    Pinned,
    /// No rule is set, so everything stays.
    NoPolicy,
    /// Younger than keep-days.
    Days,
    /// One of the newest keep-last.
    Last,
    /// The newest of its day.
    Daily,
    /// The newest of its week.
    Weekly,
    /// The newest of its month.
    Monthly,
    /// Damaged, but its database has no newer good backup.
    NoNewerGood,
    /// Dated after now: the clock was wrong, so its age says nothing.
    FutureDated,
    /// Its files are not there: it is counted nowhere, and only an operator takes it off the list.
    Missing,
}

impl KeepReason {
    /// The reason in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::NewestGood => "newest good backup",
            Self::NewestVerified => "newest verified backup",
            Self::Pinned => "pinned",
            Self::NoPolicy => "no retention rule is set",
            Self::Days => "within keep-days",
            Self::Last => "among the last kept",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::NoNewerGood => "damaged, but no newer good backup",
            Self::FutureDated => "dated in the future",
            Self::Missing => "its files are missing",
        }
    }
}

/// What retention would do with a job's backups now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanRetention {
    /// Which job.
    pub job_id: JobId,
}

/// What a policy that is not saved yet would do with a job's backups now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreviewRetention {
    /// Which job; without one the preview is computed over a made-up year of the schedule.
    #[serde(default)]
    pub job_id: Option<JobId>,
    /// The schedule of the made-up year; that of the settings when absent.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// The policy to try.
    pub policy: RetentionPolicy,
}

/// Deletes what the plan expires.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyRetention {
    /// Which job.
    pub job_id: JobId,
}

/// A decision for each backup of a job, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPlan {
    /// The decisions.
    pub items: Vec<RetentionDecision>,
    /// How many backups stay.
    pub keep_count: u64,
    /// How many would be deleted.
    pub expire_count: u64,
    /// Bytes that deleting them frees.
    pub expire_bytes: u64,
}

/// What retention says of one backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionDecision {
    /// Which backup.
    pub backup_id: BackupId,
    /// Its database.
    pub database: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its size.
    pub size_bytes: u64,
    /// Why it stays; empty means that it expires.
    pub reasons: Vec<KeepReason>,
    /// When it will expire if nothing else is added; absent when no age decides.
    pub expires_at: Option<Timestamp>,
}

/// What applying retention did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionOutcome {
    /// Backups that were deleted.
    pub deleted: Vec<BackupId>,
    /// Bytes freed.
    pub freed_bytes: u64,
    /// Backups whose files had vanished; they are marked missing and block nothing.
    pub missing: Vec<BackupId>,
    /// What could not be deleted, and why.
    pub problems: Vec<String>,
}
