//! `toc.dat`: the table of contents, read into typed entries and written back byte for byte.
//!
//! The format is that of PostgreSQL's `src/bin/pg_dump/pg_backup_archiver.c` (ReadHead, ReadToc) and
//! `pg_backup_directory.c`: 1.14 by pg_dump 12 to 15, 1.15 by 16, 1.16 by 17 and 18. It restores nothing.

mod entry;
mod reader;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
mod writer;

use super::ArchiveError;
use crate::platform::plain_file;
pub use entry::{Entry, Section, Text};
use reader::Reader;
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

/// The largest table of contents that is read, in bytes: about half a million entries of ordinary length.
pub const MAX_TOC_BYTES: u64 = 512 * 1024 * 1024;

/// What every archive begins with.
const MAGIC: &[u8] = b"PGDMP";
/// The directory format shares its number with tar (`archTar`).
const FORMAT_DIRECTORY: u8 = 3;
/// Bytes of a number's magnitude.
const INT_SIZE: u8 = 4;
/// Bytes of a file offset, on every machine that pg_dump runs on; the directory format holds none.
const OFFSET_SIZE: u8 = 8;
/// The minor version that replaced the compression level by an algorithm.
const ALGORITHM_SINCE: u8 = 15;
/// The minor version that added `relkind`.
const RELKIND_SINCE: u8 = 16;

/// A table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toc {
    /// What stands before the entries.
    pub header: Header,
    /// The entries in their order.
    pub entries: Vec<Entry>,
}

/// What stands before the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The minor version: 14, 15 or 16 (the major one is 1).
    pub minor: u8,
    /// How the data files are said to be compressed.
    pub compression: HeaderCompression,
    /// sec, min, hour, mday, mon, year − 1900, isdst in the local time of pg_dump.
    pub created: [i32; 7],
    /// The database.
    pub database: Option<Text>,
    /// The server's version.
    pub server_version: Option<Text>,
    /// pg_dump's version.
    pub tool_version: Option<Text>,
}

/// How the data files are said to be compressed; each file's own suffix decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderCompression {
    /// Version 1.14: zlib's level, −1 for its default, 0 for none.
    Level(i32),
    /// Since 1.15: 0 none, 1 gzip, 2 lz4, 3 zstd.
    Algorithm(u8),
}

impl Header {
    /// The version as people write it, for example `1.14`.
    pub fn version(&self) -> String {
        format!("1.{}", self.minor)
    }

    fn parse(reader: &mut Reader<'_>) -> Result<Self, ArchiveError> {
        let magic = reader.take(MAGIC.len(), "the header")?;
        if magic != MAGIC {
            return Err(reader.malformed("not an archive of pg_dump: it does not begin with PGDMP"));
        }
        let (major, minor) = (reader.byte("the header")?, reader.byte("the header")?);
        let revision = reader.byte("the header")?;
        if major != 1 || !(14..=16).contains(&minor) || revision != 0 {
            let path = reader.path().to_owned();
            return Err(ArchiveError::UnknownVersion { path, major, minor, revision });
        }
        if reader.byte("the header")? != INT_SIZE || reader.byte("the header")? != OFFSET_SIZE {
            return Err(reader.malformed("numbers of another size than pg_dump writes"));
        }
        if reader.byte("the header")? != FORMAT_DIRECTORY {
            return Err(reader.malformed("the table of contents is not that of a directory archive"));
        }
        let compression = if minor >= ALGORITHM_SINCE {
            HeaderCompression::Algorithm(reader.byte("the compression")?)
        } else {
            HeaderCompression::Level(reader.int("the compression")?)
        };
        let mut created = [0; 7];
        for part in &mut created {
            *part = reader.int("the date")?;
        }
        Ok(Header {
            minor,
            compression,
            created,
            database: reader.text("the database's name")?,
            server_version: reader.text("the server's version")?,
            tool_version: reader.text("pg_dump's version")?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[1, self.minor, 0, INT_SIZE, OFFSET_SIZE, FORMAT_DIRECTORY]);
        match self.compression {
            HeaderCompression::Level(level) => writer::int(out, level),
            HeaderCompression::Algorithm(algorithm) => out.push(algorithm),
        }
        for part in self.created {
            writer::int(out, part);
        }
        for text in [&self.database, &self.server_version, &self.tool_version] {
            writer::text(out, text.as_ref());
        }
    }
}

impl Toc {
    /// Reads a table of contents from its bytes; `path` is for errors only.
    ///
    /// # Errors
    /// The bytes are cut, malformed, of another version, two entries have one number, or something follows
    /// the last entry.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, ArchiveError> {
        let mut reader = Reader::new(bytes, path);
        let header = Header::parse(&mut reader)?;
        let count = reader.int("the number of entries")?;
        let Ok(count) = usize::try_from(count) else {
            return Err(reader.malformed("a negative number of entries"));
        };
        // The announced number is believed only as far as the bytes can hold so many.
        let plausible = count.min(reader.remaining() / entry::MIN_ENTRY_BYTES);
        let mut entries = Vec::with_capacity(plausible);
        let mut seen = HashSet::with_capacity(plausible);
        for _ in 0..count {
            let entry = Entry::parse(&mut reader, header.minor)?;
            if !seen.insert(entry.dump_id) {
                return Err(reader.malformed("two entries with one number"));
            }
            entries.push(entry);
        }
        if reader.remaining() != 0 {
            return Err(reader.malformed("something follows the last entry"));
        }
        Ok(Toc { header, entries })
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// As [`Toc::parse`], or the file cannot be read or is larger than [`MAX_TOC_BYTES`].
    pub fn read(path: &Path) -> Result<Self, ArchiveError> {
        let file = plain_file::open(path).map_err(ArchiveError::io(path))?;
        let mut bytes = Vec::new();
        file.take(MAX_TOC_BYTES + 1).read_to_end(&mut bytes).map_err(ArchiveError::io(path))?;
        if bytes.len() as u64 > MAX_TOC_BYTES {
            let what = "the table of contents is larger than any that is read";
            return Err(ArchiveError::Malformed { path: path.to_owned(), what, offset: MAX_TOC_BYTES });
        }
        Self::parse(&bytes, path)
    }

    /// The bytes of the file: for what [`Toc::parse`] read, the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.header.write(&mut out);
        writer::int(&mut out, i32::try_from(self.entries.len()).expect("invariant: fewer than 2^31 entries"));
        for entry in &self.entries {
            entry.write(&mut out, self.header.minor);
        }
        out
    }
}
