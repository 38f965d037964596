//! What can go wrong in a repository; worded for people in `crate::error::repository`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepositoryAction {
    /// Making a folder or a file.
    Create,
    /// Reading a folder or a file.
    Read,
    /// Writing a file.
    Write,
    /// Making a file or a folder durable, or private.
    Sync,
    /// Renaming a folder.
    Rename,
    /// Deleting.
    Delete,
    /// Locking.
    Lock,
    /// Asking for the free space.
    Space,
}

/// Why it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageFault {
    /// The disk, or the quota, is full.
    NoSpace,
    /// This user may not.
    Permission,
    /// The file system is mounted read-only.
    ReadOnly,
    /// A file stands where a folder is needed.
    NotADirectory,
    /// It is not there.
    Missing,
    /// It is there already.
    Exists,
    /// Something else uses it.
    InUse,
    /// The path is longer than the system allows, or has a character that it refuses.
    BadName,
    /// Anything else, as the system says.
    Other,
}

impl StorageFault {
    /// What an error of the system means.
    pub fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::NoSpace,
            ErrorKind::PermissionDenied => Self::Permission,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::NotADirectory => Self::NotADirectory,
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty => Self::Exists,
            ErrorKind::ResourceBusy | ErrorKind::WouldBlock => Self::InUse,
            ErrorKind::InvalidFilename => Self::BadName,
            _ => Self::Other,
        }
    }
}

/// A failure in a repository.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The system refused.
    #[error("{action:?} {path}: {source}", path = path.display())]
    Io {
        /// What was being done.
        action: RepositoryAction,
        /// To which path.
        path: PathBuf,
        /// Why it failed.
        fault: StorageFault,
        /// What the system said.
        source: io::Error,
    },
    /// The path is not that of a backup, so nothing is deleted there.
    #[error("{path} is not the folder of a backup", path = path.display())]
    NotABackup {
        /// Which path.
        path: PathBuf,
    },
    /// A symbolic link stands where a folder of the repository should be; what is written would go elsewhere.
    #[error("{path} is a symbolic link", path = path.display())]
    Link {
        /// Which path.
        path: PathBuf,
    },
}

impl RepositoryError {
    /// What the system said while `action` was done to `path`.
    pub(crate) fn io(action: RepositoryAction, path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| {
            let fault = StorageFault::of(&source);
            RepositoryError::Io { action, path: path.to_owned(), fault, source }
        }
    }

    /// The path that it concerns.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. } | Self::NotABackup { path } | Self::Link { path } => path,
        }
    }

    /// Why the system refused; absent when it was not the system.
    pub fn fault(&self) -> Option<StorageFault> {
        match self {
            Self::Io { fault, .. } => Some(*fault),
            Self::NotABackup { .. } | Self::Link { .. } => None,
        }
    }
}
