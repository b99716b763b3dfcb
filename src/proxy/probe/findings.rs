//! What a probe found, as a table and a verdict. Pure: no socket and no clock.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::ftp::listing::{Entry, Format, Kind, Line, Reader};
use crate::ftp::reply::{Class, Reply};
use crate::wire::Words;

/// Bytes of a file that is small.
const SMALL: u64 = 1024 * 1024;

/// Whether a site offers something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Offered {
    /// It was not asked.
    #[default]
    Unknown,
    /// No, and what the site said or did.
    No(String),
    /// Yes, and more of it.
    Yes(String),
}

/// All that a probe found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The greeting, which often names the software.
    pub greeting: Offered,
    /// How long it took to connect, at best.
    pub connect: Option<Duration>,
    /// How long replies to NOOP took.
    pub round_trips: Vec<Duration>,
    /// The login.
    pub login: Offered,
    /// SYST.
    pub system: Offered,
    /// FEAT, with its list.
    pub features: Offered,
    /// PASV, and a listing through it.
    pub passive: Offered,
    /// EPSV, and a listing through it.
    pub extended: Offered,
    /// EPSV ALL, and a listing after it.
    pub extended_all: Offered,
    /// PORT, or EPRT on IPv6: whether the server's call comes.
    pub active: Offered,
    /// APSV of RFC 1579.
    pub apsv: Offered,
    /// MLSD, and a listing by it.
    pub mlsd: Offered,
    /// SIZE of a file.
    pub size: Offered,
    /// MDTM of a file.
    pub modified: Offered,
    /// REST.
    pub restart: Offered,
    /// OPTS UTF8 ON.
    pub utf8: Offered,
    /// AUTH TLS.
    pub tls: Offered,
    /// Commands in flights.
    pub pipelining: Offered,
    /// What LIST looks like.
    pub listing: Offered,
    /// The ports that 227 and 229 named.
    pub ports: Vec<u16>,
    /// The address that the 227 named, and the server's own.
    pub address: Option<(Ipv4Addr, IpAddr)>,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What.
    pub what: &'static str,
    /// `yes`, `no`, or `-` where that is no question or was not asked.
    pub offered: &'static str,
    /// More of it.
    pub detail: String,
}

/// Whether the site can be served from behind a router that lets only outgoing calls pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether.
    pub works: bool,
    /// Why, or why not.
    pub why: String,
}

impl Findings {
    /// The table, always of the same lines.
    pub fn rows(&self) -> Vec<Row> {
        let offers = [
            ("greeting", &self.greeting),
            ("login", &self.login),
            ("SYST", &self.system),
            ("FEAT", &self.features),
            ("PASV", &self.passive),
            ("EPSV", &self.extended),
            ("EPSV ALL", &self.extended_all),
            ("PORT", &self.active),
            ("APSV", &self.apsv),
            ("MLSD", &self.mlsd),
            ("SIZE", &self.size),
            ("MDTM", &self.modified),
            ("REST", &self.restart),
            ("UTF8", &self.utf8),
            ("AUTH TLS", &self.tls),
            ("pipelining", &self.pipelining),
            ("listing format", &self.listing),
        ];
        let mut rows: Vec<Row> = offers.map(|(what, offered)| row(what, offered)).into();
        rows.push(row("227 address", &self.address_offered()));
        let fact = |what, detail| Row {
            what,
            offered: "-",
            detail,
        };
        rows.push(fact("passive ports", self.ports_seen()));
        rows.push(fact("round trip", self.round_trip()));
        rows
    }

    fn ports_seen(&self) -> String {
        match (self.ports.iter().min(), self.ports.iter().max()) {
            (Some(low), Some(high)) => {
                format!("{low} to {high}, in {} replies", self.ports.len())
            }
            _ => "none was named".to_owned(),
        }
    }

    fn round_trip(&self) -> String {
        let connect = self.connect.map_or_else(
            || "no connection".to_owned(),
            |took| format!("{} to connect", milliseconds(took)),
        );
        let mut took = self.round_trips.clone();
        took.sort_unstable();
        match took.get(took.len() / 2) {
            None => connect,
            Some(median) => format!("{}, {connect}", milliseconds(*median)),
        }
    }

