//! Shows notifications through the desktop, and opens the dashboard where a click asks for it.
//!
//! What is worth one is decided in [`crate::notices`]. Whether one arrives cannot be known: the
//! desktop confirms nothing.

use crate::notices::{Notice, notice};
use crate::preferences::{self, Successes};
use crate::window;
use holdfast_engine::Engine;
use holdfast_engine::event::EngineEvent;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

/// The plugin's word for a click on the notification itself.
const CLICK: &str = "tap";
/// Under which name a notification carries its page.
const PAGE: &str = "page";

/// Opens the page of a notification that is clicked. Must be called before the first one is shown, or that
/// one reports no clicks.
pub fn listen_for_clicks(app: &AppHandle) {
    let handle = app.clone();
    let listening = app.notification().on_action(move |performed| {
        let page = performed.notification().and_then(|shown| shown.extra().get(PAGE)?.as_str());
        if performed.action_id() == CLICK {
            window::raise(&handle, page.map(str::to_owned));
        }
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications open nothing");
    }
}

/// Tells the operator of an event, if it is worth it.
pub async fn on_event(app: &AppHandle, engine: &Engine, event: &EngineEvent) {
    let successes = match event {
        EngineEvent::Completed(_) => preferences::successes(engine).await,
        _ => Successes::Omit,
    };
    if let Some(notice) = notice(event, successes) {
        show(app, &notice);
    }
}

/// Hands a notification to the desktop.
pub fn show(app: &AppHandle, notice: &Notice) {
    let built =
        app.notification().builder().title(&notice.title).body(&notice.body).extra(PAGE, &notice.page);
    if let Err(error) = built.show() {
        tracing::warn!(%error, title = notice.title, "the notification was not shown");
    }
}
