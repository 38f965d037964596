//! The scheduler over the real catalog with a clock of the test's own.
//!
//! The jobs' server answers on no port, so that each run ends quickly as failed: what matters here is which
//! slots run, how often, and what the history says.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, Duration, Utc};
use holdfast_engine::event::{EngineEvent, Sink};
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::*;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A clock that the test moves.
#[derive(Clone)]
struct Time(Arc<Mutex<DateTime<Utc>>>);

impl Time {
    fn at(text: &str) -> Self {
        Self(Arc::new(Mutex::new(moment(text))))
    }
    fn set(&self, text: &str) {
        *self.0.lock().unwrap() = moment(text);
    }
    fn forward(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

type Events = Arc<Mutex<Vec<EngineEvent>>>;

async fn open(home: &Path, time: &Time) -> (Engine, Events) {
    open_as(ProcessKind::Agent, home, time).await
}

async fn open_as(kind: ProcessKind, home: &Path, time: &Time) -> (Engine, Events) {
    let events: Events = Arc::default();
    let seen = Arc::clone(&events);
    let sink: Sink = Arc::new(move |event: EngineEvent| seen.lock().unwrap().push(event));
    let clock = time.clone();
    let options = OpenOptions { home: home.to_owned(), kind, sink };
    let engine = Engine::open_with_clock(options, Arc::new(move || clock.now())).await.unwrap();
    (engine, events)
}

/// A server that nothing listens for.
async fn server(engine: &Engine) -> ServerId {
    let connection = Connection {
        host: "127.0.0.1".into(),
        port: Some(1),
        user: Some("u".into()),
        ..Connection::default()
    };
    let request = CreateServer { name: "nowhere".into(), connection, password: None };
    engine.create_server(request).await.unwrap().id
}

async fn job(engine: &Engine, expression: &str, zone: &str, change: impl FnOnce(&mut JobSpec)) -> Job {
    let databases = DatabaseSelection::Named(vec!["app".into()]);
    let mut spec = JobSpec::new("nightly".into(), server(engine).await, databases, zone.into());
    spec.schedule.expression = expression.into();
    spec.retries = 0;
    change(&mut spec);
    engine.create_job(CreateJob { spec }).await.unwrap()
}

/// Beats, and waits for the runs that this began.
async fn beat(engine: &Engine) {
    engine.beat().await.unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while engine.active_run_count() > 0 {
        assert!(std::time::Instant::now() < deadline, "a run against a closed port must end quickly");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn runs(engine: &Engine) -> Vec<Run> {
    let request = ListRuns { sort: RunSort::Oldest, limit: Some(1000), ..ListRuns::default() };
    engine.list_runs(request).await.unwrap().items
}

fn count(runs: &[Run], status: RunStatus) -> usize {
    runs.iter().filter(|run| run.status == status).count()
}

#[tokio::test]
async fn a_slot_fires_once_at_its_time_and_never_before() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:59:50Z");
    let (engine, _) = open(dir.path(), &time).await;
    job(&engine, "0 2 * * *", "UTC", |_| {}).await;
    beat(&engine).await;
    assert!(runs(&engine).await.is_empty(), "nothing may run before its time");
    for _ in 0..30 {
        time.forward(Duration::seconds(1));
        beat(&engine).await;
    }
    let runs = runs(&engine).await;
    assert_eq!(runs.len(), 1, "a slot that is seen by many heartbeats must run once");
    assert_eq!(runs[0].scheduled_for.as_deref(), Some("2026-11-23T02:00:00Z"), "the run names its slot");
    assert_eq!(runs[0].trigger_type, TriggerType::Scheduled, "it was on time");
    assert_eq!(runs[0].triggered_by_user_id, OperatorId::SYSTEM, "scheduled runs act for the system");
    assert_eq!(runs[0].status, RunStatus::Failed, "nothing listens there");
    assert!(runs[0].error_hint.as_deref().is_some_and(|hint| !hint.is_empty()), "every failure has a hint");
}

#[tokio::test]
async fn a_schedule_that_another_process_changes_while_nothing_is_due_counts_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:00:00Z");
    let (engine, _) = open(dir.path(), &time).await;
    let job = job(&engine, "0 2 * * *", "UTC", |_| {}).await;
    for _ in 0..3 {
        beat(&engine).await;
        time.forward(Duration::seconds(1));
    }
    let (other, _) = open_as(ProcessKind::Command, dir.path(), &time).await;
    let mut spec = job.spec;
    spec.schedule.expression = "10 0 1 * * *".into();
    other.update_job(UpdateJob { id: job.id, spec }).await.unwrap();
    time.set("2026-11-23T01:00:11Z");
    beat(&engine).await;
    let runs = runs(&engine).await;
    assert_eq!(runs.len(), 1, "a beat that believes nothing is due would be a minute late for this");
    assert_eq!(runs[0].scheduled_for.as_deref(), Some("2026-11-23T01:00:10Z"), "the new slot");
}

#[tokio::test]
async fn a_machine_that_slept_over_ten_slots_catches_up_once_and_lists_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T00:30:00Z");
    let (engine, _) = open(dir.path(), &time).await;
    job(&engine, "0 * * * *", "Europe/London", |_| {}).await;
    beat(&engine).await;
    time.set("2026-11-23T10:20:00Z");
    beat(&engine).await;
    beat(&engine).await;
    let runs = runs(&engine).await;
    let caught: Vec<_> = runs.iter().filter(|run| run.trigger_type == TriggerType::CatchUp).collect();
    assert_eq!(caught.len(), 1, "one backup stands for all that were missed");
    assert_eq!(caught[0].scheduled_for.as_deref(), Some("2026-11-23T10:00:00Z"), "the newest slot is served");
    assert_eq!(count(&runs, RunStatus::Missed), 9, "every slot that did not run is a row of the history");
    assert!(
        runs.iter().filter(|run| run.status == RunStatus::Missed).all(|run| run.error_message.is_some()),
        "each says why"
    );
}

#[tokio::test]
async fn each_policy_treats_missed_slots_as_promised() {
    for (policy, ran, missed) in
        [(MissedPolicy::Skip, 0, 5), (MissedPolicy::Once, 1, 4), (MissedPolicy::Each, 3, 2)]
    {
        let dir = tempfile::tempdir().unwrap();
        let time = Time::at("2026-11-23T00:30:00Z");
        let (engine, _) = open(dir.path(), &time).await;
        job(&engine, "0 * * * *", "UTC", |spec| {
            spec.missed = policy;
            spec.missed_limit = 3;
        })
        .await;
        beat(&engine).await;
        time.set("2026-11-23T05:10:00Z");
        for _ in 0..4 {
            beat(&engine).await;
        }
        let runs = runs(&engine).await;
        let caught: Vec<_> = runs.iter().filter(|run| run.trigger_type == TriggerType::CatchUp).collect();
        assert_eq!(caught.len(), ran, "policy {policy:?} catches up this many");
        assert!(
            caught.iter().all(|run| run.status == RunStatus::Failed),
            "each is carried out, none is pushed aside by the one before it: {caught:?}"
        );
        assert_eq!(count(&runs, RunStatus::Missed), missed, "policy {policy:?} records the others");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_runs_nothing_again_and_later_slots_still_fire() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:59:59Z");
    let (engine, _) = open(dir.path(), &time).await;
    job(&engine, "0 * * * *", "UTC", |_| {}).await;
    beat(&engine).await;
    time.set("2026-11-23T02:00:01Z");
    beat(&engine).await;
    assert_eq!(runs(&engine).await.len(), 1, "the slot fires");
    time.set("2026-11-23T00:59:00Z");
    beat(&engine).await;
    for _ in 0..75 {
        time.forward(Duration::minutes(1));
        beat(&engine).await;
    }
    let slots: Vec<_> = runs(&engine).await.into_iter().filter_map(|run| run.scheduled_for).collect();
    let mut unique = slots.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(slots.len(), unique.len(), "a slot that ran must not run again: {slots:?}");
    time.set("2026-11-23T03:00:01Z");
    beat(&engine).await;
    let after = runs(&engine).await;
    assert!(
        after.iter().any(|run| run.scheduled_for.as_deref() == Some("2026-11-23T03:00:00Z")),
        "a clock that was set back must not stop the schedule"
    );
}

#[tokio::test]
async fn a_clock_that_jumped_ahead_and_back_still_fires() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:30:00Z");
    let (engine, _) = open(dir.path(), &time).await;
    job(&engine, "0 2 * * *", "UTC", |_| {}).await;
    beat(&engine).await;
    time.set("2026-12-20T12:00:00Z");
    beat(&engine).await;
    let jumped = runs(&engine).await;
    assert_eq!(count(&jumped, RunStatus::Missed), 27, "the jump is visible in the history");
    assert_eq!(jumped.len(), 28, "and one run stands for the slots that seem to have passed");
    for day in 23..=30 {
        time.set(&format!("2026-11-{day}T02:00:05Z"));
        beat(&engine).await;
    }
    assert_eq!(runs(&engine).await.len(), 28, "slots that the ledger knows stay as they are");
    time.set("2026-12-21T02:00:05Z");
    beat(&engine).await;
    let last = runs(&engine).await.pop().unwrap();
    assert_eq!(
        last.scheduled_for.as_deref(),
        Some("2026-12-21T02:00:00Z"),
        "a schedule must survive any clock"
    );
    assert!(!last.status.is_active(), "and its run must not wait for a time that never was");
}

#[tokio::test]
async fn clock_changes_neither_double_nor_lose_a_nightly_slot() {
    let cases = [
        ("Europe/London", "30 1 * * *", "2027-03-27T12:00:00Z", 3, "spring"),
        ("Europe/London", "30 1 * * *", "2027-10-30T12:00:00Z", 3, "autumn"),
        ("America/New_York", "30 2 * * *", "2027-03-13T12:00:00Z", 3, "spring"),
        ("America/New_York", "30 1 * * *", "2027-11-06T12:00:00Z", 3, "autumn"),
        ("Australia/Lord_Howe", "15 2 * * *", "2027-10-02T00:00:00Z", 3, "spring"),
        ("Australia/Lord_Howe", "45 1 * * *", "2027-04-03T00:00:00Z", 3, "autumn"),
    ];
    for (zone, expression, from, days, season) in cases {
        let dir = tempfile::tempdir().unwrap();
        let time = Time::at(from);
        let (engine, _) = open(dir.path(), &time).await;
        job(&engine, expression, zone, |_| {}).await;
        for _ in 0..days * 24 * 2 {
            time.forward(Duration::minutes(30));
            beat(&engine).await;
        }
        let ran = runs(&engine).await;
        let slots: Vec<_> = ran.iter().filter_map(|run| run.scheduled_for.clone()).collect();
        assert_eq!(slots.len(), days, "{zone} in {season} must fire once a day: {slots:?}");
    }
}

#[tokio::test]
async fn a_stopped_scheduler_fires_nothing_and_what_passed_is_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T00:30:00Z");
    let (engine, events) = open(dir.path(), &time).await;
    job(&engine, "0 * * * *", "UTC", |_| {}).await;
    beat(&engine).await;
    let status = engine.stop_scheduler(StopScheduler {}).await.unwrap();
    assert_eq!(status.state, SchedulerState::Stopped, "the stop shows at once");
    assert!(
        events.lock().unwrap().iter().any(|e| matches!(e, EngineEvent::SchedulerChanged(_))),
        "windows must hear of it"
    );
    time.set("2026-11-23T03:10:00Z");
    beat(&engine).await;
    assert!(runs(&engine).await.is_empty(), "a stopped scheduler must not fire");
    let (again, _) = open(dir.path(), &time).await;
    let remembered = again.scheduler_status(SchedulerStatusRequest {}).await.unwrap();
    assert_eq!(remembered.state, SchedulerState::Stopped, "the stop is remembered across restarts");
    engine.start_scheduler(StartScheduler {}).await.unwrap();
    beat(&engine).await;
    let runs = runs(&engine).await;
    assert_eq!(count(&runs, RunStatus::Skipped), 3, "what passed is in the history");
    assert_eq!(runs.len(), 3, "and is not caught up: an operator wanted it not to run");
}

