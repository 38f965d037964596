//! How many bytes a server has taken in of the tables that are being loaded: what its own progress view says.

use crate::postgres::{self, ResolvedConnection, Session};
use std::convert::Infallible;
use std::time::Duration;

/// How often the server is asked: no event tells of a growing table.
const INTERVAL: Duration = Duration::from_millis(500);

/// The first major version with `pg_stat_progress_copy`.
const SINCE: u32 = 14;

/// Tells the bytes of all COPYs into the database that go on, until it is dropped. Where they cannot be had, nothing.
pub(crate) async fn follow(
    connection: &ResolvedConnection,
    database: &str,
    told: &(dyn Fn(u64) + Sync),
) -> Infallible {
    if let Ok(session) = postgres::connect(connection, Some(database)).await
        && session.version().major >= SINCE
    {
        while let Some(bytes) = ask(&session).await {
            told(bytes);
            tokio::time::sleep(INTERVAL).await;
        }
    }
    std::future::pending().await
}

async fn ask(session: &Session) -> Option<u64> {
    let row = session
        .row(
            "SELECT coalesce(sum(bytes_processed), 0)::bigint FROM pg_catalog.pg_stat_progress_copy \
             WHERE datname = pg_catalog.current_database() AND command = 'COPY FROM'",
        )
        .await
        .ok()?;
    row.get(0)?.parse().ok()
}
