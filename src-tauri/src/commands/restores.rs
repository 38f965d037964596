//! Restores.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{
    CancelRestore, Delivered, GetRestore, ListRestores, Page, PlanRestore, Restore, RestorePlan,
    StartRestore, UndoRestore,
};
use tauri::State;

/// See [`PlanRestore`].
#[tauri::command]
pub async fn plan_restore(engine: State<'_, Engine>, request: PlanRestore) -> Answer<RestorePlan> {
    Ok(engine.plan_restore(request).await?)
}

/// See [`StartRestore`].
#[tauri::command]
pub async fn start_restore(engine: State<'_, Engine>, request: StartRestore) -> Answer<Restore> {
    Ok(engine.start_restore(request).await?)
}

/// See [`CancelRestore`].
#[tauri::command]
pub async fn cancel_restore(engine: State<'_, Engine>, request: CancelRestore) -> Answer<Delivered> {
    Ok(engine.cancel_restore(request).await?)
}

/// See [`UndoRestore`].
#[tauri::command]
pub async fn undo_restore(engine: State<'_, Engine>, request: UndoRestore) -> Answer<Restore> {
    Ok(engine.undo_restore(request).await?)
}

/// See [`GetRestore`].
#[tauri::command]
pub async fn get_restore(engine: State<'_, Engine>, request: GetRestore) -> Answer<Restore> {
    Ok(engine.get_restore(request).await?)
}

/// See [`ListRestores`].
#[tauri::command]
pub async fn list_restores(engine: State<'_, Engine>, request: ListRestores) -> Answer<Page<Restore>> {
    Ok(engine.list_restores(request).await?)
}
