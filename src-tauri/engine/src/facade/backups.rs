//! Backups: list, show, pin, delete.

use super::{Engine, page};
use crate::archive::Manifest;
use crate::catalog::backup_list::{self, BackupFilter};
use crate::catalog::backups;
use crate::catalog::verifications;
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::locks;
use crate::presence;
use crate::repository::delete_backup;
use crate::repository::layout::job_path_of;
use crate::repository::restore_notes::{RestoreNotes, restore_commands};
use crate::retention_plan::{self, is_missing};
use holdfast_types::{
    Backup, BackupDetails, BackupId, BackupStatus, BackupTable, CatalogScope, DeleteBackup, Deleted,
    FolderOf, GetBackup, KeepReason, ListBackups, OpenBackupFolder, Page, PinBackup, UnpinBackup,
};
use std::path::PathBuf;

impl Engine {
    /// Lists backups, each with why it is kept and when it expires.
    pub async fn list_backups(&self, request: ListBackups) -> Result<Page<Backup>, Error> {
        let (page, limit) = page(request.page, request.limit)?;
        let now = self.context.now();
        presence::look_soon(&self.context);
        let filter = BackupFilter {
            job_id: request.job_id,
            database: request.database,
            database_match: request.database_match,
            status: request.status,
        };
        self.context
            .read(move |tx| {
                let (mut items, total) = backup_list::list(tx, &filter, request.sort, page, limit)?;
                retention_plan::annotate(tx, &mut items, now)?;
                Ok(Page { items, total, page, limit })
            })
            .await
    }

    async fn one(&self, id: BackupId) -> Result<Backup, Error> {
        let now = self.context.now();
        self.context
            .read(move |tx| {
                let mut found = [backups::get(tx, id)?];
                retention_plan::annotate(tx, &mut found, now)?;
                let [backup] = found;
                Ok(backup)
            })
            .await
    }

    /// Shows one backup with what its manifest says.
    pub async fn get_backup(&self, request: GetBackup) -> Result<BackupDetails, Error> {
        let mut backup = self.one(request.id).await?;
        let path = PathBuf::from(&backup.path);
        let manifest =
            off_runtime(move || Ok(Manifest::read(&path).map_err(|error| Error::from(error).to_api())))
                .await?;
        let changes = manifest.is_err() || backup.status == BackupStatus::Missing;
        if changes {
            presence::look(&self.context, std::slice::from_ref(&backup)).await?;
            backup = self.one(backup.id).await?;
        }
        let (id, job_id, now) = (backup.id, backup.job_id, self.context.now());
        let (drill, proofs) = self
            .context
            .read(move |tx| {
                let of_job = job_id.map(|job| verifications::newest_proofs(tx, job, now)).transpose()?;
                Ok((verifications::newest_drill(tx, id, now)?, of_job.unwrap_or_default()))
            })
            .await?;
        let newest_proof = proofs.into_iter().find(|proof| proof.database == backup.database);
        Ok(BackupDetails { drill, newest_proof, ..details(backup, manifest) })
    }

    /// The folder that is to be shown of a backup.
    ///
    /// # Errors
    /// The backup is not known.
    pub async fn backup_folder(&self, request: OpenBackupFolder) -> Result<PathBuf, Error> {
        let path = PathBuf::from(self.one(request.id).await?.path);
        Ok(match request.folder {
            FolderOf::Backup => path,
            FolderOf::Job => job_path_of(&path).to_owned(),
        })
    }

    /// Keeps a backup whatever the policy says.
    pub async fn pin_backup(&self, request: PinBackup) -> Result<Backup, Error> {
        self.record_pin(request.id, "backup.pin", 1).await
    }

    /// Lets the policy decide again.
    pub async fn unpin_backup(&self, request: UnpinBackup) -> Result<Backup, Error> {
        self.record_pin(request.id, "backup.unpin", 0).await
    }

    async fn record_pin(&self, id: BackupId, action: &'static str, pinned: i64) -> Result<Backup, Error> {
        self.change(CatalogScope::Backups, action, move |tx| {
            let backup = backups::get(tx, id)?;
            backups::record_pinned(tx, id, pinned)?;
            Ok(((), backup.database, backup.path))
        })
        .await?;
        self.one(id).await
    }

    /// Deletes a backup and its files. The newest good one of a database and pinned ones are refused.
    pub async fn delete_backup(&self, request: DeleteBackup) -> Result<Deleted, Error> {
        let backup = self.one(request.id).await?;
        if backup.pinned {
            return Err(Error::Refused(Refusal::Pinned));
        }
        if backup.keep_reasons.contains(&KeepReason::NewestGood) {
            return Err(Error::Refused(Refusal::NewestGood(backup.database)));
        }
        let lock =
            locks::verification(&self.context.home, backup.id)?.ok_or(Error::Refused(Refusal::Verifying))?;
        let path = PathBuf::from(&backup.path);
        match off_runtime(move || delete_backup(&path).map_err(Error::from)).await {
            Ok(_) => {}
            // Files that are gone already are what was asked for, unless only their disk is not there.
            Err(Error::Repository(error))
                if is_missing(&error) && presence::is_lost(&self.context, &backup).await? => {}
            Err(error) => return Err(error),
        }
        let (id, now) = (backup.id, self.context.now());
        let (subject, detail) = (backup.database.clone(), backup.path.clone());
        self.change(CatalogScope::Backups, "backup.delete", move |tx| {
            backups::record_deleted(tx, id, now)?;
            Ok(((), subject, detail))
        })
        .await?;
        locks::forget_verification(&self.context.home, id, lock);
        Ok(Deleted { deleted: format!("{} of {}", backup.database, backup.created_at) })
    }
}

fn details(backup: Backup, manifest: Result<Manifest, holdfast_types::ApiError>) -> BackupDetails {
    let compression =
        manifest.as_ref().map_or("gzip", |manifest| manifest.options.compression.as_str()).to_owned();
    let encoding = manifest.as_ref().ok().and_then(|manifest| manifest.encoding.clone());
    let restore_commands = restore_commands(
        &RestoreNotes {
            database: &backup.database,
            server: &backup.server,
            created_at: &backup.created_at,
            server_version: &backup.server_version,
            tool_version: &backup.tool_version,
            encoding: encoding.as_deref(),
            compression: &compression,
        },
        &backup.path,
    );
    match manifest {
        Ok(manifest) => BackupDetails {
            backup,
            tables: manifest
                .tables
                .into_iter()
                .map(|table| BackupTable {
                    schema: table.schema,
                    name: table.name,
                    bytes: table.bytes,
                    rows: table.rows,
                    estimated_rows: table.rows.or(table.estimated_rows),
                    archive_bytes: table.archive_bytes,
                })
                .collect(),
            file_count: manifest.files.len() as u64,
            encoding,
            extensions: manifest
                .extensions
                .into_iter()
                .map(|e| format!("{} {}", e.name, e.version))
                .collect(),
            restore_commands,
            problem: None,
            drill: None,
            newest_proof: None,
        },
        Err(error) => BackupDetails {
            backup,
            tables: Vec::new(),
            file_count: 0,
            encoding: None,
            extensions: Vec::new(),
            restore_commands,
            problem: Some(error.to_string()),
            drill: None,
            newest_proof: None,
        },
    }
}
