//! What a heartbeat has to do for a job: which slots run now, and which are recorded as missed.
//!
//! Pure over (`last_evaluated`, `now`]; consecutive evaluations therefore see each slot exactly once. The
//! scheduler writes what [`plan`] answers into the ledger, whose UNIQUE(job, scheduled_for) is the second
//! lock: when the clock is set back, [`plan`] answers nothing and continues from the new time, so that
//! slots come by a second time, and the ledger refuses to run them again.

use super::{CronSchedule, jitter_seconds};
use chrono::{DateTime, Duration, Utc};
use holdfast_types::{JobId, MissedPolicy};

/// A slot no older than this is on time. The heartbeat beats every second; a busy machine, a slow disk
/// under the catalog or a process that takes over the scheduler's lock may delay it by a minute, which is
/// no reason to call a slot missed.
pub const ON_TIME_SECONDS: i64 = 90;

/// How many missed slots of one evaluation are listed one by one; older ones are only counted.
pub const MISSED_LISTED: usize = 1000;

/// What the planner needs to know of an enabled job.
#[derive(Debug, Clone)]
pub struct PlannedJob {
    /// The job.
    pub job_id: JobId,
    /// When it runs.
    pub schedule: CronSchedule,
    /// What happens to missed slots.
    pub missed: MissedPolicy,
    /// How many of them [`MissedPolicy::Each`] runs at most.
    pub missed_limit: u32,
    /// A missed slot older than this many seconds is no longer run.
    pub grace_seconds: u64,
    /// The largest delay after a slot, in seconds.
    pub jitter_seconds: u64,
}

/// What has to be done for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Slots to run, oldest first.
    pub due: Vec<DueSlot>,
    /// Slots to record as missed, oldest first, the newest [`MISSED_LISTED`].
    pub missed: Vec<MissedSlot>,
    /// How many more slots were missed before those, a century's at most.
    pub older_missed: u64,
    /// The `last_evaluated` of the next evaluation: always `now`.
    pub evaluated_to: DateTime<Utc>,
}

/// A slot to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSlot {
    /// The slot.
    pub scheduled_for: DateTime<Utc>,
    /// The run begins at this moment or later: the jitter of the slot, counted for a catch-up from `now`,
    /// so that jobs do not all start in the moment of waking.
    pub not_before: DateTime<Utc>,
    /// Whether the slot is on time or late.
    pub trigger: DueTrigger,
}

/// Why a slot runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTrigger {
    /// Its time has come.
    Scheduled,
    /// Its time passed while nothing could run.
    CatchUp,
}

/// A slot that will not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissedSlot {
    /// The slot.
    pub scheduled_for: DateTime<Utc>,
    /// Why it will not run.
    pub reason: MissedReason,
}

/// Why a missed slot is not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissedReason {
    /// The job's policy is to skip missed slots.
    Policy,
    /// One run, for this newer slot, stands for all of them.
    Coalesced {
        /// The slot that runs.
        into: DateTime<Utc>,
    },
    /// It is older than the job's grace.
    BeyondGrace {
        /// The grace.
        grace_seconds: u64,
    },
    /// More slots were missed than the job catches up.
    BeyondLimit {
        /// How many it catches up.
        limit: u32,
    },
}

