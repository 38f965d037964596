//! Verifications: carry one out, cancel it, list what was found.

use super::Engine;
use crate::archive::Manifest;
use crate::at_work::Work;
use crate::catalog::{backups, verifications};
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::proof::report::Report;
use crate::proof::standing;
use crate::proof::verify::{self, Order};
use crate::{locks, scheduler, scratch_databases};
use holdfast_types::{
    BackupId, CancelVerification, Delivered, ExportReport, ListVerifications, Page, ReportFormat,
    ReportVerification, Verification, VerifyBackup,
};

use crate::platform::modes::create_private_file;
use std::io::Write;
use std::path::Path;

/// How often a command that is about to end looks whether everything else has.
const SETTLING: std::time::Duration = std::time::Duration::from_millis(100);

impl Engine {
    /// Verifies a backup and answers what was found. That it failed is no error: the answer says so.
    ///
    /// # Errors
    /// The backup is not known, or is being verified already.
    pub async fn verify_backup(&self, request: VerifyBackup) -> Result<Verification, Error> {
        // What a killed process left is cleared away also where no scheduler heals it.
        scheduler::heal::interrupted_verifications(&self.context).await?;
        scratch_databases::heal(&self.context).await?;
        let order = Order {
            backup: request.id,
            level: request.level,
            operator: self.context.operator,
            server: request.server_id,
        };
        verify_once(&self.context, order).await
    }

    /// Ends a verification that this process carries out. The backup is no worse for it.
    ///
    /// # Errors
    /// There is none.
    pub async fn cancel_verification(&self, request: CancelVerification) -> Result<Delivered, Error> {
        match self.context.at_work.cancel(Work::Verification(request.backup_id)) {
            Some(()) => Ok(Delivered { detail: "The verification is being ended.".into() }),
            None => Err(Error::Refused(Refusal::NotVerifying)),
        }
    }

    /// The report of the verification that a backup stands on, as the form asks: the newest one that reached its level, or
    /// failed when that is how it stands.
    ///
    /// # Errors
    /// The backup was never verified, or its manifest cannot be read.
    pub async fn report_verification(&self, request: ReportVerification) -> Result<String, Error> {
        let id = request.backup_id;
        let (backup, all) = self
            .context
            .read(move |tx| Ok((backups::get(tx, id)?, verifications::of_backup(tx, id)?)))
            .await?;
        let verification =
            standing::of((backup.status, backup.trust), all).ok_or(Error::Refused(Refusal::NeverVerified))?;
        off_runtime(move || {
            let manifest = Manifest::read(Path::new(&backup.path))?;
            let report = Report::of(&backup, &verification, &manifest);
            Ok(match request.format {
                ReportFormat::Json => report.json(),
                ReportFormat::Html => report.html(),
            })
        })
        .await
    }

    /// Writes that report to a new file, for its owner only.
    ///
    /// # Errors
    /// As [`Engine::report_verification`]; or the file exists or cannot be written.
    pub async fn export_report(&self, request: ExportReport) -> Result<Delivered, Error> {
        let Some(path) = request.path.filter(|path| !path.is_empty()) else {
            return Err(Error::Invalid {
                field: "The file",
                problem: "is not named".into(),
                accepts: "It accepts a path to write to.".into(),
            });
        };
        let text = self.report_verification(request.report).await?;
        let target = path.clone();
        off_runtime(move || {
            let written =
                create_private_file(Path::new(&target)).and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|source| Error::Io { path: target.into(), source })
        })
        .await?;
        Ok(Delivered { detail: format!("The report is in {path}.") })
    }

    /// Waits until this process carries out no run, verification or restore any more.
    pub async fn settle(&self) {
        while self.active_run_count() > 0 || self.context.at_work.is_busy() {
            tokio::time::sleep(SETTLING).await;
        }
    }

    /// The verifications of a backup, newest first.
    pub async fn list_verifications(&self, request: ListVerifications) -> Result<Page<Verification>, Error> {
        let id = request.backup_id;
        let items = self
            .context
            .read(move |tx| {
                backups::get(tx, id)?;
                verifications::of_backup(tx, id)
            })
            .await?;
        let total = items.len() as u64;
        Ok(Page { items, total, page: 1, limit: u32::try_from(total).unwrap_or(u32::MAX).max(1) })
    }
}

/// Verifies a backup unless this or another process is at it.
pub(crate) async fn verify_once(
    context: &std::sync::Arc<crate::context::Context>,
    order: Order,
) -> Result<Verification, Error> {
    let id: BackupId = order.backup;
    let busy = || Error::Refused(Refusal::Verifying);
    let working = context.at_work.begin(Work::Verification(id)).ok_or_else(busy)?;
    let lock = locks::verification(&context.home, id)?.ok_or_else(busy)?;
    // A task of its own, so that a caller who goes away leaves a recorded end.
    let context = std::sync::Arc::clone(context);
    let task = tokio::spawn(async move {
        let ended = verify::carry_out(&context, order, &working.cancel).await;
        drop((working, lock));
        ended
    });
    task.await.unwrap_or_else(|error| Err(Error::Internal(error.to_string())))
}
