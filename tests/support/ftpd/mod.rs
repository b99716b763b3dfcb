//! A scripted FTP server for transcript tests, after the manner of curl's: a good small server
//! (RFC 959, 2428, 3659, and the APSV of RFC 1579), and vices that have names.
//!
//! ```ignore
//! let server = Ftpd::builder().file(b"/pub/a", "hello").vice(Vice::NoSize).start();
//! // .. a client fetches pub/a from server.addr() ..
//! assert_eq!(server.transcript(0), ["USER anonymous", "PASS gopher@", "PASV", "RETR pub/a"]);
//! ```
//!
//! Blocking sockets of std, and for each session two threads: a reader, which records what comes
//! even while the server is busy or silent, and one that answers. Where the server closes a control
//! connection it closes its own direction only and goes on recording, so that a test sees what the
//! client still sent and whether it closed. Commands are recorded as they were on the wire, less
//! their CR LF, bytes outside printable ASCII as `\xNN` and a backslash doubled.
//!
//! Left out: TLS, uploads, ASCII conversion.

#![allow(dead_code, unused_imports, reason = "each test crate uses some of it")]

mod channel;
mod commands;
mod receive;
mod session;
mod style;
mod transfer;
mod tree;
mod vice;

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use tree::MODIFIED;
pub use vice::{GREETING, Vice};

use tree::{Node, Tree};

/// How long the questions of a test wait for their answer.
const DEADLINE: Duration = Duration::from_secs(5);
/// Control connections that one server takes: a client in a loop ends here.
pub const MAX_SESSIONS: usize = 1024;

/// What has been seen on one control connection.
#[derive(Debug)]
struct Log {
    commands: Vec<String>,
    segments: Vec<Vec<u8>>,
    /// The peer has closed or reset the connection, or the server is being dropped.
    ended: bool,
    control: TcpStream,
}

/// What all threads of a server share.
#[derive(Debug)]
struct Shared {
    tree: Tree,
    vices: Vec<(Option<usize>, Vice)>,
    features: Vec<String>,
    stop: AtomicBool,
    logs: Mutex<Vec<Log>>,
    changed: Condvar,
}

