//! Maps in, lines and warnings out.

use std::collections::HashMap;

use super::super::item::Field;
use super::*;

const BUCKTOOTH: &[u8] = b"Welcome to the hole
-------------------
# of visitors: many
*** news ***
...
:-) enjoy

0About me\tabout.txt
1Music\t/music
1Floodgap\t/\tgopher.floodgap.com\t70
7Search\t/v2/vs\tgopher.floodgap.com\t70
sSong\tsong.au
;film\tfilm.mpg\t+\t+
hWeb\tURL:http://example.org/
1phlog\t
iold style\tfake\t(NULL)\t0
";

const GOPHERNICUS: &[u8] = b"!The archive\r
# a comment\r
#1Hidden link\t/secret\r
:MP3=s\r
:tar.gz=5\r
-private.txt\r
=header\r
~\r
0Read me\tREADME\r
*\r
never shown\r
";

fn none(_: &str, _: &[u8]) -> Result<Vec<u8>, IncludeError> {
    Err(IncludeError::NotFound)
}

fn parsed(bytes: &[u8]) -> Map {
    parse("gophermap", bytes, &mut none)
}

/// Parses `bytes` with the includes of a folder.
fn within(folder: &[(&str, &[u8])], bytes: &[u8]) -> Map {
    let folder: HashMap<&[u8], &[u8]> = folder.iter().map(|(n, b)| (n.as_bytes(), *b)).collect();
    parse("gophermap", bytes, &mut |_, name| {
        folder
            .get(name)
            .map(|bytes| bytes.to_vec())
            .ok_or(IncludeError::NotFound)
    })
}

fn info(text: &str) -> Line {
    Line::Info(text.as_bytes().to_vec())
}

fn link(text: &str, selector: &str, host: Option<&str>, port: Option<u16>, line: usize) -> Line {
    Line::Link(Link {
        kind: ItemType::new(text.as_bytes()[0]).unwrap(),
        display: text.as_bytes()[1..].to_vec(),
        selector: selector.as_bytes().to_vec(),
        host: host.map(|host| host.as_bytes().to_vec()),
        port,
        at: Position {
            file: "gophermap".into(),
            line,
        },
    })
}

fn warnings(map: &Map) -> Vec<(usize, Message)> {
    map.warnings
        .iter()
        .map(|w| (w.at.line, w.message.clone()))
        .collect()
}

#[test]
fn a_map_in_the_style_of_bucktooth_keeps_its_text() {
    let map = parsed(BUCKTOOTH);
    let expected = [
        info("Welcome to the hole"),
        info("-------------------"),
        info("*** news ***"),
        info("..."),
        info(":-) enjoy"),
        info(""),
        link("0About me", "about.txt", None, None, 8),
        link("1Music", "/music", None, None, 9),
        link("1Floodgap", "/", Some("gopher.floodgap.com"), Some(70), 10),
        link(
            "7Search",
            "/v2/vs",
            Some("gopher.floodgap.com"),
            Some(70),
            11,
        ),
        link("sSong", "song.au", None, None, 12),
        link(";film", "film.mpg", None, None, 13),
        link("hWeb", "URL:http://example.org/", None, None, 14),
        link("1phlog", "phlog", None, None, 15),
        link("iold style", "fake", Some("(NULL)"), Some(0), 16),
    ];
    assert_eq!(map.lines, expected);
    assert_eq!(map.warnings, []);
}

#[test]
fn a_map_in_the_style_of_gophernicus_gives_its_commands() {
    let map = within(&[("header", b"hello\n*\nnot here\n")], GOPHERNICUS);
    let title = Line::Title(b"The archive".to_vec());
    let expected = [
        title,
        info("hello"),
        link("0Read me", "README", None, None, 9),
        Line::Listing,
    ];
    assert_eq!(map.lines, expected);
    assert_eq!(map.hidden, [b"private.txt".to_vec()]);
    let types = [
        (b"mp3".to_vec(), ItemType::SOUND),
        (b"tar.gz".to_vec(), ItemType::ARCHIVE),
    ];
    assert_eq!(map.types, types);
    assert_eq!(
        warnings(&map),
        [(2, Message::ListingInInclude), (8, Message::Users)]
    );
    assert_eq!(map.warnings[0].at.file, "header");
}

