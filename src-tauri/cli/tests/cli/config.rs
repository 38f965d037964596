//! `config`: values with where they come from.

use crate::support::{Home, ended};
use serde_json::Value;

fn source(document: &Value) -> (&str, &str) {
    (document["value"].as_str().unwrap(), document["source"].as_str().unwrap())
}

#[test]
fn each_setting_tells_where_its_value_comes_from() {
    let home = Home::new();
    std::fs::write(home.work().join(".env"), "BACKUP_MAX_SIZE_MB=512\nBACKUP_RETENTION_DAYS=3\n").unwrap();
    let mut first = home.command(&["--json", "config", "get", "retention_days"]);
    let first = ended(first.env("BACKUP_RETENTION_DAYS", "14").output().unwrap());
    let document: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(source(&document), ("14", "environment"), "the environment counts more than .env");
    assert_eq!(document["variable"], "BACKUP_RETENTION_DAYS", "the reader must know which variable it was");
    let get = |key: &str| home.document(&["config", "get", key]);
    assert_eq!(source(&get("max_size_mb")), ("512", "dot_env"), ".env gives defaults");
    assert_eq!(source(&get("auto_cleanup")), ("true", "default"), "what nobody set is built in");
    home.done(&["config", "set", "max_size_mb", "64"]);
    assert_eq!(source(&get("max_size_mb")), ("64", "operator"), "an operator counts more than .env");
    let mut later = home.command(&["--json", "config", "get", "retention_days"]);
    let later = ended(later.env("BACKUP_RETENTION_DAYS", "1").output().unwrap());
    let document: Value = serde_json::from_str(&later.stdout).unwrap();
    assert_eq!(source(&document), ("14", "environment"), "only the first start looks around");

    let all = home.document(&["config", "get"]);
    let variables: Vec<&str> =
        all["items"].as_array().unwrap().iter().filter_map(|item| item["variable"].as_str()).collect();
    for variable in [
        "BACKUP_SCHEDULE",
        "BACKUP_ENABLED",
        "BACKUP_RETENTION_DAYS",
        "BACKUP_SYSTEM_USER_ID",
        "BACKUP_MAX_SIZE_MB",
        "BACKUP_AUTO_CLEANUP",
        "BACKUP_STORAGE_PATH",
    ] {
        assert!(variables.contains(&variable), "{variable} is documented: {variables:?}");
    }
    assert_eq!(all["total"], all["items"].as_array().unwrap().len(), "a list counts its rows");
}

#[test]
fn a_value_of_the_wrong_kind_is_wrong_usage_and_changes_nothing() {
    let home = Home::new();
    for (key, value) in [("max_size_mb", "lots"), ("auto_cleanup", "perhaps"), ("schedule", "61 * * * *")] {
        let (status, document) = home.json(&["config", "set", key, value]);
        assert_eq!(status, 2, "{key} cannot be {value:?}: {document}");
        assert_eq!(document["error"]["code"], "invalid_input", "{key}: a script branches on the code");
        assert_eq!(home.document(&["config", "get", key])["source"], "default", "{key} must be as before");
    }
}

#[test]
fn what_surrounds_a_command_can_neither_hang_nor_break_it() {
    let home = Home::new();
    std::fs::create_dir(home.work().join(".env")).unwrap();
    let mut command = home.command(&["--json", "config", "get", "max_size_mb"]);
    #[cfg(unix)]
    command.env("SOMEBODY", <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff\xfe"));
    let answer = ended(command.output().unwrap());
    assert_eq!(answer.status, 0, "neither is Holdfast's: {}", answer.stderr);
}

#[test]
fn a_job_without_a_schedule_takes_the_configured_one() {
    let home = Home::new();
    home.done(&["config", "set", "schedule", "30 4 * * *"]);
    let home = home.with_unreachable_job();
    let job = home.document(&["job", "add", "other", "--server", "ghost", "--database", "app"]);
    assert_eq!(job["schedule"]["expression"], "30 4 * * *", "BACKUP_SCHEDULE is meant for such jobs: {job}");
}

#[test]
fn the_configured_days_are_those_of_new_jobs() {
    let home = Home::new();
    home.done(&["config", "set", "retention_days", "7"]);
    let home = home.with_unreachable_job();
    let job = home.document(&["job", "show", "nightly"]);
    assert_eq!(job["retention"]["keep_days"], 7, "BACKUP_RETENTION_DAYS is meant for jobs that name nothing");
}
