//! What the gophermap links is what is served, on FTP servers and here, and nothing else.

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

use std::net::{IpAddr, TcpListener, UdpSocket};
use std::os::unix::fs::symlink;

use ftpd::{Builder, Ftpd};
use gateway::{Gateway, Item, Setup, error_text};
use gophergate::gate::reach::is_public;

const NOTHING: &str = "there is nothing under this selector";
const NOT_LINKED: &str = "is not served here: no menu of this server links it";

fn archive() -> Builder {
    Ftpd::builder()
        .file(b"/pub/a.txt", "archived\n")
        .file(b"/pub/sub/b.bin", "\x01\x02")
        .file(b"/public", "a neighbour\n")
}

fn selectors(items: &[Item]) -> Vec<String> {
    let text = |item: &Item| String::from_utf8(item.selector.clone()).unwrap();
    items.iter().map(text).collect()
}

fn assert_nothing(gateway: &Gateway, selectors: &[&str]) {
    for selector in selectors {
        assert_eq!(error_text(&gateway.get(selector)), NOTHING, "{selector}");
    }
}

#[test]
fn an_ftp_link_serves_what_is_below_it_and_not_its_neighbours() {
    let server = archive().start();
    let addr = server.addr();
    let gateway = Setup::map(format!(
        "1x\tftp://{addr}/pub/\n0y\t/ftp/{addr}/other/c.txt\n"
    ))
    .start();
    assert_eq!(gateway.get(format!("/ftp/{addr}/pub/a.txt")), b"archived\n");
    assert_eq!(
        gateway.get(format!("/ftp/{addr}/pub/sub/b.bin")),
        b"\x01\x02"
    );
    let before = server.sessions();
    for path in [
        "",
        "public",
        "pub2/",
        "other/",
        "other/d.txt",
        "%2Fpub/a.txt",
    ] {
        let answer = gateway.get(format!("/ftp/{addr}/{path}"));
        assert_eq!(
            error_text(&answer),
            format!("ftp://{addr}/{path} {NOT_LINKED}")
        );
    }
    assert_eq!(server.sessions(), before);
}

#[test]
fn a_local_link_serves_what_is_below_it_and_not_its_neighbours() {
    let gateway = Setup::map("0one\tdocs/a.txt\n1all\topen/\n0with a blank\ta b.txt\n")
        .file("docs/a.txt", "a\n")
        .file("docs/b.txt", "b\n")
        .file("open/c.txt", "c\n")
        .file("open/deep/d.txt", "d\n")
        .file("open/100%25 e.txt", "e\n")
        .file("open/%41.txt", "f\n")
        .file("open/.hidden", "no\n")
        .file("open/.git/config", "no\n")
        .file("open2/e.txt", "no\n")
        .file("a b.txt", "blank\n")
        .start();
    let root = gateway.menu("");
    assert_eq!(selectors(&root), ["/docs/a.txt", "/open/", "/a%20b.txt"]);
    for (selector, body) in [
        ("/docs/a.txt", "a\n"),
        ("docs/a.txt", "a\n"),
        ("/open/c.txt", "c\n"),
        ("/open/deep/d.txt", "d\n"),
        ("/open/100%2525%20e.txt", "e\n"),
        ("/open/100%25 e.txt", "e\n"),
        ("/open/%2541.txt", "f\n"),
        ("/open/%41.txt", "f\n"),
        ("/a%20b.txt", "blank\n"),
        ("/a b.txt", "blank\n"),
    ] {
        assert_eq!(gateway.get(selector), body.as_bytes(), "{selector}");
    }
    assert_nothing(
        &gateway,
        &[
            "/docs/b.txt",
            "/docs/",
            "/docs",
            "/open2/",
            "/open2/e.txt",
            "/gophergate.toml",
            "/gophermap",
            "/open/.hidden",
            "/open/./.hidden",
            "/open/.git/config",
            "/open/./.git/",
        ],
    );
    for selector in ["/open/nothing.txt", "/open/%2ehidden"] {
        let missing = error_text(&gateway.get(selector));
        assert_eq!(missing, "there is no such file on this server");
    }
}

