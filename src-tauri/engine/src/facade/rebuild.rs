//! Rebuilds the catalog's history and backups from the manifests in a repository alone.

use super::Engine;
use crate::archive::Manifest;
use crate::catalog::backups::{self, NewBackup};
use crate::catalog::rebuilt::{self, PastRun};
use crate::catalog::{CatalogError, Tx, audit, jobs};
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::{presence, repository, time};
use holdfast_types::{BackupStatus, CatalogScope, JobId, RebuildCatalog, Rebuilt, RunId, TrustLevel};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// A backup that was found, with its manifest.
struct Found {
    path: PathBuf,
    manifest: Manifest,
    sha256: String,
    /// Whether every file of the manifest is there with its length.
    status: BackupStatus,
}

impl Engine {
    /// Records every backup of a repository that the catalog does not know, and the runs that made them. A backup
    /// whose files are not all there is recorded as damaged. What cannot be read is told, and stops nothing.
    ///
    /// # Errors
    /// The repository cannot be looked through, or holds no backups.
    pub async fn rebuild_catalog(&self, request: RebuildCatalog) -> Result<Rebuilt, Error> {
        let root = std::path::absolute(&request.repository)
            .map_err(|source| Error::Io { path: request.repository.clone().into(), source })?;
        let at = root.clone();
        let (found, problems) = off_runtime(move || {
            // Asked for by name, so a folder that is not there is a mistake.
            std::fs::read_dir(&at).map_err(|source| Error::Io { path: at.clone(), source })?;
            Ok(read_all(repository::find_backups(&at)?))
        })
        .await?;
        if found.is_empty() && problems.is_empty() {
            return Err(Error::Refused(Refusal::NoBackupsIn(root)));
        }
        if !found.is_empty() {
            presence::enter(&self.context, &root).await?;
        }
        let (operator, now) = (self.context.operator, self.context.now());
        let mut outcome = self
            .context
            .write(CatalogScope::All, move |tx| {
                let outcome = record(tx, &found)?;
                let detail = format!("{} backups of {} runs", outcome.backups, outcome.runs);
                audit::record(tx, operator, now, "catalog.rebuild", &root.to_string_lossy(), &detail)?;
                Ok(outcome)
            })
            .await?;
        outcome.problems = problems;
        Ok(outcome)
    }
}

fn read_all(folders: Vec<PathBuf>) -> (Vec<Found>, Vec<String>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for path in folders {
        match Manifest::read_digested(&path) {
            Ok((manifest, sha256)) => {
                let whole = manifest.files.iter().all(|file| {
                    std::fs::metadata(path.join(&file.path)).is_ok_and(|meta| meta.len() == file.bytes)
                });
                let status = if whole { BackupStatus::Good } else { BackupStatus::Damaged };
                found.push(Found { path, manifest, sha256, status });
            }
            Err(error) => problems.push(Error::from(error).to_api().to_string()),
        }
    }
    (found, problems)
}

fn record(tx: &Tx, found: &[Found]) -> Result<Rebuilt, CatalogError> {
    let known: HashMap<String, BackupStatus> =
        backups::all(tx, None)?.into_iter().map(|backup| (backup.path, backup.status)).collect();
    let jobs: HashMap<String, JobId> =
        jobs::list(tx)?.into_iter().map(|stored| (stored.job.spec.name, stored.job.id)).collect();
    let mut outcome = Rebuilt::default();
    // A run of several databases left several backups.
    let mut runs: BTreeMap<(&str, &str, RunId), Vec<&Found>> = BTreeMap::new();
    for backup in found {
        if known.contains_key(backup.path.to_string_lossy().as_ref()) {
            outcome.known += 1;
            continue;
        }
        let Manifest { job, server, run_id, .. } = &backup.manifest;
        runs.entry((job, server, *run_id)).or_default().push(backup);
    }
    let mut runs: Vec<_> = runs.into_iter().collect();
    runs.sort_by(|a, b| began_at(&a.1).cmp(&began_at(&b.1)));
    for ((job, _, _), backups_of_run) in runs {
        let job_id = jobs.get(job).copied();
        let Some(run) = past_run(job_id, &backups_of_run) else { continue };
        let run_id = rebuilt::insert(tx, &run)?;
        outcome.runs += 1;
        for backup in backups_of_run {
            let id = backups::insert(tx, &new_backup(job_id, run_id, backup))?;
            if backup.status != BackupStatus::Good {
                backups::record_status(tx, id, backup.status)?;
                outcome.damaged += 1;
            }
            rebuilt::record_first(tx, run_id, id.0)?;
            outcome.backups += 1;
        }
    }
    Ok(outcome)
}

fn began_at<'a>(of_run: &[&'a Found]) -> Option<&'a str> {
    of_run.iter().map(|found| found.manifest.created_at.as_str()).min()
}

fn past_run(job_id: Option<JobId>, of_run: &[&Found]) -> Option<PastRun> {
    let first = of_run.iter().min_by_key(|found| &found.manifest.created_at)?;
    let last = of_run.iter().map(|found| ended_at(&found.manifest)).max()?;
    let manifest = &first.manifest;
    Some(PastRun {
        job_id,
        job_name: manifest.job.clone(),
        started_at: time::parse(&manifest.created_at).unwrap_or_default(),
        completed_at: last,
        size_bytes: of_run.iter().map(|found| found.manifest.totals.bytes).sum(),
        path: text(&first.path),
        server_version: manifest.server_version.clone(),
        tool_version: manifest.tool_version.clone(),
    })
}

fn ended_at(manifest: &Manifest) -> i64 {
    let text = manifest.check_completed_at.as_deref().unwrap_or(&manifest.dump_completed_at);
    time::parse(text).unwrap_or_default()
}

fn new_backup(job_id: Option<JobId>, run: RunId, found: &Found) -> NewBackup {
    let manifest = &found.manifest;
    NewBackup {
        job_id,
        job_name: manifest.job.clone(),
        run_id: Some(run),
        server_name: manifest.server.clone(),
        database: manifest.database.clone(),
        created_at: time::parse(&manifest.created_at).unwrap_or_default(),
        path: text(&found.path),
        size_bytes: manifest.totals.bytes,
        // As it was when it was made; nothing was read since.
        trust: TrustLevel::L2,
        server_version: manifest.server_version.clone(),
        tool_version: manifest.tool_version.clone(),
        table_count: manifest.totals.tables,
        manifest_sha256: Some(found.sha256.clone()),
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
