//! `cron explain` and `job next`: slots across changes of the clocks.

use crate::support::Home;
use serde_json::json;

/// Expression, zone, from, the slots that follow.
type Vector = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Fixed times in a gap run at its end, in an overlap once; intervals run through both.
const VECTORS: &[Vector] = &[
    (
        "0 2 * * *",
        "America/New_York",
        "2027-03-13T12:00:00Z",
        &["2027-03-14T07:00:00Z", "2027-03-15T06:00:00Z"],
    ),
    (
        "30 2 * * *",
        "America/New_York",
        "2027-03-13T12:00:00Z",
        &["2027-03-14T07:00:00Z", "2027-03-15T06:30:00Z"],
    ),
    (
        "30 1 * * *",
        "America/New_York",
        "2027-11-06T12:00:00Z",
        &["2027-11-07T05:30:00Z", "2027-11-08T06:30:00Z"],
    ),
    (
        "30 1 * * *",
        "Europe/London",
        "2027-03-27T12:00:00Z",
        &["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"],
    ),
    (
        "*/30 * * * *",
        "Europe/London",
        "2027-03-28T00:00:00Z",
        &["2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z"],
    ),
    ("0 2 * * *", "UTC", "2026-11-23T00:00:00Z", &["2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z"]),
    // Day of month or day of week, when both are restricted: the 1st, and Mondays.
    ("0 0 1 * 1", "UTC", "2026-11-29T12:00:00Z", &["2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"]),
];

#[test]
fn slots_follow_the_clocks_of_the_zone() {
    let home = Home::new();
    for (expression, zone, from, expected) in VECTORS {
        let document = home.document(&[
            "cron",
            "explain",
            expression,
            "--timezone",
            zone,
            "--from",
            from,
            "--count",
            "2",
        ]);
        assert_eq!(document["next"], json!(expected), "{expression} in {zone} would fire at the wrong time");
        assert_eq!(document["expression"], *expression, "the answer names the question");
        assert_eq!(document["timezone"], *zone, "a slot means nothing without its zone");
        assert!(!document["description"].as_str().unwrap().is_empty(), "{expression} must be put in words");
        assert!(document["remarks"].is_array(), "remarks are a list, if empty");
    }
}

#[test]
fn a_slot_that_a_clock_change_moves_is_remarked_on() {
    let arguments =
        ["cron", "explain", "0 2 * * *", "--timezone", "America/New_York", "--from", "2027-03-13T12:00:00Z"];
    let home = Home::new();
    let remarks = home.document(&arguments)["remarks"].to_string();
    assert!(remarks.contains("2027-03-14"), "the night of the change must be named: {remarks}");
    let told = home.done(&arguments).stdout;
    assert!(told.contains("2027-03-14 03:00:00 -04:00"), "people read the zone's own clocks: {told}");
}

#[test]
fn an_expression_that_cannot_fire_ends_with_1_and_a_hint() {
    let home = Home::new();
    for wrong in ["61 * * * *", "0 0 30 2 *", "* * *", "@fortnightly", ""] {
        let (status, document) = home.json(&["cron", "explain", wrong]);
        assert_eq!(status, 1, "{wrong:?} is a valid question with a bad answer: {document}");
        let hint = document["error"]["hint"].as_str().unwrap();
        assert!(!hint.is_empty(), "{wrong:?} must come with a hint: {document}");
        let told = home.run(&["cron", "explain", wrong]);
        assert!(told.stderr.contains("\nhint: "), "{wrong:?} must hint at what works: {told:?}");
    }
    let (status, document) = home.json(&["cron", "explain", "@daily", "--timezone", "Europe/Lodnon"]);
    assert_eq!(status, 1, "an unknown zone is no schedule");
    assert!(document.to_string().contains("Europe/London"), "the near zone is worth a hint: {document}");
}

#[test]
fn a_jobs_next_slots_are_those_of_its_expression() {
    let home = Home::new();
    home.done(&["server", "add", "s", "--url", "postgresql://u@127.0.0.1:1/db"]);
    let (expression, zone) = ("0 2 * * *", "America/New_York");
    let add =
        ["job", "add", "j", "--server", "s", "--database", "a", "--cron", expression, "--timezone", zone];
    home.done(&add);
    let from = "2027-03-13T12:00:00Z";
    let next = home.document(&["job", "next", "j", "--count", "3", "--from", from]);
    let explained =
        home.document(&["cron", "explain", expression, "--timezone", zone, "--count", "3", "--from", from]);
    assert_eq!(next, explained, "a preview that differs from the job would mislead");
}
