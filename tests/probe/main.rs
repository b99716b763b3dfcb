//! `gophergate probe`: what it says of servers scripted and real.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "../support/mod.rs"]
mod support;

mod daemons;
mod vices;

use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

use support::archive::archive;
use support::ftpd::{Builder, Ftpd, Vice};
use support::real::{self, Daemon};

const WORKS: &str =
    "gophergate can serve it from behind a router that lets only outgoing calls pass";

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .arg("probe")
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("GOPHERGATE_LOG")
        .output()
        .unwrap()
}

/// A table, by its lines.
#[derive(Debug)]
struct Table {
    code: Option<i32>,
    text: String,
}

impl Table {
    fn of(addr: SocketAddr, path: &str) -> Self {
        let output = run(&[&format!("ftp://{addr}/{path}")]);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        Self {
            code: output.status.code(),
            text: String::from_utf8(output.stdout).unwrap(),
        }
    }

    /// `offered` and `detail` of a line.
    #[track_caller]
    fn row(&self, what: &str) -> (&str, &str) {
        let start = format!("{what:14}  ");
        let line = self.text.lines().find_map(|line| line.strip_prefix(&start));
        let line = line.unwrap_or_else(|| panic!("no {what} in\n{}", self.text));
        let (offered, detail) = line.split_at(7);
        (offered.trim_end(), detail.trim_start())
    }

    #[track_caller]
    fn offered(&self, what: &str) -> &str {
        self.row(what).0
    }

    /// Those that are offered, and those that are not.
    fn summary(&self) -> [String; 2] {
        let rows = self.text.lines().skip(1);
        let rows: Vec<&str> = rows.filter(|line| !line.starts_with("verdict")).collect();
        ["yes", "no"].map(|offered| {
            let is = |line: &&&str| line[16..23].trim_end() == offered;
            let names = rows.iter().filter(is).map(|line| line[..14].trim_end());
            names.collect::<Vec<_>>().join("|")
        })
    }

    fn verdict(&self) -> (Option<i32>, &str) {
        let last = self.text.lines().last().unwrap();
        (self.code, last.strip_prefix("verdict: ").unwrap())
    }
}

/// Waits until no session is open.
fn all_closed(server: &Ftpd) {
    (0..server.sessions()).for_each(|session| drop(server.transcript(session)));
}

fn archive_of_two() -> Builder {
    Ftpd::builder().file(b"/pub/a", "12345").dir(b"/pub/deep")
}

/// What a good server has, and has not.
const GOOD: [&str; 2] = [
    "greeting|login|SYST|FEAT|PASV|EPSV|EPSV ALL|PORT|MLSD|SIZE|MDTM|REST|UTF8|pipelining|\
     listing format|227 address",
    "APSV|AUTH TLS",
];

/// [`GOOD`], without some and with others.
fn good_but(lacks: &[&str], has: &[&str]) -> [Vec<String>; 2] {
    let [yes, no] = GOOD.map(|names| names.split('|').map(str::to_owned).collect::<Vec<_>>());
    let mut offered: Vec<String> = yes
        .into_iter()
        .filter(|name| !lacks.contains(&name.as_str()))
        .collect();
    offered.extend(has.iter().map(|name| (*name).to_owned()));
    let mut refused: Vec<String> = no
        .into_iter()
        .filter(|name| !has.contains(&name.as_str()))
        .collect();
    refused.extend(lacks.iter().map(|name| (*name).to_owned()));
    offered.sort();
    refused.sort();
    [offered, refused]
}

