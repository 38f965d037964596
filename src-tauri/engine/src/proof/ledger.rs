//! What a server counted, in the manifest's words, and how an archive agrees with it.

use crate::archive::check::{CheckedArchive, CheckedTable};
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

/// The tables of which the archive holds another number of rows than the server counted in the same snapshot, or other
/// ones than were summed as they came.
pub(crate) fn rows_that_differ(ledger: &Ledger, checked: &CheckedArchive) -> Vec<Difference> {
    let held: HashMap<u32, &CheckedTable> = checked.tables.iter().map(|table| (table.oid, table)).collect();
    let differs = |table: &TableCount| {
        let held = held.get(&table.oid)?;
        let (schema, name) = (table.schema.clone(), table.name.clone());
        match (table.rows, held.rows) {
            (Some(expected), Some(found)) if expected != found => {
                return Some(Difference::Rows { schema, name, expected, found });
            }
            _ => {}
        }
        // What the server summed itself is of another kind.
        let sent = table.checksum.as_ref().filter(|_| table.columns.is_some())?;
        (held.sum.as_ref()? != sent).then_some(Difference::Contents { schema, name })
    };
    ledger.tables.iter().filter_map(differs).collect()
}

/// Gives the tables that nobody summed the sums of the rows that the archive holds: as many as the server counted, and
/// read the same on every server, with these columns.
pub(crate) fn summed_by_archive(
    ledger: &mut Ledger,
    checked: &CheckedArchive,
    comparable: &HashMap<u32, String>,
) {
    let held: HashMap<u32, &CheckedTable> = checked.tables.iter().map(|table| (table.oid, table)).collect();
    for table in ledger.tables.iter_mut().filter(|table| table.checksum.is_none() && table.rows.is_some()) {
        let (Some(held), Some(columns)) = (held.get(&table.oid), comparable.get(&table.oid)) else {
            continue;
        };
        if let (Some(sum), true) = (&held.sum, held.rows == table.rows) {
            (table.checksum, table.columns) = (Some(sum.clone()), Some(columns.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::check::TocSummary;
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
            sum: None,
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
    #[test]
    fn rows_that_changed_on_their_way_are_a_loss() {
        let summed = |sum: &str| {
            let mut archive = archive(Some(5));
            archive.tables[0].sum = Some(sum.to_owned());
            archive
        };
        let mut sent = ledger(Some(5));
        (sent.tables[0].checksum, sent.tables[0].columns) = (Some("17".into()), Some("id".into()));
        assert_eq!(rows_that_differ(&sent, &summed("17")), [], "equal is equal");
        let other = Difference::Contents { schema: "public".into(), name: "orders".into() };
        assert_eq!(rows_that_differ(&sent, &summed("18")), [other], "as many rows, and not the same");
        sent.tables[0].columns = None;
        assert_eq!(
            rows_that_differ(&sent, &summed("18")),
            [],
            "a sum of the server's own kind says nothing here"
        );
    }

    #[test]
    fn a_table_that_nobody_summed_is_summed_from_the_archive_where_that_can_be_compared() {
        let mut archive = archive(Some(5));
        archive.tables[0].sum = Some("17".into());
        let mut counted = ledger(Some(5));
        summed_by_archive(&mut counted, &archive, &HashMap::new());
        assert_eq!(
            counted.tables[0].checksum, None,
            "money reads differently elsewhere: no sum is better than that"
        );
        let comparable = HashMap::from([(7, "id".to_owned())]);
        let mut uncounted = ledger(None);
        summed_by_archive(&mut uncounted, &archive, &comparable);
        assert_eq!(uncounted.tables[0].checksum, None, "nobody knows whether the archive has all its rows");
        summed_by_archive(&mut counted, &archive, &comparable);
        let (sum, columns) = (counted.tables[0].checksum.as_deref(), counted.tables[0].columns.as_deref());
        assert_eq!(
            (sum, columns),
            (Some("17"), Some("id")),
            "a drill compares the contents of small tables too"
        );
    }
}
