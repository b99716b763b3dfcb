//! Random bytes for requests: each has an answer, and the server is as it was before.

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
use std::net::Shutdown;

use ftpd::Ftpd;
use gateway::{Gateway, Setup, error_text, items, read_to_end, wait_until};

/// Requests of one test.
const REQUESTS: usize = 1_000;

/// Marsaglia's xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    fn one_of<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// How the files begin that are served here.
const BODIES: [&[u8]; 4] = [b"local\n", b"archived\n", b"CAPS\n", b"<!DOCTYPE html>\n"];

/// An error item, an error of Gopher+, a menu, or one of the files that there are.
fn assert_answer(request: &[u8], answer: &[u8]) {
    let shown = request.escape_ascii().to_string();
    let body = answer.strip_prefix(b"+-2\r\n").unwrap_or(answer);
    if answer.starts_with(b"--1\r\n1 ") || answer.starts_with(b"+-1\r\n") {
        assert!(answer.ends_with(b"\r\n.\r\n"), "{shown}");
    } else if answer.starts_with(b"3") {
        assert!(!error_text(answer).is_empty(), "{shown}");
    } else if !BODIES.iter().any(|own| body.starts_with(own)) {
        assert!(!items(answer).is_empty(), "{shown}");
    }
}

/// Sends a request, ends our side, and takes the answer, which ends well.
fn ask(gateway: &Gateway, request: &[u8]) -> Vec<u8> {
    let mut client = gateway.connect();
    client.write_all(request).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let shown = request.escape_ascii().to_string();
    read_to_end(&mut client).unwrap_or_else(|_| panic!("reset: {shown}"))
}

/// A gateway with something of each kind, and the archive that it links.
fn gateway() -> (Ftpd, Gateway) {
    let server = Ftpd::builder().file(b"/pub/a", "archived\n").start();
    let gateway = Setup::map(format!(
        "hello\n0a\ta.txt\n1docs\tdocs/\n1ftp\tftp://{}/pub/\nhsite\tURL:http://h.example/\n",
        server.addr()
    ))
    .file("a.txt", "local\n")
    .file("docs/gophermap", "Documents\n*\n")
    .file("docs/a.txt", "local\n")
    .start();
    (server, gateway)
}

/// After the noise: it answers, nothing panicked, and what was opened is closed.
fn assert_at_rest(server: &Ftpd, gateway: &Gateway, before: usize) {
    assert_eq!(gateway.get("/a.txt"), b"local\n");
    assert!(!gateway.log().contains("panicked"), "{}", gateway.log());
    wait_until("FTP sessions at rest", || server.open_sessions() == 0);
    wait_until("descriptors at rest", || gateway.descriptors() <= before);
}

#[test]
fn random_bytes_have_an_answer_each() {
    let (server, gateway) = gateway();
    assert_eq!(gateway.get("/a.txt"), b"local\n");
    let before = gateway.descriptors();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..REQUESTS {
        // Up to a little more than a request may have.
        let length = match random.below(4) {
            0 => random.below(1100),
            _ => random.below(40),
        };
        let mut request: Vec<u8> = (0..=length).map(|_| random.byte()).collect();
        request.extend_from_slice(random.one_of(&[&b"\r\n"[..], b"\n", b"", b"\t+\r\n"]));
        assert_answer(&request, &ask(&gateway, &request));
    }
    assert_eq!(server.sessions(), 0);
    assert_at_rest(&server, &gateway, before);
}

#[test]
fn requests_with_random_faults_have_an_answer_each() {
    let (server, gateway) = gateway();
    let addr = server.addr();
    let whole = [
        format!("/ftp/{addr}/pub/a"),
        format!("ftp://{addr}/pub/;type=d"),
        format!("ftp:{addr}@/pub/a"),
        "/docs/a.txt".to_owned(),
        "/docs/%61.txt\t+".to_owned(),
        "URL:http://h.example/".to_owned(),
        "\t$".to_owned(),
        "/caps.txt".to_owned(),
    ];
    let whole: Vec<&[u8]> = whole.iter().map(String::as_bytes).collect();
    let pieces: [&[u8]; 12] = [
        b"%", b"%00", b"%2F", b"..", b"/", b"\\", b"\xff", b"\t", b"@", b":", b";type=", b"[",
    ];
    assert_eq!(gateway.get("/a.txt"), b"local\n");
    let before = gateway.descriptors();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..REQUESTS {
        let mut request = random.one_of(&whole).to_vec();
        for _ in 0..random.below(4) {
            let at = random.below(request.len() + 1);
            match random.below(3) {
                0 => drop(request.splice(at..at, random.one_of(&pieces).iter().copied())),
                1 => request.truncate(at),
                _ => {
                    let byte = random.byte();
                    request.splice(at..request.len().min(at + 1), [byte]);
                }
            }
        }
        request.extend_from_slice(b"\r\n");
        assert_answer(&request, &ask(&gateway, &request));
    }
    assert!(server.sessions() > 0, "none was whole");
    assert_at_rest(&server, &gateway, before);
}
