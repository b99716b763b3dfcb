//! What holds for every dialect, and what the dialects' tests share.

use jiff::civil::{DateTime, date, datetime};

use super::{Entry, Format, Kind, Line, MAX_LINE, Modified, Precision, parse_line};

/// The clock of these tests.
pub(super) const NOW: DateTime = datetime(2026, 11, 22, 12, 0, 0, 0);

const FORMATS: [Format; 3] = [Format::Mlsd, Format::List, Format::Nlst];

/// One line of each kind, for the tests that damage them.
const SAMPLES: [&[u8]; 16] = [
    b"type=file;size=1024;modify=20261122101112.530; a name",
    b"Type=OS.unix=slink:/pub/a b;Size=8;Modify=20261122101112; to ab",
    b"+i8.77,m1795342272,r,s1024,\tplan of record.txt",
    b"-rw-r--r--   1 ftp      staff        1024 Nov 21 10:11 plan.txt",
    b"drwxr-xr-x+  2 500 500 4096 Feb 29 23:59 pub",
    b"lrwxrwxrwx   1 ftp staff 6 Nov 21  2025 a -> b -> c",
    b"crw-rw-rw-   1 root sys 13, 27 Dec 31 24:00 x",
    b"-rw-r--r--   1 ftp staff 7 2026-11-21 11:11:12.123456789 +0100 x",
    b"-rw-r--r--   1 ftp staff 7 2026-11-21  x",
    b"-rw-r--r--   1 ftp staff 7 11\xe6\x9c\x88 21\xe6\x97\xa5 2026\xe5\xb9\xb4 \xff\xfe",
    b"-rw-r--r--   1 ftp sysadmin12345678 21. M\xe4r 10:11:12 2026 x",
    b"d [R----F--] admin            512       Nov 21 10:11    pub",
    b"11-22-26  10:11AM                 1024 plan of record.txt",
    b"11-22-2026  12:11 PM       <JUNCTION>     old [2] [D:\\data]",
    b"./pub/docs/",
    b"total 123",
];

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

/// Asserts what every line must keep to, however damaged.
fn check(line: &[u8]) {
    for format in FORMATS {
        for now in [None, Some(NOW), Some(DateTime::MIN), Some(DateTime::MAX)] {
            if let Line::Entry(entry) = parse_line(format, line, now) {
                let shown = line.escape_ascii();
                assert!(!entry.name.is_empty(), "{shown}");
                assert!(entry.name.len() <= line.len(), "{shown}");
                assert!(
                    !entry.name.iter().any(|b| b"/\r\n\0".contains(b)),
                    "{shown}"
                );
                assert!(entry.name != b"." && entry.name != b"..", "{shown}");
                assert!(entry.target.is_none_or(|t| t.len() < line.len()), "{shown}");
            }
        }
    }
}

#[test]
fn every_prefix_of_a_line_is_survived() {
    for sample in SAMPLES {
        for end in 0..=sample.len() {
            check(&sample[..end]);
            check(&sample[end..]);
        }
    }
}

#[test]
fn every_damaged_line_is_survived() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let special = b" \t\r\n\0/;=,:.-+[]<>09dl\xe6\xff";
    for sample in SAMPLES {
        for _ in 0..600 {
            let mut line = sample.to_vec();
            for _ in 0..=random(3) {
                let at = random(line.len());
                match random(4) {
                    0 => line[at] = special[random(special.len())],
                    1 => line.insert(at, special[random(special.len())]),
                    2 if line.len() > 1 => drop(line.remove(at)),
                    _ => {
                        let piece = line[at..].to_vec();
                        line.extend_from_slice(&piece);
                    }
                }
            }
            check(&line);
        }
    }
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
