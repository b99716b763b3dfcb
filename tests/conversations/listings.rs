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

/// The names and the info lines of a LIST of these bytes.
fn list(window: usize, text: &[u8]) -> (Vec<String>, Vec<String>) {
    let (entries, infos) = listed(window, &[Vice::NoMlsd], text);
    (entries.iter().map(Item::text).collect(), infos)
}

const LINE: &str = "-rw-r--r--   1 ftp      ftp             1 Jan 02  2024 kept\r\n";

#[test]
fn an_error_message_for_a_listing_is_shown_and_is_no_empty_directory() {
    both(|window| {
        let (names, infos) = list(window, b"ls: .: Permission denied\r\n");
        let told = [
            "(one line here was not understood:)",
            "ls: .: Permission denied",
        ];
        assert_eq!((names, infos), (vec![], told.map(str::to_owned).to_vec()));
        let (entries, infos) = listed(window, &[Vice::NlstOnly], b"ls: .: Permission denied\r\n");
        assert_eq!((entries, infos), (vec![], told.map(str::to_owned).to_vec()));
        let (_, infos) = list(window, b"ls: .: \x1b[2J\tno\r\n? what\r\n");
        let told = [
            "(2 lines here were not understood, as this one:)",
            "ls: .: [2J no",
        ];
        assert_eq!(infos, told);
    });
}

#[test]
fn a_line_that_is_not_understood_stands_below_those_that_are() {
    both(|window| {
        let text = format!("{LINE}what is this?\r\n{LINE}");
        let (names, infos) = list(window, text.as_bytes());
        assert_eq!(names.len(), 2, "{names:?}");
        let told = ["(one line here was not understood:)", "what is this?"];
        assert_eq!(infos, told);
        let long = format!("what {}?\r\n", "\u{436}".repeat(100));
        let (_, infos) = list(window, long.as_bytes());
        assert_eq!(infos[1], format!("what {}~", "\u{436}".repeat(64)));
    });
}

#[test]
fn what_every_listing_has_is_no_riddle() {
    let dots = LINE.replace("kept", ".") + &LINE.replace("kept", "..").replace("-rw", "drw");
    let heads = [
        "total 12",
        "insgesamt 12",
        "\u{438}\u{442}\u{43e}\u{433}\u{43e} 12",
        "total 1.5M",
        "",
        " \t",
        "\r",
    ];
    each(&heads, |head, window| {
        let (names, infos) = list(window, format!("{head}\r\n{dots}{LINE}\r\n").as_bytes());
        assert_eq!((names.len(), infos), (1, vec![]), "{head:?}");
    });
    both(|window| {
        let (entries, infos) = listed(window, &[Vice::NlstOnly], b".\r\n..\r\n\r\nkept\r\n");
        assert_eq!((entries.len(), infos), (1, vec![]));
        let (entries, infos) = listed(window, &[], b"type=cdir; .\r\ntype=pdir; ..\r\n\r\n");
        assert_eq!((entries, infos), (vec![], vec![]));
    });
}
