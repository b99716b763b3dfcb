//! What holds for each decoder whatever it is fed: a module for each, with a `check` that libFuzzer calls, and
//! the ordinary tests (`tests/seeds.rs`) with the seeds and all that is near them.
//!
//! Here is what they share: inputs cut into pieces, and properties that more than one of them asserts.

pub mod charset;
pub mod config;
pub mod directory;
pub mod features;
pub mod gophermap;
pub mod links;
pub mod listing_list;
pub mod listing_mlsd;
pub mod listing_nlst;
pub mod listing_reader;
pub mod menu;
pub mod netrc;
pub mod passive;
pub mod replies;
pub mod request;
pub mod selector;
pub mod text;
pub mod timestamps;
pub mod user_pi;
pub mod wire;

use gophergate::config::Config;
use gophergate::ftp::listing::{Entry, Line, Modified, Precision};
use gophergate::ftp::reply::{Error, ReplyReader};
use gophergate::ftp::{
    Arg, Login, Method, Order, Reply, Want,
    user_pi::{Names, Representation, Tls},
};
use gophergate::gate::Sites;
use jiff::civil::DateTime;

/// The year that dates without one are worked out from.
pub const NOW: DateTime = jiff::civil::datetime(2024, 5, 1, 12, 0, 0, 0);

/// The input in pieces whose lengths its own bytes say, so that the fuzzer chooses the cuts and seeds stay
/// plain text.
pub fn pieces(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let first = *data.first()?;
        let (piece, rest) = data.split_at(data.len().min(1 + usize::from(first) % 23));
        data = rest;
        Some(piece)
    })
}

/// The lines of a stream, LF taken off.
pub fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == b'\n')
}

/// All replies of a stream that comes in these pieces, and the error that ended it.
pub fn replies<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Reply>, Option<Error>) {
    let mut reader = ReplyReader::new();
    let mut replies = Vec::new();
    for piece in pieces {
        reader.handle(piece);
        loop {
            match reader.next_reply() {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => break,
                Err(error) => return (replies, Some(error)),
            }
        }
    }
    (replies, None)
}

/// Sites of every sort: with a name, a root, a port, or without.
pub fn sites() -> Sites {
    let text = r#"
        [site."ftp.gnu.org"]
        name = "gnu"
        root = "/gnu/"
        [site."10.0.0.5:2121"]
        name = "own"
        root = "pub/files"
        [site."[2001:db8::1]"]
        name = "six"
        [site."h.example"]
        window = 5
    "#;
    Config::parse("sites", text)
        .and_then(|config| config.sites().map_err(|_| unreachable!()))
        .expect("valid")
}

/// An order for `path`, as the letters of `how` say.
pub fn order(how: &[u8], path: &[u8]) -> Order {
    let arg = |text: &str| Arg::parse(text).expect("no CR, LF or NUL");
    let has = |letter: u8| how.contains(&letter);
    let mut methods = Method::list(has(b'6'), has(b'P'));
    if has(b'V') {
        methods.insert(0, Method::AllPassive);
    }
    Order {
        login: Login {
            user: arg("anonymous"),
            password: arg("me@here"),
            account: has(b'C').then(|| arg("account")),
        },
        want: match (has(b'F'), has(b'D')) {
            (true, _) => Want::File,
            (false, true) => Want::Directory,
            (false, false) => Want::Either,
        },
        spellings: Arg::spellings(path).unwrap_or_default(),
        representation: if has(b'A') {
            Representation::Ascii
        } else {
            Representation::Image
        },
        restart: if has(b'B') { 7 } else { 0 },
        methods,
        data_ports: 1024..=u16::MAX,
        names: if has(b'O') { Names::Other } else { Names::Utf8 },
        tls: match (has(b'T'), has(b'R')) {
            (true, _) => Tls::Try,
            (false, true) => Tls::Require,
            (false, false) => Tls::Never,
        },
        window: if has(b'8') { 8 } else { 1 },
    }
}

/// What holds for every line of a listing, in whatever format.
pub fn assert_line(line: Option<Line>, longest: usize) {
    if let Some(Line::Entry(entry)) = line {
        assert_entry(&entry, longest);
    }
}

/// What holds for every entry: its name can be asked for, and nothing of it is longer than what it was
/// read from.
pub fn assert_entry(entry: &Entry, longest: usize) {
    let name = &entry.name;
    assert!(
        !name.is_empty() && name != b"." && name != b"..",
        "{entry:?}"
    );
    assert!(
        !name.iter().any(|byte| b"\r\n\0/".contains(byte)),
        "{entry:?}"
    );
    assert!(name.len() <= longest, "{entry:?}");
    if let Some(target) = &entry.target {
        assert!(
            !target.iter().any(|byte| b"\r\n\0".contains(byte)),
            "{entry:?}"
        );
        assert!(target.len() <= longest, "{entry:?}");
    }
    if let Some(modified) = entry.modified {
        assert_modified(modified);
    }
}

/// What a time does not tell is 0.
pub fn assert_modified(modified: Modified) {
    let at = modified.at;
    match modified.precision {
        Precision::Day => assert_eq!((at.hour(), at.minute(), at.second()), (0, 0, 0)),
        Precision::Minute => assert_eq!(at.second(), 0),
        Precision::Second => {}
    }
}

/// Whether these are whole commands: lines that end in CRLF, without CR, LF or NUL inside.
pub fn assert_commands(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = bytes
        .strip_suffix(b"\r\n")
        .unwrap_or_else(|| panic!("no CRLF: {}", bytes.escape_ascii()));
    lines(text).enumerate().map(move |(at, line)| {
        let last = at == text.iter().filter(|byte| **byte == b'\n').count();
        let line = if last {
            line
        } else {
            line.strip_suffix(b"\r").expect("a CRLF")
        };
        assert!(
            !line.is_empty() && !line.iter().any(|byte| b"\r\0".contains(byte)),
            "{}",
            line.escape_ascii()
        );
        line
    })
}
