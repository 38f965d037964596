//! Every failure of the engine, and the one place where failures are worded for people.
//!
//! Modules return their own typed errors; each has a wording file in this folder.

mod archive;
mod catalog;
mod engine;
mod postgres;
mod refusal;
mod repository;
mod schedule;

pub use refusal::Refusal;

pub(crate) use engine::bytes;
pub(crate) use schedule::word_missed;

use crate::archive::ArchiveError;
use crate::catalog::CatalogError;
use crate::plain::plain;
use crate::postgres::PostgresError;
use crate::repository::RepositoryError;
use crate::schedule::ScheduleError;
use crate::vault::VaultError;
use holdfast_types::ApiError;
use std::path::PathBuf;

/// A failure of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A server or one of its client programs.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// An archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The place that holds backups.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// A cron expression or a time zone.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The password store.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A field of a request cannot be used.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, as a person would call it.
        field: &'static str,
        /// What is wrong with it, as the end of a sentence that begins with the field.
        problem: String,
        /// What it accepts.
        accepts: String,
    },
    /// A name that nothing has.
    #[error("no {kind} named {name}")]
    NoSuchName {
        /// What was looked for.
        kind: &'static str,
        /// The name.
        name: String,
        /// Names that exist and are near.
        near: Vec<String>,
    },
    /// A backup that does not hold this table.
    #[error("backup {backup} holds no table {name}")]
    NoSuchTable {
        /// The backup.
        backup: holdfast_types::BackupId,
        /// The name as it was written.
        name: String,
        /// What has the name instead, in words.
        is: Option<&'static str>,
    },
    /// The request is refused.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// A file or folder of the data directory.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that an answer was to be written to.
    #[error("{path}: {source}")]
    NotWritten {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database that the connection itself names does not exist.
    #[error("the connection's database {0} does not exist")]
    ConnectionDatabase(String),
    /// Not enough room for a backup.
    #[error("{needed} bytes needed, {available} available at {path}")]
    NoSpace {
        /// Where.
        path: PathBuf,
        /// Estimated bytes.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The disk that a repository was on is not at its path.
    #[error("{path} has no marker any more", path = path.display())]
    DiskAbsent {
        /// The repository.
        path: PathBuf,
        /// Its marker.
        marker: PathBuf,
    },
    /// Another disk is at a repository's path.
    #[error("{path} has the marker of another disk", path = path.display())]
    OtherDisk {
        /// The repository.
        path: PathBuf,
        /// Its marker.
        marker: PathBuf,
    },
    /// Not enough room for a drill.
    #[error("{needed} bytes needed for a drill, {available} available at {path}")]
    NoRoomForDrill {
        /// Where.
        path: PathBuf,
        /// Estimated bytes.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The archive grew past its bound.
    #[error("archive grew past {limit_mb} MiB")]
    TooLarge {
        /// The bound in MiB.
        limit_mb: u64,
    },
    /// Tables that the role cannot dump.
    #[error("unreadable by {role}: {problems:?}")]
    Unreadable {
        /// What it cannot read.
        problems: Vec<crate::postgres::access::AccessProblem>,
        /// The role.
        role: String,
    },
    /// The job selects no database that exists.
    #[error("no databases on {server}")]
    NoDatabases {
        /// The server.
        server: String,
    },
    /// Some databases of a run failed.
    #[error("{} of {total} databases failed", failed.len())]
    SomeDatabases {
        /// Each that failed, with its words and hint.
        failed: Vec<(String, ApiError)>,
        /// How many the run had.
        total: usize,
    },
    /// An operator cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An operator cancelled a restore.
    #[error("restore cancelled")]
    RestoreCancelled,
    /// A defect: a task of the engine ended abnormally.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// The failure worded for people. Words of a server in it are made harmless: they reach terminals. The numbers
    /// of the system's errors help nobody who reads.
    pub fn to_api(&self) -> ApiError {
        let ApiError { code, message, hint } = self.words();
        ApiError { code, message: plain(&without_numbers(&message)), hint: plain(&hint) }
    }

    fn words(&self) -> ApiError {
        match self {
            Self::Postgres(error) => postgres::word(error),
            Self::Archive(error) => archive::word(error),
            Self::Repository(error) => repository::word(error),
            Self::Schedule(error) => schedule::word(error),
            Self::Catalog(error) => catalog::word(error),
            other => engine::word(other),
        }
    }

    /// The failure of a session on the database that the connection itself names.
    pub(crate) fn of_connection(error: PostgresError) -> Self {
        match error {
            PostgresError::NoSuchDatabase { database } => Self::ConnectionDatabase(database),
            other => other.into(),
        }
    }

    /// Whether an operator's wish ended it.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled | Self::RestoreCancelled | Self::Postgres(PostgresError::Cancelled))
            || matches!(self, Self::Archive(ArchiveError::Cancelled { .. }))
    }
}

/// The text without the numbers that errors of the system carry behind their words: ` (os error 111)`.
fn without_numbers(text: &str) -> String {
    const BEGIN: &str = " (os error ";
    let mut parts = text.split(BEGIN);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(')') {
            Some(after) => kept.push_str(after),
            None => kept.extend([BEGIN, part]),
        }
    }
    kept
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        error.to_api()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_system_are_not_told_to_people() {
        let detail = std::io::Error::from_raw_os_error(111).to_string();
        let refused = PostgresError::Refused { host: "db".into(), port: 5432, detail };
        let told = Error::from(refused).to_api().message;
        assert!(!told.contains("os error"), "nobody looks numbers up: {told}");
        assert!(
            told.starts_with("No PostgreSQL server answers at db, port 5432 ("),
            "the words stay: {told}"
        );
        let kept = "a (os error x) b (os error 2) c (os error 3";
        assert_eq!(without_numbers(kept), "a (os error x) b c (os error 3", "what is no such number stays");
    }

    #[test]
    fn what_the_command_line_calls_something_stands_behind_what_it_is_in_both_places() {
        let unreadable = Error::Refused(Refusal::NeverVerified);
        let gone = Error::Vault(VaultError::Gone);
        let missing = Error::Catalog(CatalogError::NotFound { kind: "run", id: "9".into() });
        for error in [unreadable, gone, missing, Error::Vault(VaultError::Unavailable("x".into()))] {
            let hint = error.to_api().hint;
            let first = hint.find("holdfast ").unwrap_or(hint.len());
            let said = hint.find("on the command line: ").unwrap_or(hint.len());
            assert!(said <= first, "whoever reads it in the window has no command line: {hint}");
        }
    }
}
