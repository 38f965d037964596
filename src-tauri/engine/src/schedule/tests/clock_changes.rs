//! What the clocks do in spring and autumn, written out as tables, and the remarks about it.

use super::{at, schedule};
use crate::schedule::preview;

/// The slots after a moment.
fn slots(expression: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
    schedule(expression, zone)
        .after(at(from))
        .take(count)
        .map(|slot| slot.format("%m-%d %H:%M").to_string())
        .collect()
}

#[test]
fn clocks_go_forward_in_three_zones() {
    let cases: [(&str, &str, &str, &[&str]); 8] = [
        (
            "30 1 * * *",
            "Europe/London",
            "2027-03-27T00:00:00Z",
            &["03-27 01:30", "03-28 01:00", "03-29 00:30"],
        ),
        (
            "0 1 * * *",
            "Europe/London",
            "2027-03-27T00:00:00Z",
            &["03-27 01:00", "03-28 01:00", "03-29 00:00"],
        ),
        (
            "0 * * * *",
            "Europe/London",
            "2027-03-27T23:30:00Z",
            &["03-28 00:00", "03-28 01:00", "03-28 02:00"],
        ),
        (
            "0,30 1,2 * * *",
            "Europe/London",
            "2027-03-28T00:00:00Z",
            &["03-28 01:00", "03-28 01:30", "03-29 00:00"],
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2027-03-13T00:00:00Z",
            &["03-13 07:30", "03-14 07:00", "03-15 06:30"],
        ),
        (
            "*/30 2 * * *",
            "America/New_York",
            "2027-03-13T07:15:00Z",
            &["03-13 07:30", "03-15 06:00", "03-15 06:30"],
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2027-10-01T12:00:00Z",
            &["10-01 15:45", "10-02 15:30", "10-03 15:15"],
        ),
        (
            "*/15 * * * *",
            "Australia/Lord_Howe",
            "2027-10-02T15:00:00Z",
            &["10-02 15:15", "10-02 15:30", "10-02 15:45"],
        ),
    ];
    for (expression, zone, from, expected) in cases {
        let found = slots(expression, zone, from, expected.len());
        assert_eq!(found, expected, "{expression} in {zone} when clocks go forward");
    }
}

#[test]
fn clocks_go_back_in_three_zones() {
    let cases: [(&str, &str, &str, &[&str]); 7] = [
        (
            "30 1 * * *",
            "Europe/London",
            "2027-10-30T00:00:00Z",
            &["10-30 00:30", "10-31 00:30", "11-01 01:30"],
        ),
        (
            "0 * * * *",
            "Europe/London",
            "2027-10-30T23:30:00Z",
            &["10-31 00:00", "10-31 01:00", "10-31 02:00"],
        ),
        (
            "*/30 1 * * *",
            "Europe/London",
            "2027-10-31T00:00:00Z",
            &["10-31 00:30", "10-31 01:00", "10-31 01:30", "11-01 01:00"],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2027-11-06T00:00:00Z",
            &["11-06 05:30", "11-07 05:30", "11-08 06:30"],
        ),
        (
            "30 1,13 * * *",
            "America/New_York",
            "2027-11-07T00:00:00Z",
            &["11-07 05:30", "11-07 18:30", "11-08 06:30"],
        ),
        (
            "45 1 * * *",
            "Australia/Lord_Howe",
            "2027-04-02T00:00:00Z",
            &["04-02 14:45", "04-03 14:45", "04-04 15:15"],
        ),
        (
            "*/15 1 * * *",
            "Australia/Lord_Howe",
            "2027-04-03T14:00:00Z",
            &["04-03 14:15", "04-03 14:30", "04-03 14:45", "04-03 15:00", "04-03 15:15", "04-04 14:30"],
        ),
    ];
    for (expression, zone, from, expected) in cases {
        let found = slots(expression, zone, from, expected.len());
        assert_eq!(found, expected, "{expression} in {zone} when clocks go back");
    }
}

