//! What a server and a database hold: databases, relations that a dump contains, and what bars the way.
//!
//! It follows pg_dump's own selection (pg_dump.c: selectDumpableNamespace, selectDumpableTable,
//! makeTableDataInfo), so that an archive can be reconciled with what is read here.

use super::readable::{is_readable, readable};
use super::scratch_name::is_scratch;
use super::{PostgresError, Session};
use std::collections::HashMap;
use tokio_postgres::SimpleQueryRow;

/// A database of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Its size in bytes; absent when the role may not connect to it.
    pub bytes: Option<u64>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// An ordinary table, a partition included.
    Table,
    /// A partitioned table: holds no rows itself.
    Partitioned,
    /// A sequence.
    Sequence,
    /// A materialized view that a restore fills again.
    MaterializedView,
    /// A materialized view that was never filled, or reads one: a restore does not fill it.
    UnpopulatedView,
    /// A view.
    View,
    /// A foreign table: its rows stay where they are.
    Foreign,
}

/// How a relation belongs to an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Membership {
    /// It does not.
    None,
    /// It is a member whose definition `CREATE EXTENSION` makes: not in the dump.
    Member,
    /// It is a member whose rows (or value) the extension marked as configuration: only those are dumped.
    Configuration,
}

/// Whether a relation can be asked for by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Naming {
    /// It can.
    Plain,
    /// It, or one of its columns, has a name that is not UTF-8: schema and name are told with escapes, and it is asked
    /// for by its oid.
    Escaped,
}

/// One relation of the current database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its oid.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// Bytes of its heap and TOAST, without indexes; 0 for what stores nothing. The server's last count where
    /// somebody holds the table locked.
    pub bytes: u64,
    /// Rows, as the statistics estimate them; absent when never analysed.
    pub estimated_rows: Option<u64>,
    /// How it belongs to an extension.
    pub membership: Membership,
    /// Whether the dump must hold an entry with its data: TABLE DATA, SEQUENCE SET or MATERIALIZED VIEW DATA.
    pub has_data: bool,
    /// Whether it can be asked for by its name.
    pub naming: Naming,
}

impl Relation {
    /// `schema.name` without quotes, as pg_dump's messages write it.
    pub fn qualified(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

/// An installed extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What the current database holds beside relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// Its name.
    pub name: String,
    /// Its encoding, for example `UTF8`.
    pub encoding: String,
    /// Its size on disk in bytes, indexes included; absent when the role may not ask.
    pub bytes: Option<u64>,
    /// Installed extensions by name.
    pub extensions: Vec<Extension>,
    /// How many large objects it holds.
    pub large_objects: u64,
}

/// The role of the session, and what kind of server it met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Whether it is a superuser.
    pub superuser: bool,
    /// Whether row security never applies to it.
    pub bypasses_row_security: bool,
    /// Whether it may read all tables and sequences (`pg_read_all_data`, which servers have from 14 on).
    pub reads_all: bool,
    /// Whether the server is a standby in recovery.
    pub standby: bool,
}

/// Databases that allow connections, templates aside, by name. Not those that a restore or a drill of ours is filling.
pub async fn databases(session: &Session) -> Result<Vec<Database>, PostgresError> {
    // A connection limit of -2 marks a database whose DROP was interrupted.
    let rows = session
        .rows(
            "SELECT datname, CASE WHEN pg_catalog.has_database_privilege(oid, 'CONNECT') \
             OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_catalog.pg_database_size(oid) END \
             FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate AND datconnlimit <> -2 ORDER BY 1",
        )
        .await?;
    let all = rows.iter().map(|row| Ok(Database { name: text(row, 0)?, bytes: optional(row, 1)? }));
    all.filter(|found| !found.as_ref().is_ok_and(|database| is_scratch(&database.name))).collect()
}

/// All relations of the current database that concern a dump, ordered by schema and name. Opens and ends a
/// transaction of its own.
pub async fn relations(session: &Session) -> Result<Vec<Relation>, PostgresError> {
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let found = relations_in_transaction(session).await;
    session.execute("ROLLBACK").await?;
    found
}

