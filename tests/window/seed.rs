//! What a data directory holds before the app starts on it.

use crate::stage::Stage;
use chrono::{DateTime, Utc};
use holdfast_engine::event::silent;
use holdfast_engine::time::{Clock, system_clock};
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::*;
use std::sync::Arc;

impl Stage {
    /// Lets a test prepare the data directory with the engine, as another process would.
    pub fn seed<T>(&self, prepare: impl AsyncFnOnce(&Engine) -> T) -> T {
        self.seed_with(system_clock(), prepare)
    }

    /// The same, as if it were that moment.
    pub fn seed_at<T>(&self, moment: DateTime<Utc>, prepare: impl AsyncFnOnce(&Engine) -> T) -> T {
        self.seed_with(Arc::new(move || moment), prepare)
    }

    fn seed_with<T>(&self, clock: Clock, prepare: impl AsyncFnOnce(&Engine) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let options = OpenOptions { home: self.home(), kind: ProcessKind::Command, sink: silent() };
            let engine = Engine::open_with_clock(options, clock).await.expect("the data directory opens");
            let outcome = prepare(&engine).await;
            engine.shutdown(QuitChoice::Cancel).await;
            outcome
        })
    }
}

/// A job on a server that is there.
pub async fn job_on(engine: &Engine, name: &str, connection: Connection, database: &str) -> Job {
    let request = CreateServer { name: format!("server of {name}"), connection, password: None };
    let server = engine.create_server(request).await.expect("the server is saved");
    let databases = DatabaseSelection::Named(vec![database.to_owned()]);
    let mut spec = JobSpec::new(name.to_owned(), server.id, databases, "UTC".to_owned());
    spec.schedule.expression = "0 2 1 1 *".to_owned();
    spec.retries = 0;
    engine.create_job(CreateJob { spec }).await.expect("the job is saved")
}

/// A job whose server nobody answers for. Its schedule comes only once a year.
pub async fn hopeless_job(engine: &Engine, name: &str) -> Job {
    let connection = Connection {
        host: "127.0.0.1".to_owned(),
        // Reserved, and served by nothing on a machine that runs tests.
        port: Some(1),
        user: Some("nobody".to_owned()),
        ..Connection::default()
    };
    job_on(engine, name, connection, name).await
}

/// A job on a server that is there, and its first backup.
pub async fn backed_up(engine: &Engine, name: &str, connection: Connection, database: &str) -> Job {
    let job = job_on(engine, name, connection, database).await;
    let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
    let run = engine.wait_for_run(run.id).await.expect("the run ends");
    assert_eq!(run.status, RunStatus::Completed, "there is a backup to look at: {:?}", run.error_message);
    job
}
