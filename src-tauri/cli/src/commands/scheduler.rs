//! `holdfast scheduler`.

use super::run_view::status_word;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{plain, time, time_in};
use crate::table::fields;
use clap::Subcommand;
use holdfast_types::{
    LockHolder, ProcessKind, RestartScheduler, SchedulerState, SchedulerStatus, SchedulerStatusRequest,
    StartScheduler, StopScheduler,
};

/// What can be done with the scheduler.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum SchedulerCommand {
    /// Tell whether slots fire, in which process, and what comes next
    Status,
    /// Let slots fire, in the app or the agent; remembered across restarts
    Start,
    /// Let no slot fire until it is started again; remembered across restarts
    Stop,
    /// Read the schedules anew
    Restart,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: SchedulerCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    let status = match command {
        SchedulerCommand::Status => engine.scheduler_status(SchedulerStatusRequest {}).await?,
        SchedulerCommand::Start => engine.start_scheduler(StartScheduler {}).await?,
        SchedulerCommand::Stop => engine.stop_scheduler(StopScheduler {}).await?,
        SchedulerCommand::Restart => engine.restart_scheduler(RestartScheduler {}).await?,
    };
    app.output.answer(&status, shown)?;
    Ok(Exit::Done)
}

/// A process in words: `the agent, process 4711`.
pub fn holder_shown(holder: &LockHolder) -> String {
    let kind = match holder.kind {
        ProcessKind::Window => "the app",
        ProcessKind::Agent => "the agent",
        ProcessKind::Command => "a command",
    };
    format!("{kind}, process {}, since {}", holder.pid, time(&holder.since))
}

fn shown(status: &SchedulerStatus) -> String {
    let state = match status.state {
        SchedulerState::Running => "running: slots fire",
        SchedulerState::Stopped => "stopped: no slot fires until `holdfast scheduler start`",
        SchedulerState::Idle => "started, but neither the app nor `holdfast agent` is running",
    };
    let next = status.next.as_ref();
    let next = next.map(|next| format!("{} at {}", plain(&next.job), time_in(&next.at, &next.timezone)));
    let last = status.last.as_ref();
    let last = last.map(|last| {
        format!(
            "{} {} at {} (run {})",
            plain(&last.job),
            status_word(last.status),
            time(&last.at),
            last.run_id
        )
    });
    let active: Vec<String> = status.active_runs.iter().map(ToString::to_string).collect();
    fields(&[
        ("Scheduler", state.to_owned()),
        ("Carried out by", status.holder.as_ref().map(holder_shown).unwrap_or_default()),
        ("Jobs", format!("{} of {} enabled", status.enabled_jobs, status.total_jobs)),
        ("Next", next.unwrap_or_default()),
        ("Schedule", status.description.clone().unwrap_or_default()),
        ("Last", last.unwrap_or_default()),
        ("Going on", active.join(", ")),
    ])
}
