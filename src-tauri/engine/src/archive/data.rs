//! One pass over one file: sha256 of what is stored, decoded to its end, end marker, rows.
//!
//! Memory is a few blocks, whatever the file's size.

use super::codec::Codec;
use super::{ArchiveError, CancellationToken};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// Stored bytes read at a time; between blocks the pass can be cancelled.
const STORED_BLOCK: usize = 256 * 1024;

/// What pg_dump writes after the rows of every table, also of an empty one.
pub const END_MARKER: &[u8] = b"\\.\n\n\n";

/// What a data file holds, which decides how it must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// A table's rows as COPY text: ends with [`END_MARKER`].
    CopyText,
    /// A table's rows as INSERT commands: no end marker.
    Inserts,
    /// A large object: no end marker.
    LargeObject,
    /// Stored as it is, whatever its name: lists of large objects, the table of contents.
    Verbatim,
}

/// What one pass over a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataCheck {
    /// sha256 of the stored bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Stored bytes.
    pub stored_bytes: u64,
    /// Bytes after decoding.
    pub raw_bytes: u64,
    /// Rows of COPY text, counted; absent for other kinds.
    pub rows: Option<u64>,
}

/// Reads a file to its end, decodes it and checks how it ends. The compression is told by its suffix.
///
/// # Errors
/// The file cannot be read, is damaged or cut, has something behind its end, lacks its end marker, or
/// `cancel` was cancelled.
pub fn check_data_file(
    path: &Path,
    kind: DataKind,
    cancel: &CancellationToken,
) -> Result<DataCheck, ArchiveError> {
    check_counted(path, kind, cancel, &|_| {})
}

/// As [`check_data_file`]; tells `on_bytes` the length of each block of stored bytes.
pub(super) fn check_counted(
    path: &Path,
    kind: DataKind,
    cancel: &CancellationToken,
    on_bytes: &dyn Fn(u64),
) -> Result<DataCheck, ArchiveError> {
    check_handing_on(path, kind, cancel, on_bytes, &mut |_| {})
}

/// As [`check_counted`]; hands each decoded block on as it comes. Whether the file is whole is known at its end only.
pub(super) fn check_handing_on(
    path: &Path,
    kind: DataKind,
    cancel: &CancellationToken,
    on_bytes: &dyn Fn(u64),
    on_decoded: &mut dyn FnMut(&[u8]),
) -> Result<DataCheck, ArchiveError> {
    let codec = codec_of(path, kind);
    let mut stored = Stored::open(path, cancel, on_bytes)?;
    let mut tail = Tail::default();
    let mut raw_bytes = 0;
    let decoded = codec.decode(&mut stored, &mut |block| {
        raw_bytes += block.len() as u64;
        if kind == DataKind::CopyText {
            tail.push(block);
        }
        on_decoded(block);
    });
    let stored_bytes = stored.bytes;
    match (stored.fault.take(), decoded) {
        (Some(Fault::Cancelled), _) => return Err(ArchiveError::Cancelled { path: path.to_owned() }),
        (Some(Fault::Io(source)), _) => return Err(ArchiveError::Io { path: path.to_owned(), source }),
        (None, Err(error)) => {
            let (codec, detail) = (codec.name(), error.to_string());
            return Err(ArchiveError::Undecodable { path: path.to_owned(), codec, detail });
        }
        (None, Ok(())) => {}
    }
    if kind == DataKind::CopyText && !tail.is_end_marker() {
        return Err(ArchiveError::NoEndMarker { path: path.to_owned() });
    }
    let rows = (kind == DataKind::CopyText).then(|| tail.rows());
    Ok(DataCheck { sha256: format!("{:x}", stored.hasher.finalize()), stored_bytes, raw_bytes, rows })
}

fn codec_of(path: &Path, kind: DataKind) -> Codec {
    match kind {
        DataKind::Verbatim => Codec::Plain,
        _ => Codec::of_file_name(&path.to_string_lossy()),
    }
}

/// A file as it is stored, hashed while it is read.
struct Stored<'a> {
    file: File,
    block: Vec<u8>,
    at: usize,
    filled: usize,
    bytes: u64,
    hasher: Sha256,
    cancel: &'a CancellationToken,
    on_bytes: &'a dyn Fn(u64),
    fault: Option<Fault>,
}

/// Why reading stopped, apart from what the decoder makes of it.
enum Fault {
    Cancelled,
    Io(io::Error),
}

impl<'a> Stored<'a> {
    fn open(
        path: &Path,
        cancel: &'a CancellationToken,
        on_bytes: &'a dyn Fn(u64),
    ) -> Result<Self, ArchiveError> {
        let file = crate::platform::plain_file::open(path).map_err(ArchiveError::io(path))?;
        let block = vec![0; STORED_BLOCK];
        let hasher = Sha256::new();
        Ok(Self { file, block, at: 0, filled: 0, bytes: 0, hasher, cancel, on_bytes, fault: None })
    }

    fn refill(&mut self) -> Result<(), Fault> {
        if self.cancel.is_cancelled() {
            return Err(Fault::Cancelled);
        }
        let length = loop {
            match self.file.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(Fault::Io)?,
            }
        };
        (self.at, self.filled) = (0, length);
        self.bytes += length as u64;
        self.hasher.update(&self.block[..length]);
        (self.on_bytes)(length as u64);
        Ok(())
    }
}

impl BufRead for Stored<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.filled
            && let Err(fault) = self.refill()
        {
            self.fault = Some(fault);
            return Err(io::Error::other("the file could not be read on"));
        }
        Ok(&self.block[self.at..self.filled])
    }

    fn consume(&mut self, length: usize) {
        self.at += length;
    }
}

impl Read for Stored<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// The last bytes of a text, and how many lines it had.
#[derive(Default)]
struct Tail {
    last: Vec<u8>,
    newlines: u64,
}

/// The end marker and the newline before it.
const TAIL_BYTES: usize = END_MARKER.len() + 1;

impl Tail {
    fn push(&mut self, block: &[u8]) {
        self.newlines += count_newlines(block);
        let kept = &block[block.len().saturating_sub(TAIL_BYTES)..];
        self.last.extend_from_slice(kept);
        let surplus = self.last.len().saturating_sub(TAIL_BYTES);
        self.last.drain(..surplus);
    }

    /// The marker stands on a line of its own: at the beginning, or after a newline.
    fn is_end_marker(&self) -> bool {
        match self.last.strip_suffix(END_MARKER) {
            Some(before) => matches!(before, [] | [b'\n']),
            None => false,
        }
    }

    /// COPY text writes a row a line, newlines within values escaped; the marker's own three are no rows.
    fn rows(&self) -> u64 {
        self.newlines.saturating_sub(3)
    }
}

/// Eight bytes at a time, since this looks at every byte of every table.
fn count_newlines(block: &[u8]) -> u64 {
    const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    const NEWLINES: u64 = 0x0a0a_0a0a_0a0a_0a0a;
    let (words, rest) = block.as_chunks::<8>();
    let in_words = words.iter().fold(0u64, |count, word| {
        let zero_where_newline = u64::from_le_bytes(*word) ^ NEWLINES;
        let high_where_other = ((zero_where_newline & LOW_BITS) + LOW_BITS) | zero_where_newline | LOW_BITS;
        count + u64::from((!high_where_other).count_ones())
    });
    in_words + rest.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
