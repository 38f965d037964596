//! Makes a folder's files durable and private before it is published.

use super::error::{RepositoryAction, RepositoryError};
use crate::platform::flush;
use crate::platform::modes::{self, Entry};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files made durable at once: the disk answers several in the time of one.
const THREADS: usize = 8;

/// From so many files on, the whole file system is made durable at once, as PostgreSQL's own tools can too
/// (`--sync-method=syncfs`): each file by itself costs a turn of the disk, even an empty one. With fewer files, what
/// others have written there is not worth waiting for.
const MANY: usize = 1000;

/// Makes all files and folders beneath `dir`, and `dir` itself, private and durable.
///
/// # Errors
/// What of them the disk refused.
pub fn settle(dir: &Path) -> Result<(), RepositoryError> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    collect(dir, &mut files, &mut folders)?;
    for_each(&files, |file| restrict(file, Entry::File))?;
    if files.len() < MANY || !flush::whole_file_system(dir) {
        for_each(&files, sync_file)?;
    }
    // Folders after the files in them, the innermost first.
    for folder in folders.iter().rev() {
        restrict(folder, Entry::Folder)?;
        sync_folder(folder)?;
    }
    Ok(())
}

/// Makes the entries of a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), RepositoryError> {
    modes::sync_folder(path).map_err(RepositoryError::io(RepositoryAction::Sync, path))
}

/// The folder and all beneath it, outer folders first.
fn collect(dir: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> Result<(), RepositoryError> {
    let failed = || RepositoryError::io(RepositoryAction::Read, dir);
    folders.push(dir.to_owned());
    for item in std::fs::read_dir(dir).map_err(failed())? {
        let item = item.map_err(failed())?;
        let kind = item.file_type().map_err(failed())?;
        if kind.is_dir() {
            collect(&item.path(), files, folders)?;
        } else if kind.is_file() {
            files.push(item.path());
        }
    }
    Ok(())
}

/// Acts on all files, on several at once.
fn for_each(
    files: &[PathBuf],
    act: impl Fn(&Path) -> Result<(), RepositoryError> + Sync,
) -> Result<(), RepositoryError> {
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<RepositoryError>> = Mutex::new(None);
    let lock = || failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let take_turns = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = act(path) {
                lock().get_or_insert(error);
                next.store(files.len(), Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..THREADS.min(files.len()) {
            scope.spawn(take_turns);
        }
        take_turns();
    });
    match lock().take() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn sync_file(path: &Path) -> Result<(), RepositoryError> {
    // Windows makes durable only what is open for writing.
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(RepositoryError::io(RepositoryAction::Sync, path))
}

/// For its owner only.
fn restrict(path: &Path, entry: Entry) -> Result<(), RepositoryError> {
    modes::restrict(path, entry).map_err(RepositoryError::io(RepositoryAction::Sync, path))
}
