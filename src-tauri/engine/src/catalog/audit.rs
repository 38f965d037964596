//! The audit trail: who changed what. Rows are only ever added.

use super::{CatalogError, Tx, row};
use holdfast_types::{AuditEntry, OperatorId, Page};

/// Records a change. `detail` must hold no secret: callers pass names and values of settings only.
pub fn record(
    tx: &Tx,
    operator: OperatorId,
    now: i64,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), CatalogError> {
    tx.execute(
        "INSERT INTO audit (at, operator_id, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        (now, operator.0, action, subject, detail),
    )?;
    Ok(())
}

/// One page of the trail, newest first.
pub fn list(tx: &Tx, page: u32, limit: u32) -> Result<Page<AuditEntry>, CatalogError> {
    let total = tx.query_row("SELECT count(*) FROM audit", [], |row| row.get(0))?;
    let mut statement = tx.prepare_cached(
        "SELECT audit.id, at, operators.name AS operator, action, subject, detail
         FROM audit JOIN operators ON operators.id = operator_id
         ORDER BY audit.id DESC LIMIT ?1 OFFSET ?2",
    )?;
    let offset = i64::from(page.saturating_sub(1)) * i64::from(limit);
    let items = row::collect(statement.query((limit, offset))?, |row| {
        Ok(AuditEntry {
            id: row.get("id")?,
            at: row::time_required(row, "at")?,
            operator: row.get("operator")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            detail: row.get("detail")?,
        })
    })?;
    Ok(Page { items, total, page, limit })
}
