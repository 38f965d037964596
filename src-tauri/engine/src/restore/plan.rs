//! What a restore would do, and what bars the way. Pure.

use crate::proof::counted;
use holdfast_types::{
    BackupStatus, Existing, MissingRoles, Ownership, Problem, RestorePlan, RestoreScope, RestoreSpec,
    RestoreTarget, SafetyBackup,
};

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
    /// Roles that own objects of the backup and are not there.
    pub(crate) missing_roles: Vec<String>,
    /// Extensions that cannot be installed there.
    pub(crate) missing_extensions: Vec<String>,
    /// Tablespaces that are not there.
    pub(crate) missing_tablespaces: Vec<String>,
    /// Bytes that the target needs.
    pub(crate) needed_bytes: u64,
    /// Bytes free there, where it can be told.
    pub(crate) free_bytes: Option<u64>,
    /// Rows of the backup.
    pub(crate) rows: Option<u64>,
    /// Tables of the backup.
    pub(crate) tables: u64,
}

/// Decides what a restore would do.
pub(crate) fn plan(spec: &RestoreSpec, facts: &Facts) -> RestorePlan {
    RestorePlan {
        steps: steps(spec, facts),
        obstacles: obstacles(spec, facts),
        remarks: remarks(spec, facts),
        database_exists: facts.exists,
        needed_bytes: facts.needed_bytes,
        server_version: Some(facts.server_version.clone()),
        tool_version: facts.tool_version.clone(),
    }
}

fn steps(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    let (database, server) = (&spec.database, &facts.server);
    let what = match (spec.tables.len(), spec.scope) {
        (0, RestoreScope::Whole) => match facts.rows {
            Some(rows) => {
                let (tables, rows) = (counted(facts.tables, "table"), counted(rows, "row"));
                format!("{tables} with {rows}, and everything else")
            }
            None => format!("{}, and everything else", counted(facts.tables, "table")),
        },
        (0, RestoreScope::SchemaOnly) => "all definitions, without any rows".to_owned(),
        (0, RestoreScope::DataOnly) => "the rows of all tables, without definitions".to_owned(),
        (count, RestoreScope::DataOnly) => format!("the rows of {}", counted(count as u64, "table")),
        (count, RestoreScope::SchemaOnly) => {
            format!("the definitions of {} with what they need", counted(count as u64, "table"))
        }
        (1, _) => format!("the table {} with what it needs", spec.tables[0]),
        (count, _) => format!("{count} tables with what they need"),
    };
    let mut steps = vec!["Read the whole backup to its end, and refuse it if anything is wrong".to_owned()];
    match spec.target {
        RestoreTarget::New | RestoreTarget::Swap => {
            steps.push(format!("Make an empty database on \"{server}\" under a temporary name"));
            steps.push(format!("Restore {what} with pg_restore"));
            steps.push(
                "Analyse it, and compare it with what the server held when it was backed up".to_owned(),
            );
        }
        RestoreTarget::Existing => {
            if spec.safety_backup == SafetyBackup::Make {
                steps.push(format!("Back \"{database}\" up as it is now"));
            }
            let cleaned = match spec.existing {
                Existing::Keep => "",
                Existing::Clean => " after dropping what the backup holds",
            };
            steps.push(format!(
                "Restore {what} into \"{database}\"{cleaned}, in one transaction: all or nothing"
            ));
            steps.push("Analyse it".to_owned());
        }
    }
    match spec.target {
        RestoreTarget::New => steps.push(format!("Name it \"{database}\"")),
        RestoreTarget::Swap => steps.push(format!(
            "End the sessions on \"{database}\", keep it under a dated name, and name the restored one \"{database}\""
        )),
        RestoreTarget::Existing => {}
    }
    steps
}

fn problem(message: String, hint: &str) -> Problem {
    Problem { message, hint: hint.to_owned() }
}

fn obstacles(spec: &RestoreSpec, facts: &Facts) -> Vec<Problem> {
    let mut found = of_backup(facts);
    found.extend(of_name(spec, facts));
    found.extend(of_server(spec, facts));
    found
}

fn of_backup(facts: &Facts) -> Vec<Problem> {
    let mut found = Vec::new();
    if facts.status == Some(BackupStatus::Missing) {
        found.push(problem(
            "The files of this backup are gone.".to_owned(),
            "Mount the disk that holds them, or choose another backup.",
        ));
    }
    if !facts.lacking_tables.is_empty() {
        found.push(problem(
            format!("The backup does not hold {}.", facts.lacking_tables.join(", ")),
            "Write tables as schema.name; holdfast backups show lists those of a backup.",
        ));
    }
    found
}

