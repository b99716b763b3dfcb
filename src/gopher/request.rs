//! The request line: RFC 1436 section 2 ("the client sends a selector string followed by CRLF"),
//! its search string, and what Gopher+ puts after a TAB.
//!
//! [`RequestReader`] takes bytes as they come. It accepts LF for CRLF, since w3m and bombadillo end
//! their requests so, and recognises TLS and HTTP clients, which deserve an answer that they can
//! read.
//!
//! Left out: Gopher+ views by name (there is one view of everything) and the data block of ASK
//! forms.

use std::fmt;

use memchr::memchr;

/// Bytes of a request up to and including its LF. UMN's client, lynx and Mosaic hold no longer
/// ones; RFC 1436 allows a selector of 255, and the rest leaves room for percent-encoding and a
/// search.
pub const MAX_REQUEST: usize = 1024;

/// HTTP's methods, and `PRI` from HTTP/2's preface.
const HTTP_METHODS: &[&[u8]] = &[
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"CONNECT",
    b"OPTIONS",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PRI",
];

/// What a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The selector as sent, of any character set; free of controls but DEL. Empty asks for the
    /// root.
    pub selector: Vec<u8>,
    /// What stands after the TAB, as a search string; it may be empty.
    pub search: Option<Vec<u8>>,
    /// What a Gopher+ client wants beside or instead of the item's content.
    pub plus: Option<Plus>,
}

/// A Gopher+ request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plus {
    /// `+` or `+view`: the content, with a Gopher+ header.
    View,
    /// `!`: what is known about the item.
    Info,
    /// `$`: what is known about every item of the menu.
    Directory,
}

/// Collects a request from bytes as they arrive. The result does not depend on how they were cut.
#[derive(Debug, Default)]
pub struct RequestReader {
    line: Vec<u8>,
    finished: bool,
}

impl RequestReader {
    /// A reader before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes; `None` means that the request is not complete yet.
    ///
    /// Bytes after the LF are ignored, and so is everything after a request or an error was
    /// returned.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] as soon as [`MAX_REQUEST`] bytes have come without an LF, [`Error::Tls`]
    /// at the second byte, the others at the LF. [`Error::Ended`] and [`Error::Silent`] never.
    pub fn handle(&mut self, bytes: &[u8]) -> Result<Option<Request>, Error> {
        if self.finished {
            return Ok(None);
        }
        let room = MAX_REQUEST.saturating_sub(self.line.len());
        let bytes = bytes.get(..room).unwrap_or(bytes);
        let lf = memchr(b'\n', bytes);
        self.line
            .extend_from_slice(lf.and_then(|at| bytes.get(..at)).unwrap_or(bytes));

        // A TLS record: a handshake (22), and the major version, which has been 3 since SSL 3.0.
        let result = if self.line.starts_with(&[0x16, 0x03]) {
            Err(Error::Tls)
        } else if lf.is_some() {
            parse(&self.line).map(Some)
        } else if self.line.len() >= MAX_REQUEST {
            Err(Error::TooLong)
        } else {
            return Ok(None);
        };
        self.finished = true;
        result
    }

    /// The client closed its side before the request was complete.
    #[must_use]
    pub fn handle_end(self) -> Error {
        if self.line.is_empty() {
            Error::Silent
        } else {
            Error::Ended
        }
    }
}

/// Why a request was not understood. All of these are the client's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A control character other than TAB, or a CR that no LF follows.
    Control,
    /// The connection ended before the LF.
    Ended,
    /// An HTTP request.
    Http,
    /// A NUL byte.
    Nul,
    /// The connection ended without a byte: a port scan or a health check.
    Silent,
    /// A TLS handshake.
    Tls,
    /// No LF within [`MAX_REQUEST`] bytes.
    TooLong,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "your client sent a control character inside the selector",
            Self::Ended => "your client closed the connection before its request was complete",
            Self::Http => "your client speaks HTTP, but this is a Gopher server",
            Self::Nul => "your client sent a NUL byte inside the selector",
            Self::Silent => "your client closed the connection without asking for anything",
            Self::Tls => "your client began a TLS handshake, but this port speaks plain Gopher",
            Self::TooLong => {
                return write!(
                    f,
                    "your client sent a request longer than {MAX_REQUEST} bytes"
                );
            }
        })
    }
}

impl std::error::Error for Error {}

