//! One run from queued to its recorded end; cancellable at every step.
//!
//! A run holds its job's lock and one of the data directory's places. Whatever happens, its end is recorded, told and, for slots,
//! followed by a retry while the budget lasts. It decides no schedule and no retention.

mod backup;
mod carry;
mod count;
mod dump;
mod estimate;
mod insist;
mod journal;
mod parallel;
mod preflight;
mod publish;
pub(crate) mod scratch;
#[cfg(test)]
mod tests;
pub(crate) mod told;
mod tracker;
mod waits;
mod watch;

use crate::catalog::runs::{self, ActiveRun, NewRun, RunEnd};
use crate::catalog::slots::SlotState;
use crate::catalog::{CatalogError, Tx, jobs, slots};
use crate::context::{Context, LiveRun};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::proof::routine;
use crate::{locks, run_slots, schedule, scheduler, time};
use holdfast_types::{CatalogScope, Run, RunId, RunStatus, TriggerType};
use insist::{Until, insist};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the catalog is asked whether another process wants a run to end.
const HEED_INTERVAL: Duration = Duration::from_millis(500);

/// Why a run was skipped.
pub(crate) const ALREADY_RUNNING: &str = "Another run of this job was going on.";

/// Carries a queued run out in the background. One that this process carries out already is left alone.
pub(crate) fn launch(context: &Arc<Context>, id: RunId) {
    let live = LiveRun { cancel: CancellationToken::new(), progress: Arc::new(Mutex::new(None)) };
    {
        let mut all = context.live();
        // Whoever closes has cancelled what it saw here; what came later would be killed in the middle.
        if all.contains_key(&id) || context.closing.is_cancelled() {
            return;
        }
        all.insert(id, live.clone());
    }
    let context = Arc::clone(context);
    tokio::spawn(async move {
        // A task of its own, so that even a panic leaves a recorded end.
        let task = tokio::spawn(turn(Arc::clone(&context), id, live.clone()));
        let result = tokio::select! {
            ended = task => ended.unwrap_or_else(|error| Err(Error::Internal(error.to_string()))),
            never = heed_others(&context, id, &live.cancel) => match never {},
            never = told::tell(&context, id, &live) => match never {},
        };
        told::forget(&context, id).await;
        let ending = result.unwrap_or_else(|error| {
            tracing::error!("run {id}: {}", error.to_api());
            Some(Ending::new(RunStatus::Failed, failure(&error)))
        });
        if let Some(ending) = ending {
            record(&context, id, ending).await;
            routine::after_run(&context, id).await;
        }
        context.live().remove(&id);
        context.run_ended.notify_waiters();
    });
}

/// Passes on another process's wish that the run ends. It is written into the catalog, which tells nobody.
async fn heed_others(context: &Arc<Context>, id: RunId, cancel: &CancellationToken) -> Infallible {
    loop {
        tokio::time::sleep(HEED_INTERVAL).await;
        let wished = |run: &ActiveRun| run.id == id && run.cancel_requested;
        // What cannot be read now is read at the next look.
        if context.read(runs::active).await.is_ok_and(|active| active.iter().any(wished)) {
            cancel.cancel();
        }
    }
}

/// How a run ended, with what it holds until that is recorded.
struct Ending {
    status: RunStatus,
    record: RunEnd,
    held: Option<(locks::Held, run_slots::Place)>,
}

impl Ending {
    fn new(status: RunStatus, record: RunEnd) -> Self {
        Self { status, record, held: None }
    }
}

/// Records an ending, however long the catalog refuses: a run must not stay processing in a living process.
async fn record(context: &Arc<Context>, id: RunId, ending: Ending) {
    let Ending { status, record, held } = ending;
    let at = context.now();
    let attempt = || end(context, id, status, record.clone(), at);
    if let Err(error) =
        insist(&format!("the end of run {id}"), Until::Closing, &context.closing, attempt).await
    {
        tracing::error!("run {id}: its end could not be recorded: {}", error.to_api());
    }
    drop(held);
}

/// Waits for the turn, takes the job's lock and carries the run out. Gives its ending, unless somebody else
/// began it or ended it meanwhile.
async fn turn(context: Arc<Context>, id: RunId, live: LiveRun) -> Result<Option<Ending>, Error> {
    let place = tokio::select! {
        place = run_slots::wait(&context) => place?,
        () = live.cancel.cancelled() => {
            return Ok(Some(Ending::new(RunStatus::Cancelled, failure(&Error::Cancelled))));
        }
    };
    let run = context.read(move |tx| runs::get(tx, id)).await?;
    let Some(job_id) = run.job_id else {
        let error = Error::NoSuchName { kind: "job", name: run.job, near: Vec::new() };
        return Ok(Some(Ending::new(RunStatus::Failed, failure(&error))));
    };
    let trigger = run.trigger_type;
    let Some(lock) = locks::job(&context.home, job_id)? else {
        // A slot that is caught up stays queued until the one before it is done.
        if trigger == TriggerType::CatchUp {
            return Ok(None);
        }
        let reason = RunEnd { error_message: Some(ALREADY_RUNNING.to_owned()), ..RunEnd::default() };
        return Ok(Some(Ending::new(RunStatus::Skipped, reason)));
    };
    let (process, now) = (context.process.id().to_owned(), context.now());
    let begin = move |tx: &Tx| {
        // While it waited for its turn the scheduler may have been stopped, or the job switched off.
        let wanted = trigger == TriggerType::Manual || scheduler::may_run(tx, job_id)?;
        Ok(wanted && runs::begin(tx, id, &process, now)?)
    };
    let began = context.write_quietly(begin).await?;
    if !began {
        return Ok(None);
    }
    let run = context.read(move |tx| runs::get(tx, id)).await?;
    context.emit(EngineEvent::Started(run));
    context.emit(EngineEvent::CatalogChanged(CatalogScope::Runs));
    let outcome = carry::carry_out(&context, id, job_id, &live).await;
    let (status, record) = carry::conclude(outcome);
    Ok(Some(Ending { status, record, held: Some((lock, place)) }))
}

