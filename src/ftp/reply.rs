//! Replies (RFC 959 section 4.2): bytes in, whole replies out, bounded.

use std::fmt;

use crate::wire::{Line, LineBuffer, Words};

/// Bytes that are shown of a line that is no reply.
const MAX_SHOWN: usize = 80;

/// Longest reply line, in bytes. Real ones end before 512; a path in a 257 may be long.
pub const MAX_REPLY_LINE: usize = 8 * 1024;
/// Most lines of one reply: the longest welcome texts have a few hundred.
pub const MAX_REPLY_LINES: usize = 1_000;
/// Most bytes of one reply, all lines together.
pub const MAX_REPLY: usize = 64 * 1024;

/// A reply code, 100 to 599.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u16);

/// What the first digit of a code says (RFC 959 section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 1xx: begun, another reply follows.
    Preliminary,
    /// 2xx: done.
    Completion,
    /// 3xx: go on with the next command of the sequence.
    Intermediate,
    /// 4xx: not now.
    TransientNegative,
    /// 5xx: no.
    PermanentNegative,
}

impl Code {
    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The meaning of the first digit.
    pub fn class(self) -> Class {
        match self.0 / 100 {
            1 => Class::Preliminary,
            2 => Class::Completion,
            3 => Class::Intermediate,
            4 => Class::TransientNegative,
            _ => Class::PermanentNegative,
        }
    }

