//! Backs one database up: rights, snapshot, space, dump, check, publish.

use super::count::Counting;
use super::dump::Dump;
use super::estimate::{self, Expected as Estimate};
use super::journal::Journal;
use super::parallel;
use super::preflight::Ready;
use super::publish::{self, Proven, Times};
use super::scratch::Scratch;
use super::tracker::Tracker;
use super::waits::open_snapshot;
use crate::archive::{self, Against, DataState, Expected, Inventory, Membership, RelationKind};
use crate::cancel::or_cancelled;
use crate::context::{Context, LiveRun, off_runtime};
use crate::error::Error;
use crate::postgres::copy_facts::TextForm;
use crate::postgres::inspect::{self, Database, Naming, Relation};
use crate::postgres::{PostgresError, Snapshot};
use crate::repository::Staged;
use crate::time;
use holdfast_types::counted;
use holdfast_types::{BackupId, DumpEngine, Job, LedgerDepth, LogLevel, RunId, RunPhase};
use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A backup that was published and recorded.
pub(super) struct Made {
    pub(super) id: BackupId,
    pub(super) path: String,
    pub(super) size_bytes: u64,
}

/// What the databases of a run are backed up with.
pub(super) struct Source<'a> {
    pub(super) context: &'a Arc<Context>,
    pub(super) run: RunId,
    pub(super) job: &'a Job,
    pub(super) ready: &'a Ready,
    pub(super) scratch: &'a Scratch,
    pub(super) globals: PathBuf,
    pub(super) live: &'a LiveRun,
}

/// How long the server may take to end the snapshot's transaction.
const RELEASE_PATIENCE: Duration = Duration::from_secs(10);

/// How long pg_dump and the copying connections wait for locks on tables that the snapshot's session holds already. They
/// can only wait behind somebody who queues for one, and who queues waits for that session: no server sees this circle,
/// and everybody else would wait with them.
const BEHIND_OUR_OWN: Duration = Duration::from_secs(10);

/// Backs one database up. `taken` is what the run's earlier databases took of its bound, in bytes. Whoever queues for a
/// lock before pg_dump has its own is let through, and the dump begins anew, for as long as the job waits for locks.
pub(super) async fn back_up(
    source: &Source<'_>,
    database: &Database,
    taken: u64,
    journal: &Journal,
    tracker: &Tracker,
) -> Result<Made, Error> {
    let began = Instant::now();
    loop {
        match attempt(source, database, taken, journal, tracker).await {
            Err(Error::Postgres(PostgresError::LockTimeout { relation, .. }))
                if began.elapsed() < lock_wait(source.job) =>
            {
                let what = relation.unwrap_or_else(|| "a table".to_owned());
                journal.log(
                    LogLevel::Warning,
                    format!(
                        "Somebody waits to change {what}, which this run holds, and the dump waits behind them. \
                         The run lets go of the tables and begins anew."
                    ),
                );
            }
            other => return other,
        }
    }
}

async fn attempt(
    source: &Source<'_>,
    database: &Database,
    taken: u64,
    journal: &Journal,
    tracker: &Tracker,
) -> Result<Made, Error> {
    let Source { context, run, job, ready, live, .. } = source;
    let name = database.name.as_str();
    let created = context.now();
    journal.step(RunPhase::Preflight, Some(name));
    let snapshot =
        or_cancelled(&live.cancel, open_snapshot(ready, name, lock_wait(job), journal, tracker)).await?;
    let expected = estimate::expected(context, job.id, name, ready.compression.codec).await?;
    tracker.tables(snapshot.relations(), &expected);
    check_space(ready, snapshot.relations(), &expected, journal).await?;
    warn_of_escaped(snapshot.relations(), journal);

    let (repository, job_name, database_name) =
        (ready.repository.clone(), job.spec.name.clone(), name.to_owned());
    let run_id = *run;
    let staged = off_runtime(move || {
        Ok(Staged::create(&repository, &job_name, &database_name, time::moment(created), run_id)?)
    })
    .await?;

    journal.step(RunPhase::Dump, Some(name));
    tracker.phase(RunPhase::Dump);
    let dump_began = context.now();
    let wanted = job.spec.verification.ledger;
    let beside = or_cancelled(
        &live.cancel,
        parallel::beside(source, &snapshot, lock_wait_behind(job, snapshot.relations()), journal),
    )
    .await?;
    // Their rows are counted and summed as they are copied.
    let copied = beside.iter().flat_map(|beside| &beside.choice.taken);
    let copied: HashSet<u32> = copied
        .filter(|table| wanted != LedgerDepth::Checksums || table.text == TextForm::Fixed)
        .map(|table| table.oid)
        .collect();
    let counting = Counting::begin(ready, &snapshot, name, wanted, &copied, journal).await;
    let dump = Dump { source, database: name, snapshot: &snapshot, staged: &staged, taken, journal, tracker };
    let copied = dump.carry_out(beside).await?;
    let dumped = context.now();
    let counted = match counting {
        Some(counting) => {
            or_cancelled(&live.cancel, async { Ok(counting.end(&snapshot, &copied, journal).await) }).await?
        }
        None => None,
    };
    let inventory = inventory(&snapshot);
    let engine = if copied.is_empty() { DumpEngine::PgDump } else { DumpEngine::Parallel };
    let facts = snapshot.facts().clone();
    release(snapshot, journal).await;

    journal.step(RunPhase::Check, Some(name));
    tracker.phase(RunPhase::Check);
    let check_began = context.now();
    let checked = check(source, &staged, inventory.clone(), tracker).await?;
    for remark in &checked.remarks {
        journal.log(LogLevel::Warning, remark.to_string());
    }
    let ledger = match counted {
        Some(counted) => Some(counted.agree(&checked, &staged.archive_path(), facts.bytes, journal).await?),
        None => None,
    };
    let times = Times { created, dump: (dump_began, dumped), check: (check_began, context.now()) };

    journal.step(RunPhase::Publish, Some(name));
    tracker.phase(RunPhase::Publish);
    publish::publish(
        source,
        Proven { database: name.to_owned(), engine, facts, inventory, checked, ledger, times, staged },
        journal,
    )
    .await
}

