//! Loads tables and builds their indexes over several connections.

use super::fresh::{Tell, Told};
use super::means::{Means, spare};
use super::plan::TableLoad;
use super::queue::{Next, Queue, Task};
use crate::archive::ArchiveError;
use crate::archive::feed::{Fed, feed};
use crate::error::Error;
use crate::postgres::PostgresError;
use crate::postgres::copy_in::{Loading, Rows};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};

/// Blocks that may wait between a file and its connection.
const WAITING: usize = 4;

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// Entries that are left to pg_restore: data and what is built over it.
    pub(super) left: Vec<i32>,
    /// Why, for the log.
    pub(super) reasons: Vec<String>,
}

/// Loads the tables, largest first, over these connections to a server with so many cores, where that is known.
///
/// # Errors
/// A connection was lost, or a file is damaged, which pg_restore might not notice. What fails otherwise is left to it.
pub(super) async fn carry(
    tables: Vec<TableLoad>,
    connections: Vec<Loading>,
    cores: Option<usize>,
    tell: Tell,
) -> Result<Carried, Error> {
    let work = Arc::new(Work {
        connections: connections.len(),
        spare: spare(cores, connections.len()),
        queue: Mutex::new(Queue::new(&tables)),
        tables,
        changed: Notify::new(),
        carried: Mutex::default(),
        tell,
    });
    let mut working = JoinSet::new();
    for connection in connections {
        working.spawn(work_through(Arc::clone(&work), connection));
    }
    while let Some(ended) = working.join_next().await {
        ended.unwrap_or_else(|error| Err(Error::Internal(error.to_string())))?;
    }
    drop(working);
    let carried = std::mem::take(&mut *locked(&work.carried));
    Ok(carried)
}

/// What the connections share.
struct Work {
    connections: usize,
    /// Workers of each build, beside those for connections that have nothing to do.
    spare: u64,
    tables: Vec<TableLoad>,
    queue: Mutex<Queue>,
    /// Somebody ended something.
    changed: Notify,
    carried: Mutex<Carried>,
    tell: Tell,
}

impl Work {
    fn queue<T>(&self, ask: impl FnOnce(&mut Queue) -> T) -> T {
        ask(&mut locked(&self.queue))
    }

    /// Leaves entries to pg_restore.
    fn leave(&self, entries: impl Iterator<Item = i32>, reason: String) {
        let mut carried = locked(&self.carried);
        carried.left.extend(entries);
        carried.reasons.push(reason);
    }
}

/// Does what there is to do until there is nothing.
async fn work_through(work: Arc<Work>, connection: Loading) -> Result<(), Error> {
    loop {
        let changed = work.changed.notified();
        tokio::pin!(changed);
        // Before the look, so that nothing that ends meanwhile is missed.
        changed.as_mut().enable();
        let (next, running) = work.queue(|queue| (queue.next(), queue.running()));
        match next {
            Next::Do(Task::Load(table)) => load(&work, &connection, table).await?,
            Next::Do(Task::Build(table, build)) => {
                let idle = work.connections.saturating_sub(running) as u64;
                build_over(&work, &connection, (table, build), work.spare + idle).await?;
            }
            Next::Wait => changed.await,
            Next::Over => return Ok(()),
        }
        work.changed.notify_waiters();
    }
}

async fn load(work: &Work, connection: &Loading, at: usize) -> Result<(), Error> {
    let table = &work.tables[at];
    (work.tell)(Told::Began(&table.tag));
    let reason = match frozen(connection, table).await {
        Ok(()) => {
            (work.tell)(Told::Ended(number(table.entry), &table.tag));
            work.queue(|queue| queue.loaded(at));
            return Ok(());
        }
        Err(Failed::Fatal(error)) => return Err(error),
        Err(Failed::Left(reason)) => reason,
    };
    // The transaction is over, whether the server broke it off or we did.
    let _ = connection.execute("ROLLBACK").await;
    let entries = std::iter::once(table.entry).chain(table.builds.iter().map(|build| build.entry));
    work.leave(entries, format!("{}: {reason}", table.tag));
    work.queue(Queue::given_up);
    Ok(())
}

/// Why a table was not loaded.
enum Failed {
    /// Nothing goes on.
    Fatal(Error),
    /// It is left to pg_restore.
    Left(String),
}

impl From<PostgresError> for Failed {
    fn from(error: PostgresError) -> Self {
        match error {
            PostgresError::LostConnection { .. } => Self::Fatal(error.into()),
            other => Self::Left(other.to_string()),
        }
    }
}

/// Loads a table in a transaction that truncates it: its rows are written frozen and with all their marks, which spares
/// the index builds that work, and a server with `wal_level = minimal` logs none of them.
async fn frozen(connection: &Loading, table: &TableLoad) -> Result<(), Failed> {
    connection.execute(&format!("BEGIN; TRUNCATE TABLE ONLY {}", table.qualified)).await?;
    let mut rows = connection.copy(&format!("{} WITH (FREEZE)", table.copy)).await?;
    let mut decoding = Decoding::begin(table.file.clone());
    let sent = decoding.send_to(&mut rows).await;
    let fed = decoding.end().await.map_err(|error| Failed::Fatal(error.into()))?;
    sent?;
    let taken = rows.finish().await?;
    match fed {
        Fed::Whole(rows) if rows == taken => Ok(connection.execute("COMMIT").await?),
        Fed::Whole(rows) => Err(Failed::Left(format!("{rows} rows were sent, and the server took {taken}"))),
        Fed::Stopped => Err(Failed::Left("its file was not read to its end".to_owned())),
    }
}

/// Builds one over its table with so many workers of the server's.
async fn build_over(
    work: &Work,
    connection: &Loading,
    (at, build): (usize, usize),
    workers: u64,
) -> Result<(), Error> {
    let table = &work.tables[at];
    let index = &table.builds[build];
    (work.tell)(Told::Began(&index.tag));
    let means = Means::of(index.method, table.bytes, workers);
    let built = match connection.execute(&means.statement()).await {
        Ok(()) => connection.execute(&index.statements).await,
        refused => refused,
    };
    work.queue(|queue| queue.built(at, build));
    match built {
        Ok(()) => (work.tell)(Told::Ended(number(index.entry), &index.tag)),
        Err(error @ PostgresError::LostConnection { .. }) => return Err(error.into()),
        Err(error) => work.leave(std::iter::once(index.entry), format!("{}: {error}", index.tag)),
    }
    Ok(())
}

/// A table's file as a thread of its own decodes it.
struct Decoding {
    blocks: mpsc::Receiver<Vec<u8>>,
    thread: JoinHandle<Result<Fed, ArchiveError>>,
}

impl Decoding {
    fn begin(file: PathBuf) -> Self {
        let (out, blocks) = mpsc::channel(WAITING);
        let thread = tokio::task::spawn_blocking(move || {
            feed(&file, &mut |block| match out.blocking_send(block) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        });
        Self { blocks, thread }
    }

    /// Sends blocks until there are no more, or the server takes none.
    async fn send_to(&mut self, rows: &mut Rows<'_>) -> Result<(), PostgresError> {
        while let Some(block) = self.blocks.recv().await {
            rows.send(block).await?;
        }
        Ok(())
    }

    /// How far the file was read: whoever asks takes no more.
    async fn end(self) -> Result<Fed, ArchiveError> {
        let Self { blocks, thread } = self;
        drop(blocks);
        thread.await.unwrap_or(Ok(Fed::Stopped))
    }
}

/// The number of an entry as pg_restore tells it, and as the entry's file is called.
fn number(entry: i32) -> u32 {
    u32::try_from(entry).unwrap_or_default()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
