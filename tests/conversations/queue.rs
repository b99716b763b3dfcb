//! More clients than may stand without a greeting before one server.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::*;
use crate::support::gateway::read_to_end;

/// Most connections to one server that are without its greeting.
const MAX_UNGREETED: usize = 16;

/// Texts by which a client that has waited in vain is told so.
const IN_VAIN: [&str; 2] = [
    "too many here wait for the FTP server SERVER: no turn within 3 s, try again later",
    "the FTP server SERVER let 3 s pass without the beginning of an answer",
];

#[test]
fn one_past_those_before_a_silent_server_waits_without_a_connection_and_is_told_in_time() {
    both(|window| {
        let case = Case::with_config(archive().vice(Vice::Silent), window, "seconds.begin = 3");
        let request = format!("/ftp/{}/pub/a\r\n", case.server.addr());
        let ask = || {
            let mut stream = case.gateway.connect();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        };
        let mut before: Vec<_> = (0..MAX_UNGREETED).map(|_| ask()).collect();
        wait_until("all of them at the door", || {
            case.server.sessions() == MAX_UNGREETED
        });
        let start = Instant::now();
        let mut last = ask();
        wait_until("all have asked", || {
            case.gateway.log().matches(" wants ").count() > MAX_UNGREETED
        });
        assert_eq!(case.server.sessions(), MAX_UNGREETED);
        let text = |answer: Vec<u8>| {
            error_text(&answer).replace(&case.server.addr().to_string(), "SERVER")
        };
        let said = text(read_to_end(&mut last).unwrap());
        assert!(IN_VAIN.contains(&said.as_str()), "{said}");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
        for stream in &mut before {
            assert_eq!(text(read_to_end(stream).unwrap()), IN_VAIN[1]);
        }
        assert!(case.server.sessions() <= MAX_UNGREETED + 1);
        wait_until("all closed", || case.server.open_sessions() == 0);
    });
}
