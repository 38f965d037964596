//! When a beat has nothing to decide: nobody wrote since the last decision, and nothing comes due before its end.
//!
//! A machine in the tray beats 86,400 times a day, and its schedule changes the world a few times.

use super::outlook;
use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::runs::{self, ActiveRun};
use crate::catalog::{CatalogError, Tx};
use holdfast_types::RunStatus;

/// The longest calm, in milliseconds: what it might overlook waits no longer than this.
const LONGEST: i64 = 60_000;

/// A time in which the schedule need not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Calm {
    /// What the catalog's version was before it was looked at.
    version: i64,
    from: i64,
    until: i64,
}

impl Calm {
    /// After a look at `from` that came upon `version`, as far as nothing comes due: at most up to `until`.
    fn after(version: i64, from: i64, until: Option<i64>) -> Self {
        let longest = from.saturating_add(LONGEST);
        Self { version, from, until: until.map_or(longest, |until| until.min(longest)) }
    }

    /// Of a process that carries out no schedule.
    pub(super) fn without_schedule(version: i64, from: i64) -> Self {
        Self::after(version, from, None)
    }

    /// Of the process that carries out the schedule.
    pub(super) fn of_schedule(tx: &Tx, version: i64, from: i64) -> Result<Self, CatalogError> {
        Ok(Self::after(version, from, due(&jobs::list(tx)?, &runs::active(tx)?, from)))
    }

    /// Whether it still lasts. A clock that was set back ends it, too.
    pub(super) fn lasts(&self, version: i64, now: i64) -> bool {
        self.version == version && (self.from..self.until).contains(&now)
    }
}

/// When something comes due next: a job's slot, or a queued run.
fn due(jobs: &[StoredJob], active: &[ActiveRun], now: i64) -> Option<i64> {
    let slot = outlook::earliest(jobs, now).map(|(at, ..)| at.timestamp_millis());
    let queued = active.iter().filter(|run| run.status == RunStatus::Queued && run.process.is_none());
    queued.map(|run| run.not_before.unwrap_or(now)).chain(slot).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{JobId, RunId, TriggerType};

    fn queued(not_before: Option<i64>) -> ActiveRun {
        ActiveRun {
            id: RunId(1),
            job_id: Some(JobId(1)),
            status: RunStatus::Queued,
            trigger: TriggerType::Scheduled,
            not_before,
            scheduled_for: None,
            process: None,
            cancel_requested: false,
        }
    }

    #[test]
    fn a_calm_ends_with_a_write_with_what_comes_due_and_with_a_clock_that_was_set_back() {
        let calm = Calm::after(7, 1_000, Some(5_000));
        assert!(calm.lasts(7, 1_000) && calm.lasts(7, 4_999), "nothing happened");
        assert!(!calm.lasts(8, 2_000), "somebody wrote: a job may have changed");
        assert!(!calm.lasts(7, 5_000), "a slot that comes must not wait");
        assert!(!calm.lasts(7, 999), "the slots are counted anew from where the clock is");
        assert!(!Calm::without_schedule(7, 0).lasts(7, LONGEST), "no error may outlast a minute");
    }

    #[test]
    fn a_queued_run_ends_the_calm_at_its_moment() {
        assert_eq!(due(&[], &[], 10), None, "nothing is planned");
        assert_eq!(due(&[], &[queued(Some(90)), queued(Some(50))], 10), Some(50), "the first that is due");
        assert_eq!(due(&[], &[queued(None)], 10), Some(10), "it waits for a place or for its job");
        let running = ActiveRun { process: Some("p".into()), ..queued(None) };
        assert_eq!(due(&[], &[running], 10), None, "its end is written, and that is seen");
    }
}
