//! A whole LIST, whose lines may hang on those before them: each line comes out once.

use gophergate::ftp::listing::{Format, Line, Reader, try_parse_line};

use super::{NOW, assert_line, lines};

/// Asserts it.
pub fn check(data: &[u8]) {
    let mut reader = Reader::new(Format::List, Some(NOW));
    // The line that the reader may hold.
    let mut before: Option<&[u8]> = None;
    for line in lines(data) {
        let read = reader.line(line);
        let longest = line.len() + before.map_or(0, <[u8]>::len);
        // What has a meaning of its own has it wherever it stands.
        if let Some(entry @ Line::Entry(_)) = try_parse_line(Format::List, line, Some(NOW))
            && read.as_ref() != Some(&entry)
        {
            assert!(before.is_some(), "{}", line.escape_ascii());
        }
        assert_line(read, longest);
        if let Some(unread) = reader.unread() {
            assert_eq!(Some(unread.as_slice()), before.map(without_end));
        }
        before = Some(line);
    }
    if let Some(unread) = reader.end() {
        assert_eq!(Some(unread.as_slice()), before.map(without_end));
    }
    assert_eq!((reader.unread(), reader.end()), (None, None));
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