    fn parse(line: &[u8]) -> Option<Self> {
        let [first @ b'1'..=b'5', second, third, ..] = *line else {
            return None;
        };
        let digits = [first, second, third];
        digits.iter().all(u8::is_ascii_digit).then(|| {
            Self(
                digits
                    .iter()
                    .fold(0, |number, digit| number * 10 + u16::from(digit - b'0')),
            )
        })
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A whole reply.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The code, the same on the first and the last line.
    pub code: Code,
    /// The text of each line, without code and line end. Never empty.
    pub lines: Vec<Vec<u8>>,
}

impl Reply {
    /// The text of the last line, where the meaning stands.
    pub fn text(&self) -> &[u8] {
        self.lines.last().map(Vec::as_slice).unwrap_or_default()
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code.0, Words(self.text()))
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What is wrong with the bytes that came instead of a reply. The server's side is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A line past [`MAX_REPLY_LINE`].
    LineTooLong,
    /// A reply past [`MAX_REPLY_LINES`] or [`MAX_REPLY`].
    ReplyTooLong,
    /// A NUL inside a line.
    Nul,
    /// A line without a code where a code is due. Its first bytes are shown; the rest is kept, so that
    /// what must not be shown can be found in it.
    NoCode(Vec<u8>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong => write!(f, "a reply line longer than {MAX_REPLY_LINE} bytes"),
            Self::ReplyTooLong => write!(f, "a reply that does not end"),
            Self::Nul => write!(f, "a reply with a NUL in it"),
            Self::NoCode(line) => {
                let shown = Words(line.get(..MAX_SHOWN).unwrap_or(line));
                write!(f, "\"{shown}\" where a reply code was due")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads replies from a stream, however it is cut.
#[derive(Debug)]
pub struct ReplyReader {
    lines: LineBuffer,
    unfinished: Option<Reply>,
    bytes: usize,
}

impl Default for ReplyReader {
    fn default() -> Self {
        Self::new()
    }
}

impl ReplyReader {
    /// A reader at the beginning of a control connection.
    pub fn new() -> Self {
        Self {
            lines: LineBuffer::new(MAX_REPLY_LINE),
            unfinished: None,
            bytes: 0,
        }
    }

    /// Takes what was read. Call [`Self::next_reply`] until it gives `None` before the next call.
    pub fn handle(&mut self, bytes: &[u8]) {
        self.lines.extend(bytes);
    }

    /// Whether nothing was read behind the last whole reply.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.unfinished.is_none()
    }

    /// The next whole reply; `None` when more bytes are needed.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, Error> {
        loop {
            let line = match self.lines.next_line() {
                Line::Incomplete => return Ok(None),
                Line::TooLong => return Err(Error::LineTooLong),
                Line::Whole(line) => line,
            };
            if line.contains(&0) {
                return Err(Error::Nul);
            }
            let line = without_cr(line);
            self.bytes += line.len();
            let reply = match self.unfinished.take() {
                None => begin(line)?,
                Some(reply) => go_on(reply, line),
            };
            match reply {
                Progress::Whole(reply) => {
                    self.bytes = 0;
                    return Ok(Some(reply));
                }
                Progress::Unfinished(reply)
                    if reply.lines.len() >= MAX_REPLY_LINES || self.bytes > MAX_REPLY =>
                {
                    return Err(Error::ReplyTooLong);
                }
                Progress::Unfinished(reply) => self.unfinished = Some(reply),
            }
        }
    }
}

/// A line without the CR of a server that ends its lines in CR CR LF.
fn without_cr(mut line: &[u8]) -> &[u8] {
    while let Some(rest) = line.strip_suffix(b"\r") {
        line = rest;
    }
    line
}

enum Progress {
    Whole(Reply),
    Unfinished(Reply),
}

fn begin(line: &[u8]) -> Result<Progress, Error> {
    let no_code = || Error::NoCode(line.to_vec());
    let code = Code::parse(line).ok_or_else(no_code)?;
    let text = |from| vec![line.get(from..).unwrap_or_default().to_vec()];
    match line.get(3) {
        None | Some(b' ' | b'\t') => Ok(Progress::Whole(Reply {
            code,
            lines: text(4),
        })),
        Some(b'-') => Ok(Progress::Unfinished(Reply {
            code,
            lines: text(4),
        })),
        Some(_) => Err(no_code()),
    }
}

/// RFC 959 section 4.2: the last line begins with the same code and a blank; what stands between
/// may begin with anything, other codes too.
fn go_on(mut reply: Reply, line: &[u8]) -> Progress {
    let coded = Code::parse(line) == Some(reply.code);
    let (last, text) = match line.get(3) {
        None | Some(b' ') if coded => (true, line.get(4..)),
        Some(b'-') if coded => (false, line.get(4..)),
        _ => (false, Some(line)),
    };
    reply.lines.push(text.unwrap_or_default().to_vec());
    if last {
        Progress::Whole(reply)
    } else {
        Progress::Unfinished(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<String>, Error> {
        let mut reader = ReplyReader::new();
        let mut replies = Vec::new();
        for piece in pieces {
            reader.handle(piece);
            while let Some(reply) = reader.next_reply()? {
                let lines: Vec<_> = reply
                    .lines
                    .iter()
                    .map(|line| String::from_utf8_lossy(line).into_owned())
                    .collect();
                replies.push(format!("{} {}", reply.code.number(), lines.join("|")));
            }
        }
        Ok(replies)
    }

    #[test]
    fn replies_cut_at_every_byte_are_the_same_replies() {
        let stream = b"220-Welcome\r\n 220 not the end\r\n221 nor this\r\n220-\r\n220 ready\r\n331\r\n230 in\n";
        let whole = read(&[stream]).unwrap();
        assert_eq!(
            whole,
            [
                "220 Welcome| 220 not the end|221 nor this||ready",
                "331 ",
                "230 in"
            ]
        );
        for cut in 0..stream.len() {
            assert_eq!(
                read(&[&stream[..cut], &stream[cut..]]).unwrap(),
                whole,
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn a_line_may_end_in_more_than_one_cr_and_a_tab_may_stand_for_the_blank() {
        let stream =
            b"220-a\r\r\n220\r\r\n226\r\r\r\n226\tdone\r\n230-b\r\n230\tinside\r\n230 c\r\n";
        assert_eq!(
            read(&[stream]).unwrap(),
            ["220 a|", "226 ", "226 done", "230 b|230\tinside|c"]
        );
    }

    #[test]
    fn what_is_no_reply_is_refused_with_its_first_bytes() {
        for line in ["SSH-2.0-x", "99 low", "600 high", "22", "2200 long", ""] {
            let stream = format!("{line}\r\n");
            assert_eq!(
                read(&[stream.as_bytes()]),
                Err(Error::NoCode(line.into())),
                "{line}"
            );
        }
        assert_eq!(read(&[b"220 a\0b\r\n"]), Err(Error::Nul));
    }

    #[test]
    fn a_line_at_the_bound_passes_and_one_past_it_does_not() {
        let line = |length: usize| [b"220 ", &vec![b'x'; length - 4][..], b"\r\n"].concat();
        assert!(read(&[&line(MAX_REPLY_LINE)]).is_ok());
        assert_eq!(read(&[&line(MAX_REPLY_LINE + 1)]), Err(Error::LineTooLong));
    }

    #[test]
    fn a_reply_at_the_bounds_passes_and_one_past_them_does_not() {
        let reply = |lines: usize| format!("{}220 end\r\n", "220-x\r\n".repeat(lines - 1));
        assert!(read(&[reply(MAX_REPLY_LINES).as_bytes()]).is_ok());
        assert_eq!(
            read(&[reply(MAX_REPLY_LINES + 1).as_bytes()]),
            Err(Error::ReplyTooLong)
        );
        let wide = |bytes: usize| {
            let mut stream = format!("220-{}\r\n", "x".repeat(1020)).repeat(bytes / 1024);
            stream.push_str(&format!("220-{}\r\n220 end\r\n", "x".repeat(bytes % 1024)));
            stream
        };
        assert!(read(&[wide(MAX_REPLY - 4).as_bytes()]).is_ok());
        assert_eq!(
            read(&[wide(MAX_REPLY - 3).as_bytes()]),
            Err(Error::ReplyTooLong)
        );
    }
}
