//! What closing the window does: Holdfast goes on in the tray, or quits, as the operator set it.
//!
//! The setting is in the catalog, which must not be waited for on the event loop. So a window that is asked to
//! close stays for the moment, and goes when it is known what becomes of the app.

use crate::preferences::{self, OnClose};
use crate::session_bus::TrayHost;
use crate::{engine, quit, tray, window};
use holdfast_types::QuitChoice;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult};

const WAIT: &str = "Quit after the backup";
const CANCEL: &str = "Cancel the backup and quit";
const STAY: &str = "Stay open";

/// Whether the operator is being asked what becomes of a running backup.
#[derive(Default)]
pub struct Question(AtomicBool);

/// What becomes of a window that is being closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It goes out of sight; the tray brings it back.
    PutAway,
    /// It is minimised, because nothing else would bring it back.
    Minimise,
    /// The app ends with it.
    Quit,
    /// The operator is asked what becomes of the backup that runs.
    Ask,
}

fn outcome(wish: OnClose, host: Option<TrayHost>, own_runs: usize) -> Outcome {
    match (wish, host, own_runs) {
        (OnClose::KeepRunning, Some(TrayHost::Present), _) => Outcome::PutAway,
        (OnClose::KeepRunning, ..) => Outcome::Minimise,
        (OnClose::Quit, _, 0) => Outcome::Quit,
        (OnClose::Quit, ..) => Outcome::Ask,
    }
}

/// The close button was pressed. Must be told to leave the window for the moment.
pub fn requested(app: &AppHandle) {
    if !window::begin_closing(app) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let (wish, own_runs) = match engine(&app) {
            Some(engine) => (preferences::on_close(&engine).await, engine.active_run_count()),
            None => (OnClose::KeepRunning, 0),
        };
        match outcome(wish, tray::host(&app), own_runs) {
            Outcome::PutAway => window::put_away(&app),
            Outcome::Minimise => window::minimise(&app),
            Outcome::Quit => quit::quit(&app, QuitChoice::Wait),
            Outcome::Ask => ask(&app, own_runs),
        }
    });
}

/// Asks what becomes of the running backups, in a dialog of the desktop's own: the page may hang.
fn ask(app: &AppHandle, own_runs: usize) {
    window::keep(app);
    if app.state::<Question>().0.swap(true, Ordering::Relaxed) {
        return;
    }
    let running = match own_runs {
        1 => "A backup is running.".to_owned(),
        several => format!("{several} backups are running."),
    };
    let app = app.clone();
    app.dialog()
        .message(format!(
            "{running} What a cancelled backup has written is removed; earlier backups stay as they are."
        ))
        .title("Quit Holdfast?")
        .kind(MessageDialogKind::Warning)
        .buttons(MessageDialogButtons::YesNoCancelCustom(WAIT.to_owned(), CANCEL.to_owned(), STAY.to_owned()))
        .show_with_result({
            let app = app.clone();
            move |answer| {
                app.state::<Question>().0.store(false, Ordering::Relaxed);
                if let Some(running) = choice(&answer) {
                    quit::quit(&app, running);
                    step_aside(&app);
                }
            }
        });
}

/// What was chosen; nothing when the app is to stay.
fn choice(answer: &MessageDialogResult) -> Option<QuitChoice> {
    match answer {
        MessageDialogResult::Yes => Some(QuitChoice::Wait),
        MessageDialogResult::No => Some(QuitChoice::Cancel),
        MessageDialogResult::Custom(label) if label == WAIT => Some(QuitChoice::Wait),
        MessageDialogResult::Custom(label) if label == CANCEL => Some(QuitChoice::Cancel),
        _ => None,
    }
}

/// Takes the window out of the way while the app waits for its backups: it was closed, after all.
fn step_aside(app: &AppHandle) {
    if !window::begin_closing(app) {
        return;
    }
    if tray::is_shown(app) { window::destroy(app) } else { window::minimise(app) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_leaves_what_brings_the_window_back() {
        let keep = |host| outcome(OnClose::KeepRunning, host, 1);
        assert_eq!(keep(Some(TrayHost::Present)), Outcome::PutAway, "the tray brings it back");
        for host in [None, Some(TrayHost::Absent), Some(TrayHost::NoBus), Some(TrayHost::NoLibrary)] {
            assert_eq!(keep(host), Outcome::Minimise, "{host:?}: nothing else would bring it back");
        }
    }

    #[test]
    fn closing_quits_if_that_is_wished_but_never_drops_a_backup_unasked() {
        for host in [None, Some(TrayHost::Absent), Some(TrayHost::Present)] {
            assert_eq!(outcome(OnClose::Quit, host, 0), Outcome::Quit, "{host:?}: the operator set it so");
            assert_eq!(outcome(OnClose::Quit, host, 2), Outcome::Ask, "{host:?}: two backups would be lost");
        }
    }

    #[test]
    fn a_dialog_that_is_closed_quits_nothing() {
        let custom = |label: &str| MessageDialogResult::Custom(label.to_owned());
        assert_eq!(choice(&custom(STAY)), None, "the operator wants to go on");
        assert_eq!(choice(&MessageDialogResult::Cancel), None, "a closed dialog answers nothing");
        assert_eq!(choice(&custom(WAIT)), Some(QuitChoice::Wait), "the backup is wanted");
        assert_eq!(choice(&custom(CANCEL)), Some(QuitChoice::Cancel), "the backup is not wanted");
    }
}
