//! Operators: who acts.

use super::{CatalogError, Tx};
use holdfast_types::OperatorId;
use rusqlite::OptionalExtension;

/// The id of the operator of that name, adding it when it is new.
pub fn ensure(tx: &Tx, name: &str, now: i64) -> Result<OperatorId, CatalogError> {
    let found: Option<i64> =
        tx.query_row("SELECT id FROM operators WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(OperatorId(id));
    }
    tx.execute("INSERT INTO operators (name, created_at) VALUES (?1, ?2)", (name, now))?;
    Ok(OperatorId(tx.last_insert_rowid()))
}

/// The name of an operator, if there is one of that id.
pub fn name(tx: &Tx, id: OperatorId) -> Result<Option<String>, CatalogError> {
    Ok(tx.query_row("SELECT name FROM operators WHERE id = ?1", [id.0], |row| row.get(0)).optional()?)
}

/// All operators with their ids, the oldest first.
pub fn list(tx: &Tx) -> Result<Vec<(i64, String)>, CatalogError> {
    let mut statement = tx.prepare_cached("SELECT id, name FROM operators ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
