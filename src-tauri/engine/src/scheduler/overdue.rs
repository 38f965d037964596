//! Jobs that have had no good backup for longer than their schedule allows: told once, when they become so.

use crate::catalog::backups;
use crate::catalog::jobs::{self, StoredJob};
use crate::context::Context;
use crate::error::Error;
use crate::event::EngineEvent;
use crate::schedule::{self, CronSchedule};
use crate::time;
use holdfast_types::{CatalogScope, JobId, JobsOverdue};
use std::collections::HashMap;
use std::sync::Arc;

/// Looks at every job and tells which became overdue since the last look.
pub(super) async fn look(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    let overdue: HashMap<JobId, String> = context
        .read(move |tx| {
            let mut found = HashMap::new();
            for stored in jobs::list(tx)? {
                let newest = backups::newest_good(tx, stored.job.id)?.map(|(at, _)| at);
                if is_overdue(&stored, newest, now) {
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

/// Whether a job has had no good backup for longer than its schedule allows.
pub(crate) fn is_overdue(stored: &StoredJob, newest_good: Option<i64>, now: i64) -> bool {
    let spec = &stored.job.spec;
    if !spec.enabled {
        return false;
    }
    match CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone) {
        Ok(schedule) => schedule::overdue(
            &schedule,
            newest_good.map(time::moment),
            time::moment(stored.enabled_since),
            time::moment(now),
        )
        .is_some(),
        // A schedule that can no longer be read fires never: that needs the operator too.
        Err(_) => true,
    }
}
