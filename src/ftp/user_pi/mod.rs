//! The user protocol interpreter (RFC 959 section 2.2) as a state machine without sockets.
//!
//! It takes reply bytes and what happened to the data connection; it gives bytes to send and
//! [`Event`]s. One machine fetches one thing, a file or a directory, over one control connection,
//! as RFC 1579 says that a proxy agent does. A driver does this, in any order that suits it:
//!
//! * write what [`UserPi::poll_send`] gives, each piece in one write;
//! * do what [`UserPi::poll_event`] asks for, until it gives `None`;
//! * feed [`UserPi::handle_bytes`], [`UserPi::handle_end`] and the `handle_data_*` calls.
//!
//! After any `handle_*` call both polls may have something new. Commands wait in a script; up to
//! `window` of them may be unanswered at once. A window of 1 is lock-step; a wider one sends
//! flights, in which PASV or EPSV stands first with no reply outstanding (the FTP helper of a packet
//! filter looks for it there) and nothing follows PASS, RETR or a listing command.

mod answers;
mod error;
mod login;
mod order;
mod script;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::SocketAddr;

use jiff::civil::DateTime;

use super::command::{self, Arg};
use super::features::Features;
use super::listing::Format;
use super::reply::{Reply, ReplyReader};
pub use error::Error;
pub use login::{Login, MIN_REDACTED};
pub use order::{Method, Names, Order, Representation, Tls, Want};
use script::{Step, directory_script, login_script, whole_script};

/// Most preliminary replies (1xx) to one command, and most replies that no command asked for.
pub const MAX_PRELIMINARY: usize = 5;

/// What the driver is asked to do, or to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Put the control connection under TLS, and call [`UserPi::handle_secured`]. The server takes no
    /// command before, and what it said in plain text counts no longer.
    Secure,
    /// Connect the data connection to this port of the control connection's peer.
    Connect(u16),
    /// Listen on the control connection's own address, accept one connection from its peer, and
    /// call [`UserPi::handle_listening`].
    Listen,
    /// Close the data connection, or stop trying to open it; what came through it is void.
    DropData,
    /// The server's words to its visitors: the lines of a 230 or a 250.
    Message(Vec<Vec<u8>>),
    /// The server began to send (1xx). It may still fail.
    Begun(Begun),
    /// All of it was received: 226 or 250, the data connection's end, and the size if one is known.
    Complete,
    /// It failed, and no further event follows.
    Failed(Error),
}

/// What is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The listing's format; `None` for a file.
    pub listing: Option<Format>,
    /// The file's size in bytes, where SIZE or the 150 told one.
    pub size: Option<u64>,
    /// The file's time of modification, UTC (MDTM).
    pub modified: Option<DateTime>,
    /// Where in the file the data begins, in bytes: [`Order::restart`] where the server took REST, or
    /// else 0.
    pub restart: u64,
    /// The spelling of the path that the server took, as an index into [`Order::spellings`].
    pub spelling: usize,
}

/// What the control connection goes under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    /// Nothing: plain text.
    None,
    /// The server agreed to TLS, whose handshake comes now.
    Agreed,
    /// TLS.
    Tls,
}

/// The data connection of the transfer at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    /// Not yet agreed with the server.
    None,
    /// The server listens for each transfer, and says where when it is asked for one (APSV).
    Unsaid,
    /// We listen here; the server does not know it yet.
    Listening(SocketAddr),
    /// Agreed: RETR or a listing may be sent.
    Agreed,
    /// It could not be opened; the server's reply to the transfer command says more.
    Failed,
    /// It was open and its end was reached.
    Ended,
}

