//! Databases of ours that must not stay on a server: written down, so that they are dropped even if whoever made them
//! dies, or the server is away when they should go.

use crate::catalog::{servers, settings};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::facade::resolved;
use crate::locks;
use crate::postgres::scratch_name::is_scratch;
use crate::postgres::{self, databases};
use holdfast_types::ServerId;
use std::sync::Arc;

/// Begins the internal settings that remember them.
const KEY: &str = "internal.drill_scratch.";

/// Stands for a process where nobody works in the database any more.
const NOBODY: &str = "-";

/// Writes down a database that this process works in: it is left alone while the process lives.
pub(crate) async fn remember(context: &Arc<Context>, server: ServerId, database: &str) -> Result<(), Error> {
    write_down(context, server, database, context.process.id()).await
}

/// Writes down a database that could not be dropped: it goes as soon as its server answers.
pub(crate) async fn leave(context: &Arc<Context>, server: ServerId, database: &str) {
    if let Err(error) = write_down(context, server, database, NOBODY).await {
        tracing::warn!("{database} stays on its server: {}", error.to_api());
    }
}

async fn write_down(
    context: &Arc<Context>,
    server: ServerId,
    database: &str,
    process: &str,
) -> Result<(), Error> {
    let (key, value, now) = (format!("{KEY}{database}"), format!("{server} {process}"), context.now());
    context.write_quietly(move |tx| settings::put(tx, &key, &value, "internal", now)).await
}

/// It is gone.
pub(crate) async fn forget(context: &Arc<Context>, database: &str) -> Result<(), Error> {
    let key = format!("{KEY}{database}");
    context.write_quietly(move |tx| settings::remove(tx, &key)).await
}

/// Drops those that nobody works in. A server that cannot be reached is asked the next time.
///
/// # Errors
/// The catalog cannot be read or written.
pub(crate) async fn heal(context: &Arc<Context>) -> Result<(), Error> {
    for (key, stored) in context.read(|tx| settings::beginning_with(tx, KEY)).await? {
        let (Some(database), Some((server, process))) = (key.strip_prefix(KEY), stored.value.split_once(' '))
        else {
            continue;
        };
        let (home, worker) = (context.home.clone(), process.to_owned());
        if !is_scratch(database) || off_runtime(move || locks::is_alive(&home, &worker)).await? {
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