/// What a failure leaves in the record.
fn failure(error: &Error) -> RunEnd {
    let words = error.to_api();
    RunEnd { error_message: Some(words.message), error_hint: Some(words.hint), ..RunEnd::default() }
}

/// Records a run's end and its retry in one transaction, and tells it.
async fn end(
    context: &Arc<Context>,
    id: RunId,
    status: RunStatus,
    record: RunEnd,
    at: i64,
) -> Result<(), Error> {
    let process = context.process.id().to_owned();
    let (recorded, run) = context
        .write(CatalogScope::Runs, move |tx| {
            let recorded = runs::finish_own(tx, id, &process, status, &record, at)?;
            let run = runs::get(tx, id)?;
            if recorded && status == RunStatus::Failed {
                queue_retry(tx, &run, at)?;
            }
            Ok((recorded, run))
        })
        .await?;
    if !recorded {
        return Ok(());
    }
    context.emit(match status {
        RunStatus::Completed => EngineEvent::Completed(run),
        _ => EngineEvent::Failed(run),
    });
    Ok(())
}

/// Records the end of a run that nobody has begun, and tells it. One that was begun meanwhile is left to
/// whoever carries it out.
async fn end_queued(
    context: &Arc<Context>,
    id: RunId,
    status: RunStatus,
    record: RunEnd,
) -> Result<(), Error> {
    let now = context.now();
    let (recorded, run) = context
        .write(CatalogScope::Runs, move |tx| {
            let recorded = runs::finish_queued(tx, id, status, &record, now)?;
            Ok((recorded, runs::get(tx, id)?))
        })
        .await?;
    if recorded {
        context.emit(EngineEvent::Failed(run));
    }
    Ok(())
}

/// Ends a run that nobody has begun, as cancelled.
pub(crate) async fn finish_unstarted(context: &Arc<Context>, id: RunId) -> Result<(), Error> {
    end_queued(context, id, RunStatus::Cancelled, failure(&Error::Cancelled)).await
}

/// Ends a run that nobody has begun, as skipped.
pub(crate) async fn skip(context: &Arc<Context>, id: RunId, reason: &str) -> Result<(), Error> {
    let record = RunEnd { error_message: Some(reason.to_owned()), ..RunEnd::default() };
    end_queued(context, id, RunStatus::Skipped, record).await
}

/// Ends a queued run whose time passed while no process was there.
pub(crate) async fn miss(context: &Arc<Context>, id: RunId) -> Result<(), Error> {
    let record = RunEnd {
        error_message: Some("Holdfast was not running until the grace for its slot had passed.".to_owned()),
        ..RunEnd::default()
    };
    end_queued(context, id, RunStatus::Missed, record).await
}

/// Queues another attempt at a failed run's slot while the job's budget lasts. Manual runs have no slot and
/// are tried again by whoever started them.
pub(crate) async fn plan_retry(context: &Arc<Context>, failed: &Run) -> Result<(), Error> {
    let (failed, now) = (failed.clone(), context.now());
    context.write(CatalogScope::Runs, move |tx| queue_retry(tx, &failed, now)).await
}

/// The same within a transaction.
fn queue_retry(tx: &Tx, failed: &Run, now: i64) -> Result<(), CatalogError> {
    let Some(job_id) = failed.job_id else { return Ok(()) };
    let Some(slot) = runs::slot(tx, failed.id)? else { return Ok(()) };
    let job = jobs::get(tx, job_id)?.job;
    let spec = &job.spec;
    let next = schedule::next_attempt(spec.retries, failed.attempt, spec.retry_backoff_seconds);
    let (Some(next), true) = (next, spec.enabled) else { return Ok(()) };
    let delay = i64::try_from(next.delay_seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000);
    runs::insert(
        tx,
        &NewRun {
            job_id,
            job_name: spec.name.clone(),
            slot_id: Some(slot),
            scheduled_for: failed.scheduled_for.as_deref().and_then(time::parse),
            trigger: TriggerType::Retry,
            status: RunStatus::Queued,
            queued_at: now,
            not_before: Some(now.saturating_add(delay)),
            operator: failed.triggered_by_user_id,
            attempt: next.attempt,
            process: None,
            error_message: None,
        },
    )?;
    slots::settle(tx, slot, SlotState::Planned, Some("It is tried again."))
}
