//! `dls` listings, as some old archives send them: a name, a size in a column of fixed
//! place, perhaps a date, perhaps words about the file or a link's target.
//!
//! There is no mark but the place of the size, so that is asked for to the column. A
//! name that is too long for its column stands on a line of its own.

use jiff::civil::DateTime;

use super::{
    Entry, Kind, Line, admit, column::column, is_blank, number, skip_blanks, token, trim_end,
};

/// Where the column of the size ends.
const SIZE_END: usize = 23;

/// How many blanks follow it.
const GAP: &[u8] = b"  ";

pub(super) fn parse(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (name, _) = token(line);
    if name.is_empty() || line.first().is_some_and(|byte| is_blank(*byte)) || is_reply(name) {
        return None;
    }
    let (_, columns) = line.split_at_checked(name.len())?;
    entry(name, line, columns, now)
}

/// An entry whose name stands on the line before.
pub(super) fn parse_halves(first: &[u8], second: &[u8], now: Option<DateTime>) -> Option<Line> {
    entry(trim_end(first), second, second, now)
}

/// The entry of a name whose columns are the end of `line`.
fn entry(name: &[u8], line: &[u8], columns: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (size, text) = token(columns);
    if line.len() - text.len() != SIZE_END {
        return None;
    }
    let text = trim_end(text);
    let text = if text.is_empty() {
        text
    } else {
        text.strip_prefix(GAP)?
    };
    let is_directory = name.ends_with(b"/");
    let size = match size {
        b"-" | b"=" if is_directory => None,
        _ => Some(number(size)?),
    };
    let (modified, text) = match column(text, now) {
        Some(found) => found,
        None if text.first().is_some_and(|byte| is_blank(*byte)) => return None,
        None => (None, text),
    };
    let target = skip_blanks(text).strip_prefix(b"-> ");
    let kind = match target {
        Some(_) => Kind::Link,
        None if is_directory => Kind::Directory,
        None => Kind::File,
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size,
        modified,
        target: target.map(<[u8]>::to_vec),
    }))
}

/// The code of a reply, in a session that was recorded.
fn is_reply(name: &[u8]) -> bool {
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits == 3 && matches!(name.get(3..), Some([] | [b'-', ..]))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, at, day, day_time, directory, file, link, list};
    use super::super::{Entry, Format, Line, Reader};

    #[test]
    fn the_size_stands_in_its_place() {
        for (line, expected) in [
            (
                "PLAN.TXT           1024  What will be",
                file(b"PLAN.TXT", 1024),
            ),
            ("PLAN.TXT           1024  ", file(b"PLAN.TXT", 1024)),
            ("docs/                 -  ", directory(b"docs")),
            ("docs/                 =  Public", directory(b"docs")),
            (
                "now                   8  -> PLAN.TXT",
                Entry {
                    size: Some(8),
                    ..link(b"now", Some(b"PLAN.TXT"))
                },
            ),
            (
                "PLAN.TXT           1024  Nov 21 10:11  What will be",
                Entry {
                    modified: day_time(2026, 11, 21, 10, 11),
                    ..file(b"PLAN.TXT", 1024)
                },
            ),
            (
                "docs/                 =   5 Nov 2024",
                Entry {
                    modified: day(2024, 11, 5),
                    ..directory(b"docs")
                },
            ),
        ] {
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn a_long_name_has_its_own_line() {
        let mut reader = Reader::new(Format::List, Some(NOW));
        assert_eq!(reader.line(b"a.plan.of.great.length"), Some(Line::Noise));
        assert_eq!(
            reader.line(b"                   1024  "),
            Some(at(file(b"a.plan.of.great.length", 1024)))
        );
        assert_eq!(reader.unread(), None);
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"PLAN.TXT          1024  What will be"[..],
            b"PLAN.TXT           1024 What will be",
            b"PLAN.TXT           1024   What will be",
            b"PLAN.TXT              -  What will be",
            b"230-There is         15  of them",
            b"There is too many    15  of them",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
