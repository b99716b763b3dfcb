//! MS-DOS listings, as Microsoft's servers send them: date, time, `<DIR>` or a size,
//! name.
//!
//! `<JUNCTION>` and `<SYMLINKD>` are directories with a target in brackets;
//! `<SYMLINK>` is a link to a file.

use jiff::civil::{Date, DateTime};

use super::{
    Entry, Kind, Line, admit, after_one_blank, clock, date, is_blank, number, size, skip_blanks,
    token,
};

/// The width of the column that begins with `<DIR>`. Blanks past it belong to
/// the name.
const MARK_WIDTH: usize = 15;

pub(super) fn parse(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (first, rest) = token(line);
    let date = day(first, now)?;
    let (time, rest) = clock::time_column(rest).or_else(|| dotted_time(rest))?;
    let modified = clock::at(date, time);
    let column = skip_blanks(rest);
    let (third, rest) = token(column);
    let Some((kind, is_link)) = mark(third) else {
        let size = size(third);
        let name = after_one_blank(rest).to_vec();
        // A file that is too large for the server.
        let is_negative = || number::<u64>(third.strip_prefix(b"-")?);
        size.or_else(is_negative)?;
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
mod tests {
    use super::super::tests::{at, day_time, directory, file, link, list};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        assert_eq!(
            list(b"11-22-26  10:11AM                 1024 plan of record.txt"),
            at(Entry {
                modified: day_time(2026, 11, 22, 10, 11),
                ..file(b"plan of record.txt", 1024)
            })
        );
        assert_eq!(
            list(b"11-22-2026  10:11PM       <DIR>          My Docs\r"),
            at(Entry {
                modified: day_time(2026, 11, 22, 22, 11),
                ..directory(b"My Docs")
            })
        );
        assert_eq!(
            list(b"11/22/2026  22:11    <dir> docs"),
            at(Entry {
                modified: day_time(2026, 11, 22, 22, 11),
                ..directory(b"docs")
            })
        );
        for size in [
            &b"1,234,567"[..],
            b"1.234.567",
            b"1'234'567",
            b"1\xa0234\xa0567",
        ] {
            let line = [b"2026-11-22  10:11 p.m.    ", size, b" x"].concat();
            assert_eq!(
                list(&line),
                at(Entry {
                    modified: day_time(2026, 11, 22, 22, 11),
                    ..file(b"x", 1_234_567)
                })
            );
        }
        assert_eq!(
            list(b"22.11.2026  22:11    <REP>          docs"),
            at(Entry {
                modified: day_time(2026, 11, 22, 22, 11),
                ..directory(b"docs")
            })
        );
    }

    #[test]
    fn midnight_and_noon_are_twelve() {
        let when = |hour| Entry {
            modified: day_time(2026, 11, 22, hour, 5),
            ..file(b"x", 1)
        };
        assert_eq!(list(b"11-22-26  12:05AM  1 x"), at(when(0)));
        assert_eq!(list(b"11-22-26  12:05PM  1 x"), at(when(12)));
        assert_eq!(list(b"11-22-26  01:05pm  1 x"), at(when(13)));
        assert_eq!(list(b"11-22-26  01:05a  1 x"), at(when(1)));
        assert_eq!(list("11-22-26  下午 01:05  1 x".as_bytes()), at(when(13)));
        assert_eq!(list("11-22-26  오전12:05  1 x".as_bytes()), at(when(0)));
    }

    #[test]
    fn two_digit_years_turn_at_seventy() {
        let when = |year| Entry {
            modified: day_time(year, 1, 2, 3, 4),
            ..file(b"x", 1)
        };
        assert_eq!(list(b"01-02-70  03:04  1 x"), at(when(1970)));
        assert_eq!(list(b"01-02-99  03:04  1 x"), at(when(1999)));
        assert_eq!(list(b"01-02-00  03:04  1 x"), at(when(2000)));
        assert_eq!(list(b"01-02-69  03:04  1 x"), at(when(2069)));
    }

    #[test]
    fn the_day_is_first_only_where_it_must_be() {
        let when = |m, d| Entry {
            modified: day_time(2026, m, d, 3, 4),
            ..file(b"x", 1)
        };
        assert_eq!(list(b"10-12-26  03:04  1 x"), at(when(10, 12)));
        assert_eq!(list(b"13-10-26  03:04  1 x"), at(when(10, 13)));
        assert_eq!(list(b"10.12.2026  03:04  1 x"), at(when(12, 10)));
    }

    #[test]
    fn the_year_is_first_where_it_must_be() {
        let when = |year, m, d| Entry {
            modified: day_time(year, m, d, 3, 4),
            ..file(b"x", 1)
        };
        assert_eq!(list(b"99-01-02  03:04  1 x"), at(when(1999, 1, 2)));
        assert_eq!(list(b"24-01-31  03:04  1 x"), at(when(2024, 1, 31)));
        assert_eq!(list(b"24-01-25  03:04  1 x"), at(when(2025, 1, 24)));
        assert_eq!(list(b"29-01-31  03:04  1 x"), at(when(2031, 1, 29)));
        assert_eq!(list(b"01-02-69  03:04  1 x"), at(when(2069, 1, 2)));
    }

    #[test]
    fn a_time_may_have_a_dot_and_a_size_be_too_large() {
        let modified = day_time(2026, 11, 22, 10, 11);
        assert_eq!(
            list(b"22.11.2026  10.11    <DIR>          docs"),
            at(Entry {
                modified,
                ..directory(b"docs")
            })
        );
        assert_eq!(
            list(b"11-22-26  10:11AM          -2147483648 x"),
            at(Entry {
                size: None,
                modified,
                ..file(b"x", 0)
            })
        );
    }

    #[test]
    fn blanks_past_the_column_belong_to_the_name() {
        let modified = day_time(2026, 11, 22, 10, 11);
        assert_eq!(
            list(b"11-22-26  10:11AM       <DIR>            lead"),
            at(Entry {
                modified,
                ..directory(b"  lead")
            })
        );
        assert_eq!(
            list(b"11-22-26  10:11AM                    5   lead "),
            at(Entry {
                modified,
                ..file(b"  lead ", 5)
            })
        );
    }

    #[test]
    fn junctions_are_directories_with_a_target() {
        let modified = day_time(2026, 11, 22, 10, 11);
        let target = Some(b"D:\\data".to_vec());
        assert_eq!(
            list(b"11-22-26  10:11AM       <JUNCTION>     old [2] [D:\\data]"),
            at(Entry {
                modified,
                target: target.clone(),
                ..directory(b"old [2]")
            })
        );
        assert_eq!(
            list(b"11-22-26  10:11AM       <SYMLINKD>     new [D:\\data]"),
            at(Entry {
                modified,
                target,
                ..directory(b"new")
            })
        );
        assert_eq!(
            list(b"11-22-26  10:11AM       <SYMLINK>      one [D:\\f]"),
            at(Entry {
                modified,
                ..link(b"one", Some(b"D:\\f"))
            })
        );
        for arrow in ["->", "=>"] {
            let line = format!("11-22-26  10:11AM       <JUNCTION>     new {arrow} D:\\data");
            let target = Some(b"D:\\data".to_vec());
            let expected = Entry {
                modified,
                target,
                ..directory(b"new")
            };
            assert_eq!(list(line.as_bytes()), at(expected));
        }
        for name in ["plain", "odd]"] {
            let line = format!("11-22-26  10:11AM       <JUNCTION>     {name}");
            let target = Some(Vec::new());
            let expected = Entry {
                modified,
                target,
                ..directory(name.as_bytes())
            };
            assert!(expected.is_link(), "though not to where");
            assert_eq!(list(line.as_bytes()), at(expected));
        }
    }

    #[test]
    fn nonsense_in_the_date_costs_only_the_date() {
        for line in [
            &b"13-13-26  10:11  1 x"[..],
            b"00-00-80  00:00  1 x",
            b"11-22-26  25:61  1 x",
        ] {
            assert_eq!(list(line), at(file(b"x", 1)));
        }
    }

    #[test]
    fn other_text_is_noise_and_dots_are_skipped() {
        for line in [
            &b"11-22-26  10:11AM       <DIR>          .."[..],
            b"               3 File(s)      1,024 bytes",
            b"11-22-26  10:11AM",
            b"11-22-26  10:11AM  big name",
            b"11-22-26-3  10:11AM  5 name",
            b" Volume in drive D is DATA",
        ] {
            assert_eq!(list(line), Line::Noise);
        }
        assert_eq!(list(b"11-22-26  10:11AM  5 "), Line::Unusable);
        assert_eq!(list(b"11-22-26  10:11AM  <DIR>"), Line::Unusable);
    }
}
