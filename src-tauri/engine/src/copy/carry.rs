//! Carries a parallel copy out: connections take ranges from one queue, threads compress what they bring.

use super::encoder::{Encoder, Packing};
use super::error::CopyError;
use super::files::{Files, Unwritten};
use super::pause::Gate;
use super::ranges::{Pages, ranges};
use super::throttle::Throttle;
use crate::archive::row_sum::RowSum;
use crate::platform::batch;
use crate::postgres::PostgresError;
use crate::postgres::copy_facts::CopyFacts;
use crate::postgres::copy_out::Copying;
use flate2::Crc;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// What pg_dump writes behind the rows of a table (pg_dump.c: dumpTableData_copy).
const END_MARK: &[u8] = b"\\.\n\n\n";

/// Compressed bytes that are written together.
const CHUNK: usize = 256 * 1024;

/// Blocks that may wait for the compressing thread of a range.
const WAITING: usize = 2;

/// What is copied, and how.
#[derive(Debug, Clone)]
pub struct CopyPlan {
    /// The tables, largest first.
    pub tables: Vec<CopyFacts>,
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
    /// Pages that are copied.
    pub pages_done: u64,
    /// Its pages.
    pub pages: u64,
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
    let work = Arc::new(Work::new(plan, Box::new(on_progress)));
    let mut working = JoinSet::new();
    for connection in connections {
        working.spawn(work_through(Arc::clone(&work), connection));
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
    Arc::try_unwrap(work)
        .map(Work::done)
        .map_err(|_| CopyError::Unexpected("a connection still copies when all have ended".into()))
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
        let tried = pages.get(1).or(pages.first()).copied().unwrap_or(Pages { from: 0, to: None });
        if !connection.reads_ranges(&select(table, tried)).await? {
            found.insert(table.oid);
        }
    }
    Ok(found)
}

/// What the connections share.
struct Work {
    plan: CopyPlan,
    files: Arc<Files>,
    /// Table and range, in the order in which they are begun.
    queue: Vec<(usize, usize)>,
    next: AtomicUsize,
    ranges: Vec<Vec<Pages>>,
    sums: Vec<Mutex<RowSum>>,
    pages_done: Vec<AtomicU64>,
    throttle: Throttle,
    on_progress: Box<dyn Fn(Progress) + Send + Sync>,
}

impl Work {
    fn new(plan: CopyPlan, on_progress: Box<dyn Fn(Progress) + Send + Sync>) -> Self {
        let ranges: Vec<Vec<Pages>> =
            plan.tables.iter().map(|table| ranges(table.pages, table.bytes, plan.range_bytes)).collect();
        let counts: Vec<usize> = ranges.iter().map(Vec::len).collect();
        Self {
            files: Arc::new(Files::new(&plan.folder, plan.packing, &counts)),
            queue: counts
                .iter()
                .enumerate()
                .flat_map(|(table, count)| (0..*count).map(move |range| (table, range)))
                .collect(),
            next: AtomicUsize::new(0),
            ranges,
            sums: plan.tables.iter().map(|_| Mutex::default()).collect(),
            pages_done: plan.tables.iter().map(|_| AtomicU64::new(0)).collect(),
            throttle: Throttle::new(plan.rate),
            plan,
            on_progress,
        }
    }

    fn take(&self) -> Option<(usize, usize)> {
        self.queue.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }

    fn statement(&self, table: usize, range: usize) -> String {
        let facts = &self.plan.tables[table];
        format!("COPY ({}) TO STDOUT", select(facts, self.ranges[table][range]))
    }

    /// A range of a table is copied.
    fn moved_on(&self, table: usize, range: usize, sum: &RowSum) {
        let facts = &self.plan.tables[table];
        self.sums[table].lock().unwrap_or_else(PoisonError::into_inner).add(sum);
        let pages = self.ranges[table][range].count(facts.pages);
        let before = self.pages_done[table].fetch_add(pages, Ordering::Relaxed);
        (self.on_progress)(Progress {
            label: facts.label.clone(),
            pages_done: before + pages,
            pages: facts.pages,
            file_bytes: self.files.bytes(table),
        });
    }

    fn done(self) -> Vec<Copied> {
        let paths: Vec<PathBuf> = (0..self.plan.tables.len()).map(|table| self.files.path(table)).collect();
        let sums = self.sums.into_iter().map(|sum| sum.into_inner().unwrap_or_else(PoisonError::into_inner));
        let each = self.plan.tables.into_iter().zip(paths).zip(sums);
        each.map(|((table, file), sum)| Copied { table, file, rows: sum.rows(), checksum: sum.text() })
            .collect()
    }
}

/// The rows of a range. ONLY: the rows of inheriting tables are theirs.
pub(super) fn select(facts: &CopyFacts, pages: Pages) -> String {
    format!("SELECT {} FROM ONLY {}{}", facts.columns, facts.qualified, pages.condition())
}

