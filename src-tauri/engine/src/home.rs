//! The data directory: where the catalog, locks, logs, passwords and scratch files lie.

use crate::error::Error;
use crate::platform::modes::create_private_folder;
use std::path::{Path, PathBuf};

/// The paths within a data directory.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
}

/// The data directory when none is named: `HOLDFAST_HOME`, else the platform's folder for application data.
pub fn default_home() -> PathBuf {
    if let Some(home) = std::env::var_os("HOLDFAST_HOME").filter(|home| !home.is_empty()) {
        return PathBuf::from(home);
    }
    directories::ProjectDirs::from("app", "Holdfast", "holdfast")
        .map(|dirs| dirs.data_dir().to_owned())
        .unwrap_or_else(|| PathBuf::from(".holdfast"))
}

impl Home {
    /// Makes the data directory and its folders, for their owner only.
    pub fn create(root: &Path) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|source| Error::Io { path: root.to_owned(), source })?;
        let home = Self { root };
        for folder in [
            home.root.clone(),
            home.locks(),
            home.logs(),
            home.scratch(),
            home.passwords(),
            home.catalog_copies(),
        ] {
            create_private_folder(&folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
        }
        Ok(home)
    }

    /// The permission bits of the directory if others than its owner may change it: they could replace the catalog, or
    /// the folder of passwords before one is stored.
    pub fn open_to_others(&self) -> Option<u32> {
        let mode = crate::platform::modes::open_to_others(&self.root).ok().flatten()?;
        (mode & 0o022 != 0).then_some(mode)
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }
    /// The catalog.
    pub fn catalog(&self) -> PathBuf {
        self.root.join("catalog.db")
    }
    /// Daily copies of the catalog.
    pub fn catalog_copies(&self) -> PathBuf {
        self.root.join("catalog-copies")
    }
    /// Locks of the scheduler, of jobs and of processes.
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }
    /// Log files.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }
    /// Private files of running commands.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }
    /// Passwords, when no keyring keeps them.
    pub fn passwords(&self) -> PathBuf {
        self.root.join("passwords")
    }
    /// The repository when none is configured.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
    /// The demo database.
    pub fn demo(&self) -> PathBuf {
        self.root.join("demo")
    }
}
