//! The toolchain's targets and components.

use crate::{failure::Failure, place::Place, tool};

/// The dashboard runs on the first; the second is checked, not run.
const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "x86_64-pc-windows-gnu"];
/// The program that tells whether the component is there, and the component's name.
const COMPONENTS: [(&str, &str); 2] = [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")];

pub fn setup(place: &Place) -> Result<(), Failure> {
    let sysroot = tool::output(tool::program(place, "rustc").args(["--print", "sysroot"]))?;
    let sysroot = std::path::Path::new(sysroot.trim());
    let targets =
        TARGETS.into_iter().filter(|target| !sysroot.join("lib/rustlib").join(target).join("lib").is_dir());
    let targets: Vec<&str> = targets.collect();
    let bin = |name: &str| sysroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let components = COMPONENTS.into_iter().filter(|(program, _)| !bin(program).is_file());
    let components: Vec<&str> = components.map(|(_, component)| component).collect();

    add(place, "target", &targets)?;
    add(place, "component", &components)
}

fn add(place: &Place, kind: &str, names: &[&str]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    if tool::find("rustup").is_none() {
        let what = names.iter().map(|name| format!("the Rust {kind} {name}")).collect();
        let install = vec!["rustup (https://rustup.rs), or the same from your distribution".to_owned()];
        return Err(Failure::Missing { what, install });
    }
    tool::succeed(tool::program(place, "rustup").args([kind, "add"]).args(names))
}
