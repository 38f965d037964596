//! What counts as equal, and what does not.

use super::*;

fn table(name: &str, rows: Option<u64>, checksum: Option<&str>) -> LedgerTable {
    let checksum = checksum.map(str::to_owned);
    LedgerTable { schema: "public".into(), name: name.into(), rows, checksum, columns: None }
}

fn ledger(tables: Vec<LedgerTable>) -> ManifestLedger {
    ManifestLedger { tables, ..ManifestLedger::default() }
}

fn check<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks.iter().find(|check| check.name == name).expect("the check is among them")
}

#[test]
fn a_single_lost_row_is_noticed_and_its_table_named() {
    let server = ledger(vec![table("a", Some(5), None), table("b", Some(7), None)]);
    let restored = ledger(vec![table("a", Some(5), None), table("b", Some(6), None)]);
    let checks = compare(&server, &restored, &Roots::new());
    let rows = check(&checks, "rows");
    assert!(!rows.ok, "a lost row is a lost row");
    assert_eq!(rows.detail, "public.b has 6 rows instead of 7", "the operator must see where");
}

#[test]
fn a_changed_value_is_noticed_though_the_rows_are_as_many() {
    let server = ledger(vec![table("a", Some(5), Some("123"))]);
    let restored = ledger(vec![table("a", Some(5), Some("124"))]);
    let checks = compare(&server, &restored, &Roots::new());
    assert!(check(&checks, "rows").ok, "as many rows");
    assert!(!check(&checks, "contents").ok, "but not the same ones");
}

#[test]
fn a_missing_table_is_noticed_even_when_it_was_empty() {
    let checks = compare(&ledger(vec![table("a", Some(0), None)]), &ledger(vec![]), &Roots::new());
    assert_eq!(check(&checks, "rows").detail, "public.a is missing (0 rows)", "an empty table is a table");
}

#[test]
fn rows_may_move_between_partitions_but_none_may_be_lost() {
    let root = ("public".to_owned(), "whole".to_owned());
    let roots = Roots::from([
        (("public".to_owned(), "p1".to_owned()), root.clone()),
        (("public".to_owned(), "p2".to_owned()), root),
    ]);
    let server = ledger(vec![table("p1", Some(5), Some("10")), table("p2", Some(7), Some("-4"))]);
    let moved = ledger(vec![table("p1", Some(8), Some("1")), table("p2", Some(4), Some("5"))]);
    assert!(
        compare(&server, &moved, &roots).iter().all(|check| check.ok),
        "hashes of enums differ between servers; the rows are all there"
    );
    let lost = ledger(vec![table("p1", Some(8), Some("1")), table("p2", Some(3), Some("5"))]);
    assert!(!check(&compare(&server, &lost, &roots), "rows").ok, "one is gone");
}

#[test]
fn what_was_not_counted_is_not_compared_and_is_told() {
    let server = ledger(vec![table("a", None, None), table("b", Some(1), None)]);
    let restored = ledger(vec![table("a", Some(3), None), table("b", Some(1), None)]);
    let checks = compare(&server, &restored, &Roots::new());
    assert!(check(&checks, "rows").ok, "nothing is known to differ");
    assert!(check(&checks, "rows").detail.contains("1 table not counted"), "but not all is known");
    assert!(!is_complete(&server), "so the backup is not called proven equal");
}

#[test]
fn sequences_large_objects_and_views_are_compared() {
    let sequence = |last_value| LedgerSequence {
        schema: "public".into(),
        name: "s".into(),
        last_value,
        is_called: true,
    };
    let server = ManifestLedger {
        sequences: vec![sequence(9)],
        large_objects: 2,
        large_object_bytes: Some(100),
        large_object_checksum: Some("7".into()),
        materialized_views: vec![table("old", Some(3), None)],
        ..ManifestLedger::default()
    };
    let restored = ManifestLedger {
        sequences: vec![sequence(8)],
        large_objects: 2,
        large_object_bytes: Some(99),
        large_object_checksum: Some("8".into()),
        materialized_views: vec![table("old", Some(4), None)],
        ..ManifestLedger::default()
    };
    let checks = compare(&server, &restored, &Roots::new());
    assert!(!check(&checks, "sequences").ok, "the next key would be one that exists");
    assert!(!check(&checks, "large objects").ok, "a byte of a large object is data");
    let said = &check(&checks, "large objects").detail;
    assert!(
        said.contains("contents of large objects differ"),
        "a byte may differ and the size be right: {said}"
    );
    assert!(check(&checks, "materialized views").ok, "a refresh brings an old view up to date");
}
