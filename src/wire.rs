//! Bytes from a peer: a bounded line buffer, and peer bytes made fit for a log line.
//!
//! Every protocol here is made of lines, and no peer may make us remember a line without end.

use std::fmt;

use memchr::memchr;

/// Longest piece of peer bytes that one log line or error text shows; the rest is cut.
pub const MAX_SHOWN: usize = 300;

/// What [`LineBuffer::next_line`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A line without its LF or CRLF.
    Whole(&'a [u8]),
    /// A line longer than the bound. Its bytes are dropped up to its LF; reported once.
    TooLong,
    /// No further whole line; more bytes are needed.
    Incomplete,
}

/// Cuts a stream into lines that end in LF or CRLF, holding at most one unfinished line.
#[derive(Debug)]
pub struct LineBuffer {
    bytes: Vec<u8>,
    taken: usize,
    max: usize,
    skipping: bool,
}

impl LineBuffer {
    /// A buffer for lines of at most `max` bytes, line end not counted.
    pub fn new(max: usize) -> Self {
        Self {
            bytes: Vec::new(),
            taken: 0,
            max,
            skipping: false,
        }
    }

    /// Appends what was read. Take all lines before the next call: the buffer then holds no more
    /// than the given bytes and one unfinished line.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line.
    pub fn next_line(&mut self) -> Line<'_> {
        loop {
            let start = self.taken;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let Some(length) = memchr(b'\n', rest) else {
                if rest.len() <= self.max.saturating_add(1) && !self.skipping {
                    return Line::Incomplete;
                }
                self.bytes.clear();
                self.taken = 0;
                let reported = std::mem::replace(&mut self.skipping, true);
                return if reported {
                    Line::Incomplete
                } else {
                    Line::TooLong
                };
            };
            self.taken = start + length + 1;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            let line = self.bytes.get(start..start + length).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            return if line.len() > self.max {
                Line::TooLong
            } else {
                Line::Whole(line)
            };
        }
    }

    /// Whether all of what was read is taken.
    pub fn is_empty(&self) -> bool {
        self.taken >= self.bytes.len() && !self.skipping
    }

    /// The last line of a stream that ended without a LF, if there is one.
    pub fn last_line(&mut self) -> Option<&[u8]> {
        let start = std::mem::replace(&mut self.taken, self.bytes.len());
        let line = self.bytes.get(start..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        (!self.skipping && !line.is_empty() && line.len() <= self.max).then_some(line)
    }
}

/// Peer bytes as a log line or a menu may show them: printable ASCII as it is, valid UTF-8 letters
/// as they are, everything else as `\xNN`, cut at [`MAX_SHOWN`] bytes of input.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a [u8]);

/// Peer bytes as a message for people may hold them: as [`Shown`], but quotes and backslashes are
/// themselves.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(pub &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.0, &['"', '\\'], f)
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.0, &[], f)
    }
}

fn write_escaped(bytes: &[u8], quoted: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let kept = bytes.get(..MAX_SHOWN).unwrap_or(bytes);
    for chunk in kept.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if quoted.contains(&c) => write!(f, "\\{c}")?,
                c if c.is_control() || is_invisible(c) => write!(f, "{}", c.escape_unicode())?,
                c => write!(f, "{c}")?,
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    if kept.len() < bytes.len() {
        f.write_str("...")?;
    }
    Ok(())
}

/// Characters that reorder or hide what stands beside them on a terminal: with U+202E in it, a name
/// that ends in `gpj.exe` is read as one that ends in `exe.jpg`.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(max: usize, pieces: &[&[u8]]) -> Vec<Result<Vec<u8>, ()>> {
        let mut buffer = LineBuffer::new(max);
        let mut found = Vec::new();
        for piece in pieces {
            buffer.extend(piece);
            loop {
                match buffer.next_line() {
                    Line::Whole(line) => found.push(Ok(line.to_vec())),
                    Line::TooLong => found.push(Err(())),
                    Line::Incomplete => break,
                }
            }
        }
        found
    }

    #[test]
    fn a_stream_cut_at_every_byte_gives_the_same_lines() {
        let stream = b"one\r\ntwo\n\nthree too long\r\nfour\r\n";
        let whole = lines(8, &[stream]);
        assert_eq!(
            whole,
            [
                Ok(b"one".to_vec()),
                Ok(b"two".to_vec()),
                Ok(Vec::new()),
                Err(()),
                Ok(b"four".to_vec())
            ]
        );
        for cut in 0..stream.len() {
            assert_eq!(lines(8, &[&stream[..cut], &stream[cut..]]), whole);
        }
    }

    #[test]
    fn a_line_at_the_bound_passes_and_one_past_it_does_not() {
        assert_eq!(lines(4, &[b"abcd\r\n"]), [Ok(b"abcd".to_vec())]);
        assert_eq!(lines(4, &[b"abcde\r\n"]), [Err(())]);
    }

    #[test]
    fn a_line_without_end_is_reported_once_and_not_kept() {
        let mut buffer = LineBuffer::new(4);
        let mut reports = 0;
        for _ in 0..1000 {
            buffer.extend(b"xxxxxxxxxxxxxxxx");
            while buffer.next_line() == Line::TooLong {
                reports += 1;
            }
            assert!(buffer.bytes.len() <= 16);
        }
        assert_eq!(reports, 1);
    }

    #[test]
    fn the_last_line_needs_no_line_end() {
        let mut buffer = LineBuffer::new(10);
        buffer.extend(b"a\nlast\r");
        assert_eq!(buffer.next_line(), Line::Whole(b"a"));
        assert_eq!(buffer.next_line(), Line::Incomplete);
        assert_eq!(buffer.last_line(), Some(&b"last"[..]));
        assert_eq!(buffer.last_line(), None);
    }

    #[test]
    fn control_bytes_cannot_reach_a_terminal() {
        assert_eq!(
            Shown(b"a\x1b[2J\r\n\"\\caf\xc3\xa9\xff").to_string(),
            "a\\u{1b}[2J\\u{d}\\u{a}\\\"\\\\caf\u{e9}\\xff"
        );
        assert_eq!(Words(b"\"a\\\x1b").to_string(), "\"a\\\\u{1b}");
        assert_eq!(Shown(&[b'x'; MAX_SHOWN]).to_string().len(), MAX_SHOWN);
        assert!(Shown(&[b'x'; MAX_SHOWN + 1]).to_string().ends_with("x..."));
    }
}