/// Parses a line without its LF.
fn parse(line: &[u8]) -> Result<Request, Error> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_http(line) {
        return Err(Error::Http);
    }
    if line.contains(&0) {
        return Err(Error::Nul);
    }
    if line.iter().any(|&byte| byte < b' ' && byte != b'\t') {
        return Err(Error::Control);
    }
    let mut fields = line.split(|&byte| byte == b'\t');
    let selector = fields.next().unwrap_or_default().to_vec();
    let (search, plus) = match (fields.next(), fields.next().and_then(gopher_plus)) {
        (None, _) => (None, None),
        // RFC 4266 section 2.1: the search string is there but empty before a Gopher+ string.
        (Some(b""), Some(plus)) => (None, Some(plus)),
        (Some(search), Some(plus)) => (Some(search), Some(plus)),
        (Some(field), None) => match gopher_plus(field) {
            Some(plus) => (None, Some(plus)),
            None => (Some(field), None),
        },
    };
    let search = search.map(<[u8]>::to_vec);
    Ok(Request {
        selector,
        search,
        plus,
    })
}

/// Whether a field is Gopher+'s: `+`, `!` or `$` alone, or with what may follow it there (`+` and a
/// view, which names a MIME type; `!` or `$` and `+BLOCK` names). Anything else, say `$100` or
/// `+more`, is what somebody searches for.
fn gopher_plus(field: &[u8]) -> Option<Plus> {
    match field {
        b"+" => Some(Plus::View),
        [b'+', view @ ..] if view.contains(&b'/') => Some(Plus::View),
        [b'!'] | [b'!', b'+', ..] => Some(Plus::Info),
        [b'$'] | [b'$', b'+', ..] => Some(Plus::Directory),
        _ => None,
    }
}

