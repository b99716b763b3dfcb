//! Reads a directory listing as LIST sends it from standard input and prints one
//! JSON object for each entry.
//!
//! The year of dates without one is worked out from `--now YYYY-MM-DDTHH:MM`, else
//! from `NOW` in the environment, else from today's date.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use gophergate::ftp::listing::{Entry, Format, Kind, Line, Reader};
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde_json::{Value, json};

/// The longest listing that is read, in octets: some 100,000 entries.
const MAX_LISTING: u64 = 16 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("parse_listing: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let now = now()?;
    let mut listing = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_LISTING + 1)
        .read_to_end(&mut listing)
        .map_err(|error| format!("standard input: {error}"))?;
    if u64::try_from(listing.len()).is_ok_and(|length| length > MAX_LISTING) {
        return Err(format!("the listing is longer than {MAX_LISTING} octets"));
    }
    let mut out = io::stdout().lock();
    let mut reader = Reader::new(Format::List, Some(now));
    for line in listing.split(|byte| *byte == b'\n') {
        if let Some(Line::Entry(entry)) = reader.line(line) {
            writeln!(out, "{}", to_json(&entry)).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// The clock that the listing is read by.
fn now() -> Result<DateTime, String> {
    let mut arguments = std::env::args().skip(1);
    let told = match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (Some("--now"), Some(now), None) => Some(now),
        (None, None, None) => std::env::var("NOW").ok(),
        _ => return Err("usage: parse_listing [--now YYYY-MM-DDTHH:MM] < listing".to_owned()),
    };
    match told {
        Some(now) => now.parse().map_err(|error| format!("{now}: {error}")),
        None => today().ok_or_else(|| "the system's clock is out of range".to_owned()),
    }
}

fn today() -> Option<DateTime> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let timestamp = Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()?;
    Some(Offset::UTC.to_datetime(timestamp))
}

fn to_json(entry: &Entry) -> Value {
    let kind = match entry.kind {
        _ if entry.is_link() => "l",
        Kind::Directory => "d",
        Kind::File | Kind::Link => "-",
    };
    let modified = entry.modified.map(|modified| {
        let at = modified.at;
        json!([
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        ])
    });
    json!({
        "type": kind,
        "name": text(&entry.name),
        "size": entry.size,
        "mtime": modified,
        "target": entry.target.as_deref().map(text),
    })
}

/// UTF-8 where it is that, else each octet as the Latin-1 character of its number.
fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
