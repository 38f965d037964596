//! Asks the operator for a path, and opens one for them. No path comes from the window.

use super::Answer;
use holdfast_types::{ApiError, Delivered, ErrorCode};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

/// A folder that the operator chooses; absent when the dialog is closed.
pub async fn folder(window: &WebviewWindow, title: Option<String>) -> Option<String> {
    let (chosen, choice) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title(title.unwrap_or_else(|| "Choose a folder".to_owned()))
        .pick_folder(move |path| drop(chosen.send(path)));
    path(choice.await.ok().flatten())
}

/// What a file is to be written for.
pub struct Wanted {
    /// The title of the dialog.
    pub title: &'static str,
    /// The name that it suggests, without its ending.
    pub name: String,
    /// The kind of file, in words.
    pub kind: &'static str,
    /// Its ending.
    pub ending: &'static str,
}

/// A file that the operator lets be written.
pub async fn file_to_write(window: &WebviewWindow, wanted: Wanted) -> Answer<String> {
    let (chosen, choice) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title(wanted.title)
        .set_file_name(format!("{}.{}", wanted.name, wanted.ending))
        .add_filter(wanted.kind, &[wanted.ending])
        .save_file(move |path| drop(chosen.send(path)));
    path(choice.await.ok().flatten()).ok_or_else(|| ApiError {
        code: ErrorCode::Cancelled,
        message: "Nothing was exported.".to_owned(),
        hint: "Choose a file to export to.".to_owned(),
    })
}

fn path(chosen: Option<FilePath>) -> Option<String> {
    Some(chosen?.into_path().ok()?.to_string_lossy().into_owned())
}

/// Shows a folder in the desktop's file browser.
pub fn open_folder(app: &AppHandle, folder: String) -> Answer<Delivered> {
    let opened = app.opener().open_path(&folder, None::<&str>);
    opened.map(|()| Delivered { detail: format!("Opened {folder}.") }).map_err(|error| ApiError {
        code: ErrorCode::Failed,
        message: format!("The folder {folder} could not be opened: {error}."),
        hint: "Open it by hand; its path can be copied from the backup's page.".to_owned(),
    })
}
