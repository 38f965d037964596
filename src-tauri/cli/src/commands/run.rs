//! `holdfast run`.

use super::run_view::run_shown;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::{feed, run_now};
use crate::output::{Output, tell_error};
use clap::Args;
use holdfast_engine::Engine;
use holdfast_types::{ListVerifications, ProcessKind, Run, RunStatus, Verification, VerificationStatus};

/// Which job to run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The job's name
    job: String,
}

/// Runs a job in the foreground.
pub async fn carry_out(app: &App, args: RunArgs) -> Result<Exit, Failure> {
    let (sink, events) = feed();
    let engine = app.open(ProcessKind::Command, sink).await?;
    let job = engine.job_by_name(&args.job).await?;
    let run = run_now(&engine, events, job.job.id, app.output).await?;
    app.output.answer(&run, run_shown)?;
    if app.output == Output::People {
        tell_outcome(&run);
    }
    match unproven(&engine, &run).await? {
        Some(failed) => {
            if app.output == Output::People {
                let message = failed
                    .error_message
                    .as_deref()
                    .unwrap_or("The new backup did not pass its verification.");
                tell_error(&format!("Backup {}: {message}", failed.backup_id), failed.error_hint.as_deref());
            }
            Ok(Exit::Failed)
        }
        None => Ok(exit_of(run.status)),
    }
}

/// The first verification of a new backup that failed, where the job asks for them.
async fn unproven(engine: &Engine, run: &Run) -> Result<Option<Verification>, Failure> {
    for backup_id in &run.backups {
        let found = engine.list_verifications(ListVerifications { backup_id: *backup_id }).await?;
        if let Some(newest) = found.items.into_iter().next()
            && newest.status == VerificationStatus::Failed
        {
            return Ok(Some(newest));
        }
    }
    Ok(None)
}

/// How a process ends whose run ended so.
pub fn exit_of(status: RunStatus) -> Exit {
    match status {
        RunStatus::Completed => Exit::Done,
        RunStatus::Skipped => Exit::Refused,
        RunStatus::Queued
        | RunStatus::Processing
        | RunStatus::Failed
        | RunStatus::Cancelled
        | RunStatus::Missed
        | RunStatus::Interrupted => Exit::Failed,
    }
}

/// Tells on stderr why a run did not complete.
pub fn tell_outcome(run: &Run) {
    if run.status == RunStatus::Completed {
        return;
    }
    let otherwise = format!("The run of {} ended as {}.", run.job, run.status.as_str());
    tell_error(run.error_message.as_deref().unwrap_or(&otherwise), run.error_hint.as_deref());
}
