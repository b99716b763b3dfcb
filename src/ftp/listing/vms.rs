//! VMS listings, as its servers (UCX and its heirs, MultiNet, CMU) send them: name
//! and version, blocks, date, and mostly owner and protection.
//!
//! A name that is too long for its column stands on a line of its own. RETR without a
//! version gives the newest, and CWD takes a directory without `.DIR`: both are cut
//! off. A size in blocks of 512 octets is the size to the next block.

use jiff::civil::DateTime;

use super::{
    Entry, Kind, Line, Modified, Precision, admit, clock, date, number, rounded_size,
    strip_suffix_of_any_case,
};

/// The octets of a block.
const BLOCK: u64 = 512;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (name, has_version, rest) = name(line)?;
    let (second, after) = word(rest);
    if has_version && is_refusal(second) {
        return Some(Line::Unusable);
    }
    // The owner may be asked for before the size.
    let is_owned_first = second.starts_with(b"[");
    let (second, after, rest) = if is_owned_first {
        let (size, after_size) = word(after);
        (size, after_size, after)
    } else {
        (second, after, rest)
    };
    let (size, (modified, rest)) = match size(second) {
        Some(size) => (size, date_and_time(after)?),
        None => (None, date_and_time(rest)?),
    };
    let (owner, _) = word(rest);
    if modified.is_some_and(|modified| modified.precision == Precision::Day)
        && !owner.starts_with(b"[")
    {
        return None;
    }
    // The version is the mark, else what only VMS has behind the time.
    let is_owned = is_owned_first || matches!(owner.first(), Some(b'[' | b'(' | b'<'));
    let is_versioned = has_version && owner.is_empty();
    if !is_owned && !is_versioned {
        return None;
    }
    let (name, kind) = match strip_suffix_of_any_case(name, b".DIR") {
        Some(directory) => (directory, Kind::Directory),
        None => (name, Kind::File),
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size,
        modified,
        target: None,
    }))
}

/// The next word. A CR separates too: some servers break the line with it alone.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    let end = text
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(text.len());
    text.split_at(end)
}

/// The name without the directory before it and the version behind it, whether there
/// was a version, and what follows. `None`: no name of VMS.
///
/// A name with a version may hold blanks: the first `;1` with a blank behind it ends it.
fn name(line: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let (first, rest) = word(line);
    let version = memchr::memchr_iter(b';', line).find_map(|at| {
        let (version, rest) = word(line.get(at + 1..)?);
        let _: u32 = number(version)?;
        Some((line.get(..at)?, rest))
    });
    let (path, has_version, rest) = match version {
        Some((path, rest)) => (path.trim_ascii_start(), true, rest),
        None => (
            Some(first).filter(|name| name.contains(&b'.'))?,
            false,
            rest,
        ),
    };
    let end = if path.contains(&b'[') {
        memchr::memrchr(b']', path)? + 1
    } else {
        0
    };
    Some((path.get(end..)?, has_version, rest))
}

/// `9/12` (used and allocated) or `9`, in blocks, or with a unit. The outer `None`: not of that shape.
///
/// No file uses more than it has, so a first number that is larger counts octets.
fn size(text: &[u8]) -> Option<Option<u64>> {
    let (used, allocated) = match memchr::memchr(b'/', text) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, text),
    };
    if let (Some(used), Some(_)) = (rounded_size(used), rounded_size(allocated)) {
        return Some(Some(used));
    }
    let (used, allocated): (u64, u64) = (number(used)?, number(allocated)?);
    Some(if used > allocated {
        Some(used)
    } else {
        used.checked_mul(BLOCK)
    })
}

/// `22-NOV-2026 10:11:12.13` or the day alone.
fn date_and_time(text: &[u8]) -> Option<(Option<Modified>, &[u8])> {
    let (first, rest) = word(text);
    let date = date::named(first)?;
    let (time, after) = word(rest);
    let whole = time.split(|byte| *byte == b'.').next().unwrap_or(time);
    Some(match clock::time_of_day(whole) {
        Some(clock) => (clock::at(date, clock), after),
        None => (clock::at_day(date), rest),
    })
}

