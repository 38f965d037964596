//! When a schedule fires: the next slot, the one before, and those of a span.
//!
//! croner walks the calendar on the wall clock; what the wall clock means in the zone is decided here,
//! because croner 4.0.3 loses a fixed time in a gap that ends on another day or lasts over two hours, and
//! counts a list of fixed times (`30 1,13 * * *`) as an interval. A schedule's slots are:
//!
//! - of fixed times: for each fitting wall-clock time its moment, its first when it comes twice, the end
//!   of the gap when the clocks skip it; times that meet at one moment are one slot;
//! - of an interval: each moment at which the wall clock fits.

use super::CronSchedule;
use super::expression::Kind;
use super::zone::{WallTime, change_between, read_wall, wall_at};
use chrono::{DateTime, Duration, NaiveDateTime, Timelike, Utc};

/// Whether a search may answer the wall-clock time it starts at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Included,
    Excluded,
}

impl CronSchedule {
    /// The first slot after `moment`, or none before the year 5000.
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let moment = moment.with_nanosecond(0)?;
        let wall = wall_at(self.zone, moment);
        let near = self.ascend(wall, Edge::Excluded, moment)?;
        if self.kind == Kind::FixedTimes {
            return Some(near);
        }
        // On the first pass of a repeated hour the second one still lies ahead, below `wall`.
        match read_wall(self.zone, wall) {
            Some(WallTime::Twice { first, second }) if first == moment => {
                let change = change_between(self.zone, first, second);
                if near < change.at {
                    return Some(near);
                }
                let just_before = change.at - Duration::seconds(1);
                self.ascend(change.wall_after, Edge::Included, just_before)
            }
            _ => Some(near),
        }
    }

    /// The last slot before `moment`, or none after the year 1.
    pub fn previous(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let whole = moment.with_nanosecond(0)?;
        let bound = if whole < moment { whole + Duration::seconds(1) } else { whole };
        let wall = wall_at(self.zone, bound);
        let change = match read_wall(self.zone, wall) {
            Some(WallTime::Twice { first, second }) if second == bound => {
                Some(change_between(self.zone, first, second))
            }
            _ => None,
        };
        let Some(change) = change else { return self.descend(wall, bound) };
        // On the second pass of a repeated hour: what is left of it, then the whole first pass.
        let second_pass = match self.kind {
            Kind::Interval => self.descend(wall, bound).filter(|slot| *slot >= change.at),
            Kind::FixedTimes => None,
        };
        second_pass.or_else(|| self.descend(change.wall_before, change.at))
    }

    /// The slots in (`after_exclusive`, `until_inclusive`], oldest first, `cap` at most.
    pub fn between(
        &self,
        after_exclusive: DateTime<Utc>,
        until_inclusive: DateTime<Utc>,
        cap: usize,
    ) -> Vec<DateTime<Utc>> {
        self.after(after_exclusive).take_while(|slot| *slot <= until_inclusive).take(cap).collect()
    }

    /// The slots after a moment, oldest first.
    pub fn after(&self, moment: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        std::iter::successors(self.next_after(moment), |slot| self.next_after(*slot))
    }

    /// The newest slots in (`after_exclusive`, `until_inclusive`], oldest first, `cap` at most.
    pub fn newest_between(
        &self,
        after_exclusive: DateTime<Utc>,
        until_inclusive: DateTime<Utc>,
        cap: usize,
    ) -> Vec<DateTime<Utc>> {
        let just_after = until_inclusive + Duration::nanoseconds(1);
        let backwards = std::iter::successors(self.previous(just_after), |slot| self.previous(*slot));
        let mut slots: Vec<_> = backwards.take_while(|slot| *slot > after_exclusive).take(cap).collect();
        slots.reverse();
        slots
    }

    /// The slot of the first fitting wall-clock time from `wall` upwards that comes after `moment`.
    fn ascend(&self, wall: NaiveDateTime, edge: Edge, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.cron.find_next_occurrence(&wall, edge == Edge::Included).ok()?;
        loop {
            let slots = self.slots_at(wall)?;
            if let Some(slot) = slots.into_iter().flatten().find(|slot| *slot > moment) {
                return Some(slot);
            }
            wall = self.cron.find_next_occurrence(&wall, false).ok()?;
        }
    }

    /// The slot of the last fitting wall-clock time below `wall` that comes before `moment`.
    fn descend(&self, wall: NaiveDateTime, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = self.cron.find_previous_occurrence(&wall, false).ok()?;
        loop {
            let slots = self.slots_at(wall)?;
            if let Some(slot) = slots.into_iter().rev().flatten().find(|slot| *slot < moment) {
                return Some(slot);
            }
            wall = self.cron.find_previous_occurrence(&wall, false).ok()?;
        }
    }

    /// The slots of one fitting wall-clock time, ascending: none, one or two.
    fn slots_at(&self, wall: NaiveDateTime) -> Option<[Option<DateTime<Utc>>; 2]> {
        Some(match (read_wall(self.zone, wall)?, self.kind) {
            (WallTime::Once(moment), _) => [Some(moment), None],
            (WallTime::Twice { first, .. }, Kind::FixedTimes) => [Some(first), None],
            (WallTime::Twice { first, second }, Kind::Interval) => [Some(first), Some(second)],
            (WallTime::Skipped { end }, Kind::FixedTimes) => [Some(end), None],
            (WallTime::Skipped { .. }, Kind::Interval) => [None, None],
        })
    }
}
