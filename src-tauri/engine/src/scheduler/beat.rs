//! One heartbeat: notice what others wrote, take the lock if it is free, evaluate, start what is due.

use super::calm::Calm;
use super::{drills, heal, is_started, ledger, others, overdue};
use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::runs::{self, ActiveRun};
use crate::catalog::{CatalogError, Tx};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::{locks, runner};
use holdfast_types::{CatalogScope, JobId, ProcessKind, RunId, RunStatus, TriggerType};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often dead processes and overdue jobs are looked for, in milliseconds.
const ROUND: i64 = 10_000;

/// How often the beat is marked for other processes, in milliseconds: seldom, so that an idle disk may sleep.
const MARK: i64 = 60_000;

/// Why a queued run of a job is not carried out.
const SWITCHED_OFF: &str = "The job was switched off.";

/// The longest that a run is put off, in milliseconds: a day of jitter.
const LONGEST_WAIT: i64 = 86_400_000;

/// Beats once.
pub(crate) async fn beat(context: &Arc<Context>) -> Result<(), Error> {
    let now = context.now();
    let before = context.last_heartbeat.load(Ordering::Relaxed);
    context.beat_seen(now);
    let version = look(context).await?;
    let lasts = context.calm().is_some_and(|calm| calm.lasts(version, now));
    if !lasts {
        notice_others(context).await?;
    }
    if context.kind == ProcessKind::Window {
        others::tell_progress(context).await?;
    }
    let took_lock = take_lock(context, now).await?;
    // Rounds follow the clock, also when it was set back.
    let round = took_lock || now.div_euclid(ROUND) != before.div_euclid(ROUND);
    let holds = context.holds_scheduler();
    if holds {
        if took_lock || now.div_euclid(MARK) != before.div_euclid(MARK) {
            let place = context.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            place.iter().for_each(|held| locks::mark_beat(held, now));
        }
        if round {
            heal::interrupted_runs(context).await?;
            heal::interrupted_verifications(context).await?;
        }
    }
    let changed = !lasts || took_lock;
    let schedules = (changed || round) && holds && context.read(is_started).await?;
    if changed {
        let calm = match schedules {
            true => carry_out(context, version, now).await?,
            false => Calm::without_schedule(version, now),
        };
        *context.calm() = Some(calm);
    }
    if round && schedules {
        drills::evaluate(context, now).await?;
    }
    // A window tells its operator also what another process carries out.
    if round && (holds || context.kind == ProcessKind::Window) {
        overdue::look(context, now).await?;
    }
    if took_lock {
        let status = super::status(context).await?;
        context.emit(EngineEvent::SchedulerChanged(status));
    }
    Ok(())
}

/// Does what the schedule asks for, and tells how long it asks for nothing more.
async fn carry_out(context: &Arc<Context>, version: i64, now: i64) -> Result<Calm, Error> {
    ledger::evaluate(context, now).await?;
    dispatch(context, now).await?;
    context.read(move |tx| Calm::of_schedule(tx, version, now)).await
}

/// Tells the windows when another process wrote, and which runs it ended.
async fn notice_others(context: &Arc<Context>) -> Result<(), Error> {
    others::tell_ended(context).await?;
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

/// All that a beat looks at when nothing happened, in one visit to the disk: the version of the catalog, which is
/// returned, and the lock files. Where one was removed by hand, this process is announced again, and stands down from
/// the schedule, which another process may carry out by now. If none does, the lock is taken anew at once.
async fn look(context: &Arc<Context>) -> Result<i64, Error> {
    let shared = Arc::clone(context);
    let (version, stood_down) = off_runtime(move || {
        if shared.process.renew(&shared.home)? {
            tracing::error!("the lock file of this process was removed, and is made again");
        }
        let mut place = shared.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let lost = place.as_ref().is_some_and(|held| !locks::is_scheduler(&shared.home, held));
        if lost {
            // Without removing what is written beside the lock: it names the next holder.
            *place = None;
        }
        Ok((shared.catalog.version()?, lost))
    })
    .await?;
    if stood_down {
        tracing::error!(
            "the scheduler's lock file was removed; this process stands down until the lock is free"
        );
        let status = super::status(context).await?;
        context.emit(EngineEvent::SchedulerChanged(status));
    }
    Ok(version)
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
        let mut place = shared.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // A shutdown that began meanwhile looks for the lock here, once.
        if shared.closing.is_cancelled() {
            locks::release_scheduler(&shared.home, held);
            return Ok(false);
        }
        *place = Some(held);
        Ok(true)
    })
    .await
}

