//! The dates of `ls -l`. The clock of these tests is 22 November 2026, 12:00.

use crate::ftp::listing::tests::{at, day, day_time, file, list, list_unclocked, second};
use crate::ftp::listing::{Entry, Line};

#[test]
fn dates_come_in_many_forms() {
    let minute = day_time(2026, 11, 21, 10, 11);
    let whole = second(2026, 11, 21, 10, 11, 12);
    for (date, modified) in [
        ("Nov 21 10:11", minute),
        ("nov. 21 10:11", minute),
        ("21 Nov 10:11", minute),
        ("21. Nov 10:11", minute),
        ("Nov 21 10:11:12", whole),
        ("Nov 21 10:11:12 2026", whole),
        ("21 Nov 10:11:12 2026", whole),
        ("Nov 21  2026", day(2026, 11, 21)),
        ("21 Nov  2026", day(2026, 11, 21)),
        ("Feb  3 9:05", day_time(2026, 2, 3, 9, 5)),
        ("11-21 10:11", minute),
        ("2026-11-21 10:11", minute),
        ("2026-11-21 10:11:12", whole),
        ("2026-11-21T10:11:12Z", whole),
        ("2026-11-21 11:11:12.123456789 +0100", whole),
        ("2026-11-20 21:41:12 -1230", whole),
        ("2026-11-20 21:41:12 -12:30", whole),
        ("2026-11-21T11:11:12.5+01:00", whole),
        ("21.11.2026 10.11", minute),
        ("2026-11-21 ", day(2026, 11, 21)),
        ("2026/11/21", day(2026, 11, 21)),
        ("11月 21 10:11", minute),
        ("11月 21日 2026年", day(2026, 11, 21)),
        ("11월 21일 10:11", minute),
        ("11月21日 10:11", minute),
        ("2026年 11月 21日 10:11", minute),
        ("2026年11月21日 10:11", minute),
        ("2026年11月21日", day(2026, 11, 21)),
        ("20261121 10:11", minute),
        ("21-11 10:11", minute),
        ("Nov 21 2026 10:11", minute),
        ("21 Nov 2026 10:11:12", whole),
        ("Nov 21, 2026 10:11", minute),
        ("Nov 21 10.11", minute),
        ("21.11. 10:11", minute),
        ("11/21 10:11", minute),
        ("21.11.2026 10:11", minute),
        ("21-11-2026 10:11", minute),
        ("11/21/26 10:11", minute),
        ("11/21/2026 10:11 AM", minute),
        ("21-Nov-2026 10:11", minute),
        ("21-Nov-2026", day(2026, 11, 21)),
        ("2026-11-21 10:11:12.5", whole),
    ] {
        let line = format!("-rw-r--r-- 1 ftp staff 7 {date} plan.txt");
        let expected = Entry {
            modified,
            ..file(b"plan.txt", 7)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
}

#[test]
fn month_names_are_known_in_other_languages() {
    for (name, month) in [
        (&b"M\xc3\xa4r"[..], 3),
        (b"M\xe4r", 3),
        (b"D\xc3\xa9c.", 12),
        (b"ao\xfbt", 8),
        (b"ene", 1),
        (b"GEN", 1),
        (b"mrt", 3),
        (b"out", 10),
        ("Янв".as_bytes(), 1),
        ("мая".as_bytes(), 5),
        (b"\xff\xed\xe2", 1),
        (b"\xd1\xce\xd7", 1),
    ] {
        let line = [b"-rw-r--r-- 1 ftp staff 7 ", name, b"  2  2025 x"].concat();
        let expected = Entry {
            modified: day(2025, month, 2),
            ..file(b"x", 7)
        };
        assert_eq!(list(&line), at(expected), "{}", line.escape_ascii());
    }
}

#[test]
fn an_unknown_month_costs_only_the_time() {
    for date in [
        "Xyz 21 10:11",
        "21 Xyz  2026",
        "000 21 2026",
        "\u{985}\u{9a6} 21 10:11",
    ] {
        let line = format!("-rw-r--r-- 1 ftp staff 7 {date} x");
        assert_eq!(list(line.as_bytes()), at(file(b"x", 7)), "{line}");
    }
    for line in [
        &b"-rw-r--r-- 1 ftp staff seven Xyz 21 10:11 x"[..],
        b"-rw-r--r-- 1 ftp staff 7 Xyz 21 x",
    ] {
        assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
    }
}

#[test]
fn the_year_is_the_latest_not_more_than_a_day_ahead() {
    for (date, modified) in [
        ("Nov 23 12:00", day_time(2026, 11, 23, 12, 0)),
        ("Nov 23 12:01", day_time(2025, 11, 23, 12, 1)),
        ("Nov 22 24:00", day_time(2026, 11, 23, 0, 0)),
        ("Dec 31 24:00", day_time(2026, 1, 1, 0, 0)),
        ("Feb 29 10:11", day_time(2024, 2, 29, 10, 11)),
        ("Feb 30 10:11", None),
        ("Nov 00 10:11", None),
        ("Nov 21 00:0", day_time(2026, 11, 21, 0, 0)),
        ("Nov 21 25:61", None),
        ("Feb 29  2023", None),
    ] {
        let line = format!("-rw-r--r-- 1 ftp staff 7 {date} x");
        assert_eq!(
            list(line.as_bytes()),
            at(Entry {
                modified,
                ..file(b"x", 7)
            }),
            "{line}"
        );
    }
    let line = b"-rw-r--r-- 1 ftp staff 7 Nov 21 10:11 x";
    assert_eq!(list_unclocked(line), at(file(b"x", 7)));
}
