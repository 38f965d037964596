//! Schedules: changing a job's, and what an expression means.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{Job, PreviewSchedule, SchedulePreview, UpdateSchedule};
use tauri::State;

/// See [`UpdateSchedule`].
#[tauri::command]
pub async fn update_schedule(engine: State<'_, Engine>, request: UpdateSchedule) -> Answer<Job> {
    Ok(engine.update_schedule(request).await?)
}

/// See [`PreviewSchedule`].
#[tauri::command]
pub async fn preview_schedule(
    engine: State<'_, Engine>,
    request: PreviewSchedule,
) -> Answer<SchedulePreview> {
    Ok(engine.preview_schedule(request).await?)
}
