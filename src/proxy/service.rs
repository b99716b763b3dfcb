//! What all requests share: the menus, the policy and the settings.

use std::net::SocketAddr;
use std::time::Duration;

use super::access::LogFormat;
use super::door::Doors;
use super::trust::Trusts;
use crate::gate::directory::Here;
use crate::gate::menus::Menus;
use crate::gate::{Logins, Policy, Sites, Types};
use crate::gopher::Output;
use crate::gopher::item::{Field, ItemType};
use crate::rt::files::Folder;

/// All that a request is answered from.
#[derive(Debug)]
pub struct Service {
    /// What is served.
    pub policy: Policy,
    /// FTP hosts with settings of their own.
    pub sites: Sites,
    /// Item types by name.
    pub types: Types,
    /// The gophermaps, by folder.
    pub menus: Menus,
    /// Where local files are.
    pub folder: Option<Folder>,
    /// The queues before FTP servers.
    pub doors: Doors,
    /// Who vouches for FTP servers.
    pub trusts: Trusts,
    /// The rest.
    pub options: Options,
}

/// Settings that hold for every request.
#[derive(Clone, Debug)]
pub struct Options {
    /// The host name for menus; the address that the client reached us at, if unset.
    pub hostname: Option<Field>,
    /// The port for menus; the one that the client reached us at, if unset.
    pub port: Option<u16>,
    /// Whether size and date stand after the names of a directory.
    pub columns: bool,
    /// How text files are sent.
    pub text: TextMode,
    /// The character set of menus.
    pub output: Output,
    /// How a request is logged.
    pub log_format: LogFormat,
    /// How we log in, and where.
    pub logins: Logins,
    /// How long anything may take.
    pub deadlines: Deadlines,
}

/// How a text file goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextMode {
    /// Byte for byte, so that its checksum holds.
    #[default]
    Raw,
    /// RFC 1436's TextFile: CRLF, dots stuffed, a lastline.
    Rfc1436,
}

/// How long anything may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For the request line, in all.
    pub request: Duration,
    /// For a name to be resolved, and for each address to be connected to.
    pub connect: Duration,
    /// For a reply on the control connection.
    pub reply: Duration,
    /// From the request to the first byte of the answer.
    pub begin: Duration,
    /// For the data connection to be opened.
    pub data_connect: Duration,
    /// Between a server's word that it is busy and the second try; zero: there is none.
    pub busy: Duration,
    /// Between two pieces of data from the FTP server.
    pub idle: Duration,
    /// For the client to take a piece of the answer.
    pub client_idle: Duration,
    /// For a request, in all.
    pub whole: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            reply: Duration::from_secs(30),
            begin: Duration::from_secs(120),
            data_connect: Duration::from_secs(10),
            busy: Duration::from_secs(2),
            idle: Duration::from_secs(60),
            client_idle: Duration::from_secs(300),
            whole: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl Service {
    /// Whether a file of this name goes out as RFC 1436's TextFile: the table that gives its item
    /// type decides that too.
    pub fn sends_as_text(&self, name: &[u8]) -> bool {
        self.options.text == TextMode::Rfc1436 && self.types.of_file(name) == ItemType::TEXT
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hostname: None,
            port: None,
            columns: true,
            text: TextMode::Raw,
            output: Output::Utf8,
            log_format: LogFormat::Text,
            logins: Logins::default(),
            deadlines: Deadlines::default(),
        }
    }
}

impl Options {
    /// What a menu for a client that reached us at `local` says of where we are.
    pub fn here(&self, local: SocketAddr) -> Here {
        let address = || Field::parse(local.ip().to_string()).unwrap_or_default();
        Here {
            host: self.hostname.clone().unwrap_or_else(address),
            port: self.port.unwrap_or_else(|| local.port()),
        }
    }
}
