//! What assistive technology and weak eyes meet: every page, light and dark, judged by axe-core.
//! <https://github.com/dequelabs/axe-core>

use crate::app::TITLE;
use crate::postgres::{DATABASE, Server};
use crate::seed::{backed_up, hopeless_job};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::{wait_for, wait_until};
use crate::webdriver::Session;
use holdfast_types::*;
use serde_json::Value;

/// The judge, as npm brings it.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");

/// Rules that hold on the barest of pages: its language, its title, its landmarks, its colours.
const ENOUGH: u64 = 15;

/// Every page, with something on it that is there once the page is.
const PAGES: [(&str, &str); 19] = [
    ("/", "[data-testid=\"protection\"]"),
    ("/jobs", "[data-testid=\"jobs-table\"]"),
    ("/jobs/new", "[data-testid=\"job-save\"]"),
    ("/jobs/1", "[data-testid=\"job-preview\"]"),
    ("/runs", "[data-testid=\"runs-table\"]"),
    ("/runs/1", "[data-testid=\"run-status\"]"),
    ("/runs/2", "[data-testid=\"run-error\"]"),
    ("/backups", "[data-testid=\"backups-table\"]"),
    ("/backups/1", "[data-testid=\"backup-drawer\"]"),
    ("/backups/1/contents", "[data-testid=\"contents-search\"]"),
    ("/backups/1/compare", "main h1"),
    ("/restore", "main h1"),
    ("/restore/1", "[data-testid=\"restore-next\"]"),
    ("/servers", "[data-testid=\"servers-table\"]"),
    ("/servers/new", "[data-testid=\"server-save\"]"),
    ("/servers/1", "[data-testid=\"server-save\"]"),
    ("/settings", "main h1"),
    ("/runs?status=failed", "[data-testid=\"run-row-2\"]"),
    ("/nowhere", "main h1"),
];

/// What axe-core finds, a line each: the rule, and the places.
fn violations(page: &Session) -> Vec<String> {
    let found = page.script(
        "const done = arguments[arguments.length - 1];
         const place = node => [node.target.join(' '), node.html.slice(0, 160), node.failureSummary.slice(0, 260)].join(' ');
         const told = rule => rule.id + ': ' + rule.help + ' at ' + rule.nodes.slice(0, 4).map(place).join(' | ');
         axe.run(document).then(
           result => done([result.passes.length, result.violations.map(told)]),
           error => done([0, ['axe-core failed: ' + error]]));",
        &[],
    );
    assert!(
        found[0].as_u64() > Some(ENOUGH),
        "a page that hardly any rule was asked about was not there: {found}"
    );
    let all = found[1].as_array().unwrap_or_else(|| panic!("axe-core answers with a list: {found}"));
    all.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}

/// Waits until nothing on the page moves or loads any more.
fn settled(page: &Session, css: &str) {
    page.wait_for(css);
    wait_for("the page has come to rest", || {
        let moving = page.script(
            "arguments[0](document.querySelectorAll('.skeleton, [aria-busy=\"true\"]').length
               + document.getAnimations().filter(one => one.playState === 'running').length);",
            &[],
        );
        (moving == 0).then_some(())
    });
}

