//! The newest backup of each of the last days, weeks or months that have one.

use super::Candidate;
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use std::collections::HashSet;
use std::hash::Hash;

/// A day, ISO week or month on the calendar of a zone, as numbers that differ between periods.
pub(super) type Period = (i32, u32);

/// Says in which period of a zone's calendar a moment lies.
pub(super) type PeriodOf = fn(DateTime<Utc>, Tz) -> Period;

/// The day of a moment in a zone.
pub(super) fn day(moment: DateTime<Utc>, zone: Tz) -> Period {
    let local = moment.with_timezone(&zone);
    (local.year(), local.ordinal())
}

/// The ISO 8601 week (Monday to Sunday) of a moment in a zone.
pub(super) fn week(moment: DateTime<Utc>, zone: Tz) -> Period {
    let week = moment.with_timezone(&zone).iso_week();
    (week.year(), week.week())
}

/// The month of a moment in a zone.
pub(super) fn month(moment: DateTime<Utc>, zone: Tz) -> Period {
    let local = moment.with_timezone(&zone);
    (local.year(), local.month())
}

/// Of candidates sorted newest first: the first of each of the first `count` different periods.
pub(super) fn newest_of_each<'a, P: Eq + Hash>(
    newest_first: &[&'a Candidate],
    count: u32,
    period: impl Fn(DateTime<Utc>) -> P,
) -> Vec<&'a Candidate> {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut seen = HashSet::new();
    let first = |candidate: &&&Candidate| seen.insert(period(candidate.created_at));
    newest_first.iter().filter(first).take(limit).copied().collect()
}
