//! The dialects of `ls -l`. The clock of these tests is 22 November 2026, 12:00.

use super::MAX_COLUMNS;
use crate::ftp::listing::tests::{at, day, day_time, directory, file, link, list, second};
use crate::ftp::listing::{Entry, Line};

#[test]
fn the_columns_between_mode_and_size_may_be_missing() {
    let modified = day_time(2026, 11, 21, 10, 11);
    for columns in [
        "-rw-r--r--   1 ftp      staff        1024",
        "-rw-r--r--   1 ftp          1024",
        "-rw-r--r--   ftp  staff  1024",
        "-rw-r--r--   1024",
        "-rw-r--r--+  1 500 500 1024",
        "-rw-r--r--.  1 500 500 1024",
        "-rw-r--r--@  1 500 500 1024",
        "-rwsr-Sr-T   1 500 500 1024",
        " -rw-r--r--  1 500 500 1024",
        "   8 -rw-r--r--  1 500 500 1024",
        "131073    8 -rw-r--r--  1 500 500 1024",
        "-rw-r--r--  1 500 sun 1024 Sat",
        "mrw-r--r--  1 500 500 1.024",
        "-rw-r--r--12 ftp staff 1024",
        "-rw-r--r--   1 Jan Mai 1024",
        "-rw-r--r--   1 Web Team 7 Domain Users 12 1024",
        "-rw-r--r--   1 ftp sysadmin1024",
        "-rw-r--r--   1 ftp staff 1,024",
        "-C--E-----FTP B OWNER1   18128   1024",
    ] {
        let line = format!("{columns} Nov 21 10:11 plan.txt");
        let expected = Entry {
            modified,
            ..file(b"plan.txt", 1024)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
}

#[test]
fn exactly_one_blank_separates_the_name() {
    let line = b"-rw-r--r-- 1 ftp staff 7 Nov 21  2025   two  blanks ";
    let modified = day(2025, 11, 21);
    assert_eq!(
        list(line),
        at(Entry {
            modified,
            ..file(b"  two  blanks ", 7)
        })
    );
    let line = b"-rw-r--r-- 1 ftp staff 7 Nov 21  2025 Nov 20  2024 8 x -> y";
    assert_eq!(
        list(line),
        at(Entry {
            modified,
            ..file(b"Nov 20  2024 8 x -> y", 7)
        })
    );
    for name in ["10:11 x", "10:11"] {
        let line = format!("-rw-r--r-- 1 ftp staff 7 Nov 21  2025 {name}");
        let expected = Entry {
            modified,
            ..file(name.as_bytes(), 7)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
    let line = b"-rw-r--r-- 1 ftp staff 7 2026-11-21 10:11 PM notes";
    let modified = day_time(2026, 11, 21, 10, 11);
    assert_eq!(
        list(line),
        at(Entry {
            modified,
            ..file(b"PM notes", 7)
        })
    );
    let line = b"-rw-r--r-- 1 ftp staff 7 Nov 21 10:11:12 2026";
    let modified = second(2026, 11, 21, 10, 11, 12);
    assert_eq!(
        list(line),
        at(Entry {
            modified,
            ..file(b"2026", 7)
        })
    );
}

#[test]
fn a_link_is_split_where_its_size_says() {
    let modified = day(2025, 11, 21);
    for (size, text, name, target) in [
        (4, "a -> b -> c", "a", "b -> c"),
        (1, "a -> b -> c", "a -> b", "c"),
        (6, "a -> b -> c", "a", "b -> c"),
        (u64::MAX, "a -> b", "a", "b"),
        (4, "pub -> ../x", "pub", "../x"),
    ] {
        let line = format!("lrwxrwxrwx 1 ftp staff {size} Nov 21  2025 {text}");
        let whole = link(name.as_bytes(), Some(target.as_bytes()));
        assert_eq!(
            list(line.as_bytes()),
            at(Entry {
                size: Some(size),
                modified,
                ..whole
            }),
            "{line}"
        );
    }
    let bare = Entry {
        size: Some(5),
        modified,
        ..link(b"bare", None)
    };
    for text in ["bare", "bare ->", "bare -> "] {
        let line = format!("lrwxrwxrwx 1 ftp staff 5 Nov 21  2025 {text}");
        assert_eq!(list(line.as_bytes()), at(bare.clone()), "{line}");
    }
}

#[test]
fn devices_have_no_size_and_other_types_are_files() {
    for columns in [
        "crw-rw-rw-  1 root sys   13, 27",
        "brw-rw-rw-  1 root sys   13,27",
        "crw-rw-rw-  1 root sys   4096",
        "-rw-rw-rw-  1 root sys   -4096",
        "-rw-rw-rw-  1 root sys   18446744073709551616",
        "-rw-rw-rw-  1 root sys   1.5X",
        "-rw-rw-rw-  1 root sys   12,34",
    ] {
        let line = format!("{columns} Nov 21  2025 x");
        let modified = day(2025, 11, 21);
        let expected = Entry {
            size: None,
            modified,
            ..file(b"x", 0)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
    for type_ in ["p", "s", "D", "?"] {
        let line = format!("{type_}rw-rw-rw-  1 root sys 18446744073709551615 Nov 21  2025 x");
        let modified = day(2025, 11, 21);
        let expected = Entry {
            modified,
            ..file(b"x", u64::MAX)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
}

#[test]
fn a_size_may_be_rounded() {
    let modified = day(2025, 11, 21);
    for (columns, size) in [
        ("-rw-r--r--  1 ftp staff 1.5K", 1536),
        ("-rw-r--r--  1 ftp staff 33,5k", 34_304),
        ("4.0K -rw-r--r--  1 ftp staff 7B", 7),
        ("131073 2M -rw-r--r--  1 ftp staff 2M", 2 << 20),
    ] {
        let line = format!("{columns} Nov 21  2025 x");
        let expected = Entry {
            modified,
            ..file(b"x", size)
        };
        assert_eq!(list(line.as_bytes()), at(expected), "{line}");
    }
}

#[test]
fn what_ls_could_not_look_at_has_a_name() {
    let unknown = |entry| Entry {
        size: None,
        ..entry
    };
    for (line, expected) in [
        (
            "d????????? ? ?    ?        ?            ? a  plan ",
            directory(b"a  plan "),
        ),
        (
            "-????????? ? ? ? ? ? Nov 21  2025 x",
            file(b"Nov 21  2025 x", 0),
        ),
        ("?????????? ? ? ? ? ? x", file(b"x", 0)),
        ("l????????? ? ? ? ? ? x", link(b"x", None)),
    ] {
        assert_eq!(list(line.as_bytes()), at(unknown(expected)), "{line}");
    }
    for line in ["d????????? ? ? ? ? x", "d????????? ? ? 7 ? ? x"] {
        assert_eq!(list(line.as_bytes()), Line::Noise, "{line}");
    }
}

#[test]
fn netware_rights_stand_for_the_mode() {
    let modified = day_time(2026, 11, 21, 10, 11);
    assert_eq!(
        list(b"d [R----F--] admin            512       Nov 21 10:11    pub"),
        at(Entry {
            size: Some(512),
            modified,
            ..directory(b"pub")
        })
    );
    assert_eq!(
        list(b"-[RWCEMFA]  1 *unknown   512 Nov 21 10:11 x y"),
        at(Entry {
            modified,
            ..file(b"x y", 512)
        })
    );
    assert_eq!(list(b"d [home] admin 512 Nov 21 10:11 pub"), Line::Noise);
}

#[test]
fn a_directory_may_end_in_a_slash() {
    let line = b"drwxr-xr-x 2 ftp staff 512 Nov 21  2025 pub/";
    let modified = day(2025, 11, 21);
    assert_eq!(
        list(line),
        at(Entry {
            size: Some(512),
            modified,
            ..directory(b"pub")
        })
    );
}

#[test]
fn other_text_is_noise_and_what_cannot_be_fetched_unusable() {
    for line in [
        &b"total 123"[..],
        b"insgesamt 123",
        b"can not access .: Permission denied",
        b"ls: x: No such file or directory",
        b"drwxr-xr-x 2 ftp staff 512 Nov 21  2025 .",
        b"drwxr-xr-x 2 ftp staff 512 Nov 21  2025 ..",
        b"drwxr-xr-x 2 ftp staff 512 pub",
        b"drawing of 512 Nov 21  2025 pub",
        b"README",
    ] {
        assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
    }
    for name in [&b""[..], b" ", b" a/b", b" a/", b" /", b" a\0", b" a\rb"] {
        let line = [b"-rw-r--r-- 1 ftp staff 7 Nov 21  2025", name].concat();
        assert_eq!(list(&line), Line::Unusable, "{}", line.escape_ascii());
    }
}

#[test]
fn the_date_is_searched_in_so_many_columns() {
    let line = |before: usize| format!("-rw-r--r--{} Nov 21  2025 x", " 7".repeat(before));
    let modified = day(2025, 11, 21);
    let found = at(Entry {
        modified,
        ..file(b"x", 7)
    });
    assert_eq!(list(line(MAX_COLUMNS - 1).as_bytes()), found);
    assert_eq!(list(line(MAX_COLUMNS).as_bytes()), Line::Noise);
}
