//! Compares what was restored into a database that has contents of its own. Pure.
//!
//! Rows and checksums are sums, so those that a table had before and those of the backup add up to what it must hold
//! afterwards.

use super::compare::{self, LARGE_OBJECTS, ROWS, Roots};
use crate::archive::manifest::{LedgerTable, ManifestLedger};
use holdfast_types::Check;
use holdfast_types::counted;
use std::collections::HashMap;

/// Compares the restored tables alone. `before` holds what they held until then; nothing where they are new.
pub(crate) fn in_place(
    expected: &ManifestLedger,
    before: &ManifestLedger,
    found: &ManifestLedger,
    roots: &Roots,
) -> Vec<Check> {
    let mut after = together(expected, before);
    // Those of the database's own stay, and cannot be told from the backup's.
    after.large_objects = expected.large_objects.max(found.large_objects);
    after.large_object_bytes = expected.large_object_bytes.max(found.large_object_bytes.filter(|_| {
        // What could not be read when it was backed up is not compared.
        expected.large_object_bytes.is_some()
    }));
    if found.large_objects != expected.large_objects {
        after.large_object_checksum = None;
    }
    let mut checks = compare::compare(&after, found, roots);
    checks.retain(|check| check.name != LARGE_OBJECTS || expected.large_objects > 0);
    let there = there_before(expected, before);
    for check in checks.iter_mut().filter(|check| check.name == ROWS) {
        if check.ok {
            check.detail = compare::equal_rows(expected);
        }
        if let Some(there) = &there {
            check.detail.push_str(&format!("; {there}"));
        }
    }
    checks
}

/// What the tables of the first must hold once the rows of both are in them.
fn together(expected: &ManifestLedger, before: &ManifestLedger) -> ManifestLedger {
    let had: HashMap<_, _> =
        before.tables.iter().map(|table| ((&table.schema, &table.name), table)).collect();
    let tables = expected.tables.iter().map(|table| {
        let Some(own) = had.get(&(&table.schema, &table.name)) else { return table.clone() };
        LedgerTable {
            rows: added(table.rows, own.rows),
            checksum: added_sums(table.checksum.as_deref(), own.checksum.as_deref()),
            ..table.clone()
        }
    });
    ManifestLedger { tables: tables.collect(), ..expected.clone() }
}

/// Nothing is known of a sum when one part is not.
fn added(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one?.checked_add(other?)
}

fn added_sums(one: Option<&str>, other: Option<&str>) -> Option<String> {
    let (one, other): (i128, i128) = (one?.parse().ok()?, other?.parse().ok()?);
    Some(one.checked_add(other)?.to_string())
}

/// Which of the tables were not empty, in words; none when all were.
fn there_before(expected: &ManifestLedger, before: &ManifestLedger) -> Option<String> {
    let meant = |table: &&LedgerTable| {
        expected.tables.iter().any(|other| other.schema == table.schema && other.name == table.name)
    };
    let held: Vec<&LedgerTable> =
        before.tables.iter().filter(meant).filter(|table| table.rows.is_some_and(|rows| rows > 0)).collect();
    let rows: u64 = held.iter().filter_map(|table| table.rows).sum();
    match held.as_slice() {
        [] => None,
        [one] => Some(format!(
            "{}.{} had {} before, which stay beside those of the backup",
            one.schema,
            one.name,
            counted(rows, "row")
        )),
        several => Some(format!(
            "{} had {} before, which stay beside those of the backup",
            counted(several.len() as u64, "table"),
            counted(rows, "row")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, rows: u64, checksum: Option<&str>) -> LedgerTable {
        let checksum = checksum.map(str::to_owned);
        LedgerTable { schema: "public".into(), name: name.into(), rows: Some(rows), checksum, columns: None }
    }

    fn ledger(tables: Vec<LedgerTable>) -> ManifestLedger {
        ManifestLedger { tables, ..ManifestLedger::default() }
    }

    fn rows(checks: &[Check]) -> &Check {
        checks.iter().find(|check| check.name == ROWS).expect("rows are always compared")
    }

    #[test]
    fn rows_that_were_there_before_are_told_and_are_no_difference() {
        let expected = ledger(vec![table("orders", 10, Some("40"))]);
        let before = ledger(vec![table("orders", 3, Some("-7"))]);
        let found = ledger(vec![table("orders", 13, Some("33")), table("own", 5, None)]);
        let checks = in_place(&expected, &before, &found, &Roots::new());
        assert!(
            checks.iter().all(|check| check.ok),
            "everything is there, and nothing is too much: {checks:?}"
        );
        let detail = &rows(&checks).detail;
        assert!(
            detail.starts_with("10 rows in 1 table"),
            "the backup's rows are what was restored: {detail}"
        );
        assert!(
            detail.contains("public.orders had 3 rows before"),
            "nobody must wonder about 13 rows: {detail}"
        );
    }

    #[test]
    fn a_row_that_did_not_arrive_is_a_difference_whatever_was_there_before() {
        let expected = ledger(vec![table("orders", 10, None)]);
        let before = ledger(vec![table("orders", 3, None)]);
        let found = ledger(vec![table("orders", 12, None)]);
        let checks = in_place(&expected, &before, &found, &Roots::new());
        assert!(!rows(&checks).ok, "a loss must not hide behind rows of the database's own: {checks:?}");
        assert!(rows(&checks).detail.contains("12 rows instead of 13"), "{checks:?}");
    }

    #[test]
    fn contents_that_differ_are_noticed_where_tables_were_not_empty() {
        let expected = ledger(vec![table("orders", 10, Some("40"))]);
        let before = ledger(vec![table("orders", 3, Some("-7"))]);
        let found = ledger(vec![table("orders", 13, Some("34"))]);
        let checks = in_place(&expected, &before, &found, &Roots::new());
        assert!(checks.iter().any(|check| !check.ok), "as many rows, but other ones: {checks:?}");
    }

    #[test]
    fn large_objects_of_the_databases_own_are_no_difference_and_missing_ones_are() {
        let of = |large_objects, bytes| ManifestLedger {
            large_objects,
            large_object_bytes: Some(bytes),
            ..ManifestLedger::default()
        };
        let none = ManifestLedger::default();
        let more = in_place(&of(2, 20), &none, &of(5, 50), &Roots::new());
        assert!(more.iter().all(|check| check.ok), "three were there before: {more:?}");
        let fewer = in_place(&of(2, 20), &none, &of(1, 10), &Roots::new());
        assert!(fewer.iter().any(|check| !check.ok), "one did not arrive: {fewer:?}");
    }
}
