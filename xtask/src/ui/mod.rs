//! The dashboard, from Rust, CSS and static files to `ui/dist`.

mod files;
mod page;
mod script;
mod style;

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use crate::{failure::Failure, place::Place, tool};

/// How the dashboard is built.
#[derive(Args, Default)]
pub struct Options {
    /// What the build favours.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
}

/// What the build of the dashboard favours.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// A small file, as shipped.
    #[default]
    Wasm,
    /// A quick build, with names in its traces.
    Dev,
}

impl Profile {
    /// Cargo's name of the profile, and of the folder it builds into.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Wasm => ("wasm", "wasm"),
            Self::Dev => ("dev", "debug"),
        }
    }
}

/// The finished dashboard: contents by path below `ui/dist`.
type Site = BTreeMap<String, Vec<u8>>;

/// Builds the dashboard. Files that did not change are not written, so that the shell, which embeds them, is
/// not compiled again for nothing.
pub fn build(place: &Place, options: &Options) -> Result<(), Failure> {
    let (profile, folder) = options.profile.names();
    let target = "wasm32-unknown-unknown";
    tool::succeed(&mut tool::cargo(
        place,
        ["build", "-p", "holdfast-ui", "--target", target, "--profile", profile],
    ))?;
    let wasm = place.target.join(target).join(folder).join("holdfast-ui.wasm");

    let mut site = files::read_all(&place.root.join("ui/static"))?;
    let boot = script::add(&mut site, &wasm, options.profile)?;
    let styles = style::add(&mut site, place)?;
    page::add(&mut site, place, &page::Names { script: &boot, styles: &styles })?;

    let dist = place.root.join("ui/dist");
    let written = files::settle(&dist, &site)?;
    let bytes: usize = site.values().map(Vec::len).sum();
    println!("dashboard: {} files, {} KiB, {written} changed", site.len(), bytes / 1024);
    Ok(())
}
