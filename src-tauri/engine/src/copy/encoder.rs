//! Compresses one range of a table after another, so that their outputs put together are one file.
//!
//! zstd: a frame with a checksum for each range (pg_restore's reader goes on over frames). gzip: all ranges are one
//! member, each ended by a sync flush, because zlib's reader takes what follows a member's end for rubbish in silence.

use super::ROOM;
use super::deflate::Deflate;
use flate2::Crc;
use std::io;
use zstd::stream::raw::{CParameter, Encoder as ZstdEncoder, InBuffer, Operation, OutBuffer};

/// The shortest repetition in bytes that zstd's second level looks for, instead of 6: rows of numbers and dates repeat in
/// short pieces that cost time and save nothing. Measured on rows of orders, logs, JSON and noise with `zstd -b2
/// --zstd=mml=7`: 5 to 15 % faster, and from 2 % smaller to 2 % larger.
const SHORTEST: u32 = 7;

/// How files are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip of this level, 1 to 9.
    Gzip(u32),
    /// zstd of this level, 1 to 19.
    Zstd(u32),
}

impl Packing {
    /// What it adds to a file's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip(_) => ".gz",
            Self::Zstd(_) => ".zst",
        }
    }

    /// What stands before the first range: gzip's head without name and time, of an unknown system (RFC 1952).
    pub(super) fn head(self) -> &'static [u8] {
        match self {
            Self::Gzip(_) => &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255],
            Self::Plain | Self::Zstd(_) => &[],
        }
    }

    /// What stands behind the last range: gzip's last block, which is empty, the checksum and the length modulo 2^32.
    pub(super) fn tail(self, whole: &Crc) -> Vec<u8> {
        match self {
            Self::Gzip(_) => {
                let mut tail = vec![3, 0];
                tail.extend(whole.sum().to_le_bytes());
                tail.extend(whole.amount().to_le_bytes());
                tail
            }
            Self::Plain | Self::Zstd(_) => Vec::new(),
        }
    }
}

/// Compresses one range after another.
pub(super) struct Encoder {
    kind: Kind,
    crc: Crc,
}

enum Kind {
    Plain,
    Gzip(Deflate),
    Zstd(ZstdEncoder<'static>),
}

impl Encoder {
    /// Begins the first range.
    pub(super) fn new(packing: Packing) -> io::Result<Self> {
        let kind = match packing {
            Packing::Plain => Kind::Plain,
            Packing::Gzip(level) => Kind::Gzip(Deflate::new(level)),
            Packing::Zstd(level) => {
                let mut encoder = ZstdEncoder::new(i32::try_from(level).unwrap_or(1))?;
                encoder.set_parameter(CParameter::ChecksumFlag(true))?;
                if level == 2 {
                    encoder.set_parameter(CParameter::MinMatch(SHORTEST))?;
                }
                Kind::Zstd(encoder)
            }
        };
        Ok(Self { kind, crc: Crc::new() })
    }

    /// Compresses a block; what comes of it is added to `out`.
    pub(super) fn encode(&mut self, block: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.kind {
            Kind::Plain => out.extend_from_slice(block),
            Kind::Gzip(deflate) => {
                self.crc.update(block);
                deflate.encode(block, out)?;
            }
            Kind::Zstd(zstd) => {
                let mut input = InBuffer::around(block);
                while input.pos() < block.len() {
                    into_room(out, |room| zstd.run(&mut input, room))?;
                }
            }
        }
        Ok(())
    }

    /// Ends the range, and tells its checksum and length. The next block begins another range: what a compressor is made
    /// of is kept, as small tables are compressed sooner than it is made.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<Crc> {
        match &mut self.kind {
            Kind::Plain => {}
            Kind::Gzip(deflate) => deflate.finish(out)?,
            Kind::Zstd(zstd) => {
                while into_room(out, |room| zstd.finish(room, true))? != 0 {}
                zstd.reinit()?;
            }
        }
        Ok(std::mem::replace(&mut self.crc, Crc::new()))
    }
}

