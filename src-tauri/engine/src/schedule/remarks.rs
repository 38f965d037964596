//! What clock changes do to coming slots, in sentences.

use super::CronSchedule;
use super::expression::Kind;
use super::words::list;
use super::zone::{Change, changes};
use chrono::{DateTime, Duration, NaiveDateTime, Timelike, Utc};

/// Changes further ahead than a century are not looked for.
const HORIZON_DAYS: i64 = 36_525;
/// Up to this many wall-clock times are named one by one.
const NAMED: usize = 4;

impl CronSchedule {
    /// A sentence for each change of the clocks between `from` and the last of the `slots` that moves,
    /// merges, drops or repeats one of them. `slots` are the next ones after `from`.
    pub fn remarks(&self, from: DateTime<Utc>, slots: &[DateTime<Utc>]) -> Vec<String> {
        let Some(last) = slots.last().copied() else { return Vec::new() };
        let horizon = from.checked_add_signed(Duration::days(HORIZON_DAYS)).unwrap_or(last);
        // Slots of a second pass lie after the change, those of a first pass before it.
        let hours = Duration::hours(26);
        let until = last.min(horizon).checked_add_signed(hours).unwrap_or(last);
        let sentence = |change: &Change| self.remark(change, from, last);
        changes(self.zone, from, until).iter().filter_map(sentence).collect()
    }

    fn remark(&self, change: &Change, from: DateTime<Utc>, last: DateTime<Utc>) -> Option<String> {
        let forward = change.wall_after > change.wall_before;
        let (start, end) = match forward {
            true => (change.wall_before, change.wall_after),
            false => (change.wall_after, change.wall_before),
        };
        // The span in which slots are touched: the gap has one moment, an overlap two passes.
        let length = end - start;
        let (first_touched, last_touched) = match (forward, self.kind) {
            (true, _) => (change.at, change.at),
            (false, Kind::FixedTimes) => (change.at - length, change.at - Duration::seconds(1)),
            (false, Kind::Interval) => (change.at - length, change.at + length - Duration::seconds(1)),
        };
        let in_gap_between_slots =
            forward && self.kind == Kind::Interval && from < change.at && change.at <= last;
        let touches = in_gap_between_slots
            || self
                .next_after(first_touched.max(from + Duration::seconds(1)) - Duration::seconds(1))
                .is_some_and(|slot| slot <= last_touched && slot <= last);
        if !touches {
            return None;
        }
        let walls = self.walls_within(start, end);
        let (first, last) = (walls.first()?, walls.last()?);
        let one = walls.len() == 1;
        let named = match walls.len() {
            1 => format!("the slot of {}", time(*first)),
            2..=NAMED => {
                format!("the slots of {}", list(&walls.iter().map(|wall| time(*wall)).collect::<Vec<_>>()))
            }
            _ => format!("the slots from {} to {}", time(*first), time(*last)),
        };
        let what = match (forward, self.kind) {
            (true, Kind::FixedTimes) if one => format!("{named} runs at {}", time(end)),
            (true, Kind::FixedTimes) => format!("{named} run at {}, as one", time(end)),
            (true, Kind::Interval) if one => format!("{named} does not come"),
            (true, Kind::Interval) => format!("{named} do not come"),
            (false, Kind::FixedTimes) if one => format!("{named} runs once, at its first pass"),
            (false, Kind::FixedTimes) => format!("{named} run once, at their first pass"),
            (false, Kind::Interval) if one => format!("{named} runs through both passes"),
            (false, Kind::Interval) => format!("{named} run through both passes"),
        };
        let way = if forward { "forward" } else { "back" };
        let date = change.wall_before.date();
        let to = match change.wall_after.date() == date {
            true => time(change.wall_after),
            false => format!("{} {}", change.wall_after.date(), time(change.wall_after)),
        };
        let zone = self.timezone();
        let from = time(change.wall_before);
        Some(format!("On {date} clocks in {zone} go {way} from {from} to {to}; {what}."))
    }

    /// The fitting wall-clock times from `start` up to, not including, `end`.
    fn walls_within(&self, start: NaiveDateTime, end: NaiveDateTime) -> Vec<NaiveDateTime> {
        let next = |wall: &NaiveDateTime| self.cron.find_next_occurrence(wall, false).ok();
        let first = self.cron.find_next_occurrence(&start, true).ok();
        std::iter::successors(first, next).take_while(|wall| *wall < end).collect()
    }
}

/// A time of day; its seconds only if there are any.
fn time(wall: NaiveDateTime) -> String {
    match wall.second() {
        0 => wall.format("%H:%M").to_string(),
        _ => wall.format("%H:%M:%S").to_string(),
    }
}
