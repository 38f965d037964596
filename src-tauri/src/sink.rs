//! From the engine's events to the window, the notifications and the tray.
//!
//! The engine is never held up: an event goes to the window at once, and to everything else through a queue.

use crate::window::MAIN;
use crate::{notifications, quit, tray};
use chrono::{Local, Utc};
use holdfast_engine::Engine;
use holdfast_engine::event::{EngineEvent, Sink};
use holdfast_types::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How often the tray is computed anew when nothing happens: "tomorrow" becomes "today" at midnight.
const STALE_AFTER: Duration = Duration::from_secs(60);
/// The same while a backup runs: its end is told before the run is off every list, and a run of another
/// process tells nothing here at all.
const BUSY_STALE_AFTER: Duration = Duration::from_secs(1);

/// What the shell's own task reacts to.
pub enum Occurrence {
    /// The engine told something.
    Engine(Box<EngineEvent>),
    /// The shell itself changed: a tray host came, the app is on its way out.
    Shell,
}

/// The way into the shell's own task.
struct Inbox(UnboundedSender<Occurrence>);

/// The sink for the engine, and where its events arrive.
pub fn channel(app: &AppHandle) -> (Sink, UnboundedReceiver<Occurrence>) {
    let (sender, receiver) = unbounded_channel();
    app.manage(Inbox(sender.clone()));
    let app = app.clone();
    let sink = Arc::new(move |event: EngineEvent| {
        tell_window(&app, &event);
        // Fails only when the task is gone, which ends with the app.
        let _ = sender.send(Occurrence::Engine(Box::new(event)));
    });
    (sink, receiver)
}

/// Computes the tray anew.
pub fn refresh(app: &AppHandle) {
    if let Some(inbox) = app.try_state::<Inbox>() {
        let _ = inbox.0.send(Occurrence::Shell);
    }
}

/// The machine around the app changed: the tray and the window look anew.
pub fn machine_changed(app: &AppHandle) {
    refresh(app);
    emit(app, &SystemChanged {});
}

/// Hands an event to the dashboard under its name in the contract, if the window is open.
fn tell_window(app: &AppHandle, event: &EngineEvent) {
    match event {
        EngineEvent::Started(run) => emit(app, &BackupStarted(run.clone())),
        EngineEvent::Progress(progress) => emit(app, &BackupProgress(progress.clone())),
        EngineEvent::Completed(run) => emit(app, &BackupCompleted(run.clone())),
        EngineEvent::Failed(run) => emit(app, &BackupFailed(run.clone())),
        EngineEvent::CatalogChanged(scope) => emit(app, &CatalogChanged { scope: *scope }),
        EngineEvent::SchedulerChanged(status) => emit(app, &SchedulerChanged(status.clone())),
        EngineEvent::Overdue(jobs) => emit(app, jobs),
        EngineEvent::Working(progress) => emit(app, progress),
        EngineEvent::Restored(restore) => emit(app, &RestoreEnded((**restore).clone())),
        EngineEvent::Verified { verification, .. } => emit(app, &VerificationEnded((**verification).clone())),
    }
}

fn emit<E: Event + Serialize>(app: &AppHandle, payload: &E) {
    if app.get_webview_window(MAIN).is_some()
        && let Err(error) = app.emit_to(MAIN, E::NAME, payload)
    {
        tracing::warn!(%error, event = E::NAME, "the window was not told");
    }
}

/// Keeps tray and notifications up to date for as long as the app lives.
pub async fn follow(app: AppHandle, engine: Engine, mut occurrences: UnboundedReceiver<Occurrence>) {
    let mut progress = BTreeMap::new();
    let mut known: Option<tray::Facts> = None;
    loop {
        let mut batch = Vec::new();
        let patience =
            if known.as_ref().is_some_and(tray::Facts::busy) { BUSY_STALE_AFTER } else { STALE_AFTER };
        if let Ok(0) = tokio::time::timeout(patience, occurrences.recv_many(&mut batch, 256)).await {
            return;
        }
        let asks = batch.is_empty() || known.is_none() || batch.iter().any(changes_facts);
        for occurrence in batch {
            if let Occurrence::Engine(event) = occurrence {
                notifications::on_event(&app, &engine, &event).await;
                note(&mut progress, *event);
            }
        }
        if asks {
            known = facts(&engine).await.or(known);
        }
        if let Some(facts) = &mut known {
            let active = &facts.scheduler.active_runs;
            facts.progress = progress.values().filter(|run| active.contains(&run.run_id)).cloned().collect();
            facts.own_runs = engine.active_run_count();
            facts.quitting = quit::is_quitting(&app);
            tray::show(&app, tray::face(facts, Utc::now(), &Local));
        }
    }
}

/// Whether the catalog must be asked anew.
fn changes_facts(occurrence: &Occurrence) -> bool {
    !matches!(occurrence, Occurrence::Engine(event) if matches!(**event, EngineEvent::Progress(_)))
}

/// Remembers how far each run is until it ends.
fn note(progress: &mut BTreeMap<RunId, RunProgress>, event: EngineEvent) {
    match event {
        EngineEvent::Progress(now) => drop(progress.insert(now.run_id, now)),
        EngineEvent::Completed(run) | EngineEvent::Failed(run) => drop(progress.remove(&run.id)),
        _ => {}
    }
}

async fn facts(engine: &Engine) -> Option<tray::Facts> {
    let scheduler = engine.scheduler_status(SchedulerStatusRequest {}).await;
    let jobs = engine.list_jobs(ListJobs {}).await;
    match (scheduler, jobs) {
        (Ok(scheduler), Ok(jobs)) => Some(tray::Facts {
            scheduler,
            // What a restore makes by itself is nobody's to run or to worry about.
            jobs: jobs.items.into_iter().filter(|job| job.job.purpose == JobPurpose::Ordinary).collect(),
            progress: Vec::new(),
            own_runs: 0,
            quitting: false,
        }),
        (Err(error), _) | (_, Err(error)) => {
            tracing::warn!(%error, "the tray shows what was known before");
            None
        }
    }
}
