//! The sockets of a PostgreSQL server: TCP, and Unix sockets where the system has them.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// An open socket.
#[derive(Debug)]
pub struct Socket(Kind);

#[derive(Debug)]
enum Kind {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

impl Socket {
    /// One over TCP.
    pub fn from_tcp(stream: TcpStream) -> Self {
        Self(Kind::Tcp(stream))
    }
}

/// Connects through the socket in this folder.
#[cfg(unix)]
pub async fn connect(folder: &Path, port: u16) -> io::Result<Socket> {
    let path = folder.join(format!(".s.PGSQL.{port}"));
    tokio::net::UnixStream::connect(path).await.map(|stream| Socket(Kind::Unix(stream)))
}

/// The client knows no such sockets here: the folder is taken for a host, whose name says what was meant when it
/// cannot be found.
#[cfg(not(unix))]
pub async fn connect(folder: &Path, port: u16) -> io::Result<Socket> {
    TcpStream::connect((&*folder.to_string_lossy(), port)).await.map(Socket::from_tcp)
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            #[cfg(unix)]
            Kind::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            #[cfg(unix)]
            Kind::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_flush(context),
            #[cfg(unix)]
            Kind::Unix(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            #[cfg(unix)]
            Kind::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
