//! What the dashboard and the app in the tray cost: the size of the bundle, how soon a page is there, memory, idle
//! processor time. `cargo xtask measure` builds what is shipped and runs this; no test depends on the machine's speed.

#![cfg(target_os = "linux")]
#![allow(dead_code, clippy::unwrap_used)]

#[path = "../window/app.rs"]
mod app;
#[path = "../window/bus.rs"]
mod bus;
mod cost;
#[path = "../window/display.rs"]
mod display;
#[path = "../window/picture.rs"]
mod picture;
#[path = "../window/processes.rs"]
mod processes;
mod screen;
#[path = "../window/seed.rs"]
mod seed;
#[path = "../window/stage.rs"]
mod stage;
#[path = "../window/tray_host.rs"]
mod tray_host;
#[path = "../window/wait.rs"]
mod wait;
#[path = "../window/webdriver.rs"]
mod webdriver;

use app::TITLE;
use cost::Cost;
use screen::Screen;
use seed::hopeless_job;
use stage::Stage;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tray_host::TrayHost;
use wait::wait_until;

/// Jobs that the app watches over.
const JOBS: usize = 50;

/// How long it idles, in seconds, unless the first argument says otherwise.
const IDLE: u64 = 60;

/// How often the window is opened after a rest; the middle one counts.
const OPENINGS: usize = 5;

/// One figure, and what ui.md allows.
struct Figure {
    what: &'static str,
    found: f64,
    unit: &'static str,
    most: f64,
}

fn main() -> ExitCode {
    let idle = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(IDLE);
    let mut figures = vec![Figure {
        what: "bundle, gzip-compressed",
        found: bundle() as f64 / 1000.0,
        unit: "KB",
        most: 900.0,
    }];
    let stage = Stage::set();
    stage.seed(async |engine| {
        for number in 0..JOBS {
            hopeless_job(engine, &format!("job {number}")).await;
        }
    });
    let host = TrayHost::start(&stage.bus);
    figures.extend(in_the_tray(&stage, &host, idle));
    figures.push(first_page(&stage));
    println!("| | measured | bound |\n|---|---|---|");
    let mut missed = 0;
    for Figure { what, found, unit, most } in figures {
        let mark = if found <= most { "" } else { ", missed" };
        missed += u8::from(found > most);
        println!("| {what} | {found:.2} {unit} | {most} {unit}{mark} |");
    }
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The app as the session starts it, with the window opened and closed again.
fn in_the_tray(stage: &Stage, host: &TrayHost, idle: u64) -> Vec<Figure> {
    let mib = |kib: u64| kib as f64 / 1024.0;
    let millis = |took: Duration| took.as_secs_f64() * 1000.0;
    let app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    app.settled_memory();
    let hidden = Cost::of(&app);
    let screen = Screen::of(&stage.display);
    let open = || {
        let begun = Instant::now();
        icon.choose("Open Holdfast");
        let took = screen.wait_for_page(begun);
        (stage.display.wait_for_window(TITLE), took)
    };
    let close = |window: &str| {
        stage.display.close(window);
        wait_until("the window is gone", || stage.display.visible(TITLE).is_empty());
    };
    let once = || {
        let (window, took) = open();
        app.settled_memory();
        close(&window);
        took
    };
    let rest = || {
        wait_until("the webview's helpers are gone", || app.family().len() == 1);
        app.settled_memory();
    };
    once();
    let soon = once();
    rest();
    let mut later = [(); OPENINGS].map(|()| {
        let took = once();
        rest();
        took
    });
    later.sort_unstable();
    let later = later[OPENINGS / 2];
    let (closed, before) = (Cost::of(&app), Instant::now());
    std::thread::sleep(Duration::from_secs(idle));
    let after = Cost::of(&app);
    let share =
        after.processor.saturating_sub(closed.processor).as_secs_f64() / before.elapsed().as_secs_f64();
    let grown = after.pss_kib.saturating_sub(closed.pss_kib);
    let figure = |what, found, unit, most| Figure { what, found, unit, most };
    vec![
        figure("memory, started hidden, proportional", mib(hidden.pss_kib), "MiB", 100.0),
        figure("memory, started hidden, private dirty", mib(hidden.dirty_kib), "MiB", 45.0),
        figure("memory, window opened and closed again, after a rest", mib(closed.pss_kib), "MiB", 150.0),
        figure("memory, grown while idle", mib(grown), "MiB", 1.0),
        figure("processor while idle with 50 jobs, of one core", share * 100.0, "%", 0.5),
        figure("from the tray's menu to the page, soon again", millis(soon), "ms", 300.0),
        figure("from the tray's menu to the page, after a rest", millis(later), "ms", 300.0),
    ]
}

/// From the beginning of the dashboard to the first text of its page, as the webview itself tells it.
fn first_page(stage: &Stage) -> Figure {
    let app = stage.drive();
    app.page.test_id("protection");
    let told = app.page.script(
        "arguments[0]((performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || -1);",
        &[],
    );
    let found = told.as_f64().filter(|found| *found > 0.0).expect("the webview tells when it painted");
    Figure { what: "first contentful paint", found, unit: "ms", most: 1000.0 }
}

/// Bytes that a browser would fetch: each file of the dashboard that the page names, compressed.
fn bundle() -> u64 {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/dist");
    let files = std::fs::read_dir(dist).expect("`cargo xtask ui` builds the dashboard");
    let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| compressed(&path)).sum()
}

fn compressed(path: &std::path::Path) -> u64 {
    let packed = std::process::Command::new("gzip").args(["-9", "-c"]).arg(path).output();
    packed.expect("gzip is there").stdout.len() as u64
}
