//! The planner: suspended machines, clocks that are set, policies, and huge spans.

use super::{at, schedule};
use crate::schedule::{
    DueTrigger, Evaluation, MISSED_LISTED, MissedReason, ON_TIME_SECONDS, PlannedJob, jitter_seconds, plan,
};
use chrono::{DateTime, Duration, Utc};
use holdfast_types::{JobId, MissedPolicy};
use proptest::prelude::*;
use std::collections::BTreeSet;

const DAY: u64 = 86_400;

fn job(expression: &str, missed: MissedPolicy) -> PlannedJob {
    PlannedJob {
        job_id: JobId(1),
        schedule: schedule(expression, "Europe/London"),
        missed,
        missed_limit: 10,
        grace_seconds: DAY,
        jitter_seconds: 0,
    }
}

fn due(evaluation: &Evaluation) -> Vec<(DateTime<Utc>, DueTrigger)> {
    evaluation.due.iter().map(|slot| (slot.scheduled_for, slot.trigger)).collect()
}

#[test]
fn a_slot_runs_when_its_time_comes_and_only_then() {
    let nightly = job("0 2 * * *", MissedPolicy::Once);
    let slot = at("2027-01-10T02:00:00Z");
    let before = plan(&nightly, slot - Duration::seconds(2), slot - Duration::seconds(1));
    assert_eq!(before.due, [], "a second too early");
    let on_time = plan(&nightly, before.evaluated_to, slot);
    assert_eq!(due(&on_time), [(slot, DueTrigger::Scheduled)], "on the second");
    let after = plan(&nightly, on_time.evaluated_to, slot + Duration::seconds(1));
    assert_eq!(after.due, [], "once only");
    assert_eq!(after.missed, [], "and it is not missed either");
}

#[test]
fn a_late_heartbeat_is_no_missed_slot() {
    let nightly = job("0 2 * * *", MissedPolicy::Skip);
    let slot = at("2027-01-10T02:00:00Z");
    let late = plan(&nightly, slot - Duration::seconds(1), slot + Duration::seconds(ON_TIME_SECONDS));
    assert_eq!(
        due(&late),
        [(slot, DueTrigger::Scheduled)],
        "a busy machine must not lose the night's backup"
    );
    let too_late = plan(&nightly, slot - Duration::seconds(1), slot + Duration::seconds(ON_TIME_SECONDS + 1));
    assert_eq!(too_late.due, [], "beyond that the policy decides");
    assert_eq!(too_late.missed[0].reason, MissedReason::Policy, "and the history says so");
}

#[test]
fn a_machine_suspended_over_slots_catches_up_exactly_once() {
    for slots in [1_i64, 3, 10] {
        let hourly = job("0 * * * *", MissedPolicy::Once);
        let asleep = at("2027-01-10T00:30:00Z");
        let awake = asleep + Duration::hours(slots);
        let woken = plan(&hourly, asleep, awake);
        let newest = at("2027-01-10T00:00:00Z") + Duration::hours(slots);
        assert_eq!(
            due(&woken),
            [(newest, DueTrigger::CatchUp)],
            "one catch-up after {slots} slots, the newest"
        );
        assert_eq!(woken.missed.len(), slots as usize - 1, "the other slots are in the history");
        let all_coalesced =
            woken.missed.iter().all(|slot| slot.reason == MissedReason::Coalesced { into: newest });
        assert!(all_coalesced, "the history says which run stands for them");
        let next = plan(&hourly, woken.evaluated_to, awake + Duration::minutes(30));
        assert_eq!(
            due(&next),
            [(newest + Duration::hours(1), DueTrigger::Scheduled)],
            "a catch-up costs no later slot"
        );
    }
}

#[test]
fn a_slot_on_time_serves_the_missed_ones_too() {
    let hourly = job("0 * * * *", MissedPolicy::Once);
    let woken = plan(&hourly, at("2027-01-10T00:30:00Z"), at("2027-01-10T04:00:10Z"));
    let on_time = at("2027-01-10T04:00:00Z");
    assert_eq!(due(&woken), [(on_time, DueTrigger::Scheduled)], "never two runs at once");
    assert_eq!(woken.missed.len(), 3, "the late slots are recorded");
}

