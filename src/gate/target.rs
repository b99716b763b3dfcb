//! What a selector names upstream: a [`Target`], read from every form that clients send and written
//! in the one form that all of them give back unharmed.
//!
//! Accepted: `/ftp/HOST[:PORT]/path`, `ftp://HOST[:PORT]/path[;type=X]` (RFC 1738) and UMN gopherd's
//! `ftp:HOST[:PORT]@/path`, each with or without the leading `/`, raw or percent-encoded; a trailing
//! `/` says directory. Paths follow RFC 1738: relative to the login directory, absolute if they begin
//! with `%2F`. Written: `/ftp/HOST[:PORT]/path[/]`, or `/NAME/path[/]` for a site with a name, in
//! characters that eight clients leave alone; every other byte of a name is percent-encoded, so that
//! the FTP server gets back exactly the bytes that it listed.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use url::Host;

use super::site::Sites;
use crate::ftp::{Arg, Want, user_pi::Representation};

/// Longest path, in bytes after decoding. A request line is no longer.
pub const MAX_PATH: usize = 1024;
/// Deepest path, in segments: as many as fit in the longest.
pub const MAX_DEPTH: usize = MAX_PATH / 2;
/// The port of an FTP server's control connection (RFC 959 section 8).
pub const FTP_PORT: u16 = 21;

/// All bytes but `[A-Za-z0-9/._~!$&'()*+,;=:@-]`.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'-');

/// A file or directory on an FTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The server.
    pub host: Host,
    /// The port of its control connection.
    pub port: u16,
    /// The path.
    pub path: Path,
    /// The path as it was sent, not decoded, where that is another one: some clients decode before
    /// they send, and a name may hold `%41` itself.
    pub literal: Option<Path>,
    /// What the selector says of its kind.
    pub kind: Kind,
}

/// What a selector says that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A trailing `/`, or `;type=d`.
    Directory,
    /// `;type=i`.
    File,
    /// `;type=a`.
    AsciiFile,
    /// Nothing: a file, or else a directory.
    Unsaid,
}

/// A path on an FTP server: segments without empty ones, `.` and `..`; no CR, LF or NUL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    absolute: bool,
    /// Joined by `/`, without one at either end.
    joined: Vec<u8>,
}

/// Why a selector names nothing. The client's side is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Not an FTP selector at all.
    NotFtp,
    /// No host, or none that can be one.
    BadHost,
    /// A port that is none.
    BadPort,
    /// A user or a password.
    Credentials,
    /// `..`, however encoded.
    DotDot,
    /// CR, LF or NUL, however encoded.
    Control(u8),
    /// Past [`MAX_PATH`] or [`MAX_DEPTH`].
    TooLong,
    /// A `;type=` that RFC 1738 does not know.
    BadType,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFtp => f.write_str("there is nothing under this selector"),
            Self::BadHost => f.write_str("the selector names no valid FTP host"),
            Self::BadPort => f.write_str("the selector names no valid port"),
            Self::Credentials => f.write_str("a selector may not carry a user name or a password"),
            Self::DotDot => f.write_str("a selector may not hold \"..\""),
            Self::Control(b'\r') => f.write_str("the selector holds a carriage return"),
            Self::Control(b'\n') => f.write_str("the selector holds a line feed"),
            Self::Control(_) => f.write_str("the selector holds a NUL"),
            Self::TooLong => f.write_str("the path in the selector is too long"),
            Self::BadType => f.write_str("the selector ends in an unknown ;type="),
        }
    }
}

impl std::error::Error for Error {}

impl Target {
    /// Reads a selector in any of its forms.
    pub fn parse(selector: &[u8], sites: &Sites) -> Result<Self, Error> {
        let selector = selector.strip_prefix(b"/").unwrap_or(selector);
        if let Some(rest) = strip_prefix_ignore_case(selector, b"ftp://") {
            let (authority, path) = split_at_slash(rest);
            let (path, kind) = split_type(path)?;
            Self::assemble(authority, path, kind)
        } else if let Some(rest) = strip_prefix_ignore_case(selector, b"ftp:") {
            // `@/` ends the authority; an `@` before that one is a user's.
            let head = rest.split(|byte| *byte == b'/').next().unwrap_or(rest);
            let at = head
                .iter()
                .rposition(|byte| *byte == b'@')
                .ok_or(Error::BadHost)?;
            let (authority, path) = rest.split_at_checked(at).ok_or(Error::BadHost)?;
            let path = path.strip_prefix(b"@").unwrap_or(path);
            Self::assemble(authority, path.strip_prefix(b"/").unwrap_or(path), None)
        } else if let Some(rest) = selector.strip_prefix(b"ftp/") {
            let (authority, path) = split_at_slash(rest);
            Self::assemble(authority, path, None)
        } else {
            Self::parse_named(selector, sites)
        }
    }

