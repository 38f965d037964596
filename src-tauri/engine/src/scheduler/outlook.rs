//! What comes next and what came last, for the status.

use crate::catalog::{CatalogError, Tx, jobs, runs};
use crate::schedule::{CronSchedule, timestamp};
use crate::time;
use chrono::{DateTime, Utc};
use holdfast_types::{LastSlot, NextSlot};

/// The job whose slot comes next, of those that are enabled, and when.
pub(super) fn earliest(
    stored: &[jobs::StoredJob],
    now: i64,
) -> Option<(DateTime<Utc>, &jobs::StoredJob, CronSchedule)> {
    let enabled = stored.iter().filter(|stored| stored.job.spec.enabled);
    let next = enabled.filter_map(|stored| {
        let spec = &stored.job.spec;
        let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone).ok()?;
        let at = schedule.next_after(time::moment(now))?;
        Some((at, stored, schedule))
    });
    next.min_by_key(|(at, ..)| *at)
}

/// The slot that comes next, as the status shows it.
pub(super) fn next_slot(stored: &[jobs::StoredJob], now: i64) -> Option<(NextSlot, CronSchedule)> {
    earliest(stored, now).map(|(at, stored, schedule)| {
        let slot = NextSlot {
            job_id: stored.job.id,
            job: stored.job.spec.name.clone(),
            at: timestamp(at),
            timezone: schedule.timezone().to_owned(),
        };
        (slot, schedule)
    })
}

/// The newest run of any job, as the status shows it.
pub(super) fn last_slot(tx: &Tx) -> Result<Option<LastSlot>, CatalogError> {
    Ok(runs::newest(tx)?.map(|run| LastSlot {
        run_id: run.id,
        job: run.job,
        status: run.status,
        at: run.started_at.unwrap_or(run.queued_at),
    }))
}
