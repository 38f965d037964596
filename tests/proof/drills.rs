//! Drills of the zoo: what comes back is what was there, to the row and to the byte.

use crate::installation::Installation;
use crate::programs::programs;
use crate::server::Server;
use crate::support::Home;
use crate::verified::{Verified, backup_of, json, standing};
use crate::zoo::{self, SMALL_OBJECTS};
use holdfast_types::grouped;
use serde_json::Value;

const DATABASES: [&str; 3] = ["zoo", "latin", "ascii"];

#[test]
fn the_zoo_is_drilled_equal_and_an_assertion_decides_about_the_last_level() {
    let installation = Installation::with_extension();
    let tools = installation.tools();
    let server = Server::of(tools.clone());
    zoo::make_roles(&server);
    zoo::make(&server, "zoo");
    zoo::make_encodings(&server, "latin", "ascii");
    let home = Home::new();
    home.add_server(&server.url(&server.superuser()));
    let mut job =
        vec!["--ledger", "checksums", "--compression", "gzip:1", "--parallelism", "2", "--database"];
    job.extend(DATABASES);
    home.add_job(&job);
    let (status, run) = json(&home, Some(&tools), &["run", "nightly"]);
    assert_eq!((status, &run["status"]), (0, &Value::from("completed")), "{run:#}");

    for database in DATABASES {
        let verified = Verified::by(&home, Some(&tools), &backup_of(&home, database), "restore");
        verified.passed("L4");
        let contents = verified.detail("contents");
        assert!(contents.contains("are those of the server"), "{database}: {contents}");
        assert!(!verified.detail("rows").contains("not counted"), "{database}: {}", verified.detail("rows"));
        assert_eq!(
            standing(&home, database),
            ("good".into(), "L4".into()),
            "the badge shows what was proven"
        );
        if database == "zoo" {
            let objects =
                format!("{} large objects, their contents compared", grouped(SMALL_OBJECTS as u64 + 2));
            assert_eq!(verified.detail("large objects"), objects, "each is there");
        }
    }

    let assert = |statements: &[&str]| {
        let mut update = vec!["job", "update", "nightly"];
        statements.iter().for_each(|statement| update.extend(["--assert", statement]));
        home.document(&update);
    };
    let ascii = backup_of(&home, "ascii");
    // What is said of another database must not be asked here, where it would fail.
    assert(&[
        "[ascii] SELECT count(*) = 2 FROM animals",
        "[latin] SELECT false",
        "SELECT count(*) > 0 FROM animals",
    ]);
    Verified::by(&home, Some(&tools), &ascii, "restore").passed("L5");
    assert_eq!(standing(&home, "ascii"), ("good".into(), "L5".into()), "what the owner asserts holds");

    for (wrong, words) in [
        ("SELECT count(*) > 2 FROM animals", "answered f"),
        ("SELECT true FROM animals WHERE false", "answered nothing"),
    ] {
        assert(&["SELECT true", wrong]);
        let verified = Verified::by(&home, Some(&tools), &ascii, "restore");
        verified.ended_as("failed");
        assert!(verified.message().contains(words), "{wrong} must be told: {:#}", verified.answer);
    }
    assert_eq!(standing(&home, "ascii").0, "damaged", "its owner says that it cannot be relied on");
    for (unasked, words) in [("DELETE FROM animals", "read-only"), ("SELECT true FROM nowhere", "nowhere")] {
        assert(&["SELECT true", unasked]);
        let verified = Verified::by(&home, Some(&tools), &ascii, "restore");
        // A slip in an assertion says nothing against the backup, nor for it.
        verified.ended_as("undecided");
        assert!(verified.message().contains(words), "{unasked} must be told: {:#}", verified.answer);
        assert_eq!(
            verified.answer["level"], "L4",
            "what was compared before it stands: {:#}",
            verified.answer
        );
    }
    assert_eq!(standing(&home, "ascii").0, "damaged", "it stays as it was");
    Verified::by(&home, Some(&tools), &ascii, "decode").passed("L2");
    assert_eq!(
        standing(&home, "ascii").0,
        "damaged",
        "what failed in a drill is not made good by reading it"
    );
    assert(&[""]);
    Verified::by(&home, Some(&tools), &ascii, "restore").passed("L4");
    assert_eq!(standing(&home, "ascii").0, "good", "nothing speaks against it any more");
}

#[test]
fn an_archive_of_version_18_is_drilled_by_programs_of_version_18() {
    let newest = programs(18);
    let server = Server::of(newest.clone());
    zoo::make_roles(&server);
    zoo::make_kinds(&server, "base");
    let home = Home::with_job(&server, &server.superuser(), "base");
    home.document(&["job", "update", "nightly", "--ledger", "checksums"]);
    let found = [programs(16).folder, newest.folder.clone()];
    let run = |arguments: &[&str]| {
        let mut command = home.command(&[&["--json"], arguments].concat());
        command.env("HOLDFAST_PG_BINDIRS", std::env::join_paths(&found).unwrap());
        crate::support::json_of(command)
    };
    assert_eq!(run(&["run", "nightly"]).0, 0, "the run completes");
    let id = backup_of(&home, "base")["id"].to_string();
    let (exit, answer) = run(&["verify", &id, "--level", "restore"]);
    let verified = Verified { exit, answer };
    verified.passed("L4");
    assert_eq!(verified.answer["server_version"], newest.version.as_str(), "an older one could not read it");
}
