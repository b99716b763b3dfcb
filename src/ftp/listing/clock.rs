//! Dates and times of day as listings write them, and the year of a date that
//! comes without one.
//!
//! A column that has the shape of a date but says nonsense (`Jan 99 25:61`) is
//! still the date column: it gives no time, and the name begins after it.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::{Modified, Precision, months, number, token};

/// How far back the year of a date without one is searched. Every date but 29
/// February is found within one year; that one within eight (1896 to 1904).
const MAX_YEARS_BACK: i16 = 8;

/// The years that a four digit column is taken for. It keeps sizes and group
/// numbers out; 1601 is where Windows' own clock begins.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2999;

/// A time of day as written, not yet checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    hour: i8,
    minute: i8,
    second: Option<i8>,
}

/// The date column of a Unix listing at the start of `text`, and what follows it.
///
/// Known: `Nov 22 10:11`, `Nov 22 10:11:12 2026`, `Nov 22  2026`, each with day and
/// month the other way round too, `2026-11-22 10:11`, `2026-11-22 10:11:12.5 +0100`,
/// `2026-11-22` and `11-22 10:11`.
pub(super) fn column(text: &[u8], now: Option<DateTime>) -> Option<(Option<Modified>, &[u8])> {
    let (first, rest) = token(text);
    if let Some(date) = year_first(first) {
        return Some(after_iso_date(date, rest));
    }
    let (second, rest) = token(rest);
    if let Some((month, day)) = month_and_day(first) {
        let clock = time_of_day(second)?;
        return Some((latest(month, day, clock, now), rest));
    }
    // The day first: it is the cheaper question.
    let (month, day) = match (day(second), day(first)) {
        (Some(day), _) => (months::number_of(first)?, day),
        (None, Some(day)) => (months::number_of(second)?, day),
        (None, None) => return None,
    };
    let (third, rest) = token(rest);
    if let Some(year) = year(third) {
        return Some((at_day(Date::new(year, month, day).ok()), rest));
    }
    let clock = time_of_day(third)?;
    if clock.second.is_some() {
        let (fourth, after) = token(rest);
        // With nothing behind it, it is a name made of four digits.
        if let Some(year) = year(fourth).filter(|_| !after.is_empty()) {
            return Some((at(Date::new(year, month, day).ok(), clock), after));
        }
    }
    Some((latest(month, day, clock, now), rest))
}

fn after_iso_date(date: Option<Date>, rest: &[u8]) -> (Option<Modified>, &[u8]) {
    let (second, after) = token(rest);
    // The fraction of full-iso; nothing here is that exact.
    let whole = second.split(|byte| *byte == b'.').next().unwrap_or(second);
    let Some(clock) = time_of_day(whole) else {
        // `ls` writes a blank where the time would be, before the one that
        // separates the name.
        let rest = if rest.starts_with(b"  ") {
            rest.split_at(1).1
        } else {
            rest
        };
        return (at_day(date), rest);
    };
    let modified = at(date, clock);
    if clock.second.is_some() {
        let (third, after_zone) = token(after);
        if let Some(offset) = zone(third).filter(|_| !after_zone.is_empty()) {
            let utc = modified.and_then(|modified| {
                let at = Offset::UTC.to_datetime(offset.to_timestamp(modified.at).ok()?);
                Some(Modified { at, ..modified })
            });
            return (utc, after_zone);
        }
    }
    (modified, after)
}

