//! What restoring globals would do, and what bars the way. Pure.

use super::write::{self, Statement};
use super::{GlobalRole, Globals};
use crate::sql::Setting;
use holdfast_types::counted;
use holdfast_types::{GlobalsSpec, PlannedGlobals, PlannedRole, Problem, RoleFate, SettingsChoice};
use std::collections::{BTreeMap, BTreeSet};

/// What was found out before: in the backup, and on the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    /// The backup's dump of globals.
    pub(crate) globals: Globals,
    /// Why that cannot be relied on.
    pub(crate) unfit: Option<String>,
    /// The settings of the backup's database.
    pub(crate) settings: Vec<Setting>,
    /// The settings of roles in it.
    pub(crate) role_settings: Vec<(String, Setting)>,
    /// The server's name.
    pub(crate) server: String,
    /// Its major version.
    pub(crate) server_major: u32,
    /// Whether it is a standby.
    pub(crate) standby: Option<()>,
    /// The role that restores.
    pub(crate) own: String,
    /// What it may do.
    pub(crate) power: Power,
    /// The server's roles, with their settings.
    pub(crate) present: BTreeMap<String, Vec<Setting>>,
    /// Whether the database that is to get settings exists.
    pub(crate) database: Option<()>,
}

/// What the role that restores may do with roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Power {
    /// Nothing.
    #[default]
    None,
    /// It may make roles.
    CreateRole,
    /// Everything.
    Superuser,
}

/// What would be done, in words and in statements, which say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// For people.
    pub(crate) shown: PlannedGlobals,
    /// For the server, in order.
    pub(crate) statements: Vec<Statement>,
}

/// Attributes that only a superuser can give.
const POWERFUL: [&str; 3] = ["SUPERUSER", "REPLICATION", "BYPASSRLS"];

/// Decides what restoring the globals would do.
pub(crate) fn plan(spec: &GlobalsSpec, facts: &Facts) -> Plan {
    let made: BTreeSet<&str> = facts
        .globals
        .roles
        .iter()
        .map(|role| role.name.as_str())
        // The server's own are there, and nobody can make them.
        .filter(|name| !facts.present.contains_key(*name) && !name.starts_with("pg_"))
        .collect();
    let mut statements: Vec<Statement> = facts
        .globals
        .roles
        .iter()
        .filter(|role| made.contains(role.name.as_str()))
        .flat_map(write::create)
        .collect();
    let known = |name: &str| made.contains(name) || facts.present.contains_key(name);
    let memberships: Vec<_> = facts
        .globals
        .memberships
        .iter()
        .filter(|one| made.contains(one.member.as_str()) && known(&one.group))
        .collect();
    statements.extend(memberships.iter().map(|one| write::grant(one, facts.server_major)));
    let mut roles = Vec::new();
    for role in &facts.globals.roles {
        let settings = settings_of(spec, facts, role);
        statements.extend(settings.iter().map(|setting| write::set(&role.name, setting)));
        let is_made = made.contains(role.name.as_str());
        roles.push(PlannedRole {
            name: role.name.clone(),
            fate: match (is_made, settings.is_empty()) {
                (true, _) => RoleFate::Created,
                (false, true) => RoleFate::Untouched,
                (false, false) => RoleFate::SettingsChanged,
            },
            attributes: if is_made { attributes(role) } else { Vec::new() },
            member_of: memberships
                .iter()
                .filter(|one| one.member == role.name)
                .map(|one| one.group.clone())
                .collect(),
            settings: settings.into_iter().map(Setting::clause).collect(),
        });
    }
    let of_database = of_database(spec, facts, known);
    let database_settings = of_database.iter().map(|statement| statement.shown.clone()).collect();
    statements.extend(of_database);
    let shown = PlannedGlobals {
        backup_id: spec.backup_id,
        server: facts.server.clone(),
        obstacles: obstacles(spec, facts, &roles),
        remarks: remarks(spec, facts, &roles),
        roles,
        database: spec.database.clone(),
        database_settings,
    };
    Plan { shown, statements }
}

/// The settings that a role gets: those that differ from what it has.
fn settings_of<'a>(spec: &GlobalsSpec, facts: &Facts, role: &'a GlobalRole) -> Vec<&'a Setting> {
    // Whoever restores could lock itself out.
    if spec.role_settings == SettingsChoice::Leave || role.name == facts.own {
        return Vec::new();
    }
    let has = facts.present.get(&role.name).map(Vec::as_slice).unwrap_or_default();
    role.settings.iter().filter(|setting| !has.contains(setting)).collect()
}

