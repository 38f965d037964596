//! Each damage to each file of a backup, in each compression: it is refused, the file is named, the backup is marked;
//! and once the file is as it was, the backup is good again.

use crate::codecs::{Subject, backed_up, encoded, lz4_frame, zstd_frame};
use crate::repository::contents;
use holdfast_engine::archive::Manifest;
use holdfast_types::{BackupStatus, TrustLevel, VerificationStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[test]
fn every_damage_to_a_backup_in_gzip_is_refused_and_named() {
    damaged(&backed_up("gzip:1"));
}

#[test]
fn every_damage_to_an_uncompressed_backup_is_refused_and_named() {
    damaged(&backed_up("none"));
}

#[test]
fn every_damage_to_a_backup_in_zstd_is_refused_and_named() {
    damaged(&encoded(".zst", zstd_frame));
}

#[test]
fn every_damage_to_a_backup_in_lz4_is_refused_and_named() {
    damaged(&encoded(".lz4", lz4_frame));
}

fn damaged(subject: &Subject) {
    let whole = subject.verify();
    assert_eq!(whole.status, VerificationStatus::Passed, "before anything is done to it: {whole:?}");
    let files = contents(&subject.folder);
    let chosen = one_of_each(&subject.folder, &files);
    assert!(chosen.len() >= 8, "one of each kind of file: {chosen:?}");
    for path in &chosen {
        let name = path.strip_prefix(&subject.folder).unwrap().to_string_lossy().into_owned();
        let bytes = &files[path];
        for (what, damaged) in damages(bytes) {
            std::fs::write(path, damaged).unwrap();
            subject.is_refused(&name, &what);
        }
        std::fs::remove_file(path).unwrap();
        subject.is_refused(&name, "is gone");
        std::fs::write(path, bytes).unwrap();
        subject.is_good_again(&name);
    }
    swapped(subject, &files);
    for extra in ["archive/9999.dat", "archive/9999.dat.gz", "notes.txt", "archive/.hidden", "deeper/file"] {
        let path = subject.folder.join(extra);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, b"x").unwrap();
        subject.is_refused(extra, "was added");
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir(subject.folder.join("deeper")).unwrap();
    subject.is_good_again("what was added");
}

/// A file of each kind: the lists, the notes, and of the data files the largest, the smallest, a large object.
fn one_of_each(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeSet<PathBuf> {
    let fixed = ["archive/toc.dat", "archive/blobs.toc", "globals.sql", "RESTORE.md", "manifest.json"];
    let mut chosen: BTreeSet<PathBuf> = fixed.iter().map(|name| folder.join(name)).collect();
    let of = |is_blob: bool| {
        let data = files.iter().filter(move |(path, _)| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.contains(".dat") && name != "toc.dat" && name.starts_with("blob_") == is_blob
        });
        let mut sized: Vec<(usize, &PathBuf)> = data.map(|(path, bytes)| (bytes.len(), path)).collect();
        sized.sort();
        sized
    };
    for sized in [of(true), of(false)] {
        chosen.extend([sized[0].1.clone(), sized[sized.len() - 1].1.clone()]);
    }
    chosen
}

/// The file cut, extended, with bits flipped and emptied; only what differs from it.
fn damages(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let length = bytes.len();
    let mut all = Vec::new();
    for cut in [0, 1, 5, 10, length / 2, length.saturating_sub(8), length.saturating_sub(1)] {
        all.push((format!("is cut to {cut} of {length} bytes"), bytes[..cut.min(length)].to_vec()));
    }
    for at in [0, 4, 11, length / 3, length / 2, length.saturating_sub(5), length.saturating_sub(1)] {
        let mut flipped = bytes.to_vec();
        if let Some(byte) = flipped.get_mut(at) {
            *byte ^= 1 << (at % 8);
        }
        all.push((format!("has a flipped bit at {at} of {length}"), flipped));
    }
    all.push(("has a byte behind its end".to_owned(), [bytes, b"\n"].concat()));
    all.push(("holds nothing but zeros".to_owned(), vec![0; length]));
    all.retain(|(_, damaged)| damaged != bytes);
    all
}

/// Files that take each other's place: tables, and a table and a large object.
fn swapped(subject: &Subject, files: &BTreeMap<PathBuf, Vec<u8>>) {
    let data: Vec<&PathBuf> = files
        .keys()
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.contains(".dat") && name != "toc.dat"
        })
        .collect();
    let mut swaps = 0;
    for pair in data.windows(2).filter(|pair| files[pair[0]] != files[pair[1]]) {
        std::fs::write(pair[0], &files[pair[1]]).unwrap();
        std::fs::write(pair[1], &files[pair[0]]).unwrap();
        for path in pair {
            let name = path.strip_prefix(&subject.folder).unwrap().to_string_lossy();
            subject.is_refused(&name, "was swapped with another");
        }
        pair.iter().for_each(|path| std::fs::write(path, &files[*path]).unwrap());
        swaps += 1;
    }
    assert!(swaps >= 3, "several pairs were swapped");
}

