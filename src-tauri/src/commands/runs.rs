//! Runs: starting, cancelling, listing, exporting.

use super::choice::Wanted;
use super::{Answer, choice};
use holdfast_engine::Engine;
use holdfast_types::{
    CancelRun, ExportFormat, ExportRuns, ExportedFile, GetRun, GetRunLog, ListRuns, Page, Run, RunDetails,
    RunLog, TriggerNow,
};
use tauri::{State, WebviewWindow};

/// See [`TriggerNow`].
#[tauri::command]
pub async fn trigger_now(engine: State<'_, Engine>, request: TriggerNow) -> Answer<Run> {
    Ok(engine.trigger_now(request).await?)
}

/// See [`CancelRun`].
#[tauri::command]
pub async fn cancel_run(engine: State<'_, Engine>, request: CancelRun) -> Answer<Run> {
    Ok(engine.cancel_run(request).await?)
}

/// See [`ListRuns`].
#[tauri::command]
pub async fn list_runs(engine: State<'_, Engine>, request: ListRuns) -> Answer<Page<Run>> {
    Ok(engine.list_runs(request).await?)
}

/// See [`GetRun`].
#[tauri::command]
pub async fn get_run(engine: State<'_, Engine>, request: GetRun) -> Answer<RunDetails> {
    Ok(engine.get_run(request).await?)
}

/// See [`GetRunLog`].
#[tauri::command]
pub async fn get_run_log(engine: State<'_, Engine>, request: GetRunLog) -> Answer<RunLog> {
    Ok(engine.get_run_log(request).await?)
}

/// See [`ExportRuns`]. The operator chooses the place: a path that the window names is ignored.
#[tauri::command]
pub async fn export_runs(
    window: WebviewWindow,
    engine: State<'_, Engine>,
    request: ExportRuns,
) -> Answer<ExportedFile> {
    let (kind, ending) = match request.format {
        ExportFormat::Csv => ("Comma-separated values", "csv"),
        ExportFormat::Json => ("JSON", "json"),
    };
    let wanted = Wanted { title: "Export runs", name: "holdfast-runs".to_owned(), kind, ending };
    let path = choice::file_to_write(&window, wanted).await?;
    Ok(engine.export_runs(ExportRuns { path: Some(path), ..request }).await?)
}
