//! A window that was closed: kept out of sight for a while, then destroyed.

use super::{KEPT, MAIN, Opening, begin_closing, destroy, in_background, keep};
use crate::{lock, webkit};
use std::sync::Mutex;
use std::time::Duration;
use tauri::{AppHandle, Manager, WebviewWindow};
use tauri_plugin_window_state::WindowExt;

/// How long a window that was closed is kept out of sight. One that is wanted back meanwhile is there at once and as it
/// was left; a new one takes several times as long (`cargo xtask measure`).
const KEPT_FOR: Duration = Duration::from_secs(20);

/// How long the page's process takes to end, at most, on a machine at work; it ends within half a second otherwise.
const ENDING: Duration = Duration::from_secs(5);

/// Whether the window is out of sight.
#[derive(Default)]
pub(super) struct Away(Mutex<Times>);

#[derive(Default)]
struct Times {
    /// How often it was put away.
    count: u64,
    /// Which of those times goes on.
    now: Option<u64>,
}

impl Away {
    /// It goes; answers which time that is.
    fn begin(&self) -> u64 {
        let mut times = lock(&self.0);
        times.count += 1;
        times.now = Some(times.count);
        times.count
    }

    /// It comes back into sight. False if it was there.
    pub(super) fn take_back(&self) -> bool {
        lock(&self.0).now.take().is_some()
    }

    /// That time is over. False if it came back meanwhile.
    fn end(&self, time: u64) -> bool {
        lock(&self.0).now.take_if(|now| *now == time).is_some()
    }
}

/// Takes the window out of sight, and destroys it if nobody wants it back soon.
pub fn put_away(app: &AppHandle) {
    in_background(app, |app| {
        let Some(window) = app.get_webview_window(MAIN) else {
            keep(app);
            return Ok(());
        };
        let this = app.state::<Opening>().away.begin();
        let hidden = window.hide();
        // Only now may it be asked for: a window that is shown before it is hidden would stay hidden.
        keep(app);
        hidden?;
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(KEPT_FOR).await;
            in_background(&app, move |app| {
                if app.state::<Opening>().away.end(this) && begin_closing(app) {
                    destroy(app);
                }
                Ok(())
            });
        });
        Ok(())
    });
}

/// A window that was put away is wanted after all. The window manager forgot where it had been.
pub(super) fn take_out(app: &AppHandle, window: &WebviewWindow) -> tauri::Result<()> {
    if app.state::<Opening>().away.take_back() { window.restore_state(KEPT) } else { Ok(()) }
}

/// Ends what the webview leaves running, if no window came meanwhile.
pub(super) fn end_helpers(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(ENDING).await;
        in_background(&app, |app| {
            if app.get_webview_window(MAIN).is_none() {
                webkit::end_network_process();
                webkit::give_memory_back();
            }
            Ok(())
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_came_back_is_not_destroyed_for_an_earlier_time() {
        let away = Away::default();
        let first = away.begin();
        assert!(away.take_back(), "it was out of sight");
        assert!(!away.end(first), "it is in use");
        let second = away.begin();
        assert!(!away.end(first), "the second time has only begun");
        assert!(away.end(second), "nobody wanted it");
        assert!(!away.take_back(), "it is gone, so nothing is to be put back in its place");
    }
}