#[tokio::test]
async fn a_failed_slot_is_tried_again_within_its_budget_and_later_each_time() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:59:59Z");
    let (engine, _) = open(dir.path(), &time).await;
    job(&engine, "0 2 * * *", "UTC", |spec| {
        spec.retries = 2;
        spec.retry_backoff_seconds = 60;
    })
    .await;
    beat(&engine).await;
    let mut started: Vec<DateTime<Utc>> = Vec::new();
    for _ in 0..600 {
        time.forward(Duration::seconds(1));
        engine.beat().await.unwrap();
        for run in runs(&engine).await {
            if run.status.is_active() && run.not_before.as_deref().is_none_or(|at| moment(at) <= time.now()) {
                engine.wait_for_run(run.id).await.unwrap();
                started.push(time.now());
            }
        }
    }
    let runs = runs(&engine).await;
    assert_eq!(runs.len(), 3, "one attempt and two retries, no more");
    assert_eq!(runs.iter().map(|run| run.attempt).collect::<Vec<_>>(), [1, 2, 3], "attempts are counted");
    assert!(runs[1..].iter().all(|run| run.trigger_type == TriggerType::Retry), "a retry is shown as one");
    let gaps: Vec<i64> = started.windows(2).map(|pair| (pair[1] - pair[0]).num_seconds()).collect();
    assert!(gaps[0] >= 60 && gaps[1] >= 120, "the pause doubles: {gaps:?}");
}

