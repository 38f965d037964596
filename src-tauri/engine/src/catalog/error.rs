//! What can go wrong with the catalog.

use std::path::PathBuf;

/// A failure of the catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// SQLite refused.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file was written by a later version of Holdfast.
    #[error("catalog has schema {found}, this version knows {known}")]
    Newer {
        /// The version in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file is missing or empty, though copies of it exist.
    #[error("{path} is missing or empty, {copy} exists", path = path.display(), copy = copy.display())]
    Lost {
        /// Where it was.
        path: PathBuf,
        /// The newest copy.
        copy: PathBuf,
    },
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(String),
    /// A stored value could not be read.
    #[error("stored value of {column}: {detail}")]
    Stored {
        /// The column.
        column: &'static str,
        /// Why.
        detail: String,
    },
    /// A name is taken.
    #[error("{kind} {name} exists")]
    NameTaken {
        /// `server` or `job`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// There is no such row.
    #[error("no {kind} {id}")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// Its id or name.
        id: String,
    },
}

impl CatalogError {
    /// Whether the disk that holds the catalog is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(e, _))
            if e.code == rusqlite::ErrorCode::DiskFull)
    }

    /// Whether the catalog's file cannot be read or written by this user.
    pub fn is_not_permitted(&self) -> bool {
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(e, _))
            if matches!(e.code, rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied))
    }

    /// Whether the file is no SQLite database, or a broken one.
    pub fn is_corrupt(&self) -> bool {
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(e, _))
            if matches!(e.code, rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt))
    }
}

/// Whether a write was refused because the name is taken.
pub(super) fn is_unique_violation(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(e, _)
        if e.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}
