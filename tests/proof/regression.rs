//! PostgreSQL's own regression database, which holds something of everything: backed up, drilled, compared.

use crate::parallel::Both;
use crate::server::Server;
use crate::support::Home;
use holdfast_engine::copy::Packing;
use holdfast_engine::platform::{modes, user};
use holdfast_engine::postgres::cluster::ClusterUser;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The suite that `cargo xtask setup` fetches by its package's name.
fn suite() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |at| root.join(at));
    let suite = target.join("pg/regression");
    assert!(
        suite.is_dir(),
        "{} is missing: run `cargo xtask setup`, which fetches it from Debian's source package of PostgreSQL and says \
         why when it cannot",
        suite.display()
    );
    suite
}

/// Fills the database `regression` by pg_regress. Single tests may fail: it is the database that counts. The folder
/// holds the suite's library, which a restore loads again.
fn fill(server: &Server) -> tempfile::TempDir {
    let (suite, folder) = (suite(), tempfile::tempdir().unwrap());
    modes::let_others_pass(folder.path()).unwrap();
    // pg_regress writes beside its input, and runs as the server's account.
    let input = folder.path().join("regress");
    let copied = Command::new("cp").arg("-r").arg(suite.join("regress")).arg(&input).status().unwrap();
    assert!(copied.success(), "the suite must be copied");
    let library = folder.path().join("regress.so");
    std::fs::copy(suite.join("lib/regress.so"), &library).unwrap();
    let mut command = match ClusterUser::suited() {
        ClusterUser::Account(account) => {
            let given = Command::new("chown").arg("-R").arg(&account.name).arg(folder.path()).status();
            assert!(given.unwrap().success(), "only root gets here");
            user::give(folder.path(), &account).unwrap();
            let mut command = Command::new("runuser");
            command.args(["-u", &account.name, "--"]);
            command
        }
        ClusterUser::Current => Command::new("env"),
    };
    let programs = &server.tools.folder;
    let regress = programs.join("../lib/pgxs/src/test/regress/pg_regress");
    command.arg(&regress).current_dir(&input).env_remove("PGHOST");
    command.args([
        "--inputdir=.",
        "--outputdir=.",
        "--max-concurrent-tests=20",
        "--schedule=parallel_schedule",
    ]);
    command.arg(format!("--bindir={}", programs.display()));
    command.arg(format!("--dlpath={}", folder.path().display()));
    command.arg(format!("--host={}", server.socket())).arg("--user=holdfast");
    let said = command.output().expect("pg_regress comes with Debian's server package");
    let tables = "SELECT count(*) FROM pg_stat_user_tables";
    let count: u32 = server.values("regression", tables)[0].parse().unwrap();
    let words = String::from_utf8_lossy(&said.stdout);
    assert!(count > 300, "the suite made only {count} tables: {}", words.lines().last().unwrap_or_default());
    folder
}

#[test]
fn the_regression_database_is_backed_up_drilled_and_found_equal() {
    let server = Server::own();
    let _library = fill(&server);
    Both::of(&server, "regression", Packing::Gzip(2)).are_equal(&server);
    let home = Home::new();
    home.add_server(&server.url("holdfast"));
    home.add_job(&["--database", "regression", "--ledger", "checksums"]);
    let backup = home.backed_up()["backup_id"].to_string();
    let verified = home.document(&["verify", &backup, "--level", "restore"]);
    assert_eq!(
        verified["level"], "L4",
        "everything that PostgreSQL tests itself with comes back: {verified}"
    );
    let restored = home.document(&[
        "restore",
        &backup,
        "--server",
        "local",
        "--database",
        "regression_again",
        "--create",
    ]);
    assert_eq!(restored["status"], "completed", "into a server too: {restored}");
}
