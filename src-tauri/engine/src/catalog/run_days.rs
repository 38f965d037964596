//! How many runs of a selection each day has: the total, and the days on which a page lies.
//!
//! The numbers come from the sums by day wherever a filter allows it; only the days at the borders of a range of
//! dates, and errors that hold a text (which only runs that failed have), are counted row by row.

use super::run_conditions::{Conditions, Counted, Part, Selection};
use super::{CatalogError, Tx};
use std::collections::BTreeMap;
use std::ops::Range;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The number of runs on each day that has any.
pub(super) struct Days {
    counts: BTreeMap<i64, u64>,
    since: Option<i64>,
    until: Option<i64>,
}

/// Where a page's runs are: stretches of time in the page's order, and how many runs of the first one come
/// before the page.
pub(super) struct Place {
    /// At or after the start, before the end.
    pub(super) spans: Vec<Range<i64>>,
    /// Runs to step over.
    pub(super) skip: u64,
}

/// From which end the history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The newest run first.
    Back,
    /// The oldest run first.
    Forth,
}

/// Counts the runs of all parts.
pub(super) fn count(tx: &Tx, parts: &[Part], selection: &Selection) -> Result<Days, CatalogError> {
    let Selection { since, until, .. } = *selection;
    let mut days = Days { counts: BTreeMap::new(), since, until };
    for part in parts {
        if part.counted == Counted::Rows {
            days.add_rows(tx, part, since, until)?;
            continue;
        }
        // Whole days from the sums; what sticks out on either side from the rows.
        let first = since.map(|since| since.div_euclid(DAY) + i64::from(since.rem_euclid(DAY) != 0));
        let last = until.map(|until| until.div_euclid(DAY));
        if let (Some(first), Some(last)) = (first, last)
            && first >= last
        {
            days.add_rows(tx, part, since, until)?;
            continue;
        }
        days.add_sums(tx, part, first, last)?;
        if let (Some(first), Some(since)) = (first, since) {
            days.add_rows(tx, part, Some(since), Some(first * DAY))?;
        }
        if let (Some(last), Some(until)) = (last, until) {
            days.add_rows(tx, part, Some(last * DAY), Some(until))?;
        }
    }
    Ok(days)
}

impl Days {
    fn add_sums(
        &mut self,
        tx: &Tx,
        part: &Part,
        first: Option<i64>,
        last: Option<i64>,
    ) -> Result<(), CatalogError> {
        let mut conditions = part.conditions.clone();
        if let Some(first) = first {
            conditions.push("day >= ?", first);
        }
        if let Some(last) = last {
            conditions.push("day < ?", last);
        }
        self.add(
            tx,
            &format!("SELECT day, sum(runs) FROM run_days {} GROUP BY day", conditions.sql()),
            &conditions,
        )
    }

    fn add_rows(
        &mut self,
        tx: &Tx,
        part: &Part,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Result<(), CatalogError> {
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Ok(());
        }
        let mut conditions = part.conditions.clone();
        conditions.between(from, to);
        let sql = format!(
            "SELECT queued_at / {DAY}, count(*) FROM backup_runs INDEXED BY {} {} GROUP BY 1",
            part.index,
            conditions.sql()
        );
        self.add(tx, &sql, &conditions)
    }

    fn add(&mut self, tx: &Tx, sql: &str, conditions: &Conditions) -> Result<(), CatalogError> {
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query(conditions.values())?;
        while let Some(row) = rows.next()? {
            *self.counts.entry(row.get(0)?).or_default() += row.get::<_, u64>(1)?;
        }
        Ok(())
    }

    /// All of them.
    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Where `take` runs past the first `skip` are.
    pub(super) fn locate(&self, direction: Direction, skip: u64, take: u64) -> Place {
        let mut place = Place { spans: Vec::new(), skip };
        let mut wanted = skip.saturating_add(take);
        let mut passed = 0;
        let mut visit = |day: i64, count: u64| {
            if wanted == 0 {
                return false;
            }
            if place.spans.is_empty() && passed + count <= skip {
                passed += count;
            } else {
                let start = self.since.map_or(day * DAY, |since| since.max(day * DAY));
                let end = self.until.map_or((day + 1) * DAY, |until| until.min((day + 1) * DAY));
                match place.spans.last_mut() {
                    Some(span) if span.start == end => span.start = start,
                    Some(span) if span.end == start => span.end = end,
                    _ => place.spans.push(start..end),
                }
            }
            wanted = wanted.saturating_sub(count);
            true
        };
        match direction {
            Direction::Back => self.counts.iter().rev().all(|(day, count)| visit(*day, *count)),
            Direction::Forth => self.counts.iter().all(|(day, count)| visit(*day, *count)),
        };
        place.skip = skip - passed;
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(counts: &[(i64, u64)]) -> Days {
        Days { counts: counts.iter().copied().collect(), since: Some(DAY + 7), until: None }
    }

    fn place(direction: Direction, skip: u64, take: u64) -> (Vec<(i64, i64)>, u64) {
        let place = days(&[(1, 10), (2, 10), (4, 10), (9, 1)]).locate(direction, skip, take);
        (place.spans.iter().map(|span| (span.start, span.end)).collect(), place.skip)
    }

    #[test]
    fn a_page_is_sought_on_its_own_days_only() {
        let day = |number: i64| (number * DAY, (number + 1) * DAY);
        assert_eq!(
            place(Direction::Back, 12, 3),
            (vec![day(2)], 1),
            "the two newest days hold 11 runs, which need not be read"
        );
        assert_eq!(
            place(Direction::Back, 0, 5),
            (vec![day(9), day(4)], 0),
            "days without runs are not looked at"
        );
        assert_eq!(
            place(Direction::Forth, 5, 10),
            (vec![(DAY + 7, 3 * DAY)], 5),
            "days that touch are read in one go, from where the selection begins"
        );
        assert_eq!(days(&[(1, 10), (4, 21)]).total(), 31, "the total says how many pages there are");
    }
}
