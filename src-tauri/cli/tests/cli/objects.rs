//! Servers, jobs and runs: what is added is shown, changed and removed.

use crate::support::Home;
use serde_json::json;

#[test]
fn a_server_is_added_shown_changed_and_removed() {
    let home = Home::new();
    let url = "postgresql://app@db.example:5433/shop?sslmode=verify-full";
    let added = home.document(&["server", "add", "prod", "--url", url]);
    let connection = &added["connection"];
    assert_eq!((&connection["host"], &connection["port"]), (&json!("db.example"), &json!(5433)), "{added}");
    assert_eq!(connection["sslmode"], "verify-full", "protection must not be lost on the way in");
    assert_eq!(home.document(&["server", "show", "prod"]), added, "show tells what add stored");
    let shown = home.done(&["server", "show", "prod"]).stdout;
    assert!(shown.contains("db.example:5433"), "people see the URL: {shown}");

    let (status, twice) = home.json(&["server", "add", "prod", "--url", url]);
    assert_ne!(status, 0, "a name stands for one server: {twice}");
    home.done(&["server", "update", "prod", "--name", "main"]);
    let renamed = home.document(&["server", "show", "main"]);
    assert_eq!(renamed["connection"], added["connection"], "what is not named stays as it is");
    home.done(&["server", "update", "main", "--url", "postgresql://other@db2/shop"]);
    assert_eq!(home.document(&["server", "show", "main"])["connection"]["host"], "db2", "the URL replaces");
    assert_eq!(home.document(&["server", "list"])["total"], 1, "one server, however often changed");
    assert_eq!(home.document(&["server", "remove", "main"])["deleted"], "main", "the answer names what went");
    assert_eq!(home.document(&["server", "list"])["total"], 0, "removed is removed");
}

#[test]
fn a_server_that_a_job_uses_is_not_removed() {
    let home = Home::new().with_unreachable_job();
    let (status, document) = home.json(&["server", "remove", "ghost"]);
    assert_eq!(status, 3, "a job without its server could not run: {document}");
    assert!(document.to_string().contains("nightly"), "the job must be named: {document}");
    home.done(&["job", "remove", "nightly"]);
    home.done(&["server", "remove", "ghost"]);
}

#[test]
fn a_job_takes_every_flag_and_an_update_changes_only_what_it_names() {
    let home = Home::new();
    home.done(&["server", "add", "s", "--url", "postgresql://u@127.0.0.1:1/db"]);
    let add = "job add full --server s --database app --database -odd --cron @hourly --timezone Europe/London \
               --repository vault --engine pg_dump --compression gzip:9 --parallelism 3 --keep-last 5 \
               --keep-weekly 4 --max-size-mb 100 --missed each --retries 4 --disabled";
    let add: Vec<&str> =
        add.replace("--database -odd", "--database=-odd").leak().split_whitespace().collect();
    home.done(&add);
    let job = home.document(&["job", "show", "full"]);
    assert_eq!(job["databases"], json!({ "kind": "named", "names": ["app", "-odd"] }), "both databases");
    assert_eq!(job["schedule"], json!({ "expression": "@hourly", "timezone": "Europe/London" }), "schedule");
    let repository = home.work().canonicalize().unwrap().join("vault");
    assert_eq!(job["repository"], json!(repository), "the agent runs elsewhere, so the path is absolute");
    assert_eq!((&job["engine"], &job["enabled"]), (&json!("pg_dump"), &json!(false)), "{job}");
    assert_eq!(job["compression"], json!({ "codec": "gzip", "level": 9 }), "{job}");
    let kept = &job["retention"];
    assert_eq!((&kept["keep_last"], &kept["keep_weekly"]), (&json!(5), &json!(4)), "{job}");
    assert_eq!(kept["keep_days"], json!(null), "rules that are given replace the default rule");
    assert_eq!((&job["missed"], &job["retries"]), (&json!("each"), &json!(4)), "{job}");
    assert_eq!((&job["parallelism"], &job["max_size_mb"]), (&json!(3), &json!(100)), "{job}");

    home.done(&["job", "enable", "full"]);
    home.done(&["job", "update", "full", "--keep-last", "0", "--all-databases", "--cron", "0 3 * * *"]);
    let changed = home.document(&["job", "show", "full"]);
    assert_eq!(changed["retention"]["keep_last"], json!(null), "0 takes a rule away");
    assert_eq!(changed["retention"]["keep_weekly"], 4, "the other rule stays");
    assert_eq!(changed["databases"], json!({ "kind": "all" }), "all databases replace the named ones");
    assert_eq!(changed["schedule"]["timezone"], "Europe/London", "a new expression keeps its zone");
    assert_eq!(changed["enabled"], true, "an update does not switch the schedule");
    assert_eq!(changed["next_runs"].as_array().unwrap().len(), 5, "people see when it runs");
    home.done(&["job", "disable", "full"]);
    assert_eq!(home.document(&["job", "show", "full"])["enabled"], false, "disabled");
}

