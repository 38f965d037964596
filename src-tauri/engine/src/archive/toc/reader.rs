//! Reads the primitives of a table of contents. Lengths are believed only as far as there are bytes.

use super::Text;
use crate::archive::ArchiveError;
use std::path::Path;

/// A place in the bytes of a table of contents.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    path: &'a Path,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], path: &'a Path) -> Self {
        Self { bytes, at: 0, path }
    }

    /// Bytes not read yet.
    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn malformed(&self, what: &'static str) -> ArchiveError {
        ArchiveError::Malformed { path: self.path.to_owned(), what, offset: self.at as u64 }
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], ArchiveError> {
        if self.remaining() < count {
            let offset = self.bytes.len() as u64;
            return Err(ArchiveError::Truncated { path: self.path.to_owned(), what, offset });
        }
        let taken = &self.bytes[self.at..self.at + count];
        self.at += count;
        Ok(taken)
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, ArchiveError> {
        Ok(self.take(1, what)?[0])
    }

    /// A sign byte (1 is negative) and four bytes of magnitude, lowest first. Anything that pg_dump would
    /// have written otherwise is refused, so that writing gives the same bytes again.
    pub(super) fn int(&mut self, what: &'static str) -> Result<i32, ArchiveError> {
        let start = self.at;
        let bytes = self.take(5, what)?;
        let magnitude = u32::from_le_bytes([bytes[1], bytes[2], bytes[3], bytes[4]]);
        let value = match (bytes[0], i32::try_from(magnitude)) {
            (0, Ok(value)) => Some(value),
            (1, Ok(value)) if value > 0 => Some(-value),
            _ => None,
        };
        value.ok_or_else(|| ArchiveError::Malformed {
            path: self.path.to_owned(),
            what: "a number that pg_dump does not write",
            offset: start as u64,
        })
    }

    /// A length and that many bytes; the length −1 is no text at all.
    pub(super) fn text(&mut self, what: &'static str) -> Result<Option<Text>, ArchiveError> {
        let length = self.int(what)?;
        if length == -1 {
            return Ok(None);
        }
        let Ok(length) = usize::try_from(length) else {
            return Err(self.malformed("a text of negative length"));
        };
        Ok(Some(Text(self.take(length, what)?.to_vec())))
    }
}
