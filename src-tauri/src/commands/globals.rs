//! Globals.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{PlanGlobals, PlannedGlobals, RestoreGlobals};
use tauri::State;

/// See [`PlanGlobals`].
#[tauri::command]
pub async fn plan_globals(engine: State<'_, Engine>, request: PlanGlobals) -> Answer<PlannedGlobals> {
    Ok(engine.plan_globals(request).await?)
}

/// See [`RestoreGlobals`].
#[tauri::command]
pub async fn restore_globals(engine: State<'_, Engine>, request: RestoreGlobals) -> Answer<PlannedGlobals> {
    Ok(engine.restore_globals(request).await?)
}
