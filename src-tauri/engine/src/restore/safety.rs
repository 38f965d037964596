//! A backup of a database as it is, before a restore changes it: an ordinary backup by a job that is for nothing else.

use crate::catalog::{Tx, audit, jobs, runs};
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::{catalog, runner};
use holdfast_types::{
    BackupId, CatalogScope, DatabaseSelection, JobId, JobPurpose, JobSpec, RestoreSpec, RetentionPolicy,
    RunId, RunStatus, TriggerType,
};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the run is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Backs the target up, waits for the end and answers the backup.
///
/// # Errors
/// The backup failed: then nothing may be changed.
pub(super) async fn back_up(
    context: &Arc<Context>,
    spec: &RestoreSpec,
    cancel: &CancellationToken,
) -> Result<Option<BackupId>, Error> {
    let id = begin(context, spec).await?;
    runner::launch(context, id);
    loop {
        let ended = context.run_ended.notified();
        let run = context.read(move |tx| runs::get(tx, id)).await?;
        match run.status {
            RunStatus::Completed => return Ok(run.backup_id),
            status if status.is_active() => {}
            _ => return Err(Error::Refused(Refusal::NoSafetyBackup(run.error_message.unwrap_or_default()))),
        }
        tokio::select! {
            _ = tokio::time::timeout(LOOK, ended) => {}
            () = cancel.cancelled() => {
                let live = context.live().get(&id).cloned();
                if let Some(live) = live {
                    live.cancel.cancel();
                }
                return Err(Error::Cancelled);
            }
        }
    }
}

/// Queues a run of the job that keeps such backups, which is made when there is none. It has no schedule, and
/// keeps the last five of each database.
async fn begin(context: &Arc<Context>, spec: &RestoreSpec) -> Result<RunId, Error> {
    let (server_id, database, now) = (spec.server_id, spec.database.clone(), context.now());
    let (operator, process) = (context.operator, context.process.id().to_owned());
    let zone = crate::facade::machine_zone();
    context
        .write(CatalogScope::Jobs, move |tx| {
            let server = catalog::servers::get(tx, server_id)?;
            let databases = DatabaseSelection::Named(vec![database]);
            let known = jobs::list(tx)?.into_iter().find(|stored| {
                stored.job.purpose == JobPurpose::Safety && stored.job.spec.server_id == server_id
            });
            let (id, name): (JobId, String) = match known {
                Some(stored) => {
                    let spec = JobSpec { databases, ..stored.job.spec };
                    jobs::update(tx, stored.job.id, &spec, now)?;
                    (stored.job.id, spec.name)
                }
                None => {
                    let name = free_name(tx, &server.name)?;
                    let retention = RetentionPolicy { keep_last: Some(5), ..RetentionPolicy::default() };
                    let plain = JobSpec::new(name.clone(), server_id, databases, zone);
                    let spec = JobSpec { enabled: false, retention, ..plain };
                    let id = jobs::insert_for(tx, JobPurpose::Safety, &spec, now)?;
                    audit::record(tx, operator, now, "job.create", &name, "for a safety backup")?;
                    (id, name)
                }
            };
            runs::insert(
                tx,
                &runs::NewRun {
                    job_id: id,
                    job_name: name,
                    slot_id: None,
                    scheduled_for: None,
                    trigger: TriggerType::Manual,
                    status: RunStatus::Queued,
                    queued_at: now,
                    not_before: None,
                    operator,
                    attempt: 1,
                    process: Some(process),
                    error_message: None,
                },
            )
        })
        .await
}

/// `before restores on prod`, numbered where an operator's job has that name.
fn free_name(tx: &Tx, server: &str) -> Result<String, catalog::CatalogError> {
    let plain = format!("before restores on {server}");
    let mut name = plain.clone();
    let mut number = 2;
    while jobs::find(tx, &name)?.is_some() {
        name = format!("{plain} {number}");
        number += 1;
    }
    Ok(name)
}
