//! Jobs.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{
    CreateJob, DeleteJob, Deleted, DisableJob, EnableJob, GetJob, Job, JobSummary, ListJobs, Page, UpdateJob,
};
use tauri::State;

/// See [`ListJobs`].
#[tauri::command]
pub async fn list_jobs(engine: State<'_, Engine>, request: ListJobs) -> Answer<Page<JobSummary>> {
    Ok(engine.list_jobs(request).await?)
}

/// See [`GetJob`].
#[tauri::command]
pub async fn get_job(engine: State<'_, Engine>, request: GetJob) -> Answer<JobSummary> {
    Ok(engine.get_job(request).await?)
}

/// See [`CreateJob`].
#[tauri::command]
pub async fn create_job(engine: State<'_, Engine>, request: CreateJob) -> Answer<Job> {
    Ok(engine.create_job(request).await?)
}

/// See [`UpdateJob`].
#[tauri::command]
pub async fn update_job(engine: State<'_, Engine>, request: UpdateJob) -> Answer<Job> {
    Ok(engine.update_job(request).await?)
}

/// See [`EnableJob`].
#[tauri::command]
pub async fn enable_job(engine: State<'_, Engine>, request: EnableJob) -> Answer<Job> {
    Ok(engine.enable_job(request).await?)
}

/// See [`DisableJob`].
#[tauri::command]
pub async fn disable_job(engine: State<'_, Engine>, request: DisableJob) -> Answer<Job> {
    Ok(engine.disable_job(request).await?)
}

/// See [`DeleteJob`].
#[tauri::command]
pub async fn delete_job(engine: State<'_, Engine>, request: DeleteJob) -> Answer<Deleted> {
    Ok(engine.delete_job(request).await?)
}
