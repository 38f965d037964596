//! A drill: the backup is restored into a throwaway cluster of this machine's own PostgreSQL and compared with what
//! the server held when it was dumped.

use super::compare::{self, ROWS};
use super::definitions::{self, Again};
use super::failures;
use super::lent;
use super::place::Place;
use super::progress::{Meter, RESTORING};
use super::restored::{compare_restored, uncounted};
use crate::archive::database_entry::{self, DatabaseEntry};
use crate::archive::toc::Toc;
use crate::archive::{Manifest, TOC_FILE};
use crate::cancel::or_cancelled;
use crate::context::{Context, off_runtime};
use crate::error::{Error, Refusal};
use crate::globals::{self, Globals, Wanted};
use crate::load::{Load, default_parallelism, into_fresh};
use crate::postgres::restore::{LoadFailure, RestoreRequest};
use crate::postgres::{self, PostgresError, ResolvedConnection, Session, Toolset, databases};
use crate::repository::layout::{ARCHIVE_DIR, GLOBALS_FILE};
use crate::runner::scratch::Scratch;
use holdfast_types::counted;
use holdfast_types::{Check, ServerId, TrustLevel};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// The database that a drill restores into.
const DATABASE: &str = "drill";

/// What a drill restores.
pub(super) struct Drill<'a> {
    pub(super) folder: &'a Path,
    pub(super) manifest: &'a Manifest,
    /// Statements whose first value must be true in the restored database.
    pub(super) assertions: &'a [&'a str],
    pub(super) cancel: &'a CancellationToken,
    /// The server that lends a scratch database; a throwaway cluster of this machine's programs when absent.
    pub(super) server: Option<ServerId>,
}

/// Where a drill restores.
struct Site<'a> {
    connection: &'a ResolvedConnection,
    /// A session on another database than the drill's.
    session: &'a Session,
    /// The drill's database.
    database: &'a str,
    /// A private folder.
    private: &'a Path,
    tools: &'a Toolset,
    kind: SiteKind,
}

/// Whose server a drill restores on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SiteKind {
    /// A throwaway one: roles are made, everything is compared.
    Own,
    /// One that others use: nothing outside the scratch database is touched, so owners and permissions are left out.
    Lent,
}

/// What a drill found.
pub(super) struct Drilled {
    pub(super) checks: Vec<Check>,
    /// The highest level that was reached; L2 when it did not even restore.
    pub(super) level: TrustLevel,
    pub(super) restore_ms: u64,
    pub(super) server_version: String,
    /// Why the last question could not be asked; what stands above was found before.
    pub(super) problem: Option<Error>,
}

/// Carries a drill out; `meter` is told how far it is.
///
/// # Errors
/// It could not be told what the backup is worth: no programs, no room, a missing extension, cancelled.
pub(super) async fn carry_out(
    context: &Arc<Context>,
    drill: Drill<'_>,
    meter: &Meter,
) -> Result<Drilled, Error> {
    match drill.server {
        None => in_cluster(context, &drill, meter).await,
        Some(server) => on_server(context, server, &drill, meter).await,
    }
}

async fn in_cluster(context: &Arc<Context>, drill: &Drill<'_>, meter: &Meter) -> Result<Drilled, Error> {
    let tools = programs(&context.tools().await, drill.manifest)?.clone();
    room(context, drill.manifest).await?;
    meter.step("Making a throwaway cluster");
    let place = Place::make(&context.home, &tools).await?;
    let work = async {
        let cluster = place.cluster()?;
        let (connection, session) = (cluster.resolved()?, cluster.connect("postgres").await?);
        let site = Site {
            connection: &connection,
            session: &session,
            database: DATABASE,
            private: place.folder(),
            tools: &tools,
            kind: SiteKind::Own,
        };
        within(&site, drill, meter).await
    };
    let drilled = or_cancelled(drill.cancel, work).await;
    let removed = place.remove().await;
    let drilled = drilled?;
    removed?;
    Ok(drilled)
}

/// Restores into a scratch database, which is dropped whatever happens; by the next start if this process dies.
async fn on_server(
    context: &Arc<Context>,
    server: ServerId,
    drill: &Drill<'_>,
    meter: &Meter,
) -> Result<Drilled, Error> {
    let lent = lent::Lent::borrow(context, server, drill.manifest).await?;
    let scratch = Scratch::named(&context.home, &lent.database)?;
    let session = lent.beside().await?;
    let site = Site {
        connection: &lent.connection,
        session: &session,
        database: &lent.database,
        private: scratch.path(),
        tools: &lent.tools,
        kind: SiteKind::Lent,
    };
    let drilled = or_cancelled(drill.cancel, within(&site, drill, meter)).await;
    let given_back = lent.give_back(context).await;
    let drilled = drilled?;
    given_back?;
    Ok(drilled)
}

