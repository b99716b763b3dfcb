//! Every form of a selector, read and written.

use super::*;
use crate::ftp::listing::{Entry, Kind as EntryKind};
use crate::gate::directory::{Directory, Here};
use crate::gate::links::Leads;
use crate::gate::path::{MAX_DEPTH, MAX_PATH};
use crate::gate::site::{Settings, Site};
use crate::gate::types::Types;
use crate::gopher::Output;
use crate::gopher::item::Field;

fn sites() -> Sites {
    let site = Site {
        host: Host::parse("ftp.gnu.org").unwrap(),
        port: None,
        name: Some("gnu".to_owned()),
        root: Path::parse(b"gnu").unwrap(),
        settings: Settings::default(),
    };
    Sites::new(vec![site], Settings::default())
}

fn here() -> Here {
    Here {
        host: Field::parse("gopher.example").unwrap(),
        port: 70,
    }
}

fn entry(name: &[u8], kind: EntryKind) -> Entry {
    Entry {
        name: name.to_vec(),
        kind,
        size: None,
        modified: None,
        target: None,
    }
}

fn parse(selector: impl AsRef<[u8]>) -> Result<Target, Error> {
    Target::parse(selector.as_ref(), &sites())
}

/// Host and port, path as on the wire, kind.
fn read(selector: impl AsRef<[u8]>) -> (String, Vec<u8>, Kind) {
    let target = parse(selector.as_ref());
    let shown = selector.as_ref().escape_ascii().to_string();
    let target = target.unwrap_or_else(|error| panic!("{shown}: {error}"));
    (target.authority(), target.path.wire(), target.kind)
}

/// What a FTP server is asked for first.
fn first_spelling(target: &Target) -> Vec<u8> {
    target.spellings()[0].as_bytes().to_vec()
}

#[test]
fn all_forms_name_the_same_file() {
    for selector in [
        "/ftp/ftp.example.org/pub/a b",
        "ftp/ftp.example.org/pub/a b",
        "/ftp/ftp.example.org/pub/a%20b",
        "/ftp/FTP.Example.ORG:21/pub/a%20b",
        "/ftp/ftp.example.org:/pub/a b",
        "/ftp/ftp%2Eexample.org/pub%2fa%20b",
        "/ftp/ftp.example.org/./pub//a b",
        "ftp://ftp.example.org/pub/a b",
        "/ftp://ftp.example.org/pub/a%20b",
        "FTP://ftp.example.org:21/pub/a b",
        "ftp:ftp.example.org@/pub/a b",
        "/ftp:ftp.example.org@/pub/a%20b",
        "ftp:ftp.example.org:21@/pub/a b",
        "ftp:ftp.example.org@pub/a b",
    ] {
        let expected = (
            "ftp.example.org".to_owned(),
            b"pub/a b".to_vec(),
            Kind::Unsaid,
        );
        assert_eq!(read(selector), expected, "{selector}");
        let canonical = parse(selector).unwrap().selector(&sites());
        assert_eq!(canonical, b"/ftp/ftp.example.org/pub/a%20b", "{selector}");
    }
}

#[test]
fn hosts_and_ports_are_read_and_written() {
    for (selector, authority, canonical) in [
        (
            "/ftp/h.example:2121/x",
            "h.example:2121",
            "/ftp/h.example:2121/x",
        ),
        (
            "ftp:h.example:2121@/x",
            "h.example:2121",
            "/ftp/h.example:2121/x",
        ),
        (
            "ftp://h.example:65535/x",
            "h.example:65535",
            "/ftp/h.example:65535/x",
        ),
        ("/ftp/[::1]/x", "[::1]", "/ftp/%5B::1%5D/x"),
        (
            "/ftp/%5B::1%5D:2121/x",
            "[::1]:2121",
            "/ftp/%5B::1%5D:2121/x",
        ),
        ("ftp:[0:0::1]:21@/x", "[::1]", "/ftp/%5B::1%5D/x"),
        ("/ftp/127.1/x", "127.0.0.1", "/ftp/127.0.0.1/x"),
        ("/ftp/0x7f000001/x", "127.0.0.1", "/ftp/127.0.0.1/x"),
        (
            "/ftp/b\u{fc}cher.example/x",
            "xn--bcher-kva.example",
            "/ftp/xn--bcher-kva.example/x",
        ),
    ] {
        let target = parse(selector).unwrap();
        assert_eq!(target.authority(), authority, "{selector}");
        assert_eq!(
            target.selector(&sites()),
            canonical.as_bytes(),
            "{selector}"
        );
    }
}

