//! OS-9 listings: owner, date with the year first, time, attributes, sector and size,
//! name.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, columns, date, number, skip_blanks};

/// `d`, a mark for sharing, and three rights for the public and for the owner.
const ATTRIBUTES_LENGTH: usize = 8;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let ([owner, date, time, attributes, sector, size], rest) = columns(line)?;
    let is_owner = owner.contains(&b'.') && owner.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let are_attributes = attributes.len() == ATTRIBUTES_LENGTH
        && attributes.iter().all(|byte| b"dsewr-".contains(byte));
    if !is_owner || !are_attributes || !sector.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let &[h1, h2, m1, m2] = time else {
        return None;
    };
    let clock = clock::time_of_day(&[h1, h2, b':', m1, m2])?;
    let kind = if attributes.starts_with(b"d") {
        Kind::Directory
    } else {
        Kind::File
    };
    Some(admit(Entry {
        name: skip_blanks(rest).to_vec(),
        kind,
        size: Some(number(size)?),
        modified: clock::at(date::short_year_first(date)?, clock),
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, day_time, directory, file, list};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        let modified = day_time(2026, 11, 22, 10, 11);
        assert_eq!(
            list(b" 0.0    26/11/22 1011   ------wr    A3F     1024 plan.txt"),
            at(Entry {
                modified,
                ..file(b"plan.txt", 1024)
            })
        );
        assert_eq!(
            list(b"20.20  2026/11/22 1011   d-ewrewr     10      512 docs"),
            at(Entry {
                size: Some(512),
                modified,
                ..directory(b"docs")
            })
        );
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"Owner   Last modified   Attributes Sector Bytecount Name"[..],
            b"20.20  26/11/22 10:11   d-ewrewr     10      512 docs",
            b"ftp    26/11/22 1011   d-ewrewr     10      512 docs",
            b"20.20  26/11/22 1011   d-ewrew     10      512 docs",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