/// Lets go of the tables and of the snapshot as soon as pg_dump has ended: they hold up changes of the tables
/// and the cleaning of old rows, and the check reads the archive alone. The dump is whole by then, so that an
/// error costs nothing; the server ends the transaction of a session that is gone by itself.
async fn release(snapshot: Snapshot, journal: &Journal) {
    let released = tokio::time::timeout(RELEASE_PATIENCE, snapshot.release()).await;
    if !matches!(released, Ok(Ok(_))) {
        journal.info("The session that held the tables ended by itself; the dump needed it no more.");
    }
}

/// Says what cannot be promised of tables that no statement of ours can name.
fn warn_of_escaped(relations: &[Relation], journal: &Journal) {
    let is_odd = |relation: &&Relation| {
        relation.naming == Naming::Escaped && relation.kind == inspect::RelationKind::Table
    };
    let odd: Vec<String> = relations.iter().filter(is_odd).map(Relation::qualified).collect();
    if let [first, ..] = odd.as_slice() {
        let count = odd.len();
        journal.log(
            LogLevel::Warning,
            format!(
                "Names or columns of {} are not UTF-8 ({first}). That is backed up, but locked only by \
                 pg_dump itself: do not truncate or rewrite it while a backup runs.",
                counted(count as u64, "table")
            ),
        );
    }
}

pub(super) fn lock_wait(job: &Job) -> Duration {
    Duration::from_secs(job.spec.lock_wait_seconds)
}

/// How long others of ours wait for locks on these tables. One that no statement of ours can name is held by nobody yet.
pub(super) fn lock_wait_behind(job: &Job, relations: &[Relation]) -> Duration {
    let unheld = relations.iter().any(|relation| relation.naming == Naming::Escaped);
    if unheld { lock_wait(job) } else { lock_wait(job).min(BEHIND_OUR_OWN) }
}

/// Refuses to begin what cannot fit.
async fn check_space(
    ready: &Ready,
    relations: &[Relation],
    expected: &Estimate,
    journal: &Journal,
) -> Result<(), Error> {
    let data = inspect::data_bytes(relations);
    let needed = expected.space_needed(data);
    let path = ready.repository.clone();
    let available = off_runtime(move || Ok(crate::repository::space::available_bytes(&path)?)).await?;
    if available < needed {
        return Err(Error::NoSpace { path: ready.repository.clone(), needed, available });
    }
    if let Some(warning) = expected.space_warning(available, data) {
        journal.log(LogLevel::Warning, format!("At {}: {warning}", ready.repository.display()));
    }
    Ok(())
}

async fn check(
    source: &Source<'_>,
    staged: &Staged,
    inventory: Inventory,
    tracker: &Tracker,
) -> Result<archive::CheckedArchive, Error> {
    let archive = staged.archive_path();
    let cancel = source.live.cancel.clone();
    let tracker = tracker.clone();
    let threads = NonZeroUsize::new(source.ready.parallelism as usize).unwrap_or(NonZeroUsize::MIN);
    off_runtime(move || {
        let on_progress = |progress: archive::Progress| tracker.checked(progress);
        Ok(archive::check_archive(&archive, Against::Server(&inventory), threads, &on_progress, &cancel)?)
    })
    .await
}

/// The server's relations in the archive's words.
fn inventory(snapshot: &Snapshot) -> Inventory {
    let relations = snapshot.relations().iter().map(expected).collect();
    Inventory { relations, large_objects: snapshot.facts().large_objects }
}

fn expected(relation: &Relation) -> Expected {
    Expected {
        oid: relation.oid,
        schema: relation.schema.clone(),
        name: relation.name.clone(),
        kind: match relation.kind {
            inspect::RelationKind::Table => RelationKind::Table,
            inspect::RelationKind::Partitioned => RelationKind::PartitionedTable,
            inspect::RelationKind::Sequence => RelationKind::Sequence,
            inspect::RelationKind::MaterializedView | inspect::RelationKind::UnpopulatedView => {
                RelationKind::MaterializedView
            }
            inspect::RelationKind::View => RelationKind::View,
            inspect::RelationKind::Foreign => RelationKind::ForeignTable,
        },
        data: if relation.has_data { DataState::Dumped } else { DataState::NotDumped },
        membership: match relation.membership {
            inspect::Membership::None => Membership::Ordinary,
            inspect::Membership::Member => Membership::Extension,
            inspect::Membership::Configuration => Membership::ExtensionConfig,
        },
        bytes: relation.bytes,
        estimated_rows: relation.estimated_rows,
    }
}
