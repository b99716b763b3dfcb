//! How long anything may take.

use std::time::Duration;

use serde::Deserialize;

use crate::proxy::Deadlines;
use crate::server::Limits;

/// Most seconds that any deadline may have: a week.
pub const MAX_SECONDS: u64 = 7 * 24 * 60 * 60;

/// How long anything may take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seconds {
    /// For a client's request line.
    pub request: u64,
    /// For a connection to an FTP server.
    pub connect: u64,
    /// For a reply of an FTP server.
    pub reply: u64,
    /// From a request to the first byte of its answer.
    pub begin: u64,
    /// For a data connection.
    pub data_connect: u64,
    /// Before an FTP server that is busy is asked once more; 0: it is not.
    pub busy: u64,
    /// Between two pieces of data from an FTP server.
    pub idle: u64,
    /// For a client to take a piece of its answer.
    pub client_idle: u64,
    /// For a request, in all.
    pub whole: u64,
    /// For the clients that are there when the server stops.
    pub drain: u64,
}

impl Seconds {
    /// All of them but `busy`, which may be 0, by key.
    pub(super) fn all(&self) -> [(&'static str, u64); 9] {
        [
            ("seconds.request", self.request),
            ("seconds.connect", self.connect),
            ("seconds.reply", self.reply),
            ("seconds.begin", self.begin),
            ("seconds.data_connect", self.data_connect),
            ("seconds.idle", self.idle),
            ("seconds.client_idle", self.client_idle),
            ("seconds.whole", self.whole),
            ("seconds.drain", self.drain),
        ]
    }

    /// As the acts take them.
    pub(super) fn deadlines(&self) -> Deadlines {
        Deadlines {
            request: Duration::from_secs(self.request),
            connect: Duration::from_secs(self.connect),
            reply: Duration::from_secs(self.reply),
            begin: Duration::from_secs(self.begin),
            data_connect: Duration::from_secs(self.data_connect),
            busy: Duration::from_secs(self.busy),
            idle: Duration::from_secs(self.idle),
            client_idle: Duration::from_secs(self.client_idle),
            whole: Duration::from_secs(self.whole),
        }
    }
}

impl Default for Seconds {
    fn default() -> Self {
        let deadlines = Deadlines::default();
        Self {
            request: deadlines.request.as_secs(),
            connect: deadlines.connect.as_secs(),
            reply: deadlines.reply.as_secs(),
            begin: deadlines.begin.as_secs(),
            data_connect: deadlines.data_connect.as_secs(),
            busy: deadlines.busy.as_secs(),
            idle: deadlines.idle.as_secs(),
            client_idle: deadlines.client_idle.as_secs(),
            whole: deadlines.whole.as_secs(),
            drain: Limits::default().drain.as_secs(),
        }
    }
}
