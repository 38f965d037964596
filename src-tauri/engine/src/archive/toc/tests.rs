//! Tables of contents made by hand and by chance; real ones are read in the integration tests.

use super::*;
use proptest::prelude::*;

fn path() -> &'static Path {
    Path::new("archive/toc.dat")
}

fn text() -> impl Strategy<Value = Option<Text>> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20).prop_map(Text))
}

fn section() -> impl Strategy<Value = Section> {
    prop_oneof![Just(Section::None), Just(Section::PreData), Just(Section::Data), Just(Section::PostData)]
}

prop_compose! {
    fn entry()(
        had_dumper in 0..2i32,
        texts in proptest::array::uniform12(text()),
        filename in text(),
        section in section(),
        relkind in any::<u8>(),
        dependencies in proptest::collection::vec(
            proptest::collection::vec(any::<u8>(), 0..6).prop_map(Text), 0..4),
    ) -> Entry {
        let [table_oid, oid, tag, desc, defn, drop_stmt, copy_stmt, namespace, tablespace, table_am, owner,
            with_oids] = texts;
        Entry {
            dump_id: 0, had_dumper, table_oid, oid, tag, desc, section, defn, drop_stmt, copy_stmt, namespace,
            tablespace, table_am, relkind: i32::from(relkind), owner, with_oids, dependencies, filename,
        }
    }
}

prop_compose! {
    fn toc()(
        minor in 14..=16u8,
        level in -1..10i32,
        algorithm in 0..4u8,
        created in proptest::array::uniform7(-1000..1000i32),
        texts in proptest::array::uniform3(text()),
        mut entries in proptest::collection::vec(entry(), 0..6),
    ) -> Toc {
        for (at, entry) in entries.iter_mut().enumerate() {
            entry.dump_id = at as i32 + 1;
            if minor < RELKIND_SINCE {
                entry.relkind = 0;
            }
        }
        let compression = if minor < ALGORITHM_SINCE {
            HeaderCompression::Level(level)
        } else {
            HeaderCompression::Algorithm(algorithm)
        };
        let [database, server_version, tool_version] = texts;
        Toc { header: Header { minor, compression, created, database, server_version, tool_version }, entries }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_equal_and_every_truncation_is_refused(toc in toc()) {
        let bytes = toc.to_bytes();
        let read = Toc::parse(&bytes, path());
        prop_assert_eq!(read.as_ref().ok(), Some(&toc), "a table of contents must survive being written");
        for length in 0..bytes.len() {
            let cut = Toc::parse(&bytes[..length], path());
            prop_assert!(
                matches!(cut, Err(ArchiveError::Truncated { .. })),
                "cut to {} of {} bytes it must be called truncated, not {:?}", length, bytes.len(), cut
            );
        }
        let mut longer = bytes;
        longer.push(0);
        prop_assert!(Toc::parse(&longer, path()).is_err(), "a byte behind the end hides what follows");
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Toc::parse(&bytes, path());
        let mut with_head = b"PGDMP\x01\x0e\x00\x04\x08\x03".to_vec();
        with_head.extend_from_slice(&bytes);
        if let Ok(toc) = Toc::parse(&with_head, path()) {
            prop_assert_eq!(toc.to_bytes(), with_head, "what is accepted must be written back byte for byte");
        }
    }

    #[test]
    fn a_damaged_byte_never_panics_and_is_never_silently_changed(
        toc in toc(), at in any::<proptest::sample::Index>(), value in any::<u8>()
    ) {
        let mut bytes = toc.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = value;
        if let Ok(read) = Toc::parse(&bytes, path()) {
            prop_assert_eq!(read.to_bytes(), bytes, "what is accepted must be written back byte for byte");
        }
    }
}

/// Statements as pg_dump writes them, cut and mixed.
fn statement() -> impl Strategy<Value = Option<Text>> {
    let pieces = [
        "CREATE DATABASE ",
        "ALTER DATABASE ",
        " WITH TEMPLATE = template0 ",
        " TABLESPACE = ",
        " SET ",
        ";",
        "\n",
        "SELECT pg_catalog.setval('",
        "', ",
        "9223372036854775808",
        "-5",
        ", true);",
        "a",
        "\"",
        "\"\"",
        "\u{e9}",
        " ",
    ];
    let text = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..8);
    proptest::option::of(text.prop_map(|pieces| Text(pieces.concat().into_bytes())))
}

proptest! {
    #[test]
    fn what_is_read_out_of_the_entries_never_panics_whatever_they_hold(
        mut toc in toc(), statements in proptest::collection::vec(statement(), 6), cut in any::<u8>()
    ) {
        use crate::archive::{database_entry, sequences};
        let kinds = ["DATABASE", "DATABASE PROPERTIES", "SEQUENCE SET", "TABLE DATA", "BLOBS", "TABLE"];
        for (at, entry) in toc.entries.iter_mut().enumerate() {
            entry.desc = Some(Text::from(kinds[at % kinds.len()]));
            entry.defn = statements[at].clone();
            entry.tag = statements[(at + 1) % statements.len()].clone();
            if let Some(Text(bytes)) = &mut entry.defn {
                bytes.truncate(bytes.len().saturating_sub(usize::from(cut % 16)));
            }
        }
        let made = database_entry::DatabaseEntry::of(&toc);
        prop_assert!(made.settings.iter().all(|setting| setting.clause().starts_with("SET ")), "{:?}", made);
        let _ = (database_entry::owners(&toc), database_entry::tablespaces(&toc), sequences::sequence_values(&toc));
    }
}

#[test]
fn a_huge_announced_count_or_length_allocates_nothing() {
    let mut bytes = Vec::new();
    let header = Header {
        minor: 14,
        compression: HeaderCompression::Level(-1),
        created: [0; 7],
        database: None,
        server_version: None,
        tool_version: None,
    };
    header.write(&mut bytes);
    let mut count = bytes.clone();
    writer::int(&mut count, i32::MAX);
    let error = Toc::parse(&count, path()).expect_err("no entry is there");
    assert!(matches!(error, ArchiveError::Truncated { .. }), "a count without entries is a cut: {error}");

    let mut length = bytes;
    writer::int(&mut length, 1);
    writer::int(&mut length, 1);
    writer::int(&mut length, 0);
    writer::int(&mut length, i32::MAX);
    let error = Toc::parse(&length, path()).expect_err("no text is there");
    assert!(matches!(error, ArchiveError::Truncated { .. }), "a length without bytes is a cut: {error}");
}

#[test]
fn other_versions_and_formats_are_named() {
    let error = Toc::parse(b"PGDMP\x01\x11\x00\x04\x08\x03", path()).expect_err("1.17 is unknown");
    assert!(
        matches!(error, ArchiveError::UnknownVersion { major: 1, minor: 17, revision: 0, .. }),
        "a newer archive must not be half understood: {error}"
    );
    let custom = Toc::parse(b"PGDMP\x01\x0e\x00\x04\x08\x01", path()).expect_err("custom format");
    assert!(matches!(custom, ArchiveError::Malformed { .. }), "a custom archive has other entries: {custom}");
}