/// Gives zstd room behind what is there already.
fn into_room<T>(
    out: &mut Vec<u8>,
    work: impl FnOnce(&mut OutBuffer<'_, Vec<u8>>) -> io::Result<T>,
) -> io::Result<T> {
    out.reserve(ROOM);
    let at = out.len();
    work(&mut OutBuffer::around_pos(out, at))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Read;

    /// A file of these ranges.
    fn file(packing: Packing, ranges: &[Vec<u8>]) -> Vec<u8> {
        file_of_blocks(packing, ranges, 100_000)
    }

    /// A file of these ranges, which come in blocks of this size.
    fn file_of_blocks(packing: Packing, ranges: &[Vec<u8>], block: usize) -> Vec<u8> {
        let mut out = packing.head().to_vec();
        let mut whole = Crc::new();
        // One for them all: nothing of a range may be left in the next one.
        let mut encoder = Encoder::new(packing).unwrap();
        for range in ranges {
            range.chunks(block).for_each(|block| encoder.encode(block, &mut out).unwrap());
            whole.combine(&encoder.finish(&mut out).unwrap());
        }
        out.extend(packing.tail(&whole));
        out
    }

    #[test]
    fn ranges_that_are_compressed_apart_are_one_file() {
        let text =
            |from: u32, to: u32| (from..to).flat_map(|n| format!("{n}\tvalue\n").into_bytes()).collect();
        let noise: Vec<u8> = (0..300_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let ranges: Vec<Vec<u8>> = vec![text(0, 50_000), Vec::new(), noise, text(7, 9)];
        let all = ranges.concat();
        for level in [1, 2, 6] {
            let gzip = file(Packing::Gzip(level), &ranges);
            let mut read = Vec::new();
            let mut member = flate2::bufread::GzDecoder::new(gzip.as_slice());
            member.read_to_end(&mut read).unwrap();
            assert!(read == all, "level {level}: one member holds all: a reader may stop behind the first");
            assert!(member.into_inner().is_empty(), "level {level}: and nothing follows it");
        }
        let zstd = file(Packing::Zstd(1), &ranges);
        assert!(zstd::decode_all(zstd.as_slice()).unwrap() == all, "frames are read one after the other");
        let mut flipped = zstd.clone();
        let last = flipped.len() - 2;
        flipped[last] ^= 1;
        assert!(zstd::decode_all(flipped.as_slice()).is_err(), "each frame has a checksum");
        assert!(file(Packing::Plain, &ranges) == all, "plain is plain");
    }

    #[test]
    fn blocks_of_every_size_are_one_member() {
        let rows =
            |from: usize| (from..from + 90).flat_map(|n| format!("{n}\tvalue\n").into_bytes()).collect();
        let noise: Vec<u8> = (0..700_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let ranges: [Vec<u8>; 4] = [rows(0), Vec::new(), noise, rows(7)];
        let all = ranges.concat();
        for (level, block) in [2, 6].into_iter().flat_map(|level| (1..=1300).map(move |block| (level, block)))
        {
            let gzip = file_of_blocks(Packing::Gzip(level), &ranges, block);
            let (mut member, mut read) = (flate2::bufread::GzDecoder::new(gzip.as_slice()), Vec::new());
            member.read_to_end(&mut read).unwrap();
            assert!(read == all, "level {level}, blocks of {block}: all must come back as it was");
            assert!(member.into_inner().is_empty(), "level {level}, blocks of {block}: one member");
        }
        // No block at all, and one that is empty.
        let mut encoder = Encoder::new(Packing::Gzip(2)).unwrap();
        let mut out = Packing::Gzip(2).head().to_vec();
        encoder.encode(&[], &mut out).unwrap();
        let sum = encoder.finish(&mut out).unwrap();
        out.extend(Packing::Gzip(2).tail(&sum));
        for empty in [out, file(Packing::Gzip(2), &[])] {
            let mut read = Vec::new();
            flate2::read::GzDecoder::new(empty.as_slice()).read_to_end(&mut read).unwrap();
            assert!(read.is_empty(), "nothing is nothing");
        }
    }

    #[cfg(unix)]
    #[test]
    fn gzip_itself_finds_nothing_wrong() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(|n| format!("{n}\tvalue\n").into_bytes()).collect();
        let ranges: Vec<Vec<u8>> = text.chunks(777_777).map(<[u8]>::to_vec).collect();
        let folder = tempfile::tempdir().unwrap();
        for level in [1, 2, 3, 6] {
            let path = folder.path().join(format!("{level}.gz"));
            std::fs::write(&path, file(Packing::Gzip(level), &ranges)).unwrap();
            let told = std::process::Command::new("gzip").arg("-t").arg(&path).output().unwrap();
            // It warns of what follows a member, and succeeds.
            let words = String::from_utf8_lossy(&told.stderr).into_owned();
            assert!(told.status.success() && words.is_empty(), "level {level}: {words}");
        }
    }
}
