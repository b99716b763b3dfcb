//! `..` in every disguise that some FTP server takes off: refused before a server hears of it, and
//! names that only look like it are served.

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

use ftpd::{Ftpd, Vice};
use gateway::{Gateway, Item, Setup, error_text};

const REFUSED: &str = "a selector may not hold \"..\"";

/// Ways out of a folder: servers on Windows divide at a backslash and trim blanks, and some servers
/// drop a Telnet command (RFC 854) from inside a path, of one, two or three bytes.
const CLIMBS: &[&[u8]] = &[
    b"../x",
    b"..",
    b"a/../../x",
    b"..\\private\\x",
    b"a\\..\\..\\x",
    b"a\\..",
    b"\\..\\x",
    b".\xff\xf4./x",
    b"\xff\xf4../x",
    b"..\xff\xf4/x",
    b".\xff\xfb\x01./x",
    b".\xff./x",
    b".\xff\xff./x",
    b".\xff\xf4.\\x",
    b".. /x",
    b"..  ",
    b"..\t/x",
    b".. \\x",
    b"..\x0c/x",
];

/// A gateway that links `/pub/` of a server, under a short name too if `config` says so.
fn linking_pub(server: &Ftpd, config: &str) -> Gateway {
    Setup::map(format!("1pub\tftp://{}/pub/\n", server.addr()))
        .config(config)
        .start()
}

/// Every byte as `%XX`, or only those that a request line cannot hold.
fn spelt(path: &[u8], all: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in path {
        match byte {
            b'/' => out.push(b'/'),
            0..b' ' => out.extend(format!("%{byte:02X}").bytes()),
            _ if all => out.extend(format!("%{byte:02x}").bytes()),
            byte => out.push(*byte),
        }
    }
    out
}

fn assert_refused(gateway: &Gateway, head: &str) {
    for path in CLIMBS {
        for all in [false, true] {
            let selector = [head.as_bytes(), &spelt(path, all)].concat();
            let shown = selector.escape_ascii().to_string();
            assert_eq!(error_text(&gateway.get(&selector)), REFUSED, "{shown}");
        }
    }
}

#[test]
fn no_form_of_a_selector_climbs_out_of_what_is_linked() {
    let server = Ftpd::builder()
        .file(b"/pub/a", "a\n")
        .file(b"/private/x", "x\n")
        .start();
    let addr = server.addr();
    let site = format!("[site.\"{addr}\"]\nname = \"gnu\"\nroot = \"/pub\"");
    let gateway = linking_pub(&server, &site);
    for head in [
        format!("/ftp/{addr}/pub/"),
        format!("ftp/{addr}/pub/"),
        format!("/ftp/{addr}/%2Fpub/"),
        format!("ftp://{addr}/pub/"),
        format!("/ftp://{addr}/pub/"),
        format!("ftp:{addr}@/pub/"),
        format!("/ftp:{addr}@/pub/"),
        // As text to be decoded, the path is the one that climbs; as a name it would be harmless.
        format!("/ftp/{addr}/pub/%41/"),
        "/gnu/".to_owned(),
        "gnu/".to_owned(),
    ] {
        assert_refused(&gateway, &head);
    }
    // As the review wrote them.
    for path in ["..%5Cprivate%5Cx", ".%FF%F4./x", ".. /"] {
        let selector = format!("/ftp/{addr}/pub/{path}");
        assert_eq!(error_text(&gateway.get(&selector)), REFUSED, "{selector}");
    }
    assert_eq!(server.sessions(), 0);
    assert_eq!(gateway.get("/gnu/a"), b"a\n");
    assert_eq!(server.sessions(), 1);
}

#[test]
fn an_open_gateway_refuses_to_climb_too() {
    let server = Ftpd::builder().file(b"/pub/a", "a\n").start();
    let addr = server.addr();
    let gateway = Setup::map("").arg("--open").arg("--allow-private").start();
    assert_refused(&gateway, &format!("/ftp/{addr}/pub/"));
    let typed = format!("/open\tftp://{addr}/pub/..%5Cx");
    assert_eq!(error_text(&gateway.get(typed)), REFUSED);
    assert_eq!(server.sessions(), 0);
}

#[test]
fn names_that_only_look_like_it_are_listed_and_served() {
    let names: [&[u8]; 9] = [
        b"a\\b",
        b"...",
        b"\xff",
        b"..a",
        b"a..",
        b"\xff\xf4",
        b". .",
        b"..%5C..",
        b"....",
    ];
    let mut builder = Ftpd::builder();
    for name in names {
        let path = [b"/pub/", name].concat();
        builder = builder.file(&path, [b"the file ", name].concat());
    }
    let server = builder.start();
    let gateway = linking_pub(&server, "");
    let items = gateway.menu(format!("/ftp/{}/pub/", server.addr()));
    let mut bodies: Vec<Vec<u8>> = items
        .iter()
        .map(|item| gateway.get(&item.selector))
        .collect();
    let mut expected = names
        .map(|name| [b"the file ".as_slice(), name].concat())
        .to_vec();
    bodies.sort();
    expected.sort();
    assert_eq!(bodies, expected);
}

#[test]
fn a_listed_name_that_climbs_is_left_out_and_counted() {
    let listing = b"type=file;size=1; ..\\x\r\n\
        type=file;size=1; good\r\n\
        type=file;size=1; .\xff\xf4.\r\n\
        type=dir; .. \r\n\
        type=file;size=1; a\\..\\b\r\n\
        type=file;size=1; a\\b\r\n";
    let server = Ftpd::builder()
        .dir(b"/pub")
        .vice(Vice::ListingText(listing.to_vec()))
        .start();
    let gateway = linking_pub(&server, "");
    let items = gateway.menu(format!("/ftp/{}/pub/", server.addr()));
    let (told, links): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|i| i.kind == 'i');
    let base = format!("/ftp/{}/pub/", server.addr());
    let selectors: Vec<&[u8]> = links.iter().map(|item| item.selector.as_slice()).collect();
    assert_eq!(
        selectors,
        [
            format!("{base}good").as_bytes(),
            format!("{base}a%5Cb").as_bytes()
        ]
    );
    let told: Vec<String> = told.iter().map(Item::text).collect();
    assert_eq!(
        told,
        ["(4 names here that no client could ask for are left out)"]
    );
}
