//! What bars the way of a restore, with what to do about it. Pure.

use super::{Facts, first_few};
use holdfast_types::{
    BackupStatus, Existing, MissingRoles, Ownership, Problem, RestoreScope, RestoreSpec, RestoreTarget,
};

fn problem(message: String, hint: &str) -> Problem {
    Problem { message, hint: hint.to_owned() }
}

/// All that bars the way.
pub(super) fn obstacles(spec: &RestoreSpec, facts: &Facts) -> Vec<Problem> {
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
            &match facts.backup_id {
                Some(id) => {
                    format!(
                        "Write tables as schema.name, and look at what it holds (on the command line: holdfast backups contents {id})."
                    )
                }
                None => "Write tables as schema.name.".to_owned(),
            },
        ));
    }
    for (name, kind) in &facts.not_tables {
        found.push(problem(
            format!("{name} is {kind}, and only tables can be chosen."),
            "Choose the tables that it is made from or belongs to, or restore the whole backup, which brings it along.",
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
    if spec.target == RestoreTarget::Existing && !facts.absent.is_empty() {
        found.push(problem(
            format!(
                "\"{database}\" has no table {}, whose rows are to be restored.",
                first_few(&facts.absent)
            ),
            "Restore definitions and rows, or choose tables that are there (on the command line: --table).",
        ));
    }
    // Nobody checks text of SQL_ASCII, and the server takes it as it is: it could not be read afterwards.
    if let (RestoreTarget::Existing, Some("SQL_ASCII"), Some(other)) =
        (spec.target, facts.encoding.as_deref(), facts.target_encoding.as_deref())
        && other != "SQL_ASCII"
    {
        found.push(problem(
            format!(
                "The backup's text is of no known encoding (SQL_ASCII), and \"{database}\" is in {other}."
            ),
            "Restore into a new database, which gets the encoding of the backup.",
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
    let cleaned = spec.target == RestoreTarget::Existing && spec.existing == Existing::Clean;
    if cleaned && spec.scope == RestoreScope::DataOnly {
        found.push(problem(
            "Rows alone cannot be restored once the tables are dropped.".to_owned(),
            "Restore definitions and rows, or leave the tables as they are.",
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
            &format!(
                "Grant it with: ALTER ROLE {} CREATEDB; Or restore into a database that exists.",
                crate::sql::bare_or_quoted(&facts.role)
            ),
        ));
    }
    if spec.target == RestoreTarget::Swap && !facts.out_of_reach.is_empty() {
        found.push(problem(
            format!(
                "\"{}\" has what this role may not give to the database that replaces it: {}.",
                spec.database,
                first_few(&facts.out_of_reach)
            ),
            "Restore as a role that may (a superuser), or into a new database.",
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
            "Let them be made from the backup's globals.sql, or restore as the connecting role's own (on the command \
             line: --make-roles, --no-owner).",
        ));
    }
    if spec.ownership == Ownership::AsBackedUp && !facts.owners_out_of_reach.is_empty() {
        found.push(problem(
            format!(
                "The role on \"{server}\" may not make {} the owner of what is restored.",
                first_few(&facts.owners_out_of_reach)
            ),
            "Restore as a superuser or as a member of those roles, or let everything belong to the connecting role (on \
             the command line: --no-owner).",
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
