//! The conversation on a control connection, for the log: whole lines, passwords left out.

use log::{Level, debug, log_enabled};

use crate::ftp::reply::MAX_REPLY_LINE;
use crate::ftp::{Login, command};
use crate::wire::{Line, LineBuffer, Shown};

/// What `gophergate fetch -v` listens to.
pub const TARGET: &str = module_path!();

/// A conversation. What is said goes to the log at level debug, as `#SESSION > ...` and
/// `#SESSION < ...`.
#[derive(Debug)]
pub(in crate::proxy) struct Transcript {
    session: u64,
    login: Login,
    heard: LineBuffer,
}

impl Transcript {
    pub(in crate::proxy) fn new(session: u64, login: &Login) -> Self {
        Self {
            session,
            login: login.clone(),
            heard: LineBuffer::new(MAX_REPLY_LINE),
        }
    }

    /// We say this: whole commands.
    pub(in crate::proxy) fn sent(&self, flight: &[u8]) {
        if log_enabled!(Level::Debug) {
            for line in flight.split_inclusive(|byte| *byte == b'\n') {
                let line = line.trim_ascii_end();
                debug!("#{} > {}", self.session, command::shown(line));
            }
        }
    }

    /// The server says this: any piece of it.
    pub(in crate::proxy) fn received(&mut self, bytes: &[u8]) {
        if !log_enabled!(Level::Debug) {
            return;
        }
        self.heard.extend(bytes);
        loop {
            match self.heard.next_line() {
                Line::Whole(line) => log_received(self.session, &self.login, line),
                Line::TooLong => debug!("#{} < (a line without end)", self.session),
                Line::Incomplete => return,
            }
        }
    }

    /// The server says nothing more.
    pub(in crate::proxy) fn end(&mut self) {
        if let Some(line) = self.heard.last_line() {
            log_received(self.session, &self.login, line);
        }
    }
}

fn log_received(session: u64, login: &Login, line: &[u8]) {
    let mut line = line.to_vec();
    login.redact(&mut line);
    debug!("#{session} < {}", Shown(line.trim_ascii_end()));
}
