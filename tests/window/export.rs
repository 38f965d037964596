//! The history leaves the window as a file, through the desktop's own dialog.

use crate::seed::hopeless_job;
use crate::stage::Stage;
use crate::wait::{wait_for, wait_until};
use holdfast_types::*;

/// The dialog's title.
const DIALOG: &str = "Export runs";

#[test]
fn the_runs_are_exported_as_csv_and_as_json_by_their_buttons() {
    let stage = Stage::set();
    stage.seed(async |engine| {
        let job = hopeless_job(engine, "orders, \"main\"").await;
        let run = engine.trigger_now(TriggerNow { job_id: job.id }).await.expect("it is queued");
        engine.wait_for_run(run.id).await.expect("the run ends");
    });
    let file = stage.user().join("runs.csv");
    let app = stage.drive();
    app.page.click("nav-runs");
    app.page.shows("runs-table", "Failed");
    app.page.click("runs-export");
    let dialog = stage.display.wait_for_window(DIALOG);
    stage.display.type_into(&dialog, &file.to_string_lossy(), "Return");
    wait_until("the dialog is done", || stage.display.managed(DIALOG).is_empty());
    app.page.shows("toasts", "1 run exported");
    let text = wait_for("the file is written", || std::fs::read_to_string(&file).ok());
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    assert!(header.starts_with("id,job,"), "a header names the columns: {header}");
    let row = lines.next().unwrap_or_default();
    assert!(row.contains("\"orders, \"\"main\"\"\""), "a name may hold what separates columns: {row}");
    assert!(row.contains("failed"), "how it went: {row}");
    assert_eq!(lines.next(), None, "one run, one row: {text}");

    let file = stage.user().join("runs.json");
    app.page.click("runs-export-json");
    let dialog = stage.display.wait_for_window(DIALOG);
    stage.display.type_into(&dialog, &file.to_string_lossy(), "Return");
    wait_until("the dialog is done", || stage.display.managed(DIALOG).is_empty());
    let runs = wait_for("the file is whole", || {
        serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(&file).ok()?).ok()
    });
    assert_eq!(runs.as_array().map(Vec::len), Some(1), "one run, one entry: {runs}");
    assert_eq!(runs[0]["job"], "orders, \"main\"", "the name as it is: {runs}");
}
