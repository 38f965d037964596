//! What closing the window means is the operator's to say.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::{hopeless_job, job_on};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use holdfast_engine::Engine;
use holdfast_types::*;

/// The dialog's title, and the places of its buttons.
const QUESTION: &str = "Quit Holdfast\\?";
const WAIT: u32 = 1;
const CANCEL: u32 = 2;
const STAY: u32 = 3;

async fn closing_quits(engine: &Engine) {
    let request = UpdateConfig { key: "close_to_tray".to_owned(), value: Some("false".to_owned()) };
    engine.update_config(request).await.expect("the setting is taken");
}

#[test]
fn closing_the_window_quits_where_the_operator_set_it_so() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        closing_quits(engine).await;
        hopeless_job(engine, "orders").await
    });
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&[]);
    host.wait_for_icon();
    let window = stage.display.wait_for_window(TITLE);
    stage.display.close(&window);
    let status = app.process.end("the app ends with its window");
    assert_eq!(status.code(), Some(0), "an orderly end\n{}", stage.log());
}

#[test]
fn closing_asks_before_it_quits_beside_a_running_backup() {
    let server = Server::start();
    let stage = prepared(&server);
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&[]);
    let icon = host.wait_for_icon();
    let held = server.hold();
    icon.choose("nightly");
    icon.wait_for("Cancel the running backup and quit");

    let window = stage.display.wait_for_window(TITLE);
    stage.display.close(&window);
    let question = stage.display.wait_for_window(QUESTION);
    picture::take(&stage.display, &question, "quit-question");
    stage.display.click_foot(&question, STAY, 3);
    wait_until("the question is gone", || stage.display.managed(QUESTION).is_empty());
    assert_eq!(stage.display.visible(TITLE), std::slice::from_ref(&window), "the operator wants to go on");

    stage.display.close(&window);
    let question = stage.display.wait_for_window(QUESTION);
    stage.display.click_foot(&question, WAIT, 3);
    wait_until("the window is out of the way", || stage.display.managed(TITLE).is_empty());
    icon.wait_for("Quitting after the running backup");
    assert!(app.process.ended().is_none(), "the backup is not done yet");
    server.release(held);
    assert!(app.process.end("the app ends after its backup").success(), "an orderly end\n{}", stage.log());
    assert_eq!(last_status(&stage), RunStatus::Completed, "the operator chose to wait for it");
}

#[test]
fn a_backup_is_cancelled_by_closing_only_if_the_operator_says_so() {
    let server = Server::start();
    let stage = prepared(&server);
    let host = TrayHost::start(&stage.bus);
    let mut app = stage.launch(&[]);
    let icon = host.wait_for_icon();
    let _held = server.hold();
    icon.choose("nightly");
    icon.wait_for("Cancel the running backup and quit");
    let window = stage.display.wait_for_window(TITLE);
    stage.display.close(&window);
    let question = stage.display.wait_for_window(QUESTION);
    assert!(app.process.ended().is_none(), "nothing ends before the answer\n{}", stage.log());
    stage.display.click_foot(&question, CANCEL, 3);
    assert!(app.process.end("the app ends at once").success(), "an orderly end\n{}", stage.log());
    assert_eq!(last_status(&stage), RunStatus::Cancelled, "its record must say why there is no backup");
}

fn prepared(server: &Server) -> Stage {
    let stage = Stage::set();
    stage.seed(async |engine| {
        closing_quits(engine).await;
        job_on(engine, "nightly", server.cluster.connection(), DATABASE).await
    });
    stage
}

fn last_status(stage: &Stage) -> RunStatus {
    let runs = stage.seed(async |engine| engine.list_runs(ListRuns::default()).await.expect("the history"));
    runs.items.first().expect("there was a run").status
}
