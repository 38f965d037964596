//! One run carried out by this process while somebody watches.

use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::work::WorkBar;
use holdfast_engine::Engine;
use holdfast_engine::event::{EngineEvent, Sink};
use holdfast_engine::platform::stop::Stop;
use holdfast_types::{CancelRun, JobId, Run, RunId, TriggerNow};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What the engine tells while it works.
pub type Events = UnboundedReceiver<EngineEvent>;

/// The status with which a process ends that Ctrl-C killed, by the shells' convention.
const KILLED_BY_INTERRUPT: i32 = 130;

/// A sink, and the other end of it.
pub fn feed() -> (Sink, Events) {
    let (sender, events) = unbounded_channel();
    // Nobody listens any more once the command prints its answer.
    (Arc::new(move |event: EngineEvent| drop(sender.send(event))), events)
}

/// Starts a run and shows its progress to its end. The first Ctrl-C cancels it, the second one ends
/// the process at once.
pub async fn run_now(
    engine: &Engine,
    mut events: Events,
    job_id: JobId,
    output: Output,
) -> Result<Run, Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    let run = engine.trigger_now(TriggerNow { job_id }).await?;
    if !run.status.is_active() {
        return Ok(run);
    }
    let mut progress = Progress::on_stderr();
    let ended = engine.wait_for_run(run.id);
    tokio::pin!(ended);
    loop {
        tokio::select! {
            run = &mut ended => {
                progress.finish();
                settle(engine, &mut events, &mut stop).await;
                return Ok(run?);
            }
            Some(event) = events.recv() => show(&mut progress, run.id, event),
            () = stop.requested() => {
                progress.note("Cancelling the run; once more ends at once and leaves the rest to the next start.");
                cancel(engine, run.id).await?;
                break;
            }
        }
    }
    tokio::select! {
        run = &mut ended => {
            progress.finish();
            Ok(run?)
        }
        () = stop.requested() => {
            progress.finish();
            output.note("Killed.");
            std::process::exit(KILLED_BY_INTERRUPT)
        }
    }
}

/// Waits for the verification that a job asks for after its run. Ctrl-C ends it with the command.
async fn settle(engine: &Engine, events: &mut Events, stop: &mut Stop) {
    let mut bar = WorkBar::on_stderr();
    let settled = engine.settle();
    tokio::pin!(settled);
    loop {
        tokio::select! {
            () = &mut settled => break,
            Some(event) = events.recv() => {
                if let EngineEvent::Working(progress) = event {
                    bar.show(&progress);
                }
            }
            () = stop.requested() => break,
        }
    }
    bar.finish();
}

/// Cancels a run. One that ended meanwhile is no failure.
async fn cancel(engine: &Engine, id: RunId) -> Result<(), Failure> {
    match engine.cancel_run(CancelRun { id }).await.map_err(Failure::from) {
        Err(failure) if failure.exit != Exit::Refused => Err(failure),
        _ => Ok(()),
    }
}

fn show(progress: &mut Progress, id: RunId, event: EngineEvent) {
    if let EngineEvent::Progress(now) = event
        && now.run_id == id
    {
        progress.show(&now);
    }
}
