//! What the wizard lets through, step by step.

#![allow(clippy::unwrap_used)]
use super::*;

const BACKUP: BackupId = BackupId(7);

fn draft() -> RestoreDraft {
    RestoreDraft::new(Some(ServerId(3)))
}

fn databases(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn known(databases: &[String]) -> Known<'_> {
    Known { source: "shop", look: Look::Found(databases) }
}

fn fields(draft: &RestoreDraft, step: Step, known: Known) -> Vec<&'static str> {
    draft.refused(step, known).into_iter().map(|(field, _)| field).collect()
}

#[test]
fn the_first_restore_needs_nothing_typed() {
    let there = databases(&["shop"]);
    let known = known(&there);
    assert_eq!(draft().furthest(known), Step::Plan, "the safe default leads straight to the plan");
    let spec = draft().spec(BACKUP, known).unwrap();
    assert_eq!(
        (spec.database.as_str(), spec.target),
        ("shop_restored", RestoreTarget::New),
        "beside the source"
    );
    assert_eq!(spec.confirmation, None, "nothing that exists is touched");
}

#[test]
fn a_name_that_is_taken_is_refused_before_the_plan() {
    let there = databases(&["shop", "audit"]);
    let taken = RestoreDraft { fresh: Some("audit".to_owned()), ..draft() };
    assert_eq!(fields(&taken, Step::Target, known(&there)), ["database"], "a new one cannot have its name");
    let unknown = Known { source: "shop", look: Look::Pending };
    assert_eq!(
        fields(&taken, Step::Target, unknown),
        [] as [&str; 0],
        "what is not known is left to the plan"
    );
    let unreached = Known { source: "shop", look: Look::Failed };
    assert_eq!(
        fields(&draft(), Step::Target, unreached),
        ["server"],
        "a server that does not answer has no plan"
    );
    for name in [String::new(), "  ".to_owned(), "x".repeat(64), "a\nb".to_owned()] {
        let bad = RestoreDraft { fresh: Some(name.clone()), ..draft() };
        assert_eq!(fields(&bad, Step::Target, known(&there)), ["database"], "{name:?} is no name");
    }
}

#[test]
fn a_database_that_exists_is_proposed_only_where_it_is() {
    let swap = RestoreDraft { target: RestoreTarget::Swap, ..draft() };
    assert_eq!(swap.database(known(&databases(&["shop"]))), "shop", "the usual one");
    let elsewhere = databases(&["other"]);
    assert_eq!(swap.database(known(&elsewhere)), "", "another server need not have it");
    assert_eq!(fields(&swap, Step::Target, known(&elsewhere)), ["database"], "so it must be chosen");
}

#[test]
fn what_exists_is_changed_only_with_its_name_typed() {
    let there = databases(&["shop"]);
    for target in [RestoreTarget::Swap, RestoreTarget::Existing] {
        let mut draft = RestoreDraft { target, ..draft() };
        assert!(!draft.confirmed(known(&there)), "{target:?} must be confirmed");
        assert_eq!(draft.spec(BACKUP, known(&there)).unwrap().confirmation.as_deref(), Some(""), "as typed");
        let planned = draft.planned(BACKUP, known(&there)).unwrap();
        assert_eq!(planned.confirmation.as_deref(), Some("shop"), "the plan is of the confirmed restore");
        draft.typed = "shp".to_owned();
        assert!(!draft.confirmed(known(&there)), "{target:?}: a slip of the finger is no confirmation");
        draft.typed = "shop".to_owned();
        assert!(draft.confirmed(known(&there)), "{target:?} is what the operator wants");
    }
}

#[test]
fn a_confirmation_for_another_database_does_not_count() {
    let there = databases(&["shop", "audit"]);
    let mut draft = RestoreDraft { target: RestoreTarget::Swap, typed: "shop".to_owned(), ..draft() };
    assert!(draft.confirmed(known(&there)), "it was typed for this one");
    draft.present = Some("audit".to_owned());
    assert!(!draft.confirmed(known(&there)), "going back and choosing another asks anew");
}

#[test]
fn rows_alone_need_tables_that_exist() {
    let there = databases(&["shop"]);
    let rows = |target| RestoreDraft { scope: RestoreScope::DataOnly, target, ..draft() };
    for target in [RestoreTarget::New, RestoreTarget::Swap] {
        assert_eq!(fields(&rows(target), Step::What, known(&there)), ["scope"], "{target:?} begins empty");
    }
    assert_eq!(
        fields(&rows(RestoreTarget::Existing), Step::What, known(&there)),
        [] as [&str; 0],
        "these are there"
    );
}

