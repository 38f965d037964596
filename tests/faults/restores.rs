//! Restores: what they promise when all goes well, and when they are interrupted at the worst moment.

use crate::proc::signal;
use crate::programs::machines_own;
use crate::repository::below;
use crate::scene::{Scene, fresh};
use crate::server::{Server, number};
use crate::small_disk::SmallDisk;
use crate::wait::{PATIENCE, wait_until};
use holdfast_engine::archive::Manifest;
use nix::sys::signal::Signal;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;

#[test]
fn a_backup_is_restored_into_a_new_database_and_compared() {
    let scene = Scene::shared();
    let name = fresh();
    let (status, restore) = scene.restore(&name, &["--create"]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    let checks = restore["checks"].as_array().unwrap();
    assert!(
        checks.iter().any(|check| check["name"] == "rows"),
        "the rows must have been compared: {restore}"
    );
    assert!(checks.iter().all(|check| check["ok"] == true), "and be equal: {restore}");
    assert_eq!(scene.rows(&name), scene.rows(&scene.database), "the rows are there");
    assert_eq!(scene.staged(), [] as [&str; 0], "the name of the time of loading is gone");
}

#[test]
fn a_database_that_exists_is_left_alone_until_its_name_is_typed() {
    let scene = Scene::shared();
    scene.server.sql(&scene.database, "DELETE FROM part1 WHERE id > 3");
    for more in [&["--create"][..], &["--swap"], &["--clean"], &["--swap", "--confirm", "base"], &[]] {
        let (status, document) = scene.restore(&scene.database, more);
        assert_eq!(status, 3, "{more:?} must be refused: {document}");
        assert!(!document["error"]["hint"].as_str().unwrap().is_empty(), "and say what to do: {document}");
    }
    assert_eq!(scene.rows(&scene.database), ["3"], "a refusal changes nothing");
}

#[test]
fn a_swap_keeps_the_former_database_and_can_be_undone() {
    let scene = Scene::shared();
    let before = scene.rows(&scene.database);
    scene.server.sql(&scene.database, "DELETE FROM part1 WHERE id > 3");
    // Somebody is connected, as is usual in a bad hour.
    let busy = scene.server.session(&scene.database);
    let (status, restore) = scene.restore(&scene.database, &["--swap", "--confirm", &scene.database]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    drop(busy);
    assert_eq!(scene.rows(&scene.database), before, "the backup's rows are back");
    let kept = restore["kept_database"].as_str().unwrap().to_owned();
    assert_eq!(scene.rows(&kept), ["3"], "the former database is kept as it was");
    let id = restore["id"].to_string();
    scene.home.document(&["restore", "--undo", &id]);
    assert_eq!(scene.rows(&scene.database), ["3"], "undone: the former database has its name again");
    let (status, _) = scene.home.json(&["restore", "--undo", &id]);
    assert_eq!(status, 3, "it cannot be undone twice");
}

#[test]
fn into_an_existing_database_all_is_restored_or_nothing() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let before = scene.rows(&name);
    scene.server.sql(&name, "DELETE FROM part1 WHERE id > 3");
    let (status, refused) = scene.restore(&name, &["--confirm", &name]);
    assert_eq!(status, 3, "its tables exist, which is told before anything happens: {refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("public.part1"), "{refused}");
    // What no plan foresees: something else of a name that the backup needs.
    let other = fresh();
    scene.server.sql("postgres", &format!("CREATE DATABASE {other}"));
    scene.server.sql(&other, "CREATE SEQUENCE numbers; CREATE TABLE own AS SELECT 7 AS id");
    let (status, restore) = scene.restore(&other, &["--confirm", &other, "--no-safety-backup"]);
    assert_eq!((status, &restore["status"]), (1, &Value::from("failed")), "{restore}");
    assert!(!restore["failed_objects"].as_array().unwrap().is_empty(), "what stood in the way is named");
    let tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(scene.server.values(&other, tables), ["own"], "nothing was changed");
    let (status, restore) = scene.restore(&name, &["--clean", "--confirm", &name]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    assert_eq!(scene.rows(&name), before, "everything is back");
    let safety = scene.home.backups();
    let made = safety.iter().find(|backup| backup["job"].as_str().unwrap().starts_with("before restores"));
    let made = made.unwrap_or_else(|| panic!("the database as it was before is a backup now: {safety:?}"));
    assert_eq!(restore["safety_backup_id"], made["id"], "whoever wants it back must not have to look for it");
    let id = restore["id"].to_string();
    let shown = scene.home.told(&["restores", "show", &id]);
    let line = format!("Safety backup  {}", made["id"]);
    assert!(shown.contains(&line), "nor those who come later: {shown}");
}

#[test]
fn a_partitioned_table_comes_back_with_its_rows() {
    let scene = Scene::shared();
    scene.server.sql(
        &scene.database,
        "CREATE TABLE whole (id int, place text) PARTITION BY LIST (place); \
         CREATE TABLE north PARTITION OF whole FOR VALUES IN ('n'); \
         CREATE TABLE others PARTITION OF whole DEFAULT; \
         INSERT INTO whole SELECT g, CASE WHEN g % 2 = 0 THEN 'n' ELSE 's' END FROM generate_series(1, 10) g",
    );
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let name = fresh();
    let arguments =
        ["restore", &backup, "--server", "local", "--database", &name, "--create", "--table", "public.whole"];
    let restored = scene.home.document(&arguments);
    assert_eq!(
        scene.server.values(&name, "SELECT count(*) FROM whole"),
        ["10"],
        "its rows lie in its partitions"
    );
    assert!(
        restored["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["name"] == "rows" && check["ok"] == true),
        "and are compared: {restored}"
    );
}

#[test]
fn nothing_expires_before_the_new_backup_is_proven() {
    let scene = Scene::shared();
    let first: u64 = scene.backup.parse().unwrap();
    scene.home.document(&[
        "job",
        "update",
        "nightly",
        "--keep-last",
        "1",
        "--verify-after",
        "restore",
        "--assert",
        "SELECT false",
    ]);
    let (status, run) = scene.home.json(&["run", "nightly"]);
    assert_eq!(status, 1, "a backup that is not proven is no success: {run}");
    let backups = scene.home.backups();
    let good: Vec<_> = backups.iter().filter(|backup| backup["status"] == "good").collect();
    assert_eq!(good.len(), 1, "the last good backup must not go for one that is not: {backups:?}");
    assert_eq!(good[0]["id"], first, "it is the earlier one");
}

#[test]
fn chosen_tables_come_with_what_they_need_and_nothing_else() {
    let scene = Scene::shared();
    let name = fresh();
    let (status, restore) = scene.restore(&name, &["--create", "--table", "public.part2"]);
    assert_eq!(status, 0, "{restore}");
    let tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'S', 'm') AND relnamespace = 'public'::regnamespace";
    assert_eq!(scene.server.values(&name, tables), ["part2"], "one table was asked for");
    let (status, document) = scene.restore(&fresh(), &["--create", "--table", "public.part9"]);
    assert_eq!(status, 3, "a table that the backup lacks is refused: {document}");
}

/// When it is the only backup, its other tables are worth a lot.
#[test]
fn of_a_damaged_backup_the_tables_that_are_not_damaged_are_restored() {
    let scene = Scene::shared();
    let folder = PathBuf::from(scene.home.backups()[0]["path"].as_str().unwrap());
    let manifest = Manifest::read(&folder).unwrap();
    let damaged = manifest.tables.iter().find(|table| table.name == "part1").unwrap();
    std::fs::remove_file(folder.join(damaged.archive_file.as_ref().unwrap())).unwrap();

    let name = fresh();
    let (status, restore) = scene.restore(&name, &["--create", "--table", "public.part1"]);
    assert_eq!(
        (status, &restore["status"]),
        (1, &Value::from("failed")),
        "its rows are not there: {restore}"
    );
    let words = restore["error_message"].as_str().unwrap();
    assert!(words.contains("It holds the rows of public.part1."), "whose file it was is told: {words}");
    assert_eq!(scene.has(&name), 0, "no database was made");

    let (status, restore) = scene.restore(&name, &["--create", "--table", "public.part2"]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    let count = "SELECT count(*) FROM part2";
    assert_eq!(
        scene.server.values(&name, count),
        scene.server.values(&scene.database, count),
        "all its rows"
    );
    let told = restore["checks"].as_array().unwrap().iter().find(|check| check["name"] == "damage");
    assert!(told.is_some_and(|check| check["detail"].to_string().contains("public.part1")), "{restore}");

    let (status, restore) = scene.restore(&fresh(), &["--create", "--schema-only"]);
    assert_eq!(
        (status, &restore["status"]),
        (0, &Value::from("completed")),
        "definitions need no rows: {restore}"
    );
    assert_eq!(scene.home.backups()[0]["status"], "damaged", "the backup is no better for it");
}

#[test]
fn a_damaged_backup_is_refused_before_anything_is_touched() {
    let scene = Scene::shared();
    let data = below(&scene.home.repository())
        .into_iter()
        .find(|path: &PathBuf| path.to_string_lossy().ends_with(".dat.gz"))
        .unwrap();
    let whole = std::fs::read(&data).unwrap();
    std::fs::write(&data, &whole[..whole.len() / 2]).unwrap();
    let name = fresh();
    let (status, restore) = scene.restore(&name, &["--create"]);
    assert_eq!((status, &restore["status"]), (1, &Value::from("failed")), "{restore}");
    assert_eq!(scene.has(&name), 0, "no database was made");
    assert_eq!(scene.home.backups()[0]["status"], "damaged", "the backup is known to be bad now");
}

#[test]
fn what_could_not_be_restored_is_listed_object_by_object() {
    let scene = Scene::shared();
    // A role that may make databases, but no function in a language that can do anything.
    let weak = format!("weak_{}", number());
    scene.server.sql("postgres", &format!("CREATE ROLE {weak} LOGIN CREATEDB IN ROLE trusted"));
    scene.server.sql(
        &scene.database,
        "CREATE FUNCTION strong() RETURNS text LANGUAGE internal AS 'pg_current_logfile_1arg'; SELECT 1",
    );
    let backup = scene.home.backed_up()["backup_id"].to_string();
    scene.home.document(&["server", "add", "weak", "--url", &scene.server.url(&weak)]);
    let name = fresh();
    let arguments = ["restore", &backup, "--server", "weak", "--database", &name, "--create", "--no-owner"];
    let (status, restore) = scene.home.json(&arguments);
    assert_eq!((status, &restore["status"]), (1, &Value::from("partial")), "{restore}");
    let failed = restore["failed_objects"].as_array().unwrap();
    assert!(
        failed.iter().any(|object| object["object"].as_str().unwrap().contains("strong")),
        "the function must be named with what the server said: {restore}"
    );
    assert_eq!(scene.rows(&name), scene.rows(&scene.database), "everything else is there");
}

#[test]
fn a_failed_object_with_an_odd_name_is_named_in_full() {
    let scene = Scene::shared();
    let weak = format!("weak_{}", number());
    scene.server.sql("postgres", &format!("CREATE ROLE {weak} LOGIN CREATEDB IN ROLE trusted"));
    // Only a superuser may make one.
    scene.server.sql(&scene.database, "CREATE FOREIGN DATA WRAPPER \"o\"\"dd. na'me\nof mine\"");
    let backup = scene.home.backed_up()["backup_id"].to_string();
    scene.home.document(&["server", "add", "weak", "--url", &scene.server.url(&weak)]);
    let arguments =
        ["restore", &backup, "--server", "weak", "--database", &fresh(), "--create", "--no-owner"];
    let (status, restore) = scene.home.json(&arguments);
    assert_eq!((status, &restore["status"]), (1, &Value::from("partial")), "{restore}");
    let failed: Vec<&str> = restore["failed_objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["object"].as_str().unwrap())
        .collect();
    assert_eq!(
        failed,
        ["FOREIGN DATA WRAPPER \"o\"\"dd. na'me\nof mine\""],
        "a name that is cut is the name of nothing: {restore}"
    );
}

#[test]
fn a_cancelled_restore_leaves_no_database() {
    let scene = Scene::new(Server::shared(), 48);
    let name = fresh();
    let mut process = scene.loading(&name);
    signal(process.id(), Signal::SIGINT);
    let status = process.end(PATIENCE);
    assert_eq!(status.code(), Some(1), "a cancelled restore is no success: {status}");
    assert_eq!(scene.has(&name), 0, "the database must not appear");
    assert_eq!(scene.staged(), [] as [&str; 0], "nor stay under another name");
    let listed = scene.home.document(&["restores", "list"]);
    let cancelled = &listed["items"][0];
    assert_eq!(cancelled["status"], "cancelled", "{listed}");
    assert_eq!(cancelled["error_message"], "The restore was cancelled.", "a restore is no run: {listed}");
}

#[test]
fn a_database_that_somebody_makes_meanwhile_stays_theirs_and_the_restore_says_so() {
    let scene = Scene::new(Server::shared(), 48);
    let name = fresh();
    let mut process = scene.loading(&name);
    scene.server.sql("postgres", &format!("CREATE DATABASE {name}"));
    assert_eq!(process.end(PATIENCE).code(), Some(1), "it did not get its name");
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(scene.server.values(&name, tables), ["0"], "theirs is untouched");
    assert_eq!(scene.staged(), [] as [&str; 0], "nothing is left over");
    let listed = scene.home.document(&["restores", "list"]);
    let failed = &listed["items"][0];
    assert!(failed["error_message"].as_str().unwrap().contains("meanwhile"), "{listed}");
    assert!(failed["error_hint"].as_str().unwrap().contains("another name"), "what to do: {listed}");
}

#[test]
fn a_killed_restore_leaves_no_database_once_the_next_start_has_healed_it() {
    let scene = Scene::new(Server::shared(), 48);
    let name = fresh();
    let process = scene.loading(&name);
    process.kill();
    assert_eq!(scene.has(&name), 0, "half a database must not bear the name that was asked for");
    assert_eq!(scene.staged().len(), 1, "it was killed too late, or nothing is tested");
    let agent = scene.home.start(&["agent"]);
    wait_until("the unfinished database is dropped", PATIENCE, || scene.staged().is_empty());
    drop(agent);
    assert_eq!(scene.home.backups()[0]["status"], "good", "the backup is untouched");
}

#[test]
fn a_server_that_restarts_in_mid_restore_fails_it_and_keeps_no_half_database() {
    let server = Arc::new(Server::own());
    let scene = Scene::new(Arc::clone(&server), 48);
    let before = scene.rows(&scene.database);
    let name = fresh();
    let mut process = scene.loading(&name);
    server.start_again();
    let status = process.end(PATIENCE);
    assert_eq!(status.code(), Some(1), "{status}");
    assert_eq!(scene.has(&name), 0, "half a database must not bear the name that was asked for");
    assert_eq!(scene.rows(&scene.database), before, "the source is untouched");
    let (status, restore) = scene.restore(&name, &["--create"]);
    assert_eq!(status, 0, "the next one completes: {restore}");
}

#[test]
fn roles_that_lack_are_named_and_made_when_that_is_asked_for() {
    let scene = Scene::shared();
    let owner = format!("owner_{}", number());
    scene.server.sql("postgres", &format!("CREATE ROLE {owner} LOGIN CONNECTION LIMIT 7"));
    scene.server.sql(&scene.database, &format!("ALTER TABLE part1 OWNER TO {owner}"));
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let other = Server::own();
    let role = other.superuser();
    scene.home.document(&["server", "add", "other", "--url", &other.url(&role)]);
    let arguments = ["restore", &backup, "--server", "other", "--database", "again", "--create"];
    let (status, refused) = scene.home.json(&arguments);
    assert_eq!(status, 3, "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains(&owner), "the role is named: {refused}");
    let (status, restore) = scene.home.json(&[&arguments[..], &["--make-roles"]].concat());
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    let limit = format!("SELECT rolconnlimit FROM pg_roles WHERE rolname = '{owner}'");
    assert_eq!(other.values("postgres", &limit), ["7"], "the role came with its attributes");
    let owned = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'part1'";
    assert_eq!(other.values("again", owned), [owner], "and owns what it owned");
}

#[test]
fn a_drill_on_a_server_of_choice_compares_and_leaves_nothing_there() {
    let scene = Scene::shared();
    let verified = scene.home.document(&["verify", &scene.backup, "--level", "restore", "--server", "local"]);
    assert_eq!(verified["level"], "L4", "{verified}");
    let scratch = format!(
        "SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE datname LIKE 'holdfast_drill_%' \
         AND rolname = '{}'",
        scene.role
    );
    assert_eq!(scene.server.values("postgres", &scratch), [] as [&str; 0], "the scratch database is gone");
}

#[test]
fn the_measured_recovery_time_and_the_age_of_the_proven_backup_are_told_on_the_command_line() {
    let scene = Scene::shared();
    let before = scene.home.document(&["backups", "show", &scene.backup]);
    assert_eq!((&before["drill"], &before["newest_proof"]), (&Value::Null, &Value::Null), "{before}");
    let rows = scene.rows(&scene.database);
    let counted = before["tables"].as_array().unwrap().iter().find(|table| table["name"] == "part1").unwrap();
    assert_eq!(counted["rows"].to_string(), rows[0], "what was counted is no estimate: {before}");
    scene.home.document(&["verify", &scene.backup, "--level", "restore", "--server", "local"]);
    let newer = scene.home.backed_up()["backup_id"].to_string();
    let job = scene.home.document(&["job", "show", "nightly"]);
    let proof = &job["proofs"][0];
    assert!(proof["restore_ms"].as_u64().is_some_and(|taken| taken > 0), "it was measured: {job}");
    assert!(proof["age_seconds"].is_u64(), "and what would be lost is told: {job}");
    let people = scene.home.told(&["job", "show", "nightly"]);
    let proven = format!("{}: backup {}, ", scene.database, scene.backup);
    assert!(people.contains(&proven) && people.contains("old, restored in "), "{people}");
    let shown = scene.home.document(&["backups", "show", &newer]);
    assert_eq!(shown["drill"], Value::Null, "the newer one was not restored: {shown}");
    assert_eq!(shown["newest_proof"]["backup_id"].to_string(), scene.backup, "but this one was: {shown}");
    let report = |file: &str| {
        let (status, refused) = scene.home.json(&["backups", "report", &scene.backup, "--output", file]);
        assert_eq!(status, 1, "{refused}");
        let words = |part: &str| refused["error"][part].as_str().unwrap_or_default().to_owned();
        (words("message"), words("hint"))
    };
    scene.home.document(&["backups", "report", &scene.backup, "--output", "drill.html"]);
    let (message, hint) = report("drill.html");
    assert!(message.contains("exists already") && hint.contains("another file"), "{message} {hint}");
    let (message, hint) = report("nowhere/drill.html");
    assert!(message.contains("folder does not exist") && !hint.is_empty(), "{message} {hint}");
    let people = scene.home.told(&["backups", "show", &scene.backup]);
    assert!(people.contains("Restores in"), "whoever looks at it wants to know: {people}");
    assert!(!people.contains("about"), "no estimate where there is a count: {people}");
}

#[test]
fn a_full_disk_of_the_server_fails_the_restore_and_leaves_the_target_as_it_was() {
    let scene = Scene::new(Server::shared(), 192);
    let before = scene.rows(&scene.database);
    let disk = SmallDisk::of_kib(250 * 1024);
    let small = Server::within(machines_own(), disk.path());
    small.sql("postgres", "CREATE DATABASE present");
    scene.home.document(&["server", "add", "small", "--url", &small.url(&small.superuser())]);
    let restore = |more: &[&str]| {
        let mut all = vec!["restore", &scene.backup, "--server", "small", "--database"];
        all.extend(more);
        scene.home.json(&all)
    };
    let (status, refused) = restore(&["moved", "--create", "--make-roles"]);
    assert_eq!(status, 3, "a server of this machine can be asked for its space: {refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("free"), "{refused}");
    // Room that goes while the rows come.
    disk.resize(1024 * 1024);
    let mut process = scene.home.start(&[
        "restore",
        &scene.backup,
        "--server",
        "small",
        "--database",
        "moved",
        "--create",
        "--make-roles",
    ]);
    let loads = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY %' AND state = 'active'";
    wait_until("rows are being loaded", PATIENCE, || !small.values("postgres", loads).is_empty());
    disk.leave_no_room();
    // A server without room for its log stops; the command waits a while for it to come back.
    let status = process.end(2 * PATIENCE);
    assert_eq!(status.code(), Some(1), "a restore that lacks rows is no success: {status}");
    disk.resize(1024 * 1024);
    small.start_again();
    let names = "SELECT datname FROM pg_database WHERE datname NOT LIKE 'template%' ORDER BY 1";
    assert_eq!(scene.rows(&scene.database), before, "the source is untouched");
    let left = small.values("postgres", names);
    assert!(
        !left.contains(&"moved".to_owned()),
        "no half database bears the name that was asked for: {left:?}"
    );
    assert!(left.contains(&"present".to_owned()), "what was there is there: {left:?}");
}

#[test]
fn a_name_that_fits_two_tables_is_refused_and_quotes_say_which_is_meant() {
    let scene = Scene::shared();
    scene.server.sql(
        &scene.database,
        "CREATE SCHEMA \"a.b\"; CREATE SCHEMA a; CREATE TABLE \"a.b\".c AS SELECT 1 AS one; \
         CREATE TABLE a.\"b.c\" AS SELECT 2 AS two; CREATE MATERIALIZED VIEW a.sums AS SELECT 3 AS three",
    );
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let name = fresh();
    let restore = |table: &str| {
        let words =
            ["restore", &backup, "--server", "local", "--database", &name, "--create", "--table", table];
        scene.home.json(&words)
    };
    for (status, refused) in [
        restore("a.b.c"),
        scene.home.json(&["backups", "table", &backup, "a.b.c"]),
        scene.home.json(&["backups", "find", "a.b.c"]),
    ] {
        let message = refused["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(status, 3, "one of them would be the wrong one: {refused}");
        assert!(message.contains("\"a.b\".c") && message.contains("a.\"b.c\""), "both are named: {refused}");
    }
    let shown = scene.home.document(&["backups", "table", &backup, "a.\"b.c\""]);
    assert_eq!(shown["columns"][0], "two", "quotes decide: {shown}");
    let listed = scene.home.told(&["backups", "contents", &backup]);
    assert!(listed.contains("a.\"b.c\""), "a list shows names as the other commands take them: {listed}");
    let found = scene.home.document(&["backups", "find", "\"a.b\".c"]);
    assert_eq!(
        (&found["total"], &found["items"][0]["name"]),
        (&Value::from(1), &Value::from("c")),
        "{found}"
    );
    let (status, restored) = restore("\"a.b\".c");
    assert_eq!(status, 0, "{restored}");
    assert_eq!(scene.server.values(&name, "SELECT one FROM \"a.b\".c"), ["1"], "the one that was meant");

    let again = fresh();
    let words =
        ["restore", &backup, "--server", "local", "--database", &again, "--create", "--table", "a.sums"];
    let (status, refused) = scene.home.json(&words);
    assert_eq!(status, 3, "{refused}");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("a.sums is a materialized view"), "the backup does hold it: {refused}");
    let (status, refused) = scene.home.json(&["backups", "table", &backup, "a.sums"]);
    assert_eq!(status, 3, "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("a materialized view"), "{refused}");
    let told = scene.home.json(&["backups", "table", &backup, "public.nosuch"]).1;
    let hint = format!("holdfast backups contents {backup}");
    assert!(told["error"]["hint"].as_str().unwrap().contains(&hint), "it says how to list them: {told}");
}
