//! Tests of retention: its rules as tables, its promises as properties.

use super::{Candidate, Decision, made_up_year, plan, summarise};
use crate::schedule::CronSchedule;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use holdfast_types::{BackupId, BackupStatus, KeepReason, RetentionPolicy, TrustLevel};
use proptest::prelude::*;
use std::collections::HashSet;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("the test gives a moment").to_utc()
}

const NOW: &str = "2027-06-30T12:00:00Z";

/// A good backup of database `app`.
fn good(id: i64, created_at: DateTime<Utc>) -> Candidate {
    Candidate {
        id: BackupId(id),
        server: "local".to_owned(),
        database: "app".to_owned(),
        created_at,
        size_bytes: 100,
        status: BackupStatus::Good,
        trust: TrustLevel::L2,
        pinned: false,
    }
}

/// A good backup at 02:00 UTC of each of the last days; id 0 is today's.
fn nightly(days: i64) -> Vec<Candidate> {
    (0..days).map(|day| good(day, at("2027-06-30T02:00:00Z") - Duration::days(day))).collect()
}

fn decide(backups: &[Candidate], policy: RetentionPolicy) -> Vec<Decision> {
    plan(backups, &policy, at(NOW), Tz::Europe__London)
}

fn kept(decisions: &[Decision]) -> Vec<i64> {
    decisions.iter().filter(|decision| !decision.expires()).map(|decision| decision.id.0).collect()
}

fn reasons(decisions: &[Decision], id: i64) -> &[KeepReason] {
    let decision = decisions.iter().find(|decision| decision.id == BackupId(id));
    &decision.expect("every backup has a decision").reasons
}

const NONE: RetentionPolicy = RetentionPolicy {
    keep_days: None,
    keep_last: None,
    keep_daily: None,
    keep_weekly: None,
    keep_monthly: None,
};

#[test]
fn without_a_rule_everything_stays() {
    let decisions = decide(&nightly(500), NONE);
    assert_eq!(kept(&decisions).len(), 500, "no rule is no order to delete");
    assert_eq!(reasons(&decisions, 400), [KeepReason::NoPolicy], "and the reason is shown");
    assert!(decisions.iter().all(|decision| decision.expires_at.is_none()), "nothing will expire");
}

#[test]
fn each_rule_keeps_what_it_says() {
    let backups = nightly(100);
    let days = decide(&backups, RetentionPolicy { keep_days: Some(7), ..NONE });
    assert_eq!(kept(&days), [0, 1, 2, 3, 4, 5, 6], "younger than seven days");
    let last = decide(&backups, RetentionPolicy { keep_last: Some(3), ..NONE });
    assert_eq!(kept(&last), [0, 1, 2], "the newest three");
    let daily = decide(&backups, RetentionPolicy { keep_daily: Some(2), ..NONE });
    assert_eq!(kept(&daily), [0, 1], "two days");
    // 30 June 2027 is a Wednesday: the Sundays before are 3, 10 and 17 days back.
    let weekly = decide(&backups, RetentionPolicy { keep_weekly: Some(3), ..NONE });
    assert_eq!(kept(&weekly), [0, 3, 10], "the newest of each of three ISO weeks");
    let monthly = decide(&backups, RetentionPolicy { keep_monthly: Some(3), ..NONE });
    assert_eq!(kept(&monthly), [0, 30, 61], "the newest of June, May and April");
    assert_eq!(reasons(&monthly, 30), [KeepReason::Monthly], "with the reason");
}

