//! What a restore finds out before it touches anything, and what of a database comes with it.

use crate::scene::{Scene, fresh};
use crate::server::number;
use serde_json::Value;

#[track_caller]
fn refused(answer: &(i32, Value), words: &[&str]) {
    let (status, document) = answer;
    assert_eq!(*status, 3, "nothing may begin: {document}");
    let said = document["error"].to_string();
    for word in words {
        assert!(said.contains(word), "{word:?} must be told: {document}");
    }
}

#[test]
fn a_role_that_may_not_give_objects_to_their_owners_is_told_before_and_not_after() {
    let scene = Scene::shared();
    let owner = format!("owner_{}", number());
    let weak = format!("weak_{}", number());
    scene
        .server
        .sql("postgres", &format!("CREATE ROLE {owner}; CREATE ROLE {weak} LOGIN CREATEDB IN ROLE trusted"));
    scene.server.sql(&scene.database, &format!("ALTER TABLE part1 OWNER TO {owner}"));
    let backup = scene.home.backed_up()["backup_id"].to_string();
    scene.home.document(&["server", "add", "weak", "--url", &scene.server.url(&weak)]);
    let name = fresh();
    let arguments = ["restore", &backup, "--server", "weak", "--database", &name, "--create"];
    refused(&scene.home.json(&arguments), &[&owner, "--no-owner"]);
    assert_eq!(scene.has(&name), 0, "a database of the right name with the wrong owners helps nobody");
    let (status, restore) = scene.home.json(&[&arguments[..], &["--no-owner"]].concat());
    assert_eq!(
        (status, &restore["status"]),
        (0, &Value::from("completed")),
        "what the hint says works: {restore}"
    );
}

#[test]
fn rows_for_a_table_that_is_not_there_are_refused_before_a_safety_backup_is_made() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    scene.server.sql(&name, "TRUNCATE part2; DROP TABLE part1 CASCADE");
    let before = scene.home.backups().len();
    refused(&scene.restore(&name, &["--data-only", "--confirm", &name]), &["public.part1", "--table"]);
    assert_eq!(scene.home.backups().len(), before, "what cannot work must cost nothing");
    let (status, restore) = scene.restore(
        &name,
        &["--data-only", "--table", "public.part2", "--confirm", &name, "--no-safety-backup"],
    );
    assert_eq!(status, 0, "a table that is there takes its rows: {restore}");
}

#[test]
fn text_of_no_known_encoding_goes_into_no_database_that_has_one() {
    let scene = Scene::shared();
    let (source, target) = (fresh(), fresh());
    scene.server.sql(
        "postgres",
        &format!(
            "CREATE DATABASE {source} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
        ),
    );
    scene.server.sql("postgres", &format!("CREATE DATABASE {target} TEMPLATE template0 ENCODING 'UTF8'"));
    scene.server.sql(&source, "CREATE TABLE words (word text)");
    scene.home.document(&["job", "update", "nightly", "--database", &source]);
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let into = ["restore", &backup, "--server", "local", "--database", &target, "--confirm", &target];
    refused(&scene.home.json(&into), &["SQL_ASCII", "UTF8", "new database"]);
}

#[test]
fn a_new_database_has_the_limits_the_comment_and_the_roles_settings_of_the_one_that_was_backed_up() {
    let scene = Scene::shared();
    let role = format!("app_{}", number());
    let name = scene.database.clone();
    scene.server.sql(
        "postgres",
        &format!(
            "CREATE ROLE {role}; ALTER ROLE {role} IN DATABASE {name} SET statement_timeout = '61s'; \
             ALTER DATABASE {name} CONNECTION LIMIT 7; COMMENT ON DATABASE {name} IS 'it''s; the shop'"
        ),
    );
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let target = fresh();
    let restore =
        scene.home.document(&["restore", &backup, "--server", "local", "--database", &target, "--create"]);
    assert_eq!(restore["status"], "completed", "{restore}");
    let found = scene.server.values(
        "postgres",
        &format!(
            "SELECT datconnlimit || ' ' || shobj_description(d.oid, 'pg_database') || ' ' || s.setconfig::text \
             FROM pg_database d JOIN pg_db_role_setting s ON s.setdatabase = d.oid JOIN pg_roles r ON r.oid = s.setrole \
             WHERE datname = '{target}' AND rolname = '{role}'"
        ),
    );
    assert_eq!(
        found,
        ["7 it's; the shop {statement_timeout=61s}"],
        "who uses it must not notice that it is another one"
    );
}

#[test]
fn a_chosen_table_keeps_its_triggers_and_indexes_and_what_they_need() {
    let scene = Scene::shared();
    scene.server.sql(
        &scene.database,
        "CREATE SCHEMA tools; CREATE FUNCTION tools.shout(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper($1)'; \
         CREATE FUNCTION tools.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TABLE notes (id int, note text); CREATE INDEX notes_shouted ON notes (tools.shout(note)); \
         CREATE TRIGGER stamped BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION tools.stamp(); \
         CREATE RULE watched AS ON INSERT TO notes DO ALSO UPDATE part1 SET id = id WHERE false",
    );
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let name = fresh();
    let arguments =
        ["restore", &backup, "--server", "local", "--database", &name, "--create", "--table", "public.notes"];
    let plan = scene.home.document(&[&arguments[..], &["--dry-run"]].concat());
    assert!(plan["remarks"].to_string().contains("watched"), "what is left out is told before: {plan}");
    let restore = scene.home.document(&arguments);
    assert_eq!(restore["status"], "completed", "{restore}");
    let there = scene.server.values(
        &name,
        "SELECT (to_regclass('notes_shouted') IS NOT NULL)::text || (SELECT count(*) FROM pg_trigger WHERE tgname = 'stamped')",
    );
    assert_eq!(there, ["true1"], "a table without its index and trigger is not the table");
}

#[test]
fn an_extension_that_comes_back_in_another_version_is_told_before() {
    let scene = Scene::shared();
    // The oldest that hstore can still be made in.
    scene.server.sql(&scene.database, "CREATE EXTENSION hstore VERSION '1.4'");
    let backup = scene.home.backed_up()["backup_id"].to_string();
    let plan = scene.home.document(&[
        "restore",
        &backup,
        "--server",
        "local",
        "--database",
        &fresh(),
        "--create",
        "--dry-run",
    ]);
    let told = plan["remarks"].to_string();
    assert!(
        told.contains("hstore") && told.contains("instead of 1.4"),
        "what depends on it may not fit: {plan}"
    );
}
