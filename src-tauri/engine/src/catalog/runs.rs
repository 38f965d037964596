//! Runs: each execution of a job, from queued to its recorded end.

use super::{CatalogError, Tx, row};
use holdfast_types::{
    BackupId, BackupStatus, BackupsStanding, JobId, OperatorId, Run, RunId, RunStatus, SlotId, TriggerType,
    TrustLevel,
};
use rusqlite::{OptionalExtension, Row};

/// The columns of a run with its operator's name and its backups.
pub(super) const SELECT: &str = "SELECT runs.*, operators.name AS operator,
        (SELECT group_concat(backups.id || ' ' || CASE WHEN deleted_at IS NOT NULL THEN 'deleted'
                                                       WHEN backups.status = 'good' THEN trust ELSE backups.status END)
           FROM backups WHERE backups.run_id = runs.id) AS backups
     FROM backup_runs AS runs JOIN operators ON operators.id = runs.triggered_by_user_id";

/// A run to be recorded.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Its job.
    pub job_id: JobId,
    /// Its job's name.
    pub job_name: String,
    /// The slot that it serves.
    pub slot_id: Option<SlotId>,
    /// That slot's moment.
    pub scheduled_for: Option<i64>,
    /// What starts it.
    pub trigger: TriggerType,
    /// How it begins: queued, or one of the ends for runs that never start.
    pub status: RunStatus,
    /// When it is recorded.
    pub queued_at: i64,
    /// It starts no earlier than this.
    pub not_before: Option<i64>,
    /// Who starts it.
    pub operator: OperatorId,
    /// Which attempt at its slot it is, from 1.
    pub attempt: u32,
    /// The process that carries it out; `None` lets the holder of the scheduler lock take it.
    pub process: Option<String>,
    /// Why it never starts.
    pub error_message: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Default)]
pub struct RunEnd {
    /// Why it did not complete.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// The first backup.
    pub backup_id: Option<BackupId>,
    /// Bytes of all its backups.
    pub backup_size_bytes: Option<u64>,
    /// The first backup's folder.
    pub backup_filepath: Option<String>,
}

/// A run that waits, or that a process works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveRun {
    /// Which.
    pub id: RunId,
    /// Of which job; `None` when the job was removed meanwhile.
    pub job_id: Option<JobId>,
    /// How it stands.
    pub status: RunStatus,
    /// What starts it.
    pub trigger: TriggerType,
    /// It starts no earlier than this.
    pub not_before: Option<i64>,
    /// Its slot's moment.
    pub scheduled_for: Option<i64>,
    /// The process that carries it out.
    pub process: Option<String>,
    /// Whether an operator asked for its end.
    pub cancel_requested: bool,
}

pub(super) fn run(row: &Row<'_>) -> Result<Run, CatalogError> {
    // Each as its id and how it stands.
    let left = row.get::<_, Option<String>>("backups")?.unwrap_or_default();
    let (ids, standings): (Vec<&str>, Vec<&str>) =
        left.split(',').filter_map(|backup| backup.split_once(' ')).unzip();
    Ok(Run {
        id: RunId(row.get("id")?),
        job: row.get("job_name")?,
        job_id: row.get::<_, Option<i64>>("job_id")?.map(JobId),
        backup_id: row.get::<_, Option<i64>>("backup_id")?.map(BackupId),
        trigger_type: row::word(row, "trigger_type", TriggerType::parse)?,
        status: row::word(row, "status", RunStatus::parse)?,
        scheduled_for: row::time(row, "scheduled_for")?,
        queued_at: row::time_required(row, "queued_at")?,
        not_before: row::time(row, "not_before")?,
        started_at: row::time(row, "started_at")?,
        completed_at: row::time(row, "completed_at")?,
        error_message: row.get("error_message")?,
        error_hint: row.get("error_hint")?,
        backup_size_bytes: row.get("backup_size_bytes")?,
        backup_filepath: row.get("backup_filepath")?,
        triggered_by_user_id: OperatorId(row.get("triggered_by_user_id")?),
        triggered_by: row.get("operator")?,
        attempt: row.get("attempt")?,
        server_version: row.get("server_version")?,
        tool_version: row.get("tool_version")?,
        backups: ids.into_iter().filter_map(|id| id.parse().ok().map(BackupId)).collect(),
        standing: standing(&standings),
    })
}

