//! The restore wizard: from a backup to a database, and a restore that is called off.

use crate::app::{Driven, TITLE};
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::backed_up;
use crate::stage::Stage;
use crate::tray_host::TrayHost;

/// The name that the wizard suggests.
const RESTORED: &str = "orders_restored";

/// From the backup's drawer to the first step of the wizard.
fn begin(app: &Driven) {
    let page = &app.page;
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.click("backup-restore");
    page.test_id("restore-target");
    // The server has answered, so that the suggested name is known to be free.
    page.shows("restore-target-new-field", "free on the server");
}

#[test]
fn the_wizard_restores_a_backup_into_a_new_database_and_shows_that_it_is_equal() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    // The hint about a missing tray would move what is clicked.
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    begin(&app);
    picture::take(&stage.display, &window, "restore-target");
    page.click("restore-next");
    page.test_id("restore-scope");
    page.click("restore-selection-chosen");
    page.click("restore-table-public.item");
    // What was ticked is still there after going back and forth.
    page.click("restore-back");
    page.test_id("restore-target");
    page.click("restore-next");
    page.wait_for("[data-testid=\"restore-table-public.item\"]:checked");
    page.click("restore-selection-all");
    page.click("restore-next");
    page.shows("restore-plan", RESTORED);
    picture::take(&stage.display, &window, "restore-plan");
    page.shows("restore-next", &format!("Restore as {RESTORED}"));
    page.click("restore-next");
    page.shows("restore-status", "Completed");
    page.shows("restore-outcome", "as many rows");
    let compared = page.shows("restore-checks", "Rows");
    assert!(compared.contains("20,000 rows"), "the rows are those of the server: {compared}");
    assert!(page.find("[data-testid=\"restore-checks\"] [data-ok=\"false\"]").is_none(), "{compared}");
    picture::take(&stage.display, &window, "restore-completed");
    let rows = server.value(RESTORED, "SELECT count(*) FROM item");
    assert_eq!(rows, "20000", "the database is there and holds the rows");
    page.shows("restore-parts", "everything");

    // What is made again is made with the same choices, under a name that is free.
    page.click_on("[data-testid=\"restore-again\"] a");
    page.shows("restore-target-new-field", "free on the server");
    page.click("restore-next");
    page.click("restore-selection-chosen");
    page.click("restore-table-public.item");
    page.click("restore-next");
    page.shows("restore-next", "orders_restored_2");
    page.click("restore-next");
    page.shows("restore-status", "Completed");
    page.shows("restore-parts", "public.item");
    page.click_on("[data-testid=\"restore-again\"] a");
    page.shows("restore-target-new-field", "free on the server");
    page.click("restore-next");
    page.wait_for("[data-testid=\"restore-table-public.item\"]:checked");
    page.click("nav-restore");
    let told = page.shows("restores-table", RESTORED);
    assert!(told.contains("public.item"), "a part does not pass for the whole in the list: {told}");
}

#[test]
fn a_database_is_replaced_once_its_name_is_typed_and_comes_back_by_undo() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    server.execute("DELETE FROM item WHERE i > 5");
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    begin(&app);
    page.click("restore-target-swap");
    page.click("restore-next");
    page.test_id("restore-scope");
    page.click("restore-next");
    page.test_id("restore-typed").send_keys("order");
    assert!(page.find("[data-testid=\"restore-next\"][disabled]").is_some(), "half a name confirms nothing");
    page.test_id("restore-typed").send_keys("s");
    page.click("restore-next");
    page.shows("restore-status", "Completed");
    assert_eq!(server.value(DATABASE, "SELECT count(*) FROM item"), "20000", "the backup has the name now");
    page.click("restore-undo");
    page.click("confirm-action");
    page.shows("restore-outcome", "undone");
    let kept = page.shows("restore-undone-as", "orders_2");
    assert!(
        server.databases().iter().any(|name| kept.contains(name.as_str()) && name != DATABASE),
        "the name that is shown must be that of a database: {kept}"
    );
    assert_eq!(server.value(DATABASE, "SELECT count(*) FROM item"), "5", "the former database is back");
}

#[test]
fn a_restore_in_place_is_compared_and_its_safety_backup_is_set_apart() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    server.execute("DELETE FROM item WHERE i > 5");
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    begin(&app);
    page.click("restore-target-existing");
    page.click("restore-clean");
    page.click("restore-next");
    page.test_id("restore-scope");
    page.click("restore-next");
    page.shows("restore-plan", "compare what was restored");
    page.test_id("restore-typed").send_keys(DATABASE);
    page.click("restore-next");
    page.shows("restore-status", "Completed");
    page.shows("restore-outcome", "as many rows");
    let compared = page.shows("restore-checks", "Rows");
    assert!(compared.contains("20,000 rows"), "the rows are those of the server: {compared}");
    page.click("nav-jobs");
    page.shows("jobs-safety", "before restores on");
    let planned = page.shows("jobs-table", "nightly");
    assert!(!planned.contains("before restores"), "it is not among those that are planned: {planned}");
    picture::take(&stage.display, &window, "jobs-safety");
}

#[test]
fn a_restore_that_is_cancelled_leaves_no_database() {
    let server = Server::start();
    // An index that is made at once in the source, and not within this test's patience anywhere else.
    server.execute(&format!(
        "CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
           IF current_database() <> '{DATABASE}' THEN PERFORM pg_sleep(300); END IF; RETURN i; END $$;
         CREATE INDEX item_slow ON item (slow(i)) WHERE i = 1"
    ));
    let before = server.databases();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    begin(&app);
    page.click("restore-next");
    page.test_id("restore-scope");
    page.click("restore-next");
    page.shows("restore-plan", RESTORED);
    page.click("restore-next");
    page.shows("restore-progress", "Restoring");
    let window = stage.display.wait_for_window(TITLE);
    picture::take_moving(&stage.display, &window, "restore-progress");
    page.click("restore-cancel");
    page.click("confirm-keep");
    page.gone("confirm");
    page.shows("restore-status", "Processing");
    page.click("restore-cancel");
    page.click("confirm-action");
    page.shows("restore-status", "Cancelled");
    page.shows("restore-outcome", "as it was before");
    let mut after = server.databases();
    after.sort();
    let mut before = before;
    before.sort();
    assert_eq!(after, before, "neither the new database nor its temporary name may stay");
}

#[test]
fn roles_alone_are_planned_and_made_and_no_database_is_touched() {
    let server = Server::start();
    server.execute(
        "CREATE ROLE \"team \"\"x\"; CREATE ROLE ann LOGIN CONNECTION LIMIT 7 IN ROLE \"team \"\"x\"",
    );
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    server.execute("DROP ROLE ann");
    let before = server.databases();
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    begin(&app);
    page.click("restore-next");
    page.click("restore-scope-globals");
    page.test_id("restore-role-settings");
    picture::take(&stage.display, &window, "restore-roles");
    page.click("restore-next");
    let plan = page.shows("globals-roles", "ann is made");
    assert!(
        plan.contains("team \"x is there, and stays as it is"),
        "each role with what becomes of it: {plan}"
    );
    picture::take(&stage.display, &window, "restore-roles-plan");
    page.click("restore-next");
    page.shows("globals-done", "1 role was made");
    let limit = server.value("postgres", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'ann'");
    assert_eq!(limit, "7", "she is there, with her attributes");
    assert_eq!(server.databases(), before, "no database was made");
}
