//! Gives every command of the contract its own permission, so that the capability in `tauri.conf.json` decides.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(holdfast_types::COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("tauri.conf.json and icons/ are whole");
}
