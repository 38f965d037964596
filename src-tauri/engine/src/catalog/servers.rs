//! Servers.

use super::error::is_unique_violation;
use super::{CatalogError, Tx, row, server_databases};
use holdfast_types::{Connection, PasswordSource, Server, ServerId};
use rusqlite::{OptionalExtension, Row};

const SELECT: &str =
    "SELECT servers.*, (SELECT count(*) FROM jobs WHERE jobs.server_id = servers.id) AS job_count
                      FROM servers";

fn server(row: &Row<'_>) -> Result<Server, CatalogError> {
    Ok(Server {
        id: ServerId(row.get("id")?),
        name: row.get("name")?,
        connection: row::json(row, "connection")?,
        password: row::word(row, "password_source", parse_source)?,
        server_version: row.get("server_version")?,
        last_seen_at: row::time(row, "last_seen_at")?,
        job_count: row.get("job_count")?,
        created_at: row::time_required(row, "created_at")?,
    })
}

fn parse_source(word: &str) -> Option<PasswordSource> {
    match word {
        "none" => Some(PasswordSource::None),
        "keyring" => Some(PasswordSource::Keyring),
        "file" => Some(PasswordSource::File),
        _ => None,
    }
}

fn source_word(source: PasswordSource) -> &'static str {
    match source {
        PasswordSource::None => "none",
        PasswordSource::Keyring => "keyring",
        PasswordSource::File => "file",
    }
}

/// All servers by name.
pub fn list(tx: &Tx) -> Result<Vec<Server>, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name COLLATE NOCASE"))?;
    row::collect(statement.query([])?, server)
}

/// One server.
pub fn get(tx: &Tx, id: ServerId) -> Result<Server, CatalogError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => server(row),
        None => Err(CatalogError::NotFound { kind: "server", id: id.to_string() }),
    }
}

/// The id of the server of that name.
pub fn find(tx: &Tx, name: &str) -> Result<Option<ServerId>, CatalogError> {
    Ok(tx
        .query_row("SELECT id FROM servers WHERE name = ?1", [name], |row| row.get(0))
        .optional()?
        .map(ServerId))
}

/// Adds a server without a stored password.
pub fn insert(tx: &Tx, name: &str, connection: &Connection, now: i64) -> Result<ServerId, CatalogError> {
    let connection = row::to_json("connection", connection)?;
    tx.execute(
        "INSERT INTO servers (name, connection, password_source, created_at) VALUES (?1, ?2, 'none', ?3)",
        (name, connection, now),
    )
    .map_err(|error| taken(error, name))?;
    Ok(ServerId(tx.last_insert_rowid()))
}

/// Changes a server's name and connection. What answered over another connection says nothing about this one.
pub fn update(tx: &Tx, id: ServerId, name: &str, connection: &Connection) -> Result<(), CatalogError> {
    let connection = row::to_json("connection", connection)?;
    // Backups carry the name, and a server that is renamed stays the server that they are of.
    tx.execute(
        "UPDATE backups SET server_name = ?2
         WHERE server_name = (SELECT name FROM servers WHERE id = ?1) AND server_name <> ?2",
        (id.0, name),
    )?;
    let moved = tx.execute(
        "UPDATE servers SET server_version = NULL, last_seen_at = NULL WHERE id = ?1 AND connection <> ?2",
        (id.0, &connection),
    )?;
    if moved > 0 {
        server_databases::forget(tx, id)?;
    }
    tx.execute("UPDATE servers SET name = ?2, connection = ?3 WHERE id = ?1", (id.0, name, connection))
        .map_err(|error| taken(error, name))?;
    Ok(())
}

/// Records where a server's password is kept.
pub fn record_password_source(tx: &Tx, id: ServerId, source: PasswordSource) -> Result<(), CatalogError> {
    tx.execute("UPDATE servers SET password_source = ?2 WHERE id = ?1", (id.0, source_word(source)))?;
    Ok(())
}

/// Records that a server answered, and with which version.
pub fn record_seen(tx: &Tx, id: ServerId, version: &str, now: i64) -> Result<(), CatalogError> {
    tx.execute(
        "UPDATE servers SET server_version = ?2, last_seen_at = ?3 WHERE id = ?1",
        (id.0, version, now),
    )?;
    Ok(())
}

/// Removes a server. The caller made sure that no job uses it.
pub fn delete(tx: &Tx, id: ServerId) -> Result<(), CatalogError> {
    tx.execute("DELETE FROM servers WHERE id = ?1", [id.0])?;
    Ok(())
}

fn taken(error: rusqlite::Error, name: &str) -> CatalogError {
    if is_unique_violation(&error) {
        CatalogError::NameTaken { kind: "server", name: name.to_owned() }
    } else {
        error.into()
    }
}
