//! Looks at a backup and at the server that it is to be restored on. Changes nothing.

use super::chosen::{Chosen, share_of, there_already};
use super::plan::{Facts, OtherVersion};
use crate::archive::database_entry::{self, DatabaseEntry};
use crate::archive::manifest::ManifestLedger;
use crate::archive::selection::{self, Selection};
use crate::archive::toc::Toc;
use crate::archive::{Manifest, TOC_FILE};
use crate::catalog::jobs::{self, StoredJob};
use crate::catalog::{backups, servers};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::facade::resolved;
use crate::postgres::connection::Host;
use crate::postgres::{
    self, PostgresError, ResolvedConnection, Session, Toolset, databases, inspect, properties,
};
use crate::repository::layout::ARCHIVE_DIR;
use crate::sql::readings;
use holdfast_types::{
    Backup, BackupStatus, DatabaseSelection, Ownership, RestoreScope, RestoreSpec, RestoreTarget,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest name of a database, in bytes (`NAMEDATALEN` less its end).
const LONGEST_NAME: usize = 63;

/// Everything that a restore needs to know.
pub(crate) struct Surveyed {
    pub(crate) facts: Facts,
    pub(super) backup: Backup,
    pub(super) manifest: Option<Manifest>,
    pub(super) toc: Option<Toc>,
    pub(super) entry: DatabaseEntry,
    /// The entries to restore when tables were chosen.
    pub(super) selection: Option<Selection>,
    pub(super) tools: Option<Toolset>,
    pub(super) connection: ResolvedConnection,
}

impl Surveyed {
    /// What the server held when it was backed up, if it was counted.
    pub(super) fn ledger(&self) -> Option<&ManifestLedger> {
        self.manifest.as_ref()?.ledger.as_ref()
    }
}

/// Looks at both sides.
///
/// # Errors
/// The request cannot be understood, or the server cannot be reached.
pub(crate) async fn survey(context: &Arc<Context>, spec: &RestoreSpec) -> Result<Surveyed, Error> {
    check_names(spec)?;
    let (backup_id, server_id) = (spec.backup_id, spec.server_id);
    let (backup, recorded, server, jobs_of_all) = context
        .read(move |tx| {
            let recorded = backups::manifest_sha256(tx, backup_id)?;
            let of_all = |job: &StoredJob| {
                let spec = &job.job.spec;
                spec.server_id == server_id && spec.enabled && spec.databases == DatabaseSelection::All
            };
            let jobs: Vec<String> =
                jobs::ordinary(tx)?.into_iter().filter(of_all).map(|job| job.job.spec.name).collect();
            Ok((backups::get(tx, backup_id)?, recorded, servers::get(tx, server_id)?, jobs))
        })
        .await?;
    let folder = PathBuf::from(&backup.path);
    let read = off_runtime(move || {
        let manifest = Manifest::read_recorded(&folder, recorded.as_deref())?;
        let toc = Toc::read(&folder.join(ARCHIVE_DIR).join(TOC_FILE))?;
        Ok((manifest, toc))
    });
    let (manifest, toc) = match read.await {
        Ok((manifest, toc)) => (Some(manifest), Some(toc)),
        Err(error) if Path::new(&backup.path).exists() => return Err(error),
        Err(_) => (None, None),
    };
    let chosen = toc.as_ref().map(|toc| Chosen::of(toc, &spec.tables)).transpose()?.unwrap_or_default();
    let entries = match (&toc, chosen.tables.is_empty()) {
        (Some(toc), false) => selection::select(toc, &chosen.tables).ok(),
        _ => None,
    };
    let connection = resolved(context, &server).await?;
    let session = beside(&connection, &spec.database).await?;
    let least_tool = manifest.as_ref().map_or(0, |manifest| major(&manifest.tool_version));
    let tools = context.tools().await;
    let tool = tools
        .iter()
        .filter(|tool| tool.pg_restore.is_some() && tool.major >= least_tool)
        .min_by_key(|tool| tool.major)
        .cloned();
    let mut facts = Facts {
        source: backup.database.clone(),
        status: Some(if manifest.is_none() { BackupStatus::Missing } else { backup.status }),
        lacking_tables: chosen.lacking,
        not_tables: chosen.not_tables,
        backup_id: Some(backup_id),
        server: server.name.clone(),
        tool_version: tool.as_ref().map(|tool| tool.version.clone()),
        least_tool,
        jobs_of_all,
        ..Facts::default()
    };
    of_server(&session, spec, &mut facts).await?;
    if let (Some(manifest), Some(toc)) = (&manifest, &toc) {
        of_contents(&session, manifest, toc, &mut facts).await?;
    }
    if let (Some(manifest), false) = (&manifest, chosen.tables.is_empty()) {
        facts.needed_bytes = share_of(&chosen.tables, manifest, facts.needed_bytes);
    }
    if spec.target == RestoreTarget::Swap && facts.exists {
        of_replaced(&session, spec, &mut facts).await?;
    }
    facts.free_bytes = free_space(&session, &connection).await;
    facts.keys_left_out =
        entries.as_ref().map(|selection: &Selection| selection.keys_left_out.clone()).unwrap_or_default();
    facts.left_out =
        entries.as_ref().map(|selection: &Selection| selection.left_out.clone()).unwrap_or_default();
    let entry = toc.as_ref().map(DatabaseEntry::of).unwrap_or_default();
    facts.role_settings = entry.role_settings.len() as u64;
    facts.encoding = entry.encoding();
    if facts.exists {
        facts.target_encoding = databases::encoding(&session, &spec.database).await?;
    }
    if let (RestoreTarget::Existing, true, Some(manifest)) = (spec.target, facts.exists, &manifest) {
        let (there, absent) = there_already(&connection, (spec, &chosen.tables), manifest).await?;
        facts.in_the_way = there;
        facts.absent = if spec.scope == RestoreScope::DataOnly { absent } else { Vec::new() };
    }
    Ok(Surveyed { facts, backup, entry, manifest, toc, selection: entries, tools: tool, connection })
}

/// Checks the names of the database and of the tables, and the parallelism.
fn check_names(spec: &RestoreSpec) -> Result<(), Error> {
    let invalid =
        |field, problem: String, accepts: &str| Error::Invalid { field, problem, accepts: accepts.into() };
    let name = &spec.database;
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(['\0', '\n', '\r']) {
        return Err(invalid(
            "The database's name",
            "cannot be used".into(),
            "It accepts 1 to 63 bytes without line breaks.",
        ));
    }
    if spec.parallelism.is_some_and(|jobs| !(1..=64).contains(&jobs)) {
        return Err(invalid("The parallelism", "is out of bounds".into(), "It accepts 1 to 64."));
    }
    let is_whole = |text: &String| readings(text).iter().any(|(schema, _)| schema.is_some());
    match spec.tables.iter().find(|text| !is_whole(text)) {
        None => Ok(()),
        Some(text) => Err(invalid(
            "A table",
            format!("cannot be \"{text}\""),
            "Write it as schema.name, for example public.orders.",
        )),
    }
}

/// A session on another database than the one that is restored: nobody may be connected to one that is renamed.
pub(super) async fn beside(connection: &ResolvedConnection, database: &str) -> Result<Session, Error> {
    let own = connection.database.clone();
    let mut first = None;
    for candidate in [own.as_str(), "postgres", "template1"].into_iter().filter(|name| *name != database) {
        match postgres::connect(connection, Some(candidate)).await {
            Ok(session) => return Ok(session),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or(PostgresError::NoSuchDatabase { database: own }).into())
}

async fn of_server(session: &Session, spec: &RestoreSpec, facts: &mut Facts) -> Result<(), Error> {
    facts.role = session.role().to_owned();
    facts.server_version.clone_from(&session.version().text);
    facts.server_major = session.version().major;
    facts.exists = databases::exists(session, &spec.database).await?;
    facts.may_create = databases::may_create(session).await?.then_some(());
    let role = inspect::role(session).await?;
    facts.standby = role.standby.then_some(());
    facts.superuser = role.superuser.then_some(());
    Ok(())
}

/// What the database that is replaced has, and the role may not give to another.
async fn of_replaced(session: &Session, spec: &RestoreSpec, facts: &mut Facts) -> Result<(), Error> {
    let present = properties::read(session, &spec.database).await?;
    if facts.superuser.is_none() {
        if spec.ownership == Ownership::AsBackedUp && !databases::may_own_as(session, &present.owner).await? {
            facts.out_of_reach.push(format!("its owner {}", present.owner));
        }
        let foreign = properties::foreign_roles(&present, session.role());
        facts.out_of_reach.extend(foreign.into_iter().map(|role| format!("settings of the role {role}")));
    }
    facts.tablespace = Some(present.tablespace).filter(|name| name != "pg_default");
    Ok(())
}

async fn of_contents(
    session: &Session,
    manifest: &Manifest,
    toc: &Toc,
    facts: &mut Facts,
) -> Result<(), Error> {
    facts.source_major = major(&manifest.server_version);
    facts.tables = manifest.tables.len() as u64;
    let counted = manifest.tables.iter().filter(|table| table.archive_file.is_some());
    facts.rows = counted.map(|table| table.rows).sum();
    let on_server: u64 = manifest.tables.iter().map(|table| table.bytes).sum();
    facts.needed_bytes = manifest
        .ledger
        .as_ref()
        .and_then(|ledger| ledger.database_bytes)
        .unwrap_or_else(|| on_server.saturating_mul(2));
    let mut roles = database_entry::owners(toc);
    roles.extend(database_entry::grantees(toc));
    facts.missing_roles = databases::missing_roles(session, &roles).await?;
    if facts.superuser.is_none() {
        for owner in database_entry::owners(toc) {
            // Who owns the new database is a member of that one in it; who is missing is told elsewhere.
            let known = owner == "pg_database_owner" || facts.missing_roles.contains(&owner);
            if !known && !databases::may_own_as(session, &owner).await? {
                facts.owners_out_of_reach.push(owner);
            }
        }
    }
    facts.materialized_views =
        manifest.ledger.as_ref().map_or(0, |ledger| ledger.materialized_views.len() as u64);
    let versions = databases::extension_versions(session).await?;
    for extension in &manifest.extensions {
        match versions.get(&extension.name) {
            None => facts.missing_extensions.push(extension.name.clone()),
            Some(target) if *target != extension.version => facts.other_versions.push(OtherVersion {
                extension: extension.name.clone(),
                source: extension.version.clone(),
                target: target.clone(),
            }),
            Some(_) => {}
        }
    }
    let tablespaces = database_entry::tablespaces(toc);
    facts.missing_tablespaces = databases::missing_tablespaces(session, &tablespaces).await?;
    Ok(())
}

/// Free space of the server's data folder, when it runs on this machine and the role may know where.
async fn free_space(session: &Session, connection: &ResolvedConnection) -> Option<u64> {
    let local = match &connection.host {
        Host::Socket(_) => true,
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
    };
    if !local {
        return None;
    }
    let row = session.row("SELECT pg_catalog.current_setting('data_directory', true)").await.ok()?;
    let folder = PathBuf::from(row.get(0)?);
    off_runtime(move || {
        let there = folder.is_dir();
        Ok(there.then(|| crate::repository::space::available_bytes(&folder).ok()).flatten())
    })
    .await
    .ok()
    .flatten()
}

fn major(version: &str) -> u32 {
    version.split(['.', ' ']).next().and_then(|text| text.parse().ok()).unwrap_or_default()
}
