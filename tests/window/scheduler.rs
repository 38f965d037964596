//! The scheduler in the window: a slot comes and its run is seen; stopped by its button, none comes.

use crate::app::Driven;
use crate::postgres::{DATABASE, Server};
use crate::seed::job_on;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use chrono::{DateTime, Utc};
use holdfast_types::*;
use serde_json::json;

/// Every four seconds.
const OFTEN: &str = "*/4 * * * * *";

#[test]
fn a_scheduled_run_fires_and_none_does_while_the_scheduler_is_stopped() {
    let server = Server::start();
    let stage = Stage::set();
    // The hint about a missing tray would move what is clicked.
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    stage.seed(async |engine| {
        let job = job_on(engine, "often", server.cluster.connection(), DATABASE).await;
        let schedule = Schedule { expression: OFTEN.to_owned(), timezone: "UTC".to_owned() };
        engine.update_schedule(UpdateSchedule { job_id: job.id, schedule }).await.expect("it is taken");
    });
    app.page.click("nav-runs");
    app.page.click_on("[data-testid=\"run-row-1\"] a");
    app.page.shows("run-status", "Completed");
    app.page.shows_in("main", "scheduled");

    app.page.click("nav-overview");
    app.page.click("scheduler-stop");
    app.page.shows("scheduler-state", "Stopped");
    wait_until("what goes on has ended", || active(&app) == 0);
    let stopped = Utc::now();
    let before = runs(&app).total;
    wait_until("two slots have passed", || (Utc::now() - stopped).num_seconds() >= 9);
    assert_eq!(runs(&app).total, before, "the operator stopped it\n{}", stage.log());
    let started = Utc::now();
    app.page.click("scheduler-start");
    app.page.shows("scheduler-state", "Running");
    wait_until("a slot fires again", || {
        runs(&app).items.iter().any(|run| run.status == RunStatus::Completed && began(run) > Some(started))
    });
    let between: Vec<Run> = runs(&app).items;
    let between: Vec<&Run> =
        between.iter().filter(|run| began(run).is_some_and(|at| at > stopped && at < started)).collect();
    assert!(between.is_empty(), "what passed meanwhile is skipped, not caught up: {between:?}");
    let skipped = runs(&app).items.iter().filter(|run| run.status == RunStatus::Skipped).count();
    assert!(skipped >= 2, "the history says why there is no backup of those slots");
}

/// A run that begins or an answer that arrives must not take a button from under the pointer: the click would do
/// something else, or nothing.
#[test]
fn the_schedulers_buttons_stay_where_they_are_while_the_page_fills_and_runs_begin_and_end() {
    let server = Server::start();
    let stage = Stage::set();
    let _host = TrayHost::start(&stage.bus);
    stage.seed(async |engine| {
        let job = job_on(engine, "often", server.cluster.connection(), DATABASE).await;
        let schedule = Schedule { expression: OFTEN.to_owned(), timezone: "UTC".to_owned() };
        engine.update_schedule(UpdateSchedule { job_id: job.id, schedule }).await.expect("it is taken");
    });
    let app = stage.drive();
    app.page.click("nav-runs");
    app.page.click_on("[data-testid=\"run-row-1\"] a");
    app.page.shows("run-status", "Completed");
    app.page.script(WATCH, &[]);
    let (before, seen) = (runs(&app).total, || app.page.script(SEEN, &[]));
    app.page.click("nav-overview");
    wait_until("two runs have passed", || runs(&app).total >= before + 2);
    wait_until("one of them was shown", || seen()["runs"].as_u64().is_some_and(|runs| runs > 0));
    let tops = seen()["tops"].clone();
    assert_eq!(tops.as_array().map(Vec::len), Some(1), "the Stop button stood at these heights: {tops}");
}

/// Notes each height at which the Stop button stands, frame by frame, and the frames in which a run is shown.
const WATCH: &str = "
    const seen = window.seen = { tops: [], runs: 0 };
    const look = () => {
        const of = id => document.querySelector(`[data-testid=\"${id}\"]`);
        const top = of('scheduler-stop')?.getBoundingClientRect().top;
        if (top !== undefined && !seen.tops.includes(top)) seen.tops.push(top);
        if (of('live-run')) seen.runs += 1;
        requestAnimationFrame(look);
    };
    look();
    arguments[0]();";
/// What was noted.
const SEEN: &str = "arguments[0](window.seen);";

fn runs(app: &Driven) -> Page<Run> {
    let answer = app.page.invoke("list_runs", json!({ "limit": 50 }));
    serde_json::from_value(answer["ok"].clone()).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn active(app: &Driven) -> usize {
    runs(app).items.iter().filter(|run| run.status.is_active()).count()
}

fn began(run: &Run) -> Option<DateTime<Utc>> {
    run.started_at.as_deref()?.parse().ok()
}
