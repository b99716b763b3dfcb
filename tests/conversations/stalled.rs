//! Clients that take their answer slowly, or not at all.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_recv_buffer_size;
use rustix::net::{AddressFamily, SocketType, connect, socket};

use super::*;
use crate::support::gateway::{PATIENCE, read_to_end};

/// A directory so deep that a menu line of it is hundreds of times as long as a name.
fn deep() -> String {
    vec!["d".repeat(99); 9].join("/")
}

/// A server whose deep directory has so many names of one letter, in an NLST.
fn many(names: usize) -> Builder {
    let listing = "x\r\n".repeat(names).into_bytes();
    Ftpd::builder()
        .dir(deep().as_bytes())
        .vice(Vice::NlstOnly)
        .vice(Vice::ListingText(listing))
}

/// The menu of that directory.
fn menu(case: &Case, names: usize) -> Vec<u8> {
    let (here, server) = (case.gateway.addr(), case.server.addr());
    let selector = format!("/ftp/{server}/{}/x", deep());
    let line = format!("0x\t{selector}\t{}\t{}\r\n", here.ip(), here.port());
    line.repeat(names)
        .into_bytes()
        .into_iter()
        .chain(*b".\r\n")
        .collect()
}

/// A client that has asked and whose system holds little for it.
fn narrow(case: &Case, path: &str) -> TcpStream {
    let stream = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    set_socket_recv_buffer_size(&stream, 64 * 1024).unwrap();
    connect(&stream, &case.gateway.addr()).unwrap();
    let mut stream = TcpStream::from(stream);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("/ftp/{}/{path}\r\n", case.server.addr());
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// Waits until the answer has begun, and takes none of it.
fn wait_for_first_byte(stream: &TcpStream) {
    assert_eq!(stream.peek(&mut [0]).unwrap(), 1);
}

/// The most memory that the gateway ever had, in KiB.
fn peak(gateway: &Gateway) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let size = line.unwrap().trim().strip_suffix(" kB");
    size.unwrap().parse().unwrap()
}

#[test]
fn a_client_that_stops_reading_finds_a_reset_and_no_end() {
    const NAMES: usize = 20_000;
    each(&[true, false], |is_menu, window| {
        let builder = if *is_menu {
            many(NAMES)
        } else {
            archive().vice(Vice::EndlessFile).vice(Vice::NoSize)
        };
        let case = Case::with_config(builder, window, "seconds.client_idle = 1");
        let path = if *is_menu {
            deep() + "/"
        } else {
            "pub/a".to_owned()
        };
        let mut stream = narrow(&case, &path);
        wait_for_first_byte(&stream);
        // What the systems under both hold between them may grow for a while, so that it is not one
        // second exactly.
        case.gateway
            .wait_for_log("the client stopped taking its answer");
        let part = read_to_end(&mut stream).expect_err("an end where a reset is due");
        if *is_menu {
            assert!(menu(&case, NAMES).starts_with(&part));
            assert!(!part.ends_with(b"\r\n.\r\n"));
        } else {
            assert!(part.iter().all(|byte| *byte == b'x'));
        }
        let list = format!("LOGIN|CWD {}|PASV|TYPE I|FEAT|LIST|PASV|NLST", deep());
        case.saw(&[if *is_menu {
            &list
        } else {
            FILE.trim_end_matches("|QUIT")
        }]);
    });
}

#[test]
fn a_client_that_reads_slowly_and_steadily_is_served_to_the_end() {
    const NAMES: usize = 16_000;
    const AT_ONCE: u64 = 640 * 1024;
    each(&[true, false], |is_menu, window| {
        let body = vec![b'y'; 15 << 20];
        let builder = if *is_menu {
            many(NAMES)
        } else {
            Ftpd::builder().file(b"/pub/a", body.clone())
        };
        let case = Case::with_config(builder, window, "seconds.client_idle = 2");
        let path = if *is_menu {
            deep() + "/"
        } else {
            "pub/a".to_owned()
        };
        let mut stream = narrow(&case, &path);
        let start = Instant::now();
        let mut answer = Vec::new();
        while (&mut stream)
            .take(AT_ONCE)
            .read_to_end(&mut answer)
            .unwrap()
            > 0
        {
            thread::sleep(Duration::from_millis(200));
        }
        assert!(start.elapsed() > Duration::from_secs(3));
        let whole = if *is_menu { menu(&case, NAMES) } else { body };
        assert!(answer == whole, "{} of {} bytes", answer.len(), whole.len());
    });
}

#[test]
fn a_menu_many_times_its_listing_is_whole() {
    const NAMES: usize = 30_000;
    let case = Case::new(many(NAMES), 8);
    let whole = menu(&case, NAMES);
    assert!(whole.len() > 28_000_000);
    assert!(case.get(&(deep() + "/")) == whole);
    let sent = format!("LOGIN|CWD {}|PASV|TYPE I|FEAT|LIST|PASV|NLST|QUIT", deep());
    case.saw(&[&sent]);
}

#[test]
fn many_stalled_clients_of_such_a_menu_take_little_memory() {
    let case = Case::new(many(30_000), 8);
    let clients: Vec<TcpStream> = (0..20).map(|_| narrow(&case, &(deep() + "/"))).collect();
    clients.iter().for_each(wait_for_first_byte);
    let peak = peak(&case.gateway);
    assert!(peak < 100 * 1024, "{peak} KiB");
    drop(clients);
    wait_until("all closed", || case.server.open_sessions() == 0);
}
