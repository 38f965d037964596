//! Fills a fresh database: pg_restore makes definitions, both load, pg_restore makes the rest.

use super::carry::carry;
use super::follow::follow;
use super::plan::{LoadPlan, StoredFile, plan};
use crate::archive::rows::present;
use crate::archive::toc::{Entry, Toc};
use crate::context::off_runtime;
use crate::error::Error;
use crate::postgres::connection::Host;
use crate::postgres::copy_in::Loading;
use crate::postgres::restore::{self, Course, RestoreOutcome, RestorePlan, RestoreRequest};
use crate::postgres::verbose::ToolLine;
use crate::postgres::{PostgresError, ResolvedConnection};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Who is told how far a load is.
pub type Tell = Arc<dyn Fn(Told<'_>) + Send + Sync>;

/// How far a load is.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// pg_restore said something.
    Line(&'a ToolLine),
    /// A table of this name is being loaded, or an index built.
    Began(&'a str),
    /// The entry of this number and name is there.
    Ended(u32, &'a str),
    /// The server has taken in so many bytes of the tables that are being loaded.
    Taken(u64),
}

/// What to load, and where to.
#[derive(Clone, Copy)]
pub struct Load<'a> {
    /// Which archive, by what programs, whereto: a database that exists. Its arguments say whose, and what is left out.
    pub request: RestoreRequest<'a>,
    /// The entries to restore; all when absent.
    pub chosen: Option<&'a [i32]>,
    /// Ends it.
    pub cancel: &'a CancellationToken,
    /// Told what happens.
    pub tell: &'a Tell,
}

/// What came of a load.
pub struct Loaded {
    /// How far it came, and what failed.
    pub outcome: RestoreOutcome,
    /// What was run, a line each.
    pub commands: Vec<String>,
}

impl Loaded {
    /// Goes on with another part; it came as far as the last one.
    fn add(&mut self, part: Self) {
        self.outcome.course = part.outcome.course;
        self.outcome.duration += part.outcome.duration;
        self.outcome.failures.extend(part.outcome.failures);
        self.outcome.warnings.extend(part.outcome.warnings);
        self.commands.extend(part.commands);
    }

    fn broke_off(&self) -> bool {
        self.outcome.course == Course::BrokenOff
    }
}

/// Connections where nobody says how many: half of this machine's cores, at least two, as the server may run here as well.
pub(crate) fn default_parallelism() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from((cores / 2).clamp(2, 8)).unwrap_or(2)
}

/// The server's cores, if it is on this machine for certain: another address may lead through a tunnel.
fn cores(connection: &ResolvedConnection) -> Option<usize> {
    match connection.host {
        Host::Socket(_) => std::thread::available_parallelism().map(usize::from).ok(),
        Host::Tcp(_) => None,
    }
}

/// Loads the archive with this table of contents into a database that is empty.
///
/// # Errors
/// A program could not begin, the server was lost, or it was cancelled. Objects that failed are in the outcome.
pub async fn into_fresh(load: Load<'_>, toc: &Toc) -> Result<Loaded, Error> {
    let files = stored_files(load.request.archive, toc).await?;
    match plan(toc, &files, load.chosen) {
        None => by_pg_restore(load).await,
        Some(plan) => followed(load, in_three(load, toc, plan)).await,
    }
}

/// Loads all by one pg_restore, into whatever database.
///
/// # Errors
/// As [`into_fresh`].
pub async fn by_pg_restore(load: Load<'_>) -> Result<Loaded, Error> {
    let entries = load.chosen.map(|chosen| ("entries", chosen));
    followed(load, stock(load, load.request.parallelism, entries)).await
}

/// Does the work and tells the meter what the server takes in meanwhile.
async fn followed<T>(load: Load<'_>, work: impl Future<Output = T>) -> T {
    let told = |bytes| (load.tell)(Told::Taken(bytes));
    tokio::select! {
        done = work => done,
        never = follow(load.request.connection, load.request.database, &told) => match never {},
    }
}

async fn in_three(load: Load<'_>, toc: &Toc, plan: LoadPlan) -> Result<Loaded, Error> {
    let LoadPlan { before, stock: theirs, stock_bytes, tables, mut after } = plan;
    let mut all = stock(load, 1, Some(("definitions", &before))).await?;
    if all.broke_off() {
        return Ok(all);
    }
    let ours: u64 = tables.iter().map(|table| table.bytes).sum();
    let shares = shares(load.request.parallelism, ours, (!theirs.is_empty()).then_some(stock_bytes));
    let connections = join(load, shares.ours).await?;
    if !tables.is_empty() {
        let names: Vec<&str> = tables.iter().map(|table| table.qualified.as_str()).collect();
        all.commands.push(format!("COPY over {} connections: {}", connections.len(), names.join(", ")));
    }
    let tell = Arc::clone(load.tell);
    let carrying = async {
        tokio::select! {
            carried = carry(tables, connections, cores(load.request.connection), tell) => Ok::<_, Error>(carried?),
            () = load.cancel.cancelled() => Err(PostgresError::Cancelled.into()),
        }
    };
    let beside = async {
        match shares.stock {
            0 => Ok(None),
            jobs => stock(load, jobs, Some(("rows", &theirs))).await.map(Some),
        }
    };
    let (carried, beside) = tokio::try_join!(carrying, beside)?;
    if let Some(part) = beside {
        all.add(part);
    }
    if all.broke_off() {
        return Ok(all);
    }
    for reason in &carried.reasons {
        tracing::warn!("left to pg_restore: {reason}");
    }
    after.extend(carried.left);
    // pg_restore goes by the order of the list.
    let last = toc.entries.iter().map(|entry| entry.dump_id).filter(|id| after.contains(id));
    let last: Vec<i32> = last.collect();
    if !last.is_empty() {
        all.add(stock(load, load.request.parallelism, Some(("rest", &last))).await?);
    }
    Ok(all)
}

/// Runs pg_restore over some entries, or all.
async fn stock(load: Load<'_>, parallelism: u32, entries: Option<(&str, &[i32])>) -> Result<Loaded, Error> {
    let mut arguments = load.request.arguments.to_vec();
    if let Some((name, entries)) = entries {
        let list = load.request.private.join(format!("{name}.list"));
        let text: String = entries.iter().map(|id| format!("{id};\n")).collect();
        std::fs::write(&list, text).map_err(|source| Error::Io { path: list.clone(), source })?;
        arguments.push(format!("--use-list={}", list.display()));
    }
    let plan = RestorePlan::new(RestoreRequest { parallelism, arguments: &arguments, ..load.request })?;
    let outcome = restore::run(&plan, load.cancel.clone(), |line| (load.tell)(Told::Line(line))).await?;
    Ok(Loaded { outcome, commands: vec![plan.display_command()] })
}

async fn join(load: Load<'_>, connections: u32) -> Result<Vec<Loading>, Error> {
    let mut joined = Vec::new();
    for _ in 0..connections {
        joined.push(Loading::join(load.request.connection, load.request.database).await?);
    }
    Ok(joined)
}

/// How many connections load, and how many jobs pg_restore has meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shares {
    ours: u32,
    stock: u32,
}