fn attributes(role: &GlobalRole) -> Vec<String> {
    let mut words: Vec<String> = role.attributes.iter().map(|&word| word.to_owned()).collect();
    words.extend(role.connection_limit.map(|limit| format!("CONNECTION LIMIT {limit}")));
    words.extend(role.valid_until.as_ref().map(|moment| format!("VALID UNTIL {moment}")));
    words.extend(role.password.as_ref().map(|_| "its password".to_owned()));
    words
}

fn of_database(spec: &GlobalsSpec, facts: &Facts, known: impl Fn(&str) -> bool) -> Vec<Statement> {
    let Some(database) = &spec.database else { return Vec::new() };
    let own = facts.settings.iter().map(|setting| write::set_database(database, setting));
    let of_roles = facts.role_settings.iter().filter(|(role, _)| known(role));
    own.chain(of_roles.map(|(role, setting)| write::set_within(role, database, setting))).collect()
}

fn problem(message: String, hint: &str) -> Problem {
    Problem { message, hint: hint.to_owned() }
}

fn obstacles(spec: &GlobalsSpec, facts: &Facts, roles: &[PlannedRole]) -> Vec<Problem> {
    let server = &facts.server;
    let mut found = Vec::new();
    if let Some(reason) = &facts.unfit {
        found.push(problem(
            format!("The backup's globals.sql cannot be relied on: {reason}"),
            "Choose another backup, or verify this one to see what else is wrong.",
        ));
    }
    if facts.standby.is_some() {
        found.push(problem(format!("\"{server}\" is a standby."), "Restore on its primary."));
    }
    let changes = roles.iter().any(|role| role.fate != RoleFate::Untouched);
    if changes && facts.power == Power::None {
        found.push(problem(
            format!("The role \"{}\" may not make roles on \"{server}\".", facts.own),
            "Grant it with: ALTER ROLE name CREATEROLE. Or restore as a superuser.",
        ));
    }
    let is_powerful =
        |role: &&PlannedRole| role.attributes.iter().any(|one| POWERFUL.contains(&one.as_str()));
    let powerful: Vec<&str> = roles.iter().filter(is_powerful).map(|role| role.name.as_str()).collect();
    if !powerful.is_empty() && facts.power == Power::CreateRole {
        found.push(problem(
            format!("Only a superuser can make {}, with the rights that it had.", powerful.join(", ")),
            "Restore as a superuser, or make these roles by hand first: roles that exist are left as they are.",
        ));
    }
    match &spec.database {
        Some(database) if facts.database.is_none() => found.push(problem(
            format!("\"{server}\" has no database \"{database}\"."),
            "Restore the database first, then its settings.",
        )),
        Some(database) if spec.confirmation.as_ref() != Some(database) => found.push(problem(
            format!("The database \"{database}\" exists and its settings would be changed."),
            "Type its name once more to confirm (on the command line: --confirm NAME).",
        )),
        _ => {}
    }
    found
}

fn remarks(spec: &GlobalsSpec, facts: &Facts, roles: &[PlannedRole]) -> Vec<String> {
    let mut remarks = Vec::new();
    let without = |planned: &&PlannedRole| {
        planned.attributes.iter().any(|word| word == "LOGIN")
            && !planned.attributes.iter().any(|word| word == "its password")
    };
    let silent = roles.iter().filter(without).count() as u64;
    if silent > 0 {
        remarks.push(format!(
            "{} may log in but will have no password, as the job leaves passwords out.",
            counted(silent, "role")
        ));
    }
    let kept = roles.iter().filter(|role| role.fate == RoleFate::Untouched).count() as u64;
    if kept > 0 {
        remarks.push(format!(
            "{} there already and left alone: attributes, passwords and memberships stay.",
            if kept == 1 { "1 role is".to_owned() } else { format!("{kept} roles are") }
        ));
    }
    let has_settings = facts.globals.roles.iter().any(|role| !role.settings.is_empty());
    if has_settings && spec.role_settings == SettingsChoice::Leave {
        remarks.push("The roles' own settings are left out, unless they are asked for.".to_owned());
    }
    let unknown: BTreeSet<&str> = match spec.database {
        Some(_) => facts
            .role_settings
            .iter()
            .map(|(role, _)| role.as_str())
            .filter(|role| !roles.iter().any(|one| one.name == *role) && !facts.present.contains_key(*role))
            .collect(),
        None => BTreeSet::new(),
    };
    if !unknown.is_empty() {
        let names = unknown.into_iter().collect::<Vec<_>>().join(", ");
        remarks.push(format!(
            "Settings of roles that neither the server nor the backup has are left out: {names}."
        ));
    }
    if !facts.globals.left_out.is_empty() {
        let kinds: Vec<String> =
            facts.globals.left_out.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
        remarks.push(format!("What else globals.sql holds is not carried out: {}.", kinds.join(", ")));
    }
    remarks
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
