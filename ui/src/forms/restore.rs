//! The restore wizard: its steps, what is typed in them, and the restore that it asks for.

use super::connection::Refusal;
use super::restore_name::{LONGEST, suggested};
use holdfast_types::{
    BackupId, Existing, GlobalsSpec, Ownership, RestoreScope, RestoreSpec, RestoreTarget, SafetyBackup,
    ServerId, SettingsChoice,
};
use std::collections::BTreeSet;

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Where it goes.
    Target,
    /// What of it.
    What,
    /// What will be done.
    Plan,
}

impl Step {
    /// All, in order.
    pub const ALL: [Step; 3] = [Self::Target, Self::What, Self::Plan];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Target => "Where to",
            Self::What => "What",
            Self::Plan => "Plan",
        }
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// The one before it.
    pub fn back(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }
}

/// Which tables are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// The ticked ones.
    Chosen,
}

/// What of the backup is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The database, or parts of it.
    Database,
    /// The server's roles and their memberships, beside any database.
    Globals,
}

/// What is known of the chosen server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    /// The name of the database that was backed up.
    pub source: &'a str,
    /// What a look at the server found.
    pub look: Look<'a>,
}

/// A look at a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look<'a> {
    /// None was taken, or it is not answered yet.
    Pending,
    /// It was not reached.
    Failed,
    /// It has these databases.
    Found(&'a [String]),
}

impl<'a> Known<'a> {
    /// The databases of the server; none while they are not known.
    fn databases(self) -> Option<&'a [String]> {
        match self.look {
            Look::Found(databases) => Some(databases),
            Look::Pending | Look::Failed => None,
        }
    }
}

/// What is typed and ticked. Nothing of it is lost by going back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreDraft {
    /// The server's id as text; empty while none is chosen.
    pub server: String,
    /// What becomes of the target.
    pub target: RestoreTarget,
    /// The new database's name, once it was typed; the suggestion until then.
    pub fresh: Option<String>,
    /// The database that exists, once it was chosen; that of the backup's own name until then.
    pub present: Option<String>,
    /// What an existing target keeps.
    pub existing: Existing,
    /// Whether it is backed up first.
    pub safety_backup: SafetyBackup,
    /// The database, or the globals.
    pub content: Content,
    /// With the globals: whether the roles' settings come.
    pub role_settings: SettingsChoice,
    /// With the globals: whether the chosen database gets the settings of the backup's.
    pub database_settings: SettingsChoice,
    /// Which parts.
    pub scope: RestoreScope,
    /// Whether tables are chosen.
    pub selection: Selection,
    /// The ticked tables, as `schema.name`.
    pub tables: BTreeSet<String>,
    /// Whose everything becomes.
    pub ownership: Ownership,
    /// Parallel connections; empty for the default.
    pub parallelism: String,
    /// The name of the existing database, typed once more.
    pub typed: String,
}

impl RestoreDraft {
    /// The whole backup into a new database of that server.
    pub fn new(server: Option<ServerId>) -> Self {
        RestoreDraft {
            server: server.map(|id| id.to_string()).unwrap_or_default(),
            target: RestoreTarget::New,
            fresh: None,
            present: None,
            existing: Existing::Keep,
            safety_backup: SafetyBackup::Make,
            content: Content::Database,
            role_settings: SettingsChoice::Leave,
            database_settings: SettingsChoice::Leave,
            scope: RestoreScope::Whole,
            selection: Selection::All,
            tables: BTreeSet::new(),
            ownership: Ownership::AsBackedUp,
            parallelism: String::new(),
            typed: String::new(),
        }
    }

    /// The choices of an earlier restore, made again. A new database gets a name that is free now, and nothing that
    /// must be typed is typed.
    pub fn again(spec: &RestoreSpec) -> Self {
        RestoreDraft {
            target: spec.target,
            present: (spec.target != RestoreTarget::New).then(|| spec.database.clone()),
            existing: spec.existing,
            safety_backup: spec.safety_backup,
            scope: spec.scope,
            selection: if spec.tables.is_empty() { Selection::All } else { Selection::Chosen },
            tables: spec.tables.iter().cloned().collect(),
            ownership: spec.ownership,
            parallelism: spec.parallelism.map(|number| number.to_string()).unwrap_or_default(),
            ..RestoreDraft::new(Some(spec.server_id))
        }
    }

    /// The chosen server.
    pub fn server_id(&self) -> Option<ServerId> {
        self.server.parse().ok()
    }

    /// The name of the database that the restore is about.
    pub fn database(&self, known: Known) -> String {
        match self.target {
            RestoreTarget::New => self
                .fresh
                .clone()
                .unwrap_or_else(|| suggested(known.source, known.databases().unwrap_or_default())),
            RestoreTarget::Swap | RestoreTarget::Existing => self.present.clone().unwrap_or_else(|| {
                let there = known
                    .databases()
                    .is_none_or(|databases| databases.iter().any(|name| name == known.source));
                if there { known.source.to_owned() } else { String::new() }
            }),
        }
    }

    /// Whether a database that exists would be changed, so that its name must be typed.
    pub fn needs_confirmation(&self) -> bool {
        self.target != RestoreTarget::New
            && (self.content == Content::Database || self.database_settings == SettingsChoice::Apply)
    }

