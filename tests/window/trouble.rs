//! What the window says and offers when something is wrong: a backup that broke, a scheduler that stands, a server that
//! does not answer.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::{backed_up, hopeless_job, job_on};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use holdfast_engine::Engine;
use holdfast_types::*;
use std::path::Path;

/// The Enter key, as WebDriver sends it.
const ENTER: &str = "\u{E007}";

/// Cuts the data of a backup in half, as a disk that loses blocks does.
async fn damage(engine: &Engine, id: i64) {
    let backup = engine.get_backup(GetBackup { id: BackupId(id) }).await.expect("the backup is known").backup;
    let archive = Path::new(&backup.path).join("archive");
    let data = std::fs::read_dir(&archive)
        .unwrap_or_else(|error| panic!("{} holds the archive: {error}", archive.display()))
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains(".dat"))
        .expect("the table has a file");
    let whole = std::fs::read(&data).unwrap();
    std::fs::write(&data, &whole[..whole.len() / 2]).unwrap();
}

#[test]
fn a_damaged_backup_is_called_so_wherever_it_is_shown() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        damage(engine, 1).await;
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.click("verify");
    page.click("verify-level-decode");
    page.click("verify-start");
    page.shows("verify-result", "Failed");
    let drawer = page.shows("backup-drawer", "Do not rely on it");
    assert!(drawer.contains("Damaged"), "the state is a word, too: {drawer}");
    page.shows("backup-restore", "Restore parts");
    picture::take(&stage.display, &window, "backup-damaged");
    page.click_on("[data-testid=\"backup-drawer\"] header button");
    page.click("nav-jobs");
    page.shows("job-broken-1", "Damaged");
    picture::take(&stage.display, &window, "jobs-damaged");
    page.go("#/restore");
    page.shows("restore-backup-1", "Restore parts");
    page.click("nav-overview");
    page.shows("attention", "the newest backup of orders is damaged");
    page.shows("protection", "no good backup");
    picture::take(&stage.display, &window, "overview-damaged");
    page.go("#/runs/1");
    page.shows("run-status", "Completed");
    let proof = page.shows("run-proof", "Do not rely on it");
    assert!(!proof.contains("Decoded"), "a run says nothing good of a backup that broke since: {proof}");
    picture::take(&stage.display, &window, "run-damaged");
}

#[test]
fn a_backup_whose_files_are_gone_is_told_on_the_overview_and_run_again_from_there() {
    let server = Server::start();
    let stage = Stage::set();
    let path = stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        engine.get_backup(GetBackup { id: BackupId(1) }).await.expect("the backup is known").backup.path
    });
    let elsewhere = Path::new(&path).with_extension("moved");
    std::fs::rename(&path, &elsewhere).expect("its folder is moved away");
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    // Nobody opened the backup: the overview must not be green until somebody does.
    page.shows("attention", "the newest backup of orders is gone");
    page.shows("protection", "no good backup");
    picture::take(&stage.display, &window, "overview-missing");
    page.click_on("[data-testid=\"attention\"] a");
    let drawer = page.shows("backup-drawer", "Missing");
    assert!(drawer.contains("Recorded"), "what was proven is proven of files that are not there: {drawer}");
    page.wait_for("[data-testid=\"backup-restore\"][disabled]");
    page.wait_for("[data-testid=\"backup-browse\"][disabled]");
    page.click_on("[data-testid=\"backup-drawer\"] header button");
    page.click("nav-overview");
    page.click("attention-run");
    page.shows("run-status", "Completed");
    page.click("nav-overview");
    page.shows("protection", "The database is protected");
}

#[test]
fn a_stopped_scheduler_is_started_where_its_absence_is_told() {
    let stage = Stage::set();
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("scheduler-stop");
    page.shows("scheduler-state", "Stopped");
    page.test_id("attention-start");
    picture::take(&stage.display, &window, "scheduler-stopped");
    page.click("attention-start");
    page.shows("scheduler-state", "Running");
    page.gone("attention-start");
}

#[test]
fn a_server_that_does_not_answer_is_told_in_the_list_and_bars_a_restore_to_it() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        hopeless_job(engine, "lost").await;
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-servers");
    page.click("server-test-1");
    page.shows("toasts", "server of nightly is ready to be backed up");
    page.click("server-test-2");
    page.shows("toasts", "server of lost is not ready");
    picture::take(&stage.display, &window, "servers-tested");
    page.go("#/restore/1");
    page.click_on("[data-testid=\"restore-server\"] option[value=\"2\"]");
    // What the look found is there before anybody goes on.
    page.shows_in("form", "127.0.0.1");
    page.click("restore-next");
    page.shows_in("form", "It was not reached");
    assert!(page.find("[data-testid=\"restore-scope\"]").is_none(), "no plan can be made for it");
    picture::take(&stage.display, &window, "restore-unreached");
    page.click_on("[data-testid=\"restore-server\"] option[value=\"1\"]");
    page.shows("restore-target-new-field", "free on the server");
    page.click("restore-next");
    page.test_id("restore-scope");
}

/// Whoever picks the wrong server first must not see its databases under the name of the right one, nor wait for it.
#[test]
fn a_server_that_is_chosen_instead_is_looked_at_at_once() {
    let server = Server::start();
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = silent.local_addr().expect("a bound address").port();
    let stage = Stage::set();
    stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        let connection = Connection {
            host: "127.0.0.1".to_owned(),
            port: Some(port),
            user: Some("nobody".to_owned()),
            ..Connection::default()
        };
        job_on(engine, "silent", connection, DATABASE).await;
    });
    let app = stage.drive();
    let page = &app.page;
    for address in ["#/restore/1", "#/jobs/new"] {
        let server = if address.contains("jobs") { "job-server" } else { "restore-server" };
        page.go(address);
        page.click_on(&format!("[data-testid=\"{server}\"] option[value=\"2\"]"));
        silent.accept().expect("the silent server is asked");
        page.click_on(&format!("[data-testid=\"{server}\"] option[value=\"1\"]"));
        page.shows_in("form", if address.contains("jobs") { DATABASE } else { "PostgreSQL 1" });
    }
}

#[test]
fn a_typed_confirmation_is_given_by_enter_and_not_by_half_a_word() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| {
        backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        let run = engine.trigger_now(TriggerNow { job_id: JobId(1) }).await.expect("a run is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.click("backup-delete");
    let field = page.test_id("confirm-typed");
    field.send_keys("ord");
    field.send_keys(ENTER);
    page.test_id("confirm");
    field.send_keys("ers");
    field.send_keys(ENTER);
    page.gone("confirm");
    page.shows("toasts", "The backup of orders of");
    page.gone("backup-row-1");
    page.test_id("backup-row-2");
}

#[test]
fn changes_of_a_job_outlive_a_look_at_another_page() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        hopeless_job(engine, "nightly").await;
        hopeless_job(engine, "weekly").await;
    });
    let app = stage.drive();
    let page = &app.page;
    page.go("#/jobs/1");
    page.test_id("job-name").send_keys(" of orders");
    page.go("#/runs");
    page.gone("job-name");
    page.go("#/jobs/2");
    page.test_id("job-name");
    assert_eq!(page.value("job-name"), "weekly", "the draft of another job is not this one's");
    page.go("#/jobs/1");
    page.test_id("job-unsaved");
    assert_eq!(page.value("job-name"), "nightly of orders", "what was typed is not lost");
}
