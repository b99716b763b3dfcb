//! The TextFile transfer of RFC 1436 section 3.9 and appendix, as an incremental encoder.
//!
//! Lines end in CRLF, a line that begins with a period gets one more, and a lone period ends the
//! file. Used only where the configuration asks for it: no client but one removes the extra
//! periods, and half of them show the last one, so files go out byte for byte by default.

use memchr::memchr;

/// Turns bytes into a TextFile, however they are cut into pieces.
///
/// LF and CRLF become CRLF; a CR elsewhere in a line is left alone.
#[derive(Debug, Default)]
pub struct TextEncoder {
    /// Something was written on the current line.
    in_line: bool,
    /// The last piece ended in a CR that may be half of a CRLF.
    held_cr: bool,
}

impl TextEncoder {
    /// An encoder at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the encoding of `bytes` to `out`: at most twice their number and three more.
    pub fn encode(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len());
        while !bytes.is_empty() {
            let end = memchr(b'\n', bytes);
            let (mut content, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            if self.held_cr && !content.is_empty() {
                self.content(b"\r", out);
            }
            // With no content the CR held back stays held: the LF that follows completes it.
            if let Some(before) = content.strip_suffix(b"\r") {
                content = before;
                self.held_cr = true;
            } else if !content.is_empty() {
                self.held_cr = false;
            }
            self.content(content, out);
            if end.is_some() {
                self.newline(out);
            }
            bytes = rest.get(1..).unwrap_or_default();
        }
    }

    /// Appends what ends the file: a CRLF unless the last line has one, and the lastline.
    pub fn end(mut self, out: &mut Vec<u8>) {
        if self.in_line || self.held_cr {
            self.newline(out);
        }
        out.extend_from_slice(b".\r\n");
    }

    fn content(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if !self.in_line && bytes.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(bytes);
        self.in_line |= !bytes.is_empty();
    }

    fn newline(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.in_line = false;
        self.held_cr = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&[u8], &[u8])] = &[
        (b"", b".\r\n"),
        (b"one", b"one\r\n.\r\n"),
        (b"one\n", b"one\r\n.\r\n"),
        (b"one\r\ntwo\r\n", b"one\r\ntwo\r\n.\r\n"),
        (b"\n\n", b"\r\n\r\n.\r\n"),
        (b".\n..\n.profile", b"..\r\n...\r\n..profile\r\n.\r\n"),
        (b"a.\n.b\r\n.", b"a.\r\n..b\r\n..\r\n.\r\n"),
        (b"a\rb\r", b"a\rb\r\n.\r\n"),
        (b"\r\r\n\r", b"\r\r\n\r\n.\r\n"),
        (b"\r.\n", b"\r.\r\n.\r\n"),
        (b"\r\r\r", b"\r\r\r\n.\r\n"),
        (b"\xff\x00\n.\xe9", b"\xff\x00\r\n..\xe9\r\n.\r\n"),
    ];

    fn encode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut encoder = TextEncoder::new();
        let mut out = Vec::new();
        for piece in pieces {
            encoder.encode(piece, &mut out);
        }
        encoder.end(&mut out);
        out
    }

    #[test]
    fn lines_end_in_crlf_periods_are_doubled_and_one_period_ends_the_file() {
        for (text, expected) in CASES {
            assert_eq!(encode([*text]), *expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn the_encoding_does_not_depend_on_how_the_text_is_cut() {
        for (text, expected) in CASES {
            assert_eq!(encode(text.chunks(1)), *expected, "{}", text.escape_ascii());
            for cut in 0..=text.len() {
                let (head, tail) = text.split_at(cut);
                assert_eq!(
                    encode([head, b"", tail]),
                    *expected,
                    "{} at {cut}",
                    text.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn no_text_can_end_its_own_transfer() {
        // Every text of up to six bytes over the bytes that matter.
        for length in 0..=6_u32 {
            for number in 0..4_usize.pow(length) {
                let digit = |place| b".\r\nx"[number / 4_usize.pow(place) % 4];
                let text: Vec<u8> = (0..length).map(digit).collect();
                let out = encode([&text[..]]);
                let lines: Vec<&[u8]> = out.split_inclusive(|&b| b == b'\n').collect();
                let (last, before) = lines.split_last().unwrap();
                assert_eq!(*last, b".\r\n");
                assert!(
                    before
                        .iter()
                        .all(|line| line.ends_with(b"\r\n") && *line != b".\r\n")
                );
            }
        }
    }
}
