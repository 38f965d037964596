//! Carries a parallel copy out: connections take tables and ranges from one queue, and each compresses what it brings.

use super::encoder::Packing;
use super::error::CopyError;
use super::files::Files;
use super::part::{Part, Press};
use super::pause::Gate;
use super::ranges::{Pages, ranges};
use super::shares::{cut, own};
use super::throttle::Throttle;
use crate::archive::row_sum::RowSum;
use crate::postgres::PostgresError;
use crate::postgres::copy_facts::CopyFacts;
use crate::postgres::copy_out::Copying;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What is copied, and how.
#[derive(Debug, Clone)]
pub struct CopyPlan {
    /// The tables, largest first.
    pub tables: Vec<CopyFacts>,
    /// So many of the first are shared by all connections; each of the others is one's from the start
    /// ([`super::Choice::reached_by`]).
    pub shared: usize,
    /// A private folder that exists and is empty, for their files.
    pub folder: PathBuf,
    /// How the files are compressed.
    pub packing: Packing,
    /// Bytes that a range should hold, [`super::RANGE_BYTES`] unless something is tried out.
    pub range_bytes: u64,
    /// Bytes that all connections together may read in a second; none for no bound.
    pub rate: Option<u64>,
    /// Where connections wait while the server has better things to do.
    pub gate: Gate,
}

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: CopyFacts,
    /// Its file.
    pub file: PathBuf,
    /// Its rows, as the server counted them for each range.
    pub rows: u64,
    /// The sum of them as they arrived ([`crate::archive::row_sum`]).
    pub checksum: String,
}

/// How far a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// `schema.table`.
    pub label: String,
    /// How many of its pages are copied and how many there are; none while a table that was asked for whole comes, of
    /// which the server does not tell.
    pub pages: Option<(u64, u64)>,
    /// Bytes of its file.
    pub file_bytes: u64,
}

/// Copies the tables over these connections, which all joined the dump's snapshot. `on_progress` is told whenever a
/// table moved on. On cancel, and when anything fails, all of it ends.
pub async fn copy(
    plan: CopyPlan,
    connections: Vec<Copying>,
    cancel: &CancellationToken,
    on_progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Vec<Copied>, CopyError> {
    let work = Arc::new(Work::new(plan, connections.len(), Box::new(on_progress)));
    let mut working = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let thread = connection.thread().clone();
        working.spawn_on(work_through(Arc::clone(&work), connection, number), &thread);
    }
    let result = loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => break Err(CopyError::Cancelled),
            ended = working.join_next() => match ended {
                None => break Ok(()),
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(error))) => break Err(error),
                Some(Err(error)) => break Err(CopyError::Unexpected(error.to_string())),
            },
        }
    };
    work.files.abandon();
    working.shutdown().await;
    result?;
    let work = Arc::into_inner(work)
        .ok_or_else(|| CopyError::Unexpected("a connection still copies when all have ended".into()))?;
    let done = tokio::task::spawn_blocking(move || work.done()).await;
    done.unwrap_or_else(|error| Err(CopyError::Unexpected(error.to_string())))
}

/// The tables of which the server would not read a range of so many bytes by its place.
pub async fn whole_scans(
    tables: &[CopyFacts],
    range_bytes: u64,
    connection: &Copying,
) -> Result<HashSet<u32>, PostgresError> {
    let mut found = HashSet::new();
    for table in tables {
        let pages = ranges(table.pages, table.bytes, range_bytes);
        // The second, as the first may be all of a table that has only one.
        let tried = pages.get(1).or(pages.first()).copied().unwrap_or(Pages::ALL);
        if !connection.reads_ranges(&select(table, tried)).await? {
            found.insert(table.oid);
        }
    }
    Ok(found)
}

/// What the connections share.
pub(super) struct Work {
    pub(super) plan: CopyPlan,
    pub(super) files: Files,
    connections: usize,
    /// Table and range of those that are shared, in the order in which they are begun.
    queue: Vec<(usize, usize)>,
    next: AtomicUsize,
    pub(super) ranges: Vec<Vec<Pages>>,
    /// So many of the first tables are cut; the others are asked for whole.
    cut: usize,
    sums: Vec<Mutex<RowSum>>,
    pages_done: Vec<AtomicU64>,
    throttle: Throttle,
    on_progress: Box<dyn Fn(Progress) + Send + Sync>,
}