/// A queued run of the schedule, with what decides about it.
struct Waiting {
    run: ActiveRun,
    /// Its job; none when that was removed.
    job: Option<StoredJob>,
    /// When the job's last run left it free.
    free_since: Option<i64>,
}

/// Starts the queued runs of the schedule whose time has come.
async fn dispatch(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    let live: HashSet<RunId> = context.live().keys().copied().collect();
    let (mut busy, waiting) = context.read(move |tx| waiting(tx, &live)).await?;
    for Waiting { run, job, free_since } in waiting {
        let is_free = run.job_id.is_none_or(|job| !busy.contains(&job));
        if run.cancel_requested {
            runner::finish_unstarted(context, run.id).await?;
        } else if job.as_ref().is_some_and(|stored| !stored.job.spec.enabled) {
            runner::skip(context, run.id, SWITCHED_OFF).await?;
        } else if run.not_before.is_some_and(|at| waits(at, now)) {
            continue;
        } else if run.trigger == TriggerType::CatchUp && !is_free {
            // The slots that are caught up run one after the other.
            continue;
        } else if is_stale(&run, job.as_ref(), free_since, now) {
            runner::miss(context, run.id).await?;
        } else {
            busy.extend(run.job_id);
            runner::launch(context, run.id);
        }
    }
    Ok(())
}

/// The jobs that a run goes on for, and the runs that wait for whoever holds the scheduler's lock. `live`
/// are those that this process has launched.
fn waiting(tx: &Tx, live: &HashSet<RunId>) -> Result<(HashSet<JobId>, Vec<Waiting>), CatalogError> {
    let taken =
        |run: &ActiveRun| run.status != RunStatus::Queued || run.process.is_some() || live.contains(&run.id);
    let (taken, queued): (Vec<ActiveRun>, Vec<ActiveRun>) = runs::active(tx)?.into_iter().partition(taken);
    let busy = taken.into_iter().filter_map(|run| run.job_id).collect();
    let known = |run: ActiveRun| {
        let job = run.job_id.map(|job| jobs::get(tx, job)).transpose()?;
        let free_since = match (run.trigger, run.job_id) {
            (TriggerType::CatchUp, Some(job)) => runs::last_end(tx, job)?,
            _ => None,
        };
        Ok(Waiting { run, job, free_since })
    };
    Ok((busy, queued.into_iter().map(known).collect::<Result<_, CatalogError>>()?))
}

/// Whether a run's moment is still to come. One further away than any jitter or pause can put it was given
/// by a clock that has been set back since.
fn waits(not_before: i64, now: i64) -> bool {
    (1..=LONGEST_WAIT).contains(&(not_before - now))
}

/// Whether a queued run waited past its job's grace because no process was there: it is no longer wanted.
/// One that is caught up waits for the runs of its own job, too, and that is no absence.
fn is_stale(run: &ActiveRun, job: Option<&StoredJob>, free_since: Option<i64>, now: i64) -> bool {
    let grace_seconds = job.map_or(0, |stored| stored.job.spec.grace_seconds);
    // An hour at least: a queue behind a long backup is no absence.
    let grace = i64::try_from(grace_seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000).max(3_600_000);
    let due = run.not_before.or(run.scheduled_for).unwrap_or(now).max(free_since.unwrap_or(i64::MIN));
    now.saturating_sub(due) > grace
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn catch_up(not_before: i64) -> ActiveRun {
        ActiveRun {
            id: RunId(1),
            job_id: Some(JobId(1)),
            status: RunStatus::Queued,
            trigger: TriggerType::CatchUp,
            not_before: Some(not_before),
            scheduled_for: Some(not_before),
            process: None,
            cancel_requested: false,
        }
    }

    #[test]
    fn a_slot_that_is_caught_up_counts_its_wait_from_the_end_of_the_run_before_it() {
        let run = catch_up(0);
        assert!(is_stale(&run, None, None, 2 * HOUR), "nobody was there for longer than the grace");
        assert!(
            !is_stale(&run, None, Some(5 * HOUR), 5 * HOUR + 1),
            "a run of five hours must not cost the slots that wait behind it"
        );
        assert!(is_stale(&run, None, Some(5 * HOUR), 7 * HOUR), "then nobody was there again");
    }
}