#[test]
fn a_job_with_a_bad_schedule_is_not_added() {
    let home = Home::new();
    home.done(&["server", "add", "s", "--url", "postgresql://u@127.0.0.1:1/db"]);
    let add = ["job", "add", "j", "--server", "s", "--database", "a", "--cron", "61 * * * *"];
    let (status, document) = home.json(&add);
    assert_eq!(status, 2, "the value of --cron is wrong: {document}");
    assert_eq!(home.document(&["job", "list"])["total"], 0, "nothing half made is left");
}

#[test]
fn a_failing_server_gives_a_failed_run_with_its_reason() {
    let home = Home::new().with_unreachable_job();
    let told = home.run(&["run", "nightly"]);
    assert_eq!(told.status, 1, "a run that did not complete fails: {told:?}");
    assert!(told.stderr.contains("error: "), "the reason is told: {told:?}");
    assert!(told.stderr.contains("\nhint: "), "and what to do: {told:?}");
    let (status, run) = home.json(&["run", "nightly"]);
    assert_eq!((status, &run["status"]), (1, &json!("failed")), "{run}");
    assert_eq!((&run["job"], &run["trigger_type"]), (&json!("nightly"), &json!("manual")), "{run}");
    for field in ["id", "backup_id", "started_at", "completed_at", "backup_size_bytes", "backup_filepath"] {
        assert!(run.get(field).is_some(), "the contract names {field}: {run}");
    }
    assert!(run["error_message"].is_string(), "the reason is in the document: {run}");
    assert!(run["triggered_by_user_id"].as_i64().unwrap() > 1, "a person ran it, not the system: {run}");

    let id = run["id"].to_string();
    let details = home.done(&["runs", "show", &id]).stdout;
    assert!(details.contains("Error") && details.contains("preflight"), "error and steps: {details}");
    let log = home.document(&["runs", "log", &id]);
    assert!(!log["lines"].as_array().unwrap().is_empty(), "the log tells the story: {log}");
    assert_eq!(home.document(&["runs", "log", &id, "--follow"]), log, "an ended run's log ends");
    let (status, again) = home.json(&["runs", "cancel", &id]);
    assert_eq!(status, 3, "there is nothing to cancel: {again}");
}

#[test]
fn the_history_is_filtered_paged_and_exported() {
    let home = Home::new().with_unreachable_job();
    for _ in 0..3 {
        home.run(&["run", "nightly"]);
    }
    let total = |filter: &[&str]| {
        let mut list = vec!["runs", "list"];
        list.extend(filter);
        home.document(&list)["total"].as_u64().unwrap()
    };
    assert_eq!(total(&["--job", "nightly", "--status", "failed", "--trigger", "manual"]), 3, "all of them");
    assert_eq!(total(&["--status", "completed,cancelled"]), 0, "none of these");
    assert_eq!(total(&["--since", "2099-01-01"]), 0, "a date in the future");
    assert_eq!(total(&["--until", "2000-01-01T00:00:00Z"]), 0, "a moment long ago");
    assert_eq!(total(&["--search", "NIGHT"]), 3, "text in the job's name, whatever its case");
    let page = home.document(&["runs", "list", "--page", "2", "--limit", "2"]);
    assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (1, &json!(3)), "{page}");

    let csv = home.done(&["runs", "export", "--format", "csv"]).stdout;
    assert!(csv.starts_with("id,job,"), "CSV begins with its header: {csv}");
    assert_eq!(csv.lines().count(), 4, "a header and three runs: {csv}");
    let exported = home.document(&["runs", "export", "--format", "json", "--status", "failed"]);
    assert_eq!(exported.as_array().map(Vec::len), Some(3), "an array of runs: {exported}");
    let (status, _) = home.json(&["runs", "export", "--format", "csv"]);
    assert_eq!(status, 2, "CSV is no JSON document, so stdout cannot take it");
    let written = home.document(&["runs", "export", "--format", "csv", "--output", "runs.csv"]);
    assert_eq!(written["rows"], 3, "the answer counts the rows: {written}");
    assert_eq!(std::fs::read_to_string(home.work().join("runs.csv")).unwrap(), csv, "the same to a file");
}

