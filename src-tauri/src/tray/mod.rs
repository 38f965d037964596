//! The tray icon and its menu.
//!
//! What they show is decided in [`face`]; here it is only carried out. The icon is made when the first
//! tray host appears, because without one it would be invisible, and the window must know.

mod face;
mod menu;
mod words;

pub use face::{Facts, face};

use crate::arguments::FirstWindow;
use crate::session_bus::{TrayHost, watch_tray_host};
use crate::{lock, sink, window};
use face::{Face, IconState};
use menu::Menu;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use tauri::image::Image;
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager};

/// How long a start at login waits for a tray host: desktops start it beside the apps, not before them.
const HOST_GRACE: Duration = Duration::from_secs(5);

/// The tray as the app holds it.
#[derive(Default)]
pub struct Tray {
    /// Whether a host shows the icon; absent until that is known.
    host: Mutex<Option<TrayHost>>,
    /// The icon, once it is made, with what it shows.
    shown: Mutex<Option<Shown>>,
}

struct Shown {
    icon: TrayIcon,
    menu: Menu,
    face: Face,
}

/// Whether an icon is there to bring the window back.
pub fn is_shown(app: &AppHandle) -> bool {
    host(app) == Some(TrayHost::Present)
}

/// Whether a host shows the icon; absent while that is not known yet.
pub fn host(app: &AppHandle) -> Option<TrayHost> {
    *lock(&app.state::<Tray>().host)
}

/// Looks for a tray host, and opens the first window as was asked.
pub fn start(app: &AppHandle, icons: PathBuf, first: FirstWindow) {
    if first == FirstWindow::Shown {
        window::raise(app, None);
    }
    let watched = app.clone();
    watch_tray_host(move |host| on_host(&watched, host, &icons));
    if first == FirstWindow::OnlyWithoutTray {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(HOST_GRACE).await;
            if !is_shown(&app) {
                window::leave_a_way_back(&app);
            }
        });
    }
}

/// A host came or went.
fn on_host(app: &AppHandle, host: TrayHost, icons: &Path) {
    tracing::info!(?host, "tray host");
    let before = lock(&app.state::<Tray>().host).replace(host);
    if host == TrayHost::Present {
        let icons = icons.to_owned();
        on_main_thread(app, move |app| make(app, &icons));
    } else if before == Some(TrayHost::Present) {
        window::leave_a_way_back(app);
    }
    sink::machine_changed(app);
}

/// Shows how things stand, if there is an icon.
pub fn show(app: &AppHandle, face: Face) {
    on_main_thread(app, move |app| {
        let tray = app.state::<Tray>();
        let mut shown = lock(&tray.shown);
        match shown.as_mut() {
            Some(shown) => shown.change_to(app, face),
            None => Ok(()),
        }
    });
}

/// Makes the icon, once.
fn make(app: &AppHandle, icons: &Path) -> tauri::Result<()> {
    let tray = app.state::<Tray>();
    let mut shown = lock(&tray.shown);
    if shown.is_some() {
        return Ok(());
    }
    holdfast_engine::platform::modes::create_private_folder(icons)?;
    let face = Face::default();
    let menu = Menu::new(app, &face)?;
    name_the_app();
    let icon = TrayIconBuilder::with_id("holdfast")
        .icon(image(face.icon))
        .menu(menu.root())
        .tooltip("Holdfast")
        // Not the shared default: two apps on one machine would overwrite each other's files.
        .temp_dir_path(icons)
        .on_menu_event(|app, event| menu::on_event(app, event.id().as_ref()))
        .build(app)?;
    *shown = Some(Shown { icon, menu, face });
    Ok(())
}

/// A tray host calls the icon by the toolkit's name for the app, which is the program's file unless it is told.
#[cfg(target_os = "linux")]
fn name_the_app() {
    gtk::glib::set_application_name("Holdfast");
}

#[cfg(not(target_os = "linux"))]
fn name_the_app() {}

impl Shown {
    /// Changes what differs and nothing else: each change makes the host draw anew.
    fn change_to(&mut self, app: &AppHandle, face: Face) -> tauri::Result<()> {
        if face.icon != self.face.icon {
            self.icon.set_icon(Some(image(face.icon)))?;
        }
        self.menu.change(app, &self.face, &face)?;
        self.face = face;
        Ok(())
    }
}

/// The picture of a state, drawn at build time from `icons/`.
fn image(state: IconState) -> Image<'static> {
    match state {
        IconState::Idle => tauri::include_image!("icons/tray/idle.png"),
        IconState::Running => tauri::include_image!("icons/tray/running.png"),
        IconState::Warning => tauri::include_image!("icons/tray/warning.png"),
        IconState::Error => tauri::include_image!("icons/tray/error.png"),
    }
}

/// The toolkit accepts changes on its own thread only.
fn on_main_thread(app: &AppHandle, act: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static) {
    let handle = app.clone();
    let posted = app.run_on_main_thread(move || {
        if let Err(error) = act(&handle) {
            tracing::error!(%error, "the tray could not be changed");
        }
    });
    if let Err(error) = posted {
        tracing::error!(%error, "the tray could not be reached");
    }
}