/// What stands for the columns of a file that the user must not see: a message
/// (`%RMS-E-PRV, insufficient privilege ...`).
fn is_refusal(text: &[u8]) -> bool {
    text.starts_with(b"%") && text.contains(&b'-')
        || [&b"insufficient"[..], b"no"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, at, day, day_time, directory, file, list, second};
    use super::super::{Entry, Format, Line, Reader};

    #[test]
    fn the_version_and_the_directory_mark_are_cut_off() {
        let modified = day_time(2026, 11, 2, 10, 11);
        for line in [
            "PLAN.TXT;3      2   2-NOV-2026 10:11 [FTP] (RWED,RWED,RE,)",
            "PLAN.TXT;3      2/9   2-NOV-2026 10:11 [FTP,STAFF] (RWED,RWED,RE,)",
            "PLAN.TXT;3      1024/9   2-Nov-2026 10:11",
            "PLAN.TXT;3      2/9   2-NOV-2026 10:11 <FTP> (RWED,RWED,RE,)",
            "PLAN.TXT        2   2-NOV-2026 10:11 [FTP] (RWED,RWED,RE,)",
            "DISK$A:[PUB.DOCS]PLAN.TXT;3 2 2-NOV-2026 10:11 (RWED,,,)",
            "PLAN.TXT;3\r           2 2-NOV-2026 10:11",
        ] {
            let expected = Entry {
                modified,
                ..file(b"PLAN.TXT", 1024)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        assert_eq!(
            list(b"DOCS.DIR;1      1   2-NOV-2026 10:11:12.13 [FTP] (RWE,RWE,RE,RE)"),
            at(Entry {
                size: Some(512),
                modified: second(2026, 11, 2, 10, 11, 12),
                ..directory(b"DOCS")
            })
        );
        assert_eq!(
            list(b"Plan of record;a.txt;2    3KB/36KB   2-NOV-2026 10:11 [FTP]"),
            at(Entry {
                modified,
                ..file(b"Plan of record;a.txt", 3072)
            })
        );
        assert_eq!(
            list(b"PLAN.TXT;3      2/9   2-NOV-2026 [FTP] (RWED,RWED,RE,)"),
            at(Entry {
                modified: day(2026, 11, 2),
                ..file(b"PLAN.TXT", 1024)
            })
        );
        assert_eq!(
            list(b"NOTES.;12   2-NOV-2026 10:11"),
            at(Entry {
                size: None,
                modified,
                ..file(b"NOTES.", 0)
            })
        );
    }

    #[test]
    fn an_entry_may_take_two_lines() {
        let mut reader = Reader::new(Format::List, Some(NOW));
        let lines: [(&[u8], Option<Line>); 7] = [
            (b"Directory DISK$A:[PUB]\r", Some(Line::Noise)),
            (
                b"A_NAME_TOO_LONG_FOR_ITS_COLUMN.TXT;12\r",
                Some(Line::Noise),
            ),
            (
                b"                  2/3    2-NOV-2026 10:11:12  [FTP]  (RWED,,,)\r",
                Some(at(Entry {
                    modified: second(2026, 11, 2, 10, 11, 12),
                    ..file(b"A_NAME_TOO_LONG_FOR_ITS_COLUMN.TXT", 1024)
                })),
            ),
            (b"PLAN.TXT;1", Some(Line::Noise)),
            (
                b"2   2-NOV-2026 10:11 [FTP,STAFF] (RWED,RWED,RWED,R)",
                Some(at(Entry {
                    modified: day_time(2026, 11, 2, 10, 11),
                    ..file(b"PLAN.TXT", 1024)
                })),
            ),
            (b"", Some(Line::Noise)),
            (b"Total of 1 file, 2/3 blocks.", Some(Line::Noise)),
        ];
        for (line, expected) in lines {
            assert_eq!(reader.line(line), expected, "{}", line.escape_ascii());
            assert_eq!(reader.unread(), None);
        }
    }

    #[test]
    fn what_the_user_must_not_see_cannot_be_fetched() {
        for line in [
            &b"LOGIN.COM;1   %RMS-E-PRV, insufficient privilege or file protection violation"[..],
            b"LOGIN.COM;1   insufficient privilege or file protection violation",
            b"LOGIN.COM;1   No privilege for attempted operation",
        ] {
            assert_eq!(list(line), Line::Unusable);
        }
    }

    #[test]
    fn other_text_is_noise_and_a_large_size_none() {
        for line in [
            &b"PLAN.TXT 2 2-NOV-2026 10:11"[..],
            b"PLAN.TXT;x 2 2-NOV-2026 10:11",
            b"PLAN.TXT;1 2 2-NOV-2026",
            b"PLAN.TXT;1 2 2-NOV-2026 (RWED,RWED,RE,)",
            b"PLAN.TXT;1 2 2-NOV-2026 10:11 and more",
            b"[PLAN.TXT;1 2 2-NOV-2026 10:11",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
        let line = b"X.;1 18446744073709551615 2-NOV-2026 10:11";
        let expected = Entry {
            size: None,
            modified: day_time(2026, 11, 2, 10, 11),
            ..file(b"X.", 0)
        };
        assert_eq!(list(line), at(expected));
    }
}
