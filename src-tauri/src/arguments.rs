//! What the desktop app was asked for on its command line. It opens nothing.

use clap::Parser;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

/// The name under which one instance on the default data directory is known to the session.
const INSTANCE: &str = "app.holdfast.desktop";
/// The option that starts without a window.
pub const HIDDEN: &str = "--hidden";

/// What the start shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstWindow {
    /// The window.
    Shown,
    /// Nothing but the tray; a minimised window where no tray host shows the icon.
    OnlyWithoutTray,
}

/// PostgreSQL backups that are proven: the desktop app.
#[derive(Debug, Clone, Parser)]
#[command(name = "holdfast-desktop", version)]
pub struct Arguments {
    /// Starts in the tray, without a window.
    #[arg(long)]
    hidden: bool,
    /// The data directory; the platform's own by default.
    #[arg(long = "home", value_name = "DIR", env = "HOLDFAST_HOME")]
    chosen_home: Option<PathBuf>,
}

impl Arguments {
    /// The data directory, absolute.
    pub fn home(&self) -> PathBuf {
        match &self.chosen_home {
            Some(chosen) => std::path::absolute(chosen).unwrap_or_else(|_| chosen.clone()),
            None => holdfast_engine::home::default_home(),
        }
    }

    /// What the start shows.
    pub fn first_window(&self) -> FirstWindow {
        if self.hidden { FirstWindow::OnlyWithoutTray } else { FirstWindow::Shown }
    }

    /// The options with which the session starts the app at login.
    pub fn at_login(&self) -> Vec<String> {
        let hidden = HIDDEN.to_owned();
        match &self.chosen_home {
            Some(_) => vec![hidden, "--home".to_owned(), self.home().to_string_lossy().into_owned()],
            None => vec![hidden],
        }
    }

    /// The name of this instance on the session bus. Each data directory has an app of its own.
    pub fn instance_name(&self) -> String {
        match &self.chosen_home {
            Some(_) => format!("{INSTANCE}.home{:016x}", fingerprint(&self.home().into_os_string())),
            None => INSTANCE.to_owned(),
        }
    }
}

/// A number that tells data directories apart for as long as one program runs.
fn fingerprint(home: &OsString) -> u64 {
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Arguments {
        Arguments::try_parse_from([&["holdfast-desktop"], arguments].concat()).expect("usable arguments")
    }

    #[test]
    fn a_data_directory_of_its_own_is_an_instance_of_its_own() {
        let one = parsed(&["--home", "/tmp/one"]);
        let other = parsed(&["--home", "/tmp/other"]);
        assert_ne!(one.instance_name(), other.instance_name(), "or the second app would raise the first");
        assert_eq!(
            one.instance_name(),
            parsed(&["--home", "/tmp/one"]).instance_name(),
            "or none is ever raised"
        );
    }

    #[test]
    fn the_login_entry_names_the_data_directory_that_was_chosen() {
        assert_eq!(
            parsed(&["--home", "/tmp/one"]).at_login(),
            ["--hidden", "--home", "/tmp/one"],
            "the app at login must guard the same catalog"
        );
    }

    #[test]
    fn an_unknown_option_is_refused() {
        let outcome = Arguments::try_parse_from(["holdfast-desktop", "--hiden"]);
        assert!(outcome.is_err(), "a mistyped option must not open a window as if nothing was asked");
    }
}
