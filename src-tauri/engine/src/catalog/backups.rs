//! Backups: what was published, what became of it, and how far it is proven.

use super::{CatalogError, Tx, row};
use holdfast_types::{Backup, BackupId, BackupStatus, BrokenBackup, JobId, RunId, TrustLevel};
use rusqlite::Row;

/// A published backup to be recorded.
#[derive(Debug, Clone)]
pub struct NewBackup {
    /// Its job.
    pub job_id: Option<JobId>,
    /// Its job's name.
    pub job_name: String,
    /// The run that made it.
    pub run_id: Option<RunId>,
    /// The server's name.
    pub server_name: String,
    /// The database.
    pub database: String,
    /// When it was made.
    pub created_at: i64,
    /// Its folder.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// How far it is proven.
    pub trust: TrustLevel,
    /// The server's version.
    pub server_version: String,
    /// The version of the pg_dump that made it.
    pub tool_version: String,
    /// How many tables it holds.
    pub table_count: u64,
    /// sha256 of its manifest.
    pub manifest_sha256: Option<String>,
}

pub(super) fn backup(row: &Row<'_>) -> Result<Backup, CatalogError> {
    Ok(Backup {
        id: BackupId(row.get("id")?),
        job: row.get("job_name")?,
        job_id: row.get::<_, Option<i64>>("job_id")?.map(JobId),
        run_id: row.get::<_, Option<i64>>("run_id")?.map(RunId),
        server: row.get("server_name")?,
        database: row.get("database")?,
        created_at: row::time_required(row, "created_at")?,
        path: row.get("path")?,
        size_bytes: row.get("size_bytes")?,
        trust: TrustLevel::from_rank(row.get("trust")?)
            .ok_or(CatalogError::Stored { column: "trust", detail: String::new() })?,
        pinned: row.get("pinned")?,
        status: row::word(row, "status", BackupStatus::parse)?,
        keep_reasons: Vec::new(),
        expires_at: None,
        server_version: row.get("server_version")?,
        tool_version: row.get("tool_version")?,
        table_count: row.get("table_count")?,
    })
}

/// Records a published backup. One whose folder is recorded already is left as it is.
pub fn insert(tx: &Tx, new: &NewBackup) -> Result<BackupId, CatalogError> {
    tx.execute(
        "INSERT INTO backups (job_id, job_name, run_id, server_name, database, created_at, path, size_bytes,
             trust, status, server_version, tool_version, table_count, manifest_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'good', ?10, ?11, ?12, ?13)",
        rusqlite::params![
            new.job_id.map(|id| id.0),
            new.job_name,
            new.run_id.map(|id| id.0),
            new.server_name,
            new.database,
            new.created_at,
            new.path,
            new.size_bytes,
            new.trust.rank(),
            new.server_version,
            new.tool_version,
            new.table_count,
            new.manifest_sha256,
        ],
    )?;
    Ok(BackupId(tx.last_insert_rowid()))
}

/// Whether the catalog knows a backup of that path, or another of the same run and database, present or deleted.
pub fn is_known(tx: &Tx, path: &str, run: RunId, database: &str) -> Result<bool, CatalogError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM backups WHERE path = ?1)
                   OR EXISTS (SELECT 1 FROM backups WHERE run_id = ?2 AND database = ?3)";
    Ok(tx.prepare_cached(sql)?.query_row((path, run.0, database), |row| row.get(0))?)
}

/// One present backup.
pub fn get(tx: &Tx, id: BackupId) -> Result<Backup, CatalogError> {
    let mut statement = tx.prepare_cached("SELECT * FROM backups WHERE id = ?1 AND deleted_at IS NULL")?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => backup(row),
        None => Err(CatalogError::NotFound { kind: "backup", id: id.to_string() }),
    }
}

/// The sha256 of a backup's manifest as it was published; absent for one that was recorded before that was kept.
pub fn manifest_sha256(tx: &Tx, id: BackupId) -> Result<Option<String>, CatalogError> {
    let sql = "SELECT manifest_sha256 FROM backups WHERE id = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?)
}

/// All present backups of a job, or of every job, newest first: what retention decides over.
pub fn all(tx: &Tx, job: Option<JobId>) -> Result<Vec<Backup>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT * FROM backups WHERE deleted_at IS NULL AND (?1 IS NULL OR job_id = ?1)
         ORDER BY created_at DESC, id DESC",
    )?;
    row::collect(statement.query([job.map(|id| id.0)])?, backup)
}

/// Pins or unpins a backup.
pub fn record_pinned(tx: &Tx, id: BackupId, pinned: i64) -> Result<(), CatalogError> {
    tx.execute("UPDATE backups SET pinned = ?2 WHERE id = ?1", (id.0, pinned))?;
    Ok(())
}

