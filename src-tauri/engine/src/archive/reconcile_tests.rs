//! Inventories against tables of contents made by hand.

use super::*;
use crate::archive::toc::Text;
use crate::archive::toc::sample::{self, toc};

fn entry(dump_id: i32, desc: &str, oid: u32, name: &str, needs: &[i32]) -> Entry {
    let named = sample::entry(dump_id, desc, "public", name);
    Entry { oid: Some(Text(oid.to_string().into_bytes())), dependencies: sample::needs(needs), ..named }
}

fn relation(oid: u32, kind: RelationKind, name: &str, data: DataState) -> Expected {
    Expected {
        oid,
        schema: "public".to_owned(),
        name: name.to_owned(),
        kind,
        data,
        membership: Membership::Ordinary,
        bytes: 0,
        estimated_rows: None,
    }
}

fn inventory(relations: Vec<Expected>) -> Inventory {
    Inventory { relations, large_objects: 0 }
}

use DataState::{Dumped, NotDumped};
use RelationKind::{MaterializedView, PartitionedTable, Sequence, Table, View};

#[test]
fn a_complete_archive_has_no_difference() {
    let toc = toc(vec![
        entry(1, "TABLE", 100, "orders", &[]),
        entry(2, "TABLE", 101, "orders_2026", &[1]),
        entry(3, "SEQUENCE", 102, "ids", &[]),
        entry(4, "MATERIALIZED VIEW", 103, "sums", &[2]),
        entry(5, "VIEW", 104, "open", &[1]),
        entry(6, "TABLE DATA", 101, "orders_2026", &[2]),
        entry(7, "SEQUENCE SET", 0, "ids", &[3]),
        entry(8, "MATERIALIZED VIEW DATA", 103, "sums", &[4, 6]),
    ]);
    let held = inventory(vec![
        relation(100, PartitionedTable, "orders", NotDumped),
        relation(101, Table, "orders_2026", Dumped),
        relation(102, Sequence, "ids", Dumped),
        relation(103, MaterializedView, "sums", Dumped),
        relation(104, View, "open", NotDumped),
    ]);
    assert_eq!(reconcile(&held, &toc), [], "a false alarm makes a good backup fail");
}

#[test]
fn each_thing_that_lacks_is_named_by_kind_and_name() {
    let toc = toc(vec![
        entry(1, "TABLE", 100, "a", &[]),
        entry(3, "SEQUENCE", 102, "ids", &[]),
        entry(4, "MATERIALIZED VIEW", 103, "sums", &[]),
        // The value of another sequence with the same name in another schema does not count.
        entry(7, "SEQUENCE SET", 0, "ids", &[99]),
    ]);
    let held = inventory(vec![
        relation(100, Table, "a", Dumped),
        relation(101, Table, "b", NotDumped),
        relation(102, Sequence, "ids", Dumped),
        relation(103, MaterializedView, "sums", Dumped),
    ]);
    let (schema, name) = (|| "public".to_owned(), |name: &str| name.to_owned());
    assert_eq!(
        reconcile(&held, &toc),
        [
            Difference::MissingData { kind: Table, schema: schema(), name: name("a") },
            Difference::MissingDefinition { kind: Table, schema: schema(), name: name("b") },
            Difference::MissingData { kind: Sequence, schema: schema(), name: name("ids") },
            Difference::MissingData { kind: MaterializedView, schema: schema(), name: name("sums") },
        ],
        "what is lost must be named"
    );
}

#[test]
fn members_of_an_extension_are_left_out_and_its_configuration_is_data_without_a_definition() {
    let member =
        |oid, membership, kind, name: &str| Expected { membership, ..relation(oid, kind, name, Dumped) };
    let held = inventory(vec![
        member(100, Membership::Extension, Table, "internal"),
        member(101, Membership::ExtensionConfig, Table, "settings"),
        member(102, Membership::ExtensionConfig, Sequence, "settings_id"),
    ]);
    let data = entry(6, "TABLE DATA", 101, "settings", &[]);
    let set = entry(7, "SEQUENCE SET", 0, "settings_id", &[]);
    assert_eq!(reconcile(&held, &toc(vec![data, set])), [], "CREATE EXTENSION defines them");
    let lost = reconcile(&held, &toc(vec![]));
    assert_eq!(lost.len(), 2, "the rows that users put there are lost: {lost:?}");
}

#[test]
fn a_materialized_view_over_an_unpopulated_one_needs_no_refresh_but_others_do() {
    let toc = toc(vec![
        entry(1, "MATERIALIZED VIEW", 100, "empty", &[]),
        entry(2, "VIEW", 101, "between", &[1]),
        entry(3, "MATERIALIZED VIEW", 102, "over", &[2]),
        entry(4, "MATERIALIZED VIEW", 103, "apart", &[]),
    ]);
    let held = inventory(vec![
        relation(100, MaterializedView, "empty", NotDumped),
        relation(101, View, "between", NotDumped),
        relation(102, MaterializedView, "over", Dumped),
        relation(103, MaterializedView, "apart", Dumped),
    ]);
    let apart = Difference::MissingData {
        kind: MaterializedView,
        schema: "public".to_owned(),
        name: "apart".to_owned(),
    };
    assert_eq!(reconcile(&held, &toc), [apart], "pg_dump leaves out the one that cannot be refreshed, only");
}

#[test]
fn a_cycle_of_dependencies_ends() {
    let toc = toc(vec![
        entry(1, "MATERIALIZED VIEW", 100, "a", &[2]),
        entry(2, "VIEW", 101, "b", &[1, 2]),
        entry(3, "MATERIALIZED VIEW", 102, "c", &[]),
    ]);
    let held = inventory(vec![
        relation(100, MaterializedView, "a", Dumped),
        relation(102, MaterializedView, "c", NotDumped),
    ]);
    assert_eq!(reconcile(&held, &toc).len(), 2, "the refresh of a lacks, and b is not listed");
}

#[test]
fn what_the_server_did_not_list_is_a_remark_and_rows_twice_are_a_loss() {
    let toc = toc(vec![
        entry(1, "TABLE", 100, "a", &[]),
        entry(2, "TABLE DATA", 100, "a", &[1]),
        entry(3, "TABLE DATA", 100, "a", &[1]),
    ]);
    let remarks = reconcile(&inventory(vec![]), &toc);
    assert_eq!(remarks.len(), 1, "one relation was not listed: {remarks:?}");
    assert_eq!(remarks[0].severity(), crate::archive::Severity::Remark, "nothing is lost by it");
    let twice = duplicates(&toc);
    assert_eq!(twice.len(), 1, "pg_restore would truncate what the first brought: {twice:?}");
    assert_eq!(twice[0].severity(), crate::archive::Severity::Loss, "rows are lost by it");
}
