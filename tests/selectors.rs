//! Selectors on their way from our menus, through clients, to the FTP server: whatever a name is
//! made of, the file that comes back is the one that was listed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "support/ftpd/mod.rs"]
mod ftpd;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/gateway.rs"]
mod gateway;
#[path = "support/left_out.rs"]
mod left_out;

use ftpd::{Builder, Ftpd, Vice};
use gateway::{Gateway, Item, Setup, error_text};

/// Names that a client, a URL, a menu or an FTP server could take for something else.
const NASTY: &[&[u8]] = &[
    b"with space",
    b" leading",
    b"trailing ",
    b"two  blanks",
    b"%41",
    b"%",
    b"100%25",
    b"%2e%2e",
    b"%2F",
    b"what?",
    b"a#b",
    b"c++",
    b"\"quoted\"",
    b"it's",
    b"a&b=c",
    b"x;type=a",
    b"y;type=d",
    b"caf\xc3\xa9",
    b"caf\xe9",
    b"\xff",
    b"\xff\xf4\xff\xff",
    b"tab\there",
    b"esc\x1b[31m",
    b"del\x7f",
    b"-la",
    b"~root",
    b"~",
    b"...",
    b"..a",
    b"a..",
    b"back\\slash",
    b"*",
    b"[ab]",
    b"{a,b}",
    b"$HOME",
    b"|id",
    b"<b>",
    b"a:b@c",
    b"URL:x",
    b"\xe2\x80\xae",
    b"a -> b",
];

/// What a file with this name holds.
fn body(name: &[u8]) -> Vec<u8> {
    [b"the file ", name, b"\n"].concat()
}

/// A server with a file in `folder` for each name.
fn serving<'a>(folder: &str, names: impl IntoIterator<Item = &'a [u8]>) -> Builder {
    let add = |builder: Builder, name: &[u8]| {
        builder.file(&[folder.as_bytes(), name].concat(), body(name))
    };
    names.into_iter().fold(Ftpd::builder(), add)
}

/// Every selector of a menu fetches a file of its own, and between them they fetch all.
fn assert_all_come_back(gateway: &Gateway, folder: &str, names: &[&[u8]]) {
    let items = gateway.menu(folder);
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    for item in &items {
        assert_safe(&item.selector);
        bodies.push(gateway.get(&item.selector));
    }
    let mut expected: Vec<Vec<u8>> = names.iter().map(|name| body(name)).collect();
    bodies.sort();
    expected.sort();
    assert_eq!(bodies, expected);
}

fn assert_safe(selector: &[u8]) {
    let shown = selector.escape_ascii().to_string();
    let safe = |b: &u8| b.is_ascii_alphanumeric() || b"/._~!$&'()*+,;=:@-%".contains(b);
    assert!(selector.iter().all(safe), "{shown}");
    assert!(
        !selector.windows(3).any(|window| window == b"://"),
        "{shown}"
    );
}

/// As w3m and Lagrange send a selector: decoded.
fn decoded(selector: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = selector;
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = (byte == b'%').then(|| std::str::from_utf8(&behind[..2]).unwrap());
        out.push(hex.map_or(byte, |hex| u8::from_str_radix(hex, 16).unwrap()));
        rest = if hex.is_some() { &behind[2..] } else { behind };
    }
    out
}

fn find<'a>(items: &'a [Item], end: &str) -> &'a Item {
    let fits = |item: &&Item| item.selector.ends_with(end.as_bytes());
    items
        .iter()
        .find(fits)
        .unwrap_or_else(|| panic!("no {end} in {items:?}"))
}

#[test]
fn every_name_comes_back_from_each_kind_of_listing() {
    for vices in [vec![], vec![Vice::NoMlsd], vec![Vice::NlstOnly]] {
        for folder in ["/n/", "/"] {
            let builder = serving(folder, NASTY.iter().copied());
            let server = vices.iter().cloned().fold(builder, Builder::vice).start();
            let gateway = Setup::linking(server.addr()).start();
            let selector = format!("/ftp/{}{folder}", server.addr());
            assert_all_come_back(&gateway, &selector, NASTY);
        }
    }
}

#[test]
fn every_byte_comes_back_as_a_name() {
    let bytes: Vec<u8> = (1..=255).filter(|b| !b"/\r\n.".contains(b)).collect();
    let names: Vec<&[u8]> = bytes.chunks(1).collect();
    let server = serving("/n/", names.iter().copied()).start();
    let gateway = Setup::linking(server.addr()).start();
    let selector = format!("/ftp/{}/n/", server.addr());
    assert_all_come_back(&gateway, &selector, &names);
}