    /// Whether the address in the 227 is one that clients can dial. This gateway never does.
    fn address_offered(&self) -> Offered {
        let Some((named, peer)) = self.address else {
            return Offered::Unknown;
        };
        if IpAddr::V4(named) == peer {
            return Offered::Yes("the server's own".to_owned());
        }
        let kind = if named.is_unspecified() {
            "no address at all"
        } else if named.is_private() || named.is_loopback() || named.is_link_local() {
            "a private address"
        } else {
            "another host's"
        };
        Offered::No(format!("{named}, {kind}; gophergate does not dial it"))
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        let no = |why: String| Verdict { works: false, why };
        for (what, offered) in [("greeting", &self.greeting), ("login", &self.login)] {
            match offered {
                Offered::Yes(_) => {}
                Offered::No(why) => return no(format!("{what}: {why}")),
                Offered::Unknown => return no(format!("{what}: none")),
            }
        }
        let works = |offered: &Offered| matches!(offered, Offered::Yes(_));
        let ways = match (works(&self.passive), works(&self.extended)) {
            (true, true) => "PASV and EPSV work",
            (true, false) => "PASV works",
            (false, true) => "EPSV works",
            (false, false) if works(&self.active) => {
                return no("only PORT works, for which the server has to call".to_owned());
            }
            (false, false) => {
                let why = |offered: &Offered| match offered {
                    Offered::No(why) | Offered::Yes(why) => why.clone(),
                    Offered::Unknown => "not tried".to_owned(),
                };
                let (passive, extended) = (why(&self.passive), why(&self.extended));
                return no(format!(
                    "no data connection comes about; PASV: {passive}; EPSV: {extended}"
                ));
            }
        };
        Verdict {
            works: true,
            why: format!(
                "{ways}: gophergate can serve it from behind a router that lets only outgoing calls pass"
            ),
        }
    }
}

fn row(what: &'static str, offered: &Offered) -> Row {
    let (offered, detail) = match offered {
        Offered::Unknown => ("-", "not asked"),
        Offered::No(why) => ("no", why.as_str()),
        Offered::Yes(more) => ("yes", more.as_str()),
    };
    Row {
        what,
        offered,
        detail: detail.to_owned(),
    }
}

pub(super) fn milliseconds(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1000.0)
}

/// The line of a greeting that is likeliest to name the software.
pub(super) fn software(greeting: &Reply) -> String {
    let names = |line: &&Vec<u8>| {
        let line = line.to_ascii_lowercase();
        memchr::memmem::find(&line, b"ftp").is_some()
    };
    let line = greeting.lines.iter().find(names);
    let line = line.map_or_else(|| greeting.text(), Vec::as_slice);
    Words(line.trim_ascii()).to_string()
}

/// The list of a 211.
pub(super) fn features(reply: &Reply) -> String {
    let inner = match reply.lines.as_slice() {
        [_, inner @ .., _] => inner,
        _ => &[],
    };
    let names: Vec<String> = inner
        .iter()
        .map(|line| Words(line.trim_ascii()).to_string())
        .collect();
    if names.is_empty() {
        "an empty list".to_owned()
    } else {
        Words(names.join(", ").as_bytes()).to_string()
    }
}

/// What a reply that is not 1xx says of its command.
pub(super) fn by_class(reply: &Reply, words: String) -> Offered {
    match reply.code.class() {
        Class::Completion => Offered::Yes(words),
        _ => Offered::No(words),
    }
}

/// The names in a listing, and for a LIST what its lines look like.
pub(super) fn look_at(format: Format, listing: &[u8]) -> (usize, Offered) {
    let mut names = 0;
    let mut puzzling = 0;
    let mut dialect = None;
    let mut reader = Reader::new(format, None);
    for line in listing.split(|byte| *byte == b'\n') {
        let read = reader.line(line);
        puzzling += usize::from(reader.unread().is_some());
        match read {
            Some(Line::Entry(_)) => names += 1,
            Some(Line::Noise | Line::Unusable) => {}
            None => puzzling += 1,
        }
        dialect = dialect.or_else(|| reader.dialect());
    }
    puzzling += usize::from(reader.end().is_some());
    let offered = match (dialect, puzzling) {
        (None, 0) => Offered::Unknown,
        (None, n) => Offered::No(format!("{n} lines, and none is understood")),
        (Some(dialect), 0) => Offered::Yes(format!("{dialect}, {}", counted(names))),
        (Some(dialect), n) => Offered::Yes(format!(
            "{dialect}, {}; {n} lines are not understood",
            counted(names)
        )),
    };
    (names, offered)
}

pub(super) fn counted(names: usize) -> String {
    match names {
        1 => "1 name".to_owned(),
        n => format!("{n} names"),
    }
}

/// A file to ask more about: the first that is small and not empty, or else the first.
pub(super) fn a_file(format: Format, listing: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(format, None);
    let lines = listing.split(|byte| *byte == b'\n');
    let mut files = lines.filter_map(|line| match reader.line(line) {
        Some(Line::Entry(entry)) if entry.kind == Kind::File => Some(entry),
        _ => None,
    });
    let first = files.next()?;
    let is_small = |entry: &Entry| entry.size.is_some_and(|size| (1..=SMALL).contains(&size));
    if is_small(&first) {
        return Some(first.name);
    }
    Some(files.find(is_small).unwrap_or(first).name)
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;
