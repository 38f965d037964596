//! Whether a repository could be made at a path: tried before a job relies on it, leaving nothing behind.
//!
//! A disk that is not mounted must stay possible, so that only what can never work is an error to the caller;
//! the rest is a doubt.

use super::error::{RepositoryAction, RepositoryError, StorageFault};
use crate::platform::modes;
use std::io::ErrorKind;
use std::path::Path;

/// What was found out about a path.
#[derive(Debug)]
pub enum Probe {
    /// Folders can be made there.
    Usable,
    /// Not now; another disk or other rights may change that.
    Doubtful(RepositoryError),
    /// Never: the path leads through a file, or the system makes no folders there.
    Impossible(RepositoryError),
}

/// Makes and removes a folder in the nearest folder of `repository` that exists.
pub fn probe(repository: &Path) -> Probe {
    let failed = |source| RepositoryError::io(RepositoryAction::Create, repository)(source);
    for folder in repository.ancestors() {
        match folder.metadata() {
            Ok(meta) if meta.is_dir() => return make_in(repository, folder),
            Ok(_) => return Probe::Impossible(failed(ErrorKind::NotADirectory.into())),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return judged(failed(error)),
        }
    }
    Probe::Doubtful(failed(ErrorKind::NotFound.into()))
}

fn make_in(repository: &Path, folder: &Path) -> Probe {
    // Of this name alone, so that nobody's folder is met or removed.
    let trial = folder.join(format!(".holdfast-probe-{}", uuid::Uuid::now_v7()));
    match modes::create_private_folder(&trial) {
        Ok(()) => {
            if let Err(error) = std::fs::remove_dir(&trial) {
                tracing::warn!("{}: {error}", trial.display());
            }
            Probe::Usable
        }
        Err(error) => judged(RepositoryError::io(RepositoryAction::Create, repository)(error)),
    }
}

fn judged(error: RepositoryError) -> Probe {
    match error.fault() {
        // A folder that exists and in which none can be made: /proc and its like.
        Some(StorageFault::Missing | StorageFault::NotADirectory | StorageFault::BadName) => {
            Probe::Impossible(error)
        }
        _ => Probe::Doubtful(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_hold_backups_is_told_from_what_only_cannot_now() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let new = dir.path().join("mnt/disk/backups");
        assert!(matches!(probe(&new), Probe::Usable), "a disk that is mounted later must stay possible");
        let left = std::fs::read_dir(dir.path()).expect("readable").count();
        assert_eq!(left, 0, "a look must leave nothing behind");
        let file = dir.path().join("file");
        std::fs::write(&file, "").expect("writable");
        for below in [file.clone(), file.join("backups")] {
            assert!(matches!(probe(&below), Probe::Impossible(_)), "a file never becomes a folder");
        }
        #[cfg(target_os = "linux")]
        assert!(
            matches!(probe(Path::new("/proc/nothing/at/all")), Probe::Impossible(_)),
            "only the first run would tell, in the night"
        );
    }
}