#[test]
fn names_survive_clients_that_change_selectors() {
    // A client that decodes cannot send controls, and makes a path of these two.
    let sendable = |name: &&&[u8]| {
        let control = name.iter().any(|byte| *byte < b' ');
        !control && !matches!(**name, b"%2F" | b"%2e%2e")
    };
    let names: Vec<&[u8]> = NASTY.iter().filter(sendable).copied().collect();
    let server = serving("/n/", names.iter().copied()).start();
    let gateway = Setup::linking(server.addr()).start();
    for item in gateway.menu(format!("/ftp/{}/n/", server.addr())) {
        let own = gateway.get(&item.selector);
        let bare = item.selector[1..].to_vec();
        let raw = decoded(&item.selector);
        for sent in [bare, raw[1..].to_vec(), raw] {
            let shown = sent.escape_ascii().to_string();
            for end in [&b"\r\n"[..], b"\n"] {
                let answer = gateway.exchange(&[&sent, end].concat()).unwrap();
                assert_eq!(answer, own, "{shown}");
            }
        }
    }
}

#[test]
fn all_forms_of_a_selector_reach_the_same_file() {
    let server = serving("/pub/a b/", [&b"c d"[..]]).start();
    let gateway = Setup::linking(server.addr()).start();
    let addr = server.addr();
    for selector in [
        format!("/ftp/{addr}/pub/a%20b/c%20d"),
        format!("ftp/{addr}/pub/a%20b/c%20d"),
        format!("/ftp/{addr}/pub/a b/c d"),
        format!("/ftp/{addr}/pub%2Fa%20b%2fc d"),
        format!("/ftp/{addr}//pub/./a b//c d"),
        format!("ftp://{addr}/pub/a%20b/c%20d"),
        format!("/ftp://{addr}/pub/a%20b/c%20d"),
        format!("FTP://{addr}/pub/a b/c d"),
        format!("ftp://{addr}/pub/a%20b/c%20d;type=i"),
        format!("ftp://{addr}/pub/a%20b/c%20d;type=a"),
        format!("ftp:{addr}@/pub/a b/c d"),
        format!("/ftp:{addr}@/pub/a%20b/c%20d"),
    ] {
        let absolute = selector.contains("//pub");
        let answer = gateway.get(&selector);
        match absolute && !selector.contains("://") {
            true => assert!(
                error_text(&answer).contains("is not served here"),
                "{selector}"
            ),
            false => assert_eq!(answer, body(b"c d"), "{selector}"),
        }
    }
}

#[test]
fn a_typecode_says_how_a_file_is_sent_and_what_a_directory_is() {
    let server = serving("/pub/", [&b"a"[..]]).start();
    let gateway = Setup::linking(server.addr()).start();
    let addr = server.addr();
    for (session, (path, typed, verb)) in [
        ("pub/a;type=a", "TYPE A", "RETR pub/a"),
        ("pub/a;type=i", "TYPE I", "RETR pub/a"),
        ("pub/a", "TYPE I", "RETR pub/a"),
        ("pub;type=d", "TYPE I", "CWD pub"),
        ("pub/", "TYPE I", "CWD pub"),
    ]
    .into_iter()
    .enumerate()
    {
        gateway.get(format!("ftp://{addr}/{path}"));
        let commands = server.transcript(session);
        let has = |command: &str| commands.iter().any(|line| line == command);
        assert!(has(verb), "{path}: {commands:?}");
        assert!(
            has(typed) || verb.starts_with("CWD"),
            "{path}: {commands:?}"
        );
    }
    let answer = gateway.get(format!("ftp://{addr}/pub;type=i"));
    assert!(
        error_text(&answer).contains("550"),
        "{}",
        error_text(&answer)
    );
}

#[test]
fn a_directory_is_listed_with_and_without_its_slash() {
    let server = serving("/pub/sub/", [&b"a"[..]]).start();
    let gateway = Setup::linking(server.addr()).start();
    let addr = server.addr();
    let slash = gateway.get(format!("/ftp/{addr}/pub/sub/"));
    assert_eq!(gateway.get(format!("/ftp/{addr}/pub/sub")), slash);
    assert_eq!(gateway.get(format!("ftp:{addr}@/pub/sub/")), slash);
    let text = String::from_utf8(slash).unwrap();
    assert!(
        text.contains(&format!("\t/ftp/{addr}/pub/sub/a\t127.0.0.1\t")),
        "{text}"
    );
    let file = gateway.get(format!("/ftp/{addr}/pub/sub/a/"));
    assert!(error_text(&file).contains("550"), "{}", error_text(&file));
}

