//! The facts of MLSD.

use crate::ftp::listing::tests::{at, directory, file, link, second};
use crate::ftp::listing::{Entry, Format, Line, Reader, parse_line};

fn mlsd(line: &[u8]) -> Line {
    parse_line(Format::Mlsd, line, None)
}

#[test]
fn facts_come_in_any_case_and_order() {
    let modified = second(2026, 11, 22, 10, 11, 12);
    assert_eq!(
        mlsd(b"Type=file;Size=1024;Modify=20261122101112;Perm=r; plan.txt"),
        Line::Entry(Entry {
            modified,
            ..file(b"plan.txt", 1024)
        })
    );
    assert_eq!(
        mlsd(b"MODIFY=20261122101112.530;UNIX.mode=0755;TYPE=DIR;sizd=4096; pub\r"),
        Line::Entry(Entry {
            modified,
            size: Some(4096),
            ..directory(b"pub")
        })
    );
    assert_eq!(
        mlsd(b"type=file;size=1;modify=191261122101112; x"),
        at(Entry {
            modified,
            ..file(b"x", 1)
        })
    );
}

#[test]
fn permissions_tell_the_kind_where_the_type_does_not() {
    assert_eq!(mlsd(b"perm=el; pub"), at(directory(b"pub")));
    assert_eq!(mlsd(b"size=1;perm=adfrw; x"), at(file(b"x", 1)));
    assert_eq!(mlsd(b"type=file;size=1;perm=el; x"), at(file(b"x", 1)));
    assert_eq!(
        mlsd(b"type=OS.unix=slink:/pub/a;perm=elm; to"),
        at(Entry {
            target: Some(b"/pub/a".to_vec()),
            ..directory(b"to")
        })
    );
}

#[test]
fn an_entry_that_leads_back_is_left_out() {
    let mut reader = Reader::new(Format::Mlsd, None);
    for (line, expected) in [
        (&b"type=cdir;unique=8U1; ."[..], Line::Noise),
        (b"type=pdir;unique=8U0; ..", Line::Noise),
        (b"type=dir;unique=8U1; early", at(directory(b"early"))),
        (b"type=file;size=1;unique=8U2; x", at(file(b"x", 1))),
        (b"type=dir;unique=8U1; loop", Line::Noise),
        (b"type=OS.unix=slink:..;unique=8U0; up", Line::Noise),
        (b"type=dir;unique=8U3; down", at(directory(b"down"))),
        (b"type=file;size=1;unique=8U1; odd", at(file(b"odd", 1))),
        (b"type=dir;unique=; none", at(directory(b"none"))),
    ] {
        assert_eq!(reader.line(line), Some(expected), "{}", line.escape_ascii());
    }
    let mut reader = Reader::new(Format::Mlsd, None);
    for (line, expected) in [
        (&b"type=cdir;unique=0; ."[..], Line::Noise),
        (b"type=dir;unique=0; a", at(directory(b"a"))),
        (b"type=dir;unique=0; b", at(directory(b"b"))),
    ] {
        assert_eq!(
            reader.line(line),
            Some(expected),
            "a fact that never differs"
        );
    }
}

#[test]
fn exactly_one_blank_separates_the_name() {
    assert_eq!(
        mlsd(b"type=file;size=1;  two  blanks "),
        at(file(b" two  blanks ", 1))
    );
    assert_eq!(
        mlsd(b"type=file;size=1; a; b=c; d"),
        at(file(b"a; b=c; d", 1))
    );
    assert_eq!(
        mlsd(b" bare name"),
        at(Entry {
            size: None,
            ..file(b"bare name", 0)
        })
    );
}

#[test]
fn the_last_semicolon_may_be_missing() {
    assert_eq!(
        mlsd(b"type=file;size=7 a name; more"),
        at(file(b"a name; more", 7))
    );
    assert_eq!(mlsd(b"type=dir pub"), at(directory(b"pub")));
}

