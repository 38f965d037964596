//! Runs that are called off while they wait: by a switched-off or removed job, a stopped scheduler, a closing
//! process.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, Duration, Utc};
use holdfast_engine::event::{EngineEvent, Sink};
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::*;
use std::path::Path;
use std::sync::{Arc, Mutex};

type Events = Arc<Mutex<Vec<EngineEvent>>>;
type Time = Arc<Mutex<DateTime<Utc>>>;

async fn open(home: &Path) -> (Engine, Time, Events) {
    let events: Events = Arc::default();
    let seen = Arc::clone(&events);
    let sink: Sink = Arc::new(move |event: EngineEvent| seen.lock().unwrap().push(event));
    let time: Time = Arc::new(Mutex::new("2026-11-23T01:30:00Z".parse().unwrap()));
    let clock = Arc::clone(&time);
    let options = OpenOptions { home: home.to_owned(), kind: ProcessKind::Agent, sink };
    let engine = Engine::open_with_clock(options, Arc::new(move || *clock.lock().unwrap())).await.unwrap();
    (engine, time, events)
}

fn forward(time: &Time, by: Duration) {
    *time.lock().unwrap() += by;
}

/// Adds nightly jobs of a server that listens on this port, with one retry.
async fn jobs(engine: &Engine, port: u16, count: usize) -> Vec<JobId> {
    let connection = Connection {
        host: "127.0.0.1".into(),
        port: Some(port),
        user: Some("u".into()),
        ..Connection::default()
    };
    let request = CreateServer { name: "there".into(), connection, password: None };
    let server = engine.create_server(request).await.unwrap().id;
    let mut jobs = Vec::new();
    for number in 0..count {
        let databases = DatabaseSelection::Named(vec!["app".into()]);
        let mut spec = JobSpec::new(format!("nightly{number}"), server, databases, "UTC".into());
        spec.schedule.expression = "0 2 * * *".into();
        spec.retries = 1;
        spec.retry_backoff_seconds = 60;
        jobs.push(engine.create_job(CreateJob { spec }).await.unwrap().id);
    }
    jobs
}

async fn runs(engine: &Engine) -> Vec<Run> {
    let request = ListRuns { sort: RunSort::Oldest, limit: Some(1000), ..ListRuns::default() };
    engine.list_runs(request).await.unwrap().items
}

/// Polls until it holds.
async fn until(engine: &Engine, what: &str, holds: impl Fn(&[Run]) -> bool) -> Vec<Run> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let now = runs(engine).await;
        if holds(&now) {
            return now;
        }
        assert!(std::time::Instant::now() < deadline, "waited in vain: {what}: {now:?}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn count(runs: &[Run], status: RunStatus) -> usize {
    runs.iter().filter(|run| run.status == status).count()
}

/// Lets the slot of a job fail against a closed port, so that its retry is queued.
async fn with_queued_retry(engine: &Engine, time: &Time) -> JobId {
    let job = jobs(engine, 1, 1).await[0];
    engine.beat().await.unwrap();
    forward(time, Duration::minutes(30));
    engine.beat().await.unwrap();
    until(engine, "the retry is queued", |runs| runs.len() == 2 && runs[0].status == RunStatus::Failed).await;
    until_idle(engine).await;
    job
}

async fn until_idle(engine: &Engine) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while engine.active_run_count() > 0 {
        assert!(std::time::Instant::now() < deadline, "the runs must end");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_retry_of_a_job_that_was_switched_off_meanwhile_does_not_begin() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, time, _) = open(dir.path()).await;
    let job = with_queued_retry(&engine, &time).await;
    engine.disable_job(DisableJob { id: job }).await.unwrap();
    forward(&time, Duration::minutes(5));
    engine.beat().await.unwrap();
    until_idle(&engine).await;
    let runs = runs(&engine).await;
    assert_eq!(runs[1].status, RunStatus::Skipped, "an operator switched the job off: {runs:?}");
    assert!(runs[1].started_at.is_none(), "nothing was begun");
    let reason = runs[1].error_message.as_deref().unwrap_or_default();
    assert!(reason.contains("switched off"), "the history must say why: {reason}");
}

#[tokio::test]
async fn a_removed_job_leaves_no_run_behind_that_fails_later() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, time, events) = open(dir.path()).await;
    let job = with_queued_retry(&engine, &time).await;
    engine.delete_job(DeleteJob { id: job }).await.unwrap();
    assert_eq!(runs(&engine).await[1].status, RunStatus::Cancelled, "what waited ends with the job");
    events.lock().unwrap().clear();
    forward(&time, Duration::minutes(5));
    engine.beat().await.unwrap();
    until_idle(&engine).await;
    let failed =
        |event: &EngineEvent| matches!(event, EngineEvent::Failed(run) if run.status == RunStatus::Failed);
    assert!(!events.lock().unwrap().iter().any(failed), "nobody must be told that a removed job failed");
}

#[tokio::test]
async fn a_run_that_waits_for_its_turn_does_not_begin_once_the_scheduler_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, time, _) = open(dir.path()).await;
    // It takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    jobs(&engine, silent.local_addr().unwrap().port(), 3).await;
    engine.beat().await.unwrap();
    forward(&time, Duration::minutes(30));
    engine.beat().await.unwrap();
    let two = |runs: &[Run]| count(runs, RunStatus::Processing) == 2;
    let begun = until(&engine, "two of the three go on", two).await;
    engine.stop_scheduler(StopScheduler {}).await.unwrap();
    for run in begun.iter().filter(|run| run.status == RunStatus::Processing) {
        engine.cancel_run(CancelRun { id: run.id }).await.unwrap();
    }
    until_idle(&engine).await;
    let stopped = runs(&engine).await;
    assert_eq!(count(&stopped, RunStatus::Queued), 1, "the third must wait until it is started: {stopped:?}");
    engine.start_scheduler(StartScheduler {}).await.unwrap();
    engine.beat().await.unwrap();
    until(&engine, "the third begins", |runs| count(runs, RunStatus::Processing) == 1).await;
    engine.shutdown(QuitChoice::Cancel).await;
    assert_eq!(count(&runs(&engine).await, RunStatus::Processing), 0, "a shutdown leaves no run behind");
}

#[tokio::test]
async fn a_closing_process_begins_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, _, _) = open(dir.path()).await;
    let job = jobs(&engine, 1, 1).await[0];
    engine.shutdown(QuitChoice::Cancel).await;
    engine.trigger_now(TriggerNow { job_id: job }).await.unwrap();
    assert_eq!(engine.active_run_count(), 0, "it would be killed in the middle");
    let runs = runs(&engine).await;
    assert_eq!(runs[0].status, RunStatus::Cancelled, "its end is recorded all the same: {runs:?}");
}
