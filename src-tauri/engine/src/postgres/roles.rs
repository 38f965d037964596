//! A server's roles: which there are, with their settings, and whether the session's own may make more.

use super::inspect::text;
use super::{PostgresError, Session};
use crate::sql::Setting;
use std::collections::BTreeMap;

/// The roles, each with the settings that it has in every database.
pub async fn all(session: &Session) -> Result<BTreeMap<String, Vec<Setting>>, PostgresError> {
    let mut roles = BTreeMap::new();
    let question = "SELECT r.rolname, one.setting FROM pg_catalog.pg_roles r \
                    LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0 \
                    LEFT JOIN LATERAL pg_catalog.unnest(s.setconfig) AS one (setting) ON true";
    for row in session.rows(question).await? {
        let settings: &mut Vec<Setting> = roles.entry(text(&row, 0)?).or_default();
        settings.extend(row.get(1).and_then(Setting::of_catalog));
    }
    Ok(roles)
}

/// Whether the session's role may make roles.
pub async fn may_make(session: &Session) -> Result<bool, PostgresError> {
    let row = session
        .row("SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user")
        .await?;
    Ok(text(&row, 0)? == "t")
}
