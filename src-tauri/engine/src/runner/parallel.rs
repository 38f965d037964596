//! Dumps a database: with pg_dump alone, or with the parallel engine beside it for the large tables.

use super::backup::Source;
use super::dump::Dump;
use super::journal::Journal;
use super::tracker::Tracker;
use crate::context::off_runtime;
use crate::copy::choice::{self, Choice, Rest, Unfit};
use crate::copy::pause::{self, Gate, Pace, Reason};
use crate::copy::{Copied, CopyError, CopyPlan, Ours, Packing, RANGE_BYTES, Reach, whole_scans};
use crate::error::Error;
use crate::postgres::busy::busy;
use crate::postgres::copy_facts::{Odd, copy_facts};
use crate::postgres::copy_out::Copying;
use crate::postgres::inspect::data_bytes;
use crate::postgres::sequences::sequences;
use crate::postgres::tools::{Codec, CompressionPlan};
use crate::postgres::{PostgresError, Session, Snapshot};
use crate::repository::error::RepositoryAction;
use crate::repository::{RepositoryError, Staged};
use futures_util::future::try_join_all;
use holdfast_types::counted;
use holdfast_types::{Compression, DumpEngine, LoadLimits, LogLevel};
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often a server is asked how busy it is, where the job has a bound for it: no event tells of it.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Where the engine's files are made; they are moved into the archive once it is there.
const FOLDER: &str = "copied";

/// The tables that are copied beside pg_dump, with the connections for it.
pub(super) struct Beside {
    pub(super) choice: Choice,
    /// What is put into pg_dump's archive beside the tables.
    ours: Ours,
    connections: Vec<Copying>,
    /// How many connections pg_dump has.
    pub(super) stock: u32,
}

/// Decides who dumps what, and says so. None when pg_dump does it all.
pub(super) async fn beside(
    source: &Source<'_>,
    snapshot: &Snapshot,
    lock_wait: Duration,
    journal: &Journal,
) -> Result<Option<Beside>, Error> {
    let prepared = match source.job.spec.engine {
        DumpEngine::PgDump => Err(Unfit::Unwanted),
        DumpEngine::Auto | DumpEngine::Parallel => prepare(source, snapshot, lock_wait, journal).await?,
    };
    match prepared {
        Ok(beside) => {
            journal.info(words(&beside.choice));
            Ok(Some(beside))
        }
        Err(unfit) => {
            journal.info(format!("pg_dump copies all tables, because {}.", unfit.words()));
            if source.job.spec.load != LoadLimits::default() {
                journal.log(
                    LogLevel::Warning,
                    "pg_dump knows no bounds for rate or load: those of the job do not hold.",
                );
            }
            Ok(None)
        }
    }
}

