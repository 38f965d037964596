//! Deflate in pieces that are one stream when they are put together.
//!
//! The low levels are ISA-L's where it is; everything else is zlib's.

use super::ROOM;
use super::igzip::Igzip;
use flate2::{Compress, Compression, FlushCompress, Status};
use std::io;

/// Up to which level speed is asked for. ISA-L has one for them all.
const FAST: u32 = 3;

/// A piece that is being compressed.
pub(super) enum Deflate {
    Fast(Igzip),
    Small(Compress),
}

impl Deflate {
    /// Begins a piece at a level from 1 to 9.
    pub(super) fn new(level: u32) -> Self {
        match (level <= FAST).then(Igzip::new).flatten() {
            Some(igzip) => Self::Fast(igzip),
            None => Self::Small(Compress::new(Compression::new(level), false)),
        }
    }

    /// Compresses a block; what comes of it is added to `out`.
    pub(super) fn encode(&mut self, block: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        let zlib = match self {
            Self::Fast(igzip) => return igzip.encode(block, out),
            Self::Small(zlib) => zlib,
        };
        let mut rest = block;
        while !rest.is_empty() {
            out.reserve(ROOM);
            let before = zlib.total_in();
            zlib.compress_vec(rest, out, FlushCompress::None).map_err(io::Error::other)?;
            let taken = usize::try_from(zlib.total_in() - before).unwrap_or(rest.len());
            rest = &rest[taken.min(rest.len())..];
        }
        Ok(())
    }

    /// Ends the piece on a byte's border. The next block begins another piece.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let zlib = match self {
            Self::Fast(igzip) => return igzip.finish(out),
            Self::Small(zlib) => zlib,
        };
        loop {
            out.reserve(ROOM);
            let status = zlib.compress_vec(&[], out, FlushCompress::Sync).map_err(io::Error::other)?;
            // All is out once there is room left.
            if out.len() < out.capacity() || status == Status::BufError {
                zlib.reset();
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    /// What a reader makes of pieces that are put together, with the block that ends the stream.
    fn read(pieces: &[Vec<u8>]) -> Vec<u8> {
        let mut stream = pieces.concat();
        stream.extend([3, 0]);
        let (mut decoder, mut all) = (flate2::read::DeflateDecoder::new(stream.as_slice()), Vec::new());
        decoder.read_to_end(&mut all).unwrap();
        assert_eq!(decoder.total_in(), stream.len() as u64, "no piece may end the stream before its end");
        all
    }

    fn piece(level: u32, text: &[u8], block: usize) -> Vec<u8> {
        let (mut deflate, mut out) = (Deflate::new(level), Vec::new());
        text.chunks(block.max(1)).for_each(|block| deflate.encode(block, &mut out).unwrap());
        deflate.finish(&mut out).unwrap();
        out
    }

    /// Bytes that cannot be made smaller, the same each time.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn noise_that_fills_the_room_again_and_again_is_read_back() {
        // Its output is larger than the room of one call, also at the flush.
        for length in [0, 1, ROOM - 1, ROOM, ROOM + 1, 5 * ROOM + 77] {
            for level in [1, 6] {
                let text = noise(length);
                assert!(
                    read(&[piece(level, &text, length)]) == text,
                    "level {level}: {length} bytes must come back as they were"
                );
            }
        }
    }

    #[test]
    fn rows_are_as_small_at_once_as_at_the_level_that_takes_its_time() {
        let rows =
            |row: u32| format!("{row}\t2026-01-{:02} 00:00:00\t{}.25\topen\n", row % 28 + 1, row * 7 % 997);
        let text: Vec<u8> = (0..60_000).flat_map(|row| rows(row).into_bytes()).collect();
        let (fast, small) = (piece(2, &text, 1 << 20).len(), piece(6, &text, 1 << 20).len());
        assert!(fast * 10 < small * 13, "{fast} bytes against {small}: speed must not cost the disk");
    }

    #[test]
    fn a_piece_is_the_same_whatever_was_compressed_before_it() {
        for level in [1, 6] {
            let mut deflate = Deflate::new(level);
            for text in [noise(3 * ROOM), b"1\t2\n".repeat(9000), Vec::new(), noise(77)] {
                let mut out = Vec::new();
                deflate.encode(&text, &mut out).unwrap();
                deflate.finish(&mut out).unwrap();
                assert!(
                    out == piece(level, &text, text.len()),
                    "level {level}: it refers to nothing but itself"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn pieces_of_any_bytes_in_blocks_of_any_size_are_one_stream(
            texts in prop::collection::vec(prop::collection::vec(prop_oneof![Just(b'\t'), Just(b'1'), any::<u8>()], 0..5000), 0..5),
            block in 1usize..700,
            level in 1u32..=9,
        ) {
            let pieces: Vec<Vec<u8>> = texts.iter().map(|text| piece(level, text, block)).collect();
            prop_assert_eq!(read(&pieces), texts.concat());
        }
    }
}
