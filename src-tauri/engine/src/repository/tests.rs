//! Backups staged, published, abandoned, deleted and swept in real folders.

use super::layout::backup_folder_name;
use super::*;
use chrono::{DateTime, Utc};
use holdfast_types::RunId;
use std::path::Path;

fn moment() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().expect("a moment")
}

fn stage(repository: &Path, run: i64) -> Staged {
    Staged::create(repository, "nightly", "shop", moment(), RunId(run)).expect("staged")
}

fn fill(staged: &Staged) {
    std::fs::create_dir(staged.archive_path()).expect("a folder");
    std::fs::write(staged.archive_path().join("toc.dat"), "PGDMP").expect("a file");
    std::fs::write(staged.path().join("manifest.json"), "{}").expect("a file");
}

fn names(repository: &Path) -> Vec<String> {
    let items = walk::entries(&repository.join("nightly/shop")).expect("listed");
    items.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn a_published_backup_is_whole_private_and_leaves_nothing_beside_it() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let staged = stage(repository.path(), 1);
    assert!(find_backups(repository.path()).expect("listed").is_empty(), "nothing half may be listed");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = staged.path().metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "other users must not look in while pg_dump writes with its own modes");
    }
    fill(&staged);
    let expected = staged.published_path().to_owned();
    let path = staged.publish().expect("published");
    assert_eq!(path, expected, "the path was told before");
    assert_eq!(names(repository.path()), ["2026-11-23T020000Z-1"], "no lock and no partial may stay");
    assert_eq!(
        find_backups(repository.path()).expect("listed"),
        std::slice::from_ref(&path),
        "it must be found again"
    );
    let sizes = measure(&path);
    assert_eq!((sizes.total_bytes, sizes.files["archive/toc.dat"]), (7, 5), "sizes are by path: {sizes:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700, "other users must not look into a backup");
        assert_eq!(mode(&path.join("archive")), 0o700, "nor into its archive");
        assert_eq!(mode(&path.join("archive/toc.dat")), 0o600, "nor read a file of it");
    }
}

#[test]
fn a_staged_backup_that_is_dropped_leaves_nothing() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let staged = stage(repository.path(), 1);
    fill(&staged);
    drop(staged);
    assert_eq!(names(repository.path()), Vec::<String>::new(), "a failed run must not fill the disk");
}

#[test]
fn a_backup_is_never_written_over() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let staged = stage(repository.path(), 1);
    fill(&staged);
    staged.publish().expect("published");
    let again = Staged::create(repository.path(), "nightly", "shop", moment(), RunId(1));
    let fault = again.expect_err("the backup is there").fault();
    assert_eq!(fault, Some(StorageFault::Exists), "the first backup is the only copy of its moment");
}

#[test]
fn a_live_partial_is_never_swept_and_an_abandoned_one_is() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let live = stage(repository.path(), 1);
    fill(&live);
    let dead = repository.path().join("nightly/shop/2026-11-23T020000Z-2.partial");
    std::fs::create_dir_all(dead.join("archive")).expect("a folder");
    std::fs::write(dead.join("archive/7.dat.gz"), "half").expect("a file");
    // What kill -9 leaves: the lock file without its lock.
    std::fs::write(repository.path().join("nightly/shop/2026-11-23T020000Z-2.lock"), "").expect("a file");

    let report = sweep(repository.path()).expect("swept");
    assert_eq!(report.removed, [dead], "the leftover must go");
    assert_eq!(report.live, [live.path().to_owned()], "a run that goes on must not lose its files");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    live.publish().expect("the live one is still whole");
    assert_eq!(names(repository.path()), ["2026-11-23T020000Z-1"], "the orphaned lock must go too");
}

#[test]
fn a_sweep_finishes_deletions_and_leaves_everything_foreign_alone() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let shop = repository.path().join("nightly/shop");
    let doomed = shop.join(".deleting-2026-11-23T020000Z-1");
    std::fs::create_dir_all(&doomed).expect("a folder");
    std::fs::write(doomed.join("manifest.json"), "{}").expect("a file");
    for foreign in ["photos.partial", ".deleting-photos", "2026-11-23T020000Z-9/archive"] {
        std::fs::create_dir_all(shop.join(foreign)).expect("a folder");
    }
    std::fs::create_dir_all(repository.path().join("2026-11-23T020000Z-3.partial")).expect("a folder");
    std::fs::write(shop.join("my.lock"), "").expect("a file");
    let report = sweep(repository.path()).expect("swept");
    assert_eq!(report.removed, [doomed], "only what Holdfast began to delete may go");
    assert_eq!(
        names(repository.path()),
        [".deleting-photos", "2026-11-23T020000Z-9", "my.lock", "photos.partial"],
        "nothing of somebody else's, and no backup, may go"
    );
    assert!(repository.path().join("2026-11-23T020000Z-3.partial").exists(), "not where partials are made");
}

