//! Servers that close, fall silent, talk nonsense or talk for ever, at each of the commands.

use super::*;
use crate::support::ftpd::GREETING;

/// Every command of a file and of a directory, with the path to ask for.
const COMMANDS: [(&str, &str, &str); 10] = [
    ("USER", "pub/a", FILE_FLIGHTS),
    ("PASS", "pub/a", FILE_FLIGHTS),
    ("PASV", "pub/a", FILE_FLIGHTS),
    ("TYPE", "pub/a", FILE_FLIGHTS),
    ("SIZE", "pub/a", FILE_FLIGHTS),
    ("MDTM", "pub/a", FILE_FLIGHTS),
    ("RETR", "pub/a", FILE_FLIGHTS),
    ("CWD", "pub/", DIRECTORY_FLIGHTS),
    ("FEAT", "pub/", DIRECTORY_FLIGHTS),
    ("MLSD", "pub/", DIRECTORY_FLIGHTS),
];

/// Each command in each window meets a vice, which ends the fetch with this text.
fn meets(
    config: &str,
    vice: impl Fn(&'static str) -> Vice + Sync,
    text: impl Fn(&str) -> String + Sync,
) {
    each(&COMMANDS, |(command, path, flights), window| {
        let case = Case::with_config(archive().vice(vice(command)), window, config);
        assert_eq!(
            case.error(path),
            format!("the FTP server SERVER {}", text(command)),
            "{command}"
        );
        let mut sent = until(flights, command, window);
        // In a flight the vice may come in one read with the 227, and RETR is not sent then.
        if case.server.transcript(0).len() + 1 == sent.split('|').count() {
            sent = sent.trim_end_matches("|RETR pub/a").to_owned();
        }
        case.saw(&[&sent]);
    });
}

#[test]
fn a_server_that_closes_is_reported_with_what_it_left_unanswered() {
    meets("", Vice::CloseAt, |command| {
        format!("closed the connection instead of answering {command}")
    });
}

#[test]
fn a_server_that_falls_silent_costs_one_deadline() {
    meets(HASTE, Vice::SilentAt, |command| {
        let unnamed = matches!(command, "TYPE" | "SIZE" | "MDTM" | "FEAT");
        let reply = if unnamed {
            "a reply".to_owned()
        } else {
            format!("a reply to {command}")
        };
        format!("let 1 s pass without {reply}")
    });
}

#[test]
fn nonsense_is_shown_cleaned() {
    meets(
        "",
        |command| Vice::Reply(command, b"\x1b[2Jw\that\r\n".to_vec()),
        |_| "does not speak FTP: \"\\u{1b}[2Jw\\u{9}hat\" where a reply code was due".into(),
    );
}

#[test]
fn a_code_that_ftp_has_not_is_nonsense() {
    meets(
        "",
        |command| Vice::Reply(command, b"999 what\r\n".to_vec()),
        |_| "does not speak FTP: \"999 what\" where a reply code was due".into(),
    );
}

#[test]
fn a_nul_in_a_reply_is_refused() {
    meets("", Vice::NulInReply, |_| {
        "does not speak FTP: a reply with a NUL in it".into()
    });
}

#[test]
fn an_endless_line_is_cut() {
    meets("", Vice::EndlessLine, |_| {
        "does not speak FTP: a reply line longer than 8192 bytes".into()
    });
}

#[test]
fn an_endless_reply_is_cut() {
    meets("", Vice::EndlessReply, |_| {
        "does not speak FTP: a reply that does not end".into()
    });
}

#[test]
fn the_greeting_may_be_as_bad_as_any_reply() {
    let cases = [
        (
            Vice::EndlessLine(GREETING),
            "does not speak FTP: a reply line longer than 8192 bytes",
        ),
        (
            Vice::EndlessReply(GREETING),
            "does not speak FTP: a reply that does not end",
        ),
        (
            Vice::GreetingText(b"220 a\0b\r\n".to_vec()),
            "does not speak FTP: a reply with a NUL in it",
        ),
        (
            Vice::GreetingText(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
            "does not speak FTP: \"HTTP/1.1 400 Bad Request\" where a reply code was due",
        ),
        (
            Vice::GreetingText(b"550 go away\r\n".to_vec()),
            "refused the login: 550 go away",
        ),
    ];
    each(&cases, |(vice, text), window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.error("pub/a"), format!("the FTP server SERVER {text}"));
        case.saw(&[""]);
    });
}

#[test]
fn a_reply_of_another_command_is_senseless_and_said_so() {
    let cases = [
        (
            "RETR",
            "pub/a",
            "331 who",
            "gave a senseless answer to RETR: 331 who",
        ),
        (
            "CWD",
            "pub/",
            "331 who",
            "gave a senseless answer to CWD: 331 who",
        ),
        ("PASS", "pub/a", "331 who", "refused the login: 331 who"),
    ];
    each(&cases, |(command, path, reply, text), window| {
        let line = format!("{reply}\r\n").into_bytes();
        let case = Case::new(archive().vice(Vice::Reply(command, line)), window);
        assert_eq!(case.error(path), format!("the FTP server SERVER {text}"));
        let flights = match *command {
            "CWD" => DIRECTORY_FLIGHTS,
            _ => FILE_FLIGHTS,
        };
        case.saw(&[&until(flights, command, window)]);
    });
}

#[test]
fn a_gateway_that_met_every_vice_still_serves() {
    both(|window| {
        let builder = archive()
            .vice_in(0, Vice::EndlessLine("USER"))
            .vice_in(1, Vice::CloseAt("RETR"))
            .vice_in(2, Vice::ShortData(3))
            .vice_in(3, Vice::NonsenseGreeting)
            .vice_in(4, Vice::EndlessReply("PASV"));
        let case = Case::new(builder, window);
        for _ in 0..5 {
            assert_ne!(case.ask("pub/a").as_deref(), Ok(BODY));
        }
        assert_eq!(case.get("pub/a"), BODY);
        let pasv = until(FILE_FLIGHTS, "PASV", window);
        let retr = until(FILE_FLIGHTS, "RETR", window);
        let user = until(FILE_FLIGHTS, "USER", window);
        case.saw(&[&user, &retr, &retr, "", &pasv, FILE]);
    });
}
