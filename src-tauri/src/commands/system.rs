//! The machine around the app, and the app itself.

use super::{Answer, choice, features};
use crate::{notices, notifications, quit, window};
use holdfast_engine::{Autostart, Engine};
use holdfast_types::*;
use tauri::{AppHandle, State, WebviewWindow};

/// See [`SystemStatusRequest`].
#[tauri::command]
pub async fn system_status(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: SystemStatusRequest,
) -> Answer<SystemStatus> {
    let SystemStatusRequest {} = request;
    let status = features::status(&app, &engine).await;
    // The dashboard asks for this once it listens.
    window::dashboard_listens(&app);
    Ok(status)
}

/// See [`SendTestNotification`].
#[tauri::command]
pub async fn send_test_notification(app: AppHandle, request: SendTestNotification) -> Answer<Delivered> {
    let SendTestNotification {} = request;
    notifications::show(&app, &notices::trial());
    Ok(Delivered { detail: features::notifications().await.detail })
}

/// See [`EnableAutostart`].
#[tauri::command]
pub async fn enable_autostart(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: EnableAutostart,
) -> Answer<SystemStatus> {
    let EnableAutostart {} = request;
    features::start_at_login(&app)?;
    engine.autostart_changed(Autostart::Enabled).await?;
    Ok(features::status(&app, &engine).await)
}

/// See [`DisableAutostart`].
#[tauri::command]
pub async fn disable_autostart(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: DisableAutostart,
) -> Answer<SystemStatus> {
    let DisableAutostart {} = request;
    features::do_not_start_at_login(&app)?;
    engine.autostart_changed(Autostart::Disabled).await?;
    Ok(features::status(&app, &engine).await)
}

/// See [`ChooseFolder`].
#[tauri::command]
pub async fn choose_folder(window: WebviewWindow, request: ChooseFolder) -> Answer<ChosenPath> {
    Ok(ChosenPath { path: choice::folder(&window, request.title).await })
}

/// See [`CreateDemo`].
#[tauri::command]
pub async fn create_demo(engine: State<'_, Engine>, request: CreateDemo) -> Answer<Demo> {
    Ok(engine.create_demo(request).await?)
}

/// See [`QuitApp`].
#[tauri::command]
pub async fn quit_app(app: AppHandle, request: QuitApp) -> Answer<Delivered> {
    quit::quit(&app, request.running);
    let detail = match request.running {
        QuitChoice::Wait => "Holdfast ends when the running backups have.",
        QuitChoice::Cancel => "Holdfast cancels the running backups and ends.",
    };
    Ok(Delivered { detail: detail.to_owned() })
}
