//! Names and words in any character set: read right, shown in the set that is asked for, and given
//! back to the server byte for byte.

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

use encoding_rs::{Encoding, KOI8_R, SHIFT_JIS};
use ftpd::{Builder, Ftpd, Vice};
use gateway::{Gateway, Setup, error_text};
use std::net::SocketAddr;

const RUSSIAN: [&str; 4] = ["Документы", "Музыка", "Фотографии", "Книги"];
const JAPANESE: [&str; 4] = ["写真.zip", "音楽データ", "説明書.txt", "新しいフォルダ"];

fn bytes(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

/// A server with these names; each file holds its name's bytes.
fn archive(encoding: &'static Encoding, names: &[&str]) -> Builder {
    names.iter().fold(Ftpd::builder(), |builder, name| {
        let name = bytes(encoding, name);
        builder.file(&[b"/d/", &name[..]].concat(), name)
    })
}

fn gateway(server: SocketAddr, config: &str) -> Gateway {
    Setup::linking(server)
        .config("columns = false")
        .config(config)
        .start()
}

/// The display strings of `/d/`, each of whose selectors leads to its file.
fn shown(gateway: &Gateway, server: &Ftpd) -> Vec<Vec<u8>> {
    let directory = format!("/ftp/{}/d/", server.addr());
    let items = gateway.menu(&directory).into_iter();
    let items = items.map(|item| {
        assert!(item.selector.iter().all(u8::is_ascii_graphic));
        let encoded = item.selector.strip_prefix(directory.as_bytes()).unwrap();
        let name: Vec<u8> = percent_encoding::percent_decode(encoded).collect();
        assert_eq!(gateway.get(&item.selector), name);
        item.display
    });
    items.collect()
}

fn sorted(mut texts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    texts.sort();
    texts
}

#[test]
fn names_in_a_sites_encoding_are_read_by_it_and_given_back_as_they_were() {
    for (encoding, names) in [(KOI8_R, RUSSIAN), (SHIFT_JIS, JAPANESE)] {
        let server = archive(encoding, &names).start();
        let label = encoding.name();
        let of_site = format!(
            "[site.{:?}]\nencoding = {label:?}",
            server.addr().to_string()
        );
        for config in [&of_site, &format!("encoding = {label:?}")] {
            let expected = names.iter().map(|name| name.as_bytes().to_vec());
            let shown = shown(&gateway(server.addr(), config), &server);
            assert_eq!(sorted(shown), sorted(expected.collect()), "{label}");
        }
    }
}

#[test]
fn without_a_setting_a_directory_is_read_right_from_its_third_name_on() {
    for (encoding, names) in [(KOI8_R, RUSSIAN), (SHIFT_JIS, JAPANESE)] {
        let server = archive(encoding, &names).start();
        let shown = shown(&gateway(server.addr(), ""), &server);
        for name in &shown[2..] {
            let name = std::str::from_utf8(name).unwrap();
            assert!(names.contains(&name), "{name}");
        }
    }
}

#[test]
fn old_and_new_names_lie_side_by_side() {
    let server = Ftpd::builder()
        .file(b"/d/caf\xc3\xa9", "caf\u{e9}")
        .file(
            b"/d/d\xe9j\xe0 vu caf\xe9 \x9b31m",
            b"d\xe9j\xe0 vu caf\xe9 \x9b31m".as_slice(),
        )
        .start();
    let shown = shown(&gateway(server.addr(), ""), &server);
    let expected = ["caf\u{e9}", "d\u{e9}j\u{e0} vu caf\u{e9} \u{203a}31m"];
    assert_eq!(sorted(shown), expected.map(|text| text.as_bytes().to_vec()));
}

#[test]
fn menus_go_out_in_the_set_that_is_asked_for() {
    let server = Ftpd::builder()
        .file(
            "/d/re\u{301}sum\u{e9} \u{fb01}\u{2014}\u{416}\u{6f22}.txt".as_bytes(),
            "",
        )
        .start();
    for (output, expected) in [
        (
            "utf-8",
            "re\u{301}sum\u{e9} \u{fb01}\u{2014}\u{416}\u{6f22}.txt".as_bytes(),
        ),
        ("latin-1", b"r\xe9sum\xe9 fi-Zh?.txt"),
        ("ascii", b"resume fi-Zh?.txt"),
    ] {
        let config = format!("output = {output:?}");
        let gateway = gateway(server.addr(), &config);
        let menu = gateway.menu(format!("/ftp/{}/d/", server.addr()));
        assert_eq!(menu[0].display, expected, "{output}");
        let caps = String::from_utf8(gateway.get("caps.txt")).unwrap();
        let name = match output {
            "latin-1" => "ISO-8859-1",
            "ascii" => "US-ASCII",
            _ => "UTF-8",
        };
        assert!(
            caps.ends_with(&format!("\nDefaultEncoding={name}\n")),
            "{caps}"
        );
    }
}

#[test]
fn columns_line_up_in_every_set() {
    let server = Ftpd::builder()
        .file("/d/\u{6f22}\u{5b57}\u{df}".as_bytes(), "1")
        .file("/d/e\u{301}t\u{e9}".as_bytes(), "1")
        .file(
            &[&b"/d/"[..], "\u{6f22}".repeat(60).as_bytes()].concat(),
            "1",
        )
        .start();
    for (output, expected) in [
        (
            "utf-8",
            [("\u{6f22}\u{5b57}\u{df}", 5), ("e\u{301}t\u{e9}", 3)],
        ),
        ("ascii", [("??ss", 4), ("ete", 3)]),
    ] {
        let gateway = Setup::linking(server.addr())
            .config(&format!("output = {output:?}"))
            .start();
        let menu = gateway.menu(format!("/ftp/{}/d/", server.addr()));
        let texts: Vec<String> = menu.iter().map(gateway::Item::text).collect();
        for (name, wide) in expected {
            let text = texts
                .iter()
                .find(|text| text.starts_with(name))
                .expect(name);
            assert_eq!(
                text.chars().count() - name.chars().count() + wide,
                57,
                "{text}"
            );
        }
        let long = texts.iter().find(|text| text.ends_with('~')).unwrap();
        assert_eq!(
            long.chars().count(),
            if output == "ascii" { 57 } else { 29 }
        );
    }
}

#[test]
fn a_servers_words_are_read_as_its_names_are() {
    let welcome = "Добро пожаловать";
    let server = || Ftpd::builder().file(b"/d/a", "x");
    let koi8 = bytes(KOI8_R, welcome);
    let told = server()
        .vice(Vice::MessageOf230(vec!["line", "caf\u{e9} \u{202e}x"]))
        .start();
    for (output, expected) in [("utf-8", "caf\u{e9} x".as_bytes()), ("ascii", b"cafe x")] {
        let gateway = gateway(told.addr(), &format!("output = {output:?}"));
        let menu = gateway.menu(format!("/ftp/{}/d/", told.addr()));
        assert_eq!(menu[1].display, expected);
    }
    let line = |code: &[u8]| [code, &koi8, b"\r\n"].concat();
    let welcoming = server().vice(Vice::Ahead("PASS", line(b"230-"))).start();
    let koi8_site = "encoding = \"koi8-r\"";
    let menu = gateway(welcoming.addr(), koi8_site).menu(format!("/ftp/{}/d/", welcoming.addr()));
    assert_eq!((menu[0].kind, menu[0].text()), ('i', welcome.to_owned()));
    let refusing = server().vice(Vice::Reply("CWD", line(b"550 "))).start();
    let gateway = gateway(refusing.addr(), koi8_site);
    assert_eq!(
        error_text(&gateway.get(format!("/ftp/{}/d/", refusing.addr()))),
        format!("the FTP server {} refused: 550 {welcome}", refusing.addr())
    );
}

#[test]
fn local_names_and_gophermaps_are_shown_in_the_set_too() {
    for (output, map_text, name) in [
        ("utf-8", &b"caf\xe9"[..], "na\u{ef}ve.txt".as_bytes()),
        ("latin-1", b"caf\xe9", b"na\xefve.txt"),
        ("ascii", b"cafe", b"naive.txt"),
    ] {
        let gateway = Setup::map(b"caf\xe9\n1files\tsub/\n".as_slice())
            .file("sub/na\u{ef}ve.txt", "x")
            .config("columns = false")
            .config(&format!("output = {output:?}"))
            .start();
        assert_eq!(gateway.menu("")[0].display, map_text);
        assert_eq!(gateway.menu("/sub/")[0].display, name);
    }
}
