//! The Debian package. The dashboard is built by the hook in `tauri.conf.json`.

use crate::{failure::Failure, place::Place, tool};

pub fn bundle(place: &Place) -> Result<(), Failure> {
    let mut tauri = tool::program(place, place.node_program("tauri"));
    tool::succeed(tauri.args(["build", "--bundles", "deb"]))?;
    println!("the package is in {}", place.target.join("release/bundle/deb").display());
    Ok(())
}
