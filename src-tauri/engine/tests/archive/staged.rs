//! A backup from its making to its manifest, and makers that are killed.

use crate::sample::sample;
use chrono::{DateTime, Utc};
use holdfast_engine::archive::error::FileChange;
use holdfast_engine::archive::manifest::{
    MANIFEST_FORMAT, Manifest, ManifestExtension, ManifestFile, ManifestOptions,
};
use holdfast_engine::archive::{ArchiveError, CancellationToken, CheckedArchive};
use holdfast_engine::repository::layout::{GLOBALS_FILE, RESTORE_NOTES_FILE};
use holdfast_engine::repository::{Staged, find_backups, sweep};
use holdfast_types::{DumpEngine, RunId};
use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, Stdio};

fn moment() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().expect("a moment")
}

fn stage(repository: &Path) -> Staged {
    Staged::create(repository, "nightly", "sample", moment(), RunId(1)).expect("staged")
}

fn manifest(checked: &CheckedArchive, files: Vec<ManifestFile>) -> Manifest {
    let tables = checked.manifest_tables(&sample().inventory);
    let time = "2026-11-23T02:00:00Z".to_owned();
    Manifest {
        format: MANIFEST_FORMAT,
        backup_uuid: uuid::Uuid::now_v7(),
        run_id: RunId(1),
        job: "nightly".to_owned(),
        server: "test".to_owned(),
        database: "sample".to_owned(),
        created_at: time.clone(),
        dump_started_at: time.clone(),
        dump_completed_at: time,
        check_started_at: None,
        check_completed_at: None,
        holdfast_version: "0.1.0".to_owned(),
        server_version: checked.toc.server_version.clone(),
        tool_version: checked.toc.tool_version.clone(),
        archive_version: checked.toc.version.clone(),
        encoding: Some("UTF8".to_owned()),
        extensions: vec![ManifestExtension { name: "plpgsql".to_owned(), version: "1.0".to_owned() }],
        options: ManifestOptions {
            engine: DumpEngine::PgDump,
            compression: "gzip".to_owned(),
            compression_level: None,
            parallelism: 2,
            role_passwords: None,
            lock_wait_seconds: None,
        },
        ledger: None,
        totals: checked.manifest_totals(&files, &tables),
        files,
        tables,
    }
}

#[test]
fn a_backup_is_made_published_and_proven_and_any_later_edit_is_found() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let cancel = CancellationToken::new();
    let staged = stage(repository.path());
    std::fs::create_dir(staged.archive_path()).expect("a folder");
    crate::write_files(&staged.archive_path(), &sample().gzip);
    let checked = crate::check(&staged.archive_path(), &sample().inventory).expect("whole");
    let mut files = checked.manifest_files();
    for name in [GLOBALS_FILE, RESTORE_NOTES_FILE] {
        staged.create_file(name).expect("made").write_all(b"text\n").expect("written");
        files.push(ManifestFile::measure(staged.path(), name, &cancel).expect("measured"));
    }
    manifest(&checked, files).write(staged.path()).expect("written");
    let path = staged.publish().expect("published");

    assert_eq!(find_backups(repository.path()).expect("listed"), std::slice::from_ref(&path), "it is there");
    let manifest = Manifest::read(&path).expect("read");
    let threads = NonZeroUsize::new(2).expect("two");
    let verify = || manifest.verify_against(&path, threads, &|_| {}, &cancel);
    verify().expect("an untouched backup agrees with its manifest");

    // A bit in the part of a gzip header that no decoder looks at: only the manifest can tell.
    let table = manifest.tables[0].archive_file.clone().expect("a file");
    let mut bytes = std::fs::read(path.join(&table)).expect("read");
    bytes[5] ^= 1;
    std::fs::write(path.join(&table), bytes).expect("written");
    std::fs::write(path.join("archive/extra"), "x").expect("written");
    let Err(ArchiveError::FilesDiffer { changes, .. }) = verify() else {
        panic!("the backup was edited");
    };
    let extra = FileChange::Extra { path: "archive/extra".to_owned() };
    assert!(changes.contains(&extra), "an added file must be named: {changes:?}");
    assert!(changes.contains(&FileChange::Content { path: table }), "the edited file too: {changes:?}");
    assert_eq!(changes.len(), 2, "and nothing else: {changes:?}");
}

/// Set for the copy of this test that stages a backup and waits to be killed.
const STAGE_IN: &str = "HOLDFAST_TEST_STAGE_IN";

#[test]
fn the_partial_of_another_process_is_swept_only_after_that_process_was_killed() {
    if let Some(repository) = std::env::var_os(STAGE_IN) {
        let staged = stage(Path::new(&repository));
        std::fs::write(staged.path().join("half"), "x").expect("written");
        println!("\nstaged");
        // Until the pipe is closed: the parent kills this process before that.
        let _ = std::io::stdin().read(&mut [0]);
        return;
    }
    let repository = tempfile::tempdir().expect("a temporary folder");
    let mut maker = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "--nocapture",
            "staged::the_partial_of_another_process_is_swept_only_after_that_process_was_killed",
        ])
        .env(STAGE_IN, repository.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process");
    let lines = BufReader::new(maker.stdout.take().expect("piped")).lines();
    let staged = lines.map_while(Result::ok).any(|line| line == "staged");
    assert!(staged, "the other process could not stage");

    let live = sweep(repository.path()).expect("swept");
    assert_eq!((live.removed.len(), live.live.len()), (0, 1), "its maker lives: {live:?}");
    maker.kill().expect("killed with SIGKILL");
    maker.wait().expect("reaped");
    let dead = sweep(repository.path()).expect("swept");
    assert_eq!((dead.removed.len(), dead.live.len()), (1, 0), "its maker is gone: {dead:?}");
    let left = std::fs::read_dir(repository.path().join("nightly/sample")).expect("a folder").count();
    assert_eq!(left, 0, "neither the partial nor its lock may stay");
    assert!(find_backups(repository.path()).expect("listed").is_empty(), "it was never a backup");
}
