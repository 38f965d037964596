//! The snapshot that a dump reads: exported, with the exact list of relations that the dump will see.
//!
//! The tables are locked before the snapshot is taken. pg_dump locks them after it, and a TRUNCATE or a rewrite
//! that commits in between would leave the table empty in the dump without a word.

use super::inspect::{self, DatabaseFacts, Relation, RelationKind};
use super::{PostgresError, Session};
use std::collections::HashSet;
use std::time::Duration;

/// How long [`Snapshot::export`] waits for the tables' locks.
pub const LOCK_WAIT: Duration = Duration::from_secs(60);

/// How often the list of tables may change between being read and being locked.
const ATTEMPTS: u32 = 5;

/// The first major version that looks after its clients while a query runs.
const CONNECTION_CHECK_SINCE: u32 = 14;

/// How often it looks, as the server reads it.
const CONNECTION_CHECK: &str = "2s";

/// Tables locked by one statement.
const BATCH: usize = 200;

/// An open transaction whose snapshot pg_dump uses. It must live until pg_dump ended.
#[derive(Debug)]
pub struct Snapshot {
    session: Session,
    id: String,
    relations: Vec<Relation>,
    facts: DatabaseFacts,
}

impl Snapshot {
    /// [`Snapshot::export_waiting`] with [`LOCK_WAIT`].
    pub async fn export(session: Session) -> Result<Self, PostgresError> {
        Self::export_waiting(session, LOCK_WAIT).await
    }

    /// Opens the transaction on a session to the database that is dumped, locks the tables (ACCESS SHARE, as
    /// pg_dump does), exports the snapshot and reads relations and facts in it. Each batch of locks is waited for
    /// `lock_wait` at most, a second at least. pg_dump must wait for locks with a limit too: somebody who queues for an exclusive
    /// lock behind ours would block it for ever.
    pub async fn export_waiting(session: Session, lock_wait: Duration) -> Result<Self, PostgresError> {
        if session.version().major >= CONNECTION_CHECK_SINCE {
            // A session that waits for a lock does not notice otherwise that this process was killed. Servers on
            // systems that cannot look refuse the setting, and wait as long as `lock_wait` says.
            let _ = session
                .execute(&format!("SET client_connection_check_interval = '{CONNECTION_CHECK}'"))
                .await;
        }
        for _ in 1..ATTEMPTS {
            match begin(&session, lock_wait).await? {
                Begun::Steady { id, relations } => return Self::whole(session, id, relations).await,
                Begun::Changed => session.execute("ROLLBACK").await?,
            }
        }
        match begin(&session, lock_wait).await? {
            Begun::Steady { id, relations } => Self::whole(session, id, relations).await,
            Begun::Changed => Err(PostgresError::LockTimeout { relation: None, holder: None }),
        }
    }

    async fn whole(session: Session, id: String, relations: Vec<Relation>) -> Result<Self, PostgresError> {
        let facts = inspect::facts(&session).await?;
        Ok(Self { session, id, relations, facts })
    }

    /// The identifier for `pg_dump --snapshot`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The relations that the dump sees.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// What the database holds beside relations.
    pub fn facts(&self) -> &DatabaseFacts {
        &self.facts
    }

    /// The session that holds it; for waiting on [`Session::ended`] while pg_dump runs.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Ends the transaction and gives the session back; an error means that the snapshot was lost before.
    pub async fn release(self) -> Result<Session, PostgresError> {
        self.session.execute("COMMIT").await?;
        Ok(self.session)
    }
}

/// How an attempt at a snapshot went.
enum Begun {
    /// Every table that the snapshot shows is locked.
    Steady { id: String, relations: Vec<Relation> },
    /// Tables came or went meanwhile.
    Changed,
}

async fn begin(session: &Session, lock_wait: Duration) -> Result<Begun, PostgresError> {
    let lockable = |relation: &Relation| {
        matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned)
            && relation.membership != inspect::Membership::Member
            // No statement of ours can name it: pg_dump locks it, after the snapshot.
            && relation.naming == inspect::Naming::Plain
    };
    let before = inspect::listed(session).await?;
    let tables: Vec<&Relation> = before.iter().filter(|relation| lockable(relation)).collect();
    let locked: HashSet<u32> = tables.iter().map(|table| table.oid).collect();
    // Neither BEGIN nor LOCK TABLE takes the snapshot; the first query after them does.
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    session.execute(&format!("SET LOCAL lock_timeout = {}", lock_wait.as_millis().max(1000))).await?;
    for batch in tables.chunks(BATCH) {
        let names: Vec<String> =
            batch.iter().map(|table| format!("{}.{}", quote(&table.schema), quote(&table.name))).collect();
        // ONLY: the children are in the list themselves.
        let lock = format!("LOCK TABLE ONLY {} IN ACCESS SHARE MODE", names.join(", ONLY "));
        match session.execute(&lock).await {
            Ok(()) => {}
            // undefined_table, invalid_schema_name: dropped or renamed since the list was read.
            Err(PostgresError::Query { sqlstate, .. }) if ["42P01", "3F000"].contains(&sqlstate.as_str()) => {
                return Ok(Begun::Changed);
            }
            Err(PostgresError::LockTimeout { .. }) => return Err(blocked(session, batch).await),
            Err(other) => return Err(other),
        }
    }
    let id = inspect::text(&session.row("SELECT pg_catalog.pg_export_snapshot()").await?, 0)?;
    session.execute("SET LOCAL lock_timeout = 0").await?;
    let relations = inspect::relations_in_transaction(session).await?;
    let steady =
        relations.iter().filter(|relation| lockable(relation)).all(|table| locked.contains(&table.oid));
    Ok(if steady { Begun::Steady { id, relations } } else { Begun::Changed })
}

/// Which of the tables somebody holds, and who: the server's own error does not say. The locks that bar ACCESS
/// SHARE are ACCESS EXCLUSIVE ones; the first that is found is told.
async fn blocked(session: &Session, tables: &[&Relation]) -> PostgresError {
    let oids: Vec<String> = tables.iter().map(|table| table.oid.to_string()).collect();
    let question = format!(
        "SELECT relation, pid FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND granted \
         AND mode = 'AccessExclusiveLock' AND relation IN ({}) AND database = \
         (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY pid LIMIT 1",
        oids.join(", ")
    );
    let found = async {
        session.execute("ROLLBACK").await?;
        session.rows(&question).await
    };
    // As good as it goes: the wait is over either way, and the holder may be gone by now.
    let rows = found.await.unwrap_or_default();
    let oid = rows.first().and_then(|row| inspect::number::<u32>(row, 0).ok());
    let holder = rows.first().and_then(|row| inspect::number(row, 1).ok());
    let relation = match tables {
        [only] => Some(only.qualified()),
        several => several.iter().find(|table| Some(table.oid) == oid).map(|table| table.qualified()),
    };
    PostgresError::LockTimeout { relation, holder }
}

/// An identifier in double quotes.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
