//! What goes over a data connection, and how it ends.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::net::connect_unspec;
use rustix::net::sockopt::set_socket_linger;

use super::channel::Channel;
use super::session::{End, MAX_ENDLESS, Session};
use super::tree::{Form, Node, Tree, resolve};
use super::vice::Vice;

/// How long the second half of the data waits for the reset of the control connection to be seen.
const AFTER_RESET: Duration = Duration::from_millis(200);
/// How long the client may take nothing of that half.
const SECOND_HALF: Duration = Duration::from_secs(10);

/// What a transfer sends.
#[derive(Debug)]
enum Source {
    Bytes(Arc<[u8]>),
    File,
    Lines(Form),
    Line,
}

/// How the sending went.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    All,
    PeerClosed,
    Aborted,
}

impl Session {
    pub(super) fn retrieve(&mut self, argument: &[u8]) -> Result<(), End> {
        if self.has(&Vice::StoreOnly) {
            return self.say("550 Permission denied: this folder is for uploads");
        }
        let body = match self.shared.tree.get(&resolve(&self.cwd, argument)) {
            Some(Node::File(body)) => Arc::clone(body),
            Some(Node::Dir) => return self.refuse("550 Not a regular file"),
            None => return self.refuse("550 Failed to open file"),
        };
        let preliminary = match self.has(&Vice::SizeIn150) {
            true => format!(
                "150 Opening data connection ({} bytes).",
                self.claimed(body.len())
            ),
            false => String::from("150 Sending"),
        };
        let rest = std::mem::take(&mut self.rest);
        let source = if self.has(&Vice::EndlessFile) {
            Source::File
        } else if rest > 0 {
            Source::Bytes(body.get(rest..).unwrap_or_default().into())
        } else {
            Source::Bytes(body)
        };
        self.transfer(&source, &preliminary)
    }

    /// Says that there is no such file to retrieve.
    fn refuse(&mut self, reply: &str) -> Result<(), End> {
        self.rest = 0;
        if self.has(&Vice::PreliminaryThen550) {
            if !self.preliminary_said {
                self.say("150 Sending")?;
            }
            drop(self.open()?);
        }
        self.preliminary_said = false;
        self.say(reply)
    }

    pub(super) fn list(&mut self, word: &str, argument: &[u8]) -> Result<(), End> {
        let no_list = self.has(&Vice::NoList) || self.has(&Vice::NlstOnly);
        let no_mlsd = self.has(&Vice::NoMlsd) || self.has(&Vice::NlstOnly);
        if self.has(&Vice::StoreOnly) {
            return self.say("550 Permission denied: no listing here");
        }
        let form = match word {
            "MLSD" if no_mlsd => return self.say("500 Unknown command"),
            "LIST" if no_list => return self.say("502 Command not implemented"),
            "LIST" | "NLST" if self.has(&Vice::ListIs450) => return self.say("450 No files found"),
            "MLSD" => Form::Mlsd,
            "LIST" => Form::List,
            _ => Form::Nlst,
        };
        let options = form != Form::Mlsd && argument.starts_with(b"-");
        let path = resolve(&self.cwd, if options { b"" } else { argument });
        if form == Form::Mlsd && !matches!(self.shared.tree.get(&path), Some(Node::Dir)) {
            return self.say("550 Not a directory");
        }
        let text = |vice: &Vice| match vice {
            Vice::ListingText(text) => Some(Arc::from(text.as_slice())),
            _ => None,
        };
        if self.has(&Vice::ListingWithoutData) {
            self.say("150 Here comes the directory listing")?;
            return self.say("226 Nothing here");
        }
        let source = if self.has(&Vice::EndlessListing) {
            Source::Lines(form)
        } else if self.has(&Vice::EndlessListingLine) {
            Source::Line
        } else if let Some(text) = self.vices.find(text) {
            Source::Bytes(text)
        } else {
            let paths = form == Form::Nlst && self.has(&Vice::NlstFullPaths);
            let listing = self.shared.tree.listing(&path, form);
            let lines = listing.split_inclusive(|byte| *byte == b'\n');
            let before = if paths {
                [&path[..], b"/"].concat()
            } else {
                Vec::new()
            };
            let lines: Vec<u8> = lines.flat_map(|line| [&before, line].concat()).collect();
            Source::Bytes(lines.into())
        };
        self.transfer(&source, "150 Here comes the directory listing")
    }