/// Records whether a backup can be relied on.
pub fn record_status(tx: &Tx, id: BackupId, status: BackupStatus) -> Result<(), CatalogError> {
    tx.execute("UPDATE backups SET status = ?2 WHERE id = ?1", (id.0, status.as_str()))?;
    Ok(())
}

/// Records how far a backup is proven.
pub fn record_trust(tx: &Tx, id: BackupId, trust: TrustLevel) -> Result<(), CatalogError> {
    tx.execute("UPDATE backups SET trust = ?2 WHERE id = ?1", (id.0, trust.rank()))?;
    Ok(())
}

/// Records that a backup's files are gone by intent.
pub fn record_deleted(tx: &Tx, id: BackupId, now: i64) -> Result<(), CatalogError> {
    // The path becomes free for a rebuilt catalog; the row stays for the history.
    tx.execute(
        "UPDATE backups SET deleted_at = ?2, path = path || '#deleted-' || id WHERE id = ?1",
        (id.0, now),
    )?;
    Ok(())
}

/// When a job's newest good backup was made, and how far it is proven.
pub fn newest_good(tx: &Tx, job: JobId) -> Result<Option<(i64, TrustLevel)>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT created_at, trust FROM backups
         WHERE job_id = ?1 AND deleted_at IS NULL AND status = 'good' ORDER BY created_at DESC LIMIT 1",
    )?;
    let mut rows = statement.query([job.0])?;
    Ok(match rows.next()? {
        Some(row) => TrustLevel::from_rank(row.get(1)?).map(|trust| (row.get(0).unwrap_or(0), trust)),
        None => None,
    })
}

/// For each database of a job's present server that has been backed up: its name and when its newest good
/// backup was made.
pub fn newest_good_by_database(tx: &Tx, job: JobId) -> Result<Vec<(String, i64)>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT database, max(created_at) FROM backups
         WHERE job_id = ?1 AND deleted_at IS NULL AND status = 'good'
           AND server_name = (SELECT servers.name FROM jobs JOIN servers ON servers.id = jobs.server_id
                              WHERE jobs.id = ?1)
         GROUP BY database",
    )?;
    Ok(statement.query_map([job.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

fn broken(row: &Row<'_>) -> Result<BrokenBackup, CatalogError> {
    Ok(BrokenBackup {
        backup_id: BackupId(row.get("id")?),
        database: row.get("database")?,
        status: row::word(row, "status", BackupStatus::parse)?,
    })
}

/// The newest backups of a job's databases, on its present server, that cannot be relied on.
pub fn broken_newest(tx: &Tx, job: JobId) -> Result<Vec<BrokenBackup>, CatalogError> {
    // SQLite takes the other columns of a row from where max() was found.
    let mut statement = tx.prepare_cached(
        "SELECT id, database, status FROM (
             SELECT id, database, status, max(created_at) FROM backups
             WHERE job_id = ?1 AND deleted_at IS NULL
               AND server_name = (SELECT servers.name FROM jobs JOIN servers ON servers.id = jobs.server_id
                                  WHERE jobs.id = ?1)
             GROUP BY database)
         WHERE status <> 'good' ORDER BY database",
    )?;
    statement.query_and_then([job.0], broken)?.collect()
}

/// The newest of those older backups of each database of a job that are damaged.
pub fn damaged_before(tx: &Tx, job: JobId) -> Result<Vec<BrokenBackup>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, database, status, max(created_at) FROM backups AS old
         WHERE job_id = ?1 AND deleted_at IS NULL AND status = 'damaged'
           AND EXISTS (SELECT 1 FROM backups AS newer
                       WHERE newer.job_id = old.job_id AND newer.database = old.database
                         AND newer.deleted_at IS NULL AND newer.created_at > old.created_at)
         GROUP BY database ORDER BY database",
    )?;
    statement.query_and_then([job.0], broken)?.collect()
}

/// The newest good backup of each server and database of a job.
pub fn newest_good_of_each(tx: &Tx, job: JobId) -> Result<Vec<BackupId>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, max(created_at) FROM backups
         WHERE job_id = ?1 AND deleted_at IS NULL AND status = 'good' GROUP BY server_name, database",
    )?;
    let rows = statement.query_map([job.0], |row| Ok(BackupId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Sizes of a job's newest runs that completed, oldest first.
pub fn size_trend(tx: &Tx, job: JobId, count: u32) -> Result<Vec<u64>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT coalesce(backup_size_bytes, 0) FROM backup_runs
         WHERE job_id = ?1 AND status = 'completed' ORDER BY queued_at DESC LIMIT ?2",
    )?;
    let mut sizes: Vec<u64> =
        statement.query_map((job.0, count), |row| row.get(0))?.collect::<Result<_, _>>()?;
    sizes.reverse();
    Ok(sizes)
}
