//! Brings the catalog's schema up to date from the files in `migrations/`, in order and all or nothing.

use super::CatalogError;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// The migrations, oldest first. Append only: a released file never changes.
const FILES: &[&str] = &[include_str!("../../../../migrations/0001_catalog.sql")];

/// Applies what is missing.
pub(super) fn apply(connection: &mut Connection) -> Result<(), CatalogError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = FILES.len() as i64;
    if found > known {
        return Err(CatalogError::Newer { found, known });
    }
    migrations().to_latest(connection).map_err(|error| CatalogError::Migration(error.to_string()))
}

fn migrations() -> Migrations<'static> {
    Migrations::new(FILES.iter().map(|sql| M::up(sql)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_migrations_apply_to_an_empty_file() {
        migrations().validate().expect("a catalog that cannot be created stops every installation");
    }

    #[test]
    fn a_catalog_from_a_later_version_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("catalog.db");
        drop(Catalog::open(&path).expect("a new catalog opens"));
        let raw = Connection::open(&path).expect("the file opens");
        raw.pragma_update(None, "user_version", 99).expect("the version is writable");
        drop(raw);
        match Catalog::open(&path) {
            Err(CatalogError::Newer { found: 99, known }) => {
                assert_eq!(known, FILES.len() as i64, "the message must name what this version knows");
            }
            other => panic!("an older Holdfast would damage a newer catalog: {:?}", other.err()),
        }
        let raw = Connection::open(&path).expect("the file opens");
        let version: i64 = raw.query_row("PRAGMA user_version", [], |r| r.get(0)).expect("readable");
        assert_eq!(version, 99, "a refused catalog must stay as it was");
    }
}
