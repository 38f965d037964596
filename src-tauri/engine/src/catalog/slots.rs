//! Slots: the ledger of planned moments. `UNIQUE(job_id, scheduled_for)` makes each run at most once.

use super::{CatalogError, Tx};
use holdfast_types::{JobId, SlotId};

/// How a slot ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    /// A run was queued for it.
    Planned,
    /// Its run began.
    Run,
    /// It passed unserved.
    Missed,
    /// Its run did not start because another was going on.
    Skipped,
}

impl SlotState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Run => "run",
            Self::Missed => "missed",
            Self::Skipped => "skipped",
        }
    }
}

/// Enters a slot into the ledger; `None` if it is there already, in which case nothing may run for it.
pub fn claim(
    tx: &Tx,
    job: JobId,
    scheduled_for: i64,
    state: SlotState,
    reason: Option<&str>,
    now: i64,
) -> Result<Option<SlotId>, CatalogError> {
    let added = tx.execute(
        "INSERT INTO slots (job_id, scheduled_for, state, reason, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (job_id, scheduled_for) DO NOTHING",
        (job.0, scheduled_for, state.as_str(), reason, now),
    )?;
    Ok((added == 1).then(|| SlotId(tx.last_insert_rowid())))
}

/// Records what became of a slot.
pub fn settle(tx: &Tx, slot: SlotId, state: SlotState, reason: Option<&str>) -> Result<(), CatalogError> {
    tx.execute("UPDATE slots SET state = ?2, reason = ?3 WHERE id = ?1", (slot.0, state.as_str(), reason))?;
    Ok(())
}

/// Deletes slots from before `cutoff`, 500 at most, and returns how many. Those stay that a run refers to, and
/// those past the moment to which their job was evaluated: they may come by again.
pub fn purge(tx: &Tx, cutoff: i64) -> Result<usize, CatalogError> {
    Ok(tx.execute(
        "DELETE FROM slots WHERE id IN (
             SELECT slots.id FROM jobs JOIN slots ON slots.job_id = jobs.id
             WHERE slots.scheduled_for < min(?1, jobs.last_evaluated_at)
               AND NOT EXISTS (SELECT 1 FROM backup_runs WHERE backup_runs.slot_id = slots.id)
             LIMIT 500)",
        [cutoff],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{jobs, servers, testing};
    use holdfast_types::{Connection, DatabaseSelection, JobSpec};

    #[test]
    fn a_slot_is_claimed_once_only() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                let server = servers::insert(tx, "s", &Connection::default(), 0)?;
                let spec = JobSpec::new("j".into(), server, DatabaseSelection::All, "UTC".into());
                let job = jobs::insert(tx, &spec, 0)?;
                let first = claim(tx, job, 1000, SlotState::Planned, None, 1)?;
                let second = claim(tx, job, 1000, SlotState::Planned, None, 2)?;
                assert!(first.is_some(), "a new slot must be runnable");
                assert!(second.is_none(), "a second claim would run the slot twice");
                Ok(())
            })
            .expect("the catalog takes slots");
    }

    #[test]
    fn only_slots_that_cannot_come_by_again_are_purged() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                let server = servers::insert(tx, "s", &Connection::default(), 0)?;
                let spec = JobSpec::new("j".into(), server, DatabaseSelection::All, "UTC".into());
                // Evaluated up to 2000: the clock was set back.
                let job = jobs::insert(tx, &spec, 2000)?;
                let state = SlotState::Missed;
                for at in [1000, 1500, 2500, 9000] {
                    claim(tx, job, at, state, None, 1)?;
                }
                let run =
                    "INSERT INTO backup_runs (job_id, job_name, slot_id, trigger_type, status, queued_at)
                           SELECT job_id, 'j', id, 'scheduled', 'completed', 1 FROM slots
                           WHERE scheduled_for = 1500";
                tx.execute(run, [])?;
                assert_eq!(purge(tx, 5000)?, 1, "the ledger would grow without end");
                assert!(claim(tx, job, 1000, state, None, 3)?.is_some(), "the oldest is gone");
                assert!(claim(tx, job, 1500, state, None, 3)?.is_none(), "its run is still shown");
                assert!(claim(tx, job, 2500, state, None, 3)?.is_none(), "it would run a second time");
                assert!(claim(tx, job, 9000, state, None, 3)?.is_none(), "it is younger than the history");
                Ok(())
            })
            .expect("the catalog takes slots");
    }
}
