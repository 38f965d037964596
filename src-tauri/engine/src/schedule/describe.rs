//! A schedule in plain English.
//!
//! Not croner's description: version 4.0.3 says `every 5 minutes` of `0-10/5,30`, and `the last day` of
//! `LW`. Every sentence here is built from the values that the fields hold.

use super::grammar::Item;
use super::words::{MONTHS, WEEKDAYS, list, list_runs, ordinal};
use super::{CronSchedule, Field};

/// Up to this many times of a day are listed one by one.
const LISTED_TIMES: usize = 6;

/// When on its days a schedule fires.
enum Times {
    /// At these times, written out.
    Listed(Vec<String>),
    /// Over and over: in words, and shorter if there is a short way to say it.
    Repeated { words: String, short: Option<String> },
}

/// On which days a schedule fires.
enum Days {
    Every,
    /// Days of the week in the plural.
    Weekly(String),
    /// Days that need `on`.
    On(String),
}

impl CronSchedule {
    /// The schedule in words, for example `every day at 02:00`.
    pub fn describe(&self) -> String {
        let months = self.months();
        let in_months = months.as_ref().map_or(String::new(), |names| format!(" in {names}"));
        match (self.times(), self.days(months.as_deref())) {
            (Times::Listed(times), Days::Every) => format!("every day{in_months} at {}", list(&times)),
            (Times::Listed(times), Days::Weekly(days)) => format!("{days}{in_months} at {}", list(&times)),
            (Times::Listed(times), Days::On(days)) => format!("on {days} at {}", list(&times)),
            (Times::Repeated { words, .. }, Days::Every) => format!("{words}{in_months}"),
            (Times::Repeated { words, .. }, Days::Weekly(days)) => format!("{words} on {days}{in_months}"),
            (Times::Repeated { words, .. }, Days::On(days)) => format!("{words} on {days}"),
        }
    }

    /// The schedule in two or three words for narrow places, for example `daily 02:00`; the expression
    /// itself when it cannot be said that short.
    pub fn short(&self) -> String {
        let months = self.months();
        let short = match (self.times(), self.days(None)) {
            _ if months.is_some() => None,
            (Times::Listed(times), days) if times.len() <= 2 => match days {
                Days::Every => Some(format!("daily {}", times.join(", "))),
                Days::Weekly(days) => Some(format!("{days} {}", times.join(", "))),
                Days::On(days) if days.starts_with("every") => None,
                Days::On(days) => days.strip_suffix(" of the month").map(|days| {
                    format!("{} {}", days.strip_prefix("the ").unwrap_or(days), times.join(", "))
                }),
            },
            (Times::Repeated { short, .. }, Days::Every) => short,
            _ => None,
        };
        short.filter(|text| text.len() <= 32).unwrap_or_else(|| self.expression.trim().to_owned())
    }

    /// The ascending numbers of a field that stand there as such, without L, W and #.
    fn numbers(&self, field: Field) -> Vec<u32> {
        let pattern = &self.cron.pattern;
        let component = match field {
            Field::Second => &pattern.seconds,
            Field::Minute => &pattern.minutes,
            Field::Hour => &pattern.hours,
            Field::DayOfMonth => &pattern.days,
            Field::Month => &pattern.months,
            Field::DayOfWeek => &pattern.days_of_week,
        };
        component.values().into_iter().map(u32::from).collect()
    }

    /// The step of a field that is `*/step` and nothing else; 1 for `*`.
    fn step(&self, field: Field) -> Option<u32> {
        match self.items(field) {
            [Item::Every { step }] => Some(*step),
            _ => None,
        }
    }

    fn times(&self) -> Times {
        let [seconds, minutes, hours] = [Field::Second, Field::Minute, Field::Hour].map(|f| self.numbers(f));
        let [second] = seconds.as_slice() else { return self.times_by_seconds(&seconds, &minutes, &hours) };
        let at_second = if *second == 0 { String::new() } else { format!(" at second {second}") };
        let repeated = |words: String, short: Option<String>| Times::Repeated {
            words: format!("{words}{at_second}"),
            short: short.filter(|_| *second == 0),
        };
        let stepped_hours = self.step(Field::Hour).filter(|step| *step == 1 || 24 % step == 0);
        match (minutes.as_slice(), stepped_hours) {
            ([0], Some(1)) => repeated("hourly".to_owned(), Some("hourly".to_owned())),
            ([minute], Some(1)) => {
                repeated(format!("hourly at minute {minute}"), Some(format!("hourly :{minute:02}")))
            }
            ([0], Some(step)) => repeated(format!("every {step} hours"), Some(format!("every {step} h"))),
            ([minute], Some(step)) => repeated(
                format!("every {step} hours at minute {minute}"),
                Some(format!("every {step} h :{minute:02}")),
            ),
            (several, _) if several.len() * hours.len() <= LISTED_TIMES => {
                let time = |hour: &u32, minute: &u32| match second {
                    0 => format!("{hour:02}:{minute:02}"),
                    second => format!("{hour:02}:{minute:02}:{second:02}"),
                };
                Times::Listed(
                    hours.iter().flat_map(|hour| several.iter().map(move |m| time(hour, m))).collect(),
                )
            }
            _ => {
                let (words, short) = self.minutes_in_words(&minutes);
                match hours.len() {
                    24 => repeated(words, short),
                    _ => repeated(format!("{words}, {}", hours_in_words(&hours)), None),
                }
            }
        }
    }

