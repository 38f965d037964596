//! What is read, what is refused, and where the refusal points.

use super::{at, schedule};
use crate::schedule::{CronSchedule, Field, FieldProblem, ScheduleError};
use proptest::prelude::*;

fn refusal(expression: &str) -> ScheduleError {
    CronSchedule::parse(expression, "UTC").expect_err(expression)
}

#[test]
fn equal_schedules_can_be_written_in_many_ways() {
    let same = [
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@Hourly", "0 * * * *"),
        ("@weekly", "0 0 * * SUN"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("  0   2\t* * *", "0 0 2 * * *"),
        ("0 2 * * 7", "0 2 * * sun"),
        ("0 2 * * fri-sun", "0 2 * * 0,5,6"),
        ("0 2 * jan-mar ?", "0 2 * 1,2,3 *"),
        ("0 2 ? * MON", "0 2 */1 * 1"),
        ("0 2 * * FRI#L", "0 2 * * 5L"),
        ("00 02 * * *", "0 2 * * *"),
    ];
    for (one, other) in same {
        let slots = |text: &str| {
            schedule(text, "UTC").between(at("2027-01-01T00:00:00Z"), at("2028-02-01T00:00:00Z"), 99)
        };
        assert_eq!(slots(one), slots(other), "{one} and {other} mean the same");
        assert!(!slots(one).is_empty(), "{one} fires");
    }
}

#[test]
fn restricted_day_fields_are_joined_with_or() {
    let slots =
        schedule("0 0 13 * FRI", "UTC").between(at("2027-08-01T00:00:00Z"), at("2027-08-31T23:00:00Z"), 99);
    let days: Vec<String> = slots.iter().map(|slot| slot.format("%d").to_string()).collect();
    assert_eq!(days, ["06", "13", "20", "27"], "all Fridays and the 13th, as Vixie's cron does");
    let slots =
        schedule("0 0 14 * FRI", "UTC").between(at("2027-08-01T00:00:00Z"), at("2027-08-31T23:00:00Z"), 99);
    assert_eq!(slots.len(), 5, "the 14th is a Saturday and comes besides the Fridays");
}

#[test]
fn six_fields_begin_with_seconds() {
    let slots =
        schedule("30 0 2 * * *", "UTC").between(at("2027-01-01T00:00:00Z"), at("2027-01-02T00:00:00Z"), 9);
    assert_eq!(slots, [at("2027-01-01T02:00:30Z")], "the first of six fields is the second");
}

#[test]
fn a_refusal_points_at_the_field_and_the_character() {
    let cases: [(&str, Field, usize, &str, FieldProblem); 18] = [
        ("61 * * * *", Field::Minute, 0, "61", FieldProblem::OutOfRange),
        ("* 24 * * *", Field::Hour, 2, "24", FieldProblem::OutOfRange),
        ("* * 0 * *", Field::DayOfMonth, 4, "0", FieldProblem::OutOfRange),
        ("* * * 13 *", Field::Month, 6, "13", FieldProblem::OutOfRange),
        ("* * * * 8", Field::DayOfWeek, 8, "8", FieldProblem::OutOfRange),
        ("60 * * * * *", Field::Second, 0, "60", FieldProblem::OutOfRange),
        ("0,15,61 * * * *", Field::Minute, 5, "61", FieldProblem::OutOfRange),
        ("0 8-25 * * *", Field::Hour, 4, "25", FieldProblem::OutOfRange),
        ("99999999999 * * * *", Field::Minute, 0, "99999999999", FieldProblem::OutOfRange),
        ("0 MON * * *", Field::Hour, 2, "MON", FieldProblem::StrayCharacter('M')),
        ("0 2 * * ü", Field::DayOfWeek, 8, "ü", FieldProblem::StrayCharacter('ü')),
        ("0 2 * * MONDAY", Field::DayOfWeek, 8, "MONDAY", FieldProblem::UnknownWord),
        ("0 9-5 * * *", Field::Hour, 2, "9-5", FieldProblem::BackwardRange),
        ("1,,2 * * * *", Field::Minute, 2, "", FieldProblem::EmptyItem),
        ("*/90 * * * *", Field::Minute, 2, "90", FieldProblem::StepOutOfRange { largest: 59 }),
        ("*/0 * * * *", Field::Minute, 2, "0", FieldProblem::StepOutOfRange { largest: 59 }),
        (
            "5/5 * * * *",
            Field::Minute,
            0,
            "5/5",
            FieldProblem::StepWithoutRange { suggestion: "5-59/5".to_owned() },
        ),
        ("0 2 * * L", Field::DayOfWeek, 8, "L", FieldProblem::LastWithoutWeekday),
    ];
    for (expression, field, position, token, problem) in cases {
        let token = token.to_owned();
        let expected = ScheduleError::Field { field, position, token, problem };
        assert_eq!(refusal(expression), expected, "{expression:?} must be refused where it is wrong");
    }
    // Characters are counted, not bytes.
    let wide = ScheduleError::FieldCount { found: 4, position: 7 };
    assert_eq!(refusal("ü é ñ ø"), wide, "letters of two bytes are one character");
}

#[test]
fn too_few_and_too_many_fields_are_refused() {
    assert_eq!(refusal(""), ScheduleError::Empty, "nothing is no schedule");
    assert_eq!(refusal(" \n"), ScheduleError::Empty, "blanks are no schedule");
    assert_eq!(
        refusal("0 2 * *"),
        ScheduleError::FieldCount { found: 4, position: 7 },
        "one is missing at the end"
    );
    let seven = ScheduleError::FieldCount { found: 7, position: 12 };
    assert_eq!(refusal("0 0 2 * * * 2027"), seven, "years are not supported: a backup has no last year");
    let name = ScheduleError::FieldCount { found: 2, position: 7 };
    assert_eq!(refusal("@daily 5"), name, "a name stands alone");
}

#[test]
fn an_expression_that_never_fires_is_refused() {
    for expression in ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31W 2 *"] {
        assert!(
            matches!(refusal(expression), ScheduleError::NeverFires { .. }),
            "{expression} would never back up"
        );
    }
    let expected =
        ScheduleError::NeverFires { field: Field::DayOfMonth, position: 4, token: "30".to_owned() };
    assert_eq!(refusal("0 0 30 2 *"), expected, "the impossible day is pointed at");
    schedule("0 0 29 2 *", "UTC");
    schedule("0 0 30 2 MON", "UTC");
    schedule("0 0 * 2 1#5", "UTC");
}

