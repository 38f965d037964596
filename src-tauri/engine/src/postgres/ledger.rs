//! The snapshot ledger: how many rows every table holds, and on wish a checksum of its contents, counted by the
//! server in the dump's own snapshot; the same questions asked of a restored database.
//!
//! A checksum is a sum over the rows, so the order in which they lie does not matter, and that of a partitioned
//! table is the sum of those of its partitions.

use super::inspect::{Naming, Relation, RelationKind, number, optional, text};
use super::readable::is_readable;
use super::sequences::{SequenceState, sequences};
use super::snapshot::quote;
use super::{PostgresError, Session};
use std::collections::{HashMap, HashSet};
use tokio_postgres::SimpleQueryRow;
use tokio_util::sync::CancellationToken;

/// What is asked of each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its rows.
    Counts,
    /// Its rows, and the checksum of their contents.
    Checksums,
}

/// What a table held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCount {
    /// Its oid.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its rows; absent when it was not counted in time.
    pub rows: Option<u64>,
    /// The checksum of its contents, when it was asked for and taken in time, or cost nothing.
    pub checksum: Option<String>,
    /// The columns whose rows were summed as they were copied; absent when the server made the checksum.
    pub columns: Option<String>,
}

/// The large objects of a database together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeObjects {
    /// How many.
    pub count: u64,
    /// Their bytes; absent when the role may not read them directly.
    pub bytes: Option<u64>,
    /// The checksum of their contents, when it was asked for and taken in time.
    pub checksum: Option<String>,
}

/// What a database held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Its tables.
    pub tables: Vec<TableCount>,
    /// The rows of its materialized views.
    pub materialized_views: Vec<TableCount>,
    /// Its sequences.
    pub sequences: Vec<SequenceState>,
    /// Its large objects.
    pub large_objects: LargeObjects,
}

impl Ledger {
    /// Adds tables that were counted elsewhere; one that is there already stays as it is.
    pub fn add(&mut self, counted: Vec<TableCount>) {
        let known: HashSet<u32> = self.tables.iter().map(|table| table.oid).collect();
        self.tables.extend(counted.into_iter().filter(|table| !known.contains(&table.oid)));
    }

    /// How many tables were not counted in time.
    pub fn uncounted(&self) -> usize {
        self.tables.iter().filter(|table| table.rows.is_none()).count()
    }
}

/// Tables asked about by one statement, if they are small.
const BATCH: usize = 50;

/// Up to this size tables share a statement, in bytes.
const SMALL: u64 = 8 * 1024 * 1024;

/// Tables locked by one statement.
const LOCKED_AT_ONCE: usize = 200;

/// How long a lock is waited for: on tables, which are locked already, or a view that is just being refreshed.
const LOCK_WAIT: &str = "2s";

/// How values read must not depend on the settings of a server, a database or a role.
const PLAIN: &str = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 3; \
     SET bytea_output = 'hex'; SET timezone = 'UTC'; SET xmlbinary = 'base64'; SET lc_monetary = 'C'; \
     SET row_security = off; SET synchronize_seqscans = off; SET search_path = pg_catalog";

/// Joins a snapshot that another session exported, for counting in it, and locks the tables (ACCESS SHARE) as that
/// session did: who queues for an exclusive lock later waits for the counting, and not the counting behind them. The
/// session is used up by it.
pub async fn join(session: &Session, snapshot: &str, relations: &[Relation]) -> Result<(), PostgresError> {
    session.execute(PLAIN).await?;
    session.execute(&format!("SET lock_timeout = '{LOCK_WAIT}'")).await?;
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    session.execute(&format!("SET TRANSACTION SNAPSHOT '{}'", snapshot.replace('\'', "''"))).await?;
    let tables: Vec<String> = relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Table && relation.has_data)
        .filter(|relation| relation.naming == Naming::Plain)
        .map(|table| format!("ONLY {}.{}", quote(&table.schema), quote(&table.name)))
        .collect();
    for batch in tables.chunks(LOCKED_AT_ONCE) {
        session.execute(&format!("LOCK TABLE {} IN ACCESS SHARE MODE", batch.join(", "))).await?;
    }
    Ok(())
}

