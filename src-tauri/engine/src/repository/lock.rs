//! Locks that keep the makers of backups and the sweeps of other processes apart.
//!
//! The system lets go of a lock when its process ends, however it ends. A [`MakerLock`] says that the maker of
//! one backup lives. A [`Door`] is held for moments only, by who makes or seizes such a lock: without it a
//! sweep could remove the lock file that a maker has made, but not yet locked.

use super::error::{RepositoryAction, RepositoryError};
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file in the repository's folder that the [`Door`] is locked by; it stays.
const DOOR_FILE: &str = ".holdfast.lock";

/// Held while locks of the repository are made or seized.
#[derive(Debug)]
pub(super) struct Door(#[expect(dead_code, reason = "closing the file lets go of the lock")] File);

impl Door {
    /// Waits until nobody else of any process holds it.
    pub(super) fn enter(repository: &Path) -> Result<Self, RepositoryError> {
        let path = repository.join(DOOR_FILE);
        let opened = match crate::platform::modes::create_private_file(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => open(&path),
            other => other,
        };
        let file = opened.and_then(|file| file.lock().map(|()| file)).map_err(failed(&path))?;
        Ok(Self(file))
    }
}

/// A held lock. Dropped, its file is removed and the lock is let go.
#[derive(Debug)]
pub(super) struct MakerLock {
    file: Option<File>,
    path: PathBuf,
}

/// What became of an attempt to take over a lock.
#[derive(Debug)]
pub(super) enum Seized {
    /// Its maker lives.
    Held,
    /// Its maker is gone; now it is ours.
    Abandoned(MakerLock),
    /// There is no lock file, so there is no maker.
    NoLock,
}

impl MakerLock {
    /// Makes and locks the file at `path`, for the backup that is about to be made.
    pub(super) fn create(path: &Path, _: &Door) -> Result<Self, RepositoryError> {
        let file = crate::platform::modes::create_private_file(path).map_err(failed(path))?;
        file.try_lock().map_err(io::Error::from).map_err(failed(path))?;
        Ok(Self { file: Some(file), path: path.to_owned() })
    }

    /// Locks the file at `path` if it is there and nobody holds it.
    pub(super) fn seize(path: &Path, _: &Door) -> Result<Seized, RepositoryError> {
        let file = match open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Seized::NoLock),
            other => other.map_err(failed(path))?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Seized::Abandoned(Self { file: Some(file), path: path.to_owned() })),
            Err(TryLockError::WouldBlock) => Ok(Seized::Held),
            Err(TryLockError::Error(error)) => Err(failed(path)(error)),
        }
    }
}

impl Drop for MakerLock {
    fn drop(&mut self) {
        // Removed while it is still held, so that nobody seizes a file that is about to go.
        let _ = std::fs::remove_file(&self.path);
        drop(self.file.take());
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).open(path)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> RepositoryError + '_ {
    RepositoryError::io(RepositoryAction::Lock, path)
}