#[test]
fn a_slash_at_the_end_says_directory_and_a_typecode_counts_in_a_url_only() {
    for (selector, path, kind) in [
        ("/ftp/h.example/pub/", "pub", Kind::Directory),
        ("/ftp/h.example/pub%2F", "pub", Kind::Directory),
        ("ftp:h.example@/pub/", "pub", Kind::Directory),
        ("ftp://h.example/pub/", "pub", Kind::Directory),
        ("ftp://h.example/pub;type=d", "pub", Kind::Directory),
        ("ftp://h.example/pub;TYPE=D", "pub", Kind::Directory),
        ("ftp://h.example/a;type=i", "a", Kind::File),
        ("ftp://h.example/a;type=A", "a", Kind::AsciiFile),
        ("ftp://h.example/a;b", "a;b", Kind::Unsaid),
        ("ftp://h.example/a%3Btype=i", "a;type=i", Kind::Unsaid),
        ("/ftp/h.example/a;type=i", "a;type=i", Kind::Unsaid),
        ("ftp:h.example@/a;type=a", "a;type=a", Kind::Unsaid),
        ("/ftp/h.example", "", Kind::Directory),
        ("/ftp/h.example/", "", Kind::Directory),
        ("ftp://h.example", "", Kind::Directory),
        ("ftp:h.example@", "", Kind::Directory),
        ("ftp://h.example/;type=d", "", Kind::Directory),
        ("/ftp/h.example/%2F", "/", Kind::Directory),
        ("/ftp/h.example/%2Fetc/motd", "/etc/motd", Kind::Unsaid),
        ("/ftp/h.example//etc/motd", "/etc/motd", Kind::Unsaid),
        ("ftp://h.example/%2fetc", "/etc", Kind::Unsaid),
        ("ftp:h.example@/%2Fetc/", "/etc", Kind::Directory),
    ] {
        let (_, got, got_kind) = read(selector);
        assert_eq!(
            (got, got_kind),
            (path.as_bytes().to_vec(), kind),
            "{selector}"
        );
    }
}

#[test]
fn a_site_with_a_name_is_written_by_it_and_read_in_both_forms() {
    for selector in [
        "/gnu/emacs/",
        "gnu/emacs/",
        "/gnu/%65macs/",
        "/ftp/ftp.gnu.org/gnu/emacs/",
        "ftp://ftp.gnu.org/gnu/emacs/",
        "ftp:ftp.gnu.org@/gnu/emacs/",
    ] {
        let target = parse(selector).unwrap();
        assert_eq!(target.selector(&sites()), b"/gnu/emacs/", "{selector}");
        assert_eq!(target.to_string(), "ftp://ftp.gnu.org/gnu/emacs/");
    }
    for (selector, canonical) in [
        ("/gnu", "/gnu/"),
        ("/gnu/", "/gnu/"),
        ("/ftp/ftp.gnu.org/gnu/", "/gnu/"),
        ("/ftp/ftp.gnu.org/gnus/", "/ftp/ftp.gnu.org/gnus/"),
        ("/ftp/ftp.gnu.org/", "/ftp/ftp.gnu.org/"),
        ("/ftp/ftp.gnu.org/%2Fgnu/x", "/ftp/ftp.gnu.org/%2Fgnu/x"),
        ("/ftp/ftp.gnu.org:2121/gnu/x", "/ftp/ftp.gnu.org:2121/gnu/x"),
    ] {
        let got = parse(selector).unwrap().selector(&sites());
        assert_eq!(got, canonical.as_bytes(), "{selector}");
    }
    assert_eq!(parse("/GNU/x"), Err(Error::NotFtp));
    assert_eq!(parse("/gnu/../x"), Err(Error::DotDot));
}