/// What an operator, or a program, may change in a manifest while it stays a manifest.
const EDITS: &[(&str, &str)] = &[
    ("\"job\": \"nightly\"", "\"job\": \"weekly\""),
    ("\"server\": \"local\"", "\"server\": \"other\""),
    ("\"created_at\": \"2", "\"created_at\": \"1"),
    ("\"dump_started_at\": \"2", "\"dump_started_at\": \"1"),
    ("\"check_completed_at\": \"2", "\"check_completed_at\": \"1"),
    ("\"format\": 1", "\"format\": 9"),
    ("\"run_id\": ", "\"run_id\": 7"),
    ("\"holdfast_version\": \"", "\"holdfast_version\": \"9"),
    ("\"server_version\": \"", "\"server_version\": \"9"),
    ("\"encoding\": \"UTF8\"", "\"encoding\": \"LATIN1\""),
    ("\"engine\": \"pg_dump\"", "\"engine\": \"parallel\""),
    ("\"parallelism\": ", "\"parallelism\": 1"),
    ("\"role_passwords\": \"omit\"", "\"role_passwords\": \"include\""),
    ("\"name\": \"plpgsql\"", "\"name\": \"plperl\""),
    ("\"sha256\": \"", "\"sha256\": \"0"),
    ("\"schema\": \"public\"", "\"schema\": \"private\""),
    ("\"estimated_rows\": null", "\"estimated_rows\": 3"),
    ("\"rows\": ", "\"rows\": 1"),
    ("\"is_called\": true", "\"is_called\": false"),
    ("\"last_value\": ", "\"last_value\": 1"),
    ("\"counted_in_ms\": ", "\"counted_in_ms\": 1"),
    ("\"tables\": [", "\"more\": 1, \"tables\": ["),
    ("{\n", "{\n\n"),
];

#[test]
fn an_edited_manifest_is_refused_whatever_was_edited_and_its_seal_too() {
    let subject = backed_up("gzip:1");
    let path = subject.folder.join("manifest.json");
    let written = std::fs::read_to_string(&path).unwrap();
    let mut forged = Manifest::read(&subject.folder).unwrap();
    for (from, to) in EDITS {
        assert!(written.contains(from), "{from} is in the manifest: {written}");
        std::fs::write(&path, written.replacen(from, to, 1)).unwrap();
        subject.is_refused("manifest.json", &format!("says {to} instead of {from}"));
    }
    // Who makes a new seal is not believed either: the catalog knows the old one.
    forged.created_at = "2020-01-01T00:00:00Z".to_owned();
    std::fs::remove_file(&path).unwrap();
    forged.write(&subject.folder).unwrap();
    subject.is_refused("manifest.json", "was written and sealed anew");
    let (unsealed, _) = written.rsplit_once(",\n  \"seal\"").unwrap();
    std::fs::write(&path, format!("{unsealed}\n}}\n")).unwrap();
    subject.is_refused("manifest.json", "lost its seal");
    std::fs::write(&path, &written).unwrap();
    subject.is_good_again("manifest.json");
}

impl Subject {
    #[track_caller]
    fn is_refused(&self, file: &str, what: &str) {
        let found = self.verify();
        assert_eq!(found.status, VerificationStatus::Failed, "{file} {what}, and it was accepted: {found:?}");
        let words = found.error_message.unwrap_or_default();
        assert!(words.contains(file), "{file} {what}, but is not named: {words}");
        assert_eq!(
            self.listed().status,
            BackupStatus::Damaged,
            "{file} {what}: it must not count as a backup"
        );
        assert!(found.level < TrustLevel::L2, "{file} {what}: nothing was proven, {:?}", found.level);
    }

    #[track_caller]
    fn is_good_again(&self, what: &str) {
        let found = self.verify();
        assert_eq!(found.status, VerificationStatus::Passed, "{what} is as it was: {found:?}");
        let listed = self.listed();
        assert_eq!((listed.status, listed.trust), (BackupStatus::Good, TrustLevel::L2), "{what}: {listed:?}");
    }
}
