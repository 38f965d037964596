//! Whole archives are accepted, whatever compresses them, and understood.

use crate::sample::{Sample, sample};
use crate::{Files, check, check_files};
use holdfast_engine::archive::toc::{HeaderCompression, Text, Toc};
use holdfast_engine::archive::{
    Against, ArchiveError, CancellationToken, CheckedArchive, Progress, check_archive,
};
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;

#[test]
fn tables_of_contents_of_pg_dump_are_written_back_byte_for_byte() {
    let Sample { gzip, plain, schema_only, latin1, .. } = sample();
    for (name, files) in [("gzip", gzip), ("plain", plain), ("schema", schema_only), ("latin1", latin1)] {
        let bytes = &files["toc.dat"];
        let toc = Toc::parse(bytes, Path::new("toc.dat")).expect(name);
        assert!(toc.entries.len() > 3, "{name}: the entries must be there");
        assert_eq!(&toc.to_bytes(), bytes, "{name}: nothing may change when an archive is rewritten");
    }
    let latin = Toc::parse(&latin1["toc.dat"], Path::new("toc.dat")).expect("latin1");
    let raw = Text(b"gr\xf6\xdfe".to_vec());
    assert!(latin.entries.iter().any(|e| e.tag.as_ref() == Some(&raw)), "names stay as bytes");
}

#[test]
fn a_table_of_contents_cut_anywhere_is_refused() {
    let bytes = &sample().gzip["toc.dat"];
    let near_ends = (0..200).chain(bytes.len() - 200..bytes.len());
    for length in (0..bytes.len()).step_by(23).chain(near_ends) {
        let cut = Toc::parse(&bytes[..length], Path::new("toc.dat"));
        assert!(
            matches!(cut, Err(ArchiveError::Truncated { .. })),
            "cut to {length} of {} bytes: {:?}",
            bytes.len(),
            cut.map(|toc| toc.entries.len())
        );
    }
}

/// What must be true of a whole archive of the sample, whatever compresses it.
fn assert_complete(name: &str, checked: &CheckedArchive) {
    let Sample { rows, inventory, .. } = sample();
    assert_eq!(checked.large_objects, 3, "{name}: all large objects");
    assert_eq!(checked.tables.len(), rows.len(), "{name}: every table with rows of its own");
    for table in &checked.tables {
        let counted = rows[&table.oid];
        assert_eq!(table.rows, Some(counted), "{name}: rows of {}.{}", table.schema, table.name);
    }
    assert_eq!(checked.remarks, [], "{name}: the server listed everything");
    let lines = checked.manifest_tables(inventory);
    assert_eq!(lines.len(), rows.len() + 3, "{name}: partitioned tables are listed too");
    assert_eq!(lines[0].name, "orders", "{name}: the largest table comes first");
    let without_file: Vec<_> = lines.iter().filter(|line| line.archive_file.is_none()).collect();
    assert_eq!(without_file.len(), 3, "{name}: partitioned tables have no file: {without_file:?}");
    assert_eq!(checked.sequences, 4, "{name}: every sequence has its value");
    assert_eq!(checked.materialized_views, 4, "{name}: every materialized view is defined");
    let totals = checked.manifest_totals(&checked.manifest_files(), &lines);
    assert_eq!(totals.bytes, checked.stored_bytes, "{name}: the sums agree");
}

#[test]
fn stock_archives_are_accepted_and_every_row_is_counted() {
    let Sample { gzip, plain, .. } = sample();
    let compressed = check_files(gzip).expect("gzip");
    assert_complete("gzip", &compressed);
    assert_eq!(compressed.toc.version, "1.14", "pg_dump 15 writes 1.14");
    assert_eq!(compressed.toc.database, "sample", "the database is known");
    assert!(compressed.toc.tool_version.starts_with("15."), "the tool is known: {:?}", compressed.toc);
    let raw = check_files(plain).expect("plain");
    assert_complete("plain", &raw);
    for table in &raw.tables {
        assert_eq!(table.raw_bytes, table.stored_bytes, "{}: nothing is compressed", table.name);
    }
}

