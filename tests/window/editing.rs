//! Schedules edited both ways, a failure followed to its fix, and a history that is filtered, paged and left by Back.

use crate::app::TITLE;
use crate::listeners;
use crate::postgres::{DATABASE, Server};
use crate::seed::{hopeless_job, job_on};
use crate::stage::Stage;
use crate::wait::wait_until;
use crate::webdriver::Session;
use holdfast_types::*;
use serde_json::json;

/// Writes another text into a field.
fn rewrite(page: &Session, id: &str, text: &str) {
    page.test_id(id).clear();
    page.test_id(id).send_keys(text);
}

/// A DBA goes through the failed runs one by one: the list must not be searched anew after each.
#[test]
fn back_from_a_run_the_list_is_as_it_was_searched() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        let job = hopeless_job(engine, "nightly").await;
        let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-runs");
    page.click_on("[data-testid=\"runs-status\"] option[value=\"failed\"]");
    page.test_id("runs-search").send_keys("night");
    wait_until("the address says what is searched", || page.place().contains("night"));
    page.click_on("[data-testid=\"run-row-1\"] a");
    page.shows("run-status", "Failed");
    page.script("document.activeElement.blur(); arguments[0]();", &[]);
    stage.display.press(&window, "u");
    page.test_id("runs-table");
    assert_eq!(page.value("runs-search"), "night", "what was searched");
    assert_eq!(page.value("runs-status"), "failed", "what was filtered");
}

#[test]
fn a_schedule_is_built_by_pickers_or_typed_and_each_follows_the_other() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-jobs");
    page.click_on("[data-testid=\"jobs-table\"] a.btn[href$=\"/jobs/1\"]");
    assert_eq!(page.value("job-cron"), "0 2 1 1 *", "what the job has");
    assert_eq!(page.value("job-cron-preset"), "custom", "no picker stands for once a year");

    page.click_on("[data-testid=\"job-cron-preset\"] option[value=\"weekly\"]");
    wait_until("the expression follows the picker", || page.value("job-cron").ends_with("* * 0"));
    page.click("job-day-3");
    wait_until("the expression follows the days", || page.value("job-cron").ends_with("* * 0,3"));
    page.click("job-day-0");
    wait_until("a day is taken away again", || page.value("job-cron").ends_with("* * 3"));
    page.shows("job-preview", "Wednesday");
    rewrite(page, "job-cron", "0 2 * * 1-5");
    page.wait_for("[data-testid=\"job-day-5\"][aria-pressed=\"true\"]");
    assert!(page.find("[data-testid=\"job-day-6\"][aria-pressed=\"true\"]").is_none(), "no Saturday");

    rewrite(page, "job-cron", "30 4 * * *");
    wait_until("the picker follows the expression", || page.value("job-cron-preset") == "daily");
    let told = page.shows("job-preview", "04:30");
    assert!(!told.contains("Wednesday"), "the coming runs are those of the new schedule: {told}");

    rewrite(page, "job-cron", "61 4 * * *");
    page.shows_in("main", "61");
    page.shows("job-preview", "once the schedule is right");
    rewrite(page, "job-cron", "15 3 * * 1");
    page.shows("job-preview", "Monday");
    page.click("job-save");
    page.wait_for("[data-testid=\"jobs-table\"]");
    let jobs = page.invoke("list_jobs", json!({}));
    assert_eq!(
        jobs["ok"]["items"][0]["schedule"]["expression"], "15 3 * * 1",
        "what was typed is what is kept: {jobs}"
    );
}

#[test]
fn a_failed_run_leads_to_its_cause_and_runs_again_once_that_is_mended() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| {
        let wrong = Connection { port: Some(1), ..server.cluster.connection() };
        let job = job_on(engine, "nightly", wrong, DATABASE).await;
        let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
    let app = stage.drive();
    let page = &app.page;
    page.shows("attention", "nightly");
    page.click("nav-runs");
    page.click_on("[data-testid=\"run-row-1\"] a");
    let told = page.test_id("run-error").text();
    assert!(told.lines().count() >= 2, "what happened, and what to do about it: {told:?}");

    page.click("nav-servers");
    page.click("server-edit-1");
    let right = server.cluster.connection().port.expect("the cluster has a port").to_string();
    rewrite(page, "server-port", &right);
    page.click("server-test");
    page.wait_for("[data-testid=\"test-result\"][data-ok=\"true\"]");
    page.click("server-save");
    page.wait_for("[data-testid=\"servers-table\"]");

    page.click("nav-runs");
    page.click_on("[data-testid=\"run-row-1\"] a");
    page.click("run-again");
    wait_until("the new run is shown completed", || {
        page.address().ends_with("/runs/2") && page.test_id("run-status").text().contains("Completed")
    });
    page.click("nav-overview");
    page.shows("protection", "protected");
}

