//! Globals: the roles, memberships and settings that a backup keeps beside its archive, put onto a server by themselves.

use crate::{BackupId, Problem, ServerId};
use serde::{Deserialize, Serialize};

/// Whether settings of the backup are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsChoice {
    /// They are left out.
    #[default]
    Leave,
    /// They are set, over what is set there.
    Apply,
}

/// Which globals to restore, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalsSpec {
    /// The backup.
    pub backup_id: BackupId,
    /// The server.
    pub server_id: ServerId,
    /// Whether the roles' settings (`ALTER ROLE … SET`) are taken.
    #[serde(default)]
    pub role_settings: SettingsChoice,
    /// The database that gets the settings of the backup's; none does when absent.
    #[serde(default)]
    pub database: Option<String>,
    /// That database's name, typed once more.
    #[serde(default)]
    pub confirmation: Option<String>,
}

impl GlobalsSpec {
    /// The roles and memberships that lack, and nothing else.
    pub fn new(backup_id: BackupId, server_id: ServerId) -> Self {
        Self {
            backup_id,
            server_id,
            role_settings: SettingsChoice::Leave,
            database: None,
            confirmation: None,
        }
    }
}

/// Says what restoring the globals would do, and changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanGlobals {
    /// What is asked for.
    pub spec: GlobalsSpec,
}

/// Restores the globals, in one transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RestoreGlobals {
    /// What is asked for.
    pub spec: GlobalsSpec,
}

/// What becomes of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleFate {
    /// It is made.
    Created,
    /// It exists already and stays as it is.
    Untouched,
    /// It exists already; its settings are changed and nothing else.
    SettingsChanged,
}

/// A role of the backup, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRole {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: RoleFate,
    /// The attributes that a role which is made gets, for example `LOGIN` or `CONNECTION LIMIT 7`. Never a password.
    pub attributes: Vec<String>,
    /// The roles that it becomes a member of.
    pub member_of: Vec<String>,
    /// The settings that it gets, as clauses.
    pub settings: Vec<String>,
}

/// What restoring the globals would do, or has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedGlobals {
    /// The backup.
    pub backup_id: BackupId,
    /// The server's name.
    pub server: String,
    /// The roles of the backup.
    pub roles: Vec<PlannedRole>,
    /// The database that gets settings.
    pub database: Option<String>,
    /// The settings that it gets, and those of roles in it, as statements.
    pub database_settings: Vec<String>,
    /// What bars the way; empty when it can be done.
    pub obstacles: Vec<Problem>,
    /// What is worth knowing before.
    pub remarks: Vec<String>,
}

impl PlannedGlobals {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.database_settings.is_empty() && self.roles.iter().all(|role| role.fate == RoleFate::Untouched)
    }

    /// How many roles have that fate.
    pub fn count(&self, fate: RoleFate) -> u64 {
        self.roles.iter().filter(|role| role.fate == fate).count() as u64
    }
}
