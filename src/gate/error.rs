//! Everything that can end a request without its answer, and whose side failed.

use std::fmt;
use std::io::ErrorKind;

use super::target;
use super::tls::TlsFailure;
use crate::ftp;
use crate::gopher::request;

/// Why a request was not answered, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The request line is not one.
    Request(request::Error),
    /// No request came within the deadline.
    RequestDeadline,
    /// The selector names nothing.
    Selector(target::Error),
    /// A Gopher+ client asks for attributes, of which there are none.
    NoAttributes,
    /// The gophermap does not link this.
    NotLinked {
        /// What it is.
        what: String,
    },
    /// A local file that is linked and not there, or may not be read.
    Local {
        /// The selector.
        selector: Vec<u8>,
        /// What the file system said.
        kind: ErrorKind,
    },
    /// The server is full.
    Full,
    /// This address has too many connections.
    AddressFull,
    /// The host has no address.
    Resolve {
        /// The host.
        host: String,
    },
    /// The host has no address that a stranger may name.
    Private {
        /// The host.
        host: String,
    },
    /// No connection to the host came about.
    Connect {
        /// The host and port.
        host: String,
        /// What the socket said.
        kind: ErrorKind,
    },
    /// The FTP server failed.
    Upstream {
        /// The host and port.
        host: String,
        /// How.
        error: ftp::Error,
    },
    /// No connection under TLS came about, though the FTP server had agreed to one.
    Tls {
        /// The host and port.
        host: String,
        /// Why.
        failure: TlsFailure,
    },
    /// The control or the data connection broke.
    Broken {
        /// The host and port.
        host: String,
        /// What the socket said.
        kind: ErrorKind,
    },
    /// The FTP server let a deadline pass.
    UpstreamDeadline {
        /// The host and port.
        host: String,
        /// What was awaited.
        awaiting: &'static str,
        /// The deadline, in seconds.
        seconds: u64,
    },
    /// Too many wait for this host already.
    Queue {
        /// The host and port.
        host: String,
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
    /// A listing past one of its bounds.
    ListingTooLong {
        /// The host and port.
        host: String,
    },
    /// The whole request took too long.
    WholeDeadline {
        /// The deadline, in seconds.
        seconds: u64,
    },
    /// The client went away, or did not take the answer.
    ClientGone,
    /// The client let the deadline for taking the answer pass.
    ClientDeadline,
    /// A fault of our own.
    Here {
        /// What the system said.
        kind: ErrorKind,
    },
}

/// Whose side failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one who asked.
    Client,
    /// The FTP server, or the way to it.
    Upstream,
    /// We.
    Here,
}

impl Error {
    /// Whose side failed.
    pub fn side(&self) -> Side {
        match self {
            Self::Request(_)
            | Self::RequestDeadline
            | Self::Selector(_)
            | Self::NoAttributes
            | Self::NotLinked { .. }
            | Self::AddressFull
            | Self::Private { .. }
            | Self::ClientGone
            | Self::ClientDeadline => Side::Client,
            Self::Local { .. }
            | Self::Full
            | Self::Queue { .. }
            | Self::WholeDeadline { .. }
            | Self::Here { .. } => Side::Here,
            _ => Side::Upstream,
        }
    }

    /// The status of the access log, in HTTP's terms, which its readers know.
    pub fn status(&self) -> u16 {
        match self {
            Self::Request(_) => 400,
            Self::RequestDeadline | Self::ClientDeadline => 408,
            Self::Selector(target::Error::NotFtp) | Self::NoAttributes | Self::Local { .. } => 404,
            Self::Selector(_) => 400,
            Self::NotLinked { .. } | Self::Private { .. } => 403,
            Self::AddressFull => 429,
            Self::Full | Self::Queue { .. } => 503,
            Self::ClientGone => 499,
            Self::Upstream {
                error: ftp::Error::Refused { .. },
                ..
            } => 404,
            Self::Upstream {
                error: ftp::Error::Busy(_),
                ..
            } => 503,
            Self::UpstreamDeadline { .. } | Self::WholeDeadline { .. } => 504,
            Self::Here { .. } => 500,
            _ => 502,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => write!(f, "{error}"),
            Self::RequestDeadline => f.write_str("no request came in time"),
            Self::Selector(error) => write!(f, "{error}"),
            Self::NoAttributes => {
                f.write_str("this server keeps no Gopher+ attributes of single items")
            }
            Self::NotLinked { what } => write!(
                f,
                "{what} is not served here: no menu of this server links it"
            ),
            Self::Local {
                kind: ErrorKind::NotFound,
                ..
            } => f.write_str("there is no such file on this server"),
            Self::Local { kind, .. } => write!(f, "this server cannot read that file: {kind}"),
            Self::Full => {
                f.write_str("this server is busy: all its connections are taken, try again later")
            }
            Self::AddressFull => {
                f.write_str("too many connections from your address: close one and try again")
            }
            Self::Resolve { host } => write!(f, "the FTP host {host} has no address"),
            Self::Private { host } => write!(
                f,
                "the FTP host {host} is on a private network, which is not served"
            ),
            Self::Connect { host, kind } => {
                write!(f, "no connection to the FTP server {host}: {kind}")
            }
            Self::Upstream { host, error } => write!(f, "the FTP server {host} {error}"),
            Self::Tls { host, failure } => failure.write(host, f),
            Self::Broken { host, kind } => {
                write!(f, "the connection to the FTP server {host} broke: {kind}")
            }
            Self::UpstreamDeadline {
                host,
                awaiting,
                seconds,
            } => {
                write!(
                    f,
                    "the FTP server {host} let {seconds} s pass without {awaiting}"
                )
            }
            Self::Queue { host, seconds } => write!(
                f,
                "too many here wait for the FTP server {host}: no turn within {seconds} s, try again later"
            ),
            Self::ListingTooLong { host } => {
                write!(
                    f,
                    "the FTP server {host} sends a listing that does not end; it is cut here"
                )
            }
            Self::WholeDeadline { seconds } => {
                write!(f, "the request took longer than {seconds} s")
            }
            Self::ClientGone => f.write_str("the client went away"),
            Self::ClientDeadline => f.write_str("the client stopped taking its answer"),
            Self::Here { kind } => write!(f, "this server failed: {kind}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<request::Error> for Error {
    fn from(error: request::Error) -> Self {
        Self::Request(error)
    }
}

impl From<target::Error> for Error {
    fn from(error: target::Error) -> Self {
        Self::Selector(error)
    }
}