/// A house with a backup and a failure, so that every page has something to show.
fn furnish(stage: &Stage, server: &Server) {
    stage.seed(async |engine| {
        let job = backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        // The longest word of trust, and names as long as people make them.
        let proven = VerifyBackup { id: BackupId(1), level: VerifyLevel::Restore, server_id: None };
        engine.verify_backup(proven).await.expect("it is restored for proof");
        let job = UpdateJob {
            id: job.id,
            spec: JobSpec {
                name: "catalogue and search of the northern region, every night".to_owned(),
                ..job.spec
            },
        };
        engine.update_job(job).await.expect("it gets a long name");
        let job =
            hopeless_job(engine, "a stranger whose name is as long as a database allows it to be").await;
        let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
}

fn judge(theme: &'static str, scheme: &str) {
    let server = Server::start();
    let stage = Stage::in_theme(theme);
    furnish(&stage, &server);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.test_id("nav-overview");
    let dark = page.script("arguments[0](matchMedia('(prefers-color-scheme: dark)').matches);", &[]);
    assert_eq!(dark, Value::from(scheme == "dark"), "the window must follow the desktop's theme");
    call_in(page);
    let mut all = Vec::new();
    for (address, css) in PAGES {
        page.go(address);
        settled(page, css);
        all.extend(violations(page).into_iter().map(|found| format!("{address} ({scheme}): {found}")));
    }
    assert!(all.is_empty(), "somebody cannot use this:\n{}", all.join("\n"));
}

#[test]
fn no_page_keeps_anybody_out_in_the_light_theme() {
    judge("Adwaita", "light");
}

#[test]
fn no_page_keeps_anybody_out_in_the_dark_theme() {
    judge("Adwaita:dark", "dark");
}

/// Brings the judge into the page.
fn call_in(page: &Session) {
    let axe = std::fs::read_to_string(AXE).expect("`cargo xtask setup` brings axe-core");
    page.script(&format!("{axe}; arguments[0](typeof axe);"), &[]);
}

/// What is met once.
fn judge_the_first_start(theme: &'static str) -> Vec<String> {
    let stage = Stage::in_theme(theme);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    settled(&app.page, "[data-testid=\"first-start\"]");
    call_in(&app.page);
    violations(&app.page)
}

/// What stands on top of a page, and what something ended with.
fn judge_moments(theme: &'static str) {
    let mut all = judge_the_first_start(theme);
    let server = Server::start();
    let stage = Stage::in_theme(theme);
    furnish(&stage, &server);
    let restored = stage.seed(async |engine| {
        let spec = RestoreSpec::new(BackupId(1), ServerId(1), "again".to_owned());
        let restore = engine.start_restore(StartRestore { spec }).await.expect("a restore begins");
        engine.wait_for_restore(restore.id).await.expect("it ends")
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.test_id("nav-overview");
    call_in(page);
    page.go(&format!("/restores/{}", restored.id));
    settled(page, "[data-testid=\"restore-outcome\"]");
    all.extend(violations(page));
    page.go("/jobs");
    page.click("job-delete-1");
    settled(page, "[data-testid=\"confirm\"]");
    all.extend(violations(page));
    page.click("confirm-keep");
    page.go("/backups/1");
    page.click("backup-delete");
    settled(page, "[data-testid=\"confirm\"]");
    all.extend(violations(page));
    assert!(all.is_empty(), "somebody is stopped there:\n{}", all.join("\n"));
}

#[test]
fn neither_the_first_start_nor_a_question_nor_a_result_keeps_anybody_out() {
    judge_moments("Adwaita");
    judge_moments("Adwaita:dark");
}

/// Tables that are cut at their frames: those do not scroll, so that the heads stay in sight.
fn wider_than_frame(page: &Session) -> Vec<String> {
    let found = page.script(
        "arguments[0]([...document.querySelectorAll('.table-frame')]
           .filter(one => one.firstElementChild.offsetWidth > one.clientWidth)
           .map(one => one.innerText.slice(0, 40) + ' ' + one.firstElementChild.offsetWidth + ' in ' + one.clientWidth));",
        &[],
    );
    found.as_array().into_iter().flatten().map(ToString::to_string).collect()
}

#[test]
fn no_table_hides_a_column_in_a_small_window_or_a_usual_one() {
    let server = Server::start();
    let stage = Stage::set();
    furnish(&stage, &server);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    let mut hidden = Vec::new();
    for ((width, height), (address, css)) in
        [(900, 600), (1400, 800)].into_iter().flat_map(|size| PAGES.map(|page| (size, page)))
    {
        stage.display.resize(&window, width, height);
        wait_until("the page is as wide as the window", || {
            page.script("arguments[0](innerWidth);", &[]) == width
        });
        page.go(address);
        settled(page, css);
        let wide = page.script(
            "arguments[0]([...document.querySelectorAll('main, main *')]
               .filter(one => getComputedStyle(one).overflowX !== 'visible' && getComputedStyle(one).overflowX !== 'clip')
               .filter(one => one.clientWidth > 0 && getComputedStyle(one).textOverflow !== 'ellipsis')
               .filter(one => one.scrollWidth > one.clientWidth && !one.matches('input, textarea, select, pre, .mono, .sr-only, .trust-word'))
               .map(one => one.tagName + ' ' + one.className.slice(0, 60) + ' ' + one.scrollWidth + ' in ' + one.clientWidth));",
            &[],
        );
        hidden.extend(wider_than_frame(page).into_iter().map(|one| format!("{address} at {width}: {one}")));
        hidden.extend(wide.as_array().into_iter().flatten().map(|one| format!("{address}: {one}")));
    }
    assert!(hidden.is_empty(), "what lies beyond the edge is not found:\n{}", hidden.join("\n"));
}
