//! Retention from end to end: what it deletes, and what nothing ever deletes.

use crate::repository::{below, leftovers, published};
use crate::server::Server;
use crate::support::Home;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn keeping_two() -> (Arc<Server>, Home) {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--database", &database, "--keep-last", "2"]);
    (server, home)
}

/// The ids of the listed backups, newest first.
fn listed(home: &Home) -> Vec<String> {
    home.backups().iter().map(|backup| id(&backup["id"])).collect()
}

fn id(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn made(home: &Home) -> String {
    id(&home.backed_up()["backup_id"])
}

fn path_of(home: &Home, backup: &str) -> PathBuf {
    home.document(&["backups", "show", backup])["path"].as_str().unwrap().into()
}

#[test]
fn only_the_last_ones_are_kept_and_their_files_go() {
    let (_server, home) = keeping_two();
    let made: Vec<String> = (0..4).map(|_| made(&home)).collect();
    assert_eq!(listed(&home), [made[3].clone(), made[2].clone()], "the newest two of four");
    assert_eq!(published(&home.repository()).len(), 2, "what is not listed takes no room");
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "no deletion stays half done");
}

#[test]
fn a_pinned_backup_stays_until_it_is_unpinned() {
    let (_server, home) = keeping_two();
    let pinned = made(&home);
    home.document(&["backups", "pin", &pinned]);
    let newer: Vec<String> = (0..3).map(|_| made(&home)).collect();
    assert_eq!(
        listed(&home),
        [newer[2].clone(), newer[1].clone(), pinned.clone()],
        "the pinned one is beyond"
    );
    let (status, refused) = home.json(&["backups", "delete", &pinned]);
    assert_eq!(status, 3, "nobody deletes it by hand either: {refused}");
    home.document(&["backups", "unpin", &pinned]);
    home.document(&["retention", "apply", "nightly"]);
    assert_eq!(listed(&home), [newer[2].clone(), newer[1].clone()], "unpinned, it goes");
}

#[test]
fn files_that_vanish_are_marked_missing_and_block_nothing() {
    let (_server, home) = keeping_two();
    let (first, second) = (made(&home), made(&home));
    std::fs::remove_dir_all(path_of(&home, &first)).unwrap();
    let (third, fourth) = (made(&home), made(&home));
    let rest = listed(&home);
    assert!(rest.contains(&third) && rest.contains(&fourth), "new backups are made and kept: {rest:?}");
    assert!(!rest.contains(&second), "retention goes on behind the missing one: {rest:?}");
    let missing = home.backups().into_iter().find(|backup| id(&backup["id"]) == first);
    assert!(missing.is_none_or(|backup| backup["status"] == "missing"), "it must not be called good");
    // The newest one vanishes: the next newest counts as the newest good.
    std::fs::remove_dir_all(path_of(&home, &fourth)).unwrap();
    home.document(&["job", "update", "nightly", "--keep-last", "1"]);
    home.document(&["retention", "apply", "nightly"]);
    let rest = listed(&home);
    assert!(rest.contains(&third), "the newest that is really there must stay: {rest:?}");
    assert!(path_of(&home, &third).join("manifest.json").is_file(), "with its files");
}

#[test]
fn failed_runs_delete_nothing_and_do_not_count() {
    let (server, home) = keeping_two();
    let role = server.superuser();
    let good = [made(&home), made(&home)];
    let before: Vec<PathBuf> = below(&home.repository());
    home.document(&["job", "update", "nightly", "--keep-last", "1"]);
    home.document(&["server", "update", "local", "--url", "postgresql://ann@127.0.0.1:1/postgres"]);
    for _ in 0..3 {
        home.fails();
    }
    assert_eq!(below(&home.repository()), before, "nothing is deleted because something failed");
    assert_eq!(listed(&home), [good[1].clone(), good[0].clone()], "nor forgotten");
    home.document(&["server", "update", "local", "--url", &server.url(&role)]);
    let newest = made(&home);
    assert_eq!(listed(&home), [newest], "a success lets retention go on");
}

