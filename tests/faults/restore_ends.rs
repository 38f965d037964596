//! How restores end that are called off or cut short, and what they leave to others.

use crate::proc::signal;
use crate::scene::{Scene, fresh};
use crate::server::{Server, execute};
use crate::wait::{PATIENCE, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::sync::Arc;

#[test]
fn a_restore_that_waits_for_a_lock_and_is_called_off_leaves_nobody_waiting() {
    let scene = Scene::shared();
    let name = scene.database.clone();
    let reader = scene.server.session(&name);
    execute(&reader, "BEGIN; SELECT count(*) FROM part1");
    let backup = scene.backup.as_str();
    let arguments =
        ["restore", backup, "--server", "local", "--database", &name, "--clean", "--confirm", &name];
    let mut process = scene.home.start(&[&arguments[..], &["--no-safety-backup"]].concat());
    let waiting = format!(
        "SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND wait_event_type = 'Lock' AND usename = '{}'",
        scene.role
    );
    wait_until("the restore waits for the reader", PATIENCE, || {
        !scene.server.values("postgres", &waiting).is_empty()
    });
    signal(process.id(), Signal::SIGINT);
    let status = process.end(PATIENCE);
    assert_eq!(status.code(), Some(1), "it was called off: {status}");
    assert_eq!(
        scene.server.values("postgres", &waiting),
        [] as [&str; 0],
        "a session that goes on waiting would keep every later reader out"
    );
}

#[test]
fn what_a_crashed_server_keeps_of_a_restore_is_dropped_at_the_next_and_backed_up_by_nobody() {
    let server = Arc::new(Server::own());
    let scene = Scene::new(Arc::clone(&server), 64);
    let mut process = scene.loading(&fresh());
    signal(server.postmaster(), Signal::SIGKILL);
    let status = process.end(PATIENCE * 2);
    assert_eq!(status.code(), Some(1), "the server was lost: {status}");
    server.start_again();
    let left = scene.staged();
    assert_eq!(left.len(), 1, "a server that is gone drops nothing: {left:?}");
    let found = scene.home.document(&["server", "test", "local"]);
    assert!(!found.to_string().contains(&left[0]), "it is no database of anybody's: {found}");
    let (status, restore) = scene.restore(&fresh(), &["--create", "--table", "public.part1"]);
    assert_eq!((status, &restore["status"]), (0, &Value::from("completed")), "{restore}");
    assert_eq!(scene.staged(), [] as [&str; 0], "the next restore clears it away");
}

#[test]
fn a_restore_does_not_hide_the_drill_from_the_report() {
    let scene = Scene::shared();
    let (status, verified) = scene.home.json(&["verify", &scene.backup, "--level", "restore"]);
    assert_eq!(status, 0, "{verified}");
    let report = || scene.home.document(&["backups", "report", &scene.backup, "--format", "json"]);
    let before = report()["verification"]["level"].clone();
    let (status, restore) = scene.restore(&fresh(), &["--create"]);
    assert_eq!(status, 0, "{restore}");
    assert_eq!(before, "L4", "it was drilled");
    assert_eq!(report()["verification"]["level"], before, "the report shows what earned the badge");
}
