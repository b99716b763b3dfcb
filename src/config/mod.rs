//! The configuration: every key has a default and a range, and an unknown one is an error that names
//! its line. `examples/gophergate.toml` shows them all.

mod login;
mod seconds;
mod site;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::ftp::Tls;
use crate::gate::menus::Own;
use crate::gate::reach::Reach;
use crate::gate::site::{Active, Settings};
use crate::gate::{Charset, Sites, Types};
use crate::gopher::Output;
use crate::gopher::item::{Field, ItemType};
use crate::proxy::access::LogFormat;
use crate::proxy::{Options, TextMode};
use crate::server::Limits;
pub use login::MAX_PASSWORD_FILE;
pub use seconds::{MAX_SECONDS, Seconds};
pub use site::{Ports, SiteConfig};

/// Most commands that may be unanswered at once: more than any flight has.
const MAX_WINDOW: usize = 16;
/// The port of Gopher (RFC 1436).
const GOPHER_PORT: u16 = 70;
/// Most clients at once that can be asked for.
const MAX_CLIENTS: usize = 1_000_000;

/// The configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses to listen on; `localhost` is both families.
    pub listen: Vec<String>,
    /// What menus advertise as the host; unset: the address that the client reached us at.
    pub hostname: Option<String>,
    /// What menus advertise as the port; unset: the port that the client reached us at.
    pub port: Option<u16>,
    /// The root menu; unset: `./gophermap`, or else the one built in.
    pub gophermap: Option<PathBuf>,
    /// A netrc file: who logs in on FTP hosts whose site does not say it.
    pub netrc: Option<PathBuf>,
    /// Whether any FTP host may be opened, not only those that the gophermap links.
    pub open: bool,
    /// Whether `open` reaches private addresses too.
    pub allow_private: bool,
    /// Whether size and date stand after the names of a directory.
    pub columns: bool,
    /// How text files are sent.
    pub text: TextMode,
    /// The character set of menus.
    pub output: Output,
    /// The shape of log lines.
    pub log_format: LogFormat,
    /// Clients at once.
    pub clients: usize,
    /// Clients at once from one address (IPv6: from one /64).
    pub clients_per_address: usize,
    /// Whether APSV is tried before PASV and EPSV.
    pub apsv: bool,
    /// Whether an FTP server that refuses PASV and EPSV may call us.
    pub active: Active,
    /// The ports that an FTP server may name for the data connection.
    pub data_ports: Ports,
    /// Whether connections to FTP servers go under TLS.
    pub tls: Tls,
    /// A PEM file of authorities that are trusted beside the system's own.
    pub ca_file: Option<PathBuf>,
    /// How many FTP commands may be unanswered at once.
    pub window: usize,
    /// The character set of FTP servers' names and words; unset: UTF-8, or else a guess.
    pub encoding: Option<Charset>,
    /// How long anything may take, in seconds.
    pub seconds: Seconds,
    /// Item types by extension.
    pub types: BTreeMap<String, char>,
    /// Settings of single FTP hosts.
    pub site: BTreeMap<String, SiteConfig>,
}

/// What is wrong with a configuration. The operator's side, with the file and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `file:line`, or `file`.
    pub at: String,
    /// What it is.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

impl std::error::Error for Error {}

