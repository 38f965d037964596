//! Dumps a database into its staged folder: pg_dump, and beside it the parallel engine where that is safe.

use super::backup::{Source, lock_wait_behind};
use super::journal::Journal;
use super::parallel::{self, Beside};
use super::tracker::Tracker;
use super::watch::Watch;
use crate::copy::{Copied, CopyError};
use crate::error::Error;
use crate::postgres::Snapshot;
use crate::postgres::dump::{self, DumpPlan, DumpRequest};
use crate::postgres::verbose::ToolLine;
use crate::repository::Staged;
use holdfast_types::LogLevel;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Where a dump comes from and goes to.
pub(super) struct Dump<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) database: &'a str,
    pub(super) snapshot: &'a Snapshot,
    pub(super) staged: &'a Staged,
    /// What the run's earlier databases took of its bound, in bytes.
    pub(super) taken: u64,
    pub(super) journal: &'a Journal,
    pub(super) tracker: &'a Tracker,
}

impl Dump<'_> {
    /// Dumps the database, and answers the tables that the parallel engine copied.
    pub(super) async fn carry_out(&self, beside: Option<Beside>) -> Result<Vec<Copied>, Error> {
        let stop = self.source.live.cancel.child_token();
        let watch = Watch {
            folders: vec![self.staged.archive_path(), parallel::folder(self.staged)],
            max_size_mb: self.source.ready.max_size_mb,
            taken: self.taken,
            stop: stop.clone(),
        };
        let watching = watch.begin(self.tracker.clone());
        let result = match beside {
            None => self.stock(Share::Whole, &stop).await.map(|()| Vec::new()),
            Some(beside) => self.together(beside, &stop).await,
        };
        // A stop for size looks like a cancel; the watch knows better.
        watching.end().await?;
        result
    }

    /// Both at once. If the engine meets what it does not expect, pg_dump does it all.
    async fn together(&self, beside: Beside, stop: &CancellationToken) -> Result<Vec<Copied>, Error> {
        let began = Instant::now();
        let patterns = beside.choice.left_out();
        let bytes: u64 = beside.choice.taken.iter().map(|table| table.bytes).sum();
        let share = Share::Without { tables: &patterns, connections: beside.stock };
        // What ends one ends the other.
        let both = stop.child_token();
        let copying = async {
            let copied = parallel::copy(self, beside, &both).await;
            match &copied {
                Ok(_) => self.journal.info(format!(
                    "{} of tables copied in {:.1} s.",
                    crate::error::bytes(bytes),
                    began.elapsed().as_secs_f64()
                )),
                Err(_) => both.cancel(),
            }
            copied
        };
        let dumping = async {
            let dumped = self.stock(share, &both).await;
            if dumped.is_err() {
                both.cancel();
            }
            dumped
        };
        let (copied, dumped) = tokio::join!(copying, dumping);
        let copied = match (copied, dumped) {
            (Ok(ours), Ok(())) => parallel::assemble(self.staged, ours).await,
            (Err(CopyError::Cancelled) | Ok(_), Err(error)) => return Err(error),
            (Err(error), _) => Err(error),
        };
        match copied {
            Ok(copied) => Ok(copied),
            Err(error) => {
                parallel::failed(error, self.journal)?;
                parallel::clear(self.staged).await?;
                self.stock(Share::Whole, stop).await.map(|()| Vec::new())
            }
        }
    }

    /// pg_dump's part.
    async fn stock(&self, share: Share<'_>, stop: &CancellationToken) -> Result<(), Error> {
        let (ready, archive) = (self.source.ready, self.staged.archive_path());
        let (excluded, parallelism) = match share {
            Share::Whole => ([].as_slice(), ready.parallelism),
            Share::Without { tables, connections } => (tables, connections),
        };
        let plan = DumpPlan::new(DumpRequest {
            tools: &ready.tools,
            connection: &ready.connection,
            database: self.database,
            archive: &archive,
            private: self.source.scratch.path(),
            parallelism,
            lock_wait: lock_wait_behind(self.source.job, self.snapshot.relations()),
            compression: &ready.compression,
            snapshot: Some(self.snapshot.id()),
            without_data: excluded,
        })?;
        self.journal.command(plan.display_command());
        // pg_dump and its workers have locks and snapshot of their own once the first table is copied.
        let independent = AtomicBool::new(false);
        let stop = stop.child_token();
        let dumping = dump::run(&plan, stop.clone(), |line| {
            if matches!(line, ToolLine::DumpingTable { .. }) {
                independent.store(true, Ordering::Relaxed);
            }
            match &line {
                ToolLine::Warning(text) => self.journal.log(LogLevel::Warning, text.clone()),
                ToolLine::Error(text) => self.journal.log(LogLevel::Error, text.clone()),
                _ => {}
            }
            self.tracker.line(&line);
        });
        tokio::pin!(dumping);
        let outcome = tokio::select! {
            ended = &mut dumping => ended,
            lost = self.snapshot.session().ended() => match independent.load(Ordering::Relaxed) {
                true => dumping.await,
                // The tables are locked no more: one that is emptied now would be empty in the dump without a word.
                false => {
                    stop.cancel();
                    drop(dumping.await);
                    Err(lost)
                }
            },
        }?;
        self.journal.info(format!("pg_dump ended after {:.1} s.", outcome.duration.as_secs_f64()));
        Ok(())
    }
}

/// What pg_dump copies.
#[derive(Clone, Copy)]
enum Share<'a> {
    /// All tables.
    Whole,
    /// All but the data of these, over so many connections.
    Without { tables: &'a [String], connections: u32 },
}
