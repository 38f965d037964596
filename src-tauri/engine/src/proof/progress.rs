//! How far a verification or a restore is, told at most four times a second.

use crate::archive::{Manifest, Progress};
use crate::context::Context;
use crate::event::EngineEvent;
use crate::load::{Tell, Told};
use crate::postgres::verbose::ToolLine;
use holdfast_types::{BackupId, WorkProgress};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The least time between two tellings.
const INTERVAL: Duration = Duration::from_millis(250);

/// How many tables are named at once.
const NAMED: usize = 8;

/// Follows one piece of work. Clones follow the same.
#[derive(Clone)]
pub(crate) struct Meter {
    context: Arc<Context>,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    now: WorkProgress,
    told: Option<Instant>,
    step_began: Instant,
    /// Bytes of each table's data as text, by the number of its file in the archive.
    sizes: HashMap<u32, u64>,
    /// Bytes of the tables that are loaded.
    finished: u64,
}

impl Meter {
    /// Begins to follow work on a backup.
    pub(crate) fn new(context: &Arc<Context>, backup_id: BackupId) -> Self {
        let now = WorkProgress {
            backup_id,
            step: String::new(),
            bytes_done: 0,
            bytes_total: 0,
            tables: Vec::new(),
            eta_seconds: None,
            held_up: None,
        };
        let inner = Inner { now, told: None, step_began: Instant::now(), sizes: HashMap::new(), finished: 0 };
        Self { context: Arc::clone(context), inner: Arc::new(Mutex::new(inner)) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn change(&self, urgency: Urgency, work: impl FnOnce(&mut Inner)) {
        let told = {
            let mut inner = self.inner();
            work(&mut inner);
            if urgency == Urgency::Usual && inner.told.is_some_and(|told| told.elapsed() < INTERVAL) {
                return;
            }
            inner.told = Some(Instant::now());
            let elapsed = inner.step_began.elapsed();
            inner.now.eta_seconds = remaining(&inner.now, elapsed);
            inner.now.clone()
        };
        self.context.emit(EngineEvent::Working(told));
    }

    /// A step began.
    pub(crate) fn step(&self, words: &str) {
        self.change(Urgency::AtOnce, |inner| {
            inner.now.step = words.to_owned();
            inner.step_began = Instant::now();
            inner.now.bytes_done = 0;
            inner.finished = 0;
            inner.now.bytes_total = if words == RESTORING { inner.sizes.values().sum() } else { 0 };
            inner.now.tables.clear();
            inner.now.held_up = None;
        });
    }

    /// Somebody holds the step up, or nobody does any more.
    pub(crate) fn held_up(&self, by: Option<String>) {
        self.change(Urgency::AtOnce, |inner| inner.now.held_up = by);
    }

    /// The pass over the files moved on.
    pub(crate) fn files(&self, progress: Progress) {
        self.change(Urgency::Usual, |inner| {
            inner.now.bytes_done = progress.bytes_done;
            inner.now.bytes_total = progress.bytes_total;
        });
    }

    /// What a restore will load.
    pub(crate) fn expect(&self, manifest: &Manifest) {
        let number = |file: &str| file.rsplit('/').next()?.split('.').next()?.parse().ok();
        let sizes = manifest.tables.iter().filter_map(|table| {
            Some((number(table.archive_file.as_deref()?)?, table.raw_bytes.unwrap_or_default()))
        });
        self.inner().sizes = sizes.collect();
    }

    /// Tells how far a load is.
    pub(crate) fn tell(&self) -> Tell {
        let meter = self.clone();
        Arc::new(move |told| match told {
            Told::Line(ToolLine::StartedItem { desc, tag, .. }) if LOADED.contains(&desc.as_str()) => {
                meter.began(tag);
            }
            Told::Line(ToolLine::FinishedItem { dump_id, desc, tag }) if LOADED.contains(&desc.as_str()) => {
                meter.ended(*dump_id, tag);
            }
            Told::Line(_) => {}
            Told::Began(tag) => meter.began(tag),
            Told::Ended(dump_id, tag) => meter.ended(dump_id, tag),
            Told::Taken(bytes) => meter.taken(bytes),
        })
    }

    fn taken(&self, bytes: u64) {
        self.change(Urgency::Usual, |inner| {
            let done = inner.finished.saturating_add(bytes).min(inner.now.bytes_total);
            // A table that ended between two looks must not take the bar back.
            inner.now.bytes_done = inner.now.bytes_done.max(done);
        });
    }

    fn began(&self, tag: &str) {
        self.change(Urgency::Usual, |inner| {
            inner.now.tables.insert(0, tag.to_owned());
            inner.now.tables.truncate(NAMED);
        });
    }

    fn ended(&self, dump_id: u32, tag: &str) {
        self.change(Urgency::Usual, |inner| {
            inner.now.tables.retain(|name| name != tag);
            inner.finished += inner.sizes.get(&dump_id).copied().unwrap_or_default();
            inner.now.bytes_done = inner.now.bytes_done.max(inner.finished);
        });
    }
}

/// Whether a change may wait for the next telling.
#[derive(PartialEq, Eq)]
enum Urgency {
    AtOnce,
    Usual,
}

/// What takes long enough to be named: rows, and what is built over them.
const LOADED: [&str; 4] = ["TABLE DATA", "INDEX", "CONSTRAINT", "MATERIALIZED VIEW DATA"];

/// The step during which tables are loaded.
pub(crate) const RESTORING: &str = "Restoring";

/// Seconds to the end of the step at the pace so far; none before there is a pace.
fn remaining(now: &WorkProgress, elapsed: Duration) -> Option<u64> {
    let known = now.bytes_total > 0 && now.bytes_done > 0 && elapsed >= Duration::from_secs(1);
    known.then(|| {
        let left = now.bytes_total.saturating_sub(now.bytes_done) as f64;
        (left / now.bytes_done as f64 * elapsed.as_secs_f64()).ceil() as u64
    })
}
