//! A cron expression in a time zone, read once and known to fire.
//!
//! When it fires is in `occurrences.rs`, how it reads in words in `describe.rs`.

use super::grammar::{self, FieldText, Item};
use super::{Field, ScheduleError, find_zone};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// A cron expression with the zone in which it is read. It parsed, and at least one date fits it.
#[derive(Debug, Clone)]
pub struct CronSchedule {
    pub(super) expression: String,
    pub(super) zone: Tz,
    pub(super) fields: Vec<FieldText>,
    pub(super) cron: Cron,
    pub(super) kind: Kind,
}

/// How clock changes treat the slots of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Hours, minutes and seconds are plain numbers or lists of them: times of the day. One that the
    /// clocks skip runs when they have gone forward; one that comes twice runs the first time.
    FixedTimes,
    /// A star, a step or a range in one of them: runs whenever the clocks show a time that fits.
    Interval,
}

impl CronSchedule {
    /// Reads an expression of five fields, six (beginning with seconds) or a name such as `@daily`, in the
    /// IANA zone of that name (any letter case).
    ///
    /// # Errors
    /// A [`ScheduleError`] with the place in the text, for an expression that cannot be read or that no
    /// date fits, and for an unknown zone.
    pub fn parse(expression: &str, timezone: &str) -> Result<CronSchedule, ScheduleError> {
        let fields = grammar::read(expression)?;
        let zone = find_zone(timezone)?;
        // Strict ranges and OR between the two day fields are croner's defaults; they are what Vixie's
        // cron does and are not to be changed: stored schedules would move.
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).build();
        let cron = parser
            .parse(&grammar::render(&fields))
            .expect("invariant: croner reads whatever the grammar accepts, rendered as numbers");
        let kind = kind_of(&fields);
        let schedule = CronSchedule { expression: expression.to_owned(), zone, fields, cron, kind };
        match schedule.cron.find_next_occurrence(&year_2000(), true) {
            Ok(_) => Ok(schedule),
            Err(_) => Err(schedule.never_fires()),
        }
    }

    /// The expression, as given.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The zone's canonical name, for example `Europe/London`.
    pub fn timezone(&self) -> &'static str {
        self.zone.name()
    }

    pub(super) fn items(&self, field: Field) -> &[Item] {
        self.fields.iter().find(|text| text.field == field).map_or(&[], |text| &text.items)
    }

    fn never_fires(&self) -> ScheduleError {
        // Only a date can fail to exist: the day of the month if it is restricted, else the weekday.
        let restricted = self.items(Field::DayOfMonth) != [Item::Every { step: 1 }];
        let field = if restricted { Field::DayOfMonth } else { Field::DayOfWeek };
        let text = self.fields.iter().find(|text| text.field == field);
        let (position, token) = text.map_or((0, String::new()), |text| (text.position, text.text.clone()));
        ScheduleError::NeverFires { field, position, token }
    }
}

fn kind_of(fields: &[FieldText]) -> Kind {
    let clock = |text: &&FieldText| matches!(text.field, Field::Second | Field::Minute | Field::Hour);
    let plain = |item: &Item| matches!(item, Item::Value(_));
    match fields.iter().filter(clock).all(|text| text.items.iter().all(plain)) {
        true => Kind::FixedTimes,
        false => Kind::Interval,
    }
}

/// A moment before every combination of month length, leap year and weekday; croner looks from here to
/// the year 5000.
fn year_2000() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).unwrap_or_default()
}
