//! Ten years of minutes, looked at one by one, against the computed slots: each slot exactly once.
//!
//! The brute force shares nothing with the engine but the tz database: it draws an expression together
//! with the numbers it means, walks the minutes of UTC and asks what the clocks of the zone show. A fixed
//! time fires when the furthest the clocks have ever shown passes it; an interval whenever they show it.

use crate::schedule::CronSchedule;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

/// Zones with half-hour changes, midnight changes, a lost day, Ramadan changes, two-hour changes and none.
const ZONES: [Tz; 17] = [
    Tz::UTC,
    Tz::Europe__London,
    Tz::Europe__Dublin,
    Tz::America__New_York,
    Tz::America__St_Johns,
    Tz::America__Sao_Paulo,
    Tz::America__Havana,
    Tz::America__Santiago,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Apia,
    Tz::Pacific__Chatham,
    Tz::Africa__Casablanca,
    Tz::Africa__Cairo,
    Tz::Asia__Gaza,
    Tz::Asia__Kathmandu,
    Tz::Asia__Tehran,
    Tz::Antarctica__Troll,
];

/// A field as text with the numbers it means, as bits.
#[derive(Debug, Clone)]
struct Drawn {
    text: String,
    bits: u64,
    fixed: bool,
}

fn bits(numbers: impl IntoIterator<Item = u32>) -> u64 {
    numbers.into_iter().fold(0, |bits, number| bits | 1 << number)
}

fn value(low: u32, high: u32) -> impl Strategy<Value = Drawn> {
    (low..=high).prop_map(|v| Drawn { text: v.to_string(), bits: bits([v]), fixed: true })
}

fn field(low: u32, high: u32) -> impl Strategy<Value = Drawn> {
    let star = Just(Drawn { text: "*".to_owned(), bits: bits(low..=high), fixed: false });
    let step = (2..=(high - low)).prop_map(move |step| Drawn {
        text: format!("*/{step}"),
        bits: bits((low..=high).step_by(step as usize)),
        fixed: false,
    });
    let range = (low..=high, low..=high, 1_u32..=5).prop_map(|(one, other, step)| {
        let (from, to) = (one.min(other), one.max(other));
        let text = if step == 1 { format!("{from}-{to}") } else { format!("{from}-{to}/{step}") };
        Drawn { text, bits: bits((from..=to).step_by(step as usize)), fixed: false }
    });
    let list = prop::collection::vec(low..=high, 2..4).prop_map(|numbers| Drawn {
        text: numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
        bits: bits(numbers),
        fixed: true,
    });
    prop_oneof![2 => star, 2 => step, 1 => range, 2 => list, 4 => value(low, high)]
}

/// Hours in which clocks change.
fn night_hour() -> impl Strategy<Value = Drawn> {
    let several = prop::sample::select(
        &[("0-3", 0b1111, false), ("0,2", 0b101, true), ("1-2", 0b110, false), ("1,2,3", 0b1110, true)][..],
    );
    let several = several.prop_map(|(text, bits, fixed)| Drawn { text: text.to_owned(), bits, fixed });
    prop_oneof![2 => value(0, 3), 1 => value(23, 23), 1 => field(0, 23), 2 => several]
}

/// Days of the month, some with L and W.
#[derive(Debug, Clone)]
enum DaysOfMonth {
    Any,
    Numbers(Drawn),
    Last,
    LastWorkday,
    Nearest(u32),
}

/// Days of the week, some with # and L; Sunday is 0.
#[derive(Debug, Clone)]
enum DaysOfWeek {
    Any,
    Numbers { text: String, bits: u64 },
    Nth(u32, u32),
    LastOf(u32),
}

#[derive(Debug, Clone)]
struct Expression {
    minute: Drawn,
    hour: Drawn,
    dom: DaysOfMonth,
    month: Drawn,
    dow: DaysOfWeek,
}

