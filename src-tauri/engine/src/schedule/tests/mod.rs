//! Tests of schedules over many zones and years; those of one file's small functions stand in that file.

mod brute_force;
mod clock_changes;
mod descriptions;
mod expressions;
mod overdue;
mod planner;

use super::CronSchedule;
use chrono::{DateTime, Utc};

/// A moment from RFC 3339 text.
fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("the test gives a moment").to_utc()
}

fn schedule(expression: &str, zone: &str) -> CronSchedule {
    CronSchedule::parse(expression, zone).unwrap_or_else(|error| panic!("{expression} in {zone}: {error}"))
}
