//! From start to end: limits, signals and exit codes.

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
#[path = "support/left_out.rs"]
mod left_out;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ftpd::Ftpd;
use gateway::{Gateway, PATIENCE, Setup, error_text, read_to_end, wait_until};

/// More than all buffers between the FTP server and a client that does not read.
const BIG: usize = 48 << 20;
/// By when a connection that nobody needs any more must be closed.
const SOON: Duration = Duration::from_secs(1);

fn hello() -> Setup {
    Setup::map("0hello\thello.txt\n").file("hello.txt", "hello\n")
}

/// An FTP server with a file that fills every buffer, and a client in the midst of fetching it.
fn transfer(config: &str) -> (Ftpd, Gateway, TcpStream) {
    let server = Ftpd::builder().file(b"/big", vec![b'x'; BIG]).start();
    let gateway = Setup::linking(server.addr()).config(config).start();
    let client = begin(&gateway, &server);
    (server, gateway, client)
}

/// Asks for the big file, and takes its first bytes.
fn begin(gateway: &Gateway, server: &Ftpd) -> TcpStream {
    let mut client = gateway.connect();
    let request = format!("/ftp/{}/big\r\n", server.addr());
    client.write_all(request.as_bytes()).unwrap();
    client.read_exact(&mut [0; 1000]).unwrap();
    client
}

/// The connection breaks off in a reset, before the whole file was there.
fn assert_reset(client: &mut TcpStream) {
    let part = read_to_end(client).expect_err("a clean end of a part");
    assert!(part.len() + 1000 < BIG, "{} bytes", part.len());
}

