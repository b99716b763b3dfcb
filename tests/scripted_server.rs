//! The scripted FTP server of the other tests is itself tested, by a client of a few lines.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "support/ftpd/mod.rs"]
mod ftpd;

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use ftpd::{Builder, Ftpd, GREETING, Vice};

const PATIENCE: Duration = Duration::from_secs(5);

/// A control connection, a line at a time.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(server: &Ftpd) -> Self {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    fn logged_in(server: &Ftpd) -> Self {
        let mut client = Self::connect(server);
        client.expect("220");
        client.send(b"USER anonymous\r\nPASS gopher@\r\n");
        client.expect("331");
        client.expect("230");
        client
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    /// The next line, empty at the end of the connection.
    fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line).unwrap();
        line
    }

    #[track_caller]
    fn expect(&mut self, code: &str) -> String {
        let line = String::from_utf8(self.line()).unwrap();
        assert!(
            line.starts_with(code) && line.ends_with("\r\n"),
            "{line:?} is not a {code}"
        );
        line
    }

    #[track_caller]
    fn ask(&mut self, command: &str, code: &str) -> String {
        self.send(format!("{command}\r\n").as_bytes());
        self.expect(code)
    }

    /// PASV, and the data connection.
    fn passive(&mut self, server: &Ftpd) -> TcpStream {
        let reply = self.ask("PASV", "227");
        connect(server, port_of_227(&reply))
    }
}

