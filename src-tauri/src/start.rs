//! From a built app to a working one: engine, scheduler, tray, first window.

use crate::arguments::{Arguments, HIDDEN};
use crate::{notifications, quit, sink, tray, window};
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::{ApiError, ErrorCode, ProcessKind};
use std::path::PathBuf;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

/// Opens the engine on the data directory and shows what was asked for.
pub fn start(app: &AppHandle, arguments: &Arguments, home: PathBuf) {
    quit::on_signals(app);
    notifications::listen_for_clicks(app);
    let (sink, events) = sink::channel(app);
    let icons = home.join("window").join("tray");
    let options = OpenOptions { home, kind: ProcessKind::Window, sink };
    let opened = tauri::async_runtime::block_on(async {
        let engine = Engine::open(options).await?;
        engine.start().await?;
        Ok::<_, holdfast_engine::Error>(engine)
    });
    match opened {
        Ok(engine) => {
            app.manage(engine.clone());
            tauri::async_runtime::spawn(sink::follow(app.clone(), engine, events));
            tray::start(app, icons, arguments.first_window());
        }
        Err(error) => give_up(app, &error.to_api()),
    }
}

/// A second launch asked for the app that runs already: its window comes to the front, unless the
/// session started it hidden.
pub fn on_second_launch(app: &AppHandle, argv: &[String]) {
    if !argv.iter().any(|argument| argument == HIDDEN) {
        window::raise(app, None);
    }
}

/// Says why the app cannot work, then ends it.
fn give_up(app: &AppHandle, error: &ApiError) {
    tracing::error!(%error, "the data directory could not be opened");
    eprintln!("{error}");
    let status = match error.code {
        ErrorCode::Refused | ErrorCode::NotFound => 3,
        _ => 1,
    };
    let ended = app.clone();
    app.dialog()
        .message(format!("{}\n\n{}", error.message, error.hint))
        .title("Holdfast cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| ended.exit(status));
}
