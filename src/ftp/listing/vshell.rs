//! VShell listings: size, date with its year, time, name, and `/` behind a directory's.

use jiff::civil::{Date, DateTime};

use super::{Entry, Kind, Line, admit, after_one_blank, clock, column, date, number, token};

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (size, rest) = token(line);
    let size = number(size)?;
    let (month, day, rest) = column::spelled_day(rest)?;
    let (year, rest) = token(rest);
    let date = Date::new(date::year(year)?, month, day).ok();
    let (time, rest) = token(rest);
    let modified = clock::at(date, clock::time_of_day(time)?);
    let name = after_one_blank(rest);
    let (name, kind) = match name.strip_suffix(b"/") {
        Some(name) => (name, Kind::Directory),
        None => (name, Kind::File),
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size: Some(size).filter(|_| kind == Kind::File),
        modified,
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
            list(b"       1024  Nov 22, 2026 10:11 plan of record.txt"),
            at(Entry {
                modified,
                ..file(b"plan of record.txt", 1024)
            })
        );
        assert_eq!(
            list(b"          0  Nov 22, 2026 10:11 docs/"),
            at(Entry {
                modified,
                ..directory(b"docs")
            })
        );
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"0  Nov 22, 2026 docs/"[..],
            b"0  Nov 22, 10:11 docs/",
            b"0  Nov 22",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
        assert_eq!(list(b"0  Nov 22, 2026 10:11"), Line::Unusable);
    }
}
