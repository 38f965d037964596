//! The main flow on a real PostgreSQL.

use crate::agent::Running;
use crate::support::{Home, files_below};
use holdfast_engine::platform::modes;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::to_url;
use holdfast_engine::postgres::tools::{self, Toolset};
use holdfast_types::Connection;
use serde_json::{Value, json};
use std::process::Command;

/// A cluster with a database, and a data directory with a server and a job for it.
struct Place {
    home: Home,
    cluster: Cluster,
    tools: Toolset,
    _folder: tempfile::TempDir,
}

async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    modes::let_others_pass(folder.path()).unwrap();
    let tools = tools::discover().await;
    let tools = tools.into_iter().find(|tools| tools.initdb.is_some() && tools.major >= 15);
    let tools = tools.expect("install PostgreSQL's server programs (Debian: postgresql)");
    let data = folder.path().join("pg");
    let made = Cluster::create(&tools, &data, ClusterUser::suited(), Durability::Throwaway);
    let mut cluster = made.await.unwrap();
    cluster.start(Lifetime::WithProcess).await.unwrap();
    let session = cluster.connect("postgres").await.unwrap();
    session.execute("CREATE DATABASE shop").await.unwrap();
    let fill =
        "CREATE TABLE item AS SELECT g AS id, repeat('x', 100) AS name FROM generate_series(1, 5000) g;
                CREATE TABLE \"odd name\" (id int)";
    cluster.connect("shop").await.unwrap().execute(fill).await.unwrap();
    let home = Home::new();
    home.done(&["server", "add", "local", "--url", &to_url(&cluster.connection())]);
    let job = ["job", "add", "nightly", "--server", "local", "--database", "shop", "--cron", "0 2 * * *"];
    home.done(&job);
    Place { home, cluster, tools, _folder: folder }
}

