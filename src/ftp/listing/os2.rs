//! OS/2 listings, and those of other servers on machines that had MS-DOS before: size,
//! attributes, `DIR`, date, time, name.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, date, size, skip_blanks, token};

/// How many columns may stand between size and date: attributes and `DIR`.
const MAX_MARKS: usize = 2;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (column, mut rest) = token(line);
    let size = size(column)?;
    let mut kind = Kind::File;
    for _ in 0..MAX_MARKS {
        let (column, after) = token(rest);
        if matches!(column, b"DIR" | b"<DIR>") {
            kind = Kind::Directory;
        } else if !is_attributes(column) {
            break;
        }
        rest = after;
    }
    let (column, rest) = token(rest);
    let date = date::numeric(column)?;
    let (column, rest) = token(rest);
    let modified = clock::at(date, clock::time_of_day(column)?);
    Some(admit(Entry {
        name: skip_blanks(rest).to_vec(),
        kind,
        size: Some(size).filter(|_| kind == Kind::File),
        modified,
        target: None,
    }))
}

/// Archive, hidden, read-only, system.
fn is_attributes(column: &[u8]) -> bool {
    !column.is_empty() && column.iter().all(|byte| b"AHRS".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, day_time, directory, file, list};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        let modified = day_time(2026, 11, 22, 10, 11);
        for line in [
            "              1024  A              11-22-26   10:11  DIR of plans",
            "              1024  RSA            11-22-126  10:11  DIR of plans",
            "  1024                             11-22-2026 10:11  DIR of plans",
        ] {
            let expected = Entry {
                modified,
                ..file(b"DIR of plans", 1024)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        for line in [
            "                 0  DIR            11-22-26   10:11  docs",
            "                 0  RSA    DIR     11-22-26   10:11  docs",
        ] {
            let expected = Entry {
                modified,
                ..directory(b"docs")
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"  0  DIR  11-22-26  docs"[..],
            b"  0  DIX  11-22-26  10:11  docs",
            b"  0  A A A  11-22-26  10:11  docs",
            b"  0  DIR  11-22-26   10:11  ..",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
        assert_eq!(list(b"  0  DIR  11-22-26   10:11  "), Line::Unusable);
    }
}
