//! The databases that the last run of each job found, and since when.

use super::{CatalogError, Tx};
use holdfast_types::JobId;

/// A database that a job's last run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDatabase {
    /// Its name.
    pub name: String,
    /// When a run found it first.
    pub since: i64,
}

/// Records what a run found; what it did not find is forgotten.
pub fn record(tx: &Tx, job: JobId, names: &[String], now: i64) -> Result<(), CatalogError> {
    let before = list(tx, job)?;
    for gone in before.iter().filter(|seen| !names.contains(&seen.name)) {
        tx.execute("DELETE FROM job_databases WHERE job_id = ?1 AND database = ?2", (job.0, &gone.name))?;
    }
    for name in names {
        tx.execute(
            "INSERT INTO job_databases (job_id, database, seen_since) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
            (job.0, name, now),
        )?;
    }
    Ok(())
}

/// Forgets what was found, because the job is given another server.
pub(super) fn forget(tx: &Tx, job: JobId) -> Result<(), CatalogError> {
    tx.execute("DELETE FROM job_databases WHERE job_id = ?1", [job.0])?;
    Ok(())
}

/// What the last run found, by name; empty before the first.
pub fn list(tx: &Tx, job: JobId) -> Result<Vec<SeenDatabase>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT database, seen_since FROM job_databases WHERE job_id = ?1 ORDER BY database",
    )?;
    let seen =
        statement.query_map([job.0], |row| Ok(SeenDatabase { name: row.get(0)?, since: row.get(1)? }))?;
    Ok(seen.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{jobs, servers, testing};
    use holdfast_types::{Connection, DatabaseSelection, JobSpec};

    #[test]
    fn a_database_keeps_its_first_time_and_a_dropped_one_is_forgotten() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                let server = servers::insert(tx, "s", &Connection::default(), 0)?;
                let other = servers::insert(tx, "t", &Connection::default(), 0)?;
                let spec = JobSpec::new("j".into(), server, DatabaseSelection::All, "UTC".into());
                let job = jobs::insert(tx, &spec, 0)?;
                let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
                record(tx, job, &names(&["app", "old"]), 1)?;
                record(tx, job, &names(&["app", "new"]), 2)?;
                let seen = |name: &str, since| SeenDatabase { name: name.to_owned(), since };
                assert_eq!(list(tx, job)?, [seen("app", 1), seen("new", 2)], "what the last run found");
                jobs::update(tx, job, &JobSpec { server_id: other, ..spec }, 3)?;
                assert_eq!(list(tx, job)?, [], "another server has other databases");
                assert_eq!(jobs::get(tx, job)?.enabled_since, 3, "and they get their time");
                Ok(())
            })
            .expect("the catalog takes them");
    }
}