impl Place {
    /// What stock pg_restore lists of a backup.
    fn listing(&self, backup: &Value) -> String {
        let archive = std::path::Path::new(backup["path"].as_str().unwrap()).join("archive");
        let listed = Command::new(self.tools.pg_restore.as_ref().unwrap())
            .arg("--list")
            .arg(archive)
            .output()
            .unwrap();
        assert!(listed.status.success(), "stock pg_restore must read the archive: {listed:?}");
        String::from_utf8(listed.stdout).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_tested_backed_up_listed_and_kept() {
    let mut place = place().await;
    let home = &place.home;
    let test = home.document(&["server", "test", "local"]);
    assert_eq!(test["ok"], true, "a backup could be made: {test}");
    for field in ["server_version", "client_tool", "client_version"] {
        assert!(test[field].is_string(), "the contract names {field}: {test}");
    }
    assert_eq!(test["problems"], json!([]), "nothing stands in the way");
    let elsewhere = Connection { database: Some("nowhere".into()), ..place.cluster.connection() };
    home.done(&["server", "add", "elsewhere", "--url", &to_url(&elsewhere)]);
    let (_, gone) = home.json(&["server", "test", "elsewhere"]);
    let problem = &gone["problems"][0];
    assert!(problem["message"].as_str().unwrap().contains("nowhere"), "{gone}");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("connection") && !hint.contains("job"), "no job is at fault: {gone}");

    let run = home.document(&["run", "nightly"]);
    assert_eq!((&run["status"], &run["job"]), (&json!("completed"), &json!("nightly")), "{run}");
    assert!(run["backup_size_bytes"].as_u64().unwrap() > 0, "a backup has a size: {run}");
    assert_eq!(run["error_message"], json!(null), "a completed run has no error: {run}");

    let backups = home.document(&["backups", "list", "--job", "nightly", "--database", "shop"]);
    assert_eq!(backups["total"], 1, "one run, one backup: {backups}");
    let backup = &backups["items"][0];
    assert_eq!((&backup["id"], &backup["path"]), (&run["backup_id"], &run["backup_filepath"]), "{backup}");
    assert_eq!((&backup["trust"], &backup["status"]), (&json!("L2"), &json!("good")), "{backup}");
    assert_eq!((&backup["server"], &backup["pinned"]), (&json!("local"), &json!(false)), "{backup}");
    let reasons = backup["keep_reasons"].as_array().unwrap();
    assert!(reasons.contains(&json!("newest_good")), "the newest good one is never deleted: {backup}");
    assert!(backup.get("expires_at").is_some() && backup["size_bytes"].is_u64(), "{backup}");
    let listing = place.listing(backup);
    assert!(listing.contains("TABLE DATA public item"), "the data is in the archive: {listing}");

    let id = backup["id"].to_string();
    let shown = home.done(&["backups", "show", &id]).stdout;
    assert!(shown.contains("public.odd name") && shown.contains("pg_restore"), "{shown}");
    assert_eq!(home.document(&["backups", "pin", &id])["pinned"], true, "pinned");
    let (status, refused) = home.json(&["backups", "delete", &id]);
    assert_eq!(status, 3, "a pinned backup is not deleted: {refused}");
    home.done(&["backups", "unpin", &id]);
    let (status, refused) = home.json(&["backups", "delete", &id]);
    assert_eq!(status, 3, "nor is the only good one: {refused}");

    let details = home.document(&["runs", "show", &run["id"].to_string()]);
    let steps = details["steps"].to_string();
    for step in ["preflight", "dump", "check", "publish"] {
        assert!(steps.contains(step), "the timeline has {step}: {steps}");
    }
    let log = home.done(&["runs", "log", &run["id"].to_string()]).stdout;
    assert!(!log.is_empty(), "the log tells what was done");
    place.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_is_planned_before_it_is_applied() {
    let mut place = place().await;
    let home = &place.home;
    home.done(&["job", "update", "nightly", "--keep-days", "0", "--keep-last", "1"]);
    home.done(&["config", "set", "auto_cleanup", "false"]);
    home.done(&["run", "nightly"]);
    home.done(&["run", "nightly"]);
    let plan = home.document(&["retention", "plan", "nightly"]);
    assert_eq!(
        (&plan["total"], &plan["expire_count"]),
        (&json!(2), &json!(1)),
        "the older one expires: {plan}"
    );
    assert_eq!(home.document(&["backups", "list"])["total"], 2, "a plan deletes nothing");
    let older = plan["items"][1]["backup_id"].clone();
    let outcome = home.document(&["retention", "apply", "nightly"]);
    assert_eq!(outcome["deleted"], json!([older]), "exactly what the plan said: {outcome}");
    let left = home.document(&["backups", "list"]);
    assert_eq!(left["total"], 1, "the newest stays: {left}");
    assert!(place.listing(&left["items"][0]).contains("TABLE DATA"), "and is whole");
    place.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn several_databases_are_one_run_that_says_which_failed() {
    let mut place = place().await;
    let home = &place.home;
    home.done(&["job", "update", "nightly", "--database", "shop", "postgres"]);
    let run = home.document(&["run", "nightly"]);
    assert_eq!(run["backups"].as_array().map(Vec::len), Some(2), "a backup of each database: {run}");
    home.done(&["job", "update", "nightly", "--database", "shop", "nowhere"]);
    let (status, run) = home.json(&["run", "nightly"]);
    assert_eq!((status, &run["status"]), (1, &json!("failed")), "one database failed: {run}");
    assert!(run["error_message"].as_str().unwrap().contains("nowhere"), "which one is told: {run}");
    let made = home.document(&["backups", "list", "--database", "shop"]);
    assert_eq!(made["total"], 2, "the other one was backed up all the same: {made}");
    place.cluster.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_cancels_a_run_and_leaves_nothing_half_made() {
    let mut place = place().await;
    let session = place.cluster.connect("shop").await.unwrap();
    session.execute("BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let run = Running::start(place.home.command(&["--json", "run", "nightly"]));
    run.says("preflight");
    let (status, skipped) = place.home.json(&["run", "nightly"]);
    assert_eq!((status, &skipped["status"]), (3, &json!("skipped")), "two runs never overlap: {skipped}");
    run.signal("INT");
    let (status, document) = run.end();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!((status, &document["status"]), (Some(1), &json!("cancelled")), "{document}");
    let id = document["id"].to_string();
    assert_eq!(place.home.document(&["runs", "show", &id])["status"], "cancelled", "and recorded so");
    assert_eq!(place.home.document(&["backups", "list"])["total"], 0, "nothing partial is listed");
    let backups = place.home.path().join("backups");
    let left = if backups.exists() { files_below(&backups) } else { Vec::new() };
    assert!(left.iter().all(|file| !file.to_string_lossy().contains(".dat")), "no partial archive: {left:?}");
    drop(session);
    place.cluster.stop().await.unwrap();
}

#[test]
fn the_demo_shows_a_backup_that_stock_pg_restore_lists_and_goes_again() {
    let home = Home::new();
    let shown = home.document(&["demo"]);
    assert_eq!(shown["run"]["status"], "completed", "the demo makes one backup: {shown}");
    assert!(shown["tables_listed"].as_u64().unwrap() > 0, "stock pg_restore lists its tables: {shown}");
    assert_eq!(shown["afterwards"], "removed", "without --keep nothing stays: {shown}");
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
    assert!(left.is_empty(), "the data directory is as it was before: {left:?}");
    assert_eq!(home.document(&["server", "list"])["total"], 0, "and so are its servers");
}

#[cfg(unix)]
#[test]
fn what_a_killed_demo_leaves_goes_with_the_next() {
    let home = Home::new();
    let mut killed = home.command(&["demo"]).stderr(std::process::Stdio::null()).spawn().unwrap();
    let folder = home.path().join(format!("demo-{}", killed.id()));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
    // As root the cluster lies elsewhere, where this file says.
    let cluster = loop {
        let elsewhere = std::fs::read_to_string(folder.join("demo.path")).map(std::path::PathBuf::from);
        let place = elsewhere.unwrap_or_else(|_| folder.join("demo"));
        if place.join("data/PG_VERSION").exists() {
            break place;
        }
        assert!(std::time::Instant::now() < deadline, "the demo makes its cluster");
        std::thread::yield_now();
    };
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(folder.exists(), "the killed one must leave something, or nothing is tested");
    home.document(&["demo"]);
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
    assert!(left.is_empty(), "each killed demo would take 100 MB for ever: {left:?}");
    assert!(!cluster.exists(), "its cluster goes with it: {}", cluster.display());
}
