//! A backup that is being verified is not deleted meanwhile, by nobody.

use crate::server::Server;
use crate::support::Home;
use crate::wait::PATIENCE;
use holdfast_engine::home::Home as Folders;
use holdfast_engine::locks;
use holdfast_types::BackupId;
use std::path::Path;

#[test]
fn a_backup_that_is_being_verified_is_spared_until_that_is_over() {
    let server = Server::shared();
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.document(&["job", "update", "nightly", "--keep-days", "0", "--keep-last", "100"]);
    for _ in 0..3 {
        home.backed_up();
    }
    home.document(&["job", "update", "nightly", "--keep-last", "1"]);
    let listed = home.backups();
    let oldest = &listed[2];
    let id = BackupId(oldest["id"].as_i64().unwrap());
    let folders = Folders::create(&home.path()).unwrap();
    // What a verification holds while it goes on.
    let verifying = locks::verification(&folders, id).unwrap().expect("nobody verifies it yet");

    let outcome = home.document(&["retention", "apply", "nightly"]);
    assert_eq!(outcome["deleted"].as_array().unwrap().len(), 1, "only the one in between goes: {outcome}");
    assert_eq!(outcome["problems"].as_array().unwrap().len(), 0, "to wait is no problem: {outcome}");
    let (status, refused) = home.json(&["backups", "delete", &id.to_string()]);
    assert_eq!(status, 3, "an operator is told: {refused}");
    assert!(refused.to_string().contains("being verified"), "and why: {refused}");
    assert!(Path::new(oldest["path"].as_str().unwrap()).join("manifest.json").is_file(), "it is whole");

    drop(verifying);
    let outcome = home.document(&["retention", "apply", "nightly"]);
    assert_eq!(outcome["deleted"], serde_json::json!([id]), "the next look deletes it: {outcome}");
    let locks = std::fs::read_dir(folders.locks()).unwrap();
    let left = locks.filter(|entry| {
        entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(&format!("verify-{id}."))
    });
    assert_eq!(left.count(), 0, "no lock is left of what is gone");
}

#[test]
fn a_second_verification_of_a_backup_is_refused_while_the_first_goes_on() {
    let server = Server::shared();
    let database = server.database(24);
    let home = Home::with_job(&server, &server.superuser(), &database);
    let run = home.backed_up();
    let id = run["backup_id"].to_string();
    let mut first = home.start(&["verify", &id, "--level", "restore"]);
    let folders = Folders::create(&home.path()).unwrap();
    let backup = BackupId(run["backup_id"].as_i64().unwrap());
    crate::wait::wait_until("the first begins", PATIENCE, || {
        folders.locks().join(format!("verify-{backup}.lock")).exists()
            && locks::verification(&folders, backup).unwrap().is_none()
    });
    let (status, refused) = home.json(&["verify", &id, "--level", "checksum"]);
    assert_eq!(status, 3, "two would fight for the same files: {refused}");
    assert_eq!(first.end(PATIENCE).code(), Some(0), "the first is not disturbed");
}

#[test]
fn a_restore_does_not_wait_for_a_verification_of_the_same_backup() {
    let server = Server::shared();
    let database = server.database(1);
    let home = Home::with_job(&server, &server.superuser(), &database);
    let run = home.backed_up();
    let folders = Folders::create(&home.path()).unwrap();
    let id = BackupId(run["backup_id"].as_i64().unwrap());
    // What a drill holds while it goes on.
    let drilling = locks::verification(&folders, id).unwrap().expect("nobody verifies it yet");
    let target = format!("{database}_again");
    let restore =
        home.document(&["restore", &id.to_string(), "--server", "local", "--database", &target, "--create"]);
    assert_eq!(
        restore["status"], "completed",
        "reading is shared, and somebody needs the database: {restore}"
    );
    drop(drilling);
}
