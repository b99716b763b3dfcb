//! What a [`UserPi`](super::UserPi) is asked to fetch, and how.

use std::ops::RangeInclusive;

use super::Login;
use crate::ftp::command::Arg;

/// An order for one file or directory.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who logs in.
    pub login: Login,
    /// What the path is taken for.
    pub want: Want,
    /// The path as it goes on the wire, in the spellings to try one after the other; the login
    /// directory if there is none.
    pub spellings: Vec<Arg>,
    /// The TYPE of a file's transfer.
    pub representation: Representation,
    /// Where in a file to begin, in bytes: REST (RFC 3659 section 5) asks for it in TYPE I, if it is
    /// not 0. [`Begun::restart`](super::Begun::restart) says whether the server does it.
    pub restart: u64,
    /// How to open the data connection, in the order to try.
    pub methods: Vec<Method>,
    /// The ports that a 227 or 229 may name.
    pub data_ports: RangeInclusive<u16>,
    /// Whether the connections go under TLS.
    pub tls: Tls,
    /// How many commands may be unanswered at once: 1 is lock-step.
    pub window: usize,
    /// In what character set the names of this server are.
    pub names: Names,
}

/// What a path is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A directory: CWD and a listing.
    Directory,
    /// A file: RETR.
    File,
    /// RETR first; if that is refused, the directory.
    Either,
}

/// Whether the connections go under TLS: AUTH TLS before the login, PROT P for the data (RFC 4217).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Never.
    #[default]
    Never,
    /// If the server takes AUTH TLS; what it refuses goes in plain text. This hides from those who
    /// only listen.
    Try,
    /// Or not at all.
    Require,
}

/// The character set of a server's names, as far as the server should know of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Unknown, or UTF-8: a server that can is asked to use UTF-8 (`OPTS UTF8 ON`). Old ones for
    /// Windows list and take names in the code page of their system before that.
    #[default]
    Utf8,
    /// Another, in which names are to stay.
    Other,
}

impl Order {
    /// Whether the path itself is in UTF-8 and more than ASCII, so that a server must be told so
    /// before it can find it. FEAT is not asked first: a server that knows nothing of it refuses it,
    /// and nothing is lost.
    pub(super) fn has_utf8_path(&self) -> bool {
        let path = self
            .spellings
            .first()
            .map(Arg::as_bytes)
            .unwrap_or_default();
        self.names == Names::Utf8 && !path.is_ascii() && std::str::from_utf8(path).is_ok()
    }
}

/// TYPE (RFC 959 section 3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// TYPE A: line ends become CRLF on the way, so that no size can be checked.
    Ascii,
    /// TYPE I: byte for byte.
    Image,
}

/// How a data connection comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// APSV: RFC 1579's experiment, see [`ftp::passive`](crate::ftp::passive).
    AllPassive,
    /// PASV (RFC 959, RFC 1579).
    Passive,
    /// EPSV (RFC 2428).
    ExtendedPassive,
    /// PORT: the server calls us. Not through a packet filter (RFC 1579).
    Active,
    /// EPRT (RFC 2428): the server calls us, any address family.
    ExtendedActive,
}

impl Method {
    /// The methods for a control connection, in the order to try: PASV first on IPv4 and EPSV first
    /// on IPv6, each falling back to the other, and the calls that come in only if allowed.
    pub fn list(ipv6: bool, active: bool) -> Vec<Self> {
        let mut methods = if ipv6 {
            vec![Self::ExtendedPassive, Self::Passive]
        } else {
            vec![Self::Passive, Self::ExtendedPassive]
        };
        if active {
            methods.push(if ipv6 {
                Self::ExtendedActive
            } else {
                Self::Active
            });
        }
        methods
    }

    /// Whether we call the server, and not the server us.
    pub fn is_passive(self) -> bool {
        !matches!(self, Self::Active | Self::ExtendedActive)
    }

    /// The command.
    pub fn verb(self) -> &'static str {
        match self {
            Self::AllPassive => "APSV",
            Self::Passive => "PASV",
            Self::ExtendedPassive => "EPSV",
            Self::Active => "PORT",
            Self::ExtendedActive => "EPRT",
        }
    }
}