#[test]
fn choosing_tables_means_ticking_some() {
    let there = databases(&["shop"]);
    let mut draft = RestoreDraft { selection: Selection::Chosen, ..draft() };
    assert_eq!(fields(&draft, Step::What, known(&there)), ["tables"], "none is not a restore");
    draft.tables.insert("public.orders".to_owned());
    assert_eq!(draft.spec(BACKUP, known(&there)).unwrap().tables, ["public.orders"], "the ticked one");
    draft.selection = Selection::All;
    let spec = draft.spec(BACKUP, known(&there)).unwrap();
    assert_eq!(spec.tables, [] as [&str; 0], "all of them, whatever is still ticked out of sight");
    assert!(draft.tables.contains("public.orders"), "and the ticks are kept for a change of mind");
}

#[test]
fn the_steps_follow_one_another_and_the_button_says_what_it_does() {
    assert_eq!(Step::Target.next(), Some(Step::What), "forwards");
    assert_eq!(Step::Plan.next(), None, "the plan is the last");
    assert_eq!(Step::Plan.back(), Some(Step::What), "backwards");
    let there = databases(&["shop"]);
    let swap = RestoreDraft { target: RestoreTarget::Swap, ..draft() };
    assert_eq!(draft().action(Step::Plan, known(&there)), "Restore as shop_restored", "no bare \"Finish\"");
    assert_eq!(swap.action(Step::Plan, known(&there)), "Replace shop", "what it does to what is there");
}

#[test]
fn a_wrong_number_of_connections_is_refused_beside_its_field() {
    let there = databases(&["shop"]);
    for text in ["0", "65", "many"] {
        let bad = RestoreDraft { parallelism: text.to_owned(), ..draft() };
        assert_eq!(fields(&bad, Step::What, known(&there)), ["parallelism"], "{text} is out of bounds");
        assert_eq!(bad.furthest(known(&there)), Step::What, "and the plan waits for it");
    }
}

#[test]
fn roles_alone_touch_no_database_unless_its_settings_are_asked_for() {
    let there = databases(&["shop"]);
    let mut draft = RestoreDraft { content: Content::Globals, target: RestoreTarget::Swap, ..draft() };
    // What is still ticked out of sight bars nothing.
    (draft.selection, draft.scope) = (Selection::Chosen, RestoreScope::DataOnly);
    assert_eq!(draft.furthest(known(&there)), Step::Plan, "nothing of the database is asked for");
    assert!(draft.confirmed(known(&there)), "so nothing needs its name typed");
    assert_eq!(draft.globals(BACKUP, known(&there)).unwrap().database, None, "and no database is named");
    assert_eq!(draft.action(Step::Plan, known(&there)), "Restore the roles", "what the button does");
    draft.database_settings = SettingsChoice::Apply;
    assert!(!draft.confirmed(known(&there)), "settings change the database");
    let asked = draft.globals(BACKUP, known(&there)).unwrap();
    assert_eq!(
        (asked.database.as_deref(), asked.confirmation.as_deref()),
        (Some("shop"), Some("")),
        "as typed"
    );
    let planned = draft.planned_globals(BACKUP, known(&there)).unwrap();
    assert_eq!(planned.confirmation.as_deref(), Some("shop"), "the plan is of what is confirmed");
    draft.target = RestoreTarget::New;
    assert_eq!(
        draft.globals(BACKUP, known(&there)).unwrap().database,
        None,
        "a new database is not there yet"
    );
}

#[test]
fn a_restore_that_is_made_again_has_the_same_choices_and_a_free_name() {
    let there = databases(&["shop", "shop_restored"]);
    let known = known(&there);
    let mut first = draft();
    first.scope = RestoreScope::SchemaOnly;
    first.selection = Selection::Chosen;
    first.tables = BTreeSet::from(["public.orders".to_owned()]);
    first.ownership = Ownership::Mine;
    first.parallelism = "3".to_owned();
    first.fresh = Some("shop_restored".to_owned());
    let spec = first.spec(BACKUP, known).unwrap();
    let again = RestoreDraft::again(&spec).spec(BACKUP, known).unwrap();
    assert_ne!(again.database, spec.database, "the name of the first one is taken by now");
    assert_eq!(
        RestoreSpec { database: spec.database.clone(), ..again },
        spec,
        "everything else is as it was"
    );

    let mut swap = draft();
    swap.target = RestoreTarget::Swap;
    swap.typed = "shop".to_owned();
    let again = RestoreDraft::again(&swap.spec(BACKUP, known).unwrap());
    assert_eq!(again.database(known), "shop", "the same database is meant");
    assert!(!again.confirmed(known), "but what is replaced is to be typed once more");
}
