//! Names of files against tables of contents made by hand.

use super::*;
use crate::archive::toc::{Header, Section, Text, sample};

/// An entry with a number, a kind, an oid and a data file.
fn entry(dump_id: i32, desc: &str, oid: u32, file: &str) -> Entry {
    Entry {
        had_dumper: i32::from(!file.is_empty()),
        table_oid: Some(Text::from("0")),
        oid: Some(Text(oid.to_string().into_bytes())),
        section: Section::Data,
        copy_stmt: Some(Text::from("COPY public.items (id) FROM stdin;\n")),
        filename: Some(Text::from(file)),
        ..sample::entry(dump_id, desc, "public", "items")
    }
}

fn toc(minor: u8, entries: Vec<Entry>) -> Toc {
    let toc = sample::toc(entries);
    Toc { header: Header { minor, ..toc.header }, ..toc }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_file_is_found_by_any_suffix_and_what_is_left_over_is_told() {
    let toc = toc(14, vec![entry(7, "TABLE DATA", 100, "7.dat"), entry(8, "TABLE DATA", 101, "8.dat")]);
    let found = match_files(&toc, &names(&["toc.dat", "7.dat.zst", "8.dat", "9.dat.gz"]), &[]);
    let extra = Difference::ExtraFile { file: "9.dat.gz".to_owned() };
    assert_eq!(found.differences, [extra], "a file of no entry must be told");
    let tasks: Vec<&str> = found.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(tasks, ["toc.dat", "7.dat.zst", "8.dat"], "every known file must be read");
}

#[test]
fn a_stale_bare_file_beside_the_compressed_one_is_refused_because_pg_restore_would_read_it() {
    let toc = toc(14, vec![entry(7, "TABLE DATA", 100, "7.dat")]);
    let found = match_files(&toc, &names(&["toc.dat", "7.dat", "7.dat.gz"]), &[]);
    let files = vec!["7.dat".to_owned(), "7.dat.gz".to_owned()];
    assert_eq!(found.differences, [Difference::AmbiguousFile { files }], "two files of one entry are a trap");
}

#[test]
fn an_entry_without_its_file_names_the_table() {
    let toc = toc(14, vec![entry(7, "TABLE DATA", 100, "7.dat"), entry(8, "TABLE DATA", 101, "")]);
    let found = match_files(&toc, &names(&["toc.dat"]), &[]);
    let missing =
        |file: &str| Difference::MissingFile { file: file.to_owned(), of: "public.items".to_owned() };
    assert_eq!(found.differences, [missing("7.dat"), missing("8.dat")], "the operator must see what is lost");
}

#[test]
fn a_path_in_the_table_of_contents_is_never_followed() {
    let toc = toc(14, vec![entry(7, "TABLE DATA", 100, "../7.dat")]);
    let found = match_files(&toc, &names(&["toc.dat", "7.dat"]), &[]);
    assert_eq!(found.tasks.len(), 1, "only toc.dat may be read: {:?}", found.tasks);
    assert_eq!(found.differences.len(), 2, "one file is missing, one is extra: {:?}", found.differences);
}

#[test]
fn large_objects_need_their_file_and_their_entry() {
    let blob = |oid: u32| ListedBlob { oid, file: format!("blob_{oid}.dat") };
    let entries = vec![entry(5, "BLOB", 1, ""), entry(6, "BLOB", 2, ""), entry(7, "BLOBS", 0, "blobs.toc")];
    let toc = toc(14, entries);
    let all = names(&["toc.dat", "blobs.toc", "blob_1.dat.gz", "blob_2.dat.gz"]);
    let whole = match_files(&toc, &all, &[blob(1), blob(2)]);
    assert_eq!((whole.differences, whole.large_objects), (vec![], 2), "both objects are there");
    let short = match_files(&toc, &all, &[blob(1)]);
    assert!(
        short.differences.contains(&Difference::LargeObjectCount { expected: 2, found: 1 }),
        "an object without a line in the list is not restored: {:?}",
        short.differences
    );
    let gone = match_files(&toc, &names(&["toc.dat", "blobs.toc", "blob_1.dat.gz"]), &[blob(1), blob(2)]);
    let missing = Difference::MissingFile { file: "blob_2.dat".to_owned(), of: "large object 2".to_owned() };
    assert_eq!(gone.differences, [missing], "the object whose file is gone must be named");
}
