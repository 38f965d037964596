//! Every size of the icons, generated from the SVG sources by Tauri's own tool and committed.

use std::{fs, path::Path};

use crate::{failure::Failure, place::Place, tool};

/// The application's icon: the files that Tauri's configuration names, plus 512 px for stores and pictures.
const APP: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.icns", "icon.ico", "icon.png"];
/// The states of the tray, each a source and two sizes.
const STATES: [&str; 4] = ["idle", "running", "warning", "error"];
/// A panel's usual height, and the same on a display of twice the density: the ending of the file's name and
/// the size in pixels.
const SIZES: [(&str, &str); 2] = [("-22", "22"), ("", "44")];

pub fn generate(place: &Place) -> Result<(), Failure> {
    let icons = place.root.join("icons");
    let staging = place.target.join("icons");
    let made = staging.join("app");
    render(place, &icons.join("holdfast.svg"), &made, &[])?;
    for name in APP {
        copy(&made.join(name), &icons.join(name))?;
    }
    for state in STATES {
        let made = staging.join(state);
        let sizes = SIZES.map(|(_, pixels)| pixels).join(",");
        render(place, &icons.join(format!("tray/{state}.svg")), &made, &["--png", &sizes])?;
        for (ending, pixels) in SIZES {
            let name = format!("tray/{state}{ending}.png");
            copy(&made.join(format!("{pixels}x{pixels}.png")), &icons.join(name))?;
        }
    }
    println!("icons: {} files in {}", APP.len() + STATES.len() * SIZES.len(), icons.display());
    Ok(())
}

fn render(place: &Place, source: &Path, into: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut tauri = tool::program(place, place.node_program("tauri"));
    tool::output(tauri.arg("icon").arg(source).arg("--output").arg(into).args(arguments)).map(drop)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(Failure::file(from))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_icon_is_committed_beside_its_source() {
        let icons = Place::find().unwrap().root.join("icons");
        let tray = STATES.iter().flat_map(|state| {
            let sizes = SIZES.iter().map(move |(ending, _)| format!("tray/{state}{ending}.png"));
            sizes.chain([format!("tray/{state}.svg")])
        });
        for name in APP.iter().map(|name| (*name).to_owned()).chain(["holdfast.svg".to_owned()]).chain(tray) {
            let file = fs::metadata(icons.join(&name));
            assert!(
                file.is_ok_and(|file| file.len() > 0),
                "icons/{name} is embedded or bundled; make it with `cargo xtask icons`"
            );
        }
    }

    #[test]
    fn the_configuration_names_only_icons_that_are_generated() {
        let place = Place::find().unwrap();
        let configuration = fs::read_to_string(place.root.join("tauri.conf.json")).unwrap();
        let named = configuration.split('"').filter_map(|text| text.strip_prefix("icons/"));
        let named: Vec<&str> = named.collect();
        assert!(!named.is_empty(), "a bundle without icons shows a blank square in every menu");
        for name in named {
            assert!(APP.contains(&name), "tauri.conf.json names icons/{name}, which no command makes");
        }
    }
}
