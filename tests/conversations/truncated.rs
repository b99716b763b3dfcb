//! Transfers that break off: a truncated file never looks whole, nor does a truncated menu.

use super::*;

const NO_QUIT: &str = "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a";

#[test]
fn a_file_that_is_not_whole_ends_in_a_reset() {
    let cases = [
        (Vice::ShortData(1), 1),
        (Vice::ShortData(8), 8),
        (Vice::Size(10), 9),
        (Vice::Size(8), 9),
        (Vice::MissingFinal, 9),
        (Vice::StallAfter(3), 3),
    ];
    each(&cases, |(vice, most), window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, HASTE);
        case.cut("pub/a", &BODY[..*most]);
        case.saw(&[NO_QUIT]);
    });
}

/// What a server says instead of its 226, and what a client may read of that.
const LAST_WORDS: [(Option<&str>, &str); 7] = [
    (
        Some("426 Transfer aborted"),
        "broke off: 426 Transfer aborted",
    ),
    (Some("451 Disk"), "cannot do it now: 451 Disk"),
    (Some("550 Really?"), "refused: 550 Really?"),
    (
        Some("421 Shutting down"),
        "is busy, try again later: 421 Shutting down",
    ),
    (
        Some("what"),
        "does not speak FTP: \"what\" where a reply code was due",
    ),
    (
        Some("226 \0"),
        "does not speak FTP: a reply with a NUL in it",
    ),
    (None, "closed the connection instead of answering RETR"),
];

fn last_words(words: Option<&'static str>) -> Vice {
    words.map_or(Vice::CloseControlAfterData, Vice::FinalReply)
}

/// These few bytes may be there after the last word only: then nothing was passed on of them, and
/// the word can be.
#[test]
fn a_small_file_that_is_not_whole_ends_in_a_reset_or_never_begins() {
    each(&LAST_WORDS, |(words, text), window| {
        let builder = archive().vice(last_words(*words));
        let case = Case::with_config(builder, window, "seconds.busy = 0");
        match case.ask("pub/a") {
            Err(part) => assert!(BODY.starts_with(&part)),
            Ok(item) => {
                let said = error_text(&item).replace(&case.server.addr().to_string(), "SERVER");
                let broke = format!("broke off: {}", words.unwrap_or_default());
                let texts = [*text, &broke].map(|text| format!("the FTP server SERVER {text}"));
                assert!(texts.contains(&said), "{said}");
            }
        }
        assert_eq!(case.server.sessions(), 1);
        let sent = case.server.transcript(0).join("|").replace(LOGIN, "LOGIN");
        assert!(sent.trim_end_matches("|CWD pub/a") == NO_QUIT, "{sent}");
    });
}

/// More than all the buffers on the way hold.
const MUCH: usize = 16 << 20;

#[test]
fn a_large_file_that_is_not_whole_ends_in_a_reset_whatever_the_server_says() {
    let body = vec![b'x'; MUCH];
    for (words, _) in LAST_WORDS {
        let builder = Ftpd::builder().file(b"/pub/a", body.clone());
        let case = Case::new(builder.vice(last_words(words)), 8);
        assert!(case.cut("pub/a", &body) > 0);
        case.saw(&[NO_QUIT]);
    }
}

#[test]
fn a_data_connection_that_is_reset_is_no_end() {
    let body = vec![b'x'; MUCH];
    each(&[MUCH - 1], |length, window| {
        let builder = Ftpd::builder().file(b"/pub/a", body.clone());
        let case = Case::new(builder.vice(Vice::DataReset(*length)), window);
        assert!(case.cut("pub/a", &body) < MUCH);
        case.saw(&[NO_QUIT]);
    });
}

#[test]
fn a_file_of_which_nothing_came_is_an_error_item() {
    let cases = [
        (Vice::ShortData(0), "sent 0 of 9 bytes"),
        (
            Vice::StallAfter(0),
            "let 1 s pass without sending more data",
        ),
    ];
    each(&cases, |(vice, text), window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, HASTE);
        assert_eq!(case.error("pub/a"), format!("the FTP server SERVER {text}"));
        case.saw(&[NO_QUIT]);
    });
}

#[test]
fn an_empty_file_that_the_server_takes_back_is_an_error_item() {
    both(|window| {
        let builder = Ftpd::builder()
            .file(b"/pub/a", "")
            .vice(Vice::FinalReply("426 Transfer aborted"));
        let case = Case::new(builder, window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER broke off: 426 Transfer aborted"
        );
        case.saw(&[NO_QUIT]);
    });
}

#[test]
fn a_large_file_that_is_cut_late_ends_in_a_reset() {
    let body = vec![b'x'; 1_000_000];
    each(&[999_999, 65_536], |length, window| {
        let builder = Ftpd::builder()
            .file(b"/pub/a", body.clone())
            .vice(Vice::ShortData(*length));
        let case = Case::new(builder, window);
        case.cut("pub/a", &body[..*length]);
        case.saw(&[NO_QUIT]);
    });
}

#[test]
fn without_any_size_the_servers_word_is_all_there_is() {
    both(|window| {
        let builder = archive().vice(Vice::NoSize).vice(Vice::ShortData(4));
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), &BODY[..4]);
        case.saw(&[FILE]);
    });
}

/// A menu that ends with this item, after at least one entry.
#[track_caller]
fn broken_menu(case: &Case, text: &str) {
    let menu = case.menu("pub/");
    let (last, rest) = menu.split_last().unwrap();
    assert!(!rest.is_empty(), "{}", last.text());
    assert_eq!((last.kind, last.host.as_slice()), ('3', &b"error.host"[..]));
    let said = last
        .text()
        .replace(&case.server.addr().to_string(), "SERVER");
    assert_eq!(
        said,
        format!("This menu is not complete: the FTP server SERVER {text}")
    );
}

#[test]
fn a_menu_that_breaks_off_says_so_in_its_last_item() {
    let cases = [
        (Vice::MissingFinal, "let 1 s pass without a reply to MLSD"),
        (
            Vice::StallAfter(200),
            "let 1 s pass without sending more data",
        ),
    ];
    each(&cases, |(vice, text), window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, HASTE);
        broken_menu(&case, text);
        case.saw(&[DIRECTORY.trim_end_matches("|QUIT")]);
    });
}

#[test]
fn a_long_menu_that_breaks_off_tells_the_servers_last_word() {
    let noise = format!("type=cdir; {}\r\n", "x".repeat(4000));
    let listing = format!("type=file; a\r\n{}", noise.repeat(3500)).into_bytes();
    for (words, text) in LAST_WORDS {
        let builder = archive()
            .vice(Vice::ListingText(listing.clone()))
            .vice(last_words(words));
        let case = Case::new(builder, 8);
        match words {
            Some(words) if text.ends_with(words) && !words.starts_with("421") => {
                broken_menu(&case, &format!("broke off: {words}"));
            }
            _ => broken_menu(&case, &text.replace("RETR", "MLSD")),
        }
        case.saw(&[DIRECTORY.trim_end_matches("|QUIT")]);
    }
}
