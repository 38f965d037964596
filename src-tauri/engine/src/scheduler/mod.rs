//! The scheduler: a heartbeat that asks `schedule` what is due and hands it to `runner`.
//!
//! One process on a data directory holds the scheduler's lock and carries out the schedule; the others show
//! who does and take over when it goes. tokio-cron-scheduler beats; it owns no schedule of ours, because it
//! freezes zones and remembers nothing.

pub(crate) mod adopt;
pub(crate) mod beat;
pub(crate) mod calm;
mod drills;
pub(crate) mod heal;
pub(crate) mod heartbeat;
mod housekeeping;
mod ledger;
pub(crate) mod others;
mod outlook;
pub(crate) mod overdue;
pub(crate) mod stopped;

use crate::catalog::{CatalogError, Tx, jobs, runs, settings as stored};
use crate::context::Context;
use crate::error::Error;
use crate::{locks, settings, time};
use holdfast_types::{JobId, RunStatus, SchedulerState, SchedulerStatus};
use outlook::{last_slot, next_slot};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Whether an operator left the scheduler started; as BACKUP_ENABLED says until one decides.
pub(crate) fn is_started(tx: &Tx) -> Result<bool, CatalogError> {
    Ok(match stored::get(tx, settings::SCHEDULER_STARTED)? {
        Some(stored) => stored.value == "true",
        None => settings::switch(tx, "enabled")?,
    })
}

/// Whether the schedule of a job may begin a run now.
pub(crate) fn may_run(tx: &Tx, job: JobId) -> Result<bool, CatalogError> {
    Ok(is_started(tx)? && jobs::get(tx, job)?.job.spec.enabled)
}

/// How the scheduler stands.
pub(crate) async fn status(context: &Arc<Context>) -> Result<SchedulerStatus, Error> {
    let holder = locks::scheduler_holder(&context.home, &context.process)?;
    let now = context.now();
    let beat = match (context.last_heartbeat.load(Ordering::Relaxed), &holder) {
        (0, Some(_)) => locks::marked_beat(&context.home).unwrap_or(0),
        (own, _) => own,
    };
    let held = holder.is_some();
    let mut status = context
        .read(move |tx| {
            let started = is_started(tx)?;
            let all = jobs::ordinary(tx)?;
            let next = next_slot(&all, now);
            let (schedule, description) = match &next {
                Some((_, schedule)) => (Some(schedule.expression().to_owned()), Some(schedule.describe())),
                None => (None, None),
            };
            Ok(SchedulerStatus {
                state: match (started, held) {
                    (false, _) => SchedulerState::Stopped,
                    (true, true) => SchedulerState::Running,
                    (true, false) => SchedulerState::Idle,
                },
                holder: None,
                next: next.map(|(slot, _)| slot),
                last: last_slot(tx)?,
                enabled_jobs: all.iter().filter(|stored| stored.job.spec.enabled).count() as u64,
                total_jobs: all.len() as u64,
                active_runs: runs::active(tx)?
                    .into_iter()
                    .filter(|run| run.status == RunStatus::Processing)
                    .map(|run| run.id)
                    .collect(),
                schedule,
                description,
                last_heartbeat_at: (beat > 0).then(|| time::text(beat)),
            })
        })
        .await?;
    status.holder = holder;
    Ok(status)
}