fn sorted(summary: &str) -> Vec<String> {
    let mut names: Vec<String> = summary.split('|').map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn a_good_server_is_told_line_by_line() {
    let server = archive_of_two().start();
    let table = Table::of(server.addr(), "pub/");
    assert_eq!(table.summary(), GOOD, "{}", table.text);
    for (what, detail) in [
        ("greeting", "scripted ready"),
        ("login", "230 Login successful"),
        ("SYST", "215 UNIX Type: L8"),
        ("FEAT", "MDTM, SIZE, MLST type*;size*;modify*;, EPSV"),
        ("PORT", "PORT: the server calls; nothing here needs it"),
        ("APSV", "500 Unknown command"),
        ("MLSD", "2 names"),
        ("SIZE", "213 5"),
        ("MDTM", "213 20240102030405"),
        ("REST", "350 Restarting at 1"),
        ("pipelining", "USER, PASS; PASV, TYPE, SIZE, MDTM"),
        ("listing format", "Unix, 2 names"),
        ("227 address", "the server's own"),
    ] {
        assert_eq!(table.row(what).1, detail, "{what}");
    }
    assert!(table.row("PASV").1.starts_with("LIST of 2 names in "));
    assert!(
        table.row("passive ports").1.ends_with(", in 7 replies"),
        "{}",
        table.text
    );
    assert!(table.row("round trip").1.ends_with(" ms to connect"));
    let yes = format!("yes, PASV and EPSV work: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), yes.as_str()));
}

#[test]
fn the_conversations_are_few_polite_and_in_lock_step() {
    let server = archive_of_two().start();
    let table = Table::of(server.addr(), "pub/");
    assert_eq!(table.code, Some(0));
    let login = "USER anonymous|PASS gophergate@example.com";
    let start = format!("{login}|CWD pub|TYPE I");
    let expected = [
        format!(
            "{login}|SYST|FEAT|OPTS UTF8 ON|NOOP|NOOP|NOOP|NOOP|NOOP|CWD pub|TYPE I|PASV|MLSD|PASV|\
             LIST|PASV|PASV|PASV|QUIT"
        ),
        "AUTH TLS|QUIT".to_owned(),
        format!("{start}|EPSV|LIST|SIZE a|MDTM a|REST 1|REST 0|EPSV ALL|EPSV|LIST|QUIT"),
        format!("{login}|CWD pub|PASV|TYPE I|SIZE a|MDTM a|QUIT"),
        format!("{start}|PORT|LIST|QUIT"),
        format!("{start}|APSV|QUIT"),
    ];
    let bare = |line: &String| match line.strip_prefix("PORT ") {
        Some(_) => "PORT".to_owned(),
        None => line.clone(),
    };
    for (session, expected) in expected.iter().enumerate() {
        let commands: Vec<String> = server.transcript(session).iter().map(bare).collect();
        assert_eq!(commands.join("|"), *expected);
        let flights = server.segments(session).len() != commands.len();
        assert_eq!(flights, session == 3, "session {session}");
    }
    assert_eq!(server.sessions(), expected.len());
    all_closed(&server);
}

#[test]
fn a_file_may_be_named_and_a_missing_directory_is_no_end() {
    let server = archive_of_two().file(b"/b", "1234567").start();
    let table = Table::of(server.addr(), "pub/a");
    assert_eq!(
        (table.row("SIZE").1, table.row("MLSD").1),
        ("213 5", "2 names")
    );
    let table = Table::of(server.addr(), "nosuch");
    assert_eq!(table.row("SIZE"), ("no", "550 Could not get file size"));
    let table = Table::of(server.addr(), "nosuch/");
    assert_eq!(table.row("SIZE").1, "213 7");
}

#[test]
fn json_is_one_object_and_verbose_hides_the_password() {
    let server = archive_of_two()
        .vice(Vice::MessageOf230(vec!["hunter2 is right"]))
        .vice(Vice::Reply(
            "FEAT",
            b"211-have\r\n hunter2\r\n211 end\r\n".to_vec(),
        ))
        .start();
    let url = format!("ftp://joe:hunter2@{}/pub/", server.addr());
    let output = run(&["--json", "-v", &url]);
    assert_eq!(output.status.code(), Some(0));
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(
        !out.contains("hunter2") && !err.contains("hunter2"),
        "{out}{err}"
    );
    assert!(
        err.starts_with("< 220 scripted ready\n> USER joe\n< 331 "),
        "{err}"
    );
    assert!(err.contains("\n> PASS ***\n< 230-*** is right\n"), "{err}");
    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["url"], format!("ftp://{}/pub/", server.addr()));
    assert_eq!(object["works"], true);
    let offers = object["offers"].as_array().unwrap();
    let apsv = offers.iter().find(|offer| offer["what"] == "APSV").unwrap();
    assert_eq!(apsv["offered"], false);
    assert_eq!(offers.len(), 20);
    assert_eq!(run(&["gopher://h/"]).status.code(), Some(2));
}

#[test]
fn a_server_that_answers_with_the_password_alone_is_not_repeated() {
    let server = archive_of_two()
        .vice(Vice::Reply("PASS", b"hunter2\r\n".to_vec()))
        .start();
    let output = run(&["-v", &format!("ftp://joe:hunter2@{}/pub/", server.addr())]);
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(out.contains("\"***\" where a reply code was due"), "{out}");
    assert!(
        !out.contains("hunter2") && !err.contains("hunter2"),
        "{out}{err}"
    );
}

#[test]
fn no_password_goes_where_tls_is_required() {
    let server = archive_of_two().start();
    let addr = server.addr();
    let config = std::env::temp_dir().join(format!("gophergate-{}-probe.toml", std::process::id()));
    std::fs::write(&config, format!("[site.\"{addr}\"]\ntls = \"require\"\n")).unwrap();
    let option = config.to_str().unwrap();
    let output = run(&["--config", option, &format!("ftp://joe:hunter2@{addr}/")]);
    let anonymous = run(&["--config", option, &format!("ftp://{addr}/pub/")]);
    std::fs::remove_file(&config).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "gophergate: tls = \"require\" holds for {addr}, and a probe would send the password in \
             plain text\n"
        )
    );
    assert_eq!(anonymous.status.code(), Some(0));
}

#[test]
fn ipv6_has_no_227_and_eprt_for_port() {
    let server = archive_of_two().ipv6().start();
    let table = Table::of(server.addr(), "pub/");
    assert_eq!(table.offered("PASV"), "no");
    assert_eq!(
        table.row("PORT").1,
        "EPRT: the server calls; nothing here needs it"
    );
    assert_eq!(table.offered("227 address"), "-");
    let works = format!("yes, EPSV works: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), works.as_str()), "{}", table.text);
}
