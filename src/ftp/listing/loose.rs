//! Date columns of a Unix listing that are taken for one only behind a size, when no
//! other column has a better claim: their words may be anything else.

use jiff::civil::{Date, DateTime};

use super::{
    Modified, clock,
    column::{after_day, time_without_year},
    columns, date, months, number, token,
};

/// The length of `YYYYMMDDHHMMSS`.
const STAMP_LENGTH: usize = 14;

/// `Nov 22 26`, `22 Nov 26 10:11`, `9. 22. 10:11`, `9 22 2026`, `2. 1. 2026`,
/// `2026 Nov 22`, `1-2 10:11`, `nov/22 2026`, `11-22-26` and `20261122101112` at the
/// start of `text`, and what follows it.
pub(super) fn column(text: &[u8], now: Option<DateTime>) -> Option<(Option<Modified>, &[u8])> {
    let (first, rest) = token(text);
    if first.len() == STAMP_LENGTH {
        return Some((clock::time_value(first)?.into(), rest));
    }
    if let Some(date) = date::whole(first) {
        return Some((clock::at_day(date), rest));
    }
    if let Some((month, day)) = joined(first) {
        return behind_day(month, day, rest, now);
    }
    let ([second, third], after) = columns(rest)?;
    if let Some((month, day)) = numbers(first, second, third) {
        return behind_day(month, day, token(rest).1, now);
    }
    let (year, month, day) = match (date::day(first), date::day(second)) {
        (None, None) => (
            date::year(first)?,
            months::number_of(second)?,
            date::day(third)?,
        ),
        (None, Some(day)) => (date::short_year(third)?, months::number_of(first)?, day),
        (Some(day), _) => (date::short_year(third)?, months::number_of(second)?, day),
    };
    let date = Date::new(year, month, day).ok();
    let (time, behind) = token(after);
    if date::year(time).is_some() {
        return None;
    }
    Some(match clock::time_of_day(time) {
        Some(clock) if !behind.is_empty() => (clock::at(date, clock), behind),
        _ => (clock::at_day(date), after),
    })
}

/// `1-2`, `nov/22`, `22-Nov`, `11月-22`.
fn joined(text: &[u8]) -> Option<(i8, i8)> {
    let mut parts = text.split(|byte| matches!(byte, b'-' | b'/'));
    let (first, second) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    match (months::number_of(first), months::number_of(second)) {
        (None, Some(month)) => Some((month, date::day(first)?)),
        (month, _) => Some((month.or_else(|| month_number(first))?, date::day(second)?)),
    }
}

/// `9. 22.` and `9 22` with the month first, `2. 1. 2026` with the day first.
fn numbers(first: &[u8], second: &[u8], third: &[u8]) -> Option<(i8, i8)> {
    let (left, right) = (date::day(first)?, date::day(second)?);
    let are_dotted = first.ends_with(b".") && second.ends_with(b".");
    let is_day_first = left > 12 || are_dotted && right <= 12 && date::year(third).is_some();
    let (month, day) = if is_day_first {
        (right, left)
    } else {
        (left, right)
    };
    (1..=12).contains(&month).then_some((month, day))
}

fn month_number(text: &[u8]) -> Option<i8> {
    number(text).filter(|month| text.len() <= 2 && (1..=12).contains(month))
}

/// A year or a time must follow such a day.
fn behind_day(
    month: i8,
    day: i8,
    text: &[u8],
    now: Option<DateTime>,
) -> Option<(Option<Modified>, &[u8])> {
    let (next, _) = token(text);
    let is_sure = date::year(next).is_some() || time_without_year(next).is_some();
    is_sure.then(|| after_day(month, day, text, now))?
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, day, day_time, file, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn rare_dates_are_known_behind_a_size() {
        let whole = day(2025, 11, 22);
        for (date, modified) in [
            ("Nov 22 25", whole),
            ("22 Nov 25", whole),
            ("22. Nov 99", day(1999, 11, 22)),
            ("Nov 22 25 10:11", day_time(2025, 11, 22, 10, 11)),
            ("11-22-25", whole),
            ("2025 Nov 22", whole),
            ("2025. nov. 22.", whole),
            ("2025. 11. 22", whole),
            ("2025. 11. 22. 10:11", day_time(2025, 11, 22, 10, 11)),
            ("2025年 11月 22日", whole),
            ("11 22 2025", whole),
            ("22 11 2025", whole),
            ("2. 1. 2025", day(2025, 1, 2)),
            ("9. 22. 10:11", day_time(2026, 9, 22, 10, 11)),
            ("9. 22 10:11", day_time(2026, 9, 22, 10, 11)),
            ("3 29 10:11", day_time(2026, 3, 29, 10, 11)),
            ("1-2 10:11", day_time(2026, 1, 2, 10, 11)),
            ("nov/22 2025", whole),
            ("22-Nov 2025", whole),
            ("11月-22 2025", whole),
            ("20251122101112", second(2025, 11, 22, 10, 11, 12)),
        ] {
            let line = format!("-rw-r--r-- 1 ftp staff 7 {date} plan 9");
            let expected = Entry {
                modified,
                ..file(b"plan 9", 7)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_words_are_none() {
        for text in [
            "ftp staff Nov 22 25 x",
            "ftp staff 7 13 14 10:11 x",
            "ftp staff 7 Nov 22 225 x",
            "ftp staff 7 1-2 x",
            "ftp staff 7 1-2-3-4 10:11 x",
            "ftp staff 7 20251122 x",
        ] {
            let line = format!("-rw-r--r-- 1 {text}");
            assert_eq!(list(line.as_bytes()), Line::Noise, "{line}");
        }
    }
}
