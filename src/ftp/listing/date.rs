//! Dates in one column as listings write them: in digits, with the name of a month,
//! with the signs of Chinese, Japanese and Korean.
//!
//! Each reader gives `None` for what is not of its shape, and `Some(None)` for what
//! is but names no day (`99-99-26`): such a column is still the date column.

use jiff::civil::{Date, DateTime};

use super::{months, number};

/// The years that a four digit column is taken for. It keeps sizes and group
/// numbers out; 1601 is where Windows' own clock begins.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2999;

/// The signs for "year" in UTF-8, Shift-JIS, EUC-JP, GBK, Big5 and EUC-KR.
const YEAR_SIGNS: [&[u8]; 7] = [
    "年".as_bytes(),
    "년".as_bytes(),
    b"\x94\x4e",
    b"\xc7\xaf",
    b"\xc4\xea",
    b"\xa6\x7e",
    b"\xb3\xe2",
];

/// The signs for "day" in the same character sets.
const DAY_SIGNS: [&[u8]; 7] = [
    "日".as_bytes(),
    "일".as_bytes(),
    b"\x93\xfa",
    b"\xc6\xfc",
    b"\xc8\xd5",
    b"\xa4\xe9",
    b"\xc0\xcf",
];

/// A date with a year, in any of the forms known here.
pub(super) fn whole(text: &[u8]) -> Option<Option<Date>> {
    if !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    numeric(text)
        .or_else(|| named(text))
        .or_else(|| signed(text))
}

/// A date in digits: `2026-11-22`, or with the year last as MS-DOS writes it:
/// `11-22-26`, `11/22/2026`, `22.11.2026`, `11/22/126`.
///
/// Where the year is last, the month is first unless that cannot be (it is over
/// 12) or the separator is a dot, which no locale uses with the month first. A first
/// number that is no day is the year.
pub(super) fn numeric(text: &[u8]) -> Option<Option<Date>> {
    if let Some(date) = year_first(text) {
        return Some(date);
    }
    let (separator, [first, second, last]) = three_parts(text)?;
    if first.len() > 2 || second.len() > 2 {
        return None;
    }
    let year = any_year(last)?;
    let (first, second): (i8, i8) = (number(first)?, number(second)?);
    if first > 31 {
        return short_year_first(text).filter(|_| last.len() == 2);
    }
    let day_first = first > 12 || separator == b'.' && second <= 12;
    let (month, day) = if day_first {
        (second, first)
    } else {
        (first, second)
    };
    Some(Date::new(year, month, day).ok())
}

/// `2026-11-22` or with other separators.
pub(super) fn year_first(text: &[u8]) -> Option<Option<Date>> {
    let (_, [year, month, day]) = three_parts(text)?;
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Some(Date::new(number(year)?, number(month)?, number(day)?).ok())
}

/// The same with a year of two digits or four: `26/11/22`.
pub(super) fn short_year_first(text: &[u8]) -> Option<Option<Date>> {
    let (_, [year, month, day]) = three_parts(text)?;
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    Some(Date::new(any_year(year)?, number(month)?, number(day)?).ok())
}

/// A date in digits of two each, whose order is not known: the first order that gives a
/// day which is not to come. A slash is first taken for month, day, year, a dot for day,
/// month, year, a dash for year, month, day.
pub(super) fn in_any_order(text: &[u8], now: Option<DateTime>) -> Option<Option<Date>> {
    let (separator, [first, second, third]) = three_parts(text)?;
    if [first, second, third].iter().any(|part| part.len() > 2) {
        return numeric(text);
    }
    let (_, _, _): (u8, u8, u8) = (number(first)?, number(second)?, number(third)?);
    let month_first = [third, first, second];
    let day_first = [third, second, first];
    let year_first = [first, second, third];
    let orders = match separator {
        b'/' => [month_first, year_first, day_first],
        b'.' => [day_first, year_first, month_first],
        _ => [year_first, month_first, day_first],
    };
    let tomorrow = now.and_then(|now| now.date().tomorrow().ok());
    let date = orders.iter().find_map(|[year, month, day]| {
        let date = Date::new(any_year(year)?, number(month)?, number(day)?).ok()?;
        Some(date).filter(|date| tomorrow.is_none_or(|tomorrow| *date <= tomorrow))
    });
    Some(date)
}

/// A date with the name of its month: `22-NOV-2026`, `22/Nov/26`, `NOV-22-2026`,
/// `2026-Nov-22`.
pub(super) fn named(text: &[u8]) -> Option<Option<Date>> {
    let (_, parts) = three_parts(text)?;
    let (year, month, day) = match parts {
        [year, month, day] if year.len() == 4 && is_number(year) && is_number(day) => {
            (year, months::number_of(month)?, day)
        }
        [day, month, year] if is_number(day) => (year, months::number_of(month)?, day),
        [month, day, year] => (year, months::number_of(month)?, day),
    };
    let day = number(day).filter(|_| day.len() <= 2)?;
    Some(Date::new(any_year(year)?, month, day).ok())
}

/// A month and a day without the year: `11-22` (`ls --time-style=iso`), `22.11.`,
/// `11月22日`.
pub(super) fn month_and_day(text: &[u8]) -> Option<(i8, i8)> {
    match text {
        [f1, f2, b'-' | b'/', s1, s2] => {
            let (first, second) = (number(&[*f1, *f2])?, number(&[*s1, *s2])?);
            let is_day_first = first > 12;
            Some(if is_day_first {
                (second, first)
            } else {
                (first, second)
            })
        }
        [day @ .., b'.'] => {
            let dot = memchr::memchr(b'.', day)?;
            let (day, month) = (day.get(..dot)?, day.get(dot + 1..)?);
            let is_short = day.len() <= 2 && month.len() <= 2;
            Some((number(month)?, number(day)?)).filter(|_| is_short)
        }
        _ => {
            let (month, rest) = months::signed(text)?;
            Some((month, signed_day(rest)?))
        }
    }
}

