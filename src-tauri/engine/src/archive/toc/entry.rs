//! One entry of a table of contents.

use super::reader::Reader;
use super::writer;
use crate::archive::ArchiveError;
use std::borrow::Cow;

/// A text as pg_dump wrote it: bytes in the encoding of the database.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(pub Vec<u8>);

impl Text {
    /// The text, with what is not UTF-8 replaced.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.lossy())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(text.as_bytes().to_vec())
    }
}

/// When an entry is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// With no section of its own: comments, permissions.
    None,
    /// Before the data.
    PreData,
    /// Data.
    Data,
    /// After the data.
    PostData,
}

impl Section {
    /// The numbers of pg_dump's `teSection`.
    const NUMBERS: [(i32, Section); 4] =
        [(1, Section::None), (2, Section::PreData), (3, Section::Data), (4, Section::PostData)];

    fn number(self) -> i32 {
        match self {
            Self::None => 1,
            Self::PreData => 2,
            Self::Data => 3,
            Self::PostData => 4,
        }
    }

    fn from_number(number: i32) -> Option<Self> {
        Self::NUMBERS.into_iter().find(|(n, _)| *n == number).map(|(_, section)| section)
    }
}

/// One entry: an object, or the data of one. The order of the fields is the order in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the archive, from 1.
    pub dump_id: i32,
    /// Whether pg_dump writes data for it: 1, or 0.
    pub had_dumper: i32,
    /// The oid of the system catalog that holds the object, as decimal text.
    pub table_oid: Option<Text>,
    /// The object's oid in that catalog, as decimal text; for `TABLE DATA` the table's.
    pub oid: Option<Text>,
    /// The object's name.
    pub tag: Option<Text>,
    /// What it is, for example `TABLE DATA`.
    pub desc: Option<Text>,
    /// When it is restored.
    pub section: Section,
    /// The command that makes it.
    pub defn: Option<Text>,
    /// The command that removes it.
    pub drop_stmt: Option<Text>,
    /// The COPY command before its data.
    pub copy_stmt: Option<Text>,
    /// Its schema.
    pub namespace: Option<Text>,
    /// Its tablespace.
    pub tablespace: Option<Text>,
    /// Its table access method.
    pub table_am: Option<Text>,
    /// Its `relkind` as a character code; written since version 1.16, else 0.
    pub relkind: i32,
    /// Its owner.
    pub owner: Option<Text>,
    /// A word that once told of OIDs in rows: `false`.
    pub with_oids: Option<Text>,
    /// The entries that it needs, by number as decimal text; some may name no entry.
    pub dependencies: Vec<Text>,
    /// The file of its data, without the suffix of a compression; empty without data.
    pub filename: Option<Text>,
}

/// The fewest bytes that an entry takes: 17 numbers or lengths of 5 bytes (the `relkind` not counted).
pub(super) const MIN_ENTRY_BYTES: usize = 17 * 5;

impl Entry {
    /// What it is, for example `TABLE DATA`; empty when the archive does not say.
    pub fn desc(&self) -> Cow<'_, str> {
        lossy(self.desc.as_ref())
    }

    /// Its name; empty when it has none.
    pub fn tag(&self) -> Cow<'_, str> {
        lossy(self.tag.as_ref())
    }

    /// Its schema; empty when it has none.
    pub fn namespace(&self) -> Cow<'_, str> {
        lossy(self.namespace.as_ref())
    }

    /// The oid as a number; none for 0 and for what is not a number.
    pub fn oid_number(&self) -> Option<u32> {
        self.oid.as_ref()?.lossy().parse().ok().filter(|oid| *oid != 0)
    }

    /// The numbers of the entries that it needs.
    pub fn dependency_ids(&self) -> impl Iterator<Item = i32> + '_ {
        self.dependencies.iter().filter_map(|id| id.lossy().parse().ok())
    }

    /// The file of its data without the suffix of a compression; none without data.
    pub fn data_file(&self) -> Option<Cow<'_, str>> {
        self.filename.as_ref().filter(|name| !name.0.is_empty()).map(Text::lossy)
    }

    pub(super) fn parse(reader: &mut Reader<'_>, minor: u8) -> Result<Self, ArchiveError> {
        let dump_id = reader.int("an entry's number")?;
        if dump_id < 1 {
            return Err(reader.malformed("an entry with a number below 1"));
        }
        let had_dumper = reader.int("an entry's data flag")?;
        let table_oid = reader.text("an entry's catalog oid")?;
        let oid = reader.text("an entry's oid")?;
        let tag = reader.text("an entry's name")?;
        let desc = reader.text("an entry's kind")?;
        let number = reader.int("an entry's section")?;
        let Some(section) = Section::from_number(number) else {
            return Err(reader.malformed("an entry with an unknown section"));
        };
        Ok(Entry {
            dump_id,
            had_dumper,
            table_oid,
            oid,
            tag,
            desc,
            section,
            defn: reader.text("an entry's definition")?,
            drop_stmt: reader.text("an entry's DROP command")?,
            copy_stmt: reader.text("an entry's COPY command")?,
            namespace: reader.text("an entry's schema")?,
            tablespace: reader.text("an entry's tablespace")?,
            table_am: reader.text("an entry's access method")?,
            relkind: if minor >= super::RELKIND_SINCE { reader.int("an entry's relkind")? } else { 0 },
            owner: reader.text("an entry's owner")?,
            with_oids: reader.text("an entry's oids word")?,
            dependencies: dependencies(reader)?,
            filename: reader.text("an entry's file name")?,
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, minor: u8) {
        writer::int(out, self.dump_id);
        writer::int(out, self.had_dumper);
        for text in [&self.table_oid, &self.oid, &self.tag, &self.desc] {
            writer::text(out, text.as_ref());
        }
        writer::int(out, self.section.number());
        for text in
            [&self.defn, &self.drop_stmt, &self.copy_stmt, &self.namespace, &self.tablespace, &self.table_am]
        {
            writer::text(out, text.as_ref());
        }
        if minor >= super::RELKIND_SINCE {
            writer::int(out, self.relkind);
        }
        writer::text(out, self.owner.as_ref());
        writer::text(out, self.with_oids.as_ref());
        for id in &self.dependencies {
            writer::text(out, Some(id));
        }
        writer::text(out, None);
        writer::text(out, self.filename.as_ref());
    }
}

/// Texts up to the first that is none.
fn dependencies(reader: &mut Reader<'_>) -> Result<Vec<Text>, ArchiveError> {
    let mut ids = Vec::new();
    while let Some(id) = reader.text("an entry's dependencies")? {
        ids.push(id);
    }
    Ok(ids)
}

fn lossy(text: Option<&Text>) -> Cow<'_, str> {
    text.map_or(Cow::Borrowed(""), Text::lossy)
}
