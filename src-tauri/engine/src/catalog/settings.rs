//! Settings as stored: a key, its text, and where that came from.

use super::{CatalogError, Tx};
use rusqlite::OptionalExtension;

/// A stored setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSetting {
    /// Its text.
    pub value: String,
    /// `environment`, `dot_env`, `operator` or `internal`.
    pub source: String,
}

/// Reads one setting.
pub fn get(tx: &Tx, key: &str) -> Result<Option<StoredSetting>, CatalogError> {
    Ok(tx
        .prepare_cached("SELECT value, source FROM settings WHERE key = ?1")?
        .query_row([key], |row| Ok(StoredSetting { value: row.get(0)?, source: row.get(1)? }))
        .optional()?)
}

/// The settings whose keys begin so.
pub fn beginning_with(tx: &Tx, start: &str) -> Result<Vec<(String, StoredSetting)>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT key, value, source FROM settings WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key",
    )?;
    let rows = statement.query_map([start], |row| {
        Ok((row.get(0)?, StoredSetting { value: row.get(1)?, source: row.get(2)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes one setting.
pub fn put(tx: &Tx, key: &str, value: &str, source: &str, now: i64) -> Result<(), CatalogError> {
    tx.execute(
        "INSERT INTO settings (key, value, source, updated_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, source = excluded.source,
                                         updated_at = excluded.updated_at",
        (key, value, source, now),
    )?;
    Ok(())
}

/// Forgets one setting, so that its default holds again.
pub fn remove(tx: &Tx, key: &str) -> Result<(), CatalogError> {
    tx.execute("DELETE FROM settings WHERE key = ?1", [key])?;
    Ok(())
}