#[test]
fn the_newest_good_backup_is_never_deleted() {
    let (_server, home) = keeping_two();
    let only = made(&home);
    let (status, refused) = home.json(&["backups", "delete", &only]);
    assert_eq!(status, 3, "the last way back must not be deleted: {refused}");
    assert!(!refused["error"]["hint"].as_str().unwrap_or_default().is_empty(), "and what to do: {refused}");
    let newer = made(&home);
    home.document(&["backups", "delete", &only]);
    assert_eq!(listed(&home), std::slice::from_ref(&newer), "an older one may go");
    home.document(&["job", "update", "nightly", "--keep-last", "0", "--keep-days", "1"]);
    home.document(&["retention", "apply", "nightly"]);
    assert_eq!(listed(&home), std::slice::from_ref(&newer), "it stays whatever the rules say");
    assert!(Path::new(&path_of(&home, &newer)).join("archive/toc.dat").is_file(), "with its files");
}

/// The statuses of the listed backups, newest first.
fn statuses(home: &Home) -> Vec<String> {
    home.backups().iter().map(|backup| id(&backup["status"])).collect()
}

#[test]
fn a_disk_that_is_not_mounted_loses_nothing_and_takes_nothing() {
    let (_server, home) = keeping_two();
    let (first, second) = (made(&home), made(&home));
    let (repository, away) = (home.repository(), home.around().join("away"));
    std::fs::rename(&repository, &away).unwrap();
    // What an unmounted disk leaves.
    std::fs::create_dir(&repository).unwrap();
    home.document(&["job", "update", "nightly", "--keep-last", "1"]);
    home.document(&["retention", "apply", "nightly"]);
    home.document(&["backups", "show", &first]);
    assert_eq!(listed(&home), [second.clone(), first.clone()], "nothing is forgotten");
    assert_eq!(statuses(&home), ["good", "good"], "nobody can tell without the disk");
    let (status, refused) = home.json(&["backups", "delete", &first]);
    assert_ne!(status, 0, "files that only cannot be reached are not deleted: {refused}");
    home.fails().says("disk", "Mount the disk");
    assert_eq!(below(&repository), [] as [PathBuf; 0], "nothing is written beside the disk");

    std::fs::remove_dir(&repository).unwrap();
    std::fs::rename(&away, &repository).unwrap();
    let third = made(&home);
    assert_eq!(listed(&home), [third], "the disk is back, and retention goes on");
}

#[test]
fn a_new_disk_on_purpose_is_taken_and_the_old_one_may_come_back() {
    let (_server, home) = keeping_two();
    let (first, second) = (made(&home), made(&home));
    let (repository, old) = (home.repository(), home.around().join("old"));
    std::fs::rename(&repository, &old).unwrap();
    std::fs::create_dir(&repository).unwrap();
    std::fs::write(repository.join(".holdfast-repository"), "").unwrap();
    let third = made(&home);
    assert_eq!(
        listed(&home),
        [third.clone(), second.clone(), first.clone()],
        "what lies on the old disk stays listed"
    );
    assert_eq!(statuses(&home), ["good", "missing", "missing"], "and is not called good");
    home.document(&["retention", "apply", "nightly"]);
    assert_eq!(listed(&home).len(), 3, "no policy forgets what may come back");

    let new = home.around().join("new");
    std::fs::rename(&repository, &new).unwrap();
    std::fs::rename(&old, &repository).unwrap();
    home.document(&["backups", "show", &second]);
    assert_eq!(statuses(&home), ["good", "good", "missing"], "a manifest that can be read again is proof");
    std::fs::remove_dir_all(path_of(&home, &first)).unwrap();
    home.document(&["backups", "delete", &first]);
    assert_eq!(listed(&home), [third, second], "an operator may take a missing one off the list");
}

#[test]
fn the_last_backup_of_a_jobs_former_server_stays() {
    let (server, home) = keeping_two();
    let former = made(&home);
    let url = server.url(&server.superuser());
    home.document(&["server", "add", "other", "--url", &url]);
    home.document(&["job", "update", "nightly", "--server", "other", "--keep-last", "1"]);
    let newest = [made(&home), made(&home)];
    assert_eq!(
        listed(&home),
        [newest[1].clone(), former],
        "a database of the same name on another server is another database"
    );
}
