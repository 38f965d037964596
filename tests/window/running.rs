//! A run that goes on: watched, and cancelled.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::job_on;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use holdfast_types::{DumpEngine, JobId, JobSpec, LoadLimits, RunStatus, TriggerNow, UpdateJob};
use std::collections::BTreeSet;

#[test]
fn the_figures_of_a_run_move_on_its_page_table_by_table() {
    let server = Server::start();
    server.grow();
    let stage = Stage::set();
    stage.seed(async |engine| {
        let job = job_on(engine, "nightly", server.cluster.connection(), DATABASE).await;
        // The parallel engine is through with a table of this size in two seconds, and tells of few steps in it.
        let spec = JobSpec { engine: DumpEngine::PgDump, ..job.spec };
        engine.update_job(UpdateJob { id: job.id, spec }).await.expect("the job is saved");
    });
    // The hint about a missing tray would move what is clicked.
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let window = stage.display.wait_for_window(TITLE);
    app.page.click("run-now");
    let mut seen = BTreeSet::new();
    wait_until("the bytes of the large table grow", || {
        let table = app.page.find("[data-testid=\"run-progress\"] li").map(|table| table.text());
        seen.extend(table.filter(|text| text.contains("history") && text.contains(" of ")));
        seen.len() >= 4
    });
    picture::take_moving(&stage.display, &window, "run-progress");
    app.page.shows("run-status", "Completed");
    app.page.gone("run-progress");
}

#[test]
fn the_figures_of_a_run_in_another_process_are_shown_too() {
    let server = Server::start();
    server.grow();
    let stage = Stage::set();
    stage.seed(async |engine| {
        let job = job_on(engine, "nightly", server.cluster.connection(), DATABASE).await;
        // Slow enough to be watched.
        let load = LoadLimits { rate_mb: Some(8), ..job.spec.load };
        let spec = JobSpec { engine: DumpEngine::Parallel, load, ..job.spec };
        engine.update_job(UpdateJob { id: job.id, spec }).await.expect("the job is saved");
    });
    let app = stage.drive();
    app.page.test_id("protection");
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            stage.seed(async |engine| {
                let run = engine.trigger_now(TriggerNow { job_id: JobId(1) }).await.expect("a run is queued");
                engine.wait_for_run(run.id).await.expect("the run ends").status
            })
        });
        app.page.go("/runs");
        app.page.click_on("[data-testid=\"run-row-1\"] a");
        wait_until("the bytes of the large table are told", || {
            let table = app.page.find("[data-testid=\"run-progress\"] li").map(|table| table.text());
            table.is_some_and(|text| text.contains("history") && text.contains(" of "))
        });
        let status = other.join().expect("the other process does its work");
        assert_eq!(status, RunStatus::Completed, "what is watched is not disturbed");
    });
    app.page.shows("run-status", "Completed");
    let scratch = stage.home().join("scratch");
    let left = std::fs::read_dir(&scratch).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing of the run may stay in {}", scratch.display());
}

#[test]
fn a_run_is_cancelled_by_its_button_and_leaves_nothing() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| job_on(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let held = server.hold();
    app.page.click("run-now");
    app.page.shows("run-status", "Processing");
    // Who is called because a run stands still must see why without the log.
    app.page.shows("run-held-up", "is in the way");
    picture::take_moving(&stage.display, &stage.display.wait_for_window(TITLE), "run-held-up");
    app.page.click("run-cancel");
    app.page.click("confirm-keep");
    app.page.gone("confirm");
    app.page.shows("run-status", "Processing");
    app.page.click("run-cancel");
    app.page.click("confirm-action");
    app.page.shows("run-status", "Cancelled");
    app.page.gone("run-cancel");
    let backups = stage.home().join("backups/nightly").join(DATABASE);
    let left = std::fs::read_dir(&backups).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing of it may stay in {}", backups.display());
    server.release(held);
    app.page.click("run-again");
    app.page.shows("run-status", "Completed");
}
