//! What is checked without running anything.

use crate::{failure::Failure, place::Place, report::Report, tool, ui};

pub fn lint(place: &Place) -> Result<(), Failure> {
    let mut report = Report::default();
    let dashboard = report.step("dashboard", || ui::build(place, &ui::Options::default()));
    let result = dashboard.and_then(|()| steps(place, &mut report));
    report.close();
    result
}

/// Runs every lint as a step of `report`. The dashboard must be built: the shell embeds it.
pub fn steps(place: &Place, report: &mut Report) -> Result<(), Failure> {
    let cargo = |line: &str| tool::succeed(&mut tool::cargo(place, line.split(' ')));
    report.step("format", || cargo("fmt --all --check"))?;
    report.step("clippy", || {
        cargo("clippy --workspace --exclude holdfast-ui --locked --all-targets -- -D warnings")
    })?;
    // Not among all targets, because it is not among the tests that run together.
    report.step("clippy, window tests", || {
        cargo("clippy --workspace --exclude holdfast-ui --locked --test window --test measure -- -D warnings")
    })?;
    report.step("clippy, dashboard", || {
        cargo("clippy -p holdfast-ui --target wasm32-unknown-unknown --locked -- -D warnings")
    })?;
    // Its tests run on this machine, not in a browser.
    report.step("clippy, dashboard's tests", || {
        cargo("clippy -p holdfast-ui --locked --all-targets -- -D warnings")
    })?;
    report.step("check for Windows", || {
        cargo("check -p holdfast-engine -p holdfast-cli --target x86_64-pc-windows-gnu --locked")
    })?;
    let document =
        |line: &str| tool::succeed(tool::cargo(place, line.split(' ')).env("RUSTDOCFLAGS", "-D warnings"));
    report.step("documentation", || document("doc --workspace --exclude holdfast-ui --no-deps --locked"))?;
    report.step("documentation, dashboard", || {
        document("doc -p holdfast-ui --target wasm32-unknown-unknown --no-deps --locked")
    })?;
    report.step("dependencies", || {
        let deny = tool::find("cargo-deny").unwrap_or_else(|| "cargo-deny".into());
        tool::succeed(tool::program(place, deny).args(["--locked", "check", "bans", "licenses", "sources"]))
    })
}