/// The worst of the backups: each a level of trust, the word of a status, or `deleted`.
fn standing(words: &[&str]) -> Option<BackupsStanding> {
    let broken = [BackupStatus::Damaged, BackupStatus::Missing];
    if let Some(worst) = broken.into_iter().find(|status| words.contains(&status.as_str())) {
        return Some(BackupsStanding::Broken(worst));
    }
    match words.iter().filter_map(|word| TrustLevel::from_rank(word.parse().ok()?)).min() {
        Some(least) => Some(BackupsStanding::Proven(least)),
        None => words.contains(&"deleted").then_some(BackupsStanding::Deleted),
    }
}

/// One run.
pub fn get(tx: &Tx, id: RunId) -> Result<Run, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE runs.id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => run(row),
        None => Err(CatalogError::NotFound { kind: "run", id: id.to_string() }),
    }
}

/// Records a run.
pub fn insert(tx: &Tx, new: &NewRun) -> Result<RunId, CatalogError> {
    let ended = (!new.status.is_active()).then_some(new.queued_at);
    tx.prepare_cached(
        "INSERT INTO backup_runs (job_id, job_name, slot_id, trigger_type, status, scheduled_for, queued_at,
             not_before, completed_at, error_message, triggered_by_user_id, attempt, process)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(rusqlite::params![
        new.job_id.0,
        new.job_name,
        new.slot_id.map(|slot| slot.0),
        new.trigger.as_str(),
        new.status.as_str(),
        new.scheduled_for,
        new.queued_at,
        new.not_before,
        ended,
        new.error_message,
        new.operator.0,
        new.attempt,
        new.process,
    ])?;
    Ok(RunId(tx.last_insert_rowid()))
}

/// Moves a queued run to processing for `process`. Returns whether it was still queued.
pub fn begin(tx: &Tx, id: RunId, process: &str, now: i64) -> Result<bool, CatalogError> {
    let changed = tx.execute(
        "UPDATE backup_runs SET status = 'processing', started_at = ?2, process = ?3
         WHERE id = ?1 AND status = 'queued'",
        (id.0, now, process),
    )?;
    if changed == 1 {
        tx.execute(
            "UPDATE slots SET state = 'run' WHERE id = (SELECT slot_id FROM backup_runs WHERE id = ?1)",
            [id.0],
        )?;
    }
    Ok(changed == 1)
}

/// Records a run's end. Returns whether it was still active: an end is recorded once.
pub fn finish(tx: &Tx, id: RunId, status: RunStatus, end: &RunEnd, now: i64) -> Result<bool, CatalogError> {
    let changed = tx.execute(
        "UPDATE backup_runs SET status = ?2, completed_at = ?3, error_message = ?4, error_hint = ?5,
             backup_id = ?6, backup_size_bytes = ?7, backup_filepath = ?8
         WHERE id = ?1 AND status IN ('queued', 'processing')",
        rusqlite::params![
            id.0,
            status.as_str(),
            now,
            end.error_message,
            end.error_hint,
            end.backup_id.map(|backup| backup.0),
            end.backup_size_bytes,
            end.backup_filepath,
        ],
    )?;
    if changed == 1 && matches!(status, RunStatus::Skipped | RunStatus::Missed) {
        tx.execute(
            "UPDATE slots SET state = ?2, reason = ?3
             WHERE id = (SELECT slot_id FROM backup_runs WHERE id = ?1)",
            (id.0, status.as_str(), &end.error_message),
        )?;
    }
    Ok(changed == 1)
}

/// Records the end of a run that nobody has begun. Returns whether that was still so.
pub fn finish_queued(
    tx: &Tx,
    id: RunId,
    status: RunStatus,
    end: &RunEnd,
    now: i64,
) -> Result<bool, CatalogError> {
    let waits =
        tx.prepare_cached("SELECT 1 FROM backup_runs WHERE id = ?1 AND status = 'queued'")?.exists([id.0])?;
    Ok(waits && finish(tx, id, status, end, now)?)
}

/// Records the end of a run for the process that carries it out. Returns whether it was still active and not
/// another process's.
pub fn finish_own(
    tx: &Tx,
    id: RunId,
    process: &str,
    status: RunStatus,
    end: &RunEnd,
    now: i64,
) -> Result<bool, CatalogError> {
    let own = tx
        .prepare_cached("SELECT 1 FROM backup_runs WHERE id = ?1 AND (status = 'queued' OR process = ?2)")?
        .exists((id.0, process))?;
    Ok(own && finish(tx, id, status, end, now)?)
}

/// Ends what is queued for a job as cancelled, because the job goes. Returns how many runs that were.
pub fn cancel_queued(tx: &Tx, job: JobId, reason: &str, now: i64) -> Result<usize, CatalogError> {
    Ok(tx.execute(
        "UPDATE backup_runs SET status = 'cancelled', completed_at = ?2, error_message = ?3
         WHERE job_id = ?1 AND status = 'queued'",
        (job.0, now, reason),
    )?)
}

