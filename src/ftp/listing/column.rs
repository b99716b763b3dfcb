//! The date column of a Unix listing, which is up to five words wide.

use jiff::{
    civil::{Date, DateTime},
    tz::Offset,
};

use super::{Modified, clock, columns, date, months, number, token};

/// A date column at the start of `text`, and what follows it.
///
/// Known: `Nov 22 10:11`, `Nov 22 10:11:12 2026`, `Nov 22  2026`, `Nov 22 2026 10:11`,
/// each with day and month the other way round too; `2026. 11. 22.`; `2026-11-22` and the other forms
/// of [`date::whole`] with or without `10:11`, `10:11:12` or `10:11:12.5 +0100` behind
/// it; `20261122 10:11`, `11-22 10:11`, `22.11. 10:11` and `2026年 11月 22日`.
pub(super) fn column(text: &[u8], now: Option<DateTime>) -> Option<(Option<Modified>, &[u8])> {
    let (first, rest) = token(text);
    if let Some(date) = date::whole(first) {
        return after_whole_date(first, date, rest);
    }
    if let Some((month, day)) = date::month_and_day(first) {
        return after_day(month, day, rest, now);
    }
    if let Some(year) = marked_year(first) {
        let (month, day, rest) = day_of_year(rest)?;
        return after_whole_date(b"", Date::new(year, month, day).ok(), rest);
    }
    if let Some(modified) = date_and_time_in_one(first) {
        return Some((modified, rest));
    }
    if let Some(date) = date::compact(first) {
        // A size has no time behind it.
        let (clock, rest) = time(rest, true)?;
        return Some((clock::at(date, clock), rest));
    }
    let (month, day, rest) = spelled_day(text)?;
    after_day(month, day, rest, now)
}

/// What follows a date column at the start of `text` whose month is a word that is not
/// known here: `Xyz 22 10:11`, `22 Xyz  2026`. It gives no time.
pub(super) fn after_unknown_month(text: &[u8]) -> Option<&[u8]> {
    let (first, rest) = token(text);
    let (second, rest) = token(rest);
    let (third, rest) = token(rest);
    // A clock that was never set gives a zero.
    let is_word =
        |text: &[u8]| !text.iter().any(u8::is_ascii_digit) || text.iter().all(|byte| *byte == b'0');
    let is_day = date::day(second).is_some() && is_word(first)
        || date::day(first).is_some() && is_word(second);
    let is_date = is_day && (date::year(third).is_some() || time_without_year(third).is_some());
    is_date.then_some(rest)
}

/// `2026年`, `2026.`: no size has such a mark.
fn marked_year(text: &[u8]) -> Option<i16> {
    match date::signed_year(text) {
        Some((year, [])) => Some(year),
        Some(_) => None,
        None => date::year(text).filter(|_| text.ends_with(b".")),
    }
}

/// The month and the day behind a year: `Nov 22`, `11月 22日`, `11. 22.`.
fn day_of_year(text: &[u8]) -> Option<(i8, i8, &[u8])> {
    let ([month, day], rest) = columns(text)?;
    let number = || number(month.strip_suffix(b".")?).filter(|month| (1..=12).contains(month));
    let month = months::number_of(month).or_else(number)?;
    Some((month, date::day(day)?, rest))
}

/// `Nov 22` or `22 Nov` at the start of `text`, and what follows it, which is a year or
/// a time.
pub(super) fn spelled_day(text: &[u8]) -> Option<(i8, i8, &[u8])> {
    let (first, rest) = token(text);
    let (second, rest) = token(rest);
    // The cheaper questions first.
    let (third, _) = token(rest);
    if date::year(third).is_none() && time_without_year(third).is_none() {
        return None;
    }
    let (month, day) = match (date::day(second), date::day(first)) {
        (Some(day), _) => (months::number_of(first)?, day),
        (None, Some(day)) => (months::number_of(second)?, day),
        (None, None) => return None,
    };
    Some((month, day, rest))
}

/// What stands behind a month and a day: a year, a time, or both.
pub(super) fn after_day(
    month: i8,
    day: i8,
    text: &[u8],
    now: Option<DateTime>,
) -> Option<(Option<Modified>, &[u8])> {
    let (first, rest) = token(text);
    if let Some(year) = date::year(first) {
        let date = Date::new(year, month, day).ok();
        // `ls` pads the year to the width of a time; what such a line has behind
        // it is the name.
        let is_padded = text.starts_with(b"  ");
        let (second, after) = token(rest);
        return match clock::time_of_day(second) {
            Some(clock) if !is_padded && !after.is_empty() => Some((clock::at(date, clock), after)),
            _ => Some((clock::at_day(date), rest)),
        };
    }
    let clock = time_without_year(first)?;
    if clock.has_seconds() {
        let (second, after) = token(rest);
        // With nothing behind it, it is a name made of four digits.
        if let Some(year) = date::year(second).filter(|_| !after.is_empty()) {
            return Some((clock::at(Date::new(year, month, day).ok(), clock), after));
        }
    }
    Some((clock::latest(month, day, clock, now), rest))
}

