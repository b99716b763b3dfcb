//! Why a fetch failed, and which of the server's words tell it.

use std::fmt;

use super::Method;
use crate::ftp::reply::{self, Class, Reply};

/// Why a fetch failed. The server's side, in every case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The control connection ended.
    Ended {
        /// The command whose reply was due.
        awaiting: &'static str,
    },
    /// What came is not FTP.
    Garbled(reply::Error),
    /// 421, or a refused login that speaks of too many users.
    Busy(Reply),
    /// AUTH TLS was refused, and nothing may go without it.
    TlsRefused(Reply),
    /// PROT P was refused, and no data may go without it.
    ProtectionRefused(Reply),
    /// Plain text came behind the 234 to AUTH TLS: somebody on the way has put words in the server's
    /// mouth.
    Injected,
    /// The login was refused.
    LoginRefused(Reply),
    /// 332: the server wants an account, and none is configured.
    AccountNeeded(Reply),
    /// 5xx to the path: missing, or not permitted.
    Refused {
        /// The command.
        command: &'static str,
        /// Its reply.
        reply: Reply,
    },
    /// 4xx: not now.
    Transient {
        /// The command.
        command: &'static str,
        /// Its reply.
        reply: Reply,
    },
    /// PASV and EPSV were refused, and PORT too where it was allowed.
    NoDataConnection(Reply),
    /// A data connection was agreed on and could not be opened.
    DataConnection {
        /// How it was tried.
        method: Method,
        /// The server's word on it, where there was one.
        reply: Option<Reply>,
    },
    /// The server gave up in the middle.
    Broken {
        /// The command.
        command: &'static str,
        /// Its reply.
        reply: Reply,
    },
    /// All went well by the server's word, but the number of bytes is not what SIZE said.
    Truncated {
        /// Bytes received.
        received: u64,
        /// Bytes that SIZE, or the 150, said.
        expected: u64,
    },
    /// A reply that makes no sense there, or one too many.
    Unexpected {
        /// The command.
        command: &'static str,
        /// The reply.
        reply: Reply,
    },
}

impl Error {
    /// The server's words in it.
    pub fn reply_mut(&mut self) -> Option<&mut Reply> {
        match self {
            Self::Busy(reply)
            | Self::TlsRefused(reply)
            | Self::ProtectionRefused(reply)
            | Self::LoginRefused(reply)
            | Self::AccountNeeded(reply)
            | Self::Refused { reply, .. }
            | Self::Transient { reply, .. }
            | Self::NoDataConnection(reply)
            | Self::Broken { reply, .. }
            | Self::Unexpected { reply, .. } => Some(reply),
            Self::DataConnection { reply, .. } => reply.as_mut(),
            Self::Ended { .. } | Self::Garbled(_) | Self::Injected | Self::Truncated { .. } => None,
        }
    }

    /// What a reply that is neither 1xx nor 2xx means for the command that it ends.
    pub(super) fn of(command: &'static str, reply: Reply) -> Self {
        match reply.code.class() {
            Class::PermanentNegative => Self::Refused { command, reply },
            Class::TransientNegative => Self::Transient { command, reply },
            _ => Self::Unexpected { command, reply },
        }
    }