#[test]
fn a_lock_that_a_crash_left_alone_is_swept_and_one_that_is_held_is_not() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let shop = repository.path().join("nightly/shop");
    std::fs::create_dir_all(&shop).expect("a folder");
    std::fs::write(shop.join("2026-11-23T020000Z-1.lock"), "").expect("a file");
    let door = lock::Door::enter(repository.path()).expect("entered");
    let held = lock::MakerLock::create(&shop.join("2026-11-23T020000Z-2.lock"), &door).expect("locked");
    drop(door);
    sweep(repository.path()).expect("swept");
    assert_eq!(
        names(repository.path()),
        ["2026-11-23T020000Z-2.lock"],
        "its maker is about to make the folder"
    );
    drop(held);
    assert_eq!(names(repository.path()), Vec::<String>::new(), "a lock is removed by its holder");
}

#[test]
fn makers_and_sweeps_that_meet_never_cost_a_backup() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let report = sweep(repository.path()).expect("swept");
                    assert!(report.removed.is_empty(), "a live partial was swept: {:?}", report.removed);
                }
            });
        }
        let makers: Vec<_> = (0..2)
            .map(|maker| {
                let repository = repository.path();
                scope.spawn(move || {
                    for run in 0..60 {
                        let staged = stage(repository, maker * 100 + run);
                        fill(&staged);
                        staged.publish().expect("published");
                    }
                })
            })
            .collect();
        let ended: Vec<_> = makers.into_iter().map(|maker| maker.join()).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok), "a maker lost its folder or its lock");
    });
    assert_eq!(names(repository.path()).len(), 120, "every backup must be there, and nothing else");
}

#[test]
fn deleting_removes_a_backup_and_refuses_everything_else() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let staged = stage(repository.path(), 1);
    fill(&staged);
    let path = staged.publish().expect("published");
    let shop = path.parent().expect("a parent");
    // Left by a deletion of the same backup that was cut short.
    std::fs::create_dir_all(shop.join(format!(".deleting-{}", backup_folder_name(moment(), RunId(1)))))
        .expect("a folder");
    for other in [repository.path(), shop, Path::new("/"), Path::new("..")] {
        let refused = delete_backup(other);
        assert!(
            matches!(refused, Err(RepositoryError::NotABackup { .. })),
            "{} is no backup",
            other.display()
        );
    }
    assert_eq!(delete_backup(&path).expect("deleted"), 7, "the bytes freed are told");
    assert_eq!(names(repository.path()), Vec::<String>::new(), "nothing of it may stay");
    let fault = delete_backup(&path).expect_err("it is gone").fault();
    assert_eq!(fault, Some(StorageFault::Missing), "what vanished is marked missing and blocks nothing");
}

#[cfg(unix)]
#[test]
fn a_link_within_the_repository_is_not_written_through_and_the_repository_may_be_one() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (repository, elsewhere) = (dir.path().join("repository"), dir.path().join("elsewhere"));
    std::fs::create_dir_all(repository.join("nightly")).expect("a folder");
    std::fs::create_dir(&elsewhere).expect("a folder");
    for link in ["nightly/shop", "nightly"] {
        let link = repository.join(link);
        if link.is_dir() {
            std::fs::remove_dir_all(&link).expect("removable");
        }
        std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
        let refused = Staged::create(&repository, "nightly", "shop", moment(), RunId(1));
        assert!(matches!(refused, Err(RepositoryError::Link { .. })), "a backup would land elsewhere");
        assert_eq!(std::fs::read_dir(&elsewhere).expect("listed").count(), 0, "nothing may be written there");
        std::fs::remove_file(&link).expect("removable");
    }
    let chosen = dir.path().join("chosen");
    std::os::unix::fs::symlink(&elsewhere, &chosen).expect("a link");
    stage(&chosen, 1);
}

#[test]
fn free_space_is_told_for_a_folder_that_is_not_there_yet() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let there = available_bytes(dir.path()).expect("told");
    assert!(there > 0, "a temporary folder has room");
    available_bytes(&dir.path().join("a/b/c")).expect("its file system is known");
    available_bytes(Path::new("not-there-yet")).expect("a relative path lies in the working folder");
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let fault = available_bytes(&file.join("backups")).expect_err("a file is no folder").fault();
    assert_eq!(fault, Some(StorageFault::NotADirectory), "the operator must learn what stands in the way");
}

#[test]
fn a_repository_that_is_a_file_or_missing_is_told() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let staged = Staged::create(&file.join("repository"), "nightly", "shop", moment(), RunId(1));
    let fault = staged.expect_err("a file is no folder").fault();
    assert_eq!(fault, Some(StorageFault::NotADirectory), "a run must say why it cannot write");
    let missing = dir.path().join("missing");
    assert!(sweep(&missing).expect("clean").removed.is_empty(), "a repository that is not there is clean");
    assert!(find_backups(&missing).expect("empty").is_empty(), "and holds no backups");
    assert_eq!(measure(&missing), Measured::default(), "and has no size");
}
