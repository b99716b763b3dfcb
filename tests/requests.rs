//! Bad requests: each gets one error item that a person understands, and the daemon goes on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "support/ftpd/mod.rs"]
mod ftpd;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/gateway.rs"]
mod gateway;

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};

use ftpd::{Ftpd, Vice};
use gateway::{Gateway, Setup, error_text, read_to_end};

const NOTHING: &str = "there is nothing under this selector";
const DOT_DOT: &str = "a selector may not hold \"..\"";
const NO_PORT: &str = "the selector names no valid port";
const NO_HOST: &str = "the selector names no valid FTP host";
const CREDENTIALS: &str = "a selector may not carry a user name or a password";
const CONTROL: &str = "your client sent a control character inside the selector";
const TOO_LONG: &str = "your client sent a request longer than 1024 bytes";

/// An FTP server, and a gateway that links its `/pub/` and a local file.
fn linked(server: &Ftpd) -> Gateway {
    let map = format!(
        "1archive\tftp://{}/pub/\n0hello\thello.txt\n",
        server.addr()
    );
    Setup::map(map).file("hello.txt", "hello\n").start()
}

fn archive() -> Ftpd {
    Ftpd::builder()
        .file(b"/pub/a.txt", "an archived text\n")
        .file(b"/pub/%2e%2e", "a name of percent signs\n")
        .file(b"/secret", "not linked\n")
        .start()
}

/// The gateway still does its work.
fn assert_honest(gateway: &Gateway) {
    assert_eq!(gateway.get("/hello.txt"), b"hello\n");
}

