//! The access log: one line per request, at its end.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::civil::DateTime;
use log::info;

use crate::gate::{Error, target};
use crate::wire::Shown;

/// The log target of access lines: they are whole lines of their own.
pub const TARGET: &str = "access";

/// What stands for a selector that carries a password.
const WITHHELD: &[u8] = b"(withheld)";

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Apache's combined format, and after it the milliseconds, the session's number and the error.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// A request that has ended.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Who asked.
    pub peer: IpAddr,
    /// The number of the connection.
    pub session: u64,
    /// When, UTC.
    pub at: DateTime,
    /// The selector, as sent.
    pub selector: &'a [u8],
    /// What it named upstream, as a URL.
    pub upstream: Option<&'a str>,
    /// Bytes that the client was sent.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
    /// Why it did not go well.
    pub error: Option<&'a Error>,
}

impl Record<'_> {
    /// Writes it to the log.
    pub fn log(&self, format: LogFormat) {
        match format {
            LogFormat::Text => info!(target: TARGET, "{self}"),
            LogFormat::Json => info!(target: TARGET, "{}", self.json()),
        }
    }

    fn status(&self) -> u16 {
        self.error.map_or(200, Error::status)
    }

    /// The selector, unless it was refused with a password in it. One with a blank or a slash in it
    /// reads as a bad host or port.
    fn selector(&self) -> Shown<'_> {
        match self.error {
            Some(Error::Selector(target::Error::Credentials)) => Shown(WITHHELD),
            Some(Error::Selector(target::Error::BadHost | target::Error::BadPort))
                if self.selector.contains(&b'@') =>
            {
                Shown(WITHHELD)
            }
            None if self.selector.is_empty() => Shown(b"/"),
            _ => Shown(self.selector),
        }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "time": self.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "client": self.peer.to_string(),
            "session": self.session,
            "selector": self.selector().to_string(),
            "upstream": self.upstream,
            "status": self.status(),
            "bytes": self.bytes,
            "milliseconds": self.took.as_millis().to_string().parse::<u64>().unwrap_or(u64::MAX),
            "error": self.error.map(ToString::to_string),
        })
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} - - [{} +0000] \"GET {} gopher\" {} {} \"-\" \"{}\" {} #{}",
            self.peer,
            self.at.strftime("%d/%b/%Y:%H:%M:%S"),
            self.selector(),
            self.status(),
            self.bytes,
            Shown(self.upstream.unwrap_or("-").as_bytes()),
            self.took.as_millis(),
            self.session,
        )?;
        match self.error {
            Some(error) => write!(f, " \"{}\"", Shown(error.to_string().as_bytes())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_apaches_combined_and_peer_bytes_cannot_break_it() {
        let error = Error::Full;
        let record = Record {
            peer: "192.0.2.7".parse().unwrap(),
            session: 3,
            at: "2026-11-22T08:09:10".parse().unwrap(),
            selector: b"/a\"b\x1b[0m\xff",
            upstream: None,
            bytes: 12,
            took: Duration::from_millis(34),
            error: Some(&error),
        };
        assert_eq!(
            record.to_string(),
            "192.0.2.7 - - [22/Nov/2026:08:09:10 +0000] \"GET /a\\\"b\\u{1b}[0m\\xff gopher\" 503 12 \"-\" \"-\" 34 \
             #3 \"this server is busy: all its connections are taken, try again later\""
        );
        assert_eq!(record.json()["status"], 503);
        assert_eq!(record.json()["selector"], "/a\\\"b\\u{1b}[0m\\xff");
    }

    #[test]
    fn an_upstream_cannot_break_its_field_and_the_root_has_a_name() {
        let record = Record {
            peer: "192.0.2.7".parse().unwrap(),
            session: 3,
            at: "2026-11-22T08:09:10".parse().unwrap(),
            selector: b"",
            upstream: Some("ftp://a\" 200 \"/"),
            bytes: 12,
            took: Duration::from_millis(34),
            error: None,
        };
        assert_eq!(
            record.to_string(),
            "192.0.2.7 - - [22/Nov/2026:08:09:10 +0000] \"GET / gopher\" 200 12 \"-\" \
             \"ftp://a\\\" 200 \\\"/\" 34 #3"
        );
        assert_eq!(record.json()["selector"], "/");
    }
}
