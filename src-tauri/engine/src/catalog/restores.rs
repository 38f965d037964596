//! Restores: what was put back where, and what came of it.

use super::{CatalogError, Tx, row};
use holdfast_types::{
    BackupId, Check, FailedObject, OperatorId, Restore, RestoreId, RestoreSpec, RestoreStatus, RestoreTarget,
    ServerId,
};
use rusqlite::Row;

/// A restore that begins.
#[derive(Debug, Clone)]
pub struct NewRestore {
    /// What is asked for.
    pub spec: RestoreSpec,
    /// The server's name.
    pub server_name: String,
    /// The database that is filled before it takes its name; none for one that exists.
    pub staged: Option<String>,
    /// When it begins.
    pub started_at: i64,
    /// Who asked for it.
    pub operator: OperatorId,
    /// The process that carries it out.
    pub process: String,
}

/// How a restore ended.
#[derive(Debug, Clone)]
pub struct RestoreEnd {
    /// Completed, partial or otherwise.
    pub status: RestoreStatus,
    /// Why it did not complete.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// The objects that failed.
    pub failed_objects: Vec<FailedObject>,
    /// How the result compares.
    pub checks: Vec<Check>,
    /// The name of the former database after a swap.
    pub kept_database: Option<String>,
    /// The command that was run.
    pub command: Option<String>,
}

impl RestoreEnd {
    /// An end without a word.
    pub fn of(status: RestoreStatus) -> Self {
        Self {
            status,
            error_message: None,
            error_hint: None,
            failed_objects: Vec::new(),
            checks: Vec::new(),
            kept_database: None,
            command: None,
        }
    }
}

/// A restore that is said to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveRestore {
    /// Which.
    pub id: RestoreId,
    /// On which server; none when that was removed.
    pub server_id: Option<ServerId>,
    /// The database that it fills under a name of our own.
    pub staged: Option<String>,
    /// Whether everything had arrived in a database that existed.
    pub arrived: Option<()>,
    /// The process that carries it out.
    pub process: String,
}

/// A restore's columns; a safety backup whose files were removed since is none.
const SELECT: &str =
    "SELECT *, (SELECT b.id FROM backups AS b WHERE b.id = safety_backup_id AND b.deleted_at IS NULL)
    AS present_safety_backup FROM restores";

fn restore(row: &Row<'_>) -> Result<Restore, CatalogError> {
    Ok(Restore {
        id: RestoreId(row.get("id")?),
        backup_id: BackupId(row.get("backup_id")?),
        server: row.get("server_name")?,
        database: row.get("database")?,
        target: row::word(row, "target", RestoreTarget::parse)?,
        status: row::word(row, "status", RestoreStatus::parse)?,
        started_at: row::time_required(row, "started_at")?,
        completed_at: row::time(row, "completed_at")?,
        error_message: row.get("error_message")?,
        error_hint: row.get("error_hint")?,
        failed_objects: row::json(row, "failed_objects")?,
        checks: row::json(row, "checks")?,
        kept_database: row.get("kept_database")?,
        undone_as: row.get("undone_as")?,
        can_undo: row.get::<_, Option<String>>("kept_database")?.is_some()
            && row.get::<_, Option<i64>>("server_id")?.is_some(),
        safety_backup_id: row.get::<_, Option<i64>>("present_safety_backup")?.map(BackupId),
        command: row.get("command")?,
        triggered_by_user_id: OperatorId(row.get("triggered_by_user_id")?),
        spec: row::json_if_any(row, "spec")?,
    })
}

/// Records that a restore began.
pub fn begin(tx: &Tx, new: &NewRestore) -> Result<RestoreId, CatalogError> {
    // The name was typed for this one time.
    let spec = &RestoreSpec { confirmation: None, ..new.spec.clone() };
    tx.execute(
        "INSERT INTO restores (backup_id, server_id, server_name, database, target, status, staged,
             failed_objects, checks, started_at, triggered_by_user_id, process, spec)
         VALUES (?1, ?2, ?3, ?4, ?5, 'processing', ?6, '[]', '[]', ?7, ?8, ?9, ?10)",
        rusqlite::params![
            spec.backup_id.0,
            spec.server_id.0,
            new.server_name,
            spec.database,
            spec.target.as_str(),
            new.staged,
            new.started_at,
            new.operator.0,
            new.process,
            row::to_json("spec", spec)?,
        ],
    )?;
    Ok(RestoreId(tx.last_insert_rowid()))
}

