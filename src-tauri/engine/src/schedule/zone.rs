//! Time zones by name, and what a wall-clock time means in one.
//!
//! Offsets and transitions come from chrono-tz's embedded tz database; no rule is written here.

use super::ScheduleError;
use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};

/// Finds an IANA zone by name in any letter case; the zone knows its canonical spelling.
///
/// # Errors
/// [`ScheduleError::UnknownZone`] with up to three names that were probably meant.
pub fn find_zone(name: &str) -> Result<Tz, ScheduleError> {
    let trimmed = name.trim();
    Tz::from_str_insensitive(trimmed)
        .map_err(|_| ScheduleError::UnknownZone { zone: name.to_owned(), suggestions: suggestions(trimmed) })
}

/// The names nearest to a mistyped one: the whole name or its last part (`london`) counts.
fn suggestions(name: &str) -> Vec<&'static str> {
    let wanted = name.to_lowercase().replace(' ', "_");
    if wanted.is_empty() {
        return Vec::new();
    }
    let bound = (wanted.chars().count() / 3).clamp(1, 4);
    let mut near: Vec<(usize, &'static str)> = TZ_VARIANTS
        .iter()
        .filter_map(|zone| {
            let known = zone.name().to_lowercase();
            let city = known.rsplit('/').next().unwrap_or(&known);
            let nearest = distance(&wanted, &known).min(distance(&wanted, city));
            (nearest <= bound).then_some((nearest, zone.name()))
        })
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters must be changed, added or dropped to turn one text into the other (Levenshtein).
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, left) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, right) in other.iter().enumerate() {
            let change = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = change.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// What the clocks of a zone make of a wall-clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WallTime {
    /// It comes once.
    Once(DateTime<Utc>),
    /// The clocks go back, so that it comes twice.
    Twice { first: DateTime<Utc>, second: DateTime<Utc> },
    /// The clocks go forward over it; the moment at which they do is given.
    Skipped { end: DateTime<Utc> },
}

/// Reads a wall-clock time in a zone. None only at the edges of what chrono can express.
pub(super) fn read_wall(zone: Tz, wall: NaiveDateTime) -> Option<WallTime> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(moment) => Some(WallTime::Once(moment.to_utc())),
        LocalResult::Ambiguous(first, second) => {
            Some(WallTime::Twice { first: first.to_utc(), second: second.to_utc() })
        }
        LocalResult::None => {
            let end = GapInfo::new(&wall, &zone)?.end?;
            Some(WallTime::Skipped { end: end.to_utc() })
        }
    }
}

/// The offset from UTC in seconds that a zone has at a moment.
pub(super) fn offset_at(zone: Tz, moment: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&moment.naive_utc()).fix().local_minus_utc()
}

/// What the clocks of a zone show at a moment, whole seconds.
pub(super) fn wall_at(zone: Tz, moment: DateTime<Utc>) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

/// A change of a zone's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The first moment with the new offset.
    pub at: DateTime<Utc>,
    /// What the clocks would have shown at that moment without the change.
    pub wall_before: NaiveDateTime,
    /// What they show instead.
    pub wall_after: NaiveDateTime,
}

/// The change between two moments whose offsets differ, found by bisection to the second.
pub(super) fn change_between(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> Change {
    let old = offset_at(zone, before);
    let (mut inside, mut outside) = (before.timestamp(), after.timestamp());
    let moment = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap_or(after);
    while outside - inside > 1 {
        let middle = inside + (outside - inside) / 2;
        if offset_at(zone, moment(middle)) == old {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    let at = moment(outside);
    let wall_before = at.naive_utc() + Duration::seconds(i64::from(old));
    Change { at, wall_before, wall_after: wall_at(zone, at) }
}

/// The changes of a zone's clocks in (`after`, `until`], oldest first.
///
/// Looks at the offset every six hours, which misses only a pair of changes that undo each other
/// within six hours; the tz database has none since 1970.
pub(super) fn changes(zone: Tz, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Change> {
    let mut found = Vec::new();
    let mut left = after;
    while left < until {
        let right = left.checked_add_signed(Duration::hours(6)).unwrap_or(until).min(until);
        if offset_at(zone, left) != offset_at(zone, right) {
            found.push(change_between(zone, left, right));
        }
        left = right;
    }
    found
}
