//! Decodes the rows of a table and hands them on in blocks, without the mark at their end.

use super::ArchiveError;
use super::codec::Codec;
use super::data::END_MARKER;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes that a block holds at least, unless it is the last.
const BLOCK: usize = 512 * 1024;

/// Stored bytes read at a time.
const STORED_BLOCK: usize = 256 * 1024;

/// Some bytes of COPY text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowBlock {
    /// The text.
    pub text: Vec<u8>,
    /// Whether it goes on in the next block: a row may be longer than a block.
    pub cut: Cut,
}

/// Where a block ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Behind a row.
    BehindRow,
    /// Within one.
    WithinRow,
}

/// How far a table was handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// To its end; so many rows.
    Whole(u64),
    /// The one who takes the blocks wanted no more.
    Stopped,
}

/// Decodes a table's data file to its end and gives the rows to `take`, whose break ends it. Memory is a few blocks.
///
/// # Errors
/// The file cannot be read or decoded, or does not end as pg_dump ends one.
pub fn feed(path: &Path, take: &mut dyn FnMut(RowBlock) -> ControlFlow<()>) -> Result<Fed, ArchiveError> {
    let codec = Codec::of_file_name(&path.to_string_lossy());
    let file = crate::platform::plain_file::open(path).map_err(ArchiveError::io(path))?;
    let stopped = std::cell::Cell::new(false);
    let mut stored =
        Stoppable { file: BufReader::with_capacity(STORED_BLOCK, file), stopped: &stopped, fault: None };
    let mut cutter = Cutter::default();
    let decoded = codec.decode(&mut stored, &mut |decoded| {
        if stopped.get() {
            return;
        }
        if let Some(block) = cutter.push(decoded)
            && take(block).is_break()
        {
            stopped.set(true);
        }
    });
    if stopped.get() {
        return Ok(Fed::Stopped);
    }
    if let Some(source) = stored.fault {
        return Err(ArchiveError::Io { path: path.to_owned(), source });
    }
    decoded.map_err(|error| ArchiveError::Undecodable {
        path: path.to_owned(),
        codec: codec.name(),
        detail: error.to_string(),
    })?;
    let Some((last, rows)) = cutter.finish() else {
        return Err(ArchiveError::NoEndMarker { path: path.to_owned() });
    };
    if !last.text.is_empty() && take(last).is_break() {
        return Ok(Fed::Stopped);
    }
    Ok(Fed::Whole(rows))
}

/// A file that ends in an error once it is stopped, which makes its decoder end.
struct Stoppable<'a> {
    file: BufReader<File>,
    stopped: &'a std::cell::Cell<bool>,
    fault: Option<io::Error>,
}

impl BufRead for Stoppable<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.stopped.get() {
            return Err(io::Error::other("nobody takes the rows"));
        }
        // Asked twice, as a borrow that is returned may not be looked at before.
        if let Err(error) = self.file.fill_buf()
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.fault = Some(error);
            return Err(io::Error::other("the file could not be read on"));
        }
        self.file.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.file.consume(length);
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// Cuts text into blocks; the end is held back, as it may be the mark.
#[derive(Default)]
struct Cutter {
    text: Vec<u8>,
    rows: u64,
}

impl Cutter {
    fn push(&mut self, more: &[u8]) -> Option<RowBlock> {
        if self.text.capacity() == 0 {
            self.text.reserve_exact(BLOCK + BLOCK / 2);
        }
        self.text.extend_from_slice(more);
        if self.text.len() < BLOCK + END_MARKER.len() {
            return None;
        }
        let open = self.text.len() - END_MARKER.len();
        let (end, cut) = match memchr::memrchr(b'\n', &self.text[..open]) {
            Some(newline) => (newline + 1, Cut::BehindRow),
            None => (open, Cut::WithinRow),
        };
        let mut rest = Vec::with_capacity((BLOCK + BLOCK / 2).max(self.text.len() - end));
        rest.extend_from_slice(&self.text[end..]);
        let mut text = std::mem::replace(&mut self.text, rest);
        text.truncate(end);
        self.rows += memchr::memchr_iter(b'\n', &text).count() as u64;
        Some(RowBlock { text, cut })
    }

    /// What is left, and the rows of all; none when the mark is missing.
    fn finish(mut self) -> Option<(RowBlock, u64)> {
        let end = self.text.len().checked_sub(END_MARKER.len())?;
        let whole = self.text.ends_with(END_MARKER) && matches!(self.text[..end].last(), None | Some(b'\n'));
        if !whole {
            return None;
        }
        self.text.truncate(end);
        let rows = self.rows + memchr::memchr_iter(b'\n', &self.text).count() as u64;
        Some((RowBlock { text: self.text, cut: Cut::BehindRow }, rows))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    fn fed(text: &[u8]) -> (Result<Fed, ArchiveError>, Vec<RowBlock>) {
        let mut file = tempfile::Builder::new().suffix(".dat").tempfile().unwrap();
        file.write_all(text).unwrap();
        let mut blocks = Vec::new();
        let end = feed(file.path(), &mut |block| {
            blocks.push(block);
            ControlFlow::Continue(())
        });
        (end, blocks)
    }

    #[test]
    fn every_row_comes_once_and_the_mark_does_not() {
        let rows: Vec<u8> = (0..200_000).flat_map(|n| format!("{n}\trow \\\\. {n}\n").into_bytes()).collect();
        let (end, blocks) = fed(&[rows.as_slice(), END_MARKER].concat());
        assert_eq!(end.unwrap(), Fed::Whole(200_000), "the count decides whether the server got them all");
        assert!(blocks.len() > 3, "a table must not be held in memory whole");
        assert!(
            blocks.iter().all(|block| block.cut == Cut::BehindRow && block.text.ends_with(b"\n")),
            "connections that share a table get whole rows"
        );
        let all: Vec<u8> = blocks.into_iter().flat_map(|block| block.text).collect();
        assert!(all == rows, "a byte more or less is another row");
    }

    #[test]
    fn a_row_longer_than_a_block_goes_on_in_the_next() {
        let row = [vec![b'x'; 3 * BLOCK], b"\n1\n".to_vec()].concat();
        let (end, blocks) = fed(&[row.as_slice(), END_MARKER].concat());
        assert_eq!(end.unwrap(), Fed::Whole(2), "both rows");
        assert_eq!(blocks[0].cut, Cut::WithinRow, "it must stay with the connection that began it");
        assert_eq!(blocks.iter().map(|block| block.text.len()).sum::<usize>(), row.len(), "nothing is lost");
    }

    #[test]
    fn an_empty_table_is_whole_and_one_without_its_mark_is_not() {
        assert_eq!(fed(END_MARKER).0.unwrap(), Fed::Whole(0), "an empty table has its mark alone");
        for cut in [b"".as_slice(), b"1\n", b"1\n\\.\n", b"x\\.\n\n\n"] {
            let (end, _) = fed(cut);
            assert!(
                matches!(end, Err(ArchiveError::NoEndMarker { .. })),
                "{cut:?} is cut and must not look whole: {end:?}"
            );
        }
    }

    #[test]
    fn who_wants_no_more_gets_no_more() {
        let mut file = tempfile::Builder::new().suffix(".dat").tempfile().unwrap();
        file.write_all(&[vec![b'\n'; 4 * BLOCK], END_MARKER.to_vec()].concat()).unwrap();
        let mut taken = 0;
        let end = feed(file.path(), &mut |_| {
            taken += 1;
            ControlFlow::Break(())
        });
        assert_eq!((end.unwrap(), taken), (Fed::Stopped, 1), "a failed table is not decoded to its end");
    }
}
