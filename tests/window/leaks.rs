//! What a page listens to is gone once it is left: listeners of events of the app, of the document, and timers.

use crate::listeners;
use crate::postgres::{DATABASE, Server};
use crate::seed::backed_up;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use crate::webdriver::Session;
use serde_json::Value;

/// Pages that listen to something, and what is on each once it is there.
const PAGES: [(&str, &str); 9] = [
    ("/jobs", "[data-testid=\"jobs-table\"]"),
    ("/jobs/1", "[data-testid=\"job-preview\"]"),
    ("/runs", "[data-testid=\"runs-table\"]"),
    ("/runs/1", "[data-testid=\"run-status\"]"),
    ("/backups/1", "[data-testid=\"backup-drawer\"]"),
    ("/backups/1/contents", "[data-testid=\"contents-search\"]"),
    ("/restore/1", "[data-testid=\"restore-next\"]"),
    ("/servers", "[data-testid=\"servers-table\"]"),
    ("/settings", "main h1"),
];

/// Counts what is listened to from now on, by adding and taking away.
const COUNT: &str = "const counted = window.__counted = { listeners: 0, intervals: new Set() };
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const outside = target => target === window || target === document;
    EventTarget.prototype.addEventListener = function (...all) {
        if (outside(this)) { counted.listeners += 1; }
        return addEventListener.apply(this, all);
    };
    EventTarget.prototype.removeEventListener = function (...all) {
        if (outside(this)) { counted.listeners -= 1; }
        return removeEventListener.apply(this, all);
    };
    const { setInterval, clearInterval } = window;
    window.setInterval = (...all) => { const id = setInterval(...all); counted.intervals.add(id); return id; };
    window.clearInterval = id => { counted.intervals.delete(id); return clearInterval(id); };
    arguments[0]();";

/// Listeners of the app's events, and listeners of window and document with timers as counted since then.
fn heard(page: &Session) -> (u64, Value) {
    let counted =
        page.script("arguments[0]([window.__counted.listeners, window.__counted.intervals.size]);", &[]);
    (listeners::count(page), counted)
}

fn tour(page: &Session) {
    for (address, css) in PAGES.iter().chain(&[("/", "[data-testid=\"protection\"]")]) {
        page.go(address);
        page.wait_for(css);
    }
}

#[test]
fn a_page_that_is_left_listens_to_nothing_any_more() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.test_id("protection");
    page.script(COUNT, &[]);
    tour(page);
    let first = heard(page);
    assert!(first.0 > 0, "the dashboard itself listens: {first:?}");
    for _ in 0..3 {
        tour(page);
    }
    // Tauri takes a listener away a moment after it was asked to.
    wait_until("what was listened to is as it was after the first tour", || heard(page) == first);
}

/// Each formatter of the browser holds tens of kilobytes that its collector does not count: made anew for each text, they
/// grew the page to hundreds of megabytes.
#[test]
fn times_and_numbers_are_written_with_the_formatters_that_are_there() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    app.page.test_id("protection");
    app.page.script(COUNT_FORMATTERS, &[]);
    let made = || app.page.script("arguments[0](window.__formatters);", &[]);
    // The first tours make what they need, some of it when an answer comes late.
    wait_until("a tour of all pages makes no formatter", || {
        let before = made();
        tour(&app.page);
        made() == before
    });
    let kept = made().as_u64();
    assert!(kept.is_some_and(|made| (1..=20).contains(&made)), "a form and a zone need one: {kept:?}");
}

/// Counts what is made to write moments and numbers, and each text that is written without.
const COUNT_FORMATTERS: &str = "window.__formatters = 0;
    for (const name of ['DateTimeFormat', 'NumberFormat']) {
        Intl[name] = new Proxy(Intl[name], {
            construct(...all) { window.__formatters += 1; return Reflect.construct(...all); },
        });
    }
    for (const kind of [Date, Number]) {
        const before = kind.prototype.toLocaleString;
        kind.prototype.toLocaleString = function (...all) { window.__formatters += 1; return before.apply(this, all); };
    }
    arguments[0]();";
