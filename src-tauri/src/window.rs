//! The window: made when it is asked for, destroyed when it is closed, so that a hidden app holds no webview.
//!
//! Without a tray host nothing could bring a destroyed window back: then closing only minimises.

use crate::{closing, lock, webkit};
use holdfast_types::{Event, Navigate};
use std::sync::Mutex;
use std::time::Duration;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, RunEvent, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

/// The label of the only window; the capability in `tauri.conf.json` names it.
pub const MAIN: &str = "main";
/// What is remembered of the window. Not its visibility: that is decided anew at each start.
pub const KEPT: StateFlags = StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

/// Logical pixels.
const SIZE: (f64, f64) = (1280.0, 820.0);
const SMALLEST: (f64, f64) = (900.0, 600.0);

/// How long the webview's helpers outlive the window, so that one that is wanted back soon finds them: it is there in
/// little more than half the time then (`cargo xtask measure`).
const REST: Duration = Duration::from_secs(15);

/// Lets one window be there at a time.
#[derive(Default)]
pub struct Opening {
    one_at_a_time: Mutex<()>,
    closing: Mutex<Option<Closing>>,
    dashboard: Mutex<Dashboard>,
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
    if let Some(closing) = lock(&app.state::<Opening>().closing).as_mut() {
        closing.wanted = Some(page);
        return;
    }
    in_background(app, move |app| match app.get_webview_window(MAIN) {
        Some(window) => {
            window.unminimize()?;
            window.show()?;
            window.set_focus()?;
            page.map_or(Ok(()), |path| lead_to(app, path))
        }
        None => build(app, page.as_deref(), Appearance::Shown),
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
    if lock(&app.state::<Opening>().closing).is_some() {
        return raise(app, None);
    }
    in_background(app, |app| match app.get_webview_window(MAIN) {
        Some(_) => Ok(()),
        None => build(app, None, Appearance::Minimised),
    });
}

/// Ends what the webview leaves running, if no window came meanwhile.
fn rest(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(REST).await;
        in_background(&app, |app| {
            if app.get_webview_window(MAIN).is_none() {
                webkit::end_network_process();
            }
            Ok(())
        });
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

/// The address within the app for a page of the dashboard.
fn address(page: Option<&str>) -> String {
    page.map_or_else(|| "index.html".to_owned(), |path| format!("index.html#{path}"))
}

/// Whether the window may go there: to the dashboard itself and nowhere else.
fn may_open(url: &Url, development: Option<&Url>) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    };
    own || development.is_some_and(|server| server.origin() == url.origin())
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
                None => rest(app),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a usable address")
    }

    #[test]
    fn the_window_stays_within_the_dashboard() {
        for own in ["tauri://localhost", "tauri://localhost/index.html#/runs/12", "https://tauri.localhost/"]
        {
            assert!(may_open(&url(own), None), "{own} is the dashboard");
        }
        for foreign in
            ["https://example.com/", "http://localhost:8080/", "file:///etc/passwd", "data:text/html,x"]
        {
            assert!(!may_open(&url(foreign), None), "{foreign} could call commands or mislead the operator");
        }
    }

    #[test]
    fn a_page_is_reached_by_its_fragment() {
        assert_eq!(address(Some("/runs/12")), "index.html#/runs/12", "the dashboard routes by fragment");
    }
}
