//! The databases that each server was last seen to have.

use super::{CatalogError, Tx};
use holdfast_types::ServerId;

/// A database on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnServer {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub server_name: String,
    /// The database.
    pub database: String,
}

/// Records all that a server has; what it had before is forgotten.
pub fn record(tx: &Tx, server: ServerId, names: &[String]) -> Result<(), CatalogError> {
    forget(tx, server)?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO server_databases (server_id, database) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for name in names {
        insert.execute((server.0, name))?;
    }
    Ok(())
}

/// Forgets what a server had, because the server is another one now.
pub(super) fn forget(tx: &Tx, server: ServerId) -> Result<(), CatalogError> {
    tx.execute("DELETE FROM server_databases WHERE server_id = ?1", [server.0])?;
    Ok(())
}

/// What all servers have, by server and database.
pub fn list(tx: &Tx) -> Result<Vec<OnServer>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT servers.id, servers.name, database FROM server_databases
         JOIN servers ON servers.id = server_id ORDER BY servers.name COLLATE NOCASE, database",
    )?;
    let all = statement.query_map([], |row| {
        Ok(OnServer { server: ServerId(row.get(0)?), server_name: row.get(1)?, database: row.get(2)? })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{servers, testing};
    use holdfast_types::Connection;

    #[test]
    fn what_answered_at_another_address_is_forgotten() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                let here = Connection::default();
                let id = servers::insert(tx, "s", &here, 0)?;
                let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
                let found = |tx: &Tx| {
                    Ok::<_, CatalogError>(list(tx)?.into_iter().map(|on| on.database).collect::<Vec<_>>())
                };
                servers::record_seen(tx, id, "18.1", 5)?;
                record(tx, id, &names(&["app", "old"]))?;
                record(tx, id, &names(&["app", "new"]))?;
                assert_eq!(found(tx)?, ["app", "new"], "one that was dropped needs no backup");
                servers::update(tx, id, "renamed", &here)?;
                assert_eq!(found(tx)?, ["app", "new"], "another name is no other server");
                assert!(servers::get(tx, id)?.last_seen_at.is_some(), "and it was reached all the same");
                servers::update(tx, id, "renamed", &Connection { port: Some(6000), ..here })?;
                assert_eq!(found(tx)?, [""; 0], "those of another server are not known yet");
                let moved = servers::get(tx, id)?;
                assert_eq!(
                    (moved.server_version, moved.last_seen_at),
                    (None, None),
                    "nothing answered there"
                );
                Ok(())
            })
            .expect("the catalog takes them");
    }
}
