//! `holdfast agent`: the scheduler without a window.

use super::scheduler::holder_shown;
use crate::app::{App, log_filter};
use crate::exit::{Exit, Failure};
use crate::foreground::feed;
use crate::format::count;
use holdfast_engine::event::EngineEvent;
use holdfast_engine::platform::modes::create_private_folder;
use holdfast_engine::platform::stop::Stop;
use holdfast_types::{ProcessKind, QuitChoice, SchedulerStatus, SchedulerStatusRequest};
use serde::Serialize;
use std::path::Path;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How many daily log files are kept.
const LOG_FILES: usize = 14;

/// The agent's answer, which comes at its end.
#[derive(Serialize)]
struct Ended {
    status: &'static str,
}

/// Carries out the schedule until it is asked to end.
pub async fn carry_out(app: &App) -> Result<Exit, Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    log_to_files(&app.home)?;
    let (sink, mut events) = feed();
    let engine = app.open(ProcessKind::Agent, sink).await?;
    engine.start().await?;
    let mut holder = tell_holder(&engine.scheduler_status(SchedulerStatusRequest {}).await?, None);
    tracing::info!("agent ready on {}", app.home.display());
    loop {
        tokio::select! {
            () = stop.requested() => break,
            Some(event) = events.recv() => match event {
                EngineEvent::SchedulerChanged(status) => holder = tell_holder(&status, holder),
                other => tell_event(&other),
            },
        }
    }
    let running = engine.active_run_count();
    if running > 0 {
        let runs = count(running as u64, "run");
        tracing::warn!("asked to end: cancelling {runs} going on, to be recorded as cancelled");
    }
    // A supervisor kills what does not end soon, so waiting for a long dump would leave it half done.
    engine.shutdown(QuitChoice::Cancel).await;
    tracing::info!("agent ended");
    app.output.answer(&Ended { status: "ended" }, |_| String::new())?;
    Ok(Exit::Done)
}

/// Tells when the scheduler's lock changed hands. Returns who holds it.
fn tell_holder(status: &SchedulerStatus, before: Option<u32>) -> Option<u32> {
    let holder = status.holder.as_ref();
    let pid = holder.map(|holder| holder.pid);
    if let Some(holder) = holder.filter(|holder| before != Some(holder.pid)) {
        match holder.this_process {
            true => tracing::info!("this process carries out the schedule"),
            false => tracing::warn!(
                "the schedule is carried out by {}; this process takes over when it ends",
                holder_shown(holder)
            ),
        }
    }
    pid
}

fn tell_event(event: &EngineEvent) {
    match event {
        EngineEvent::Started(run) => tracing::info!(run = %run.id, job = run.job, "run began"),
        EngineEvent::Completed(run) => {
            tracing::info!(run = %run.id, job = run.job, bytes = run.backup_size_bytes, "run completed");
        }
        EngineEvent::Failed(run) => tracing::warn!(
            run = %run.id,
            job = run.job,
            error = run.error_message,
            hint = run.error_hint,
            "run ended as {}",
            run.status.as_str()
        ),
        EngineEvent::Overdue(overdue) => tracing::warn!(jobs = overdue.jobs.join(", "), "overdue"),
        EngineEvent::Verified { backup, verification } => tracing::info!(
            backup = %backup.id,
            database = backup.database,
            error = verification.error_message,
            "verification {}",
            verification.status.as_str()
        ),
        EngineEvent::Restored(restore) => tracing::info!(
            restore = %restore.id,
            database = restore.database,
            error = restore.error_message,
            "restore {}",
            restore.status.as_str()
        ),
        EngineEvent::Progress(_)
        | EngineEvent::Working(_)
        | EngineEvent::CatalogChanged(_)
        | EngineEvent::SchedulerChanged(_) => {}
    }
}

/// Logs to stderr and to a file a day in the data directory.
fn log_to_files(home: &Path) -> Result<(), Failure> {
    let folder = home.join("logs");
    let failed = |error: &dyn std::fmt::Display| {
        Failure::io("The log cannot be written", &std::io::Error::other(error.to_string()))
    };
    create_private_folder(home).and_then(|()| create_private_folder(&folder)).map_err(|e| failed(&e))?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("agent")
        .filename_suffix("log")
        .max_log_files(LOG_FILES)
        .build(&folder)
        .map_err(|error| failed(&error))?;
    let to_stderr = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .with_filter(log_filter("info"));
    // Written at once rather than through a queue: a queue that is full drops lines without a word.
    let to_files = tracing_subscriber::fmt::layer()
        .with_writer(std::sync::Mutex::new(files))
        .with_ansi(false)
        .with_filter(log_filter("info"));
    tracing_subscriber::registry().with(to_stderr).with(to_files).init();
    Ok(())
}