#[test]
fn days_are_those_of_the_zone_and_of_the_days_that_have_a_backup() {
    // 23:30 and 00:30 in London on a summer night: one day in UTC, two in London.
    let backups = [good(1, at("2027-06-29T22:30:00Z")), good(2, at("2027-06-29T23:30:00Z"))];
    let daily = RetentionPolicy { keep_daily: Some(2), ..NONE };
    assert_eq!(kept(&decide(&backups, daily)), [2, 1], "two days on the clocks of the job");
    assert_eq!(kept(&plan(&backups, &daily, at(NOW), Tz::UTC)), [2], "one day on those of UTC");
    let gaps = [
        good(1, at("2027-01-01T02:00:00Z")),
        good(2, at("2027-03-01T02:00:00Z")),
        good(3, at("2027-06-01T02:00:00Z")),
    ];
    let daily = decide(&gaps, RetentionPolicy { keep_daily: Some(3), ..NONE });
    assert_eq!(kept(&daily), [3, 2, 1], "days without a backup use up nothing");
}

#[test]
fn a_week_belongs_to_its_iso_year() {
    // 1 January 2027 is a Friday of week 53 of 2026; 28 December 2026 is its Monday.
    let backups = [
        good(1, at("2026-12-28T02:00:00Z")),
        good(2, at("2027-01-01T02:00:00Z")),
        good(3, at("2027-01-04T02:00:00Z")),
    ];
    let weekly = decide(&backups, RetentionPolicy { keep_weekly: Some(2), ..NONE });
    assert_eq!(kept(&weekly), [3, 2], "the turn of the year splits no week");
}

#[test]
fn days_of_failures_never_cost_the_last_good_backup() {
    // The job has failed for two months: everything is older than the policy allows.
    let mut backups: Vec<Candidate> = nightly(20);
    backups.iter_mut().for_each(|backup| backup.created_at -= Duration::days(60));
    backups[4].trust = TrustLevel::L3;
    let decisions = decide(&backups, RetentionPolicy { keep_days: Some(7), ..NONE });
    assert_eq!(kept(&decisions), [0, 4], "the newest good and the newest verified one stay");
    assert_eq!(reasons(&decisions, 0), [KeepReason::NewestGood], "the reason is shown");
    assert_eq!(reasons(&decisions, 4), [KeepReason::NewestVerified], "the reason is shown");
    let zero = RetentionPolicy { keep_days: Some(0), keep_last: Some(0), keep_daily: Some(0), ..NONE };
    assert_eq!(kept(&decide(&backups, zero)), [0, 4], "not even a policy of zeros deletes them");
}

#[test]
fn a_vanished_backup_blocks_nothing_and_counts_nowhere() {
    let mut backups = nightly(10);
    backups[0].status = BackupStatus::Missing;
    backups[5].status = BackupStatus::Missing;
    let decisions = decide(&backups, RetentionPolicy { keep_last: Some(2), ..NONE });
    assert_eq!(kept(&decisions), [0, 1, 2, 5], "the newest two that are there, and what may come back");
    assert_eq!(reasons(&decisions, 0), [KeepReason::Missing], "the reason is shown");
    assert_eq!(
        reasons(&decisions, 1),
        [KeepReason::NewestGood, KeepReason::Last],
        "a missing one is not the newest"
    );
    let summary = summarise(&backups, &decisions);
    assert_eq!((summary.keep_count, summary.expire_count), (4, 6), "no policy forgets it");
    assert_eq!(summary.expire_bytes, 600, "what goes is counted");
    assert_eq!(summary.items[0].backup_id, BackupId(0), "newest first");
}

#[test]
fn a_damaged_backup_is_never_counted_and_stays_until_a_newer_good_one_exists() {
    let mut backups = nightly(10);
    backups[0].status = BackupStatus::Damaged;
    backups[3].status = BackupStatus::Damaged;
    let decisions = decide(&backups, RetentionPolicy { keep_last: Some(2), ..NONE });
    assert_eq!(kept(&decisions), [0, 1, 2], "the damaged newest one, and the newest two good ones");
    assert_eq!(reasons(&decisions, 0), [KeepReason::NoNewerGood], "something may be saved from it");
    let decisions = decide(&backups, RetentionPolicy { keep_days: Some(5), ..NONE });
    assert_eq!(kept(&decisions), [0, 1, 2, 3, 4], "age rules count for damaged ones too");
}