#[tokio::test]
async fn two_processes_on_one_directory_run_each_slot_once_and_the_second_takes_over() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T00:30:00Z");
    let (first, _) = open(dir.path(), &time).await;
    let (second, _) = open(dir.path(), &time).await;
    job(&first, "*/10 * * * *", "UTC", |_| {}).await;
    beat(&first).await;
    beat(&second).await;
    let seen = second.scheduler_status(SchedulerStatusRequest {}).await.unwrap();
    assert!(seen.holder.is_some_and(|holder| !holder.this_process), "the second shows who holds the lock");
    for _ in 0..30 {
        time.forward(Duration::minutes(1));
        tokio::join!(beat(&first), beat(&second));
    }
    first.shutdown(QuitChoice::Wait).await;
    for _ in 0..30 {
        time.forward(Duration::minutes(1));
        beat(&second).await;
    }
    let mut slots: HashMap<String, usize> = HashMap::new();
    for run in runs(&second).await {
        *slots.entry(run.scheduled_for.unwrap()).or_default() += 1;
    }
    assert!(slots.values().all(|times| *times == 1), "no slot may run twice: {slots:?}");
    assert_eq!(slots.len(), 6, "and none may be lost when the first goes");
    let status = second.scheduler_status(SchedulerStatusRequest {}).await.unwrap();
    assert!(status.holder.is_some_and(|holder| holder.this_process), "the second took over");
}

