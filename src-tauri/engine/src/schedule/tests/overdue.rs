//! When a job is overdue.

use super::{at, schedule};
use crate::schedule::{Overdue, overdue};

const ENABLED: &str = "2027-01-01T12:00:00Z";

#[test]
fn a_daily_job_is_overdue_half_a_day_after_a_slot_that_left_nothing() {
    let daily = schedule("0 2 * * *", "UTC");
    let state = |good: Option<&str>, now: &str| overdue(&daily, good.map(at), at(ENABLED), at(now));
    let good = Some("2027-01-05T02:00:04Z");
    assert_eq!(state(good, "2027-01-06T01:59:00Z"), None, "the next slot has not come");
    assert_eq!(state(good, "2027-01-06T13:59:00Z"), None, "the run and its retries may still be under way");
    let expected = Overdue { slot: at("2027-01-06T02:00:00Z"), since: at("2027-01-06T14:00:00Z") };
    assert_eq!(
        state(good, "2027-01-06T14:00:01Z"),
        Some(expected),
        "half a day without a backup is too long"
    );
    assert_eq!(state(good, "2027-03-01T00:00:00Z"), Some(expected), "it stays overdue since the same moment");
    assert_eq!(
        state(Some("2027-01-06T09:00:00Z"), "2027-01-06T23:00:00Z"),
        None,
        "a manual backup serves too"
    );
}

#[test]
fn a_job_without_a_backup_counts_from_the_moment_it_was_enabled() {
    let daily = schedule("0 2 * * *", "UTC");
    let state = |now: &str| overdue(&daily, None, at(ENABLED), at(now));
    assert_eq!(state("2027-01-02T13:00:00Z"), None, "a new job gets time for its first slot");
    assert!(state("2027-01-02T14:00:01Z").is_some(), "then it is as overdue as any other");
    let resumed = overdue(&daily, Some(at("2026-06-01T02:00:00Z")), at(ENABLED), at("2027-01-01T18:00:00Z"));
    assert_eq!(resumed, None, "a job that was off for months is not overdue in the moment it is turned on");
}

#[test]
fn the_allowance_lies_between_an_hour_and_a_day() {
    let good = Some(at("2027-01-04T00:00:00Z"));
    let since = |expression: &str| {
        overdue(&schedule(expression, "UTC"), good, at(ENABLED), at("2028-01-01T00:00:00Z"))
            .map(|found| found.since)
    };
    assert_eq!(since("*/5 * * * *"), Some(at("2027-01-04T01:05:00Z")), "an hour at least");
    assert_eq!(since("0 */6 * * *"), Some(at("2027-01-04T09:00:00Z")), "half the interval");
    assert_eq!(since("0 0 * * SUN"), Some(at("2027-01-11T00:00:00Z")), "a day at most");
}
