//! Databases that have had no good backup for longer than their job's schedule allows: one decision for the
//! list, the overview and the notification, which is told once, when a job becomes overdue.

use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::{CatalogError, Tx, backups, job_databases};
use crate::context::Context;
use crate::error::Error;
use crate::event::EngineEvent;
use crate::schedule::{self, CronSchedule};
use crate::time;
use holdfast_types::{CatalogScope, DatabaseSelection, JobId, JobsOverdue};
use std::collections::HashMap;
use std::sync::Arc;

/// A database that a job is to protect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Protected {
    /// Its name; that of no database as long as a job for all of them has seen none.
    pub(crate) name: String,
    /// When its newest good backup was made.
    pub(crate) good_at: Option<i64>,
    /// Whether that is longer ago than the schedule allows.
    pub(crate) overdue: bool,
}

/// Looks at every job and tells which became overdue since the last look.
pub(super) async fn look(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    let overdue: HashMap<JobId, String> = context
        .read(move |tx| {
            let mut found = HashMap::new();
            for stored in jobs::list(tx)? {
                if is_overdue(&protected(tx, &stored, now)?) {
                    found.insert(stored.job.id, stored.job.spec.name);
                }
            }
            Ok(found)
        })
        .await?;
    let (fresh, changed) = {
        let mut known = context.overdue.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let fresh: Vec<JobId> = overdue.keys().filter(|id| !known.contains(id)).copied().collect();
        let changed = known.len() != overdue.len() || !fresh.is_empty();
        *known = overdue.keys().copied().collect();
        (fresh, changed)
    };
    if !fresh.is_empty() {
        let mut fresh = fresh;
        fresh.sort();
        let jobs = fresh.iter().filter_map(|id| overdue.get(id).cloned()).collect();
        context.emit(EngineEvent::Overdue(JobsOverdue { job_ids: fresh, jobs }));
    }
    if changed {
        context.emit(EngineEvent::CatalogChanged(CatalogScope::Jobs));
    }
    Ok(())
}

/// Whether a job has a database that is overdue.
pub(crate) fn is_overdue(databases: &[Protected]) -> bool {
    databases.iter().any(|database| database.overdue)
}

/// The databases that a job is to protect, as they stand.
pub(crate) fn protected(tx: &Tx, stored: &StoredJob, now: i64) -> Result<Vec<Protected>, CatalogError> {
    let id = stored.job.id;
    let seen: HashMap<String, i64> =
        job_databases::list(tx, id)?.into_iter().map(|seen| (seen.name, seen.since)).collect();
    let good: HashMap<String, i64> = backups::newest_good_by_database(tx, id)?.into_iter().collect();
    Ok(judge(stored, &seen, &good, now))
}

/// Judges the databases that the job names or, for all of them, those that its last run found. `seen` says
/// since when they are known, `good` when their newest good backup was made.
fn judge(
    stored: &StoredJob,
    seen: &HashMap<String, i64>,
    good: &HashMap<String, i64>,
    now: i64,
) -> Vec<Protected> {
    let spec = &stored.job.spec;
    let mut names: Vec<String> = match &spec.databases {
        DatabaseSelection::Named(names) => names.clone(),
        // A catalog of an earlier version says nothing of what was found.
        DatabaseSelection::All if seen.is_empty() => good.keys().cloned().collect(),
        DatabaseSelection::All => seen.keys().cloned().collect(),
    };
    names.sort();
    if names.is_empty() {
        names.push("all".to_owned());
    }
    let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone).ok();
    let named_since =
        time::parse(&stored.job.updated_at).filter(|_| spec.databases != DatabaseSelection::All);
    let judge = |name: String| {
        let good_at = good.get(&name).copied();
        // One that is new must not count from a time when nobody knew of it.
        let known_since = seen.get(&name).copied().or(named_since).unwrap_or(stored.enabled_since);
        let since = match good_at {
            Some(_) => stored.enabled_since,
            None => stored.enabled_since.max(known_since),
        };
        let late = schedule.as_ref().is_none_or(|schedule| {
            let (good_at, since) = (good_at.map(time::moment), time::moment(since));
            schedule::overdue(schedule, good_at, since, time::moment(now)).is_some()
        });
        // A schedule that can no longer be read fires never: that needs the operator too.
        Protected { name, good_at, overdue: spec.enabled && late }
    };
    names.into_iter().map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{Job, JobPurpose, JobSpec, ServerId};

    const DAY: i64 = 86_400_000;

    /// A nightly job, enabled on the first day.
    fn nightly(databases: DatabaseSelection) -> StoredJob {
        let mut spec = JobSpec::new("nightly".into(), ServerId(1), databases, "UTC".into());
        spec.schedule.expression = "0 2 * * *".into();
        StoredJob {
            job: Job {
                id: JobId(1),
                spec,
                purpose: JobPurpose::Ordinary,
                created_at: time::text(0),
                updated_at: time::text(0),
            },
            server_name: "local".into(),
            last_evaluated_at: 0,
            enabled_since: 0,
        }
    }

    fn map(pairs: &[(&str, i64)]) -> HashMap<String, i64> {
        pairs.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
    }

    fn overdue(databases: &[Protected]) -> Vec<&str> {
        databases.iter().filter(|database| database.overdue).map(|database| database.name.as_str()).collect()
    }

    #[test]
    fn one_database_without_a_good_backup_in_time_makes_the_job_overdue() {
        let job = nightly(DatabaseSelection::Named(vec!["app".into(), "shop".into()]));
        let good = map(&[("app", 10 * DAY), ("shop", 5 * DAY), ("former", DAY)]);
        let found = judge(&job, &map(&[]), &good, 10 * DAY + 1);
        assert_eq!(overdue(&found), ["shop"], "the backup of another database does not stand for it");
        assert_eq!(found.len(), 2, "one that the job no longer names is history");
    }

    #[test]
    fn a_job_for_all_databases_counts_those_that_its_last_run_found() {
        let job = nightly(DatabaseSelection::All);
        let seen = map(&[("app", 0), ("new", 10 * DAY)]);
        let good = map(&[("app", 10 * DAY), ("dropped", DAY)]);
        let found = judge(&job, &seen, &good, 10 * DAY + 1);
        assert_eq!(overdue(&found), [] as [&str; 0], "one that was dropped must not stay red for ever");
        assert_eq!(found[1].good_at, None, "a new one has no backup yet, and shows");
        let good = map(&[("app", 12 * DAY)]);
        let later = judge(&job, &seen, &good, 12 * DAY + 1);
        assert_eq!(overdue(&later), ["new"], "a new one that always fails must be told");
    }

    #[test]
    fn a_job_that_found_nothing_yet_is_judged_as_a_whole() {
        let job = nightly(DatabaseSelection::All);
        let none = map(&[]);
        assert_eq!(overdue(&judge(&job, &none, &none, 2 * DAY)), ["all"], "it never made a backup");
        let old = judge(&job, &none, &map(&[("app", 2 * DAY)]), 2 * DAY + 1);
        assert_eq!(overdue(&old), [] as [&str; 0], "backups of an earlier version count");
    }
}