#[test]
fn a_folders_own_gophermap_is_its_menu_and_its_links_count() {
    let server = archive().start();
    let addr = server.addr();
    let gateway = Setup::map("1docs\tdocs/\n")
        .file(
            "docs/gophermap",
            format!("!Docs\n1FTP\tftp://{addr}/pub/\n0up\t../up.txt\n1sub\tsub\n"),
        )
        .file("docs/sub/gophermap", "0far\t/far.txt\n")
        .file("docs/plain.txt", "plain\n")
        .file("unlinked/gophermap", format!("1x\tftp://{addr}/\n"))
        .file("up.txt", "up\n")
        .file("far.txt", "far\n")
        .start();
    let docs = gateway.menu("/docs/");
    assert_eq!((docs[0].kind, docs[0].text()), ('i', "Docs".to_owned()));
    let ftp = format!("/ftp/{addr}/pub/");
    assert_eq!(
        selectors(&docs[1..]),
        [ftp.as_str(), "/up.txt", "/docs/sub/"]
    );
    assert_eq!(gateway.menu("/docs"), docs);
    assert_eq!(gateway.get(format!("{ftp}a.txt")), b"archived\n");
    assert_eq!(gateway.get("/up.txt"), b"up\n");
    assert_eq!(selectors(&gateway.menu("/docs/sub/")), ["/far.txt"]);
    assert_eq!(gateway.get("/far.txt"), b"far\n");
    assert_eq!(gateway.get("/docs/plain.txt"), b"plain\n");
    assert_nothing(
        &gateway,
        &["/unlinked/", "/docs/gophermap", "/docs/sub/gophermap"],
    );
    let root = error_text(&gateway.get(format!("/ftp/{addr}/")));
    assert!(root.ends_with(NOT_LINKED), "{root}");
}

#[test]
fn included_maps_link_too_and_none_from_outside_the_folder() {
    let server = archive().start();
    let addr = server.addr();
    let gateway = Setup::map("=part\n=../../../../etc/hostname\n=missing\n0last\tlast.txt\n")
        .file("part", format!("hello\n1FTP\tftp://{addr}/pub/\n"))
        .file("last.txt", "last\n")
        .start();
    let root = gateway.menu("");
    let kinds: String = root.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, "i1ii0");
    assert_eq!(root[2].text(), "=../../../../etc/hostname");
    assert_eq!(gateway.get(format!("/ftp/{addr}/pub/a.txt")), b"archived\n");
    assert_nothing(&gateway, &["/part", "/missing", "/etc/hostname"]);
    gateway.wait_for_log("gophermap:2: cannot include");
    gateway.wait_for_log("gophermap:3: cannot include");
}

#[test]
fn a_listing_shows_the_folder_without_maps_dot_files_and_what_it_hides() {
    let gateway = Setup::map(":odd=s\n-secret.txt\n-folder2\nfiles:\n*\n0after\tafter.txt\n")
        .file("b.txt", "12345")
        .file("a.odd", "sound")
        .file("zed/x.txt", "x\n")
        .file("folder2/y.txt", "y\n")
        .file("secret.txt", "hidden\n")
        .file(".dot", "no\n")
        .config("columns = false")
        .start();
    let root = gateway.menu("");
    let shown: Vec<(char, String)> = root.iter().map(|item| (item.kind, item.text())).collect();
    let expected = [
        ('i', "files:"),
        ('1', "zed"),
        ('s', "a.odd"),
        ('0', "b.txt"),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(selectors(&root), ["", "/zed/", "/a.odd", "/b.txt"]);
    assert_eq!(gateway.get("/zed/x.txt"), b"x\n");
    assert_nothing(
        &gateway,
        &["/.dot", "/./.dot", "/gophermap", "/gophergate.toml"],
    );
}

#[test]
fn a_hidden_file_that_is_linked_is_served() {
    let gateway = Setup::map("0Read this first\tREADME\n-README\n*\n")
        .file("README", "first\n")
        .config("columns = false")
        .start();
    let root = gateway.menu("");
    let readme: Vec<String> = root
        .iter()
        .filter(|item| item.selector == b"/README")
        .map(Item::text)
        .collect();
    assert_eq!(readme, ["Read this first"]);
    assert_eq!(gateway.get("/README"), b"first\n");
}

#[test]
fn a_symbolic_link_inside_the_folder_is_followed_and_one_that_leaves_it_is_not() {
    let outside = Setup::map("").file("outside.txt", "outside\n").start();
    let gateway = Setup::map("1docs\tdocs/\n0link\tlink.txt\n1away\taway/\n")
        .file("docs/a.txt", "a\n")
        .file("real/r.txt", "real\n")
        .start();
    let folder = gateway.folder();
    symlink(
        outside.folder().join("outside.txt"),
        folder.join("link.txt"),
    )
    .unwrap();
    symlink(outside.folder(), folder.join("away")).unwrap();
    symlink(outside.folder(), folder.join("docs/out")).unwrap();
    symlink("a.txt", folder.join("docs/inside.txt")).unwrap();
    symlink("../real", folder.join("docs/real")).unwrap();
    symlink("loop", folder.join("docs/loop")).unwrap();
    assert_eq!(gateway.get("/docs/inside.txt"), b"a\n");
    assert_eq!(gateway.get("/docs/real/r.txt"), b"real\n");
    for selector in [
        "/link.txt",
        "/away/",
        "/away/outside.txt",
        "/docs/out/outside.txt",
    ] {
        let text = error_text(&gateway.get(selector));
        assert_eq!(text, "there is no such file on this server", "{selector}");
    }
    let looped = error_text(&gateway.get("/docs/loop"));
    assert!(
        looped.starts_with("this server cannot read that file"),
        "{looped}"
    );
}

#[test]
fn a_url_that_is_linked_has_a_page_and_no_other_has() {
    let url = "http://example.org/?a=1&b='<script>\"";
    let gateway = Setup::map(format!("hsite\tURL:{url}\n")).start();
    assert_eq!(
        gateway.menu("")[0].selector,
        format!("URL:{url}").as_bytes()
    );
    let safe = "http://example.org/?a=1&amp;b=&#39;&lt;script&gt;&quot;";
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>Elsewhere</title></head>\n<body><p>This item is not on a \
         Gopher server. It is <a href=\"{safe}\">{safe}</a>.</p></body></html>\n"
    );
    assert_eq!(gateway.get(format!("URL:{url}")), page.as_bytes());
    assert_eq!(gateway.get(format!("/URL:{url}")), page.as_bytes());
    assert_nothing(
        &gateway,
        &[
            "URL:http://evil.example/",
            "URL:http://example.org/",
            "URL:",
        ],
    );
}