/// The same, with sizes as the server last counted them, which costs much less where there are many tables.
pub(super) async fn listed(session: &Session) -> Result<Vec<Relation>, PostgresError> {
    session.rows(RELATIONS).await?.iter().map(relation).collect()
}

/// The same inside the transaction that the session is in.
pub(super) async fn relations_in_transaction(session: &Session) -> Result<Vec<Relation>, PostgresError> {
    let mut found = listed(session).await?;
    // Exact sizes need a moment's lock on each table, for which nobody must be kept waiting.
    session.execute("SAVEPOINT sizes; SET LOCAL lock_timeout = '2s'").await?;
    match session.rows(SIZES).await {
        Ok(sizes) => {
            let mut exact = HashMap::with_capacity(sizes.len());
            for row in &sizes {
                exact.insert(number::<u32>(row, 0)?, optional::<u64>(row, 1)?);
            }
            for relation in &mut found {
                // Absent for a relation that was dropped after the snapshot.
                if let Some(Some(bytes)) = exact.get(&relation.oid) {
                    relation.bytes = *bytes;
                }
            }
        }
        Err(PostgresError::LockTimeout { .. }) => {}
        Err(other) => return Err(other),
    }
    session.execute("ROLLBACK TO SAVEPOINT sizes").await?;
    Ok(found)
}

/// Schemas that pg_dump leaves out.
macro_rules! dumpable {
    () => {
        "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'S', 'm', 'v', 'f')"
    };
}

/// A materialized view that reads, however indirectly, an unpopulated one is not refreshed by a restore either
/// (pg_dump.c: buildMatViewRefreshDependencies).
const RELATIONS: &str = concat!(
    "WITH RECURSIVE reads AS (
        SELECT r.ev_class AS view, d.refobjid AS source FROM pg_catalog.pg_rewrite r
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
           AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
          JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind IN ('m', 'v')
          JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind IN ('m', 'v')
    ), sources AS (
        SELECT view, source FROM reads UNION SELECT s.view, r.source FROM sources s JOIN reads r ON r.view = s.source
    ), unpopulated AS (
        SELECT s.view FROM sources s JOIN pg_catalog.pg_class c ON c.oid = s.source
         WHERE c.relkind = 'm' AND NOT c.relispopulated
    )
    SELECT c.oid, ",
    readable!("n.nspname"),
    ", ",
    readable!("c.relname"),
    ", c.relkind,
           c.relispopulated AND c.oid NOT IN (SELECT view FROM unpopulated),
           CASE WHEN c.relkind IN ('r', 'm') THEN (c.relpages::bigint + coalesce(t.relpages, 0))
                * pg_catalog.current_setting('block_size')::bigint ELSE 0 END,
           CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0 AND (c.reltuples > 0 OR c.relpages > 0)
                THEN c.reltuples::bigint END,
           EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                      AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'),
           EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)),
           c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery(),
           ",
    is_readable!("n.nspname"),
    " AND ",
    is_readable!("c.relname"),
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                         AND NOT a.attisdropped AND NOT ",
    is_readable!("a.attname"),
    ")
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
     WHERE ",
    dumpable!(),
    " ORDER BY 2, 3"
);

const SIZES: &str = concat!(
    "SELECT c.oid, pg_catalog.pg_table_size(c.oid) FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND ",
    dumpable!()
);

