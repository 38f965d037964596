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

/// How far a table was handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// To its end; so many rows.
    Whole(u64),
    /// The one who takes the blocks wanted no more.
    Stopped,
}

/// Decodes a table's data file to its end and gives its COPY text to `take`, whose break ends it. Memory is a few blocks.
///
/// # Errors
/// The file cannot be read or decoded, or does not end as pg_dump ends one.
pub fn feed(path: &Path, take: &mut dyn FnMut(Vec<u8>) -> ControlFlow<()>) -> Result<Fed, ArchiveError> {
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
    if !last.is_empty() && take(last).is_break() {
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
    /// The byte before the text that is held.
    last: Option<u8>,
}

impl Cutter {
    fn push(&mut self, more: &[u8]) -> Option<Vec<u8>> {
        if self.text.capacity() == 0 {
            self.text.reserve_exact(BLOCK + BLOCK / 2);
        }
        self.text.extend_from_slice(more);
        let end = self.text.len().checked_sub(END_MARKER.len()).filter(|end| *end >= BLOCK)?;
        let mut rest = Vec::with_capacity(BLOCK + BLOCK / 2);
        rest.extend_from_slice(&self.text[end..]);
        let mut text = std::mem::replace(&mut self.text, rest);
        text.truncate(end);
        self.count(&text);
        Some(text)
    }

    fn count(&mut self, text: &[u8]) {
        self.rows += memchr::memchr_iter(b'\n', text).count() as u64;
        self.last = text.last().copied().or(self.last);
    }

    /// What is left, and the rows of all; none when the mark is missing, or does not begin a line.
    fn finish(mut self) -> Option<(Vec<u8>, u64)> {
        let mut text = std::mem::take(&mut self.text);
        let end = text.len().checked_sub(END_MARKER.len()).filter(|_| text.ends_with(END_MARKER))?;
        text.truncate(end);
        self.count(&text);
        matches!(self.last, None | Some(b'\n')).then_some((text, self.rows))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    fn fed(text: &[u8]) -> (Result<Fed, ArchiveError>, Vec<Vec<u8>>) {
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
        let all: Vec<u8> = blocks.into_iter().flatten().collect();
        assert!(all == rows, "a byte more or less is another row");
    }

    #[test]
    fn a_row_longer_than_a_block_comes_in_several() {
        let row = [vec![b'x'; 3 * BLOCK], b"\n1\n".to_vec()].concat();
        let (end, blocks) = fed(&[row.as_slice(), END_MARKER].concat());
        assert_eq!(end.unwrap(), Fed::Whole(2), "both rows");
        assert!(
            blocks.concat() == row,
            "nothing is lost, and nothing is held whole: {} blocks",
            blocks.len()
        );
        let (cut, _) = fed(&[vec![b'x'; BLOCK], END_MARKER.to_vec()].concat());
        assert!(
            matches!(cut, Err(ArchiveError::NoEndMarker { .. })),
            "a row that does not end is cut: {cut:?}"
        );
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
