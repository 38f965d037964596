//! Takes the rows of `COPY … TO STDOUT` off a connection before the client library sees them.
//!
//! The library would make a message of each row. Here the bytes of the rows are gathered into large blocks as they
//! come off the wire, and the library sees the statement begin and end. The messages are those of PostgreSQL's
//! protocol 3 (the manual, "Message Formats"): a letter, a length that counts itself, the rest.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_util::sync::PollSender;

/// Bytes of rows that are handed on together.
pub(super) const BLOCK: usize = 512 * 1024;

/// Bytes that are read from the socket at once.
const READ: usize = 256 * 1024;

/// Bytes of a message's letter and length.
const HEAD: usize = 5;

/// What comes of a COPY.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Whole rows, or parts of a long one.
    Rows(Vec<u8>),
    /// The server sent all of them.
    End,
}

/// A stream whose COPY rows go elsewhere.
#[derive(Debug)]
pub(super) struct Tap<S> {
    inner: S,
    out: PollSender<Piece>,
    /// What was read and not looked at yet.
    read: Box<[u8]>,
    at: usize,
    end: usize,
    within: Within,
    block: Vec<u8>,
    /// What waits for room in the channel.
    ready: Option<Piece>,
}

/// Where in a message the reading stands.
#[derive(Debug, Clone, Copy)]
enum Within {
    /// In its head, of which so much is there.
    Head { have: usize, head: [u8; HEAD] },
    /// In the head that goes to the library.
    Told { from: usize, head: [u8; HEAD], left: usize },
    /// In what goes to the library.
    Passed { left: usize },
    /// In a row.
    Row { left: usize },
    /// In what nobody needs.
    Skipped { left: usize },
}

impl Within {
    const NEXT: Self = Self::Head { have: 0, head: [0; HEAD] };
}

impl<S> Tap<S> {
    /// Rows go to `out`; when nobody takes them, the stream fails.
    pub(super) fn new(inner: S, out: mpsc::Sender<Piece>) -> Self {
        Self {
            inner,
            out: PollSender::new(out),
            read: vec![0; READ].into_boxed_slice(),
            at: 0,
            end: 0,
            within: Within::NEXT,
            block: Vec::new(),
            ready: None,
        }
    }

    /// Looks at what was read until the library's buffer is full, a block is ready, or nothing is left.
    fn look(&mut self, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
        loop {
            match self.within {
                Within::Head { have: HEAD, head } => self.begin(head)?,
                Within::Head { have, mut head } => {
                    let take = (HEAD - have).min(self.end - self.at);
                    if take == 0 {
                        return Ok(());
                    }
                    head[have..have + take].copy_from_slice(&self.read[self.at..self.at + take]);
                    self.at += take;
                    self.within = Within::Head { have: have + take, head };
                }
                Within::Told { from, head, left } => {
                    let take = (HEAD - from).min(buffer.remaining());
                    buffer.put_slice(&head[from..from + take]);
                    self.within = match from + take {
                        HEAD => Within::Passed { left },
                        from => Within::Told { from, head, left },
                    };
                    if buffer.remaining() == 0 {
                        return Ok(());
                    }
                }
                Within::Passed { left: 0 } | Within::Skipped { left: 0 } => self.within = Within::NEXT,
                Within::Row { left: 0 } => {
                    self.within = Within::NEXT;
                    if self.block.len() >= BLOCK {
                        self.ready = Some(Piece::Rows(std::mem::take(&mut self.block)));
                        return Ok(());
                    }
                }
                Within::Passed { left } => {
                    let take = left.min(self.end - self.at).min(buffer.remaining());
                    if take == 0 {
                        return Ok(());
                    }
                    buffer.put_slice(&self.read[self.at..self.at + take]);
                    self.at += take;
                    self.within = Within::Passed { left: left - take };
                }
                Within::Row { left } => {
                    let take = left.min(self.end - self.at);
                    if take == 0 {
                        return Ok(());
                    }
                    if self.block.capacity() == 0 {
                        self.block.reserve_exact(BLOCK + BLOCK / 8);
                    }
                    self.block.extend_from_slice(&self.read[self.at..self.at + take]);
                    self.at += take;
                    self.within = Within::Row { left: left - take };
                    // A row may be a gigabyte.
                    if self.block.len() >= BLOCK {
                        self.ready = Some(Piece::Rows(std::mem::take(&mut self.block)));
                        return Ok(());
                    }
                }
                Within::Skipped { left } => {
                    let take = left.min(self.end - self.at);
                    if take == 0 {
                        return Ok(());
                    }
                    self.at += take;
                    self.within = Within::Skipped { left: left - take };
                }
            }
        }
    }