#[test]
fn progress_ends_at_all_files_and_all_bytes_and_a_cancel_is_obeyed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    crate::write_files(dir.path(), &sample().gzip);
    let seen: Mutex<Vec<Progress>> = Mutex::new(Vec::new());
    let threads = NonZeroUsize::new(3).expect("three");
    let cancel = CancellationToken::new();
    let note = |progress| seen.lock().expect("no panic").push(progress);
    check_archive(dir.path(), Against::Itself, threads, &note, &cancel).expect("whole");
    let seen = seen.into_inner().expect("no panic");
    let last = seen.iter().max_by_key(|p| (p.files_done, p.bytes_done)).expect("progress was told");
    assert_eq!(last.files_done, last.files_total, "all files are done at the end");
    assert_eq!(last.bytes_done, last.bytes_total, "all bytes are read at the end");
    cancel.cancel();
    let cancelled = check_archive(dir.path(), Against::Itself, threads, &|_| {}, &cancel);
    assert!(matches!(cancelled, Err(ArchiveError::Cancelled { .. })), "{cancelled:?}");
}

/// The archive with each data file decoded and encoded again.
pub fn reencoded(suffix: &str, encode: impl Fn(&[u8]) -> Vec<u8>) -> Files {
    let reencode = |(name, bytes): (&String, &Vec<u8>)| match name.strip_suffix(".gz") {
        None => (name.clone(), bytes.clone()),
        Some(base) => {
            let mut raw = Vec::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut raw).expect("pg_dump's gzip");
            (format!("{base}{suffix}"), encode(&raw))
        }
    };
    sample().gzip.iter().map(reencode).collect()
}

pub fn zstd_frame(raw: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(raw, 3).expect("memory")
}

pub fn lz4_frame(raw: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(raw).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn archives_compressed_by_newer_programs_are_accepted() {
    for (name, files) in [("zstd", reencoded(".zst", zstd_frame)), ("lz4", reencoded(".lz4", lz4_frame))] {
        let checked = check_files(&files).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_complete(name, &checked);
    }
}

#[test]
fn the_lists_of_large_objects_of_version_1_16_are_read() {
    let mut files = sample().gzip.clone();
    let mut toc = Toc::parse(&files["toc.dat"], Path::new("toc.dat")).expect("whole");
    toc.header.minor = 16;
    toc.header.compression = HeaderCompression::Algorithm(1);
    let blobs = toc.entries.iter_mut().find(|entry| entry.desc() == "BLOBS").expect("large objects");
    let name = format!("blobs_{}.toc", blobs.dump_id);
    blobs.filename = Some(Text::from(name.as_str()));
    files.insert("toc.dat".to_owned(), toc.to_bytes());
    let list = files.remove("blobs.toc").expect("the list");
    files.insert(name, list);
    let checked = check_files(&files).expect("a list for each entry");
    assert_eq!((checked.large_objects, checked.toc.version.as_str()), (3, "1.16"), "all are found");
}

#[test]
fn a_relation_or_a_large_object_that_the_archive_lacks_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    crate::write_files(dir.path(), &sample().gzip);
    let mut more = sample().inventory.clone();
    let mut lost = more.relations.iter().find(|r| r.name == "orders").expect("listed").clone();
    (lost.oid, lost.name) = (999_999, "forgotten".to_owned());
    more.relations.push(lost);
    more.large_objects = 4;
    let error = check(dir.path(), &more).expect_err("a table was forgotten");
    let ArchiveError::Differs { differences, .. } = error else {
        panic!("every difference must be told: {error}");
    };
    let words: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "the table public.forgotten is not in the archive",
            "the data of the table public.forgotten is not in the archive",
            "4 large objects are expected, the archive holds 3",
        ],
        "the operator must see what is missing"
    );
}

#[test]
fn a_dump_without_data_is_refused_for_every_table_sequence_and_view() {
    let error = check_files(&sample().schema_only).expect_err("no rows are there");
    let ArchiveError::Differs { differences, .. } = error else {
        panic!("every difference must be told: {error}");
    };
    // 11 tables, 4 sequences, the one materialized view that is refreshed, the large objects.
    let expected = sample().rows.len() + 4 + 1 + 1;
    assert_eq!(differences.len(), expected, "each of them is lost: {differences:?}");
}
