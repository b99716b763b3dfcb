//! TCP streams and listeners, and the resolver.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_io::Async;
use async_lock::Semaphore;
use futures::io::{AsyncRead, AsyncWrite};
use rustix::net::{Shutdown, listen, shutdown, sockopt};

/// Connections that the kernel holds for us between two accepts.
const BACKLOG: i32 = 1024;

/// Most lookups of names under way. They share their threads with local files.
const MAX_LOOKUPS: usize = 64;

static LOOKUPS: Semaphore = Semaphore::new(MAX_LOOKUPS);

/// A TCP connection. Closing it as a writer is a half-close: the peer sees the end, and we can
/// still read.
#[derive(Debug)]
pub struct Stream(Async<TcpStream>);

impl Stream {
    /// Connects to `addr`, with TCP_NODELAY: every write of ours is a whole flight or a large block.
    ///
    /// # Errors
    ///
    /// What the socket says. There is no deadline but the system's.
    pub async fn connect(addr: SocketAddr) -> io::Result<Self> {
        Self::adopt(Async::<TcpStream>::connect(addr).await?)
    }

    fn adopt(stream: Async<TcpStream>) -> io::Result<Self> {
        stream.get_ref().set_nodelay(true)?;
        Ok(Self(stream))
    }

    /// Our own end's address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr().map(canonical)
    }

    /// The other end's address.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().peer_addr().map(canonical)
    }

    /// For a last word: writes what the system takes at once.
    #[cfg(feature = "tls")]
    pub(super) fn without_waiting(&self) -> impl io::Write {
        self.0.get_ref()
    }

    /// From now on, whatever ends this connection ends it with a reset, so that the peer cannot take
    /// what it has for the whole.
    pub fn reset_on_close(&self) -> io::Result<()> {
        Ok(sockopt::set_socket_linger(
            self.0.as_fd(),
            Some(Duration::ZERO),
        )?)
    }

    /// Undoes [`Self::reset_on_close`]: what was sent is delivered.
    pub fn keep_on_close(&self) {
        // If it fails the connection is gone already.
        let _ = sockopt::set_socket_linger(self.0.as_fd(), None);
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(shutdown(self.0.as_fd(), Shutdown::Write).map_err(io::Error::from))
    }
}

/// A listening socket.
#[derive(Debug)]
pub struct Listener(Async<TcpListener>);

impl Listener {
    /// Binds and listens; port 0 picks a port.
    ///
    /// # Errors
    ///
    /// What the socket says: the address is taken, or not ours, or the port needs privilege.
    pub fn bind(addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr)?;
        // The standard library listens with a backlog of 128; to listen again sets it anew.
        listen(&listener, BACKLOG)?;
        Async::new(listener).map(Self)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }

    /// The next connection and its peer.
    pub async fn accept(&self) -> io::Result<(Stream, SocketAddr)> {
        let (stream, peer) = self.0.accept().await?;
        Ok((Stream::adopt(stream)?, canonical(peer)))
    }
}

/// The addresses to listen on that `HOST:PORT` means. `localhost` is both loopback addresses,
/// whatever the system's resolver knows.
///
/// # Errors
///
/// When it is no such thing, or what the resolver says.
pub fn addresses(text: &str) -> io::Result<Vec<SocketAddr>> {
    if let Some(port) = text
        .strip_prefix("localhost:")
        .and_then(|port| port.parse().ok())
    {
        let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return Ok(both.map(|ip| SocketAddr::new(ip, port)).to_vec());
    }
    Ok(text.to_socket_addrs()?.collect())
}

/// The addresses of a host name. A lookup that is not waited for any longer still holds its thread
/// until the system's resolver gives up, so that only so many may be under way.
///
/// # Errors
///
/// What the system's resolver says.
pub async fn resolve(name: &str) -> io::Result<Vec<IpAddr>> {
    let place = LOOKUPS.acquire().await;
    let name = name.to_owned();
    let found = async_std::task::spawn_blocking(move || {
        let _place = place;
        (name.as_str(), 0).to_socket_addrs()
    });
    Ok(found.await?.map(|addr| addr.ip().to_canonical()).collect())
}

/// An IPv4 address that came in through an IPv6 socket is an IPv4 address.
fn canonical(addr: SocketAddr) -> SocketAddr {
    match addr.ip().to_canonical() {
        IpAddr::V4(ip) => SocketAddr::new(ip.into(), addr.port()),
        // The address as it is, with its scope.
        IpAddr::V6(_) => addr,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use futures::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::rt::task::block_on;

    fn pair() -> (Stream, TcpStream) {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = block_on(listener.accept()).unwrap();
        (stream, peer)
    }

    #[test]
    fn closing_is_a_half_close_that_the_peer_sees() {
        let (mut stream, mut peer) = pair();
        block_on(stream.close()).unwrap();
        assert_eq!(peer.read(&mut [0; 8]).unwrap(), 0);
        peer.write_all(b"still here").unwrap();
        let mut heard = [0; 10];
        block_on(stream.read_exact(&mut heard)).unwrap();
        assert_eq!(&heard, b"still here");
    }

    #[test]
    fn a_reset_is_an_error_for_the_peer_and_not_an_end() {
        let (stream, mut peer) = pair();
        stream.reset_on_close().unwrap();
        drop(stream);
        let error = peer.read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
