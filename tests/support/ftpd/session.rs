//! One control connection: its greeting, the order of its answers, and the vices in place of them.

use std::io::{ErrorKind, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::Shared;
use super::channel::Channel;
use super::receive::{Line, receive, telnet, verb};
use super::vice::{GREETING, Vice, Vices};

/// Where whatever never ends does end.
pub(super) const MAX_ENDLESS: usize = 64 << 20;
/// How long a socket may block before the thread looks whether it is still wanted.
pub(super) const SLICE: Duration = Duration::from_millis(20);
/// Between two bytes of a dripping reply.
const DRIP: Duration = Duration::from_micros(500);

/// The control connection is to be closed.
#[derive(Debug)]
pub(super) struct End;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Login {
    Nobody,
    Named,
    Passed,
    In,
}

/// The side of a session that answers.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) vices: Vices,
    pub(super) control: TcpStream,
    batches: Receiver<Vec<Line>>,
    ended: Arc<AtomicBool>,
    /// An ABOR has come that has not been answered.
    pub(super) abort: Arc<AtomicBool>,
    /// Replies that wait for the rest of their segment, if they are coalesced.
    pub(super) out: Vec<u8>,
    nul: bool,
    doubled: bool,
    pub(super) login: Login,
    pub(super) cwd: Vec<u8>,
    pub(super) rest: usize,
    pub(super) channel: Channel,
    pub(super) apsv: bool,
    /// The 150 of the coming transfer has been sent.
    pub(super) preliminary_said: bool,
}

/// Serves one control connection until the client closes it, or the server is dropped.
pub(super) fn run(shared: &Arc<Shared>, index: usize, control: TcpStream) {
    let mine = |(only, vice): &(Option<usize>, Vice)| {
        only.is_none_or(|only| only == index).then(|| vice.clone())
    };
    let vices = Vices(shared.vices.iter().filter_map(mine).collect());
    let (sender, batches) = channel();
    let ended = Arc::new(AtomicBool::new(false));
    let abort = Arc::new(AtomicBool::new(false));
    let _ = control.set_nodelay(true);
    let _ = control.set_write_timeout(Some(SLICE));
    let reader = control.try_clone().map(|stream| {
        let (shared, ended, abort) = (Arc::clone(shared), Arc::clone(&ended), Arc::clone(&abort));
        let split = vices.has(&Vice::WholeCommandsOnly);
        std::thread::spawn(move || {
            receive(&shared, index, stream, &sender, &abort, split);
            ended.store(true, Ordering::SeqCst);
            shared.record(index, |log| log.ended = true);
        })
    });
    let mut session = Session {
        shared: Arc::clone(shared),
        vices,
        control,
        batches,
        ended,
        abort,
        out: Vec::new(),
        nul: false,
        doubled: false,
        login: Login::Nobody,
        cwd: b"/".to_vec(),
        rest: 0,
        channel: Channel::None,
        apsv: false,
        preliminary_said: false,
    };
    let _ = session.serve();
    let _ = session.flush();
    session.channel = Channel::None;
    let _ = session.control.shutdown(Shutdown::Write);
    if let Ok(reader) = reader {
        let _ = reader.join();
    }
}

fn is_transfer(line: &Line) -> bool {
    matches!(verb(&line.0).0.as_str(), "RETR" | "LIST" | "MLSD" | "NLST")
}

impl Session {
    /// The client is there and the server has not been dropped.
    pub(super) fn alive(&self) -> bool {
        !self.ended.load(Ordering::SeqCst) && !self.shared.stopped()
    }

    pub(super) fn has(&self, vice: &Vice) -> bool {
        self.vices.has(vice)
    }