/// Divides connections by bytes. Both have at least one as long as there is something for them; what is less than a
/// connection's share comes on top, as it is soon done.
fn shares(parallelism: u32, ours: u64, stock: Option<u64>) -> Shares {
    let parallelism = parallelism.max(1);
    let Some(stock) = stock else { return Shares { ours: parallelism, stock: 0 } };
    if ours == 0 {
        return Shares { ours: 0, stock: parallelism };
    }
    let whole = u64::from(parallelism).saturating_mul(stock) / ours.saturating_add(stock).max(1);
    let whole = u32::try_from(whole).unwrap_or(parallelism);
    Shares { ours: parallelism.saturating_sub(whole).max(1), stock: whole.max(1) }
}

/// The data files of the archive's entries, by entry.
async fn stored_files(archive: &Path, toc: &Toc) -> Result<HashMap<i32, StoredFile>, Error> {
    let named = |entry: &Entry| Some((entry.dump_id, entry.data_file()?.into_owned()));
    let names: Vec<(i32, String)> = toc.entries.iter().filter_map(named).collect();
    let archive = archive.to_owned();
    off_runtime(move || {
        let stored = |(entry, base): (i32, String)| {
            let (path, _) = present(&archive, &base)?;
            let bytes = path.metadata().ok()?.len();
            Some((entry, StoredFile { path, bytes }))
        };
        Ok(names.into_iter().filter_map(stored).collect())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_go_where_the_bytes_are() {
        assert_eq!(shares(2, 1000, None), Shares { ours: 2, stock: 0 }, "nothing is left to pg_restore");
        assert_eq!(
            shares(2, 1000, Some(1)),
            Shares { ours: 2, stock: 1 },
            "a few sequences cost no connection"
        );
        assert_eq!(shares(2, 0, Some(9)), Shares { ours: 0, stock: 2 }, "nobody waits without work");
        assert_eq!(shares(4, 500, Some(500)), Shares { ours: 2, stock: 2 }, "half each");
        assert_eq!(shares(1, 1, Some(999)), Shares { ours: 1, stock: 1 }, "each has one at least");
    }
}
