//! What of a damaged backup can still be restored.

use super::*;
use std::collections::HashSet;

fn table(name: &str, file: &str) -> ManifestTable {
    ManifestTable {
        schema: "public".to_owned(),
        name: name.to_owned(),
        oid: 1,
        bytes: 0,
        estimated_rows: None,
        rows: None,
        archive_file: Some(file.to_owned()),
        archive_bytes: None,
        raw_bytes: None,
    }
}

fn rows_of(name: &str) -> Selection {
    Selection { data: HashSet::from([("public".to_owned(), name.to_owned())]), ..Selection::default() }
}

fn content(path: &str) -> FileChange {
    FileChange::Content { path: path.to_owned() }
}

fn found(changes: &[FileChange], need: Need<'_>) -> Option<Vec<String>> {
    let (orders, lines) = (table("orders", "archive/7.dat.gz"), table("lines", "archive/8.dat.gz"));
    let by_file = HashMap::from([("archive/7.dat.gz", &orders), ("archive/8.dat.gz", &lines)]);
    untouched(&by_file, changes, need)
}

#[test]
fn other_tables_and_definitions_do_not_need_the_rows_of_a_damaged_one() {
    let damaged = [content("archive/7.dat.gz")];
    let orders = Some(vec!["public.orders".to_owned()]);
    assert_eq!(found(&damaged, Need::RowsOf(&rows_of("lines"))), orders, "its rows are not read");
    assert_eq!(found(&damaged, Need::Definitions), orders, "no rows are read");
    assert_eq!(found(&damaged, Need::RowsOf(&rows_of("orders"))), None, "damaged rows must not be restored");
    assert_eq!(found(&damaged, Need::Everything), None, "nor a database with them");
}

#[test]
fn what_may_stand_for_something_else_spoils_all() {
    let lines = rows_of("lines");
    for path in ["archive/toc.dat", "globals.sql"] {
        assert_eq!(found(&[content(path)], Need::RowsOf(&lines)), None, "{path} says what is restored");
        assert_eq!(found(&[content(path)], Need::Definitions), None, "{path} says what is restored");
    }
    let extra = FileChange::Extra { path: "archive/7.dat".to_owned() };
    assert_eq!(found(&[extra], Need::Definitions), None, "pg_restore would take it for the table's");
    let both = [content("archive/7.dat.gz"), content("archive/blobs.toc")];
    assert_eq!(found(&both, Need::RowsOf(&lines)), None, "whose that is cannot be told");
}
