//! Carries a run out: prepares once, backs each database up in turn, applies retention.

use super::backup::{Made, Source, back_up};
use super::failure;
use super::journal::Journal;
use super::preflight::{self, Ready};
use super::scratch::Scratch;
use super::tracker::Tracker;
use crate::cancel::or_cancelled;
use crate::catalog::runs::RunEnd;
use crate::catalog::{job_databases, jobs};
use crate::context::{Context, LiveRun};
use crate::error::Error;
use crate::postgres::globals::{self, GlobalsPlan, GlobalsRequest};
use crate::{presence, retention_plan, settings};
use holdfast_types::counted;
use holdfast_types::{ApiError, Job, JobId, LogLevel, OperatorId, RunId, RunPhase, RunStatus};
use std::path::PathBuf;
use std::sync::Arc;

/// What came of a run: the backups that were made, and why not all were.
pub(super) struct Outcome {
    pub(super) made: Vec<Made>,
    pub(super) error: Option<Error>,
}

/// What the record says of an outcome.
pub(super) fn conclude(outcome: Outcome) -> (RunStatus, RunEnd) {
    let (status, mut record) = match &outcome.error {
        None => (RunStatus::Completed, RunEnd::default()),
        Some(error) if error.is_cancelled() => (RunStatus::Cancelled, failure(&Error::Cancelled)),
        Some(error) => (RunStatus::Failed, failure(error)),
    };
    record.backup_id = outcome.made.first().map(|made| made.id);
    record.backup_filepath = outcome.made.first().map(|made| made.path.clone());
    if !outcome.made.is_empty() {
        record.backup_size_bytes = Some(outcome.made.iter().map(|made| made.size_bytes).sum());
    }
    (status, record)
}

/// Carries a run out and writes its log.
pub(super) async fn carry_out(context: &Arc<Context>, run: RunId, job_id: JobId, live: &LiveRun) -> Outcome {
    let journal = Journal::new(Arc::clone(context), run);
    let mut made = Vec::new();
    let result = steps(context, run, job_id, live, &journal, &mut made).await;
    match &result {
        Ok(()) => journal.info("The run completed."),
        Err(error) if error.is_cancelled() => journal.info("The run was cancelled."),
        Err(error) => {
            let words = error.to_api();
            journal.log(LogLevel::Error, words.message);
            if !words.hint.is_empty() {
                journal.info(words.hint);
            }
        }
    }
    journal.step(RunPhase::Done, None);
    journal.close().await;
    Outcome { made, error: result.err() }
}

async fn steps(
    context: &Arc<Context>,
    run: RunId,
    job_id: JobId,
    live: &LiveRun,
    journal: &Journal,
    made: &mut Vec<Made>,
) -> Result<(), Error> {
    let job = context.read(move |tx| jobs::get(tx, job_id)).await?.job;
    let tracker = Tracker::begin(context, run, &job, live);
    journal.step(RunPhase::Preflight, None);
    tracker.phase(RunPhase::Preflight);
    let ready = or_cancelled(&live.cancel, preflight::prepare(context, run, &job, journal)).await?;
    let found: Vec<String> = ready.databases.iter().map(|database| database.name.clone()).collect();
    let now = context.now();
    context.write_quietly(move |tx| job_databases::record(tx, job_id, &found, now)).await?;
    presence::enter(context, &ready.repository).await?;
    tracker.databases(ready.databases.len(), ready.parallelism);
    let scratch = Scratch::create(&context.home, run)?;
    let globals = globals(&ready, &job, &scratch, journal, live).await?;
    let source = Source { context, run, job: &job, ready: &ready, scratch: &scratch, globals, live };
    let total = ready.databases.len();
    let mut failed: Vec<(String, ApiError)> = Vec::new();
    for (index, database) in ready.databases.iter().enumerate() {
        if live.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        tracker.database(index, &database.name);
        // The bound of a run's size counts all its databases.
        let taken = made.iter().map(|backup| backup.size_bytes).sum();
        match back_up(&source, database, taken, journal, &tracker).await {
            Ok(backup) => made.push(backup),
            Err(error) if error.is_cancelled() => return Err(Error::Cancelled),
            Err(error) => {
                let words = error.to_api();
                if total > 1 {
                    journal.log(LogLevel::Error, format!("{}: {words}", database.name));
                }
                failed.push((database.name.clone(), words));
            }
        }
    }
    if !failed.is_empty() {
        // Nothing is deleted because something failed.
        return Err(Error::SomeDatabases { failed, total });
    }
    if job.spec.verification.after_run.is_some() {
        // Nothing expires before the new backup is proven: see `proof::routine`.
        return Ok(());
    }
    expire(context, &job, journal, &tracker).await
}

/// Dumps roles and tablespaces once for all databases of the run.
async fn globals(
    ready: &Ready,
    job: &Job,
    scratch: &Scratch,
    journal: &Journal,
    live: &LiveRun,
) -> Result<PathBuf, Error> {
    let file = scratch.path().join("globals.sql");
    let plan = GlobalsPlan::new(GlobalsRequest {
        tools: &ready.tools,
        connection: &ready.connection,
        database: &ready.reached,
        file: &file,
        private: scratch.path(),
        role_passwords: job.spec.role_passwords,
    })?;
    journal.command(plan.display_command());
    globals::run(&plan, live.cancel.clone(), |_| {}).await?;
    Ok(file)
}

/// Deletes what the job's retention expires, unless the operator switched that off.
async fn expire(
    context: &Arc<Context>,
    job: &Job,
    journal: &Journal,
    tracker: &Tracker,
) -> Result<(), Error> {
    if !context.read(|tx| settings::switch(tx, "auto_cleanup")).await? {
        return Ok(());
    }
    journal.step(RunPhase::Retention, None);
    tracker.phase(RunPhase::Retention);
    // The backup is made; what cannot be deleted is told, and does not make the run a failure.
    match retention_plan::apply(context, job.id, OperatorId::SYSTEM).await {
        Ok(outcome) => {
            if !outcome.deleted.is_empty() {
                journal.info(format!(
                    "Retention deleted {} and freed {}.",
                    counted(outcome.deleted.len() as u64, "expired backup"),
                    crate::error::bytes(outcome.freed_bytes)
                ));
            }
            for missing in &outcome.missing {
                journal.log(
                    LogLevel::Warning,
                    format!("The files of backup {missing} are gone; it is marked missing."),
                );
            }
            for problem in outcome.problems {
                journal.log(LogLevel::Warning, format!("An expired backup could not be deleted: {problem}"));
            }
        }
        Err(error) => {
            journal.log(LogLevel::Warning, format!("Retention could not be applied: {}", error.to_api()));
        }
    }
    Ok(())
}
