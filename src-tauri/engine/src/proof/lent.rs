//! A scratch database on a server of choice, for a drill. What a killed process leaves of it is dropped by the next start.

use crate::archive::Manifest;
use crate::catalog::{servers, settings};
use crate::context::{Context, off_runtime};
use crate::error::{Error, Refusal};
use crate::facade::resolved;
use crate::locks;
use crate::postgres::{self, PostgresError, ResolvedConnection, Session, Toolset, databases};
use crate::restore::heal::STAGED;
use holdfast_types::ServerId;
use std::sync::Arc;

/// Begins every name of such a database.
const PREFIX: &str = "holdfast_drill_";

/// Begins the internal settings that remember them.
const KEY: &str = "internal.drill_scratch.";

/// A scratch database that may be made.
pub(super) struct Lent {
    pub(super) connection: ResolvedConnection,
    pub(super) tools: Toolset,
    pub(super) database: String,
}

impl Lent {
    /// Looks whether the server can hold the backup, and writes the name of the database down before it is made.
    ///
    /// # Errors
    /// The server cannot be reached, is older than the backup's, or may not make databases.
    pub(super) async fn borrow(
        context: &Arc<Context>,
        server: ServerId,
        manifest: &Manifest,
    ) -> Result<Self, Error> {
        let found = context.read(move |tx| servers::get(tx, server)).await?;
        let connection = resolved(context, &found).await?;
        let session = postgres::connect(&connection, None).await?;
        if !databases::may_create(&session).await? {
            return Err(Error::Refused(Refusal::MayNotCreate(found.name, session.role().to_owned())));
        }
        let least = major(&manifest.tool_version);
        let tools = context.tools().await;
        let tools = tools
            .iter()
            .filter(|tool| tool.pg_restore.is_some() && tool.major >= least)
            .min_by_key(|tool| tool.major)
            .cloned()
            .ok_or_else(|| PostgresError::NoClientTool { server_major: least, found: Vec::new() })?;
        let lent = Self { connection, tools, database: format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()) };
        let (key, now) = (format!("{KEY}{}", lent.database), context.now());
        let value = format!("{server} {}", context.process.id());
        context.write_quietly(move |tx| settings::put(tx, &key, &value, "internal", now)).await?;
        Ok(lent)
    }

    /// A session on another database.
    pub(super) async fn beside(&self) -> Result<Session, Error> {
        Ok(postgres::connect(&self.connection, None).await?)
    }

    /// Drops the database and forgets it.
    pub(super) async fn give_back(&self, context: &Arc<Context>) -> Result<(), Error> {
        databases::discard(&self.beside().await?, &self.database).await?;
        forget(context, &self.database).await
    }
}

async fn forget(context: &Arc<Context>, database: &str) -> Result<(), Error> {
    let key = format!("{KEY}{database}");
    context.write_quietly(move |tx| settings::remove(tx, &key)).await
}

/// Remembers a database that could not be dropped, for the next time that its server answers.
pub(crate) async fn remember(context: &Arc<Context>, server: ServerId, database: &str) -> Result<(), Error> {
    let (key, now) = (format!("{KEY}{database}"), context.now());
    // Of nobody who is alive.
    let value = format!("{server} -");
    context.write_quietly(move |tx| settings::put(tx, &key, &value, "internal", now)).await
}

/// Drops the scratch databases of processes that are gone. A server that cannot be reached is asked at the next start.
///
/// # Errors
/// The catalog cannot be read or written.
pub(crate) async fn heal(context: &Arc<Context>) -> Result<(), Error> {
    for (key, stored) in context.read(|tx| settings::beginning_with(tx, KEY)).await? {
        let (Some(database), Some((server, process))) = (key.strip_prefix(KEY), stored.value.split_once(' '))
        else {
            continue;
        };
        let (home, alive) = (context.home.clone(), process.to_owned());
        let is_ours = [PREFIX, STAGED].iter().any(|prefix| database.starts_with(prefix));
        if !is_ours || off_runtime(move || locks::is_alive(&home, &alive)).await? {
            continue;
        }
        let Ok(server) = server.parse::<ServerId>() else { continue };
        let dropped = async {
            let found = context.read(move |tx| servers::get(tx, server)).await?;
            let session = postgres::connect(&resolved(context, &found).await?, None).await?;
            Ok::<_, Error>(databases::discard(&session, database).await?)
        };
        match dropped.await {
            Ok(()) => forget(context, database).await?,
            Err(error) => {
                tracing::warn!("the scratch database {database} could not be dropped: {}", error.to_api())
            }
        }
    }
    Ok(())
}

fn major(version: &str) -> u32 {
    version.split(['.', ' ']).next().and_then(|text| text.parse().ok()).unwrap_or_default()
}
