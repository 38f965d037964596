//! The demonstration: a private PostgreSQL, sample data, a proven backup, then the window on it.

use std::{env, path::PathBuf};

use crate::{failure::Failure, place::Place, setup, tool, ui};

pub fn demo(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    setup::setup(place)?;
    ui::build(place, &ui::Options::default())?;
    tool::succeed(&mut tool::cargo(
        place,
        ["build", "-p", "holdfast-cli", "-p", "holdfast-desktop", "--locked"],
    ))?;
    // A data directory of its own, so that the demonstration leaves the user's alone.
    let home = env::var_os("HOLDFAST_HOME").map_or_else(|| place.target.join("demo"), PathBuf::from);
    let mut demo = tool::program(place, place.built("holdfast"));
    demo.env("HOLDFAST_HOME", &home).arg("demo").args(arguments);
    if !has_display() {
        tool::succeed(&mut demo)?;
        println!("no display: the window is not opened");
        return Ok(());
    }
    // Kept, because the window is to show it.
    if !arguments.iter().any(|argument| argument == "--keep") {
        demo.arg("--keep");
    }
    tool::succeed(&mut demo)?;
    tool::succeed(tool::program(place, place.built("holdfast-desktop")).env("HOLDFAST_HOME", &home))
}

/// Whether a window can be shown; only on Linux may a session be without one.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
