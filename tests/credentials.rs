//! Accounts on FTP hosts: who gets which password, and that nobody else sees one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::ftpd::{Builder, Ftpd, Vice};
use support::gateway::{Setup, error_text};

const ANONYMOUS: [&str; 2] = ["USER anonymous", "PASS gophergate@example.com"];

fn archive() -> Builder {
    Ftpd::builder().file(b"/a", "12345")
}

/// The beginning of a session, up to the login.
fn login(server: &Ftpd, session: usize) -> Vec<String> {
    let commands = server.transcript(session);
    let is_login = |line: &&String| ["USER", "PASS", "ACCT"].contains(&&line[..4]);
    commands.iter().take_while(is_login).cloned().collect()
}

/// The configuration of an account on a server.
fn account(server: &Ftpd) -> String {
    format!(
        "[site.\"{}\"]\nuser = \"mirror\"\npassword_file = \"secret\"\naccount = \"staff9\"\n",
        server.addr()
    )
}

#[test]
fn a_site_is_logged_in_to_with_its_account() {
    let server = archive().vice(Vice::NeedAccount).start();
    let gateway = Setup::linking(server.addr())
        .file("secret", "hunter2\nnot this\n")
        .config(&account(&server))
        .start();
    let answer = gateway.get(format!("/ftp/{}/a", server.addr()));
    assert_eq!(answer, b"12345");
    let said = ["USER mirror", "PASS hunter2", "ACCT staff9"];
    assert_eq!(login(&server, 0), said);
    gateway.wait_for_log("#1 < 221 ");
    let log = gateway.log();
    for line in ["#1 > USER mirror\n", "#1 > PASS ***\n", "#1 > ACCT ***\n"] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.contains("hunter2") && !log.contains("staff9"), "{log}");
    assert!(
        log.contains("secret: others than its owner can read"),
        "{log}"
    );
}

#[test]
fn no_other_port_of_the_host_is_told_the_password() {
    let (server, other) = (archive().start(), archive().start());
    for site in ["127.0.0.1".to_owned(), server.addr().to_string()] {
        let own = site.contains(':');
        let gateway = Setup::map("")
            .file("secret", "hunter2\n")
            .config(&account(&server).replace(&server.addr().to_string(), &site))
            .arg("--open")
            .arg("--allow-private")
            .start();
        let mirror = ["USER mirror", "PASS hunter2"];
        for (server, expected) in [
            (&server, if own { mirror } else { ANONYMOUS }),
            (&other, ANONYMOUS),
        ] {
            let first = server.sessions();
            gateway.get(format!("/ftp/{}/a", server.addr()));
            gateway.get(format!("ftp://{}/a", server.addr()));
            for session in [first, first + 1] {
                assert_eq!(login(server, session), expected, "{site}");
            }
        }
    }
}

#[test]
fn a_netrc_file_is_for_the_ports_that_the_configuration_names() {
    let (server, other) = (archive().start(), archive().start());
    let netrc = "machine 127.0.0.1 login mirror password \"hun ter2\"\n\
                 default login joe password secret9";
    let config = format!(
        "netrc = \"netrc\"\n[site.\"{}\"]\nwindow = 1\n",
        server.addr()
    );
    let gateway = Setup::map("")
        .file("netrc", netrc)
        .config(&config)
        .arg("--open")
        .arg("--allow-private")
        .start();
    for server in [&server, &other] {
        gateway.get(format!("/ftp/{}/a", server.addr()));
    }
    assert_eq!(login(&server, 0), ["USER mirror", "PASS hun ter2"]);
    assert_eq!(login(&other, 0), ANONYMOUS);
    assert!(!gateway.log().contains("ter2"));
}

#[test]
fn a_server_that_repeats_the_password_tells_nobody() {
    let echo = "PASS hunter2 is not hunter2, and ACCT is not staff9";
    let wrong = || Vice::Reply("PASS", format!("530 {echo}\r\n").into_bytes());
    let shown = "PASS *** is not ***, and ACCT is not ***";
    for (vices, path, words) in [
        (
            vec![wrong()],
            "a",
            format!("refused the login: 530 {shown}"),
        ),
        (
            vec![wrong(), Vice::Drip],
            "a",
            format!("refused the login: 530 {shown}"),
        ),
        (
            vec![Vice::Reply("RETR", format!("426 {echo}\r\n").into_bytes())],
            "a",
            format!("broke off: 426 {shown}"),
        ),
        (
            vec![Vice::Reply("USER", b"hunter2?\r\n".to_vec())],
            "a",
            "does not speak FTP: \"***?\" where a reply code was due".to_owned(),
        ),
    ] {
        let server = vices.into_iter().fold(archive(), Builder::vice).start();
        let gateway = Setup::linking(server.addr())
            .file("secret", "hunter2")
            .config(&account(&server))
            .start();
        let answer = error_text(&gateway.get(format!("/ftp/{}/{path}", server.addr())));
        assert_eq!(answer, format!("the FTP server {} {words}", server.addr()));
        gateway.wait_for_log(" #1 \"");
        let log = gateway.log();
        assert!(!log.contains("hunter2") && !log.contains("staff9"), "{log}");
    }
}

#[test]
fn words_to_visitors_do_not_repeat_the_password() {
    let server = archive()
        .vice(Vice::MessageOf230(vec!["Welcome, mirror with hunter2"]))
        .start();
    let gateway = Setup::linking(server.addr())
        .file("secret", "hunter2")
        .config(&account(&server))
        .start();
    let menu = gateway.menu(format!("/ftp/{}/", server.addr()));
    assert_eq!(menu[0].text(), "Welcome, mirror with ***");
}

#[test]
fn a_selector_with_an_account_in_it_stays_refused() {
    let server = archive().start();
    let gateway = Setup::linking(server.addr())
        .file("secret", "hunter2")
        .config(&account(&server))
        .start();
    let answer = gateway.get(format!("ftp://mirror:hunter2@{}/a", server.addr()));
    assert_eq!(
        error_text(&answer),
        "a selector may not carry a user name or a password"
    );
    assert_eq!(server.sessions(), 0);
    gateway.wait_for_log(" #1 ");
    assert!(!gateway.log().contains("hunter2"));
}

#[test]
fn what_is_wrong_with_a_file_of_passwords_is_told_by_its_line() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("credentials");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("netrc"), "machine h\n password \"hunter2").unwrap();
    fs::write(folder.join("g.toml"), "netrc = \"netrc\"\n").unwrap();
    let config = folder.join("g.toml");
    for command in ["check", "serve"] {
        let output = Command::new(env!("CARGO_BIN_EXE_gophergate"))
            .arg(command)
            .args(["--config", config.to_str().unwrap()])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let netrc = folder.join("netrc");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            format!(
                "gophergate: {}:2: a quote that does not end\n",
                netrc.display()
            )
        );
    }
}
