//! Per-host settings, and the short names of sites.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use url::Host;

use super::charset::Charset;
use super::path::Path;
use crate::ftp::CONTROL_PORT;
use crate::ftp::Tls;
use crate::ftp::passive::MIN_DATA_PORT;

/// The settings of one FTP host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The host that they are for.
    pub host: Host,
    /// The port that they are for; any, if unset.
    pub port: Option<u16>,
    /// The short name, which is the first segment of its selectors.
    pub name: Option<String>,
    /// Where the short name points.
    pub root: Path,
    /// How to fetch from it.
    pub settings: Settings,
}

/// How to fetch from a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether APSV is tried before PASV and EPSV (RFC 1579's experiment).
    pub apsv: bool,
    /// Whether PORT and EPRT may be tried after PASV and EPSV were refused.
    pub active: Active,
    /// The ports that a 227 or 229 may name.
    pub data_ports: RangeInclusive<u16>,
    /// Whether the connections go under TLS.
    pub tls: Tls,
    /// A file of authorities that are trusted beside the system's own.
    pub ca_file: Option<PathBuf>,
    /// How many commands may be unanswered at once.
    pub window: usize,
    /// The character set of its names and words; guessed if unset.
    pub encoding: Option<Charset>,
}

/// Whether the server may call us (RFC 1579 asks that it need not).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Active {
    /// Never.
    #[default]
    Never,
    /// After PASV and EPSV were refused.
    Fallback,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            apsv: false,
            active: Active::Never,
            data_ports: MIN_DATA_PORT..=u16::MAX,
            tls: Tls::Never,
            ca_file: None,
            window: 1,
            encoding: None,
        }
    }
}

/// All sites, and the settings of every other host.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    sites: Vec<Site>,
    default: Settings,
}

impl Sites {
    /// The sites of a configuration, and what holds for all other hosts.
    pub fn new(sites: Vec<Site>, default: Settings) -> Self {
        Self { sites, default }
    }

    /// The site with this short name.
    pub fn named(&self, name: &[u8]) -> Option<&Site> {
        self.sites
            .iter()
            .find(|site| site.name.as_ref().is_some_and(|own| own.as_bytes() == name))
    }

    /// The site whose short name stands for a host and port.
    pub fn of(&self, host: &Host, port: u16) -> Option<&Site> {
        let fits = |site: &&Site| {
            site.name.is_some() && site.host == *host && site.port.unwrap_or(CONTROL_PORT) == port
        };
        self.sites.iter().find(fits)
    }

    /// All settings that hold for some host.
    pub fn all_settings(&self) -> impl Iterator<Item = &Settings> {
        let own = self.sites.iter().map(|site| &site.settings);
        own.chain([&self.default])
    }

    /// The settings that hold for a host and port: its own, else those of the host, else those of
    /// all.
    pub fn settings(&self, host: &Host, port: u16) -> &Settings {
        let with_port = |own| {
            self.sites
                .iter()
                .find(|site| site.host == *host && site.port == own)
        };
        let site = with_port(Some(port)).or_else(|| with_port(None));
        site.map_or(&self.default, |site| &site.settings)
    }
}
