//! VM/CMS listings: file name and type, perhaps the disk's mode, record format, record
//! length, records, blocks, date and time.
//!
//! RETR takes name and type with a dot between them. A size in octets is told only by
//! records of a fixed length: the length of variable ones is the longest's.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, columns, date, number, token};

/// How many columns may stand before the format: name, type, mode.
const MAX_BEFORE: usize = 3;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (name, mut rest) = token(line);
    let mut type_: &[u8] = &[];
    for before in 1..=MAX_BEFORE {
        if let Some(found) = behind_names(name, type_, before, rest) {
            return Some(found);
        }
        let (column, after) = token(rest);
        if before == 1 {
            type_ = column;
        }
        rest = after;
    }
    None
}

/// The entry if the format begins `text`.
fn behind_names(name: &[u8], type_: &[u8], before: usize, text: &[u8]) -> Option<Line> {
    let ([format, length, records, blocks, date, time], rest) = columns(text)?;
    let (kind, size) = match (format, before) {
        (b"DIR", 1 | 2)
            if [length, records, blocks]
                .iter()
                .all(|column| *column == b"-") =>
        {
            (Kind::Directory, None)
        }
        (b"F" | b"V", 2 | 3) => {
            let (length, records): (u64, u64) = (number(length)?, number(records)?);
            let _: u64 = number(blocks)?;
            let size = length.checked_mul(records).filter(|_| format == b"F");
            (Kind::File, size)
        }
        _ => return None,
    };
    let modified = clock::at(date::numeric(date)?, clock::time_of_day(time)?);
    // The label of the disk.
    if columns::<2>(rest).is_some() {
        return None;
    }
    let name = match kind {
        Kind::Directory => name.to_vec(),
        Kind::File | Kind::Link => [name, type_].join(&b'.'),
    };
    Some(admit(Entry {
        name,
        kind,
        size,
        modified,
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn name_and_type_are_one_name() {
        let modified = second(2026, 11, 22, 10, 11, 12);
        for (line, size) in [
            (
                "PLAN     TEXT     F         80         10          1 2026-11-22 10:11:12 LABEL1",
                Some(800),
            ),
            (
                "PLAN     TEXT     V         80         10          1 2026-11-22 10:11:12 -",
                None,
            ),
            (
                "PLAN     TEXT     A1 V      80     10     1       11/22/126 10:11:12",
                None,
            ),
            (
                "PLAN     TEXT     A1 F      80     10     1       11/22/26   10:11:12",
                Some(800),
            ),
        ] {
            let expected = Entry {
                size,
                modified,
                ..file(b"PLAN.TEXT", 0)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        for line in [
            &b"DOCS              DIR        -          -          - 2026-11-22 10:11:12 -"[..],
            b"DOCS            A1 DIR    -      -      -       11/22/26   10:11:12",
        ] {
            let expected = Entry {
                modified,
                ..directory(b"DOCS")
            };
            assert_eq!(list(line), at(expected));
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"PLAN     TEXT     X         80         10          1 2026-11-22 10:11:12 LABEL1"[..],
            b"PLAN     V         80         10          1 2026-11-22 10:11:12 LABEL1",
            b"PLAN     TEXT     V         80         10          - 2026-11-22 10:11:12 LABEL1",
            b"PLAN     TEXT     V         80         10          1 2026-11-22 10:11:12 of the day",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