/// The lowest version that can be a server here, read the archive and hold the data.
fn programs<'a>(tools: &'a [Toolset], manifest: &Manifest) -> Result<&'a Toolset, Error> {
    let major = |version: &str| version.split(['.', ' ']).next().and_then(|text| text.parse::<u32>().ok());
    let least = major(&manifest.server_version).max(major(&manifest.tool_version)).unwrap_or_default();
    tools
        .iter()
        .filter(|tool| tool.initdb.is_some() && tool.postgres.is_some() && tool.pg_ctl.is_some())
        .filter(|tool| tool.pg_restore.is_some() && tool.psql.is_some() && tool.major >= least)
        .min_by_key(|tool| tool.major)
        .ok_or(Error::Refused(Refusal::NoDrillPrograms(least)))
}

/// Twice the tables when the size on the server is not known: indexes take about as much again.
fn needed_bytes(manifest: &Manifest) -> u64 {
    /// An empty cluster, and the write-ahead log of a load.
    const CLUSTER: u64 = 1024 * 1024 * 1024;
    let tables: u64 = manifest.tables.iter().map(|table| table.bytes).sum();
    let known = manifest.ledger.as_ref().and_then(|ledger| ledger.database_bytes);
    known.unwrap_or(tables.saturating_mul(2)).saturating_add(CLUSTER)
}

async fn room(context: &Arc<Context>, manifest: &Manifest) -> Result<(), Error> {
    let (path, needed) = (Place::disk(&context.home), needed_bytes(manifest));
    let at = path.clone();
    let available = off_runtime(move || Ok(crate::repository::space::available_bytes(&at)?)).await?;
    if available < needed {
        return Err(Error::NoRoomForDrill { path, needed, available });
    }
    Ok(())
}

async fn within(site: &Site<'_>, drill: &Drill<'_>, meter: &Meter) -> Result<Drilled, Error> {
    let Site { connection, session, database, private, tools, kind } = *site;
    let server_version = session.version().text.clone();
    let wanted: BTreeSet<String> =
        drill.manifest.extensions.iter().map(|extension| extension.name.clone()).collect();
    let missing = databases::missing_extensions(session, &wanted).await?;
    if !missing.is_empty() {
        return Err(Error::Refused(Refusal::NoExtensions(missing)));
    }
    let archive = drill.folder.join(ARCHIVE_DIR);
    let toc_path = archive.join(TOC_FILE);
    let toc = off_runtime(move || Ok(Toc::read(&toc_path)?)).await?;

    let mut checks = Vec::new();
    if kind == SiteKind::Own {
        meter.step("Making roles");
        checks.push(make_roles(site, drill, &toc).await?);
    }
    meter.step(RESTORING);
    let began = Instant::now();
    let entry = DatabaseEntry::of(&toc);
    make_database(session, database, &entry).await?;
    let load = Load {
        request: RestoreRequest {
            tools,
            connection,
            database,
            archive: &archive,
            private,
            parallelism: default_parallelism(),
            arguments: &arguments(kind),
        },
        chosen: None,
        cancel: drill.cancel,
        tell: &meter.tell(),
    };
    let outcome = into_fresh(load, &toc).await?.outcome;
    let failures = failures::named(outcome.failures, &toc);
    // The drill's own disk is no fault of the backup's.
    if let Some(full) = failures.iter().find(|failure| failure.message.contains("No space left on device")) {
        return Err(PostgresError::DiskFull { message: full.message.clone() }.into());
    }
    // Nor are the rights of a role on a server that others use.
    if let (SiteKind::Lent, Some(first)) = (kind, failures.first()) {
        return Err(Error::Refused(Refusal::BrokenOff(first.message.clone())));
    }
    let restored = postgres::connect(connection, Some(database)).await?;
    meter.step("Analysing");
    restored.execute("ANALYZE").await?;
    let restore_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    checks.push(restored_check(&failures));
    let drilled = |checks, level| Drilled { checks, level, restore_ms, server_version, problem: None };
    if !failures.is_empty() {
        return Ok(drilled(checks, TrustLevel::L2));
    }

    meter.step("Comparing");
    let Some(expected) = &drill.manifest.ledger else {
        checks.push(Check { name: ROWS.into(), ..uncounted() });
        return Ok(drilled(checks, TrustLevel::L3));
    };
    checks.extend(compare_restored(&restored, connection, expected).await?);
    if kind == SiteKind::Own {
        let again = Again { tools, connection, database, private, version: session.version() };
        checks.extend(definitions::compare(again, drill.manifest, &toc, drill.cancel).await?);
    }
    if checks.iter().any(|check| !check.ok) || !compare::is_complete(expected) {
        return Ok(drilled(checks, TrustLevel::L3));
    }
    if drill.assertions.is_empty() {
        return Ok(drilled(checks, TrustLevel::L4));
    }
    meter.step("Asserting");
    match assertions(site, &entry, drill.assertions).await {
        Ok(asserted) => checks.extend(asserted),
        Err(problem) => {
            return Ok(Drilled { problem: Some(problem), ..drilled(checks, TrustLevel::L4) });
        }
    }
    let level = if checks.iter().all(|check| check.ok) { TrustLevel::L5 } else { TrustLevel::L4 };
    Ok(drilled(checks, level))
}

