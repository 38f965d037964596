//! The data directory of the pictures: a real backup to look into, and ninety made-up days around it.

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
};

use crate::{failure::Failure, place::Place, tool};

/// Ninety days of a busy house.
const HISTORY: &str = include_str!("history.sql");

/// Makes it anew: the present belongs to the pictures.
pub fn make(place: &Place, home: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(home) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::file(home)(error));
        }
        _ => {}
    }
    tool::succeed(&mut tool::cargo(place, ["build", "-p", "holdfast-cli", "--locked"]))?;
    let holdfast = |arguments: &[&str]| {
        let mut command = tool::program(place, place.built("holdfast"));
        command.env("HOLDFAST_HOME", home).args(arguments);
        tool::succeed(&mut command)
    };
    holdfast(&["demo", "--keep"])?;
    // A second one to compare with.
    holdfast(&["run", "demo shop"])?;
    let script = home.join("history.sql");
    fs::write(&script, HISTORY).map_err(Failure::file(&script))?;
    let mut sqlite = tool::program(place, "sqlite3");
    sqlite.arg("-bail").arg(home.join("catalog.db"));
    sqlite.stdin(Stdio::from(File::open(&script).map_err(Failure::file(&script))?));
    tool::succeed(&mut sqlite)
}