    /// Sends a reply, or keeps it for the end of the flight.
    pub(super) fn say(&mut self, reply: &str) -> Result<(), End> {
        let nul = if self.nul { "\0" } else { "" };
        let reply = self.vices.written(&format!("{reply}{nul}\r\n"));
        for _ in 0..=usize::from(self.doubled) {
            self.out.extend_from_slice(&reply);
        }
        if self.has(&Vice::CoalescedReplies) {
            Ok(())
        } else {
            self.flush()
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), End> {
        let out = std::mem::take(&mut self.out);
        self.put(&out)
    }

    /// Writes all of `bytes`, however long the client takes to read them.
    fn put(&mut self, bytes: &[u8]) -> Result<(), End> {
        let drip = self.has(&Vice::Drip);
        let mut rest = bytes;
        while !rest.is_empty() {
            let now = if drip {
                rest.get(..1).unwrap_or(rest)
            } else {
                rest
            };
            match self.control.write(now) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                    _ => return Err(End),
                },
            }
            if drip {
                std::thread::sleep(DRIP);
            }
            if self.shared.stopped() {
                return Err(End);
            }
        }
        Ok(())
    }

    /// Answers nothing more; returns when the client has closed.
    pub(super) fn hang(&mut self) -> Result<(), End> {
        self.flush()?;
        while self.batches.recv().is_ok() {}
        Err(End)
    }

    fn endless(&mut self, head: &str, chunk: &str) -> Result<(), End> {
        self.out.extend_from_slice(head.as_bytes());
        self.flush()?;
        let chunk = chunk.repeat((64 << 10) / chunk.len().max(1));
        for _ in 0..MAX_ENDLESS / chunk.len().max(1) {
            self.put(chunk.as_bytes())?;
        }
        self.hang()
    }

    fn serve(&mut self) -> Result<(), End> {
        if !self.taken_over(GREETING.as_bytes())? {
            self.greet()?;
        }
        self.flush()?;
        while let Ok(mut batch) = self.batches.recv() {
            if self.has(&Vice::OutOfOrder) || self.has(&Vice::Backwards) {
                batch.extend(self.batches.try_iter().flatten());
            }
            self.answer(batch)?;
            self.flush()?;
        }
        Ok(())
    }

    fn greet(&mut self) -> Result<(), End> {
        if self.has(&Vice::Silent) {
            return self.hang();
        }
        if self.has(&Vice::CloseAtGreeting) {
            return Err(End);
        }
        if self.has(&Vice::BusyGreeting) {
            self.say("421 Too many users, try again later")?;
            return Err(End);
        }
        if self.has(&Vice::NonsenseGreeting) {
            self.say("SSH-2.0-x")?;
            return self.hang();
        }
        let text = |vice: &Vice| match vice {
            Vice::GreetingText(text) => Some(text.clone()),
            _ => None,
        };
        if let Some(text) = self.vices.find(text) {
            return self.put(&text);
        }
        if self.has(&Vice::GreetingWith230) {
            self.login = Login::In;
            return self.say("230 No login needed");
        }
        let waits = |vice: &Vice| match vice {
            Vice::Waits120(times, by) => Some((*times, *by)),
            _ => None,
        };
        if let Some((times, by)) = self.vices.find(waits) {
            for _ in 0..times {
                std::thread::sleep(by);
                self.say("120 Ready in 1 minute")?;
            }
            std::thread::sleep(by);
        }
        if self.has(&Vice::TwoGreetings) {
            self.say("220 scripted welcome")?;
        }
        if self.has(&Vice::Slow120) {
            self.say("120 Ready in 1 minute")?;
        }
        if self.has(&Vice::MultilineGreeting) {
            self.say("220-Welcome\r\n 220 indented\r\n220-still\r\n331 not yet\r\n220")?;
            return Ok(());
        }
        self.say("220 scripted ready")
    }

    /// Answers the commands of one segment.
    fn answer(&mut self, mut batch: Vec<Line>) -> Result<(), End> {
        let flight = batch.len() > 1;
        if self.has(&Vice::NothingBehindPass)
            && let Some(pass) = batch.iter().position(|(line, _)| verb(line).0 == "PASS")
            && pass + 1 < batch.len()
        {
            let behind = batch.split_off(pass + 1);
            self.answer(batch)?;
            return behind
                .iter()
                .try_for_each(|_| self.say("530 Not logged in"));
        }
        if self.has(&Vice::Backwards) {
            batch.reverse();
        }
        let mut early = false;
        if self.has(&Vice::OutOfOrder) {
            batch.sort_by_key(|line| match verb(&line.0).0.as_str() {
                "PASV" | "EPSV" => 0,
                "SIZE" | "MDTM" => 1,
                _ if is_transfer(line) => 3,
                _ => 2,
            });
            early = flight && batch.iter().any(is_transfer);
        }
        for (line, whole) in batch {
            if early && !matches!(verb(&line).0.as_str(), "PASV" | "EPSV") {
                early = false;
                self.say("150 Sending")?;
                self.preliminary_said = true;
            }
            let line = if self.has(&Vice::TakesIacRaw) {
                line
            } else {
                telnet(&line)
            };
            if !whole {
                self.say("502 Command not allowed")?;
            } else if !self.taken_over(&line)? {
                let (word, argument) = verb(&line);
                self.command(&word, &argument)?;
            }
            self.nul = false;
            self.doubled = false;
        }
        Ok(())
    }

    /// Whether a vice has answered this line.
    fn taken_over(&mut self, line: &[u8]) -> Result<bool, End> {
        let code = if line == GREETING.as_bytes() {
            220
        } else {
            200
        };
        match self.vices.take_over(line) {
            Some(Vice::EndlessLine(_)) => self.endless(&format!("{code} "), "never ends, ")?,
            Some(Vice::EndlessReply(_)) => {
                self.endless(
                    &format!("{code}-Welcome\r\n"),
                    &format!("{code}-and again\r\n"),
                )?;
            }
            Some(Vice::Reply(_, bytes) | Vice::ReplyOnce(_, bytes)) => {
                self.out.extend_from_slice(&bytes);
                if !self.has(&Vice::CoalescedReplies) {
                    self.flush()?;
                }
            }
            Some(Vice::Ahead(_, bytes)) => {
                self.out.extend_from_slice(&bytes);
                self.flush()?;
                return Ok(false);
            }
            Some(Vice::SlowAt(_, by)) => {
                self.flush()?;
                std::thread::sleep(by);
                return Ok(false);
            }
            Some(Vice::CloseAt(_)) => return Err(End),
            Some(Vice::SilentAt(_)) => self.hang()?,
            Some(Vice::ServiceNotAvailableAt(_)) => {
                self.say("421 Service not available, closing control connection")?;
                return Err(End);
            }
            Some(Vice::Doubled(_)) => {
                self.doubled = true;
                return Ok(false);
            }
            Some(Vice::OtherCodeAtEnd(_)) => self.say(&format!("{code}-Words\r\n150 end"))?,
            Some(Vice::NulInReply(_)) => {
                self.nul = true;
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
