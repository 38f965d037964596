//! What is put into a table of contents, and what is refused.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::archive::toc::{Header, HeaderCompression};

fn made(dump_id: i32, desc: &str, section: Section, oid: u32) -> Entry {
    Entry {
        dump_id,
        had_dumper: i32::from(section == Section::Data),
        table_oid: Some(if matches!(desc, "TABLE" | "SEQUENCE") { "1259" } else { "0" }.into()),
        oid: Some(oid.to_string().as_str().into()),
        tag: Some("orders".into()),
        desc: Some(desc.into()),
        section,
        defn: None,
        drop_stmt: None,
        copy_stmt: None,
        namespace: Some("public".into()),
        tablespace: None,
        table_am: None,
        relkind: 0,
        owner: Some("ann".into()),
        with_oids: Some("false".into()),
        dependencies: Vec::new(),
        filename: Some("".into()),
    }
}

fn toc(entries: Vec<Entry>) -> Toc {
    let header = Header {
        minor: 14,
        compression: HeaderCompression::Level(-1),
        created: [0; 7],
        database: Some("shop".into()),
        server_version: Some("15".into()),
        tool_version: Some("15".into()),
    };
    Toc { header, entries }
}

fn data(oid: u32) -> Data {
    Data { oid, columns: "a, b".into(), qualified: "public.orders".into() }
}

#[test]
fn the_data_of_a_table_comes_before_other_data_with_a_number_that_nothing_names() {
    let mut index = made(3, "INDEX", Section::PostData, 9);
    // A dependency may name what is not there, and its number must not become ours.
    index.dependencies = vec!["40".into()];
    let old = toc(vec![made(2, "TABLE", Section::PreData, 7), made(5, "BLOBS", Section::Data, 0), index]);
    let (new, numbers) = insert(&old, &[data(7)], &[], None).unwrap();
    assert_eq!(numbers[&7], 41, "an entry with a number that another needs would be taken for it");
    let order: Vec<i32> = new.entries.iter().map(|entry| entry.dump_id).collect();
    assert_eq!(order, [2, 41, 5, 3], "data comes after all definitions and before indexes");
    let ours = &new.entries[1];
    assert_eq!(ours.copy_stmt, Some("COPY public.orders (a, b) FROM stdin;\n".into()), "as pg_dump words it");
    assert_eq!(
        (ours.dependencies.as_slice(), &ours.owner),
        (["2".into()].as_slice(), &Some("ann".into())),
        "its table's"
    );
    assert_eq!(ours.filename, Some("41.dat".into()), "its file is named for its number");
}

#[test]
fn whatever_is_not_as_expected_is_refused() {
    let table = || made(2, "TABLE", Section::PreData, 7);
    let refused = |entries, oid| insert(&toc(entries), &[data(oid)], &[], None).unwrap_err();
    assert!(refused(vec![table()], 8).contains("left public.orders out"), "rows without a table");
    let doubled = refused(vec![table(), made(4, "TABLE DATA", Section::Data, 7)], 7);
    assert!(doubled.contains("told not to"), "pg_restore would load the rows twice: {doubled}");
    let twice = refused(vec![table(), made(4, "TABLE", Section::PreData, 7)], 7);
    assert!(twice.contains("there twice"), "{twice}");
    let full = refused(vec![made(i32::MAX, "TABLE", Section::PreData, 7)], 7);
    assert!(full.contains("no numbers left"), "{full}");
}

#[test]
fn the_value_of_a_sequence_comes_behind_all_rows_as_pg_dump_words_it() {
    let state = SequenceState {
        oid: 9,
        schema: "public".into(),
        name: "odd'q".into(),
        qualified: "public.\"odd'q\"".into(),
        last_value: 5,
        is_called: false,
    };
    let numbers = || made(3, "SEQUENCE", Section::PreData, 9);
    let old = toc(vec![made(2, "TABLE", Section::PreData, 7), numbers(), made(5, "BLOBS", Section::Data, 0)]);
    let (new, _) = insert(&old, &[data(7)], std::slice::from_ref(&state), None).unwrap();
    let order: Vec<i32> = new.entries.iter().map(|entry| entry.dump_id).collect();
    assert_eq!(order, [2, 3, 6, 7, 5], "rows, values, large objects");
    let ours = &new.entries[3];
    let statement = "SELECT pg_catalog.setval('public.\"odd''q\"', 5, false);\n";
    assert_eq!(ours.defn, Some(statement.into()), "a quote in a name must not end the text");
    assert_eq!((&ours.copy_stmt, ours.had_dumper), (&None, 0), "it has no file");
    assert_eq!(ours.dependencies, ["3".into()], "a restore makes the sequence first");
    let valued = Entry { dependencies: vec!["3".into()], ..made(8, SEQUENCE_SET, Section::Data, 0) };
    let all = [made(2, "TABLE", Section::PreData, 7), numbers(), made(4, "TABLE", Section::PreData, 8)];
    let none = |without: &[u32]| {
        let without = without.iter().copied().collect();
        insert(&toc(all.to_vec()), &[data(7)], std::slice::from_ref(&state), Some(&without)).map(drop)
    };
    assert!(none(&[]).unwrap_err().contains("was not listed"), "a table without its rows is a loss");
    assert_eq!(none(&[8]), Ok(()), "a partitioned table has none");
    let twice = insert(&toc(vec![numbers(), valued]), &[], &[state], None).unwrap_err();
    assert!(twice.contains("told not to"), "a value that is set twice hides which one counts: {twice}");
}
