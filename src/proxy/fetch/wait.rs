//! What a [`Fetch`] waits for, and for how long.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures::io::AsyncRead;
use log::debug;

use super::{BUFFER, Fetch};
use crate::ftp;
use crate::gate::Error;
use crate::proxy::data::{Data, Happened};
use crate::rt::time::now;

/// Bytes read from the control connection at once.
const CONTROL_BUFFER: usize = 4 * 1024;
/// How long data may stand without the 1xx that should precede it, before it is taken for begun.
const PRELIMINARY_GRACE: Duration = Duration::from_secs(5);
/// How long a reply may explain why the data connection could not be opened, or broke.
const DATA_FAILED_GRACE: Duration = Duration::from_secs(2);

/// What happened.
pub(super) enum Input {
    Control(std::io::Result<usize>),
    Data(Happened),
    Deadline,
}

impl Fetch {
    /// Waits for one thing to happen.
    pub(super) async fn wait(&mut self) -> Input {
        let bounds = [Some(now() + self.limit()), self.final_by, self.call_by];
        if let Some(first) = bounds.into_iter().flatten().min() {
            self.alarm.set(first);
        }
        if self.begun.is_some() {
            self.data.secure(self.deadlines.reply);
        }
        if matches!(self.data, Data::Open(_)) && self.buffer.is_empty() {
            self.buffer = vec![0; BUFFER];
        }
        // Data is taken ahead of the 1xx, as far as the buffer goes; after it, piece by piece.
        let begun = self.begun.is_some();
        let room = if begun && self.held > 0 {
            self.held
        } else {
            BUFFER
        };
        let Self {
            control,
            control_ended,
            pi,
            data,
            alarm,
            buffer,
            held,
            transcript,
            ..
        } = self;
        let buf = buffer.get_mut(*held..room).unwrap_or_default();
        poll_fn(|cx| {
            // Before the transfer the control connection has the word, and in it the data.
            if begun && let Poll::Ready(happened) = data.poll(cx, buf) {
                return Poll::Ready(Input::Data(happened));
            }
            let mut bytes = [0; CONTROL_BUFFER];
            if !*control_ended
                && let Poll::Ready(read) = Pin::new(&mut *control).poll_read(cx, &mut bytes)
            {
                if let Ok(read) = read {
                    let bytes = bytes.get(..read).unwrap_or_default();
                    transcript.received(bytes);
                    pi.handle_bytes(bytes);
                }
                return Poll::Ready(Input::Control(read));
            }
            if !begun && let Poll::Ready(happened) = data.poll(cx, buf) {
                return Poll::Ready(Input::Data(happened));
            }
            alarm.poll(cx).map(|()| Input::Deadline)
        })
        .await
    }

    /// The data connection could not be opened; the server may say why.
    pub(super) fn fail_data(&mut self, why: &str) {
        debug!("#{} no data connection: {why}", self.session);
        self.call_by = None;
        self.data_failed = true;
        self.pi.handle_data_failed();
    }

    /// Whether a server that was told where to call let its time pass.
    pub(super) fn is_call_overdue(&self) -> bool {
        self.call_by.is_some_and(|by| now() >= by)
    }

    fn limit(&self) -> Duration {
        if (self.begun.is_none() && self.held > 0) || self.awaits_handshake() {
            PRELIMINARY_GRACE
        } else if self.data_failed || self.data_broken.is_some() {
            DATA_FAILED_GRACE
        } else if self.pi.awaits().is_some() {
            self.deadlines.reply
        } else {
            self.deadlines.idle
        }
    }

    /// The error of a deadline that passed.
    pub(super) fn missed_deadline(&self) -> Error {
        if let Some(error) = &self.data_broken {
            return error.clone();
        }
        if self.data_failed {
            let error = ftp::Error::DataConnection {
                method: self.pi.method(),
                reply: None,
            };
            return Error::Upstream {
                host: self.host.clone(),
                error,
            };
        }
        match self.pi.awaits() {
            Some("the greeting") => self.deadline("a greeting", self.deadlines.reply),
            Some(command) => self.deadline(reply_to(command), self.deadlines.reply),
            None => self.deadline("sending more data", self.deadlines.idle),
        }
    }

    pub(super) fn deadline(&self, awaiting: &'static str, limit: Duration) -> Error {
        Error::UpstreamDeadline {
            host: self.host.clone(),
            awaiting,
            seconds: limit.as_secs(),
        }
    }

    pub(super) fn broken(&self, error: &std::io::Error) -> Error {
        Error::Broken {
            host: self.host.clone(),
            kind: error.kind(),
        }
    }
}

fn reply_to(command: &'static str) -> &'static str {
    match command {
        "AUTH" => "a reply to AUTH",
        "USER" => "a reply to USER",
        "PASS" => "a reply to PASS",
        "APSV" => "a reply to APSV",
        "CWD" => "a reply to CWD",
        "PASV" => "a reply to PASV",
        "EPSV" => "a reply to EPSV",
        "RETR" => "a reply to RETR",
        "MLSD" => "a reply to MLSD",
        "LIST" => "a reply to LIST",
        "NLST" => "a reply to NLST",
        _ => "a reply",
    }
}
