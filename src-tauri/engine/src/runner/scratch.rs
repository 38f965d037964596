//! A private folder for a run's password file and its dump of roles; gone when the run ends.

use crate::error::Error;
use crate::home::Home;
use crate::locks;
use crate::platform::modes::create_private_folder;
use crate::proof::place;
use holdfast_types::RunId;
use std::path::{Path, PathBuf};

/// A folder that is removed when dropped.
pub(crate) struct Scratch {
    path: PathBuf,
    _owner: locks::Held,
}

impl Scratch {
    /// Makes the folder and locks it, so that no other process sweeps it.
    pub(super) fn create(home: &Home, run: RunId) -> Result<Self, Error> {
        Self::named(home, &format!("run-{run}"))
    }

    /// The same for another piece of work, by a name that no other has.
    pub(crate) fn named(home: &Home, name: &str) -> Result<Self, Error> {
        let path = home.scratch().join(name);
        let failed = |source| Error::Io { path: path.clone(), source };
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(failed)?;
        }
        create_private_folder(&path).map_err(failed)?;
        let owner = locks::file(&path.join("owner.lock"))?
            .ok_or_else(|| Error::Internal("a new scratch folder was locked".into()))?;
        Ok(Self { path, _owner: owner })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!("{} cannot be removed: {error}", self.path.display());
        }
    }
}

/// Removes the folders of runs and drills whose process is gone: they may hold a password file, or a whole cluster.
pub(crate) fn sweep(scratch: &Path) {
    let Ok(entries) = std::fs::read_dir(scratch) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if !matches!(locks::file(&path.join("owner.lock")), Ok(Some(_))) {
            continue;
        }
        if let Err(error) = place::sweep_cluster_of(&path) {
            tracing::warn!("the cluster of {} cannot be removed: {error}", path.display());
            continue;
        }
        if let Err(error) = std::fs::remove_dir_all(&path) {
            tracing::warn!("{} cannot be removed: {error}", path.display());
        }
    }
}
