//! pg_restore as a restore needs it: its arguments, the list of chosen entries, its progress.

use super::carry::Errand;
use super::plan::Facts;
use crate::error::Error;
use crate::postgres::restore::{self, RestoreOutcome, RestorePlan, RestoreRequest};
use crate::proof::progress::{Meter, RESTORING};
use crate::proof::{failures, loading};
use crate::repository::layout::ARCHIVE_DIR;
use holdfast_types::{Existing, Ownership, RestoreScope, RestoreSpec, RestoreTarget};
use std::path::Path;

/// Loads what is asked for into a database, and answers what came of it with the command that was run.
///
/// # Errors
/// pg_restore could not begin, lost the server, or was cancelled. Objects that failed are in the outcome.
pub(super) async fn load(
    errand: &Errand,
    database: &str,
    private: &Path,
    meter: &Meter,
) -> Result<(RestoreOutcome, String), Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let tools = surveyed.tools.as_ref().ok_or_else(|| Error::Internal("no pg_restore was found".into()))?;
    let mut arguments = arguments(spec, &surveyed.facts);
    if let Some(selection) = &surveyed.selection {
        let list = private.join("entries.list");
        let text: String = selection.entries.iter().map(|id| format!("{id};\n")).collect();
        std::fs::write(&list, text).map_err(|source| Error::Io { path: list.clone(), source })?;
        arguments.push(format!("--use-list={}", list.display()));
    }
    let plan = RestorePlan::new(RestoreRequest {
        tools,
        connection: &surveyed.connection,
        database,
        archive: &Path::new(&surveyed.backup.path).join(ARCHIVE_DIR),
        private,
        parallelism: match spec.target {
            // One transaction is one connection.
            RestoreTarget::Existing => 1,
            _ => spec.parallelism.unwrap_or_else(default_parallelism),
        },
        arguments: &arguments,
    })?;
    meter.step(RESTORING);
    let loaded = |bytes| meter.loading(bytes);
    let running = restore::run(&plan, working.cancel.clone(), |line| meter.line(line));
    let outcome = tokio::select! {
        outcome = running => outcome?,
        never = loading::follow(&surveyed.connection, database, &loaded) => match never {},
    };
    let failures = match &surveyed.toc {
        Some(toc) => failures::named(outcome.failures, toc),
        None => outcome.failures,
    };
    Ok((RestoreOutcome { failures, ..outcome }, plan.display_command()))
}

/// pg_restore's arguments for what is asked.
fn arguments(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    let mut arguments: Vec<&str> = match spec.scope {
        RestoreScope::Whole => Vec::new(),
        RestoreScope::SchemaOnly => vec!["--schema-only"],
        // Rows of tables that need each other come in the archive's order, which knows no keys.
        RestoreScope::DataOnly if facts.superuser.is_some() => vec!["--data-only", "--disable-triggers"],
        RestoreScope::DataOnly => vec!["--data-only"],
    };
    if spec.ownership == Ownership::Mine {
        arguments.extend(["--no-owner", "--no-privileges"]);
    }
    if !facts.missing_tablespaces.is_empty() {
        arguments.push("--no-tablespaces");
    }
    if spec.target == RestoreTarget::Existing {
        arguments.extend(["--single-transaction", "--exit-on-error"]);
        if spec.existing == Existing::Clean {
            arguments.extend(["--clean", "--if-exists"]);
        }
    }
    arguments.into_iter().map(str::to_owned).collect()
}

/// Half of this machine's cores, at least two: the server may run here as well.
fn default_parallelism() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from((cores / 2).clamp(2, 8)).unwrap_or(2)
}
