//! What restoring globals does to a server, and what it leaves alone.

use super::*;
use holdfast_types::{BackupId, ServerId};

const DUMP: &str = "CREATE ROLE ann; ALTER ROLE ann WITH LOGIN CONNECTION LIMIT 7; ALTER ROLE ann SET work_mem TO '1MB';\
                    CREATE ROLE bob; ALTER ROLE bob WITH LOGIN PASSWORD 'SCRAM-SHA-256$x'; CREATE ROLE team;\
                    ALTER ROLE me SET work_mem TO '2MB';\
                    GRANT team TO ann; GRANT team TO bob; GRANT lost TO bob; CREATE TABLESPACE x LOCATION '/x';";

fn spec() -> GlobalsSpec {
    GlobalsSpec::new(BackupId(1), ServerId(1))
}

/// A server that has ann and the role that restores.
fn facts() -> Facts {
    let present = ["ann", "me"].map(|name| (name.to_owned(), Vec::new()));
    Facts {
        globals: Globals::of(DUMP),
        server: "prod".into(),
        server_major: 15,
        own: "me".into(),
        power: Power::Superuser,
        present: BTreeMap::from(present),
        ..Facts::default()
    }
}

fn shown(plan: &Plan) -> Vec<&str> {
    plan.statements.iter().map(|statement| statement.shown.as_str()).collect()
}

fn fates(plan: &Plan) -> Vec<(&str, RoleFate)> {
    plan.shown.roles.iter().map(|role| (role.name.as_str(), role.fate)).collect()
}

#[test]
fn roles_that_lack_are_made_and_those_that_exist_stay_untouched() {
    let plan = plan(&spec(), &facts());
    assert_eq!(
        fates(&plan),
        [
            ("ann", RoleFate::Untouched),
            ("bob", RoleFate::Created),
            ("team", RoleFate::Created),
            ("me", RoleFate::Untouched)
        ],
        "each role is told with what becomes of it"
    );
    assert_eq!(
        shown(&plan),
        [
            "CREATE ROLE \"bob\" WITH LOGIN",
            "ALTER ROLE \"bob\" PASSWORD …",
            "CREATE ROLE \"team\"",
            "GRANT \"team\" TO \"bob\""
        ],
        "ann may be somebody else there, and nobody can be a member of a role that is lost"
    );
    assert!(plan.shown.obstacles.is_empty(), "{:?}", plan.shown.obstacles);
    assert!(
        plan.shown.remarks.iter().any(|remark| remark.contains("CREATE TABLESPACE (1)")),
        "what is left out is told: {:?}",
        plan.shown.remarks
    );
    assert!(!format!("{plan:?}").contains("SCRAM"), "a hash must not reach a plan or a log");
}

#[test]
fn settings_of_roles_are_taken_only_when_that_is_asked_for() {
    let asked = GlobalsSpec { role_settings: SettingsChoice::Apply, ..spec() };
    let found = plan(&asked, &facts());
    assert_eq!(fates(&found)[0], ("ann", RoleFate::SettingsChanged), "she gets them, and keeps all else");
    assert!(shown(&found).contains(&"ALTER ROLE \"ann\" SET \"work_mem\" TO '1MB'"), "{:?}", shown(&found));
    assert!(!shown(&found).join(" ").contains("\"me\""), "whoever restores could lock itself out");
    let mut same = facts();
    same.present.insert("ann".into(), Setting::of_catalog("work_mem=1MB").into_iter().collect());
    assert_eq!(
        fates(&plan(&asked, &same))[0],
        ("ann", RoleFate::Untouched),
        "what is set so already is no change"
    );
}

#[test]
fn a_databases_settings_need_its_name_typed() {
    let facts = Facts {
        settings: Setting::of_catalog("search_path=app").into_iter().collect(),
        role_settings: ["bob", "stranger"]
            .into_iter()
            .filter_map(|role| Some((role.to_owned(), Setting::of_catalog("work_mem=3MB")?)))
            .collect(),
        database: Some(()),
        ..facts()
    };
    assert!(plan(&spec(), &facts).shown.database_settings.is_empty(), "nobody asked for them");
    let asked = GlobalsSpec { database: Some("shop".into()), ..spec() };
    assert_eq!(
        plan(&asked, &facts).shown.obstacles.len(),
        1,
        "what exists is changed only when it is confirmed"
    );
    let confirmed = GlobalsSpec { confirmation: Some("shop".into()), ..asked };
    let found = plan(&confirmed, &facts);
    assert!(found.shown.obstacles.is_empty(), "{:?}", found.shown.obstacles);
    assert_eq!(
        found.shown.database_settings,
        [
            "ALTER DATABASE \"shop\" SET \"search_path\" TO 'app'",
            "ALTER ROLE \"bob\" IN DATABASE \"shop\" SET \"work_mem\" TO '3MB'"
        ],
        "its own, and those of roles that will be there"
    );
    assert!(found.shown.remarks.iter().any(|remark| remark.contains("stranger")), "the others are told");
    let gone = Facts { database: None, ..facts };
    assert_eq!(plan(&confirmed, &gone).shown.obstacles.len(), 1, "a database that is not there gets none");
}

#[test]
fn what_the_role_may_not_do_is_told_before() {
    let weak = Facts { power: Power::None, ..facts() };
    assert_eq!(plan(&spec(), &weak).shown.obstacles.len(), 1, "it may make no roles");
    let mut mighty = Facts { power: Power::CreateRole, ..facts() };
    assert_eq!(plan(&spec(), &mighty).shown.obstacles.len(), 0, "these are no superusers");
    mighty.globals = Globals::of("CREATE ROLE root; ALTER ROLE root WITH SUPERUSER LOGIN;");
    assert!(plan(&spec(), &mighty).shown.obstacles[0].message.contains("root"), "only its like can make one");
    let damaged = Facts { unfit: Some("globals.sql has changed".into()), ..facts() };
    assert_eq!(plan(&spec(), &damaged).shown.obstacles.len(), 1, "an edited file makes no superusers here");
}
