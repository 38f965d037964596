//! Finds what lies in a repository, by names and folders alone.

use super::error::{RepositoryAction, RepositoryError, StorageFault};
use super::layout::Item;
use std::path::{Path, PathBuf};

/// The folders of all published backups, sorted; what is not Holdfast's is passed over. A repository that
/// does not exist is empty.
///
/// # Errors
/// A folder cannot be read.
pub fn find_backups(repository: &Path) -> Result<Vec<PathBuf>, RepositoryError> {
    let mut found = Vec::new();
    for folder in database_folders(repository)? {
        for (name, path) in entries(&folder)? {
            if Item::of(&name) == Item::Published && is_folder(&path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The folders two levels beneath the repository.
pub(super) fn database_folders(repository: &Path) -> Result<Vec<PathBuf>, RepositoryError> {
    let mut found = Vec::new();
    for (_, job) in entries(repository)?.into_iter().filter(|(_, path)| is_folder(path)) {
        let databases = entries(&job)?.into_iter().map(|(_, path)| path);
        found.extend(databases.filter(|path| is_folder(path)));
    }
    Ok(found)
}

/// Names and paths in a folder, sorted; names that are not UTF-8 are foreign and left out.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, RepositoryError> {
    let failed = || RepositoryError::io(RepositoryAction::Read, folder);
    let items = match std::fs::read_dir(folder).map_err(failed()) {
        Err(error) if error.fault() == Some(StorageFault::Missing) => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for item in items {
        let item = item.map_err(failed())?;
        if let Ok(name) = item.file_name().into_string() {
            found.push((name, item.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// A folder itself, not a link to one.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_dir())
}
