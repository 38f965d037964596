//! Opens the snapshot of a dump, and says meanwhile what it waits for: a run that stands still must not look broken.

use super::journal::Journal;
use super::preflight::Ready;
use crate::error::Error;
use crate::postgres::blocking::{self, Waiter};
use crate::postgres::{self, Snapshot, ledger};
use std::time::Duration;

/// Connects to the database, refuses what the role cannot read, and exports the snapshot of the dump.
pub(super) async fn open_snapshot(
    ready: &Ready,
    database: &str,
    lock_wait: Duration,
    journal: &Journal,
) -> Result<Snapshot, Error> {
    let session = postgres::connect(&ready.connection, Some(database)).await?;
    let problems = postgres::access::access_problems(&session).await?;
    if !problems.is_empty() {
        return Err(Error::Unreadable { problems, role: session.role().to_owned() });
    }
    let waiter = Waiter::Session(ledger::backend(&session).await?);
    let telling = blocking::follow(&ready.connection, database, waiter, |wait| {
        if let Some(wait) = wait {
            journal.info(wait.to_string());
        }
    });
    tokio::select! {
        snapshot = Snapshot::export_waiting(session, lock_wait) => Ok(snapshot?),
        never = telling => match never {},
    }
}