/// RFC 9112 section 3: method, target and ` HTTP/`, or a method and a target in absolute-form.
fn is_http(line: &[u8]) -> bool {
    let Some(space) = memchr(b' ', line) else {
        return false;
    };
    let (method, rest) = line.split_at(space);
    let target = rest.trim_ascii_start();
    if !HTTP_METHODS.contains(&method) || target.is_empty() {
        return false;
    }
    let last = target
        .rsplit(|&byte| byte == b' ')
        .next()
        .unwrap_or_default();
    let is_versioned = last.len() < target.len() && last.starts_with(b"HTTP/");
    let is_absolute = target.starts_with(b"http://") || target.starts_with(b"https://");
    is_versioned || is_absolute
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(selector: &[u8], search: Option<&[u8]>, plus: Option<Plus>) -> Request {
        Request {
            selector: selector.to_vec(),
            search: search.map(<[u8]>::to_vec),
            plus,
        }
    }

    /// Feeds `pieces` and then the end of the stream.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Request, Error> {
        let mut reader = RequestReader::new();
        for piece in pieces {
            if let Some(request) = reader.handle(piece)? {
                assert_eq!(reader.handle(b"more\r\n"), Ok(None));
                return Ok(request);
            }
        }
        Err(reader.handle_end())
    }

    fn cases() -> Vec<(&'static [u8], Result<Request, Error>)> {
        let plain = |selector| Ok(request(selector, None, None));
        let found = |search| Ok(request(b"/s", Some(search), None));
        let plus = |plus| Ok(request(b"/s", None, Some(plus)));
        vec![
            (b"\r\n", plain(b"")),
            (b"\n", plain(b"")),
            (b"/gnu/\r\n", plain(b"/gnu/")),
            (b"/gnu/\nignored\x00\r\n", plain(b"/gnu/")),
            (
                b"ftp:host@/caf\xE9 \x7f/\r\n",
                plain(b"ftp:host@/caf\xE9 \x7f/"),
            ),
            (b"/s\temacs 30\r\n", found(b"emacs 30")),
            (b"/s\t\r\n", found(b"")),
            (b"/s\t$100\n", found(b"$100")),
            (b"/s\t+more\n", found(b"+more")),
            (b"/s\t!!\n", found(b"!!")),
            (b"/s\tone\ttwo\n", found(b"one")),
            (b"\t$\r\n", Ok(request(b"", None, Some(Plus::Directory)))),
            (b"/s\t$+VIEWS\r\n", plus(Plus::Directory)),
            (b"/s\t!\r\n", plus(Plus::Info)),
            (b"/s\t!+INFO+ADMIN\r\n", plus(Plus::Info)),
            (b"/s\t+\r\n", plus(Plus::View)),
            (b"/s\t+text/plain En_US\t1\r\n", plus(Plus::View)),
            (b"/s\t\t+\r\n", plus(Plus::View)),
            (b"/s\t\t!\r\n", plus(Plus::Info)),
            (
                b"/s\tword\t+\r\n",
                Ok(request(b"/s", Some(b"word"), Some(Plus::View))),
            ),
            (
                b"/s\t+\t+\r\n",
                Ok(request(b"/s", Some(b"+"), Some(Plus::View))),
            ),
            (b"/a\0b\r\n", Err(Error::Nul)),
            (b"/a\tb\0\r\n", Err(Error::Nul)),
            (b"/a\rb\r\n", Err(Error::Control)),
            (b"/a\r\r\n", Err(Error::Control)),
            (b"/\x1b[2J\r\n", Err(Error::Control)),
            (b"\x16\x03\x01\x02\x00\x01\n", Err(Error::Tls)),
            (b"\x16\x03", Err(Error::Tls)),
            (b"\x16\n", Err(Error::Control)),
            (
                b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
                Err(Error::Http),
            ),
            (b"HEAD /a b HTTP/1.0\n", Err(Error::Http)),
            (b"OPTIONS * HTTP/1.1\r\n", Err(Error::Http)),
            (b"CONNECT example.org:443 HTTP/1.1\r\n", Err(Error::Http)),
            (b"PRI * HTTP/2.0\r\n", Err(Error::Http)),
            (b"GET http://example.org/\r\n", Err(Error::Http)),
            (b"GET /index.html\r\n", plain(b"GET /index.html")),
            (b"GET HTTP/1.1\r\n", plain(b"GET HTTP/1.1")),
            (b"GET \r\n", plain(b"GET ")),
            (b"TARGET / HTTP/1.1\r\n", plain(b"TARGET / HTTP/1.1")),
            (b"", Err(Error::Silent)),
            (b"/gnu/\r", Err(Error::Ended)),
            (b"\x16", Err(Error::Ended)),
        ]
    }

    #[test]
    fn requests_are_understood() {
        for (bytes, expected) in cases() {
            assert_eq!(read([bytes]), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_request_does_not_depend_on_how_it_is_cut() {
        for (bytes, expected) in cases() {
            assert_eq!(read(bytes.chunks(1)), expected, "{}", bytes.escape_ascii());
            for cut in 0..=bytes.len() {
                let (head, tail) = bytes.split_at(cut);
                assert_eq!(
                    read([head, b"", tail]),
                    expected,
                    "{} at {cut}",
                    bytes.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn a_request_of_1024_bytes_is_read_and_one_of_1025_is_refused() {
        for ending in [&b"\n"[..], b"\r\n"] {
            let mut bytes = vec![b'a'; MAX_REQUEST - ending.len()];
            bytes.extend_from_slice(ending);
            for size in [1, 7, 1023, 1024] {
                let selector = &bytes[..MAX_REQUEST - ending.len()];
                assert_eq!(read(bytes.chunks(size)), Ok(request(selector, None, None)));
            }
            bytes.insert(0, b'a');
            for size in [1, 7, 1024, 1025] {
                assert_eq!(read(bytes.chunks(size)), Err(Error::TooLong));
            }
        }
    }

    #[test]
    fn a_request_is_refused_as_soon_as_1024_bytes_came_without_an_lf() {
        let mut reader = RequestReader::new();
        assert_eq!(reader.handle(&[b'a'; MAX_REQUEST - 1]), Ok(None));
        assert_eq!(reader.handle(b"a"), Err(Error::TooLong));
        assert_eq!(reader.handle(b"\n"), Ok(None));
        assert!(reader.line.len() <= MAX_REQUEST);
        assert_eq!(
            RequestReader::new().handle(&[b'a'; 1 << 16]),
            Err(Error::TooLong)
        );
    }

    #[test]
    fn tls_is_recognised_without_an_lf() {
        let mut reader = RequestReader::new();
        assert_eq!(reader.handle(b"\x16"), Ok(None));
        assert_eq!(reader.handle(b"\x03"), Err(Error::Tls));
    }

    #[test]
    fn every_error_says_that_it_is_the_clients() {
        use Error::{Control, Ended, Http, Nul, Silent, Tls, TooLong};
        for error in [Control, Ended, Http, Nul, Silent, Tls, TooLong] {
            let text = error.to_string();
            assert!(
                text.starts_with("your client ") && !text.ends_with('.'),
                "{text}"
            );
            assert!(text.len() <= 70, "{text}");
        }
    }
}
