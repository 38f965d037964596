//! What the session's role may not read: found before anything is dumped, because pg_dump names only the first.

use super::inspect::{number, text};
use super::readable::readable;
use super::{PostgresError, Session};

/// Something that the role may not read, so that a dump would fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessProblem {
    /// No SELECT on a table.
    NoSelect {
        /// `schema.table`.
        table: String,
    },
    /// No SELECT on a sequence.
    NoSelectOnSequence {
        /// `schema.sequence`.
        sequence: String,
    },
    /// Row security would hide rows.
    RowSecurity {
        /// `schema.table`.
        table: String,
    },
    /// No USAGE on a schema that holds tables.
    NoUsage {
        /// The schema.
        schema: String,
    },
    /// Large objects that the role may not read.
    LargeObjects {
        /// How many.
        count: u64,
        /// The first of them.
        some: Vec<u32>,
    },
}

/// pg_dump locks ordinary and partitioned tables, which takes SELECT on the whole table, reads every
/// sequence, and turns row security off, which makes a table that has it active an error.
/// CASE, because the planner may evaluate the terms of AND in any order, and these functions insist on their kind.
const RELATIONS: &str = concat!(
    "WITH dumped AS (
        SELECT c.oid, c.relkind, ",
    readable!("c.relname"),
    " AS relname, n.oid AS schema, ",
    readable!("n.nspname"),
    " AS nspname
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'S')
           AND (EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig))
                OR NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
    )
    SELECT DISTINCT 'schema', nspname, '' FROM dumped WHERE NOT pg_catalog.has_schema_privilege(schema, 'USAGE')
    UNION ALL
    SELECT 'table', nspname, relname FROM dumped
     WHERE CASE WHEN relkind IN ('r', 'p') THEN NOT pg_catalog.has_table_privilege(oid, 'SELECT') END
    UNION ALL
    SELECT 'sequence', nspname, relname FROM dumped
     WHERE CASE WHEN relkind = 'S' THEN NOT pg_catalog.has_sequence_privilege(oid, 'SELECT') END
    UNION ALL
    SELECT 'rows', nspname, relname FROM dumped
     WHERE CASE WHEN relkind IN ('r', 'p') THEN pg_catalog.row_security_active(oid) END
    ORDER BY 1, 2, 3"
);

/// How many large objects there are that `condition` holds for, and the first three: there may be millions.
fn large_objects(condition: &str) -> String {
    format!(
        "SELECT count(*),
                coalesce(pg_catalog.array_to_string((pg_catalog.array_agg(m.oid ORDER BY m.oid))[1:3], ' '), '')
           FROM pg_catalog.pg_largeobject_metadata m WHERE {condition}"
    )
}

/// What servers before 18 are asked, which have no function for it. pg_read_all_data does not cover large objects.
const NO_SELECT: &str = "
           NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE')
       AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
       AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(m.lomacl) a WHERE a.privilege_type = 'SELECT'
                          AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))";
const NO_SELECT_18: &str = "NOT pg_catalog.has_largeobject_privilege(m.oid, 'SELECT')";

/// What the role may not read in the current database.
pub async fn access_problems(session: &Session) -> Result<Vec<AccessProblem>, PostgresError> {
    let mut problems = Vec::new();
    for row in session.rows(RELATIONS).await? {
        let (what, schema, name) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
        let qualified = format!("{schema}.{name}");
        problems.push(match what.as_str() {
            "schema" => AccessProblem::NoUsage { schema },
            "table" => AccessProblem::NoSelect { table: qualified },
            "sequence" => AccessProblem::NoSelectOnSequence { sequence: qualified },
            _ => AccessProblem::RowSecurity { table: qualified },
        });
    }
    let condition = if session.version().major >= 18 { NO_SELECT_18 } else { NO_SELECT };
    let row = session.row(&large_objects(condition)).await?;
    let count = number(&row, 0)?;
    if count > 0 {
        let some = text(&row, 1)?.split(' ').filter_map(|oid| oid.parse().ok()).collect();
        problems.push(AccessProblem::LargeObjects { count, some });
    }
    Ok(problems)
}
