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

/// What all servers have, by server and database; without what swaps set aside under dated names of our own.
pub fn list(tx: &Tx) -> Result<Vec<OnServer>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT servers.id, servers.name, d.database FROM server_databases AS d
         JOIN servers ON servers.id = d.server_id
         WHERE NOT EXISTS (SELECT 1 FROM restores AS r
                            WHERE r.server_id = d.server_id AND d.database IN (r.kept_database, r.undone_as))
         ORDER BY servers.name COLLATE NOCASE, d.database",
    )?;
    let all = statement.query_map([], |row| {
        Ok(OnServer { server: ServerId(row.get(0)?), server_name: row.get(1)?, database: row.get(2)? })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{backups, restores, servers, testing};
    use holdfast_types::{Connection, OperatorId, RestoreSpec, RestoreStatus};

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

    #[test]
    fn what_a_swap_set_aside_is_no_database_that_somebody_forgot() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                let server = servers::insert(tx, "s", &Connection::default(), 0)?;
                let backup_id = backups::insert(tx, &testing::backup(1, "app"))?;
                let restore = restores::NewRestore {
                    spec: RestoreSpec::new(backup_id, server, "app".into()),
                    server_name: "s".into(),
                    staged: None,
                    started_at: 2,
                    operator: OperatorId::SYSTEM,
                    process: "p".into(),
                };
                let id = restores::begin(tx, &restore)?;
                let end = restores::RestoreEnd {
                    kept_database: Some("app_20261125_164242".into()),
                    ..restores::RestoreEnd::of(RestoreStatus::Completed)
                };
                restores::finish(tx, id, &end, 3)?;
                record(tx, server, &["app".into(), "app_20261125_164242".into(), "crm".into()])?;
                let names: Vec<String> = list(tx)?.into_iter().map(|found| found.database).collect();
                assert_eq!(names, ["app", "crm"], "it is told where it was made, and is to be dropped");
                Ok(())
            })
            .expect("the catalog takes them");
    }
}