#[test]
fn a_job_whose_name_is_a_formula_is_none_in_a_spreadsheet() {
    let home = Home::new();
    home.done(&["server", "add", "s", "--url", "postgresql://u@127.0.0.1:1/db"]);
    home.done(&["job", "add", "=1+1", "--server", "s", "--database", "a", "--cron", "@daily"]);
    home.run(&["run", "=1+1"]);
    let csv = home.done(&["runs", "export", "--format", "csv"]).stdout;
    assert!(csv.contains("'=1+1"), "an export must not run code in its reader: {csv}");
    assert!(!csv.contains(",=1+1"), "no cell may begin with a formula: {csv}");
}

#[test]
fn the_scheduler_is_stopped_and_started_for_all_processes() {
    let home = Home::new().with_unreachable_job();
    assert_eq!(home.document(&["scheduler", "stop"])["state"], "stopped", "stopped by an operator");
    assert_eq!(home.document(&["scheduler", "status"])["state"], "stopped", "and remembered");
    assert_eq!(
        home.document(&["scheduler", "start"])["state"],
        "idle",
        "started, with nobody to carry it out"
    );
    let status = home.document(&["scheduler", "restart"]);
    assert_eq!((&status["enabled_jobs"], &status["next"]["job"]), (&json!(1), &json!("nightly")), "{status}");
}

#[test]
fn how_a_job_proves_its_backups_is_given_shown_and_taken_away() {
    let home = Home::new();
    home.done(&["server", "add", "s", "--url", "postgresql://u@127.0.0.1:1/db"]);
    let base = ["job", "add", "proven", "--server", "s", "--database", "app", "--timezone", "Europe/London"];
    let proof = ["--ledger", "checksums", "--verify-after", "restore", "--drill-cron", "0 4 * * 0"];
    let asserted = ["--assert", "SELECT count(*) > 0 FROM orders", "--assert", "SELECT true"];
    home.done(&[&base[..], &proof, &asserted].concat());
    let verification = |home: &Home| home.document(&["job", "show", "proven"])["verification"].clone();
    assert_eq!(
        verification(&home),
        json!({
            "ledger": "checksums",
            "after_run": "restore",
            "drill": { "expression": "0 4 * * 0", "timezone": "Europe/London" },
            "drill_server": null,
            "assertions": ["SELECT count(*) > 0 FROM orders", "SELECT true"],
        }),
        "each flag counts"
    );
    let shown = home.done(&["job", "show", "proven"]).stdout;
    for words in ["summed", "restore after each run", "0 4 * * 0 (Europe/London)", "FROM orders"] {
        assert!(shown.contains(words), "people see {words:?}: {shown}");
    }
    home.done(&["job", "update", "proven", "--retries", "3", "--timezone", "UTC"]);
    let kept = verification(&home);
    assert_eq!((&kept["ledger"], &kept["after_run"]), (&json!("checksums"), &json!("restore")), "{kept}");
    assert_eq!(kept["drill"]["timezone"], "UTC", "a job has one zone: {kept}");
    home.done(&["job", "update", "proven", "--verify-after", "none", "--drill-cron", "none", "--assert", ""]);
    let less = verification(&home);
    assert_eq!((&less["after_run"], &less["drill"]), (&json!(null), &json!(null)), "taken away: {less}");
    assert_eq!((&less["assertions"], &less["ledger"]), (&json!([]), &json!("checksums")), "{less}");
    home.done(&["job", "update", "proven", "--drill-server", "s"]);
    assert_eq!(verification(&home)["drill_server"], 1, "drills restore where the operator says");
    home.done(&["job", "update", "proven", "--drill-server", "none"]);
    assert_eq!(verification(&home)["drill_server"], json!(null), "or on this machine again");
    let (status, refused) = home.json(&["job", "update", "proven", "--drill-cron", "0 0 30 2 *"]);
    assert_eq!(status, 2, "a drill that never comes proves nothing: {refused}");
}
