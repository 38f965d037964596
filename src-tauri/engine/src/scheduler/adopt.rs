//! Records the whole backups of a run whose process died between publishing and recording them.
//!
//! A published backup was checked before it got its manifest and its name, so it counts as the run would have
//! recorded it. What is not published is left to the sweep.

use crate::archive::Manifest;
use crate::catalog::backups::{self, NewBackup};
use crate::catalog::jobs;
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::repository::{self, layout};
use crate::settings::storage;
use crate::time;
use holdfast_types::{Backup, CatalogScope, Run, TrustLevel};
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

/// The published backups that say they are of this run. One that cannot be read is none.
fn of_run(repository: &Path, run: &Run, now: i64) -> Vec<NewBackup> {
    let folders = repository::find_backups(repository).unwrap_or_else(|error| {
        tracing::warn!("a repository cannot be looked through: {error}");
        Vec::new()
    });
    let named = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(layout::parse_backup_folder_name).is_some_and(|(_, id)| id == run.id)
    };
    folders.into_iter().filter(named).filter_map(|path| new_backup(&path, run, now)).collect()
}

fn new_backup(path: &Path, run: &Run, now: i64) -> Option<NewBackup> {
    let manifest = Manifest::read(path).ok()?;
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
    })
}
