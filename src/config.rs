//! The configuration: every key has a default and a range, and an unknown one is an error that names
//! its line. `examples/gophergate.toml` shows them all.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::ftp::passive::MIN_DATA_PORT;
use crate::gate::menus::Own;
use crate::gate::path::Path;
use crate::gate::reach::Reach;
use crate::gate::site::{Active, Settings};
use crate::gate::target::parse_authority;
use crate::gate::{Site, Sites, Types};
use crate::gopher::item::{Field, ItemType};
use crate::proxy::access::LogFormat;
use crate::proxy::{Deadlines, Options, TextMode};
use crate::server::Limits;

/// Most commands that may be unanswered at once: more than any flight has.
const MAX_WINDOW: usize = 16;
/// Most seconds that any deadline may have: a week.
const MAX_SECONDS: u64 = 7 * 24 * 60 * 60;
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
    /// Whether any FTP host may be opened, not only those that the gophermap links.
    pub open: bool,
    /// Whether `open` reaches private addresses too.
    pub allow_private: bool,
    /// Whether size and date stand after the names of a directory.
    pub columns: bool,
    /// How text files are sent.
    pub text: TextMode,
    /// The shape of log lines.
    pub log_format: LogFormat,
    /// Clients at once.
    pub clients: usize,
    /// Clients at once from one address (IPv6: from one /64).
    pub clients_per_address: usize,
    /// Whether an FTP server that refuses PASV and EPSV may call us.
    pub active: Active,
    /// The ports that an FTP server may name for the data connection.
    pub data_ports: Ports,
    /// How many FTP commands may be unanswered at once.
    pub window: usize,
    /// How long anything may take, in seconds.
    pub seconds: Seconds,
    /// Item types by extension.
    pub types: BTreeMap<String, char>,
    /// Settings of single FTP hosts.
    pub site: BTreeMap<String, SiteConfig>,
}

/// How long anything may take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seconds {
    /// For a client's request line.
    pub request: u64,
    /// For a connection to an FTP server.
    pub connect: u64,
    /// For a reply of an FTP server.
    pub reply: u64,
    /// From a request to the first byte of its answer.
    pub begin: u64,
    /// For a data connection.
    pub data_connect: u64,
    /// Between two pieces of data from an FTP server.
    pub idle: u64,
    /// For a client to take a piece of its answer.
    pub client_idle: u64,
    /// For a request, in all.
    pub whole: u64,
    /// For the clients that are there when the server stops.
    pub drain: u64,
}

/// The settings of one FTP host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// A short name: `/gnu/...` instead of `/ftp/ftp.gnu.org/gnu/...`.
    pub name: Option<String>,
    /// Where the short name points.
    pub root: Option<String>,
    /// As above, for this host.
    pub active: Option<Active>,
    /// As above, for this host.
    pub data_ports: Option<Ports>,
    /// As above, for this host.
    pub window: Option<usize>,
}