/// The program with these arguments, which ends by itself.
fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// It fails with this exit code and these words on standard error, and nothing on standard output.
fn assert_fails(arguments: &[&str], code: i32, words: &str) {
    let output = run(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: {said}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
}

/// A file in a folder that is this test's own.
fn written(folder: &str, name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("life-{folder}"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    folder.join(name)
}

/// The addresses that it says it listens on, and the process.
fn listening(listen: &str, lines: usize) -> Vec<SocketAddr> {
    let map = written("listen", "gophermap", "hello\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .arg(&map)
        .args(["--listen", listen])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut out = child.stdout.take().unwrap();
    while said.iter().filter(|byte| **byte == b'\n').count() < lines {
        let mut byte = [0];
        assert_eq!(out.read(&mut byte).unwrap(), 1, "only {lines} lines");
        said.push(byte[0]);
    }
    let said = String::from_utf8(said).unwrap();
    let addr = |line: &str| {
        let addr = line.strip_prefix("listening on gopher://")?;
        addr.strip_suffix('/')?.parse().ok()
    };
    let addrs: Option<Vec<SocketAddr>> = said.lines().map(addr).collect();
    for addr in addrs.iter().flatten() {
        let mut client = TcpStream::connect(addr).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client.write_all(b"\r\n").unwrap();
        let menu = read_to_end(&mut client).unwrap();
        assert_eq!(menu, b"ihello\t\terror.host\t1\r\n.\r\n");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    addrs.unwrap_or_else(|| panic!("{said:?}"))
}

#[test]
fn a_client_past_the_limit_is_told_so_at_once_and_let_in_when_another_leaves() {
    let full = "this server is busy: all its connections are taken, try again later";
    let yours = "too many connections from your address: close one and try again";
    for (config, text) in [("clients = 2", full), ("clients_per_address = 2", yours)] {
        let gateway = hello().config(config).start();
        let held = [gateway.connect(), gateway.connect()];
        // It speaks before it is asked, and does not wait for the request.
        assert_eq!(
            error_text(&read_to_end(&mut gateway.connect()).unwrap()),
            text
        );
        assert_eq!(error_text(&gateway.get("/hello.txt")), text);
        drop(held);
        wait_until("a place", || gateway.get("/hello.txt") == b"hello\n");
    }
}

#[test]
fn a_stop_waits_for_the_transfer_that_runs_and_takes_no_new_one() {
    for signal in ["TERM", "INT"] {
        let (_server, mut gateway, mut client) = transfer("");
        gateway.signal(signal);
        gateway.wait_for_log("stopping: no new connections, 1 to finish");
        let refused = TcpStream::connect(gateway.addr()).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        let rest = read_to_end(&mut client).unwrap();
        assert_eq!(rest.len() + 1000, BIG);
        assert_eq!(gateway.wait(), Some(0));
        gateway.wait_for_log("stopped: all finished");
    }
}

#[test]
fn a_stop_without_clients_is_at_once() {
    let mut gateway = hello().config("seconds.drain = 600").start();
    assert_eq!(gateway.get("/hello.txt"), b"hello\n");
    gateway.signal("TERM");
    assert_eq!(gateway.wait(), Some(0));
}

/// Most connections of one client that does nothing but connect.
const MAX_CONNECTIONS: usize = 50_000;

#[test]
fn a_stop_is_heard_within_a_second_while_clients_come_and_go_without_a_pause() {
    let mut gateway = hello().config("seconds.drain = 1").start();
    let addr = gateway.addr();
    let connections = AtomicUsize::new(0);
    let heard = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..MAX_CONNECTIONS {
                    if heard.load(Ordering::Relaxed) {
                        return;
                    }
                    drop(TcpStream::connect(addr));
                    connections.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let made = || connections.load(Ordering::Relaxed);
        wait_until("a crowd", || made() > 1000);
        let start = Instant::now();
        gateway.signal("TERM");
        gateway.wait_for_log("stopping: no new connections");
        let took = start.elapsed();
        heard.store(true, Ordering::Relaxed);
        assert!(took < SOON, "{took:?}");
        assert!(made() < 4 * MAX_CONNECTIONS, "they were through before");
    });
    assert_eq!(gateway.wait(), Some(0));
}

#[test]
fn a_transfer_past_the_drains_deadline_ends_in_a_reset() {
    let (server, mut gateway, mut client) = transfer("seconds.drain = 1");
    gateway.signal("TERM");
    assert_eq!(gateway.wait(), Some(0));
    gateway.wait_for_log("stopped: 1 cut off");
    assert_reset(&mut client);
    server.wait_closed(0, SOON).unwrap();
}

#[test]
fn a_second_signal_cuts_off_what_the_first_let_finish() {
    for (first, second) in [("TERM", "TERM"), ("INT", "INT"), ("TERM", "INT")] {
        let (_server, mut gateway, mut client) = transfer("seconds.drain = 600");
        gateway.signal(first);
        gateway.wait_for_log("stopping: no new connections, 1 to finish");
        gateway.signal(second);
        assert_eq!(gateway.wait(), Some(0));
        assert_reset(&mut client);
    }
}

#[test]
fn a_gateway_that_is_killed_leaves_no_part_that_looks_whole() {
    let (server, mut gateway, mut client) = transfer("");
    gateway.signal("KILL");
    assert_eq!(gateway.wait(), None);
    assert_reset(&mut client);
    server.wait_closed(0, SOON).unwrap();
}

#[test]
fn what_keeps_it_from_starting_is_exit_code_1() {
    let map = written("fails", "gophermap", "hello\n");
    let map = map.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    assert_fails(
        &[map, "--listen", &addr],
        1,
        &format!("gophergate: cannot listen on {addr}: "),
    );
    assert_fails(&["serve", map, "--listen", &addr], 1, "in use");
    let localhost = format!("localhost:{}", taken.local_addr().unwrap().port());
    assert_fails(&[map, "--listen", &localhost], 1, "in use");
    assert_fails(
        &[map, "--listen", "nonsense"],
        1,
        "nonsense is no address to listen on",
    );
    let missing = format!("{map}.missing");
    assert_fails(
        &[&missing, "--listen", "127.0.0.1:0"],
        1,
        &format!("gophergate: {missing}: "),
    );
    let config = written("fails", "bad.toml", "open = false\nhostnam = \"x\"\n");
    let config = config.to_str().unwrap();
    let unknown =
        format!("gophergate: {config}:2: unknown key `hostnam`, did you mean `hostname`?");
    assert_fails(&[map, "--config", config], 1, &unknown);
    let range = written("fails", "range.toml", "open = false\n[seconds]\nidle = 0\n");
    let range = range.to_str().unwrap();
    assert_fails(
        &[map, "--config", range],
        1,
        &format!("gophergate: {range}"),
    );
    assert_fails(
        &[map, "--config", &missing],
        1,
        &format!("gophergate: {missing}: "),
    );
    assert_fails(
        &[map, "--allow-private"],
        1,
        "allow_private means nothing without open",
    );
}

#[test]
fn a_command_line_that_is_not_understood_is_exit_code_2() {
    for arguments in [
        &["--nonsense"][..],
        &["--clients", "many"],
        &["--log-format", "xml"],
        &["serve", "a", "b"],
        &["--listen"],
    ] {
        assert_fails(arguments, 2, "try '--help'");
    }
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("Exit codes: 0 ")
    );
}

#[test]
fn it_says_where_it_listens_and_localhost_is_both_families_on_one_port() {
    let addrs = listening("127.0.0.1:0", 1);
    assert!(addrs[0].is_ipv4() && addrs[0].port() != 0, "{addrs:?}");
    if TcpListener::bind("[::1]:0").is_err() {
        left_out::say("there is no IPv6 here");
        return;
    }
    let addrs = listening("[::1]:0", 1);
    assert!(addrs[0].is_ipv6() && addrs[0].port() != 0, "{addrs:?}");
    let addrs = listening("localhost:0", 2);
    assert!(addrs[0].is_ipv4() && addrs[1].is_ipv6(), "{addrs:?}");
    assert_eq!(addrs[0].port(), addrs[1].port());
}
