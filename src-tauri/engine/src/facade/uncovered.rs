//! The databases that are there and that no job backs up. Pure.

use super::few::few;
use crate::catalog::jobs::StoredJob;
use crate::catalog::server_databases::OnServer;
use holdfast_types::DatabaseSelection;
use std::collections::HashSet;

/// What initdb makes for administrators to connect to (PostgreSQL's documentation, "Template Databases"). Who keeps data
/// in it names it in a job.
const MAINTENANCE: &str = "postgres";

/// The words for those that no job backs up, if there are any.
pub(super) fn uncovered(present: &[OnServer], jobs: &[StoredJob]) -> Option<String> {
    let servers: HashSet<_> = present.iter().map(|found| found.server).collect();
    let is_covered = |found: &OnServer| {
        jobs.iter().map(|stored| &stored.job.spec).any(|spec| {
            spec.server_id == found.server
                && match &spec.databases {
                    DatabaseSelection::All => true,
                    DatabaseSelection::Named(names) => names.contains(&found.database),
                }
        })
    };
    let left = present.iter().filter(|found| found.database != MAINTENANCE && !is_covered(found));
    let names: Vec<String> = left
        .map(|found| match servers.len() {
            1 => found.database.clone(),
            _ => format!("{} on {}", found.database, found.server_name),
        })
        .collect();
    (!names.is_empty()).then(|| format!("No job backs up {}.", few(&names, "or")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{Job, JobId, JobPurpose, JobSpec, ServerId};

    fn there(server: i64, names: &[&str]) -> Vec<OnServer> {
        let found = |name: &&str| OnServer {
            server: ServerId(server),
            server_name: format!("server{server}"),
            database: (*name).to_owned(),
        };
        names.iter().map(found).collect()
    }

    fn job(server: i64, databases: DatabaseSelection) -> StoredJob {
        let spec = JobSpec::new("nightly".into(), ServerId(server), databases, "UTC".into());
        let (created_at, updated_at) = (crate::time::text(0), crate::time::text(0));
        StoredJob {
            job: Job { id: JobId(1), spec, purpose: JobPurpose::Ordinary, created_at, updated_at },
            server_name: format!("server{server}"),
            last_evaluated_at: 0,
            enabled_since: 0,
        }
    }

    fn named(names: &[&str]) -> DatabaseSelection {
        DatabaseSelection::Named(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_database_that_nobody_thought_of_is_told() {
        let present = there(1, &["app", "crm", "postgres"]);
        let told = uncovered(&present, &[job(1, named(&["app"]))]);
        assert_eq!(
            told.as_deref(),
            Some("No job backs up crm."),
            "or it is missed the night that it is lost"
        );
        assert_eq!(
            uncovered(&present, &[job(1, named(&["app", "crm"]))]),
            None,
            "the maintenance one is no news"
        );
        assert_eq!(uncovered(&present, &[job(1, DatabaseSelection::All)]), None, "all are all");
        let elsewhere = uncovered(&present, &[job(2, DatabaseSelection::All)]);
        assert_eq!(elsewhere.as_deref(), Some("No job backs up app or crm."), "a job is for its own server");
    }

    #[test]
    fn many_are_counted_and_servers_are_told_apart() {
        let many = there(1, &["a", "b", "c", "d", "e"]);
        assert_eq!(
            uncovered(&many, &[]).as_deref(),
            Some("No job backs up a, b or 3 others."),
            "a sentence, no list"
        );
        assert_eq!(
            uncovered(&many[..3], &[]).as_deref(),
            Some("No job backs up a, b or c."),
            "few are named"
        );
        let both = [there(1, &["app"]), there(2, &["app"])].concat();
        let told = uncovered(&both, &[job(1, DatabaseSelection::All)]);
        assert_eq!(told.as_deref(), Some("No job backs up app on server2."), "which of the two is meant");
    }
}
