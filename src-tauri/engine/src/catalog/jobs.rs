//! Jobs: the operator's decisions as JSON, with the columns that the scheduler and the lists ask for.

use super::error::is_unique_violation;
use super::{CatalogError, Tx, job_databases, row};
use holdfast_types::{Job, JobId, JobPurpose, JobSpec, Schedule, ServerId};
use rusqlite::{OptionalExtension, Row};

/// A job with what the scheduler remembers of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredJob {
    /// The job.
    pub job: Job,
    /// Its server's name.
    pub server_name: String,
    /// Slots up to this moment are in the ledger.
    pub last_evaluated_at: i64,
    /// From when on it may be called overdue.
    pub enabled_since: i64,
}

const SELECT: &str = "SELECT jobs.*, servers.name AS server_name FROM jobs
                      JOIN servers ON servers.id = jobs.server_id";

fn stored(row: &Row<'_>) -> Result<StoredJob, CatalogError> {
    let mut spec: JobSpec = row::json(row, "spec")?;
    // The columns are the truth for what they hold.
    spec.name = row.get("name")?;
    spec.server_id = ServerId(row.get("server_id")?);
    spec.enabled = row.get("enabled")?;
    Ok(StoredJob {
        job: Job {
            id: JobId(row.get("id")?),
            spec,
            purpose: row::word(row, "purpose", JobPurpose::parse)?,
            created_at: row::time_required(row, "created_at")?,
            updated_at: row::time_required(row, "updated_at")?,
        },
        server_name: row.get("server_name")?,
        last_evaluated_at: row.get("last_evaluated_at")?,
        enabled_since: row.get("enabled_since")?,
    })
}

/// All jobs by name.
pub fn list(tx: &Tx) -> Result<Vec<StoredJob>, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY jobs.name COLLATE NOCASE"))?;
    row::collect(statement.query([])?, stored)
}

/// The operators' own jobs by name: those that protect something.
pub fn ordinary(tx: &Tx) -> Result<Vec<StoredJob>, CatalogError> {
    let mut all = list(tx)?;
    all.retain(|stored| stored.job.purpose == JobPurpose::Ordinary);
    Ok(all)
}

/// One job.
pub fn get(tx: &Tx, id: JobId) -> Result<StoredJob, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE jobs.id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => stored(row),
        None => Err(CatalogError::NotFound { kind: "job", id: id.to_string() }),
    }
}

/// The id of the job of that name.
pub fn find(tx: &Tx, name: &str) -> Result<Option<JobId>, CatalogError> {
    Ok(tx.query_row("SELECT id FROM jobs WHERE name = ?1", [name], |row| row.get(0)).optional()?.map(JobId))
}

/// Adds an operator's job; its slots count from `now` on.
pub fn insert(tx: &Tx, spec: &JobSpec, now: i64) -> Result<JobId, CatalogError> {
    insert_for(tx, JobPurpose::Ordinary, spec, now)
}

/// Adds a job for a purpose.
pub fn insert_for(tx: &Tx, purpose: JobPurpose, spec: &JobSpec, now: i64) -> Result<JobId, CatalogError> {
    tx.execute(
        "INSERT INTO jobs (name, server_id, enabled, spec, purpose, last_evaluated_at, enabled_since, created_at,
                           updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6, ?6)",
        (
            &spec.name,
            spec.server_id.0,
            spec.enabled,
            row::to_json("spec", spec)?,
            purpose.as_str(),
            now,
        ),
    )
    .map_err(|error| taken(error, &spec.name))?;
    Ok(JobId(tx.last_insert_rowid()))
}

/// Changes a job. A new schedule, or one that was turned on again, counts its slots from `now` on; on another
/// server it can be overdue only from then on.
pub fn update(tx: &Tx, id: JobId, spec: &JobSpec, now: i64) -> Result<(), CatalogError> {
    let before = get(tx, id)?;
    let rescheduled = before.job.spec.schedule != spec.schedule || (spec.enabled && !before.job.spec.enabled);
    let moved = before.job.spec.server_id != spec.server_id;
    if moved {
        job_databases::forget(tx, id)?;
    }
    let evaluated = if rescheduled { now } else { before.last_evaluated_at };
    let since = if rescheduled || moved { now } else { before.enabled_since };
    tx.execute(
        "UPDATE jobs SET name = ?2, server_id = ?3, enabled = ?4, spec = ?5, last_evaluated_at = ?6,
                         enabled_since = ?7, updated_at = ?8
         WHERE id = ?1",
        (
            id.0,
            &spec.name,
            spec.server_id.0,
            spec.enabled,
            row::to_json("spec", spec)?,
            evaluated,
            since,
            now,
        ),
    )
    .map_err(|error| taken(error, &spec.name))?;
    Ok(())
}

/// Records that the slots up to `evaluated` are in the ledger, unless the schedule changed meanwhile.
/// Returns whether it was recorded.
pub fn record_evaluated(
    tx: &Tx,
    id: JobId,
    schedule: &Schedule,
    evaluated: i64,
) -> Result<bool, CatalogError> {
    let current = match get(tx, id) {
        Ok(job) => job,
        Err(CatalogError::NotFound { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    if current.job.spec.schedule != *schedule || !current.job.spec.enabled {
        return Ok(false);
    }
    tx.execute("UPDATE jobs SET last_evaluated_at = ?2 WHERE id = ?1", (id.0, evaluated))?;
    Ok(true)
}

/// Removes a job. Its runs and backups stay, under its name.
pub fn delete(tx: &Tx, id: JobId) -> Result<(), CatalogError> {
    tx.execute("DELETE FROM jobs WHERE id = ?1", [id.0])?;
    Ok(())
}

fn taken(error: rusqlite::Error, name: &str) -> CatalogError {
    if is_unique_violation(&error) {
        CatalogError::NameTaken { kind: "job", name: name.to_owned() }
    } else {
        error.into()
    }
}
