//! `holdfast run`.

use super::run_view::run_shown;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::{feed, run_now};
use crate::output::{Output, tell_error};
use clap::Args;
use holdfast_types::{ProcessKind, Run, RunStatus};

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
    Ok(exit_of(run.status))
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
