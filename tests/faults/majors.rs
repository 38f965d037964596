//! Servers and client programs of several major versions: each server's own programs, and newer ones.

use crate::programs::{machines_own, programs};
use crate::server::Server;
use crate::support::{Home, json_of};
use holdfast_engine::postgres::tools::Toolset;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// Backs a database of the server up where only these programs are to be found, and gives the backup.
fn backed_up(server: &Server, database: &str, offered: &[&Toolset]) -> Value {
    let home = Home::with_job(server, &server.superuser(), database);
    let folders = std::env::join_paths(offered.iter().map(|tools| &tools.folder)).unwrap();
    let mut command = home.command(&["--json", "run", "nightly"]);
    command.env("HOLDFAST_PG_BINDIRS", folders);
    let (status, run) = json_of(command);
    assert_eq!((status, &run["status"]), (0, &Value::from("completed")), "{run}");
    let backup = home.backups().remove(0);
    assert_eq!(backup["status"], "good", "a dump of any version must pass the strict check: {backup}");
    let folder = PathBuf::from(backup["path"].as_str().unwrap());
    let globals = std::fs::read_to_string(folder.join("globals.sql")).unwrap();
    assert!(globals.contains("CREATE ROLE trusted"), "roles are kept by pg_dumpall of any version");

    let used = backup["tool_version"].as_str().unwrap();
    let tools = offered.iter().find(|tools| tools.version == used).expect("one of those offered");
    let archive = folder.join("archive");
    let listing = Command::new(tools.pg_restore.as_ref().unwrap()).arg("--list").arg(&archive).output();
    let listing = String::from_utf8(listing.unwrap().stdout).unwrap();
    assert!(listing.contains("TABLE DATA public part1"), "stock pg_restore {used} must read it: {listing}");
    if tools.major == server.tools.major {
        server.sql("postgres", "CREATE DATABASE restored");
        let restored = server
            .program("pg_restore")
            .args(["--exit-on-error", "--dbname=restored"])
            .arg(&archive)
            .output();
        let restored = restored.unwrap();
        assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
        let count = "SELECT count(*)::text || md5(string_agg(body, '' ORDER BY id)) FROM part1";
        assert_eq!(
            server.values("restored", count),
            server.values(database, count),
            "what comes back must be what was there"
        );
    }
    backup
}

#[track_caller]
fn each_server_is_dumped_by_its_own_programs(major: u32) {
    let server = Server::of(programs(major));
    let database = server.database(1);
    let all = [programs(18), machines_own(), programs(16)];
    let backup = backed_up(&server, &database, &all.iter().collect::<Vec<_>>());
    let versions = [&backup["server_version"], &backup["tool_version"]];
    let own = Value::from(server.tools.version.clone());
    assert_eq!(versions, [&own, &own], "of all that fit, the server's own can read the archive back");
}

#[test]
fn a_server_of_version_16_is_dumped_by_its_own_programs() {
    each_server_is_dumped_by_its_own_programs(16);
}

#[test]
fn a_server_of_version_18_is_dumped_by_its_own_programs() {
    each_server_is_dumped_by_its_own_programs(18);
}

#[test]
fn the_programs_of_version_18_dump_older_servers() {
    let newest = programs(18);
    for older in [machines_own(), programs(16)] {
        let server = Server::of(older);
        let database = server.database(1);
        let backup = backed_up(&server, &database, &[&newest]);
        assert_eq!(backup["tool_version"], newest.version.as_str(), "nothing else was offered");
    }
}

#[test]
fn a_server_newer_than_every_program_is_refused_and_both_are_named() {
    let server = Server::of(programs(18));
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    let mut command = home.command(&["--json", "run", "nightly"]);
    command.env("HOLDFAST_PG_BINDIRS", programs(16).folder);
    let (status, run) = json_of(command);
    assert_eq!((status, &run["status"]), (1, &Value::from("failed")), "an older pg_dump must not try: {run}");
    let failure = crate::support::Failure::of(&run);
    failure.says("16", "postgresql-client-18");
}

#[test]
fn a_backup_of_version_15_is_restored_on_15_16_and_18_and_found_equal() {
    let own = Server::shared();
    let database = own.database(1);
    let home = Home::with_job(&own, &own.superuser(), &database);
    let backup = home.backed_up()["backup_id"].to_string();
    for major in [16, 18] {
        let newer = Server::of(programs(major));
        let name = format!("newer{major}");
        home.document(&["server", "add", &name, "--url", &newer.url(&newer.superuser())]);
        let arguments =
            ["restore", &backup, "--server", &name, "--database", "moved", "--create", "--make-roles"];
        let restored = home.document(&arguments);
        assert_eq!(restored["status"], "completed", "version {major}: {restored}");
        let checks = restored["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["name"] == "rows"), "version {major}: {restored}");
    }
}
