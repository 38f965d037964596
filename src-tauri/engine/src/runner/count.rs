//! Counts what the server holds in the dump's own snapshot, over a connection of its own, while pg_dump runs.
//!
//! A ledger that cannot be had is told in the log and fails no run: the archive is proven without it.

use super::journal::Journal;
use super::preflight::Ready;
use crate::archive::manifest::ManifestLedger;
use crate::archive::sequences::sequence_values;
use crate::archive::toc::Toc;
use crate::archive::{ArchiveError, CheckedArchive, TOC_FILE};
use crate::context::off_runtime;
use crate::copy::{Copied, choice};
use crate::error::Error;
use crate::postgres::copy_facts::{CopyFacts, Odd, TextForm, copy_facts};
use crate::postgres::inspect::Relation;
use crate::postgres::ledger::{self, Depth, Ledger, TableCount};
use crate::postgres::{self, PostgresError, Snapshot};
use crate::proof::ledger::{recorded, rows_that_differ, summed_by_archive};
use holdfast_types::counted;
use holdfast_types::{LedgerDepth, LogLevel};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How much longer than the dump counting may take at least: the locks on the tables are held meanwhile.
const GRACE: Duration = Duration::from_secs(30);

/// A ledger and how long it took.
pub(super) struct Counted {
    pub(super) ledger: Ledger,
    pub(super) took: Duration,
    depth: LedgerDepth,
    /// The columns of the tables that pg_dump copies, where their rows can be compared by a sum.
    comparable: HashMap<u32, String>,
}

impl Counted {
    /// The ledger for the manifest, once the archive agrees with it. Sequences are recorded as the archive sets them:
    /// they go on counting while the dump reads, as no snapshot holds them.
    ///
    /// # Errors
    /// The archive holds other rows than the server counted in the same snapshot.
    pub(super) async fn agree(
        mut self,
        checked: &CheckedArchive,
        archive: &Path,
        database_bytes: Option<u64>,
        journal: &Journal,
    ) -> Result<ManifestLedger, Error> {
        let differences = rows_that_differ(&self.ledger, checked);
        if !differences.is_empty() {
            return Err(ArchiveError::Differs { path: archive.to_owned(), differences }.into());
        }
        summed_by_archive(&mut self.ledger, checked, &self.comparable);
        let path = archive.join(TOC_FILE);
        let sequences = off_runtime(move || Ok(sequence_values(&Toc::read(&path)?))).await?;
        let ledger = recorded(&self.ledger, self.depth, database_bytes, self.took);
        let moved = sequences.iter().filter(|sequence| !ledger.sequences.contains(sequence)).count();
        if moved > 0 {
            journal.info(format!("{} moved on while the dump read.", counted(moved as u64, "sequence")));
        }
        Ok(ManifestLedger { sequences, ..ledger })
    }
}

/// A counting that goes on.
pub(super) struct Counting {
    task: JoinHandle<Result<Counted, PostgresError>>,
    over: CancellationToken,
    backend: u32,
    began: Instant,
    database: String,
}

impl Counting {
    /// Joins the snapshot and begins to count all but the tables that are counted as they are copied; none when the job asks for no ledger, or it cannot be had.
    pub(super) async fn begin(
        ready: &Ready,
        snapshot: &Snapshot,
        database: &str,
        wanted: LedgerDepth,
        copied: &HashSet<u32>,
        journal: &Journal,
    ) -> Option<Self> {
        if wanted == LedgerDepth::None {
            return None;
        }
        match Self::join(ready, snapshot, database, wanted, copied).await {
            Ok(counting) => Some(counting),
            Err(error) => {
                journal
                    .log(LogLevel::Warning, format!("Rows are not counted: {}", Error::from(error).to_api()));
                None
            }
        }
    }

