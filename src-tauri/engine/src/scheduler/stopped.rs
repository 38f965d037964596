//! Slots that pass while an operator keeps the scheduler stopped: recorded as skipped, never caught up.

use super::{is_started, ledger};
use crate::catalog::jobs;
use crate::catalog::runs::{self, NewRun};
use crate::catalog::slots::{self, SlotState};
use crate::context::Context;
use crate::error::Error;
use crate::schedule::CronSchedule;
use crate::time;
use holdfast_types::{CatalogScope, RunStatus, TriggerType};
use std::sync::Arc;

/// Skipped slots of one job that are listed; a stop of a year would fill the history otherwise.
const LISTED: usize = 100;
/// Why they did not run.
const REASON: &str = "The scheduler was stopped.";

/// Enters the slots that passed during a stop into the ledger, if the scheduler is stopped.
pub(crate) async fn skip_passed(context: &Arc<Context>) -> Result<(), Error> {
    if context.read(is_started).await? {
        return Ok(());
    }
    let now = context.now();
    context
        .write(CatalogScope::Runs, move |tx| {
            let operator = ledger::system_operator(tx)?;
            for stored in jobs::list(tx)?.into_iter().filter(|stored| stored.job.spec.enabled) {
                let spec = &stored.job.spec;
                let Ok(schedule) = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone)
                else {
                    continue;
                };
                let passed = schedule.newest_between(
                    time::moment(stored.last_evaluated_at),
                    time::moment(now),
                    LISTED,
                );
                for slot in passed {
                    let at = slot.timestamp_millis();
                    let claimed = slots::claim(tx, stored.job.id, at, SlotState::Skipped, Some(REASON), now)?;
                    let Some(id) = claimed else { continue };
                    runs::insert(
                        tx,
                        &NewRun {
                            slot_id: Some(id),
                            scheduled_for: Some(at),
                            status: RunStatus::Skipped,
                            error_message: Some(REASON.to_owned()),
                            ..ledger::queued(&stored, operator, TriggerType::Scheduled, now)
                        },
                    )?;
                }
                jobs::record_evaluated(tx, stored.job.id, &spec.schedule, now)?;
            }
            Ok(())
        })
        .await
}
