//! How far a run is: gathered from pg_dump's words and the growing files, told at most four times a second.

mod state;

use super::estimate::Expected;
use crate::archive::Progress;
use crate::archive::toc::Toc;
use crate::context::{Context, LiveRun};
use crate::copy;
use crate::event::EngineEvent;
use crate::postgres::inspect::Relation;
use crate::postgres::verbose::ToolLine;
use crate::repository::measure::Measured;
use holdfast_types::{Job, RunId, RunPhase};
use state::State;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The least time between two events of a run.
const INTERVAL: Duration = Duration::from_millis(250);

/// Follows one run. Clones follow the same.
#[derive(Clone)]
pub(super) struct Tracker {
    context: Arc<Context>,
    live: LiveRun,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    state: State,
    told: Option<Instant>,
    began: Instant,
}

impl Tracker {
    /// Begins to follow a run.
    pub(super) fn begin(context: &Arc<Context>, run: RunId, job: &Job, live: &LiveRun) -> Self {
        let state = State::new(run, job.id, job.spec.name.clone(), crate::time::text(context.now()));
        let inner = Inner { state, told: None, began: Instant::now() };
        Self { context: Arc::clone(context), live: live.clone(), inner: Arc::new(Mutex::new(inner)) }
    }

    /// Changes the state and tells it: always at a new step, else when the last telling is old enough.
    fn change(&self, urgent: Urgency, work: impl FnOnce(&mut State)) {
        let progress = {
            let mut inner = self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let at = inner.began.elapsed();
            inner.state.at(at);
            work(&mut inner.state);
            let due = inner.told.is_none_or(|told| told.elapsed() >= INTERVAL);
            if urgent == Urgency::Usual && !due {
                return;
            }
            inner.told = Some(Instant::now());
            inner.state.progress()
        };
        *self.live.progress.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(progress.clone());
        self.context.emit(EngineEvent::Progress(progress));
    }

    /// A step began.
    pub(super) fn phase(&self, phase: RunPhase) {
        self.change(Urgency::AtOnce, |state| state.phase(phase));
    }

    /// Something holds the run up, as the sentence says, or nothing does any more.
    pub(super) fn held_up(&self, by: Option<String>) {
        self.change(Urgency::AtOnce, |state| state.held_up(by));
    }

    /// How many databases the run has, and how many connections pg_dump uses.
    pub(super) fn databases(&self, count: usize, connections: u32) {
        self.change(Urgency::Usual, |state| state.databases(count, connections));
    }

    /// A database's turn came.
    pub(super) fn database(&self, index: usize, name: &str) {
        self.change(Urgency::AtOnce, |state| state.database(index, name));
    }

    /// What the database holds, and what its last backup held.
    pub(super) fn tables(&self, relations: &[Relation], expected: &Expected) {
        self.change(Urgency::AtOnce, |state| state.tables(relations, expected));
    }

    /// The archive's table of contents is there: files have names now.
    pub(super) fn contents(&self, toc: &Toc) {
        self.change(Urgency::Usual, |state| state.contents(toc));
    }

    /// pg_dump said something.
    pub(super) fn line(&self, line: &ToolLine) {
        self.change(Urgency::Usual, |state| state.line(line));
    }

    /// The archive was measured.
    pub(super) fn measured(&self, measured: Measured) {
        self.change(Urgency::Usual, |state| state.measured(&measured));
    }

    /// A table that the parallel engine copies moved on.
    pub(super) fn copied(&self, progress: &copy::Progress) {
        self.change(Urgency::Usual, |state| state.copied(progress));
    }

    /// The check moved on.
    pub(super) fn checked(&self, progress: Progress) {
        self.change(Urgency::Usual, |state| state.checked(progress));
    }
}

/// Whether a change may wait for the next telling.
#[derive(PartialEq, Eq)]
enum Urgency {
    AtOnce,
    Usual,
}
