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
}
