//! Everything that one test needs around the app: a display, a session bus and a data directory of its own.

use crate::bus::Bus;
use crate::display::Display;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use tempfile::TempDir;

/// One test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// A desktop session without tray host and notification daemon; a test adds those that it wants.
pub struct Stage {
    pub display: Display,
    pub bus: Bus,
    folder: TempDir,
    /// The GTK theme, which decides what `prefers-color-scheme` says.
    theme: &'static str,
    _alone: MutexGuard<'static, ()>,
}

impl Stage {
    /// Sets one up.
    pub fn set() -> Self {
        Self::in_theme("Adwaita")
    }

    /// Sets one up whose desktop has that GTK theme.
    pub fn in_theme(theme: &'static str) -> Self {
        let alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let folder = TempDir::with_prefix("holdfast-window-").expect("a temporary folder");
        for part in ["user", "runtime"] {
            std::fs::create_dir(folder.path().join(part)).expect("a folder for the session");
        }
        Stage { display: Display::start(), bus: Bus::start(folder.path()), folder, theme, _alone: alone }
    }

    /// The data directory.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The user's own directory.
    pub fn user(&self) -> PathBuf {
        self.folder.path().join("user")
    }

    /// A program within this session and nothing of the machine's own.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("HOME", self.user())
            .env("XDG_RUNTIME_DIR", self.folder.path().join("runtime"))
            .env("DISPLAY", self.display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            // No settings service either.
            .env("GSETTINGS_BACKEND", "memory")
            // No accessibility bus is there to be found.
            .env("NO_AT_BRIDGE", "1")
            .env("GDK_BACKEND", "x11")
            .env("GTK_THEME", self.theme);
        command
    }

    /// The app's log, for a failing test's message.
    pub fn log(&self) -> String {
        let files = std::fs::read_dir(self.home().join("logs")).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
    }
}
