//! What the overview's calendar and charts read: runs by day.

use super::{CatalogError, Tx, row};
use holdfast_types::{DayStats, JobId, RunId, RunStatus, TriggerType};

/// One attempt at a slot as the calendar needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRun {
    /// Which.
    pub id: RunId,
    /// Whose.
    pub job_id: JobId,
    /// The slot that it serves.
    pub slot: i64,
    /// How it stands.
    pub status: RunStatus,
    /// What started it.
    pub trigger: TriggerType,
    /// Why it is not plain success.
    pub reason: Option<String>,
}

/// The attempts at slots of present jobs since a moment, oldest first; at most 20,000, the newest ones. What was run
/// by hand serves no slot.
pub fn calendar(tx: &Tx, since: i64) -> Result<Vec<CalendarRun>, CatalogError> {
    let mut statement = tx.prepare_cached(
        // Everything but the reasons of what did not complete comes from the index.
        "SELECT runs.id, job_id, scheduled_for, status, trigger_type,
                CASE WHEN status = 'completed' THEN NULL
                     ELSE (SELECT error_message FROM backup_runs AS one WHERE one.id = runs.id) END AS error_message
         FROM backup_runs AS runs INDEXED BY runs_newest
         WHERE queued_at >= ?1 AND job_id IS NOT NULL AND scheduled_for IS NOT NULL AND trigger_type <> 'manual'
         ORDER BY queued_at DESC, runs.id DESC LIMIT 20000",
    )?;
    let mut runs = row::collect(statement.query([since])?, |row| {
        Ok(CalendarRun {
            id: RunId(row.get("id")?),
            job_id: JobId(row.get("job_id")?),
            slot: row.get("scheduled_for")?,
            status: row::word(row, "status", RunStatus::parse)?,
            trigger: row::word(row, "trigger_type", TriggerType::parse)?,
            reason: row.get("error_message")?,
        })
    })?;
    runs.reverse();
    Ok(runs)
}

/// Sums by UTC day since a day (days since 1970), of one job or of all, oldest first; days without runs are left out.
pub fn days(tx: &Tx, job: Option<JobId>, first_day: i64) -> Result<Vec<DayStats>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT day,
                sum(CASE WHEN status = 'completed' THEN runs ELSE 0 END) AS completed,
                sum(CASE WHEN status IN ('failed', 'interrupted') THEN runs ELSE 0 END) AS failed,
                sum(CASE WHEN status = 'completed' THEN duration_ms ELSE 0 END) AS duration_ms,
                sum(bytes) AS bytes
         FROM run_days WHERE day >= ?1 AND (?2 IS NULL OR job_id = ?2) GROUP BY day ORDER BY day",
    )?;
    row::collect(statement.query((first_day, job.map(|job| job.0)))?, |row| {
        let completed: u64 = row.get("completed")?;
        let duration: i64 = row.get("duration_ms")?;
        let day: i64 = row.get("day")?;
        Ok(DayStats {
            date: crate::time::moment(day * 86_400_000).format("%Y-%m-%d").to_string(),
            completed,
            failed: row.get("failed")?,
            average_duration_seconds: (completed > 0).then(|| duration as f64 / completed as f64 / 1000.0),
            bytes: row.get("bytes")?,
        })
    })
}
