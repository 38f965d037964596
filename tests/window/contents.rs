//! What backups hold, seen in the window without restoring them: browsed, compared, and searched for a table.

use crate::app::{Driven, TITLE};
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::backed_up;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use crate::webdriver::Session;
use holdfast_engine::Engine;
use holdfast_types::*;
use serde_json::json;

/// A second schema with what a preview must tell apart.
const NOTES: &str = "CREATE SCHEMA sales;
    CREATE TABLE sales.note (id int PRIMARY KEY, body text, tag text);
    CREATE INDEX note_tag ON sales.note (tag);
    INSERT INTO sales.note VALUES (1, repeat('long ', 1000) || 'END', NULL), (2, '', 'x')";

/// Whether the page shows what the selector names.
fn has(page: &Session, css: &str) -> bool {
    page.find(css).is_some()
}

/// From the address that a link led to, through the wizard, to the only table that is ticked.
fn shows_ticked(app: &Driven, table: &str) {
    let page = &app.page;
    page.shows("restore-target-new-field", "free on the server");
    page.click("restore-next");
    page.wait_for(&format!("[data-testid=\"restore-table-{table}\"]:checked"));
    page.shows_in("[data-testid=\"restore-selection-chosen-field\"]", "1 table ticked");
}

#[test]
fn a_backup_is_browsed_and_a_table_of_it_read_without_restoring_it() {
    let server = Server::start();
    server.execute(NOTES);
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-contents-1\"] a");
    let row = page.shows("contents-row-sales.note", "note");
    let figures: Vec<&str> = row.split_whitespace().collect();
    assert!(figures.starts_with(&["sales.note", "2"]), "its rows: {row:?}");
    assert_eq!(&figures[figures.len() - 3..figures.len() - 1], ["3", "2"], "columns and indexes: {row:?}");
    picture::take(&stage.display, &window, "contents");

    page.test_id("contents-search").send_keys("note");
    page.gone("contents-row-public.item");
    assert!(page.address().contains("search=note"), "the search stands in the address: {}", page.address());
    page.shows("contents-kind-indexes", "2");
    page.click_on("[data-testid=\"contents-row-sales.note\"] button");
    let rows = page.shows("table-rows", "NULL");
    assert!(rows.contains("empty text"), "nothing is told from no value: {rows}");
    assert!(!rows.contains("END"), "a long value is cut: {rows}");
    let definition = page.shows("table-definition", "CREATE TABLE sales.note");
    assert!(definition.contains("note_tag"), "its indexes belong to it: {definition}");
    picture::take(&stage.display, &window, "contents-table");
    page.click_on("[data-value=\"0-1\"]");
    page.shows("table-value", "END");
    page.click_on("[data-testid=\"table-value\"] header button");
    page.gone("table-value");

    page.script("history.back(); arguments[0](true);", &[]);
    page.gone("table-drawer");
    assert!(
        has(page, "[data-testid=\"contents-row-sales.note\"]"),
        "Back closes the table and keeps the search"
    );
    page.click_on("[data-testid=\"contents-row-sales.note\"] button");
    page.click_on("[data-testid=\"table-restore\"] a");
    shows_ticked(&app, "sales.note");
}

/// One more backup of the job.
async fn again(engine: &Engine, job: &Job) {
    let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("a run is queued");
    let run = engine.wait_for_run(run.id).await.expect("the run ends");
    assert_eq!(run.status, RunStatus::Completed, "there is one more backup: {:?}", run.error_message);
}

