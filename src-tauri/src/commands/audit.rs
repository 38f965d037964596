//! Who changed what.

use super::Answer;
use holdfast_engine::Engine;
use holdfast_types::{AuditEntry, ListAudit, Page};
use tauri::State;

/// See [`ListAudit`].
#[tauri::command]
pub async fn list_audit(engine: State<'_, Engine>, request: ListAudit) -> Answer<Page<AuditEntry>> {
    Ok(engine.list_audit(request).await?)
}