/// The time of a date without a year.
pub(super) fn time_without_year(text: &[u8]) -> Option<clock::Clock> {
    clock::time_of_day(text).or_else(|| clock::dotted_time_of_day(text))
}

/// What stands behind a date with a year: a time with a zone or without, or nothing.
/// `written` is how the date was written, empty if that leaves no doubt.
fn after_whole_date<'a>(
    written: &[u8],
    date: Option<Date>,
    text: &'a [u8],
) -> Option<(Option<Modified>, &'a [u8])> {
    let is_iso = date::year_first(written).is_some();
    if let Some((clock, rest)) = time(text, is_iso) {
        let modified = clock::at(date, clock);
        if clock.has_seconds() {
            let (second, after) = token(rest);
            if let Some(offset) = zone(second).filter(|_| !after.is_empty()) {
                return Some((
                    modified.and_then(|modified| in_utc(modified, offset)),
                    after,
                ));
            }
        }
        return Some((modified, rest));
    }
    let (second, after) = token(text);
    let is_dotted = written.contains(&b'.') && !is_iso && !after.is_empty();
    if let Some(clock) = clock::dotted_time_of_day(second).filter(|_| is_dotted) {
        return Some((clock::at(date, clock), after));
    }
    if !is_iso {
        // An owner or a group may look like a date of two digit numbers.
        let is_sure = written.is_empty() || !written.is_ascii() || has_year(written);
        return is_sure.then(|| (clock::at_day(date), text));
    }
    // `ls` writes a blank where the time would be, before the one that separates
    // the name.
    let rest = match text {
        [b' ', rest @ ..] if rest.starts_with(b" ") => rest,
        _ => text,
    };
    Some((clock::at_day(date), rest))
}

/// A time at the start of `text`, and what follows it. The fraction of a second is
/// dropped: nothing here is that exact. Behind an ISO date there is no `PM`: that
/// would be the name.
fn time(text: &[u8], is_iso: bool) -> Option<(clock::Clock, &[u8])> {
    if !is_iso {
        return clock::time_column(text);
    }
    let (time, rest) = token(text);
    let whole = time.split(|byte| *byte == b'.').next().unwrap_or(time);
    Some((clock::time_of_day(whole)?, rest))
}

/// `2026-11-22T10:11:12Z`, `2026-11-22T10:11:12.5+01:00`.
fn date_and_time_in_one(text: &[u8]) -> Option<Option<Modified>> {
    let between = memchr::memchr(b'T', text)?;
    let date = date::year_first(text.get(..between)?)?;
    let time = text.get(between + 1..)?;
    let sign = time.iter().position(|byte| matches!(byte, b'+' | b'-'));
    let (time, offset) = match sign.and_then(|sign| time.split_at_checked(sign)) {
        Some((time, offset)) => (time, zone(offset)?),
        None => (time.strip_suffix(b"Z").unwrap_or(time), Offset::UTC),
    };
    let whole = time.split(|byte| *byte == b'.').next().unwrap_or(time);
    let modified = clock::at(date, clock::time_of_day(whole)?);
    Some(modified.and_then(|modified| in_utc(modified, offset)))
}

fn in_utc(modified: Modified, offset: Offset) -> Option<Modified> {
    let at = Offset::UTC.to_datetime(offset.to_timestamp(modified.at).ok()?);
    Some(Modified { at, ..modified })
}

fn has_year(text: &[u8]) -> bool {
    text.split(|byte| !byte.is_ascii_digit())
        .any(|part| date::year(part).is_some())
}

/// `+0100`, `-03:30`.
fn zone(text: &[u8]) -> Option<Offset> {
    let (&[sign, h1, h2, m1, m2] | &[sign, h1, h2, b':', m1, m2]) = text else {
        return None;
    };
    let seconds = number::<i32>(&[h1, h2])? * 3600 + number::<i32>(&[m1, m2])? * 60;
    match sign {
        b'+' => Offset::from_seconds(seconds).ok(),
        b'-' => Offset::from_seconds(-seconds).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
