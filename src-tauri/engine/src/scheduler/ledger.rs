//! Writes what the planner decided into the ledger: claims slots, queues their runs, records what was missed.

use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::runs::{self, NewRun};
use crate::catalog::slots::{self, SlotState};
use crate::catalog::{CatalogError, Tx};
use crate::context::Context;
use crate::error::Error;
use crate::event::EngineEvent;
use crate::schedule::{self, CronSchedule, DueTrigger, Evaluation, PlannedJob};
use crate::time;
use holdfast_types::{CatalogScope, OperatorId, Run, RunStatus, TriggerType};
use std::sync::Arc;

/// Evaluates every enabled job up to `now`.
pub(super) async fn evaluate(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    for stored in context.read(jobs::list).await? {
        if !stored.job.spec.enabled || stored.last_evaluated_at == now {
            continue;
        }
        let Some(planned) = planned(&stored) else { continue };
        let evaluation = schedule::plan(&planned, time::moment(stored.last_evaluated_at), time::moment(now));
        let clock_went_back = now < stored.last_evaluated_at;
        let nothing = evaluation.due.is_empty() && evaluation.missed.is_empty();
        // Nothing is written while nothing is due: the same span is looked at again, and the ledger refuses
        // what it knows.
        if nothing && !clock_went_back {
            continue;
        }
        let ended = context.write_quietly(move |tx| record(tx, &stored, &evaluation, now)).await?;
        for run in ended {
            context.emit(EngineEvent::Failed(run));
        }
        context.emit(EngineEvent::CatalogChanged(CatalogScope::Runs));
    }
    Ok(())
}

/// A job as the planner sees it; none for one whose schedule can no longer be read.
fn planned(stored: &StoredJob) -> Option<PlannedJob> {
    let spec = &stored.job.spec;
    let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone).ok()?;
    Some(PlannedJob {
        job_id: stored.job.id,
        schedule,
        missed: spec.missed,
        missed_limit: spec.missed_limit,
        grace_seconds: spec.grace_seconds,
        jitter_seconds: spec.jitter_seconds,
    })
}

/// Writes an evaluation in one transaction. Returns the runs that were recorded as missed.
fn record(tx: &Tx, stored: &StoredJob, evaluation: &Evaluation, now: i64) -> Result<Vec<Run>, CatalogError> {
    let job = &stored.job;
    let evaluated = evaluation.evaluated_to.timestamp_millis();
    if !jobs::record_evaluated(tx, job.id, &job.spec.schedule, evaluated)? {
        // Another process changed or removed the job meanwhile; the next beat sees the new one.
        return Ok(Vec::new());
    }
    let operator = system_operator(tx)?;
    let mut missed = Vec::new();
    for slot in &evaluation.missed {
        let at = slot.scheduled_for.timestamp_millis();
        let reason = crate::error::word_missed(&slot.reason);
        let Some(id) = slots::claim(tx, job.id, at, SlotState::Missed, Some(&reason), now)? else { continue };
        let trigger = TriggerType::Scheduled;
        let new = NewRun {
            slot_id: Some(id),
            scheduled_for: Some(at),
            status: RunStatus::Missed,
            error_message: Some(reason),
            ..queued(stored, operator, trigger, now)
        };
        missed.push(runs::get(tx, runs::insert(tx, &new)?)?);
    }
    if evaluation.older_missed > 0 {
        tracing::warn!("{}: {} older slots were missed too", job.spec.name, evaluation.older_missed);
    }
    for slot in &evaluation.due {
        let at = slot.scheduled_for.timestamp_millis();
        let Some(id) = slots::claim(tx, job.id, at, SlotState::Planned, None, now)? else { continue };
        let trigger = match slot.trigger {
            DueTrigger::Scheduled => TriggerType::Scheduled,
            DueTrigger::CatchUp => TriggerType::CatchUp,
        };
        let new = NewRun {
            slot_id: Some(id),
            scheduled_for: Some(at),
            not_before: Some(slot.not_before.timestamp_millis()),
            ..queued(stored, operator, trigger, now)
        };
        runs::insert(tx, &new)?;
    }
    Ok(missed)
}

/// The operator whom scheduled runs name.
pub(super) fn system_operator(tx: &Tx) -> Result<OperatorId, CatalogError> {
    let id = i64::try_from(crate::settings::number(tx, "system_user_id")?).unwrap_or(1);
    let wanted = OperatorId(id);
    Ok(match crate::catalog::operators::name(tx, wanted)? {
        Some(_) => wanted,
        None => OperatorId::SYSTEM,
    })
}

/// A run of a job that waits for whoever holds the scheduler's lock.
pub(super) fn queued(stored: &StoredJob, operator: OperatorId, trigger: TriggerType, now: i64) -> NewRun {
    NewRun {
        job_id: stored.job.id,
        job_name: stored.job.spec.name.clone(),
        slot_id: None,
        scheduled_for: None,
        trigger,
        status: RunStatus::Queued,
        queued_at: now,
        not_before: None,
        operator,
        attempt: 1,
        process: None,
        error_message: None,
    }
}
