//! The drill schedules: which jobs' newest backups are to be restored and compared now.
//!
//! A slot that passed while nothing ran is made up for once: the newest backup is what counts. What was evaluated is
//! an internal setting for each job.

use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::settings as stored;
use crate::context::Context;
use crate::error::Error;
use crate::proof::routine;
use crate::schedule::CronSchedule;
use crate::time;
use holdfast_types::Schedule;
use std::sync::Arc;

/// Begins the drills whose slots came.
pub(super) async fn evaluate(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    for job in context.read(jobs::list).await? {
        let Some(drill) = job.job.spec.verification.drill.clone() else { continue };
        if job.job.spec.enabled && is_due(context, &job, &drill, now).await? {
            routine::begin_drills(context, job.job.id);
        }
    }
    Ok(())
}

/// Whether a slot came since the last look; the look is written down when it did, or when the schedule is new.
async fn is_due(context: &Arc<Context>, job: &StoredJob, drill: &Schedule, now: i64) -> Result<bool, Error> {
    let key = format!("internal.drill_evaluated.{}", job.job.id);
    let known = {
        let key = key.clone();
        context.read(move |tx| stored::get(tx, &key)).await?
    };
    let last = known.as_ref().and_then(|known| evaluated(&known.value, drill));
    let came = match last {
        // A clock that was set back goes on from the new time.
        Some(last) if last <= now => match CronSchedule::parse(&drill.expression, &drill.timezone) {
            Ok(schedule) => {
                let (from, to) = (time::moment(last), time::moment(now));
                !schedule.newest_between(from, to, 1).is_empty()
            }
            Err(_) => false,
        },
        _ => false,
    };
    if came || last.is_none_or(|last| last > now) {
        let value = format!("{now} {} {}", drill.timezone, drill.expression);
        context.write_quietly(move |tx| stored::put(tx, &key, &value, "internal", now)).await?;
    }
    Ok(came)
}

/// Up to when this very schedule was evaluated.
fn evaluated(value: &str, drill: &Schedule) -> Option<i64> {
    let (at, rest) = value.split_once(' ')?;
    let (zone, expression) = rest.split_once(' ')?;
    (zone == drill.timezone && expression == drill.expression).then(|| at.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_schedule_begins_anew() {
        let sunday = Schedule { expression: "0 3 * * 0".into(), timezone: "Europe/London".into() };
        assert_eq!(evaluated("12 Europe/London 0 3 * * 0", &sunday), Some(12), "it goes on where it was");
        assert_eq!(evaluated("12 UTC 0 3 * * 0", &sunday), None, "another zone has other slots");
        assert_eq!(
            evaluated("12 Europe/London 0 4 * * 0", &sunday),
            None,
            "an hour that passed is not made up for"
        );
    }
}
