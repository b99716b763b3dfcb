//! The line buffer, cut anywhere, and peer bytes as a log shows them.

use super::pieces;
use gophergate::wire::{Line, LineBuffer, MAX_SHOWN, Shown, Words};

/// Asserts it.
pub fn check(data: &[u8]) {
    for max in [0, 7, 80] {
        let whole = cut(max, [data]);
        assert_eq!(cut(max, pieces(data)), whole);
        assert_eq!(cut(max, data.chunks(1)), whole);
    }
    for text in [Shown(data).to_string(), Words(data).to_string()] {
        assert!(!text.contains(char::is_control));
        // A byte is `\u{1b}` at most.
        assert!(text.len() <= 8 * MAX_SHOWN + 3);
    }
}

/// The lines; `None` for one that is too long. The last one needs no LF.
fn cut<'a>(max: usize, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Option<Vec<u8>>> {
    let mut buffer = LineBuffer::new(max);
    let mut lines = Vec::new();
    for piece in pieces {
        buffer.extend(piece);
        loop {
            match buffer.next_line() {
                Line::Whole(line) => {
                    assert!(line.len() <= max && !line.contains(&b'\n'));
                    lines.push(Some(line.to_vec()));
                }
                Line::TooLong => lines.push(None),
                Line::Incomplete => break,
            }
        }
    }
    lines.extend(buffer.last_line().map(|line| Some(line.to_vec())));
    lines
}
