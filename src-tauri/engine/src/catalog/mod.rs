//! The catalog: SQLite with servers, jobs, slots, runs, backups, settings and the audit trail.
//!
//! One table, one file; the only SQL of our own. Functions take a connection and plain values; they
//! decide nothing and know no PostgreSQL. Every write is one IMMEDIATE transaction, because several
//! processes share the file and a deferred one could be refused half-way without waiting.

pub mod audit;
pub mod backup_list;
pub mod backups;
mod error;
pub mod job_databases;
pub mod jobs;
mod migrations;
pub mod operators;
pub mod overview;
pub mod rebuilt;
pub mod restores;
mod row;
mod run_conditions;
mod run_days;
pub mod run_filter;
pub mod run_log;
pub mod runs;
pub mod server_databases;
pub mod servers;
pub mod settings;
pub mod slots;
pub mod stats;
pub mod upkeep;
pub mod verifications;

pub use error::CatalogError;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// A connection inside a read or a write transaction.
pub type Tx = Connection;

/// The open catalog: one connection for writing, one for reading.
pub struct Catalog {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

impl Catalog {
    /// Opens or creates the catalog at `path` and brings its schema up to date.
    ///
    /// # Errors
    /// [`CatalogError::Newer`] for a file of a later version; nothing is changed then.
    pub fn open(path: &Path) -> Result<Self, CatalogError> {
        let door = migrations::door(path);
        make_private(path);
        let mut writer = Connection::open(path)?;
        prepare(&writer)?;
        migrations::apply(&mut writer)?;
        drop(door);
        let reader = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        prepare_reader(&reader)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), reader: Mutex::new(reader) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in one read transaction: it sees one state of the catalog throughout.
    pub fn read<T>(&self, work: impl FnOnce(&Tx) -> Result<T, CatalogError>) -> Result<T, CatalogError> {
        let mut guard = lock(&self.reader);
        let transaction = guard.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let value = work(&transaction)?;
        transaction.finish()?;
        Ok(value)
    }

    /// Runs `work` in one IMMEDIATE transaction; an error leaves the catalog as it was.
    pub fn write<T>(&self, work: impl FnOnce(&Tx) -> Result<T, CatalogError>) -> Result<T, CatalogError> {
        let mut guard = lock(&self.writer);
        let transaction = guard.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// A number that changes with every write, this process's own included.
    pub fn version(&self) -> Result<i64, CatalogError> {
        Ok(lock(&self.reader).query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// A number that changes whenever another process wrote: how a window notices the command line.
    pub fn data_version(&self) -> Result<i64, CatalogError> {
        // The writer's own commits do not count for the writer, so that only other processes show.
        Ok(lock(&self.writer).query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Copies the catalog to `target` in one consistent state, while others go on writing.
    pub fn copy_to(&self, target: &Path) -> Result<(), CatalogError> {
        // A connection of its own: copying a long history takes seconds, in which others want to read.
        let own = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        prepare_reader(&own)?;
        own.execute("VACUUM INTO ?1", [target.to_string_lossy()])?;
        Ok(())
    }
}

/// Makes the file before SQLite does, for its owner only; the files beside it take its mode.
fn make_private(path: &Path) {
    if !path.exists()
        && let Err(error) = crate::platform::modes::create_private_file(path)
    {
        // SQLite is about to meet the same obstacle, and names it better.
        tracing::debug!("{}: {error}", path.display());
    }
}

/// A poisoned lock means that a reader panicked; SQLite rolled its transaction back, so going on is safe.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// WAL with synchronous=FULL: in NORMAL a committed run could vanish with the power.
fn prepare(connection: &Connection) -> Result<(), CatalogError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn prepare_reader(connection: &Connection) -> Result<(), CatalogError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    // 16 MiB of cache and a mapping: a page of a million runs then needs no system call.
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "mmap_size", 268_435_456i64)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing {
    //! A catalog in a directory of its own, for the tests of each table.

    use super::Catalog;
    use super::backups::NewBackup;
    use holdfast_types::TrustLevel;

    /// The backup of that number of a database, which is also the moment of it.
    pub fn backup(number: i64, database: &str) -> NewBackup {
        NewBackup {
            job_id: None,
            job_name: "nightly".into(),
            run_id: None,
            server_name: "local".into(),
            database: database.into(),
            created_at: number,
            path: format!("/b/{number}"),
            size_bytes: 1,
            trust: TrustLevel::L2,
            server_version: "15.18".into(),
            tool_version: "15.18".into(),
            table_count: 1,
            manifest_sha256: None,
        }
    }

    /// Opens an empty catalog; the directory lives as long as the guard.
    pub fn empty() -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().expect("the temporary directory is writable");
        let catalog = Catalog::open(&dir.path().join("catalog.db")).expect("a new catalog opens");
        (dir, catalog)
    }
}
