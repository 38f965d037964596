//! Settings and the audit trail.

use super::{Engine, page};
use crate::catalog::{audit, jobs, settings as stored};
use crate::context::off_runtime;
use crate::error::Error;
use crate::repository::probe::{Probe, probe};
use crate::{presence, settings};
use holdfast_types::{
    ApiError, AuditEntry, CatalogScope, Config, GetConfig, ListAudit, ListRepositoryDoubts, Page,
    RepositoryDoubt, UpdateConfig,
};
use std::collections::BTreeMap;
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
        self.doubt_about(path).await
    }

    /// The repositories of enabled jobs to which no backup can be written now. Looks at each of them once.
    ///
    /// # Errors
    /// The catalog cannot be read.
    pub async fn list_repository_doubts(
        &self,
        _request: ListRepositoryDoubts,
    ) -> Result<Page<RepositoryDoubt>, Error> {
        let default = self.context.home.backups();
        let used = self
            .context
            .read(move |tx| {
                let storage = settings::storage(tx, &default)?;
                let mut used: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
                for stored in jobs::list(tx)?.into_iter().filter(|stored| stored.job.spec.enabled) {
                    let spec = stored.job.spec;
                    let path = spec.repository.map_or_else(|| storage.clone(), PathBuf::from);
                    used.entry(path).or_default().push(spec.name);
                }
                Ok(used)
            })
            .await?;
        let mut items = Vec::new();
        for (path, jobs) in used {
            if let Some(doubt) = self.doubt_about(path.clone()).await? {
                let path = path.display().to_string();
                items.push(RepositoryDoubt { path, jobs, message: doubt.message, hint: doubt.hint });
            }
        }
        let total = items.len() as u64;
        Ok(Page { items, total, page: 1, limit: u32::try_from(total).unwrap_or(u32::MAX).max(1) })
    }

    async fn doubt_about(&self, path: PathBuf) -> Result<Option<ApiError>, Error> {
        let found = {
            let path = path.clone();
            off_runtime(move || Ok(probe(&path))).await?
        };
        match found {
            Probe::Doubtful(error) | Probe::Impossible(error) => Ok(Some(Error::from(error).to_api())),
            Probe::Usable => Ok(presence::doubt(&self.context, &path).await?.map(|doubt| doubt.to_api())),
        }
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
