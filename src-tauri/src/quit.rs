//! The app's end: running backups are waited for or cancelled, as the operator chose.

use crate::{engine, sink};
use holdfast_types::QuitChoice;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager};

/// Whether the app is on its way out.
#[derive(Default)]
pub struct Quitting(AtomicBool);

/// Whether the app waits for running backups before it ends.
pub fn is_quitting(app: &AppHandle) -> bool {
    app.state::<Quitting>().0.load(Ordering::Relaxed)
}

/// Ends the app. Asked a second time with [`QuitChoice::Cancel`], it no longer waits.
pub fn quit(app: &AppHandle, running: QuitChoice) {
    app.state::<Quitting>().0.store(true, Ordering::Relaxed);
    sink::machine_changed(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(engine) = engine(&app) {
            engine.shutdown(running).await;
        }
        app.exit(0);
    });
}

/// Quits when the session or the machine asks the process to end. Backups are cancelled: whoever sends
/// these signals does not wait long.
#[cfg(unix)]
pub fn on_signals(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut arrivals) => {
                    arrivals.recv().await;
                    tracing::info!(?kind, "asked to end by a signal");
                    quit(&app, QuitChoice::Cancel);
                }
                Err(error) => tracing::warn!(%error, ?kind, "the signal cannot be listened for"),
            }
        });
    }
}

/// The window system tells the app by other means.
#[cfg(not(unix))]
pub fn on_signals(_app: &AppHandle) {}
