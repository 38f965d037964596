//! Decodes the rows of a table and hands them on in blocks, without the mark at their end.

use super::data::{DataKind, END_MARKER, check_handing_on};
use super::{ArchiveError, CancellationToken};
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes that a block holds at least, unless it is the last.
const BLOCK: usize = 512 * 1024;

/// How far a table was handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// To its end; so many rows.
    Whole(u64),
    /// The one who takes the blocks wanted no more.
    Stopped,
}

/// Checks a table's data file as a verification does, to its end, and gives its COPY text to `take` on the way; a break
/// ends it. Memory is a few blocks.
///
/// # Errors
/// The file cannot be read or decoded, or does not end as pg_dump ends one. What was given before is part of a damaged
/// table then.
pub fn feed(path: &Path, take: &mut dyn FnMut(Vec<u8>) -> ControlFlow<()>) -> Result<Fed, ArchiveError> {
    let stopped = CancellationToken::new();
    let mut cutter = Cutter::default();
    let checked = check_handing_on(path, DataKind::CopyText, &stopped, &|_| {}, &mut |decoded| {
        if !stopped.is_cancelled()
            && let Some(block) = cutter.push(decoded)
            && take(block).is_break()
        {
            stopped.cancel();
        }
    });
    if stopped.is_cancelled() {
        return Ok(Fed::Stopped);
    }
    let rows = checked?.rows.unwrap_or_default();
    let last = cutter.finish();
    if !last.is_empty() && take(last).is_break() {
        return Ok(Fed::Stopped);
    }
    Ok(Fed::Whole(rows))
}

/// Cuts text into blocks; the end is held back, as it is the mark.
#[derive(Default)]
struct Cutter(Vec<u8>);

impl Cutter {
    fn push(&mut self, more: &[u8]) -> Option<Vec<u8>> {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(BLOCK + BLOCK / 2);
        }
        self.0.extend_from_slice(more);
        let end = self.0.len().checked_sub(END_MARKER.len()).filter(|end| *end >= BLOCK)?;
        let mut rest = Vec::with_capacity(BLOCK + BLOCK / 2);
        rest.extend_from_slice(&self.0[end..]);
        let mut text = std::mem::replace(&mut self.0, rest);
        text.truncate(end);
        Some(text)
    }

    /// What is left of a text that ends with the mark.
    fn finish(mut self) -> Vec<u8> {
        self.0.truncate(self.0.len().saturating_sub(END_MARKER.len()));
        self.0
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
