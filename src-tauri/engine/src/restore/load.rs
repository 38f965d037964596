//! Loading as a restore needs it: who loads, and with what arguments.

use super::carry::Errand;
use super::plan::Facts;
use crate::error::Error;
use crate::load::{Load, by_pg_restore, default_parallelism, into_fresh};
use crate::postgres::restore::{RestoreOutcome, RestoreRequest};
use crate::proof::failures;
use crate::proof::progress::{Meter, RESTORING};
use crate::repository::layout::ARCHIVE_DIR;
use holdfast_types::{Existing, Ownership, RestoreScope, RestoreSpec, RestoreTarget};
use std::path::Path;

/// Loads what is asked for into a database, and answers what came of it with the commands that were run.
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
    let arguments = arguments(spec, &surveyed.facts);
    let chosen = surveyed.selection.as_ref().map(|selection| selection.entries.as_slice());
    meter.step(RESTORING);
    let load = Load {
        request: RestoreRequest {
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
        },
        chosen,
        cancel: &working.cancel,
        tell: &meter.tell(),
    };
    let loaded = match &surveyed.toc {
        Some(toc) if spec.scope == RestoreScope::Whole && spec.target != RestoreTarget::Existing => {
            into_fresh(load, toc).await?
        }
        _ => by_pg_restore(load).await?,
    };
    let failures = match &surveyed.toc {
        Some(toc) => failures::named(loaded.outcome.failures, toc),
        None => loaded.outcome.failures,
    };
    Ok((RestoreOutcome { failures, ..loaded.outcome }, loaded.commands.join("\n")))
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
