//! The tray's menu, read and clicked over the bus as a desktop does.

use crate::postgres::{DATABASE, Server};
use crate::seed::{hopeless_job, job_on};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use holdfast_types::*;

#[test]
fn the_menu_lists_the_jobs_and_follows_their_changes() {
    let stage = Stage::set();
    let job = stage.seed(async |engine| {
        hopeless_job(engine, "R&D_main").await;
        hopeless_job(engine, "orders").await
    });
    let host = TrayHost::start(&stage.bus);
    let _app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    icon.wait_for("orders");
    icon.wait_for("R&D_main");
    stage.seed(async |engine| {
        let mut spec = job.spec.clone();
        spec.name = "orders-2".to_owned();
        engine.update_job(UpdateJob { id: job.id, spec }).await.expect("the job is renamed");
    });
    icon.wait_for("orders-2");
    assert!(!icon.labels().contains(&"orders".to_owned()), "the old name must be gone: {:?}", icon.labels());
}

#[test]
fn the_scheduler_is_paused_and_resumed_from_the_menu() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "orders").await);
    let host = TrayHost::start(&stage.bus);
    let _app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    icon.wait_for("orders");
    assert_eq!(icon.title(), "Holdfast", "a desktop that lists its icons names the app, not its file");
    let idle = icon.picture();
    icon.choose("Pause scheduler");
    let status = icon.wait_for("Stopped");
    assert!(!status.enabled, "the status line is to be read, not chosen");
    wait_until("the icon warns", || icon.picture() != idle);
    icon.choose("Resume scheduler");
    icon.wait_for("Pause scheduler");
    assert!(!icon.labels().contains(&"Resume scheduler".to_owned()), "one of the two: {:?}", icon.labels());
}

#[test]
fn the_apps_end_is_chosen_from_the_menu() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    icon.choose("Quit Holdfast");
    let status = app.process.end("the app ends when it is told to quit");
    assert_eq!(status.code(), Some(0), "an orderly end\n{}", stage.log());
}

#[test]
fn quitting_while_a_backup_runs_is_a_choice() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| job_on(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    let idle = icon.picture();
    let held = server.hold();
    icon.choose("nightly");
    icon.wait_for("Cancel the running backup and quit");
    wait_until("the icon shows that a backup runs", || icon.picture() != idle);
    assert!(icon.labels().iter().any(|label| label.starts_with("Running nightly")), "{:?}", icon.labels());
    icon.choose("Quit after the running backup");
    icon.wait_for("Quitting after the running backup");
    assert!(app.process.ended().is_none(), "the backup is not done yet");
    server.release(held);
    assert!(app.process.end("the app ends after its backup").success(), "an orderly end\n{}", stage.log());
    let last =
        stage.seed(async |engine| engine.list_runs(ListRuns::default()).await.unwrap().items.remove(0));
    assert_eq!(last.status, RunStatus::Completed, "the operator chose to wait for it: {last:?}");
}

#[test]
fn a_running_backup_can_be_cancelled_to_quit() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| job_on(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    let _held = server.hold();
    icon.choose("nightly");
    icon.choose("Cancel the running backup and quit");
    assert!(app.process.end("the app ends at once").success(), "an orderly end\n{}", stage.log());
    let last =
        stage.seed(async |engine| engine.list_runs(ListRuns::default()).await.unwrap().items.remove(0));
    assert_eq!(last.status, RunStatus::Cancelled, "its record must say why there is no backup: {last:?}");
}
