//! The operator's settings that only the shell follows. They are read anew each time: another process may change them.

use holdfast_engine::Engine;
use holdfast_types::GetConfig;

/// Whether completed runs are worth a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successes {
    /// The operator wished to be told.
    Tell,
    /// No news is good news.
    Omit,
}

/// What the operator wants when the window is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnClose {
    /// Holdfast goes on without it.
    KeepRunning,
    /// Holdfast quits.
    Quit,
}

/// Whether to tell of completed runs. Silence if that cannot be read.
pub async fn successes(engine: &Engine) -> Successes {
    match switched_on(engine, "notify_success").await {
        Some(true) => Successes::Tell,
        _ => Successes::Omit,
    }
}

/// What closing the window means. If that cannot be read the scheduler goes on: that is never the wrong side.
pub async fn on_close(engine: &Engine) -> OnClose {
    match switched_on(engine, "close_to_tray").await {
        Some(false) => OnClose::Quit,
        _ => OnClose::KeepRunning,
    }
}

async fn switched_on(engine: &Engine, key: &str) -> Option<bool> {
    let config = engine.get_config(GetConfig {}).await;
    let setting = config.ok()?.items.into_iter().find(|setting| setting.key == key)?;
    Some(setting.value == "true")
}
