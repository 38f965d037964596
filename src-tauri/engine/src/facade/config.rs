//! Settings and the audit trail.

use super::{Engine, page};
use crate::catalog::{audit, settings as stored};
use crate::error::Error;
use crate::settings;
use holdfast_types::{AuditEntry, CatalogScope, Config, GetConfig, ListAudit, Page, UpdateConfig};

impl Engine {
    /// Reads all settings.
    pub async fn get_config(&self, _request: GetConfig) -> Result<Config, Error> {
        let mut config = self.context.read(settings::all).await?;
        for item in &mut config.items {
            if item.key == "storage_path" && item.value.is_empty() {
                item.value = self.context.home.backups().to_string_lossy().into_owned();
            }
        }
        Ok(config)
    }

    /// Changes one setting, or puts it back to its default.
    pub async fn update_config(&self, request: UpdateConfig) -> Result<Config, Error> {
        let now = self.context.now();
        let key = request.key;
        let value = match request.value {
            Some(value) => Some(settings::validate(&key, &value)?),
            None => {
                // Only the key is checked: any default would do.
                settings::known(&key)?;
                None
            }
        };
        self.change(CatalogScope::Settings, "config.set", move |tx| {
            match &value {
                Some(value) => stored::put(tx, &key, value, "operator", now)?,
                None => stored::remove(tx, &key)?,
            }
            Ok(((), key, value.unwrap_or_else(|| "(default)".into())))
        })
        .await?;
        self.get_config(GetConfig {}).await
    }

    /// Lists who changed what, newest first.
    pub async fn list_audit(&self, request: ListAudit) -> Result<Page<AuditEntry>, Error> {
        let (page, limit) = page(request.page, request.limit)?;
        self.context.read(move |tx| audit::list(tx, page, limit)).await
    }
}