/// The machine. See the module's documentation.
#[derive(Debug)]
pub struct UserPi {
    order: Order,
    replies: ReplyReader,
    script: VecDeque<Step>,
    pending: VecDeque<Step>,
    events: VecDeque<Event>,
    /// Index of the spelling in use.
    spelling: usize,
    /// The path by its segments, once it is known that the server does not take it whole.
    segments: Vec<Arg>,
    /// How many of the segments CWD has led into.
    entered: usize,
    /// Index of the data connection method in use.
    method: usize,
    listening_asked: bool,
    user_accepted: bool,
    features: Option<Features>,
    /// Whether UTF-8 was asked for on this connection.
    utf8_asked: bool,
    format: Format,
    cover: Cover,
    /// The server agreed to data connections under TLS.
    protected: bool,
    data: Data,
    received: u64,
    size: Option<u64>,
    modified: Option<DateTime>,
    /// Where the data will begin: what REST was granted.
    restart: u64,
    /// Preliminary and stray replies so far.
    preliminaries: usize,
    /// What the server said to TYPE, if it was no.
    type_refusal: Option<Reply>,
    begun: bool,
    /// What has begun is a file, whose size counts.
    file: bool,
    completed: bool,
    refusal: Option<(&'static str, Reply)>,
    over: bool,
}

impl UserPi {
    /// A machine for one order, before the greeting.
    pub fn new(order: Order) -> Self {
        let mut script = login_script(order.tls);
        if order.methods.first() == Some(&Method::AllPassive) {
            script.push_back(Step::Apsv);
        }
        script.extend(whole_script(&order));
        Self {
            order,
            replies: ReplyReader::new(),
            script,
            pending: VecDeque::from([Step::Greeting]),
            events: VecDeque::new(),
            spelling: 0,
            segments: Vec::new(),
            entered: 0,
            method: 0,
            listening_asked: false,
            user_accepted: false,
            features: None,
            utf8_asked: false,
            format: Format::Mlsd,
            cover: Cover::None,
            protected: false,
            data: Data::None,
            received: 0,
            size: None,
            modified: None,
            restart: 0,
            type_refusal: None,
            preliminaries: 0,
            begun: false,
            file: false,
            completed: false,
            refusal: None,
            over: false,
        }
    }

    /// Bytes to write, in one write. `None` until something else happened.
    pub fn poll_send(&mut self) -> Option<Vec<u8>> {
        let mut flight = Vec::new();
        while let Some(&step) = self.script.front() {
            if step == Step::Passive && self.is_all_passive() {
                self.script.pop_front();
                self.data = Data::Unsaid;
                continue;
            }
            if !self.may_send(step) {
                break;
            }
            self.script.pop_front();
            self.encode(step, &mut flight);
            self.pending.push_back(step);
        }
        (!flight.is_empty()).then_some(flight)
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The command whose reply is awaited, for a deadline and its message; `None` while the only
    /// thing awaited is data.
    pub fn awaits(&self) -> Option<&'static str> {
        let step = self.pending.front()?;
        let silent = step.is_transfer() && self.begun && self.data == Data::Agreed;
        (!silent).then(|| self.name(*step))
    }

    /// Takes bytes from the control connection.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        self.replies.handle(bytes);
        loop {
            // What stands behind the 234 came in plain text, from anybody.
            if self.cover == Cover::Agreed && !self.replies.is_empty() {
                return self.fail(Error::Injected);
            }
            match self.replies.next_reply() {
                Ok(Some(reply)) if !self.over => self.handle_reply(reply),
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(error) => return self.fail(Error::Garbled(error)),
            }
        }
    }

    /// The control connection ended.
    pub fn handle_end(&mut self) {
        if self.completed {
            return;
        }
        let awaiting = self
            .pending
            .front()
            .map_or("a command", |step| self.name(*step));
        self.fail(Error::Ended { awaiting });
    }

    /// The control connection is under TLS, as [`Event::Secure`] asked.
    pub fn handle_secured(&mut self) {
        if self.cover == Cover::Agreed {
            self.cover = Cover::Tls;
        }
    }

    /// The driver listens at this address, as [`Event::Listen`] asked.
    pub fn handle_listening(&mut self, addr: SocketAddr) {
        if self.listening_asked && self.data == Data::None {
            self.data = Data::Listening(addr);
        }
    }