async fn prepare(
    source: &Source<'_>,
    snapshot: &Snapshot,
    lock_wait: Duration,
    journal: &Journal,
) -> Result<Result<Beside, Unfit>, Error> {
    let ready = source.ready;
    if let Err(unfit) = choice::fits(ready.version.major, &snapshot.facts().encoding) {
        return Ok(Err(unfit));
    }
    let relations = snapshot.relations();
    let reach = Reach::of(relations);
    let tables = copy_facts(snapshot.session(), relations, reach.least()).await?;
    let choice = match choice::choose(tables, data_bytes(relations), reach) {
        Ok(choice) => choice,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let first = Copying::join(&ready.connection, snapshot).await?;
    let whole = whole_scans(choice.shared(), RANGE_BYTES, &first).await?;
    let choice = match choice.without(&whole, Odd::WholeScans) {
        Ok(choice) => choice,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let (ours, stock) = choice.connections(ready.parallelism);
    let mut connections = vec![first];
    while connections.len() < ours as usize {
        match Copying::join(&ready.connection, snapshot).await {
            Ok(connection) => connections.push(connection),
            // A server or a role may have room for no more; one connection copies all, only later.
            Err(error) => {
                let reason = Error::from(error).to_api().message;
                let fewer = counted(connections.len() as u64, "connection");
                journal.info(format!("{fewer} instead of {ours} for the copy: {reason}"));
                break;
            }
        }
    }
    let locking = connections.iter().enumerate().map(|(number, connection)| {
        let tables = choice.reached_by(number, connections.len());
        async move { connection.lock(&tables, lock_wait).await }
    });
    try_join_all(locking).await?;
    // Later than the snapshot: no row of it may hold a number that is still to come.
    let sequences = sequences(snapshot.session(), choice.sequences(relations)).await?;
    let ours = Ours { copied: Vec::new(), sequences, without_rows: choice.without_rows(relations) };
    Ok(Ok(Beside { choice, ours, connections, stock }))
}

/// What is copied by whom, and why not all by us.
fn words(choice: &Choice) -> String {
    let taken = choice.taken.len();
    if choice.rest == Rest::LargeObjects {
        return format!(
            "All {} are copied in parallel, their definitions by pg_dump.",
            counted(taken as u64, "table")
        );
    }
    let are = if taken == 1 { "is" } else { "are" };
    let mut words =
        format!("{} {are} copied in parallel, the others by pg_dump", counted(taken as u64, "large table"));
    for (odd, count) in &choice.left {
        words.push_str(&format!(
            "; {} by pg_dump, because {}",
            counted(*count as u64, "large one"),
            odd.words()
        ));
    }
    if let Some(barrier) = &choice.barrier {
        words.push_str(&format!("; {barrier} bars the small ones, which are many"));
    }
    words.push('.');
    words
}

/// Copies the tables into a folder beside the archive, and answers all that is to be put into it.
pub(super) async fn copy(
    dump: &Dump<'_>,
    beside: Beside,
    cancel: &CancellationToken,
) -> Result<Ours, CopyError> {
    let Dump { source, snapshot, staged, journal, tracker, .. } = *dump;
    let limits = source.job.spec.load;
    let (pace, gate) = Gate::new();
    let folder = folder(staged);
    let made = folder.clone();
    let make =
        move || crate::platform::modes::create_private_folder(&made).map_err(|error| (made.clone(), error));
    match tokio::task::spawn_blocking(make).await {
        Ok(Ok(())) => {}
        Ok(Err((path, error))) => return Err(CopyError::Io(path, error)),
        Err(error) => return Err(CopyError::Unexpected(error.to_string())),
    }
    let plan = CopyPlan {
        shared: beside.choice.shared,
        tables: beside.choice.taken,
        folder,
        packing: packing(source.job.spec.compression, &source.ready.compression),
        range_bytes: RANGE_BYTES,
        rate: limits.rate_mb.map(|mib| mib.saturating_mul(1024 * 1024)),
        gate,
    };
    let (tracker, told) = (tracker.clone(), tracker.clone());
    let copying =
        crate::copy::copy(plan, beside.connections, cancel, move |progress| tracker.copied(&progress));
    tokio::select! {
        copied = copying => Ok(Ours { copied: copied?, ..beside.ours }),
        never = heed(&limits, snapshot.session(), &pace, journal, &told) => match never {},
    }
}

/// Lets the copy wait while the server is busier than the job allows, and says so.
async fn heed(
    limits: &LoadLimits,
    session: &Session,
    pace: &watch::Sender<Pace>,
    journal: &Journal,
    tracker: &Tracker,
) -> Infallible {
    if limits.lag_mb.is_none() && limits.sessions.is_none() {
        return std::future::pending().await;
    }
    loop {
        let before = *pace.borrow();
        // Who cannot be asked holds nothing up; a lost session is another's to tell.
        let next = busy(session).await.map_or(Pace::Going, |busy| pause::next(limits, busy, before));
        let held_up = match next {
            Pace::Waiting(Reason::Lag(bytes)) => {
                Some(format!("The copy waits: a standby is {} behind.", crate::error::bytes(bytes)))
            }
            Pace::Waiting(Reason::Sessions(count)) => {
                Some(format!("The copy waits: {count} other sessions are at work."))
            }
            Pace::Going => None,
        };
        match (before, &held_up) {
            (Pace::Going, Some(words)) => journal.info(words.clone()),
            (Pace::Waiting(_), None) => journal.info("The copy goes on."),
            _ => {}
        }
        if (before, next) != (Pace::Going, Pace::Going) {
            tracker.held_up(held_up);
        }
        pace.send_replace(next);
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

/// Where the engine's files are made.
pub(super) fn folder(staged: &Staged) -> PathBuf {
    staged.path().join(FOLDER)
}

/// How our files are compressed. Where the choice is ours: zstd's level 2 takes hardly longer than 1 and made a quarter
/// less of rows of text, 3 takes half as long again (benches/dump); of zlib's levels 2 is the first that comes close to
/// gzip's default, and ISA-L, which stands for the low ones where it is, is as small.
fn packing(wanted: Compression, plan: &CompressionPlan) -> Packing {
    let own = |default| if wanted == Compression::Auto { default } else { plan.level.unwrap_or(default) };
    match plan.codec {
        Codec::Zstd => Packing::Zstd(own(2)),
        Codec::Gzip => Packing::Gzip(own(2)),
        Codec::None | Codec::Lz4 => Packing::Plain,
    }
}

/// Puts what is ours into the archive of pg_dump, which has ended, and answers the copied tables.
///
/// # Errors
/// [`CopyError::Unexpected`] when the archive is not as it must be; it may be changed in part then.
pub(super) async fn assemble(staged: &Staged, ours: Ours) -> Result<Vec<Copied>, CopyError> {
    let (archive, folder) = (staged.archive_path(), folder(staged));
    let assembling = move || crate::copy::assemble(&archive, &folder, &ours).map(|()| ours.copied);
    let assembled = tokio::task::spawn_blocking(assembling).await;
    assembled.unwrap_or_else(|error| Err(CopyError::Unexpected(error.to_string())))
}

/// Removes what an attempt left, so that pg_dump can do it all.
pub(super) async fn clear(staged: &Staged) -> Result<(), Error> {
    let folders = [staged.archive_path(), folder(staged)];
    off_runtime(move || {
        for path in folders {
            match std::fs::remove_dir_all(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::Io { path, source: error });
                }
                _ => {}
            }
        }
        Ok(())
    })
    .await
}

/// Why a copy failed, as the run's error; an unexpected thing is no error of the run.
pub(super) fn failed(error: CopyError, journal: &Journal) -> Result<(), Error> {
    match error {
        CopyError::Postgres(error) => Err(error.into()),
        CopyError::Io(path, error) => Err(RepositoryError::io(RepositoryAction::Write, &path)(error).into()),
        CopyError::Cancelled => Err(PostgresError::Cancelled.into()),
        CopyError::Unexpected(reason) => {
            journal.log(
                LogLevel::Warning,
                format!("The parallel copy is given up and pg_dump does it all, because {reason}."),
            );
            Ok(())
        }
    }
}
