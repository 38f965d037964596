//! Looks at a backup's globals and at the server that they are to be restored on. Changes nothing.

use super::Globals;
use super::plan::{Facts, Power};
use crate::archive::database_entry::DatabaseEntry;
use crate::archive::manifest::ManifestFile;
use crate::archive::toc::Toc;
use crate::archive::{CancellationToken, Manifest, TOC_FILE};
use crate::catalog::{backups, servers};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::facade::resolved;
use crate::postgres::{self, Session, databases, inspect, roles};
use crate::repository::layout::{ARCHIVE_DIR, GLOBALS_FILE};
use holdfast_types::GlobalsSpec;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that restoring globals needs to know.
pub(crate) struct Surveyed {
    pub(crate) facts: Facts,
    /// A session on the server.
    pub(crate) session: Session,
}

/// Looks at both sides.
///
/// # Errors
/// The backup is unknown, or the server cannot be reached.
pub(crate) async fn survey(context: &Arc<Context>, spec: &GlobalsSpec) -> Result<Surveyed, Error> {
    let (backup_id, server_id) = (spec.backup_id, spec.server_id);
    let (backup, recorded, server) = context
        .read(move |tx| {
            let recorded = backups::manifest_sha256(tx, backup_id)?;
            Ok((backups::get(tx, backup_id)?, recorded, servers::get(tx, server_id)?))
        })
        .await?;
    let folder = PathBuf::from(&backup.path);
    let mut facts = Facts { server: server.name.clone(), ..Facts::default() };
    let read = off_runtime(move || of_backup(&folder, recorded.as_deref()));
    match read.await {
        Ok((globals, entry)) => {
            facts.globals = globals;
            (facts.settings, facts.role_settings) = (entry.settings, entry.role_settings);
        }
        Err(error) => facts.unfit = Some(error.to_api().message),
    }
    let connection = resolved(context, &server).await?;
    let session = postgres::connect(&connection, None).await?;
    let role = inspect::role(&session).await?;
    facts.server_major = session.version().major;
    facts.standby = role.standby.then_some(());
    facts.own = session.role().to_owned();
    facts.power = match (role.superuser, roles::may_make(&session).await?) {
        (true, _) => Power::Superuser,
        (false, true) => Power::CreateRole,
        (false, false) => Power::None,
    };
    facts.present = roles::all(&session).await?;
    if let Some(database) = &spec.database {
        facts.database = databases::exists(&session, database).await?.then_some(());
    }
    Ok(Surveyed { facts, session })
}

/// Reads `globals.sql`, if it is the very file that the backup was made with, and what the archive says of the database.
fn of_backup(folder: &Path, recorded: Option<&str>) -> Result<(Globals, DatabaseEntry), Error> {
    let manifest = Manifest::read_recorded(folder, recorded)?;
    let found = ManifestFile::measure(folder, GLOBALS_FILE, &CancellationToken::new())?;
    if !manifest.files.contains(&found) {
        let detail = format!("{GLOBALS_FILE} is not the file that the manifest describes");
        return Err(crate::archive::ArchiveError::Manifest { path: folder.join(GLOBALS_FILE), detail }.into());
    }
    let toc = Toc::read(&folder.join(ARCHIVE_DIR).join(TOC_FILE))?;
    Ok((Globals::read(&folder.join(GLOBALS_FILE))?, DatabaseEntry::of(&toc)))
}
