//! The catalog's own backups: a consistent copy each day, the last seven kept.

use super::{Catalog, CatalogError};
use crate::platform::modes::create_private_file;
use std::path::{Path, PathBuf};

/// How many copies stay.
const COPIES: usize = 7;
/// The ending of a copy.
const WHOLE: &str = ".db";
/// The ending of a copy that is being made.
const PARTIAL: &str = ".partial";

/// Copies the catalog to `folder/catalog-DATE.db` unless that day's copy exists, and removes copies past the
/// seventh. Returns the new copy.
pub fn daily_copy(catalog: &Catalog, folder: &Path, date: &str) -> Result<Option<PathBuf>, CatalogError> {
    let target = folder.join(format!("catalog-{date}{WHOLE}"));
    if target.exists() {
        return Ok(None);
    }
    // What a crash left, on whichever day.
    for left in found(folder, PARTIAL) {
        remove(&left)?;
    }
    // Under a temporary name first: a crash half-way must not pass for a copy.
    let partial = folder.join(format!("catalog-{date}{PARTIAL}"));
    if let Err(error) = fill(catalog, &partial, &target) {
        // On a full disk it would hold the last bytes that the catalog itself needs.
        let _ = std::fs::remove_file(&partial);
        return Err(error);
    }
    let mut copies = found(folder, WHOLE);
    copies.sort();
    let surplus = copies.len().saturating_sub(COPIES);
    for old in copies.drain(..surplus) {
        remove(&old)?;
    }
    Ok(Some(target))
}

/// Refuses a catalog that is missing or empty where copies of it exist: what would be made in its place knows no
/// job, and nothing would be backed up from then on.
///
/// # Errors
/// [`CatalogError::Lost`] with the newest copy.
pub fn refuse_lost(catalog: &Path, folder: &Path) -> Result<(), CatalogError> {
    match std::fs::metadata(catalog) {
        Ok(there) if there.len() > 0 => return Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Ok(()),
        _ => {}
    }
    // Without copies it is a first start, perhaps one that was cut short or that another process makes now.
    match found(folder, WHOLE).into_iter().max() {
        None => Ok(()),
        Some(copy) => Err(CatalogError::Lost { path: catalog.to_owned(), copy }),
    }
}

fn fill(catalog: &Catalog, partial: &Path, target: &Path) -> Result<(), CatalogError> {
    // SQLite fills a file that is empty; one that it makes itself would be open to others.
    create_private_file(partial).map_err(|error| failed(partial, &error))?;
    catalog.copy_to(partial)?;
    std::fs::rename(partial, target).map_err(|error| failed(target, &error))
}

/// The files of copies with that ending.
fn found(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("catalog-") && name.ends_with(ending))
        })
        .collect()
}

fn remove(path: &Path) -> Result<(), CatalogError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path, &error)),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> CatalogError {
    CatalogError::Stored { column: "copy", detail: format!("{}: {error}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing;

    #[test]
    fn seven_daily_copies_are_kept_and_each_opens() {
        let (dir, catalog) = testing::empty();
        for day in 1..=9 {
            let made = daily_copy(&catalog, dir.path(), &format!("2026-11-0{day}")).expect("the copy works");
            assert!(made.is_some(), "each new day makes a copy");
        }
        let again = daily_copy(&catalog, dir.path(), "2026-11-09").expect("the copy works");
        assert!(again.is_none(), "a day's copy is made once");
        let mut names = found(dir.path(), WHOLE);
        names.sort();
        assert_eq!(names.len(), 7, "more copies would grow without end, fewer would be no safety");
        let first = names.first().expect("there are copies");
        assert!(first.ends_with("catalog-2026-11-03.db"), "the oldest ones go first");
        Catalog::open(first).expect("a copy that does not open saves nobody");
    }

    #[test]
    fn a_catalog_that_was_lost_is_not_replaced_by_an_empty_one() {
        let (dir, catalog) = testing::empty();
        let copies = tempfile::tempdir().expect("temporary directory");
        let path = catalog.path().to_owned();
        let fresh = dir.path().join("fresh.db");
        assert!(refuse_lost(&fresh, copies.path()).is_ok(), "a first start has neither");
        std::fs::write(&fresh, "").expect("writable");
        assert!(refuse_lost(&fresh, copies.path()).is_ok(), "a first start that was cut short goes on");
        for day in ["2026-11-02", "2026-11-03"] {
            daily_copy(&catalog, copies.path(), day).expect("the copy works");
        }
        assert!(refuse_lost(&path, copies.path()).is_ok(), "a catalog that is there opens");
        drop(catalog);
        std::fs::write(&path, "").expect("writable");
        let refused = |what: &str| match refuse_lost(&path, copies.path()) {
            Err(CatalogError::Lost { copy, .. }) => {
                assert!(
                    copy.ends_with("catalog-2026-11-03.db"),
                    "the newest copy loses least: {}",
                    copy.display()
                );
            }
            other => panic!("{what} would silently become a catalog without jobs: {other:?}"),
        };
        refused("an empty file");
        std::fs::remove_file(&path).expect("removable");
        refused("a missing file");
    }

    #[test]
    fn a_copy_that_fails_leaves_nothing_behind() {
        let (dir, catalog) = testing::empty();
        let copies = tempfile::tempdir().expect("temporary directory");
        std::fs::write(copies.path().join("catalog-2026-11-01.partial"), "cut short").expect("writable");
        std::fs::remove_file(catalog.path()).expect("removable");
        assert!(daily_copy(&catalog, copies.path(), "2026-11-03").is_err(), "there is nothing to copy");
        assert_eq!(found(copies.path(), PARTIAL), [] as [PathBuf; 0], "each failure would take more room");
        drop(dir);
    }
}
