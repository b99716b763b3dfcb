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

use percent_encoding::percent_decode;
use url::Host;

pub use super::path::Error;
use super::path::{MAX_PATH, Path};
use super::path::{encoded, push_encoded};
use super::site::Sites;
use crate::ftp::{Arg, CONTROL_PORT, Want, user_pi::Representation};

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
        let read = Spelt::read(path)?;
        let below = |path: &Path| {
            let path = site.root.join(path);
            (path.as_bytes().len() <= MAX_PATH).then_some(path)
        };
        Ok(Self {
            host: site.host.clone(),
            port: site.port.unwrap_or(CONTROL_PORT),
            kind: read.kind,
            literal: read.literal.as_ref().and_then(below),
            path: below(&read.path).ok_or(Error::TooLong)?,
        })
    }

    fn assemble(authority: &[u8], path: &[u8], said: Option<Kind>) -> Result<Self, Error> {
        let (host, port) = parse_authority(authority)?;
        let Spelt {
            path,
            literal,
            kind,
        } = Spelt::read(path)?;
        let said = said.filter(|_| !path.is_root());
        Ok(Self {
            host,
            port,
            kind: said.unwrap_or(kind),
            literal,
            path,
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
                if self.path.is_absolute() {
                    selector.extend_from_slice(b"%2F");
                }
                push_encoded(self.path.as_bytes(), &mut selector);
            }
        }
        if self.kind == Kind::Directory && !self.path.is_root() && !selector.ends_with(b"/") {
            selector.push(b'/');
        }
        selector
    }

    /// `HOST` or `HOST:PORT`.
    pub fn authority(&self) -> String {
        match self.port {
            CONTROL_PORT => self.host.to_string(),
            port => format!("{}:{port}", self.host),
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
        let slash = if self.path.is_absolute() { "%2F" } else { "" };
        let path = encoded(self.path.as_bytes());
        write!(f, "ftp://{}/{slash}{path}", self.authority())?;
        if self.kind == Kind::Directory && !self.path.is_root() {
            f.write_str("/")?;
        }
        Ok(())
    }
}

/// What follows a host and its `/`, read in both ways that it may be meant.
struct Spelt {
    path: Path,
    literal: Option<Path>,
    kind: Kind,
}

impl Spelt {
    fn read(raw: &[u8]) -> Result<Self, Error> {
        let decoded: Vec<u8> = percent_decode(raw).collect();
        let path = Path::parse(&decoded)?;
        let literal = (decoded != raw).then(|| Path::parse(raw).ok()).flatten();
        let is_directory = decoded.ends_with(b"/") || path.is_root();
        let kind = if is_directory {
            Kind::Directory
        } else {
            Kind::Unsaid
        };
        Ok(Self {
            path,
            literal,
            kind,
        })
    }
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

/// The `;type=` of RFC 1738 section 3.2.2, which ends the last segment.
fn split_type(path: &[u8]) -> Result<(&[u8], Option<Kind>), Error> {
    let name = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |slash| slash + 1);
    let mut marks = path.windows(6).enumerate().skip(name).rev();
    let Some((at, _)) = marks.find(|(_, window)| window.eq_ignore_ascii_case(b";type=")) else {
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
        None | Some("") => CONTROL_PORT,
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
