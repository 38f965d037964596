//! Databases of a server as wholes: making, renaming, dropping, and what one needs that the server may lack.

use super::inspect::text;
use super::readable::readable;
use super::snapshot::quote;
use super::{PostgresError, Session};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a database of that name exists.
pub async fn exists(session: &Session, name: &str) -> Result<bool, PostgresError> {
    let question = format!("SELECT 1 FROM pg_catalog.pg_database WHERE datname = {}", literal(name));
    Ok(!session.rows(&question).await?.is_empty())
}

/// Makes an empty database. `options` follow the name in `CREATE DATABASE`.
pub async fn create(session: &Session, name: &str, options: &str) -> Result<(), PostgresError> {
    session.execute(&format!("CREATE DATABASE {} {options}", quote(name))).await
}

/// Gives a database another name. Nobody may be connected to it.
pub async fn rename(session: &Session, from: &str, to: &str) -> Result<(), PostgresError> {
    session.execute(&format!("ALTER DATABASE {} RENAME TO {}", quote(from), quote(to))).await
}

/// Changes a setting of a database: `setting` follows the name in `ALTER DATABASE`.
pub async fn alter(session: &Session, name: &str, setting: &str) -> Result<(), PostgresError> {
    session.execute(&format!("ALTER DATABASE {} {setting}", quote(name))).await
}

/// Drops a database that this process made, with whoever is still connected to it.
pub async fn discard(session: &Session, name: &str) -> Result<(), PostgresError> {
    disconnect(session, name).await?;
    let template =
        format!("SELECT FROM pg_catalog.pg_database WHERE datistemplate AND datname = {}", literal(name));
    if !session.rows(&template).await?.is_empty() {
        // A template is not dropped.
        alter(session, name, "IS_TEMPLATE false").await?;
    }
    session.execute(&format!("DROP DATABASE IF EXISTS {}", quote(name))).await
}

/// Ends the sessions on a database, as far as the role may.
pub async fn disconnect(session: &Session, name: &str) -> Result<(), PostgresError> {
    session
        .execute(&format!(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
             WHERE datname = {} AND pid <> pg_catalog.pg_backend_pid()",
            literal(name)
        ))
        .await
}

/// The names among these that no role of the server has.
pub async fn missing_roles(
    session: &Session,
    wanted: &BTreeSet<String>,
) -> Result<Vec<String>, PostgresError> {
    let present = names(session, "SELECT rolname FROM pg_catalog.pg_roles").await?;
    Ok(wanted.difference(&present).cloned().collect())
}

/// Makes a role that nobody can log in as, to own what is restored.
pub async fn create_role(session: &Session, name: &str) -> Result<(), PostgresError> {
    session.execute(&format!("CREATE ROLE {} NOLOGIN", quote(name))).await
}

/// The extensions among these that the server cannot install.
pub async fn missing_extensions(
    session: &Session,
    wanted: &BTreeSet<String>,
) -> Result<Vec<String>, PostgresError> {
    let present = names(session, "SELECT name FROM pg_catalog.pg_available_extensions").await?;
    Ok(wanted.difference(&present).cloned().collect())
}

/// The version that the server would install of each extension that it has, by name.
pub async fn extension_versions(session: &Session) -> Result<BTreeMap<String, String>, PostgresError> {
    let rows = session
        .rows("SELECT name, default_version FROM pg_catalog.pg_available_extensions WHERE default_version IS NOT NULL")
        .await?;
    rows.iter().map(|row| Ok((text(row, 0)?, text(row, 1)?))).collect()
}

/// The tablespaces among these that the server lacks.
pub async fn missing_tablespaces(
    session: &Session,
    wanted: &BTreeSet<String>,
) -> Result<Vec<String>, PostgresError> {
    let present = names(session, "SELECT spcname FROM pg_catalog.pg_tablespace").await?;
    Ok(wanted.difference(&present).cloned().collect())
}

/// Forbids or permits new sessions on a database.
pub async fn close_to_sessions(session: &Session, name: &str) -> Result<(), PostgresError> {
    alter(session, name, "WITH ALLOW_CONNECTIONS false").await
}

/// Permits new sessions on a database.
pub async fn open_to_sessions(session: &Session, name: &str) -> Result<(), PostgresError> {
    alter(session, name, "WITH ALLOW_CONNECTIONS true").await
}

/// Whether the session's role may make databases.
pub async fn may_create(session: &Session) -> Result<bool, PostgresError> {
    let row = session
        .row("SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user")
        .await?;
    Ok(text(&row, 0)? == "t")
}

/// Whether the session's role may give what it owns to this one.
pub async fn may_own_as(session: &Session, owner: &str) -> Result<bool, PostgresError> {
    let row = session.row(&format!("SELECT pg_catalog.pg_has_role({}, 'MEMBER')", literal(owner))).await?;
    Ok(text(&row, 0)? == "t")
}

/// The encoding of a database; none when there is no such.
pub async fn encoding(session: &Session, database: &str) -> Result<Option<String>, PostgresError> {
    let rows = session
        .rows(&format!(
            "SELECT pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE datname = {}",
            literal(database)
        ))
        .await?;
    rows.first().map(|row| text(row, 0)).transpose()
}

/// The root of every partition: `schema, name, root's schema, root's name`.
pub async fn partition_roots(
    session: &Session,
) -> Result<Vec<((String, String), (String, String))>, PostgresError> {
    // Versions before 12 know no pg_partition_root; there, partitions are compared one by one.
    if session.version().major < 12 {
        return Ok(Vec::new());
    }
    let rows = session
        .rows(concat!(
            "SELECT ",
            readable!("n.nspname"),
            ", ",
            readable!("c.relname"),
            ", ",
            readable!("rn.nspname"),
            ", ",
            readable!("r.relname"),
            " FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_catalog.pg_class r ON r.oid = pg_catalog.pg_partition_root(c.oid) \
             JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace \
             WHERE c.relispartition AND c.relkind = 'r'"
        ))
        .await?;
    rows.iter().map(|row| Ok(((text(row, 0)?, text(row, 1)?), (text(row, 2)?, text(row, 3)?)))).collect()
}

async fn names(session: &Session, question: &str) -> Result<BTreeSet<String>, PostgresError> {
    session.rows(question).await?.iter().map(|row| text(row, 0)).collect()
}

/// A string in single quotes. A backslash makes it an escape string, which every setting reads alike.
pub(super) fn literal(value: &str) -> String {
    let doubled = value.replace('\'', "''");
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_string_whatever_it_holds() {
        assert_eq!(literal("o'brien"), "'o''brien'", "a quote must not end it");
        assert_eq!(literal(r"a\b"), r"E'a\\b'", "a backslash is a backslash whatever the server's settings");
    }
}