#[test]
fn a_backup_from_the_future_is_neither_lost_nor_pushes_out_another() {
    let mut backups = nightly(10);
    backups[9].created_at = at("2031-01-01T00:00:00Z");
    backups[9].trust = TrustLevel::L4;
    backups[2].trust = TrustLevel::L3;
    let decisions = decide(&backups, RetentionPolicy { keep_last: Some(1), ..NONE });
    assert_eq!(
        kept(&decisions),
        [9, 0, 2],
        "kept, and so are the newest and the newest verified of the past"
    );
    assert!(reasons(&decisions, 9).contains(&KeepReason::FutureDated), "the reason is shown");
}

#[test]
fn databases_are_counted_each_for_itself() {
    let mut backups = nightly(6);
    backups.iter_mut().skip(3).for_each(|backup| backup.database = "rare".to_owned());
    let decisions = decide(&backups, RetentionPolicy { keep_last: Some(1), ..NONE });
    assert_eq!(kept(&decisions), [0, 3], "a busy database does not push out another one");
    let mut backups = nightly(6);
    backups.iter_mut().skip(3).for_each(|backup| backup.server = "before".to_owned());
    let decisions = decide(&backups, RetentionPolicy { keep_last: Some(1), ..NONE });
    assert_eq!(kept(&decisions), [0, 3], "databases of one name on two servers are two");
    assert_eq!(reasons(&decisions, 3)[0], KeepReason::NewestGood, "the old server's last one stays");
}

#[test]
fn only_age_has_a_date_of_expiry() {
    let decisions = decide(&nightly(10), RetentionPolicy { keep_days: Some(7), keep_last: Some(2), ..NONE });
    assert_eq!(decisions[0].expires_at, None, "the newest good one stays until another comes");
    assert_eq!(decisions[1].expires_at, None, "so does one of the last two");
    assert_eq!(decisions[2].expires_at, Some(at("2027-07-05T02:00:00Z")), "seven days after it was made");
    assert_eq!(decisions[8].expires_at, None, "what expires now has no date to wait for");
}

#[test]
fn a_made_up_year_follows_the_schedule() {
    let schedule = |text: &str| CronSchedule::parse(text, "Europe/London").expect("a schedule");
    let nightly = made_up_year(&schedule("0 2 * * *"), at(NOW));
    assert_eq!(nightly.len(), 365, "a backup for each night");
    assert!(nightly.iter().all(|backup| backup.created_at <= at(NOW)), "none is from the future");
    let every_minute = made_up_year(&schedule("* * * * *"), at(NOW));
    assert_eq!(every_minute.len(), super::MADE_UP_LIMIT, "a busy schedule is cut off");
    assert_eq!(every_minute.last().map(|backup| backup.created_at), Some(at(NOW)), "at its older end");
    let policy =
        RetentionPolicy { keep_daily: Some(7), keep_weekly: Some(4), keep_monthly: Some(12), ..NONE };
    let stay = kept(&plan(&nightly, &policy, at(NOW), Tz::Europe__London)).len();
    assert_eq!(stay, 20, "seven days, four weeks and twelve months share three");
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (
        prop::sample::select(&["app", "shop", "log"][..]),
        -40_i64..20_000,
        0_u64..1_000_000,
        prop::sample::select(
            &[BackupStatus::Good, BackupStatus::Good, BackupStatus::Missing, BackupStatus::Damaged][..],
        ),
        prop::sample::select(&TrustLevel::ALL[..]),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 0..60).prop_map(|drawn| {
        let backup = |(id, (database, hours, size_bytes, status, trust, pinned)): (
            i64,
            (&str, i64, u64, _, _, bool),
        )| Candidate {
            id: BackupId(id),
            server: "local".to_owned(),
            database: database.to_owned(),
            created_at: at(NOW) - Duration::hours(hours),
            size_bytes,
            status,
            trust,
            pinned,
        };
        (1..).zip(drawn).map(backup).collect()
    })
}

