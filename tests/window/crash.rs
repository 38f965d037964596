//! The app is killed in the middle of a run, and started again.

use crate::notifications::Notifications;
use crate::postgres::{DATABASE, Server};
use crate::seed::job_on;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::{wait_for, wait_until};
use nix::sys::signal::Signal;
use std::path::{Path, PathBuf};

#[test]
fn a_killed_app_leaves_nothing_but_a_partial_and_says_so_at_its_next_start() {
    let server = Server::start();
    server.grow();
    let stage = Stage::set();
    stage.seed(async |engine| job_on(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let daemon = Notifications::start(&stage.bus);
    let host = TrayHost::start(&stage.bus);
    let backups = stage.home().join("backups/nightly").join(DATABASE);
    let mut app = stage.launch(&["--hidden"]);
    host.wait_for_icon().choose("nightly");
    wait_for("the dump is being written", || {
        let partial = entries(&backups).into_iter().find(|path| is_partial(path))?;
        let archive = entries(&partial.join("archive"));
        archive.iter().any(|file| file.metadata().is_ok_and(|file| file.len() > 0)).then_some(())
    });
    app.process.signal(Signal::SIGKILL);
    app.process.end("it is killed");
    let left: Vec<PathBuf> = entries(&backups).into_iter().filter(|path| path.is_dir()).collect();
    assert!(
        left.len() == 1 && left.iter().all(|path| is_partial(path)),
        "what is unfinished must not look like a backup: {left:?}"
    );
    assert!(daemon.all().is_empty(), "nobody was there to tell of it yet: {:?}", daemon.all());

    let app = stage.drive();
    let told = daemon.wait_for("Backup of nightly was interrupted");
    wait_until("the unfinished backup is removed", || entries(&backups).is_empty());
    daemon.click(&told);
    app.page.shows("run-status", "Interrupted");
    let error = app.page.test_id("run-error").text();
    assert!(error.contains("earlier ones are untouched"), "what is lost and what is not: {error}");
    app.page.click("nav-backups");
    app.page.shows_in("main", "No backup yet");
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn is_partial(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "partial")
}