impl Config {
    /// Reads a configuration; `file` is its name for messages.
    ///
    /// # Errors
    ///
    /// For bad TOML, an unknown key, a value out of its range.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| {
                1 + text
                    .bytes()
                    .take(span.start)
                    .filter(|b| *b == b'\n')
                    .count()
            });
            let at = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
            Error {
                at,
                message: with_suggestion(error.message()),
            }
        })?;
        config.check().map_err(|message| Error {
            at: file.to_owned(),
            message,
        })?;
        Ok(config)
    }

    /// Checks every value against its range.
    ///
    /// # Errors
    ///
    /// For the first one that is outside.
    pub fn check(&self) -> Result<(), String> {
        let within =
            |key: &str, value: u64, range: RangeInclusive<u64>| match range.contains(&value) {
                true => Ok(()),
                false => Err(format!(
                    "{key} = {value} is not within {} to {}",
                    range.start(),
                    range.end()
                )),
            };
        for (key, value) in [
            ("clients", self.clients),
            ("clients_per_address", self.clients_per_address),
        ] {
            within(key, value as u64, 1..=MAX_CLIENTS as u64)?;
        }
        let windows = self.site.values().filter_map(|site| site.window);
        for window in windows.chain([self.window]) {
            within("window", window as u64, 1..=MAX_WINDOW as u64)?;
        }
        for (key, value) in self.seconds.all() {
            within(key, value, 1..=MAX_SECONDS)?;
        }
        within("seconds.busy", self.seconds.busy, 0..=MAX_SECONDS)?;
        for (extension, item) in &self.types {
            item_type(*item)
                .ok_or_else(|| format!("types.{extension} = {item:?} is not an item type"))?;
        }
        if let Some(hostname) = &self.hostname {
            let clean =
                !hostname.is_empty() && hostname.bytes().all(|byte| byte.is_ascii_graphic());
            clean
                .then_some(())
                .ok_or_else(|| format!("hostname = {hostname:?} is not a host name"))?;
        }
        if self.allow_private && !self.open {
            return Err("allow_private means nothing without open".to_owned());
        }
        self.sites().map(|_| ())
    }

    /// The FTP hosts with settings of their own.
    ///
    /// # Errors
    ///
    /// For a host, a name or a root that cannot be one, and for a name given twice.
    pub fn sites(&self) -> Result<Sites, String> {
        let default = Settings {
            apsv: self.apsv,
            active: self.active,
            data_ports: self.data_ports.0.clone(),
            tls: self.tls,
            ca_file: self.ca_file.clone(),
            window: self.window,
            encoding: self.encoding,
        };
        let sites = self
            .site
            .iter()
            .map(|(authority, site)| site.site(authority, &default));
        let sites = sites.collect::<Result<Vec<_>, String>>()?;
        let mut names = HashSet::new();
        for name in sites.iter().filter_map(|site| site.name.as_ref()) {
            if !names.insert(name) {
                return Err(format!("two sites have the name {name:?}"));
            }
        }
        Ok(Sites::new(sites, default))
    }

    /// Item types by name, with the configuration's own.
    pub fn types(&self) -> Types {
        let mut types = Types::default();
        for (extension, item) in &self.types {
            if let Some(item) = item_type(*item) {
                types.insert(extension.trim_start_matches('.').as_bytes(), item);
            }
        }
        types
    }

    /// How far an open gateway reaches; `None` if it is not open.
    pub fn reach(&self) -> Option<Reach> {
        self.open.then_some(if self.allow_private {
            Reach::Anywhere
        } else {
            Reach::Public
        })
    }

    /// The settings of every request.
    pub fn options(&self) -> Options {
        Options {
            hostname: self
                .hostname
                .clone()
                .and_then(|hostname| Field::parse(hostname).ok()),
            port: self.port,
            columns: self.columns,
            text: self.text,
            output: self.output,
            log_format: self.log_format,
            deadlines: self.seconds.deadlines(),
            ..Options::default()
        }
    }

    /// Where we are, as far as the configuration knows.
    pub fn own(&self) -> Own<'_> {
        let listen = self
            .listen
            .iter()
            .filter_map(|listen| listen.rsplit_once(':'));
        // Port 0 is one that is not known yet.
        let port = listen
            .filter_map(|(_, port)| port.parse().ok())
            .find(|port| *port != 0);
        Own {
            hostname: self.hostname.as_deref(),
            port: self.port.or(port).unwrap_or(GOPHER_PORT),
        }
    }

    /// How many clients.
    pub fn limits(&self) -> Limits {
        Limits {
            clients: self.clients,
            clients_per_address: self.clients_per_address,
            drain: Duration::from_secs(self.seconds.drain),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        let limits = Limits::default();
        let settings = Settings::default();
        Self {
            listen: vec!["localhost:7070".to_owned()],
            hostname: None,
            port: None,
            gophermap: None,
            netrc: None,
            open: false,
            allow_private: false,
            columns: true,
            text: TextMode::default(),
            output: Output::default(),
            log_format: LogFormat::default(),
            clients: limits.clients,
            clients_per_address: limits.clients_per_address,
            apsv: settings.apsv,
            active: settings.active,
            data_ports: Ports(settings.data_ports),
            tls: settings.tls,
            ca_file: settings.ca_file,
            window: settings.window,
            encoding: settings.encoding,
            seconds: Seconds::default(),
            types: BTreeMap::new(),
            site: BTreeMap::new(),
        }
    }
}