fn rule() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![2 => Just(None), 3 => (0_u32..20).prop_map(Some), 1 => Just(Some(u32::MAX))]
}

fn policy() -> impl Strategy<Value = RetentionPolicy> {
    (rule(), rule(), rule(), rule(), rule()).prop_map(
        |(keep_days, keep_last, keep_daily, keep_weekly, keep_monthly)| RetentionPolicy {
            keep_days,
            keep_last,
            keep_daily,
            keep_weekly,
            keep_monthly,
        },
    )
}

fn expired(decisions: &[Decision]) -> HashSet<BackupId> {
    decisions.iter().filter(|decision| decision.expires()).map(|decision| decision.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_must_stay_stays_whatever_the_policy(backups in candidates(), policy in policy()) {
        let decisions = decide(&backups, policy);
        prop_assert_eq!(decisions.len(), backups.len(), "every backup has one decision");
        let gone = expired(&decisions);
        for backup in &backups {
            if backup.pinned {
                prop_assert!(!gone.contains(&backup.id), "a pinned backup was deleted");
            }
            if backup.status == BackupStatus::Missing {
                prop_assert!(!gone.contains(&backup.id), "a disk that is not there deleted a backup");
            }
            if backup.created_at > at(NOW) {
                prop_assert!(!gone.contains(&backup.id), "a wrong clock deleted a backup");
            }
        }
        for database in ["app", "shop", "log"] {
            let good = || backups.iter().filter(|b| b.database == database && b.status == BackupStatus::Good);
            let newest = good().max_by_key(|b| (b.created_at, b.id));
            prop_assert!(newest.is_none_or(|b| !gone.contains(&b.id)), "the newest good backup was deleted");
            let past = good().filter(|b| b.created_at <= at(NOW)).max_by_key(|b| (b.created_at, b.id));
            prop_assert!(past.is_none_or(|b| !gone.contains(&b.id)), "the newest good backup of the past was deleted");
            let verified = good().filter(|b| b.trust >= TrustLevel::L3).max_by_key(|b| (b.created_at, b.id));
            prop_assert!(verified.is_none_or(|b| !gone.contains(&b.id)), "the newest verified backup was deleted");
        }
    }

    #[test]
    fn a_second_plan_expires_nothing_more(backups in candidates(), policy in policy()) {
        let gone = expired(&decide(&backups, policy));
        let left: Vec<Candidate> = backups.into_iter().filter(|backup| !gone.contains(&backup.id)).collect();
        prop_assert!(expired(&decide(&left, policy)).is_empty(), "applying a plan must reach its end at once");
    }

    #[test]
    fn one_more_rule_never_expires_more(backups in candidates(), policy in policy(), more in policy()) {
        prop_assume!(policy != NONE);
        let wider = RetentionPolicy {
            keep_days: policy.keep_days.or(more.keep_days),
            keep_last: policy.keep_last.or(more.keep_last),
            keep_daily: policy.keep_daily.or(more.keep_daily),
            keep_weekly: policy.keep_weekly.or(more.keep_weekly),
            keep_monthly: policy.keep_monthly.or(more.keep_monthly),
        };
        let (before, after) = (expired(&decide(&backups, policy)), expired(&decide(&backups, wider)));
        prop_assert!(after.is_subset(&before), "a rule only ever keeps");
    }

    #[test]
    fn a_date_of_expiry_is_kept_to_the_second(backups in candidates(), policy in policy()) {
        for decision in decide(&backups, policy) {
            let Some(expires_at) = decision.expires_at else { continue };
            prop_assert!(expires_at > at(NOW), "it is still to come");
            let then = |now| plan(&backups, &policy, now, Tz::Europe__London);
            prop_assert!(!expired(&then(expires_at - Duration::seconds(1))).contains(&decision.id), "not before");
            prop_assert!(expired(&then(expires_at)).contains(&decision.id), "then it goes, if nothing else is added");
        }
    }
}
