//! Heals what a crash left: runs and verifications of dead processes, backups that are whole but not recorded,
//! unfinished ones.

use super::adopt;
use crate::catalog::runs::RunEnd;
use crate::catalog::verifications::{self, VerificationEnd};
use crate::catalog::{backups, jobs, runs};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::settings::storage;
use crate::{locks, repository, runner};
use holdfast_types::{CatalogScope, RunStatus, TrustLevel, VerificationStatus};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Marks the runs whose process is gone as interrupted, records what they published, removes what they left
/// unfinished, tells so, and plans their retry.
pub(crate) async fn interrupted_runs(context: &Arc<Context>) -> Result<(), Error> {
    let mut healed = Vec::new();
    for run in context.read(runs::active).await? {
        let Some(process) = run.process.clone() else { continue };
        let home = context.home.clone();
        if process == context.process.id() || off_runtime(move || locks::is_alive(&home, &process)).await? {
            continue;
        }
        let (id, now) = (run.id, context.now());
        let record = context.read(move |tx| runs::get(tx, id)).await?;
        let published = adopt::published(context, &record).await?;
        let marked = context
            .write(CatalogScope::Runs, move |tx| {
                let end = RunEnd {
                    error_message: Some("Holdfast ended while the run was going on.".to_owned()),
                    error_hint: Some(
                        "The unfinished backup was removed; earlier ones are untouched. Run the job again if its \
                         next slot is far."
                            .to_owned(),
                    ),
                    backup_id: published.last().map(|first| first.id),
                    backup_filepath: published.last().map(|first| first.path.clone()),
                    backup_size_bytes: (!published.is_empty())
                        .then(|| published.iter().map(|backup| backup.size_bytes).sum()),
                };
                let marked = runs::finish(tx, id, RunStatus::Interrupted, &end, now)?;
                Ok((marked, runs::get(tx, id)?))
            })
            .await?;
        runner::told::forget(context, id).await;
        if let (true, ended) = marked {
            healed.push(ended);
        }
    }
    if !healed.is_empty() {
        sweep_repositories(context).await?;
    }
    for run in healed {
        runner::plan_retry(context, &run).await?;
        context.emit(EngineEvent::Failed(run));
    }
    Ok(())
}

/// Marks the verifications whose process is gone as undecided, removes the clusters of their drills, and tells so.
pub(crate) async fn interrupted_verifications(context: &Arc<Context>) -> Result<(), Error> {
    let mut healed = Vec::new();
    for (id, backup, process) in context.read(verifications::active).await? {
        let (home, asked) = (context.home.clone(), process.clone());
        if process == context.process.id() || off_runtime(move || locks::is_alive(&home, &asked)).await? {
            continue;
        }
        let now = context.now();
        let ended = context
            .write(CatalogScope::Backups, move |tx| {
                // Another process may have looked at the same moment.
                if verifications::active(tx)?.iter().all(|(active, ..)| *active != id) {
                    return Ok(None);
                }
                let end = VerificationEnd {
                    level: TrustLevel::L0,
                    status: VerificationStatus::Undecided,
                    checks: Vec::new(),
                    error_message: Some("Holdfast ended while the verification was going on.".to_owned()),
                    error_hint: Some("The backup is no worse for it. Verify it again.".to_owned()),
                    restore_ms: None,
                    server_version: None,
                };
                let verification = verifications::finish(tx, id, &end, now)?;
                Ok(Some((backups::get(tx, backup).ok(), verification)))
            })
            .await?;
        healed.extend(ended);
    }
    if !healed.is_empty() {
        sweep_scratch(context).await?;
    }
    for (backup, verification) in healed {
        if let Some(backup) = backup {
            let (backup, verification) = (Box::new(backup), Box::new(verification));
            context.emit(EngineEvent::Verified { backup, verification });
        }
    }
    Ok(())
}

/// Removes what runs and drills left in the scratch folder.
async fn sweep_scratch(context: &Arc<Context>) -> Result<(), Error> {
    let scratch = context.home.scratch();
    off_runtime(move || {
        runner::scratch::sweep(&scratch);
        Ok(())
    })
    .await
}

/// Every repository that is known: the configured one, and those of jobs.
pub(super) async fn repositories(context: &Arc<Context>) -> Result<BTreeSet<PathBuf>, Error> {
    let default = context.home.backups();
    context
        .read(move |tx| {
            let mut all = BTreeSet::from([storage(tx, &default)?]);
            all.extend(
                jobs::list(tx)?
                    .into_iter()
                    .filter_map(|stored| stored.job.spec.repository)
                    .map(PathBuf::from),
            );
            Ok(all)
        })
        .await
}

/// Removes unfinished backups and finishes interrupted deletions in every repository that is known.
pub(crate) async fn sweep_repositories(context: &Arc<Context>) -> Result<(), Error> {
    let repositories = repositories(context).await?;
    let scratch = context.home.scratch();
    off_runtime(move || {
        for path in repositories {
            match repository::sweep(&path) {
                Ok(report) => {
                    for removed in &report.removed {
                        tracing::info!("removed an unfinished backup: {}", removed.display());
                    }
                    for problem in &report.problems {
                        tracing::warn!("an unfinished backup cannot be removed: {problem}");
                    }
                }
                Err(error) => tracing::warn!("a repository cannot be swept: {error}"),
            }
        }
        runner::scratch::sweep(&scratch);
        Ok(())
    })
    .await
}
