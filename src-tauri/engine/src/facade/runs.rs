//! Runs: start, cancel, list, read.

use super::{Engine, moment, page};
use crate::catalog::run_filter::{self, Selection};
use crate::catalog::runs::{self, NewRun};
use crate::catalog::{audit, jobs, run_log};
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::event::EngineEvent;
use crate::{locks, runner, scheduler};
use holdfast_types::{
    CancelRun, CatalogScope, GetRun, GetRunLog, GetStats, ListRuns, Page, Run, RunDetails, RunFilter, RunId,
    RunLog, RunStatus, Stats, TriggerNow, TriggerType,
};
use std::time::Duration;

/// How often another process's run is looked at while somebody waits for it.
const FOREIGN_RUN_INTERVAL: Duration = Duration::from_millis(500);

impl Engine {
    /// Starts a run at once and returns it queued; as skipped when a run of the job is going on.
    pub async fn trigger_now(&self, request: TriggerNow) -> Result<Run, Error> {
        // A run whose process died keeps nobody from running the job again, also where no scheduler heals it.
        scheduler::heal::interrupted_runs(&self.context).await?;
        let id = request.job_id;
        let now = self.context.now();
        // The lock is only looked at: the runner takes it for good, and skips the run if it lost the race.
        let busy = locks::job(&self.context.home, id)?.is_none();
        let operator = self.context.operator;
        let process = self.context.process.id().to_owned();
        let run = self
            .context
            .write(CatalogScope::Runs, move |tx| {
                let job = jobs::get(tx, id)?.job;
                let waiting = runs::active(tx)?
                    .iter()
                    .any(|active| active.job_id == Some(id) && active.process.is_some());
                let skipped = busy || waiting;
                let run = runs::insert(
                    tx,
                    &NewRun {
                        job_id: id,
                        job_name: job.spec.name.clone(),
                        slot_id: None,
                        scheduled_for: None,
                        trigger: TriggerType::Manual,
                        status: if skipped { RunStatus::Skipped } else { RunStatus::Queued },
                        queued_at: now,
                        not_before: None,
                        operator,
                        attempt: 1,
                        process: Some(process),
                        error_message: skipped.then(|| runner::ALREADY_RUNNING.to_owned()),
                    },
                )?;
                audit::record(tx, operator, now, "run.start", &job.spec.name, &format!("run {run}"))?;
                runs::get(tx, run)
            })
            .await?;
        if run.status == RunStatus::Queued {
            runner::launch(&self.context, run.id);
            if self.context.closing.is_cancelled() {
                // It may have been refused; one that began is not touched.
                runner::finish_unstarted(&self.context, run.id).await?;
            }
        } else {
            self.context.emit(EngineEvent::Failed(run.clone()));
        }
        Ok(run)
    }

    /// Ends a run that is queued or going on, whichever process carries it out.
    pub async fn cancel_run(&self, request: CancelRun) -> Result<Run, Error> {
        let id = request.id;
        let (operator, now) = (self.context.operator, self.context.now());
        let (asked, run) = self
            .context
            .write(CatalogScope::Runs, move |tx| {
                let run = runs::get(tx, id)?;
                let asked = runs::request_cancel(tx, id)?;
                if asked {
                    audit::record(tx, operator, now, "run.cancel", &run.job, &format!("run {id}"))?;
                }
                Ok((asked, run))
            })
            .await?;
        if !asked {
            return Err(Error::Refused(Refusal::RunEnded));
        }
        let live = self.context.live().get(&id).cloned();
        match live {
            Some(live) => live.cancel.cancel(),
            // Nobody has begun it: it ends here.
            None if run.status == RunStatus::Queued => runner::finish_unstarted(&self.context, id).await?,
            None => {}
        }
        self.context.read(move |tx| runs::get(tx, id)).await
    }

    /// Waits for a run's end.
    pub async fn wait_for_run(&self, id: RunId) -> Result<Run, Error> {
        loop {
            let ended = self.context.run_ended.notified();
            let run = self.context.read(move |tx| runs::get(tx, id)).await?;
            if !run.status.is_active() {
                return Ok(run);
            }
            let _ = tokio::time::timeout(FOREIGN_RUN_INTERVAL, ended).await;
        }
    }

    /// Lists runs.
    pub async fn list_runs(&self, request: ListRuns) -> Result<Page<Run>, Error> {
        let (page, limit) = page(request.page, request.limit)?;
        let selection = selection(request.filter)?;
        self.context.read(move |tx| run_filter::list(tx, &selection, request.sort, page, limit)).await
    }

    /// Shows one run with its steps and its progress.
    pub async fn get_run(&self, request: GetRun) -> Result<RunDetails, Error> {
        let id = request.id;
        let (run, commands, steps) = self
            .context
            .read(move |tx| Ok((runs::get(tx, id)?, run_log::commands(tx, id)?, run_log::steps(tx, id)?)))
            .await?;
        let live = self.context.live().get(&id).cloned();
        let progress = match live {
            _ if !run.status.is_active() => None,
            Some(live) => live.newest_progress(),
            None => {
                let home = self.context.home.clone();
                off_runtime(move || Ok(runner::told::newest(&home, id))).await?
            }
        };
        Ok(RunDetails { run, progress, commands, steps })
    }

    /// Reads a run's log.
    pub async fn get_run_log(&self, request: GetRunLog) -> Result<RunLog, Error> {
        self.context
            .read(move |tx| {
                runs::get(tx, request.id)?;
                Ok(RunLog { lines: run_log::lines(tx, request.id, request.after)? })
            })
            .await
    }

    /// The statistics.
    pub async fn get_stats(&self, request: GetStats) -> Result<Stats, Error> {
        let since = moment("The start of the period", request.since.as_deref())?;
        let default = self.context.home.backups();
        let (mut stats, storage) = self
            .context
            .read(move |tx| {
                Ok((
                    crate::catalog::stats::get(tx, request.job_id, since)?,
                    crate::settings::storage(tx, &default)?,
                ))
            })
            .await?;
        stats.space_free_bytes =
            crate::context::off_runtime(move || Ok(crate::repository::space::available_bytes(&storage).ok()))
                .await?;
        Ok(stats)
    }
}

/// Checks a filter's times.
pub(super) fn selection(filter: RunFilter) -> Result<Selection, Error> {
    let since = moment("The start of the period", filter.since.as_deref())?;
    let until = moment("The end of the period", filter.until.as_deref())?;
    Ok(Selection { filter, since, until })
}