/// The server's process that works for the session.
pub async fn backend(session: &Session) -> Result<u32, PostgresError> {
    number(&session.row("SELECT pg_catalog.pg_backend_pid()").await?, 0)
}

/// Makes the server break off what another session of the same role asks.
pub async fn break_off(session: &Session, backend: u32) -> Result<(), PostgresError> {
    session.execute(&format!("SELECT pg_catalog.pg_cancel_backend({backend})")).await
}

/// Reads one state of the database, for counting in it.
pub async fn settle(session: &Session) -> Result<(), PostgresError> {
    session.execute(PLAIN).await?;
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// Counts what the database holds, in the transaction that the session is in. Once `over` is cancelled nothing more is
/// asked, and what the server is made to break off (`pg_cancel_backend`) stays uncounted; small tables come first, so
/// that as many as possible are counted.
pub async fn count(
    session: &Session,
    relations: &[Relation],
    depth: Depth,
    over: &CancellationToken,
) -> Result<Ledger, PostgresError> {
    let of = |kind| relations.iter().filter(move |relation| relation.kind == kind && relation.has_data);
    let plainly_named = |relation: &&Relation| relation.naming == Naming::Plain;
    let sequences = sequences(session, of(RelationKind::Sequence).filter(plainly_named)).await?;
    let mut large_objects = large_objects(session).await?;
    let views = of(RelationKind::MaterializedView);
    let materialized_views = counted(session, views, Depth::Counts, &Particulars::new(), over).await?;
    let particulars = particulars(session, depth).await?;
    let tables = counted(session, of(RelationKind::Table), depth, &particulars, over).await?;
    if depth == Depth::Checksums && large_objects.bytes.is_some() && !over.is_cancelled() {
        large_objects.checksum = large_object_checksum(session).await?;
    }
    Ok(Ledger { tables, materialized_views, sequences, large_objects })
}

async fn counted(
    session: &Session,
    relations: impl Iterator<Item = &Relation>,
    depth: Depth,
    particulars: &Particulars,
    over: &CancellationToken,
) -> Result<Vec<TableCount>, PostgresError> {
    let mut open: Vec<&Relation> = relations.collect();
    open.sort_by_key(|relation| relation.bytes);
    let mut done = Vec::with_capacity(open.len());
    let mut rest = open.as_slice();
    while !rest.is_empty() {
        let small = rest.iter().take(BATCH).take_while(|relation| relation.bytes <= SMALL).count();
        let (batch, later) = rest.split_at(small.max(1));
        rest = later;
        let answered =
            if over.is_cancelled() { None } else { ask(session, batch, depth, particulars).await? };
        done.extend(batch.iter().enumerate().map(|(index, relation)| {
            let found = answered.as_ref().and_then(|rows| rows.get(index));
            TableCount {
                oid: relation.oid,
                schema: relation.schema.clone(),
                name: relation.name.clone(),
                rows: found.map(|(rows, _)| *rows),
                checksum: found.and_then(|(_, checksum)| checksum.clone()),
                columns: None,
            }
        }));
    }
    Ok(done)
}

/// Rows and checksum of each of these tables; none when the server was made to break off.
async fn ask(
    session: &Session,
    batch: &[&Relation],
    depth: Depth,
    particulars: &Particulars,
) -> Result<Option<Vec<(u64, Option<String>)>>, PostgresError> {
    let ask = |(index, relation): (usize, &&Relation)| {
        question(index, relation, depth, particulars.get(&relation.oid))
    };
    let questions: Vec<String> = batch.iter().enumerate().map(ask).collect();
    let answer = unless_broken_off(session, &format!("{} ORDER BY 1", questions.join(" UNION ALL "))).await?;
    let read = |row: &SimpleQueryRow| Ok((number(row, 1)?, row.get(2).map(str::to_owned)));
    answer.map(|rows| rows.iter().map(read).collect()).transpose()
}

/// The rows of a statement; none when the server was made to break off.
async fn unless_broken_off(
    session: &Session,
    statement: &str,
) -> Result<Option<Vec<SimpleQueryRow>>, PostgresError> {
    session.execute("SAVEPOINT counted").await?;
    match session.rows(statement).await {
        Ok(rows) => {
            session.execute("RELEASE SAVEPOINT counted").await?;
            Ok(Some(rows))
        }
        // query_canceled.
        Err(PostgresError::Query { sqlstate, .. }) if sqlstate == "57014" => set_aside(session).await,
        // A view that is just being refreshed.
        Err(PostgresError::LockTimeout { .. }) => set_aside(session).await,
        Err(other) => Err(other),
    }
}

/// Goes on without an answer.
async fn set_aside<T>(session: &Session) -> Result<Option<T>, PostgresError> {
    session.execute("ROLLBACK TO SAVEPOINT counted").await?;
    Ok(None)
}

/// Asks for a relation that no statement of ours can name: the server words the question from its oid.
fn question_by_oid(index: usize, relation: &Relation, depth: Depth) -> String {
    let only = if relation.kind == RelationKind::Table { "ONLY " } else { "" };
    let sum = match depth {
        Depth::Counts => "''",
        Depth::Checksums => {
            "', coalesce(sum(hashtextextended(ROW(' || coalesce(columns, '') || ')::text COLLATE \"C\", 0)::numeric), 0) AS s'"
        }
    };
    let oid = relation.oid;
    format!(
        "SELECT {index}, substring(answer FROM '<n>([0-9]+)</n>')::bigint, \
         substring(answer FROM '<s>(-?[0-9]+)</s>') FROM (SELECT pg_catalog.query_to_xml(\
         'SELECT count(*) AS n' || {sum} || ' FROM {only}' || named || ' AS held', false, false, '')::text AS answer \
         FROM (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS named, \
         (SELECT pg_catalog.string_agg('held.' || pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE \"C\") \
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {oid}) AS own) AS asked"
    )
}

fn question(index: usize, relation: &Relation, depth: Depth, particular: Option<&Particular>) -> String {
    if relation.naming == Naming::Escaped {
        return question_by_oid(index, relation, depth);
    }
    let table = format!("{}.{}", quote(&relation.schema), quote(&relation.name));
    // ONLY: the children are asked themselves. A materialized view takes no ONLY.
    let only = if relation.kind == RelationKind::Table { "ONLY " } else { "" };
    let checksum = match depth {
        Depth::Counts => "NULL::text".to_owned(),
        // ROW(): a column of the table's own alias would hide the row. COLLATE "C": the bytes count.
        Depth::Checksums => {
            let columns = particular.and_then(|particular| particular.columns.as_deref()).unwrap_or_default();
            format!(
                "coalesce(sum(hashtextextended(ROW({columns})::text COLLATE \"C\", 0)::numeric), 0)::text"
            )
        }
    };
    let rows = match particular.and_then(|particular| particular.condition.as_deref()) {
        None => format!("{only}{table}"),
        Some(condition) => format!("(SELECT * FROM {only}{table} {condition})"),
    };
    format!("SELECT {index}, count(*), {checksum} FROM {rows} AS held")
}

/// What sets a table apart, by its oid.
type Particulars = HashMap<u32, Particular>;

/// How a table is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Particular {
    /// Which of its rows are its owner's configuration: of a table of an extension only those are dumped, the
    /// others come with the extension (`pg_extension_config_dump`).
    condition: Option<String>,
    /// Its columns by name: a restore may bring those of an inheriting table back in another order.
    columns: Option<String>,
}

