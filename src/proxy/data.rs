//! The data connection: ours to the server (passive), or the server's to us (active).

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::io::AsyncRead;

use crate::gate::TlsFailure;
use crate::rt::net::{Listener, Stream};
use crate::rt::time::timeout;
use crate::rt::tls::{Channel, Secured, Session};

/// Most connections from strangers that are turned away while the server's is awaited.
const MAX_STRANGERS: usize = 16;

/// The data connection in each of its states.
#[derive(Default)]
pub enum Data {
    /// None, or closed.
    #[default]
    None,
    /// On its way, under its deadline.
    Opening(BoxFuture<'static, io::Result<Stream>>, Option<Session>),
    /// Connected, and to go under TLS when the transfer begins.
    Connected(Stream, Session),
    /// In its handshake, under its deadline.
    Securing(BoxFuture<'static, Result<Secured, TlsFailure>>),
    /// Open.
    Open(Channel),
}

/// What happened to it.
#[derive(Debug)]
pub enum Happened {
    /// It opened, or failed to.
    Opened(io::Result<()>),
    /// It is under TLS, and how, or is not.
    Secured(Result<String, TlsFailure>),
    /// So many bytes were read; 0 is its end.
    Read(io::Result<usize>),
}

impl Data {
    /// A connection to the control connection's peer, at the port that a 227 or 229 named, and for
    /// TLS if there is a session for it.
    pub fn connect(addr: SocketAddr, deadline: Duration, session: Option<Session>) -> Self {
        let connecting = async move {
            timeout(deadline, Stream::connect(addr))
                .await
                .unwrap_or(Err(io::ErrorKind::TimedOut.into()))
        };
        Self::Opening(Box::pin(connecting), session)
    }

    /// A connection from the control connection's peer, and from nobody else. When it is overdue is
    /// for the caller to say: the server calls after the transfer command.
    pub fn accept(listener: Listener, from: SocketAddr, session: Option<Session>) -> Self {
        Self::Opening(Box::pin(accept_from(listener, from)), session)
    }

    /// Whether it is connected, and to go under TLS.
    pub fn is_connected(&self) -> bool {
        matches!(self, Self::Connected(..))
    }

    /// Begins its handshake, if one is due. Servers answer none before the transfer; and one that a
    /// refusal would cut off costs a ticket, of which servers give two.
    pub fn secure(&mut self, deadline: Duration) {
        match std::mem::take(self) {
            Self::Connected(stream, session) => {
                *self = Self::Securing(Box::pin(async move {
                    let secured = timeout(deadline, session.secure(stream)).await;
                    secured.unwrap_or(Err(TlsFailure::Broken(io::ErrorKind::TimedOut)))
                }));
            }
            other => *self = other,
        }
    }

    /// Drives it one step. An open connection is read into `buf` if there is room.
    pub fn poll(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<Happened> {
        match self {
            Self::None => Poll::Pending,
            Self::Connected(..) => Poll::Pending,
            Self::Opening(opening, session) => match opening.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(stream)) => {
                    *self = match session.take() {
                        None => Self::Open(Channel::Plain(stream)),
                        Some(session) => Self::Connected(stream, session),
                    };
                    Poll::Ready(Happened::Opened(Ok(())))
                }
                Poll::Ready(Err(error)) => {
                    *self = Self::None;
                    Poll::Ready(Happened::Opened(Err(error)))
                }
            },
            Self::Securing(securing) => match securing.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(secured)) => {
                    let how = secured.describe();
                    *self = Self::Open(Channel::Tls(Box::new(secured)));
                    Poll::Ready(Happened::Secured(Ok(how)))
                }
                Poll::Ready(Err(failure)) => {
                    *self = Self::None;
                    Poll::Ready(Happened::Secured(Err(failure)))
                }
            },
            Self::Open(_) if buf.is_empty() => Poll::Pending,
            Self::Open(stream) => Pin::new(stream).poll_read(cx, buf).map(Happened::Read),
        }
    }
}

/// The next connection from `from`'s address; a few strangers are turned away.
pub(super) async fn accept_from(listener: Listener, from: SocketAddr) -> io::Result<Stream> {
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
            Self::Opening(..) => "Opening",
            Self::Connected(..) => "Connected",
            Self::Securing(_) => "Securing",
            Self::Open(_) => "Open",
        })
    }
}
