//! A standby is backed up while its primary goes on writing: the load of backups is often put there.

use crate::server::{Server, runtime};
use crate::support::Home;
use holdfast_engine::platform::user;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::to_url;
use serde_json::Value;
use std::path::PathBuf;

#[test]
fn a_standby_is_backed_up_in_parallel_and_its_backup_is_drilled_equal() {
    let primary = Server::own();
    let database = primary.database(8);
    let folder = tempfile::tempdir().unwrap();
    holdfast_engine::platform::modes::let_others_pass(folder.path()).unwrap();
    let user = ClusterUser::suited();
    let place = folder.path().join("standby");
    // Made for its folders and its part of the configuration; its data is the primary's.
    let standby = runtime()
        .block_on(Cluster::create(&primary.tools, &place, user.clone(), Durability::Throwaway))
        .unwrap();
    let data = standby.data();
    std::fs::remove_dir_all(&data).unwrap();
    let mut command = primary.program("pg_basebackup");
    command.args([
        "--write-recovery-conf",
        "--wal-method=stream",
        "--checkpoint=fast",
        "--username=holdfast",
        "--pgdata",
    ]);
    command.arg(&data);
    let mut command = tokio::process::Command::from(command);
    if let ClusterUser::Account(account) = &user {
        user::run_as(&mut command, account);
    }
    let said = runtime().block_on(async { command.current_dir(&place).output().await });
    let said = said.expect("pg_basebackup comes with the client programs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mut standby = Cluster::open(&primary.tools, &place, user, Durability::Throwaway).unwrap().unwrap();
    runtime().block_on(standby.start(Lifetime::WithProcess)).unwrap();

    let home = Home::new();
    home.add_server(&to_url(&standby.connection()));
    home.add_job(&["--database", &database, "--engine", "parallel", "--max-rate-mb", "8"]);
    let mut running = home.start(&["run", "nightly"]);
    primary.sql(&database, "INSERT INTO part1 SELECT * FROM part2");
    assert!(
        running.end(crate::wait::PATIENCE).success(),
        "a standby can export a snapshot and be read by place"
    );
    let backup = home.backups().remove(0);
    let manifest =
        std::fs::read(PathBuf::from(backup["path"].as_str().unwrap()).join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["options"]["engine"], "parallel", "its large tables are copied by our connections");
    let verified = home.document(&["verify", &backup["id"].to_string(), "--level", "restore"]);
    assert_eq!(verified["level"], "L4", "every row that the standby showed comes back: {verified}");
    runtime().block_on(standby.stop()).unwrap();
}