fn expression() -> impl Strategy<Value = Expression> {
    let dom = prop_oneof![
        6 => Just(DaysOfMonth::Any),
        2 => field(1, 31).prop_filter("* is Any", |drawn| drawn.text != "*").prop_map(DaysOfMonth::Numbers),
        1 => Just(DaysOfMonth::Last),
        1 => Just(DaysOfMonth::LastWorkday),
        1 => (1_u32..=31).prop_map(DaysOfMonth::Nearest),
    ];
    let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let numbers = |text: &str, bits: u64| DaysOfWeek::Numbers { text: text.to_owned(), bits };
    let dow = prop_oneof![
        6 => Just(DaysOfWeek::Any),
        1 => Just(numbers("MON-FRI", 0b011_1110)),
        1 => Just(numbers("6-7", 0b100_0001)),
        1 => Just(numbers("fri-sun", 0b110_0001)),
        2 => (0_usize..7).prop_map(move |day| numbers(names[day], 1 << day)),
        1 => (0_u32..7, 1_u32..=4).prop_map(|(day, nth)| DaysOfWeek::Nth(day, nth)),
        1 => (0_u32..7).prop_map(DaysOfWeek::LastOf),
    ];
    let any = Just(Drawn { text: "*".to_owned(), bits: bits(1..=12), fixed: false });
    let month = prop_oneof![3 => any, 1 => field(1, 12)];
    (field(0, 59), field(0, 23), dom, month, dow).prop_map(|(minute, hour, dom, month, dow)| Expression {
        minute,
        hour,
        dom,
        month,
        dow,
    })
}

impl Expression {
    fn text(&self) -> String {
        let dom = match &self.dom {
            DaysOfMonth::Any => "*".to_owned(),
            DaysOfMonth::Numbers(drawn) => drawn.text.clone(),
            DaysOfMonth::Last => "L".to_owned(),
            DaysOfMonth::LastWorkday => "LW".to_owned(),
            DaysOfMonth::Nearest(day) => format!("{day}W"),
        };
        let dow = match &self.dow {
            DaysOfWeek::Any => "*".to_owned(),
            DaysOfWeek::Numbers { text, .. } => text.clone(),
            DaysOfWeek::Nth(day, nth) => format!("{day}#{nth}"),
            DaysOfWeek::LastOf(day) => format!("{day}L"),
        };
        format!("{} {} {dom} {} {dow}", self.minute.text, self.hour.text, self.month.text)
    }

    fn fires_on(&self, date: NaiveDate) -> bool {
        if self.month.bits >> date.month() & 1 == 0 {
            return false;
        }
        let weekday = date.weekday().num_days_from_sunday();
        let last = (28..=31).filter_map(|day| date.with_day(day)).next_back().expect("months have a 28th");
        let workday = |date: NaiveDate| !matches!(date.weekday().num_days_from_sunday(), 0 | 6);
        let of_month = match &self.dom {
            DaysOfMonth::Any => None,
            DaysOfMonth::Numbers(drawn) => Some(drawn.bits >> date.day() & 1 == 1),
            DaysOfMonth::Last => Some(date == last),
            DaysOfMonth::LastWorkday => Some(
                workday(date)
                    && (date.day() + 1..=last.day()).all(|d| !workday(date.with_day(d).expect("a day"))),
            ),
            DaysOfMonth::Nearest(day) => Some(date.with_day(*day).is_some_and(|wanted| {
                let near = [0, -1, 1, 2, -2].map(|shift| wanted + Duration::days(shift));
                let fits = |near: &&NaiveDate| workday(**near) && near.month() == wanted.month();
                near.iter().find(fits) == Some(&date)
            })),
        };
        let of_week = match &self.dow {
            DaysOfWeek::Any => None,
            DaysOfWeek::Numbers { bits, .. } => Some(bits >> weekday & 1 == 1),
            DaysOfWeek::Nth(day, nth) => Some(weekday == *day && date.day().div_ceil(7) == *nth),
            DaysOfWeek::LastOf(day) => Some(weekday == *day && date.day() + 7 > last.day()),
        };
        match (of_month, of_week) {
            (None, None) => true,
            (Some(fits), None) | (None, Some(fits)) => fits,
            (Some(one), Some(other)) => one || other,
        }
    }
}

/// Minutes since 1970 in which the expression fires, found one minute after the other.
fn by_brute_force(expression: &Expression, zone: Tz, from: i64, until: i64) -> Vec<i64> {
    let offset = |minute: i64| {
        let moment = DateTime::from_timestamp(minute * 60, 0).expect("a moment").naive_utc();
        i64::from(zone.offset_from_utc_datetime(&moment).fix().local_minus_utc()) / 60
    };
    let fixed = expression.minute.fixed && expression.hour.fixed;
    let mut day_known = (i64::MIN, false);
    let mut fits = |wall: i64| {
        let clock = wall.rem_euclid(1440);
        if expression.minute.bits >> (clock % 60) & 1 == 0 || expression.hour.bits >> (clock / 60) & 1 == 0 {
            return false;
        }
        let day = wall.div_euclid(1440);
        if day_known.0 != day {
            let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).expect("the epoch");
            day_known = (day, expression.fires_on(epoch + Duration::days(day)));
        }
        day_known.1
    };
    let mut fired = Vec::new();
    // The furthest the clocks showed: two days suffice to know it at `from`.
    let mut furthest = (from - 2880..=from).map(|minute| minute + offset(minute)).max().expect("minutes");
    let mut hour_offset = (i64::MIN, None);
    for minute in from + 1..=until {
        let hour = minute.div_euclid(60);
        if hour_offset.0 != hour {
            let (first, next) = (offset(hour * 60), offset(hour * 60 + 60));
            hour_offset = (hour, (first == next).then_some(first));
        }
        let wall = minute + hour_offset.1.unwrap_or_else(|| offset(minute));
        let fires = match fixed {
            true => (furthest + 1..=wall).any(&mut fits),
            false => fits(wall),
        };
        furthest = furthest.max(wall);
        if fires {
            fired.push(minute);
        }
    }
    fired
}

