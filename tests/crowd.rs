//! Many clients at once, through one gateway to one real FTP server: every byte right, and nothing
//! left behind afterwards, neither in the gateway nor on the server.
//!
//! With `MATRIX_TABLE=path` in the environment the results are also written there, as a table.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

mod support;

#[path = "interop/table.rs"]
mod table;

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Barrier;
use std::thread;

use support::archive::{self, Checksum, archive};
use support::gateway::{self, Gateway, wait_until};
use support::real::{self, Daemon, RealServer, Setup};

/// Clients of `big.bin`, of which every other one goes away.
const DOWNLOADERS: usize = 40;

/// Bytes that each of them has had before the first goes away: more than the sockets on the way
/// hold, so that all are in the middle of it.
const IN_THE_MIDDLE: u64 = 16 * 1024 * 1024;

/// Clients at once from one address; its default is lower than what these tests ask for.
const CONFIG: &str = "clients_per_address = 400";

/// The rows of the table, in order.
const ROWS: [&str; 2] = [
    "200 clients at once, a file each",
    "40 clients of 300 MiB, half of which go away",
];

/// The processes of a server without sessions: itself, and the two of its lifeline.
const IDLE_PROCESSES: usize = 3;

/// One result in the table, whichever way the test ends.
struct Row(usize, &'static str);

impl Drop for Row {
    fn drop(&mut self) {
        let result = if thread::panicking() {
            "FAILED"
        } else {
            self.1
        };
        table::rows(ROWS.map(str::to_owned));
        table::record(ROWS[self.0], Daemon::Vsftpd.name(), result);
    }
}

fn server(row: &mut Row) -> Option<RealServer> {
    let server = real::start(Daemon::Vsftpd, &Setup::default(), &archive().root);
    if server.is_none() {
        // It has said so itself.
        row.1 = "left out: not installed by tests/lab/install.sh, or not root";
    }
    server
}

fn gateway(server: &RealServer) -> Gateway {
    gateway::Setup::linking(server.addr())
        .config(CONFIG)
        .start()
}

/// So many clients that have asked, each for its path, before any reads its answer.
fn ask(
    gateway: &Gateway,
    server: &RealServer,
    clients: usize,
    path: impl Fn(usize) -> String,
) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for number in 0..clients {
        let mut stream = gateway.connect();
        let request = format!("/ftp/{}/{}\r\n", server.addr(), path(number));
        stream.write_all(request.as_bytes()).unwrap();
        streams.push(stream);
    }
    streams
}

/// Takes `length` bytes, or all that come.
fn take(stream: &mut TcpStream, length: u64, sum: &mut Checksum) -> io::Result<u64> {
    let mut piece = vec![0; 1 << 18];
    let mut taken = 0;
    while taken < length {
        let room = usize::try_from(length - taken).map_or(piece.len(), |l| l.min(piece.len()));
        match stream.read(&mut piece[..room])? {
            0 => break,
            read => {
                taken += read as u64;
                sum.update(&piece[..read]);
            }
        }
    }
    Ok(taken)
}

/// The gateway's descriptors when it serves nobody, and the server has no session.
fn idle_descriptors(gateway: &Gateway, server: &RealServer) -> usize {
    let mut client = gateway.connect();
    client.write_all(b"\r\n").unwrap();
    client.read_to_end(&mut Vec::new()).unwrap();
    // It waits for us to close, too, so that this client is one of them.
    let idle = gateway.descriptors() - 1;
    drop(client);
    await_calm(gateway, idle, server);
    idle
}

/// Waits until the gateway and the server have nothing open that they had not before.
fn await_calm(gateway: &Gateway, descriptors: usize, server: &RealServer) {
    wait_until("as few descriptors as before", || {
        gateway.descriptors() <= descriptors
    });
    wait_until("no session on the server", || {
        server.processes().len() <= IDLE_PROCESSES
    });
    assert_eq!(gateway.descriptors(), descriptors);
}

fn assert_serves(gateway: &Gateway, server: &RealServer) {
    let bytes = gateway.get(format!("/ftp/{}/README", server.addr()));
    assert_eq!(bytes, archive::README);
}

#[test]
fn two_hundred_clients_at_once_get_each_its_own_file() {
    let mut row = Row(0, "ok");
    let Some(server) = server(&mut row) else {
        return;
    };
    let gateway = gateway(&server);
    let before = idle_descriptors(&gateway, &server);
    let path = |number| format!("hundreds/{}", archive::hundreds_name(number));
    let streams = ask(&gateway, &server, archive::HUNDREDS, path);
    thread::scope(|scope| {
        for (number, mut stream) in streams.into_iter().enumerate() {
            scope.spawn(move || {
                let mut sum = Checksum::new();
                let length = take(&mut stream, u64::MAX, &mut sum).unwrap();
                let content = archive::hundreds_content(number);
                assert_eq!(length, content.len() as u64, "number {number}");
                assert_eq!(sum.value(), Checksum::of(&content), "number {number}");
            });
        }
    });
    await_calm(&gateway, before, &server);
    assert_serves(&gateway, &server);
}

#[test]
fn clients_that_go_away_in_the_middle_leave_nothing_behind() {
    let mut row = Row(1, "ok");
    let Some(server) = server(&mut row) else {
        return;
    };
    let gateway = gateway(&server);
    let before = idle_descriptors(&gateway, &server);
    let all_begun = Barrier::new(DOWNLOADERS);
    let streams = ask(&gateway, &server, DOWNLOADERS, |_| "big.bin".to_owned());
    thread::scope(|scope| {
        for (number, mut stream) in streams.into_iter().enumerate() {
            let all_begun = &all_begun;
            scope.spawn(move || {
                let mut sum = Checksum::new();
                let begun = take(&mut stream, IN_THE_MIDDLE, &mut sum);
                all_begun.wait();
                assert_eq!(begun.unwrap(), IN_THE_MIDDLE);
                match number % 4 {
                    // With bytes unread, this is a reset.
                    0 => drop(stream),
                    // A client that ends its own side first, as some do.
                    1 => stream.shutdown(Shutdown::Both).unwrap(),
                    _ => {
                        let rest = take(&mut stream, u64::MAX, &mut sum).unwrap();
                        assert_eq!(IN_THE_MIDDLE + rest, archive::BIG_SIZE);
                        assert_eq!(sum.value(), archive().big_checksum);
                    }
                }
            });
        }
    });
    await_calm(&gateway, before, &server);
    assert_serves(&gateway, &server);
}
