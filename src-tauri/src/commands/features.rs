//! What the desktop lacks, each with what to do about it. A missing feature never stops the scheduler.

use super::Answer;
use crate::preferences::{self, OnClose};
use crate::session_bus::{NotificationDaemon, TrayHost, notification_daemon};
use crate::{logging, quit, tray};
use holdfast_engine::Engine;
use holdfast_types::{ApiError, ErrorCode, Feature, SystemStatus};
use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt;

/// Completes what the engine knows of the machine with what only the window's process can.
pub async fn status(app: &AppHandle, engine: &Engine) -> SystemStatus {
    let status = engine.machine().await;
    let on_close = preferences::on_close(engine).await;
    SystemStatus {
        logs: Some(logging::folder(std::path::Path::new(&status.home)).to_string_lossy().into_owned()),
        tray: tray(tray::host(app), on_close),
        notifications: notifications().await,
        autostart: autostart(app),
        quitting: quit::is_quitting(app),
        ..status
    }
}

/// Whether something shows notifications.
pub async fn notifications() -> Feature {
    // The bus is waited for: not on a thread that others need.
    let found = tauri::async_runtime::spawn_blocking(notification_daemon).await;
    match found.unwrap_or(NotificationDaemon::NoBus) {
        NotificationDaemon::Present => present("Notifications are shown by the desktop."),
        NotificationDaemon::NoBus => absent(
            "There is no session bus, so no notification can be shown. Start Holdfast from within a desktop session.",
        ),
        NotificationDaemon::Absent => absent(
            "Nothing on this desktop shows notifications. Install a notification daemon, for example dunst or mako.",
        ),
    }
}

fn tray(host: Option<TrayHost>, on_close: OnClose) -> Feature {
    let found = match host {
        Some(TrayHost::Present) => "The icon is in the tray.",
        Some(TrayHost::NoLibrary) => {
            "The library libayatana-appindicator3 is missing. Install it and start Holdfast again."
        }
        Some(TrayHost::NoBus) => {
            "There is no session bus, so no tray can be found. Start Holdfast from within a desktop session."
        }
        Some(TrayHost::Absent) => {
            "This desktop has no place for tray icons. On GNOME install the extension AppIndicator Support."
        }
        None => "The desktop has not answered yet whether it shows tray icons.",
    };
    let closing = match (on_close, host) {
        (OnClose::Quit, _) => "Closing the window quits Holdfast, as the settings say.",
        (OnClose::KeepRunning, Some(TrayHost::Present)) => {
            "Closing the window leaves Holdfast running there."
        }
        (OnClose::KeepRunning, _) => "Until then, closing the window minimises it.",
    };
    Feature { available: host == Some(TrayHost::Present), detail: format!("{found} {closing}") }
}

fn autostart(app: &AppHandle) -> Feature {
    match app.autolaunch().is_enabled() {
        Ok(true) => present("Holdfast starts hidden when you log in."),
        Ok(false) => {
            absent("Holdfast does not start when you log in; until you start it, no backup is made.")
        }
        Err(error) => absent(&format!("Whether Holdfast starts at login cannot be told: {error}.")),
    }
}

/// Starts Holdfast hidden at login.
pub fn start_at_login(app: &AppHandle) -> Answer<()> {
    app.autolaunch().enable().map_err(|error| ApiError {
        code: ErrorCode::Failed,
        message: format!("Starting at login could not be switched on: {error}."),
        hint: "Add Holdfast to the programs that your desktop starts at login by hand.".to_owned(),
    })
}

/// Starts Holdfast at login no longer.
pub fn do_not_start_at_login(app: &AppHandle) -> Answer<()> {
    app.autolaunch().disable().map_err(|error| ApiError {
        code: ErrorCode::Failed,
        message: format!("Starting at login could not be switched off: {error}."),
        hint: "Remove Holdfast from the programs that your desktop starts at login by hand.".to_owned(),
    })
}

fn present(detail: &str) -> Feature {
    Feature { available: true, detail: detail.to_owned() }
}

fn absent(detail: &str) -> Feature {
    Feature { available: false, detail: detail.to_owned() }
}
