//! What the parallel engine must know of tables before it copies them itself.

use super::inspect::{Membership, Naming, Relation, RelationKind, number, text};
use super::snapshot::quote;
use super::{PostgresError, Session};
use std::collections::{HashMap, HashSet};

/// Why a table's rows are left to pg_dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Odd {
    /// It belongs to an extension, which decides which of its rows are dumped.
    Extension,
    /// No statement of ours can name it.
    Name,
    /// Row security is switched on.
    RowSecurity,
    /// It is not stored as a heap, so that its pages say nothing.
    AccessMethod,
    /// It has no columns that are dumped.
    NoColumns,
    /// pg_dump loads it through the root of its partitions, as a hash of an enum differs between servers.
    ThroughRoot,
    /// The server would read the whole table for each range.
    WholeScans,
}

impl Odd {
    /// The reason in words that go after "because".
    pub fn words(self) -> &'static str {
        match self {
            Self::Extension => "an extension decides which rows are dumped",
            Self::Name => "its name is not UTF-8",
            Self::RowSecurity => "row security is on",
            Self::AccessMethod => "it is not stored as a heap",
            Self::NoColumns => "it has no columns",
            Self::ThroughRoot => "it is partitioned by a hash of an enum",
            Self::WholeScans => "the server cannot read a part of it alone",
        }
    }
}

/// A table as the engine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFacts {
    /// Its oid.
    pub oid: u32,
    /// Schema and name as people read them.
    pub label: String,
    /// Schema and name as SQL.
    pub qualified: String,
    /// Schema and name in quotes, which pg_dump's patterns take by the letter.
    pub pattern: String,
    /// Its dumped columns as SQL, in their order.
    pub columns: String,
    /// Pages of its heap; it may have grown since the snapshot, never shrunk.
    pub pages: u64,
    /// Bytes of its heap and of the values that lie beside it.
    pub bytes: u64,
    /// Why pg_dump must copy it.
    pub odd: Option<Odd>,
    /// Whether its rows read the same everywhere.
    pub text: TextForm,
}

/// Whether a value reads the same on every server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// As the settings of our connections make it.
    Fixed,
    /// Amounts of money are written by the locale of a server (`lc_monetary`).
    ByLocale,
}

/// A generated column is not dumped; a leaf whose ancestor is partitioned by a hash of an enum is loaded through its
/// root (pg_dump.c: forcePartitionRootLoad). Sizes are asked for after the snapshot: what it shows lies within.
const TABLES: &str = "
    SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
           coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
                       FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                        AND NOT a.attisdropped AND a.attgenerated = ''), ''),
           pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint,
           pg_catalog.pg_relation_size(c.oid)
               + CASE WHEN c.reltoastrelid <> 0 THEN pg_catalog.pg_relation_size(c.reltoastrelid) ELSE 0 END,
           c.relrowsecurity, coalesce(m.amname = 'heap', false),
           EXISTS (SELECT FROM pg_catalog.pg_partition_ancestors(c.oid) AS above (oid)
                     JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = above.oid
                     JOIN pg_catalog.pg_opclass o ON o.oid = ANY (p.partclass)
                     JOIN pg_catalog.pg_am h ON h.oid = o.opcmethod
                    WHERE h.amname = 'hash' AND o.opcname = 'enum_ops' AND p.partstrat = 'h')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
     WHERE c.relkind = 'r' AND c.oid = ANY ('{";

/// The tables with amounts of money, in whatever type they are wrapped.
const BY_LOCALE: &str = "
    WITH RECURSIVE wrapped (oid) AS (
        SELECT 'pg_catalog.money'::pg_catalog.regtype::pg_catalog.oid
        UNION
        SELECT other.oid FROM wrapped w JOIN pg_catalog.pg_type t ON t.oid = w.oid
          CROSS JOIN LATERAL (
            SELECT t.typarray WHERE t.typarray <> 0
            UNION ALL SELECT d.oid FROM pg_catalog.pg_type d WHERE d.typbasetype = w.oid
            UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngsubtype = w.oid
            UNION ALL SELECT r.rngmultitypid FROM pg_catalog.pg_range r WHERE r.rngsubtype = w.oid
            UNION ALL SELECT c.reltype FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                       WHERE a.atttypid = w.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
          ) AS other (oid)
    )
    SELECT DISTINCT a.attrelid FROM pg_catalog.pg_attribute a JOIN wrapped w ON w.oid = a.atttypid
     WHERE a.attnum > 0 AND NOT a.attisdropped";

/// Asks about the tables among `relations` whose rows are dumped and that have so many bytes, in the snapshot's own
/// transaction. The server must be of version 14 or newer, its database in UTF-8.
pub async fn copy_facts(
    session: &Session,
    relations: &[Relation],
    at_least: u64,
) -> Result<Vec<CopyFacts>, PostgresError> {
    let tables: HashMap<u32, &Relation> = relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Table && relation.has_data)
        .filter(|relation| relation.bytes >= at_least)
        .map(|relation| (relation.oid, relation))
        .collect();
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let oids: Vec<String> = tables.keys().map(u32::to_string).collect();
    let rows = session.rows(&format!("{TABLES}{}}}'::oid[])", oids.join(","))).await?;
    let is = |row: &_, index| Ok::<_, PostgresError>(text(row, index)? == "t");
    let by_locale: HashSet<u32> =
        session.rows(BY_LOCALE).await?.iter().map(|row| number(row, 0)).collect::<Result<_, _>>()?;
    let mut facts = Vec::with_capacity(rows.len());
    for row in &rows {
        let oid: u32 = number(row, 0)?;
        let Some(relation) = tables.get(&oid) else { continue };
        let columns = text(row, 2)?;
        let odd = if relation.membership != Membership::None {
            Some(Odd::Extension)
        } else if relation.naming == Naming::Escaped {
            Some(Odd::Name)
        } else if is(row, 5)? {
            Some(Odd::RowSecurity)
        } else if !is(row, 6)? {
            Some(Odd::AccessMethod)
        } else if columns.is_empty() {
            Some(Odd::NoColumns)
        } else if is(row, 7)? {
            Some(Odd::ThroughRoot)
        } else {
            None
        };
        facts.push(CopyFacts {
            oid,
            label: relation.qualified(),
            qualified: text(row, 1)?,
            pattern: format!("{}.{}", quote(&relation.schema), quote(&relation.name)),
            columns,
            pages: number(row, 3)?,
            bytes: number(row, 4)?,
            odd,
            text: if by_locale.contains(&oid) { TextForm::ByLocale } else { TextForm::Fixed },
        });
    }
    Ok(facts)
}