#[test]
fn lines_of_text_stay_text() {
    for text in [
        "-",
        "--",
        "-----",
        "- item",
        "-30-",
        "-a/b",
        "-..",
        "-not a name",
        "*",
        "**",
        "* item",
        "..",
        ". ",
        "=",
        "=====",
        "= sum",
        "!",
        ":",
        ":)",
        ":=c",
        ":ext=",
        ":ext=cc",
        ":e t=c",
        ":a-very-long-extension=c",
        "~user",
        "%vhost",
        " 1 indented",
        "1no TAB",
        "",
    ] {
        let map = parsed(text.as_bytes());
        match text {
            "*" => assert_eq!(map.lines, [Line::Listing]),
            "" => assert_eq!(map, Map::default()),
            _ => assert_eq!(
                map,
                Map {
                    lines: vec![info(text)],
                    ..Map::default()
                },
                "{text}"
            ),
        }
    }
}

#[test]
fn an_extension_has_sixteen_bytes_at_most() {
    let map = parsed(b":ABCDEFGHIJKLMNOP=5\n:abcdefghijklmnopq=5\n:.tgz=5\n");
    let kind = ItemType::ARCHIVE;
    let types = [
        (b"abcdefghijklmnop".to_vec(), kind),
        (b"tgz".to_vec(), kind),
    ];
    assert_eq!(map.types, types);
    assert_eq!(map.lines, [info(":abcdefghijklmnopq=5")]);
}

#[test]
fn a_lone_period_ends_the_map_but_not_the_map_that_includes_it() {
    assert_eq!(parsed(b"a\n.\nb\n").lines, [info("a")]);
    let map = within(&[("x", b"in\n.\nout\n")], b"a\n=x\nb\n");
    assert_eq!(map.lines, [info("a"), info("in"), info("b")]);
}

#[test]
fn missing_fields_are_ours_and_doubtful_ones_are_reported() {
    let bad = |text: &[u8]| Message::BadPort(text.to_vec());
    let host = Some("h.example");
    for (line, expected, messages) in [
        ("1a\t/s", link("1a", "/s", None, None, 1), vec![]),
        ("1a\t/s\t", link("1a", "/s", None, None, 1), vec![]),
        ("1a\t/s\t+\t+", link("1a", "/s", None, None, 1), vec![]),
        (
            "1a\t/s\t\t7070",
            link("1a", "/s", None, Some(7070), 1),
            vec![],
        ),
        (
            "1a\t/s\th.example\t70\t+\tx",
            link("1a", "/s", host, Some(70), 1),
            vec![],
        ),
        (
            "1a\t/s\t h.example \t 70 ",
            link("1a", "/s", host, Some(70), 1),
            vec![],
        ),
        (
            "1a\t/s\th.example",
            link("1a", "/s", host, None, 1),
            vec![Message::HostWithoutPort],
        ),
        (
            "1a\t/s\th.example\t70x",
            link("1a", "/s", host, None, 1),
            vec![bad(b"70x")],
        ),
        (
            "1a\t/s\th.example\t65535",
            link("1a", "/s", host, Some(65535), 1),
            vec![],
        ),
        (
            "1a\t/s\th.example\t65536",
            link("1a", "/s", host, None, 1),
            vec![bad(b"65536")],
        ),
        (
            "1a\t/s\th.example\t0",
            link("1a", "/s", host, None, 1),
            vec![bad(b"0")],
        ),
        (
            "1a\t/s\th.example\t+70",
            link("1a", "/s", host, None, 1),
            vec![bad(b"+70")],
        ),
        ("itext\t", link("itext", "", None, None, 1), vec![]),
        (
            "3gone\t\terror.host\t1",
            link("3gone", "", Some("error.host"), Some(1), 1),
            vec![],
        ),
        ("*\t/star", link("*", "/star", None, None, 1), vec![]),
        ("=x\t/equals", link("=x", "/equals", None, None, 1), vec![]),
    ] {
        let map = parsed(line.as_bytes());
        assert_eq!(map.lines, [expected], "{line}");
        let expected: Vec<_> = messages.into_iter().map(|message| (1, message)).collect();
        assert_eq!(warnings(&map), expected, "{line}");
    }
}