/// Each request is answered by one error item with its text, and no FTP server hears of it.
fn assert_refused(requests: &[(&[u8], &str)]) {
    let server = archive();
    let gateway = linked(&server);
    for (request, text) in requests {
        let request = replace(request, b"ADDR", server.addr().to_string().as_bytes());
        let shown = request.escape_ascii().to_string();
        let answer = gateway.exchange(&request);
        let answer = answer.unwrap_or_else(|_| panic!("{shown}: reset"));
        assert_eq!(error_text(&answer), *text, "{shown}");
    }
    assert_eq!(server.sessions(), 0);
    assert_honest(&gateway);
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match bytes.windows(from.len()).position(|window| window == from) {
        Some(at) => [&bytes[..at], to, &bytes[at + from.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

#[test]
fn a_selector_that_nothing_has_is_an_error_item_on_the_wire() {
    let gateway = Setup::map("0hello\thello.txt\n")
        .file("hello.txt", "hello\n")
        .start();
    assert_eq!(
        gateway.exchange(b"/nothing\r\n").unwrap(),
        b"3there is nothing under this selector\t\terror.host\t1\r\n.\r\n"
    );
    for selector in [
        "/gophermap",
        "/gophergate.toml",
        "hello",
        "/hello.txt2",
        "x/hello.txt",
    ] {
        assert_eq!(error_text(&gateway.get(selector)), NOTHING, "{selector}");
    }
    assert_honest(&gateway);
}

#[test]
fn a_host_or_a_folder_that_is_not_linked_is_named_in_the_refusal() {
    let server = archive();
    let gateway = linked(&server);
    let addr = server.addr();
    let end = "is not served here: no menu of this server links it";
    for (selector, url) in [
        (
            "/ftp/ftp.example.org/".to_owned(),
            "ftp://ftp.example.org/".to_owned(),
        ),
        (
            "ftp://FTP.example.org/a b".to_owned(),
            "ftp://ftp.example.org/a%20b".to_owned(),
        ),
        (
            "ftp:ftp.example.org:2121@/x/".to_owned(),
            "ftp://ftp.example.org:2121/x/".to_owned(),
        ),
        (
            format!("/ftp/{addr}/secret"),
            format!("ftp://{addr}/secret"),
        ),
        (
            format!("/ftp/{addr}/%2Fpub/a.txt"),
            format!("ftp://{addr}/%2Fpub/a.txt"),
        ),
        (format!("/ftp/{addr}/"), format!("ftp://{addr}/")),
        (
            format!("/ftp/localhost:{}/pub/", addr.port()),
            format!("ftp://localhost:{}/pub/", addr.port()),
        ),
        (
            "/ftp/127.0.0.1/pub/".to_owned(),
            "ftp://127.0.0.1/pub/".to_owned(),
        ),
    ] {
        assert_eq!(
            error_text(&gateway.get(&selector)),
            format!("{url} {end}"),
            "{selector}"
        );
    }
    assert_eq!(server.sessions(), 0);
    assert_honest(&gateway);
}

#[test]
fn two_dots_are_refused_in_every_encoding() {
    assert_refused(&[
        (b"/ftp/ADDR/pub/../secret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub/%2e%2e/secret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub/%2E./secret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub/.%2e/secret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub/..%2fsecret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub%2F%2E%2E%2Fsecret\r\n", DOT_DOT),
        (b"/ftp/ADDR/pub/a/..\r\n", DOT_DOT),
        (b"ftp://ADDR/pub/../secret;type=i\r\n", DOT_DOT),
        (b"ftp:ADDR@/pub/../secret\r\n", DOT_DOT),
        (b"/../hello.txt\r\n", DOT_DOT),
        (b"/%2e%2e/hello.txt\r\n", DOT_DOT),
        (b"../hello.txt\r\n", DOT_DOT),
    ]);
}

#[test]
fn two_dots_that_are_encoded_twice_are_a_name() {
    let server = archive();
    let gateway = linked(&server);
    let selector = format!("/ftp/{}/pub/%252e%252e", server.addr());
    assert_eq!(gateway.get(&selector), b"a name of percent signs\n");
    assert_honest(&gateway);
}

#[test]
fn line_ends_and_nul_are_refused_in_every_encoding() {
    let cr = "the selector holds a carriage return";
    let lf = "the selector holds a line feed";
    let nul = "the selector holds a NUL";
    let raw_nul = "your client sent a NUL byte inside the selector";
    assert_refused(&[
        (b"/ftp/ADDR/pub/a%0d%0aDELE x\r\n", cr),
        (b"/ftp/ADDR/pub/a%0D\r\n", cr),
        (b"/ftp/ADDR/pub/a%0A\r\n", lf),
        (b"/ftp/ADDR/pub/a%00\r\n", nul),
        (b"ftp://ADDR/pub/%0aQUIT;type=i\r\n", lf),
        (b"ftp:ADDR@/pub/%00\r\n", nul),
        (b"/ftp/a%0d%0ab/\r\n", cr),
        (b"/ftp/a%00b/\r\n", nul),
        (b"/hello.txt%0a\r\n", lf),
        (b"/hello.txt%00\r\n", nul),
        (b"/ftp/ADDR/pub/a\0\r\n", raw_nul),
        (b"/hello.txt\0.gif\r\n", raw_nul),
        (b"/hello.txt\r.gif\r\n", CONTROL),
        (b"/hello.txt\r\r\n", CONTROL),
        (b"/\x1b[2J\r\n", CONTROL),
    ]);
}

#[test]
fn a_user_or_a_password_is_refused_and_not_repeated() {
    assert_refused(&[
        (b"/ftp/joe:hunter2@ADDR/pub/\r\n", CREDENTIALS),
        (b"/ftp/joe%3Ahunter2%40ADDR/pub/\r\n", CREDENTIALS),
        (b"/ftp/joe@ADDR/pub/\r\n", CREDENTIALS),
        (b"ftp://joe:hunter2@ADDR/pub/\r\n", CREDENTIALS),
        (b"/ftp://joe@ADDR/pub/\r\n", CREDENTIALS),
        (b"ftp:joe:hunter2@ADDR@/pub/\r\n", CREDENTIALS),
    ]);
}

#[test]
fn a_bad_host_or_port_is_called_so() {
    assert_refused(&[
        (b"/ftp/127.0.0.1:0/\r\n", NO_PORT),
        (b"/ftp/127.0.0.1:65536/\r\n", NO_PORT),
        (b"/ftp/127.0.0.1:99999999999999999999/\r\n", NO_PORT),
        (b"/ftp/127.0.0.1:ftp/\r\n", NO_PORT),
        (b"/ftp/127.0.0.1:-1/\r\n", NO_PORT),
        (b"/ftp/127.0.0.1:+21/\r\n", NO_PORT),
        (b"ftp:127.0.0.1:x@/\r\n", NO_PORT),
        (b"/ftp//pub/\r\n", NO_HOST),
        (b"/ftp/\r\n", NO_HOST),
        (b"/ftp\r\n", NOTHING),
        (b"ftp://\r\n", NO_HOST),
        (b"ftp:///pub/\r\n", NO_HOST),
        (b"ftp:\r\n", NO_HOST),
        (b"ftp:@/pub/\r\n", NO_HOST),
        (b"ftp:127.0.0.1/pub/\r\n", NO_HOST),
        (b"/ftp/two words/\r\n", NO_HOST),
        (b"/ftp/[::1/\r\n", NO_HOST),
        (b"/ftp/256.0.0.1/\r\n", NO_HOST),
        (b"/ftp/\xff\xfe/\r\n", NO_HOST),
        (
            b"ftp://ADDR/pub/a.txt;type=x\r\n",
            "the selector ends in an unknown ;type=",
        ),
    ]);
}

#[test]
fn other_protocols_and_garbage_are_told_that_this_is_gopher() {
    let mut hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    hello.extend((0..506_u16).map(|n| n.to_le_bytes()[0]));
    let http = "your client speaks HTTP, but this is a Gopher server";
    let noise: Vec<u8> = (128..=255).rev().chain(*b"\r\n").collect();
    let controls: Vec<u8> = (1..9).chain(*b"\r\n").collect();
    assert_refused(&[
        (
            &hello,
            "your client began a TLS handshake, but this port speaks plain Gopher",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
            http,
        ),
        (b"POST /x HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody", http),
        (&noise, NOTHING),
        (&controls, CONTROL),
        (b"EHLO example.org\r\n", NOTHING),
        (b"\\\\..\\..\\boot.ini\r\n", DOT_DOT),
        (b"|id\r\n", NOTHING),
        (b"/%\r\n", NOTHING),
        (b"/%zz%4\r\n", NOTHING),
    ]);
}

#[test]
fn a_request_of_1024_bytes_is_served_and_one_of_1025_is_refused() {
    // The port that the server gets has four digits or five: there is a name for each.
    let fits = |addr_len: usize| 1024 - "/ftp/".len() - addr_len - "/\r\n".len();
    let names = ["127.0.0.1:4444", "127.0.0.1:55555"].map(|addr| vec![b'a'; fits(addr.len())]);
    let mut builder = Ftpd::builder();
    for name in &names {
        builder = builder.file(&[b"/", name.as_slice()].concat(), "long\n");
    }
    let server = builder.start();
    let gateway = Setup::linking(server.addr()).start();
    let addr = server.addr().to_string();
    let name = vec![b'a'; fits(addr.len())];
    let request = [b"/ftp/", addr.as_bytes(), b"/", &name, b"\r\n"].concat();
    assert_eq!(request.len(), 1024);
    assert_eq!(gateway.exchange(&request).unwrap(), b"long\n");
    let longer = [b"/ftp/", addr.as_bytes(), b"/", &name, b"a\r\n"].concat();
    assert_eq!(error_text(&gateway.exchange(&longer).unwrap()), TOO_LONG);
    let endless = vec![b'a'; 50_000];
    assert_eq!(error_text(&gateway.exchange(&endless).unwrap()), TOO_LONG);
    assert_eq!(server.sessions(), 1);
}

#[test]
fn a_request_that_ends_in_lf_is_served() {
    let server = archive();
    let gateway = linked(&server);
    assert_eq!(gateway.exchange(b"/hello.txt\n").unwrap(), b"hello\n");
    let request = format!("/ftp/{}/pub/a.txt\n", server.addr());
    let answer = gateway.exchange(request.as_bytes()).unwrap();
    assert_eq!(answer, b"an archived text\n");
    assert_eq!(
        gateway.exchange(b"\n").unwrap(),
        gateway.exchange(b"\r\n").unwrap()
    );
}

#[test]
fn a_request_that_arrives_byte_by_byte_is_served() {
    let gateway = linked(&archive());
    let mut client = gateway.connect();
    client.set_nodelay(true).unwrap();
    for byte in b"/hello.txt\r\n" {
        client.write_all(&[*byte]).unwrap();
    }
    assert_eq!(read_to_end(&mut client).unwrap(), b"hello\n");
}

#[test]
fn a_silent_client_is_told_so_at_its_deadline() {
    let gateway = Setup::map("0hello\thello.txt\n")
        .file("hello.txt", "hello\n")
        .config("seconds.request = 1")
        .start();
    let mut silent = gateway.connect();
    let mut slow = gateway.connect();
    slow.write_all(b"/hello.txt\r").unwrap();
    for client in [&mut silent, &mut slow] {
        let answer = read_to_end(client).unwrap();
        assert_eq!(error_text(&answer), "no request came in time");
    }
    assert_honest(&gateway);
}

#[test]
fn a_client_that_closes_without_a_word_gets_nothing_and_one_that_breaks_off_a_reason() {
    let gateway = linked(&archive());
    let mut client = gateway.connect();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_to_end(&mut client).unwrap(), b"");
    drop(gateway.connect());
    let mut client = gateway.connect();
    client.write_all(b"/hello.txt").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(
        error_text(&read_to_end(&mut client).unwrap()),
        "your client closed the connection before its request was complete"
    );
    assert_honest(&gateway);
}

#[test]
fn bytes_behind_the_request_do_not_eat_the_answer() {
    let body: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let server = Ftpd::builder().file(b"/pub/big", body.clone()).start();
    let gateway = linked(&server);
    let extra = vec![b'z'; 60_000];
    let fetch = format!("/ftp/{}/pub/big\r\n", server.addr());
    let answer = gateway.exchange(&[fetch.as_bytes(), &extra].concat());
    assert!(answer == Ok(body), "the file is not whole");
    let answer = gateway.exchange(&[b"/hello.txt\r\n", extra.as_slice()].concat());
    assert_eq!(answer.unwrap(), b"hello\n");
    let answer = gateway.exchange(&[b"/nothing\r\n", extra.as_slice()].concat());
    assert_eq!(error_text(&answer.unwrap()), NOTHING);
}

#[test]
fn a_client_that_ends_its_side_with_its_request_waits_for_a_slow_server() {
    // The greeting drips: half a millisecond between two of its bytes.
    let server = Ftpd::builder()
        .file(b"/pub/a.txt", "an archived text\n")
        .vice(Vice::Drip)
        .start();
    let gateway = linked(&server);
    let mut client = gateway.connect();
    // Held back, so that the request and the end go out together.
    rustix::net::sockopt::set_tcp_cork(&client, true).unwrap();
    let request = format!("/ftp/{}/pub/a.txt\r\n", server.addr());
    client.write_all(request.as_bytes()).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_to_end(&mut client).unwrap(), b"an archived text\n");
}

#[test]
fn silent_connections_do_not_hinder_an_honest_client() {
    let server = archive();
    let gateway = linked(&server);
    let silent: Vec<TcpStream> = (0..50).map(|_| gateway.connect()).collect();
    assert_honest(&gateway);
    let request = format!("/ftp/{}/pub/a.txt", server.addr());
    assert_eq!(gateway.get(request), b"an archived text\n");
    drop(silent);
    assert_honest(&gateway);
}
