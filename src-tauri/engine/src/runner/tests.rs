//! A run's end meets a catalog that refuses it for a while.

use crate::catalog::run_log;
use crate::event::silent;
use crate::{Engine, OpenOptions};
use holdfast_types::{
    Connection, CreateJob, CreateServer, DatabaseSelection, GetRun, JobSpec, ProcessKind, RunPhase,
    RunStatus, TriggerNow,
};
use std::time::{Duration, Instant};

/// Refuses every record of an end, as a full disk would.
const REFUSE: &str = "CREATE TRIGGER refuse BEFORE UPDATE OF completed_at ON backup_runs
     WHEN NEW.completed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'no room'); END";

/// An engine with a job whose server answers on no port: its runs fail quickly.
async fn engine(home: &std::path::Path) -> (Engine, TriggerNow) {
    let options = OpenOptions { home: home.to_owned(), kind: ProcessKind::Agent, sink: silent() };
    let engine = Engine::open(options).await.expect("a new data directory opens");
    let connection = Connection {
        host: "127.0.0.1".into(),
        port: Some(1),
        user: Some("u".into()),
        ..Connection::default()
    };
    let request = CreateServer { name: "nowhere".into(), connection, password: None };
    let server = engine.create_server(request).await.expect("a server").id;
    let databases = DatabaseSelection::Named(vec!["app".into()]);
    let spec = JobSpec::new("nightly".into(), server, databases, "UTC".into());
    let job_id = engine.create_job(CreateJob { spec }).await.expect("a job").id;
    (engine, TriggerNow { job_id })
}

#[tokio::test]
async fn a_run_whose_end_cannot_be_recorded_goes_on_trying_and_then_ends() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (engine, request) = engine(dir.path()).await;
    let context = std::sync::Arc::clone(&engine.context);
    context.write_quietly(|tx| Ok(tx.execute_batch(REFUSE)?)).await.expect("a trigger");
    let id = engine.trigger_now(request).await.expect("a run").id;
    let deadline = Instant::now() + Duration::from_secs(20);
    let ended = |steps: Vec<holdfast_types::RunStep>| steps.iter().any(|step| step.phase == RunPhase::Done);
    while !ended(context.read(move |tx| run_log::steps(tx, id)).await.expect("its steps")) {
        assert!(Instant::now() < deadline, "a run against a closed port must end quickly");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(engine.active_run_count(), 1, "a run that is not recorded as ended is still this process's");
    context.write_quietly(|tx| Ok(tx.execute_batch("DROP TRIGGER refuse")?)).await.expect("room again");
    let run = engine.wait_for_run(id);
    let run = tokio::time::timeout(Duration::from_secs(20), run).await.expect("it must not stay processing");
    let run = run.expect("the run");
    assert_eq!(run.status, RunStatus::Failed, "its own end is recorded: {run:?}");
    let message = run.error_message.unwrap_or_default();
    assert!(!message.contains("no room"), "the run did not fail by the catalog: {message}");
    let details = engine.get_run(GetRun { id }).await.expect("the run");
    assert_eq!(details.progress, None, "an ended run shows no progress");
}
