//! What keeps a drill from being told: the backup is no worse for it, and the message says what is missing.

use crate::installation::Installation;
use crate::programs::{machines_own, programs};
use crate::server::Server;
use crate::small_disk::SmallDisk;
use crate::support::{Home, json_of};
use crate::verified::{Verified, backup_of, json, standing};

#[track_caller]
fn is_undecided(home: &Home, verified: &Verified, database: &str, words: &[&str]) {
    verified.ended_as("undecided");
    for words in words {
        assert!(verified.message().contains(words), "{words:?} is missing: {:#}", verified.answer);
    }
    let hint = verified.answer["error_hint"].as_str().unwrap_or_default();
    assert!(!hint.is_empty(), "what to do is told: {:#}", verified.answer);
    assert_eq!(standing(home, database), ("good".into(), "L2".into()), "the backup is no worse for it");
    let scratch = home.path().join("scratch");
    assert!(crate::repository::below(&scratch).is_empty(), "nothing of the drill stays");
}

#[test]
fn an_extension_that_the_drill_lacks_is_named_before_anything_is_restored() {
    let installation = Installation::with_extension();
    let tools = installation.tools();
    let server = Server::of(tools.clone());
    let database = server.database(1);
    server.sql(&database, "CREATE EXTENSION zoo_extension");
    let home = Home::with_job(&server, &server.superuser(), &database);
    let (status, run) = json(&home, Some(&tools), &["run", "nightly"]);
    assert_eq!(status, 0, "{run:#}");
    let backup = backup_of(&home, &database);
    let verified = Verified::by(&home, Some(&machines_own()), &backup, "restore");
    is_undecided(&home, &verified, &database, &["zoo_extension", "not installed"]);
    Verified::by(&home, Some(&tools), &backup, "restore").passed("L4");
}

#[test]
fn a_disk_without_room_for_a_drill_is_told_with_both_sizes() {
    let server = Server::shared();
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.backed_up();
    let disk = SmallDisk::of_kib(64 * 1024);
    let backup = backup_of(&home, &database);
    let mut command = home.command(&["--json", "verify", &backup["id"].to_string(), "--level", "restore"]);
    if nix::unistd::geteuid().is_root() {
        // As root the cluster lies where the account of the server may pass.
        command.env("TMPDIR", disk.path());
    } else {
        let scratch = home.path().join("scratch");
        let _ = std::fs::remove_dir_all(&scratch);
        std::os::unix::fs::symlink(disk.path(), &scratch).unwrap();
    }
    let (exit, answer) = json_of(command);
    is_undecided(&home, &Verified { exit, answer }, &database, &["Not enough space", "needed", "free"]);
}

#[test]
fn programs_older_than_the_server_are_not_tried() {
    let newest = programs(18);
    let server = Server::of(newest.clone());
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    assert_eq!(json(&home, Some(&newest), &["run", "nightly"]).0, 0, "the run completes");
    let verified = Verified::by(&home, Some(&programs(16)), &backup_of(&home, &database), "restore");
    is_undecided(&home, &verified, &database, &["PostgreSQL 18 or newer"]);
}

#[test]
fn a_disk_that_is_not_there_says_nothing_against_the_backups_on_it() {
    let server = Server::shared();
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    let (repository, away) = (home.around().join("disk"), home.around().join("away"));
    home.document(&["job", "update", "nightly", "--repository", repository.to_str().unwrap()]);
    home.backed_up();
    let backup = backup_of(&home, &database);
    std::fs::rename(&repository, &away).unwrap();
    std::fs::create_dir(&repository).unwrap();
    let verified = Verified::by(&home, None, &backup, "decode");
    is_undecided(&home, &verified, &database, &["not at", repository.to_str().unwrap()]);
    std::fs::remove_dir(&repository).unwrap();
    std::fs::rename(&away, &repository).unwrap();
    Verified::by(&home, None, &backup, "decode").passed("L2");

    // Its folder alone is gone: that is known.
    std::fs::rename(backup["path"].as_str().unwrap(), home.around().join("taken")).unwrap();
    Verified::by(&home, None, &backup, "decode").ended_as("failed");
    assert_eq!(standing(&home, &database).0, "missing", "the disk is there, the backup is not");
    std::fs::rename(home.around().join("taken"), backup["path"].as_str().unwrap()).unwrap();
    Verified::by(&home, None, &backup, "checksum").passed("L1");
    assert_eq!(standing(&home, &database).0, "good", "it came back");
}
