//! Runs that are known from the manifests of their backups alone.

use super::{CatalogError, Tx};
use holdfast_types::{JobId, RunId};

/// A completed run as manifests tell of it.
#[derive(Debug, Clone)]
pub struct PastRun {
    /// Its job, when there is one of that name.
    pub job_id: Option<JobId>,
    /// Its job's name.
    pub job_name: String,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub completed_at: i64,
    /// Bytes of all its backups.
    pub size_bytes: u64,
    /// The first backup's folder.
    pub path: String,
    /// The server's version.
    pub server_version: String,
    /// The version of the pg_dump.
    pub tool_version: String,
}

/// Records such a run. What started it is not known: it counts as manual, by the system.
pub fn insert(tx: &Tx, run: &PastRun) -> Result<RunId, CatalogError> {
    tx.execute(
        "INSERT INTO backup_runs (job_id, job_name, trigger_type, status, queued_at, started_at, completed_at,
             backup_size_bytes, backup_filepath, server_version, tool_version)
         VALUES (?1, ?2, 'manual', 'completed', ?3, ?3, ?4, ?5, ?6, ?7, ?8)",
        rusqlite::params![
            run.job_id.map(|id| id.0),
            run.job_name,
            run.started_at,
            run.completed_at.max(run.started_at),
            run.size_bytes,
            run.path,
            run.server_version,
            run.tool_version,
        ],
    )?;
    Ok(RunId(tx.last_insert_rowid()))
}

/// Names the first backup of a run.
pub fn record_first(tx: &Tx, run: RunId, backup: i64) -> Result<(), CatalogError> {
    tx.execute("UPDATE backup_runs SET backup_id = ?2 WHERE id = ?1 AND backup_id IS NULL", (run.0, backup))?;
    Ok(())
}
