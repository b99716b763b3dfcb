//! The Gopher client's connection: its one request, its answer, its end.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::service::Deadlines;
use crate::gate::Error;
use crate::gopher::request::{Request, RequestReader};
use crate::rt::net::Stream;
use crate::rt::time::{now, timeout};

/// Bytes behind a request that are read and thrown away. A client has nothing more to say; what it
/// says all the same would turn our close into a reset.
pub const MAX_EXTRA: usize = 64 * 1024;
/// How long a client may take to close after us.
const DRAIN_DEADLINE: Duration = Duration::from_secs(2);
/// A client that ends its side together with its request (`nc -N`) still wants the answer; one that
/// does so later went away. The difference is this long, or the time until we first look.
const HALF_CLOSE_WINDOW: Duration = Duration::from_millis(10);

/// A client.
#[derive(Debug)]
pub struct Client {
    stream: Stream,
    local: SocketAddr,
    deadlines: Deadlines,
    asked: Instant,
    extra: usize,
    half_closed: bool,
    looked: bool,
    sent: u64,
}

impl Client {
    /// A client that has just connected. Until [`Self::close`] says that the answer is whole, its
    /// connection ends in a reset whatever ends it, the death of this process included.
    ///
    /// # Errors
    ///
    /// When it is gone already.
    pub fn new(stream: Stream, deadlines: &Deadlines) -> io::Result<Self> {
        stream.reset_on_close()?;
        let local = stream.local_addr()?;
        Ok(Self {
            stream,
            local,
            deadlines: *deadlines,
            asked: now(),
            extra: 0,
            half_closed: false,
            looked: false,
            sent: 0,
        })
    }

    /// The address that it reached us at.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Bytes that it was sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Reads its request, under one deadline in all.
    ///
    /// # Errors
    ///
    /// [`Error::Request`], [`Error::RequestDeadline`], [`Error::ClientGone`].
    pub async fn request(&mut self) -> Result<Request, Error> {
        let limit = self.deadlines.request;
        let request = timeout(limit, self.read_request())
            .await
            .unwrap_or(Err(Error::RequestDeadline));
        self.asked = now();
        request
    }

    async fn read_request(&mut self) -> Result<Request, Error> {
        let mut reader = RequestReader::new();
        let mut bytes = [0; 1024];
        loop {
            let read = self
                .stream
                .read(&mut bytes)
                .await
                .map_err(|_| Error::ClientGone)?;
            if read == 0 {
                return Err(reader.handle_end().into());
            }
            if let Some(request) = reader.handle(bytes.get(..read).unwrap_or_default())? {
                return Ok(request);
            }
        }
    }

    /// Sends a piece of the answer. What counts as sent is counted as the socket takes it, so that
    /// an answer that broke off is known to have begun.
    ///
    /// # Errors
    ///
    /// [`Error::ClientGone`]; [`Error::ClientDeadline`] when it takes nothing at all for so long.
    pub async fn send(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let idle = self.deadlines.client_idle;
            let taken = match timeout(idle, self.stream.write(bytes)).await {
                Ok(Ok(taken)) if taken > 0 => taken,
                Ok(_) => return Err(Error::ClientGone),
                Err(_) => return Err(Error::ClientDeadline),
            };
            self.sent = self.sent.saturating_add(taken as u64);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Resolves when the client has gone away, which nothing else tells while there is nothing to
    /// send.
    pub async fn gone(&mut self) {
        poll_fn(|cx| self.poll_gone(cx)).await;
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 1024];
        while !self.half_closed && self.extra < MAX_EXTRA {
            match Pin::new(&mut self.stream).poll_read(cx, &mut bytes) {
                Poll::Pending => {
                    self.looked = true;
                    return Poll::Pending;
                }
                Poll::Ready(Ok(0))
                    if !self.looked || now().duration_since(self.asked) < HALF_CLOSE_WINDOW =>
                {
                    self.half_closed = true
                }
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(read)) => self.extra += read,
            }
        }
        Poll::Pending
    }

    /// Tells the client that this was all, before other goodbyes. [`Self::close`] still follows.
    pub async fn end(&mut self) {
        self.stream.keep_on_close();
        // A failure shows again when it is closed.
        let _ = self.stream.close().await;
    }

    /// Ends the answer so that all of it arrives: our side is closed, then what the client still
    /// says is thrown away until it closes too. To close with bytes unread would send a reset, and
    /// a reset makes the client's system throw the answer away.
    pub async fn close(mut self) {
        self.stream.keep_on_close();
        let drain = async {
            if self.stream.close().await.is_err() {
                return;
            }
            let mut bytes = [0; 1024];
            while self.extra < MAX_EXTRA {
                match self.stream.read(&mut bytes).await {
                    Ok(read) if read > 0 => self.extra += read,
                    _ => return,
                }
            }
        };
        // A client that does not close in time has had its answer, or never will.
        let _ = timeout(DRAIN_DEADLINE, drain).await;
    }

    /// Ends an answer that is not whole: a reset, so that it cannot be taken for one that is.
    pub fn reset(self) {
        drop(self.stream);
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::Ipv4Addr;

    use super::*;
    use crate::rt::net::Listener;
    use crate::rt::task::block_on;

    #[test]
    fn half_a_piece_counts_as_sent_and_ends_in_a_reset() {
        let piece = vec![b'x'; 64 << 20];
        let deadlines = Deadlines {
            client_idle: Duration::from_millis(100),
            ..Deadlines::default()
        };
        let (mut peer, client) = block_on(async {
            let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            let peer = Stream::connect(listener.local_addr().unwrap()).await;
            let (stream, _) = listener.accept().await.unwrap();
            let mut client = Client::new(stream, &deadlines).unwrap();
            assert_eq!(client.send(&piece).await, Err(Error::ClientDeadline));
            (peer.unwrap(), client)
        });
        assert!((1..piece.len() as u64).contains(&client.sent()));
        client.reset();
        let end = block_on(peer.read_to_end(&mut Vec::new()));
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}