#[test]
fn two_backups_are_compared_and_an_equal_pair_is_said_to_be_equal() {
    let server = Server::start();
    server.execute(NOTES);
    let stage = Stage::set();
    let job =
        stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    server.execute(
        "DELETE FROM item WHERE i > 100; ALTER TABLE item ADD extra int; DROP TABLE sales.note;
         CREATE VIEW few AS SELECT i FROM item",
    );
    stage.seed(async |engine| {
        again(engine, &job).await;
        again(engine, &job).await;
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-3\"] button");
    page.click("backup-compare");
    page.shows("compare-sentence", "Nothing differs");
    assert!(!has(page, "[data-testid=\"compare-tables\"]"), "an empty table beside it would be no answer");
    picture::take(&stage.display, &window, "compare-equal");

    page.click_on("[data-testid=\"compare-with\"] option[value=\"1\"]");
    let sentence = page.shows("compare-sentence", "1 object added");
    assert!(sentence.contains("1 table with other contents"), "the rows that are gone: {sentence}");
    let tables = page.shows("compare-tables", "public.item");
    assert!(tables.contains("−19,900"), "how many rows are gone: {tables}");
    page.shows("compare-added", "public.few");
    page.shows("compare-removed", "sales.note");
    page.shows("compare-changed", "public.item");
    picture::take(&stage.display, &window, "compare");
    page.click("changed-0");

    let lines = page.shows("definition-lines", "extra integer");
    assert!(lines.contains("name text"), "what stayed is there to be read beside it: {lines}");
    picture::take(&stage.display, &window, "compare-definitions");
    page.click_on("[data-testid=\"definitions\"] header button");
    page.gone("definitions");
    page.script("history.back(); arguments[0](true);", &[]);
    page.shows("compare-sentence", "Nothing differs");
}

#[test]
fn a_table_is_found_in_all_backups_and_leads_to_its_own_restore() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| {
        let job = backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await;
        again(engine, &job).await;
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-backups");
    page.test_id("backups-table");
    page.test_id("backups-find-table").send_keys("ITE");
    let found = page.shows("found-table", "public.item");
    assert_eq!(found.matches("20,000").count(), 2, "both backups hold it, with its rows: {found}");
    picture::take(&stage.display, &window, "found-table");
    page.test_id("backups-find-table").send_keys("nothing");
    wait_until("a table that nobody has is said to be nowhere", || {
        page.source().contains("No backup holds it")
    });
    page.script("history.back(); arguments[0](true);", &[]);
    page.click_on("[data-testid=\"found-row-1-public.item\"] td:last-child a");
    shows_ticked(&app, "public.item");
    let asked = page.invoke("find_table", json!({ "name": "item" }));
    assert_eq!(asked["ok"]["total"], 2, "the whole name finds it too: {asked}");
}

#[test]
fn a_repository_that_is_not_there_is_told_before_the_next_run_fails_for_it() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let repository = stage.home().join("backups");
    std::fs::rename(&repository, stage.home().join("elsewhere")).expect("the disk goes away");
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let doubt = page.shows("repository-doubt", "never mounted");
    assert!(doubt.contains("nightly"), "whose backups are at stake: {doubt}");
    assert!(doubt.contains("Mount the disk"), "what to do about it: {doubt}");
    page.click("nav-backups");
    page.shows("repository-doubt", "nightly");
}

#[test]
fn a_copy_of_a_backup_is_saved_elsewhere_and_is_whole() {
    let server = Server::start();
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let stick = stage.user().join("stick");
    std::fs::create_dir(&stick).expect("a place for the copy");
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-row-1\"] button");
    page.test_id("backup-copy");
    // What arrives later would move the button from under the click.
    wait_until("the drawer is whole", || !has(page, "[data-testid=\"backup-drawer\"] .skeleton"));
    page.click("backup-copy");
    let dialog = stage.display.wait_for_window("Where the copy goes");
    // The first stroke opens the line that takes the others; it needs its moment.
    stage.display.press(&dialog, "slash");
    picture::take(&stage.display, &dialog, "copy-folder");
    stage.display.type_into(&dialog, &stick.to_string_lossy(), "Return");
    let told = page.shows("backup-copied", "The copy is in");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "backup-copied");
    let copies: Vec<_> = std::fs::read_dir(&stick).expect("the place is there").flatten().collect();
    let [copy] = copies.as_slice() else { panic!("one folder, and nothing unfinished: {copies:?}") };
    assert!(told.contains(&*copy.path().to_string_lossy()), "where it is: {told}");
    for file in ["manifest.json", "RESTORE.md", "globals.sql", "archive/toc.dat"] {
        assert!(copy.path().join(file).is_file(), "{file} belongs to a backup");
    }
}

/// More tables than anybody scrolls through, and fewer than the locks that a plain server has.
const MANY: usize = 3000;

#[test]
fn thousands_of_tables_are_shown_a_page_at_a_time_and_found_by_the_keyboard() {
    let server = Server::start();
    server.execute(&format!(
        "DO $$ BEGIN FOR i IN 1..{MANY} LOOP EXECUTE format('CREATE TABLE many_%s (id int)', i); END LOOP; END $$"
    ));
    let stage = Stage::set();
    stage.seed(async |engine| backed_up(engine, "nightly", server.cluster.connection(), DATABASE).await);
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    page.click_on("[data-testid=\"backup-contents-1\"] a");
    page.shows("contents-kind-tables", "3,001");
    let drawn = page.script("arguments[0](document.querySelectorAll('[data-row]').length);", &[]);
    assert_eq!(drawn, 100, "a page is drawn, not all of them");
    page.click("pager-next");
    page.shows("pager-words", "101–200 of 3,001");
    page.test_id("contents-search").send_keys("many_2999");
    page.shows("pager-words", "1 table");
    // Down from the search into the list, and Enter opens what stands there. The driver names these keys so.
    page.test_id("contents-search").send_keys("\u{e007}");
    page.wait_for("[data-row]:focus");
    page.wait_for("[data-row]:focus").send_keys("\u{e007}");
    page.shows("table-drawer", "public.many_2999");
    page.shows("table-drawer", "The table is empty");
}
