//! What assistive technology and weak eyes meet: every page, light and dark, judged by axe-core.
//! <https://github.com/dequelabs/axe-core>

use crate::postgres::{DATABASE, Server};
use crate::seed::{backed_up, hopeless_job};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_for;
use crate::webdriver::Session;
use holdfast_types::*;
use serde_json::{Value, json};

/// The judge, as npm brings it.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");

/// Every page, with something on it that is there once the page is.
const PAGES: [(&str, &str); 19] = [
    ("/", "[data-testid=\"protection\"]"),
    ("/jobs", "main table tbody tr, main article"),
    ("/jobs/new", "main form, main input"),
    ("/jobs/1", "main form, main input"),
    ("/runs", "main table tbody tr"),
    ("/runs/1", "main h1"),
    ("/runs/2", "main h1"),
    ("/backups", "main table tbody tr"),
    ("/backups/1", "[role=\"dialog\"], aside, main h2"),
    ("/backups/1/contents", "[data-testid=\"contents-search\"]"),
    ("/backups/1/compare", "main h1"),
    ("/restore", "main h1"),
    ("/restore/1", "[data-testid=\"restore-next\"]"),
    ("/servers", "main table tbody tr, main article, main li"),
    ("/servers/new", "main input"),
    ("/servers/1", "main input"),
    ("/settings", "main h1"),
    ("/runs?status=failed", "main table tbody tr"),
    ("/nowhere", "main"),
];

/// Goes there as a link would.
fn go(page: &Session, address: &str) {
    page.script(
        "history.pushState({}, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate')); arguments[1]();",
        &[json!(address)],
    );
}

/// What axe-core finds, a line each: the rule, and the places.
fn violations(page: &Session) -> Vec<String> {
    let found = page.script(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { resultTypes: ['violations'] }).then(
           result => done(result.violations.map(rule => rule.id + ': ' + rule.help + ' at ' + rule.nodes.map(node =>
             node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' (' + node.failureSummary.replace(/\\s+/g, ' ').slice(0, 260) + ')').slice(0, 4).join(' | '))),
           error => done(['axe-core failed: ' + error]));",
        &[],
    );
    let all: Option<Vec<String>> = found
        .as_array()
        .map(|all| all.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect());
    all.unwrap_or_else(|| panic!("axe-core answers with a list: {found}"))
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
        (moving == Value::from(0)).then_some(())
    });
}

fn judge(theme: &str, scheme: &str) {
    let axe = std::fs::read_to_string(AXE).expect("`cargo xtask setup` brings axe-core");
    let server = Server::start();
    let stage = Stage::in_theme(theme);
    stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        let job = hopeless_job(engine, "stranger").await;
        let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.test_id("nav-overview");
    let dark = page.script("arguments[0](matchMedia('(prefers-color-scheme: dark)').matches);", &[]);
    assert_eq!(dark, Value::from(scheme == "dark"), "the window must follow the desktop's theme");
    page.script(&format!("{axe}; arguments[0](typeof axe);"), &[]);
    let mut all = Vec::new();
    for (address, css) in PAGES {
        go(page, address);
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
