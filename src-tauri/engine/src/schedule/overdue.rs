//! Whether a job has gone without a good backup for longer than its schedule allows.
//!
//! The rule: a job is overdue if there is a slot S, after it was enabled, with S + allowance < now and no
//! good backup at or after S. The allowance leaves time for the run, its retries and a machine that wakes
//! late: half the way to the next slot, one hour at least, one day at most.

use super::CronSchedule;
use chrono::{DateTime, Duration, Utc};

/// A job that has gone without a good backup for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// The oldest slot that left no good backup.
    pub slot: DateTime<Utc>,
    /// Since when the job is overdue: that slot and its allowance.
    pub since: DateTime<Utc>,
}

/// Decides whether an enabled job is overdue at `now`. `last_good` is when its newest good backup was
/// begun, `enabled_since` when its schedule was last turned on or changed, or the job was added: a job
/// that never made a backup counts from there.
pub fn overdue(
    schedule: &CronSchedule,
    last_good: Option<DateTime<Utc>>,
    enabled_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Overdue> {
    // A slot at the very moment of the last good backup is served by it.
    let slot = match last_good {
        Some(good) if good > enabled_since => schedule.next_after(good)?,
        _ => schedule.next_after(enabled_since)?,
    };
    let since = slot.checked_add_signed(allowance(schedule, slot))?;
    (since < now).then_some(Overdue { slot, since })
}

/// How long after a slot its backup may still be on its way.
pub fn allowance(schedule: &CronSchedule, slot: DateTime<Utc>) -> Duration {
    let interval = schedule.next_after(slot).map_or(Duration::days(1), |next| next - slot);
    (interval / 2).clamp(Duration::hours(1), Duration::days(1))
}