impl Shared {
    fn logs(&self) -> MutexGuard<'_, Vec<Log>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the log of a session and wakes whoever waits for that.
    fn record(&self, session: usize, change: impl FnOnce(&mut Log)) {
        if let Some(log) = self.logs().get_mut(session) {
            change(log);
        }
        self.changed.notify_all();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Waits until `done` holds for a session; false if it does not within the deadline.
    fn wait(&self, session: usize, deadline: Duration, done: impl Fn(&Log) -> bool) -> bool {
        let waiting = |logs: &mut Vec<Log>| !logs.get(session).is_some_and(&done);
        let (_logs, late) = self
            .changed
            .wait_timeout_while(self.logs(), deadline, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        !late.timed_out()
    }
}

/// A running server. Dropping it closes every connection and ends its threads.
#[derive(Debug)]
pub struct Ftpd {
    addr: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<Vec<JoinHandle<()>>>>,
}

impl Ftpd {
    /// A server on a free port of 127.0.0.1, with an empty root directory and no vice.
    pub fn builder() -> Builder {
        Builder {
            tree: Tree::new(),
            vices: Vec::new(),
            features: None,
            ipv6: false,
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The commands of a session (counted from 0), when the client has closed its control
    /// connection. A command that was begun and not ended has `[unterminated]` behind it.
    ///
    /// # Panics
    /// If that takes more than 5 seconds.
    pub fn transcript(&self, session: usize) -> Vec<String> {
        if !self.shared.wait(session, DEADLINE, |log| log.ended) {
            panic!(
                "session {session} has not ended; so far: {:#?}",
                self.so_far(session)
            );
        }
        self.so_far(session)
    }

    /// The commands of a session up to now, none if there is no such session.
    pub fn so_far(&self, session: usize) -> Vec<String> {
        self.shared
            .logs()
            .get(session)
            .map(|log| log.commands.clone())
            .unwrap_or_default()
    }

    /// What each read from the control connection of a session returned, when it has ended.
    ///
    /// # Panics
    /// If that takes more than 5 seconds.
    pub fn segments(&self, session: usize) -> Vec<Vec<u8>> {
        drop(self.transcript(session));
        self.shared
            .logs()
            .get(session)
            .map(|log| log.segments.clone())
            .unwrap_or_default()
    }

    /// How many control connections have been accepted.
    pub fn sessions(&self) -> usize {
        self.shared.logs().len()
    }

    /// How many of them the clients have not closed.
    pub fn open_sessions(&self) -> usize {
        self.shared.logs().iter().filter(|log| !log.ended).count()
    }

    /// Waits until a session has seen a command that begins with `command`.
    ///
    /// # Panics
    /// If that takes more than 5 seconds, with the transcript.
    pub fn wait_for(&self, session: usize, command: &str) {
        let seen = |log: &Log| log.commands.iter().any(|line| line.starts_with(command));
        if !self.shared.wait(session, DEADLINE, seen) {
            panic!(
                "session {session} saw no {command}, but: {:#?}",
                self.so_far(session)
            );
        }
    }

    /// Waits until the client has closed the control connection of a session, and says how long
    /// after this call that was; `Err` if it is not within the deadline.
    pub fn wait_closed(&self, session: usize, deadline: Duration) -> Result<Duration, ()> {
        let from = Instant::now();
        let closed = self.shared.wait(session, deadline, |log| log.ended);
        if closed { Ok(from.elapsed()) } else { Err(()) }
    }
}

impl Drop for Ftpd {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // The listener looks at `stop` after each accept: this is the last.
        drop(TcpStream::connect(self.addr));
        let sessions = self.listener.take().and_then(|thread| thread.join().ok());
        for log in self.shared.logs().iter() {
            let _ = log.control.shutdown(Shutdown::Both);
        }
        for session in sessions.unwrap_or_default() {
            let _ = session.join();
        }
    }
}

/// What a server shall serve, and how badly.
#[derive(Debug)]
pub struct Builder {
    tree: Tree,
    vices: Vec<(Option<usize>, Vice)>,
    features: Option<Vec<String>>,
    ipv6: bool,
}

impl Builder {
    /// Serves a file, and makes the directories above it. Its MDTM is [`MODIFIED`].
    pub fn file(mut self, path: &[u8], body: impl Into<Vec<u8>>) -> Self {
        self.tree.add(path, Node::File(body.into().into()));
        self
    }

    /// Serves a directory, and makes those above it.
    pub fn dir(mut self, path: &[u8]) -> Self {
        self.tree.add(path, Node::Dir);
        self
    }

    /// Adds a vice, in all sessions.
    pub fn vice(mut self, vice: Vice) -> Self {
        self.vices.push((None, vice));
        self
    }

    /// Adds a vice in one session only (counted from 0): the next finds a better server.
    pub fn vice_in(mut self, session: usize, vice: Vice) -> Self {
        self.vices.push((Some(session), vice));
        self
    }

    /// The lines of the answer to FEAT.
    pub fn features(mut self, lines: &[&str]) -> Self {
        self.features = Some(lines.iter().map(|line| (*line).to_owned()).collect());
        self
    }

    /// Listens on ::1.
    pub fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// Starts the server; it listens when this returns.
    ///
    /// # Panics
    /// If it cannot listen.
    pub fn start(self) -> Ftpd {
        let host: SocketAddr = match self.ipv6 {
            true => (Ipv6Addr::LOCALHOST, 0).into(),
            false => (Ipv4Addr::LOCALHOST, 0).into(),
        };
        let listener = TcpListener::bind(host).expect("a loopback port to listen on");
        let addr = listener.local_addr().expect("the listener's address");
        let features = self.features.unwrap_or_else(|| {
            let lines = ["MDTM", "SIZE", "MLST type*;size*;modify*;", "EPSV"];
            let without = |name: &str| match name {
                "MDTM" => Some(Vice::NoMdtm),
                "SIZE" => Some(Vice::NoSize),
                _ if name.starts_with("MLST") => Some(Vice::NoMlsd),
                _ => None,
            };
            let has = |vice: &Vice| {
                let same = |other: &Vice| {
                    other == vice || *vice == Vice::NoMlsd && *other == Vice::NlstOnly
                };
                self.vices.iter().any(|(_, other)| same(other))
            };
            let kept = |line: &&str| !without(line).is_some_and(|vice| has(&vice));
            lines.into_iter().filter(kept).map(str::to_owned).collect()
        });
        let shared = Arc::new(Shared {
            tree: self.tree,
            vices: self.vices,
            features,
            stop: AtomicBool::new(false),
            logs: Mutex::new(Vec::new()),
            changed: Condvar::new(),
        });
        let given = Arc::clone(&shared);
        let thread = std::thread::spawn(move || listen(&listener, &given));
        Ftpd {
            addr,
            shared,
            listener: Some(thread),
        }
    }
}

/// Takes control connections until the server is dropped.
fn listen(listener: &TcpListener, shared: &Arc<Shared>) -> Vec<JoinHandle<()>> {
    let mut threads = Vec::new();
    while threads.len() < MAX_SESSIONS {
        let Ok((control, _)) = listener.accept() else {
            break;
        };
        if shared.stopped() {
            break;
        }
        let Ok(kept) = control.try_clone() else {
            continue;
        };
        let log = Log {
            commands: Vec::new(),
            segments: Vec::new(),
            ended: false,
            control: kept,
        };
        let index = {
            let mut logs = shared.logs();
            logs.push(log);
            logs.len() - 1
        };
        shared.changed.notify_all();
        let shared = Arc::clone(shared);
        threads.push(std::thread::spawn(move || {
            session::run(&shared, index, control)
        }));
    }
    threads
}

/// Bytes as a transcript shows them.
fn escape(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out
}
