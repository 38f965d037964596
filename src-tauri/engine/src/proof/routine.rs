//! The proofs that a job asks for: of each new backup after its run, and of the newest ones by a drill schedule.

use super::verify::Order;
use crate::catalog::{backups, jobs, runs};
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::facade::verify::verify_once;
use crate::{retention_plan, settings};
use holdfast_types::{BackupId, JobId, OperatorId, RunId, RunStatus, VerifyLevel};
use std::sync::Arc;

/// Verifies what a run made, if its job asks for it. What is found is recorded and told by the verification.
pub(crate) async fn after_run(context: &Arc<Context>, run: RunId) {
    let asked = context.read(move |tx| {
        let run = runs::get(tx, run)?;
        let (RunStatus::Completed, Some(job)) = (run.status, run.job_id) else { return Ok(None) };
        let level = jobs::get(tx, job)?.job.spec.verification.after_run;
        let expires = settings::switch(tx, "auto_cleanup")?;
        Ok(level.map(|level| (level, run.backups, job, expires)))
    });
    match asked.await {
        Ok(Some((level, backups, job, expires))) => {
            verify_each(context, &backups, level).await;
            if expires {
                expire(context, job).await;
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!("run {run}: its backups could not be verified: {}", error.to_api()),
    }
}

/// Deletes what expires, now that it is known whether the new backup counts.
async fn expire(context: &Arc<Context>, job: JobId) {
    match retention_plan::apply(context, job, OperatorId::SYSTEM).await {
        Ok(outcome) => {
            for problem in outcome.problems {
                tracing::warn!("job {job}: an expired backup could not be deleted: {problem}");
            }
        }
        Err(error) => tracing::warn!("job {job}: retention could not be applied: {}", error.to_api()),
    }
}

/// Drills the newest good backup of each database of a job, one after the other, in the background.
pub(crate) fn begin_drills(context: &Arc<Context>, job: JobId) {
    let context = Arc::clone(context);
    tokio::spawn(async move {
        match context.read(move |tx| backups::newest_good_of_each(tx, job)).await {
            Ok(backups) => verify_each(&context, &backups, VerifyLevel::Restore).await,
            Err(error) => tracing::warn!("job {job}: no drill could be made: {}", error.to_api()),
        }
    });
}

async fn verify_each(context: &Arc<Context>, backups: &[BackupId], level: VerifyLevel) {
    for backup in backups {
        if context.closing.is_cancelled() {
            return;
        }
        let order = Order { backup: *backup, level, operator: OperatorId::SYSTEM, server: None };
        match verify_once(context, order).await {
            Ok(_) | Err(Error::Refused(Refusal::Verifying)) => {}
            Err(error) => tracing::warn!("backup {backup} could not be verified: {}", error.to_api()),
        }
    }
}
