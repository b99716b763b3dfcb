//! Clients that leave: nothing is kept open for them.

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

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ftpd::{Ftpd, Vice};
use gateway::{Gateway, Setup, wait_until};

/// More than all buffers between the FTP server and a client that does not read.
const BIG: usize = 48 << 20;
/// By when a connection that nobody needs any more must be closed.
const SOON: Duration = Duration::from_secs(1);

/// An FTP server with a file that fills every buffer, and a client in the midst of fetching it.
fn transfer() -> (Ftpd, Gateway, TcpStream) {
    let server = Ftpd::builder().file(b"/b", vec![b'x'; BIG]).start();
    let gateway = Setup::linking(server.addr()).start();
    let client = begin(&gateway, &server);
    (server, gateway, client)
}

/// Asks for the big file, and takes its first bytes.
fn begin(gateway: &Gateway, server: &Ftpd) -> TcpStream {
    let mut client = gateway.connect();
    let request = format!("/ftp/{}/b\r\n", server.addr());
    client.write_all(request.as_bytes()).unwrap();
    client.read_exact(&mut [0; 1000]).unwrap();
    client
}

#[test]
fn a_client_that_leaves_a_silent_ftp_server_frees_it_within_a_second() {
    for command in ["USER", "PASV", "RETR"] {
        let server = Ftpd::builder()
            .file(b"/a", "x")
            .vice(Vice::SilentAt(command))
            .start();
        let gateway = Setup::linking(server.addr()).start();
        let asked = Instant::now();
        let mut client = gateway.connect();
        let request = format!("/ftp/{}/a\r\n", server.addr());
        client.write_all(request.as_bytes()).unwrap();
        server.wait_for(0, command);
        // An end that comes with the request is one of a client that waits for its answer.
        wait_until("a moment", || asked.elapsed() > Duration::from_millis(50));
        drop(client);
        server
            .wait_closed(0, SOON)
            .unwrap_or_else(|()| panic!("{command}: still open"));
        gateway.wait_for_log("the client went away");
    }
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_file_frees_the_server_within_a_second() {
    let (server, gateway, client) = transfer();
    drop(client);
    server.wait_closed(0, SOON).unwrap();
    gateway.wait_for_log("the client went away");
    let stalled = Ftpd::builder()
        .file(b"/b", vec![b'x'; BIG])
        .vice(Vice::StallAfter(2000))
        .start();
    let gateway = Setup::linking(stalled.addr()).start();
    let asked = Instant::now();
    let client = begin(&gateway, &stalled);
    wait_until("a moment", || asked.elapsed() > Duration::from_millis(50));
    drop(client);
    stalled.wait_closed(0, SOON).unwrap();
    gateway.wait_for_log("the client went away");
}

#[test]
fn no_descriptor_is_left_behind() {
    let server = Ftpd::builder()
        .file(b"/a", "whole\n")
        .file(b"/b", vec![b'x'; BIG])
        .start();
    let faulty = Ftpd::builder()
        .file(b"/a", "part of it\n")
        .vice(Vice::DataReset(4))
        .start();
    let map = format!(
        "1a\tftp://{}/\n1b\tftp://{}/\n",
        server.addr(),
        faulty.addr()
    );
    let gateway = Setup::map(map).start();
    let base = format!("/ftp/{}/", server.addr());
    assert_eq!(gateway.get(format!("{base}a")), b"whole\n");
    let at_rest = gateway.descriptors();
    for number in 0..10 {
        let faulty = format!("/ftp/{}/a\r\n", faulty.addr());
        assert_ne!(
            gateway.exchange(faulty.as_bytes()),
            Ok(b"part of it\n".to_vec())
        );
        let client = gateway.connect();
        if number % 2 == 0 {
            drop(begin(&gateway, &server));
        }
        drop(client);
        gateway.get("/nothing");
    }
    wait_until("FTP sessions at rest", || {
        server.open_sessions() + faulty.open_sessions() == 0
    });
    wait_until("descriptors at rest", || gateway.descriptors() <= at_rest);
}
