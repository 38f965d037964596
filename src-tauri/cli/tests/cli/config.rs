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

#[test]
fn what_the_first_start_cannot_use_is_told_then_and_with_the_settings() {
    let home = Home::new();
    let lines = "BACKUP_SCHEDULE=bogus\nBACKUP_RETENTION_DAYS=-4\nBACKUP_SYSTEM_USER_ID=abc\nBACKUP_STORAGE_PATH=~/bk\n";
    std::fs::write(home.work().join(".env"), lines).unwrap();
    let names = ["BACKUP_SCHEDULE", "BACKUP_RETENTION_DAYS", "BACKUP_SYSTEM_USER_ID"];
    let first = home.done(&["job", "list"]);
    let later = home.done(&["config", "get"]);
    for name in names {
        assert!(first.stderr.contains(name), "{name}: the default in its place must not surprise: {first:?}");
        assert!(later.stderr.contains(name), "{name}: whoever looks for the reason finds it: {later:?}");
    }
    let storage = home.document(&["config", "get", "storage_path"]);
    assert_eq!(storage["value"], home.work().join("bk").to_str().unwrap(), "~ is the home folder: {storage}");
    let schedule = home.document(&["config", "get", "schedule"]);
    assert!(
        schedule["description"].to_string().contains("BACKUP_SCHEDULE"),
        "the window shows it: {schedule}"
    );
    home.done(&["config", "set", "schedule", "0 3 * * *"]);
    let settled = home.done(&["config", "get"]);
    assert!(!settled.stderr.contains("BACKUP_SCHEDULE"), "what was set since is settled: {settled:?}");
}

#[test]
fn scheduled_runs_cannot_name_an_operator_that_nobody_is() {
    let home = Home::new();
    let (status, document) = home.json(&["config", "set", "system_user_id", "999999"]);
    assert_eq!(status, 2, "runs would silently say system: {document}");
    home.done(&["config", "set", "system_user_id", "1"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_repository_that_can_never_be_is_refused_and_one_that_cannot_be_now_is_told() {
    let home = Home::new().with_unreachable_job();
    let file = home.work().join("file");
    std::fs::write(&file, "").unwrap();
    for path in ["/proc/nothing", file.to_str().unwrap()] {
        let set = home.run(&["config", "set", "storage_path", path]);
        assert_eq!(set.status, 1, "only a run in the night would tell: {set:?}");
        let job = home.run(&["job", "update", "nightly", "--repository", path]);
        assert_eq!(job.status, 1, "a job's own repository, too: {job:?}");
    }
    assert_eq!(home.document(&["config", "get", "storage_path"])["source"], "default", "nothing was changed");
    let later = home.work().join("mnt/disk");
    let told = home.done(&["config", "set", "storage_path", later.to_str().unwrap()]);
    assert!(
        !later.exists() && told.stderr.is_empty(),
        "a disk that is mounted later is nothing to tell: {told:?}"
    );
    // Where nobody may make a folder, and not even root can.
    let told = home.done(&["job", "update", "nightly", "--repository", "/sys/kernel/holdfast"]);
    assert!(told.stderr.contains("note: "), "rights and mounts may change, so it is told only: {told:?}");
}