#[test]
fn zones_are_found_in_any_case_and_unknown_ones_get_suggestions() {
    assert_eq!(
        schedule("@daily", "europe/LONDON").timezone(),
        "Europe/London",
        "the canonical spelling is kept"
    );
    let suggestions = |zone: &str| match CronSchedule::parse("@daily", zone) {
        Err(ScheduleError::UnknownZone { suggestions, .. }) => suggestions,
        other => panic!("{zone} is no zone: {other:?}"),
    };
    assert_eq!(suggestions("Europe/Lodnon").first(), Some(&"Europe/London"), "a slip of the keys");
    assert_eq!(suggestions("new york").first(), Some(&"America/New_York"), "a city with a blank");
    assert!(suggestions("Middle Earth/Shire").is_empty(), "nothing is near");
    assert!(suggestions("").is_empty(), "nothing was meant");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,40}", zone in "\\PC{0,12}") {
        let _ = CronSchedule::parse(&text, "UTC");
        let _ = CronSchedule::parse("@daily", &zone);
    }

    #[test]
    fn whatever_looks_like_cron_is_read_or_refused_with_a_place_inside_it(
        text in "([0-9]{1,2}|[*]|[*]/[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}|L|LW|[0-9]{1,2}W|MON#[0-9]|[0-6]L|JAN|,|-|[?]|#| ){1,9}",
        tail in "( [*0-9LW#?,/-]{1,5}){0,6}",
    ) {
        let text = format!("{text}{tail}");
        match CronSchedule::parse(&text, "Europe/London") {
            Ok(schedule) => {
                prop_assert!(!schedule.describe().is_empty(), "{} has a description", text);
                prop_assert!(!schedule.short().is_empty(), "{} has a short form", text);
                prop_assert!(schedule.next_after(at("2027-01-01T00:00:00Z")).is_some(), "{} fires", text);
            }
            Err(ScheduleError::Field { position, .. } | ScheduleError::FieldCount { position, .. }) => {
                prop_assert!(position <= text.chars().count(), "{}: the place lies in the text", text);
            }
            Err(_) => {}
        }
    }
}
