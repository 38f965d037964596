//! A year of backups that a schedule would have left, to try a policy on before any exists.

use super::Candidate;
use crate::schedule::CronSchedule;
use chrono::{DateTime, Duration, Utc};
use holdfast_types::{BackupId, BackupStatus, TrustLevel};

/// The most made-up backups; a schedule that fires more often shows its newest ones.
pub const MADE_UP_LIMIT: usize = 2000;

/// One good backup of one database for each slot of the year up to `now`, oldest first, with ids from 1
/// and no size.
pub fn made_up_year(schedule: &CronSchedule, now: DateTime<Utc>) -> Vec<Candidate> {
    let a_year_ago = now.checked_sub_signed(Duration::days(365)).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let slots = schedule.newest_between(a_year_ago, now, MADE_UP_LIMIT);
    let backup = |(id, created_at)| Candidate {
        id: BackupId(id),
        server: String::new(),
        database: String::new(),
        created_at,
        size_bytes: 0,
        status: BackupStatus::Good,
        trust: TrustLevel::L2,
        pinned: false,
    };
    (1..).zip(slots).map(backup).collect()
}
