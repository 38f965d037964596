//! Manifests written, read back, and compared with folders that were meddled with.

use super::*;
use crate::archive::error::FileChange;
use crate::archive::{ArchiveError, CancellationToken};
use std::num::NonZeroUsize;
use std::path::Path;

fn sample(dir: &Path) -> Manifest {
    std::fs::create_dir(dir.join("archive")).expect("a folder");
    let contents =
        [("archive/toc.dat", "PGDMP"), ("archive/7.dat", "rows"), ("globals.sql", "CREATE ROLE x;")];
    for (path, text) in contents {
        std::fs::write(dir.join(path), text).expect("a file");
    }
    let measure = |path: &str| ManifestFile::measure(dir, path, &CancellationToken::new()).expect("measured");
    let time = "2026-11-23T02:00:00Z".to_owned();
    Manifest {
        format: MANIFEST_FORMAT,
        backup_uuid: uuid::Uuid::nil(),
        run_id: RunId(42),
        job: "nightly".to_owned(),
        server: "production".to_owned(),
        database: "shop".to_owned(),
        created_at: time.clone(),
        dump_started_at: time.clone(),
        dump_completed_at: time.clone(),
        check_started_at: Some(time.clone()),
        check_completed_at: Some(time),
        holdfast_version: "0.1.0".to_owned(),
        server_version: "15.18".to_owned(),
        tool_version: "15.18".to_owned(),
        archive_version: "1.14".to_owned(),
        encoding: Some("UTF8".to_owned()),
        extensions: vec![ManifestExtension { name: "plpgsql".to_owned(), version: "1.0".to_owned() }],
        options: ManifestOptions {
            engine: DumpEngine::PgDump,
            compression: "gzip".to_owned(),
            compression_level: Some(6),
            parallelism: 2,
            role_passwords: Some(RolePasswords::Include),
            lock_wait_seconds: Some(60),
        },
        files: contents.iter().map(|(path, _)| measure(path)).collect(),
        tables: Vec::new(),
        totals: ManifestTotals::default(),
        ledger: None,
    }
}

fn verify(manifest: &Manifest, dir: &Path) -> Result<(), ArchiveError> {
    let threads = NonZeroUsize::new(2).expect("two");
    manifest.verify_against(dir, threads, &|_| {}, &CancellationToken::new())
}

fn changes(found: Result<(), ArchiveError>) -> Vec<FileChange> {
    match found {
        Err(ArchiveError::FilesDiffer { changes, .. }) => changes,
        other => panic!("the backup was meddled with, yet: {other:?}"),
    }
}

#[test]
fn a_manifest_is_read_back_as_it_was_written_and_agrees_with_its_files() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let manifest = sample(dir.path());
    manifest.write(dir.path()).expect("written");
    assert_eq!(Manifest::read(dir.path()).expect("read"), manifest, "nothing may be lost in the file");
    verify(&manifest, dir.path()).expect("an untouched backup agrees");
    assert!(manifest.write(dir.path()).is_err(), "a manifest is never overwritten");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.path().join(MANIFEST_FILE);
        let mode = std::fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "other users must not read what is backed up");
    }
}

#[test]
fn every_change_of_a_file_is_found_and_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let manifest = sample(dir.path());
    let file = |name: &str| dir.path().join(name);
    std::fs::write(file("archive/7.dat"), "rowz").expect("edited");
    std::fs::write(file("globals.sql"), "CREATE ROLE y").expect("shortened");
    std::fs::remove_file(file("archive/toc.dat")).expect("removed");
    std::fs::write(file("archive/8.dat"), "").expect("added");
    let path = |name: &str| name.to_owned();
    assert_eq!(
        changes(verify(&manifest, dir.path())),
        [
            FileChange::Content { path: path("archive/7.dat") },
            FileChange::Extra { path: path("archive/8.dat") },
            FileChange::Missing { path: path("archive/toc.dat") },
            FileChange::Length { path: path("globals.sql"), recorded: 14, found: 13 },
        ],
        "the operator must see everything that was changed"
    );
}

#[cfg(unix)]
#[test]
fn a_link_does_not_stand_in_for_a_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let manifest = sample(dir.path());
    let path = dir.path().join("globals.sql");
    let elsewhere = tempfile::NamedTempFile::new().expect("a file");
    std::fs::copy(&path, elsewhere.path()).expect("copied");
    std::fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink(elsewhere.path(), &path).expect("linked");
    let found = changes(verify(&manifest, dir.path()));
    assert_eq!(found.len(), 2, "the file is missing and something else is there: {found:?}");
}

