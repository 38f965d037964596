//! Statistics and the overview.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{DayStats, GetDays, GetOverview, GetStats, Overview, Stats};
use tauri::State;

/// See [`GetStats`].
#[tauri::command]
pub async fn get_stats(engine: State<'_, Engine>, request: GetStats) -> Answer<Stats> {
    Ok(engine.get_stats(request).await?)
}

/// See [`GetOverview`].
#[tauri::command]
pub async fn get_overview(engine: State<'_, Engine>, request: GetOverview) -> Answer<Overview> {
    Ok(engine.get_overview(request).await?)
}

/// See [`GetDays`].
#[tauri::command]
pub async fn get_days(engine: State<'_, Engine>, request: GetDays) -> Answer<Vec<DayStats>> {
    Ok(engine.get_days(request).await?)
}
