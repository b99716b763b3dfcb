//! The data connection: ours to the server (passive), or the server's to us (active).

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::io::AsyncRead;

use crate::rt::net::{Listener, Stream};
use crate::rt::time::timeout;

/// Most connections from strangers that are turned away while the server's is awaited.
const MAX_STRANGERS: usize = 16;

/// The data connection in each of its states.
#[derive(Default)]
pub enum Data {
    /// None, or closed.
    #[default]
    None,
    /// On its way, under its deadline.
    Opening(BoxFuture<'static, io::Result<Stream>>),
    /// Open.
    Open(Stream),
}

/// What happened to it.
#[derive(Debug)]
pub enum Happened {
    /// It opened, or failed to.
    Opened(io::Result<()>),
    /// So many bytes were read; 0 is its end.
    Read(io::Result<usize>),
}

impl Data {
    /// A connection to the control connection's peer, at the port that a 227 or 229 named.
    pub fn connect(addr: SocketAddr, deadline: Duration) -> Self {
        Self::Opening(Box::pin(async move {
            timeout(deadline, Stream::connect(addr))
                .await
                .unwrap_or(Err(io::ErrorKind::TimedOut.into()))
        }))
    }

    /// A connection from the control connection's peer, and from nobody else. When it is overdue is
    /// for the caller to say: the server calls after the transfer command.
    pub fn accept(listener: Listener, from: SocketAddr) -> Self {
        Self::Opening(Box::pin(accept_from(listener, from)))
    }

    /// Drives it one step. An open connection is read into `buf` if there is room.
    pub fn poll(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<Happened> {
        match self {
            Self::None => Poll::Pending,
            Self::Opening(opening) => match opening.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(stream)) => {
                    *self = Self::Open(stream);
                    Poll::Ready(Happened::Opened(Ok(())))
                }
                Poll::Ready(Err(error)) => {
                    *self = Self::None;
                    Poll::Ready(Happened::Opened(Err(error)))
                }
            },
            Self::Open(_) if buf.is_empty() => Poll::Pending,
            Self::Open(stream) => Pin::new(stream).poll_read(cx, buf).map(Happened::Read),
        }
    }
}

async fn accept_from(listener: Listener, from: SocketAddr) -> io::Result<Stream> {
    let mut failure = io::ErrorKind::PermissionDenied.into();
    for _ in 0..=MAX_STRANGERS {
        match listener.accept().await {
            Ok((stream, peer)) if peer.ip() == from.ip() => return Ok(stream),
            Ok(_) => {}
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Opening(_) => "Opening",
            Self::Open(_) => "Open",
        })
    }
}
