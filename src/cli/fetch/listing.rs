//! The listing of a directory, a line for each name.

use std::fmt::Write;

use super::output::Sink;
use super::{say, text};
use crate::ftp::listing::{Entry, Format, Kind, Line as Listed, MAX_LINE, Precision, Reader};
use crate::proxy::{Fetch, MAX_ENTRIES, MAX_LISTING};
use crate::rt::time::utc;
use crate::wire::{Line, LineBuffer, Words};

/// Writes the names of a directory as they come. `escape` makes them fit for a terminal.
///
/// # Errors
///
/// The server's or the sink's; what was written is a part only then.
pub(super) async fn write(
    fetch: &mut Fetch,
    format: Format,
    escape: bool,
    sink: &mut Sink,
) -> Result<(), String> {
    sink.begin(0, None)?;
    let mut lines = LineBuffer::new(MAX_LINE);
    let mut page = Page::new(format, escape);
    let mut received = 0;
    let mut out = Vec::new();
    while let Some(bytes) = fetch.next().await.map_err(text)? {
        received += bytes.len() as u64;
        lines.extend(bytes);
        loop {
            match lines.next_line() {
                Line::Whole(line) => page.line(line, &mut out),
                Line::TooLong => page.puzzling += 1,
                Line::Incomplete => break,
            }
        }
        sink.write(&out)?;
        out.clear();
        if received > MAX_LISTING || page.entries > MAX_ENTRIES {
            return Err(text(fetch.listing_too_long()));
        }
    }
    if let Some(line) = lines.last_line() {
        page.line(line, &mut out);
        sink.write(&out)?;
    }
    page.puzzling += usize::from(page.reader.end().is_some());
    match page.puzzling {
        0 => {}
        1 => say("one line of the listing was not understood"),
        n => say(&format!("{n} lines of the listing were not understood")),
    }
    Ok(())
}

struct Page {
    reader: Reader,
    escape: bool,
    entries: usize,
    puzzling: usize,
}

impl Page {
    fn new(format: Format, escape: bool) -> Self {
        Self {
            reader: Reader::new(format, Some(utc())),
            escape,
            entries: 0,
            puzzling: 0,
        }
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let read = self.reader.line(line);
        self.puzzling += usize::from(self.reader.unread().is_some());
        match read {
            Some(Listed::Entry(entry)) => {
                self.entries += 1;
                encode(&entry, self.escape, out);
            }
            Some(Listed::Noise) => {}
            Some(Listed::Unusable) | None => self.puzzling += 1,
        }
    }
}

/// Size, date and name in columns; a `/` behind a directory, and where a link points to.
fn encode(entry: &Entry, escape: bool, out: &mut Vec<u8>) {
    let directory = entry.kind == Kind::Directory;
    let size = entry.size.filter(|_| !directory);
    let size = size.map_or_else(|| "-".to_owned(), |size| size.to_string());
    let modified = entry.modified.map(|modified| match modified.precision {
        Precision::Day => modified.at.strftime("%Y-%m-%d").to_string(),
        Precision::Minute | Precision::Second => modified.at.strftime("%Y-%m-%d %H:%M").to_string(),
    });
    let modified = modified.unwrap_or_else(|| "-".to_owned());
    let mut columns = String::new();
    // Writing to a string cannot fail.
    let _ = write!(columns, "{size:>14}  {modified:16}  ");
    out.extend_from_slice(columns.as_bytes());
    push(&entry.name, escape, out);
    if directory {
        out.push(b'/');
    }
    if let Some(target) = &entry.target {
        out.extend_from_slice(b" -> ");
        push(target, escape, out);
    }
    out.push(b'\n');
}

fn push(name: &[u8], escape: bool, out: &mut Vec<u8>) {
    if escape {
        out.extend_from_slice(Words(name).to_string().as_bytes());
    } else {
        out.extend_from_slice(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(format: Format, listing: &[&[u8]], escape: bool) -> Vec<u8> {
        let mut page = Page::new(format, escape);
        let mut out = Vec::new();
        listing.iter().for_each(|line| page.line(line, &mut out));
        out
    }

    #[test]
    fn a_name_has_its_size_and_date_before_it() {
        let listing: [&[u8]; 4] = [
            b"type=file;size=1234;modify=20240102030405; a b\xff",
            b"type=dir;modify=20240102030405; sub",
            b"type=file; \x1b[2J",
            b"type=cdir; .",
        ];
        let plain = b"          1234  2024-01-02 03:04  a b\xff\n             -  2024-01-02 03:04  sub/\n             \
              -  -                 \x1b[2J\n";
        assert_eq!(
            lines(Format::Mlsd, &listing, false)
                .escape_ascii()
                .to_string(),
            plain.escape_ascii().to_string()
        );
        let escaped = lines(Format::Mlsd, &listing, true);
        let escaped = String::from_utf8(escaped).unwrap();
        assert!(
            escaped.contains("  a b\\xff\n") && escaped.contains("  \\u{1b}[2J\n"),
            "{escaped}"
        );
    }

    #[test]
    fn a_link_says_where_it_points_to() {
        let line = b"lrwxrwxrwx   1 ftp      ftp             3 Jan 02  2024 link -> pub";
        let out = String::from_utf8(lines(Format::List, &[line], false)).unwrap();
        assert!(out.ends_with("  2024-01-02        link -> pub\n"), "{out}");
    }
}
