//! What a server counted, in the manifest's words, and how an archive agrees with it.

use crate::archive::check::CheckedArchive;
use crate::archive::difference::Difference;
use crate::archive::manifest::{LedgerSequence, LedgerTable, ManifestLedger};
use crate::postgres::ledger::{Ledger, TableCount};
use holdfast_types::LedgerDepth;
use std::collections::HashMap;
use std::time::Duration;

/// The ledger as a manifest records it.
pub(crate) fn recorded(
    ledger: &Ledger,
    depth: LedgerDepth,
    database_bytes: Option<u64>,
    took: Duration,
) -> ManifestLedger {
    let table = |table: &TableCount| LedgerTable {
        schema: table.schema.clone(),
        name: table.name.clone(),
        rows: table.rows,
        checksum: table.checksum.clone(),
        columns: table.columns.clone(),
    };
    ManifestLedger {
        tables: ledger.tables.iter().map(table).collect(),
        materialized_views: ledger.materialized_views.iter().map(table).collect(),
        sequences: ledger
            .sequences
            .iter()
            .map(|sequence| LedgerSequence {
                schema: sequence.schema.clone(),
                name: sequence.name.clone(),
                last_value: sequence.last_value,
                is_called: sequence.is_called,
            })
            .collect(),
        large_objects: ledger.large_objects.count,
        large_object_bytes: ledger.large_objects.bytes,
        large_object_checksum: ledger.large_objects.checksum.clone(),
        database_bytes,
        counted_in_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        depth,
    }
}

/// The tables of which the archive holds another number of rows than the server counted in the same snapshot.
pub(crate) fn rows_that_differ(ledger: &Ledger, checked: &CheckedArchive) -> Vec<Difference> {
    let held: HashMap<u32, Option<u64>> =
        checked.tables.iter().map(|table| (table.oid, table.rows)).collect();
    let differs = |table: &TableCount| {
        let (expected, found) = (table.rows?, (*held.get(&table.oid)?)?);
        (expected != found).then(|| Difference::Rows {
            schema: table.schema.clone(),
            name: table.name.clone(),
            expected,
            found,
        })
    };
    ledger.tables.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::check::{CheckedTable, TocSummary};
    use crate::postgres::ledger::LargeObjects;

    fn ledger(rows: Option<u64>) -> Ledger {
        Ledger {
            tables: vec![TableCount {
                oid: 7,
                schema: "public".into(),
                name: "orders".into(),
                rows,
                checksum: None,
                columns: None,
            }],
            materialized_views: Vec::new(),
            sequences: Vec::new(),
            large_objects: LargeObjects { count: 0, bytes: None, checksum: None },
        }
    }

    fn archive(rows: Option<u64>) -> CheckedArchive {
        let table = CheckedTable {
            oid: 7,
            schema: "public".into(),
            name: "orders".into(),
            file: "7.dat".into(),
            stored_bytes: 1,
            raw_bytes: 1,
            rows,
        };
        CheckedArchive {
            toc: TocSummary {
                version: "1.14".into(),
                database: "d".into(),
                server_version: "15".into(),
                tool_version: "15".into(),
                entries: 1,
            },
            files: Vec::new(),
            tables: vec![table],
            sequences: 0,
            materialized_views: 0,
            large_objects: 0,
            stored_bytes: 1,
            raw_bytes: 1,
            remarks: Vec::new(),
        }
    }

    #[test]
    fn one_row_too_few_is_a_loss_and_what_was_not_counted_is_none() {
        assert_eq!(rows_that_differ(&ledger(Some(5)), &archive(Some(5))), [], "equal is equal");
        assert_eq!(
            rows_that_differ(&ledger(Some(5)), &archive(Some(4))),
            [Difference::Rows { schema: "public".into(), name: "orders".into(), expected: 5, found: 4 }],
            "the server counted in the very snapshot that was dumped"
        );
        assert_eq!(rows_that_differ(&ledger(None), &archive(Some(4))), [], "nothing is known");
        assert_eq!(rows_that_differ(&ledger(Some(5)), &archive(None)), [], "INSERT commands are not counted");
    }
}
