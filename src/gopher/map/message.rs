//! What a gophermap's parser tells the administrator, as data and as a sentence.

use std::fmt;
use std::io;

/// A place in a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// The file, as the parser was told or as the including map names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something doubtful in a map; shown as `file:line: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where.
    pub at: Position,
    /// What.
    pub message: Message,
}

impl Warning {
    pub(super) fn new(at: &Position, message: Message) -> Self {
        Self {
            at: at.clone(),
            message,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

/// What is doubtful about a line, and what was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The fourth field is not a port.
    BadPort(Vec<u8>),
    /// The line has a TAB, but does not begin with an item type.
    BadType(u8),
    /// A CR or NUL in the selector or the host.
    Control,
    /// A `%` line.
    Hosts,
    /// A host without a port.
    HostWithoutPort,
    /// An `=name` line whose file could not be had.
    Include(Vec<u8>, IncludeError),
    /// A `*` line in an included map.
    ListingInInclude,
    /// More than [`MAX_INCLUDE_DEPTH`](super::MAX_INCLUDE_DEPTH) maps deep.
    TooDeep,
    /// More than [`MAX_MAP`](super::MAX_MAP) bytes.
    TooLong,
    /// More than [`MAX_INCLUDES`](super::MAX_INCLUDES) includes.
    TooManyIncludes,
    /// More than [`MAX_MAP_LINES`](super::MAX_MAP_LINES) lines.
    TooManyLines,
    /// A `~` line.
    Users,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPort(port) => write!(
                f,
                "\"{}\" is not a port, so this server's is used",
                port.escape_ascii()
            ),
            Self::BadType(byte) => write!(
                f,
                "'{}' is not an item type, so the line is shown as text",
                byte.escape_ascii()
            ),
            Self::Control => {
                f.write_str("a CR or NUL in the selector or host, so the link is left out")
            }
            Self::Hosts => {
                f.write_str("lists of virtual hosts are not supported, so the line is ignored")
            }
            Self::HostWithoutPort => {
                f.write_str("a host without a port, so this server's port is used")
            }
            Self::Include(name, error) => {
                write!(f, "cannot include \"{}\": {error}", name.escape_ascii())
            }
            Self::ListingInInclude => f.write_str(
                "a listing (\"*\") works in the map itself only, so the included map ends here",
            ),
            Self::TooDeep => write!(
                f,
                "maps are included more than {} deep, so this one is left out",
                super::MAX_INCLUDE_DEPTH
            ),
            Self::TooLong => {
                write!(
                    f,
                    "the map is longer than {} bytes, so it is cut here",
                    super::MAX_MAP
                )
            }
            Self::TooManyIncludes => write!(
                f,
                "more than {} maps are included, so this one is left out",
                super::MAX_INCLUDES
            ),
            Self::TooManyLines => {
                write!(
                    f,
                    "the map has more than {} lines, so it is cut here",
                    super::MAX_MAP_LINES
                )
            }
            Self::Users => f.write_str("lists of users are not supported, so the line is ignored"),
        }
    }
}

/// Why an included map could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncludeError {
    /// A folder or a device.
    NotAFile,
    /// There is no such file. Programs are never run.
    NotFound,
    /// It lies outside the map's folder, or its name is absolute or holds `..` or a NUL.
    Outside,
    /// The system would not read it.
    Unreadable(io::ErrorKind),
}

impl fmt::Display for IncludeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFile => f.write_str("it is not a file"),
            Self::NotFound => f.write_str("there is no such file, and commands are never run"),
            Self::Outside => f.write_str("it is not inside the map's folder"),
            Self::Unreadable(kind) => write!(f, "{kind}"),
        }
    }
}

impl std::error::Error for IncludeError {}
