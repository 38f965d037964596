//! The tray's status line in words. Pure.

use super::face::{Facts, needs_attention};
use chrono::{DateTime, Days, TimeZone, Utc};
use holdfast_types::{NextSlot, RunProgress, SchedulerState};

/// The line that says how things stand, most pressing first.
pub fn status<Z: TimeZone>(facts: &Facts, now: DateTime<Utc>, zone: &Z) -> String
where
    Z::Offset: std::fmt::Display,
{
    if let Some(line) = running(facts) {
        return if facts.quitting { format!("{line}, then quitting") } else { line };
    }
    let troubled: Vec<&str> =
        facts.jobs.iter().filter(|job| needs_attention(job)).map(|job| job.job.spec.name.as_str()).collect();
    match (facts.scheduler.state, troubled.as_slice()) {
        (SchedulerState::Stopped, []) => "Stopped".to_owned(),
        (SchedulerState::Stopped, [job]) => format!("Stopped. {job} needs attention"),
        (SchedulerState::Stopped, jobs) => format!("Stopped. {} jobs need attention", jobs.len()),
        (_, [job]) => format!("{job} needs attention"),
        (_, []) => idle(facts, now, zone),
        (_, jobs) => format!("{} jobs need attention", jobs.len()),
    }
}

/// What is being backed up, if anything is.
fn running(facts: &Facts) -> Option<String> {
    let count = facts.scheduler.active_runs.len().max(facts.own_runs);
    match (count, facts.progress.as_slice()) {
        (0, _) => None,
        (1, [run]) => Some(match percent(run) {
            Some(percent) => format!("Running {}, {percent} %", run.job),
            None => format!("Running {}", run.job),
        }),
        (1, _) => Some("Running a backup".to_owned()),
        (several, _) => Some(format!("Running {several} backups")),
    }
}

/// How far a run is, over all its databases. 100 only at the very end, which a running backup never shows.
fn percent(run: &RunProgress) -> Option<u64> {
    let within =
        (run.bytes_total > 0).then(|| run.bytes_done.min(run.bytes_total) as f64 / run.bytes_total as f64)?;
    let databases = f64::from(run.database_count.max(1));
    let done = f64::from(run.database_index.saturating_sub(1));
    Some((((done + within) / databases) * 100.0).clamp(0.0, 99.0) as u64)
}

fn idle<Z: TimeZone>(facts: &Facts, now: DateTime<Utc>, zone: &Z) -> String
where
    Z::Offset: std::fmt::Display,
{
    match &facts.scheduler.next {
        Some(next) => format!("Idle. Next: {}", slot(next, now, zone)),
        None if facts.jobs.is_empty() => "Idle. No jobs yet".to_owned(),
        None => "Idle. Nothing is scheduled".to_owned(),
    }
}

/// A coming slot, for example "orders at 02:00" or "orders on Mon 30 Nov at 02:00".
fn slot<Z: TimeZone>(next: &NextSlot, now: DateTime<Utc>, zone: &Z) -> String
where
    Z::Offset: std::fmt::Display,
{
    let Ok(at) = DateTime::parse_from_rfc3339(&next.at) else { return next.job.clone() };
    let at = at.with_timezone(zone);
    let today = now.with_timezone(zone).date_naive();
    let clock = at.format("%H:%M");
    if at.date_naive() == today {
        format!("{} at {clock}", next.job)
    } else if Some(at.date_naive()) == today.checked_add_days(Days::new(1)) {
        format!("{} tomorrow at {clock}", next.job)
    } else {
        format!("{} on {} at {clock}", next.job, at.format("%a %-d %b"))
    }
}