    /// Bytes came through the data connection.
    pub fn handle_data(&mut self, bytes: usize) {
        self.received = self.received.saturating_add(bytes as u64);
    }

    /// The data connection's end was reached.
    pub fn handle_data_end(&mut self) {
        if self.data == Data::Agreed {
            self.data = Data::Ended;
        }
        self.check_complete();
    }

    /// The data connection could not be opened, or listening for it failed. The control
    /// connection's reply, if one comes soon, says more than the socket's error.
    pub fn handle_data_failed(&mut self) {
        self.data = Data::Failed;
        if !self.is_transferring() {
            self.fail(Error::DataConnection {
                method: self.method(),
                reply: None,
            });
        }
    }

    /// Data came, and no 1xx before it for so long that it is taken as said: some servers never send
    /// one.
    pub fn handle_missing_preliminary(&mut self) {
        if self.over {
            return;
        }
        if let Some(&step) = self.pending.iter().find(|step| step.is_transfer()) {
            self.begin(&[], step);
        }
    }

    /// Ends the conversation: QUIT is sent if nothing is unanswered.
    pub fn quit(&mut self) {
        self.script.clear();
        if self.pending.is_empty() {
            self.script.push_back(Step::Quit);
        }
    }

    /// Whether the server has said 226 or 250, so that its end of the control connection is free to
    /// go.
    pub fn is_completed(&self) -> bool {
        self.completed
    }

    /// The method that the data connection uses or would use next.
    pub fn method(&self) -> Method {
        self.order
            .methods
            .get(self.method)
            .copied()
            .unwrap_or(Method::Passive)
    }

    /// Whether a data connection is to go under TLS. Its handshake begins with the transfer: before
    /// it some servers do not answer one.
    pub fn is_protected(&self) -> bool {
        self.protected
    }

    /// Whether RETR or a listing command is unanswered.
    pub fn is_transferring(&self) -> bool {
        self.pending.iter().any(Step::is_transfer)
    }

    /// Whether the server has agreed to listen for each transfer unasked.
    fn is_all_passive(&self) -> bool {
        self.method() == Method::AllPassive && !self.pending.contains(&Step::Apsv)
    }

    /// Whether the server knows where the data connection is.
    fn is_agreed(&self) -> bool {
        !matches!(self.data, Data::None | Data::Listening(_))
    }

    fn may_send(&mut self, step: Step) -> bool {
        if self.pending.len() >= self.order.window || self.cover == Cover::Agreed {
            return false;
        }
        match step {
            Step::Passive if !self.method().is_passive() => {
                if self.pending.is_empty() && !self.listening_asked {
                    self.listening_asked = true;
                    self.events.push_back(Event::Listen);
                }
                self.pending.is_empty() && matches!(self.data, Data::Listening(_))
            }
            Step::Auth
            | Step::User
            | Step::Acct
            | Step::Pbsz
            | Step::Apsv
            | Step::Cwd
            | Step::Passive
            | Step::Quit => self.pending.is_empty(),
            // Nothing follows PASS.
            Step::Utf8 => !self.pending.iter().any(Step::is_login),
            // Last before RETR: some servers forget it after any other command. And RETR waits for
            // the answer, which says where the data begins.
            Step::Rest => self.is_agreed(),
            Step::Retr => self.is_agreed() && !self.pending.contains(&Step::Rest),
            Step::List => self.is_agreed() && !self.pending.contains(&Step::Feat),
            _ => true,
        }
    }

