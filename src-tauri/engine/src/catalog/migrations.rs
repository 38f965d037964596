//! Brings the catalog's schema up to date from the files in `migrations/`, in order and all or nothing.

use super::CatalogError;
use crate::platform::modes::create_private_file;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// The migrations, oldest first. Append only: a released file never changes.
const FILES: &[&str] = &[
    include_str!("../../../../migrations/0001_catalog.sql"),
    include_str!("../../../../migrations/0002_history.sql"),
    include_str!("../../../../migrations/0003_job_databases.sql"),
    include_str!("../../../../migrations/0004_proofs.sql"),
    include_str!("../../../../migrations/0005_seals.sql"),
    include_str!("../../../../migrations/0006_purposes.sql"),
    include_str!("../../../../migrations/0007_safety_backups.sql"),
    include_str!("../../../../migrations/0008_server_databases.sql"),
    include_str!("../../../../migrations/0009_restore_specs.sql"),
];

/// Lets one process at a time look at the schema and change it, until it is dropped. Two that start at once on a
/// new data directory would otherwise both find it empty, and the second could not create what is there.
/// Where no file can be made or locked, SQLite is about to meet the same obstacle, and names it better.
pub(super) fn door(catalog: &Path) -> Option<File> {
    let path = catalog.with_extension("lock");
    let opened = match create_private_file(&path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            File::options().read(true).write(true).open(&path)
        }
        other => other,
    };
    opened
        .and_then(|file| file.lock().map(|()| file))
        .inspect_err(|error| tracing::debug!("{}: {error}", path.display()))
        .ok()
}

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
    fn a_history_from_before_gets_its_longest_runs() {
        let mut connection = Connection::open_in_memory().expect("a catalog in memory");
        migrations().to_version(&mut connection, 1).expect("the first release's schema");
        connection
            .execute_batch(
                "INSERT INTO backup_runs (job_name, trigger_type, status, queued_at, started_at, completed_at)
                 VALUES ('a', 'manual', 'completed', 1, 10, 4010), ('a', 'manual', 'completed', 2, 10, 7010),
                        ('a', 'manual', 'queued', 3, NULL, NULL)",
            )
            .expect("runs of that time");
        migrations().to_latest(&mut connection).expect("the schema of today");
        let longest = |status: &str| {
            let sql = "SELECT longest_ms FROM run_days WHERE status = ?1";
            connection.query_row(sql, [status], |row| row.get::<_, i64>(0)).expect("a day of sums")
        };
        assert_eq!(longest("completed"), 7000, "the statistics would call every old run instant");
        assert_eq!(longest("queued"), 0, "what has not begun took no time");
    }

    #[test]
    fn jobs_made_before_restores_are_known_from_their_name_and_that_they_are_off() {
        let mut connection = Connection::open_in_memory().expect("a catalog in memory");
        migrations().to_version(&mut connection, 5).expect("the schema before purposes");
        connection
            .execute_batch(
                "INSERT INTO servers (id, name, connection, password_source, created_at) VALUES (1, 's', '{}', 'none', 0);
                 INSERT INTO jobs (name, server_id, enabled, spec, last_evaluated_at, enabled_since, created_at, updated_at)
                 VALUES ('before restores on s', 1, 0, '{}', 0, 0, 0, 0), ('nightly', 1, 0, '{}', 0, 0, 0, 0),
                        ('before restores on Sundays', 1, 1, '{}', 0, 0, 0, 0)",
            )
            .expect("jobs of that time");
        migrations().to_latest(&mut connection).expect("the schema of today");
        let mut statement =
            connection.prepare("SELECT name FROM jobs WHERE purpose = 'safety'").expect("a question");
        let names: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .expect("rows")
            .collect::<Result<_, _>>()
            .expect("names");
        assert_eq!(names, ["before restores on s"], "a job that somebody scheduled keeps its schedule");
    }

    #[test]
    fn a_restore_from_before_named_no_safety_backup_and_one_that_goes_takes_no_restore_along() {
        let mut connection = Connection::open_in_memory().expect("a catalog in memory");
        connection.execute_batch("PRAGMA foreign_keys = ON").expect("as the catalog is opened");
        migrations().to_version(&mut connection, 6).expect("the schema before they were named");
        connection
            .execute_batch(
                "INSERT INTO operators (id, name, created_at) VALUES (7, 'ann', 0);
                 INSERT INTO backups (id, job_name, server_name, database, created_at, path, size_bytes, trust, status,
                                      server_version, tool_version, table_count)
                 VALUES (1, 'j', 's', 'd', 0, '/b/1', 1, 2, 'good', '15', '15', 1),
                        (2, 'j', 's', 'd', 0, '/b/2', 1, 2, 'good', '15', '15', 1);
                 INSERT INTO restores (id, backup_id, server_name, database, target, status, failed_objects, checks,
                                       started_at, triggered_by_user_id)
                 VALUES (1, 1, 's', 'd', 'existing', 'completed', '[]', '[]', 0, 7)",
            )
            .expect("a restore of that time");
        migrations().to_latest(&mut connection).expect("the schema of today");
        let named = |connection: &Connection| {
            let sql = "SELECT safety_backup_id FROM restores WHERE id = 1";
            connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).expect("the restore is there")
        };
        assert_eq!(named(&connection), None, "nobody knows which it was");
        connection.execute_batch("UPDATE restores SET safety_backup_id = 2").expect("one is named");
        assert_eq!(named(&connection), Some(2), "it is read back");
        connection.execute_batch("DELETE FROM backups WHERE id = 2").expect("a backup can go");
        assert_eq!(
            named(&connection),
            None,
            "a restore stays in the history, and names nothing that is gone"
        );
    }

    #[test]
    fn processes_that_start_at_once_find_one_whole_catalog() {
        for _ in 0..10 {
            let dir = tempfile::tempdir().expect("temporary directory");
            let path = dir.path().join("catalog.db");
            std::thread::scope(|scope| {
                let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| Catalog::open(&path))).collect();
                for start in starts {
                    let opened = start.join().expect("no panic");
                    assert!(opened.is_ok(), "one of them would refuse to start: {:?}", opened.err());
                }
            });
        }
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
