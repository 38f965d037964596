//! The window: made when it is asked for, put away when it is closed, and destroyed when nobody wants it back soon, so
//! that an app in the tray holds no webview.
//!
//! Without a tray host nothing could bring a window back: then closing only minimises.

mod address;
mod away;

pub use away::put_away;

use crate::{closing, lock};
use address::{address, may_open};
use away::Away;
use holdfast_types::{Event, Navigate};
use std::sync::Mutex;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

/// The label of the only window; the capability in `tauri.conf.json` names it.
pub const MAIN: &str = "main";
/// What is remembered of the window. Not its visibility: that is decided anew at each start.
pub const KEPT: StateFlags = StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

/// Logical pixels.
const SIZE: (f64, f64) = (1280.0, 820.0);
const SMALLEST: (f64, f64) = (900.0, 600.0);

/// Lets one window be there at a time.
#[derive(Default)]
pub struct Opening {
    one_at_a_time: Mutex<()>,
    closing: Mutex<Option<Closing>>,
    dashboard: Mutex<Dashboard>,
    away: Away,
}

/// What the page in the window has come to.
enum Dashboard {
    /// It is being loaded and hears nothing yet; where it is to go then.
    Loading(Option<String>),
    /// It hears what it is told.
    Listening,
}

impl Default for Dashboard {
    fn default() -> Self {
        Dashboard::Loading(None)
    }
}

/// A window that was closed and is not gone yet.
#[derive(Default)]
struct Closing {
    /// On which page it is wanted back, if it is: asked for between its closing and its end.
    wanted: Option<Option<String>>,
}

/// How a new window appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Appearance {
    Shown,
    Minimised,
}

/// Brings the window to the front, made anew if there is none, on that page of the dashboard if one is named.
pub fn raise(app: &AppHandle, page: Option<String>) {
    in_background(app, move |app| {
        if let Some(closing) = lock(&app.state::<Opening>().closing).as_mut() {
            closing.wanted = Some(page);
            return Ok(());
        }
        match app.get_webview_window(MAIN) {
            Some(window) => {
                away::take_out(app, &window)?;
                window.unminimize()?;
                window.show()?;
                window.set_focus()?;
                page.map_or(Ok(()), |path| lead_to(app, path))
            }
            None => build(app, page.as_deref(), Appearance::Shown),
        }
    });
}

/// Sends the dashboard to a page, as soon as it hears.
fn lead_to(app: &AppHandle, path: String) -> tauri::Result<()> {
    match &mut *lock(&app.state::<Opening>().dashboard) {
        Dashboard::Loading(wanted) => {
            *wanted = Some(path);
            Ok(())
        }
        Dashboard::Listening => app.emit_to(MAIN, Navigate::NAME, Navigate { path }),
    }
}

/// The dashboard is there and hears what it is told.
pub fn dashboard_listens(app: &AppHandle) {
    let before = std::mem::replace(&mut *lock(&app.state::<Opening>().dashboard), Dashboard::Listening);
    if let Dashboard::Loading(Some(path)) = before
        && let Err(error) = lead_to(app, path)
    {
        tracing::warn!(%error, "the window was not told where to go");
    }
}

/// Makes a minimised window if there is none: the only way back to the app where no tray host shows its icon.
pub fn leave_a_way_back(app: &AppHandle) {
    in_background(app, |app| {
        if let Some(closing) = lock(&app.state::<Opening>().closing).as_mut() {
            closing.wanted.get_or_insert_default();
            return Ok(());
        }
        match app.get_webview_window(MAIN) {
            Some(window) if app.state::<Opening>().away.take_back() => {
                window.minimize()?;
                window.show()
            }
            Some(_) => Ok(()),
            None => build(app, None, Appearance::Minimised),
        }
    });
}

/// Making a window waits for the event loop, so it must not be done on it.
fn in_background(app: &AppHandle, act: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let opening = app.state::<Opening>();
        let _one_at_a_time = lock(&opening.one_at_a_time);
        if let Err(error) = act(&app) {
            tracing::error!(%error, "the window could not be opened");
        }
    });
}

fn build(app: &AppHandle, page: Option<&str>, appearance: Appearance) -> tauri::Result<()> {
    *lock(&app.state::<Opening>().dashboard) = Dashboard::default();
    let origin = app.config().build.dev_url.clone().filter(|_| tauri::is_dev());
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App(address(page).into()))
        .title("Holdfast")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .center()
        .devtools(cfg!(debug_assertions))
        .focused(appearance == Appearance::Shown)
        .on_navigation(move |url| may_open(url, origin.as_ref()))
        .on_new_window(|url, _| {
            tracing::warn!(%url, "a new window was refused");
            NewWindowResponse::Deny
        })
        .build()?;
    match appearance {
        Appearance::Shown => Ok(()),
        Appearance::Minimised => window.minimize(),
    }
}

/// Notes that the window is on its way out: whoever asks for it meanwhile gets it back afterwards. False if it
/// was already.
pub fn begin_closing(app: &AppHandle) -> bool {
    let opening = app.state::<Opening>();
    let mut closing = lock(&opening.closing);
    let fresh = closing.is_none();
    closing.get_or_insert_default();
    fresh
}

/// Lets the window go, and its webview with it.
pub fn destroy(app: &AppHandle) {
    let destroyed = app.get_webview_window(MAIN).map(|window| window.destroy());
    if let Some(Err(error)) = destroyed {
        tracing::warn!(%error, "the window could not be closed");
        keep(app);
    }
}

/// Minimises the window instead of closing it.
pub fn minimise(app: &AppHandle) {
    let minimised = app.get_webview_window(MAIN).map(|window| window.minimize());
    if let Some(Err(error)) = minimised {
        tracing::warn!(%error, "the window could not be minimised");
    }
    keep(app);
}

/// The window stays after all.
pub fn keep(app: &AppHandle) {
    let closing = lock(&app.state::<Opening>().closing).take();
    if let Some(page) = closing.and_then(|closing| closing.wanted) {
        raise(app, page);
    }
}

/// Keeps the app alive without a window, and decides what closing one does.
pub fn on_run_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            closing::requested(app);
        }
        RunEvent::WindowEvent { event: WindowEvent::Destroyed, .. } => {
            let closed = lock(&app.state::<Opening>().closing).take();
            match closed.and_then(|closing| closing.wanted) {
                Some(page) => raise(app, page),
                None => away::end_helpers(app),
            }
        }
        _ => {}
    }
}