    /// Preliminary reply, data, final reply.
    fn transfer(&mut self, source: &Source, preliminary: &str) -> Result<(), End> {
        let mut said = std::mem::take(&mut self.preliminary_said);
        if self.has(&Vice::NoDataConnection425) {
            return self.say("425 Cannot open data connection");
        }
        if matches!(self.channel, Channel::None) {
            let local = self.control.local_addr().map_err(|_| End)?;
            let port = if self.apsv {
                self.listen(local.ip())
            } else {
                None
            };
            let Some(port) = port else {
                return self.say("425 Use PORT or PASV first");
            };
            let reply = if self.has(&Vice::ApsvBarePort) {
                format!("151 {port}")
            } else {
                self.reply_227("151", port)
            };
            self.say(&reply)?;
            said = true;
        }
        said |= self.has(&Vice::NoPreliminary) || self.has(&Vice::Late150);
        // As servers do: a connection of its own is made before the 150, the client's awaited after.
        let active = matches!(self.channel, Channel::Active(_));
        let waits = active && !self.has(&Vice::NeverConnectsBack);
        let mut stream = if waits { self.open()? } else { None };
        let own = |vice: &Vice| match vice {
            Vice::Preliminary(own) => Some((*own, 1)),
            Vice::Preliminaries(times) => Some((preliminary, *times)),
            _ => None,
        };
        let (words, times) = self.vices.find(own).unwrap_or((preliminary, 1));
        if self.has(&Vice::FinalBeforePreliminary) {
            self.say("226 Transfer complete")?;
        }
        if !said && (stream.is_some() || !waits) {
            (0..times).try_for_each(|_| self.say(words))?;
        }
        self.flush()?;
        if active && !waits || self.has(&Vice::ListensNeverAccepts) {
            return self.hang();
        }
        let late = |vice: &Vice| match vice {
            Vice::AcceptsLate(by) => Some(*by),
            _ => None,
        };
        std::thread::sleep(self.vices.find(late).unwrap_or_default());
        if !waits {
            stream = self.open()?;
        }
        let Some(stream) = stream else {
            return self.say("425 No data connection");
        };
        self.deliver(stream, source)
    }

