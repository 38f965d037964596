//! Several databases in one job: one that fails stops no other, and new ones are picked up.

use crate::repository::{leftovers, published};
use crate::server::{Server, execute};
use crate::support::{Failure, Home, unusual};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn databases(home: &Home) -> BTreeSet<String> {
    home.backups().iter().map(|backup| backup["database"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_database_that_fails_does_not_stop_the_others_and_is_named() {
    let server = Server::shared();
    let role = server.superuser();
    let (first, last) = (server.database(1), server.database(1));
    let gone = unusual("gone");
    let held = server.database(1);
    let holder = server.session(&held);
    execute(&holder, "BEGIN; LOCK TABLE part2 IN ACCESS EXCLUSIVE MODE");
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--lock-wait", "1", "--database", &first, &gone, &held, &last]);
    let (status, run) = home.json(&["run", "nightly"]);
    assert_eq!(
        (status, &run["status"]),
        (1, &"failed".into()),
        "a run with a gap must not look whole: {run}"
    );
    let failure = Failure::of(&run);
    for name in [&gone, &held] {
        assert!(failure.message.contains(name), "{name} must be named: {failure:?}");
    }
    for name in [&first, &last] {
        assert!(!failure.message.contains(&format!("{name}:")), "{name} did not fail: {failure:?}");
    }
    assert_eq!(databases(&home), BTreeSet::from([first, last]), "the others are backed up: {run}");
    assert_eq!(run["backups"].as_array().unwrap().len(), 2, "and the run says so: {run}");
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "no partial may stay");
    assert_eq!(published(&home.repository()).len(), 2, "what is listed is there, and nothing else");
}

#[test]
fn what_was_made_is_proven_although_another_database_failed() {
    let server = Server::shared();
    let role = server.superuser();
    let (good, gone) = (server.database(1), unusual("gone"));
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--verify-after", "restore", "--database", &gone, &good]);
    let (status, run) = home.json(&["run", "nightly"]);
    assert_eq!((status, &run["status"]), (1, &"failed".into()), "one of them is not there: {run}");
    let backups = home.backups();
    assert_eq!(backups.len(), 1, "the other one is backed up: {run}");
    assert_eq!(backups[0]["trust"], "L4", "the job asks for a restore after each run: {backups:?}");
}

#[test]
fn the_bound_of_a_run_counts_all_its_databases() {
    let server = Server::shared();
    let role = server.superuser();
    let (first, last) = (server.database(4), server.database(4));
    let home = Home::with_job(&server, &role, &first);
    let one = home.backed_up()["backup_size_bytes"].as_u64().unwrap();
    let bound = one / (1024 * 1024) + 1;
    assert!(2 * one > bound * 1024 * 1024, "one must fit and two must not, or nothing is tested: {one}");
    let bound = bound.to_string();
    home.document(&["job", "update", "nightly", "--max-size-mb", &bound, "--database", &first, &last]);
    let failure = home.fails();
    failure.says(&format!("{last}:"), "");
    failure.says(&format!("{bound} MiB"), "");
    let expected = BTreeSet::from([first]);
    assert_eq!(databases(&home), expected, "what fits is kept; two of them are from two runs");
    assert_eq!(published(&home.repository()).len(), 2, "what went past the bound is removed");
}

#[test]
fn a_job_of_all_databases_picks_up_a_new_one() {
    let server = Server::own();
    let role = server.superuser();
    let first = server.database(1);
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--all-databases"]);
    home.backed_up();
    let mut expected = BTreeSet::from([first, "postgres".to_owned()]);
    assert_eq!(databases(&home), expected, "all but the templates");
    expected.insert(server.database(1));
    home.backed_up();
    assert_eq!(databases(&home), expected, "a database that somebody adds must not be left out silently");
}
