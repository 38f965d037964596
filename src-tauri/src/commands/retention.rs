//! Retention: what it would keep, and carrying it out.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{ApplyRetention, PlanRetention, PreviewRetention, RetentionOutcome, RetentionPlan};
use tauri::State;

/// See [`PlanRetention`].
#[tauri::command]
pub async fn plan_retention(engine: State<'_, Engine>, request: PlanRetention) -> Answer<RetentionPlan> {
    Ok(engine.plan_retention(request).await?)
}

/// See [`PreviewRetention`].
#[tauri::command]
pub async fn preview_retention(
    engine: State<'_, Engine>,
    request: PreviewRetention,
) -> Answer<RetentionPlan> {
    Ok(engine.preview_retention(request).await?)
}

/// See [`ApplyRetention`].
#[tauri::command]
pub async fn apply_retention(engine: State<'_, Engine>, request: ApplyRetention) -> Answer<RetentionOutcome> {
    Ok(engine.apply_retention(request).await?)
}
