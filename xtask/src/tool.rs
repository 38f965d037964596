//! Programs that tasks run.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{failure::Failure, place::Place};

/// Prepares a program that runs in the repository's root.
pub fn program(place: &Place, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(&place.root);
    for name in inherited_from_cargo(env::vars_os().map(|(name, _)| name)) {
        command.env_remove(name);
    }
    if is_ci() {
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .env("NO_COLOR", "1");
    }
    command
}

/// Prepares cargo with its arguments.
pub fn cargo<'a>(place: &Place, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = program(place, "cargo");
    command.args(arguments);
    command
}

/// Whether output goes to a log that nobody watches.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// What `cargo run` set for this program. Build scripts (ring's) ask to run again when these change,
/// so handing them on would rebuild half of the graph each time.
fn inherited_from_cargo(names: impl Iterator<Item = OsString>) -> Vec<OsString> {
    names
        .filter(|name| {
            let name = name.to_string_lossy();
            name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        })
        .collect()
}

/// Runs the program to its end with its output on ours.
pub fn succeed(command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Program { line, status }),
        Err(source) => Err(Failure::Start { line, source }),
    }
}

/// Runs the program and returns what it wrote to its standard output.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let line = line(command);
    match command.stderr(Stdio::inherit()).output() {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(Failure::Program { line, status: output.status }),
        Err(source) => Err(Failure::Start { line, source }),
    }
}

/// Finds a program on `PATH` or among cargo's own.
pub fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(cargo_programs())
        .map(|folder| folder.join(&file))
        .find(|file| file.is_file())
}

fn cargo_programs() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
            .map(|home| PathBuf::from(home).join(".cargo"))
    });
    home.map(|home| home.join("bin"))
}

/// The command as a reader would type it, for messages.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_run_sets_is_not_handed_on() {
        let names =
            ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO", "CARGO_TARGET_DIR", "CARGO_HOME", "PATH"];
        let dropped = inherited_from_cargo(names.into_iter().map(OsString::from));
        assert_eq!(
            dropped,
            ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO"],
            "the user's own settings of cargo must stay"
        );
    }
}
