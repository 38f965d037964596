//! Carries a restore out and records its end.

use super::existing::into_existing;
use super::safety;
use super::spared::spared;
use super::staged::staged;
use super::survey::{Surveyed, beside};
use crate::archive::ArchiveError;
use crate::at_work::Working;
use crate::cancel::or_cancelled;
use crate::catalog::restores::{self, RestoreEnd};
use crate::context::{Context, off_runtime};
use crate::error::{Error, Refusal};
use crate::event::EngineEvent;
use crate::facade::verify::verify_once;
use crate::globals::{self, Globals, Wanted};
use crate::postgres::databases;
use crate::proof::levels::threads;
use crate::proof::progress::Meter;
use crate::proof::verify::{Order, read_to_its_end};
use crate::repository::layout::GLOBALS_FILE;
use crate::runner::scratch::Scratch;
use holdfast_types::{
    CatalogScope, Check, MissingRoles, OperatorId, Ownership, RestoreId, RestoreSpec, RestoreStatus,
    RestoreTarget, SafetyBackup, VerifyLevel,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A restore that was recorded and is to be carried out.
pub(crate) struct Errand {
    pub(crate) id: RestoreId,
    pub(crate) spec: RestoreSpec,
    pub(crate) surveyed: Surveyed,
    /// The name under which a new database is filled.
    pub(crate) staged: String,
    pub(crate) operator: OperatorId,
    pub(crate) working: Working,
}

/// Carries a restore out in the background.
pub(crate) fn launch(context: &Arc<Context>, errand: Errand) {
    let context = Arc::clone(context);
    tokio::spawn(async move {
        let id = errand.id;
        let errand = Arc::new(errand);
        // A task of its own, so that even a panic leaves a recorded end.
        let carried = (Arc::clone(&context), Arc::clone(&errand));
        let task = tokio::spawn(async move { steps(&carried.0, &carried.1).await });
        let end = match task.await {
            Ok(Ok(end)) => end,
            Ok(Err(error)) => failed(&error),
            Err(error) => failed(&Error::Internal(error.to_string())),
        };
        record(&context, id, end).await;
        // Only now may the process end.
        drop(errand);
    });
}

async fn record(context: &Arc<Context>, id: RestoreId, end: RestoreEnd) {
    let now = context.now();
    match context.write(CatalogScope::Backups, move |tx| restores::finish(tx, id, &end, now)).await {
        Ok(restore) => context.emit(EngineEvent::Restored(Box::new(restore))),
        Err(error) => tracing::error!("restore {id}: its end could not be recorded: {}", error.to_api()),
    }
}

fn failed(error: &Error) -> RestoreEnd {
    let (status, words) = match error.is_cancelled() {
        true => (RestoreStatus::Cancelled, Error::RestoreCancelled.to_api()),
        false => (RestoreStatus::Failed, error.to_api()),
    };
    RestoreEnd { error_message: Some(words.message), error_hint: Some(words.hint), ..RestoreEnd::of(status) }
}

async fn steps(context: &Arc<Context>, errand: &Errand) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let meter = Meter::new(context, spec.backup_id);
    meter.step("Reading the backup to its end");
    let verify =
        Order { backup: spec.backup_id, level: VerifyLevel::Decode, operator: errand.operator, server: None };
    let read = match or_cancelled(&working.cancel, verify_once(context, verify)).await {
        Ok(verified) if verified.ok => Ok(()),
        Ok(verified) => Err(verified.error_message.unwrap_or_default()),
        // A drill or another restore reads it at this moment: nobody in need of a database waits for that.
        Err(Error::Refused(Refusal::Verifying)) => {
            let reading = read_to_its_end(context, spec.backup_id, &working.cancel);
            or_cancelled(&working.cancel, reading).await?
        }
        Err(error) => return Err(error),
    };
    let spared = match read {
        Ok(()) => None,
        Err(reason) => {
            let spared = or_cancelled(&working.cancel, damage_spared(errand, &meter)).await?;
            Some(spared.ok_or(Error::Refused(Refusal::BackupUnfit(reason)))?)
        }
    };
    if let Some(manifest) = &surveyed.manifest {
        meter.expect(manifest);
    }
    if spec.target == RestoreTarget::Existing && spec.safety_backup == SafetyBackup::Make {
        meter.step("Backing the database up as it is now");
        if let Some(backup) = safety::back_up(context, spec, &working.cancel).await? {
            let id = errand.id;
            context.write_quietly(move |tx| restores::record_safety_backup(tx, id, backup)).await?;
        }
    }
    let scratch = Scratch::named(&context.home, &format!("restore-{}", errand.id))?;
    if spec.roles == MissingRoles::Make && spec.ownership == Ownership::AsBackedUp {
        meter.step("Making roles");
        make_roles(errand).await?;
    }
    let end = match spec.target {
        RestoreTarget::Existing => into_existing(context, errand, scratch.path(), &meter).await?,
        RestoreTarget::New | RestoreTarget::Swap => staged(context, errand, scratch.path(), &meter).await?,
    };
    let checks = spared.into_iter().chain(end.checks).collect();
    Ok(RestoreEnd { checks, ..end })
}

/// What is damaged in a backup that did not pass, if this restore needs none of it: every other file is as it was when
/// the backup was proven.
async fn damage_spared(errand: &Errand, meter: &Meter) -> Result<Option<Check>, Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let Some(manifest) = surveyed.manifest.clone() else { return Ok(None) };
    meter.step("Looking for what is not damaged");
    let (folder, cancel, meter) =
        (PathBuf::from(&surveyed.backup.path), working.cancel.clone(), meter.clone());
    let compared = off_runtime(move || {
        Ok(manifest.verify_against(&folder, threads(), &|progress| meter.files(progress), &cancel))
    });
    Ok(match compared.await? {
        Err(ArchiveError::FilesDiffer { changes, .. }) => {
            spared(spec, surveyed, &changes).map(|detail| Check { name: "damage".into(), ok: true, detail })
        }
        _ => None,
    })
}

/// Makes the roles that lack, out of the backup's dump of globals.
async fn make_roles(errand: &Errand) -> Result<(), Error> {
    let Errand { spec, surveyed, .. } = errand;
    let session = beside(&surveyed.connection, &spec.database).await?;
    let file = Path::new(&surveyed.backup.path).join(GLOBALS_FILE);
    let missing = Wanted::Only(surveyed.facts.missing_roles.iter().cloned().collect());
    let read = off_runtime(move || Ok(missing.of(Globals::read(&file)?))).await?;
    let refused = globals::make(&session, &read).await;
    let wanted = surveyed.facts.missing_roles.iter().cloned().collect();
    match databases::missing_roles(&session, &wanted).await?.as_slice() {
        [] => Ok(()),
        [first, ..] => {
            let said = refused
                .into_iter()
                .next()
                .unwrap_or_else(|| "The backup's globals.sql does not hold it.".to_owned());
            Err(Error::Refused(Refusal::RoleNotMade(first.clone(), said)))
        }
    }
}
