//! What a case stands on: one server, a gateway before it, and what is to be seen there.

use crate::support::left_out;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::thread;

use crate::TITLES;
use crate::raw::Raw;
use crate::support::archive::{MODIFIED, archive};
use crate::support::gateway::{self, Gateway};
use crate::support::real::{self, Daemon, RealServer};
use crate::table;

/// The servers that most cases share, by daemon and family. They are never dropped; their lifelines
/// end them with this process.
static SERVERS: [[OnceLock<Option<RealServer>>; 2]; Daemon::ALL.len()] =
    [const { [const { OnceLock::new() }; 2] }; Daemon::ALL.len()];

/// The date that all of the archive has.
const DATE: &str = "2024-01-15";

/// One server, and what a case left out.
pub struct Ground {
    pub daemon: Daemon,
    pub ipv6: bool,
    title: &'static str,
    left_out: RefCell<Vec<String>>,
}

/// Runs a case on its ground, if there is one.
pub fn check(title: &'static str, daemon: Daemon, ipv6: bool, case: fn(&Ground, &RealServer)) {
    table::rows(TITLES.iter().flat_map(|title| both_families(title)));
    let ground = Ground {
        daemon,
        ipv6,
        title,
        left_out: RefCell::default(),
    };
    let place = Daemon::ALL.iter().position(|one| *one == daemon).unwrap();
    let shared = SERVERS[place][usize::from(ipv6)]
        .get_or_init(|| real::start(daemon, &ground.setup(), &archive().root));
    match shared {
        Some(server) => case(&ground, server),
        None => ground.leave_out(ground.lack()),
    }
}

fn both_families(title: &str) -> [String; 2] {
    [false, true].map(|ipv6| row(title, ipv6))
}

fn row(title: &str, ipv6: bool) -> String {
    format!("{title}, IPv{}", if ipv6 { 6 } else { 4 })
}

impl Ground {
    /// The setup of an accommodating server of the family.
    pub fn setup(&self) -> real::Setup {
        real::Setup {
            ipv6: self.ipv6,
            ..real::Setup::default()
        }
    }

    /// A server of its own for one case.
    pub fn start(&self, setup: &real::Setup) -> Option<RealServer> {
        real::start(self.daemon, setup, &archive().root)
    }

    /// Says what this server cannot do, and so was not tried.
    pub fn leave_out(&self, why: &str) {
        left_out::say(&format!("{}: {}: {why}", self.daemon.name(), self.title));
        self.left_out.borrow_mut().push(why.to_owned());
    }

    /// Says what the server does otherwise than the others, and was tried as it does it.
    pub fn note(&self, what: &str) {
        println!("known limit: {}: {what}", self.daemon.name());
        self.left_out.borrow_mut().push(what.to_owned());
    }

    fn lack(&self) -> &'static str {
        match self.daemon.is_installed() {
            true => "the machine has no such address",
            false => "not installed by tests/lab/install.sh, or not root",
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let result = match self.left_out.borrow().join("; ") {
            _ if thread::panicking() => "FAILED".to_owned(),
            why if why.is_empty() => "ok".to_owned(),
            why => format!("left out: {why}"),
        };
        table::record(&row(self.title, self.ipv6), self.daemon.name(), &result);
    }
}

/// A gateway that links the server's root, with more text in its configuration.
pub fn gateway(server: &RealServer, config: &str) -> Gateway {
    gateway::Setup::linking(server.addr())
        .config(config)
        .start()
}

/// The selector of a path on the server, as menus have it; the path is to be encoded already.
pub fn selector(server: &RealServer, path: &str) -> String {
    let authority = server.addr().to_string();
    let authority = authority.replace('[', "%5B").replace(']', "%5D");
    format!("/ftp/{authority}/{path}")
}

/// The lines of a menu without its lastline, sorted since each server has its own order, and with
/// one blank for each gap between columns; nothing in a selector is a blank.
#[track_caller]
pub fn lines(menu: &[u8]) -> Vec<String> {
    let items = menu.strip_suffix(b".\r\n").expect("no lastline");
    let lines = items.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<String> = lines
        .map(|line| {
            let mut line = line.to_vec();
            line.dedup_by(|a, b| (*a, *b) == (b' ', b' '));
            line.escape_ascii().to_string()
        })
        .collect();
    lines.sort_unstable();
    lines
}

/// The line of an item of the archive in a menu of a gateway at this address, as [`lines`] has it.
pub fn line(kind: char, name: &str, size: Option<&str>, selector: &str, at: SocketAddr) -> String {
    assert_eq!(MODIFIED, 1_705_320_000, "{DATE} is no longer its date");
    let columns = [Some(name), size, Some(DATE)].into_iter().flatten();
    let display = columns.collect::<Vec<_>>().join(" ");
    let (host, port) = (at.ip(), at.port());
    format!("{kind}{display}\t{selector}\t{host}\t{port}\r\n")
        .escape_default()
        .to_string()
}

/// The root of the archive as a menu of a gateway at this address, sorted.
pub fn root_lines(server: &RealServer, at: SocketAddr) -> Vec<String> {
    let file = |kind, name: &str, size| line(kind, name, Some(size), &selector(server, name), at);
    let directory = |name: &str| line('1', name, None, &selector(server, &format!("{name}/")), at);
    let mut lines = vec![
        file('0', "README", "154"),
        file('9', "big.bin", "300M"),
        file('9', "empty.bin", "0"),
    ];
    lines.extend(["hundreds", "links", "locked", "many", "secret", "sub"].map(directory));
    lines.sort_unstable();
    lines
}

/// Whether an error item tells of this reply, as the server gave it to a plain FTP client.
#[track_caller]
pub fn assert_tells(answer: &[u8], server: &RealServer, verdict: &str, reply: &str) {
    let text = gateway::error_text(answer);
    let expected = format!("the FTP server {} {verdict}: {reply}", server.addr());
    assert_eq!(text, expected);
}

/// What the server answers to RETR of a path, which it must refuse.
#[track_caller]
pub fn refusal_of_file(server: &RealServer, path: &[u8]) -> String {
    let reply = Raw::open(server).retr(path).expect_err("not refused");
    assert!(reply.starts_with('5'), "{reply}");
    reply
}

/// What the server answers to CWD to a path, which it must refuse.
#[track_caller]
pub fn refusal_of_directory(server: &RealServer, path: &str) -> String {
    let reply = Raw::open(server).ask(&[b"CWD ", path.as_bytes()].concat());
    assert!(reply.starts_with('5'), "{reply}");
    reply
}
