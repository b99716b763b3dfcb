//! What passes between the gateway and an FTP server, command by command, in lock-step and in
//! flights: good servers, and bad ones of every kind.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "../support/mod.rs"]
mod support;

mod active;
mod addresses;
mod apsv;
mod busy;
mod directories;
mod endless;
mod ends;
mod files;
mod folders;
mod hostile;
mod links;
mod listings;
mod login;
mod passive;
mod queue;
mod refusals;
mod replies;
mod stalled;
mod truncated;
mod utf8;
mod vices;
mod walks;

use std::thread;

use support::ftpd::{Builder, Ftpd, Vice};
use support::gateway::{Gateway, Item, Setup, error_text, items, wait_until};

/// Both ways to send commands: one at a time, and as many as a flight has.
const WINDOWS: [usize; 2] = [1, 8];
/// What `LOGIN` stands for in a transcript.
const LOGIN: &str = "USER anonymous|PASS gophergate@example.com";
/// The transcript of a file that was fetched without a surprise, in either window.
const FILE: &str = "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT";
/// The same of a directory.
const DIRECTORY: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|QUIT";
/// The file of most conversations.
const BODY: &[u8] = b"one\r\ntwo\n";
/// Deadlines of a second, for servers that are silent.
const HASTE: &str = "seconds.reply = 1\nseconds.idle = 1\nseconds.data_connect = 1";

/// A server with a file and a directory, before its vices.
fn archive() -> Builder {
    Ftpd::builder().file(b"/pub/a", BODY).dir(b"/pub/deep")
}

/// A gateway and the server that it is asked about.
struct Case {
    server: Ftpd,
    gateway: Gateway,
    descriptors: usize,
}

impl Case {
    fn new(builder: Builder, window: usize) -> Self {
        Self::with_config(builder, window, "")
    }

    fn with_config(builder: Builder, window: usize, config: &str) -> Self {
        let server = builder.start();
        let gateway = Setup::linking(server.addr())
            .config(&format!("window = {window}"))
            .config(config)
            .start();
        let descriptors = gateway.descriptors();
        Self {
            server,
            gateway,
            descriptors,
        }
    }

    /// Asks for a path of the server; an answer that ends in a reset is an error.
    fn ask(&self, path: &str) -> Result<Vec<u8>, Vec<u8>> {
        let request = format!("/ftp/{}/{path}\r\n", self.server.addr());
        self.gateway.exchange(request.as_bytes())
    }

    /// An answer that ends well.
    #[track_caller]
    fn get(&self, path: &str) -> Vec<u8> {
        self.ask(path).unwrap_or_else(|_| {
            panic!("{path}: reset\n{}", self.gateway.log());
        })
    }

    /// The items of a directory, which must be a menu.
    #[track_caller]
    fn menu(&self, path: &str) -> Vec<Item> {
        items(&self.get(path))
    }

    /// The text of an answer that is an error item, with the server called SERVER.
    #[track_caller]
    fn error(&self, path: &str) -> String {
        error_text(&self.get(path)).replace(&self.server.addr().to_string(), "SERVER")
    }

    /// What a client has of a file whose transfer broke off: a part of it, and a reset.
    #[track_caller]
    fn cut(&self, path: &str, body: &[u8]) -> usize {
        let part = self.ask(path).expect_err("a truncated file that ends well");
        assert!(
            body.starts_with(&part),
            "{:?}",
            part.escape_ascii().to_string()
        );
        part.len()
    }

    /// The server saw these sessions, command by command, and all of them are closed; the gateway
    /// holds nothing of them, and answers the next request.
    #[track_caller]
    fn saw(self, sessions: &[&str]) {
        let seen: Vec<String> = (0..self.server.sessions())
            .map(|session| self.server.transcript(session).join("|"))
            .collect();
        let expected: Vec<String> = sessions
            .iter()
            .map(|session| session.replace("LOGIN", LOGIN))
            .collect();
        assert_eq!(seen, expected, "{}", self.gateway.log());
        assert_eq!(self.server.open_sessions(), 0);
        assert_eq!(self.gateway.menu("")[0].text(), "archive");
        wait_until("no descriptor more than at the start", || {
            self.gateway.descriptors() <= self.descriptors
        });
        let log = self.gateway.log();
        assert!(!log.contains("panicked"), "{log}");
    }
}

/// Runs every case in both windows, all at once: most of them wait.
fn each<T: Sync>(cases: &[T], run: impl Fn(&T, usize) + Sync) {
    let run = &run;
    thread::scope(|scope| {
        for case in cases {
            for window in WINDOWS {
                scope.spawn(move || run(case, window));
            }
        }
    });
}

fn both(run: impl Fn(usize) + Sync) {
    each(&[()], |(), window| run(window));
}

/// What is sent up to and with `command`, if its reply ends the session: in lock-step nothing
/// more, in flights the rest of its flight. A `!` marks the first command of a flight, and a `?`
/// one that waits for the reply to PASV only.
fn until(commands: &str, command: &str, window: usize) -> String {
    let mut sent: Vec<&str> = Vec::new();
    let mut met = false;
    for each in commands.split('|') {
        let bare = each.trim_start_matches(['!', '?']);
        let waits = match each.as_bytes()[0] {
            b'!' => met,
            b'?' => met && (window == 1 || command == "PASV" || sent.len() < 3),
            _ => met && window == 1,
        };
        if waits {
            break;
        }
        sent.push(bare);
        met |= bare.starts_with(command);
    }
    assert!(met || command == support::ftpd::GREETING, "{command}");
    sent.join("|")
}

/// The flights of a file, as [`until`] reads them.
const FILE_FLIGHTS: &str =
    "!USER anonymous|PASS gophergate@example.com|!PASV|TYPE I|SIZE pub/a|MDTM pub/a|?RETR pub/a";
/// The same of a directory.
const DIRECTORY_FLIGHTS: &str =
    "!USER anonymous|PASS gophergate@example.com|!CWD pub|!PASV|TYPE I|FEAT|!MLSD";