    /// Whether the name was typed, where it must be.
    pub fn confirmed(&self, known: Known) -> bool {
        !self.needs_confirmation() || self.typed == self.database(known)
    }

    /// What is wrong with a step, field by field.
    pub fn refused(&self, step: Step, known: Known) -> Vec<Refusal> {
        match step {
            Step::Target => self.refused_target(known),
            Step::What => self.refused_what(),
            Step::Plan => Vec::new(),
        }
    }

    fn refused_target(&self, known: Known) -> Vec<Refusal> {
        let mut refused = Vec::new();
        if self.server_id().is_none() {
            refused.push(("server", "Choose the server to restore on.".to_owned()));
        } else if known.look == Look::Failed {
            let why = "It was not reached. Look again once it answers, or choose another server.";
            refused.push(("server", why.to_owned()));
        }
        let name = self.database(known);
        let exists = known.databases().is_some_and(|databases| databases.contains(&name));
        let why = match self.target {
            _ if name.trim().is_empty() && self.target == RestoreTarget::New => {
                "A new database needs a name."
            }
            _ if name.trim().is_empty() => "Choose the database.",
            _ if name.len() > LONGEST || name.contains(['\n', '\r', '\0']) => {
                "A name has 1 to 63 bytes and no line breaks."
            }
            RestoreTarget::New if exists => {
                "The server has a database of this name. Choose another name, or replace it by a swap."
            }
            _ => return refused,
        };
        refused.push(("database", why.to_owned()));
        refused
    }

    fn refused_what(&self) -> Vec<Refusal> {
        let mut refused = Vec::new();
        if self.content == Content::Globals {
            return refused;
        }
        if self.scope == RestoreScope::DataOnly && self.target != RestoreTarget::Existing {
            let why = "A new database has no tables to fill. Restore the definitions too, or go back and choose a \
                       database that has the tables.";
            refused.push(("scope", why.to_owned()));
        }
        if self.selection == Selection::Chosen && self.tables.is_empty() {
            refused.push(("tables", "Tick at least one table, or choose all of them.".to_owned()));
        }
        let text = self.parallelism.trim();
        if !text.is_empty() && !text.parse::<u32>().is_ok_and(|number| (1..=64).contains(&number)) {
            refused.push(("parallelism", "A whole number from 1 to 64.".to_owned()));
        }
        refused
    }

    /// The first step at which something is wrong; the last one when nothing is.
    pub fn furthest(&self, known: Known) -> Step {
        let wrong = |step: &Step| !self.refused(*step, known).is_empty();
        Step::ALL.into_iter().find(wrong).unwrap_or(Step::Plan)
    }

    /// The restore as it is asked for, with the name as it was typed; none while no server is chosen.
    pub fn spec(&self, backup_id: BackupId, known: Known) -> Option<RestoreSpec> {
        let database = self.database(known);
        let tables = match self.selection {
            Selection::All => Vec::new(),
            Selection::Chosen => self.tables.iter().cloned().collect(),
        };
        Some(RestoreSpec {
            target: self.target,
            scope: self.scope,
            tables,
            ownership: self.ownership,
            existing: self.existing,
            safety_backup: self.safety_backup,
            parallelism: self.parallelism.trim().parse().ok(),
            confirmation: self.needs_confirmation().then(|| self.typed.clone()),
            ..RestoreSpec::new(backup_id, self.server_id()?, database)
        })
    }

    /// The globals as they are asked for, with the name as it was typed; none while no server is chosen.
    pub fn globals(&self, backup_id: BackupId, known: Known) -> Option<GlobalsSpec> {
        let wanted = self.target != RestoreTarget::New && self.database_settings == SettingsChoice::Apply;
        Some(GlobalsSpec {
            role_settings: self.role_settings,
            database: wanted.then(|| self.database(known)),
            confirmation: wanted.then(|| self.typed.clone()),
            ..GlobalsSpec::new(backup_id, self.server_id()?)
        })
    }

    /// The globals of which the plan is shown, as [`Self::planned`] is of a restore.
    pub fn planned_globals(&self, backup_id: BackupId, known: Known) -> Option<GlobalsSpec> {
        let spec = self.globals(backup_id, known)?;
        Some(GlobalsSpec { confirmation: spec.database.clone(), ..spec })
    }

    /// The restore of which the plan is shown: as if the name were typed, because the field for it stands beside
    /// the plan and need not be told as an obstacle too.
    pub fn planned(&self, backup_id: BackupId, known: Known) -> Option<RestoreSpec> {
        let spec = self.spec(backup_id, known)?;
        Some(RestoreSpec { confirmation: self.needs_confirmation().then(|| spec.database.clone()), ..spec })
    }

    /// What the button of a step says.
    pub fn action(&self, step: Step, known: Known) -> String {
        let database = self.database(known);
        match (step, self.target) {
            (Step::Plan, _) if self.content == Content::Globals => "Restore the roles".to_owned(),
            (Step::Target, _) => "Choose what to restore".to_owned(),
            (Step::What, _) => "Show the plan".to_owned(),
            (Step::Plan, RestoreTarget::New) => format!("Restore as {database}"),
            (Step::Plan, RestoreTarget::Swap) => format!("Replace {database}"),
            (Step::Plan, RestoreTarget::Existing) => format!("Restore into {database}"),
        }
    }
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