#[test]
fn an_absolute_path_stays_absolute_from_menu_to_wire() {
    let server = serving("/pub/x y/", [&b"a"[..]]).start();
    let addr = server.addr();
    let gateway = Setup::map(format!("1root\tftp://{addr}/%2Fpub/\n")).start();
    let root = gateway.menu("");
    assert_eq!(root[0].selector, format!("/ftp/{addr}/%2Fpub/").as_bytes());
    let folder = gateway.menu(&root[0].selector);
    let inner = find(&folder, "/x%20y/");
    assert_eq!(
        inner.selector,
        format!("/ftp/{addr}/%2Fpub/x%20y/").as_bytes()
    );
    let file = &gateway.menu(&inner.selector)[0];
    assert_eq!(gateway.get(&file.selector), body(b"a"));
    let retr = server
        .transcript(2)
        .into_iter()
        .find(|line| line.starts_with("RETR"));
    assert_eq!(retr.as_deref(), Some("RETR /pub/x y/a"));
    for selector in [
        format!("/ftp/{addr}//pub/x y/a"),
        format!("ftp://{addr}/%2fpub/x y/a"),
    ] {
        assert_eq!(gateway.get(&selector), body(b"a"), "{selector}");
    }
    let relative = gateway.get(format!("/ftp/{addr}/pub/x y/a"));
    assert!(error_text(&relative).contains("is not served here"));
}

#[test]
fn a_named_site_is_written_short_and_read_in_every_form() {
    let server = serving("/pub/gnu/em acs/", [&b"a"[..]]).start();
    let addr = server.addr();
    let site = format!("[site.\"{addr}\"]\nname = \"gnu\"\nroot = \"/pub/gnu/\"\n");
    let gateway = Setup::map(format!("1GNU\tftp://{addr}/pub/gnu/\n"))
        .config(&site)
        .start();
    let root = gateway.menu("");
    assert_eq!(root[0].selector, b"/gnu/");
    let folder = gateway.menu("/gnu/");
    assert_eq!(folder[0].selector, b"/gnu/em%20acs/");
    let file = gateway.menu("/gnu/em%20acs/");
    assert_eq!(file[0].selector, b"/gnu/em%20acs/a");
    for selector in [
        "/gnu/em%20acs/a".to_owned(),
        "gnu/em acs/a".to_owned(),
        format!("/ftp/{addr}/pub/gnu/em%20acs/a"),
        format!("ftp://{addr}/pub/gnu/em%20acs/a;type=i"),
        format!("ftp:{addr}@/pub/gnu/em acs/a"),
    ] {
        assert_eq!(gateway.get(&selector), body(b"a"), "{selector}");
    }
    assert_eq!(gateway.get("/gnu"), gateway.get("/gnu/"));
    for selector in ["/gnu/../x", "/gnu/%2e%2e/x"] {
        assert_eq!(
            error_text(&gateway.get(selector)),
            "a selector may not hold \"..\""
        );
    }
}

#[test]
fn an_ipv6_address_stands_in_encoded_brackets() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        left_out::say("there is no IPv6 here");
        return;
    }
    let server = serving("/", [&b"a"[..]]).ipv6().start();
    let port = server.addr().port();
    let gateway = Setup::linking(server.addr()).start();
    let root = gateway.menu("");
    assert_eq!(
        root[0].selector,
        format!("/ftp/%5B::1%5D:{port}/").as_bytes()
    );
    let folder = gateway.menu(&root[0].selector);
    assert_eq!(
        folder[0].selector,
        format!("/ftp/%5B::1%5D:{port}/a").as_bytes()
    );
    for selector in [
        format!("/ftp/%5B::1%5D:{port}/a"),
        format!("/ftp/[::1]:{port}/a"),
        format!("ftp:[::1]:{port}@/a"),
        format!("ftp://[0::0:1]:{port}/a"),
    ] {
        assert_eq!(gateway.get(&selector), body(b"a"), "{selector}");
    }
}

#[test]
fn names_that_no_client_could_ask_for_are_counted_and_left_out() {
    let listing = b"type=file;size=1; good\r\n\
        type=file;size=1; ../up\r\n\
        type=file;size=1; sub/file\r\n\
        type=dir; ..\r\n\
        type=file;size=1; nul\0nul\r\n\
        type=file;size=1; c\rr\r\n";
    let long = [b"type=file;size=1; ".as_slice(), &[0xE9; 400], b"\r\n"].concat();
    let server = Ftpd::builder()
        .vice(Vice::ListingText([&listing[..], &long].concat()))
        .start();
    let gateway = Setup::linking(server.addr()).start();
    let items = gateway.menu(format!("/ftp/{}/", server.addr()));
    let links: Vec<&Item> = items.iter().filter(|item| item.kind != 'i').collect();
    assert_eq!(links.len(), 1, "{items:?}");
    assert!(links[0].selector.ends_with(b"/good"));
    let last = items.last().unwrap().text();
    assert_eq!(
        last,
        "(5 names here that no client could ask for are left out)"
    );
}

#[test]
fn a_name_cannot_add_fields_or_lines_to_its_menu() {
    let evil = b"1x\tevil\tevil.example\t70\x1b[2J";
    let server = serving("/", [&evil[..]]).start();
    let gateway = Setup::linking(server.addr()).start();
    let items = gateway.menu(format!("/ftp/{}/", server.addr()));
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].host, b"127.0.0.1");
    assert!(
        items[0].text().starts_with("1x evil evil.example 70[2J "),
        "{items:?}"
    );
    assert_eq!(gateway.get(&items[0].selector), body(evil));
}
