//! Statuses, documents and streams, whatever the noun.

use crate::support::{Home, ended};
use std::process::Stdio;

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    let home = Home::new();
    for wrong in [
        &["sever", "list"][..],
        &["server", "add", "x"],
        &["runs", "show", "abc"],
        &["runs", "list", "--status", "fine"],
        &["runs", "list", "--since", "yesterday"],
        &["runs", "list", "--limit", "0"],
        &["job", "add", "x", "--server", "s", "--cron", "@daily"],
        &["job", "add", "x", "--server", "s", "--cron", "@daily", "--database", "a", "--all-databases"],
        &[
            "job",
            "add",
            "x",
            "--server",
            "s",
            "--cron",
            "@daily",
            "--database",
            "a",
            "--compression",
            "zstd:99",
        ],
        &["runs", "export"],
        &[],
    ] {
        let ended = home.run(wrong);
        assert_eq!(ended.status, 2, "{wrong:?} is wrong usage: {ended:?}");
        assert_eq!(ended.stdout, "", "{wrong:?}: stdout belongs to answers");
        assert!(!ended.stderr.is_empty(), "{wrong:?}: the reader must learn what is wrong");
    }
    assert!(!home.path().exists(), "wrong usage must not make a data directory");
}

#[test]
fn wrong_usage_is_a_document_too_when_json_is_asked_for() {
    let (status, document) = Home::new().json(&["runs", "list", "--limit", "0"]);
    assert_eq!(status, 2, "wrong usage keeps its status");
    assert_eq!(document["error"]["code"], "invalid_input", "a script branches on the code");
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("--limit"), "the message must name the flag: {message}");
}

#[test]
fn help_shows_every_command() {
    let home = Home::new();
    let help = home.done(&["--help"]).stdout;
    for noun in [
        "server",
        "job",
        "cron",
        "scheduler",
        "run",
        "runs",
        "stats",
        "backups",
        "retention",
        "config",
        "verify",
        "restore",
        "catalog",
        "agent",
        "demo",
    ] {
        assert!(help.contains(&format!("\n  {noun} ")), "{noun} must be in the help: {help}");
    }
    let version = home.done(&["--version"]).stdout;
    assert_eq!(version, format!("holdfast {}\n", env!("CARGO_PKG_VERSION")), "reports name the version");
}

#[test]
fn empty_lists_have_the_shape_of_every_list() {
    let home = Home::new();
    for list in [&["server", "list"][..], &["job", "list"], &["runs", "list"], &["backups", "list"]] {
        let document = home.document(list);
        assert_eq!(document["items"], serde_json::json!([]), "{list:?} is empty");
        assert_eq!(document["total"], 0, "{list:?} counts its rows");
        assert!(document["page"].is_u64() && document["limit"].is_u64(), "{list:?} has pages: {document}");
        assert_eq!(home.done(list).status, 0, "{list:?}: an empty list is no failure");
    }
    assert_eq!(home.document(&["stats"])["total"], 0, "no runs, no sums");
    assert_eq!(home.document(&["scheduler", "status"])["state"], "idle", "nobody carries the schedule out");
}

#[test]
fn what_does_not_exist_is_refused_with_3() {
    let home = Home::new().with_unreachable_job();
    for unknown in [
        &["server", "show", "x"][..],
        &["server", "test", "x"],
        &["server", "remove", "x"],
        &["job", "show", "x"],
        &["job", "next", "x"],
        &["job", "enable", "x"],
        &["run", "x"],
        &["runs", "show", "99"],
        &["runs", "log", "99"],
        &["runs", "log", "99", "--follow"],
        &["runs", "cancel", "99"],
        &["runs", "list", "--job", "x"],
        &["backups", "show", "99"],
        &["backups", "pin", "99"],
        &["backups", "delete", "99"],
        &["retention", "plan", "x"],
        &["retention", "apply", "x"],
        &["stats", "--job", "x"],
        &["config", "get", "x"],
        &["config", "set", "x", "1"],
    ] {
        let (status, document) = home.json(unknown);
        assert_eq!(status, 3, "{unknown:?} names nothing that exists: {document}");
        assert_eq!(document["error"]["code"], "not_found", "{unknown:?}: {document}");
        let told = home.run(unknown);
        assert_eq!(told.stdout, "", "{unknown:?}: stdout belongs to answers");
        assert!(told.stderr.starts_with("error: "), "{unknown:?} must say what is wrong: {told:?}");
    }
    let near = home.run(&["job", "show", "night"]);
    assert!(near.stderr.contains("nightly"), "a near name is worth a hint: {near:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = Home::new().with_unreachable_job();
    home.run(&["run", "nightly"]);
    for command in [
        &["runs", "list"][..],
        &["--json", "runs", "list"],
        &["runs", "export", "--format", "csv"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = ended(home.command(command).stdout(Stdio::from(writer)).output().unwrap());
        assert_eq!(ended.status, 0, "{command:?} | head must not fail: {ended:?}");
        assert_eq!(ended.stderr, "", "{command:?} | head must not complain");
    }
}

#[test]
fn the_flag_counts_more_than_the_variable() {
    let home = Home::new();
    let other = home.work().join("other");
    home.done(&["--home", other.to_str().unwrap(), "server", "list"]);
    assert!(other.join("catalog.db").exists(), "--home names the data directory");
    assert!(!home.path().exists(), "HOLDFAST_HOME must not be touched then");
}

#[test]
fn a_restore_that_does_not_exist_is_told_with_the_command_that_lists_restores() {
    let home = Home::new();
    let told = home.run(&["restore", "--undo", "99"]);
    assert_eq!(told.status, 3, "nothing was asked of a server: {told:?}");
    assert!(
        told.stderr.contains("holdfast restores list"),
        "the number was printed once, long ago: {told:?}"
    );
    assert_eq!(home.document(&["restores", "list"])["total"], 0, "an empty list is an answer");
    let people = home.done(&["restores", "list"]).stdout;
    assert!(people.contains("holdfast restore BACKUP"), "and says how one is made: {people}");
}

#[test]
fn a_folder_without_backups_is_refused_with_what_a_repository_is() {
    let home = Home::new();
    let folder = home.work().join("empty");
    std::fs::create_dir(&folder).unwrap();
    let told = home.run(&["catalog", "rebuild", "--repository", folder.to_str().unwrap()]);
    assert_eq!(told.status, 3, "a script must notice that it named the wrong folder: {told:?}");
    assert!(told.stderr.contains("no backups in"), "{told:?}");
    assert!(told.stderr.contains("JOB/DATABASE/TIME-RUN"), "which folder is meant: {told:?}");
}
