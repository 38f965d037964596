//! cargo-deny, which checks the licences, sources and bans of the dependencies.

use crate::{failure::Failure, place::Place, tool};

const VERSION: &str = "0.20.2";

pub fn setup(place: &Place) -> Result<(), Failure> {
    if tool::find("cargo-deny").is_some() {
        return Ok(());
    }
    println!("setup: building cargo-deny {VERSION}, once for this machine; it takes a minute or two");
    let package = format!("cargo-deny@{VERSION}");
    // It runs for seconds: an optimised build would take minutes more than it saves.
    let mut install = tool::cargo(place, ["install", "--locked", "--debug"]);
    install.env("CARGO_PROFILE_DEV_DEBUG", "0");
    // Its build is of no use to ours.
    let output = place.target.join("cargo-deny");
    tool::succeed(install.arg("--target-dir").arg(&output).arg(package))?;
    std::fs::remove_dir_all(&output).map_err(Failure::file(output))
}
