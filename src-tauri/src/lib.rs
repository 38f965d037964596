//! The desktop shell: tray, window, notifications and the commands of the dashboard.
//!
//! The only code that names tauri. It decides nothing about backups: it holds an [`Engine`], hands
//! requests to it, and shows what it tells.

mod arguments;
mod closing;
mod commands;
mod display;
mod logging;
mod notices;
mod notifications;
mod preferences;
mod quit;
mod session_bus;
mod sink;
mod start;
mod tray;
mod webkit;
mod window;

use arguments::Arguments;
use clap::Parser;
use holdfast_engine::Engine;
use session_bus::HandOver;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard};
use tauri::utils::config::{AppDirectoriesOverride, AppDirectoryOverrides};
use tauri::{App, Context, Manager};

/// Runs the desktop app until it is quit. Exit status: 0 quit, 1 the app could not be set up,
/// 2 wrong usage, 3 refused, for example because there is no display.
pub fn run() -> ExitCode {
    display::without_driver();
    let arguments = Arguments::parse();
    if session_bus::hand_over(&arguments.instance_name()) == HandOver::Taken {
        return ExitCode::SUCCESS;
    }
    if let Err(refusal) = display::check() {
        eprintln!("{refusal}");
        return ExitCode::from(3);
    }
    holdfast_engine::platform::modes::close_new_files();
    let home = arguments.home();
    if let Err(error) = logging::start(&home) {
        eprintln!("No log is kept: {}: {error}", logging::folder(&home).display());
    }
    match build(&arguments, &home) {
        Ok(app) => {
            start::start(app.handle(), &arguments, home);
            ending(app.run_return(window::on_run_event))
        }
        Err(error) => {
            tracing::error!(%error, "the app could not be set up");
            eprintln!("Holdfast could not be set up: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The app with its plugins and commands, but without an engine. A second launch ends here.
fn build(arguments: &Arguments, home: &Path) -> tauri::Result<App> {
    tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(arguments.instance_name())
                .callback(|app, argv, _| start::on_second_launch(app, &argv))
                .build(),
        )
        .plugin(tauri_plugin_autostart::Builder::new().args(arguments.at_login()).build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(window::KEPT).build())
        .manage(tray::Tray::default())
        .manage(quit::Quitting::default())
        .manage(window::Opening::default())
        .manage(closing::Question::default())
        .invoke_handler(commands::handler())
        .build(context(home))
}

/// The context of `tauri.conf.json`, with everything that the webview and the plugins keep moved into the
/// data directory.
fn context(home: &Path) -> Context {
    let mut context = tauri::generate_context!();
    let kept = home.join("window");
    context.config_mut().app.app_directories_override =
        Some(AppDirectoriesOverride::Directories(AppDirectoryOverrides {
            config: Some(kept.clone()),
            data: Some(kept.clone()),
            local_data: Some(kept.join("webview")),
            cache: Some(kept.join("cache")),
            log: Some(logging::folder(home)),
        }));
    context
}

/// The exit status for the event loop's.
fn ending(status: i32) -> ExitCode {
    u8::try_from(status).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The engine, once it is open.
fn engine(app: &tauri::AppHandle) -> Option<Engine> {
    app.try_state::<Engine>().map(|engine| engine.inner().clone())
}

/// A poisoned lock only says that another thread panicked; what it guards is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