fn connect(server: &Ftpd, port: u16) -> TcpStream {
    let stream = TcpStream::connect(SocketAddr::new(server.addr().ip(), port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn port_of_227(reply: &str) -> u16 {
    let inside = reply.split(['(', ')']).nth(1).unwrap();
    let numbers: Vec<u16> = inside
        .split(',')
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(numbers[..4], [127, 0, 0, 1]);
    numbers[4] << 8 | numbers[5]
}

fn port_of_229(reply: &str) -> u16 {
    reply.split('|').nth(3).unwrap().parse().unwrap()
}

fn all(mut data: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    data.read_to_end(&mut bytes).unwrap();
    bytes
}

fn hello() -> Builder {
    Ftpd::builder().file(b"/pub/a", "hello")
}

#[test]
fn a_file_is_fetched_and_the_transcript_is_exact() {
    let server = hello().start();
    let mut client = Client::connect(&server);
    assert_eq!(client.line(), b"220 scripted ready\r\n");
    client.ask("USER anonymous", "331");
    client.ask("PASS gopher@", "230");
    client.ask("TYPE I", "200");
    client.ask("SIZE pub/a", "213 5\r\n");
    client.ask("MDTM pub/a", "213 20240102030405\r\n");
    let data = client.passive(&server);
    client.ask("RETR pub/a", "150");
    assert_eq!(all(data), b"hello");
    client.expect("226");
    assert_eq!(server.open_sessions(), 1);
    client.ask("QUIT", "221");
    assert_eq!(client.line(), b"");
    drop(client);
    let seen = [
        "USER anonymous",
        "PASS gopher@",
        "TYPE I",
        "SIZE pub/a",
        "MDTM pub/a",
        "PASV",
    ];
    let transcript = server.transcript(0);
    assert_eq!(transcript[..6], seen);
    assert_eq!(transcript[6..], ["RETR pub/a", "QUIT"]);
    assert_eq!((server.sessions(), server.open_sessions()), (1, 0));
}

#[test]
fn a_flight_in_one_segment_is_answered_in_order_and_recorded_as_one() {
    let server = hello().start();
    let mut client = Client::logged_in(&server);
    let flight = b"PASV\r\nTYPE I\r\nSIZE pub/a\r\nNONSENSE\r\n";
    client.send(flight);
    for code in ["227", "200", "213", "500"] {
        client.expect(code);
    }
    drop(client);
    let login = b"USER anonymous\r\nPASS gopher@\r\n".to_vec();
    assert_eq!(server.segments(0), [login, flight.to_vec()]);
}

#[test]
fn a_split_command_is_one_command() {
    let server = hello().start();
    let mut client = Client::connect(&server);
    client.expect("220");
    client.send(b"NO");
    client.send(b"OP\r\nNOOP\nUS");
    client.expect("200");
    client.expect("200");
    drop(client);
    assert_eq!(
        server.transcript(0),
        ["NOOP", "NOOP\\x0a", "US[unterminated]"]
    );
}

#[test]
fn a_server_of_whole_commands_refuses_a_split_one() {
    let server = hello().vice(Vice::WholeCommandsOnly).start();
    let mut client = Client::connect(&server);
    client.expect("220");
    client.send(b"U");
    client.expect("502");
}

#[test]
fn iac_is_undoubled_in_a_path_and_shown_as_sent() {
    let server = Ftpd::builder().file(b"\xFFx", "telnet").start();
    let mut client = Client::logged_in(&server);
    client.send(b"SIZE \xFF\xFFx\r\n");
    client.expect("213 6");
    drop(client);
    assert_eq!(server.transcript(0)[2], "SIZE \\xff\\xffx");

    let server = Ftpd::builder()
        .file(b"\xFFx", "raw")
        .vice(Vice::TakesIacRaw)
        .start();
    let mut client = Client::logged_in(&server);
    client.send(b"SIZE \xFF\xFFx\r\n");
    client.expect("550");
    client.send(b"SIZE \xFFx\r\n");
    client.expect("213 3");
}

#[test]
fn a_directory_is_listed_in_three_forms() {
    let server = hello().dir(b"pub/d").file(b"/pub/d/inner", "").start();
    let mut client = Client::logged_in(&server);
    client.ask("CWD nosuch", "550");
    client.ask("CWD pub", "250");
    let mut listing = |command: &str| {
        let data = client.passive(&server);
        client.ask(command, "150");
        let bytes = all(data);
        client.expect("226");
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(listing("NLST"), "a\r\nd\r\n");
    assert_eq!(
        listing("LIST"),
        "-rw-r--r--   1 ftp      ftp                 5 Jan 02  2024 a\r\n\
         drwxr-xr-x   2 ftp      ftp              4096 Jan 02  2024 d\r\n"
    );
    assert_eq!(
        listing("MLSD"),
        "type=cdir;modify=20240102030405; .\r\ntype=pdir;modify=20240102030405; ..\r\n\
         type=file;size=5;modify=20240102030405; a\r\ntype=dir;modify=20240102030405; d\r\n"
    );
}

#[test]
fn ipv6_has_epsv_and_no_pasv() {
    let server = hello().ipv6().start();
    let mut client = Client::logged_in(&server);
    client.ask("PASV", "425");
    let reply = client.ask("EPSV", "229");
    let data = connect(&server, port_of_229(&reply));
    client.ask("RETR pub/a", "150");
    assert_eq!(all(data), b"hello");
    client.expect("226");
}

#[test]
fn the_server_connects_back_to_the_client_and_to_nobody_else() {
    let server = hello().start();
    let mut client = Client::logged_in(&server);
    client.ask("PORT 127,0,0,2,200,1", "500");
    client.ask("RETR pub/a", "425");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    client.ask(&format!("EPRT |1|127.0.0.1|{port}|"), "200");
    client.ask("RETR pub/a", "150");
    assert_eq!(all(listener.accept().unwrap().0), b"hello");
    client.expect("226");
    client.ask(
        &format!("PORT 127,0,0,1,{},{}", port >> 8, port & 0xFF),
        "200",
    );
    client.ask("RETR nosuch", "550");
}

#[test]
fn greetings_go_wrong_in_the_ways_named() {
    let greeting = |vice| {
        let server = hello().vice(vice).start();
        let mut client = Client::connect(&server);
        (String::from_utf8(client.line()).unwrap(), client, server)
    };
    assert_eq!(greeting(Vice::CloseAtGreeting).0, "");
    let (line, mut client, _server) = greeting(Vice::BusyGreeting);
    assert!(line.starts_with("421 "));
    assert_eq!(client.line(), b"");
    let (line, mut client, _server) = greeting(Vice::Slow120);
    assert!(line.starts_with("120 "));
    client.expect("220");
    let (line, mut client, _server) =
        greeting(Vice::GreetingText(b"220 Features: a p .\r\n".into()));
    assert_eq!(line, "220 Features: a p .\r\n");
    client.ask("USER a", "331");
    assert_eq!(greeting(Vice::NonsenseGreeting).0, "SSH-2.0-x\r\n");
    assert_eq!(greeting(Vice::Reply(GREETING, b"x\r\n".into())).0, "x\r\n");
}

#[test]
fn logins_go_wrong_in_the_ways_named() {
    let login = |vice| {
        let server = hello().vice(vice).start();
        let mut client = Client::connect(&server);
        client.line();
        client.send(b"USER a\r\nPASS b\r\nACCT c\r\nPWD\r\nQUIT\r\n");
        client.0.get_ref().shutdown(Shutdown::Write).unwrap();
        let mut replies = Vec::new();
        client.0.read_to_end(&mut replies).unwrap();
        let codes = replies
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let codes: Vec<&[u8]> = codes.map(|line| &line[..4]).collect();
        String::from_utf8(codes.concat()).unwrap()
    };
    assert_eq!(login(Vice::LoginWithoutPassword), "230 503 503 257 221 ");
    assert_eq!(login(Vice::GreetingWith230), "230 503 503 257 221 ");
    assert_eq!(login(Vice::NeedAccount), "331 332 230 257 221 ");
    assert_eq!(login(Vice::LoginRefused), "331 530 503 530 221 ");
    assert_eq!(login(Vice::TooManyUsers), "331 530 ");
    assert_eq!(
        login(Vice::MessageOf230(vec!["a", "b"])),
        "331 230-230-230 503 257 221 "
    );
    assert_eq!(login(Vice::NothingBehindPass), "331 230 530 530 530 ");
    assert_eq!(login(Vice::ServiceNotAvailableAt("PASS")), "331 421 ");
}

#[test]
fn what_the_server_cannot_do_it_does_not_announce() {
    let feat = |builder: Builder| {
        let server = builder.start();
        let mut client = Client::connect(&server);
        client.expect("220");
        client.send(b"FEAT\r\nQUIT\r\n");
        let mut reply = String::new();
        client.0.read_to_string(&mut reply).unwrap();
        reply.replace("\r\n", "|")
    };
    assert_eq!(
        feat(hello()),
        "211-Features:| MDTM| SIZE| MLST type*;size*;modify*;| EPSV|211 End|221 Goodbye|"
    );
    assert_eq!(
        feat(hello().vice(Vice::NlstOnly).vice(Vice::NoSize)),
        "211-Features:| MDTM| EPSV|211 End|221 Goodbye|"
    );
    assert_eq!(
        feat(hello().features(&["X"])),
        "211-Features:| X|211 End|221 Goodbye|"
    );
    assert_eq!(
        feat(hello().vice(Vice::NoFeat)),
        "500 Unknown command|221 Goodbye|"
    );
}

#[test]
fn a_silent_server_records_and_says_nothing() {
    let server = hello().vice(Vice::Silent).start();
    let mut client = Client::connect(&server);
    client.send(b"USER a\r\n");
    server.wait_for(0, "USER");
    assert_eq!(server.wait_closed(0, Duration::from_millis(1)), Err(()));
    client.0.get_ref().set_nonblocking(true).unwrap();
    let error = client.0.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    drop(client);
    assert!(server.wait_closed(0, PATIENCE).is_ok());
}

#[test]
fn a_vice_can_be_of_one_session_or_of_one_time() {
    let server = hello()
        .vice_in(0, Vice::CloseAt("NOOP"))
        .vice(Vice::ReplyOnce("SYST", b"999 once\r\n".into()))
        .start();
    let mut first = Client::connect(&server);
    let mut second = Client::connect(&server);
    first.expect("220");
    second.expect("220");
    first.send(b"NOOP\r\n");
    assert_eq!(first.line(), b"");
    second.ask("NOOP", "200");
    second.ask("SYST", "999");
    second.ask("SYST", "215");
}

#[test]
fn a_nul_stands_in_the_reply_named() {
    let server = hello().vice(Vice::NulInReply("USER")).start();
    let mut client = Client::connect(&server);
    client.expect("220");
    client.send(b"USER a\r\n");
    assert_eq!(client.line(), b"331 Please specify the password\0\r\n");
    client.send(b"PASS a\r\n");
    assert_eq!(client.line(), b"230 Login successful\r\n");
}

#[test]
fn a_reply_drips_and_replies_coalesce() {
    let long = [b"220 ".as_slice(), &[b'x'; 4000], b"\r\n"].concat();
    let server = hello()
        .vice(Vice::Drip)
        .vice(Vice::GreetingText(long.clone()))
        .start();
    let mut client = Client::connect(&server);
    let mut first = [0; 8192];
    let read = client.0.get_mut().read(&mut first).unwrap();
    assert!(read < long.len() && long.starts_with(&first[..read]));
    drop(server);

    let server = hello().vice(Vice::CoalescedReplies).start();
    let mut client = Client::logged_in(&server);
    client.send(b"NOOP\r\nNOOP\r\n");
    let mut reply = [0; 64];
    let read = client.0.get_mut().read(&mut reply).unwrap();
    assert_eq!(&reply[..read], b"200 Nothing done\r\n200 Nothing done\r\n");
}

#[test]
fn a_flight_is_answered_out_of_order() {
    let server = hello().vice(Vice::OutOfOrder).start();
    let mut client = Client::logged_in(&server);
    client.send(b"TYPE I\r\nSIZE pub/a\r\nMDTM pub/a\r\nPASV\r\nRETR pub/a\r\n");
    let data = connect(&server, port_of_227(&client.expect("227")));
    for code in ["150", "213 5", "213 2024", "200"] {
        client.expect(code);
    }
    assert_eq!(all(data), b"hello");
    client.expect("226");
}

#[test]
fn passive_replies_go_wrong_in_the_ways_named() {
    let reply = |vice, command: &str, code: &str| {
        let server = hello().vice(vice).start();
        Client::logged_in(&server).ask(command, code)
    };
    reply(Vice::RefusePasv(550), "PASV", "550");
    reply(Vice::RefuseEpsv(501), "EPSV", "501");
    reply(Vice::Answer229ToPasv, "PASV", "229");
    reply(Vice::Answer227ToEpsv, "EPSV", "227");
    assert!(reply(Vice::PasvForeignAddress, "PASV", "227").contains("(10,9,8,7,"));
    assert!(reply(Vice::PasvNoParens, "PASV", "227").contains(" 127,0,0,1,"));
    assert!(reply(Vice::PasvPort(513), "PASV", "227").contains("(127,0,0,1,2,1)"));
    assert!(reply(Vice::EpsvOtherDelimiter, "EPSV", "229").contains("(!!!"));
    let server = hello().vice(Vice::NobodyListens).start();
    let mut client = Client::logged_in(&server);
    let port = port_of_227(&client.ask("PASV", "227"));
    let error = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn apsv_is_answered_151_at_the_transfer() {
    let server = hello().vice(Vice::UnderstandsApsv).start();
    let mut client = Client::logged_in(&server);
    client.ask("APSV", "200");
    for _ in 0..2 {
        let reply = client.ask("RETR pub/a", "151");
        assert_eq!(all(connect(&server, port_of_227(&reply))), b"hello");
        client.expect("226");
    }
}

/// What a fetch of `pub/a` gives: the code of the first reply, the data, and the reply after them.
fn fetch(vice: Vice) -> (Vec<u8>, Result<Vec<u8>, ErrorKind>, Vec<u8>) {
    let server = hello().vice(vice).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive(&server);
    client.send(b"RETR pub/a\r\n");
    let mut first = client.line();
    first.truncate(3);
    let mut bytes = Vec::new();
    let read = data
        .read_to_end(&mut bytes)
        .map(|_| bytes)
        .map_err(|error| error.kind());
    drop(data);
    let mut last = client.line();
    last.truncate(3);
    (first, read, last)
}

#[test]
fn transfers_go_wrong_in_the_ways_named() {
    let whole = || Ok(b"hello".to_vec());
    let code = |text: &str| text.as_bytes().to_vec();
    assert_eq!(
        fetch(Vice::FinalReply("426 No")),
        (code("150"), whole(), code("426"))
    );
    assert_eq!(
        fetch(Vice::ShortData(2)),
        (code("150"), Ok(code("he")), code("226"))
    );
    assert_eq!(
        fetch(Vice::DataReset(2)),
        (code("150"), Err(ErrorKind::ConnectionReset), code("426"))
    );
    assert_eq!(fetch(Vice::EarlyFinal), (code("150"), whole(), code("226")));
    assert_eq!(fetch(Vice::Late150), (code("150"), whole(), code("226")));
    assert_eq!(
        fetch(Vice::WaitsForOurClose),
        (code("150"), whole(), code("226"))
    );
    assert_eq!(
        fetch(Vice::CloseControlAfterData),
        (code("150"), whole(), code(""))
    );
}

#[test]
fn a_stalled_transfer_ends_when_the_client_closes_and_by_abor() {
    let server = hello().vice(Vice::StallAfter(2)).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive(&server);
    client.ask("RETR pub/a", "150");
    data.read_exact(&mut [0; 2]).unwrap();
    drop(data);
    client.expect("426");
    let _data = client.passive(&server);
    client.ask("RETR pub/a", "150");
    client.ask("ABOR", "426");
    client.expect("226");
    client.ask("NOOP", "200");
}

#[test]
fn preliminary_then_550_for_a_missing_file() {
    let server = hello().vice(Vice::PreliminaryThen550).start();
    let mut client = Client::logged_in(&server);
    let data = client.passive(&server);
    client.ask("RETR nosuch", "150");
    assert_eq!(all(data), b"");
    client.expect("550");
}

#[test]
fn endless_things_end_with_the_client_or_the_server() {
    let server = hello()
        .vice(Vice::EndlessLine("USER"))
        .vice(Vice::EndlessReply("SYST"))
        .start();
    for command in ["USER a\r\n", "SYST\r\n"] {
        let mut client = Client::connect(&server);
        client.expect("220");
        client.send(command.as_bytes());
        client.0.read_exact(&mut vec![0; 1 << 20]).unwrap();
    }
    assert!(server.wait_closed(0, PATIENCE).is_ok());
    assert!(server.wait_closed(1, PATIENCE).is_ok());

    let server = hello().vice(Vice::EndlessListing).start();
    let mut client = Client::logged_in(&server);
    let mut data = client.passive(&server);
    client.ask("NLST", "150");
    data.read_exact(&mut vec![0; 1 << 20]).unwrap();
    drop(data);
    client.expect("426");
}

#[test]
fn dropping_the_server_closes_what_is_open() {
    let server = hello()
        .vice(Vice::ListensNeverAccepts)
        .vice(Vice::SilentAt("NOOP"))
        .start();
    let mut waiting = Client::logged_in(&server);
    let _data = waiting.passive(&server);
    waiting.ask("RETR pub/a", "150");
    let mut silent = Client::connect(&server);
    silent.expect("220");
    silent.send(b"NOOP\r\n");
    server.wait_for(1, "NOOP");
    let _unused = Client::connect(&server);
    let from = Instant::now();
    drop(server);
    assert!(from.elapsed() < PATIENCE);
    assert_eq!(waiting.line(), b"");
    assert_eq!(silent.line(), b"");
}
