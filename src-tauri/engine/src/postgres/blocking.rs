//! Who holds up sessions of ours that wait for a lock.

use super::inspect::{number, optional, text};
use super::session::APPLICATION_NAME;
use super::{PostgresError, ResolvedConnection, Session};
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// How often it is looked who is in the way, and how long a wait is no news: no event tells of locks.
const LOOK: Duration = Duration::from_secs(2);

/// Whose waits are looked for, among the sessions of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiter {
    /// The session with this process number.
    Session(u32),
    /// Any client program that was started here, as pg_restore.
    Programs,
}

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

/// Tells each wait once, and that it is over, until it is dropped. A server that does not answer is no reason to fail:
/// then nothing is told.
pub async fn follow(
    connection: &ResolvedConnection,
    database: &str,
    waiter: Waiter,
    tell: impl Fn(Option<&Wait>),
) -> Infallible {
    tokio::time::sleep(LOOK).await;
    let Ok(session) = super::connect(connection, Some(database)).await else {
        return std::future::pending().await;
    };
    let mut told = None;
    while let Ok(wait) = wait_of(&session, waiter).await {
        if wait != told {
            tell(wait.as_ref());
            told = wait;
        }
        tokio::time::sleep(LOOK).await;
    }
    std::future::pending().await
}

/// What is waited for, asked over another session to the same database; none while nothing is. Of several in the way the
/// first is told.
async fn wait_of(session: &Session, waiter: Waiter) -> Result<Option<Wait>, PostgresError> {
    let waiting = match waiter {
        Waiter::Session(process) => format!("l.pid = {process}"),
        Waiter::Programs => format!(
            "l.pid IN (SELECT pid FROM pg_catalog.pg_stat_activity WHERE usename = current_user \
                       AND datname = pg_catalog.current_database() AND application_name LIKE '{APPLICATION_NAME} %')"
        ),
    };
    // pg_blocking_pids also names who only queues ahead of us (documentation, "Session Information Functions").
    let question = format!(
        "SELECT (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = l.relation), \
                b.pid, a.usename::text, nullif(a.application_name, '') \
         FROM pg_catalog.pg_locks l CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid) \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid \
         WHERE {waiting} AND NOT l.granted ORDER BY b.pid LIMIT 1"
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

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waits for a lock")?;
        if let Some(relation) = &self.relation {
            write!(f, " on {relation}")?;
        }
        write!(f, ": the server's process {}", self.holder)?;
        let who: Vec<&str> =
            [&self.role, &self.application].into_iter().flatten().map(String::as_str).collect();
        if !who.is_empty() {
            write!(f, " ({})", who.join(", "))?;
        }
        f.write_str(" is in the way.")
    }
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
        let expected =
            "Waits for a lock on public.orders: the server's process 4711 (ana, psql) is in the way.";
        assert_eq!(wait.to_string(), expected, "whoever is called at night looks for that process");
        let unknown = Wait { relation: None, holder: 4711, role: None, application: None };
        assert_eq!(
            unknown.to_string(),
            "Waits for a lock: the server's process 4711 is in the way.",
            "no empty brackets"
        );
    }
}