#[test]
fn a_line_without_an_item_type_is_text_with_a_warning() {
    for (line, byte, text) in [
        (&b"\t/s"[..], b'\t', &b" /s"[..]),
        (b" a\tb", b' ', b" a b"),
        (b"\xE9t\xE9\tb", 0xE9, b"\xE9t\xE9 b"),
    ] {
        let map = parsed(line);
        assert_eq!(map.lines, [Line::Info(text.to_vec())]);
        assert_eq!(warnings(&map), [(1, Message::BadType(byte))]);
    }
}

#[test]
fn cr_and_nul_leave_text_and_refuse_links() {
    let map =
        parsed(b"a\rb\0c\r\n!t\0\n1d\r\0\t/s\r\n1d\t/s\rx\n1d\t/\0\n1d\t/s\th\0\t70\n1d\r\t\n");
    let refused = |line| (line, Message::Control);
    assert_eq!(
        map.lines,
        [
            info("abc"),
            Line::Title(b"t".to_vec()),
            link("1d", "/s", None, None, 3)
        ]
    );
    assert_eq!(
        warnings(&map),
        [refused(4), refused(5), refused(6), refused(7)]
    );
}

#[test]
fn every_field_of_every_link_fits_a_menu() {
    let tail: Vec<u8> = (0..=u8::MAX).filter(|byte| *byte != b'\n').collect();
    for first in 0..=u8::MAX {
        let line = [&[first][..], b"\t", &tail, b"\t", &tail].concat();
        for line in parsed(&line).lines {
            let fields = match line {
                Line::Info(text) | Line::Title(text) => vec![text],
                Line::Link(l) => vec![l.display, l.selector, l.host.unwrap_or_default()],
                Line::Listing => vec![],
            };
            assert!(fields.into_iter().all(|field| Field::parse(field).is_ok()));
        }
    }
}

#[test]
fn includes_are_confined_before_anybody_is_asked() {
    for name in ["/etc/motd", "../x", "a/../b", "a/..", "x\0y"] {
        let map = parse("gophermap", format!("={name}\n").as_bytes(), &mut |_, _| {
            panic!("asked")
        });
        assert_eq!(map.lines, [info(&format!("={}", name.replace('\0', "")))]);
        let message = Message::Include(name.as_bytes().to_vec(), IncludeError::Outside);
        assert_eq!(warnings(&map), [(1, message)]);
    }
    for name in ["a..b", "...", "a/b", ".gophermap"] {
        assert_eq!(
            within(&[(name, b"yes")], format!("={name}").as_bytes()).lines,
            [info("yes")]
        );
    }
}

#[test]
fn a_command_is_shown_and_never_run() {
    let map = parsed(b"=uptime -p | sh\n");
    assert_eq!(map.lines, [info("=uptime -p | sh")]);
    let text = map.warnings[0].to_string();
    let (place, reason) = text.split_once(": there is ").unwrap();
    assert_eq!(place, "gophermap:1: cannot include \"uptime -p | sh\"");
    assert_eq!(reason, "no such file, and commands are never run");
}

#[test]
fn included_names_are_relative_to_the_file_that_they_stand_in() {
    let mut asked = Vec::new();
    let map = parse("maps/gophermap", b"=sub/one\n", &mut |from, name| {
        asked.push((
            String::from(from),
            String::from_utf8(name.to_vec()).unwrap(),
        ));
        Ok(if name == b"sub/one" {
            b"\n=two\n".to_vec()
        } else {
            b"~".to_vec()
        })
    });
    let pair = |from: &str, name: &str| (String::from(from), String::from(name));
    assert_eq!(
        asked,
        [
            pair("maps/gophermap", "sub/one"),
            pair("maps/sub/one", "two")
        ]
    );
    assert_eq!(map.warnings[0].at.to_string(), "maps/sub/two:1");
}

#[test]
fn includes_go_four_deep_and_not_five() {
    let folder: [(&str, &[u8]); 5] = [
        ("1", b"=2"),
        ("2", b"=3"),
        ("3", b"=4"),
        ("4", b"four"),
        ("0", b"=1"),
    ];
    let map = within(&folder, b"=1\nend\n");
    assert_eq!(map.lines, [info("four"), info("end")]);
    assert_eq!(map.warnings, []);
    let map = within(&folder, b"=0\nend\n");
    assert_eq!(map.lines, [info("end")]);
    assert_eq!(warnings(&map), [(1, Message::TooDeep)]);
    assert_eq!(map.warnings[0].at.file, "3");
}

