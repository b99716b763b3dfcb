//! What the client reads when the server says no.

use super::*;

const DENIED: &str = "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a";

#[test]
fn a_refused_file_is_tried_as_a_directory_and_reported_as_the_file() {
    let cases = [
        ("550 No such file", "refused: 550 No such file", true),
        (
            "550-No\r\n550 Permission denied",
            "refused: 550 Permission denied",
            true,
        ),
        (
            "553 Name not allowed",
            "refused: 553 Name not allowed",
            true,
        ),
        ("450 Busy file", "cannot do it now: 450 Busy file", true),
        ("451 Disk", "cannot do it now: 451 Disk", true),
        ("452 Full", "cannot do it now: 452 Full", false),
    ];
    each(&cases, |(reply, text, directory), window| {
        let line = format!("{reply}\r\n").into_bytes();
        let case = Case::new(archive().vice(Vice::Reply("RETR", line)), window);
        assert_eq!(case.error("pub/a"), format!("the FTP server SERVER {text}"));
        let cwd = if *directory { "|CWD pub/a" } else { "" };
        case.saw(&[&format!("{DENIED}{cwd}")]);
    });
}

#[test]
fn a_file_that_the_url_calls_one_is_tried_as_nothing_else() {
    both(|window| {
        let case = Case::new(archive(), window);
        let addr = case.server.addr();
        let answer = case
            .gateway
            .get(format!("/ftp://{addr}/pub/missing;type=i"));
        let text = error_text(&answer).replace(&addr.to_string(), "SERVER");
        assert_eq!(
            text,
            "the FTP server SERVER refused: 550 Failed to open file"
        );
        case.saw(&["LOGIN|PASV|TYPE I|SIZE pub/missing|MDTM pub/missing|RETR pub/missing"]);
    });
}

#[test]
fn a_refused_directory_is_reported_in_the_servers_words() {
    let cases = [
        ("550 No such directory", "refused: 550 No such directory"),
        ("530 Log in first", "refused: 530 Log in first"),
        ("450 Not mounted", "cannot do it now: 450 Not mounted"),
        ("425 Later", "cannot do it now: 425 Later"),
    ];
    each(&cases, |(reply, text), window| {
        let line = format!("{reply}\r\n").into_bytes();
        let case = Case::new(archive().vice(Vice::Reply("CWD", line)), window);
        assert_eq!(case.error("pub/"), format!("the FTP server SERVER {text}"));
        case.saw(&["LOGIN|CWD pub"]);
    });
}

#[test]
fn a_refused_listing_is_asked_for_in_each_form_and_reported() {
    let cases = [
        ("550 Permission denied", "refused: 550 Permission denied"),
        ("451 Disk", "cannot do it now: 451 Disk"),
        ("502 No", "refused: 502 No"),
    ];
    each(&cases, |(reply, text), window| {
        let line = format!("{reply}\r\n").into_bytes();
        let builder = ["MLSD", "LIST", "NLST"]
            .into_iter()
            .fold(archive(), |builder, command| {
                builder.vice(Vice::Reply(command, line.clone()))
            });
        let case = Case::new(builder, window);
        assert_eq!(case.error("pub/"), format!("the FTP server SERVER {text}"));
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|PASV|NLST"]);
    });
}

#[test]
fn the_servers_words_cannot_add_lines_to_a_menu() {
    both(|window| {
        for (words, shown) in [
            (&b"\xe2\x80\xae"[..], "\\u{202e}"),
            (b"\xff\x9b", "\u{ff}\u{203a}"),
        ] {
            let line = [b"550 no\t/evil\thost\t70\r1click\x1b[0m ", words, b"\r\n"].concat();
            let case = Case::new(archive().vice(Vice::Reply("CWD", line)), window);
            let begun = "550 no\\u{9}/evil\\u{9}host\\u{9}70\\u{d}1click\\u{1b}[0m";
            assert_eq!(
                case.error("pub/"),
                format!("the FTP server SERVER refused: {begun} {shown}")
            );
            case.saw(&["LOGIN|CWD pub"]);
        }
    });
}

/// Where a listing ends that this command answers.
const MLSD: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD";
const LIST: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST";
const NLST: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST";

#[test]
fn no_files_found_is_an_empty_menu() {
    let cases = [
        (vec![], "MLSD", "450 No files found", MLSD),
        (vec![Vice::NoMlsd], "LIST", "450 No files found", LIST),
        (vec![Vice::NlstOnly], "NLST", "450 No files found", NLST),
        (vec![Vice::NlstOnly], "NLST", "550 No files found", NLST),
    ];
    each(&cases, |(vices, command, reply, sent), window| {
        let builder = vices.iter().cloned().fold(archive(), Builder::vice);
        let line = format!("{reply}\r\n").into_bytes();
        let case = Case::new(builder.vice(Vice::Reply(command, line)), window);
        assert_eq!(case.menu("pub/"), [], "{command} {reply}");
        case.saw(&[&format!("{sent}|QUIT")]);
    });
}

#[test]
fn a_450_with_a_reason_leads_to_the_next_form_and_at_last_to_an_error() {
    let denied = |command| Vice::Reply(command, b"450 .: Permission denied\r\n".to_vec());
    both(|window| {
        let case = Case::new(archive().vice(denied("MLSD")), window);
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&[&format!("{MLSD}|PASV|LIST|QUIT")]);
        let builder = archive().vice(denied("MLSD")).vice(denied("LIST"));
        let case = Case::new(builder, window);
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&[&format!("{MLSD}|PASV|LIST|PASV|NLST|QUIT")]);
        let builder = ["MLSD", "LIST", "NLST"]
            .map(denied)
            .into_iter()
            .fold(archive(), Builder::vice);
        let case = Case::new(builder, window);
        assert_eq!(
            case.error("pub/"),
            "the FTP server SERVER cannot do it now: 450 .: Permission denied"
        );
        case.saw(&[&format!("{MLSD}|PASV|LIST|PASV|NLST")]);
    });
}

#[test]
fn a_type_that_is_refused_is_an_error_unless_a_size_vouches_for_the_bytes() {
    let refused = |reply: &str| Vice::Reply("TYPE", format!("{reply}\r\n").into_bytes());
    both(|window| {
        let builder = archive()
            .vice(refused("504 No binary here"))
            .vice(Vice::NoSize);
        let case = Case::new(builder, window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused: 504 No binary here"
        );
        case.saw(&[DENIED]);
        let case = Case::new(archive().vice(refused("504 No binary here")), window);
        assert_eq!(case.get("pub/a"), BODY);
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&[FILE, DIRECTORY]);
        for vice in [Vice::ShortData(8), Vice::Size(10)] {
            let builder = archive().vice(refused("504 No")).vice(vice);
            let case = Case::new(builder, window);
            case.cut("pub/a", BODY);
            case.saw(&[DENIED]);
        }
    });
    each(&["500 What?", "502 No TYPE"], |reply, window| {
        let case = Case::new(archive().vice(refused(reply)).vice(Vice::NoSize), window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[FILE]);
    });
}
