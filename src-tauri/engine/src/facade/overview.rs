//! The overview: protection, attention, the calendar of slots, runs by day.

use super::Engine;
use super::protection::{JobState, attention, protection};
use crate::catalog::jobs::StoredJob;
use crate::catalog::overview::{self, CalendarRun};
use crate::catalog::{CatalogError, Tx, jobs, runs};
use crate::error::Error;
use crate::schedule::{CronSchedule, find_zone};
use crate::scheduler::overdue::{is_overdue, protected};
use crate::{scheduler, time};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use holdfast_types::{
    CalendarCell, CalendarRow, CellState, DayStats, GetOverview, JobId, Overview, SchedulerState,
};
use std::collections::HashMap;

/// Days shown when no number is asked for.
const DAYS: u32 = 30;
/// The longest period that is shown.
const MOST_DAYS: u32 = 366;

impl Engine {
    /// All that the overview shows beside the statistics.
    pub async fn get_overview(&self, request: GetOverview) -> Result<Overview, Error> {
        let days = request.days.unwrap_or(DAYS).clamp(1, MOST_DAYS);
        let now = self.context.now();
        let status = scheduler::status(&self.context).await?;
        let stopped = match status.state {
            SchedulerState::Running => None,
            SchedulerState::Stopped => Some("The scheduler is stopped."),
            SchedulerState::Idle => Some("No process carries out the schedule."),
        };
        self.context
            .read(move |tx| {
                let stored = jobs::list(tx)?;
                let states = stored.iter().map(|job| state(tx, job, now)).collect::<Result<Vec<_>, _>>()?;
                // A day more than is shown: zones are ahead of and behind UTC.
                let since = now - i64::from(days + 1) * 86_400_000;
                let calendar_runs = overview::calendar(tx, since)?;
                let first_day = now.div_euclid(86_400_000) - i64::from(days) + 1;
                Ok(Overview {
                    protection: protection(&states),
                    attention: attention(&states, stopped),
                    calendar: calendar(&stored, &calendar_runs, days, now),
                    days: fill(overview::days(tx, first_day)?, first_day, days),
                })
            })
            .await
    }
}

fn state(tx: &Tx, stored: &StoredJob, now: i64) -> Result<JobState, CatalogError> {
    let id = stored.job.id;
    let spec = &stored.job.spec;
    let databases = protected(tx, stored, now)?;
    let (good, without): (Vec<_>, Vec<_>) = databases.iter().partition(|database| database.good_at.is_some());
    Ok(JobState {
        id,
        name: spec.name.clone(),
        enabled: spec.enabled,
        overdue: is_overdue(&databases),
        late: good.iter().filter(|database| database.overdue).map(|database| database.name.clone()).collect(),
        good: good
            .into_iter()
            .filter_map(|database| Some((database.name.clone(), (now - database.good_at?) / 1000)))
            .collect(),
        without: without.into_iter().map(|database| database.name.clone()).collect(),
        last: runs::newest_ended(tx, id)?.map(|run| (run.id, run.status, run.error_message)),
    })
}

/// Days without runs are shown as such.
fn fill(known: Vec<DayStats>, first_day: i64, days: u32) -> Vec<DayStats> {
    let mut by_date: HashMap<String, DayStats> =
        known.into_iter().map(|day| (day.date.clone(), day)).collect();
    (first_day..first_day + i64::from(days))
        .map(|day| {
            let date = time::moment(day * 86_400_000).format("%Y-%m-%d").to_string();
            by_date.remove(&date).unwrap_or(DayStats {
                date,
                completed: 0,
                failed: 0,
                average_duration_seconds: None,
                bytes: 0,
            })
        })
        .collect()
}

/// A row a job, a cell a day in the job's zone: the worst that happened.
fn calendar(stored: &[StoredJob], runs: &[CalendarRun], days: u32, now: i64) -> Vec<CalendarRow> {
    let mut by_job: HashMap<JobId, Vec<&CalendarRun>> = HashMap::new();
    for run in runs {
        by_job.entry(run.job_id).or_default().push(run);
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
            for run in by_job.get(&stored.job.id).into_iter().flatten() {
                let index = (local(run.at) - first).num_days();
                if let Some(cell) = usize::try_from(index).ok().and_then(|index| cells.get_mut(index)) {
                    merge(cell, run);
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

fn empty(date: NaiveDate) -> CalendarCell {
    CalendarCell {
        date: date.format("%Y-%m-%d").to_string(),
        state: CellState::None,
        runs: 0,
        run_id: None,
        reason: None,
    }
}

/// A later success heals a failure of the same slot's day only for retries; otherwise the worst counts.
fn merge(cell: &mut CalendarCell, run: &CalendarRun) {
    let state = CellState::of(run.status, run.trigger);
    cell.runs += 1;
    let healed = run.trigger == holdfast_types::TriggerType::Retry
        && state == CellState::Completed
        && cell.state == CellState::Failed;
    if healed || rank(state) >= rank(cell.state) {
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
