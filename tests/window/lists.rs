//! Long lists: found again by their address, ordered by their heads, and never without the names of their columns.

use crate::app::TITLE;
use crate::picture;
use crate::postgres::{DATABASE, Server};
use crate::seed::{backed_up, hopeless_job};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use crate::webdriver::Session;
use serde_json::json;

/// The first cells of a table's rows, from the top.
fn first_cells(page: &Session, table: &str) -> Vec<String> {
    let found = page.script(
        "arguments[1]([...document.querySelectorAll(`[data-testid=\"${arguments[0]}\"] tbody tr`)]
           .map(row => row.cells[0].innerText.split('\\n')[0].trim()));",
        &[json!(table)],
    );
    found.as_array().into_iter().flatten().filter_map(|cell| cell.as_str().map(str::to_owned)).collect()
}

fn click_head(page: &Session, table: &str, label: &str) {
    let heads = format!("[data-testid=\"{table}\"] th");
    page.wait_for(&heads);
    page.script(
        "[...document.querySelectorAll(arguments[0])].find(one => one.innerText.trim() === arguments[1])
           .querySelector('button').click();
         arguments[2](true);",
        &[json!(heads), json!(label)],
    );
}

#[test]
fn jobs_and_servers_are_searched_and_ordered_in_the_address_and_back_undoes_it() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        for name in ["alpha", "beta", "gamma"] {
            hopeless_job(engine, name).await;
        }
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-jobs");
    page.shows("jobs-table", "gamma");
    click_head(page, "jobs-table", "Job");
    wait_until("the jobs are turned round", || first_cells(page, "jobs-table") == ["gamma", "beta", "alpha"]);
    assert!(page.address().ends_with("/jobs?sort=-name"), "a view can be returned to: {}", page.address());
    page.test_id("jobs-search").send_keys("et");
    wait_until("one job is left", || first_cells(page, "jobs-table") == ["beta"]);
    wait_until("the search stands in the address", || page.address().contains("search=et"));
    page.click_on("[data-testid=\"jobs-table\"] a");
    page.test_id("job-save");
    page.click_on("[data-back] a");
    wait_until("the list is as it was left", || first_cells(page, "jobs-table") == ["beta"]);
    page.script("history.go(-3); arguments[0](true);", &[]);
    wait_until("Back undoes the search", || first_cells(page, "jobs-table").len() == 3);
    assert_eq!(page.value("jobs-search"), "", "and the field follows");

    page.click("nav-servers");
    page.shows("servers-table", "server of beta");
    page.test_id("servers-search").send_keys("gamm");
    wait_until("one server is left", || first_cells(page, "servers-table") == ["server of gamma"]);
    wait_until("its address says so", || page.address().ends_with("/servers?search=gamm"));
}

#[test]
fn backups_are_ordered_and_filtered_by_the_engine() {
    let server = Server::start();
    let connection = server.cluster.connection();
    let stage = Stage::set();
    stage.seed(async |engine| {
        backed_up(engine, "small", connection.clone(), "postgres").await;
        backed_up(engine, "large", connection, DATABASE).await;
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    page.click("nav-backups");
    let databases = |expected: [&str; 2], why: &str| {
        wait_until(why, || first_cells(page, "backups-table") == expected);
    };
    databases([DATABASE, "postgres"], "the newest stands first");
    click_head(page, "backups-table", "Size");
    wait_until("its size is asked for", || page.address().ends_with("/backups?sort=-size"));
    databases([DATABASE, "postgres"], "the largest stands first");
    click_head(page, "backups-table", "Size");
    databases(["postgres", DATABASE], "then the smallest does");
    page.script(
        "const state = document.querySelector('[data-testid=\"backups-status\"]');
         state.value = 'damaged'; state.dispatchEvent(new Event('change', { bubbles: true })); arguments[0](true);",
        &[],
    );
    page.shows_in("main", "No backup fits these filters");
    page.click_on("main [data-testid=\"clear-filters\"]");
    databases(["postgres", DATABASE], "without filters both are there, in the order that was asked for");

    // A part of a name finds it, before anything may be restored.
    page.click("nav-restore");
    page.test_id("restores-search").send_keys("gres");
    page.gone("restore-backup-2");
    page.test_id("restore-backup-1");
    wait_until("the search stands in the address", || page.address().ends_with("/restore?database=gres"));
}

#[test]
fn the_head_of_a_long_list_stays_in_sight() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        for number in 1..=40 {
            hopeless_job(engine, &format!("job {number:02}")).await;
        }
    });
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let page = &app.page;
    let window = stage.display.wait_for_window(TITLE);
    page.click("nav-jobs");
    page.shows("jobs-table", "job 40");
    let place = page.script(
        "const main = document.querySelector('main');
         main.scrollTop = 900;
         requestAnimationFrame(() => {
           const head = document.querySelector('[data-testid=\"jobs-table\"] th').getBoundingClientRect();
           arguments[0]([main.scrollTop, head.top - main.getBoundingClientRect().top]);
         });",
        &[],
    );
    assert_eq!(place[0], 900, "the list is longer than the window");
    assert_eq!(place[1], 0, "who reads the fortieth row still sees which column is which");
    picture::take(&stage.display, &window, "jobs-scrolled");
}
