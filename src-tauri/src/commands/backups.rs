//! Backups.

use super::choice::Wanted;
use super::{Answer, choice};
use holdfast_engine::Engine;
use holdfast_types::{
    ApiError, Backup, BackupDetails, CancelBackupCopy, CancelVerification, DeleteBackup, Deleted, Delivered,
    ErrorCode, ExportReport, GetBackup, ListBackups, ListRepositoryDoubts, ListVerifications,
    OpenBackupFolder, Page, PinBackup, ReportFormat, RepositoryDoubt, SaveBackupCopy, UnpinBackup,
    Verification, VerifyBackup,
};
use tauri::{AppHandle, State, WebviewWindow};

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

/// See [`VerifyBackup`].
#[tauri::command]
pub async fn verify_backup(engine: State<'_, Engine>, request: VerifyBackup) -> Answer<Verification> {
    Ok(engine.verify_backup(request).await?)
}

/// See [`CancelVerification`].
#[tauri::command]
pub async fn cancel_verification(
    engine: State<'_, Engine>,
    request: CancelVerification,
) -> Answer<Delivered> {
    Ok(engine.cancel_verification(request).await?)
}

/// See [`ListVerifications`].
#[tauri::command]
pub async fn list_verifications(
    engine: State<'_, Engine>,
    request: ListVerifications,
) -> Answer<Page<Verification>> {
    Ok(engine.list_verifications(request).await?)
}

/// See [`ExportReport`]. The operator chooses the place: a path that the window names is ignored.
#[tauri::command]
pub async fn export_report(
    window: WebviewWindow,
    engine: State<'_, Engine>,
    request: ExportReport,
) -> Answer<Delivered> {
    let (kind, ending) = match request.report.format {
        ReportFormat::Html => ("Page", "html"),
        ReportFormat::Json => ("JSON", "json"),
    };
    let name = format!("holdfast-backup-{}", request.report.backup_id);
    let wanted = Wanted { title: "Save the report", name, kind, ending };
    let path = choice::file_to_write(&window, wanted).await?;
    Ok(engine.export_report(ExportReport { path: Some(path), ..request }).await?)
}

/// See [`SaveBackupCopy`]. The operator chooses the folder: a path that the window names is ignored.
#[tauri::command]
pub async fn save_backup_copy(
    window: WebviewWindow,
    engine: State<'_, Engine>,
    request: SaveBackupCopy,
) -> Answer<Delivered> {
    let title = "Where the copy goes".to_owned();
    let folder = choice::folder(&window, Some(title)).await.ok_or_else(|| ApiError {
        code: ErrorCode::Cancelled,
        message: "Nothing was copied.".to_owned(),
        hint: "Choose a folder to copy to.".to_owned(),
    })?;
    Ok(engine.save_backup_copy(SaveBackupCopy { folder: Some(folder), ..request }).await?)
}

/// See [`CancelBackupCopy`].
#[tauri::command]
pub async fn cancel_backup_copy(engine: State<'_, Engine>, request: CancelBackupCopy) -> Answer<Delivered> {
    Ok(engine.cancel_backup_copy(request).await?)
}

/// See [`ListRepositoryDoubts`].
#[tauri::command]
pub async fn list_repository_doubts(
    engine: State<'_, Engine>,
    request: ListRepositoryDoubts,
) -> Answer<Page<RepositoryDoubt>> {
    Ok(engine.list_repository_doubts(request).await?)
}

/// See [`OpenBackupFolder`]. The folder is looked up in the catalog; the window never names a path.
#[tauri::command]
pub async fn open_backup_folder(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: OpenBackupFolder,
) -> Answer<Delivered> {
    let folder = engine.backup_folder(request).await?;
    choice::open_folder(&app, folder.to_string_lossy().into_owned())
}
