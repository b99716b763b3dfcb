//! MS-DOS listings, as Microsoft's servers send them: date, time, `<DIR>` or a size,
//! name.
//!
//! `<JUNCTION>` and `<SYMLINKD>` are directories with a target in brackets;
//! `<SYMLINK>` is a link to a file.

use jiff::civil::{Date, DateTime};

use super::{
    Entry, Kind, Line, admit, after_one_blank, clock, date, is_blank, size, skip_blanks, token,
};

/// The width of the column that begins with `<DIR>`. Blanks past it belong to
/// the name.
const MARK_WIDTH: usize = 15;

/// Where the column of the size ends: in the output of `dir`, and as IIS writes it.
const SIZE_ENDS: [usize; 2] = [35, 38];

pub(super) fn parse(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (first, rest) = token(line);
    let date = day(first, now)?;
    let (time, rest) = clock::time_column(rest).or_else(|| dotted_time(rest))?;
    let modified = clock::at(date, time);
    let column = skip_blanks(rest);
    let (third, rest) = token(column);
    let Some((kind, is_link)) = mark(third) else {
        // A file may be too large for the server: its size then is negative.
        let digits = third.strip_prefix(b"-").unwrap_or(third);
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let (size, rest) = match size_in_column(column, line.len() - column.len()) {
            Some((size, rest)) => (Some(size), rest),
            None => (size(third), rest),
        };
        if size.is_none() && !is_number {
            return None;
        }
        let name = after_one_blank(rest).to_vec();
        return Some(admit(Entry {
            name,
            kind: Kind::File,
            size,
            modified,
            target: None,
        }));
    };
    let name = after_mark(column, rest);
    let (name, target) = if is_link {
        name_and_target(name)
    } else {
        (name, None)
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size: None,
        modified,
        target: is_link.then(|| target.unwrap_or_default().to_vec()),
    }))
}

/// A size with blanks between the thousands, and what follows it. Only its place tells
/// that they are not of a name. `start` is where `text` starts in the line.
fn size_in_column(text: &[u8], start: usize) -> Option<(u64, &[u8])> {
    SIZE_ENDS.iter().find_map(|end| {
        let (column, rest) = text.split_at_checked(end.checked_sub(start)?)?;
        if !column.contains(&b' ') || !rest.starts_with(b" ") {
            return None;
        }
        let marked: Vec<u8> = column
            .iter()
            .map(|byte| if *byte == b' ' { b'.' } else { *byte })
            .collect();
        Some((size(&marked)?, rest))
    })
}

/// The date. `24-01-31` begins with the year: else it were to come.
fn day(text: &[u8], now: Option<DateTime>) -> Option<Option<Date>> {
    let date = date::whole(text)?;
    let tomorrow = now.and_then(|now| now.date().tomorrow().ok());
    let is_to_come = |date: Date| tomorrow.is_some_and(|tomorrow| date > tomorrow);
    let is_month_first = text < b"13".as_slice() || !text.contains(&b'-');
    if is_month_first || !date.is_some_and(is_to_come) {
        return Some(date);
    }
    let by_year = date::short_year_first(text).flatten();
    Some(by_year.filter(|date| !is_to_come(*date)).or(date))
}

/// `10.11`, as Finnish and Italian write it.
fn dotted_time(text: &[u8]) -> Option<(clock::Clock, &[u8])> {
    let (time, rest) = token(text);
    Some((clock::dotted_time_of_day(time)?, rest))
}

/// What a mark says, and whether it is of a link. `DIR` is written in other languages
/// too.
fn mark(column: &[u8]) -> Option<(Kind, bool)> {
    let mark = column.strip_prefix(b"<")?.strip_suffix(b">")?;
    match mark.to_ascii_uppercase().as_slice() {
        b"JUNCTION" | b"SYMLINKD" => Some((Kind::Directory, true)),
        b"SYMLINK" => Some((Kind::Link, true)),
        _ => Some((Kind::Directory, false)),
    }
}

/// The name behind a mark: at the next column, or where the blanks end before it.
fn after_mark<'a>(column: &'a [u8], rest: &'a [u8]) -> &'a [u8] {
    let mark = column.len() - rest.len();
    let padding = MARK_WIDTH.saturating_sub(mark);
    match rest.split_at_checked(padding) {
        Some((blanks, name)) if blanks.iter().all(|byte| is_blank(*byte)) => name,
        _ => skip_blanks(rest),
    }
}

/// `name [target]`, or an arrow as some servers write it. The last bracket counts,
/// for a name may hold brackets too; it cannot hold a `>`.
fn name_and_target(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let arrow = |arrow: &[u8]| {
        let at = memchr::memmem::find(text, arrow)?;
        Some((text.get(..at)?, text.get(at + arrow.len()..)?))
    };
    let bracket = || {
        let open = text.strip_suffix(b"]")?;
        let at = memchr::memmem::rfind(open, b" [")?;
        Some((open.get(..at)?, open.get(at + 2..)?))
    };
    match bracket()
        .or_else(|| arrow(b" -> "))
        .or_else(|| arrow(b" => "))
    {
        Some((name, target)) => (name, Some(target)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests;