/// Makes the roles of the backup's server, without their tablespaces, and those that only the archive names.
async fn make_roles(site: &Site<'_>, drill: &Drill<'_>, toc: &Toc) -> Result<Check, Error> {
    let session = site.session;
    let (file, own) = (drill.folder.join(GLOBALS_FILE), session.role().to_owned());
    let read = off_runtime(move || Ok(Wanted::AllBut(own).of(Globals::read(&file)?))).await?;
    let refused = globals::make(session, &read).await;
    let wanted = database_entry::owners(toc);
    let missing = databases::missing_roles(session, &wanted).await?;
    for role in &missing {
        databases::create_role(session, role).await?;
    }
    let mut detail = format!("{} there", counted(wanted.len() as u64, "owner"));
    if !missing.is_empty() {
        detail.push_str(&format!("; {} were made, as globals.sql does not hold them", missing.join(", ")));
    }
    if let Some(error) = refused.first() {
        detail.push_str(&format!("; globals.sql: {error}"));
    }
    Ok(Check { name: "roles".into(), ok: true, detail })
}

/// Makes the drill's database like the backed up one. A locale that this machine lacks is replaced: it orders text,
/// and changes none.
async fn make_database(session: &Session, database: &str, entry: &DatabaseEntry) -> Result<(), Error> {
    let first = databases::create(session, database, &entry.options).await;
    if let Err(PostgresError::Query { .. }) = &first {
        let encoding = entry.options.split("ENCODING = ").nth(1).and_then(|rest| rest.split(' ').next());
        let encoding = encoding.map(|encoding| format!("ENCODING = {encoding}")).unwrap_or_default();
        let plain = format!("WITH TEMPLATE = template0 {encoding} LC_COLLATE = 'C' LC_CTYPE = 'C'");
        return Ok(databases::create(session, database, &plain).await?);
    }
    Ok(first?)
}

fn restored_check(failures: &[LoadFailure]) -> Check {
    let detail = match failures {
        [] => "everything was restored without an error".to_owned(),
        [first, rest @ ..] => {
            let object = if first.object.is_empty() { String::new() } else { format!("{}: ", first.object) };
            let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
            format!("{object}{}{more}", first.message)
        }
    };
    Check { name: "restored".into(), ok: failures.is_empty(), detail }
}

/// Asks the owner's statements as the owner's sessions are: with the settings of the database, and none of the
/// comparison's.
async fn assertions(
    site: &Site<'_>,
    entry: &DatabaseEntry,
    statements: &[&str],
) -> Result<Vec<Check>, Error> {
    let Site { connection, session, database, .. } = *site;
    for setting in &entry.settings {
        // One of an extension's or of a program's own may be unknown here; a statement that needs it will tell.
        if let Err(error) = databases::alter(session, database, &setting.clause()).await {
            tracing::info!(%error, setting = setting.name, "a setting of the database is left out of the drill");
        }
    }
    let owner = postgres::connect(connection, Some(database)).await?;
    let mut checks = Vec::with_capacity(statements.len());
    for statement in statements {
        checks.push(assertion(&owner, statement).await?);
    }
    Ok(checks)
}

/// Whether the first value that a statement answers is true. It is asked in a transaction that is rolled back.
async fn assertion(session: &Session, statement: &str) -> Result<Check, Error> {
    let asked = async {
        session.execute("BEGIN READ ONLY").await?;
        let rows = session.rows(statement).await;
        session.execute("ROLLBACK").await?;
        rows
    };
    let rows = asked.await.map_err(|error| {
        let words = Error::from(error).to_api().message;
        Error::Refused(Refusal::AssertionUnasked(statement.to_owned(), words))
    })?;
    let value = rows.first().and_then(|row| row.get(0)).map(str::to_owned);
    let ok = value.as_deref().is_some_and(|value| ["t", "true"].contains(&value));
    let said = value.unwrap_or_else(|| "nothing".into());
    let detail = if ok { statement.to_owned() } else { format!("{statement} answered {said}") };
    Ok(Check { name: "assertion".into(), ok, detail })
}

/// What pg_restore is told beside whereto.
fn arguments(kind: SiteKind) -> Vec<String> {
    let all: &[&str] = match kind {
        SiteKind::Own => &["--no-tablespaces"],
        SiteKind::Lent => &["--no-tablespaces", "--no-owner", "--no-privileges"],
    };
    all.iter().map(|argument| (*argument).to_owned()).collect()
}