    fn encode(&mut self, step: Step, out: &mut Vec<u8>) {
        if step == Step::List {
            self.format = self.listing_format();
        }
        self.utf8_asked |= step == Step::Utf8;
        let verb = self.name(step);
        let path = self.path().map(Arg::as_bytes);
        let text;
        let argument = match step {
            Step::Auth => Some(&b"TLS"[..]),
            Step::Pbsz => Some(&b"0"[..]),
            Step::Prot => Some(&b"P"[..]),
            Step::User => Some(self.order.login.user.as_bytes()),
            Step::Pass => Some(self.order.login.password.as_bytes()),
            Step::Acct => self.order.login.account.as_ref().map(Arg::as_bytes),
            Step::Cwd | Step::Size | Step::Mdtm | Step::Retr => path,
            Step::Type if self.order.representation == Representation::Ascii => Some(&b"A"[..]),
            Step::Type => Some(&b"I"[..]),
            Step::Utf8 => Some(&b"UTF8 ON"[..]),
            Step::Rest => {
                text = self.order.restart.to_string();
                Some(text.as_bytes())
            }
            Step::Passive => match (self.method(), self.data) {
                (Method::Active, Data::Listening(addr)) => {
                    text = command::port_argument(&addr).unwrap_or_default();
                    Some(text.as_bytes())
                }
                (Method::ExtendedActive, Data::Listening(addr)) => {
                    text = command::eprt_argument(&addr);
                    Some(text.as_bytes())
                }
                _ => None,
            },
            Step::Greeting | Step::Apsv | Step::Feat | Step::List | Step::Quit => None,
        };
        command::encode(verb, argument, out);
    }

    /// What CWD, SIZE, MDTM and RETR take: the path, or the segment of it that is due.
    fn path(&self) -> Option<&Arg> {
        let whole = self.order.spellings.get(self.spelling);
        self.segments.get(self.entered).or(whole)
    }

    /// The listing command to try now: those that were refused are behind us in `format`.
    fn listing_format(&self) -> Format {
        match self.format {
            Format::Mlsd if !self.features.is_some_and(|features| features.mlsd) => Format::List,
            format => format,
        }
    }

    fn name(&self, step: Step) -> &'static str {
        match step {
            Step::Greeting => "the greeting",
            Step::Auth => "AUTH",
            Step::User => "USER",
            Step::Pass => "PASS",
            Step::Acct => "ACCT",
            Step::Pbsz => "PBSZ",
            Step::Prot => "PROT",
            Step::Apsv => "APSV",
            Step::Cwd => "CWD",
            Step::Passive => self.method().verb(),
            Step::Type => "TYPE",
            Step::Feat => "FEAT",
            Step::Utf8 => "OPTS",
            Step::Size => "SIZE",
            Step::Mdtm => "MDTM",
            Step::Rest => "REST",
            Step::Retr => "RETR",
            Step::List => match self.format {
                Format::Mlsd => "MLSD",
                Format::List => "LIST",
                Format::Nlst => "NLST",
            },
            Step::Quit => "QUIT",
        }
    }

    fn start_again(&mut self, script: impl IntoIterator<Item = Step>) {
        self.drop_data();
        self.size = None;
        self.modified = None;
        self.restart = 0;
        self.begun = false;
        self.completed = false;
        self.preliminaries = 0;
        self.script = script.into_iter().collect();
        if self.features.is_some() {
            self.script.retain(|step| *step != Step::Feat);
        }
        if self.utf8_asked {
            self.script.retain(|step| *step != Step::Utf8);
        }
    }

    fn drop_data(&mut self) {
        if self.data != Data::None || self.listening_asked {
            self.events.push_back(Event::DropData);
        }
        self.data = Data::None;
        self.listening_asked = false;
        self.received = 0;
    }

    fn check_complete(&mut self) {
        if self.over || !self.completed || self.data != Data::Ended {
            return;
        }
        let received = self.received.saturating_add(self.restart);
        match self.size.filter(|_| self.file) {
            Some(expected) if expected != received => {
                self.fail(Error::Truncated { received, expected });
            }
            _ => self.complete(),
        }
    }

    fn complete(&mut self) {
        self.over = true;
        self.script.clear();
        self.events.push_back(Event::Complete);
    }

    fn fail(&mut self, mut error: Error) {
        error.reword(|line| self.order.login.redact(line));
        if !std::mem::replace(&mut self.over, true) {
            self.script.clear();
            self.events.push_back(Event::Failed(error));
        }
    }
}
