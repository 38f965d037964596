//! A scratch database on a server of choice, for a drill. What a killed process leaves of it is dropped by the next start.

use crate::archive::Manifest;
use crate::catalog::servers;
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::facade::resolved;
use crate::postgres::scratch_name::ScratchName;
use crate::postgres::{self, PostgresError, ResolvedConnection, Session, Toolset, databases};
use crate::scratch_databases;
use holdfast_types::ServerId;
use std::sync::Arc;

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
        let lent = Self { connection, tools, database: ScratchName::Drill.fresh() };
        scratch_databases::remember(context, server, &lent.database).await?;
        Ok(lent)
    }

    /// A session on another database.
    pub(super) async fn beside(&self) -> Result<Session, Error> {
        Ok(postgres::connect(&self.connection, None).await?)
    }

    /// Drops the database and forgets it.
    pub(super) async fn give_back(&self, context: &Arc<Context>) -> Result<(), Error> {
        databases::discard(&self.beside().await?, &self.database).await?;
        scratch_databases::forget(context, &self.database).await
    }
}

fn major(version: &str) -> u32 {
    version.split(['.', ' ']).next().and_then(|text| text.parse().ok()).unwrap_or_default()
}
