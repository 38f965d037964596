//! Servers.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{
    CreateServer, DeleteServer, Deleted, GetServer, ListServers, Page, Server, ServerTest, TestServer,
    TestServerDraft, UpdateServer,
};
use tauri::State;

/// See [`ListServers`].
#[tauri::command]
pub async fn list_servers(engine: State<'_, Engine>, request: ListServers) -> Answer<Page<Server>> {
    Ok(engine.list_servers(request).await?)
}

/// See [`GetServer`].
#[tauri::command]
pub async fn get_server(engine: State<'_, Engine>, request: GetServer) -> Answer<Server> {
    Ok(engine.get_server(request).await?)
}

/// See [`CreateServer`].
#[tauri::command]
pub async fn create_server(engine: State<'_, Engine>, request: CreateServer) -> Answer<Server> {
    Ok(engine.create_server(request).await?)
}

/// See [`UpdateServer`].
#[tauri::command]
pub async fn update_server(engine: State<'_, Engine>, request: UpdateServer) -> Answer<Server> {
    Ok(engine.update_server(request).await?)
}

/// See [`DeleteServer`].
#[tauri::command]
pub async fn delete_server(engine: State<'_, Engine>, request: DeleteServer) -> Answer<Deleted> {
    Ok(engine.delete_server(request).await?)
}

/// See [`TestServer`].
#[tauri::command]
pub async fn test_server(engine: State<'_, Engine>, request: TestServer) -> Answer<ServerTest> {
    Ok(engine.test_server(request).await?)
}

/// See [`TestServerDraft`].
#[tauri::command]
pub async fn test_server_draft(engine: State<'_, Engine>, request: TestServerDraft) -> Answer<ServerTest> {
    Ok(engine.test_server_draft(request).await?)
}