#[test]
fn skip_records_and_each_runs_up_to_its_limit_oldest_first() {
    let (asleep, awake) = (at("2027-01-10T00:30:00Z"), at("2027-01-10T10:30:00Z"));
    let skipped = plan(&job("0 * * * *", MissedPolicy::Skip), asleep, awake);
    assert_eq!((skipped.due.len(), skipped.missed.len()), (0, 10), "skip runs nothing late");
    let each = PlannedJob { missed_limit: 3, ..job("0 * * * *", MissedPolicy::Each) };
    let caught_up = plan(&each, asleep, awake);
    let newest_three = [8, 9, 10].map(|hour| at("2027-01-10T00:00:00Z") + Duration::hours(hour));
    assert_eq!(
        due(&caught_up),
        newest_three.map(|slot| (slot, DueTrigger::CatchUp)),
        "the newest three in order"
    );
    let reason = MissedReason::BeyondLimit { limit: 3 };
    assert!(caught_up.missed.iter().all(|slot| slot.reason == reason), "the rest says why");
    assert_eq!(caught_up.missed.len(), 7, "nothing is lost from the history");
    let none = plan(&PlannedJob { missed_limit: 0, ..each }, asleep, awake);
    assert_eq!(none.due, [], "a limit of zero catches nothing up");
}

#[test]
fn slots_older_than_the_grace_are_missed_whatever_the_policy() {
    for policy in [MissedPolicy::Once, MissedPolicy::Each] {
        let strict = PlannedJob { grace_seconds: 3600, ..job("0 2 * * *", policy) };
        let late = plan(&strict, at("2027-01-08T12:00:00Z"), at("2027-01-10T03:00:01Z"));
        assert_eq!(late.due, [], "{policy:?}: an hour and a second late is too late");
        assert_eq!(late.missed.len(), 2, "{policy:?}: both nights are recorded");
        assert_eq!(
            late.missed[1].reason,
            MissedReason::BeyondGrace { grace_seconds: 3600 },
            "with the reason"
        );
        let in_time = plan(&strict, at("2027-01-08T12:00:00Z"), at("2027-01-10T03:00:00Z"));
        assert_eq!(
            due(&in_time),
            [(at("2027-01-10T02:00:00Z"), DueTrigger::CatchUp)],
            "{policy:?}: an hour is not"
        );
    }
    let no_grace = PlannedJob { grace_seconds: 0, ..job("0 2 * * *", MissedPolicy::Once) };
    let on_time = plan(&no_grace, at("2027-01-10T01:59:59Z"), at("2027-01-10T02:00:30Z"));
    assert_eq!(on_time.due.len(), 1, "without grace a slot that is on time still runs");
}

#[test]
fn a_clock_set_back_runs_nothing_and_goes_on_from_there() {
    let hourly = job("0 * * * *", MissedPolicy::Each);
    let back = plan(&hourly, at("2027-01-10T12:00:00Z"), at("2027-01-10T08:30:00Z"));
    assert_eq!((back.due.len(), back.missed.len()), (0, 0), "nothing is due because the clock went back");
    assert_eq!(back.evaluated_to, at("2027-01-10T08:30:00Z"), "evaluation goes on from the new time");
    // The slot comes by a second time; the ledger's UNIQUE(job, scheduled_for) refuses it.
    let again = plan(&hourly, back.evaluated_to, at("2027-01-10T09:00:00Z"));
    assert_eq!(due(&again).len(), 1, "slots come by again in step with the clock");
    let same = plan(&hourly, at("2027-01-10T12:00:00Z"), at("2027-01-10T12:00:00Z"));
    assert_eq!(same.due, [], "a second heartbeat in the same moment does nothing");
}

#[test]
fn a_clock_set_forward_is_a_span_of_missed_slots() {
    let nightly = job("0 2 * * *", MissedPolicy::Once);
    let forward = plan(&nightly, at("2027-01-10T12:00:00Z"), at("2027-02-10T12:00:00Z"));
    assert_eq!(due(&forward), [(at("2027-02-10T02:00:00Z"), DueTrigger::CatchUp)], "one run for a month");
    assert_eq!(forward.missed.len(), 30, "each night of the month is in the history");
}

