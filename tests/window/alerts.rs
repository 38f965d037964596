//! What fails is told through the desktop's notifications, and a click leads to it.

use crate::app::TITLE;
use crate::notifications::Notifications;
use crate::picture;
use crate::seed::hopeless_job;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use chrono::{TimeDelta, Utc};
use holdfast_types::*;
use serde_json::json;

#[test]
fn a_failing_run_raises_a_notification_and_a_click_opens_the_window() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "orders").await);
    let daemon = Notifications::start(&stage.bus);
    let host = TrayHost::start(&stage.bus);
    let _app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    icon.choose("orders");
    let told = daemon.wait_for("Backup of orders failed");
    assert!(told.body.len() > 20, "the reason and what to do belong to it: {told:?}");
    assert!(told.actions.contains(&"default".to_owned()), "or a click leads nowhere: {told:?}");
    icon.wait_for("orders needs attention");
    daemon.click(&told);
    stage.display.wait_for_window(TITLE);
    assert_eq!(daemon.all().len(), 1, "one failure, one notification: {:?}", daemon.all());
}

#[test]
fn a_click_on_a_notification_leads_an_open_window_to_the_run() {
    let stage = Stage::set();
    let job = stage.seed(async |engine| hopeless_job(engine, "orders").await);
    let daemon = Notifications::start(&stage.bus);
    let app = stage.drive();
    app.page.script(
        "const done = arguments[arguments.length - 1];
         window.__TAURI__.event.listen('navigate', event => { window.wentTo = event.payload.path; }).then(() => done());",
        &[],
    );
    let run = app.page.invoke("trigger_now", json!({ "job_id": job.id }));
    let told = daemon.wait_for("Backup of orders failed");
    daemon.click(&told);
    let expected = json!(format!("/runs/{}", run["ok"]["id"]));
    wait_until("the window is sent to the run", || {
        app.page.script("arguments[arguments.length - 1](window.wentTo ?? null);", &[]) == expected
    });
}

#[test]
fn a_failure_is_shown_with_its_hint_and_a_click_leads_back_to_it() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "orders").await);
    let daemon = Notifications::start(&stage.bus);
    // The hint about a missing tray would move what is clicked.
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("run-now");
    page.shows("run-status", "Failed");
    let run = page.invoke("get_run", json!({ "id": 1 }));
    for part in ["error_message", "error_hint"] {
        let told = run["ok"][part].as_str().unwrap_or_default();
        assert!(!told.is_empty(), "a failure has its {part}: {run}");
        page.shows("run-error", told);
    }
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "run-failed");
    page.click("nav-jobs");
    page.gone("run-error");
    let told = daemon.wait_for("Backup of orders failed");
    daemon.click(&told);
    page.test_id("run-error");
    assert!(page.address().ends_with("#/runs/1"), "the click leads to the run: {}", page.address());
}

#[test]
fn a_job_without_a_backup_in_time_is_told_shown_and_reddens_the_icon() {
    let stage = Stage::set();
    let now = Utc::now();
    stage.seed_at(now - TimeDelta::days(10), async |engine| {
        let job = hopeless_job(engine, "orders").await;
        let mut spec = job.spec;
        spec.missed = MissedPolicy::Skip;
        // Daily, twelve hours from now: no slot comes while this looks.
        spec.schedule.expression = (now + TimeDelta::hours(12)).format("%M %H * * *").to_string();
        engine.update_job(UpdateJob { id: job.id, spec }).await.expect("the schedule is taken");
    });
    let daemon = Notifications::start(&stage.bus);
    let host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let told = daemon.wait_for("orders is overdue");
    let icon = host.wait_for_icon();
    icon.wait_for("orders needs attention");
    app.page.shows("attention", "orders");
    assert_ne!(app.page.test_id("protection").text(), "", "the banner says how things stand");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "overdue");
    daemon.click(&told);
    app.page.shows("jobs-table", "orders");
    let overdue = daemon.all().iter().filter(|shown| shown.summary.contains("overdue")).count();
    assert_eq!(overdue, 1, "told once, when it becomes so: {:?}", daemon.all());
}

#[test]
fn the_test_notification_is_sent_by_its_button_and_arrives() {
    let stage = Stage::set();
    let daemon = Notifications::start(&stage.bus);
    let app = stage.drive();
    app.page.click("nav-settings");
    app.page.click("test-notification");
    daemon.wait_for("Holdfast can reach you");
    app.page.shows("toasts", "Notifications are shown by the desktop");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "settings");
}

#[test]
fn without_a_notification_daemon_the_app_says_so() {
    let stage = Stage::set();
    let app = stage.drive();
    let status = app.page.invoke("system_status", json!({}));
    let notifications = &status["ok"]["notifications"];
    assert_eq!(notifications["available"], json!(false), "there is none: {status}");
    assert!(
        notifications["detail"].as_str().is_some_and(|d| d.contains("dunst")),
        "and what to do: {notifications}"
    );
}
