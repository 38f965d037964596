//! Swaps: what a database has beside its contents stays with its name, and an undo says where everything went.

use crate::scene::{Scene, fresh};
use crate::server::number;
use serde_json::Value;

/// All that a database has beside its contents, in words of the server.
fn properties(scene: &Scene, database: &str) -> Vec<String> {
    let mut all = scene.server.values(
        "postgres",
        &format!(
            "SELECT concat_ws('|', pg_get_userbyid(datdba), datconnlimit, shobj_description(oid, 'pg_database'), \
             datallowconn) FROM pg_database WHERE datname = '{database}'"
        ),
    );
    all.extend(scene.server.values(
        "postgres",
        &format!(
            "SELECT concat_ws('|', CASE WHEN grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END, \
             privilege_type, is_grantable) FROM pg_database, aclexplode(datacl) WHERE datname = '{database}' ORDER BY 1"
        ),
    ));
    all.extend(scene.server.values(
        "postgres",
        &format!(
            "SELECT concat_ws('|', rolname, setconfig::text) FROM pg_db_role_setting s JOIN pg_database d \
             ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole WHERE datname = '{database}' ORDER BY 1"
        ),
    ));
    all
}

#[test]
fn a_swap_carries_over_what_the_present_database_has() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let (owner, user) = (format!("owner_{}", number()), format!("us\"er_{}", number()).replace('"', "\"\""));
    scene.server.sql(
        "postgres",
        &format!(
            "CREATE ROLE {owner}; CREATE ROLE \"{user}\"; ALTER DATABASE {name} OWNER TO {owner}; \
             REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT TEMPORARY ON DATABASE {name} TO PUBLIC; \
             GRANT CONNECT, CREATE ON DATABASE {name} TO \"{user}\" WITH GRANT OPTION; \
             ALTER DATABASE {name} SET search_path TO \"$user\", public, \"a, b\"; \
             ALTER DATABASE {name} SET my.motto TO E'it''s\\nours; DROP \\\\ x'; \
             ALTER DATABASE {name} SET default_transaction_read_only TO on; \
             ALTER ROLE \"{user}\" IN DATABASE {name} SET work_mem TO '3MB'; \
             ALTER DATABASE {name} CONNECTION LIMIT 7; COMMENT ON DATABASE {name} IS 'it''s ours'"
        ),
    );
    let before = properties(&scene, &name);
    assert!(before.len() >= 7, "nothing would be tested: {before:?}");
    let (status, restore) = scene.restore(&name, &["--swap", "--confirm", &name]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    assert_eq!(
        properties(&scene, &name),
        before,
        "who uses the name must not notice another database behind it"
    );
    let kept = restore["kept_database"].as_str().unwrap();
    assert_eq!(properties(&scene, kept), before, "the former one loses nothing: it may come back");
}

#[test]
fn an_undo_says_under_which_name_the_replaced_database_stays() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let rows = scene.rows(&name);
    scene.server.sql(&name, "DELETE FROM part1 WHERE id > 3");
    let (status, restore) = scene.restore(&name, &["--swap", "--confirm", &name]);
    assert_eq!(status, 0, "{restore}");
    let undone = scene.home.document(&["restore", "--undo", &restore["id"].to_string()]);
    let replaced = undone["undone_as"].as_str().unwrap();
    assert_eq!(
        scene.rows(replaced),
        rows,
        "whoever wrote to the restored one meanwhile finds it by this name"
    );
    assert_eq!(undone["kept_database"], Value::Null, "there is nothing left to go back to");
    assert_eq!(scene.rows(&name), ["3"], "and the former one is back");
}

#[test]
fn restores_are_listed_with_what_they_kept_and_whether_they_can_be_undone() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let (status, swapped) = scene.restore(&name, &["--swap", "--confirm", &name]);
    assert_eq!(status, 0, "{swapped}");
    let beside = fresh();
    let (status, made) = scene.restore(&beside, &["--create"]);
    assert_eq!(status, 0, "{made}");
    let listed = scene.home.document(&["restores", "list"]);
    assert_eq!(listed["total"], 2, "{listed}");
    assert_eq!(listed["items"][0], made, "the newest first, told as when it was made");
    let swap = &listed["items"][1];
    assert_eq!(swap["can_undo"], true, "the number for --undo is found again: {listed}");
    assert_eq!(swap["kept_database"], swapped["kept_database"], "and what it brings back");
    assert_eq!(made["can_undo"], false, "a new database replaced nothing");
    let people = scene.home.told(&["restores", "list"]);
    let kept = swapped["kept_database"].as_str().unwrap();
    assert!(people.contains(kept) && people.contains(&beside), "{people}");
    let id = swap["id"].to_string();
    scene.home.document(&["restore", "--undo", &id]);
    let undone = scene.home.document(&["restores", "show", &id]);
    assert_eq!(undone["can_undo"], false, "once is all: {undone}");
    let none = scene.home.document(&["restores", "list", "--backup", "99"]);
    assert_eq!(none["total"], 0, "of another backup there are none: {none}");
}

#[test]
fn what_the_role_may_not_carry_over_bars_the_swap_before_it_begins() {
    let scene = Scene::shared();
    let (weak, other) = (format!("weak_{}", number()), format!("other_{}", number()));
    let name = scene.database.clone();
    scene.server.sql(
        "postgres",
        &format!(
            "CREATE ROLE {weak} LOGIN CREATEDB IN ROLE trusted; CREATE ROLE {other}; \
             ALTER DATABASE {name} OWNER TO {weak}; ALTER ROLE {other} IN DATABASE {name} SET work_mem TO '3MB'"
        ),
    );
    scene.home.document(&["server", "add", "weak", "--url", &scene.server.url(&weak)]);
    let arguments =
        ["restore", &scene.backup, "--server", "weak", "--database", &name, "--swap", "--confirm", &name];
    let (status, refused) = scene.home.json(&[&arguments[..], &["--no-owner"]].concat());
    assert_eq!(status, 3, "{refused}");
    assert!(
        refused["error"]["message"].as_str().unwrap().contains(&other),
        "whose settings they are: {refused}"
    );
    assert_eq!(scene.staged(), [] as [&str; 0], "nothing was begun");

    scene.server.sql("postgres", &format!("ALTER ROLE {weak} NOCREATEDB"));
    let arguments =
        ["restore", &scene.backup, "--server", "weak", "--database", &fresh(), "--create", "--no-owner"];
    let (status, refused) = scene.home.json(&arguments);
    assert_eq!(status, 3, "{refused}");
    let statement = format!("ALTER ROLE {weak} CREATEDB;");
    assert!(
        refused["error"]["hint"].as_str().unwrap().contains(&statement),
        "the statement is one that can be pasted: {refused}"
    );
}