/// A date in digits with the year last, as MS-DOS writes it: `11-22-26`,
/// `11/22/2026`, `22.11.2026`. The outer `None`: not of that shape.
///
/// The month is first unless that cannot be (it is over 12) or the separator is
/// a dot, which no locale uses with the month first. Years 70 to 99 are 19xx.
pub(super) fn numeric_date(text: &[u8]) -> Option<Option<Date>> {
    if let Some(date) = year_first(text) {
        return Some(date);
    }
    let (separator, [first, second, last]) = three_numbers(text)?;
    if first.len() > 2 || second.len() > 2 {
        return None;
    }
    let year: i16 = match (last.len(), number(last)?) {
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    let (first, second): (i8, i8) = (number(first)?, number(second)?);
    let day_first = first > 12 || separator == b'.' && second <= 12;
    let (month, day) = if day_first {
        (second, first)
    } else {
        (first, second)
    };
    Some(Date::new(year, month, day).ok())
}

/// `10:11`, `10:11:12`, `10:11PM`, `9:05a`. `None`: not of that shape.
pub(super) fn time_of_day(text: &[u8]) -> Option<Clock> {
    let bare = text.len()
        - text
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
    let (digits, suffix) = text.split_at(bare);
    let mut parts = digits.split(|byte| *byte == b':');
    let mut part = || parts.next().filter(|part| (1..=2).contains(&part.len()));
    let (hour, minute): (i8, i8) = (number(part()?)?, number(part()?)?);
    let second = match part() {
        Some(second) => Some(number(second)?),
        // A third part that is too long, or a colon at the end.
        None if digits.iter().filter(|byte| **byte == b':').count() != 1 => return None,
        None => None,
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match suffix.to_ascii_lowercase().as_slice() {
        b"" => hour,
        b"a" | b"am" if hour == 12 => 0,
        b"p" | b"pm" if hour < 12 => hour + 12,
        b"a" | b"am" | b"p" | b"pm" => hour,
        _ => return None,
    };
    Some(Clock {
        hour,
        minute,
        second,
    })
}

/// A time value of RFC 3659 section 2.3: `YYYYMMDDHHMMSS`, fractions dropped.
pub(super) fn time_value(text: &[u8]) -> Option<Modified> {
    let digits = text.split(|byte| *byte == b'.').next().unwrap_or(text);
    let &[y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2] = digits else {
        return None;
    };
    let date = Date::new(
        number(&[y1, y2, y3, y4])?,
        number(&[m1, m2])?,
        number(&[d1, d2])?,
    );
    let clock = Clock {
        hour: number(&[h1, h2])?,
        minute: number(&[n1, n2])?,
        second: Some(number(&[s1, s2])?),
    };
    at(date.ok(), clock)
}

/// Seconds since 1970 in UTC.
pub(super) fn unix_time(text: &[u8]) -> Option<Modified> {
    let timestamp = Timestamp::from_second(number(text)?).ok()?;
    Some(Modified {
        at: Offset::UTC.to_datetime(timestamp),
        precision: Precision::Second,
    })
}

/// A date and a time of day in one. 24:00 is the start of the next day, a leap
/// second the one before it; other times out of range are none.
pub(super) fn at(date: Option<Date>, clock: Clock) -> Option<Modified> {
    let (date, hour) = match clock.hour {
        24 if clock.minute == 0 => (date?.tomorrow().ok()?, 0),
        hour => (date?, hour),
    };
    let second = match clock.second {
        Some(60) => 59,
        second => second.unwrap_or(0),
    };
    let time = Time::new(hour, clock.minute, second, 0).ok()?;
    let precision = if clock.second.is_some() {
        Precision::Second
    } else {
        Precision::Minute
    };
    Some(Modified {
        at: date.to_datetime(time),
        precision,
    })
}

fn at_day(date: Option<Date>) -> Option<Modified> {
    Some(Modified {
        at: date?.to_datetime(Time::midnight()),
        precision: Precision::Day,
    })
}

/// The latest such date that is not more than one day ahead of `now`: servers
/// leave the year out for the last half year, and their clock may be ahead of
/// ours by a time zone.
fn latest(month: i8, day: i8, clock: Clock, now: Option<DateTime>) -> Option<Modified> {
    let limit = now?.checked_add(1.day()).unwrap_or(DateTime::MAX);
    (0..=MAX_YEARS_BACK)
        .filter_map(|back| at(Date::new(limit.year() - back, month, day).ok(), clock))
        .find(|modified| modified.at <= limit)
}

/// `22`, `22.`, `22,` and, in Japanese and Korean, the sign for "day" behind it.
fn day(text: &[u8]) -> Option<i8> {
    let digits = months::without_suffix(text, &[".", ",", "日", "일"]);
    number(digits).filter(|_| digits.len() <= 2)
}

fn year(text: &[u8]) -> Option<i16> {
    let digits = months::without_suffix(text, &["年", "년"]);
    number(digits).filter(|year| digits.len() == 4 && YEARS.contains(year))
}

/// `2026-11-22` or with slashes. The outer `None`: not of that shape.
fn year_first(text: &[u8]) -> Option<Option<Date>> {
    let (_, [year, month, day]) = three_numbers(text)?;
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Some(Date::new(number(year)?, number(month)?, number(day)?).ok())
}

/// `11-22`, the date of `ls --time-style=iso` for the last half year.
fn month_and_day(text: &[u8]) -> Option<(i8, i8)> {
    match text {
        [m1, m2, b'-', d1, d2] => Some((number(&[*m1, *m2])?, number(&[*d1, *d2])?)),
        _ => None,
    }
}

/// Three numbers with the same separator between them.
fn three_numbers(text: &[u8]) -> Option<(u8, [&[u8]; 3])> {
    let separator = *text.iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let mut parts = text.split(|byte| *byte == separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let are_numbers = three.iter().all(|part| number::<i16>(part).is_some());
    (are_numbers && parts.next().is_none()).then_some((separator, three))
}

/// `+0100`, `-0330`.
fn zone(text: &[u8]) -> Option<Offset> {
    let &[sign, h1, h2, m1, m2] = text else {
        return None;
    };
    let seconds = number::<i32>(&[h1, h2])? * 3600 + number::<i32>(&[m1, m2])? * 60;
    match sign {
        b'+' => Offset::from_seconds(seconds).ok(),
        b'-' => Offset::from_seconds(-seconds).ok(),
        _ => None,
    }
}
