//! The Debian package: the app, and the command line beside it. The dashboard is built by the hook in `tauri.conf.json`.

use crate::{failure::Failure, place::Place, tool};

pub fn bundle(place: &Place) -> Result<(), Failure> {
    let release = place.target.join("release");
    // `tauri build` builds every program of the default members, but packs its main one alone. Where the target folder
    // lies is known only here.
    let with_command_line = serde_json::json!({
        "bundle": { "linux": { "deb": { "files": { "/usr/bin/holdfast": release.join("holdfast") } } } }
    });
    let mut tauri = tool::program(place, place.node_program("tauri"));
    tool::succeed(tauri.args(["build", "--bundles", "deb", "--config", &with_command_line.to_string()]))?;
    println!("the package is in {}", release.join("bundle/deb").display());
    Ok(())
}