/// `22`, `22.`, `22,`, `22日`.
pub(super) fn day(text: &[u8]) -> Option<i8> {
    if let Some(day) = signed_day(text) {
        return Some(day);
    }
    let digits = text
        .strip_suffix(b".")
        .or_else(|| text.strip_suffix(b","))
        .unwrap_or(text);
    number(digits).filter(|_| digits.len() <= 2)
}

/// A year of four digits, with the sign behind it or not.
pub(super) fn year(text: &[u8]) -> Option<i16> {
    if let Some((year, [])) = signed_year(text) {
        return Some(year);
    }
    let digits = text.strip_suffix(b".").unwrap_or(text);
    number(digits).filter(|year| digits.len() == 4 && YEARS.contains(year))
}

/// A year of two digits.
pub(super) fn short_year(text: &[u8]) -> Option<i16> {
    any_year(text).filter(|_| text.len() == 2)
}

/// A year of four digits with the sign for "year", and what follows that.
pub(super) fn signed_year(text: &[u8]) -> Option<(i16, &[u8])> {
    let (digits, sign) = text.split_at_checked(4)?;
    let rest = YEAR_SIGNS.iter().find_map(|s| sign.strip_prefix(*s))?;
    Some((number(digits).filter(|year| YEARS.contains(year))?, rest))
}

/// `20261122`.
pub(super) fn compact(text: &[u8]) -> Option<Option<Date>> {
    let &[y1, y2, y3, y4, m1, m2, d1, d2] = text else {
        return None;
    };
    let year = year(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    Some(Date::new(year, month, day).ok())
}

/// `2026年11月22日`.
fn signed(text: &[u8]) -> Option<Option<Date>> {
    let (year, rest) = signed_year(text)?;
    let (month, rest) = months::signed(rest)?;
    Some(Date::new(year, month, signed_day(rest)?).ok())
}

/// One or two digits and the sign for "day", and nothing else.
fn signed_day(text: &[u8]) -> Option<i8> {
    let digits = DAY_SIGNS.iter().find_map(|sign| text.strip_suffix(*sign))?;
    number(digits).filter(|_| digits.len() <= 2)
}

/// Two digits, four, or three from a server that counts from 1900. Two of 70 to 99
/// are 19xx.
fn any_year(text: &[u8]) -> Option<i16> {
    match (text.len(), number::<i16>(text)?) {
        (2, year @ 70..) => Some(1900 + year),
        (2, year) => Some(2000 + year),
        (3, year @ 100..=199) => Some(1900 + year),
        (4, year) => Some(year),
        _ => None,
    }
}

/// Three parts with the same separator between them.
fn three_parts(text: &[u8]) -> Option<(u8, [&[u8]; 3])> {
    let separator = *text
        .iter()
        .find(|byte| matches!(byte, b'-' | b'/' | b'.'))?;
    let mut parts = text.split(|byte| *byte == separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some((separator, three))
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{compact, day, month_and_day, numeric, whole, year};

    #[test]
    fn dates_are_known_in_many_forms() {
        for text in [
            &b"2026-11-22"[..],
            b"2026/11/22",
            b"2026.11.22",
            b"11-22-2026",
            b"11/22/26",
            b"11/22/126",
            b"22.11.2026",
            b"22-11-2026",
            b"22-Nov-2026",
            b"22-NOV-26",
            b"22/nov/2026",
            b"NOV-22-2026",
            b"2026-Nov-22",
            "2026年11月22日".as_bytes(),
            "2026년11월22일".as_bytes(),
            b"2026\x94\x4e11\x8c\x8e22\x93\xfa",
            b"2026\xc4\xea11\xd4\xc222\xc8\xd5",
        ] {
            let expected = Some(Some(date(2026, 11, 22)));
            assert_eq!(whole(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_names_no_day_is_still_a_date() {
        for text in [&b"13-13-26"[..], b"2026-02-30", b"31-Feb-2026"] {
            assert_eq!(whole(text), Some(None), "{}", text.escape_ascii());
        }
        for text in [
            &b"1.2"[..],
            b"1-2-3-4",
            b"a-b-c",
            b"11-22-1",
            b"1.2/3",
            b"2026",
            b"",
        ] {
            assert_eq!(whole(text), None, "{}", text.escape_ascii());
        }
        assert_eq!(numeric(b"22-Nov-2026"), None);
    }

    #[test]
    fn parts_of_a_date_stand_alone() {
        assert_eq!(month_and_day(b"11-22"), Some((11, 22)));
        assert_eq!(month_and_day(b"22-11"), Some((11, 22)));
        assert_eq!(month_and_day(b"22.11."), Some((11, 22)));
        assert_eq!(month_and_day("11月22日".as_bytes()), Some((11, 22)));
        assert_eq!(month_and_day(b"1.5"), None);
        assert_eq!(compact(b"20261122"), Some(Some(date(2026, 11, 22))));
        assert_eq!(compact(b"2026112"), None);
        assert_eq!(day(b"22."), Some(22));
        assert_eq!(day(b"122"), None);
        assert_eq!(year(b"2026"), Some(2026));
        assert_eq!(year(b"9999"), None);
        assert_eq!(year(b"\xc7\xaf"), None);
    }
}
