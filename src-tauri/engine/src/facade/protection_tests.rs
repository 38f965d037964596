//! What the overview says of jobs in every state.

use super::super::attention::attention;
use super::*;
use holdfast_types::{BackupId, BrokenBackup, Remedy, SchedulerState};

fn job(name: &str) -> JobState {
    JobState {
        id: JobId(1),
        // Each has a server of its own.
        server: ServerId(name.bytes().map(i64::from).sum()),
        name: name.into(),
        enabled: true,
        overdue: false,
        good: vec![("app".into(), 9 * 3600)],
        late: vec![],
        without: vec![],
        awaited: vec![],
        next: Some("2026-11-26 02:00 (UTC)".into()),
        broken: vec![],
        damaged_before: vec![],
        last: Some((RunId(1), RunStatus::Completed, None)),
        proofs: vec![],
    }
}

#[test]
fn the_sentence_is_green_only_when_every_database_has_a_good_backup_in_time() {
    assert_eq!(protection(&[], None).level, ProtectionLevel::Empty, "nothing configured is not protection");
    let good = protection(&[job("a"), job("b"), job("c")], None);
    assert_eq!(good.level, ProtectionLevel::Protected, "all is well");
    assert_eq!(good.headline, "All 3 databases are protected.");
    assert_eq!(good.detail, "The oldest good backup is 9 h old.");
    let late = JobState { overdue: true, late: vec!["app".into()], ..job("b") };
    let overdue = protection(&[job("a"), late], None);
    assert_eq!(overdue.level, ProtectionLevel::Unprotected, "an old backup must not look like protection");
    assert_eq!(overdue.headline, "1 of 2 databases has no good backup in time: app.", "which is named");
    assert_eq!(
        overdue.detail, "The oldest good backup of the others is 9 h old.",
        "which says nothing of the one that has none"
    );
    let never = protection(&[JobState { good: vec![], without: vec!["app".into()], ..job("a") }], None);
    assert_eq!(never.level, ProtectionLevel::Unprotected, "a database without a backup must be red");
    let failing = JobState { last: Some((RunId(2), RunStatus::Failed, None)), ..job("a") };
    assert_eq!(protection(&[failing], None).level, ProtectionLevel::Warning, "a failure must not stay green");
}

#[test]
fn all_databases_are_not_said_to_be_protected_while_some_have_no_job() {
    let uncovered = || Some("No job backs up crm on local.".to_owned());
    let sentence = protection(&[job("a"), job("b"), job("c")], uncovered());
    assert_eq!(
        sentence.headline, "All 3 databases with a job are protected.",
        "who reads no further is not misled"
    );
    assert!(sentence.detail.ends_with("No job backs up crm on local."), "which those are stands beneath it");
    assert_eq!(
        protection(&[], uncovered()).headline,
        "Nothing is protected yet.",
        "with no job there is nothing to add"
    );
}

#[test]
fn a_job_whose_first_slot_is_to_come_waits_and_says_for_what() {
    let new = JobState { good: vec![], awaited: vec!["app".into()], last: None, ..job("new") };
    let sentence = protection(std::slice::from_ref(&new), None);
    assert_eq!(sentence.level, ProtectionLevel::Warning, "nothing has gone wrong, and nothing is safe yet");
    assert_eq!(sentence.headline, "No backup has been made yet.");
    assert!(sentence.detail.contains("2026-11-26 02:00"), "for how long: {sentence:?}");
    let items = attention(std::slice::from_ref(&new), SchedulerState::Running);
    assert!(items[0].message.starts_with("new: no backup yet"), "beneath it stands the same: {items:?}");
    let beside = protection(&[job("a"), new.clone()], None);
    assert_eq!(beside.headline, "1 of 2 databases has no backup yet: app.");
    let gone = JobState { good: vec![], without: vec!["shop".into()], ..job("gone") };
    let red = protection(&[new, gone.clone()], None);
    assert_eq!(red.level, ProtectionLevel::Unprotected, "waiting must not hide what is missing");
    let items = attention(&[gone], SchedulerState::Running);
    assert!(items[0].message.contains("shop"), "what the sentence complains about is listed: {items:?}");
}

