//! Opens the snapshot of a dump, and says meanwhile what it waits for: a run that stands still must not look broken.

use super::journal::Journal;
use super::preflight::Ready;
use super::tracker::Tracker;
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
    tracker: &Tracker,
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
        tracker.held_up(wait.map(ToString::to_string));
    });
    let opened = tokio::select! {
        snapshot = Snapshot::export_waiting(session, lock_wait) => snapshot,
        never = telling => match never {},
    };
    tracker.held_up(None);
    Ok(opened?)
}