#[test]
fn a_year_of_seconds_is_counted_and_not_walked() {
    let every_second = job("* * * * * *", MissedPolicy::Once);
    let from = at("2026-01-01T00:00:00Z");
    let evaluation = plan(&every_second, from, from + Duration::days(365));
    assert_eq!(evaluation.due.len(), 1, "one run");
    assert_eq!(evaluation.missed.len(), MISSED_LISTED, "the newest are listed");
    let total = 1 + evaluation.missed.len() as u64 + evaluation.older_missed;
    assert_eq!(total, 365 * DAY, "and none is forgotten");
    let ancient = plan(&every_second, DateTime::UNIX_EPOCH, at("9000-01-01T00:00:00Z"));
    assert!(ancient.due.is_empty(), "beyond croner's calendar nothing fires, and nothing hangs");
    let century = plan(&every_second, DateTime::<Utc>::MIN_UTC, at("2027-01-01T00:00:00Z"));
    assert!(century.older_missed > 3_000_000_000, "a catalog from the dawn of time is survived: {century:?}");
}

#[test]
fn jitter_delays_a_run_by_a_draw_that_restarts_do_not_change() {
    let spread = PlannedJob { jitter_seconds: 600, ..job("0 2 * * *", MissedPolicy::Once) };
    let slot = at("2027-01-10T02:00:00Z");
    let draw = Duration::seconds(i64::try_from(jitter_seconds(JobId(1), slot, 600)).expect("a small draw"));
    let on_time = plan(&spread, slot - Duration::seconds(1), slot + Duration::seconds(5));
    assert_eq!(on_time.due[0].not_before, slot + draw, "counted from the slot");
    let now = slot + Duration::hours(3);
    let late = plan(&spread, slot - Duration::hours(3), now);
    assert_eq!(late.due[0].not_before, now + draw, "a catch-up is spread from the moment of waking");
    let huge = PlannedJob { jitter_seconds: u64::MAX, ..spread };
    assert_eq!(plan(&huge, slot - Duration::hours(1), slot).due.len(), 1, "absurd settings lose no run");
}

#[test]
fn a_zone_change_while_asleep_costs_no_fixed_time() {
    let nightly = job("30 1 * * *", MissedPolicy::Each);
    let woken = plan(&nightly, at("2027-03-27T12:00:00Z"), at("2027-03-29T00:45:00Z"));
    let expected =
        ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"].map(|slot| (at(slot), DueTrigger::CatchUp));
    assert_eq!(due(&woken), expected, "the night on which the clocks went forward has its slot");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn heartbeats_at_any_moments_decide_each_slot_exactly_once(
        expression in prop::sample::select(&["0 2 * * *", "*/20 * * * *", "30 1 * * *", "0 */4 * * SUN,MON", "15 10,50 2 * * *", "@hourly"][..]),
        policy in prop::sample::select(&MissedPolicy::ALL[..]),
        limit in 0_u32..5,
        grace in prop::sample::select(&[0_u64, 60, 3600, 86_400, u64::MAX][..]),
        steps in prop::collection::vec(prop_oneof![4 => 1_i64..120, 2 => 120_i64..7200, 1 => 7200_i64..400_000], 1..25),
        start in prop::sample::select(&["2027-03-26T00:00:00Z", "2027-10-29T18:00:00Z", "2028-02-28T00:00:00Z"][..]),
    ) {
        let job = PlannedJob { missed_limit: limit, grace_seconds: grace, ..job(expression, policy) };
        let start = at(start);
        let mut evaluated = start;
        let mut decided = Vec::new();
        for step in steps {
            let now = evaluated + Duration::seconds(step);
            let evaluation = plan(&job, evaluated, now);
            let caught_up = evaluation.due.iter().filter(|slot| slot.trigger == DueTrigger::CatchUp).count();
            match policy {
                MissedPolicy::Skip => prop_assert_eq!(caught_up, 0, "skip never catches up"),
                MissedPolicy::Once => prop_assert!(evaluation.due.len() <= 1, "once never runs two"),
                MissedPolicy::Each => prop_assert!(caught_up <= limit as usize, "each keeps its limit"),
            }
            prop_assert_eq!(evaluation.older_missed, 0, "short spans are listed whole");
            prop_assert!(evaluation.due.is_sorted_by_key(|slot| slot.scheduled_for), "oldest first");
            decided.extend(evaluation.due.iter().map(|slot| slot.scheduled_for));
            decided.extend(evaluation.missed.iter().map(|slot| slot.scheduled_for));
            evaluated = evaluation.evaluated_to;
        }
        let distinct: BTreeSet<_> = decided.iter().copied().collect();
        prop_assert_eq!(distinct.len(), decided.len(), "no slot is decided twice");
        let all: BTreeSet<_> = job.schedule.between(start, evaluated, usize::MAX).into_iter().collect();
        prop_assert_eq!(distinct, all, "and none is left out");
    }
}
