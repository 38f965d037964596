//! What backups hold.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{
    BackupComparison, BackupContents, BrowseBackup, CompareBackups, CompareDefinitions, DefinitionComparison,
    FindTable, Page, PreviewTable, ReadValue, TableInBackup, TablePreview, WholeValue,
};
use tauri::State;

/// See [`BrowseBackup`].
#[tauri::command]
pub async fn browse_backup(engine: State<'_, Engine>, request: BrowseBackup) -> Answer<BackupContents> {
    Ok(engine.browse_backup(request).await?)
}

/// See [`PreviewTable`].
#[tauri::command]
pub async fn preview_table(engine: State<'_, Engine>, request: PreviewTable) -> Answer<TablePreview> {
    Ok(engine.preview_table(request).await?)
}

/// See [`ReadValue`].
#[tauri::command]
pub async fn read_value(engine: State<'_, Engine>, request: ReadValue) -> Answer<WholeValue> {
    Ok(engine.read_value(request).await?)
}

/// See [`CompareBackups`].
#[tauri::command]
pub async fn compare_backups(engine: State<'_, Engine>, request: CompareBackups) -> Answer<BackupComparison> {
    Ok(engine.compare_backups(request).await?)
}

/// See [`CompareDefinitions`].
#[tauri::command]
pub async fn compare_definitions(
    engine: State<'_, Engine>,
    request: CompareDefinitions,
) -> Answer<DefinitionComparison> {
    Ok(engine.compare_definitions(request).await?)
}

/// See [`FindTable`].
#[tauri::command]
pub async fn find_table(engine: State<'_, Engine>, request: FindTable) -> Answer<Page<TableInBackup>> {
    Ok(engine.find_table(request).await?)
}
