//! An FTP directory as it comes in, and as it goes out: a menu, one line at a time.

use super::client::Client;
use super::fetch::Fetch;
use super::relay::unless_gone;
use super::service::Service;
use crate::ftp::listing::{self, Entry, Format, MAX_LINE, Reader};
use crate::gate::links::{Leads, Links, Taken};
use crate::gate::{Directory, Error, Target};
use crate::gopher::Output;
use crate::gopher::item::DirEntity;
use crate::gopher::menu::{self, Style, columns};
use crate::rt::time::utc;
use crate::wire::{Line, LineBuffer};

/// Most bytes of one listing: ten times the longest that archives have.
pub const MAX_LISTING: u64 = 16 * 1024 * 1024;
/// Most entries of one listing.
pub const MAX_ENTRIES: usize = 100_000;
/// Bytes of a menu that are held before they are sent.
const MAX_PIECE: usize = 64 * 1024;
/// Most columns of a line of the server's words.
const MESSAGE_WIDTH: usize = 70;

/// Sends the menu of a directory whose listing has begun. A listing that breaks off ends with an
/// error item that says so, and the error is given back for the log.
///
/// # Errors
///
/// The client's, and those of a listing of which nothing was sent yet.
pub(super) async fn menu(
    fetch: &mut Fetch,
    client: &mut Client,
    service: &Service,
    target: &Target,
    style: Style,
) -> Result<Option<Error>, Error> {
    let begun = fetch.begun().cloned();
    let format = begun
        .as_ref()
        .and_then(|begun| begun.listing)
        .unwrap_or(Format::List);
    let target = target.taken(begun.map_or(0, |begun| begun.spelling));
    let here = service.options.here(client.local_addr());
    let output = service.options.output;
    let mut out = Vec::new();
    menu::begin(style, &mut out);
    for line in fetch.messages() {
        info(style, output, &line, &mut out);
    }
    let directory = Directory::new(
        &target,
        &service.sites,
        &service.types,
        &here,
        service.options.columns,
        output,
    );
    let mut page = Page {
        directory,
        links: Links::new(&service.types),
        reader: Reader::new(format, Some(utc())),
        style,
        output,
        entries: 0,
        unusable: 0,
        puzzling: 0,
        puzzle: Vec::new(),
    };
    let failure = entries(&mut page, fetch, client, &mut out).await?;
    let links = page.links.in_doubt();
    let answers = if links.is_empty() || failure.is_some() {
        Vec::new()
    } else {
        client.send(&out).await?;
        out.clear();
        unless_gone(client, async { Ok(fetch.probe_links(links).await) }).await?
    };
    page.settle(answers, &mut out);
    page.end(failure.as_ref(), &mut out);
    client.send(&out).await?;
    Ok(failure)
}

struct Page<'a> {
    directory: Directory<'a>,
    links: Links<'a>,
    reader: Reader,
    style: Style,
    output: Output,
    entries: usize,
    /// Names that no client could ask for.
    unusable: usize,
    /// Lines that were not understood, and the first of them.
    puzzling: usize,
    puzzle: Vec<u8>,
}

/// Sends what has an entry in it. `Ok(Some(..))` is a failure of the server's in the middle.
async fn entries(
    page: &mut Page<'_>,
    fetch: &mut Fetch,
    client: &mut Client,
    out: &mut Vec<u8>,
) -> Result<Option<Error>, Error> {
    let mut lines = LineBuffer::new(MAX_LINE);
    let mut received = 0;
    loop {
        let bytes = match unless_gone(client, fetch.next()).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(Error::ClientGone) => return Err(Error::ClientGone),
            Err(error) if client.sent() == 0 && page.entries == 0 => return Err(error),
            Err(error) => return Ok(Some(error)),
        };
        received += bytes.len() as u64;
        lines.extend(bytes);
        loop {
            match lines.next_line() {
                Line::Whole(line) => page.line(line, out),
                Line::TooLong => page.unusable += 1,
                Line::Incomplete => break,
            }
            if page.entries > MAX_ENTRIES {
                return Ok(Some(fetch.listing_too_long()));
            }
            // Short names in a deep directory become lines many times as long.
            if out.len() >= MAX_PIECE {
                client.send(out).await?;
                out.clear();
            }
        }
        if received > MAX_LISTING {
            return Ok(Some(fetch.listing_too_long()));
        }
        if !out.is_empty() {
            client.send(out).await?;
            out.clear();
        }
    }
    if let Some(line) = lines.last_line() {
        page.line(line, out);
    }
    if let Some(line) = page.reader.end() {
        page.puzzle(&line);
    }
    Ok(None)
}

impl Page<'_> {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let read = self.reader.line(line);
        if let Some(earlier) = self.reader.unread() {
            self.puzzle(&earlier);
        }
        match read {
            None => self.puzzle(line),
            Some(listing::Line::Noise) => {}
            Some(listing::Line::Unusable) => self.unusable += 1,
            Some(listing::Line::Entry(entry)) => {
                self.entries += 1;
                match self.links.take(entry) {
                    Taken::Ready(entry, leads) => self.item(&entry, leads, out),
                    Taken::Waits => {}
                    Taken::Released(all) => self.items(all, out),
                }
            }
        }
    }

    fn item(&mut self, entry: &Entry, leads: Leads, out: &mut Vec<u8>) {
        let item = self.directory.entity(entry, leads);
        if item.is_none_or(|item| menu::encode(self.style, &item, out).is_err()) {
            self.unusable += 1;
        }
    }

    fn items(&mut self, all: Vec<(Entry, Leads)>, out: &mut Vec<u8>) {
        for (entry, leads) in all {
            self.item(&entry, leads, out);
        }
    }

    /// Ends the waiting for links, with what the server said of those in doubt.
    fn settle(&mut self, answers: Vec<Option<bool>>, out: &mut Vec<u8>) {
        let all = self.links.end(answers);
        self.items(all, out);
    }

    fn puzzle(&mut self, line: &[u8]) {
        self.puzzling += 1;
        if self.puzzling == 1 {
            self.puzzle = line.to_vec();
        }
    }

    fn end(&mut self, failure: Option<&Error>, out: &mut Vec<u8>) {
        match self.unusable {
            0 => {}
            1 => self.info(
                "(one name here that no client could ask for is left out)",
                out,
            ),
            n => {
                let text = format!("({n} names here that no client could ask for are left out)");
                self.info(&text, out);
            }
        }
        if self.puzzling > 0 {
            let text = match self.puzzling {
                1 => "(one line here was not understood:)".to_owned(),
                n => format!("({n} lines here were not understood, as this one:)"),
            };
            self.info(&text, out);
            let puzzle = self.directory.text(&self.puzzle);
            self.info(&puzzle, out);
        }
        if let Some(error) = failure {
            let text = format!("This menu is not complete: {error}");
            // An error item has no selector, so that it always fits.
            let item = DirEntity::error(&self.output.encode(&text));
            let _ = menu::encode(self.style, &item, out);
        }
        menu::end(out);
    }

    fn info(&self, text: &str, out: &mut Vec<u8>) {
        info(self.style, self.output, text, out);
    }
}

/// A line of text, cut where it would be wider than screens are.
fn info(style: Style, output: Output, text: &str, out: &mut Vec<u8>) {
    let text = columns(&output.show(text), None, None, MESSAGE_WIDTH);
    // An info item has no selector, so that it always fits.
    let _ = menu::encode(style, &DirEntity::info(&output.encode(&text)), out);
}
