//! Copies rows out in the snapshot of a dump, over connections of its own.

use super::lane::Lane;
use super::session::connect_tapped;
use super::tap::Piece;
use super::{PostgresError, ResolvedConnection, Session, Snapshot};
use std::future::Future;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Blocks that may wait between the socket and the one who takes them.
const WAITING: usize = 2;

/// What pg_dump sets too (pg_dump.c: setup_connection), so that values read as they read there; what `DumpPlan` sets for
/// it, so that they read the same on every server; then what keeps a range's reading to its own pages.
const SETTINGS: &str = "SET search_path = ''; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; \
     SET extra_float_digits = 3; SET timezone = 'UTC'; SET bytea_output = 'hex'; \
     SET synchronize_seqscans = off; SET row_security = off; \
     SET jit = off; SET max_parallel_workers_per_gather = 0; SET enable_seqscan = off; \
     SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off";

/// One state of the database, which nothing may change.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Tables locked by one statement.
const LOCKED_AT_ONCE: usize = 200;

/// A setting that only some servers have: pg_dump's guard against relations that are not what they seem.
const LATER_SETTING: &str = "SELECT pg_catalog.set_config(name, 'view, foreign-table', false) \
     FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind'";

/// A connection that copies in a dump's snapshot, on a thread of its own.
#[derive(Debug)]
pub struct Copying {
    session: Session,
    pieces: mpsc::Receiver<Piece>,
    lane: Lane,
}

impl Copying {
    /// Connects and joins the snapshot.
    pub async fn join(connection: &ResolvedConnection, snapshot: &Snapshot) -> Result<Self, PostgresError> {
        let copying = Self::beside(connection, snapshot.session()).await?;
        let id = snapshot.id().replace('\'', "''");
        copying.session.execute(&format!("SET TRANSACTION SNAPSHOT '{id}'")).await?;
        Ok(copying)
    }

    /// Connects as a session is connected, to read one state of its database.
    pub async fn beside(connection: &ResolvedConnection, session: &Session) -> Result<Self, PostgresError> {
        let (out, pieces) = mpsc::channel(WAITING);
        let (connection, like) = (connection.clone(), session.like());
        let connecting = async move { connect_tapped(&connection, &like, out).await };
        let (lane, session) = Lane::open(connecting).await?;
        session.execute(SETTINGS).await?;
        session.rows(LATER_SETTING).await?;
        session.execute(BEGIN).await?;
        Ok(Self { session, pieces, lane })
    }

    /// Locks these tables (ACCESS SHARE) for as long as the copying goes on, as pg_dump does: who queues for an
    /// exclusive lock later waits, and the copying does not wait behind them.
    pub async fn lock(&self, tables: &[&str], lock_wait: Duration) -> Result<(), PostgresError> {
        self.session
            .execute(&format!("SET LOCAL lock_timeout = {}", lock_wait.as_millis().max(1000)))
            .await?;
        for batch in tables.chunks(LOCKED_AT_ONCE) {
            let names = batch.join(", ONLY ");
            self.session.execute(&format!("LOCK TABLE ONLY {names} IN ACCESS SHARE MODE")).await?;
        }
        self.session.execute("SET LOCAL lock_timeout = 0").await
    }

    /// Ends the transaction and begins another, so that the locks on what was read do not pile up.
    pub async fn begin_anew(&self) -> Result<(), PostgresError> {
        self.session.execute("COMMIT").await?;
        self.session.execute(BEGIN).await
    }

    /// Whether the server reads only the pages that a statement names: its plan must say so.
    pub async fn reads_ranges(&self, select: &str) -> Result<bool, PostgresError> {
        let plan = self.session.rows(&format!("EXPLAIN (COSTS off) {select}")).await?;
        Ok(plan.iter().filter_map(|row| row.get(0)).any(|line| line.contains("Tid Range Scan")))
    }

    /// The thread that its rows arrive on. What takes them there takes them soonest; it may hold the thread up, and must
    /// hold the connection.
    pub fn thread(&self) -> &Handle {
        self.lane.handle()
    }

    /// Carries a `COPY … TO STDOUT` out and hands its blocks to `take` in their order. Answers how many rows the server
    /// says that it sent.
    ///
    /// # Errors
    /// The server's, a lost connection, or what `take` fails with. The connection is of no use then: drop it.
    pub async fn copy<E, F>(&mut self, statement: &str, mut take: impl FnMut(Vec<u8>) -> F) -> Result<u64, E>
    where
        E: From<PostgresError>,
        F: Future<Output = Result<(), E>>,
    {
        let Self { session, pieces, .. } = self;
        let asked = session.affected(statement);
        tokio::pin!(asked);
        let mut rows = None;
        let mut ended = false;
        while rows.is_none() || !ended {
            tokio::select! {
                biased;
                piece = pieces.recv(), if !ended => match piece {
                    Some(Piece::Rows(block)) => take(block).await?,
                    Some(Piece::End) => ended = true,
                    None => {
                        if rows.is_none() {
                            // It says why the connection ended.
                            (&mut asked).await?;
                        }
                        let detail = "the connection ended within the rows".to_owned();
                        return Err(PostgresError::LostConnection { detail }.into());
                    }
                },
                answer = &mut asked, if rows.is_none() => rows = Some(answer?),
            }
        }
        Ok(rows.unwrap_or_default())
    }
}
