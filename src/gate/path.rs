//! A path as a selector spells it and as an FTP server takes it.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::ftp::command::IAC;

/// Longest path, in bytes after decoding. A request line is no longer.
pub const MAX_PATH: usize = 1024;
/// Deepest path, in segments: as many as fit in the longest.
pub const MAX_DEPTH: usize = MAX_PATH / 2;

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

/// A path on an FTP server: segments without empty ones, `.` and `..`; no CR, LF or NUL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

impl Path {
    /// Reads a decoded path. A leading `/` makes it absolute.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if let Some(&byte) = bytes.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(Error::Control(byte));
        }
        if climbs(bytes) {
            return Err(Error::DotDot);
        }
        let mut joined = Vec::with_capacity(bytes.len());
        let mut depth = 0;
        for segment in bytes.split(|byte| *byte == b'/') {
            match segment {
                b"" | b"." => continue,
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

    /// Whether it begins at the root of the server's file system, and not at the login directory.
    pub fn is_absolute(&self) -> bool {
        self.absolute
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
    pub fn wire(&self) -> Vec<u8> {
        let slash: &[u8] = if self.absolute { b"/" } else { b"" };
        [slash, &self.joined].concat()
    }
}

/// Whether this is one segment of a path, and so a name that can be asked for.
pub fn is_name(name: &[u8]) -> bool {
    let breaks = |byte: &u8| matches!(byte, b'/' | b'\r' | b'\n' | 0);
    !name.is_empty() && name != b"." && !climbs(name) && !name.iter().any(breaks)
}

/// Whether a server could take a part of this for `..`: servers on Windows divide at `\\` too and
/// trim blanks, and some servers drop a Telnet command from inside a path.
fn climbs(path: &[u8]) -> bool {
    let part_climbs = |part: &[u8]| part.trim_ascii_end() == b"..";
    let climbs = |path: &[u8]| {
        path.split(|byte| matches!(byte, b'/' | b'\\'))
            .any(part_climbs)
    };
    climbs(path) || (path.contains(&IAC) && (0..=2).any(|skip| climbs(&without_telnet(path, skip))))
}

/// The path without each IAC and the `skip` bytes behind it: none where it was doubled, one for a
/// command, two for WILL to DONT.
fn without_telnet(path: &[u8], skip: usize) -> Vec<u8> {
    let mut rest = path;
    let mut kept = Vec::with_capacity(path.len());
    while let Some((&byte, after)) = rest.split_first() {
        if byte == IAC {
            rest = after.get(skip..).unwrap_or_default();
        } else {
            kept.push(byte);
            rest = after;
        }
    }
    kept
}

/// Bytes in the characters that clients leave alone.
pub fn encoded(bytes: &[u8]) -> impl fmt::Display {
    percent_encode(bytes, UNSAFE)
}

/// Appends bytes in the characters that clients leave alone.
pub fn push_encoded(bytes: &[u8], out: &mut Vec<u8>) {
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
