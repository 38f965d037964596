//! The overview: protection, attention; and runs by day. The calendar of slots is made beside it.

use super::Engine;
use super::attention::attention;
use super::calendar::calendar;
use super::protection::{JobState, protection};
use super::uncovered::uncovered;
use crate::catalog::jobs::StoredJob;
use crate::catalog::overview;
use crate::catalog::{CatalogError, Tx, backups, jobs, runs, server_databases, verifications};
use crate::error::Error;
use crate::schedule::CronSchedule;
use crate::scheduler::overdue::{Protected, is_overdue, protected};
use crate::{presence, scheduler, time};
use holdfast_types::{DayStats, GetDays, GetOverview, JobId, JobSpec, Overview, RunStatus, TrustLevel};
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
        presence::look_soon(&self.context);
        let scheduler = scheduler::status(&self.context).await?.state;
        self.context
            .read(move |tx| {
                let stored = jobs::ordinary(tx)?;
                let states = stored.iter().map(|job| state(tx, job, now)).collect::<Result<Vec<_>, _>>()?;
                // A day more than is shown: zones are ahead of and behind UTC.
                let since = now - i64::from(days + 1) * 86_400_000;
                let calendar_runs = overview::calendar(tx, since)?;
                Ok(Overview {
                    protection: protection(&states, uncovered(&server_databases::list(tx)?, &stored)),
                    attention: attention(&states, scheduler),
                    calendar: calendar(&stored, &calendar_runs, days, now),
                })
            })
            .await
    }

    /// The runs by day, of one job or of all.
    pub async fn get_days(&self, request: GetDays) -> Result<Vec<DayStats>, Error> {
        let days = request.days.unwrap_or(DAYS).clamp(1, MOST_DAYS);
        let first_day = self.context.now().div_euclid(86_400_000) - i64::from(days) + 1;
        let known = self.context.read(move |tx| overview::days(tx, request.job_id, first_day)).await?;
        Ok(fill(known, first_day, days))
    }
}

fn state(tx: &Tx, stored: &StoredJob, now: i64) -> Result<JobState, CatalogError> {
    let id = stored.job.id;
    let spec = &stored.job.spec;
    let databases = protected(tx, stored, now)?;
    let (good, without): (Vec<_>, Vec<_>) = databases.iter().partition(|database| database.good_at.is_some());
    let last = runs::newest_ended(tx, id)?.map(|run| (run.id, run.status, run.error_message));
    let failed = matches!(last, Some((_, RunStatus::Failed | RunStatus::Interrupted, _)));
    let broken = backups::broken_newest(tx, id)?;
    let (awaited, without): (Vec<_>, Vec<_>) = without.into_iter().partition(|database| {
        spec.enabled
            && !failed
            && !database.overdue
            && !broken.iter().any(|backup| backup.database == database.name)
    });
    let names =
        |databases: Vec<&Protected>| databases.into_iter().map(|database| database.name.clone()).collect();
    Ok(JobState {
        id,
        server: spec.server_id,
        name: spec.name.clone(),
        enabled: spec.enabled,
        overdue: is_overdue(&databases),
        late: good.iter().filter(|database| database.overdue).map(|database| database.name.clone()).collect(),
        good: good
            .into_iter()
            .filter_map(|database| Some((database.name.clone(), (now - database.good_at?) / 1000)))
            .collect(),
        without: names(without),
        awaited: names(awaited),
        next: next(spec, now),
        broken,
        damaged_before: backups::damaged_before(tx, id)?,
        last,
        proofs: proofs(tx, id, now)?,
    })
}

/// The databases of a job that a drill restored and compared.
fn proofs(tx: &Tx, job: JobId, now: i64) -> Result<Vec<(String, i64, Option<u64>)>, CatalogError> {
    let found = verifications::newest_proofs(tx, job, now)?.into_iter();
    let compared = found.filter(|proof| proof.trust >= TrustLevel::L4);
    let told = compared.filter_map(|proof| {
        let since = now - time::parse(&proof.verified_at)?;
        Some((proof.database, (since / 1000).max(0), proof.restore_ms))
    });
    Ok(told.collect())
}

/// The next slot on the clocks of the job's zone.
fn next(spec: &JobSpec, now: i64) -> Option<String> {
    let zone: chrono_tz::Tz = spec.schedule.timezone.parse().ok()?;
    let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone).ok()?;
    let slot = schedule.after(time::moment(now)).next()?.with_timezone(&zone);
    Some(format!("{} ({zone})", slot.format("%Y-%m-%d %H:%M")))
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
