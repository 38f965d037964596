//! What the parts of the engine share: catalog, data directory, clock, sink, and the runs of this process.

use crate::at_work::AtWork;
use crate::catalog::{Catalog, CatalogError, Tx};
use crate::error::Error;
use crate::event::{EngineEvent, Sink};
use crate::home::Home;
use crate::locks::{Held, ProcessIdentity};
use crate::postgres::Toolset;
use crate::scheduler::calm::Calm;
use crate::scheduler::others::SeenRuns;
use crate::time::Clock;
use holdfast_types::{CatalogScope, JobId, OperatorId, ProcessKind, RunId, RunProgress};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The engine's shared state.
pub(crate) struct Context {
    pub(crate) home: Home,
    pub(crate) catalog: Catalog,
    pub(crate) sink: Sink,
    pub(crate) clock: Clock,
    pub(crate) kind: ProcessKind,
    pub(crate) process: ProcessIdentity,
    /// Who acts in this process.
    pub(crate) operator: OperatorId,
    pub(crate) operator_name: String,
    /// Held by the run of this process that is next to get a place.
    pub(crate) run_queue: tokio::sync::Mutex<()>,
    live: Mutex<HashMap<RunId, LiveRun>>,
    /// The verifications and restores of this process.
    pub(crate) at_work: Arc<AtWork>,
    /// Told whenever a run of this process ended.
    pub(crate) run_ended: Notify,
    /// The demo's cluster, while this process uses it.
    pub(crate) demo: tokio::sync::Mutex<Option<crate::postgres::cluster::Cluster>>,
    pub(crate) scheduler_lock: Mutex<Option<Held>>,
    /// The newest heartbeat, UTC milliseconds; 0 before the first.
    pub(crate) last_heartbeat: AtomicI64,
    /// When the files of all backups were looked for because somebody looked at their list.
    pub(crate) looked_for_backups: AtomicI64,
    pub(crate) data_version: AtomicI64,
    pub(crate) overdue: Mutex<HashSet<JobId>>,
    /// How long the schedule need not be looked at; none before the first look.
    calm: Mutex<Option<Calm>>,
    /// The runs as the last beat saw them; none before the first.
    seen_runs: Mutex<Option<SeenRuns>>,
    /// Runs whose end was told since the last beat, and in the time before it.
    told: Mutex<[HashSet<RunId>; 2]>,
    tools: Mutex<Option<(std::time::Instant, Arc<Vec<Toolset>>)>>,
    /// Ends everything that runs in the background.
    pub(crate) closing: CancellationToken,
}

/// A run that this process carries out.
#[derive(Clone)]
pub(crate) struct LiveRun {
    pub(crate) cancel: CancellationToken,
    pub(crate) progress: Arc<Mutex<Option<RunProgress>>>,
}

impl LiveRun {
    /// How far it is; none before the first figures.
    pub(crate) fn newest_progress(&self) -> Option<RunProgress> {
        self.progress.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

/// How long a list of client programs is trusted; an installation meanwhile shows within this time.
const TOOLS_FRESH: std::time::Duration = std::time::Duration::from_secs(30);

pub(crate) struct Parts {
    pub(crate) home: Home,
    pub(crate) catalog: Catalog,
    pub(crate) sink: Sink,
    pub(crate) clock: Clock,
    pub(crate) kind: ProcessKind,
    pub(crate) process: ProcessIdentity,
    pub(crate) operator: OperatorId,
    pub(crate) operator_name: String,
}

impl Context {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            home: parts.home,
            catalog: parts.catalog,
            sink: parts.sink,
            clock: parts.clock,
            kind: parts.kind,
            process: parts.process,
            operator: parts.operator,
            operator_name: parts.operator_name,
            run_queue: tokio::sync::Mutex::new(()),
            live: Mutex::default(),
            at_work: Arc::default(),
            run_ended: Notify::new(),
            demo: tokio::sync::Mutex::new(None),
            scheduler_lock: Mutex::new(None),
            last_heartbeat: AtomicI64::new(0),
            looked_for_backups: AtomicI64::new(0),
            data_version: AtomicI64::new(0),
            overdue: Mutex::default(),
            calm: Mutex::default(),
            seen_runs: Mutex::default(),
            told: Mutex::default(),
            tools: Mutex::new(None),
            closing: CancellationToken::new(),
        })
    }

    /// The time in UTC milliseconds.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    /// Reads the catalog without blocking the runtime.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Tx) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, Error> {
        let context = Arc::clone(self);
        off_runtime(move || Ok(context.catalog.read(work)?)).await
    }

    /// Writes the catalog without blocking the runtime, and tells the windows.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        scope: CatalogScope,
        work: impl FnOnce(&Tx) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, Error> {
        let value = self.write_quietly(work).await?;
        self.emit(EngineEvent::CatalogChanged(scope));
        Ok(value)
    }

    /// Writes what no window shows, such as a line of a log.
    pub(crate) async fn write_quietly<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Tx) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, Error> {
        let context = Arc::clone(self);
        off_runtime(move || Ok(context.catalog.write(work)?)).await
    }

    /// Tells an event; the end of a run once only, whoever notices it first.
    pub(crate) fn emit(&self, event: EngineEvent) {
        if let EngineEvent::Completed(run) | EngineEvent::Failed(run) = &event {
            let mut told = self.told.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let [recent, before] = &mut *told;
            if before.contains(&run.id) || !recent.insert(run.id) {
                return;
            }
        }
        self.sink.emit(event);
    }

    /// Forgets which ends were told before the last beat: no look comes upon them any more.
    pub(crate) fn forget_told(&self) {
        let mut told = self.told.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let [recent, before] = &mut *told;
        *before = std::mem::take(recent);
    }

    /// How long the schedule need not be looked at.
    pub(crate) fn calm(&self) -> MutexGuard<'_, Option<Calm>> {
        self.calm.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The runs as the last beat saw them.
    pub(crate) fn seen_runs(&self) -> MutexGuard<'_, Option<SeenRuns>> {
        self.seen_runs.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The runs that this process carries out.
    pub(crate) fn live(&self) -> MutexGuard<'_, HashMap<RunId, LiveRun>> {
        // Poisoned means that a holder panicked between two map operations, which leaves the map whole.
        self.live.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Whether this process holds the scheduler's lock.
    pub(crate) fn holds_scheduler(&self) -> bool {
        self.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).is_some()
    }

    /// The client programs of this machine, looked up at most every half minute.
    pub(crate) async fn tools(&self) -> Arc<Vec<Toolset>> {
        if let Some((at, tools)) = self.known_tools()
            && at.elapsed() < TOOLS_FRESH
        {
            return tools;
        }
        let found = Arc::new(crate::postgres::tools::discover().await);
        *self.tools.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) =
            Some((std::time::Instant::now(), Arc::clone(&found)));
        found
    }

    fn known_tools(&self) -> Option<(std::time::Instant, Arc<Vec<Toolset>>)> {
        self.tools.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Records the newest heartbeat.
    pub(crate) fn beat_seen(&self, now: i64) {
        self.last_heartbeat.store(now, Ordering::Relaxed);
    }
}

/// Runs blocking work on a thread for it.
pub(crate) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