/// Copies ranges until there are no more.
async fn work_through(work: Arc<Work>, mut connection: Copying) -> Result<(), CopyError> {
    // What was written before, on its way to the disk while the next range comes.
    let mut on_its_way: Option<JoinHandle<Result<(), CopyError>>> = None;
    while let Some((table, range)) = work.take() {
        let (rows, sum) = copy_range(&work, &mut connection, table, range).await?;
        if rows != sum.rows() {
            let lines = sum.rows();
            let name = &work.plan.tables[table].label;
            return Err(CopyError::Unexpected(format!(
                "the server sent {rows} rows of {name}, and {lines} lines arrived"
            )));
        }
        work.moved_on(table, range, &sum);
        arrived(on_its_way.take()).await?;
        let files = Arc::clone(&work.files);
        on_its_way = Some(tokio::task::spawn_blocking(move || files.push_out(table)));
    }
    arrived(on_its_way).await
}

async fn arrived(on_its_way: Option<JoinHandle<Result<(), CopyError>>>) -> Result<(), CopyError> {
    match on_its_way {
        Some(pushing) => pushing.await.map_err(|error| CopyError::Unexpected(error.to_string()))?,
        None => Ok(()),
    }
}

/// What a compressing thread is given.
enum Step {
    Block(Vec<u8>),
    /// The range is whole.
    Whole,
}

/// Copies a range, and tells its rows as the server counted them and the sum of those that were compressed.
async fn copy_range(
    work: &Arc<Work>,
    connection: &mut Copying,
    table: usize,
    range: usize,
) -> Result<(u64, RowSum), CopyError> {
    let (steps, taken) = mpsc::channel(WAITING);
    let encoding = Compressing::begin(work, table, range, taken);
    let gone = || CopyError::Unexpected("a compressing thread ended early".into());
    let copied = connection
        .copy(&work.statement(table, range), |block| async {
            work.plan.gate.pass().await;
            work.throttle.take(block.len()).await;
            steps.send(Step::Block(block)).await.map_err(|_| gone())
        })
        .await;
    let whole = match copied {
        Ok(rows) => steps.send(Step::Whole).await.map(|()| rows).map_err(|_| gone()),
        Err(error) => Err(error),
    };
    drop(steps);
    if whole.is_err() {
        work.files.abandon();
    }
    // Its own reason, such as a full disk, comes before what followed from it.
    let sum = encoding.end().await;
    match (whole, sum) {
        (Ok(rows), Ok(sum)) => Ok((rows, sum)),
        (_, Err(Some(error))) | (Err(error), _) => Err(error),
        (Ok(_), Err(None)) => Err(gone()),
    }
}

/// A thread that compresses a range.
struct Compressing(JoinHandle<Result<RowSum, Unwritten>>);

impl Compressing {
    fn begin(work: &Work, table: usize, range: usize, mut steps: mpsc::Receiver<Step>) -> Self {
        let files = Arc::clone(&work.files);
        let packing = work.plan.packing;
        let last = range + 1 == work.ranges[table].len();
        Self(tokio::task::spawn_blocking(move || {
            batch::this_thread();
            let path = files.path(table);
            let failed = |error| Unwritten::Io(path.clone(), error);
            let mut encoder = Encoder::new(packing).map_err(failed)?;
            let mut out = Vec::with_capacity(2 * CHUNK);
            let mut sum = RowSum::default();
            loop {
                match steps.blocking_recv() {
                    Some(Step::Block(block)) => {
                        sum.push(&block);
                        encoder.encode(&block, &mut out).map_err(failed)?;
                        if out.len() >= CHUNK {
                            let full = std::mem::replace(&mut out, Vec::with_capacity(2 * CHUNK));
                            files.put(table, range, full)?;
                        }
                    }
                    Some(Step::Whole) => break,
                    None => return Err(Unwritten::Abandoned),
                }
            }
            if last {
                encoder.encode(END_MARK, &mut out).map_err(failed)?;
            }
            let whole: Crc = encoder.finish(&mut out).map_err(failed)?;
            files.put(table, range, out)?;
            files.end(table, range, whole)?;
            Ok(sum)
        }))
    }

    /// The sum of the rows that it compressed; an error without a reason when another's failure ended it.
    async fn end(self) -> Result<RowSum, Option<CopyError>> {
        match self.0.await {
            Ok(Ok(sum)) => Ok(sum),
            Ok(Err(Unwritten::Io(path, error))) => Err(Some(CopyError::Io(path, error))),
            Ok(Err(Unwritten::Abandoned)) => Err(None),
            Err(error) => Err(Some(CopyError::Unexpected(error.to_string()))),
        }
    }
}