    /// Changes the server's words in it, line by line.
    pub(super) fn reword(&mut self, change: impl Fn(&mut Vec<u8>)) {
        if let Self::Garbled(reply::Error::NoCode(line)) = self {
            change(line);
        } else if let Some(reply) = self.reply_mut() {
            reply.lines.iter_mut().for_each(change);
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { awaiting } => {
                write!(f, "closed the connection instead of answering {awaiting}")
            }
            Self::Garbled(error) => write!(f, "does not speak FTP: {error}"),
            Self::Busy(reply) => write!(f, "is busy, try again later: {reply}"),
            Self::TlsRefused(reply) => write!(f, "refused to use TLS: {reply}"),
            Self::ProtectionRefused(reply) => {
                write!(f, "refused to send data under TLS: {reply}")
            }
            Self::Injected => f.write_str("sent plain text where TLS was to begin"),
            Self::LoginRefused(reply) => write!(f, "refused the login: {reply}"),
            Self::AccountNeeded(reply) => write!(f, "asks for an account: {reply}"),
            Self::Refused { reply, .. } => write!(f, "refused: {reply}"),
            Self::Transient { reply, .. } => write!(f, "cannot do it now: {reply}"),
            Self::NoDataConnection(reply) if reply.code.class() == Class::Completion => {
                write!(f, "names no permitted port for a data connection: {reply}")
            }
            Self::NoDataConnection(reply) => {
                write!(
                    f,
                    "refused every permitted way to open a data connection: {reply}"
                )
            }
            Self::DataConnection {
                method,
                reply: Some(reply),
            } => {
                write!(
                    f,
                    "could not open the data connection ({}): {reply}",
                    method.verb()
                )
            }
            Self::DataConnection {
                method,
                reply: None,
            } => {
                write!(
                    f,
                    "agreed on a data connection ({}) that could not be opened",
                    method.verb()
                )
            }
            Self::Broken { reply, .. } => write!(f, "broke off: {reply}"),
            Self::Truncated { received, expected } => {
                write!(f, "sent {received} of {expected} bytes")
            }
            Self::Unexpected { command, reply } => {
                write!(f, "gave a senseless answer to {command}: {reply}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Words by which a 530 means "too many users", not "wrong password"; what stands around a `*` may be
/// apart.
const BUSY: [&str; 19] = [
    "too many",
    "overloaded",
    "try again",
    "try later",
    "try back later",
    "maximum number",
    "maximum * reached",
    "maximum * exceeded",
    "limit * reached",
    "limit * exceeded",
    "limited to * user",
    "restricted to * user",
    "number of connect",
    "more connection",
    "more users",
    "only * session * allowed",
    "already connected",
    "simultaneous",
    "server is full",
];

/// Words by which it means the password, which may be tried again all the same.
const WRONG: [&str; 3] = ["incorrect", "invalid", "wrong"];

pub(super) fn says_busy(reply: &Reply) -> bool {
    says(reply, &BUSY) && !says(reply, &WRONG)
}

/// Words by which a refused listing is an empty one.
const EMPTY: [&str; 4] = ["no files", "no such file", "is empty", "empty directory"];
/// Words by which it is not, whatever else it says.
const DENIED: [&str; 6] = ["denied", "permi", "busy", "unavailable", "error", "failed"];

/// Whether a refusal to list only says that there is nothing to list: 450 is how old servers say so,
/// if they do not say something else with it.
pub(super) fn says_empty(reply: &Reply) -> bool {
    let empty = reply.code.number() == 450 || says(reply, &EMPTY);
    empty && !says(reply, &DENIED)
}

/// Words by which a server shows that it understood the path that it refuses.
const MISSING: [&str; 12] = [
    "no such",
    "not found",
    "not exist",
    "cannot find",
    "can't find",
    "failed to",
    "denied",
    "permi",
    "not a plain",
    "not a regular",
    "not a dir",
    "is a dir",
];

/// Whether a refusal of a path only says that there is no such thing, or none for us: then the same
/// path in another form would be refused too.
pub(super) fn says_missing(reply: &Reply) -> bool {
    matches!(reply.code.number(), 550 | 551) && says(reply, &MISSING)
}

fn says(reply: &Reply, words: &[&str]) -> bool {
    reply.lines.iter().any(|line| {
        let line = line.to_ascii_lowercase();
        words.iter().any(|words| stands_in(words, &line))
    })
}

/// Whether the pieces of `words` between its `*` stand in a line one after the other.
fn stands_in(words: &str, mut line: &[u8]) -> bool {
    words.split(" * ").all(|piece| {
        let at = memchr::memmem::find(line, piece.as_bytes());
        line = at
            .and_then(|at| line.get(at + piece.len()..))
            .unwrap_or_default();
        at.is_some()
    })
}