async fn particulars(session: &Session, depth: Depth) -> Result<Particulars, PostgresError> {
    let mut found = Particulars::new();
    let conditions = session
        .rows(
            "SELECT t.config, t.condition FROM pg_catalog.pg_extension e, \
             ROWS FROM (pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)) AS t (config, condition) \
             WHERE t.condition <> ''",
        )
        .await?;
    for row in &conditions {
        found.entry(number(row, 0)?).or_default().condition = Some(text(row, 1)?);
    }
    if depth == Depth::Checksums {
        let columns = session
            .rows(concat!(
                "SELECT a.attrelid, pg_catalog.string_agg('held.' || pg_catalog.quote_ident(a.attname), ', ' \
                 ORDER BY a.attname COLLATE \"C\") FROM pg_catalog.pg_attribute a \
                 JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
                 WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1 \
                 HAVING pg_catalog.bool_and(",
                is_readable!("a.attname"),
                ")"
            ))
            .await?;
        for row in &columns {
            found.entry(number(row, 0)?).or_default().columns = Some(text(row, 1)?);
        }
    }
    Ok(found)
}

/// Counts large objects. Their bytes are the end of each one's last page, as a sparse one has holes; the pages
/// are a fourth of a block (`LOBLKSIZE` in PostgreSQL's large_object.h).
async fn large_objects(session: &Session) -> Result<LargeObjects, PostgresError> {
    let row = session
        .row(
            "SELECT (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata), \
             pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')",
        )
        .await?;
    let bytes = match text(&row, 1)?.as_str() {
        "t" => {
            let sizes = session
                .row(
                    "SELECT coalesce(sum(size), 0)::bigint FROM (SELECT max(pageno::bigint \
                     * (pg_catalog.current_setting('block_size')::bigint / 4) + pg_catalog.length(data)) AS size \
                     FROM pg_catalog.pg_largeobject GROUP BY loid) AS ends",
                )
                .await?;
            optional(&sizes, 0)?
        }
        _ => None,
    };
    Ok(LargeObjects { count: number(&row, 0)?, bytes, checksum: None })
}

/// Sums the pages of large objects, each without the zeros at its end: a hole reads as zeros, and is restored as such.
/// (A nibble that is cut off leaves an odd number of digits, so that no two contents look alike.)
async fn large_object_checksum(session: &Session) -> Result<Option<String>, PostgresError> {
    let sum = "SELECT coalesce(sum(hashtextextended(loid::text || ' ' || pageno::text || ' ' || held, 0)::numeric), 0)::text \
         FROM (SELECT loid, pageno, pg_catalog.rtrim(pg_catalog.encode(data, 'hex'), '0') AS held \
         FROM pg_catalog.pg_largeobject) AS pages WHERE held <> ''";
    let answer = unless_broken_off(session, sum).await?;
    answer.and_then(|rows| rows.first().map(|row| text(row, 0))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::inspect::{Membership, Naming};

    fn relation(kind: RelationKind) -> Relation {
        Relation {
            oid: 1,
            schema: "a\"b".into(),
            name: "held".into(),
            kind,
            bytes: 0,
            estimated_rows: None,
            membership: Membership::None,
            has_data: true,
            naming: Naming::Plain,
        }
    }

    #[test]
    fn a_table_is_asked_without_its_children_and_a_view_plainly() {
        assert_eq!(
            question(3, &relation(RelationKind::Table), Depth::Counts, None),
            r#"SELECT 3, count(*), NULL::text FROM ONLY "a""b"."held" AS held"#,
            "children would be counted twice"
        );
        assert!(
            question(0, &relation(RelationKind::MaterializedView), Depth::Counts, None)
                .ends_with(r#"FROM "a""b"."held" AS held"#),
            "ONLY before a materialized view is a syntax error in old versions"
        );
        let own = Particular { condition: Some("WHERE own".into()), columns: Some("held.\"a\"".into()) };
        assert!(
            question(0, &relation(RelationKind::Table), Depth::Checksums, Some(&own))
                .contains("ROW(held.\"a\")"),
            "columns are read by name, whatever their order"
        );
        assert!(
            question(0, &relation(RelationKind::Table), Depth::Counts, Some(&own))
                .ends_with(r#"FROM (SELECT * FROM ONLY "a""b"."held" WHERE own) AS held"#),
            "the rows that come with an extension are not in the dump"
        );
    }
}
