//! Retention over the catalog: reads candidates, lets `retention` decide, and carries the decision out.

use crate::catalog::jobs::StoredJob;
use crate::catalog::{CatalogError, Tx, audit, backups, jobs};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::repository::error::StorageFault;
use crate::repository::{RepositoryError, delete_backup};
use crate::retention::{self, Candidate, Decision};
use crate::schedule::find_zone;
use crate::time;
use chrono_tz::Tz;
use holdfast_types::{
    Backup, BackupStatus, CatalogScope, JobId, OperatorId, RetentionOutcome, RetentionPlan, RetentionPolicy,
};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A backup as the policy sees it.
pub(crate) fn candidate(backup: &Backup) -> Candidate {
    Candidate {
        id: backup.id,
        database: backup.database.clone(),
        created_at: time::moment(time::parse(&backup.created_at).unwrap_or_default()),
        size_bytes: backup.size_bytes,
        status: backup.status,
        trust: backup.trust,
        pinned: backup.pinned,
    }
}

fn zone(stored: &StoredJob) -> Tz {
    find_zone(&stored.job.spec.schedule.timezone).unwrap_or(Tz::UTC)
}

/// What a policy would do with the present backups of a job.
pub(crate) fn decide(
    tx: &Tx,
    job: JobId,
    policy: Option<&RetentionPolicy>,
    now: i64,
) -> Result<(Vec<Candidate>, Vec<Decision>), CatalogError> {
    let stored = jobs::get(tx, job)?;
    let candidates: Vec<Candidate> = backups::all(tx, Some(job))?.iter().map(candidate).collect();
    let policy = policy.unwrap_or(&stored.job.spec.retention);
    let decisions = retention::plan(&candidates, policy, time::moment(now), zone(&stored));
    Ok((candidates, decisions))
}

/// The plan of a job, as it is shown.
pub(crate) fn plan(
    tx: &Tx,
    job: JobId,
    policy: Option<&RetentionPolicy>,
    now: i64,
) -> Result<RetentionPlan, CatalogError> {
    let (candidates, decisions) = decide(tx, job, policy, now)?;
    Ok(retention::summarise(&candidates, &decisions))
}

/// Fills in why each backup is kept and when it expires. Backups of removed jobs are kept: nobody asked for
/// their end.
pub(crate) fn annotate(tx: &Tx, items: &mut [Backup], now: i64) -> Result<(), CatalogError> {
    let job_ids: BTreeSet<JobId> = items.iter().filter_map(|backup| backup.job_id).collect();
    let mut decisions = HashMap::new();
    for job in job_ids {
        for decision in decide(tx, job, None, now)?.1 {
            decisions.insert(decision.id, decision);
        }
    }
    for backup in items {
        match decisions.remove(&backup.id) {
            Some(decision) => {
                backup.expires_at = decision.expires_at.map(|at| time::text(at.timestamp_millis()));
                backup.keep_reasons = decision.reasons;
            }
            None => backup.keep_reasons = vec![holdfast_types::KeepReason::NoPolicy],
        }
    }
    Ok(())
}

/// Marks backups whose files vanished, and deletes what the policy expires. A backup that cannot be deleted
/// stops none of the others.
pub(crate) async fn apply(
    context: &Arc<Context>,
    job: JobId,
    operator: OperatorId,
) -> Result<RetentionOutcome, Error> {
    let now = context.now();
    let mut outcome =
        RetentionOutcome { deleted: Vec::new(), freed_bytes: 0, missing: Vec::new(), problems: Vec::new() };
    let present = context.read(move |tx| backups::all(tx, Some(job))).await?;
    for backup in present.iter().filter(|backup| backup.status != BackupStatus::Missing) {
        let path = PathBuf::from(&backup.path);
        if off_runtime(move || Ok(is_gone(&path))).await? {
            let id = backup.id;
            context
                .write(CatalogScope::Backups, move |tx| backups::record_status(tx, id, BackupStatus::Missing))
                .await?;
            outcome.missing.push(id);
        }
    }
    let expired: Vec<_> = context
        .read(move |tx| decide(tx, job, None, now))
        .await?
        .1
        .into_iter()
        .filter(Decision::expires)
        .map(|decision| decision.id)
        .collect();
    for backup in present.iter().filter(|backup| expired.contains(&backup.id)) {
        let path = PathBuf::from(&backup.path);
        match off_runtime(move || delete_backup(&path).map_err(Error::from)).await {
            Ok(bytes) => outcome.freed_bytes += bytes,
            Err(Error::Repository(error)) if is_missing(&error) => {}
            Err(error) => {
                outcome.problems.push(format!("{}: {}", backup.path, error.to_api()));
                continue;
            }
        }
        let (id, path, subject) = (backup.id, backup.path.clone(), backup.job.clone());
        context
            .write(CatalogScope::Backups, move |tx| {
                backups::record_deleted(tx, id, now)?;
                audit::record(tx, operator, now, "retention.delete", &subject, &path)
            })
            .await?;
        outcome.deleted.push(id);
    }
    Ok(outcome)
}

/// Whether a backup's folder is gone while the place that held it is there. A disk that is not mounted, or a
/// repository that cannot be reached, makes no backup "missing".
fn is_gone(path: &Path) -> bool {
    let repository_reachable = path.ancestors().nth(3).is_some_and(Path::exists);
    repository_reachable && !path.exists()
}

/// Whether the files were gone already.
pub(crate) fn is_missing(error: &RepositoryError) -> bool {
    error.fault() == Some(StorageFault::Missing)
}