#[test]
fn a_map_that_includes_itself_comes_to_an_end() {
    let map = within(&[("gophermap", b"x\n=gophermap\n")], b"x\n=gophermap\n");
    assert_eq!(map.lines, vec![info("x"); MAX_INCLUDE_DEPTH + 1]);
    assert_eq!(warnings(&map), [(2, Message::TooDeep)]);
}

#[test]
fn the_includes_of_a_map_are_counted() {
    let at_limit = b"=x\n".repeat(MAX_INCLUDES);
    let map = within(&[("x", b"x\n")], &at_limit);
    assert_eq!((map.lines.len(), map.warnings.len()), (MAX_INCLUDES, 0));
    let map = within(&[("x", b"x\n")], &[&at_limit[..], b"=x\n"].concat());
    assert_eq!(map.lines.len(), MAX_INCLUDES);
    assert_eq!(
        warnings(&map),
        [(MAX_INCLUDES + 1, Message::TooManyIncludes)]
    );
    let loops = b"=x\n".repeat(100);
    let mut count = 0;
    let _map = parse("x", &loops, &mut |_, _| {
        count += 1;
        Ok(loops.clone())
    });
    assert_eq!(count, MAX_INCLUDES);
}

#[test]
fn the_lines_of_a_map_are_counted() {
    let map = parsed(&b"\n".repeat(MAX_MAP_LINES));
    assert_eq!((map.lines.len(), map.warnings.len()), (MAX_MAP_LINES, 0));
    let map = within(&[("x", &b"\n".repeat(MAX_MAP_LINES))], b"=x\nend\nend\n");
    assert_eq!(map.lines.len(), MAX_MAP_LINES - 1);
    assert_eq!(warnings(&map), [(MAX_MAP_LINES, Message::TooManyLines)]);
}

#[test]
fn a_map_is_cut_behind_a_whole_line() {
    let mut bytes = vec![b'a'; MAX_MAP];
    bytes[3] = b'\n';
    let map = parsed(&bytes);
    assert_eq!((map.lines.len(), map.warnings.len()), (2, 0));
    bytes.push(b'a');
    let map = parsed(&bytes);
    assert_eq!(map.lines, [info("aaa")]);
    assert_eq!(warnings(&map), [(2, Message::TooLong)]);
    bytes[3] = b'a';
    assert_eq!(parsed(&bytes).lines, []);
}

#[test]
fn bytes_of_any_character_set_survive() {
    let map = parsed(b"\xEF\xBB\xBFcaf\xE9\n1\xFF\t/\x80\n");
    assert_eq!(map.lines[0], Line::Info(b"caf\xE9".to_vec()));
    let Line::Link(link) = &map.lines[1] else {
        panic!("no link")
    };
    assert_eq!(
        (&link.display[..], &link.selector[..]),
        (&b"\xFF"[..], &b"/\x80"[..])
    );
}

#[test]
fn the_map_that_is_served_by_default_is_in_order() {
    let bytes = include_bytes!("../../../gophermap");
    let map = parsed(bytes);
    assert_eq!(map.warnings, []);
    assert!(map.hidden.is_empty() && map.types.is_empty());
    let mut hosts = Vec::new();
    for line in &map.lines {
        match line {
            Line::Info(text) | Line::Title(text) => {
                assert!(
                    text.is_ascii() && text.len() <= 67,
                    "{}",
                    text.escape_ascii()
                );
            }
            Line::Link(link) => {
                assert_eq!(
                    (link.kind, &link.host, link.port),
                    (ItemType::MENU, &None, None)
                );
                assert!(link.display.len() <= 67, "{}", link.display.escape_ascii());
                let path = link.selector.strip_prefix(b"/ftp/").unwrap();
                assert!(path.ends_with(b"/") && !path.starts_with(b"/"));
                hosts.push(path);
            }
            Line::Listing => panic!("a listing of the folder"),
        }
    }
    assert!(hosts.len() >= 20, "{}", hosts.len());
    hosts.sort_unstable();
    hosts.dedup();
    assert!(hosts.len() >= 20, "an archive is linked twice");
}