/// Decides about the slots in (`last_evaluated`, `now`].
///
/// The newest slot is on time when it is no older than [`ON_TIME_SECONDS`]; it runs whatever the policy
/// says. All others are late:
/// - `skip` records them as missed;
/// - `once` catches up the newest one within the grace if none is on time, and records the others as
///   coalesced into the one that runs, so that there are never two runs at once;
/// - `each` catches up the newest ones within the grace, `missed_limit` at most.
///
/// Slots older than the grace are missed whatever the policy. When the clock was set back nothing is
/// due, and evaluation continues from the new time.
pub fn plan(job: &PlannedJob, last_evaluated: DateTime<Utc>, now: DateTime<Utc>) -> Evaluation {
    let mut evaluation =
        Evaluation { due: Vec::new(), missed: Vec::new(), older_missed: 0, evaluated_to: now };
    if now <= last_evaluated {
        return evaluation;
    }
    // One more than is listed, for the slot that runs on time.
    let slots = job.schedule.newest_between(last_evaluated, now, MISSED_LISTED + 1);
    if slots.len() > MISSED_LISTED {
        let just_before = slots[0] - Duration::nanoseconds(1);
        evaluation.older_missed = job.schedule.count_between(last_evaluated, just_before);
    }
    let decided = decide(job, &slots, now);
    for (slot, decision) in slots.iter().zip(decided) {
        match decision {
            Decision::Run(trigger) => evaluation.due.push(due(job, *slot, trigger, now)),
            Decision::Miss(reason) => evaluation.missed.push(MissedSlot { scheduled_for: *slot, reason }),
        }
    }
    if evaluation.missed.len() > MISSED_LISTED {
        evaluation.missed.remove(0);
        evaluation.older_missed += 1;
    }
    evaluation
}

enum Decision {
    Run(DueTrigger),
    Miss(MissedReason),
}

/// One decision for each of the ascending slots.
fn decide(job: &PlannedJob, slots: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<Decision> {
    let grace = i64::try_from(job.grace_seconds).ok().and_then(Duration::try_seconds);
    let in_grace = |slot: DateTime<Utc>| grace.is_none_or(|grace| now - slot <= grace);
    let newest = slots.last().copied();
    let on_time = newest.filter(|slot| now - *slot <= Duration::seconds(ON_TIME_SECONDS));
    let runs_once = on_time.or(newest.filter(|slot| in_grace(*slot)));
    let limit = usize::try_from(job.missed_limit).unwrap_or(usize::MAX);
    let late = slots.len() - usize::from(on_time.is_some());
    let decide = |(index, slot): (usize, &DateTime<Utc>)| {
        if on_time == Some(*slot) {
            return Decision::Run(DueTrigger::Scheduled);
        }
        // A slot within the on-time span that is not the newest is not lost to the policy `skip`: the
        // newest one stands for it.
        let recent = now - *slot <= Duration::seconds(ON_TIME_SECONDS);
        match (job.missed, runs_once) {
            (MissedPolicy::Skip, Some(into)) if recent => Decision::Miss(MissedReason::Coalesced { into }),
            (MissedPolicy::Skip, _) => Decision::Miss(MissedReason::Policy),
            _ if !in_grace(*slot) && !recent => {
                Decision::Miss(MissedReason::BeyondGrace { grace_seconds: job.grace_seconds })
            }
            (MissedPolicy::Once, Some(into)) if into == *slot => Decision::Run(DueTrigger::CatchUp),
            (MissedPolicy::Once, Some(into)) => Decision::Miss(MissedReason::Coalesced { into }),
            (MissedPolicy::Each, _) if late - index <= limit => Decision::Run(DueTrigger::CatchUp),
            (MissedPolicy::Each, _) => Decision::Miss(MissedReason::BeyondLimit { limit: job.missed_limit }),
            (MissedPolicy::Once, None) => {
                Decision::Miss(MissedReason::BeyondGrace { grace_seconds: job.grace_seconds })
            }
        }
    };
    slots.iter().enumerate().map(decide).collect()
}

fn due(job: &PlannedJob, slot: DateTime<Utc>, trigger: DueTrigger, now: DateTime<Utc>) -> DueSlot {
    let seconds = jitter_seconds(job.job_id, slot, job.jitter_seconds);
    let from = match trigger {
        DueTrigger::Scheduled => slot,
        DueTrigger::CatchUp => now,
    };
    let delay = i64::try_from(seconds).ok().and_then(Duration::try_seconds);
    let not_before = delay.and_then(|delay| from.checked_add_signed(delay)).unwrap_or(from);
    DueSlot { scheduled_for: slot, not_before, trigger }
}
