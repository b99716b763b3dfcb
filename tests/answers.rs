//! What answers look like: text, menus, Gopher+, `caps.txt`.

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

use ftpd::Ftpd;
use gateway::{Gateway, Setup};

/// An FTP server, and a gateway in each text mode, all of which have `a.txt` and `a.bin` with this
/// text.
fn both_text_modes(text: &[u8]) -> (Ftpd, Gateway, Gateway) {
    let server = Ftpd::builder()
        .file(b"/a.txt", text)
        .file(b"/a.bin", text)
        .start();
    let setup = |config: &str| {
        let map = format!("0a\ta.txt\n9b\ta.bin\n1ftp\tftp://{}/\n", server.addr());
        Setup::map(map)
            .file("a.txt", text)
            .file("a.bin", text)
            .config(config)
            .start()
    };
    let (raw, period) = (setup(""), setup("text = \"rfc1436\""));
    (server, raw, period)
}

#[test]
fn text_goes_out_byte_for_byte_and_as_rfc_1436_has_it_where_that_is_asked_for() {
    let text = b".\n..two\r\nthree\n\xff\x00 no end";
    let encoded = b"..\r\n...two\r\nthree\r\n\xff\x00 no end\r\n.\r\n";
    let (server, raw, period) = both_text_modes(text);
    let addr = server.addr();
    for base in ["/".to_owned(), format!("/ftp/{addr}/")] {
        assert_eq!(raw.get(format!("{base}a.txt")), text);
        assert_eq!(raw.get(format!("{base}a.bin")), text);
        assert_eq!(period.get(format!("{base}a.txt")), encoded);
        assert_eq!(period.get(format!("{base}a.bin")), text);
    }
}

#[test]
fn the_root_menu_is_one_in_gopher_plus_too() {
    let gateway = Setup::map("hello\n0a\ta.txt\n")
        .file("a.txt", "body\n")
        .start();
    let port = gateway.addr().port();
    let item = format!("0a\t/a.txt\t127.0.0.1\t{port}\r\n");
    let plain = format!("ihello\t\terror.host\t1\r\n{item}.\r\n");
    assert_eq!(gateway.exchange(b"\r\n").unwrap(), plain.as_bytes());
    let plus = format!("+-1\r\n+INFO: ihello\t\terror.host\t1\r\n+INFO: {item}.\r\n");
    assert_eq!(gateway.exchange(b"\t$\r\n").unwrap(), plus.as_bytes());
    assert_eq!(
        gateway.exchange(b"/a.txt\t+\r\n").unwrap(),
        b"+-2\r\nbody\n"
    );
    let attributes = "--1\r\n1 this server keeps no Gopher+ attributes of single items\r\n.\r\n";
    assert_eq!(
        gateway.exchange(b"/a.txt\t!\r\n").unwrap(),
        attributes.as_bytes()
    );
    let nothing = "--1\r\n1 there is nothing under this selector\r\n.\r\n";
    assert_eq!(gateway.exchange(b"/x\t+\r\n").unwrap(), nothing.as_bytes());
}

#[test]
fn a_directory_is_a_menu_in_gopher_plus_too() {
    let server = Ftpd::builder().file(b"/a.txt", "body\n").start();
    let gateway = Setup::linking(server.addr())
        .config("columns = false")
        .start();
    let base = format!("/ftp/{}/", server.addr());
    let plus = gateway
        .exchange(format!("{base}\t$\r\n").as_bytes())
        .unwrap();
    let port = gateway.addr().port();
    let menu = format!("+-1\r\n+INFO: 0a.txt\t{base}a.txt\t127.0.0.1\t{port}\r\n.\r\n");
    assert_eq!(plus, menu.as_bytes());
    let file = gateway
        .exchange(format!("{base}a.txt\t+\r\n").as_bytes())
        .unwrap();
    assert_eq!(file, b"+-2\r\nbody\n");
}

#[test]
fn menus_say_where_we_are() {
    let here = |gateway: &Gateway| {
        let item = gateway.menu("").remove(0);
        (String::from_utf8(item.host).unwrap(), item.port)
    };
    let setup = || Setup::map("0a\ta.txt\n");
    let reached = setup().start();
    assert_eq!(
        here(&reached),
        ("127.0.0.1".to_owned(), reached.addr().port())
    );
    let named = setup()
        .config("hostname = \"gopher.example.org\"\nport = 70")
        .start();
    assert_eq!(here(&named), ("gopher.example.org".to_owned(), 70));
    let told = setup()
        .config("hostname = \"a.example\"")
        .arg("--hostname=b.example")
        .start();
    assert_eq!(here(&told), ("b.example".to_owned(), told.addr().port()));
    let elsewhere = Setup::map("1x\t/x\tother.example\t7070\n")
        .arg("--hostname=b.example")
        .start();
    assert_eq!(here(&elsewhere), ("other.example".to_owned(), 7070));
}

