//! The calendar of slots: a row a job, a cell a day in the job's zone. It does not count what was run by hand.

use crate::catalog::jobs::StoredJob;
use crate::catalog::overview::CalendarRun;
use crate::schedule::{CronSchedule, find_zone};
use crate::time;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use holdfast_types::{CalendarCell, CalendarRow, CellState, JobId};
use std::collections::{BTreeMap, HashMap};

/// The rows of these jobs. Of the attempts at a slot the newest decides, of the slots of a day the worst. The runs
/// come oldest first.
pub fn calendar(stored: &[StoredJob], runs: &[CalendarRun], days: u32, now: i64) -> Vec<CalendarRow> {
    let mut by_job: HashMap<JobId, BTreeMap<i64, Slot<'_>>> = HashMap::new();
    for run in runs {
        by_job
            .entry(run.job_id)
            .or_default()
            .entry(run.slot)
            .and_modify(|slot| *slot = Slot { newest: run, attempts: slot.attempts + 1 })
            .or_insert(Slot { newest: run, attempts: 1 });
    }
    stored
        .iter()
        .map(|stored| {
            let spec = &stored.job.spec;
            let zone = find_zone(&spec.schedule.timezone).unwrap_or(Tz::UTC);
            let local = |millis: i64| time::moment(millis).with_timezone(&zone).date_naive();
            let today = local(now);
            let first = today.checked_sub_days(Days::new(u64::from(days) - 1)).unwrap_or(today);
            let mut cells: Vec<CalendarCell> = first.iter_days().take(days as usize).map(empty).collect();
            for (at, slot) in by_job.get(&stored.job.id).into_iter().flatten() {
                let index = (local(*at) - first).num_days();
                if let Some(cell) = usize::try_from(index).ok().and_then(|index| cells.get_mut(index)) {
                    merge(cell, slot);
                }
            }
            CalendarRow {
                job_id: stored.job.id,
                job: spec.name.clone(),
                schedule: CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone)
                    .map_or_else(|_| spec.schedule.expression.clone(), |schedule| schedule.short()),
                cells,
            }
        })
        .collect()
}

/// What became of one slot.
struct Slot<'a> {
    newest: &'a CalendarRun,
    attempts: u64,
}

fn empty(date: NaiveDate) -> CalendarCell {
    CalendarCell {
        date: date.format("%Y-%m-%d").to_string(),
        state: CellState::None,
        runs: 0,
        slots: Vec::new(),
        run_id: None,
        reason: None,
    }
}

fn merge(cell: &mut CalendarCell, slot: &Slot<'_>) {
    let run = slot.newest;
    let state = CellState::of(run.status, run.trigger);
    cell.runs += slot.attempts;
    match cell.slots.iter_mut().find(|(known, _)| *known == state) {
        Some((_, count)) => *count += 1,
        None => cell.slots.push((state, 1)),
    }
    cell.slots.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if rank(state) >= rank(cell.state) {
        cell.state = state;
        cell.run_id = Some(run.id);
        cell.reason = match state {
            CellState::CaughtUp => Some("Caught up after its time.".to_owned()),
            _ => run.reason.clone(),
        };
    }
}

fn rank(state: CellState) -> u8 {
    match state {
        CellState::None => 0,
        CellState::Completed => 1,
        CellState::CaughtUp => 2,
        CellState::Skipped => 3,
        CellState::Cancelled => 4,
        CellState::Missed => 5,
        CellState::Failed => 6,
        CellState::Running => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{
        DatabaseSelection, Job, JobPurpose, JobSpec, RunId, RunStatus, ServerId, TriggerType,
    };

    const DAY: i64 = 86_400_000;
    /// The beginning of a day in UTC.
    const TODAY: i64 = 20_000 * DAY;
    const SLOT: i64 = TODAY + 7_200_000;

    fn row(runs: &[CalendarRun]) -> Vec<CellState> {
        cells(runs).into_iter().map(|cell| cell.state).collect()
    }

    fn cells(runs: &[CalendarRun]) -> Vec<CalendarCell> {
        let at = "2024-10-04T00:00:00Z".to_owned();
        let spec = JobSpec::new("nightly".to_owned(), ServerId(1), DatabaseSelection::All, "UTC".to_owned());
        let job =
            Job { id: JobId(1), spec, purpose: JobPurpose::Ordinary, created_at: at.clone(), updated_at: at };
        let server_name = "main".to_owned();
        let stored = StoredJob { job, server_name, last_evaluated_at: 0, enabled_since: 0 };
        calendar(&[stored], runs, 3, TODAY + DAY / 2).remove(0).cells
    }

    fn run(id: i64, slot: i64, trigger: TriggerType, status: RunStatus) -> CalendarRun {
        CalendarRun { id: RunId(id), job_id: JobId(1), slot, status, trigger, reason: None }
    }

    #[test]
    fn the_newest_attempt_at_a_slot_decides() {
        let failed = run(1, SLOT, TriggerType::Scheduled, RunStatus::Failed);
        let retried = run(2, SLOT, TriggerType::Retry, RunStatus::Completed);
        let states = row(&[failed.clone(), retried.clone()]);
        assert_eq!(states[2], CellState::Completed, "the slot has its backup");
        let again = run(3, SLOT, TriggerType::Retry, RunStatus::Failed);
        assert_eq!(row(&[failed, again])[2], CellState::Failed, "no attempt made one");
    }

    #[test]
    fn the_worst_slot_of_a_day_is_shown_and_days_without_one_are_empty() {
        let lost = run(1, SLOT, TriggerType::Scheduled, RunStatus::Missed);
        let made = run(2, SLOT + 3_600_000, TriggerType::Scheduled, RunStatus::Completed);
        let states = row(&[lost, made]);
        assert_eq!(
            states,
            [CellState::None, CellState::None, CellState::Missed],
            "a later slot heals no other"
        );
    }

    #[test]
    fn the_slots_of_a_day_are_counted_by_what_became_of_them() {
        let made = |id: i64, hour: i64| {
            run(id, TODAY + hour * 3_600_000, TriggerType::Scheduled, RunStatus::Completed)
        };
        let failed = run(3, TODAY + 10_800_000, TriggerType::Scheduled, RunStatus::Failed);
        let cells = cells(&[made(1, 1), made(2, 2), failed]);
        assert_eq!(
            cells[2].slots,
            [(CellState::Completed, 2), (CellState::Failed, 1)],
            "one bad hour is not a bad day"
        );
    }
}
