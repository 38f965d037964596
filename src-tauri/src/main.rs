//! The desktop app's program; all of it is in the library, which tests and bundles share.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    holdfast_desktop::run()
}