#[test]
fn a_directory_menu_has_types_sizes_and_dates_within_eighty_columns() {
    let server = Ftpd::builder()
        .dir(b"/d")
        .file(b"/README", "12345")
        .file(b"/a.tar.gz", vec![0; 1434])
        .file(b"/b.iso", vec![0; 100])
        .file(b"/c.GIF", "")
        .file(b"/d.png", "")
        .file(b"/e.mp3", "")
        .file(b"/f.html", "")
        .file(b"/g.pdf", "")
        .file(b"/h.hqx", "")
        .file(&[b'l'; 100], "")
        .start();
    let setup = || Setup::linking(server.addr());
    let base = format!("/ftp/{}/", server.addr());
    let wide = setup().start();
    let menu = wide.menu(&base);
    let kinds: String = menu.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, "059g1Ish940");
    // Clients put a number before it and a mark behind it.
    assert!(menu.iter().all(|item| item.display.len() <= 70));
    let (long, short) = menu.split_last().unwrap();
    assert!(long.text().starts_with("llllllllllllllllllllllll"));
    let width = short[0].display.len();
    for item in short {
        let text = item.text();
        assert!(
            text.len() == width && text.ends_with("  2024-01-02"),
            "{text}"
        );
    }
    let blanks = |name: &str, size: &str| {
        let rest = name.len() + size.len() + "  2024-01-02".len();
        format!("{name}{}{size}  2024-01-02", " ".repeat(width - rest))
    };
    assert_eq!(short[0].text(), blanks("README", "5"));
    assert_eq!(short[1].text(), blanks("a.tar.gz", "1.4K"));
    assert_eq!(short[4].text(), blanks("d", ""));
    let narrow = setup()
        .config("columns = false\n[types]\npdf = \"d\"\n\".iso\" = \"5\"")
        .start();
    let menu = narrow.menu(&base);
    assert_eq!(menu[0].text(), "README");
    let kind = |name: &str| {
        menu.iter()
            .find(|item| item.display == name.as_bytes())
            .map(|item| item.kind)
    };
    assert_eq!(
        (kind("g.pdf"), kind("b.iso"), kind("d")),
        (Some('d'), Some('5'), Some('1'))
    );
    assert_eq!(menu.len(), 11);
}

#[test]
fn caps_txt_is_served_unless_the_owner_has_one() {
    let text = String::from_utf8(Setup::map("").start().get("/caps.txt")).unwrap();
    assert!(text.starts_with("CAPS\n\nCapsVersion=1\n"), "{text}");
    assert!(text.contains("\nPathDelimeter=/\n") && text.contains("\nServerSoftware=gophergate\n"));
    let own = Setup::map("0caps\tcaps.txt\n")
        .file("caps.txt", "CAPS mine\n")
        .start();
    assert_eq!(own.get("caps.txt"), b"CAPS mine\n");
}

#[test]
fn gopher_plus_says_of_a_text_file_how_it_ends() {
    let text = b".\nbody\n";
    let (server, raw, period) = both_text_modes(text);
    let addr = server.addr();
    let plus = |gateway: &Gateway, selector: &str| {
        let answer = gateway.exchange(format!("{selector}\t+\r\n").as_bytes());
        String::from_utf8(answer.unwrap()).unwrap()
    };
    for base in ["/".to_owned(), format!("/ftp/{addr}/")] {
        let file = |name: &str| format!("{base}{name}");
        assert_eq!(plus(&raw, &file("a.txt")), "+-2\r\n.\nbody\n");
        assert_eq!(plus(&raw, &file("a.bin")), "+-2\r\n.\nbody\n");
        assert_eq!(plus(&period, &file("a.txt")), "+-1\r\n..\r\nbody\r\n.\r\n");
        assert_eq!(plus(&period, &file("a.bin")), "+-2\r\n.\nbody\n");
        assert_eq!(period.get(file("a.txt")), b"..\r\nbody\r\n.\r\n");
    }
    // What is made here is sent as it is, whatever the mode.
    assert!(plus(&period, "/caps.txt").starts_with("+-2\r\nCAPS\n"));
}
