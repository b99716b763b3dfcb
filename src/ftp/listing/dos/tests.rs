//! What Microsoft's servers send. The clock of these tests is 22 November 2026, 12:00.

use crate::ftp::listing::tests::{at, day_time, directory, file, link, list};
use crate::ftp::listing::{Entry, Line};

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
fn blanks_between_thousands_are_told_by_their_place() {
    let modified = day_time(2026, 11, 22, 10, 11);
    for (line, name, size) in [
        (
            "2026-11-22  10:11         1 234 567 5 plans",
            "5 plans",
            1_234_567,
        ),
        ("11-22-26  10:11AM                1 024 x", "x", 1_024),
        (
            "2026-11-22  10:11           1 234 567 plans",
            "234 567 plans",
            1,
        ),
        ("2026-11-22  10:11           1 34 567 x", "34 567 x", 1),
    ] {
        let expected = Entry {
            modified,
            ..file(name.as_bytes(), size)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
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
