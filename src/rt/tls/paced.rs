//! A stream that lets others have their turn.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::io::{AsyncRead, AsyncWrite};

/// Most reads in a row before the task gives way.
const MAX_READS: u32 = 32;

/// The library reads on as long as bytes come that are none of the application's, as tickets without
/// end: a server that sends them as fast as we read would have a thread for itself, and no deadline
/// would ever be looked at.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    reads: u32,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, reads: 0 }
    }

    /// The stream.
    pub(super) fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.reads >= MAX_READS {
            self.reads = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.reads = if read.is_ready() { self.reads + 1 } else { 0 };
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_read_past_the_bound_gives_way_and_comes_back() {
        let woken = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut cx = Context::from_waker(&waker);
        // A peer that always has more.
        let mut paced = Paced::new(futures::io::repeat(7));
        for turn in 1..4 {
            for _ in 0..MAX_READS {
                let read = Pin::new(&mut paced).poll_read(&mut cx, &mut [0; 8]);
                assert!(matches!(read, Poll::Ready(Ok(8))));
            }
            let read = Pin::new(&mut paced).poll_read(&mut cx, &mut [0; 8]);
            assert!(read.is_pending());
            assert_eq!(woken.0.load(Ordering::Relaxed), turn);
        }
    }
}