#[test]
fn what_is_wrong_is_named() {
    use Error::{BadHost, BadPort, BadType, Control, Credentials, DotDot, NotFtp};
    for (selector, error) in [
        ("", NotFtp),
        ("/", NotFtp),
        ("/docs/a.txt", NotFtp),
        ("/FTP/h.example/", NotFtp),
        ("/ftpx/h.example/", NotFtp),
        ("http://h.example/", NotFtp),
        ("ftp:h.example", BadHost),
        ("ftp:h.example/pub@/x", BadHost),
        ("/ftp//x", BadHost),
        ("/ftp/h ost/", BadHost),
        ("/ftp/h%25st/", BadHost),
        ("/ftp/[::1/", BadHost),
        ("/ftp/h.example:0/", BadPort),
        ("/ftp/h.example:65536/", BadPort),
        ("/ftp/h.example:2x/", BadPort),
        ("/ftp/u@h.example/", Credentials),
        ("/ftp/u:p@h.example/", Credentials),
        ("/ftp/u%40h.example/", Credentials),
        ("ftp://u:p@h.example:21/x", Credentials),
        ("ftp:u:p@h.example@/x", Credentials),
        ("ftp:u@h.example@", Credentials),
        ("/ftp/h.example/..", DotDot),
        ("/ftp/h.example/a/%2E%2e/b", DotDot),
        ("/ftp/h.example/..%2Fb", DotDot),
        ("/ftp/h.example/a/..%5Cb", DotDot),
        ("/ftp/h.example/a%5C..", DotDot),
        ("/ftp/h.example/a/..%20/b", DotDot),
        ("/ftp/h.example/a/.%FF./b", DotDot),
        ("/ftp/h.example/a/.%FF%F4./b", DotDot),
        ("/ftp/h.example/a/.%FF%FB%01./b", DotDot),
        ("ftp://h.example/a/..%5Cb;type=i", DotDot),
        ("ftp:h.example@/a/..%5Cb", DotDot),
        ("/gnu/..%5Cb", DotDot),
        ("/ftp/h.example/a%0D%0Ab", Control(b'\r')),
        ("/ftp/h.example/a%0a", Control(b'\n')),
        ("/ftp/h.example/a%00", Control(0)),
        ("/ftp/h%0a.example/a", Control(b'\n')),
        ("ftp://h.example/a;type=", BadType),
        ("ftp://h.example/a;type=x", BadType),
        ("ftp://h.example/a;type=i/b;type=x", BadType),
    ] {
        assert_eq!(parse(selector), Err(error), "{selector}");
        let text = error.to_string();
        assert!(!text.ends_with('.') && text.chars().next().is_some_and(char::is_lowercase));
    }
}

#[test]
fn a_type_ends_the_last_segment_and_no_other() {
    let (_, path, kind) = read("ftp://h.example/a;type=i/b");
    assert_eq!((path.as_slice(), kind), (&b"a;type=i/b"[..], Kind::Unsaid));
    let (_, path, kind) = read("ftp://h.example/a;type=x/b;type=i");
    assert_eq!((path.as_slice(), kind), (&b"a;type=x/b"[..], Kind::File));
}

#[test]
fn dots_that_are_part_of_a_name_are_one() {
    for name in ["...", "..a", "a..", "%252e%252e", ".hidden"] {
        let (_, path, _) = read(format!("/ftp/h.example/{name}"));
        let decoded = name.replace("%25", "%");
        assert_eq!(path, decoded.as_bytes());
    }
}

#[test]
fn a_path_at_the_bound_passes_and_one_past_it_does_not() {
    let long = |length: usize| format!("/ftp/h.example/{}", "a".repeat(length));
    assert_eq!(read(long(MAX_PATH)).1.len(), MAX_PATH);
    assert_eq!(parse(long(MAX_PATH + 1)), Err(Error::TooLong));
    let deep = |depth: usize| format!("/ftp/h.example/{}", "a/".repeat(depth));
    assert_eq!(read(deep(MAX_DEPTH)).1.len(), 2 * MAX_DEPTH - 1);
    assert_eq!(parse(deep(MAX_DEPTH + 1)), Err(Error::TooLong));
}

#[test]
fn below_a_root_too_the_path_as_it_was_sent_keeps_the_bound() {
    let literal = |length: usize| {
        let name = format!("%41{}", "b".repeat(length - "gnu/%41".len()));
        let target = parse(format!("/gnu/{name}")).unwrap();
        target.literal.map(|path| path.as_bytes().len())
    };
    assert_eq!(literal(MAX_PATH), Some(MAX_PATH));
    assert_eq!(literal(MAX_PATH + 1), None);
    let long = |length: usize| parse(format!("/gnu/{}", "a".repeat(length - "gnu/".len())));
    assert_eq!(long(MAX_PATH).unwrap().path.as_bytes().len(), MAX_PATH);
    assert_eq!(long(MAX_PATH + 1), Err(Error::TooLong));
}

