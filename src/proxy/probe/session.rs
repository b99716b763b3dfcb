//! A control connection in lock-step: one command, one reply, each under a deadline.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use futures::future::{Either, MaybeDone, select};
use futures::io::{AsyncReadExt, AsyncWriteExt};

use super::Errand;
use crate::ftp::reply::{self, Class, Reply, ReplyReader};
use crate::ftp::{Login, command};
use crate::gate::Error;
use crate::proxy::control::dial;
use crate::proxy::fetch::transcript::Transcript;
use crate::rt::net::Stream;
use crate::rt::time::{Elapsed, now, timeout};

/// Bytes of a listing that are kept to be looked at.
pub(super) const MAX_KEPT: usize = 64 * 1024;
/// Bytes of a listing after which nothing more is to be learnt from it: ten thousand names.
pub(super) const MAX_PROBED: u64 = 1024 * 1024;
/// Most preliminary replies to one command.
pub(super) const MAX_PRELIMINARY: usize = 5;
/// How long the goodbye may take.
const QUIT_DEADLINE: Duration = Duration::from_secs(1);

/// How long the server's call may take: a packet filter drops it without a word.
pub(super) const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// What comes of waiting for the server's call.
pub(super) type Called = Result<std::io::Result<Stream>, Elapsed>;

/// Why a conversation cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Dial(Error),
    Silent(u64),
    Ended,
    Broken(ErrorKind),
    Garbled(reply::Error),
    Endless,
    Refused(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => write!(f, "{error}"),
            Self::Silent(seconds) => write!(f, "no answer within {seconds} s"),
            Self::Ended => f.write_str("the server closed the connection"),
            Self::Broken(kind) => write!(f, "the connection broke: {kind}"),
            Self::Garbled(error) => write!(f, "{error}"),
            Self::Refused(words) => write!(f, "the login was refused: {words}"),
            Self::Endless => f.write_str("one preliminary reply after the other"),
        }
    }
}

/// A listing that came through a data connection.
#[derive(Debug)]
pub(super) struct Transfer {
    /// The beginning of it.
    pub(super) bytes: Vec<u8>,
    /// Whether there was more, past [`MAX_KEPT`].
    pub(super) is_cut: bool,
    pub(super) took: Duration,
}

/// One control connection.
#[derive(Debug)]
pub(super) struct Session<'a> {
    errand: &'a Errand<'a>,
    control: Stream,
    replies: ReplyReader,
    waiting: VecDeque<Reply>,
    transcript: Transcript,
    pub(super) peer: SocketAddr,
    pub(super) own: SocketAddr,
    /// How long it took to connect.
    pub(super) connect: Duration,
}

