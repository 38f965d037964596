//! The marker of a repository: a small file with an id, which tells one disk from another at the same path.
//!
//! A disk that is not mounted leaves an empty folder at its path, and another disk may be mounted there. The
//! id says which one it is. What ids are known is remembered elsewhere; this reads and makes them.

use super::error::{RepositoryAction, RepositoryError, StorageFault};
use super::lock::Door;
use crate::platform::modes;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The marker's name in the folder of a repository.
pub const MARKER_FILE: &str = ".holdfast-repository";

/// What the marker of a repository says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    /// There is none.
    Absent,
    /// It is empty: somebody put it there to say that a new repository is to begin.
    Empty,
    /// The repository's id.
    Id(String),
}

/// Reads the marker; a repository that does not exist has none.
///
/// # Errors
/// It cannot be read.
pub fn read(repository: &Path) -> Result<Marker, RepositoryError> {
    let path = marker(repository);
    match std::fs::read_to_string(&path).map_err(RepositoryError::io(RepositoryAction::Read, &path)) {
        Ok(text) if text.trim().is_empty() => Ok(Marker::Empty),
        Ok(text) => Ok(Marker::Id(text.trim().to_owned())),
        Err(error) if error.fault() == Some(StorageFault::Missing) => Ok(Marker::Absent),
        Err(error) => Err(error),
    }
}

/// Begins a repository: makes its folder and gives it an id, unless it has one by now. Returns the id.
///
/// # Errors
/// The folder or the marker cannot be made.
pub fn begin(repository: &Path) -> Result<String, RepositoryError> {
    let path = marker(repository);
    modes::create_private_folder(repository)
        .map_err(RepositoryError::io(RepositoryAction::Create, repository))?;
    // Two runs may begin the same repository at once.
    let _door = Door::enter(repository)?;
    let opened = match read(repository)? {
        Marker::Id(id) => return Ok(id),
        Marker::Absent => modes::create_private_file(&path),
        Marker::Empty => File::options().write(true).open(&path),
    };
    let mut file = opened.map_err(RepositoryError::io(RepositoryAction::Create, &path))?;
    let id = uuid::Uuid::now_v7().to_string();
    file.write_all(format!("{id}\n").as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(RepositoryError::io(RepositoryAction::Write, &path))?;
    super::durable::sync_folder(repository)?;
    Ok(id)
}

fn marker(repository: &Path) -> PathBuf {
    repository.join(MARKER_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_keeps_the_id_that_it_was_given_first() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let repository = dir.path().join("backups");
        assert_eq!(read(&repository).expect("readable"), Marker::Absent, "it does not exist yet");
        let id = begin(&repository).expect("begun");
        assert_eq!(begin(&repository).expect("begun"), id, "a second run must not make it another disk");
        assert_eq!(read(&repository).expect("readable"), Marker::Id(id), "it is found again");
    }

    #[test]
    fn an_empty_marker_is_filled() {
        let dir = tempfile::tempdir().expect("temporary directory");
        std::fs::write(dir.path().join(MARKER_FILE), "\n").expect("written");
        assert_eq!(read(dir.path()).expect("readable"), Marker::Empty, "somebody wants a new repository");
        let id = begin(dir.path()).expect("begun");
        assert_eq!(read(dir.path()).expect("readable"), Marker::Id(id), "and gets one");
    }
}
