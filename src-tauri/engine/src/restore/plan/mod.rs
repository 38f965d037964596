//! What a restore would do, and what bars the way. Pure.

mod obstacles;
mod remarks;
mod steps;
#[cfg(test)]
mod tests;

use holdfast_types::{BackupId, BackupStatus, RestorePlan, RestoreSpec};

/// What was found out before: about the backup, and about the target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    /// The backup's database.
    pub(crate) source: String,
    /// Whether the backup can be relied on.
    pub(crate) status: Option<BackupStatus>,
    /// The major version of the server that was backed up.
    pub(crate) source_major: u32,
    /// Tables asked for that the backup lacks.
    pub(crate) lacking_tables: Vec<String>,
    /// What was asked for as a table and is none, with what it is.
    pub(crate) not_tables: Vec<(String, &'static str)>,
    /// Which backup it is.
    pub(crate) backup_id: Option<BackupId>,
    /// Jobs that back up all databases of the target's server.
    pub(crate) jobs_of_all: Vec<String>,
    /// The role that restores.
    pub(crate) role: String,
    /// The target's name.
    pub(crate) server: String,
    /// The target's version.
    pub(crate) server_version: String,
    /// Its major version.
    pub(crate) server_major: u32,
    /// The version of the pg_restore that can be used; none when there is none.
    pub(crate) tool_version: Option<String>,
    /// The least major version of a pg_restore that reads the archive.
    pub(crate) least_tool: u32,
    /// Whether the database exists there.
    pub(crate) exists: bool,
    /// Whether the role may make databases.
    pub(crate) may_create: Option<()>,
    /// Whether the target is a standby.
    pub(crate) standby: Option<()>,
    /// Whether the role is a superuser there.
    pub(crate) superuser: Option<()>,
    /// Tables of the backup that an existing target has already.
    pub(crate) in_the_way: Vec<String>,
    /// Foreign keys of chosen tables that are left out.
    pub(crate) keys_left_out: Vec<String>,
    /// What else belongs to chosen tables and is left out.
    pub(crate) left_out: Vec<String>,
    /// Owners of objects of the backup that are there, and that the role may not make owners.
    pub(crate) owners_out_of_reach: Vec<String>,
    /// Tables whose rows are wanted, and that an existing target lacks.
    pub(crate) absent: Vec<String>,
    /// Materialized views of the backup.
    pub(crate) materialized_views: u64,
    /// Settings of roles in the backup's database.
    pub(crate) role_settings: u64,
    /// The encoding of the backup's database, as far as the archive tells.
    pub(crate) encoding: Option<String>,
    /// That of the target, when it exists.
    pub(crate) target_encoding: Option<String>,
    /// Roles that own objects of the backup and are not there.
    pub(crate) missing_roles: Vec<String>,
    /// Extensions that cannot be installed there.
    pub(crate) missing_extensions: Vec<String>,
    /// Extensions of which the server would install another version than the backup's database had.
    pub(crate) other_versions: Vec<OtherVersion>,
    /// Tablespaces that are not there.
    pub(crate) missing_tablespaces: Vec<String>,
    /// What a database that is replaced has and the role may not give to another one.
    pub(crate) out_of_reach: Vec<String>,
    /// The tablespace of a database that is replaced, when it is not the server's default.
    pub(crate) tablespace: Option<String>,
    /// Bytes that the target needs.
    pub(crate) needed_bytes: u64,
    /// Bytes free there, where it can be told.
    pub(crate) free_bytes: Option<u64>,
    /// Rows of the backup.
    pub(crate) rows: Option<u64>,
    /// Tables of the backup.
    pub(crate) tables: u64,
}

/// An extension that comes back in another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherVersion {
    pub(crate) extension: String,
    /// Where it was backed up.
    pub(crate) source: String,
    /// Where it is restored.
    pub(crate) target: String,
}

/// Decides what a restore would do.
pub(crate) fn plan(spec: &RestoreSpec, facts: &Facts) -> RestorePlan {
    RestorePlan {
        steps: steps::steps(spec, facts),
        obstacles: obstacles::obstacles(spec, facts),
        remarks: remarks::remarks(spec, facts),
        database_exists: facts.exists,
        needed_bytes: facts.needed_bytes,
        server_version: Some(facts.server_version.clone()),
        tool_version: facts.tool_version.clone(),
    }
}

/// The first three of them, and how many more there are.
pub(super) fn first_few(names: &[String]) -> String {
    let mut named = names.iter().take(3).cloned().collect::<Vec<_>>();
    if names.len() > named.len() {
        named.push(format!("and {} more", names.len() - named.len()));
    }
    named.join(", ")
}