#[test]
fn the_history_is_filtered_and_paged_in_the_address_and_back_undoes_it() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        let (one, other) = (hopeless_job(engine, "orders").await, hopeless_job(engine, "stock").await);
        for number in 0..60 {
            let job_id = if number % 4 == 0 { other.id } else { one.id };
            let run = engine.trigger_now(TriggerNow { job_id }).await.expect("a run is queued");
            engine.wait_for_run(run.id).await.expect("the run ends");
        }
    });
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-runs");
    page.shows("pager-words", "60");
    page.test_id("run-row-60");
    page.click("pager-next");
    page.test_id("run-row-10");
    assert!(page.address().contains("page=2"), "a page can be returned to: {}", page.address());

    page.click_on("[data-testid=\"runs-job\"] option[value=\"2\"]");
    page.shows("pager-words", "15");
    assert!(
        page.address().contains("job=2") && !page.address().contains("page="),
        "a filter begins at its first page: {}",
        page.address()
    );
    page.gone("run-row-60");
    page.test_id("run-row-57");
    page.click_on("[data-testid=\"runs-status\"] option[value=\"completed\"]");
    page.gone("run-row-57");
    page.shows_in("main", "No run");

    page.script("history.back(); arguments[0]();", &[]);
    page.test_id("run-row-57");
    page.script("history.back(); arguments[0]();", &[]);
    page.test_id("run-row-10");
    assert!(page.address().contains("page=2"), "Back leads to what was there: {}", page.address());

    let journeys = || page.script("arguments[0](history.length);", &[]).as_u64().unwrap_or_default();
    let before = journeys();
    page.click_on("[data-testid=\"run-row-10\"] a");
    page.test_id("run-status");
    // The two steps back are before the new one: it takes their place.
    assert_eq!(
        journeys(),
        before - 1,
        "a row and the link in it are one journey, or Back would seem to do nothing"
    );
    page.script("history.back(); arguments[0]();", &[]);
    page.test_id("run-row-10");

    page.click("nav-overview");

    page.wait_for("[data-testid=\"trend-chart\"][aria-label*=\"60 failed\"]");
    page.click_on("[data-testid=\"trend-job\"] option[value=\"2\"]");
    page.wait_for("[data-testid=\"trend-chart\"][aria-label*=\"15 failed\"]");
    // Without a pointer the days are read by the arrow keys.
    page.test_id("trend-chart").send_keys("\u{E012}\u{E014}");
    page.shows_in("[data-testid=\"trend-chart\"] [role=\"tooltip\"]", "15 failed (0 %)");
    page.click_on("label:has([data-testid=\"trend-line-size\"])");
    page.shows("trend", "all backups of a day");
    assert!(page.address().contains("job=2&line=size"), "a view can be returned to: {}", page.address());
    page.script("history.back(); arguments[0]();", &[]);
    page.shows("trend", "average of a day");
    page.click_on("label:has([data-testid=\"trend-line-success\"])");
    page.shows("trend", "share that completed");
}

#[test]
fn what_was_missed_while_no_event_came_is_there_as_soon_as_the_window_is_looked_at() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-jobs");
    page.shows("jobs-table", "nightly");
    // As a webview that slept: it hears nothing of what goes on.
    let deaf = listeners::take_away(page);
    assert!(deaf > 0, "the listeners are where Tauri keeps them");
    stage.seed(async |engine| hopeless_job(engine, "weekly").await);
    page.script("window.dispatchEvent(new Event('focus')); arguments[0]();", &[]);
    page.shows("jobs-table", "weekly");
}

#[test]
fn a_job_that_was_begun_outlives_a_look_at_another_page_until_it_is_discarded() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.go("#/jobs/new");
    page.test_id("job-name").send_keys("weekly");
    // The server does not answer, and its settings are a click away.
    page.click_on("[data-testid=\"job-databases\"] a[href$=\"/servers/1\"]");
    page.test_id("server-name");
    page.go("#/jobs/new");
    page.test_id("job-unsaved");
    assert_eq!(page.value("job-name"), "weekly", "what was typed is not lost by looking for a password");
    page.click_on("#job a[href$=\"/jobs\"]");
    page.test_id("jobs-table");
    page.go("#/jobs/new");
    page.test_id("job-name");
    assert_eq!(page.value("job-name"), "", "a discarded job does not come back");
    assert!(page.find("[data-testid=\"job-unsaved\"]").is_none(), "nor is it told of");
}

#[test]
fn the_offer_to_start_at_login_is_declined_for_good() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.click("login-decline");
    page.gone("login-offer");
    page.go("#/jobs");
    page.test_id("jobs-table");
    page.go("#/");
    page.test_id("attention");
    assert!(page.find("[data-testid=\"login-offer\"]").is_none(), "who declined is not asked at every look");
}

#[test]
fn the_offer_to_start_at_login_is_taken_where_it_is_made() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.click("login-accept");
    page.gone("login-offer");
    let told = page.invoke("system_status", json!({}));
    assert_eq!(told["ok"]["autostart"]["available"], true, "the next login starts it: {told}");
}

#[test]
fn what_was_changed_of_a_server_outlives_a_look_at_another_page_and_its_password_does_not() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-servers");
    page.click("server-edit-1");
    rewrite(page, "server-host", "db.example.com");
    page.test_id("server-password").send_keys("secret");
    page.click("nav-jobs");
    page.click("nav-servers");
    page.click("server-edit-1");
    page.shows("server-unsaved", "did not save");
    assert_eq!(page.value("server-host"), "db.example.com", "what was typed is not lost by a look elsewhere");
    assert_eq!(page.value("server-password"), "", "a secret is not kept for later");

    // A letter that misses its field must not take the form away.
    page.script("document.activeElement.blur(); arguments[0](true);", &[]);
    page.wait_for("body").send_keys("n");
    page.wait_for("body").send_keys("?");
    page.test_id("keys");
    assert!(page.address().ends_with("/servers/1"), "the form is still there: {}", page.address());
    page.wait_for("body").send_keys("\u{E00C}");
    page.gone("keys");
    page.click_on("[data-testid=\"server-unsaved\"] button");
    page.gone("server-unsaved");
    assert_eq!(page.value("server-host"), "127.0.0.1", "it is as it is stored");
    page.click("nav-jobs");
    page.click("nav-servers");
    page.click("server-edit-1");
    page.test_id("server-save");
    assert!(page.find("[data-testid=\"server-unsaved\"]").is_none(), "nothing is left to come back");
}
