//! Servers that have no room now: asked once more, and then reported in their own words.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::*;
use crate::support::ftpd::GREETING;

/// The pause before the second try.
const SOON: &str = "seconds.busy = 1";
const GONE: &str = "421 Service not available, closing control connection";

fn busy(words: &str) -> String {
    format!("the FTP server SERVER is busy, try again later: {words}")
}

/// Every moment at which a server may say 421: the command, the path to ask for, what makes the
/// gateway send it, and what is sent.
fn moments(window: usize) -> Vec<(&'static str, &'static str, Vec<Vice>, String)> {
    let file = ["USER", "PASS", "PASV", "TYPE", "SIZE", "MDTM", "RETR"];
    let directory = ["CWD", "FEAT", "MLSD"];
    let files = file.map(|command| {
        (
            command,
            "pub/a",
            vec![],
            until(FILE_FLIGHTS, command, window),
        )
    });
    let directories = directory.map(|command| {
        (
            command,
            "pub/",
            vec![],
            until(DIRECTORY_FLIGHTS, command, window),
        )
    });
    let epsv = if window == 1 {
        "USER anonymous|PASS gophergate@example.com|PASV|EPSV"
    } else {
        "USER anonymous|PASS gophergate@example.com|PASV|TYPE I|SIZE pub/a|MDTM pub/a|EPSV"
    };
    let list = "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST";
    let others = [
        (GREETING, "pub/a", vec![], String::new()),
        (
            "EPSV",
            "pub/a",
            vec![Vice::RefusePasv(500)],
            epsv.to_owned(),
        ),
        ("LIST", "pub/", vec![Vice::NoMlsd], list.to_owned()),
        (
            "NLST",
            "pub/",
            vec![Vice::NlstOnly],
            format!("{list}|PASV|NLST"),
        ),
    ];
    files.into_iter().chain(directories).chain(others).collect()
}

#[test]
fn a_421_at_any_moment_is_a_second_try_and_then_an_error() {
    each(&(0..14).collect::<Vec<_>>(), |moment, window| {
        let (command, path, vices, sent) = moments(window).swap_remove(*moment);
        let builder = vices.into_iter().fold(archive(), Builder::vice);
        let builder = builder.vice(Vice::ServiceNotAvailableAt(command));
        let case = Case::with_config(builder, window, SOON);
        assert_eq!(case.error(path), busy(GONE), "{command}");
        let mut sent = [sent.clone(), sent];
        for (session, sent) in sent.iter_mut().enumerate() {
            // In a flight the 421 may come in one read with the 227, and RETR is not sent then.
            if case.server.transcript(session).len() + 1
                == sent.replace("LOGIN", LOGIN).split('|').count()
            {
                *sent = sent.trim_end_matches("|RETR pub/a").to_owned();
            }
        }
        case.saw(&sent.each_ref().map(String::as_str));
    });
}

#[test]
fn a_421_at_any_moment_of_the_first_session_only_costs_a_pause() {
    each(&(0..14).collect::<Vec<_>>(), |moment, window| {
        let (command, path, vices, sent) = moments(window).swap_remove(*moment);
        let builder = vices.iter().cloned().fold(archive(), Builder::vice);
        let builder = builder.vice_in(0, Vice::ServiceNotAvailableAt(command));
        let case = Case::with_config(builder, window, SOON);
        if path == "pub/a" {
            assert_eq!(case.get(path), BODY, "{command}");
        } else {
            assert_eq!(case.menu(path).len(), 2, "{command}");
        }
        let first = case.server.transcript(0).join("|");
        let whole = sent.replace("LOGIN", LOGIN);
        assert!(
            whole.trim_end_matches("|RETR pub/a") == first || whole == first,
            "{first}"
        );
        let second = match command {
            "EPSV" if window == 1 => "LOGIN|PASV|EPSV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT",
            "EPSV" => "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|EPSV|RETR pub/a|QUIT",
            "LIST" => "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|QUIT",
            "NLST" => "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST|QUIT",
            _ if path == "pub/a" => FILE,
            _ => DIRECTORY,
        };
        case.saw(&[&first, second]);
    });
}

