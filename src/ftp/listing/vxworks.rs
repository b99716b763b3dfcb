//! VxWorks listings: size, date, time, name, and `<DIR>` behind a directory's.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, columns, date, number, skip_blanks, trim_end};

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let ([size, date, time], rest) = columns(line)?;
    // The day first is the mark of others.
    if date.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let size = number(size)?;
    let modified = clock::at(date::named(date)?, clock::time_of_day(time)?);
    let name = trim_end(skip_blanks(rest));
    let (name, kind) = match name.strip_suffix(b"<DIR>") {
        Some(name) => (trim_end(name), Kind::Directory),
        None => (name, Kind::File),
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size: Some(size),
        modified,
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        let modified = second(2026, 11, 22, 10, 11, 12);
        assert_eq!(
            list(b"     1024    NOV-22-2026  10:11:12   plan.txt"),
            at(Entry {
                modified,
                ..file(b"plan.txt", 1024)
            })
        );
        assert_eq!(
            list(b"      512    NOV-22-2026  10:11:12   docs              <DIR>"),
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
            &b"  size          date       time       name"[..],
            b"  512    NOV-22-2026  10:11:12   ..   <DIR>",
            b"  512    NOV-22-2026  docs",
            b"  512    22-NOV-2026  10:11:12 [FTP] (RWED,,,)",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
        assert_eq!(list(b"  512  NOV-22-2026  10:11:12 <DIR>"), Line::Unusable);
    }
}
