//! Times of day as listings write them, and the year of a date without one.
//!
//! A column that has the shape of a time but says nonsense (`25:61`) is still the
//! time column: it gives no time, and the name begins after it.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::{Modified, Precision, number, skip_blanks, token};

/// How far back the year of a date without one is searched. Every date but 29
/// February is found within one year; that one within eight (1896 to 1904).
const MAX_YEARS_BACK: i16 = 8;

/// The signs for the halves of the day; the last two are in GBK.
const HALVES: [(&[u8], &[u8]); 8] = [
    ("上午".as_bytes(), b"AM"),
    ("下午".as_bytes(), b"PM"),
    ("午前".as_bytes(), b"AM"),
    ("午後".as_bytes(), b"PM"),
    ("오전".as_bytes(), b"AM"),
    ("오후".as_bytes(), b"PM"),
    (b"\xc9\xcf\xce\xe7", b"AM"),
    (b"\xcf\xc2\xce\xe7", b"PM"),
];

/// A time of day as written, not yet checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    hour: i8,
    minute: i8,
    second: Option<i8>,
}

impl Clock {
    pub(super) fn has_seconds(self) -> bool {
        self.second.is_some()
    }
}

/// A time at the start of `text`, which `AM` or `PM` may follow as a column of its
/// own, and what follows it. See [`time_of_day`].
pub(super) fn time_column(text: &[u8]) -> Option<(Clock, &[u8])> {
    if let Some((half, rest)) = half_before(text) {
        let (time, rest) = token(rest);
        return Some((time_of_day(&[time, half].concat())?, rest));
    }
    let (time, rest) = token(text);
    let clock = time_of_day(time)?;
    let (half, after) = token(rest);
    let letters: Vec<u8> = half.iter().copied().filter(|byte| *byte != b'.').collect();
    match letters.to_ascii_uppercase().as_slice() {
        b"AM" | b"PM" => match time_of_day(&[time, &letters].concat()) {
            Some(clock) => Some((clock, after)),
            None => Some((clock, rest)),
        },
        _ => Some((clock, rest)),
    }
}

/// Which half of the day stands before the time, as Chinese, Japanese and Korean do.
fn half_before(text: &[u8]) -> Option<(&'static [u8], &[u8])> {
    let text = skip_blanks(text);
    HALVES
        .iter()
        .find_map(|(sign, half)| Some((*half, text.strip_prefix(*sign)?)))
}

/// `10.11`, as `ls` writes it where Danish or Finnish is spoken.
pub(super) fn dotted_time_of_day(text: &[u8]) -> Option<Clock> {
    let &[h1, h2, b'.', m1, m2] = text else {
        return None;
    };
    time_of_day(&[h1, h2, b':', m1, m2])
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
///
/// Old servers put `19` before the years since 1900: `19126` is 2026.
pub(super) fn time_value(text: &[u8]) -> Option<Modified> {
    let digits = text.split(|byte| *byte == b'.').next().unwrap_or(text);
    let (year, digits): (i16, _) = match digits.split_at_checked(digits.len().checked_sub(10)?)? {
        ([b'1', b'9', since @ ..], digits) if since.len() == 3 => {
            (1900 + number::<i16>(since)?, digits)
        }
        (year, digits) if year.len() == 4 => (number(year)?, digits),
        _ => return None,
    };
    let &[m1, m2, d1, d2, h1, h2, n1, n2, s1, s2] = digits else {
        return None;
    };
    let date = Date::new(year, number(&[m1, m2])?, number(&[d1, d2])?);
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

/// A date alone.
pub(super) fn at_day(date: Option<Date>) -> Option<Modified> {
    Some(Modified {
        at: date?.to_datetime(Time::midnight()),
        precision: Precision::Day,
    })
}

/// The latest such date that is not more than one day ahead of `now`: servers
/// leave the year out for the last half year, and their clock may be ahead of
/// ours by a time zone.
pub(super) fn latest(month: i8, day: i8, clock: Clock, now: Option<DateTime>) -> Option<Modified> {
    let limit = now?.checked_add(1.day()).unwrap_or(DateTime::MAX);
    (0..=MAX_YEARS_BACK)
        .filter_map(|back| at(Date::new(limit.year() - back, month, day).ok(), clock))
        .find(|modified| modified.at <= limit)
}
