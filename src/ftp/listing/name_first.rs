//! Listings with the name first, as the servers of Chameleon and SuperTCP for Windows 3 and
//! of Wellfleet's routers send them: name, `<DIR>` or a size, date, perhaps the day of the
//! week, time, attributes.

use jiff::civil::{Date, DateTime};

use super::{
    Entry, Kind, Line, Modified, admit, clock, column::spelled_day, date, size, token, trim_end,
    unix::WEEKDAYS,
};

/// How many columns of a name with blanks are looked at.
const MAX_COLUMNS: usize = 16;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (first, mut rest) = token(line);
    if first.is_empty() || line.first().is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    for _ in 0..MAX_COLUMNS {
        let before = line.get(..line.len() - rest.len())?;
        let (column, after) = token(rest);
        if column.is_empty() {
            return None;
        }
        rest = after;
        let is_directory = column == b"<DIR>";
        let size = size(column);
        if !is_directory && size.is_none() {
            continue;
        }
        if let Some(modified) = time_and_attributes(rest) {
            let kind = if is_directory {
                Kind::Directory
            } else {
                Kind::File
            };
            return Some(admit(Entry {
                name: trim_end(before).to_vec(),
                kind,
                size,
                modified,
                target: None,
            }));
        }
    }
    None
}

/// The time at the end of a line, if nothing but attributes follows it.
fn time_and_attributes(text: &[u8]) -> Option<Option<Modified>> {
    let (date, rest) = day(text)?;
    let (weekday, after) = token(rest);
    let rest = if is_weekday(weekday) { after } else { rest };
    let (time, rest) = token(rest);
    let clock = clock::time_of_day(time)?;
    let (attributes, rest) = token(rest);
    let is_end = trim_end(rest).is_empty();
    let are_attributes = attributes.iter().all(|byte| b"ADHRS".contains(byte));
    (is_end && are_attributes).then(|| clock::at(date, clock))
}

/// `Wed.` or `Wed`.
fn is_weekday(text: &[u8]) -> bool {
    WEEKDAYS.contains(&text.strip_suffix(b".").unwrap_or(text))
}

fn day(text: &[u8]) -> Option<(Option<Date>, &[u8])> {
    let (column, rest) = token(text);
    if let Some(date) = date::numeric(column) {
        return Some((date, rest));
    }
    let (month, day, rest) = spelled_day(text)?;
    let (year, rest) = token(rest);
    Some((Date::new(date::year(year)?, month, day).ok(), rest))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, day_time, directory, file, list};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        let modified = day_time(2026, 11, 22, 10, 11);
        for line in [
            "PLAN.TXT         1024      Nov 22 2026 10:11   A",
            "PLAN.TXT         1024      Nov 22 2026 10:11",
            "PLAN.TXT             1024      11-22-26        10:11",
            "PLAN.TXT             1024      11/22/26        10:11",
            "PLAN.TXT             1024      11/22/26  Sun.  10:11",
            "PLAN.TXT            1,024      11-22-26        10:11",
        ] {
            let expected = Entry {
                modified,
                ..file(b"PLAN.TXT", 1024)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        for line in [
            "MY DOCS 7       <DIR>      Nov 22 2026 10:11   ",
            "MY DOCS 7       <DIR>           11-22-26        10:11",
        ] {
            let expected = Entry {
                modified,
                ..directory(b"MY DOCS 7")
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"..              <DIR>      Nov 22 2026 10:11   "[..],
            b"PLAN.TXT  1024  Nov 22 2026 10:11 sharp",
            b"PLAN.TXT  1024  Nov 22 2026",
            b"PLAN.TXT  Nov 22 2026 10:11",
            b"sent 1024 on 11-22-26 10:11",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
