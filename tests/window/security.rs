//! What the window may not do.

use crate::stage::Stage;
use crate::wait::wait_until;
use holdfast_types::COMMANDS;
use serde_json::{Value, json};

#[test]
fn a_command_that_the_capability_does_not_name_is_refused() {
    let stage = Stage::set();
    let app = stage.drive();
    for command in
        ["plugin:opener|open_path", "plugin:dialog|open", "plugin:autostart|enable", "no_such_command"]
    {
        let answer = app.page.invoke(command, json!({}));
        assert!(answer["error"].is_string(), "{command} must be refused by tauri itself: {answer}");
    }
}

#[test]
fn the_window_cannot_leave_the_dashboard() {
    let stage = Stage::set();
    let app = stage.drive();
    // The dashboard completes its address while it starts.
    app.page.test_id("nav-overview");
    let before = app.page.address();
    let done = "arguments[arguments.length - 1]";
    let opened = app.page.script(&format!("{done}(window.open('https://example.com/') === null);"), &[]);
    assert_eq!(opened, json!(true), "no second window may be opened");
    app.page.script(&format!("window.location.href = 'https://example.com/'; setTimeout({done}, 0);"), &[]);
    // What was being loaded when the page tried to leave is given up; what comes after must work.
    wait_until("the dashboard is still there and works", || {
        app.page.invoke("list_jobs", json!({}))["ok"].is_object()
    });
    assert_eq!(app.page.address(), before, "the window stays where it was");
}

#[test]
fn every_command_of_the_contract_is_named_in_the_capability_and_no_other() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tauri.conf.json")).unwrap();
    let configuration: Value = serde_json::from_str(&text).unwrap();
    let capability = &configuration["app"]["security"]["capabilities"][0];
    assert_eq!(capability["windows"], json!(["main"]), "the commands belong to the one window");
    let permitted = capability["permissions"].as_array().unwrap().iter().filter_map(Value::as_str);
    let mut permitted: Vec<&str> = permitted.filter(|name| !name.starts_with("core:event:")).collect();
    permitted.sort_unstable();
    let mut expected: Vec<String> =
        COMMANDS.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    expected.sort_unstable();
    assert_eq!(
        permitted, expected,
        "a command without a permission is dead; a permission without one is a hole"
    );
}
