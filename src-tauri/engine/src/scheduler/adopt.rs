//! Records the whole backups that a run published and did not record: its process died between the two, or the
//! catalog could not be written.
//!
//! A published backup was checked before it got its manifest and its name, so it counts as the run would have
//! recorded it. What is not published is left to the sweep.

use super::heal;
use crate::archive::Manifest;
use crate::catalog::backups::{self, NewBackup};
use crate::catalog::{CatalogError, jobs, runs};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::repository::{self, layout};
use crate::settings::storage;
use crate::time;
use holdfast_types::{Backup, CatalogScope, Run, RunId, TrustLevel};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Records what the run published, and gives all its backups.
pub(super) async fn published(context: &Arc<Context>, run: &Run) -> Result<Vec<Backup>, Error> {
    let Some(job) = run.job_id else { return Ok(Vec::new()) };
    let default = context.home.backups();
    let repository = context
        .read(move |tx| {
            let own = jobs::get(tx, job)?.job.spec.repository.map(PathBuf::from);
            own.map_or_else(|| storage(tx, &default), Ok)
        })
        .await?;
    let (wanted, now) = (run.clone(), context.now());
    let found = off_runtime(move || Ok(of_run(&repository, &wanted, now))).await?;
    let id = run.id;
    context
        .write(CatalogScope::Backups, move |tx| {
            let of_run = |backup: &Backup| backup.run_id == Some(id);
            let known: Vec<Backup> = backups::all(tx, Some(job))?.into_iter().filter(of_run).collect();
            for new in found.iter().filter(|new| known.iter().all(|known| known.path != new.path)) {
                tracing::info!("recorded a backup that was published already: {}", new.path);
                backups::insert(tx, new)?;
            }
            Ok(backups::all(tx, Some(job))?.into_iter().filter(of_run).collect())
        })
        .await
}

/// Records what runs published that have ended since: the catalog was full or could not be reached when they
/// wanted to. The runs stay as they ended.
pub(crate) async fn unrecorded(context: &Arc<Context>) -> Result<(), Error> {
    let repositories = heal::repositories(context).await?;
    let folders = off_runtime(move || Ok(repositories.iter().flat_map(|path| folders(path)).collect()));
    let folders: Vec<(PathBuf, RunId)> = folders.await?;
    let now = context.now();
    let ended = context
        .read(move |tx| {
            let mut ended = Vec::new();
            for (path, run) in folders {
                // Runs past the age of the history are gone, and with them the knowledge of whose it is.
                let run = match runs::get(tx, run) {
                    Err(CatalogError::NotFound { .. }) => continue,
                    other => other?,
                };
                let known = run
                    .backups
                    .iter()
                    .any(|id| backups::get(tx, *id).is_ok_and(|b| Path::new(&b.path) == path));
                if !known && !run.status.is_active() {
                    ended.push((path, run));
                }
            }
            Ok(ended)
        })
        .await?;
    let found: Vec<NewBackup> =
        off_runtime(move || Ok(ended.iter().filter_map(|(path, run)| new_backup(path, run, now)).collect()))
            .await?;
    if found.is_empty() {
        return Ok(());
    }
    context
        .write(CatalogScope::Backups, move |tx| {
            for new in &found {
                let Some(run) = new.run_id else { continue };
                // A repository that was moved holds backups that are known by their old place.
                if !backups::is_known(tx, &new.path, run, &new.database)? {
                    tracing::info!("recorded a backup that was published already: {}", new.path);
                    backups::insert(tx, new)?;
                }
            }
            Ok(())
        })
        .await
}

/// The published backups of a repository, and of which run each says by its name that it is.
fn folders(repository: &Path) -> Vec<(PathBuf, RunId)> {
    let found = repository::find_backups(repository).unwrap_or_else(|error| {
        tracing::warn!("a repository cannot be looked through: {error}");
        Vec::new()
    });
    let named = |path: PathBuf| {
        let (_, run) = layout::parse_backup_folder_name(path.file_name()?.to_str()?)?;
        Some((path, run))
    };
    found.into_iter().filter_map(named).collect()
}

/// The published backups that say they are of this run. One that cannot be read is none.
fn of_run(repository: &Path, run: &Run, now: i64) -> Vec<NewBackup> {
    let own = folders(repository).into_iter().filter(|(_, id)| *id == run.id);
    own.filter_map(|(path, _)| new_backup(&path, run, now)).collect()
}

fn new_backup(path: &Path, run: &Run, now: i64) -> Option<NewBackup> {
    let (manifest, sha256) = Manifest::read_digested(path).ok()?;
    let created_at = time::parse(&manifest.created_at)?;
    // Another data directory that uses the repository has runs of the same numbers, at other times.
    let began = run.started_at.as_deref().and_then(time::parse)?;
    let is_own = manifest.run_id == run.id && manifest.job == run.job && (began..=now).contains(&created_at);
    is_own.then(|| NewBackup {
        job_id: run.job_id,
        job_name: manifest.job,
        run_id: Some(run.id),
        server_name: manifest.server,
        database: manifest.database,
        created_at,
        path: path.to_string_lossy().into_owned(),
        size_bytes: manifest.totals.bytes,
        trust: TrustLevel::L2,
        server_version: manifest.server_version,
        tool_version: manifest.tool_version,
        table_count: manifest.totals.tables,
        manifest_sha256: Some(sha256),
    })
}
