//! Deletes a backup so that a crash never leaves a half one that looks whole.

use super::durable::sync_folder;
use super::error::{RepositoryAction, RepositoryError};
use super::layout::{Item, deleting_name};
use super::measure::measure;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Deletes the backup in the folder `path`: renamed first, then removed. Returns the bytes freed.
///
/// # Errors
/// It is missing ([`super::error::StorageFault::Missing`]), is not the folder of a backup, or cannot be
/// removed; what is left of it no longer looks like a backup, and the next sweep removes it.
pub fn delete_backup(path: &Path) -> Result<u64, RepositoryError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let (Some(name), Some(parent)) = (name, path.parent()) else {
        return Err(RepositoryError::NotABackup { path: path.to_owned() });
    };
    let kind = path.symlink_metadata().map_err(RepositoryError::io(RepositoryAction::Delete, path))?;
    if Item::of(name) != Item::Published || !kind.is_dir() {
        return Err(RepositoryError::NotABackup { path: path.to_owned() });
    }
    let bytes = measure(path).total_bytes;
    remove(&rename_away(path, parent, name)?)?;
    Ok(bytes)
}

/// Gives a folder the name of something that is being deleted, durably.
pub(super) fn rename_away(path: &Path, parent: &Path, name: &str) -> Result<PathBuf, RepositoryError> {
    let doomed = parent.join(deleting_name(name));
    // A folder of that name was doomed before; a rename cannot replace it.
    remove(&doomed)?;
    std::fs::rename(path, &doomed).map_err(RepositoryError::io(RepositoryAction::Delete, path))?;
    sync_folder(parent)?;
    Ok(doomed)
}

/// Removes a folder; another process may be at it too.
pub(super) fn remove(doomed: &Path) -> Result<(), RepositoryError> {
    gone(std::fs::remove_dir_all(doomed)).map_err(RepositoryError::io(RepositoryAction::Delete, doomed))
}

/// What is gone need not be removed.
fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