#[test]
fn odd_changes_lose_no_fixed_time() {
    // The clocks of Samoa left out 30 December 2011; those of São Paulo skipped midnight in summer.
    let samoa = slots("0 2 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 4);
    assert_eq!(
        samoa,
        ["12-29 12:00", "12-30 10:00", "12-30 12:00", "12-31 12:00"],
        "the lost day's slot runs at its end"
    );
    let brazil = slots("0 0 * * *", "America/Sao_Paulo", "2017-10-14T00:00:00Z", 3);
    assert_eq!(
        brazil,
        ["10-14 03:00", "10-15 03:00", "10-16 02:00"],
        "midnight does not exist, its slot does"
    );
    let friday = slots("30 23 * * FRI", "Pacific/Apia", "2011-12-25T00:00:00Z", 2);
    assert_eq!(friday, ["12-30 10:00", "01-06 09:30"], "a gap that ends on another weekday loses no slot");
}

#[test]
fn a_second_pass_asked_backwards_gives_the_same_slots() {
    let hourly = schedule("*/20 * * * *", "Europe/London");
    let forwards = hourly.between(at("2027-10-30T22:00:00Z"), at("2027-10-31T04:00:00Z"), 100);
    let mut backwards = Vec::new();
    let mut moment = at("2027-10-31T04:00:01Z");
    while let Some(slot) = hourly.previous(moment).filter(|slot| *slot > at("2027-10-30T22:00:00Z")) {
        backwards.push(slot);
        moment = slot;
    }
    backwards.reverse();
    assert_eq!(forwards, backwards, "the newest missed slots are found backwards");
    assert_eq!(forwards.len(), 18, "six hours of real time hold eighteen slots");
}

#[test]
fn moments_between_seconds_belong_to_the_second_before() {
    let daily = schedule("0 2 * * *", "UTC");
    let slot = at("2027-01-01T02:00:00Z");
    assert_eq!(
        daily.next_after(at("2027-01-01T02:00:00.250Z")),
        Some(at("2027-01-02T02:00:00Z")),
        "it has passed"
    );
    assert_eq!(daily.next_after(at("2027-01-01T01:59:59.999Z")), Some(slot), "it is still to come");
    assert_eq!(daily.previous(at("2027-01-01T02:00:00.250Z")), Some(slot), "it has passed");
    assert_eq!(daily.previous(slot), Some(at("2026-12-31T02:00:00Z")), "a slot is not before itself");
}

#[test]
fn months_without_the_day_have_no_slot_and_the_last_day_always_has() {
    let year = |expression: &str| {
        schedule(expression, "Europe/London")
            .between(at("2027-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"), 100)
            .len()
    };
    assert_eq!(year("0 3 29 * *"), 11, "February 2027 has 28 days");
    assert_eq!(year("0 3 30 * *"), 11, "February has no 30th");
    assert_eq!(year("0 3 31 * *"), 7, "seven months have a 31st");
    assert_eq!(year("0 3 L * *"), 12, "every month has a last day");
    assert_eq!(year("0 3 LW * *"), 12, "every month has a last weekday");
    assert_eq!(year("0 3 * * 5#5"), 5, "a fifth Friday comes in five months of 2027");
    assert_eq!(year("0 3 * * MON"), 52, "a weekly slot comes every week, also over the turn of a month");
    let leap = slots("0 3 29 2 *", "UTC", "2025-01-01T00:00:00Z", 2);
    assert_eq!(leap.len(), 2, "the 29th of February comes in leap years");
}

#[test]
fn remarks_name_the_slots_that_clock_changes_touch() {
    let remarks = |expression: &str, zone: &str, from: &str, count: u32| {
        preview(expression, zone, at(from), count).expect("a preview").remarks
    };
    assert_eq!(
        remarks("30 1 * * *", "Europe/London", "2027-03-26T00:00:00Z", 5),
        [
            "On 2027-03-28 clocks in Europe/London go forward from 01:00 to 02:00; the slot of 01:30 runs at 02:00."
        ],
        "a moved slot is announced"
    );
    assert_eq!(
        remarks("30 1 * * *", "Europe/London", "2027-10-29T00:00:00Z", 5),
        [
            "On 2027-10-31 clocks in Europe/London go back from 02:00 to 01:00; the slot of 01:30 runs once, at its \
          first pass."
        ],
        "a time that comes twice is announced"
    );
    assert_eq!(
        remarks("*/30 * * * *", "America/New_York", "2027-11-07T04:00:00Z", 8),
        [
            "On 2027-11-07 clocks in America/New_York go back from 02:00 to 01:00; the slots of 01:00 and 01:30 run \
          through both passes."
        ],
        "an interval that runs through both passes is announced"
    );
    assert_eq!(
        remarks("*/15 2 * * *", "America/New_York", "2027-03-13T00:00:00Z", 10),
        [
            "On 2027-03-14 clocks in America/New_York go forward from 02:00 to 03:00; the slots of 02:00, 02:15, 02:30 \
          and 02:45 do not come."
        ],
        "slots that fall out are announced"
    );
    assert_eq!(
        remarks("0 0 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3),
        [
            "On 2011-12-30 clocks in Pacific/Apia go forward from 00:00 to 2011-12-31 00:00; the slot of 00:00 runs at \
          00:00."
        ],
        "a change over midnight shows both days"
    );
}

#[test]
fn remarks_are_silent_when_no_listed_slot_is_touched() {
    let none: [(&str, &str, &str, u32); 5] = [
        ("30 1 * * *", "Europe/London", "2027-03-26T02:00:00Z", 1),
        ("0 12 * * *", "Europe/London", "2027-03-26T00:00:00Z", 10),
        ("30 1 * * *", "Europe/London", "2027-03-28T01:00:00Z", 5),
        ("30 1 * * *", "UTC", "2027-01-01T00:00:00Z", 400),
        ("0 2 * * *", "Europe/London", "2027-03-26T00:00:00Z", 5),
    ];
    for (expression, zone, from, count) in none {
        let remarks = preview(expression, zone, at(from), count).expect("a preview").remarks;
        assert!(remarks.is_empty(), "{expression} in {zone}: nobody needs to read {remarks:?}");
    }
}

#[test]
fn previews_give_whole_seconds_in_utc() {
    let preview =
        preview(" 0 2 * * * ", "europe/london", at("2027-07-01T00:00:00.5Z"), 2).expect("a preview");
    assert_eq!(preview.next, ["2027-07-01T01:00:00Z", "2027-07-02T01:00:00Z"], "RFC 3339 with Z");
    assert_eq!(preview.timezone, "Europe/London", "the zone is shown in its canonical spelling");
    assert_eq!(preview.expression, " 0 2 * * * ", "the expression is shown as given");
}
