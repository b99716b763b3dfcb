//! Where links lead: to us or elsewhere, up a folder, to a site by its port, through symbolic links.

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

use std::process::{Command, Output};

use ftpd::Ftpd;
use gateway::{Gateway, Item, Setup, error_text};

const NOTHING: &str = "there is nothing under this selector";
const MISSING: &str = "there is no such file on this server";

/// What a menu's first item says: selector, host, port.
fn first(gateway: &Gateway, selector: &str) -> (String, String, u16) {
    let item = gateway.menu(selector).remove(0);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(item.selector), text(item.host), item.port)
}

fn leads(selector: &str, host: &str, port: u16) -> (String, String, u16) {
    (selector.to_owned(), host.to_owned(), port)
}

fn texts(items: &[Item]) -> Vec<String> {
    items.iter().map(Item::text).collect()
}

/// The program on a running gateway's map, which ends by itself.
fn on_map_of(gateway: &Gateway, command: &[&str], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .args(command)
        .arg(gateway.folder().join("gophermap"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_link_to_our_name_and_another_port_leads_away() {
    let gateway = Setup::map("1Other\t/stuff\tme.example\t7071\n")
        .file("stuff/x.txt", "x\n")
        .config("port = 7070")
        .arg("--hostname=me.example")
        .start();
    assert_eq!(first(&gateway, ""), leads("/stuff", "me.example", 7071));
    for selector in ["/stuff", "/stuff/", "/stuff/x.txt"] {
        assert_eq!(error_text(&gateway.get(selector)), NOTHING, "{selector}");
    }
}

#[test]
fn a_link_to_our_name_and_our_port_or_none_is_ours() {
    for link in [
        "me.example\t7070",
        "ME.example\t7070",
        "me.example",
        "\t7070",
    ] {
        let gateway = Setup::map(format!("1Own\t/stuff\t{link}\n"))
            .file("stuff/x.txt", "x\n")
            .config("port = 7070")
            .arg("--hostname=me.example")
            .start();
        assert_eq!(
            first(&gateway, ""),
            leads("/stuff/", "me.example", 7070),
            "{link}"
        );
        assert_eq!(gateway.get("/stuff/x.txt"), b"x\n", "{link}");
    }
}

#[test]
fn a_host_without_a_port_gets_ours() {
    let map = "1Other\t/x\tother.example\n";
    let configured = Setup::map(map).config("port = 7072").start();
    assert_eq!(first(&configured, ""), leads("/x", "other.example", 7072));
    for (arguments, port) in [
        (&["--listen", "127.0.0.1:7073"][..], 7073),
        (
            &["--listen", "[::1]:7074", "--listen", "127.0.0.1:7073"],
            7074,
        ),
        // Port 0 is one that is not known yet, and no port to lead anybody to.
        (&["--listen", "127.0.0.1:0"], 70),
        (&[], 7070),
    ] {
        let printed = on_map_of(&configured, &["render", ""], arguments).stdout;
        let menu = format!("1Other\t/x\tother.example\t{port}\r\n.\r\n");
        assert_eq!(String::from_utf8(printed).unwrap(), menu, "{arguments:?}");
    }
}

#[test]
fn a_link_above_the_root_map_is_an_error_with_its_line() {
    let gateway = Setup::map("hello\n0Up\t../up.txt\n0Far\tdocs/../../up.txt\n1docs\tdocs/\n")
        .file("docs/gophermap", "0x\t../x.txt\n0Up\t../../up.txt\n")
        .file("docs/y.txt", "y\n")
        .file("x.txt", "x\n")
        .file("up.txt", "ours\n")
        .start();
    let map = gateway.folder().join("gophermap");
    let inner = gateway.folder().join("docs/gophermap");
    let why = "a selector may not hold \"..\"";
    let errors = [
        format!("{}:2: {why}", map.display()),
        format!("{}:3: {why}", map.display()),
        format!("{}:2: {why}", inner.display()),
    ];
    let check = on_map_of(&gateway, &["check"], &[]);
    assert_eq!(check.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(check.stdout).unwrap(),
        errors.map(|error| error + "\n").concat()
    );
    let root: Vec<String> = texts(&gateway.menu(""));
    assert_eq!(root, ["hello", "docs"]);
    for selector in ["/up.txt", "/../up.txt", "../up.txt"] {
        let answer = gateway.get(selector);
        assert!(answer.starts_with(b"3"), "{selector}");
    }
    assert_eq!(first(&gateway, "/docs/").0, "/x.txt");
    assert_eq!(gateway.get("/x.txt"), b"x\n");
}

#[test]
fn the_settings_of_a_hosts_port_go_before_those_of_the_host() {
    let passive = || Ftpd::builder().file(b"/a.txt", "archived\n").start();
    let (with_port, without) = (passive(), passive());
    // No server here is given its data port 1024, so that whoever may use no other has none.
    for (all, own, works) in [
        ("1024-1024", "1025-65535", [true, false]),
        ("1025-65535", "1024-1024", [false, true]),
    ] {
        let config = format!(
            "[site.\"127.0.0.1\"]\nname = \"all\"\ndata_ports = \"{all}\"\n\
             [site.\"{}\"]\nname = \"own\"\ndata_ports = \"{own}\"",
            with_port.addr()
        );
        let (own, other) = (with_port.addr(), without.addr());
        let map = format!("1own\tftp://{own}/\n1other\tftp://{other}/\n1all\tftp://127.0.0.1/\n");
        let gateway = Setup::map(map).config(&config).start();
        let root = gateway.menu("");
        let selectors: Vec<&[u8]> = root.iter().map(|item| item.selector.as_slice()).collect();
        let other = format!("/ftp/{other}/");
        assert_eq!(selectors, [b"/own/", other.as_bytes(), b"/all/"]);
        let works_now = ["/own/", other.as_str()].map(|base| {
            let answer = gateway.get(format!("{base}a.txt"));
            answer == b"archived\n" || error_text(&answer).is_empty()
        });
        assert_eq!(works_now, works);
        // The host without a port is the one on the port of FTP, whatever is there.
        gateway.get("/all/nothing-of-the-kind.txt");
        gateway.wait_for_log("\"ftp://127.0.0.1/nothing-of-the-kind.txt\"");
    }
}

#[test]
fn a_symbolic_link_into_a_hidden_folder_leads_nowhere() {
    let gateway = Setup::map("1docs\tdocs/\n")
        .file("docs/a.txt", "a\n")
        .file(".git/config", "secret\n")
        .file(
            ".git/gophermap",
            "0secret\tconfig\n1more\tftp://127.0.0.1/\n",
        )
        .file(".git/sub/gophermap", "secret\n")
        .link("docs/link", "../.git")
        .link("docs/sub", "../.git/sub")
        .link("docs/config", "../.git/config")
        .start();
    for selector in [
        "/docs/link",
        "/docs/link/",
        "/docs/link/config",
        "/docs/link/sub/",
        "/docs/sub",
        "/docs/sub/",
        "/docs/config",
    ] {
        assert_eq!(error_text(&gateway.get(selector)), MISSING, "{selector}");
    }
    let linked_there = error_text(&gateway.get("/ftp/127.0.0.1/"));
    assert!(linked_there.contains("no menu of this server links it"));
    assert_eq!(gateway.get("/docs/a.txt"), b"a\n");
}

#[test]
fn a_folder_with_a_second_name_has_its_map_under_both() {
    for map in [
        "1docs\tdocs/\n1alias\talias/\n",
        "1alias\talias/\n1docs\tdocs/\n",
    ] {
        let gateway = Setup::map(map)
            .file(
                "docs/gophermap",
                "The documents\n-secret.txt\n-self\n-above\n*\n",
            )
            .file("docs/a.txt", "a\n")
            .file("docs/secret.txt", "hidden\n")
            .file("docs/sub/gophermap", "Below\n")
            // They lead round and round, and end the walk nevertheless.
            .link("docs/self", ".")
            .link("docs/above", "..")
            .link("alias", "docs")
            .config("columns = false")
            .start();
        for name in ["docs", "alias"] {
            let menu = gateway.menu(format!("/{name}/"));
            assert_eq!(texts(&menu), ["The documents", "sub", "a.txt"], "{name}");
            assert_eq!(menu[2].selector, format!("/{name}/a.txt").as_bytes());
            assert_eq!(gateway.get(&menu[2].selector), b"a\n");
            assert_eq!(texts(&gateway.menu(&menu[1].selector)), ["Below"], "{name}");
        }
    }
}
