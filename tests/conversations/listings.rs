//! Names that would break a menu if they could.

use super::*;

/// The items of a listing of these bytes, without its info lines, and the number of those.
fn listed(window: usize, vices: &[Vice], text: &[u8]) -> (Vec<Item>, Vec<String>) {
    let builder = vices.iter().cloned().fold(archive(), Builder::vice);
    let case = Case::new(builder.vice(Vice::ListingText(text.to_vec())), window);
    let (infos, entries): (Vec<Item>, Vec<Item>) = case
        .menu("pub/")
        .into_iter()
        .partition(|item| item.kind == 'i');
    let here = case.gateway.addr();
    for item in &entries {
        assert_eq!(
            (item.host.as_slice(), item.port),
            (here.ip().to_string().as_bytes(), here.port()),
            "an item that points elsewhere"
        );
        let below = format!("/ftp/{}/pub/", case.server.addr());
        assert!(item.selector.starts_with(below.as_bytes()), "{item:?}");
        let clean = |byte: &u8| byte.is_ascii_graphic();
        assert!(item.selector.iter().all(clean), "{item:?}");
        assert!(!item.display.iter().any(u8::is_ascii_control), "{item:?}");
    }
    let infos = infos.iter().map(Item::text).collect();
    (entries, infos)
}

const HOSTILE: [&[u8]; 6] = [
    b"a\tb\t/evil\tevil.example\t70",
    b"a\r1evil\t/evil\tevil.example\t70",
    b"esc\x1b]0;title\x07\x1b[2J",
    b"del\x7f\x80\x9b\xff",
    b"..\\..\\x",
    b" \xe2\x80\xaegnp.exe",
];

#[test]
fn a_name_can_be_no_second_item() {
    let head = |form: &str| match form {
        "MLSD" => "type=file;size=1;modify=20240102030405; ",
        "LIST" => "-rw-r--r--   1 ftp      ftp             1 Jan 02  2024 ",
        _ => "",
    };
    let forms = [
        ("MLSD", vec![]),
        ("LIST", vec![Vice::NoMlsd]),
        ("NLST", vec![Vice::NlstOnly]),
    ];
    each(&forms, |(form, vices), window| {
        for name in HOSTILE {
            let line = [head(form).as_bytes(), name, b"\r\n"].concat();
            let (entries, infos) = listed(window, vices, &line);
            let shown = name.escape_ascii().to_string();
            assert_eq!(
                entries.len() + infos.len(),
                1,
                "{form} {shown}: {entries:?} {infos:?}"
            );
            let left_out = "(one name here that no client could ask for is left out)";
            assert!(infos.iter().all(|info| info == left_out), "{infos:?}");
        }
    });
}

#[test]
fn a_name_with_a_line_feed_is_two_lines_of_the_listing_and_no_more() {
    both(|window| {
        let text = b"type=file;size=1; a\n1evil\t/x\tevil.example\t70\r\ntype=file; b\r\n";
        let (entries, _) = listed(window, &[], text);
        let names: Vec<_> = entries.iter().map(|item| item.text()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    });
}

#[test]
fn a_name_of_another_directory_is_no_entry() {
    both(|window| {
        let text = b"type=file; ../../etc/passwd\r\ntype=dir; ..\r\ntype=dir; .\r\n\
                     type=file; /etc/passwd\r\ntype=file; \r\ntype=file; kept\r\n";
        let (entries, infos) = listed(window, &[], text);
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert!(entries[0].selector.ends_with(b"/pub/kept"));
        assert_eq!(
            infos,
            ["(3 names here that no client could ask for are left out)"]
        );
    });
}

#[test]
fn any_byte_of_a_name_comes_back_to_the_server() {
    let name: Vec<u8> = (1..=255)
        .filter(|byte| !matches!(byte, b'\r' | b'\n' | b'/' | 0xFF))
        .collect();
    both(|window| {
        let path = [b"/pub/".as_slice(), &name].concat();
        let case = Case::new(Ftpd::builder().file(&path, "found"), window);
        let menu = case.menu("pub/");
        assert_eq!(menu.len(), 1, "{menu:?}");
        assert_eq!(case.gateway.get(&menu[0].selector), b"found");
        assert_eq!(case.server.sessions(), 2);
    });
}

#[test]
fn a_line_at_the_bound_is_an_entry_and_one_past_it_is_left_out() {
    both(|window| {
        let line = |length: usize| {
            let mut line = b"type=file; ".to_vec();
            line.resize(length, b'x');
            line.extend_from_slice(b"\r\ntype=file; kept\r\n");
            line
        };
        for length in [200, 4096, 4097, 100_000] {
            let (entries, infos) = listed(window, &[], &line(length));
            assert_eq!(entries.len() + infos.len(), 2, "{length}");
            assert_eq!(entries.len(), if length > 200 { 1 } else { 2 }, "{length}");
        }
    });
}