impl Work {
    fn new(plan: CopyPlan, connections: usize, on_progress: Box<dyn Fn(Progress) + Send + Sync>) -> Self {
        let shared = plan.shared.min(plan.tables.len());
        let bytes: Vec<u64> = plan.tables[..shared].iter().map(|table| table.bytes).collect();
        let cut = cut(&bytes, connections);
        let (parted, whole) = plan.tables.split_at(cut);
        let ranges: Vec<Vec<Pages>> = parted
            .iter()
            .map(|table| ranges(table.pages, table.bytes, plan.range_bytes))
            .chain(whole.iter().map(|_| vec![Pages::ALL]))
            .collect();
        let counts: Vec<usize> = ranges.iter().map(Vec::len).collect();
        // Whole tables first: the ranges of the others fill what they leave uneven.
        let queue = (cut..shared)
            .chain(0..cut)
            .flat_map(|table| (0..counts[table]).map(move |range| (table, range)))
            .collect();
        Self {
            files: Files::new(&plan.folder, plan.packing, &counts),
            connections,
            queue,
            next: AtomicUsize::new(0),
            ranges,
            sums: plan.tables.iter().map(|_| Mutex::default()).collect(),
            pages_done: plan.tables.iter().map(|_| AtomicU64::new(0)).collect(),
            throttle: Throttle::new(plan.rate),
            cut,
            plan,
            on_progress,
        }
    }

    fn take(&self) -> Option<(usize, usize)> {
        self.queue.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }

    fn statement(&self, table: usize, range: usize) -> String {
        let facts = &self.plan.tables[table];
        if table < self.cut {
            return format!("COPY ({}) TO STDOUT", select(facts, self.ranges[table][range]));
        }
        // As pg_dump does. It never takes the rows of inheriting tables.
        format!("COPY {} ({}) TO STDOUT", facts.qualified, facts.columns)
    }

    /// A range of a table is copied.
    fn moved_on(&self, table: usize, range: usize, sum: &RowSum) {
        let facts = &self.plan.tables[table];
        self.sums[table].lock().unwrap_or_else(PoisonError::into_inner).add(sum);
        let pages = self.ranges[table][range].count(facts.pages);
        let before = self.pages_done[table].fetch_add(pages, Ordering::Relaxed);
        self.tell(table, Some((before + pages, facts.pages)));
    }

    /// A table that was asked for whole is begun, or more of it came.
    pub(super) fn whole_moved_on(&self, table: usize) {
        if table >= self.cut {
            self.tell(table, None);
        }
    }

    fn tell(&self, table: usize, pages: Option<(u64, u64)>) {
        let label = self.plan.tables[table].label.clone();
        (self.on_progress)(Progress { label, pages, file_bytes: self.files.bytes(table) });
    }

    /// What came of it, once it is on its way to the disk.
    fn done(self) -> Result<Vec<Copied>, CopyError> {
        let paths: Vec<PathBuf> = (0..self.plan.tables.len()).map(|table| self.files.path(table)).collect();
        let sums = self.sums.into_iter().map(|sum| sum.into_inner().unwrap_or_else(PoisonError::into_inner));
        let each = self.plan.tables.into_iter().zip(paths).zip(sums);
        let copied = each
            .map(|((table, file), sum)| Copied { table, file, rows: sum.rows(), checksum: sum.text() })
            .collect();
        self.files.pushed_out()?;
        Ok(copied)
    }
}

/// The rows of a range. ONLY: the rows of inheriting tables are theirs.
pub(super) fn select(facts: &CopyFacts, pages: Pages) -> String {
    format!("SELECT {} FROM ONLY {}{}", facts.columns, facts.qualified, pages.condition())
}

/// Copies shared ranges until there are no more, then this connection's own tables.
async fn work_through(work: Arc<Work>, mut connection: Copying, number: usize) -> Result<(), CopyError> {
    let mut press = Press::new(work.plan.packing)?;
    let own = own(work.plan.shared..work.plan.tables.len(), number, work.connections);
    let shared = std::iter::from_fn(|| work.take());
    for (table, range) in shared.chain(own.map(|table| (table, 0))) {
        let (rows, sum) = copy_range(&work, &mut connection, &mut press, table, range).await?;
        if rows != sum.rows() {
            let lines = sum.rows();
            let name = &work.plan.tables[table].label;
            return Err(CopyError::Unexpected(format!(
                "the server sent {rows} rows of {name}, and {lines} lines arrived"
            )));
        }
        work.moved_on(table, range, &sum);
    }
    Ok(())
}

/// Copies a range, and tells its rows as the server counted them and the sum of those that were compressed.
async fn copy_range(
    work: &Work,
    connection: &mut Copying,
    press: &mut Press,
    table: usize,
    range: usize,
) -> Result<(u64, RowSum), CopyError> {
    let mut part = Part::begin(work, press, table, range);
    let copied: Result<u64, CopyError> = connection
        .copy(&work.statement(table, range), |block| {
            let taken = part.take(&block);
            async move {
                taken?;
                work.plan.gate.pass().await;
                work.throttle.take(block.len()).await;
                Ok(())
            }
        })
        .await;
    Ok((copied?, part.end()?))
}
