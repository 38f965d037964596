//! A database that exists is changed by one transaction: all or nothing. What it then holds of the backup is compared
//! with what the server held.

use super::carry::Errand;
use super::ending::{self, end, failed_object};
use super::load::load;
use crate::archive::manifest::ManifestLedger;
use crate::cancel::or_cancelled;
use crate::catalog::restores::{self, RestoreEnd};
use crate::context::Context;
use crate::error::Error;
use crate::postgres::{
    self,
    blocking::{self, Waiter},
};
use crate::proof::progress::Meter;
use crate::proof::restored::{compare_in_place, incomparable, measure, uncounted};
use holdfast_types::{Check, Existing, RestoreScope, RestoreSpec, RestoreStatus};
use std::path::Path;
use std::sync::Arc;

/// Restores into the database that exists.
///
/// # Errors
/// Nothing was changed.
pub(super) async fn into_existing(
    context: &Arc<Context>,
    errand: &Errand,
    private: &Path,
    meter: &Meter,
) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let expected = ending::expected(spec, surveyed.ledger(), surveyed.selection.as_ref());
    let before = match (&expected, spec.scope) {
        // Only rows go into tables that are there already.
        (Some(expected), RestoreScope::DataOnly) => {
            meter.step("Counting what the tables hold now");
            or_cancelled(&working.cancel, held_now(errand, expected)).await
        }
        _ => Ok(ManifestLedger::default()),
    };
    let before = match before {
        Err(error) if error.is_cancelled() => return Err(error),
        other => other,
    };
    // It ends by itself when it is cancelled: its session may wait for a lock and must be ended on the server.
    let waits = blocking::follow(&surveyed.connection, &spec.database, Waiter::Programs, |wait| {
        meter.held_up(wait.map(ToString::to_string));
    });
    let (outcome, command) = tokio::select! {
        loaded = load(errand, &spec.database, private, meter) => loaded?,
        never = waits => match never {},
    };
    if let [first, ..] = outcome.failures.as_slice() {
        let named = failed_object(first);
        return Ok(RestoreEnd {
            error_message: Some(format!("{}: {}", named.object, named.message)),
            error_hint: Some(what_next(spec).into()),
            failed_objects: outcome.failures.iter().map(failed_object).collect(),
            command: Some(command),
            ..RestoreEnd::of(RestoreStatus::Failed)
        });
    }
    // From here on the database is changed: whatever goes wrong now must not be called a failure to restore.
    let (id, said) = (errand.id, command.clone());
    let noted = context.write_quietly(move |tx| restores::record_arrived(tx, id, &said)).await;
    if let Err(error) = noted {
        tracing::warn!("restore {id}: its arrival could not be recorded: {}", error.to_api());
    }
    let looked = async {
        meter.step("Analysing");
        let session = postgres::connect(&surveyed.connection, Some(&spec.database)).await?;
        session.execute("ANALYZE").await?;
        let Some(expected) = &expected else { return Ok(Vec::new()) };
        meter.step("Comparing with what the server held");
        compare_in_place(&session, &surveyed.connection, expected, &before?).await
    };
    let checks = match or_cancelled(&working.cancel, looked).await {
        Ok(checks) if expected.is_none() => said_nothing_of(spec.scope, checks),
        Ok(checks) => checks,
        Err(error) => vec![incomparable(&error)],
    };
    Ok(end(spec.target, Vec::new(), checks, command))
}

/// What to do once the transaction was undone.
fn what_next(spec: &RestoreSpec) -> &'static str {
    match (spec.scope, spec.existing) {
        (RestoreScope::DataOnly, _) => {
            "Nothing was changed: the restore is one transaction. Empty the tables first (TRUNCATE), or choose others, if \
             they hold these rows already; or restore into a new database."
        }
        (_, Existing::Clean) => {
            "Nothing was changed: the restore is one transaction. What the database has of its own may depend on what would \
             be dropped: drop that first, or replace the whole database by a swap."
        }
        (_, Existing::Keep) => {
            "Nothing was changed: the restore is one transaction. Restore into a new database, or drop what the backup \
             holds first (clean)."
        }
    }
}

async fn held_now(errand: &Errand, expected: &ManifestLedger) -> Result<ManifestLedger, Error> {
    let Errand { spec, surveyed, .. } = errand;
    let session = postgres::connect(&surveyed.connection, Some(&spec.database)).await?;
    Ok(measure(&session, &surveyed.connection, expected).await?.0)
}

/// Rows were restored, but nobody counted them; of definitions alone nothing is counted.
fn said_nothing_of(scope: RestoreScope, mut checks: Vec<Check>) -> Vec<Check> {
    if scope != RestoreScope::SchemaOnly {
        checks.push(uncounted());
    }
    checks
}
