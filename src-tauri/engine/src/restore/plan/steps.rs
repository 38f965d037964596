//! The steps of a restore in plain words. Pure.

use super::Facts;
use holdfast_types::counted;
use holdfast_types::{Existing, Ownership, RestoreScope, RestoreSpec, RestoreTarget, SafetyBackup};

/// What would be done, in order.
pub(super) fn steps(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
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
            steps.push(analysed(spec));
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
            steps.push(analysed(spec));
        }
    }
    match spec.target {
        RestoreTarget::New => steps.push(format!("Name it \"{database}\"")),
        RestoreTarget::Swap => steps.extend([given(spec), format!(
            "End the sessions on \"{database}\", keep it under a dated name, and name the restored one \"{database}\""
        )]),
        RestoreTarget::Existing => {}
    }
    steps
}

/// Definitions alone hold nothing that was counted.
fn analysed(spec: &RestoreSpec) -> String {
    let compared = match (spec.scope, spec.target) {
        (RestoreScope::SchemaOnly, _) => "",
        (_, RestoreTarget::Existing) => {
            ", and compare what was restored with what the server held when it was backed up"
        }
        _ => ", and compare it with what the server held when it was backed up",
    };
    format!("Analyse it{compared}")
}

/// What the restored database gets of the one that it replaces.
fn given(spec: &RestoreSpec) -> String {
    let owner = match spec.ownership {
        Ownership::AsBackedUp => "owner, ",
        Ownership::Mine => "",
    };
    format!(
        "Give it what \"{}\" has now: {owner}permissions, settings, limit of connections and comment",
        spec.database
    )
}
