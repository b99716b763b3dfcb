//! What holds for every dialect, and what the dialects' tests share.

use jiff::civil::{DateTime, date, datetime};

use super::{Entry, Format, Kind, Line, MAX_LINE, Modified, Precision, parse_line};

/// The clock of these tests.
pub(super) const NOW: DateTime = datetime(2026, 11, 22, 12, 0, 0, 0);

pub(super) fn list(line: &[u8]) -> Line {
    parse_line(Format::List, line, Some(NOW))
}

pub(super) fn list_unclocked(line: &[u8]) -> Line {
    parse_line(Format::List, line, None)
}

pub(super) fn at(entry: Entry) -> Line {
    Line::Entry(entry)
}

pub(super) fn file(name: &[u8], size: u64) -> Entry {
    let size = Some(size);
    Entry {
        name: name.to_vec(),
        kind: Kind::File,
        size,
        modified: None,
        target: None,
    }
}

pub(super) fn directory(name: &[u8]) -> Entry {
    Entry {
        kind: Kind::Directory,
        size: None,
        ..file(name, 0)
    }
}

pub(super) fn link(name: &[u8], target: Option<&[u8]>) -> Entry {
    let target = target.map(<[u8]>::to_vec);
    Entry {
        kind: Kind::Link,
        size: None,
        target,
        ..file(name, 0)
    }
}

pub(super) fn day(y: i16, m: i8, d: i8) -> Option<Modified> {
    Some(Modified {
        at: date(y, m, d).at(0, 0, 0, 0),
        precision: Precision::Day,
    })
}

pub(super) fn day_time(y: i16, m: i8, d: i8, h: i8, min: i8) -> Option<Modified> {
    Some(Modified {
        at: date(y, m, d).at(h, min, 0, 0),
        precision: Precision::Minute,
    })
}

pub(super) fn second(y: i16, m: i8, d: i8, h: i8, min: i8, s: i8) -> Option<Modified> {
    Some(Modified {
        at: date(y, m, d).at(h, min, s, 0),
        precision: Precision::Second,
    })
}

#[test]
fn a_line_past_the_bound_is_noise() {
    for (format, head) in [
        (Format::Mlsd, &b"type=file; "[..]),
        (Format::List, b"-rw-r--r-- 1 ftp staff 7 Nov 21  2025 "),
        (Format::Nlst, b""),
    ] {
        let mut line = head.to_vec();
        line.resize(MAX_LINE, b'x');
        let Line::Entry(entry) = parse_line(format, &line, None) else {
            panic!("a line of {MAX_LINE} octets is read");
        };
        assert_eq!(entry.name.len(), MAX_LINE - head.len());
        line.push(b'x');
        assert_eq!(parse_line(format, &line, None), Line::Noise);
    }
}

#[test]
fn one_or_two_crs_end_a_line() {
    for (end, expected) in [
        (
            &b"\r"[..],
            at(Entry {
                size: None,
                ..file(b"x", 0)
            }),
        ),
        (
            b"\r\r",
            at(Entry {
                size: None,
                ..file(b"x", 0)
            }),
        ),
        (b"\r\r\r", Line::Unusable),
    ] {
        let line = [b"type=file; x", end].concat();
        assert_eq!(parse_line(Format::Mlsd, &line, None), expected);
    }
}

#[test]
fn a_target_that_breaks_the_line_is_dropped() {
    let line = b"lrwxrwxrwx 1 ftp staff 9 Nov 21  2025 a -> b\rc";
    let expected = Entry {
        size: Some(9),
        modified: day(2025, 11, 21),
        ..link(b"a", None)
    };
    assert_eq!(list(line), at(expected));
}

#[test]
fn a_directory_is_hinted_at_by_the_slash_of_a_target() {
    assert!(directory(b"a").is_directory_hint());
    assert!(!file(b"a", 1).is_directory_hint());
    assert!(link(b"a", Some(b"b/")).is_directory_hint());
    assert!(!link(b"a", Some(b"b")).is_directory_hint());
    assert!(!link(b"a", None).is_directory_hint());
}
