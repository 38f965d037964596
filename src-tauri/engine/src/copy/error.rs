//! What can go wrong while tables are copied.

use crate::postgres::PostgresError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a parallel dump failed.
#[derive(Debug)]
pub enum CopyError {
    /// The server's or the connection's part.
    Postgres(PostgresError),
    /// A file could not be written.
    Io(PathBuf, io::Error),
    /// Something is not as it must be, so that pg_dump does it all; the words say what.
    Unexpected(String),
    /// It was cancelled.
    Cancelled,
}

impl CopyError {
    /// A closure that says of which file an error of the disk is.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io(path, error)
    }
}

impl From<PostgresError> for CopyError {
    fn from(error: PostgresError) -> Self {
        match error {
            PostgresError::Cancelled => Self::Cancelled,
            other => Self::Postgres(other),
        }
    }
}