const REFUSED: [(&str, &str); 2] = [
    (
        "PASS",
        "530 Sorry, the maximum number of clients (1) are already connected",
    ),
    ("greeting", "421 Too many users, try again later"),
];

fn vice_of(command: &str) -> Vice {
    match command {
        "PASS" => Vice::TooManyUsers,
        _ => Vice::BusyGreeting,
    }
}

#[test]
fn too_many_users_once_and_the_file_arrives_at_the_second_session() {
    each(&REFUSED, |(command, _), window| {
        let case = Case::with_config(archive().vice_in(0, vice_of(command)), window, SOON);
        let start = Instant::now();
        assert_eq!(case.get("pub/a"), BODY);
        assert!(start.elapsed() >= Duration::from_secs(1));
        let sent = if *command == "PASS" { "LOGIN" } else { "" };
        case.saw(&[sent, FILE]);
    });
}

#[test]
fn too_many_users_twice_and_the_client_reads_the_servers_words() {
    each(&REFUSED, |(command, words), window| {
        let case = Case::with_config(archive().vice(vice_of(command)), window, SOON);
        assert_eq!(case.error("pub/"), busy(words));
        let sent = if *command == "PASS" { "LOGIN" } else { "" };
        case.saw(&[sent, sent]);
    });
}

#[test]
fn a_pause_of_nothing_is_no_second_try() {
    each(&REFUSED, |(command, words), window| {
        let case = Case::with_config(archive().vice(vice_of(command)), window, "seconds.busy = 0");
        assert_eq!(case.error("pub/a"), busy(words));
        case.saw(&[if *command == "PASS" { "LOGIN" } else { "" }]);
    });
}

#[test]
fn a_pause_that_there_is_no_time_for_is_not_made() {
    both(|window| {
        let config = "seconds.begin = 2\nseconds.busy = 60";
        let case = Case::with_config(archive().vice(Vice::BusyGreeting), window, config);
        assert_eq!(case.error("pub/a"), busy(REFUSED[1].1));
        case.saw(&[""]);
    });
}

#[test]
fn a_second_try_that_fails_otherwise_says_that() {
    both(|window| {
        let builder = archive()
            .vice_in(0, Vice::BusyGreeting)
            .vice_in(1, Vice::LoginRefused);
        let case = Case::with_config(builder, window, SOON);
        let text = "the FTP server SERVER refused the login: 530 Login incorrect";
        assert_eq!(case.error("pub/a"), text);
        case.saw(&["", "LOGIN"]);
    });
}

#[test]
fn a_client_that_leaves_ends_the_pause() {
    both(|window| {
        let case = Case::with_config(
            archive().vice(Vice::BusyGreeting),
            window,
            "seconds.busy = 50",
        );
        let mut stream = case.gateway.connect();
        let request = format!("/ftp/{}/pub/a\r\n", case.server.addr());
        stream.write_all(request.as_bytes()).unwrap();
        case.gateway.wait_for_log("once more in 50s");
        let start = Instant::now();
        // An end that comes with the request is one of a client that waits for its answer.
        wait_until("a moment", || start.elapsed() > Duration::from_millis(50));
        drop(stream);
        case.gateway.wait_for_log("the client went away");
        assert!(start.elapsed() < Duration::from_secs(10));
        case.saw(&[""]);
    });
}

#[test]
fn a_421_behind_the_first_bytes_is_no_second_try() {
    let body = vec![b'x'; 16 << 20];
    both(|window| {
        let builder = Ftpd::builder().file(b"/pub/a", body.clone());
        let case = Case::with_config(builder.vice(Vice::FinalReply("421 Bye")), window, SOON);
        assert!(case.cut("pub/a", &body) > 0);
        case.saw(&[FILE.trim_end_matches("|QUIT")]);
    });
}
