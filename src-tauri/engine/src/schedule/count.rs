//! How many slots a span holds, without walking through them: a schedule of every second over a year
//! has 31 million.

use super::CronSchedule;
use super::expression::Kind;
use super::zone::{Change, changes, wall_at};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use croner::Weekday;

/// The longest span that is counted; of a longer one the newest part. A clock that was a century off
/// is a fault of its own.
const LONGEST_DAYS: i64 = 36_525;

impl CronSchedule {
    /// How many slots lie in (`after_exclusive`, `until_inclusive`], a century at most.
    pub fn count_between(&self, after_exclusive: DateTime<Utc>, until_inclusive: DateTime<Utc>) -> u64 {
        let floor = until_inclusive.checked_sub_signed(Duration::days(LONGEST_DAYS));
        let after = floor.map_or(after_exclusive, |floor| floor.max(after_exclusive));
        if after >= until_inclusive {
            return 0;
        }
        let clock = Clock::of(self);
        let mut count = 0;
        // Wall-clock times up to here are counted, or are not to be counted.
        let mut from = wall_at(self.zone, after);
        if self.kind == Kind::FixedTimes {
            from = self.end_of_first_pass(after).map_or(from, |end| end.max(from));
        }
        for change in changes(self.zone, after, until_inclusive) {
            count += self.walls(&clock, from, last_wall_before(&change));
            from = self.resume(&clock, &change, from, &mut count);
        }
        count + self.walls(&clock, from, wall_at(self.zone, until_inclusive))
    }

    /// The last wall-clock time of a repeated hour when `moment` is on its second pass: fixed times up
    /// to there have had their slot.
    fn end_of_first_pass(&self, moment: DateTime<Utc>) -> Option<NaiveDateTime> {
        let day_before = moment.checked_sub_signed(Duration::days(2))?;
        let change = *changes(self.zone, day_before, moment).last()?;
        (change.wall_after < change.wall_before).then(|| last_wall_before(&change))
    }

    /// Where counting goes on after a change of the clocks, adding the slot of a gap's end if it has one.
    fn resume(&self, clock: &Clock, change: &Change, from: NaiveDateTime, count: &mut u64) -> NaiveDateTime {
        let second = Duration::seconds(1);
        match self.kind {
            Kind::Interval => change.wall_after - second,
            Kind::FixedTimes if change.wall_after < change.wall_before => from.max(last_wall_before(change)),
            Kind::FixedTimes => {
                let skipped = self.walls(clock, last_wall_before(change), change.wall_after - second);
                let own = self.walls(clock, change.wall_after - second, change.wall_after);
                *count += u64::from(skipped > 0 || own > 0);
                change.wall_after
            }
        }
    }

    /// How many fitting wall-clock times lie in (`after`, `until`].
    fn walls(&self, clock: &Clock, after: NaiveDateTime, until: NaiveDateTime) -> u64 {
        if after >= until {
            return 0;
        }
        let upto = |wall: NaiveDateTime| match self.day_fits(wall.date()) {
            true => clock.times_upto(wall),
            false => 0,
        };
        let (first, last) = (after.date(), until.date());
        if first == last {
            return upto(until) - upto(after);
        }
        let rest_of_first = if self.day_fits(first) { clock.per_day() - upto(after) } else { 0 };
        let days = first.iter_days().skip(1).take_while(|day| *day < last);
        let whole = days.filter(|day| self.day_fits(*day)).count() as u64 * clock.per_day();
        rest_of_first + whole + upto(until)
    }

    fn day_fits(&self, day: NaiveDate) -> bool {
        let weekday = Weekday::from_days_from_sunday(day.weekday().num_days_from_sunday());
        let pattern = &self.cron.pattern;
        // An error means a year outside croner's calendar, in which nothing fires.
        pattern.month_match(day.month()).unwrap_or(false)
            && pattern.day_match(day.year(), day.month(), day.day(), weekday).unwrap_or(false)
    }
}

fn last_wall_before(change: &Change) -> NaiveDateTime {
    change.wall_before - Duration::seconds(1)
}

/// The times of day of a schedule.
struct Clock {
    hours: Vec<u32>,
    minutes: Vec<u32>,
    seconds: Vec<u32>,
}

impl Clock {
    fn of(schedule: &CronSchedule) -> Clock {
        let numbers = |values: Vec<u16>| values.into_iter().map(u32::from).collect();
        let pattern = &schedule.cron.pattern;
        Clock {
            hours: numbers(pattern.hours.values()),
            minutes: numbers(pattern.minutes.values()),
            seconds: numbers(pattern.seconds.values()),
        }
    }

    fn per_day(&self) -> u64 {
        (self.hours.len() * self.minutes.len() * self.seconds.len()) as u64
    }

    /// How many times of the day of `wall` are not after it.
    fn times_upto(&self, wall: NaiveDateTime) -> u64 {
        let (below, at_hour) = split(&self.hours, wall.hour());
        let mut count = below * (self.minutes.len() * self.seconds.len());
        if at_hour {
            let (below, at_minute) = split(&self.minutes, wall.minute());
            count += below * self.seconds.len();
            if at_minute {
                let (below, at_second) = split(&self.seconds, wall.second());
                count += below + usize::from(at_second);
            }
        }
        count as u64
    }
}

/// How many of the ascending values are below `value`, and whether it is one of them.
fn split(values: &[u32], value: u32) -> (usize, bool) {
    let below = values.partition_point(|known| *known < value);
    (below, values.get(below) == Some(&value))
}
