//! Greetings and logins.

use std::net::SocketAddr;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

use super::*;

/// Most lines of the server's words that are passed on.
const MAX_MESSAGE_LINES: usize = 200;

const TRANSFER: &str = "PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT";

#[test]
fn a_server_that_wants_no_password_gets_none_in_lock_step() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::LoginWithoutPassword), window);
        assert_eq!(case.get("pub/a"), BODY);
        let login = if window == 1 { "USER anonymous" } else { LOGIN };
        case.saw(&[&format!("{login}|{TRANSFER}")]);
    });
}

#[test]
fn a_greeting_of_230_is_a_login() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::GreetingWith230), window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[TRANSFER]);
    });
}

#[test]
fn each_refusal_of_a_login_says_what_it_is() {
    let server = "the FTP server SERVER";
    let cases = [
        (
            Vice::LoginRefused,
            "PASS",
            "refused the login: 530 Login incorrect",
        ),
        (
            Vice::NeedAccount,
            "PASS",
            "asks for an account: 332 Need account for login",
        ),
        (
            Vice::NonsenseGreeting,
            "greeting",
            "does not speak FTP: \"SSH-2.0-x\" where a reply code was due",
        ),
        (
            Vice::CloseAtGreeting,
            "greeting",
            "closed the connection instead of answering the greeting",
        ),
        (
            Vice::Reply("USER", b"530 Anonymous? No.\r\n".to_vec()),
            "USER",
            "refused the login: 530 Anonymous? No.",
        ),
        (
            Vice::Reply("USER", b"332 Account?\r\n".to_vec()),
            "USER",
            "asks for an account: 332 Account?",
        ),
    ];
    each(&cases, |(vice, command, text), window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.error("pub/a"), format!("{server} {text}"));
        let sent = match *command {
            "greeting" => String::new(),
            command => until(FILE_FLIGHTS, command, window),
        };
        case.saw(&[&sent]);
    });
}

#[test]
fn an_absent_server_is_an_error_and_not_the_end() {
    both(|window| {
        // A port that is taken, so that nobody else gets it, and on which nobody listens.
        let port = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        bind(&port, &any).unwrap();
        let addr = SocketAddr::try_from(getsockname(&port).unwrap()).unwrap();
        let gateway = Setup::linking(addr)
            .config(&format!("window = {window}"))
            .start();
        for _ in 0..3 {
            assert_eq!(
                error_text(&gateway.get(format!("/ftp/{addr}/pub/a"))),
                format!("no connection to the FTP server {addr}: connection refused")
            );
        }
        assert_eq!(gateway.menu("")[0].text(), "archive");
    });
}

#[test]
fn a_message_to_visitors_becomes_info_lines_and_loses_what_could_harm() {
    both(|window| {
        let lines = vec!["Be kind", "red \x1b[31m and\ttab", "caf\u{e9}", ""];
        let case = Case::new(archive().vice(Vice::MessageOf230(lines)), window);
        let menu = case.menu("pub/");
        let infos: Vec<String> = menu
            .iter()
            .filter(|item| item.kind == 'i')
            .map(Item::text)
            .collect();
        assert_eq!(infos, ["Be kind", "red [31m and tab", "caf\u{e9}", ""]);
        assert_eq!(menu.len(), infos.len() + 2);
        case.saw(&[DIRECTORY]);
    });
}

#[test]
fn a_silent_server_costs_one_deadline() {
    both(|window| {
        let case = Case::with_config(archive().vice(Vice::Silent), window, HASTE);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER let 1 s pass without a greeting"
        );
        case.saw(&[""]);
    });
}

#[test]
fn a_server_that_says_120_for_ever_is_left() {
    both(|window| {
        let greeting = b"120 soon\r\n".repeat(7);
        let case = Case::new(archive().vice(Vice::GreetingText(greeting)), window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER gave a senseless answer to the greeting: 120 soon"
        );
        case.saw(&[""]);
    });
}

/// The info lines of a menu.
fn words(case: &Case) -> Vec<String> {
    let menu = case.menu("pub/");
    let infos = menu.iter().filter(|item| item.kind == 'i');
    infos.map(Item::text).collect()
}

#[test]
fn words_to_visitors_are_bounded() {
    for (lines, ends) in [(MAX_MESSAGE_LINES, true), (MAX_MESSAGE_LINES + 1, false)] {
        both(|window| {
            let mut said = vec!["word"; lines - 1];
            said.push("end");
            let case = Case::new(archive().vice(Vice::MessageOf230(said)), window);
            let words = words(&case);
            assert_eq!(words.len(), MAX_MESSAGE_LINES);
            assert_eq!(words.last().unwrap() == "end", ends);
            case.saw(&[DIRECTORY]);
        });
    }
}

#[test]
fn long_words_in_cyrillic_are_cut_between_two_letters() {
    const LETTER: &str = "\u{436}";
    both(|window| {
        let seventy = LETTER.repeat(70);
        let said = [
            seventy.clone(),
            format!("{seventy}!"),
            format!("!{seventy}"),
        ];
        let said = said.map(|line| &*line.leak()).to_vec();
        let aside = format!("250-a{}\r\n", LETTER.repeat(100)).into_bytes();
        let builder = archive().vice(Vice::MessageOf230(said));
        let case = Case::new(builder.vice(Vice::Ahead("CWD", aside)), window);
        let expected = [
            seventy,
            format!("{}~", LETTER.repeat(69)),
            format!("!{}~", LETTER.repeat(68)),
            format!("a{}~", LETTER.repeat(68)),
        ];
        assert_eq!(words(&case), expected);
        case.saw(&[DIRECTORY]);
    });
}
