//! What fails is told through the desktop's notifications, and a click leads to it.

use crate::app::TITLE;
use crate::notifications::Notifications;
use crate::seed::hopeless_job;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
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
fn the_test_notification_arrives() {
    let stage = Stage::set();
    let daemon = Notifications::start(&stage.bus);
    let app = stage.drive();
    let answer = app.page.invoke("send_test_notification", json!({}));
    assert!(answer["ok"]["detail"].is_string(), "the button needs words to show: {answer}");
    daemon.wait_for("Holdfast can reach you");
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
