//! Globals by themselves: the roles of a backup on a server that lacks them, and nothing of those that it has.

use crate::scene::Scene;
use crate::server::{Server, number};
use holdfast_types::RolePasswords;
use serde_json::Value;

/// A backup whose server has an owner, a user who is a member, and a role that another server has as well.
struct Roles {
    scene: Scene,
    other: Server,
    owner: String,
    user: String,
    shared: String,
}

/// Words of an ordinary role in its own settings, which nobody may carry out.
const WORDS: &str = "x'; CREATE ROLE intruder SUPERUSER; --";

impl Roles {
    fn new() -> Self {
        let scene = Scene::shared();
        let (owner, user, shared) =
            (format!("owner_{}", number()), format!("us er_{}", number()), format!("shared_{}", number()));
        let quoted = WORDS.replace('\'', "''");
        scene.server.sql(
            "postgres",
            &format!(
                "CREATE ROLE {owner} CREATEDB; CREATE ROLE \"{user}\" LOGIN CONNECTION LIMIT 7 PASSWORD 'secret word'; \
                 CREATE ROLE {shared} LOGIN; GRANT {owner} TO \"{user}\" WITH ADMIN OPTION; \
                 GRANT {owner} TO {shared}; ALTER ROLE \"{user}\" SET my.words TO '{quoted}'; \
                 ALTER ROLE {shared} SET work_mem TO '3MB'; ALTER DATABASE {database} SET search_path TO public, app; \
                 ALTER ROLE \"{user}\" IN DATABASE {database} SET work_mem TO '5MB'",
                database = scene.database
            ),
        );
        scene.home.change_job(|spec| spec.role_passwords = RolePasswords::Include);
        let backup = scene.home.backed_up()["backup_id"].to_string();
        let other = Server::own();
        other.sql("postgres", &format!("CREATE ROLE {shared} NOLOGIN"));
        other.sql("postgres", "CREATE DATABASE shop");
        let role = other.superuser();
        scene.home.document(&["server", "add", "other", "--url", &other.url(&role)]);
        Self { scene: Scene { backup, ..scene }, other, owner, user, shared }
    }

    #[track_caller]
    fn restore(&self, more: &[&str]) -> (i32, Value) {
        let all = ["restore", &self.scene.backup, "--globals-only", "--server", "other"];
        self.scene.home.json(&[&all[..], more].concat())
    }

    fn value(&self, question: &str) -> String {
        self.other.values("postgres", question).into_iter().next().unwrap_or_default()
    }

    fn has(&self, role: &str) -> bool {
        !self.other.values("postgres", &format!("SELECT 1 FROM pg_roles WHERE rolname = '{role}'")).is_empty()
    }
}

/// What becomes of that role.
#[track_caller]
fn fate<'a>(plan: &'a Value, role: &str) -> &'a Value {
    let found = plan["roles"].as_array().unwrap().iter().find(|one| one["name"] == role);
    &found.unwrap_or_else(|| panic!("{role} must be told: {plan}"))["fate"]
}

#[test]
fn roles_that_lack_are_made_in_one_go_and_those_that_exist_stay_as_they_are() {
    let roles = Roles::new();
    let (status, plan) = roles.restore(&["--dry-run"]);
    assert_eq!(status, 0, "{plan}");
    assert_eq!(fate(&plan, &roles.user), "created", "each role with what becomes of it");
    assert_eq!(fate(&plan, &roles.shared), "untouched", "it may be somebody else there");
    assert!(!roles.has(&roles.owner), "a dry run changes nothing");
    let (status, done) = roles.restore(&[]);
    assert_eq!(status, 0, "{done}");
    let user = format!("FROM pg_authid WHERE rolname = '{}'", roles.user);
    let made = roles
        .value(&format!("SELECT concat_ws(' ', rolcanlogin, rolconnlimit, left(rolpassword, 6)) {user}"));
    assert_eq!(made, "t 7 SCRAM-", "with its attributes, and its password as the job keeps those");
    let member =
        format!("SELECT admin_option FROM pg_auth_members WHERE member = '\"{}\"'::regrole", roles.user);
    assert_eq!(roles.value(&member), "t", "with its membership");
    let shared = format!(
        "SELECT concat_ws(' ', rolcanlogin, (SELECT count(*) FROM pg_auth_members WHERE member = r.oid), rolconfig) \
         FROM pg_roles r WHERE rolname = '{}'",
        roles.shared
    );
    assert_eq!(roles.value(&shared), "f 0", "a role that was there is not changed in anything");
    let configured = "SELECT count(*) FROM pg_db_role_setting";
    assert_eq!(roles.value(configured), "0", "settings were not asked for");
    let shown = format!("{plan}{done}");
    assert!(!shown.contains("SCRAM-"), "a hash is nobody's to read: {shown}");
    let (status, again) = roles.restore(&[]);
    assert_eq!(
        (status, fate(&again, &roles.user)),
        (0, &Value::from("untouched")),
        "twice is as once: {again}"
    );
}

#[test]
fn settings_come_when_they_are_asked_for_and_their_words_are_data() {
    let roles = Roles::new();
    let (status, done) = roles.restore(&["--role-settings"]);
    assert_eq!((status, fate(&done, &roles.shared)), (0, &Value::from("settings_changed")), "{done}");
    assert!(!roles.has("intruder"), "words of an ordinary role must not be carried out");
    let words = format!("SELECT rolconfig[1] FROM pg_roles WHERE rolname = '{}'", roles.user);
    assert_eq!(roles.value(&words), format!("my.words={WORDS}"), "they are a value, and arrive as one");
    let login = format!("SELECT rolcanlogin FROM pg_roles WHERE rolname = '{}'", roles.shared);
    assert_eq!(roles.value(&login), "f", "nothing but its settings changed");
}

#[test]
fn a_databases_settings_need_its_name_typed() {
    let roles = Roles::new();
    let (status, refused) = roles.restore(&["--database", "shop"]);
    assert_eq!(status, 3, "{refused}");
    assert!(!roles.has(&roles.owner), "a refusal changes nothing");
    let (status, done) = roles.restore(&["--database", "shop", "--confirm", "shop"]);
    assert_eq!(status, 0, "{done}");
    let set = "SELECT string_agg(setconfig::text, ' ' ORDER BY setrole) FROM pg_db_role_setting s \
               JOIN pg_database d ON d.oid = setdatabase WHERE datname = 'shop'";
    assert_eq!(
        roles.value(set),
        "{\"search_path=public, app\"} {work_mem=5MB}",
        "its own, and a role's in it"
    );
}

#[test]
fn an_edited_dump_of_globals_is_refused() {
    let roles = Roles::new();
    let details = roles.scene.home.document(&["backups", "show", &roles.scene.backup]);
    let path = std::path::Path::new(details["path"].as_str().unwrap()).join("globals.sql");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\nCREATE ROLE intruder;\nALTER ROLE intruder WITH SUPERUSER;\n"))
        .unwrap();
    let (status, refused) = roles.restore(&[]);
    assert_eq!(status, 3, "{refused}");
    assert!(
        !roles.has("intruder") && !roles.has(&roles.owner),
        "nothing of a file that was changed is taken"
    );
}
