//! One range being compressed, with what its connection compresses them all with.

use super::carry::Work;
use super::encoder::{Encoder, Packing};
use super::error::CopyError;
use crate::archive::row_sum::RowSum;
use flate2::Crc;

/// What pg_dump writes behind the rows of a table (pg_dump.c: dumpTableData_copy).
const END_MARK: &[u8] = b"\\.\n\n\n";

/// Compressed bytes that are written together.
const CHUNK: usize = 256 * 1024;

/// What a connection compresses with, one range after another.
pub(super) struct Press {
    encoder: Encoder,
    out: Vec<u8>,
}

impl Press {
    pub(super) fn new(packing: Packing) -> Result<Self, CopyError> {
        let encoder = Encoder::new(packing).map_err(|error| CopyError::Unexpected(error.to_string()))?;
        Ok(Self { encoder, out: Vec::with_capacity(2 * CHUNK) })
    }
}

/// A range that is being compressed.
pub(super) struct Part<'a> {
    work: &'a Work,
    press: &'a mut Press,
    table: usize,
    range: usize,
    sum: RowSum,
}

impl<'a> Part<'a> {
    pub(super) fn begin(work: &'a Work, press: &'a mut Press, table: usize, range: usize) -> Self {
        work.whole_moved_on(table);
        Self { work, press, table, range, sum: RowSum::default() }
    }

    /// Takes the next block. It may wait for room, which is why it has the thread for itself.
    pub(super) fn take(&mut self, block: &[u8]) -> Result<(), CopyError> {
        self.sum.push(block);
        self.encode(block)?;
        if self.press.out.len() >= CHUNK {
            let full = std::mem::replace(&mut self.press.out, Vec::with_capacity(2 * CHUNK));
            self.work.files.put(self.table, self.range, full)?;
            self.work.whole_moved_on(self.table);
        }
        Ok(())
    }

    /// Ends the range, and tells the sum of its rows.
    pub(super) fn end(mut self) -> Result<RowSum, CopyError> {
        if self.range + 1 == self.work.ranges[self.table].len() {
            self.encode(END_MARK)?;
        }
        let Self { work, press, table, range, sum } = self;
        let whole: Crc =
            press.encoder.finish(&mut press.out).map_err(CopyError::io(&work.files.path(table)))?;
        // What is left is little: the room that it came in is the next range's.
        let last = press.out.drain(..).collect();
        work.files.put(table, range, last)?;
        work.files.end(table, range, whole)?;
        Ok(sum)
    }

    fn encode(&mut self, block: &[u8]) -> Result<(), CopyError> {
        let made = self.press.encoder.encode(block, &mut self.press.out);
        made.map_err(CopyError::io(&self.work.files.path(self.table)))
    }
}
