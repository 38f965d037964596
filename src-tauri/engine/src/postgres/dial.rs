//! Opens the socket of a connection, and bounds what a server may send until it has shown that it is one.
//!
//! The client library reads a message as long as it is announced, also before anybody has logged in: whoever answers
//! at an address could fill the memory of this machine. It knows no TLS and no login.

use super::classify;
use super::connection::{Host, ResolvedConnection};
use super::error::PostgresError;
use crate::platform::sockets;
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that a server may send until the session is ready: certificates, settings and notices are a few thousand.
const BEFORE_READY: u64 = 1024 * 1024;

/// How many bytes may still be read of a stream.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    /// As long as the server has not shown what it is.
    pub(super) fn before_ready() -> Self {
        Self(Arc::new(AtomicU64::new(BEFORE_READY)))
    }

    /// The session is ready: what is asked from now on may have long answers.
    pub(super) fn lift(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }
}

/// A stream that fails once its allowance is used up.
#[derive(Debug)]
pub(super) struct Bounded<S> {
    inner: S,
    allowance: Allowance,
}

impl<S> Bounded<S> {
    pub(super) fn new(inner: S, allowance: Allowance) -> Self {
        Self { inner, allowance }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let left = self.allowance.0.load(Ordering::Relaxed);
        if left == 0 {
            let words = "more was sent before the login than any PostgreSQL server sends";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, words)));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        if left != u64::MAX {
            let read = (buffer.filled().len() - before) as u64;
            // Lifted meanwhile means that it counts no more.
            let _ = self.allowance.0.compare_exchange(
                left,
                left.saturating_sub(read),
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
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

/// Opens the socket of a connection.
pub(super) async fn dial(connection: &ResolvedConnection) -> Result<sockets::Socket, PostgresError> {
    let failed = |error: io::Error| classify::io_failure(&error, connection);
    match (&connection.host, connection.hostaddr) {
        (Host::Socket(folder), _) => sockets::connect(folder, connection.port).await.map_err(failed),
        (Host::Tcp(_), Some(address)) => {
            tcp(&[SocketAddr::new(address, connection.port)]).await.map_err(failed)
        }
        (Host::Tcp(name), None) => {
            let unknown = |_| PostgresError::UnknownHost { host: name.clone() };
            let found = tokio::net::lookup_host((name.as_str(), connection.port)).await.map_err(unknown)?;
            let addresses: Vec<SocketAddr> = found.collect();
            if addresses.is_empty() {
                return Err(PostgresError::UnknownHost { host: name.clone() });
            }
            tcp(&addresses).await.map_err(failed)
        }
    }
}

/// The first of these addresses that answers.
async fn tcp(addresses: &[SocketAddr]) -> io::Result<sockets::Socket> {
    let stream = TcpStream::connect(addresses).await?;
    stream.set_nodelay(true)?;
    // A snapshot is held for hours without a word; firewalls forget silent connections.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(15))
        .with_retries(4);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(sockets::Socket::from_tcp(stream))
}