/// When a job's runs last left it free: the newest end of a run that was carried out.
pub fn last_end(tx: &Tx, job: JobId) -> Result<Option<i64>, CatalogError> {
    // Of the newest thousand: runs of one job end nearly in the order in which they were recorded.
    Ok(tx.query_row(
        "SELECT max(completed_at) FROM (SELECT completed_at, started_at FROM backup_runs
                                        WHERE job_id = ?1 ORDER BY queued_at DESC, id DESC LIMIT 1000)
         WHERE started_at IS NOT NULL",
        [job.0],
        |row| row.get(0),
    )?)
}

/// Records which versions a run met.
pub fn record_versions(tx: &Tx, id: RunId, server: &str, tool: &str) -> Result<(), CatalogError> {
    tx.execute(
        "UPDATE backup_runs SET server_version = ?2, tool_version = ?3 WHERE id = ?1",
        (id.0, server, tool),
    )?;
    Ok(())
}

/// Asks for the end of a run, whichever process carries it out. Returns whether it was still active.
pub fn request_cancel(tx: &Tx, id: RunId) -> Result<bool, CatalogError> {
    Ok(tx.execute(
        "UPDATE backup_runs SET cancel_requested = 1 WHERE id = ?1 AND status IN ('queued', 'processing')",
        [id.0],
    )? == 1)
}

/// All runs that are queued or going on, oldest first.
pub fn active(tx: &Tx) -> Result<Vec<ActiveRun>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, job_id, status, trigger_type, not_before, scheduled_for, process, cancel_requested
         FROM backup_runs
         WHERE status IN ('queued', 'processing') ORDER BY coalesce(not_before, queued_at), id",
    )?;
    row::collect(statement.query([])?, |row| {
        Ok(ActiveRun {
            id: RunId(row.get("id")?),
            job_id: row.get::<_, Option<i64>>("job_id")?.map(JobId),
            status: row::word(row, "status", RunStatus::parse)?,
            trigger: row::word(row, "trigger_type", TriggerType::parse)?,
            not_before: row.get("not_before")?,
            scheduled_for: row.get("scheduled_for")?,
            process: row.get("process")?,
            cancel_requested: row.get("cancel_requested")?,
        })
    })
}

/// The slot of a run, for its retries.
pub fn slot(tx: &Tx, id: RunId) -> Result<Option<SlotId>, CatalogError> {
    Ok(tx
        .query_row("SELECT slot_id FROM backup_runs WHERE id = ?1", [id.0], |row| {
            row.get::<_, Option<i64>>(0)
        })
        .optional()?
        .flatten()
        .map(SlotId))
}

/// The newest run of all.
pub fn newest(tx: &Tx) -> Result<Option<Run>, CatalogError> {
    let sql = format!("{SELECT} ORDER BY runs.queued_at DESC, runs.id DESC LIMIT 1");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    rows.next()?.map(run).transpose()
}

/// The newest run of a job that began or ended. One that is queued has done neither: a retry that waits would hide
/// why it is needed.
pub fn newest_begun(tx: &Tx, job: JobId) -> Result<Option<Run>, CatalogError> {
    let mut statement = tx.prepare_cached(&format!(
        "{SELECT} WHERE runs.job_id = ?1 AND runs.status <> 'queued'
         ORDER BY runs.queued_at DESC, runs.id DESC LIMIT 1"
    ))?;
    let mut rows = statement.query([job.0])?;
    rows.next()?.map(run).transpose()
}

/// The highest id of a run; 0 before the first.
pub fn newest_id(tx: &Tx) -> Result<RunId, CatalogError> {
    let mut statement = tx.prepare_cached("SELECT coalesce(max(id), 0) FROM backup_runs")?;
    Ok(RunId(statement.query_row([], |row| row.get(0))?))
}

