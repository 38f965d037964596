//! One verification from its beginning to its recorded end.
//!
//! A backup that is not what it should be is marked damaged, and told; one of which it could not be told (no room
//! for a drill, cancelled) is no worse for it. A later verification that passes makes it good again.

use super::assertion;
use super::drill::{self, Drill};
use super::levels;
use super::progress::Meter;
use super::standing::failure_stands;
use crate::archive::{ArchiveError, CancellationToken, Manifest};
use crate::catalog::verifications::{self, NewVerification, VerificationEnd};
use crate::catalog::{audit, backups, jobs};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::presence;
use holdfast_types::{
    Backup, BackupId, BackupStatus, CatalogScope, Check, OperatorId, ServerId, TrustLevel, Verification,
    VerificationStatus, VerifyLevel,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be verified, how deep, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) backup: BackupId,
    pub(crate) level: VerifyLevel,
    pub(crate) operator: OperatorId,
    /// The server on which a drill restores; this machine when absent.
    pub(crate) server: Option<ServerId>,
}

/// Verifies a backup, records the outcome and tells it.
///
/// # Errors
/// The backup is not known, or the catalog cannot be written. What the verification found is no error.
pub(crate) async fn carry_out(
    context: &Arc<Context>,
    order: Order,
    cancel: &CancellationToken,
) -> Result<Verification, Error> {
    let Order { backup: id, level: requested, operator, server } = order;
    let (process, now) = (context.process.id().to_owned(), context.now());
    let (subject, verification) = context
        .write(CatalogScope::Backups, move |tx| {
            let backup = backups::get(tx, id)?;
            let assertions = match backup.job_id {
                Some(job) => jobs::get(tx, job)?.job.spec.verification.assertions,
                None => Vec::new(),
            };
            let new = NewVerification {
                backup_id: id,
                requested,
                started_at: now,
                operator,
                process: process.clone(),
            };
            let verification = verifications::begin(tx, &new)?;
            let detail = format!("backup {id}, {}", requested.as_str());
            audit::record(tx, operator, now, "backup.verify", &backup.database, &detail)?;
            let manifest_sha256 = backups::manifest_sha256(tx, id)?;
            Ok((Subject { backup, manifest_sha256, assertions, server }, verification))
        })
        .await?;
    let end = conclude(look(context, &subject, requested, cancel).await);
    let Subject { backup, .. } = subject;
    let (mut ended, now) = (end, context.now());
    let (record, backup) = context
        .write(CatalogScope::Backups, move |tx| {
            // It may have been pinned or seen missing meanwhile.
            let backup = backups::get(tx, id).unwrap_or(backup);
            settle(tx, &backup, requested, &mut ended)?;
            let record = verifications::finish(tx, verification, &ended, now)?;
            Ok((record, backups::get(tx, id).unwrap_or(backup)))
        })
        .await?;
    context.emit(EngineEvent::Verified { backup: Box::new(backup), verification: Box::new(record.clone()) });
    Ok(record)
}

/// Reads a backup to its end without recording it, for a restore while somebody else verifies it: reading is shared.
///
/// # Errors
/// The backup is not known. Otherwise the words say why it is not what it should be.
pub(crate) async fn read_to_its_end(
    context: &Arc<Context>,
    id: BackupId,
    cancel: &CancellationToken,
) -> Result<Result<(), String>, Error> {
    let subject = context
        .read(move |tx| {
            let (backup, manifest_sha256) = (backups::get(tx, id)?, backups::manifest_sha256(tx, id)?);
            Ok(Subject { backup, manifest_sha256, assertions: Vec::new(), server: None })
        })
        .await?;
    let end = conclude(look(context, &subject, VerifyLevel::Decode, cancel).await);
    Ok(match end.status {
        VerificationStatus::Passed => Ok(()),
        _ => Err(end.error_message.unwrap_or_default()),
    })
}

/// What is verified.
struct Subject {
    backup: Backup,
    /// The sha256 of its manifest as it was published, if that is known.
    manifest_sha256: Option<String>,
    /// The statements of its job.
    assertions: Vec<String>,
    /// Where a drill restores.
    server: Option<ServerId>,
}

/// What a look at a backup found.
struct Found {
    checks: Vec<Check>,
    level: TrustLevel,
    restore_ms: Option<u64>,
    server_version: Option<String>,
    error: Option<Error>,
}

async fn look(
    context: &Arc<Context>,
    subject: &Subject,
    requested: VerifyLevel,
    cancel: &CancellationToken,
) -> Found {
    let mut found = Found {
        checks: Vec::new(),
        level: TrustLevel::L0,
        restore_ms: None,
        server_version: None,
        error: None,
    };
    if let Err(error) = steps(context, subject, requested, cancel, &mut found).await {
        found.error = Some(error);
    }
    found
}

