//! Makes a proven archive a backup: notes, manifest, durable rename, record.

use super::backup::{Made, Source};
use super::insist::{Until, insist};
use super::journal::Journal;
use crate::archive::manifest::{
    MANIFEST_FORMAT, ManifestExtension, ManifestFile, ManifestLedger, ManifestOptions,
};
use crate::archive::{CheckedArchive, Inventory, Manifest};
use crate::catalog::backups::{self, NewBackup};
use crate::context::off_runtime;
use crate::error::Error;
use crate::postgres::inspect::DatabaseFacts;
use crate::repository::error::RepositoryAction;
use crate::repository::layout::{GLOBALS_FILE, RESTORE_NOTES_FILE};
use crate::repository::restore_notes::{RestoreNotes, restore_notes};
use crate::repository::{RepositoryError, Staged};
use crate::time;
use holdfast_types::counted;
use holdfast_types::{CatalogScope, DumpEngine, LogLevel, TrustLevel};
use std::io::{self, Write};
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// An archive that was proven whole, in its staged folder.
pub(super) struct Proven {
    pub(super) database: String,
    /// What made the archive.
    pub(super) engine: DumpEngine,
    pub(super) facts: DatabaseFacts,
    pub(super) inventory: Inventory,
    pub(super) checked: CheckedArchive,
    /// What the server counted in the dump's snapshot.
    pub(super) ledger: Option<ManifestLedger>,
    pub(super) times: Times,
    pub(super) staged: Staged,
}

/// When a backup was made, in UTC milliseconds.
pub(super) struct Times {
    /// The database's turn came.
    pub(super) created: i64,
    /// pg_dump began and ended.
    pub(super) dump: (i64, i64),
    /// The check began and ended.
    pub(super) check: (i64, i64),
}

/// Publishes and records a backup.
pub(super) async fn publish(source: &Source<'_>, proven: Proven, journal: &Journal) -> Result<Made, Error> {
    let mut manifest = manifest(source, &proven);
    let table_count = manifest.totals.tables;
    let globals = source.globals.clone();
    let cancel = source.live.cancel.clone();
    let staged = proven.staged;
    let (path, size_bytes, manifest_sha256) = off_runtime(move || {
        complete(&staged, &mut manifest, &globals, &cancel)?;
        let sha256 = manifest.write(staged.path())?;
        let size = manifest.totals.bytes;
        Ok((staged.publish()?, size, sha256))
    })
    .await?;
    let ready = source.ready;
    let new = NewBackup {
        job_id: Some(source.job.id),
        job_name: source.job.spec.name.clone(),
        run_id: Some(source.run),
        server_name: ready.server.name.clone(),
        database: proven.database.clone(),
        created_at: proven.times.created,
        path: path.to_string_lossy().into_owned(),
        size_bytes,
        trust: TrustLevel::L2,
        server_version: ready.version.text.clone(),
        tool_version: ready.tools.version.clone(),
        table_count,
        manifest_sha256: Some(manifest_sha256),
    };
    let recorded = new.path.clone();
    let attempt = || {
        let new = new.clone();
        source.context.write(CatalogScope::Backups, move |tx| backups::insert(tx, &new))
    };
    let closing = &source.context.closing;
    let id =
        insist(&format!("the backup {recorded}"), Until::Few, closing, attempt).await.inspect_err(|_| {
            journal.log(
                LogLevel::Warning,
                format!("The backup is whole, but it could not be recorded: {recorded}"),
            );
        })?;
    journal.info(format!(
        "\"{}\": {} in {}, decoded to their end and reconciled with the server: {}",
        proven.database,
        crate::error::bytes(size_bytes),
        counted(proven.checked.files.len() as u64, "file"),
        recorded
    ));
    Ok(Made { id, path: recorded, size_bytes })
}

/// Adds roles and notes to the staged folder and to the manifest.
fn complete(
    staged: &Staged,
    manifest: &mut Manifest,
    globals: &PathBuf,
    cancel: &CancellationToken,
) -> Result<(), Error> {
    copy(staged, globals, GLOBALS_FILE)?;
    let notes = restore_notes(&RestoreNotes {
        database: &manifest.database,
        server: &manifest.server,
        created_at: &manifest.created_at,
        server_version: &manifest.server_version,
        tool_version: &manifest.tool_version,
        encoding: manifest.encoding.as_deref(),
        compression: &manifest.options.compression,
    });
    let path = staged.path().join(RESTORE_NOTES_FILE);
    staged
        .create_file(RESTORE_NOTES_FILE)?
        .write_all(notes.as_bytes())
        .map_err(|source| RepositoryError::io(RepositoryAction::Write, &path)(source))?;
    for name in [GLOBALS_FILE, RESTORE_NOTES_FILE] {
        manifest.files.push(ManifestFile::measure(staged.path(), name, cancel)?);
    }
    manifest.totals.files = manifest.files.len() as u64;
    manifest.totals.bytes = manifest.files.iter().map(|file| file.bytes).sum();
    Ok(())
}

fn copy(staged: &Staged, from: &PathBuf, name: &str) -> Result<(), Error> {
    let mut source = std::fs::File::open(from).map_err(|source| Error::Io { path: from.clone(), source })?;
    let mut target = staged.create_file(name)?;
    io::copy(&mut source, &mut target)
        .map_err(|source| RepositoryError::io(RepositoryAction::Write, &staged.path().join(name))(source))?;
    Ok(())
}

fn manifest(source: &Source<'_>, proven: &Proven) -> Manifest {
    let ready = source.ready;
    let Proven { checked, times, .. } = proven;
    let spec = &source.job.spec;
    let (files, tables) = (checked.manifest_files(), checked.manifest_tables(&proven.inventory));
    Manifest {
        format: MANIFEST_FORMAT,
        backup_uuid: uuid::Uuid::now_v7(),
        run_id: source.run,
        job: spec.name.clone(),
        server: ready.server.name.clone(),
        database: proven.database.clone(),
        created_at: time::text(times.created),
        dump_started_at: time::text(times.dump.0),
        dump_completed_at: time::text(times.dump.1),
        check_started_at: Some(time::text(times.check.0)),
        check_completed_at: Some(time::text(times.check.1)),
        holdfast_version: env!("CARGO_PKG_VERSION").to_owned(),
        server_version: ready.version.text.clone(),
        tool_version: ready.tools.version.clone(),
        archive_version: checked.toc.version.clone(),
        encoding: Some(proven.facts.encoding.clone()),
        extensions: proven
            .facts
            .extensions
            .iter()
            .map(|extension| ManifestExtension {
                name: extension.name.clone(),
                version: extension.version.clone(),
            })
            .collect(),
        options: ManifestOptions {
            engine: proven.engine,
            compression: ready.compression.codec.as_str().to_owned(),
            compression_level: ready.compression.level,
            parallelism: ready.parallelism,
            role_passwords: Some(spec.role_passwords),
            lock_wait_seconds: Some(spec.lock_wait_seconds),
        },
        ledger: proven.ledger.clone(),
        totals: checked.manifest_totals(&files, &tables),
        files,
        tables,
    }
}
