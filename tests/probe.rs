//! `gophergate probe`: what it says of servers scripted and real.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod support;

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
        ("FEAT", "MDTM, SIZE, MLST type*;size*;modify*;, EPSV, UTF8"),
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
fn each_vice_is_a_line_of_the_table() {
    let refused = |command, reply: &str| Vice::Reply(command, format!("{reply}\r\n").into_bytes());
    for (vices, lacks, has, verdict) in [
        (
            vec![Vice::UnderstandsApsv],
            &[][..],
            &["APSV"][..],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("AUTH", "234 go on")],
            &[],
            &["AUTH TLS"],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::PasvForeignAddress],
            &["227 address"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoFeat],
            &["FEAT"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoMlsd],
            &["MLSD"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoSize],
            &["SIZE"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoMdtm],
            &["MDTM"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("REST", "502 no")],
            &["REST"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("OPTS", "501 no")],
            &["UTF8"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("SYST", "502 no")],
            &["SYST"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("EPSV ALL", "501 no")],
            &["EPSV ALL"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::RefuseEpsv(500)],
            &["EPSV", "EPSV ALL"],
            &[],
            "yes, PASV works",
        ),
        (
            vec![Vice::RefusePort(500)],
            &["PORT"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::Backwards],
            &["pipelining"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::CloseAt("APSV")],
            &[],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::CloseAt("SIZE")],
            &["SIZE"],
            &[],
            "yes, PASV and EPSV work",
        ),
    ] {
        let server = vices
            .iter()
            .cloned()
            .fold(archive_of_two(), Builder::vice)
            .start();
        let table = Table::of(server.addr(), "pub/");
        let [offered, refused] = table.summary();
        // What a broken conversation did not come to is neither.
        if vices != [Vice::CloseAt("SIZE")] {
            let found = [sorted(&offered), sorted(&refused)];
            assert_eq!(found, good_but(lacks, has), "{vices:?}\n{}", table.text);
        } else {
            assert_eq!(
                table.row("SIZE"),
                ("no", "the server closed the connection")
            );
            assert_eq!(table.row("MDTM"), ("-", "not asked"));
        }
        let works = format!("{verdict}: {WORKS}");
        assert_eq!(table.verdict(), (Some(0), works.as_str()), "{vices:?}");
    }
}

