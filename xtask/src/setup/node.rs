//! The dashboard's build tools from npm: Tailwind, daisyUI, the typeface, Tauri's bundler.

use std::fs;

use crate::{failure::Failure, place::Place, tool};

/// Installs exactly what `package-lock.json` names, unless that was done already.
pub fn setup(place: &Place) -> Result<(), Failure> {
    let lock = place.root.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(Failure::file(&lock))?;
    // A copy of the lock file that was installed from, written last.
    let stamp = place.root.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    // Each package brings prebuilt files; the one install script there is only rebuilds a file watcher.
    tool::succeed(tool::program(place, npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).map_err(Failure::file(&stamp))
}