fn item_type(item: char) -> Option<ItemType> {
    u8::try_from(item).ok().and_then(ItemType::new)
}

/// Adds the nearest known key to serde's message about an unknown one.
fn with_suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted
        .next()
        .filter(|_| message.starts_with("unknown field"));
    let nearest = unknown.and_then(|unknown| {
        quoted
            .min_by_key(|known| strsim::damerau_levenshtein(unknown, known))
            .map(|known| (unknown, known))
    });
    match nearest {
        Some((unknown, known)) => format!("unknown key `{unknown}`, did you mean `{known}`?"),
        None => message.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let error = Config::parse("g.toml", "open = true\nhostnam = \"x\"\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "g.toml:2: unknown key `hostnam`, did you mean `hostname`?"
        );
        let error = Config::parse("g.toml", "[site.\"h\"]\nactiv = \"never\"\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "g.toml:2: unknown key `activ`, did you mean `active`?"
        );
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for text in [
            "clients = 0",
            "window = 0",
            "window = 17",
            "encoding = \"klingon\"",
            "output = \"utf-16\"",
            "site.\"h\".encoding = \"utf-16\"",
            "seconds.idle = 0",
            "seconds.busy = 604801",
            "data_ports = \"20-21\"",
            "data_ports = \"2000-1000\"",
            "allow_private = true",
            "hostname = \"two words\"",
            "types.txt = \"\\t\"",
            "site.\"user@h\".window = 1",
            "site.\"h\".root = \"/x\"",
            "site.\"h\".name = \"ftp\"",
            "site.\"h\".name = \"a/b\"",
            "[site.\"h\"]\nname = \"x\"\n[site.\"i\"]\nname = \"x\"",
        ] {
            assert!(Config::parse("g.toml", text).is_err(), "{text}");
        }
        for text in [
            "window = 1",
            "window = 16",
            "encoding = \"koi8-r\"",
            "output = \"ascii\"",
            "seconds.idle = 1",
            "seconds.busy = 0",
            "seconds.busy = 604800",
            "data_ports = \"1024-1024\"",
            "clients = 1",
        ] {
            assert!(Config::parse("g.toml", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_example_shows_every_key_with_its_default() {
        let example = include_str!("../../examples/gophergate.toml");
        let keys = example.lines().filter_map(|line| line.strip_prefix("#= "));
        let text: String = keys.flat_map(|line| [line, "\n"]).collect();
        let config = Config::parse("examples/gophergate.toml", &text).unwrap();
        let shown = Config {
            hostname: None,
            port: None,
            gophermap: None,
            ca_file: None,
            encoding: None,
            netrc: None,
            site: BTreeMap::new(),
            types: BTreeMap::new(),
            ..config.clone()
        };
        assert_eq!(shown, Config::default());
        let unset = [
            config.hostname.is_none(),
            config.port.is_none(),
            config.gophermap.is_none(),
            config.ca_file.is_none(),
            config.encoding.is_none(),
            config.netrc.is_none(),
        ];
        assert_eq!(
            unset, [false; 6],
            "keys without a default are shown with a value"
        );
        let site = config.site.values().next().unwrap();
        assert!(site.name.is_some() && site.root.is_some() && site.active.is_some());
        assert!(site.apsv.is_some());
        assert!(site.user.is_some() && site.password_file.is_some() && site.account.is_some());
        assert!(site.data_ports.is_some() && site.window.is_some());
        assert!(site.tls.is_some() && site.ca_file.is_some());
        assert!(site.encoding.is_some());
        assert!(!config.types.is_empty());
    }
}