    /// `NAME/path`: below the root of the site with that name.
    fn parse_named(selector: &[u8], sites: &Sites) -> Result<Self, Error> {
        let (name, path) = split_at_slash(selector);
        let site = sites.named(name).ok_or(Error::NotFtp)?;
        let (path, kind) = Path::parse_with_kind(path)?;
        let below = |path: &Path| site.root.join(path);
        Ok(Self {
            host: site.host.clone(),
            port: site.port.unwrap_or(FTP_PORT),
            kind: if path.decoded.is_root() {
                Kind::Directory
            } else {
                kind
            },
            literal: path.literal.as_ref().map(below),
            path: below(&path.decoded),
        })
    }

    fn assemble(authority: &[u8], path: &[u8], said: Option<Kind>) -> Result<Self, Error> {
        let (host, port) = parse_authority(authority)?;
        let (path, kind) = Path::parse_with_kind(path)?;
        let kind = said.unwrap_or(kind);
        Ok(Self {
            host,
            port,
            kind: if path.decoded.is_root() {
                Kind::Directory
            } else {
                kind
            },
            literal: path.literal,
            path: path.decoded,
        })
    }

    /// The canonical selector of this target.
    pub fn selector(&self, sites: &Sites) -> Vec<u8> {
        let mut selector = Vec::with_capacity(64);
        let named = sites.of(&self.host, self.port).and_then(|site| {
            let name = site.name.as_ref()?;
            Some((name, self.path.below(&site.root)?))
        });
        match named {
            Some((name, rest)) => {
                selector.push(b'/');
                selector.extend_from_slice(name.as_bytes());
                selector.push(b'/');
                push_encoded(rest, &mut selector);
            }
            None => {
                selector.extend_from_slice(b"/ftp/");
                push_encoded(self.authority().as_bytes(), &mut selector);
                selector.push(b'/');
                if self.path.absolute {
                    selector.extend_from_slice(b"%2F");
                }
                push_encoded(&self.path.joined, &mut selector);
            }
        }
        if self.kind == Kind::Directory && !self.path.joined.is_empty() && !selector.ends_with(b"/")
        {
            selector.push(b'/');
        }
        selector
    }

    /// `HOST` or `HOST:PORT`.
    pub fn authority(&self) -> String {
        match self.port {
            FTP_PORT => self.host.to_string(),
            port => format!("{}:{port}", self.host),
        }
    }

    /// The target of a name in this directory.
    pub fn child(&self, name: &[u8], kind: Kind) -> Self {
        Self {
            host: self.host.clone(),
            port: self.port,
            path: self.path.join(&Path {
                absolute: false,
                joined: name.to_vec(),
            }),
            literal: None,
            kind,
        }
    }

    /// The spellings of the path on the wire, in the order to try.
    pub fn spellings(&self) -> Vec<Arg> {
        let paths = [Some(&self.path), self.literal.as_ref()];
        let wire = paths
            .into_iter()
            .flatten()
            .map(|path| Arg::spellings(&path.wire()));
        // A path holds no byte that an argument may not.
        wire.flatten().flatten().collect()
    }

    /// The target whose path the server took, where `spelling` is an index into
    /// [`Self::spellings`].
    pub fn taken(&self, spelling: usize) -> Self {
        let own = Arg::spellings(&self.path.wire()).map_or(0, |spellings| spellings.len());
        let mut taken = self.clone();
        taken.literal = None;
        if let Some(literal) = self.literal.as_ref().filter(|_| spelling >= own) {
            taken.path = literal.clone();
        }
        taken
    }

    /// What to ask the server for.
    pub fn want(&self) -> Want {
        match self.kind {
            Kind::Directory => Want::Directory,
            Kind::File | Kind::AsciiFile => Want::File,
            Kind::Unsaid => Want::Either,
        }
    }

    /// The TYPE of the transfer.
    pub fn representation(&self) -> Representation {
        match self.kind {
            Kind::AsciiFile => Representation::Ascii,
            _ => Representation::Image,
        }
    }
}

/// As an FTP URL (RFC 1738), for logs and messages.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.path.absolute { "%2F" } else { "" };
        let path = percent_encode(&self.path.joined, UNSAFE);
        write!(f, "ftp://{}/{slash}{path}", self.authority())?;
        if self.kind == Kind::Directory && !self.path.joined.is_empty() {
            f.write_str("/")?;
        }
        Ok(())
    }
}

struct Spelt {
    decoded: Path,
    literal: Option<Path>,
}

