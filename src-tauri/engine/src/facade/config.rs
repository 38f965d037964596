//! Settings and the audit trail.

use super::{Engine, page};
use crate::catalog::{audit, settings as stored};
use crate::context::off_runtime;
use crate::error::Error;
use crate::repository::probe::{Probe, probe};
use crate::settings;
use holdfast_types::{ApiError, AuditEntry, CatalogScope, Config, GetConfig, ListAudit, Page, UpdateConfig};
use std::path::PathBuf;

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
        if let Some(value) = value.clone() {
            let asked = key.clone();
            self.context.read(move |tx| settings::insist_operator(tx, &asked, &value)).await??;
        }
        if key == "storage_path"
            && let Some(path) = value.clone().filter(|path| !path.is_empty())
        {
            insist_possible(PathBuf::from(path)).await?;
        }
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

    /// What the first start on this data directory found around it and could not use.
    ///
    /// # Errors
    /// The catalog cannot be read.
    pub async fn settings_not_taken(&self) -> Result<Vec<String>, Error> {
        self.context.read(settings::not_taken).await
    }

    /// Why backups cannot be written to a repository now, if they cannot: its disk may be mounted later. Absent for
    /// the repository of jobs that name none.
    ///
    /// # Errors
    /// The catalog cannot be read.
    pub async fn doubt_about_repository(&self, path: Option<String>) -> Result<Option<ApiError>, Error> {
        let default = self.context.home.backups();
        let path = match path {
            Some(path) => PathBuf::from(path),
            None => self.context.read(move |tx| settings::storage(tx, &default)).await?,
        };
        off_runtime(move || {
            Ok(match probe(&path) {
                Probe::Usable => None,
                Probe::Doubtful(error) | Probe::Impossible(error) => Some(Error::from(error).to_api()),
            })
        })
        .await
    }

    /// Lists who changed what, newest first.
    pub async fn list_audit(&self, request: ListAudit) -> Result<Page<AuditEntry>, Error> {
        let (page, limit) = page(request.page, request.limit)?;
        self.context.read(move |tx| audit::list(tx, page, limit)).await
    }
}

/// Refuses a repository that can never be made, before a job relies on it.
///
/// # Errors
/// The path leads through a file, or the system makes no folders there.
pub(super) async fn insist_possible(path: PathBuf) -> Result<(), Error> {
    off_runtime(move || match probe(&path) {
        Probe::Usable | Probe::Doubtful(_) => Ok(()),
        Probe::Impossible(error) => Err(error.into()),
    })
    .await
}
