//! Restores into a database that exists: what arrives is compared with what the server held.

use crate::proc::Running;
use crate::scene::Scene;
use crate::server::{execute, number, runtime};
use crate::wait::{PATIENCE, wait_until};
use holdfast_types::{GetOverview, ListRestores, RestoreStatus};
use serde_json::Value;
use std::process::Stdio;

/// The check of that name.
#[track_caller]
fn check<'a>(restore: &'a Value, name: &str) -> &'a Value {
    let found = restore["checks"].as_array().unwrap().iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("{name} must have been compared: {restore}"))
}

#[track_caller]
fn detail<'a>(restore: &'a Value, name: &str) -> &'a str {
    check(restore, name)["detail"].as_str().unwrap()
}

#[track_caller]
fn assert_equal(status: i32, restore: &Value) {
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    let checks = restore["checks"].as_array().unwrap();
    assert!(!checks.is_empty(), "nothing was compared: {restore}");
    assert!(checks.iter().all(|check| check["ok"] == true), "no difference may be made up: {restore}");
}

#[test]
fn a_whole_restore_in_place_is_compared_like_a_new_database() {
    let scene = Scene::with_checksums();
    let name = scene.database.clone();
    scene.server.sql(&name, "DELETE FROM part1 WHERE id > 3; CREATE TABLE own AS SELECT 7 AS id");
    let (status, restore) = scene.restore(&name, &["--clean", "--confirm", &name]);
    assert_equal(status, &restore);
    assert!(
        detail(&restore, "rows").contains("4 tables"),
        "the tables of its own are not the backup's: {restore}"
    );
    assert!(
        detail(&restore, "contents").contains("4 tables"),
        "checksums are compared where they are: {restore}"
    );
}

#[test]
fn chosen_tables_in_place_are_compared_and_no_others() {
    let scene = Scene::with_checksums();
    let name = scene.database.clone();
    scene.server.sql(&name, "DROP TABLE part2; DELETE FROM part3");
    let (status, restore) =
        scene.restore(&name, &["--table", "public.part2", "--confirm", &name, "--no-safety-backup"]);
    assert_equal(status, &restore);
    assert!(detail(&restore, "rows").contains("1 table"), "part3 was not asked for: {restore}");
}

#[test]
fn rows_that_were_there_before_are_told_and_not_called_a_difference() {
    let scene = Scene::with_checksums();
    let name = scene.database.clone();
    scene.server.sql(&name, "TRUNCATE part1, part2, part3; DELETE FROM part4 WHERE id > 3");
    let arguments = ["--data-only", "--table", "public.part4", "--confirm", &name, "--no-safety-backup"];
    let (status, restore) = scene.restore(&name, &arguments);
    assert_equal(status, &restore);
    let rows = detail(&restore, "rows");
    assert!(rows.contains("public.part4 had 3 rows before"), "whoever counts finds three more: {rows}");
    // Tables that were emptied have nothing to tell.
    let arguments = ["--data-only", "--table", "public.part1", "--confirm", &name, "--no-safety-backup"];
    let (status, restore) = scene.restore(&name, &arguments);
    assert_equal(status, &restore);
    assert!(!detail(&restore, "rows").contains("before"), "{restore}");
}

#[test]
fn a_row_that_a_trigger_swallows_is_noticed() {
    let scene = Scene::shared();
    // For a superuser pg_restore turns triggers off.
    let weak = format!("weak_{}", number());
    scene.server.sql("postgres", &format!("CREATE ROLE {weak} LOGIN IN ROLE trusted"));
    scene.server.sql(
        &scene.database,
        &format!(
            "TRUNCATE part1; ALTER TABLE part1 OWNER TO {weak}; CREATE FUNCTION swallow() RETURNS trigger \
             LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 5 THEN RETURN NULL; END IF; RETURN NEW; END $$; \
             CREATE TRIGGER swallow BEFORE INSERT ON part1 FOR EACH ROW EXECUTE FUNCTION swallow()"
        ),
    );
    scene.home.document(&["server", "add", "weak", "--url", &scene.server.url(&weak)]);
    let (backup, name) = (scene.backup.as_str(), scene.database.as_str());
    let arguments =
        ["restore", backup, "--server", "weak", "--database", name, "--confirm", name, "--data-only"];
    let more = ["--table", "public.part1", "--no-safety-backup", "--no-owner"];
    let (status, restore) = scene.home.json(&[&arguments[..], &more].concat());
    assert_eq!((status, &restore["status"]), (1, &Value::from("partial")), "{restore}");
    assert_eq!(check(&restore, "rows")["ok"], false, "pg_restore itself calls this a success: {restore}");
    assert!(detail(&restore, "rows").contains("public.part1"), "the table is named: {restore}");
}

