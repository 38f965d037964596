//! Deflate by ISA-L: four times as fast as zlib's second level, and as small, on rows of text.
//!
//! The only place that calls C for the copying engine. A stream begins with an empty window, takes blocks of any size,
//! and ends on a byte's border without the mark of a last block, so that streams put together are one.
//! <https://github.com/intel/isa-l/blob/master/include/igzip_lib.h>

use super::ROOM;
use isal_sys::igzip_lib::{
    COMP_OK, IGZIP_DEFLATE, ISAL_DEF_LVL1_DEFAULT, NO_FLUSH, SYNC_FLUSH, isal_deflate, isal_deflate_init,
    isal_deflate_reset, isal_zstream,
};
use std::io;
use std::mem::MaybeUninit;

/// A stream that is being compressed.
pub(super) struct Igzip {
    /// Made ready by `isal_deflate_init`, which leaves some of its buffers as they are.
    stream: Box<MaybeUninit<isal_zstream>>,
    /// What the stream points to; it must live as long. The library keeps pointers in it, so it is aligned for them.
    _workspace: Vec<u64>,
}

// SAFETY: the stream points to its workspace alone, which moves with it; input and output are named anew for each call.
unsafe impl Send for Igzip {}

/// What a call is to do with what it still holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flush {
    Nothing,
    All,
}

impl Igzip {
    /// Begins a stream; none where there is no such library.
    pub(super) fn new() -> Option<Self> {
        let mut stream = Box::<isal_zstream>::new_uninit();
        let mut workspace = vec![0u64; ISAL_DEF_LVL1_DEFAULT as usize / size_of::<u64>()];
        let raw = stream.as_mut_ptr();
        // SAFETY: init takes memory of that size in any state, and sets all fields that are not set here; the
        // workspace lies on the heap and stays where it is.
        unsafe {
            isal_deflate_init(raw);
            (*raw).level = 1;
            (*raw).level_buf = workspace.as_mut_ptr().cast();
            (*raw).level_buf_size = ISAL_DEF_LVL1_DEFAULT;
            (*raw).gzip_flag = IGZIP_DEFLATE as u16;
            (*raw).end_of_stream = 0;
        }
        Some(Self { stream, _workspace: workspace })
    }

    /// Compresses a block; what comes of it is added to `out`.
    pub(super) fn encode(&mut self, block: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        // The library counts in 32 bits.
        block.chunks(1 << 30).try_for_each(|part| self.run(part, Flush::Nothing, out))
    }

    /// Writes what is still held, up to a byte's border. The next block begins another stream.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.run(&[], Flush::All, out)?;
        // SAFETY: the stream was made ready by `new`, of which reset keeps level, workspace and form, and forgets the rest.
        unsafe { isal_deflate_reset(self.stream.as_mut_ptr()) };
        Ok(())
    }

    fn run(&mut self, input: &[u8], flush: Flush, out: &mut Vec<u8>) -> io::Result<()> {
        let raw = self.stream.as_mut_ptr();
        // SAFETY: the stream was made ready by `new`. The library reads `avail_in` bytes from `next_in`, which it does
        // not write to, and writes at most `avail_out` bytes to `next_out`, for which room was made; so many of them
        // as it says are set.
        unsafe {
            (*raw).next_in = input.as_ptr().cast_mut();
            (*raw).avail_in = input.len() as u32;
            (*raw).flush = if flush == Flush::All { SYNC_FLUSH } else { NO_FLUSH } as u16;
            loop {
                out.reserve(ROOM);
                (*raw).next_out = out.as_mut_ptr().add(out.len());
                (*raw).avail_out = ROOM as u32;
                let code = isal_deflate(raw);
                if code != COMP_OK as i32 {
                    return Err(io::Error::other(format!("igzip refused to compress, with code {code}")));
                }
                let left = (*raw).avail_out as usize;
                out.set_len(out.len() + ROOM - left);
                // With room left, all that was given is taken, and all that was to be flushed is out.
                if left > 0 && (*raw).avail_in == 0 {
                    return Ok(());
                }
            }
        }
    }
}