#[test]
fn a_manifest_that_leads_out_of_the_backup_is_refused() {
    for name in
        ["/etc/passwd", "../other/toc.dat", "archive/../../x", "C:\\x", "a\\..\\b", "", "a//b", "./a", "c:x"]
    {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut manifest = sample(dir.path());
        manifest.files[0].path = name.to_owned();
        manifest.write(dir.path()).expect("written");
        let found = Manifest::read(dir.path());
        assert!(
            matches!(found, Err(ArchiveError::UnsafePath { .. })),
            "{name:?} must not be followed: {found:?}"
        );
    }
}

#[test]
fn a_manifest_of_an_early_version_is_still_read() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut early = serde_json::to_value(sample(dir.path())).expect("text");
    for later in ["check_started_at", "check_completed_at"] {
        early.as_object_mut().and_then(|fields| fields.remove(later)).expect("a field");
    }
    for later in ["role_passwords", "lock_wait_seconds"] {
        early["options"].as_object_mut().and_then(|fields| fields.remove(later)).expect("an option");
    }
    std::fs::write(dir.path().join(MANIFEST_FILE), early.to_string()).expect("written");
    let read = Manifest::read(dir.path()).expect("an old backup must not become unreadable by an update");
    assert_eq!(read.check_completed_at, None, "what was not recorded is not made up");
    assert_eq!(read.options.role_passwords, None, "nor is an option");
}

#[test]
fn a_manifest_that_was_edited_is_refused_whatever_was_edited() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join(MANIFEST_FILE);
    let sha256 = sample(dir.path()).write(dir.path()).expect("written");
    let written = std::fs::read_to_string(&path).expect("text");
    Manifest::read_recorded(dir.path(), Some(&sha256)).expect("the very file that was written");
    for (from, to) in [
        ("nightly", "weekly"),
        ("T02:00:00Z", "T03:00:00Z"),
        ("\"format\": 1", "\"format\": 2"),
        ("\"database\": \"shop\"", "\"database\":  \"shop\""),
        ("\"seal\": \"", "\"seal\": \"0"),
    ] {
        assert!(written.contains(from), "{from} is in the manifest");
        std::fs::write(&path, written.replace(from, to)).expect("written");
        let found = Manifest::read(dir.path());
        assert!(
            matches!(found, Err(ArchiveError::ManifestChanged { .. })),
            "{from} became {to}, and nothing else contradicts it: {found:?}"
        );
    }
    // Without its seal it reads as one of an early version; who knows what was written is not deceived.
    let (without, _) = written.rsplit_once(",\n  \"seal\"").expect("the seal stands last");
    std::fs::write(&path, format!("{without}\n}}")).expect("written");
    Manifest::read(dir.path()).expect("early versions made no seal");
    let found = Manifest::read_recorded(dir.path(), Some(&sha256));
    assert!(matches!(found, Err(ArchiveError::ManifestChanged { .. })), "another file: {found:?}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_of_manifests_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join(MANIFEST_FILE), bytes).expect("written");
        proptest::prop_assert!(Manifest::read(dir.path()).is_err(), "chance makes no manifest");
    }

    #[test]
    fn a_damaged_byte_of_a_manifest_is_always_noticed(
        at in proptest::prelude::any::<proptest::sample::Index>(), flip in 1..=255_u8
    ) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(MANIFEST_FILE);
        let sha256 = sample(dir.path()).write(dir.path()).expect("written");
        let mut bytes = std::fs::read(&path).expect("read");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        std::fs::write(&path, bytes).expect("written");
        let found = Manifest::read_recorded(dir.path(), Some(&sha256));
        proptest::prop_assert!(matches!(found, Err(ArchiveError::ManifestChanged { .. })), "byte {}: {:?}", at, found);
    }
}

#[test]
fn an_unknown_format_and_a_cut_manifest_are_told_apart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join(MANIFEST_FILE);
    std::fs::write(&path, r#"{"format": 2, "somethings": "new"}"#).expect("written");
    let newer = Manifest::read(dir.path());
    assert!(
        matches!(newer, Err(ArchiveError::UnknownManifestFormat { format: 2, .. })),
        "a newer Holdfast's manifest needs a newer Holdfast, it is not broken: {newer:?}"
    );
    let whole = serde_json::to_vec(&sample(dir.path())).expect("text");
    for length in (0..whole.len()).step_by(7) {
        std::fs::write(&path, &whole[..length]).expect("written");
        let cut = Manifest::read(dir.path());
        assert!(matches!(cut, Err(ArchiveError::Manifest { .. })), "cut to {length} bytes: {cut:?}");
    }
}