    fn times_by_seconds(&self, seconds: &[u32], minutes: &[u32], hours: &[u32]) -> Times {
        let (mut words, mut short) = match (self.step(Field::Second), seconds.len()) {
            (_, 60) => ("every second".to_owned(), Some("every s".to_owned())),
            (Some(step), _) if 60 % step == 0 => {
                (format!("every {step} seconds"), Some(format!("every {step} s")))
            }
            _ => (format!("at seconds {} of each minute", list_runs(seconds, |s| s.to_string())), None),
        };
        if minutes.len() < 60 {
            let plural = if minutes.len() == 1 { "" } else { "s" };
            words = format!("{words}, in minute{plural} {}", list_runs(minutes, |minute| minute.to_string()));
            short = None;
        }
        if hours.len() < 24 {
            words = format!("{words}, {}", hours_in_words(hours));
            short = None;
        }
        Times::Repeated { words, short }
    }

    fn minutes_in_words(&self, minutes: &[u32]) -> (String, Option<String>) {
        match (self.step(Field::Minute), minutes) {
            (_, all) if all.len() == 60 => ("every minute".to_owned(), Some("every min".to_owned())),
            (Some(step), _) if 60 % step == 0 => {
                (format!("every {step} minutes"), Some(format!("every {step} min")))
            }
            (Some(step), _) => (format!("every {step} minutes from the start of each hour"), None),
            (None, [minute]) => (format!("at minute {minute} of each hour"), None),
            _ => {
                (format!("at minutes {} of each hour", list_runs(minutes, |minute| minute.to_string())), None)
            }
        }
    }

    fn months(&self) -> Option<String> {
        let numbers = self.numbers(Field::Month);
        let name = |number: u32| MONTHS[number as usize - 1].to_owned();
        (numbers.len() < 12).then(|| list_runs(&numbers, name))
    }

    fn days(&self, months: Option<&str>) -> Days {
        let open = |field: Field| self.step(field) == Some(1);
        let month = months.unwrap_or("the month");
        match (open(Field::DayOfMonth), open(Field::DayOfWeek)) {
            (true, true) => Days::Every,
            (true, false) => self.days_of_week(month),
            (false, true) => self.days_of_month(month),
            // Either fits, so one that always fits makes it every day.
            (false, false) => match (self.days_of_month(month), self.days_of_week(month)) {
                (Days::Every, _) | (_, Days::Every) => Days::Every,
                (Days::On(days) | Days::Weekly(days), Days::On(others)) => {
                    Days::On(format!("{days} or {others}"))
                }
                (Days::On(days) | Days::Weekly(days), Days::Weekly(others)) => {
                    let in_months = months.map_or(String::new(), |names| format!(" in {names}"));
                    Days::On(format!("{days} or on {others}{in_months}"))
                }
            },
        }
    }

    fn days_of_month(&self, month: &str) -> Days {
        let numbers = self.numbers(Field::DayOfMonth);
        let mut parts = Vec::new();
        match (self.step(Field::DayOfMonth), numbers.as_slice()) {
            (_, all) if all.len() == 31 => return Days::Every,
            (Some(step), _) => {
                parts.push(format!("every {} day from day 1 of {month}", ordinal(step)));
                return Days::On(list(&parts));
            }
            (None, []) => {}
            (None, [day]) => parts.push(format!("day {day}")),
            (None, days) => parts.push(format!("days {}", list_runs(days, |day| day.to_string()))),
        }
        for item in self.items(Field::DayOfMonth) {
            match item {
                Item::LastDay => parts.push("the last day".to_owned()),
                Item::LastWorkday => parts.push("the last weekday".to_owned()),
                Item::NearestWorkday(day) => parts.push(format!("the weekday nearest to day {day}")),
                _ => {}
            }
        }
        Days::On(format!("{} of {month}", list(&parts)))
    }

    fn days_of_week(&self, month: &str) -> Days {
        let plain = self.numbers(Field::DayOfWeek);
        let weekday = |number: u32| WEEKDAYS[number as usize % 7];
        let mut special = Vec::new();
        for item in self.items(Field::DayOfWeek) {
            match item {
                Item::Nth { weekday: day, nth } => {
                    special.push(format!("the {} {} of {month}", ordinal(*nth), weekday(*day)));
                }
                Item::LastOf { weekday: day } => {
                    special.push(format!("the last {} of {month}", weekday(*day)))
                }
                _ => {}
            }
        }
        let plain_words = match plain.as_slice() {
            [] => String::new(),
            all if all.len() == 7 => return Days::Every,
            [1, 2, 3, 4, 5] => "weekdays".to_owned(),
            [0, 6] => "weekends".to_owned(),
            days => list_runs(days, |day| format!("{}s", weekday(day))),
        };
        match (plain_words.is_empty(), special.is_empty()) {
            (_, true) => Days::Weekly(plain_words),
            (true, false) => Days::On(list(&special)),
            (false, false) => Days::On(format!("{}, and on {plain_words}", list(&special))),
        }
    }
}

/// Hours that are not all: a span of the day where they follow each other, else a list.
fn hours_in_words(hours: &[u32]) -> String {
    match hours {
        [first, .., last] if (last - first) as usize + 1 == hours.len() => {
            format!("from {first:02}:00 to {last:02}:59")
        }
        [hour] => format!("from {hour:02}:00 to {hour:02}:59"),
        _ => format!("in the hours {}", list_runs(hours, |hour| hour.to_string())),
    }
}