fn relation(row: &SimpleQueryRow) -> Result<Relation, PostgresError> {
    let populated = flag(row, 4)?;
    let kind = match text(row, 3)?.as_str() {
        "r" => RelationKind::Table,
        "p" => RelationKind::Partitioned,
        "S" => RelationKind::Sequence,
        "m" if populated => RelationKind::MaterializedView,
        "m" => RelationKind::UnpopulatedView,
        "v" => RelationKind::View,
        _ => RelationKind::Foreign,
    };
    let membership = match (flag(row, 7)?, flag(row, 8)?) {
        (true, true) => Membership::Configuration,
        (true, false) => Membership::Member,
        (false, _) => Membership::None,
    };
    // A standby has no rows of unlogged tables to give.
    let empty_here = flag(row, 9)?;
    let has_data = match (kind, membership) {
        (_, Membership::Member) => false,
        (RelationKind::Table, _) => !empty_here,
        (RelationKind::Sequence, _) => !empty_here,
        (RelationKind::MaterializedView, membership) => membership == Membership::None,
        _ => false,
    };
    Ok(Relation {
        oid: number(row, 0)?,
        schema: text(row, 1)?,
        name: text(row, 2)?,
        kind,
        bytes: number(row, 5)?,
        estimated_rows: optional(row, 6)?,
        membership,
        has_data,
        naming: if flag(row, 10)? { Naming::Plain } else { Naming::Escaped },
    })
}

/// What the current database holds beside relations.
pub async fn facts(session: &Session) -> Result<DatabaseFacts, PostgresError> {
    let about = session
        .row(
            "SELECT pg_catalog.current_database(), pg_catalog.getdatabaseencoding(), \
             CASE WHEN pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT') \
             THEN pg_catalog.pg_database_size(pg_catalog.current_database()) END, \
             (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata)",
        )
        .await?;
    let rows =
        session.rows("SELECT extname, extversion FROM pg_catalog.pg_extension ORDER BY extname").await?;
    let extension = |row| Ok(Extension { name: text(row, 0)?, version: text(row, 1)? });
    Ok(DatabaseFacts {
        name: text(&about, 0)?,
        encoding: text(&about, 1)?,
        bytes: optional(&about, 2)?,
        extensions: rows.iter().map(extension).collect::<Result<_, PostgresError>>()?,
        large_objects: number(&about, 3)?,
    })
}

/// The session's role.
pub async fn role(session: &Session) -> Result<Role, PostgresError> {
    let row = session
        .row(
            "SELECT rolname, rolsuper, rolsuper OR rolbypassrls, pg_catalog.pg_is_in_recovery(), \
                    EXISTS (SELECT FROM pg_catalog.pg_roles AS all_data WHERE all_data.rolname = 'pg_read_all_data' \
                               AND pg_catalog.pg_has_role(all_data.oid, 'USAGE')) \
             FROM pg_catalog.pg_roles WHERE rolname = current_user",
        )
        .await?;
    Ok(Role {
        name: text(&row, 0)?,
        superuser: flag(&row, 1)?,
        bypasses_row_security: flag(&row, 2)?,
        standby: flag(&row, 3)?,
        reads_all: flag(&row, 4)?,
    })
}

/// Bytes that a dump of these relations reads at most: the sum of their heaps and TOAST.
pub fn data_bytes(relations: &[Relation]) -> u64 {
    relations.iter().filter(|relation| relation.has_data).map(|relation| relation.bytes).sum()
}

fn unreadable(index: usize) -> PostgresError {
    PostgresError::Protocol { detail: format!("column {index} of a catalog query cannot be read") }
}

pub(super) fn text(row: &SimpleQueryRow, index: usize) -> Result<String, PostgresError> {
    row.get(index).map(str::to_owned).ok_or_else(|| unreadable(index))
}

pub(super) fn number<T: std::str::FromStr>(row: &SimpleQueryRow, index: usize) -> Result<T, PostgresError> {
    row.get(index).and_then(|value| value.parse().ok()).ok_or_else(|| unreadable(index))
}

pub(super) fn optional<T: std::str::FromStr>(
    row: &SimpleQueryRow,
    index: usize,
) -> Result<Option<T>, PostgresError> {
    row.get(index).map(|value| value.parse().map_err(|_| unreadable(index))).transpose()
}

fn flag(row: &SimpleQueryRow, index: usize) -> Result<bool, PostgresError> {
    Ok(text(row, index)? == "t")
}