#[test]
fn an_open_gateway_has_a_search_item_and_keeps_strangers_off_private_addresses() {
    let linked = archive().start();
    let other = archive().start();
    let (linked, other) = (linked.addr(), other.addr());
    let closed = Setup::linking(linked).start();
    assert_nothing(&closed, &["/open\tftp://ftp.example.org/"]);
    let open = Setup::linking(linked).arg("--open").start();
    let root = open.menu("");
    assert_eq!(
        (root[1].kind, root[1].selector.as_slice()),
        ('7', &b"/open"[..])
    );
    let found = open.menu(format!("/open\tftp://{other}/pub/"));
    assert_eq!(selectors(&found), [format!("/ftp/{other}/pub/")]);
    assert_eq!(found[0].kind, '1');
    let private = format!("the FTP host {other} is on a private network, which is not served");
    assert_eq!(error_text(&open.get(format!("/ftp/{other}/pub/"))), private);
    let by_name = error_text(&open.get(format!("/ftp/localhost:{}/", other.port())));
    assert!(
        by_name.ends_with("is on a private network, which is not served"),
        "{by_name}"
    );
    let mapped = error_text(&open.get(format!("/ftp/[::ffff:127.0.0.1]:{}/", other.port())));
    assert!(
        mapped.ends_with("is on a private network, which is not served"),
        "{mapped}"
    );
    assert_eq!(open.get(format!("/ftp/{linked}/pub/a.txt")), b"archived\n");
    let bad = error_text(&open.get("/open\tftp://u:p@h.example/"));
    assert_eq!(bad, "a selector may not carry a user name or a password");
}

/// The address that this machine would call from, unless it has none but loopback. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("198.51.100.1:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

#[test]
fn an_open_gateway_does_not_reach_its_own_machine_by_its_outward_address() {
    let Some(ip) = own_address() else {
        left_out::say("this machine has no address but loopback");
        return;
    };
    if !is_public(ip) {
        left_out::say("our own outward address is private: it is refused by its range already");
    }
    let server = TcpListener::bind((ip, 0)).unwrap();
    let addr = server.local_addr().unwrap();
    let open = Setup::map("").arg("--open").start();
    let private = format!("the FTP host {addr} is on a private network, which is not served");
    assert_eq!(error_text(&open.get(format!("/ftp/{addr}/"))), private);
}

#[test]
fn an_open_gateway_reaches_private_addresses_where_that_is_allowed() {
    let server = archive().start();
    let addr = server.addr();
    let open = Setup::map("").arg("--open").arg("--allow-private").start();
    for typed in [
        format!("ftp://{addr}/pub/a.txt"),
        format!(" {addr}/pub/a.txt "),
    ] {
        let found = open.menu(format!("/open\t{typed}"));
        assert_eq!(found.len(), 1, "{typed}");
        assert_eq!(found[0].kind, '0');
        assert_eq!(open.get(&found[0].selector), b"archived\n");
    }
}