    /// A message's head is whole.
    fn begin(&mut self, head: [u8; HEAD]) -> io::Result<()> {
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let Some(left) = length.checked_sub(HEAD - 1) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a message that is shorter than its length",
            ));
        };
        self.within = match head[0] {
            // CopyOutResponse: what an earlier COPY left unfinished is forgotten.
            b'H' => {
                self.block.clear();
                Within::Skipped { left }
            }
            // CopyData.
            b'd' => Within::Row { left },
            // CopyDone.
            b'c' => {
                self.ready = Some(Piece::End);
                Within::Skipped { left }
            }
            _ => Within::Told { from: 0, head, left },
        };
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        let before = buffer.filled().len();
        loop {
            while let Some(piece) = tap.ready.take() {
                // The rows before the end go first.
                let (now, later) = match piece {
                    Piece::End if !tap.block.is_empty() => {
                        (Piece::Rows(std::mem::take(&mut tap.block)), Some(Piece::End))
                    }
                    piece => (piece, None),
                };
                let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes the rows");
                match tap.out.poll_reserve(context) {
                    Poll::Ready(reserved) => {
                        reserved.map_err(gone)?;
                        tap.out.send_item(now).map_err(gone)?;
                        tap.ready = later;
                    }
                    Poll::Pending => {
                        if later.is_some()
                            && let Piece::Rows(rows) = now
                        {
                            tap.block = rows;
                            tap.ready = later;
                        } else {
                            tap.ready = Some(now);
                        }
                        return waiting(buffer, before);
                    }
                }
            }
            tap.look(buffer)?;
            if tap.ready.is_some() {
                continue;
            }
            if buffer.remaining() == 0 || buffer.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
            let mut read = ReadBuf::new(&mut tap.read);
            match Pin::new(&mut tap.inner).poll_read(context, &mut read) {
                Poll::Ready(Ok(())) if read.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => (tap.at, tap.end) = (0, read.filled().len()),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return waiting(buffer, before),
            }
        }
    }
}

/// Nothing more at present; what is there already is handed on.
fn waiting(buffer: &ReadBuf<'_>, before: usize) -> Poll<io::Result<()>> {
    if buffer.filled().len() > before { Poll::Ready(Ok(())) } else { Poll::Pending }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// Taps what comes out of TLS.
pub(super) struct TapTls<T> {
    inner: T,
    out: mpsc::Sender<Piece>,
}

impl<T> TapTls<T> {
    /// Rows go to `out`.
    pub(super) fn new(inner: T, out: mpsc::Sender<Piece>) -> Self {
        Self { inner, out }
    }
}

impl<S, T> TlsConnect<S> for TapTls<T>
where
    T: TlsConnect<S>,
    T::Future: Send + 'static,
{
    type Stream = Tap<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let (handshake, out) = (self.inner.connect(stream), self.out);
        Box::pin(async move { Ok(Tap::new(handshake.await?, out)) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn message(letter: u8, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(rest.len() + 4).unwrap().to_be_bytes();
        [&[letter], length.as_slice(), rest].concat()
    }

    /// What the library and what the channel get of these bytes, which come in parts of `part` bytes.
    async fn told(bytes: &[u8], part: usize) -> (Vec<u8>, Vec<u8>, usize) {
        let (mut server, client) = tokio::io::duplex(64);
        let (out, mut pieces) = mpsc::channel(1);
        let mut tap = Tap::new(client, out);
        let bytes = bytes.to_vec();
        let sending = async move {
            for chunk in bytes.chunks(part) {
                server.write_all(chunk).await.unwrap();
            }
        };
        let reading = async move {
            let mut seen = Vec::new();
            tap.read_to_end(&mut seen).await.unwrap();
            seen
        };
        let taking = async move {
            let (mut rows, mut ends) = (Vec::new(), 0);
            while let Some(piece) = pieces.recv().await {
                match piece {
                    Piece::Rows(more) => rows.extend(more),
                    Piece::End => ends += 1,
                }
            }
            (rows, ends)
        };
        let ((), seen, (rows, ends)) = tokio::join!(sending, reading, taking);
        (seen, rows, ends)
    }

    #[tokio::test]
    async fn rows_go_to_the_channel_and_everything_else_to_the_library_however_they_are_cut() {
        let long = vec![b'x'; BLOCK * 2 + 7];
        let copy = [
            message(b'Z', b"I"),
            message(b'H', &[0, 0, 1, 0, 0]),
            message(b'd', b"1\tone\n"),
            message(b'd', &long),
            message(b'N', b"a notice in between\0"),
            message(b'd', b"2\ttwo\n"),
            message(b'c', b""),
            message(b'C', b"COPY 3\0"),
            message(b'Z', b"I"),
        ];
        let passed = [copy[0].clone(), copy[4].clone(), copy[7].clone(), copy[8].clone()].concat();
        let rows = [b"1\tone\n".as_slice(), &long, b"2\ttwo\n"].concat();
        for part in [1, 3, 5, 1000, usize::MAX] {
            let found = told(&copy.concat(), part).await;
            assert_eq!(found.0, passed, "the library must see its messages, in parts of {part} bytes");
            assert!(found.1 == rows, "a byte of a row is lost or moved, in parts of {part} bytes");
            assert_eq!(found.2, 1, "the end is told once");
        }
    }

    #[tokio::test]
    async fn a_copy_that_breaks_off_has_no_end_and_leaves_nothing_to_the_next() {
        let first = [message(b'H', b"x"), message(b'd', b"lost"), message(b'E', b"SERROR\0\0")].concat();
        let second = [message(b'H', b"x"), message(b'd', b"kept"), message(b'c', b"")].concat();
        let (_, rows, ends) = told(&first, 4).await;
        assert_eq!((rows.len(), ends), (0, 0), "a broken COPY must never look ended");
        let (_, rows, ends) = told(&[first, second].concat(), 4).await;
        assert_eq!((rows.as_slice(), ends), (b"kept".as_slice(), 1), "rows of another COPY are not ours");
    }

    #[tokio::test]
    async fn a_length_that_cannot_be_is_an_error() {
        let (mut server, client) = tokio::io::duplex(64);
        let mut tap = Tap::new(client, mpsc::channel(1).0);
        server.write_all(&[b'd', 0, 0, 0, 3]).await.unwrap();
        let error = tap.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "the reading would lose its place");
    }
}
