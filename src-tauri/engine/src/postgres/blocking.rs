//! Who holds up a session that waits for a lock.

use super::inspect::{number, optional, text};
use super::{PostgresError, Session};

/// What a session waits for, and who is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// `schema.table`, when it is one; absent for other locks.
    pub relation: Option<String>,
    /// The number of the process in the way.
    pub holder: u32,
    /// Its role, unless our own may not see it.
    pub role: Option<String>,
    /// What its program calls itself; often absent.
    pub application: Option<String>,
}

/// What the session with this process number waits for, asked over another session to the same database; none while it
/// does not wait. Of several in the way the first is told.
pub async fn wait_of(session: &Session, backend: u32) -> Result<Option<Wait>, PostgresError> {
    // pg_blocking_pids also names who only queues ahead of us (documentation, "Session Information Functions").
    let question = format!(
        "SELECT (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = l.relation), \
                b.pid, a.usename::text, nullif(a.application_name, '') \
         FROM pg_catalog.pg_locks l CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid) \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid \
         WHERE l.pid = {backend} AND NOT l.granted ORDER BY b.pid LIMIT 1"
    );
    let rows = session.rows(&question).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let relation = match row.get(0) {
        Some(_) => Some(text(row, 0)?),
        None => None,
    };
    Ok(Some(Wait {
        relation,
        holder: number(row, 1)?,
        role: optional(row, 2)?,
        application: optional(row, 3)?,
    }))
}