#[test]
fn names_alone_are_a_listing() {
    let server = archive_of_two().vice(Vice::NlstOnly).start();
    let table = Table::of(server.addr(), "pub/");
    assert_eq!(table.row("listing format"), ("yes", "names only"));
    assert_eq!(table.row("MLSD"), ("no", "500 Unknown command"));
    // Names do not tell files from directories.
    assert_eq!(table.row("SIZE"), ("-", "not asked"));
    assert_eq!(table.offered("PORT"), "yes", "{}", table.text);
    assert_eq!(table.row("pipelining").1, "USER, PASS; PASV, TYPE");
    let works = format!("yes, PASV and EPSV work: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), works.as_str()));
}

#[test]
fn what_the_vices_did_is_told_in_their_words() {
    for (vice, what, row) in [
        (
            Vice::UnderstandsApsv,
            "APSV",
            ("yes", "a 151 names the port (RFC 1579)"),
        ),
        (
            Vice::PasvForeignAddress,
            "227 address",
            (
                "no",
                "10.9.8.7, a private address; gophergate does not dial it",
            ),
        ),
        (
            Vice::ListingText(b"01-02-24  03:04AM  <DIR>  pub\r\n".to_vec()),
            "listing format",
            ("yes", "MS-DOS, 1 name"),
        ),
        (
            Vice::Reply("APSV", b"200 sure\r\n".to_vec()),
            "APSV",
            ("no", "taken, but then: 425 Use PORT or PASV first"),
        ),
        (
            Vice::NeverConnectsBack,
            "PORT",
            (
                "no",
                "PORT is taken, but then: the server does not call within 5 s",
            ),
        ),
        (
            Vice::ConnectsBackAtOnce,
            "PORT",
            ("yes", "PORT: the server calls; nothing here needs it"),
        ),
        (
            Vice::StrangersFirst(3),
            "PORT",
            ("yes", "PORT: the server calls; nothing here needs it"),
        ),
        (
            Vice::GreetingText(b"220-Hello\r\n220 The ftp\x1b[2J of nowhere\r\n".to_vec()),
            "greeting",
            ("yes", "The ftp\\u{1b}[2J of nowhere"),
        ),
        (
            Vice::SlowAt("NOOP", std::time::Duration::from_millis(1)),
            "login",
            ("yes", "230 Login successful"),
        ),
    ] {
        let server = archive_of_two().vice(vice.clone()).start();
        let table = Table::of(server.addr(), "pub/");
        assert_eq!(table.row(what), row, "{vice:?}\n{}", table.text);
    }
}

#[test]
fn no_is_said_with_its_reason() {
    let only_port = "no, only PORT works, for which the server has to call";
    for (vices, verdict) in [
        (
            vec![Vice::RefusePasv(502), Vice::RefuseEpsv(500)],
            only_port,
        ),
        (
            vec![
                Vice::RefusePasv(502),
                Vice::RefuseEpsv(500),
                Vice::RefusePort(500),
            ],
            "no, no data connection comes about; PASV: 502 Passive mode refused; EPSV: 500 Passive \
             mode refused",
        ),
        (vec![Vice::PasvPort(22)], only_port),
        (vec![Vice::LoginRefused], "no, login: 530 Login incorrect"),
        (
            vec![Vice::NeedAccount],
            "no, login: 332 Need account for login",
        ),
        (
            vec![Vice::BusyGreeting],
            "no, greeting: 421 Too many users, try again later",
        ),
        (
            vec![Vice::CloseAtGreeting],
            "no, greeting: the server closed the connection",
        ),
        (
            vec![Vice::NonsenseGreeting],
            "no, greeting: \"SSH-2.0-x\" where a reply code was due",
        ),
        (
            vec![Vice::EndlessReply("USER")],
            "no, greeting: a reply that does not end",
        ),
    ] {
        let server = vices
            .iter()
            .cloned()
            .fold(archive_of_two(), Builder::vice)
            .start();
        let table = Table::of(server.addr(), "pub/");
        assert_eq!(
            table.verdict(),
            (Some(1), verdict),
            "{vices:?}\n{}",
            table.text
        );
        all_closed(&server);
    }
}

#[test]
fn preliminary_replies_are_bounded() {
    for (preliminaries, code) in [(5, Some(0)), (6, Some(1))] {
        let greeting = format!("{}220 ready\r\n", "120 soon\r\n".repeat(preliminaries));
        let vice = Vice::GreetingText(greeting.into_bytes());
        let table = Table::of(archive_of_two().vice(vice).start().addr(), "");
        assert_eq!(table.code, code, "{}", table.text);
    }
}

#[test]
fn of_a_long_listing_the_beginning_is_kept() {
    // 64 lines of 1024 bytes are as many as are kept.
    let name = "x".repeat(1024 - "type=file; \r\n".len());
    for (lines, names) in [(64, "of 64 names in"), (65, "of more than 64 names in")] {
        let listing = format!("type=file; {name}\r\n").repeat(lines).into_bytes();
        let builder = archive_of_two().vice(Vice::ListingText(listing));
        let server = builder.vice(Vice::NoList).start();
        let table = Table::of(server.addr(), "");
        let detail = table.row("PASV").1;
        assert!(detail.starts_with(&format!("MLSD {names} ")), "{detail}");
    }
}

#[test]
fn a_listing_past_its_bound_is_left_and_one_at_it_is_not() {
    let line = "type=file; x\r\n";
    let most = 1024 * 1024;
    for (bytes, code) in [(most, Some(1)), (most + 1, Some(0))] {
        let mut listing = line.repeat(most / line.len() + 1).into_bytes();
        listing.resize(bytes, b'x');
        let builder = archive_of_two().vice(Vice::ListingText(listing));
        // To a listing that came whole the last word counts, and to one that was left it does not.
        let server = builder.vice(Vice::FinalReply("451 no")).start();
        let table = Table::of(server.addr(), "");
        assert_eq!(table.code, code, "{bytes}\n{}", table.text);
    }
    let server = archive_of_two().vice(Vice::EndlessListing).start();
    let table = Table::of(server.addr(), "");
    let works = format!("yes, PASV and EPSV work: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), works.as_str()), "{}", table.text);
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

#[test]
fn each_real_server_is_told_as_it_is() {
    for daemon in Daemon::ALL {
        let Some(server) = real::start(daemon, &real::Setup::default(), &archive().root) else {
            continue;
        };
        let table = Table::of(server.addr(), "");
        let lacks: &[&str] = match daemon {
            Daemon::Vsftpd => &["MLSD"],
            Daemon::PureFtpd => &["UTF8"],
            _ => &[],
        };
        let [offered, refused] = table.summary();
        let found = [sorted(&offered), sorted(&refused)];
        assert_eq!(
            found,
            good_but(lacks, &[]),
            "{}\n{}",
            daemon.name(),
            table.text
        );
        assert_eq!(
            table.row("listing format").1,
            "Unix, 8 names",
            "{}",
            daemon.name()
        );
        assert_eq!(table.row("SIZE").1, "213 154", "{}", daemon.name());
        assert_eq!(
            table.row("MDTM").1,
            "213 20240115120000",
            "{}",
            daemon.name()
        );
        let works = format!("yes, PASV and EPSV work: {WORKS}");
        assert_eq!(
            table.verdict(),
            (Some(0), works.as_str()),
            "{}",
            daemon.name()
        );
    }
}

#[test]
fn real_servers_that_refuse_passive_are_told_by_what_is_left() {
    let no_passive = real::Setup {
        refuse_passive: true,
        ..real::Setup::default()
    };
    let no_extended = real::Setup {
        refuse_extended: true,
        ..real::Setup::default()
    };
    for daemon in Daemon::ALL {
        if let Some(server) = real::start(daemon, &no_passive, &archive().root) {
            let table = Table::of(server.addr(), "");
            let verdict = "no, only PORT works, for which the server has to call";
            assert_eq!(
                table.verdict(),
                (Some(1), verdict),
                "{}\n{}",
                daemon.name(),
                table.text
            );
        }
        if let Some(server) = real::start(daemon, &no_extended, &archive().root) {
            let table = Table::of(server.addr(), "");
            let verdict = format!("yes, PASV works: {WORKS}");
            assert_eq!(
                table.verdict(),
                (Some(0), verdict.as_str()),
                "{}\n{}",
                daemon.name(),
                table.text
            );
        }
    }
}