#[test]
fn the_directory_itself_and_its_parent_are_no_entries() {
    assert_eq!(mlsd(b"type=cdir;modify=20261122101112; ."), Line::Noise);
    assert_eq!(mlsd(b"Type=CDIR; /pub/a"), Line::Noise);
    assert_eq!(mlsd(b"type=pdir; .."), Line::Noise);
    assert_eq!(mlsd(b" Type=cdir; /pub/a"), Line::Noise);
    assert_eq!(mlsd(b"type=dir; .."), Line::Noise);
}

#[test]
fn links_carry_their_target() {
    assert_eq!(
        mlsd(b"type=OS.unix=slink:/pub/a b;size=8; to ab"),
        at(Entry {
            size: Some(8),
            ..link(b"to ab", Some(b"/pub/a b"))
        })
    );
    assert_eq!(mlsd(b"type=OS.UNIX=symlink; to"), at(link(b"to", None)));
    assert_eq!(mlsd(b"type=os.unix=slink:; to"), at(link(b"to", None)));
    assert_eq!(
        mlsd(b"type=OS.unix=slink:a b c"),
        at(link(b"b c", Some(b"a"))),
        "without a semicolon the first blank ends the facts"
    );
}

#[test]
fn other_types_are_files() {
    let unknown = Entry {
        size: None,
        ..file(b"x", 0)
    };
    assert_eq!(mlsd(b"type=OS.unix=chr-13/29; x"), at(unknown.clone()));
    assert_eq!(mlsd(b"type=; x"), at(unknown.clone()));
    assert_eq!(mlsd(b"size=;modify=; x"), at(unknown));
}

#[test]
fn nonsense_in_a_fact_costs_only_that_fact() {
    for line in [
        &b"type=file;size=99999999999999999999;modify=20261322101112; x"[..],
        b"type=file;size=-1;modify=2026112210111; x",
        b"type=file;size=1k;modify=2026112210111x; x",
    ] {
        assert_eq!(
            mlsd(line),
            at(Entry {
                size: None,
                ..file(b"x", 0)
            })
        );
    }
    let edge = Entry {
        modified: second(2016, 12, 31, 23, 59, 59),
        ..file(b"x", u64::MAX)
    };
    assert_eq!(
        mlsd(b"size=18446744073709551615;modify=20161231235960; x"),
        at(edge)
    );
}

#[test]
fn what_cannot_be_fetched_is_unusable() {
    assert_eq!(mlsd(b"type=file; a/b"), Line::Unusable);
    assert_eq!(mlsd(b"type=file; "), Line::Unusable);
    assert_eq!(mlsd(b"type=file; a\0b"), Line::Unusable);
    assert_eq!(mlsd(b"type=file; a\rb"), Line::Unusable);
    assert_eq!(mlsd(b"type=file; a\nb"), Line::Unusable);
}

#[test]
fn other_text_is_noise() {
    for line in [
        &b""[..],
        b"total 4",
        b"type=file;",
        b"-rw-r--r-- 1 a b 5 Jan  1  2026 x",
    ] {
        assert_eq!(mlsd(line), Line::Noise);
    }
}

#[test]
fn facts_are_known_in_a_list_too() {
    let list = |line| parse_line(Format::List, line, None);
    assert_eq!(list(b"type=dir; pub"), at(directory(b"pub")));
    assert_eq!(list(b" pub"), Line::Noise);
    assert_eq!(list(b"colour=red; pub"), Line::Noise);
}

#[test]
fn servers_take_liberties() {
    let modified = second(2026, 11, 22, 10, 11, 12);
    for (line, expected) in [
        ("type=file;;size=5; x", file(b"x", 5)),
        (
            "type=file;size=5;modify=20261122101112;UNIX.ownername=Web Team;UNIX.groupname=Domain Users; x y",
            Entry {
                modified,
                ..file(b"x y", 5)
            },
        ),
        ("type=file;size=5;UNIX.group=100 x", file(b"x", 5)),
        ("type=file;size=5 x;y=z; q", file(b"x;y=z; q", 5)),
        ("type=link; x", link(b"x", None)),
        ("Type=SymLink; x", link(b"x", None)),
    ] {
        assert_eq!(mlsd(line.as_bytes()), at(expected), "{line}");
    }
}
