//! Removes what crashes left: `.partial` folders that no live run owns, deletions that did not finish.
//!
//! It touches only names that Holdfast makes, two levels beneath the repository.

use super::delete::{remove, rename_away};
use super::error::{RepositoryAction, RepositoryError};
use super::layout::{Item, lock_name, partial_name};
use super::lock::{Door, MakerLock, Seized};
use super::walk::{database_folders, entries};
use std::path::{Path, PathBuf};

/// What a sweep did.
#[derive(Debug, Default)]
pub struct SweepReport {
    /// Folders that were removed, under the names they were found by.
    pub removed: Vec<PathBuf>,
    /// `.partial` folders that a live run owns; left alone.
    pub live: Vec<PathBuf>,
    /// What could not be removed.
    pub problems: Vec<RepositoryError>,
}

/// Sweeps the repository. A repository that does not exist is clean.
///
/// # Errors
/// The repository's own folders cannot be read; problems beneath them are in the report.
pub fn sweep(repository: &Path) -> Result<SweepReport, RepositoryError> {
    let mut report = SweepReport::default();
    for folder in database_folders(repository)? {
        match entries(&folder) {
            Ok(items) => {
                for (name, path) in items {
                    sweep_item(repository, &folder, &name, path, &mut report);
                }
            }
            Err(problem) => report.problems.push(problem),
        }
    }
    Ok(report)
}

fn sweep_item(repository: &Path, folder: &Path, name: &str, path: PathBuf, report: &mut SweepReport) {
    let outcome = match Item::of(name) {
        Item::Published | Item::Foreign => return,
        Item::Deleting => remove(&path).map(|()| Outcome::Removed),
        Item::Partial(backup) => sweep_partial(repository, folder, &path, backup),
        Item::Lock(backup) => sweep_lock(repository, folder, &path, backup),
    };
    match outcome {
        Ok(Outcome::Removed) => report.removed.push(path),
        Ok(Outcome::Live) => report.live.push(path),
        Ok(Outcome::Nothing) => {}
        Err(problem) => report.problems.push(problem),
    }
}

enum Outcome {
    Removed,
    Live,
    Nothing,
}

fn sweep_partial(
    repository: &Path,
    folder: &Path,
    path: &Path,
    backup: &str,
) -> Result<Outcome, RepositoryError> {
    let doomed = {
        let door = Door::enter(repository)?;
        let seized = MakerLock::seize(&folder.join(lock_name(backup)), &door)?;
        if matches!(seized, Seized::Held) {
            return Ok(Outcome::Live);
        }
        // Its maker, or another sweep, may have finished since the folder was listed.
        if !exists(path)? {
            return Ok(Outcome::Nothing);
        }
        rename_away(path, folder, &partial_name(backup))?
    };
    // A big folder takes its time; nobody waits for it at the door.
    remove(&doomed)?;
    Ok(Outcome::Removed)
}

/// A crash before the folder was made, or after it was renamed, leaves the lock alone.
fn sweep_lock(
    repository: &Path,
    folder: &Path,
    path: &Path,
    backup: &str,
) -> Result<Outcome, RepositoryError> {
    let door = Door::enter(repository)?;
    // Otherwise it is swept with its folder, whose name comes later.
    if !exists(&folder.join(partial_name(backup)))?
        && let Seized::Abandoned(lock) = MakerLock::seize(path, &door)?
    {
        drop(lock);
    }
    Ok(Outcome::Nothing)
}

fn exists(path: &Path) -> Result<bool, RepositoryError> {
    path.try_exists().map_err(RepositoryError::io(RepositoryAction::Read, path))
}
