//! The proofs that a job asks for: of each new backup after its run, and of the newest ones by a drill schedule.

use super::verify::Order;
use crate::catalog::{backups, jobs, runs};
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::facade::verify::verify_once;
use crate::{retention_plan, settings};
use holdfast_types::{BackupId, JobId, OperatorId, RunId, RunStatus, ServerId, VerifyLevel};
use std::sync::Arc;

/// Verifies what a run made, if its job asks for it. What is found is recorded and told by the verification.
pub(crate) async fn after_run(context: &Arc<Context>, run: RunId) {
    let asked = context.read(move |tx| {
        let run = runs::get(tx, run)?;
        // What a run made before one of its databases failed is proven like the rest.
        let (RunStatus::Completed | RunStatus::Failed, Some(job)) = (run.status, run.job_id) else {
            return Ok(None);
        };
        let policy = jobs::get(tx, job)?.job.spec.verification;
        // Nothing is deleted because something failed.
        let expires = run.status == RunStatus::Completed && settings::switch(tx, "auto_cleanup")?;
        Ok(policy.after_run.map(|level| ((level, policy.drill_server), run.backups, job, expires)))
    });
    match asked.await {
        Ok(Some((how, backups, job, expires))) => {
            verify_each(context, &backups, how).await;
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
        let asked = context.read(move |tx| {
            let server = jobs::get(tx, job)?.job.spec.verification.drill_server;
            Ok((backups::newest_good_of_each(tx, job)?, server))
        });
        match asked.await {
            Ok((backups, server)) => verify_each(&context, &backups, (VerifyLevel::Restore, server)).await,
            Err(error) => tracing::warn!("job {job}: no drill could be made: {}", error.to_api()),
        }
    });
}

/// Verifies them one after the other; a drill restores on that server, or on this machine.
async fn verify_each(
    context: &Arc<Context>,
    backups: &[BackupId],
    (level, server): (VerifyLevel, Option<ServerId>),
) {
    let server = server.filter(|_| level == VerifyLevel::Restore);
    for backup in backups {
        if context.closing.is_cancelled() {
            return;
        }
        let order = Order { backup: *backup, level, operator: OperatorId::SYSTEM, server };
        match verify_once(context, order).await {
            Ok(_) | Err(Error::Refused(Refusal::Verifying)) => {}
            Err(error) => tracing::warn!("backup {backup} could not be verified: {}", error.to_api()),
        }
    }
}