/// How long the newest completed run of a job took, and how many bytes it left: the basis of an estimate.
pub fn last_completed(tx: &Tx, job: JobId) -> Result<Option<(i64, u64)>, CatalogError> {
    Ok(tx
        .query_row(
            "SELECT completed_at - started_at, coalesce(backup_size_bytes, 0) FROM backup_runs
             WHERE job_id = ?1 AND status = 'completed' ORDER BY queued_at DESC LIMIT 1",
            [job.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?)
}

/// Deletes the records of runs that ended before `cutoff`, 500 at most, and returns how many.
/// The newest run of each job stays, so that "last run" is never empty.
pub fn purge(tx: &Tx, cutoff: i64) -> Result<usize, CatalogError> {
    Ok(tx.execute(
        "DELETE FROM backup_runs WHERE id IN (
             SELECT id FROM backup_runs AS old
             WHERE queued_at < ?1 AND status NOT IN ('queued', 'processing')
               AND EXISTS (SELECT 1 FROM backup_runs AS later
                           WHERE later.job_name = old.job_name AND later.queued_at > old.queued_at)
             LIMIT 500)",
        [cutoff],
    )?)
}

/// The newest run of a job that was carried out and ended: neither skipped nor missed, which say nothing of
/// whether its server and repository work.
pub fn newest_ended(tx: &Tx, job: JobId) -> Result<Option<Run>, CatalogError> {
    let mut statement = tx.prepare_cached(&format!(
        "{SELECT} WHERE runs.job_id = ?1 AND runs.status IN ('completed', 'failed', 'interrupted')
         ORDER BY runs.queued_at DESC, runs.id DESC LIMIT 1"
    ))?;
    let mut rows = statement.query([job.0])?;
    rows.next()?.map(run).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{jobs, servers, testing};
    use holdfast_types::{Connection, DatabaseSelection, JobSpec};

    #[test]
    fn a_run_is_trusted_as_far_as_the_worst_of_its_backups() {
        assert_eq!(
            standing(&["4", "2", "deleted"]),
            Some(BackupsStanding::Proven(TrustLevel::L2)),
            "no more than the least"
        );
        let broken = Some(BackupsStanding::Broken(BackupStatus::Damaged));
        assert_eq!(standing(&["4", "damaged"]), broken, "a good one beside it does not mend it");
        assert_eq!(
            standing(&["deleted", "deleted"]),
            Some(BackupsStanding::Deleted),
            "what is gone proves nothing"
        );
        assert_eq!(standing(&[]), None, "nothing is nothing");
    }

    #[test]
    fn a_run_that_another_process_has_begun_is_ended_by_that_process_only() {
        let (_dir, catalog) = testing::empty();
        let end = RunEnd::default();
        catalog
            .write(|tx| {
                let server = servers::insert(tx, "s", &Connection::default(), 0)?;
                let spec = JobSpec::new("j".into(), server, DatabaseSelection::All, "UTC".into());
                let new = NewRun {
                    job_id: jobs::insert(tx, &spec, 0)?,
                    job_name: "j".into(),
                    slot_id: None,
                    scheduled_for: None,
                    trigger: TriggerType::Scheduled,
                    status: RunStatus::Queued,
                    queued_at: 1,
                    not_before: None,
                    operator: OperatorId::SYSTEM,
                    attempt: 1,
                    process: None,
                    error_message: None,
                };
                let run = insert(tx, &new)?;
                assert!(begin(tx, run, "theirs", 2)?, "it was queued");
                let skipped = finish_own(tx, run, "ours", RunStatus::Skipped, &end, 3)?;
                assert!(!skipped, "a run that goes on elsewhere must not be called skipped");
                let cancelled = finish_queued(tx, run, RunStatus::Cancelled, &end, 3)?;
                assert!(!cancelled, "it is no longer queued");
                assert_eq!(get(tx, run)?.status, RunStatus::Processing, "it goes on");
                assert!(finish_own(tx, run, "theirs", RunStatus::Completed, &end, 4)?, "its own process may");
                let next = insert(tx, &new)?;
                assert!(
                    finish_own(tx, next, "ours", RunStatus::Skipped, &end, 5)?,
                    "nobody has begun this one"
                );
                Ok(())
            })
            .expect("the catalog takes runs");
    }
    #[test]
    fn a_retry_that_waits_does_not_hide_the_failure_before_it() {
        let (_dir, catalog) = testing::empty();
        let newest = catalog.write(|tx| {
            let server = servers::insert(tx, "s", &Connection::default(), 0)?;
            let spec = JobSpec::new("j".into(), server, DatabaseSelection::All, "UTC".into());
            let job = jobs::insert(tx, &spec, 0)?;
            let new = |status, queued_at| NewRun {
                job_id: job,
                job_name: "j".into(),
                slot_id: None,
                scheduled_for: None,
                trigger: TriggerType::Scheduled,
                status,
                queued_at,
                not_before: None,
                operator: OperatorId::SYSTEM,
                attempt: 1,
                process: None,
                error_message: None,
            };
            let failed = insert(tx, &new(RunStatus::Failed, 1))?;
            insert(tx, &new(RunStatus::Queued, 2))?;
            Ok((newest_begun(tx, job)?.map(|run| run.id), failed))
        });
        let (newest, failed) = newest.expect("the catalog takes runs");
        assert_eq!(newest, Some(failed), "the list would show no failure while one waits to be repeated");
    }
}