impl<'a> Session<'a> {
    pub(super) async fn open(errand: &'a Errand<'a>) -> Result<Self, Trouble> {
        let from = now();
        let dialled = dial(errand.target, errand.reach, errand.deadlines).await;
        let control = dialled.map_err(Trouble::Dial)?;
        let broken = |error: std::io::Error| Trouble::Broken(error.kind());
        Ok(Self {
            errand,
            connect: now().duration_since(from),
            peer: control.peer_addr().map_err(broken)?,
            own: control.local_addr().map_err(broken)?,
            control,
            replies: ReplyReader::new(),
            waiting: VecDeque::new(),
            transcript: Transcript::new(0, errand.login),
        })
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, Trouble> {
        let limit = self.errand.deadlines.reply;
        let by = now() + limit;
        while self.waiting.is_empty() {
            let mut bytes = [0; 4096];
            let left = by.saturating_duration_since(now());
            let read = match timeout(left, self.control.read(&mut bytes)).await {
                Err(_) => return Err(Trouble::Silent(limit.as_secs())),
                Ok(Err(error)) => return Err(Trouble::Broken(error.kind())),
                Ok(Ok(0)) => return Err(Trouble::Ended),
                Ok(Ok(read)) => bytes.get(..read).unwrap_or_default(),
            };
            self.transcript.received(read);
            self.replies.handle(read);
            while let Some(reply) = self.next_reply()? {
                self.waiting.push_back(reply);
            }
        }
        self.waiting.pop_front().ok_or(Trouble::Ended)
    }

    /// The next reply that is here already.
    fn next_reply(&mut self) -> Result<Option<Reply>, Trouble> {
        self.replies.next_reply().map_err(|mut error| {
            if let reply::Error::NoCode(line) = &mut error {
                self.errand.login.redact(line);
            }
            Trouble::Garbled(error)
        })
    }

    /// The next reply that is not 1xx.
    pub(super) async fn last_reply(&mut self) -> Result<Reply, Trouble> {
        for _ in 0..=MAX_PRELIMINARY {
            let reply = self.reply().await?;
            if reply.code.class() != Class::Preliminary {
                return Ok(reply);
            }
        }
        Err(Trouble::Endless)
    }

    /// Sends commands, in one segment.
    pub(super) async fn send(&mut self, commands: &[(&str, Option<&[u8]>)]) -> Result<(), Trouble> {
        let mut flight = Vec::new();
        for (verb, argument) in commands {
            command::encode(verb, *argument, &mut flight);
        }
        self.transcript.sent(&flight);
        let limit = self.errand.deadlines.reply;
        match timeout(limit, self.control.write_all(&flight)).await {
            Err(_) => Err(Trouble::Silent(limit.as_secs())),
            // What the server said before it went away says more.
            Ok(_) => Ok(()),
        }
    }

    /// Sends a command, and waits for its answer.
    pub(super) async fn ask(
        &mut self,
        verb: &str,
        argument: Option<&[u8]>,
    ) -> Result<Reply, Trouble> {
        self.send(&[(verb, argument)]).await?;
        self.last_reply().await
    }

    /// Greeting and login; the login's last reply.
    pub(super) async fn log_in(&mut self) -> Result<(Reply, Reply), Trouble> {
        let greeting = self.last_reply().await?;
        let Login {
            user,
            password,
            account,
        } = self.errand.login;
        if greeting.code.number() == 230 || greeting.code.class() != Class::Completion {
            return Ok((greeting.clone(), greeting));
        }
        let mut reply = self.ask("USER", Some(user.as_bytes())).await?;
        if reply.code.number() == 331 {
            reply = self.ask("PASS", Some(password.as_bytes())).await?;
        }
        if let (332, Some(account)) = (reply.code.number(), account) {
            reply = self.ask("ACCT", Some(account.as_bytes())).await?;
        }
        Ok((greeting, reply))
    }

    /// A connection to this port of the server, and never of another.
    pub(super) async fn connect_data(&self, port: u16) -> Result<Stream, String> {
        let limit = self.errand.deadlines.data_connect;
        let mut addr = self.peer;
        addr.set_port(port);
        match timeout(limit, Stream::connect(addr)).await {
            Ok(Ok(data)) => Ok(data),
            Ok(Err(error)) => Err(format!("no connection to port {port}: {}", error.kind())),
            Err(_) => Err(format!(
                "no connection to port {port} within {} s",
                limit.as_secs()
            )),
        }
    }

    /// A listing by `verb` through a connection that the server makes.
    pub(super) async fn list_called(
        &mut self,
        mut call: Pin<&mut MaybeDone<impl Future<Output = Called>>>,
        verb: &str,
    ) -> Result<Result<Transfer, String>, Trouble> {
        let from = now();
        self.send(&[(verb, None)]).await?;
        let early = match select(call.as_mut(), pin!(self.reply())).await {
            Either::Left(_) => None,
            Either::Right((reply, _)) => Some(reply?),
        };
        if let Some(reply) = &early {
            if reply.code.class() != Class::Preliminary {
                return Ok(Err(self.words(reply)));
            }
            call.as_mut().await;
        }
        let data = match call.take_output() {
            Some(Ok(Ok(data))) => data,
            Some(Ok(Err(error))) => return Ok(Err(format!("the call failed: {}", error.kind()))),
            Some(Err(Elapsed)) | None => {
                let seconds = CALL_DEADLINE.as_secs();
                return Ok(Err(format!("the server does not call within {seconds} s")));
            }
        };
        let first = match early {
            Some(reply) => reply,
            None => self.reply().await?,
        };
        self.receive(data, first, from).await
    }

    /// A transfer command and the first reply to it.
    pub(super) async fn ask_for(&mut self, verb: &str) -> Result<Reply, Trouble> {
        self.send(&[(verb, None)]).await?;
        self.reply().await
    }

    /// What comes through a data connection, after the first reply to its command.
    pub(super) async fn receive(
        &mut self,
        mut data: Stream,
        first: Reply,
        from: Instant,
    ) -> Result<Result<Transfer, String>, Trouble> {
        if !matches!(first.code.class(), Class::Preliminary | Class::Completion) {
            return Ok(Err(self.words(&first)));
        }
        let idle = self.errand.deadlines.idle;
        let mut kept = Vec::new();
        let mut received = 0;
        let mut bytes = vec![0; MAX_KEPT];
        while received <= MAX_PROBED {
            let read = match timeout(idle, data.read(&mut bytes)).await {
                Err(_) => return Err(Trouble::Silent(idle.as_secs())),
                Ok(Err(error)) => return Err(Trouble::Broken(error.kind())),
                Ok(Ok(0)) => break,
                Ok(Ok(read)) => read,
            };
            received += read as u64;
            let room = MAX_KEPT.saturating_sub(kept.len()).min(read);
            kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
        let is_cut = received > MAX_KEPT as u64;
        if is_cut {
            let whole = kept.iter().rposition(|byte| *byte == b'\n');
            kept.truncate(whole.unwrap_or_default());
        }
        // Our end goes first: some servers send no 226 before that.
        drop(data);
        let last = match first.code.class() {
            Class::Preliminary => self.last_reply().await?,
            _ => first,
        };
        // A server that was cut short may say so.
        if last.code.class() != Class::Completion && received <= MAX_PROBED {
            return Ok(Err(self.words(&last)));
        }
        Ok(Ok(Transfer {
            bytes: kept,
            is_cut,
            took: now().duration_since(from),
        }))
    }

    /// A reply in words, without what it may repeat of the login.
    pub(super) fn words(&self, reply: &Reply) -> String {
        self.clean(reply).to_string()
    }

    /// A reply without what it may repeat of the login.
    pub(super) fn clean(&self, reply: &Reply) -> Reply {
        let mut reply = reply.clone();
        reply
            .lines
            .iter_mut()
            .for_each(|line| self.errand.login.redact(line));
        reply
    }

    /// Says goodbye.
    pub(super) async fn quit(mut self) {
        let goodbye = async { self.ask("QUIT", None).await.is_ok() };
        let _ = timeout(QUIT_DEADLINE, goodbye).await;
    }
}
