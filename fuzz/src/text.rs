//! The TextFile transfer (RFC 1436 section 3.9): the same however the text is cut, and a client that takes
//! the periods away has the text again.

use super::{lines, pieces};
use gophergate::gopher::TextEncoder;

/// Asserts it.
pub fn check(data: &[u8]) {
    let whole = encode([data]);
    assert_eq!(encode(pieces(data)), whole);
    assert_eq!(encode(data.chunks(1)), whole);
    assert!(whole.len() <= 2 * data.len() + 5);

    let body = whole.strip_suffix(b".\r\n").expect("a lastline");
    let mut decoded = Vec::new();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.ends_with(b"\r\n") && line != b".\r\n");
        let line = &line[..line.len() - 2];
        decoded.push(match line {
            [b'.', b'.', rest @ ..] => [b".", rest].concat(),
            line => line.to_vec(),
        });
    }
    let mut expected: Vec<_> = lines(data)
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    // A last line without an end gets one; nothing behind the last LF is no line.
    if data.is_empty() || data.ends_with(b"\n") {
        expected.pop();
    }
    assert_eq!(decoded, expected);
}

fn encode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut encoder = TextEncoder::new();
    let mut out = Vec::new();
    for piece in pieces {
        let before = out.len();
        encoder.encode(piece, &mut out);
        assert!(out.len() - before <= 2 * piece.len() + 3);
    }
    encoder.end(&mut out);
    out
}
