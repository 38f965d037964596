//! The main flow as an operator goes through it: from an empty start to a backup, in the window alone.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::stage::Stage;
use crate::wait::wait_until;

#[test]
fn a_server_and_a_job_are_added_and_a_backup_is_made_in_the_window() {
    let server = Server::start();
    let connection = server.cluster.connection();
    let stage = Stage::set();
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);

    page.click("nav-servers");
    page.click("add-server");
    page.test_id("server-name").send_keys("production");
    page.test_id("server-host").send_keys(&connection.host);
    page.test_id("server-port").send_keys(&connection.port.unwrap().to_string());
    page.test_id("server-user").send_keys(&connection.user.unwrap());
    page.click("server-test");
    let found = page.test_id("test-result");
    assert_eq!(
        found.attribute("data-ok").as_deref(),
        Some("true"),
        "a backup could be made: {}",
        found.text()
    );
    picture::take(&stage.display, &window, "server-test");
    page.click("server-save");
    // The first start leads on to its second step.
    page.click_on("[data-testid=\"first-job\"]:not([disabled])");

    // The only server, and its only database beside the maintenance one: both can only be meant.
    let ticked = || page.is_ticked(&format!("job-database-{DATABASE}"));
    wait_until("the database is ticked", ticked);
    assert_eq!(page.value("job-name"), DATABASE, "a job needs a name, and this one is right");
    page.test_id("job-proof-proposed");
    page.test_id("job-name").clear();
    page.test_id("job-name").send_keys("nightly");
    page.test_id("job-preview");
    picture::take(&stage.display, &window, "job-editor");
    page.click("job-save");
    page.wait_for("[data-testid=\"jobs-table\"]");

    let held = server.hold();
    page.click("nav-overview");
    page.click("run-now");
    // Which leads to the run's page by itself.
    wait_until("the run is shown while it is going on", || {
        page.test_id("run-status").text().contains("Processing")
    });
    page.test_id("run-cancel");
    picture::take_moving(&stage.display, &window, "run-going-on");
    server.release(held);
    wait_until("the run is shown completed", || page.test_id("run-status").text().contains("Completed"));
    page.shows("run-proof", "Proven equal");
    page.shows("run-verified", "Proven equal");
    picture::take(&stage.display, &window, "run-completed");

    page.click("nav-runs");
    page.test_id("run-row-1");
    page.click("nav-backups");
    page.test_id("backup-row-1");
    picture::take(&stage.display, &window, "backups");
    page.click("nav-overview");
    page.test_id("protection");
    picture::take(&stage.display, &window, "overview");
}

#[test]
fn a_typed_url_fills_the_form_when_it_is_whole_and_keeps_no_password() {
    let stage = Stage::set();
    let app = stage.drive();
    let page = &app.page;
    let value = |field: &str| page.value(field);
    page.click("nav-servers");
    page.click("add-server");
    page.test_id("server-url");
    wait_until("the cursor is in the first field", || {
        page.script("arguments[0](document.activeElement.id);", &[]) == "server-url"
    });
    page.test_id("server-url").send_keys("postgresql://ann:secret@db.example.com/app");
    assert_eq!(value("server-host"), "", "half a URL names another host: nothing is read while it is typed");
    // Leaves the URL.
    page.click("server-password");
    wait_until("the form is filled", || value("server-host") == "db.example.com");
    assert_eq!(value("server-name"), "db", "the name is that of the whole host");
    assert_eq!(value("server-password"), "secret", "the password is in its own field, where nobody reads it");
    assert_eq!(value("server-url"), "postgresql://ann@db.example.com/app", "and no longer in this one");
}
