//! How a restore ends: from what failed and what differs, the status and the words. Pure.

use crate::archive::manifest::ManifestLedger;
use crate::archive::selection::Selection;
use crate::catalog::restores::RestoreEnd;
use crate::postgres::restore::LoadFailure;
use holdfast_types::counted;
use holdfast_types::{Check, FailedObject, RestoreScope, RestoreSpec, RestoreStatus, RestoreTarget};

/// What the restored rows are compared with: what the ledger says of that which is restored. None when no rows are,
/// or when nobody counted them.
pub(super) fn expected(
    spec: &RestoreSpec,
    ledger: Option<&ManifestLedger>,
    selection: Option<&Selection>,
) -> Option<ManifestLedger> {
    let ledger = ledger?;
    if spec.scope == RestoreScope::SchemaOnly {
        return None;
    }
    let mut expected = match selection {
        Some(selection) => ledger.only(|schema, name| selection.holds_data_of(schema, name)),
        None => ledger.clone(),
    }
    .as_asked();
    if spec.scope == RestoreScope::DataOnly {
        // pg_restore fills views when it makes them, and here it makes none.
        expected.materialized_views.clear();
    }
    Some(expected)
}

/// A failure in the record's words.
pub(super) fn failed_object(failure: &LoadFailure) -> FailedObject {
    FailedObject {
        object: failure.object.clone(),
        message: failure.message.clone(),
        statement: failure.statement.clone(),
    }
}

/// The end that follows from what failed and what differs.
pub(super) fn end(
    target: RestoreTarget,
    failures: Vec<LoadFailure>,
    checks: Vec<Check>,
    command: String,
) -> RestoreEnd {
    let differs = checks.iter().find(|check| !check.ok);
    let (status, message, hint) = match (failures.as_slice(), differs) {
        ([], None) => (RestoreStatus::Completed, None, None),
        ([], Some(check)) => (
            RestoreStatus::Partial,
            Some(format!("The restored database differs from the server's: {}.", check.detail)),
            Some(
                match target {
                    RestoreTarget::Existing => {
                        "Others may have written to the database meanwhile. Compare with another backup, or restore \
                         the backup that was made before."
                    }
                    _ => "Verify the backup with a drill, and compare with another backup.",
                }
                .to_owned(),
            ),
        ),
        (failures, _) => (
            RestoreStatus::Partial,
            Some(format!("{} could not be restored.", counted(failures.len() as u64, "object"))),
            Some(
                "Each is listed with the server's message; the rest is there. To try again, drop the database or choose \
                 another name."
                    .to_owned(),
            ),
        ),
    };
    RestoreEnd {
        error_message: message,
        error_hint: hint,
        failed_objects: failures.iter().map(failed_object).collect(),
        checks,
        command: Some(command),
        ..RestoreEnd::of(status)
    }
}

/// What failed first, in words.
pub(super) fn first_failure(end: &RestoreEnd) -> String {
    match end.failed_objects.first() {
        Some(failed) => format!("{}: {}", failed.object, failed.message),
        None => end.error_message.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::manifest::LedgerTable;
    use holdfast_types::{BackupId, LedgerDepth, ServerId};

    fn spec(scope: RestoreScope) -> RestoreSpec {
        RestoreSpec { scope, ..RestoreSpec::new(BackupId(1), ServerId(1), "shop".into()) }
    }

    fn ledger() -> ManifestLedger {
        let table = |name: &str| LedgerTable {
            schema: "public".into(),
            name: name.into(),
            rows: Some(3),
            checksum: Some("7".into()),
            columns: Some("id".into()),
        };
        ManifestLedger {
            tables: vec![table("orders"), table("customers")],
            materialized_views: vec![table("sums")],
            large_objects: 2,
            depth: LedgerDepth::Checksums,
            ..ManifestLedger::default()
        }
    }

    fn of(scope: RestoreScope, selection: Option<&Selection>) -> Option<ManifestLedger> {
        expected(&spec(scope), Some(&ledger()), selection)
    }

    #[test]
    fn what_is_compared_is_what_was_restored() {
        assert_eq!(of(RestoreScope::Whole, None), Some(ledger()), "everything");
        assert_eq!(of(RestoreScope::SchemaOnly, None), None, "no rows were to come");
        let rows = of(RestoreScope::DataOnly, None).expect("rows are compared");
        assert_eq!(rows.materialized_views, [], "views are not filled by a restore of rows");
        let chosen = Selection {
            data: std::iter::once(("public".to_owned(), "orders".to_owned())).collect(),
            ..Selection::default()
        };
        let chosen = of(RestoreScope::Whole, Some(&chosen)).expect("its rows are compared");
        assert_eq!((chosen.tables.len(), chosen.large_objects), (1, 0), "what was not chosen is not missing");
    }

    #[test]
    fn a_restore_reads_every_row_again_only_where_the_job_asked_for_it() {
        let counted = ManifestLedger { depth: LedgerDepth::Counts, ..ledger() };
        let spec = spec(RestoreScope::Whole);
        let compared = expected(&spec, Some(&counted), None).expect("rows are compared");
        assert!(
            compared.tables.iter().all(|table| table.checksum.is_none() && table.rows.is_some()),
            "who waits for a database wants it soon; a drill compares all: {compared:?}"
        );
    }

    #[test]
    fn a_difference_in_a_database_that_others_use_is_told_with_that_in_mind() {
        let differs = || vec![Check { name: "rows".into(), ok: false, detail: "3 rows instead of 4".into() }];
        let hint = |target| end(target, Vec::new(), differs(), String::new()).error_hint.unwrap_or_default();
        assert!(hint(RestoreTarget::Existing).contains("Others"), "somebody may just have written a row");
        assert!(!hint(RestoreTarget::New).contains("Others"), "nobody knows the new one yet");
    }
}
