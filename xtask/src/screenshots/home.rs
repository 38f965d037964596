//! The data directories of the pictures: a real backup to look into, and what a user may meet around it.

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
};

use crate::{failure::Failure, place::Place, tool};

/// Ninety days of a busy house.
const HISTORY: &str = include_str!("history.sql");
/// Names as long and as foreign as people make them, over that.
const LONG_NAMES: &str = include_str!("long_names.sql");

/// The job that `holdfast demo` makes.
pub const DEMO_JOB: &str = "demo shop";

/// Where a server listens that never answers.
pub const SILENT_PORT: u16 = 55_431;

/// Ninety days of a busy house around two real backups.
pub fn busy_house(place: &Place, home: &Path) -> Result<(), Failure> {
    demo(place, home)?;
    // A second one to compare with.
    holdfast(place, home, &["run", DEMO_JOB])?;
    change(place, home, HISTORY)
}

/// The first start.
pub fn empty(_: &Place, home: &Path) -> Result<(), Failure> {
    remove(home)
}

/// The busy house with long names.
pub fn long_names(place: &Place, home: &Path) -> Result<(), Failure> {
    busy_house(place, home)?;
    change(place, home, LONG_NAMES)
}

/// A server that refuses and a backup whose files are gone.
pub fn out_of_reach(place: &Place, home: &Path) -> Result<(), Failure> {
    demo(place, home)?;
    let away = home.with_extension("away");
    remove(&away)?;
    // Port 1 is reserved, and nothing listens on it.
    change(
        place,
        home,
        "UPDATE servers SET connection = json_set(connection, '$.host', '127.0.0.1', '$.port', 1);",
    )?;
    // It fails, and that is what the pictures are of.
    let _ = holdfast(place, home, &["run", DEMO_JOB]);
    let repository = home.join("backups");
    fs::rename(&repository, &away).map_err(Failure::file(&repository))
}

/// A backup that takes minutes, and a server that never answers.
pub fn slow(place: &Place, home: &Path) -> Result<(), Failure> {
    demo(place, home)?;
    change(
        place,
        home,
        &format!(
            "UPDATE jobs SET spec = json_set(spec, '$.load.rate_mb', 1, '$.engine', 'parallel');
             INSERT INTO servers (name, connection, password_source, created_at)
             SELECT 'a silent one', json_set(connection, '$.host', '127.0.0.1', '$.port', {SILENT_PORT}), 'none', created_at
             FROM servers WHERE id = 1;"
        ),
    )
}

fn demo(place: &Place, home: &Path) -> Result<(), Failure> {
    remove(home)?;
    tool::succeed(&mut tool::cargo(place, ["build", "-p", "holdfast-cli", "--locked"]))?;
    holdfast(place, home, &["demo", "--keep"])
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::file(folder)(error)),
        _ => Ok(()),
    }
}

fn holdfast(place: &Place, home: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = tool::program(place, place.built("holdfast"));
    command.env("HOLDFAST_HOME", home).args(arguments);
    tool::succeed(&mut command)
}

/// Changes the catalog as no user could.
fn change(place: &Place, home: &Path, statements: &str) -> Result<(), Failure> {
    let script = home.join("change.sql");
    fs::write(&script, statements).map_err(Failure::file(&script))?;
    let mut sqlite = tool::program(place, "sqlite3");
    sqlite.arg("-bail").arg(home.join("catalog.db"));
    sqlite.stdin(Stdio::from(File::open(&script).map_err(Failure::file(&script))?));
    tool::succeed(&mut sqlite)
}