fn of_name(spec: &RestoreSpec, facts: &Facts) -> Vec<Problem> {
    let (database, server) = (&spec.database, &facts.server);
    let mut found = Vec::new();
    match (spec.target, facts.exists) {
        (RestoreTarget::New, true) => found.push(problem(
            format!("\"{server}\" has a database \"{database}\" already."),
            "Choose another name, or replace the database by a swap, which keeps the present one.",
        )),
        (RestoreTarget::Swap | RestoreTarget::Existing, false) => found.push(problem(
            format!("\"{server}\" has no database \"{database}\"."),
            "Restore into a new database instead.",
        )),
        (RestoreTarget::Swap | RestoreTarget::Existing, true)
            if spec.confirmation.as_deref() != Some(database.as_str()) =>
        {
            found.push(problem(
                format!("The database \"{database}\" exists and would be changed."),
                "Type its name once more to confirm (on the command line: --confirm NAME).",
            ));
        }
        _ => {}
    }
    let keeps = spec.existing == Existing::Keep && spec.scope != RestoreScope::DataOnly;
    if spec.target == RestoreTarget::Existing && keeps && !facts.in_the_way.is_empty() {
        found.push(problem(
            format!("\"{database}\" has {} already.", first_few(&facts.in_the_way)),
            "Let what the backup holds be dropped first (on the command line: --clean), restore rows only, or restore \
             into a new database.",
        ));
    }
    let is_own = ["postgres", "template0", "template1"].contains(&database.as_str());
    if spec.target == RestoreTarget::Swap && is_own {
        found.push(problem(
            format!("\"{database}\" belongs to the server itself and is not replaced."),
            "Restore into a new database.",
        ));
    }
    if spec.target == RestoreTarget::New && spec.scope == RestoreScope::DataOnly {
        found.push(problem(
            "Rows alone cannot be restored into a new database: it has no tables.".to_owned(),
            "Restore definitions and rows, or choose the database that has the tables.",
        ));
    }
    found
}

fn of_server(spec: &RestoreSpec, facts: &Facts) -> Vec<Problem> {
    let server = &facts.server;
    let mut found = Vec::new();
    if facts.standby.is_some() {
        found.push(problem(format!("\"{server}\" is a standby."), "Restore on its primary."));
    }
    if spec.target != RestoreTarget::Existing && facts.may_create.is_none() {
        found.push(problem(
            format!("The role may not make databases on \"{server}\"."),
            "Grant it with: ALTER ROLE name CREATEDB. Or restore into a database that exists.",
        ));
    }
    if facts.tool_version.is_none() {
        found.push(problem(
            format!("No pg_restore of version {} or newer is on this machine.", facts.least_tool),
            "Install PostgreSQL's client programs of that version.",
        ));
    }
    if !facts.missing_extensions.is_empty() {
        found.push(problem(
            format!("The server cannot install the extensions {}.", facts.missing_extensions.join(", ")),
            "Install their packages on the server's machine.",
        ));
    }
    let wanted = spec.ownership == Ownership::AsBackedUp && spec.roles == MissingRoles::Refuse;
    if wanted && !facts.missing_roles.is_empty() {
        found.push(problem(
            format!("The roles {} own objects of the backup, or are granted some, and do not exist there.", facts.missing_roles.join(", ")),
            "Let them be made from the backup's globals.sql (on the command line: --make-roles), or restore as the \
             connecting role's own (--no-owner).",
        ));
    }
    if let Some(free) = facts.free_bytes.filter(|free| *free < facts.needed_bytes) {
        found.push(problem(
            format!(
                "The server's disk has {} free; about {} are needed.",
                crate::error::bytes(free),
                crate::error::bytes(facts.needed_bytes)
            ),
            "Free some space there, or restore elsewhere.",
        ));
    }
    found
}

/// The first three of them, and how many more there are.
fn first_few(names: &[String]) -> String {
    let mut named = names.iter().take(3).cloned().collect::<Vec<_>>();
    if names.len() > named.len() {
        named.push(format!("and {} more", names.len() - named.len()));
    }
    named.join(", ")
}

fn remarks(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    let mut remarks = Vec::new();
    if facts.status == Some(BackupStatus::Damaged) {
        remarks.push(
            "This backup did not pass its last verification. Its files are read again before anything is touched."
                .to_owned(),
        );
    }
    if !facts.keys_left_out.is_empty() {
        remarks.push(format!(
            "Foreign keys to tables that were not chosen are left out: {}.",
            first_few(&facts.keys_left_out)
        ));
    }
    if spec.scope == RestoreScope::DataOnly && facts.superuser.is_none() {
        remarks.push(
            "Rows are loaded while foreign keys are checked, as the role is no superuser: where tables need each \
             other's rows, it may fail, and then nothing is changed."
                .to_owned(),
        );
    }
    if facts.server_major < facts.source_major {
        remarks.push(format!(
            "The backup is of PostgreSQL {}, the server is older ({}): what the older one does not know will be \
             listed as failed.",
            facts.source_major, facts.server_version
        ));
    }
    if !facts.missing_tablespaces.is_empty() {
        remarks.push(format!(
            "The tablespaces {} do not exist there; everything goes into the database's own.",
            facts.missing_tablespaces.join(", ")
        ));
    }
    if spec.target == RestoreTarget::Existing && spec.safety_backup == SafetyBackup::Decline {
        remarks.push("No backup of the database as it is now is made.".to_owned());
    }
    if spec.roles == MissingRoles::Make && spec.ownership == Ownership::AsBackedUp {
        remarks.push(
            format!(
                "Roles that are missing are made first, without passwords unless the job dumps them: {}. Those that \
                 exist are left as they are.",
                if facts.missing_roles.is_empty() { "none".to_owned() } else { facts.missing_roles.join(", ") }
            ),
        );
    }
    if spec.ownership == Ownership::Mine {
        remarks.push("Owners and permissions of the backup are left out.".to_owned());
    }
    remarks
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
