//! A backup being made: a `.partial` folder that is published whole or removed.
//!
//! Published means: every file and folder durable, renamed to the final name, the rename durable. A crash at
//! any moment leaves either a `.partial`, which the next sweep removes, or the whole backup.

use super::durable::{settle, sync_folder};
use super::error::{RepositoryAction, RepositoryError};
use super::layout::{ARCHIVE_DIR, backup_path, lock_name, partial_name};
use super::lock::{Door, MakerLock};
use crate::platform::modes;
use chrono::{DateTime, Utc};
use holdfast_types::RunId;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A backup being made. Dropped without [`Staged::publish`], its folder is removed.
#[derive(Debug)]
pub struct Staged {
    partial: PathBuf,
    published: PathBuf,
    repository: PathBuf,
    state: State,
    // Dropped last: the lock is let go when the folder is gone, or published.
    _lock: MakerLock,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Making,
    Published,
}

impl Staged {
    /// Makes the `.partial` folder, for its owner only, and holds its lock.
    ///
    /// # Errors
    /// A folder cannot be made or locked, or a backup of that name exists.
    pub fn create(
        repository: &Path,
        job: &str,
        database: &str,
        started_at: DateTime<Utc>,
        run_id: RunId,
    ) -> Result<Self, RepositoryError> {
        let published = backup_path(repository, job, database, started_at, run_id);
        let name = super::layout::backup_folder_name(started_at, run_id);
        let parent = published.parent().unwrap_or(repository).to_owned();
        let partial = parent.join(partial_name(&name));
        let create = RepositoryAction::Create;
        refuse_links(repository, &parent)?;
        modes::create_private_folder(&parent).map_err(RepositoryError::io(create, &parent))?;
        if published.symlink_metadata().is_ok() {
            return Err(RepositoryError::io(create, &published)(ErrorKind::AlreadyExists.into()));
        }
        // Until the folder is made, so that a sweep sees both or neither.
        let door = Door::enter(repository)?;
        let lock = MakerLock::create(&parent.join(lock_name(&name)), &door)?;
        if partial.symlink_metadata().is_ok() {
            return Err(RepositoryError::io(create, &partial)(ErrorKind::AlreadyExists.into()));
        }
        modes::create_private_folder(&partial).map_err(RepositoryError::io(create, &partial))?;
        let repository = repository.to_owned();
        Ok(Self { partial, published, repository, state: State::Making, _lock: lock })
    }

    /// The folder to write into.
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Where pg_dump is to make the archive; it does not exist yet.
    pub fn archive_path(&self) -> PathBuf {
        self.partial.join(ARCHIVE_DIR)
    }

    /// The folder's path after publishing.
    pub fn published_path(&self) -> &Path {
        &self.published
    }

    /// Makes a file in the folder, for its owner only; it must not exist.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn create_file(&self, name: &str) -> Result<std::fs::File, RepositoryError> {
        let path = self.partial.join(name);
        modes::create_private_file(&path).map_err(RepositoryError::io(RepositoryAction::Create, &path))
    }

    /// Makes every file and folder durable and private, renames to the final name and makes that durable.
    ///
    /// # Errors
    /// Anything of it fails; then the folder is removed and nothing was published.
    pub fn publish(mut self) -> Result<PathBuf, RepositoryError> {
        settle(&self.partial)?;
        // A rename would replace an empty folder.
        if self.published.symlink_metadata().is_ok() {
            let exists = ErrorKind::AlreadyExists.into();
            return Err(RepositoryError::io(RepositoryAction::Rename, &self.published)(exists));
        }
        std::fs::rename(&self.partial, &self.published)
            .map_err(RepositoryError::io(RepositoryAction::Rename, &self.partial))?;
        if let Err(error) = self.sync_above() {
            // What may not survive a crash must not be listed.
            let _ = std::fs::rename(&self.published, &self.partial);
            return Err(error);
        }
        self.state = State::Published;
        Ok(self.published.clone())
    }

    /// The folders of the database and the job may be new too, up to the repository.
    fn sync_above(&self) -> Result<(), RepositoryError> {
        let above = self.published.ancestors().skip(1);
        for folder in above.take_while(|folder| folder.starts_with(&self.repository)) {
            sync_folder(folder)?;
        }
        Ok(())
    }
}

/// Refuses symbolic links between the repository and a folder in it. The repository itself may be one: its operator
/// chose it. Deletion and sweep do not follow links either, so that what lies behind one would never be tidied.
fn refuse_links(repository: &Path, folder: &Path) -> Result<(), RepositoryError> {
    let below = |path: &&Path| path.starts_with(repository) && *path != repository;
    match folder.ancestors().take_while(below).find(|path| path.is_symlink()) {
        Some(link) => Err(RepositoryError::Link { path: link.to_owned() }),
        None => Ok(()),
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.state == State::Making
            && let Err(error) = std::fs::remove_dir_all(&self.partial)
        {
            tracing::warn!(path = %self.partial.display(), %error, "a partial backup is left to the next sweep");
        }
    }
}