async fn steps(
    context: &Arc<Context>,
    subject: &Subject,
    requested: VerifyLevel,
    cancel: &CancellationToken,
    found: &mut Found,
) -> Result<(), Error> {
    let Subject { backup, manifest_sha256, assertions, server } = subject;
    presence::insist(context, backup).await?;
    let folder = PathBuf::from(&backup.path);
    let meter = Meter::new(context, backup.id);
    let (at, recorded) = (folder.clone(), manifest_sha256.clone());
    let manifest = off_runtime(move || Ok(Manifest::read_recorded(&at, recorded.as_deref())?)).await?;
    let manifest = Arc::new(manifest);

    meter.step("Comparing checksums");
    let check = blocking(&folder, &manifest, cancel, &meter, |manifest, folder, meter, cancel| {
        levels::checksums(manifest, folder, &|progress| meter.files(progress), cancel)
    })
    .await?;
    found.checks.push(check);
    found.level = TrustLevel::L1;
    if requested == VerifyLevel::Checksum {
        return Ok(());
    }
    meter.step("Reading every file to its end");
    let (_, check) = blocking(&folder, &manifest, cancel, &meter, |manifest, folder, meter, cancel| {
        levels::decode(manifest, folder, &|progress| meter.files(progress), cancel)
    })
    .await?;
    found.checks.push(check);
    found.level = TrustLevel::L2;
    if requested == VerifyLevel::Decode {
        return Ok(());
    }
    meter.expect(&manifest);
    let assertions = assertion::for_database(assertions, &backup.database);
    let drill =
        Drill { folder: &folder, manifest: &manifest, assertions: &assertions, cancel, server: *server };
    let drilled = drill::carry_out(context, drill, &meter).await?;
    found.checks.extend(drilled.checks);
    found.level = drilled.level;
    found.restore_ms = Some(drilled.restore_ms);
    found.server_version = Some(drilled.server_version);
    drilled.problem.map_or(Ok(()), Err)
}

/// Runs a pass over the files on a thread for it.
async fn blocking<T: Send + 'static>(
    folder: &Path,
    manifest: &Arc<Manifest>,
    cancel: &CancellationToken,
    meter: &Meter,
    pass: impl FnOnce(&Manifest, &Path, &Meter, &CancellationToken) -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, Error> {
    let (folder, manifest, cancel, meter) =
        (folder.to_owned(), Arc::clone(manifest), cancel.clone(), meter.clone());
    off_runtime(move || Ok(pass(&manifest, &folder, &meter, &cancel)?)).await
}

/// Whether an error says that the backup is bad; any other leaves it undecided.
fn blames_the_backup(error: &Error) -> bool {
    match error {
        Error::Archive(ArchiveError::Io { source, .. }) => source.kind() == std::io::ErrorKind::NotFound,
        Error::Archive(ArchiveError::Cancelled { .. } | ArchiveError::UnknownManifestFormat { .. }) => false,
        Error::Archive(_) => true,
        _ => false,
    }
}

fn conclude(found: Found) -> VerificationEnd {
    let Found { mut checks, level, restore_ms, server_version, error } = found;
    let (status, message, hint) = match &error {
        None => match checks.iter().find(|check| !check.ok) {
            None => (VerificationStatus::Passed, None, None),
            Some(failed) => (
                VerificationStatus::Failed,
                Some(format!("{}: {}.", capitalised(&failed.name), failed.detail)),
                Some(
                    "Do not rely on this backup: make a new one and verify it. If that fails as well, the reason lies \
                     in the database or in this machine's PostgreSQL."
                        .to_owned(),
                ),
            ),
        },
        Some(error) if error.is_cancelled() => (
            VerificationStatus::Undecided,
            Some("The verification was cancelled.".to_owned()),
            Some("The backup is no worse for it.".to_owned()),
        ),
        Some(error) => {
            let words = error.to_api();
            let status = if blames_the_backup(error) {
                checks.push(Check { name: "files".into(), ok: false, detail: words.message.clone() });
                VerificationStatus::Failed
            } else {
                VerificationStatus::Undecided
            };
            (status, Some(words.message), Some(words.hint))
        }
    };
    VerificationEnd {
        level,
        status,
        checks,
        error_message: message,
        error_hint: hint,
        restore_ms,
        server_version,
    }
}

/// The words with a capital, as a sentence begins.
pub(crate) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What becomes of the backup. A checksum that passes does not take a drill back, nor a failed drill.
fn settle(
    tx: &crate::catalog::Tx,
    backup: &Backup,
    requested: VerifyLevel,
    end: &mut VerificationEnd,
) -> Result<(), crate::catalog::CatalogError> {
    match end.status {
        VerificationStatus::Passed => {
            let earlier = verifications::of_backup(tx, backup.id)?;
            if backup.status == BackupStatus::Damaged && failure_stands((requested, end.level), &earlier) {
                end.checks.push(Check {
                    name: "standing".into(),
                    ok: true,
                    detail: "a deeper verification failed before: the backup stays marked as damaged until one as \
                             deep passes"
                        .into(),
                });
                return Ok(());
            }
            if backup.status != BackupStatus::Good {
                backups::record_status(tx, backup.id, BackupStatus::Good)?;
            }
            backups::record_trust(tx, backup.id, end.level.max(backup.trust))
        }
        VerificationStatus::Failed => {
            let gone = !Path::new(&backup.path).exists();
            let status = if gone { BackupStatus::Missing } else { BackupStatus::Damaged };
            backups::record_status(tx, backup.id, status)?;
            // As far as it was proven now: rows that were compared equal stay so when its owner's assertion fails.
            backups::record_trust(tx, backup.id, end.level)
        }
        // What was shown before it could not go on was shown.
        VerificationStatus::Undecided if backup.status == BackupStatus::Good => {
            backups::record_trust(tx, backup.id, end.level.max(backup.trust))
        }
        VerificationStatus::Undecided | VerificationStatus::Processing => Ok(()),
    }
}
