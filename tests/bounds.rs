//! Each bound of the server's own side, at it and one past it.

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

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use ftpd::{Ftpd, Vice};
use gateway::{Gateway, Setup, error_text, items, read_to_end, wait_until};

/// Bytes behind a request that are read and thrown away.
const MAX_EXTRA: usize = 64 * 1024;
/// Clients at once that are told that the server is full.
const MAX_REFUSALS: usize = 64;
/// Entries of a local folder that are looked at.
const MAX_FOLDER: usize = 10_000;
/// Folders that are looked into for a gophermap.
const MAX_FOLDERS: usize = 10_000;
/// By when a connection that nobody needs any more must be closed.
const SOON: Duration = Duration::from_secs(1);
/// How long clients that were turned away and do not close are waited for.
const DRAIN_DEADLINE: Duration = Duration::from_secs(2);

/// A client of a gateway whose FTP server fell silent at RETR, with `extra` bytes said since.
fn talkative(extra: usize) -> (Ftpd, Gateway, TcpStream) {
    let server = Ftpd::builder()
        .file(b"/a", "x")
        .vice(Vice::SilentAt("RETR"))
        .start();
    let gateway = Setup::linking(server.addr())
        .config("seconds.reply = 3")
        .start();
    let asked = Instant::now();
    let mut client = gateway.connect();
    let request = format!("/ftp/{}/a\r\n", server.addr());
    client.write_all(request.as_bytes()).unwrap();
    server.wait_for(0, "RETR");
    // An end that comes with the request is one of a client that waits for its answer.
    wait_until("a moment", || asked.elapsed() > Duration::from_millis(50));
    client.write_all(&vec![b'x'; extra]).unwrap();
    (server, gateway, client)
}

#[test]
fn a_client_that_said_less_than_64_kib_more_is_heard_when_it_leaves() {
    let (server, gateway, client) = talkative(MAX_EXTRA - 1);
    drop(client);
    server.wait_closed(0, SOON).unwrap();
    gateway.wait_for_log("the client went away");
}

#[test]
fn a_client_that_said_64_kib_more_is_not_listened_to_any_longer_and_gets_its_answer() {
    let (server, _gateway, mut client) = talkative(MAX_EXTRA);
    client.shutdown(Shutdown::Write).unwrap();
    assert!(server.wait_closed(0, SOON).is_err());
    let answer = error_text(&read_to_end(&mut client).unwrap());
    assert!(answer.contains("127.0.0.1"), "{answer}");
}

#[test]
fn what_stands_behind_a_request_does_not_hurt_the_answer_up_to_64_kib() {
    let body = "text\n".repeat(40_000);
    let gateway = Setup::map("0a\ta.txt\n")
        .file("a.txt", body.as_str())
        .start();
    for extra in [1, 1024, MAX_EXTRA] {
        let mut client = gateway.connect();
        let behind = vec![b'\n'; extra];
        client
            .write_all(&[b"/a.txt\r\n", behind.as_slice()].concat())
            .unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(read_to_end(&mut client), Ok(body.clone().into_bytes()));
    }
}

#[test]
fn a_client_that_does_not_stop_talking_is_cut_off() {
    let gateway = Setup::map("hello\n").start();
    let mut client = gateway.connect();
    client.write_all(b"\r\n").unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"ihello\t\terror.host\t1\r\n.\r\n");
    // More than the bound and all buffers between the two.
    let piece = vec![b'x'; 1 << 20];
    assert!((0..64).any(|_| client.write_all(&piece).is_err()));
}

/// As many refused clients as are told so, who all stay. `None` if that took too long to be sure
/// that they are all still waited for.
fn refused(gateway: &Gateway) -> Option<Vec<TcpStream>> {
    let mut clients = Vec::new();
    wait_until("a place among the refused", || {
        clients.extend(told(gateway));
        !clients.is_empty()
    });
    let start = Instant::now();
    while clients.len() < MAX_REFUSALS {
        clients.push(told(gateway)?);
    }
    (start.elapsed() < DRAIN_DEADLINE / 2).then_some(clients)
}

/// A client that is told that the server is full, and stays.
fn told(gateway: &Gateway) -> Option<TcpStream> {
    let mut client = gateway.connect();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    if answer.is_empty() {
        return None;
    }
    let text = error_text(&answer);
    assert!(text.starts_with("this server is busy"), "{text}");
    Some(client)
}

#[test]
fn sixty_four_clients_at_once_are_told_that_it_is_full_and_the_next_is_dropped_without_a_word() {
    let gateway = Setup::map("hello\n").config("clients = 1").start();
    let _held = gateway.connect();
    let refused = (0..5).find_map(|_| refused(&gateway));
    let refused = refused.expect("a machine that is fast enough");
    let mut next = gateway.connect();
    assert_eq!(read_to_end(&mut next), Ok(Vec::new()));
    drop(refused);
    wait_until("a place among the refused", || told(&gateway).is_some());
}

#[test]
fn a_folder_shows_ten_thousand_entries_and_no_more() {
    let gateway = Setup::map("1many\tmany/\n").file("many/0", "").start();
    // One file under all names is made and removed sooner.
    let many = gateway.folder().join("many");
    let add = |name: &str| fs::hard_link(many.join("0"), many.join(name)).unwrap();
    (1..MAX_FOLDER).for_each(|number| add(&number.to_string()));
    let shown = || items(&gateway.get("/many/")).len();
    assert_eq!(shown(), MAX_FOLDER);
    add("one-more");
    assert_eq!(shown(), MAX_FOLDER);
}

#[test]
fn ten_thousand_folders_are_looked_into_for_maps_and_no_more() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bounds-folders");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("many/0")).unwrap();
    // One folder under all names is made and removed sooner; each name counts.
    let add = |name: &str| symlink("0", root.join("many").join(name)).unwrap();
    // The folder that is linked is one of them, too.
    (1..MAX_FOLDERS - 1).for_each(|number| add(&number.to_string()));
    fs::write(root.join("gophermap"), "1many\tmany/\n").unwrap();
    let check = || {
        let output = Command::new(env!("CARGO_BIN_EXE_gophergate"))
            .arg("check")
            .arg(root.join("gophermap"))
            .output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(check(), "");
    add("one-more");
    let warning = format!("{}: more than 10000 folders (warning)\n", root.display());
    assert_eq!(check(), warning);
    fs::remove_dir_all(&root).unwrap();
}
