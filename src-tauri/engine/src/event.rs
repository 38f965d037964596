//! What the engine tells whoever holds it.

use holdfast_types::{
    Backup, CatalogScope, Restore, Run, RunProgress, SchedulerStatus, Verification, WorkProgress,
};
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineEvent {
    /// A run began.
    Started(Run),
    /// A run moved on; at most four times a second for each run.
    Progress(RunProgress),
    /// A run completed.
    Completed(Run),
    /// A run ended otherwise.
    Failed(Run),
    /// Part of the catalog changed, here or in another process.
    CatalogChanged(CatalogScope),
    /// The scheduler was started, stopped, or its lock changed hands.
    SchedulerChanged(SchedulerStatus),
    /// A verification or a restore moved on; at most four times a second for each.
    Working(WorkProgress),
    /// A verification ended.
    Verified {
        /// The backup, as it stands now.
        backup: Box<Backup>,
        /// What was found.
        verification: Box<Verification>,
    },
    /// A restore ended.
    Restored(Box<Restore>),
    /// These jobs became overdue.
    Overdue(holdfast_types::JobsOverdue),
}

/// Receives events. Called from the engine's tasks, so it must return quickly.
pub trait EventSink: Send + Sync + 'static {
    /// Takes one event.
    fn emit(&self, event: EngineEvent);
}

impl<F: Fn(EngineEvent) + Send + Sync + 'static> EventSink for F {
    fn emit(&self, event: EngineEvent) {
        self(event)
    }
}

/// The sink as the engine keeps it.
pub type Sink = Arc<dyn EventSink>;

/// A sink that drops everything, for commands that show no progress.
pub fn silent() -> Sink {
    Arc::new(|_: EngineEvent| {})
}