#[test]
fn every_name_comes_back_from_its_selector_as_it_was() {
    let folder = parse("/ftp/h.example/").unwrap();
    let singles = (0..=u8::MAX).map(|byte| vec![byte]);
    let doubles = (0..=u8::MAX).flat_map(|byte| [vec![b'%', byte], vec![byte, b'4', b'1']]);
    let words = [
        "a;type=a",
        "%2e%2e",
        "%%",
        "a?b#c",
        " x ",
        "~root",
        "-la",
        "caf\u{e9}",
    ];
    let words = words.map(|word| word.as_bytes().to_vec());
    let names = singles.chain(doubles).chain(words);
    let can_be = |name: &Vec<u8>| name != b"." && !name.iter().any(|b| b"/\r\n\0".contains(b));
    let (sites, types, here) = (sites(), Types::default(), here());
    let mut directory = Directory::new(&folder, &sites, &types, &here, false, Output::Utf8);
    for name in names.filter(can_be) {
        for (listed, kind) in [
            (EntryKind::File, Kind::Unsaid),
            (EntryKind::Directory, Kind::Directory),
        ] {
            let entry = entry(&name, listed);
            let item = directory.entity(&entry, Leads::Somewhere).unwrap();
            let selector = item.selector.as_bytes();
            let shown = selector.escape_ascii().to_string();
            let safe = |b: &u8| b.is_ascii_alphanumeric() || b"/._~!$&'()*+,;=:@-%".contains(b);
            assert!(selector.iter().all(safe), "{shown}");
            assert!(!selector.windows(3).any(|w| w == b"://"), "{shown}");
            let back = parse(selector).unwrap();
            assert_eq!((back.path.name(), back.kind), (name.as_slice(), kind));
            assert_eq!(back.selector(&sites), selector, "{shown}");
            let spelt = Arg::spellings(&name).unwrap();
            assert_eq!(first_spelling(&back), spelt[0].as_bytes(), "{shown}");
        }
    }
}

#[test]
fn a_path_that_reads_differently_undecoded_is_tried_so_second() {
    let target = parse("/ftp/h.example/%41/x").unwrap();
    let wire: Vec<&[u8]> = vec![b"A/x", b"%41/x"];
    let spellings = target.spellings();
    assert_eq!(
        spellings.iter().map(Arg::as_bytes).collect::<Vec<_>>(),
        wire
    );
    let literal = b"/ftp/h.example/%2541/x";
    assert_eq!(target.taken(0).selector(&sites()), b"/ftp/h.example/A/x");
    assert_eq!(target.taken(1).selector(&sites()), literal);
    assert_eq!(parse("/ftp/h.example/A/x").unwrap().spellings().len(), 1);
    let telnet = parse(b"/ftp/h.example/%ff").unwrap();
    let wire: Vec<&[u8]> = vec![b"\xff\xff", b"\xff", b"%ff"];
    let spellings = telnet.spellings();
    assert_eq!(
        spellings.iter().map(Arg::as_bytes).collect::<Vec<_>>(),
        wire
    );
    assert_eq!(telnet.taken(1).selector(&sites()), b"/ftp/h.example/%FF");
    assert_eq!(telnet.taken(2).selector(&sites()), b"/ftp/h.example/%25ff");
}

const SEEDS: &[&[u8]] = &[
    b"/ftp/ftp.gnu.org:2121/%2Fa%20b/c%ff/d;type=a/",
    b"ftp://[2001:db8::1]:21/pub/x%25y;type=i",
    b"/ftp:ftp.example.org:70@/%2E/a\xe9/..b",
    b"gnu/emacs/%41/emacs-30.1.tar.gz",
];

#[test]
fn no_selector_makes_it_panic_and_what_it_takes_has_one_canonical_form() {
    let check = |selector: &[u8]| {
        let Ok(target) = parse(selector) else { return };
        let canonical = target.selector(&sites());
        let again = parse(&canonical).unwrap();
        let shown = selector.escape_ascii().to_string();
        assert_eq!(again.selector(&sites()), canonical, "{shown}");
        assert_eq!(
            (again.host, again.port, again.path),
            (target.host, target.port, target.path)
        );
    };
    for seed in SEEDS {
        for at in 0..seed.len() {
            let (head, tail) = seed.split_at(at);
            check(head);
            check(tail);
            for byte in 0..=u8::MAX {
                check(&[head, &[byte], &tail[1..]].concat());
                check(&[head, &[byte], tail].concat());
            }
            for other in SEEDS {
                check(&[head, other].concat());
            }
        }
    }
}
