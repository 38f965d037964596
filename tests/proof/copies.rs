//! A copy of a backup elsewhere: whole, restorable by stock programs alone, and never half.

use crate::server::Server;
use crate::support::Home;
use holdfast_engine::archive::Manifest;
use std::fs;
use std::path::{Path, PathBuf};

/// What lies in a folder.
fn within(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_copy_is_a_backup_of_its_own_and_is_made_once() {
    let server = Server::shared();
    let database = server.database(25);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.backed_up();
    let backup = home.backups().remove(0);
    let (id, original) = (backup["id"].to_string(), PathBuf::from(backup["path"].as_str().unwrap()));
    let stick = tempfile::tempdir().unwrap();
    let place = stick.path().to_string_lossy().into_owned();

    let told = home.document(&["backups", "copy", &id, &place]);
    let made = within(stick.path());
    let [copy] = made.as_slice() else { panic!("one folder, and nothing unfinished: {made:?}") };
    assert!(told.to_string().contains(&*copy.to_string_lossy()), "where it is: {told}");
    let (before, after) = (Manifest::read(&original).unwrap(), Manifest::read(copy).unwrap());
    assert_eq!(before, after, "the copy says of itself what the backup says");
    for file in &after.files {
        let read = |folder: &Path| fs::read(folder.join(&file.path)).unwrap();
        assert!(read(&original) == read(copy), "{} must be the same to the byte", file.path);
    }
    let (status, refused) = home.json(&["backups", "copy", &id, &place]);
    assert_eq!(status, 2, "a copy that is there is not written over: {refused}");
    assert_eq!(home.backups().len(), 1, "a copy is no backup of the catalog");
}

#[test]
fn a_damaged_backup_leaves_no_copy() {
    let server = Server::shared();
    let database = server.database(26);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.backed_up();
    let backup = home.backups().remove(0);
    let toc = Path::new(backup["path"].as_str().unwrap()).join("archive/toc.dat");
    let mut bytes = fs::read(&toc).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&toc, bytes).unwrap();
    let stick = tempfile::tempdir().unwrap();
    let (status, refused) =
        home.json(&["backups", "copy", &backup["id"].to_string(), &stick.path().to_string_lossy()]);
    assert_ne!(status, 0, "one flipped bit is enough: {refused}");
    assert!(refused.to_string().contains("toc.dat"), "the file is named: {refused}");
    assert_eq!(within(stick.path()), [] as [PathBuf; 0], "half a copy would be taken for a backup one day");
}
