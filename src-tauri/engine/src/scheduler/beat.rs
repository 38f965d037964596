//! One heartbeat: notice what others wrote, take the lock if it is free, evaluate, start what is due.

use super::{heal, is_started, ledger, overdue};
use crate::catalog::jobs;
use crate::catalog::runs::{self, ActiveRun};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::{locks, runner};
use holdfast_types::{CatalogScope, RunStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often dead processes and overdue jobs are looked for, in milliseconds.
const ROUND: i64 = 10_000;

/// The longest that a run is put off, in milliseconds: a day of jitter.
const LONGEST_WAIT: i64 = 86_400_000;

/// Beats once.
pub(crate) async fn beat(context: &Arc<Context>) -> Result<(), Error> {
    let now = context.now();
    let before = context.last_heartbeat.load(Ordering::Relaxed);
    context.beat_seen(now);
    notice_others(context).await?;
    let took_lock = take_lock(context, now).await?;
    if !context.holds_scheduler() {
        return Ok(());
    }
    // Rounds follow the clock, also when it was set back.
    let round = now.div_euclid(ROUND) != before.div_euclid(ROUND);
    if took_lock || round {
        heal::interrupted_runs(context).await?;
    }
    if context.read(is_started).await? {
        ledger::evaluate(context, now).await?;
        dispatch(context, now).await?;
    }
    if took_lock || round {
        overdue::look(context, now).await?;
    }
    if took_lock {
        let status = super::status(context).await?;
        context.emit(EngineEvent::SchedulerChanged(status));
    }
    Ok(())
}

/// Tells the windows when another process wrote.
async fn notice_others(context: &Arc<Context>) -> Result<(), Error> {
    let shared = Arc::clone(context);
    let version = off_runtime(move || Ok(shared.catalog.data_version()?)).await?;
    let known = context.data_version.swap(version, Ordering::Relaxed);
    if known == version {
        return Ok(());
    }
    if known != 0 {
        context.emit(EngineEvent::CatalogChanged(CatalogScope::All));
        let status = super::status(context).await?;
        context.emit(EngineEvent::SchedulerChanged(status));
    }
    Ok(())
}

/// Takes the scheduler's lock if nobody holds it. Returns whether it was taken now.
async fn take_lock(context: &Arc<Context>, now: i64) -> Result<bool, Error> {
    if context.holds_scheduler() || context.closing.is_cancelled() {
        return Ok(false);
    }
    let shared = Arc::clone(context);
    off_runtime(move || {
        let Some(held) = locks::scheduler(&shared.home, shared.kind, &shared.process, now)? else {
            return Ok(false);
        };
        *shared.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(held);
        Ok(true)
    })
    .await
}

/// Starts the queued runs of the schedule whose time has come.
async fn dispatch(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    let queued = context
        .read(|tx| {
            let waiting = runs::active(tx)?
                .into_iter()
                .filter(|run| run.status == RunStatus::Queued && run.process.is_none());
            waiting
                .map(|run| {
                    let grace = match run.job_id {
                        Some(job) => jobs::get(tx, job)?.job.spec.grace_seconds,
                        None => 0,
                    };
                    Ok((run, grace))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    for (run, grace) in queued {
        let live = context.live().contains_key(&run.id);
        if live || run.not_before.is_some_and(|at| waits(at, now)) {
            continue;
        }
        if run.cancel_requested {
            runner::finish_unstarted(context, run.id).await?;
        } else if is_stale(&run, grace, now) {
            runner::miss(context, run.id).await?;
        } else {
            runner::launch(context, run.id);
        }
    }
    Ok(())
}

/// Whether a run's moment is still to come. One further away than any jitter or pause can put it was given
/// by a clock that has been set back since.
fn waits(not_before: i64, now: i64) -> bool {
    (1..=LONGEST_WAIT).contains(&(not_before - now))
}

/// Whether a queued run waited past its job's grace because no process was there: it is no longer wanted.
fn is_stale(run: &ActiveRun, grace_seconds: u64, now: i64) -> bool {
    // An hour at least: a queue behind a long backup is no absence.
    let grace = i64::try_from(grace_seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000).max(3_600_000);
    let due = run.not_before.or(run.scheduled_for).unwrap_or(now);
    now.saturating_sub(due) > grace
}