fn moment(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(minute * 60, 0).expect("a moment")
}

/// Spans of three days around the changes of a zone's clocks, and one without a change.
fn interesting_spans(zone: Tz, from: i64, until: i64) -> Vec<(i64, i64)> {
    let offset = |minute: i64| zone.offset_from_utc_datetime(&moment(minute).naive_utc()).fix();
    let days = (from..until - 5000).step_by(1440);
    let mut spans: Vec<_> =
        days.filter(|day| offset(*day) != offset(day + 1440)).map(|d| (d - 1000, d + 3000)).collect();
    spans.retain(|(start, _)| *start >= from);
    spans.push((from, from + 4000));
    spans
}

fn agrees(expression: &Expression, zone: Tz, year: i32) -> Result<(), TestCaseError> {
    let text = expression.text();
    let Ok(schedule) = CronSchedule::parse(&text, zone.name()) else {
        // Only a day that its months do not have may be refused.
        let any_day = (0..366 * 28).any(|day| {
            expression.fires_on(NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date") + Duration::days(day))
        });
        prop_assert!(!any_day, "{} fires and must not be refused", text);
        return Ok(());
    };
    let start = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().expect("a moment").timestamp() / 60;
    let end = start + 10 * 525_960;
    let expected = by_brute_force(expression, zone, start, end);
    let counted = schedule.count_between(moment(start), moment(end));
    prop_assert_eq!(
        counted,
        expected.len() as u64,
        "ten years of {} in {} must be counted right",
        text,
        zone
    );
    let spans =
        if expected.len() <= 12_000 { vec![(start, end)] } else { interesting_spans(zone, start, end) };
    for (from, until) in spans {
        let wanted: Vec<_> =
            expected.iter().filter(|m| **m > from && **m <= until).map(|m| moment(*m)).collect();
        let found = schedule.between(moment(from), moment(until), usize::MAX);
        let wrong = wanted.iter().zip(&found).find(|(one, other)| one != other);
        prop_assert!(wanted == found, "{} in {}: slots forwards differ first at {:?}", text, zone, wrong);
        let backwards = schedule.newest_between(moment(from), moment(until), usize::MAX);
        let wrong = wanted.iter().rev().zip(backwards.iter().rev()).find(|(one, other)| one != other);
        prop_assert!(
            wanted == backwards,
            "{} in {}: slots backwards differ first at {:?}",
            text,
            zone,
            wrong
        );
        let counted = schedule.count_between(moment(from), moment(until));
        prop_assert_eq!(counted, wanted.len() as u64, "a span of {} in {} must be counted right", text, zone);
    }
    // A heartbeat may look at any moment; what it sees must not depend on where the last one looked.
    for probe in (start..end - 100_000).step_by(98_765) {
        let next = expected.get(expected.partition_point(|minute| *minute <= probe)).map(|m| moment(*m));
        prop_assert_eq!(
            schedule.next_after(moment(probe)).filter(|s| *s <= moment(end)),
            next,
            "{} in {}",
            text,
            zone
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn each_slot_comes_exactly_once_over_ten_years_of_minutes(
        drawn in expression(), zone in prop::sample::select(&ZONES[..]), year in 1980_i32..2030,
    ) {
        agrees(&drawn, zone, year)?;
    }

    #[test]
    fn times_of_the_night_come_exactly_once_where_clocks_change(
        minute in field(0, 59), hour in night_hour(), zone in prop::sample::select(&ZONES[1..]), year in 1990_i32..2030,
    ) {
        let month = Drawn { text: "*".to_owned(), bits: bits(1..=12), fixed: false };
        agrees(&Expression { minute, hour, dom: DaysOfMonth::Any, month, dow: DaysOfWeek::Any }, zone, year)?;
    }
}

#[test]
fn a_time_of_the_night_comes_exactly_once_in_every_zone() {
    for zone in ZONES {
        for (hour, minute) in [(0, 0), (0, 30), (1, 45), (2, 15), (23, 59)] {
            let single = |v: u32| Drawn { text: v.to_string(), bits: bits([v]), fixed: true };
            let month = Drawn { text: "*".to_owned(), bits: bits(1..=12), fixed: false };
            let (minute, hour) = (single(minute), single(hour));
            let daily = Expression { minute, hour, dom: DaysOfMonth::Any, month, dow: DaysOfWeek::Any };
            let text = daily.text();
            let start =
                Utc.with_ymd_and_hms(2008, 6, 1, 0, 0, 0).single().expect("a moment").timestamp() / 60;
            let end = start + 4 * 525_960;
            let expected: Vec<_> = by_brute_force(&daily, zone, start, end).into_iter().map(moment).collect();
            let found = schedule_slots(&text, zone, start, end);
            assert!(expected == found, "{text} in {zone} must lose and repeat nothing");
        }
    }
}

fn schedule_slots(text: &str, zone: Tz, start: i64, end: i64) -> Vec<DateTime<Utc>> {
    super::schedule(text, zone.name()).between(moment(start), moment(end), usize::MAX)
}

#[test]
fn seconds_come_exactly_once_around_a_change() {
    type Fits = fn(u32, u32, u32) -> bool;
    let expressions: [(&str, bool, Fits); 4] = [
        ("*/7 * * * * *", false, |_, _, second| second % 7 == 0),
        ("10-50/20 */30 1-2 * * *", false, |hour, minute, second| {
            matches!(hour, 1 | 2) && minute % 30 == 0 && matches!(second, 10 | 30 | 50)
        }),
        ("15,45 0,40 1,2 * * *", true, |hour, minute, second| {
            matches!(hour, 1 | 2) && matches!(minute, 0 | 40) && matches!(second, 15 | 45)
        }),
        ("59 59 1 * * *", true, |hour, minute, second| (hour, minute, second) == (1, 59, 59)),
    ];
    let changes = [
        (Tz::Europe__London, "2027-03-28T01:00:00Z"),
        (Tz::Europe__London, "2027-10-31T01:00:00Z"),
        (Tz::America__New_York, "2027-03-14T07:00:00Z"),
        (Tz::America__New_York, "2027-11-07T06:00:00Z"),
        (Tz::Australia__Lord_Howe, "2027-04-03T15:00:00Z"),
        (Tz::Australia__Lord_Howe, "2027-10-02T15:30:00Z"),
    ];
    for (zone, change) in changes {
        let change = super::at(change);
        let (from, until) = (change - Duration::hours(4), change + Duration::hours(4));
        for (text, fixed, fits) in expressions {
            let mut wanted = Vec::new();
            let mut furthest = from.with_timezone(&zone).naive_local();
            for second in 1..=(until - from).num_seconds() {
                let moment = from + Duration::seconds(second);
                let wall = moment.with_timezone(&zone).naive_local();
                let shown = if fixed { furthest + Duration::seconds(1) } else { wall };
                let passed = (0..=(wall - shown).num_seconds()).map(|step| shown + Duration::seconds(step));
                if passed.into_iter().any(|wall| fits(wall.hour(), wall.minute(), wall.second())) {
                    wanted.push(moment);
                }
                furthest = furthest.max(wall);
            }
            let schedule = super::schedule(text, zone.name());
            assert!(
                wanted == schedule.between(from, until, usize::MAX),
                "{text} in {zone} at {change}, forwards"
            );
            assert!(
                wanted == schedule.newest_between(from, until, usize::MAX),
                "{text} in {zone} at {change}, back"
            );
            // Every span must be counted right, wherever it begins or ends.
            for minutes in (0..480).step_by(13) {
                let middle = from + Duration::minutes(minutes) + Duration::seconds(minutes % 60);
                let before = wanted.iter().filter(|slot| **slot <= middle).count() as u64;
                assert_eq!(schedule.count_between(from, middle), before, "{text} in {zone} up to {middle}");
                let after = wanted.len() as u64 - before;
                assert_eq!(schedule.count_between(middle, until), after, "{text} in {zone} from {middle}");
                let next = wanted.iter().find(|slot| **slot > middle).copied();
                assert_eq!(
                    schedule.next_after(middle).filter(|s| *s <= until),
                    next,
                    "{text} in {zone} after {middle}"
                );
                let last = wanted.iter().rev().find(|slot| **slot < middle).copied();
                assert_eq!(
                    schedule.previous(middle).filter(|s| *s > from),
                    last,
                    "{text} in {zone} before {middle}"
                );
            }
        }
    }
}
