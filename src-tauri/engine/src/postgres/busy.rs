//! What a server is busy with beside us.

use super::inspect::number;
use super::{PostgresError, Session};

/// What a server is busy with beside us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Busy {
    /// Bytes of WAL that the standby that is furthest behind has not replayed yet.
    pub lag_bytes: u64,
    /// Sessions of others that are at work.
    pub sessions: u32,
}

/// A standby passes WAL on too (cascading replication); it counts from what it replayed itself. Who may not see other
/// roles' sessions sees none at work, and who may not see standbys sees none behind.
const QUESTION: &str = "SELECT coalesce((SELECT max(pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery() \
     THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, replay_lsn)) \
     FROM pg_catalog.pg_stat_replication), 0)::bigint, \
     (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active' \
     AND application_name NOT LIKE 'holdfast%')";

/// Asks for it.
pub async fn busy(session: &Session) -> Result<Busy, PostgresError> {
    // Within a transaction the sessions are shown as they were at the first look.
    session.execute("SELECT pg_catalog.pg_stat_clear_snapshot()").await?;
    let row = session.row(QUESTION).await?;
    let lag: i64 = number(&row, 0)?;
    Ok(Busy { lag_bytes: u64::try_from(lag).unwrap_or_default(), sessions: number(&row, 1)? })
}