/// Records that everything arrived in a database that existed, while it is still being compared: should the process
/// end now, nobody may be told that the database is as it was.
pub fn record_arrived(tx: &Tx, id: RestoreId, command: &str) -> Result<(), CatalogError> {
    tx.execute("UPDATE restores SET command = ?2 WHERE id = ?1 AND status = 'processing'", (id.0, command))?;
    Ok(())
}

/// Records the backup that was made of the database before it is changed.
pub fn record_safety_backup(tx: &Tx, id: RestoreId, backup: BackupId) -> Result<(), CatalogError> {
    tx.execute("UPDATE restores SET safety_backup_id = ?2 WHERE id = ?1", (id.0, backup.0))?;
    Ok(())
}

/// Records how a restore ended; nothing when it had ended before.
pub fn finish(tx: &Tx, id: RestoreId, end: &RestoreEnd, now: i64) -> Result<Restore, CatalogError> {
    tx.execute(
        "UPDATE restores SET status = ?2, error_message = ?3, error_hint = ?4, failed_objects = ?5, checks = ?6,
             kept_database = ?7, command = coalesce(?8, command), completed_at = ?9
         WHERE id = ?1 AND status = 'processing'",
        rusqlite::params![
            id.0,
            end.status.as_str(),
            end.error_message,
            end.error_hint,
            row::to_json("failed_objects", &end.failed_objects)?,
            row::to_json("checks", &end.checks)?,
            end.kept_database,
            end.command,
            now,
        ],
    )?;
    get(tx, id)
}

/// One restore.
pub fn get(tx: &Tx, id: RestoreId) -> Result<Restore, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => restore(row),
        None => Err(CatalogError::NotFound { kind: "restore", id: id.to_string() }),
    }
}

/// The server of a restore, unless it was removed.
pub fn server(tx: &Tx, id: RestoreId) -> Result<Option<ServerId>, CatalogError> {
    let found: Option<i64> =
        tx.query_row("SELECT server_id FROM restores WHERE id = ?1", [id.0], |row| row.get(0))?;
    Ok(found.map(ServerId))
}

/// Records that the former database was put back, and the name that the restored one got.
pub fn record_undone(tx: &Tx, id: RestoreId, replaced: &str) -> Result<(), CatalogError> {
    tx.execute("UPDATE restores SET kept_database = NULL, undone_as = ?2 WHERE id = ?1", (id.0, replaced))?;
    Ok(())
}

/// Restores, newest first, and how many there are in all.
pub fn list(
    tx: &Tx,
    backup: Option<BackupId>,
    page: u32,
    limit: u32,
) -> Result<(Vec<Restore>, u64), CatalogError> {
    const WHERE: &str = "WHERE (?1 IS NULL OR backup_id = ?1)";
    let backup = backup.map(|id| id.0);
    let total = tx
        .prepare_cached(&format!("SELECT count(*) FROM restores {WHERE}"))?
        .query_row([backup], |row| row.get(0))?;
    let offset = i64::from(page.saturating_sub(1)) * i64::from(limit);
    let mut statement =
        tx.prepare_cached(&format!("{SELECT} {WHERE} ORDER BY started_at DESC, id DESC LIMIT ?2 OFFSET ?3"))?;
    Ok((row::collect(statement.query((backup, limit, offset))?, restore)?, total))
}

/// Restores that are said to go on.
pub fn active(tx: &Tx) -> Result<Vec<ActiveRestore>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, server_id, staged, coalesce(process, ''), command IS NOT NULL FROM restores WHERE status = 'processing'",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(ActiveRestore {
            id: RestoreId(row.get(0)?),
            server_id: row.get::<_, Option<i64>>(1)?.map(ServerId),
            staged: row.get(2)?,
            process: row.get(3)?,
            arrived: row.get::<_, bool>(4)?.then_some(()),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