/// A range of ports, as in `"1024-65535"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Ports(RangeInclusive<u16>);

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
    /// For a host, a name or a root that cannot be one.
    pub fn sites(&self) -> Result<Sites, String> {
        let default = Settings {
            active: self.active,
            data_ports: self.data_ports.0.clone(),
            window: self.window,
        };
        let site = |(authority, site): (&String, &SiteConfig)| {
            let wrong = |what: &str| format!("site.{authority:?}: {what}");
            let (host, port) =
                parse_authority(authority.as_bytes()).map_err(|error| wrong(&error.to_string()))?;
            if site.root.is_some() && site.name.is_none() {
                return Err(wrong("root means nothing without name"));
            }
            let root = site
                .root
                .as_deref()
                .unwrap_or_default()
                .trim_start_matches('/');
            let root = Path::parse(root.as_bytes()).map_err(|error| wrong(&error.to_string()))?;
            if let Some(name) = &site.name {
                check_name(name).map_err(wrong)?;
            }
            let named_port = authority
                .rsplit_once(':')
                .is_some_and(|(_, port)| !port.ends_with(']'));
            Ok(Site {
                host,
                port: named_port.then_some(port),
                name: site.name.clone(),
                root,
                settings: Settings {
                    active: site.active.unwrap_or(default.active),
                    data_ports: site
                        .data_ports
                        .clone()
                        .map_or_else(|| default.data_ports.clone(), |ports| ports.0),
                    window: site.window.unwrap_or(default.window),
                },
            })
        };
        let sites = self
            .site
            .iter()
            .map(site)
            .collect::<Result<Vec<_>, String>>()?;
        for (index, site) in sites.iter().enumerate() {
            let later = sites.iter().skip(index + 1);
            if let Some(name) = site
                .name
                .as_ref()
                .filter(|name| later.clone().any(|s| s.name.as_ref() == Some(name)))
            {
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
        let port = listen.filter_map(|(_, port)| port.parse().ok()).next();
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
            open: false,
            allow_private: false,
            columns: true,
            text: TextMode::default(),
            log_format: LogFormat::default(),
            clients: limits.clients,
            clients_per_address: limits.clients_per_address,
            active: settings.active,
            data_ports: Ports(settings.data_ports),
            window: settings.window,
            seconds: Seconds::default(),
            types: BTreeMap::new(),
            site: BTreeMap::new(),
        }
    }
}

impl Seconds {
    fn all(&self) -> [(&'static str, u64); 9] {
        [
            ("seconds.request", self.request),
            ("seconds.connect", self.connect),
            ("seconds.reply", self.reply),
            ("seconds.begin", self.begin),
            ("seconds.data_connect", self.data_connect),
            ("seconds.idle", self.idle),
            ("seconds.client_idle", self.client_idle),
            ("seconds.whole", self.whole),
            ("seconds.drain", self.drain),
        ]
    }

    fn deadlines(&self) -> Deadlines {
        Deadlines {
            request: Duration::from_secs(self.request),
            connect: Duration::from_secs(self.connect),
            reply: Duration::from_secs(self.reply),
            begin: Duration::from_secs(self.begin),
            data_connect: Duration::from_secs(self.data_connect),
            idle: Duration::from_secs(self.idle),
            client_idle: Duration::from_secs(self.client_idle),
            whole: Duration::from_secs(self.whole),
        }
    }
}

impl Default for Seconds {
    fn default() -> Self {
        let deadlines = Deadlines::default();
        Self {
            request: deadlines.request.as_secs(),
            connect: deadlines.connect.as_secs(),
            reply: deadlines.reply.as_secs(),
            begin: deadlines.begin.as_secs(),
            data_connect: deadlines.data_connect.as_secs(),
            idle: deadlines.idle.as_secs(),
            client_idle: deadlines.client_idle.as_secs(),
            whole: deadlines.whole.as_secs(),
            drain: Limits::default().drain.as_secs(),
        }
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

fn item_type(item: char) -> Option<ItemType> {
    u8::try_from(item).ok().and_then(ItemType::new)
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
            "seconds.idle = 0",
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
            "seconds.idle = 1",
            "data_ports = \"1024-1024\"",
            "clients = 1",
        ] {
            assert!(Config::parse("g.toml", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_example_shows_every_key_with_its_default() {
        let example = include_str!("../examples/gophergate.toml");
        let keys = example.lines().filter_map(|line| line.strip_prefix("#= "));
        let text: String = keys.flat_map(|line| [line, "\n"]).collect();
        let config = Config::parse("examples/gophergate.toml", &text).unwrap();
        let shown = Config {
            hostname: None,
            port: None,
            gophermap: None,
            site: BTreeMap::new(),
            types: BTreeMap::new(),
            ..config.clone()
        };
        assert_eq!(shown, Config::default());
        let unset = [
            config.hostname.is_none(),
            config.port.is_none(),
            config.gophermap.is_none(),
        ];
        assert_eq!(
            unset, [false; 3],
            "keys without a default are shown with a value"
        );
        let site = config.site.values().next().unwrap();
        assert!(site.name.is_some() && site.root.is_some() && site.active.is_some());
        assert!(site.data_ports.is_some() && site.window.is_some());
        assert!(!config.types.is_empty());
    }
}