impl Path {
    /// Reads a decoded path. A leading `/` makes it absolute.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if let Some(&byte) = bytes.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(Error::Control(byte));
        }
        let mut joined = Vec::with_capacity(bytes.len());
        let mut depth = 0;
        for segment in bytes.split(|byte| *byte == b'/') {
            match segment {
                b"" | b"." => continue,
                b".." => return Err(Error::DotDot),
                _ => {}
            }
            if !joined.is_empty() {
                joined.push(b'/');
            }
            joined.extend_from_slice(segment);
            depth += 1;
        }
        if joined.len() > MAX_PATH || depth > MAX_DEPTH {
            return Err(Error::TooLong);
        }
        Ok(Self {
            absolute: bytes.first() == Some(&b'/'),
            joined,
        })
    }

    /// Reads what follows the host and its `/`, encoded or not.
    fn parse_with_kind(raw: &[u8]) -> Result<(Spelt, Kind), Error> {
        let decoded_bytes: Vec<u8> = percent_decode(raw).collect();
        let kind = if decoded_bytes.ends_with(b"/") {
            Kind::Directory
        } else {
            Kind::Unsaid
        };
        let decoded = Self::parse(&decoded_bytes)?;
        let literal = if decoded_bytes == raw {
            None
        } else {
            Self::parse(raw).ok()
        };
        Ok((Spelt { decoded, literal }, kind))
    }

    /// Whether it is the login directory or the file system's root.
    pub fn is_root(&self) -> bool {
        self.joined.is_empty()
    }

    /// What is left of it below `base`; `None` if it is elsewhere.
    pub fn below(&self, base: &Self) -> Option<&[u8]> {
        if self.absolute != base.absolute {
            return None;
        }
        if base.joined.is_empty() {
            return Some(&self.joined);
        }
        let rest = self.joined.strip_prefix(base.joined.as_slice())?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix(b"/")
        }
    }

    /// `other`, taken as relative to this one.
    pub fn join(&self, other: &Self) -> Self {
        let mut joined = self.joined.clone();
        if !joined.is_empty() && !other.joined.is_empty() {
            joined.push(b'/');
        }
        joined.extend_from_slice(&other.joined);
        Self {
            absolute: self.absolute,
            joined,
        }
    }

    /// Whether a segment begins with a dot.
    pub fn is_hidden(&self) -> bool {
        self.joined
            .split(|byte| *byte == b'/')
            .any(|segment| segment.starts_with(b"."))
    }

    /// The path without a leading `/`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.joined
    }

    /// The last segment; empty for a root.
    pub fn name(&self) -> &[u8] {
        self.joined
            .rsplit(|byte| *byte == b'/')
            .next()
            .unwrap_or_default()
    }

    /// As an FTP command takes it.
    fn wire(&self) -> Vec<u8> {
        let slash: &[u8] = if self.absolute { b"/" } else { b"" };
        [slash, &self.joined].concat()
    }
}

fn push_encoded(bytes: &[u8], out: &mut Vec<u8>) {
    for piece in percent_encode(bytes, UNSAFE) {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// The selector of a local path.
pub fn encode_selector(path: &[u8], folder: bool) -> Vec<u8> {
    let mut selector = b"/".to_vec();
    push_encoded(path, &mut selector);
    if folder && !path.is_empty() {
        selector.push(b'/');
    }
    selector
}

fn strip_prefix_ignore_case<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// What stands before and after the first `/`.
fn split_at_slash(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes
        .iter()
        .position(|byte| *byte == b'/')
        .unwrap_or(bytes.len());
    let (head, rest) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    (head, rest.strip_prefix(b"/").unwrap_or(rest))
}

/// The `;type=` of RFC 1738 section 3.2.2, which ends the URL.
fn split_type(path: &[u8]) -> Result<(&[u8], Option<Kind>), Error> {
    let Some(at) = path
        .windows(6)
        .position(|window| window.eq_ignore_ascii_case(b";type="))
    else {
        return Ok((path, None));
    };
    let (path, typecode) = path.split_at_checked(at).unwrap_or((path, &[]));
    match typecode.to_ascii_lowercase().strip_prefix(b";type=") {
        Some(b"a") => Ok((path, Some(Kind::AsciiFile))),
        Some(b"i") => Ok((path, Some(Kind::File))),
        Some(b"d") => Ok((path, Some(Kind::Directory))),
        _ => Err(Error::BadType),
    }
}

/// `HOST[:PORT]`, percent-encoded or not; IPv6 in brackets.
pub fn parse_authority(authority: &[u8]) -> Result<(Host, u16), Error> {
    let authority: Vec<u8> = percent_decode(authority).collect();
    if authority.contains(&b'@') {
        return Err(Error::Credentials);
    }
    if let Some(&byte) = authority
        .iter()
        .find(|byte| matches!(byte, b'\r' | b'\n' | 0))
    {
        return Err(Error::Control(byte));
    }
    let authority = std::str::from_utf8(&authority).map_err(|_| Error::BadHost)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        None | Some("") => FTP_PORT,
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err(Error::BadPort);
        }
        Some(port) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or(Error::BadPort)?,
    };
    let host = Host::parse(host).map_err(|_| Error::BadHost)?;
    Ok((host, port))
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