#[tokio::test]
async fn a_window_tells_what_an_agent_beside_it_met_and_each_end_once() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:00:00Z");
    let (agent, of_agent) = open_as(ProcessKind::Agent, dir.path(), &time).await;
    job(&agent, "0 2 * * *", "UTC", |_| {}).await;
    beat(&agent).await;
    let (window, of_window) = open_as(ProcessKind::Window, dir.path(), &time).await;
    beat(&window).await;
    for _ in 0..40 {
        time.forward(Duration::hours(1));
        beat(&agent).await;
        beat(&window).await;
    }
    let runs = runs(&window).await;
    assert_eq!(runs.len(), 2, "two nights failed");
    for (who, events) in [("the window", &of_window), ("the agent", &of_agent)] {
        let events = events.lock().unwrap();
        for run in &runs {
            let told = |event: &&EngineEvent| matches!(event, EngineEvent::Failed(told) if told.id == run.id);
            assert_eq!(events.iter().filter(told).count(), 1, "{who} must tell of the failed run, and once");
        }
        let overdue = events.iter().filter(|event| matches!(event, EngineEvent::Overdue(_))).count();
        assert_eq!(overdue, 1, "{who} must tell that the job is overdue, and once");
    }
}

#[tokio::test]
async fn a_job_without_a_good_backup_in_time_is_told_overdue_once() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T01:00:00Z");
    let (engine, events) = open(dir.path(), &time).await;
    let job = job(&engine, "0 2 * * *", "UTC", |_| {}).await;
    for _ in 0..40 {
        time.forward(Duration::hours(1));
        beat(&engine).await;
    }
    let told = events.lock().unwrap().iter().filter(|e| matches!(e, EngineEvent::Overdue(_))).count();
    assert_eq!(told, 1, "a silent tool that never ran must be told, and once");
    let summary = engine.get_job(GetJob { id: job.id }).await.unwrap();
    assert!(summary.overdue, "the list shows it");
    let overview = engine.get_overview(GetOverview::default()).await.unwrap();
    assert_eq!(overview.protection.level, ProtectionLevel::Unprotected, "the sentence on top is red");
}

#[tokio::test]
async fn a_changed_schedule_counts_from_the_change() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::at("2026-11-23T12:00:00Z");
    let (engine, _) = open(dir.path(), &time).await;
    let job = job(&engine, "0 2 * * *", "UTC", |_| {}).await;
    beat(&engine).await;
    time.forward(Duration::minutes(30));
    let schedule = Schedule { expression: "0 * * * *".into(), timezone: "UTC".into() };
    engine.update_schedule(UpdateSchedule { job_id: job.id, schedule }).await.unwrap();
    beat(&engine).await;
    assert!(runs(&engine).await.is_empty(), "slots before the change never existed");
    time.forward(Duration::minutes(31));
    beat(&engine).await;
    assert_eq!(runs(&engine).await.len(), 1, "the first slot of the new schedule fires");
}
