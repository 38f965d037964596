//! How the files of an archive are compressed, and decoding them to their true end.
//!
//! Stricter than pg_restore, which takes a cut or a damaged second half of some files for their end: here
//! a file is whole members or frames up to its last byte, or it is refused.

use std::io::{BufRead, Error, ErrorKind, Read};

/// Bytes decoded at a time.
const OUTPUT_BLOCK: usize = 128 * 1024;

/// The compression of one data file, told by its name as pg_restore does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Not compressed.
    Plain,
    /// gzip: `.gz`.
    Gzip,
    /// zstd: `.zst`.
    Zstd,
    /// LZ4 frames: `.lz4`.
    Lz4,
}

impl Codec {
    /// All codecs in the order in which pg_restore looks for a file.
    pub const ALL: [Codec; 4] = [Self::Plain, Self::Gzip, Self::Lz4, Self::Zstd];

    /// What it adds to a file's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
            Self::Lz4 => ".lz4",
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "uncompressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        }
    }

    /// The codec that a file's name tells.
    pub fn of_file_name(name: &str) -> Self {
        [Self::Gzip, Self::Zstd, Self::Lz4]
            .into_iter()
            .find(|codec| name.ends_with(codec.suffix()))
            .unwrap_or(Self::Plain)
    }

    /// Decodes everything that `stored` holds and hands it to `sink` block by block.
    ///
    /// # Errors
    /// What `stored` fails with; `InvalidData` or `UnexpectedEof` for damaged and cut data, or for anything
    /// behind its end.
    pub(super) fn decode(self, stored: &mut dyn BufRead, sink: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        match self {
            Self::Plain => plain(stored, sink),
            // Checks CRC and length of each member; after one there must be another or the end of the file.
            Self::Gzip => pump(&mut flate2::bufread::MultiGzDecoder::new(stored), sink),
            Self::Zstd => zstd_frames(stored, sink),
            Self::Lz4 => lz4_frames(stored, sink),
        }
    }
}

fn plain(stored: &mut dyn BufRead, sink: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
    loop {
        let block = stored.fill_buf()?;
        if block.is_empty() {
            return Ok(());
        }
        sink(block);
        let length = block.len();
        stored.consume(length);
    }
}

/// Reads until a decoder says that there is no more.
fn pump(decoder: &mut dyn Read, sink: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
    let mut block = vec![0; OUTPUT_BLOCK];
    loop {
        match decoder.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(length) => sink(&block[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn zstd_frames(stored: &mut dyn BufRead, sink: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
    if stored.fill_buf()?.is_empty() {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the file is empty"));
    }
    // Goes on over all frames and refuses one that is cut.
    pump(&mut zstd::stream::read::Decoder::with_buffer(stored)?, sink)
}

/// lz4_flex ends quietly where the file ends, even within a frame. So each frame is decoded by itself, and
/// a decoder that saw the end of the file while it still looked for a block was not at its frame's end.
fn lz4_frames(stored: &mut dyn BufRead, sink: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
    while !stored.fill_buf()?.is_empty() {
        let mut decoder = lz4_flex::frame::FrameDecoder::new(EndSeen { inner: &mut *stored, seen: false });
        pump(&mut decoder, sink)?;
        if decoder.get_ref().seen {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the file ends inside a frame"));
        }
    }
    Ok(())
}

/// Remembers whether somebody read at the end of the file.
struct EndSeen<'a> {
    inner: &'a mut dyn BufRead,
    seen: bool,
}

impl Read for EndSeen<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let length = self.inner.read(into)?;
        self.seen |= length == 0 && !into.is_empty();
        Ok(length)
    }
}
