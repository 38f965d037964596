//! How far a backup is proven: a drill from its drawer, and what a job's form asks for.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::{backed_up, job_on};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use serde_json::json;

#[test]
fn a_backup_is_proven_equal_by_a_drill_from_its_drawer() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    // The hint about a missing tray would move what is clicked.
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    page.shows("backups-table", "Decoded");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.shows("backup-trust", "Decoded");
    page.click("verify");
    page.test_id("verify-level");
    page.click("verify-level-restore");
    page.click("verify-start");
    let found = page.shows("verify-result", "Passed");
    for check in ["Checksums", "Decoded", "Restored", "Rows"] {
        assert!(found.contains(check), "what was looked at is listed, {check} too: {found}");
    }
    page.shows("backup-trust", "Proven equal");
    page.shows("recovery", "Restores in");
    let longer = page.script(
        "const drawer = document.querySelector('[data-testid=backup-drawer]');
         arguments[0](drawer.scrollHeight - drawer.clientHeight);",
        &[],
    );
    assert_eq!(longer, json!(0), "the body alone scrolls, so that title and footer stay where they are");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "backup-proven");
    page.click_on("[data-testid=\"backup-drawer\"] header button");
    page.gone("backup-drawer");
    // The list behind it was moved by the event as well.
    page.shows("backups-table", "Proven equal");
}

#[test]
fn a_drill_restores_on_a_server_of_choice_and_leaves_nothing_there() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let before = server.databases();
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.click("verify");
    page.click("verify-level-restore");
    page.click_on("[data-testid=\"verify-place\"] option[value=\"1\"]");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "verify-place");
    page.click("verify-start");
    page.shows("verify-result", "Passed");
    page.shows("backup-trust", "Proven equal");
    assert_eq!(server.databases(), before, "the scratch database is gone again");
}

#[test]
fn a_job_keeps_how_its_backups_are_proven() {
    let server = Server::start();
    let stage = Stage::set();
    let job =
        stage.seed(async |engine| job_on(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-jobs");
    page.click_on(&format!("[data-testid=\"jobs-table\"] a[href$=\"/jobs/{}\"]", job.id));
    // What arrives later would move what is clicked.
    page.test_id(&format!("job-database-{DATABASE}"));
    page.test_id("job-preview");
    page.click("job-ledger-checksums");
    page.click("job-verify-decode");
    page.click("job-drill");
    page.test_id("drill-preview");
    page.click_on("[data-testid=\"drill-place\"] option[value=\"1\"]");
    page.test_id("job-assertions").send_keys("item is full");
    page.click("job-save");
    page.shows("job-refused", "Something is missing or wrong.");
    page.test_id("job-assertions").clear();
    page.test_id("job-assertions").send_keys("SELECT count(*) = 20000 FROM item");
    page.click("job-save");
    page.test_id("jobs-table");
    let kept = page.invoke("get_job", json!({ "id": job.id }));
    let policy = &kept["ok"]["verification"];
    assert_eq!(policy["ledger"], "checksums", "what is counted: {policy}");
    assert_eq!(policy["after_run"], "decode", "what is verified after each run: {policy}");
    assert_eq!(policy["drill"]["expression"], "0 5 * * 0", "when it is drilled: {policy}");
    assert_eq!(policy["drill_server"], 1, "where it is drilled: {policy}");
    assert_eq!(
        policy["assertions"],
        json!(["SELECT count(*) = 20000 FROM item"]),
        "what must hold: {policy}"
    );
}
