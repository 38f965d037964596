//! Schedules: a cron expression and a time zone, and what they mean.

use crate::{JobId, Timestamp};
use serde::{Deserialize, Serialize};

/// A cron expression with the zone in which it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Five or six cron fields (six begin with seconds), or a name such as `@daily`.
    pub expression: String,
    /// IANA time zone, for example `Europe/London`.
    pub timezone: String,
}

/// What happens to slots that passed while nothing could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedPolicy {
    /// Record them as missed.
    Skip,
    /// Run once for all of them, the newest.
    #[default]
    Once,
    /// Run each of the newest ones, up to the job's limit.
    Each,
}

impl MissedPolicy {
    /// All policies.
    pub const ALL: [MissedPolicy; 3] = [Self::Skip, Self::Once, Self::Each];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Once => "once",
            Self::Each => "each",
        }
    }
}

/// Asks what an expression means and when it fires next.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreviewSchedule {
    /// The expression, as typed.
    pub expression: String,
    /// IANA time zone; the machine's own when absent.
    #[serde(default)]
    pub timezone: Option<String>,
    /// How many slots to compute; 5 when absent, 1000 at most.
    #[serde(default)]
    pub count: Option<u32>,
    /// From when on; now when absent. The moment itself is not included.
    #[serde(default)]
    pub from: Option<Timestamp>,
}

/// What an expression means and when it fires next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePreview {
    /// The expression, as given.
    pub expression: String,
    /// The zone it was read in.
    pub timezone: String,
    /// The schedule in words.
    pub description: String,
    /// The coming slots.
    pub next: Vec<Timestamp>,
    /// What clock changes do to the coming slots.
    pub remarks: Vec<String>,
}

/// Changes a job's schedule only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateSchedule {
    /// Which job.
    pub job_id: JobId,
    /// Its new schedule.
    pub schedule: Schedule,
}
