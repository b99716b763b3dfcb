//! HP NonStop (Tandem Guardian) listings: file, code, end of file, date, time, owner,
//! and who may read, write, execute and purge.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, columns, date, last_column, number, token};

/// The quotes and one letter for each right.
const RIGHTS_LENGTH: usize = 6;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (rest, rights) = last_column(line);
    if rights.len() != RIGHTS_LENGTH || !rights.starts_with(b"\"") || !rights.ends_with(b"\"") {
        return None;
    }
    let (name, rest) = token(rest);
    let (column, after) = token(rest);
    // `O`: the file is open.
    let rest = if number::<u64>(column).is_some() {
        rest
    } else {
        after
    };
    let ([code, size, date, time], _) = columns(rest)?;
    let _: u32 = number(code)?;
    Some(admit(Entry {
        name: name.to_vec(),
        kind: Kind::File,
        size: Some(number(size)?),
        modified: clock::at(date::named(date)?, clock::time_of_day(time)?),
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, file, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn a_line_is_a_file() {
        for line in [
            &b"PLANTEXT        101        1024 22-Nov-26 10:11:12 255,255 \"NUNU\""[..],
            b"PLANTEXT   O    101        1024 22-Nov-2026 10:11:12 255, 12 \"----\"",
        ] {
            let expected = Entry {
                modified: second(2026, 11, 22, 10, 11, 12),
                ..file(b"PLANTEXT", 1024)
            };
            assert_eq!(list(line), at(expected));
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"File         Code             EOF  Last Modification    Owner  RWEP"[..],
            b"PLANTEXT  101  1024 22-Nov-26 10:11:12 255,255 NUNU",
            b"PLANTEXT  101  22-Nov-26 10:11:12 255,255 \"NUNU\"",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
