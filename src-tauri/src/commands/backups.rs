//! Backups.

use super::{Answer, choice};
use holdfast_engine::Engine;
use holdfast_types::{
    Backup, BackupDetails, DeleteBackup, Deleted, Delivered, GetBackup, ListBackups, OpenBackupFolder, Page,
    PinBackup, UnpinBackup,
};
use tauri::{AppHandle, State};

/// See [`ListBackups`].
#[tauri::command]
pub async fn list_backups(engine: State<'_, Engine>, request: ListBackups) -> Answer<Page<Backup>> {
    Ok(engine.list_backups(request).await?)
}

/// See [`GetBackup`].
#[tauri::command]
pub async fn get_backup(engine: State<'_, Engine>, request: GetBackup) -> Answer<BackupDetails> {
    Ok(engine.get_backup(request).await?)
}

/// See [`PinBackup`].
#[tauri::command]
pub async fn pin_backup(engine: State<'_, Engine>, request: PinBackup) -> Answer<Backup> {
    Ok(engine.pin_backup(request).await?)
}

/// See [`UnpinBackup`].
#[tauri::command]
pub async fn unpin_backup(engine: State<'_, Engine>, request: UnpinBackup) -> Answer<Backup> {
    Ok(engine.unpin_backup(request).await?)
}

/// See [`DeleteBackup`].
#[tauri::command]
pub async fn delete_backup(engine: State<'_, Engine>, request: DeleteBackup) -> Answer<Deleted> {
    Ok(engine.delete_backup(request).await?)
}

/// See [`OpenBackupFolder`]. The folder is looked up in the catalog; the window never names a path.
#[tauri::command]
pub async fn open_backup_folder(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: OpenBackupFolder,
) -> Answer<Delivered> {
    let found = engine.get_backup(GetBackup { id: request.id }).await?;
    choice::open_folder(&app, found.backup.path)
}
