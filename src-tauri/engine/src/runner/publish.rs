//! Makes a proven archive a backup: notes, manifest, durable rename, record.

use super::backup::{Made, Source};
use super::journal::Journal;
use crate::archive::manifest::{
    MANIFEST_FORMAT, ManifestExtension, ManifestFile, ManifestOptions, ManifestTotals,
};
use crate::archive::{CheckedArchive, Inventory, Manifest};
use crate::catalog::backups::{self, NewBackup};
use crate::context::off_runtime;
use crate::error::Error;
use crate::postgres::inspect::DatabaseFacts;
use crate::postgres::tools::Codec;
use crate::repository::error::RepositoryAction;
use crate::repository::layout::{GLOBALS_FILE, RESTORE_NOTES_FILE};
use crate::repository::restore_notes::{RestoreNotes, restore_notes};
use crate::repository::{RepositoryError, Staged};
use crate::time;
use holdfast_types::{CatalogScope, DumpEngine, TrustLevel};
use std::io::{self, Write};
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// An archive that was proven whole, in its staged folder.
pub(super) struct Proven {
    pub(super) database: String,
    pub(super) facts: DatabaseFacts,
    pub(super) inventory: Inventory,
    pub(super) checked: CheckedArchive,
    pub(super) began: i64,
    pub(super) dumped: i64,
    pub(super) staged: Staged,
}

/// Publishes and records a backup.
pub(super) async fn publish(source: &Source<'_>, proven: Proven, journal: &Journal) -> Result<Made, Error> {
    let mut manifest = manifest(source, &proven);
    let globals = source.globals.clone();
    let cancel = source.live.cancel.clone();
    let staged = proven.staged;
    let path = off_runtime(move || {
        complete(&staged, &mut manifest, &globals, &cancel)?;
        manifest.write(staged.path())?;
        let size = manifest.totals.bytes;
        Ok((staged.publish()?, size))
    })
    .await?;
    let (path, size_bytes) = path;
    let ready = source.ready;
    let new = NewBackup {
        job_id: Some(source.job.id),
        job_name: source.job.spec.name.clone(),
        run_id: Some(source.run),
        server_name: ready.server.name.clone(),
        database: proven.database.clone(),
        created_at: proven.began,
        path: path.to_string_lossy().into_owned(),
        size_bytes,
        trust: TrustLevel::L2,
        server_version: ready.version.text.clone(),
        tool_version: ready.tools.version.clone(),
        table_count: proven.checked.tables.len() as u64,
    };
    let recorded = new.path.clone();
    let id = source.context.write(CatalogScope::Backups, move |tx| backups::insert(tx, &new)).await?;
    journal.info(format!(
        "\"{}\": {} in {} file(s), decoded to their end and reconciled with the server: {}",
        proven.database,
        crate::error::bytes(size_bytes),
        proven.checked.files.len(),
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
    let checked = &proven.checked;
    Manifest {
        format: MANIFEST_FORMAT,
        backup_uuid: uuid::Uuid::now_v7(),
        run_id: source.run,
        job: source.job.spec.name.clone(),
        server: ready.server.name.clone(),
        database: proven.database.clone(),
        created_at: time::text(proven.began),
        dump_started_at: time::text(proven.began),
        dump_completed_at: time::text(proven.dumped),
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
            engine: DumpEngine::PgDump,
            compression: codec(ready.compression.codec).to_owned(),
            compression_level: None,
            parallelism: ready.parallelism,
        },
        files: checked.manifest_files(),
        tables: checked.manifest_tables(&proven.inventory),
        totals: ManifestTotals {
            tables: checked.tables.len() as u64,
            sequences: checked.sequences,
            materialized_views: checked.materialized_views,
            large_objects: checked.large_objects,
            files: 0,
            bytes: 0,
            raw_bytes: checked.files.iter().map(|file| file.raw_bytes).sum(),
        },
    }
}

fn codec(codec: Codec) -> &'static str {
    match codec {
        Codec::None => "none",
        Codec::Gzip => "gzip",
        Codec::Zstd => "zstd",
        Codec::Lz4 => "lz4",
    }
}