    /// Sends the data, and says how that ended.
    fn deliver(&mut self, mut stream: TcpStream, source: &Source) -> Result<(), End> {
        let limit = |vice: &Vice| match vice {
            Vice::ShortData(bytes) | Vice::DataReset(bytes) | Vice::StallAfter(bytes) => {
                Some((*bytes, vice.clone()))
            }
            _ => None,
        };
        let own = |vice: &Vice| match vice {
            Vice::FinalReply(reply) => Some(*reply),
            _ => None,
        };
        let mut last = self.vices.find(own).unwrap_or("226 Transfer complete");
        let (bytes, cut) = self
            .vices
            .find(limit)
            .unwrap_or((usize::MAX, Vice::ShortData(0)));
        let gone = |vice: &Vice| match vice {
            Vice::CloseControlInData(at) => Some(*at),
            _ => None,
        };
        if let Some(at) = self.vices.find(gone)
            && let Source::Bytes(body) = source
        {
            let (first, second) = body.split_at(at.min(body.len()));
            let _ = self.send_some(&mut stream, first)?;
            let _ = self.control.shutdown(Shutdown::Write);
            let _ = self.send_some(&mut stream, second)?;
            return Err(End);
        }
        let resets = self.has(&Vice::ResetControlAfterFinal);
        if (resets || self.has(&Vice::EarlyFinal))
            && let Source::Bytes(body) = source
        {
            let (first, second) = body.split_at(body.len() / 2);
            let _ = self.send_some(&mut stream, first)?;
            self.say(last)?;
            self.flush()?;
            if resets {
                // The reader holds the connection too, so that no close of ours would be a reset.
                connect_unspec(&self.control).map_err(|_| End)?;
                std::thread::sleep(AFTER_RESET);
                let _ = stream.set_write_timeout(Some(SECOND_HALF));
                let _ = stream.write_all(second);
                return Err(End);
            }
            let _ = self.send_some(&mut stream, second)?;
            return Ok(());
        }
        match self.send_source(&mut stream, source, bytes)? {
            Sent::All => {}
            Sent::PeerClosed => last = "426 Connection closed, transfer aborted",
            Sent::Aborted => last = "426 Transfer aborted",
        }
        if self.has(&Vice::DataResetThen226) {
            let _ = set_socket_linger(&stream, Some(Duration::ZERO));
        }
        match cut {
            Vice::DataReset(_) => {
                let _ = set_socket_linger(&stream, Some(Duration::ZERO));
                last = "426 Connection reset, transfer aborted";
            }
            Vice::StallAfter(_) => {
                self.until_closed(&mut stream)?;
                last = "426 Connection closed, transfer aborted";
            }
            _ => {}
        }
        if self.has(&Vice::WaitsForOurClose) {
            let _ = stream.shutdown(Shutdown::Write);
            self.until_closed(&mut stream)?;
        }
        drop(stream);
        if self.has(&Vice::Late150) {
            self.say("150 Sending")?;
        }
        if self.has(&Vice::ResetControlAfterData) {
            // As above: a close of ours would not be a reset.
            connect_unspec(&self.control).map_err(|_| End)?;
            return Err(End);
        }
        if self.has(&Vice::CloseControlAfterData) {
            return Err(End);
        }
        if self.has(&Vice::MissingFinal) {
            return Ok(());
        }
        if self.has(&Vice::FinalBeforePreliminary) {
            return Ok(());
        }
        self.say(last)
    }

    /// Sends at most so many bytes of a source.
    fn send_source(
        &mut self,
        stream: &mut TcpStream,
        source: &Source,
        most: usize,
    ) -> Result<Sent, End> {
        if let Source::Bytes(body) = source {
            return self.send_some(stream, body.get(..most).unwrap_or(body));
        }
        let mut left = most.min(MAX_ENDLESS);
        let mut entries = 0;
        while left > 0 {
            let chunk = match source {
                Source::Lines(form) => entries_from(&mut entries, *form),
                _ => vec![b'x'; 64 << 10],
            };
            let chunk = chunk.get(..left).unwrap_or(&chunk);
            match self.send_some(stream, chunk)? {
                Sent::All => left -= chunk.len(),
                other => return Ok(other),
            }
        }
        Ok(Sent::All)
    }

    fn send_some(&mut self, stream: &mut TcpStream, bytes: &[u8]) -> Result<Sent, End> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.abort.load(Ordering::SeqCst) {
                return Ok(Sent::Aborted);
            }
            match stream.write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                    _ => return Ok(Sent::PeerClosed),
                },
            }
            if !self.alive() {
                return Err(End);
            }
        }
        Ok(Sent::All)
    }

    /// Returns when the client has closed its end of the data connection, or sent ABOR.
    fn until_closed(&mut self, stream: &mut TcpStream) -> Result<(), End> {
        let mut scrap = [0; 512];
        while !self.abort.load(Ordering::SeqCst) {
            match stream.read(&mut scrap) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                    _ => break,
                },
            }
            if !self.alive() {
                return Err(End);
            }
        }
        Ok(())
    }
}

/// A thousand lines of a listing, numbered on from `first`.
fn entries_from(first: &mut u64, form: Form) -> Vec<u8> {
    let mut tree = Tree::new();
    for number in *first..*first + 1000 {
        tree.add(
            format!("entry{number:09}").as_bytes(),
            Node::File(Arc::from([])),
        );
    }
    *first += 1000;
    tree.listing(b"/", form)
}
