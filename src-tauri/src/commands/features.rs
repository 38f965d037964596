//! What the desktop lacks, each with what to do about it. A missing feature never stops the scheduler.

use super::Answer;
use crate::session_bus::{NotificationDaemon, TrayHost, notification_daemon};
use crate::tray;
use holdfast_types::{ApiError, ErrorCode, Feature, SystemStatus};
use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt;

/// Completes what the engine knows of the machine with what only the window's process can.
pub async fn fill(app: &AppHandle, status: SystemStatus) -> SystemStatus {
    SystemStatus {
        tray: tray(tray::host(app)),
        notifications: notifications().await,
        autostart: autostart(app),
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

fn tray(host: Option<TrayHost>) -> Feature {
    match host {
        Some(TrayHost::Present) => {
            present("The icon is in the tray; closing the window leaves Holdfast running there.")
        }
        Some(TrayHost::NoLibrary) => absent(
            "No tray icon: the library libayatana-appindicator3 is missing. Install it and start Holdfast again.",
        ),
        Some(TrayHost::NoBus) => {
            absent("No tray icon: there is no session bus. Start Holdfast from within a desktop session.")
        }
        Some(TrayHost::Absent) => absent(
            "No tray icon: the desktop has no place for one. On GNOME install the extension AppIndicator Support.",
        ),
        None => absent("The desktop has not answered yet whether it shows tray icons."),
    }
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
