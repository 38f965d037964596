//! What bars the way of a restore, and what does not.

use super::*;
use holdfast_types::{BackupId, Existing, MissingRoles, Ownership, RestoreScope, RestoreTarget, ServerId};

fn spec(target: RestoreTarget) -> RestoreSpec {
    RestoreSpec { target, ..RestoreSpec::new(BackupId(1), ServerId(1), "shop".into()) }
}

fn facts() -> Facts {
    Facts {
        source: "shop".into(),
        status: Some(BackupStatus::Good),
        source_major: 15,
        server: "prod".into(),
        server_version: "15.18".into(),
        server_major: 15,
        tool_version: Some("15.18".into()),
        least_tool: 15,
        may_create: Some(()),
        tables: 3,
        ..Facts::default()
    }
}

fn barred(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    plan(spec, facts).obstacles.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn a_new_database_on_a_fit_server_meets_no_obstacle() {
    assert_eq!(barred(&spec(RestoreTarget::New), &facts()), [] as [&str; 0], "the usual case must just work");
}

#[test]
fn an_existing_database_is_never_touched_without_its_name_typed() {
    let there = Facts { exists: true, ..facts() };
    assert_eq!(barred(&spec(RestoreTarget::New), &there).len(), 1, "a new one cannot have its name");
    for target in [RestoreTarget::Swap, RestoreTarget::Existing] {
        assert_eq!(barred(&spec(target), &there).len(), 1, "{target:?} must be confirmed");
        let wrong = RestoreSpec { confirmation: Some("shp".into()), ..spec(target) };
        assert_eq!(barred(&wrong, &there).len(), 1, "{target:?}: a slip of the finger is no confirmation");
        let confirmed = RestoreSpec { confirmation: Some("shop".into()), ..spec(target) };
        assert_eq!(barred(&confirmed, &there), [] as [&str; 0], "{target:?} is what the operator wants");
    }
}

#[test]
fn what_the_server_lacks_is_named_before_anything_happens() {
    let lacking = Facts {
        missing_roles: vec!["roberta".into()],
        missing_extensions: vec!["postgis".into()],
        tool_version: None,
        may_create: None,
        standby: Some(()),
        free_bytes: Some(10),
        needed_bytes: 20,
        ..facts()
    };
    let found = barred(&spec(RestoreTarget::New), &lacking).join("\n");
    for word in ["roberta", "postgis", "pg_restore", "may not make", "standby", "free"] {
        assert!(found.contains(word), "{word:?} must be told before the restore, not after: {found}");
    }
    let mine = RestoreSpec { ownership: Ownership::Mine, ..spec(RestoreTarget::New) };
    assert!(
        !barred(&mine, &lacking).join("\n").contains("roberta"),
        "roles that own nothing need not be there"
    );
    let made = RestoreSpec { roles: MissingRoles::Make, ..spec(RestoreTarget::New) };
    assert!(!barred(&made, &lacking).join("\n").contains("roberta"), "roles that are made need not be there");
}

#[test]
fn a_backup_that_failed_its_verification_is_told_as_that_and_read_again() {
    let damaged = Facts { status: Some(BackupStatus::Damaged), ..facts() };
    let plan = plan(&spec(RestoreTarget::New), &damaged);
    assert!(plan.obstacles.is_empty(), "a false assertion must not keep the only backup from its owner");
    assert!(plan.remarks[0].contains("did not pass"), "but it is told: {:?}", plan.remarks);
}

#[test]
fn what_an_existing_database_holds_already_is_told_before_and_not_after() {
    let there = Facts { exists: true, in_the_way: vec!["public.a".into()], ..facts() };
    let confirmed = RestoreSpec { confirmation: Some("shop".into()), ..spec(RestoreTarget::Existing) };
    assert!(barred(&confirmed, &there)[0].contains("public.a"), "it would fail after a safety backup");
    let clean = RestoreSpec { existing: Existing::Clean, ..confirmed };
    assert_eq!(barred(&clean, &there), [] as [&str; 0], "dropped first, it is in nobody's way");
}

#[test]
fn the_servers_own_databases_are_not_replaced() {
    let there = Facts { exists: true, ..facts() };
    let own = RestoreSpec {
        database: "postgres".into(),
        confirmation: Some("postgres".into()),
        ..spec(RestoreTarget::Swap)
    };
    assert_eq!(barred(&own, &there).len(), 1, "programs expect it");
}

#[test]
fn rows_alone_go_into_no_table_that_is_dropped() {
    let there = Facts { exists: true, ..facts() };
    let asked = RestoreSpec {
        scope: RestoreScope::DataOnly,
        existing: Existing::Clean,
        confirmation: Some("shop".into()),
        ..spec(RestoreTarget::Existing)
    };
    assert_eq!(barred(&asked, &there).len(), 1, "pg_restore would refuse it after the safety backup");
}

#[test]
fn the_plan_promises_a_comparison_where_rows_are_restored() {
    let last = |scope, target| {
        let spec = RestoreSpec { scope, ..spec(target) };
        plan(&spec, &facts()).steps.into_iter().find(|step| step.starts_with("Analyse")).unwrap_or_default()
    };
    for target in [RestoreTarget::New, RestoreTarget::Existing] {
        assert!(last(RestoreScope::Whole, target).contains("compare"), "{target:?} is compared, too");
        assert!(
            !last(RestoreScope::SchemaOnly, target).contains("compare"),
            "no rows were counted of definitions"
        );
    }
}

#[test]
fn what_a_swap_could_not_carry_over_bars_the_way_before_and_not_after() {
    let poor = Facts { exists: true, out_of_reach: vec!["settings of the role bob".into()], ..facts() };
    let swap = RestoreSpec { confirmation: Some("shop".into()), ..spec(RestoreTarget::Swap) };
    assert!(barred(&swap, &poor)[0].contains("bob"), "an application would miss what is not carried over");
    let steps = plan(&swap, &poor).steps.join("\n");
    assert!(steps.contains("owner, permissions, settings"), "the plan says what is carried over: {steps}");
    assert_eq!(
        barred(&spec(RestoreTarget::New), &Facts { exists: false, ..poor }),
        [] as [&str; 0],
        "a new one has none"
    );
}

#[test]
fn what_would_end_half_way_is_told_before() {
    let there = Facts { exists: true, ..facts() };
    let confirmed = RestoreSpec { confirmation: Some("shop".into()), ..spec(RestoreTarget::Existing) };
    let poor = Facts { owners_out_of_reach: vec!["app".into()], ..facts() };
    assert!(
        barred(&spec(RestoreTarget::New), &poor)[0].contains("app"),
        "every object of that owner would fail"
    );
    let mine = RestoreSpec { ownership: Ownership::Mine, ..spec(RestoreTarget::New) };
    assert_eq!(barred(&mine, &poor), [] as [&str; 0], "nobody else is to own anything");
    let lacking = Facts { absent: vec!["public.a".into()], ..there.clone() };
    let rows = RestoreSpec { scope: RestoreScope::DataOnly, ..confirmed.clone() };
    assert!(barred(&rows, &lacking)[0].contains("public.a"), "its rows have no place to go");
    let (ascii, utf8) = (Some("SQL_ASCII".to_owned()), Some("UTF8".to_owned()));
    let mixed = Facts { encoding: ascii.clone(), target_encoding: utf8.clone(), ..there.clone() };
    assert!(barred(&confirmed, &mixed)[0].contains("SQL_ASCII"), "nobody could read such text afterwards");
    let swap = RestoreSpec { target: RestoreTarget::Swap, ..confirmed };
    let told = plan(&swap, &mixed).remarks.join(" ");
    assert!(
        told.contains("SQL_ASCII") && told.contains("UTF8"),
        "the name would stand for another encoding: {told}"
    );
}

#[test]
fn what_is_left_out_of_a_restore_is_told() {
    let part = Facts { left_out: vec!["RULE public.a watched".into()], ..facts() };
    let told = plan(&spec(RestoreTarget::New), &part).remarks.join(" ");
    assert!(told.contains("watched"), "a table would lack it in silence: {told}");
    let other = OtherVersion { extension: "postgis".into(), source: "3.3".into(), target: "3.5".into() };
    let newer = Facts { other_versions: vec![other], ..facts() };
    let told = plan(&spec(RestoreTarget::New), &newer).remarks.join(" ");
    assert!(told.contains("postgis 3.5 instead of 3.3"), "its types may read otherwise: {told}");
    let views = Facts { exists: true, materialized_views: 2, ..facts() };
    let rows = RestoreSpec { scope: RestoreScope::DataOnly, ..spec(RestoreTarget::Existing) };
    let told = plan(&rows, &views).remarks.join(" ");
    assert!(told.contains("REFRESH"), "they would go on showing the old rows: {told}");
}

#[test]
fn a_new_database_that_a_job_of_all_will_take_along_is_told_as_that() {
    let watched = Facts { jobs_of_all: vec!["everything".into()], ..facts() };
    let told = plan(&spec(RestoreTarget::New), &watched).remarks.join("\n");
    assert!(
        told.contains("everything backs \"shop\" up too"),
        "a copy for a look fills the repository: {told}"
    );
    let there = Facts { exists: true, ..watched };
    assert!(
        plan(&spec(RestoreTarget::Swap), &there).remarks.is_empty(),
        "one that is replaced was there before"
    );
}
