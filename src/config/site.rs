//! The settings of one FTP host.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde::Deserialize;

use crate::ftp::Tls;
use crate::ftp::passive::MIN_DATA_PORT;
use crate::gate::path::Path;
use crate::gate::site::{Active, Settings};
use crate::gate::target::parse_authority;
use crate::gate::{Charset, Site};

/// The settings of one FTP host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// A short name: `/gnu/...` instead of `/ftp/ftp.gnu.org/gnu/...`.
    pub name: Option<String>,
    /// Where the short name points.
    pub root: Option<String>,
    /// Who logs in, instead of "anonymous". On port 21, unless the site has another.
    pub user: Option<String>,
    /// The file whose first line is the user's password.
    pub password_file: Option<PathBuf>,
    /// The account, for a server that asks for one (332).
    pub account: Option<String>,
    /// As above, for this host.
    pub apsv: Option<bool>,
    /// As above, for this host.
    pub active: Option<Active>,
    /// As above, for this host.
    pub data_ports: Option<Ports>,
    /// As above, for this host.
    pub tls: Option<Tls>,
    /// As above, for this host.
    pub ca_file: Option<PathBuf>,
    /// As above, for this host.
    pub window: Option<usize>,
    /// As above, for this host.
    pub encoding: Option<Charset>,
}

/// A range of ports, as in `"1024-65535"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Ports(pub(super) RangeInclusive<u16>);

impl SiteConfig {
    /// The site of `HOST` or `HOST:PORT`, with what it leaves unset from the settings of all.
    ///
    /// # Errors
    ///
    /// For a host, a name or a root that cannot be one.
    pub(super) fn site(&self, authority: &str, default: &Settings) -> Result<Site, String> {
        let wrong = |what: &str| format!("site.{authority:?}: {what}");
        let (host, port) =
            parse_authority(authority.as_bytes()).map_err(|error| wrong(&error.to_string()))?;
        if self.root.is_some() && self.name.is_none() {
            return Err(wrong("root means nothing without name"));
        }
        self.check_login(authority)?;
        let root = self.root.as_deref().unwrap_or_default();
        let root = Path::parse(root.trim_start_matches('/').as_bytes());
        if let Some(name) = &self.name {
            check_name(name).map_err(wrong)?;
        }
        let colon = authority.rsplit_once(':');
        let has_port = colon.is_some_and(|(_, port)| !port.ends_with(']'));
        let own_ports = self.data_ports.clone().map(|ports| ports.0);
        Ok(Site {
            host,
            port: has_port.then_some(port),
            name: self.name.clone(),
            root: root.map_err(|error| wrong(&error.to_string()))?,
            settings: Settings {
                apsv: self.apsv.unwrap_or(default.apsv),
                active: self.active.unwrap_or(default.active),
                data_ports: own_ports.unwrap_or_else(|| default.data_ports.clone()),
                tls: self.tls.unwrap_or(default.tls),
                ca_file: self.ca_file.clone().or_else(|| default.ca_file.clone()),
                window: self.window.unwrap_or(default.window),
                encoding: self.encoding.or(default.encoding),
            },
        })
    }
}

impl TryFrom<String> for Ports {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let range = text.split_once('-').and_then(|(low, high)| {
            Some(low.trim().parse::<u16>().ok()?..=high.trim().parse::<u16>().ok()?)
        });
        let valid = range.filter(|range| *range.start() >= MIN_DATA_PORT && !range.is_empty());
        valid.map(Self).ok_or_else(|| {
            format!("data_ports = {text:?} is not a range of ports from {MIN_DATA_PORT} up, as in \"1024-65535\"")
        })
    }
}

/// A site's name is the first segment of a selector, and must not be mistaken for another form.
fn check_name(name: &str) -> Result<(), &'static str> {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !name.starts_with('.');
    if !plain {
        return Err("a name has letters, digits, -, _ and . only");
    }
    match name {
        "ftp" | "open" | "caps.txt" => Err("this name has a meaning of its own"),
        _ => Ok(()),
    }
}
