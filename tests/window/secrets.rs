//! A password that an operator types is found nowhere but where passwords are kept.

use crate::notifications::Notifications;
use crate::postgres::{CAREFUL, DATABASE, Server};
use crate::stage::Stage;
use crate::webdriver::Session;
use holdfast_types::*;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Not the right one, so that the server's refusal is told everywhere.
const PLANTED: &str = "Tr0ub4dor&3-planted";

#[test]
fn a_typed_password_is_in_no_notification_no_event_no_page_and_no_file_but_its_own() {
    let server = Server::start();
    let connection = server.cluster.connection();
    let stage = Stage::set();
    let daemon = Notifications::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    record_events(page);
    page.click("nav-servers");
    page.click("add-server");
    page.test_id("server-name").send_keys("production");
    page.test_id("server-host").send_keys(&connection.host);
    page.test_id("server-port").send_keys(&connection.port.unwrap().to_string());
    page.test_id("server-user").send_keys(CAREFUL);
    page.test_id("server-password").send_keys(PLANTED);
    page.click("server-test");
    let found = page.test_id("test-result");
    assert_eq!(found.attribute("data-ok").as_deref(), Some("false"), "it is the wrong one: {}", found.text());
    page.click("server-save");
    page.shows("toasts", "its last test failed");
    page.test_id("first-job");

    let databases = DatabaseSelection::Named(vec![DATABASE.to_owned()]);
    let mut spec = JobSpec::new("nightly".to_owned(), ServerId(1), databases, "UTC".to_owned());
    spec.retries = 0;
    let job = page.invoke("create_job", json!({ "spec": spec }));
    page.invoke("trigger_now", json!({ "job_id": job["ok"]["id"] }));
    let told = daemon.wait_for("Backup of nightly failed");
    daemon.click(&told);
    let shown = page.shows("run-error", "password");
    assert!(told.body.contains("password"), "the reason is told, or this proves nothing: {told:?}");

    let events = page.script("arguments[0](JSON.stringify(window.heard));", &[]);
    let events = events.as_str().unwrap_or_default();
    assert!(events.contains("scheduled-backup-failed"), "the failure was heard: {events}");
    let notifications = format!("{:?}", daemon.all());
    let source = page.source();
    for (place, text) in [
        ("an event", events),
        ("a notification", &notifications),
        ("the page", &source),
        ("the error", &shown),
    ] {
        assert!(!text.contains(PLANTED), "{place} tells the password: {text}");
    }
    drop(app);
    let holders = files_with(&stage.home(), PLANTED.as_bytes());
    assert_eq!(holders, [stage.home().join("passwords").join("server-1")], "one private file and no other");
}

/// Keeps every event of the contract in the page.
fn record_events(page: &Session) {
    page.script(
        "const done = arguments[arguments.length - 1];
         window.heard = [];
         Promise.all(arguments[0].map(name => window.__TAURI__.event.listen(name, event => window.heard.push(event))))
           .then(() => done());",
        &[json!(EVENTS)],
    );
}

/// The files below a folder that hold those bytes.
fn files_with(folder: &Path, wanted: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, wanted));
        } else if std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(wanted.len()).any(|part| part == wanted))
        {
            found.push(path);
        }
    }
    found
}
