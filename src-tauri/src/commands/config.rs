//! Settings.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{Config, GetConfig, UpdateConfig};
use tauri::State;

/// See [`GetConfig`].
#[tauri::command]
pub async fn get_config(engine: State<'_, Engine>, request: GetConfig) -> Answer<Config> {
    Ok(engine.get_config(request).await?)
}

/// See [`UpdateConfig`].
#[tauri::command]
pub async fn update_config(engine: State<'_, Engine>, request: UpdateConfig) -> Answer<Config> {
    Ok(engine.update_config(request).await?)
}