#[test]
fn the_sentence_tells_how_far_it_rests_on_real_restores() {
    let proven = |name: &str, days: i64, took: u64| JobState {
        proofs: vec![("app".into(), days * 86_400, Some(took))],
        ..job(name)
    };
    let all = protection(&[proven("a", 2, 21_000), proven("b", 6, 290_000)], None);
    assert_eq!(
        all.detail,
        "The oldest good backup is 9 h old. Each was restored and compared within 6 days; recovery took \
         21 s to 4 min 50 s.",
        "the oldest proof is the bound"
    );
    let some = protection(&[proven("a", 0, 900), job("b"), job("c")], None).detail;
    assert!(some.ends_with("1 of 3 was restored and compared within 1 min; recovery took 1 s."), "{some}");
    let again =
        JobState { proofs: vec![("app".into(), 60, None), ("app".into(), 9_000_000, None)], ..job("a") };
    let newest = protection(&[again], None).detail;
    assert!(newest.ends_with("It was restored and compared within 1 min."), "the newest counts: {newest}");
    assert!(!protection(&[job("a")], None).detail.contains("restored"), "what was not done is not told");
    let other = JobState { proofs: vec![("dropped".into(), 60, None)], ..job("a") };
    let detail = protection(&[other], None).detail;
    assert!(!detail.contains("restored"), "a drill of another database proves nothing of this one: {detail}");
}

#[test]
fn many_databases_without_a_backup_are_counted() {
    let lost =
        JobState { good: vec![], without: ["d", "b", "a", "c"].map(String::from).to_vec(), ..job("all") };
    let headline = protection(&[lost], None).headline;
    assert_eq!(
        headline, "4 of 4 databases have no good backup in time: a, b and 2 others.",
        "a sentence, no list"
    );
}

#[test]
fn a_database_of_two_jobs_is_one_database() {
    let late = JobState { name: "weekly".into(), late: vec!["app".into()], ..job("a") };
    let sentence = protection(&[job("a"), late.clone(), job("b")], None);
    assert_eq!(sentence.headline, "Both databases are protected.", "one of its two jobs is enough for it");
    assert_eq!((sentence.protected, sentence.total), (2, 2), "nobody has three: {sentence:?}");
    assert_eq!(protection(&[late.clone(), late], None).total, 1, "and one that misses twice is missing once");
}

fn broken(status: BackupStatus) -> Vec<BrokenBackup> {
    vec![BrokenBackup { backup_id: BackupId(7), database: "app".into(), status }]
}

#[test]
fn a_newest_backup_that_is_damaged_or_gone_needs_the_operator() {
    for (status, word) in [(BackupStatus::Damaged, "damaged"), (BackupStatus::Missing, "missing")] {
        let job = JobState { broken: broken(status), ..job("a") };
        let sentence = protection(std::slice::from_ref(&job), None);
        assert_eq!(sentence.level, ProtectionLevel::Warning, "not plain green");
        assert!(sentence.headline.contains(word), "the headline alone must not calm: {}", sentence.headline);
        let items = attention(&[job], SchedulerState::Running);
        assert!(
            items[0].message.contains("newest backup of app"),
            "an older good one settles nothing: {items:?}"
        );
        assert_eq!(items[0].backup_id, Some(BackupId(7)), "it leads to where more is said");
    }
    let before = JobState { damaged_before: broken(BackupStatus::Damaged), ..job("a") };
    let items = attention(&[before], SchedulerState::Running);
    assert!(items[0].message.contains("older backup of app"), "a disk that rots is news: {items:?}");
    assert_eq!(items[0].remedy, Remedy::Look, "a newer one is there: another run mends nothing");
    let only = JobState {
        good: vec![],
        without: vec!["app".into()],
        broken: broken(BackupStatus::Damaged),
        ..job("a")
    };
    let sentence = protection(std::slice::from_ref(&only), None);
    assert_eq!(sentence.level, ProtectionLevel::Unprotected, "a backup was made, and is none any more");
    assert!(
        sentence.detail.contains("The newest backup of one database is damaged."),
        "that is why: {sentence:?}"
    );
    assert_eq!(attention(&[only], SchedulerState::Running).len(), 1, "one thing is told once");
}

#[test]
fn what_is_unprotected_comes_first() {
    let jobs = [JobState { enabled: false, ..job("off") }, JobState { overdue: true, ..job("late") }];
    let items = attention(&jobs, SchedulerState::Stopped);
    assert!(items[0].message.starts_with("late"), "the most pressing thing must be on top");
    assert_eq!(items.len(), 3, "each thing is told once");
    let helps = |state| attention(&jobs, state).last().map(|item| item.remedy);
    assert_eq!(helps(SchedulerState::Stopped), Some(Remedy::StartScheduler), "a stopped one is started");
    assert_eq!(
        helps(SchedulerState::Idle),
        Some(Remedy::Look),
        "to start it brings no process to carry it out"
    );
}
