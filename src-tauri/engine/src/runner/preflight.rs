//! Before a dump: connect, choose the client program, find the databases, decide the compression.

use super::journal::Journal;
use crate::catalog::{runs, server_databases, servers};
use crate::context::Context;
use crate::error::Error;
use crate::facade::resolved;
use crate::postgres::inspect::{self, Database};
use crate::postgres::tools::{self, CompressionPlan};
use crate::postgres::{self, PostgresError, ResolvedConnection, ServerVersion, Toolset};
use crate::settings;
use holdfast_types::{CatalogScope, DatabaseSelection, Job, RunId, Server};
use std::path::PathBuf;
use std::sync::Arc;

/// All that the databases of a run share.
pub(super) struct Ready {
    pub(super) server: Server,
    pub(super) connection: ResolvedConnection,
    /// A database that the role may connect to.
    pub(super) reached: String,
    pub(super) version: ServerVersion,
    pub(super) tools: Toolset,
    pub(super) compression: CompressionPlan,
    pub(super) databases: Vec<Database>,
    pub(super) repository: PathBuf,
    pub(super) parallelism: u32,
    /// The bound of an archive's size in MiB; `None` for none.
    pub(super) max_size_mb: Option<u64>,
}

/// Prepares a run. Nothing is written to the repository yet.
pub(super) async fn prepare(
    context: &Arc<Context>,
    run: RunId,
    job: &Job,
    journal: &Journal,
) -> Result<Ready, Error> {
    let server_id = job.spec.server_id;
    let default = context.home.backups();
    let (server, storage, bound) = context
        .read(move |tx| {
            Ok((
                servers::get(tx, server_id)?,
                settings::storage(tx, &default)?,
                settings::number(tx, "max_size_mb")?,
            ))
        })
        .await?;
    let connection = resolved(context, &server).await?;
    // The first database that the job names is one that the role must reach anyway.
    let first = match &job.spec.databases {
        DatabaseSelection::Named(names) if server.connection.database.is_none() => names.first().cloned(),
        _ => None,
    };
    let session = match postgres::connect(&connection, None).await {
        Err(
            PostgresError::NoSuchDatabase { .. }
            | PostgresError::NotPermitted { .. }
            | PostgresError::PgHbaRejected { .. },
        ) if first.is_some() => postgres::connect(&connection, first.as_deref()).await?,
        result => result.map_err(Error::of_connection)?,
    };
    let version = session.version().clone();
    journal.info(format!("Connected to \"{}\", PostgreSQL {}.", server.name, version.text));
    let found = context.tools().await;
    let chosen = tools::choose(&found, version.major)?.clone();
    journal.info(format!("Using pg_dump {} in {}.", chosen.version, chosen.folder.display()));
    let present = inspect::databases(&session).await?;
    let names: Vec<String> = present.iter().map(|database| database.name.clone()).collect();
    let (seen, tool, now) = (version.text.clone(), chosen.version.clone(), context.now());
    context
        .write(CatalogScope::Servers, move |tx| {
            servers::record_seen(tx, server_id, &seen, now)?;
            server_databases::record(tx, server_id, &names)?;
            runs::record_versions(tx, run, &seen, &tool)
        })
        .await?;
    let support = tools::compression_support(&chosen).await?;
    let compression = tools::plan_compression(&job.spec.compression, support, &chosen)?;
    let databases = select(present, &job.spec.databases);
    if databases.is_empty() {
        return Err(Error::NoDatabases { server: server.name });
    }
    Ok(Ready {
        server,
        connection,
        reached: session.database().to_owned(),
        version,
        tools: chosen,
        compression,
        databases,
        repository: job.spec.repository.as_ref().map_or(storage, PathBuf::from),
        parallelism: job.spec.parallelism.unwrap_or_else(default_parallelism),
        max_size_mb: Some(job.spec.max_size_mb.unwrap_or(bound)).filter(|bound| *bound > 0),
    })
}

/// The databases of a run. One that is named but not there stays in the list, so that connecting to it
/// fails with its name.
fn select(present: Vec<Database>, selection: &DatabaseSelection) -> Vec<Database> {
    match selection {
        DatabaseSelection::All => present,
        DatabaseSelection::Named(names) => names
            .iter()
            .map(|name| match present.iter().find(|database| database.name == *name) {
                Some(database) => database.clone(),
                None => Database { name: name.clone(), bytes: None },
            })
            .collect(),
    }
}

/// Half the machine's cores, at least two: the server needs the other half.
fn default_parallelism() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from((cores / 2).clamp(2, 16)).unwrap_or(2)
}
