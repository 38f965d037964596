//! Retention over the catalog: reads candidates, lets `retention` decide, and carries the decision out.

use crate::catalog::jobs::StoredJob;
use crate::catalog::{CatalogError, Tx, audit, backups, jobs};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::locks;
use crate::presence;
use crate::repository::error::StorageFault;
use crate::repository::{RepositoryError, delete_backup};
use crate::retention::{self, Candidate, Decision};
use crate::schedule::find_zone;
use crate::time;
use chrono_tz::Tz;
use holdfast_types::{
    Backup, BackupId, BackupStatus, CatalogScope, JobId, OperatorId, RetentionOutcome, RetentionPlan,
    RetentionPolicy,
};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// A backup as the policy sees it.
pub(crate) fn candidate(backup: &Backup) -> Candidate {
    Candidate {
        id: backup.id,
        server: backup.server.clone(),
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
    let present = context.read(move |tx| backups::all(tx, Some(job))).await?;
    let missing = presence::look(context, &present).await?;
    let mut outcome = RetentionOutcome { deleted: Vec::new(), freed_bytes: 0, missing, problems: Vec::new() };
    let expired = context.read(move |tx| decide(tx, job, None, now)).await?.1;
    for decision in expired.iter().filter(|decision| decision.expires()) {
        // A long list takes its time: it may be pinned, deleted or missing by now.
        let Some(backup) = context.read(expirable(decision.id)).await? else { continue };
        // One that is being verified goes with the next look.
        let Some(lock) = locks::verification(&context.home, backup.id)? else { continue };
        let path = PathBuf::from(&backup.path);
        match off_runtime(move || delete_backup(&path).map_err(Error::from)).await {
            Ok(bytes) => outcome.freed_bytes += bytes,
            Err(Error::Repository(error)) if is_missing(&error) => {
                // It vanished since the look. What is not there is not deleted.
                outcome.missing.extend(presence::look(context, &[backup]).await?);
                continue;
            }
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
        locks::forget_verification(&context.home, id, lock);
        outcome.deleted.push(id);
    }
    Ok(outcome)
}

/// The backup as it is now, if it may still be deleted by a policy.
fn expirable(id: BackupId) -> impl FnOnce(&Tx) -> Result<Option<Backup>, CatalogError> {
    move |tx| match backups::get(tx, id) {
        Ok(backup) => Ok(Some(backup).filter(|it| !it.pinned && it.status != BackupStatus::Missing)),
        Err(CatalogError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the files were gone already.
pub(crate) fn is_missing(error: &RepositoryError) -> bool {
    error.fault() == Some(StorageFault::Missing)
}
