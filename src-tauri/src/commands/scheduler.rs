//! The scheduler: its state, start, stop and restart.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{
    RestartScheduler, SchedulerStatus, SchedulerStatusRequest, StartScheduler, StopScheduler,
};
use tauri::State;

/// See [`SchedulerStatusRequest`].
#[tauri::command]
pub async fn scheduler_status(
    engine: State<'_, Engine>,
    request: SchedulerStatusRequest,
) -> Answer<SchedulerStatus> {
    Ok(engine.scheduler_status(request).await?)
}

/// See [`StartScheduler`].
#[tauri::command]
pub async fn start_scheduler(engine: State<'_, Engine>, request: StartScheduler) -> Answer<SchedulerStatus> {
    Ok(engine.start_scheduler(request).await?)
}

/// See [`StopScheduler`].
#[tauri::command]
pub async fn stop_scheduler(engine: State<'_, Engine>, request: StopScheduler) -> Answer<SchedulerStatus> {
    Ok(engine.stop_scheduler(request).await?)
}

/// See [`RestartScheduler`].
#[tauri::command]
pub async fn restart_scheduler(
    engine: State<'_, Engine>,
    request: RestartScheduler,
) -> Answer<SchedulerStatus> {
    Ok(engine.restart_scheduler(request).await?)
}
