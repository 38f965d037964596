//! Ends the restores of processes that are gone: what they were filling is dropped, and they are called interrupted.

use super::survey::beside;
use crate::catalog::restores::{self, ActiveRestore, RestoreEnd};
use crate::catalog::servers;
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::facade::resolved;
use crate::locks;
use crate::postgres::databases;
use crate::postgres::scratch_name::is_scratch;
use crate::scratch_databases;
use holdfast_types::{CatalogScope, RestoreStatus};
use std::sync::Arc;
use std::time::Duration;

/// How long a server may take to answer while the engine starts.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends what dead processes left.
///
/// # Errors
/// The catalog cannot be read or written.
pub(crate) async fn interrupted(context: &Arc<Context>) -> Result<(), Error> {
    for restore in context.read(restores::active).await? {
        let (home, process) = (context.home.clone(), restore.process.clone());
        if process == context.process.id() || off_runtime(move || locks::is_alive(&home, &process)).await? {
            continue;
        }
        if restore.arrived.is_some() {
            arrived(context, &restore).await?;
            continue;
        }
        let hint = match tokio::time::timeout(PATIENCE, discard(context, &restore)).await {
            Ok(Ok(())) => "The target is as it was; restore again when it suits.".to_owned(),
            _ => match &restore.staged {
                Some(staged) => {
                    if let Some(server) = restore.server_id {
                        scratch_databases::leave(context, server, staged).await;
                    }
                    format!(
                        "The target is as it was, but the unfinished database \"{staged}\" could not be dropped yet: that \
                         is tried again with the next restore or verification."
                    )
                }
                None => {
                    "The restore is one transaction: the database is as it was, unless that had just ended."
                        .to_owned()
                }
            },
        };
        let end = RestoreEnd {
            error_message: Some("Holdfast ended while the restore was going on.".to_owned()),
            error_hint: Some(hint),
            ..RestoreEnd::of(RestoreStatus::Interrupted)
        };
        record(context, &restore, end).await?;
    }
    Ok(())
}

async fn record(context: &Arc<Context>, restore: &ActiveRestore, end: RestoreEnd) -> Result<(), Error> {
    let (id, now) = (restore.id, context.now());
    let ended = context.write(CatalogScope::Backups, move |tx| restores::finish(tx, id, &end, now)).await?;
    context.emit(EngineEvent::Restored(Box::new(ended)));
    Ok(())
}

/// Only the comparison was cut off.
async fn arrived(context: &Arc<Context>, restore: &ActiveRestore) -> Result<(), Error> {
    let end = RestoreEnd {
        error_message: Some(
            "Everything was restored, but Holdfast ended before it was compared with what the server held."
                .to_owned(),
        ),
        error_hint: Some(
            "Restore it beside the database to have it compared, or drill the backup.".to_owned(),
        ),
        ..RestoreEnd::of(RestoreStatus::Interrupted)
    };
    record(context, restore, end).await
}

async fn discard(context: &Arc<Context>, restore: &ActiveRestore) -> Result<(), Error> {
    let (Some(server_id), Some(staged)) = (restore.server_id, restore.staged.clone()) else { return Ok(()) };
    if !is_scratch(&staged) {
        return Ok(());
    }
    let server = context.read(move |tx| servers::get(tx, server_id)).await?;
    let connection = resolved(context, &server).await?;
    let session = beside(&connection, &staged).await?;
    Ok(databases::discard(&session, &staged).await?)
}
