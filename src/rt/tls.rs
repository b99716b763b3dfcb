//! TLS on a connection to an FTP server (RFC 4217). The one folder that names a TLS library; without
//! the cargo feature `tls` there is none, and everything here goes in plain text.

#[cfg_attr(feature = "tls", path = "tls/rustls.rs")]
#[cfg_attr(not(feature = "tls"), path = "tls/none.rs")]
mod library;
#[cfg(feature = "tls")]
mod paced;
#[cfg(feature = "tls")]
mod verify;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::io::{AsyncRead, AsyncWrite};

use super::net::Stream;
pub use library::{Secured, Session, Trust};

/// A connection to an FTP server.
#[derive(Debug)]
pub enum Channel {
    /// In plain text.
    Plain(Stream),
    /// Under TLS. Its end without close_notify is an error ([`io::ErrorKind::UnexpectedEof`]), and
    /// dropping it says close_notify.
    Tls(Box<Secured>),
    /// Neither: its handshake is under way, or failed.
    Closed,
}

impl Channel {
    /// Our own end's address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream()?.local_addr()
    }

    /// The other end's address.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream()?.peer_addr()
    }

    fn stream(&self) -> io::Result<&Stream> {
        match self {
            Self::Plain(stream) => Ok(stream),
            Self::Tls(secured) => Ok(secured.stream()),
            Self::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn io(&mut self) -> io::Result<Pin<&mut (dyn Io + '_)>> {
        match self {
            Self::Plain(stream) => Ok(Pin::new(stream)),
            Self::Tls(secured) => Ok(Pin::new(&mut **secured)),
            Self::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

impl AsyncRead for Channel {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.io()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Channel {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io()?.poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io()?.poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io()?.poll_close(cx)
    }
}
