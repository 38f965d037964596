//! Tables of contents for tests: an entry with nothing but its name, and an archive of such entries.

use super::{Entry, Header, HeaderCompression, Section, Text, Toc};

/// An entry that has only its number, what it is, its schema and its name.
pub(crate) fn entry(dump_id: i32, desc: &str, schema: &str, tag: &str) -> Entry {
    Entry {
        dump_id,
        had_dumper: 0,
        table_oid: None,
        oid: None,
        tag: Some(tag.into()),
        desc: Some(desc.into()),
        section: Section::PreData,
        defn: None,
        drop_stmt: None,
        copy_stmt: None,
        namespace: Some(schema.into()),
        tablespace: None,
        table_am: None,
        relkind: 0,
        owner: None,
        with_oids: None,
        dependencies: Vec::new(),
        filename: None,
    }
}

/// The numbers of entries that another needs.
pub(crate) fn needs(ids: &[i32]) -> Vec<Text> {
    ids.iter().map(|id| Text(id.to_string().into_bytes())).collect()
}

/// A table of contents of version 1.14 with these entries.
pub(crate) fn toc(entries: Vec<Entry>) -> Toc {
    let header = Header {
        minor: 14,
        compression: HeaderCompression::Level(-1),
        created: [0; 7],
        database: None,
        server_version: None,
        tool_version: None,
    };
    Toc { header, entries }
}
