//! Opens the snapshot of a dump, and says meanwhile what it waits for: a run that stands still must not look broken.

use super::journal::Journal;
use super::preflight::Ready;
use crate::error::Error;
use crate::postgres::blocking::{Wait, wait_of};
use crate::postgres::{self, Snapshot, ledger};
use std::convert::Infallible;
use std::time::Duration;

/// How often it is looked who is in the way, and how long a wait is no news: no event tells of locks.
const LOOK: Duration = Duration::from_secs(2);

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
    let backend = ledger::backend(&session).await?;
    tokio::select! {
        snapshot = Snapshot::export_waiting(session, lock_wait) => Ok(snapshot?),
        never = tell_waits(ready, database, backend, journal) => match never {},
    }
}

/// Says whom the session waits for, each once. A server that does not answer that is no reason to fail.
async fn tell_waits(ready: &Ready, database: &str, backend: u32, journal: &Journal) -> Infallible {
    tokio::time::sleep(LOOK).await;
    let Ok(session) = postgres::connect(&ready.connection, Some(database)).await else {
        return std::future::pending().await;
    };
    let mut told = None;
    loop {
        match wait_of(&session, backend).await {
            Ok(Some(wait)) if told.as_ref() != Some(&wait) => {
                journal.info(words(&wait));
                told = Some(wait);
            }
            Ok(_) => {}
            Err(_) => return std::future::pending().await,
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn words(wait: &Wait) -> String {
    let what = wait.relation.as_ref().map_or_else(|| "a lock".to_owned(), |name| format!("a lock on {name}"));
    let who: Vec<&str> = [&wait.role, &wait.application].into_iter().flatten().map(String::as_str).collect();
    let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) };
    format!("Waits for {what}: the server's process {}{who} is in the way.", wait.holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_names_what_is_known_of_it() {
        let wait = Wait {
            relation: Some("public.orders".into()),
            holder: 4711,
            role: Some("ana".into()),
            application: Some("psql".into()),
        };
        let told = words(&wait);
        let expected =
            "Waits for a lock on public.orders: the server's process 4711 (ana, psql) is in the way.";
        assert_eq!(told, expected, "whoever is called at night looks for that process");
        let unknown = Wait { relation: None, holder: 4711, role: None, application: None };
        assert_eq!(
            words(&unknown),
            "Waits for a lock: the server's process 4711 is in the way.",
            "no empty brackets"
        );
    }
}
