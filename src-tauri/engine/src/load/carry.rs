//! Loads tables and builds their indexes over several connections.

use super::fresh::{Tell, Told};
use super::plan::TableLoad;
use super::queue::{Ended, Loaded, Next, Queue, Sharing, Task};
use crate::archive::ArchiveError;
use crate::archive::feed::{Cut, Fed, RowBlock, feed};
use crate::error::Error;
use crate::postgres::PostgresError;
use crate::postgres::copy_in::{Loading, Rows};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

/// Blocks that may wait between a file and the connections.
const WAITING: usize = 4;

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// Entries that are left to pg_restore: data and what is built over it.
    pub(super) left: Vec<i32>,
    /// Why, for the log.
    pub(super) reasons: Vec<String>,
}

/// Loads the tables, largest first, over these connections.
///
/// # Errors
/// A connection was lost, or a file is damaged, which pg_restore might not notice. What fails otherwise is left to it.
pub(super) async fn carry(
    tables: Vec<TableLoad>,
    connections: Vec<Loading>,
    tell: Tell,
) -> Result<Carried, Error> {
    let work = Arc::new(Work {
        queue: Mutex::new(Queue::new(&tables, connections.len())),
        feeds: tables.iter().map(|_| OnceLock::new()).collect(),
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
    tables: Vec<TableLoad>,
    queue: Mutex<Queue>,
    feeds: Vec<OnceLock<Arc<Feed>>>,
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
        match work.queue(Queue::next) {
            Next::Do(Task::Load(table)) => load(&work, &connection, table).await?,
            Next::Do(Task::Build(table, build)) => build_over(&work, &connection, table, build).await?,
            Next::Wait => changed.await,
            Next::Over => return Ok(()),
        }
        work.changed.notify_waiters();
    }
}

async fn load(work: &Arc<Work>, connection: &Loading, at: usize) -> Result<(), Error> {
    let table = &work.tables[at];
    let sharing = work.queue(|queue| queue.sharing(at));
    let feed = work.feeds[at].get_or_init(|| {
        (work.tell)(Told::Began(&table.tag));
        Arc::new(Feed::begin(table.file.clone()))
    });
    let loaded = match sharing {
        Sharing::Alone => alone(connection, table, feed).await,
        Sharing::Together => together(connection, table, feed).await,
    };
    let ended = match loaded {
        Ok(()) => Ended::Well,
        Err(Failed::Postgres(error @ PostgresError::LostConnection { .. })) => return Err(error.into()),
        Err(failed) => {
            if let Some(damage) = feed.damage() {
                return Err(damage.into());
            }
            feed.stop().await;
            let _ = connection.execute("ROLLBACK").await;
            feed.failed(failed);
            Ended::Badly
        }
    };
    match work.queue(|queue| queue.loaded(at, ended)) {
        Loaded::NotYet => return Ok(()),
        Loaded::Wholly => match feed.agrees() {
            Ok(()) => {
                (work.tell)(Told::Ended(number(table.entry), &table.tag));
                work.queue(|queue| queue.release(at));
                return Ok(());
            }
            Err(failed) => feed.failed(failed),
        },
        Loaded::Failed => {}
    }
    if sharing == Sharing::Together {
        // What others of the connections committed before it failed.
        connection.execute(&format!("TRUNCATE TABLE ONLY {}", table.qualified)).await?;
    }
    let entries = std::iter::once(table.entry).chain(table.builds.iter().map(|build| build.entry));
    work.leave(entries, format!("{}: {}", table.tag, feed.reason()));
    Ok(())
}

/// Loads a table over one connection. Truncated in the same transaction, its rows are written frozen and with all their
/// marks, and a server with `wal_level = minimal` logs none of them.
async fn alone(connection: &Loading, table: &TableLoad, feed: &Feed) -> Result<(), Failed> {
    connection.execute(&format!("BEGIN; TRUNCATE TABLE ONLY {}", table.qualified)).await?;
    let mut rows = connection.copy(&format!("{} WITH (FREEZE)", table.copy)).await?;
    feed.send_to(&mut rows).await?;
    feed.take(rows.finish().await?);
    feed.agrees()?;
    Ok(connection.execute("COMMIT").await?)
}

/// Loads a share of a table.
async fn together(connection: &Loading, table: &TableLoad, feed: &Feed) -> Result<(), Failed> {
    let mut rows = connection.copy(&table.copy).await?;
    feed.send_to(&mut rows).await?;
    feed.take(rows.finish().await?);
    Ok(())
}

async fn build_over(work: &Work, connection: &Loading, at: usize, build: usize) -> Result<(), Error> {
    let index = &work.tables[at].builds[build];
    (work.tell)(Told::Began(&index.tag));
    let built = connection.execute(&index.statements).await;
    work.queue(|queue| queue.built(at, build));
    match built {
        Ok(()) => (work.tell)(Told::Ended(number(index.entry), &index.tag)),
        Err(error @ PostgresError::LostConnection { .. }) => return Err(error.into()),
        Err(error) => work.leave(std::iter::once(index.entry), format!("{}: {error}", index.tag)),
    }
    Ok(())
}

/// Why a table is left to pg_restore.
#[derive(Debug)]
enum Failed {
    Postgres(PostgresError),
    /// The server took another number of rows than the file has.
    Rows {
        sent: u64,
        taken: u64,
    },
    /// Another connection failed.
    Elsewhere,
}

impl From<PostgresError> for Failed {
    fn from(error: PostgresError) -> Self {
        Self::Postgres(error)
    }
}

impl Failed {
    fn words(&self) -> String {
        match self {
            Self::Postgres(error) => error.to_string(),
            Self::Rows { sent, taken } => format!("{sent} rows were sent, and the server took {taken}"),
            Self::Elsewhere => "another connection failed".to_owned(),
        }
    }
}

/// A table's file as it is decoded by a thread of its own, for one connection or several.
struct Feed {
    blocks: tokio::sync::Mutex<mpsc::Receiver<RowBlock>>,
    /// Set before the blocks end.
    end: Arc<OnceLock<Fed>>,
    damage: Arc<Mutex<Option<ArchiveError>>>,
    taken: AtomicU64,
    reason: OnceLock<Failed>,
}

impl Feed {
    fn begin(file: PathBuf) -> Self {
        let (out, blocks) = mpsc::channel(WAITING);
        let end = Arc::new(OnceLock::new());
        let damage = Arc::new(Mutex::new(None));
        let told = (Arc::clone(&end), Arc::clone(&damage));
        tokio::task::spawn_blocking(move || {
            let ended = feed(&file, &mut |block| match out.blocking_send(block) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            });
            match ended {
                Ok(fed) => drop(told.0.set(fed)),
                Err(error) => *locked(&told.1) = Some(error),
            }
            drop(out);
        });
        Self {
            blocks: tokio::sync::Mutex::new(blocks),
            end,
            damage,
            taken: AtomicU64::new(0),
            reason: OnceLock::new(),
        }
    }

    /// Sends blocks until there are no more; of a row that is longer than a block all of them.
    async fn send_to(&self, rows: &mut Rows<'_>) -> Result<(), Failed> {
        loop {
            let mut blocks = self.blocks.lock().await;
            let Some(block) = blocks.recv().await else { break };
            let mut last = block;
            while last.cut == Cut::WithinRow {
                rows.send(last.text).await?;
                match blocks.recv().await {
                    Some(more) => last = more,
                    None => return Err(Failed::Elsewhere),
                }
            }
            drop(blocks);
            rows.send(last.text).await?;
        }
        match self.end.get() {
            Some(Fed::Whole(_)) => Ok(()),
            _ => Err(Failed::Elsewhere),
        }
    }

    /// Lets the decoding end.
    async fn stop(&self) {
        self.blocks.lock().await.close();
    }

    fn take(&self, rows: u64) {
        self.taken.fetch_add(rows, Ordering::Relaxed);
    }

    /// Whether the server took as many rows as the file has.
    fn agrees(&self) -> Result<(), Failed> {
        let taken = self.taken.load(Ordering::Relaxed);
        match self.end.get() {
            Some(Fed::Whole(sent)) if *sent == taken => Ok(()),
            Some(Fed::Whole(sent)) => Err(Failed::Rows { sent: *sent, taken }),
            _ => Err(Failed::Elsewhere),
        }
    }

    /// Keeps the first failure that has a reason of its own.
    fn failed(&self, failed: Failed) {
        if !matches!(failed, Failed::Elsewhere) {
            let _ = self.reason.set(failed);
        }
    }

    fn reason(&self) -> String {
        self.reason.get().unwrap_or(&Failed::Elsewhere).words()
    }

    /// What is wrong with the file, told once.
    fn damage(&self) -> Option<ArchiveError> {
        locked(&self.damage).take()
    }
}

/// The number of an entry as pg_restore tells it, and as the entry's file is called.
fn number(entry: i32) -> u32 {
    u32::try_from(entry).unwrap_or_default()
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
