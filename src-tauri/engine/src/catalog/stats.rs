//! Statistics: sums over the days, so that a million runs cost no more than a thousand.

use super::{CatalogError, Tx};
use holdfast_types::{JobId, Stats};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

#[derive(Default)]
struct Sums {
    completed: u64,
    completed_ms: i64,
    longest_ms: i64,
    failed: u64,
    cancelled: u64,
    skipped: u64,
    missed: u64,
    interrupted: u64,
}

/// The statistics of a job, or of all, over runs recorded since `since`. The space left is filled in by the caller.
pub fn get(tx: &Tx, job: Option<JobId>, since: Option<i64>) -> Result<Stats, CatalogError> {
    let job = job.map(|id| id.0);
    let mut sums = Sums::default();
    let first_whole_day = since.map(|since| since.div_euclid(DAY) + i64::from(since.rem_euclid(DAY) != 0));
    add(
        &mut sums,
        tx,
        "SELECT status, sum(runs), sum(duration_ms), max(longest_ms) FROM run_days
         WHERE (?1 IS NULL OR job_id = ?1) AND (?2 IS NULL OR day >= ?2) AND ?3 IS NULL GROUP BY status",
        (job, first_whole_day, None),
    )?;
    if let (Some(since), Some(first)) = (since, first_whole_day)
        && first * DAY > since
    {
        add(
            &mut sums,
            tx,
            "SELECT status, count(*), sum(coalesce(completed_at - started_at, 0)),
                    max(coalesce(completed_at - started_at, 0)) FROM backup_runs
             WHERE (?1 IS NULL OR job_id = ?1) AND queued_at >= ?2 AND queued_at < ?3 GROUP BY status",
            (job, Some(since), Some(first * DAY)),
        )?;
    }
    let (backup_count, space_used_bytes) = tx
        .prepare_cached(
            "SELECT count(*), coalesce(sum(size_bytes), 0) FROM backups
             WHERE deleted_at IS NULL AND status <> 'missing' AND (?1 IS NULL OR job_id = ?1)",
        )?
        .query_row([job], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let failed = sums.failed + sums.interrupted;
    let total = sums.completed + failed;
    Ok(Stats {
        total,
        successful: sums.completed,
        failed,
        interrupted: sums.interrupted,
        cancelled: sums.cancelled,
        skipped: sums.skipped,
        missed: sums.missed,
        success_rate: (total > 0).then(|| sums.completed as f64 / total as f64),
        average_duration_seconds: (sums.completed > 0)
            .then(|| sums.completed_ms as f64 / sums.completed as f64 / 1000.0),
        longest_duration_seconds: (sums.completed > 0).then(|| sums.longest_ms as f64 / 1000.0),
        space_used_bytes,
        backup_count,
        space_free_bytes: None,
    })
}

fn add(
    sums: &mut Sums,
    tx: &Tx,
    sql: &str,
    params: (Option<i64>, Option<i64>, Option<i64>),
) -> Result<(), CatalogError> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let status: String = row.get(0)?;
        let count: u64 = row.get(1)?;
        let place = match status.as_str() {
            "completed" => {
                sums.completed_ms += row.get::<_, i64>(2)?;
                sums.longest_ms = sums.longest_ms.max(row.get(3)?);
                &mut sums.completed
            }
            "failed" => &mut sums.failed,
            "cancelled" => &mut sums.cancelled,
            "skipped" => &mut sums.skipped,
            "missed" => &mut sums.missed,
            "interrupted" => &mut sums.interrupted,
            _ => continue,
        };
        *place += count;
    }
    Ok(())
}