    async fn join(
        ready: &Ready,
        snapshot: &Snapshot,
        database: &str,
        wanted: LedgerDepth,
        copied: &HashSet<u32>,
    ) -> Result<Self, PostgresError> {
        let session = postgres::connect(&ready.connection, Some(database)).await?;
        let backend = ledger::backend(&session).await?;
        let counted = |relation: &&Relation| !copied.contains(&relation.oid);
        let relations: Vec<Relation> = snapshot.relations().iter().filter(counted).cloned().collect();
        ledger::join(&session, snapshot.id(), &relations).await?;
        let depth = if wanted == LedgerDepth::Checksums { Depth::Checksums } else { Depth::Counts };
        let over = CancellationToken::new();
        let stop = over.clone();
        let began = Instant::now();
        let fits = choice::fits(ready.version.major, &snapshot.facts().encoding).is_ok();
        let task = tokio::spawn(async move {
            let facts = if fits { copy_facts(&session, &relations, 0).await? } else { Vec::new() };
            let ledger = ledger::count(&session, &relations, depth, &stop).await?;
            let comparable = facts.into_iter().filter(is_comparable).map(|table| (table.oid, table.columns));
            Ok(Counted { ledger, took: began.elapsed(), depth: wanted, comparable: comparable.collect() })
        });
        Ok(Self { task, over, backend, began, database: database.to_owned() })
    }

    /// Waits for the end, half as long again as the dump took and at least [`GRACE`]; then breaks off. The snapshot's
    /// locks must be held until here: a TRUNCATE would empty tables that are still to be counted.
    pub(super) async fn end(
        mut self,
        snapshot: &Snapshot,
        copied: &[Copied],
        journal: &Journal,
    ) -> Option<Counted> {
        let patience = (self.began.elapsed() / 2).max(GRACE);
        let ended = match tokio::time::timeout(patience, &mut self.task).await {
            Ok(ended) => ended,
            Err(_) => {
                self.over.cancel();
                if let Err(error) = ledger::break_off(snapshot.session(), self.backend).await {
                    tracing::warn!(%error, "counting could not be broken off");
                }
                match tokio::time::timeout(GRACE, &mut self.task).await {
                    Ok(ended) => ended,
                    Err(_) => return None,
                }
            }
        };
        match ended {
            Ok(Ok(mut counted)) => {
                counted.ledger.add(counted_while_copied(snapshot.relations(), copied));
                let (uncounted, all) = (counted.ledger.uncounted(), counted.ledger.tables.len());
                if uncounted > 0 {
                    let words =
                        format!("{uncounted} of {all} tables of {} were not counted in time.", self.database);
                    journal.log(LogLevel::Warning, words);
                } else {
                    journal.info(format!(
                        "The server counted the rows of {} of {} in {:.1} s.",
                        self::counted(all as u64, "table"),
                        self.database,
                        counted.took.as_secs_f64()
                    ));
                }
                Some(counted)
            }
            Ok(Err(error)) => {
                journal
                    .log(LogLevel::Warning, format!("Rows are not counted: {}", Error::from(error).to_api()));
                None
            }
            Err(_) => None,
        }
    }
}

/// Whether a restored table gives the same rows again, as the same text. An extension's tables are dumped in part, and
/// row security hides rows from some.
fn is_comparable(table: &CopyFacts) -> bool {
    let whole = matches!(table.odd, None | Some(Odd::ThroughRoot | Odd::AccessMethod));
    whole && table.text == TextForm::Fixed
}

/// What the parallel engine counted and summed of the tables that it copied.
fn counted_while_copied(relations: &[Relation], copied: &[Copied]) -> Vec<TableCount> {
    let by_oid: HashMap<u32, &Relation> = relations.iter().map(|relation| (relation.oid, relation)).collect();
    let count = |copied: &Copied| {
        let relation = by_oid.get(&copied.table.oid)?;
        Some(TableCount {
            oid: relation.oid,
            schema: relation.schema.clone(),
            name: relation.name.clone(),
            rows: Some(copied.rows),
            checksum: (copied.table.text == TextForm::Fixed).then(|| copied.checksum.clone()),
            columns: (copied.table.text == TextForm::Fixed).then(|| copied.table.columns.clone()),
        })
    };
    copied.iter().filter_map(count).collect()
}

impl Drop for Counting {
    fn drop(&mut self) {
        // The dump failed or was cancelled: dropping the session ends what it asked.
        self.over.cancel();
        self.task.abort();
    }
}