#[test]
fn the_job_of_safety_backups_is_set_apart_and_cannot_be_scheduled() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    // An operator's own job of that name is not taken for it.
    let other = ["job", "add", "before restores on local", "--server", "local", "--database", &name];
    scene.home.document(&[&other[..], &["--cron", "0 2 1 1 *"]].concat());
    let (status, restore) = scene.restore(&name, &["--clean", "--confirm", &name]);
    assert_eq!(status, 0, "{restore}");
    let jobs = scene.home.document(&["job", "list"]);
    let of = |purpose: &str| -> Vec<&Value> {
        jobs["items"].as_array().unwrap().iter().filter(|job| job["purpose"] == purpose).collect()
    };
    assert_eq!(of("ordinary").len(), 2, "the operator's own stay what they are: {jobs}");
    let [safety] = of("safety")[..] else { panic!("one is for safety backups: {jobs}") };
    assert_eq!(safety["next_runs"], Value::from(Vec::<String>::new()), "nobody waits for its next slot");
    assert_eq!(safety["schedule_description"], "made before restores", "that is when it is made");
    let called = safety["name"].as_str().unwrap();
    let overview = runtime().block_on(scene.home.observer().get_overview(GetOverview::default())).unwrap();
    let named = overview.attention.iter().filter(|item| item.message.starts_with(called)).count();
    assert_eq!(named, 0, "nobody has to see to it that it is switched off: {:?}", overview.attention);
    let total = overview.protection.total;
    // The operator's two jobs are for one database.
    assert_eq!(total, 1, "a backup before a restore protects no database: {:?}", overview.protection);
    for arguments in [&["job", "enable", called][..], &["job", "next", called]] {
        let (status, refused) = scene.home.json(arguments);
        assert_eq!(status, 3, "a slip must not put it on a schedule: {refused}");
    }
    let (status, restore) = scene.restore(&name, &["--clean", "--confirm", &name]);
    assert_eq!(status, 0, "{restore}");
    let again = scene.home.document(&["job", "list"]);
    assert_eq!(again["total"], jobs["total"], "the next safety backup is of the same job: {again}");
}

#[test]
fn a_process_killed_while_it_compares_is_not_said_to_have_changed_nothing() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    // An index whose statistics nobody has the patience for.
    scene.server.sql(
        &name,
        "CREATE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN \
           IF current_query() = 'ANALYZE' THEN PERFORM pg_sleep(300); END IF; RETURN i; END $$; \
         CREATE INDEX part1_slow ON part1 (public.slow(id))",
    );
    let rows = scene.rows(&name);
    let backup = scene.home.backed_up()["backup_id"].to_string();
    scene.server.sql(&name, "DELETE FROM part1 WHERE id > 3");
    let arguments =
        ["restore", &backup, "--server", "local", "--database", &name, "--clean", "--confirm", &name];
    let process = scene.home.start(&[&arguments[..], &["--no-safety-backup"]].concat());
    let analysing = format!(
        "FROM pg_stat_activity WHERE usename = '{}' AND query = 'ANALYZE' AND state = 'active'",
        scene.role
    );
    wait_until("it is being analysed", PATIENCE, || {
        !scene.server.values("postgres", &format!("SELECT 1 {analysing}")).is_empty()
    });
    process.kill();
    scene.server.sql("postgres", &format!("SELECT pg_terminate_backend(pid) {analysing}"));
    let agent = scene.home.start(&["agent"]);
    let request = || ListRestores { backup_id: None, page: None, limit: None };
    let newest =
        || runtime().block_on(scene.home.observer().list_restores(request())).unwrap().items.remove(0);
    wait_until("the restore is ended", PATIENCE, || newest().status == RestoreStatus::Interrupted);
    drop(agent);
    let message = newest().error_message.unwrap();
    assert!(message.contains("Everything was restored"), "the rows are there, and it must say so: {message}");
    assert_eq!(scene.rows(&name), rows, "they are");
}

#[test]
fn a_restore_in_place_that_waits_for_a_lock_says_whose_it_is() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let reader = scene.server.session(&name);
    execute(&reader, "SET application_name = 'report of orders'; BEGIN; SELECT FROM part1 LIMIT 1");
    let said = tempfile::NamedTempFile::new().unwrap();
    let arguments = ["restore", &scene.backup, "--server", "local", "--database", &name, "--confirm", &name];
    let mut command = scene.home.command(&[&arguments[..], &["--clean", "--no-safety-backup"]].concat());
    command.stdout(Stdio::null()).stderr(said.reopen().unwrap());
    let mut restoring = Running::start(command);
    wait_until("the one in the way is named", PATIENCE, || {
        let said = std::fs::read_to_string(said.path()).unwrap();
        said.contains("Waits for a lock on public.part1") && said.contains("report of orders")
    });
    execute(&reader, "ROLLBACK");
    assert_eq!(restoring.end(PATIENCE).code(), Some(0), "and goes on as soon as it may");
}
