//! The process: its signals and its limits.

use std::io;
use std::os::unix::net::UnixStream;

use async_io::Async;
use futures::io::AsyncReadExt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::consts::signal::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// SIGTERM and SIGINT, as a future.
#[derive(Debug)]
pub struct StopSignals(Async<UnixStream>);

impl StopSignals {
    /// From here on the signals no longer end the process by themselves.
    ///
    /// # Errors
    ///
    /// What the system says to a pipe or a handler.
    pub fn catch() -> io::Result<Self> {
        let (heard, said) = UnixStream::pair()?;
        pipe::register(SIGTERM, said.try_clone()?)?;
        pipe::register(SIGINT, said)?;
        Async::new(heard).map(Self)
    }

    /// Another ear for the same signals: each signal is heard by one of the two.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn try_clone(&self) -> io::Result<Self> {
        Async::new(self.0.get_ref().try_clone()?).map(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        // The other end lives as long as the process, so that the read ends only by a signal.
        let _ = self.0.read(&mut [0]).await;
    }
}

/// Raises the limit of open files to what the system permits; gives that limit.
pub fn raise_open_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let raised = setrlimit(Resource::Nofile, raised).is_ok();
    if raised { limit.maximum } else { limit.current }
}
