//! Servers that refuse the ways to open a data connection which they are asked for first.

use crate::ground::{Ground, assert_tells, gateway, lines, root_lines, selector};
use crate::raw::Raw;
use crate::support::archive;
use crate::support::gateway::{Gateway, error_text};
use crate::support::real::{Daemon, RealServer, Setup};

const WINDOWS: [usize; 2] = [1, 8];
const REFUSED: &str = "refused every permitted way to open a data connection";

pub fn without_passive_the_server_calls_if_it_may(ground: &Ground, _: &RealServer) {
    let setup = Setup {
        refuse_passive: true,
        ..ground.setup()
    };
    let Some(server) = ground.start(&setup) else {
        return ground.leave_out("cannot refuse EPSV");
    };
    let mut raw = Raw::open(&server);
    let replies = ["PASV", "EPSV"].map(|command| raw.ask(command.as_bytes()));
    assert!(
        replies.iter().all(|reply| reply.starts_with('5')),
        "{replies:?}"
    );
    // The last of the two that was tried.
    let reply = &replies[usize::from(!ground.ipv6)];
    let call = if ground.ipv6 {
        "EPRT |2|::1|"
    } else {
        "PORT 127,0,0,1,"
    };
    for window in WINDOWS {
        let never = gateway(&server, &format!("window = {window}"));
        for path in ["", "README", "hundreds/part-000.bin"] {
            assert_tells(&never.get(selector(&server, path)), &server, REFUSED, reply);
        }
        assert!(
            !sent(&never, "PORT") && !sent(&never, "EPRT"),
            "{}",
            never.log()
        );
        let config = format!("window = {window}\nactive = \"fallback\"");
        let fallback = gateway(&server, &config);
        assert_serves(&fallback, &server);
        fallback.wait_for_log(&format!("> {call}"));
    }
}

pub fn without_epsv_there_is_pasv(ground: &Ground, _: &RealServer) {
    let setup = Setup {
        refuse_extended: true,
        ..ground.setup()
    };
    let Some(server) = ground.start(&setup) else {
        return ground.leave_out("cannot refuse EPSV");
    };
    let mut raw = Raw::open(&server);
    let extended = raw.ask(b"EPSV");
    let passive = raw.ask(b"PASV");
    if ground.ipv6 && ground.daemon == Daemon::PureFtpd {
        assert!(extended.starts_with("229"), "{extended}");
        assert_serves(&gateway(&server, ""), &server);
        return ground.leave_out("refuses EPSV over IPv4 only");
    }
    assert!(extended.starts_with('5'), "{extended}");
    assert!(passive.starts_with("227"), "{passive}");
    for window in WINDOWS {
        let gateway = gateway(&server, &format!("window = {window}"));
        if ground.ipv6 && no_port_for_ipv6(ground.daemon) {
            let text = error_text(&gateway.get(selector(&server, "README")));
            let host = format!("the FTP server {} ", server.addr());
            let told = text.starts_with(&host) && text.contains(" port ");
            assert!(told && text.contains(": 227 "), "{text}");
        } else {
            assert_serves(&gateway, &server);
            gateway.wait_for_log("> PASV");
        }
        // PASV stands first over IPv4, and its success leaves nothing to try.
        assert_eq!(sent(&gateway, "EPSV"), ground.ipv6, "{}", gateway.log());
    }
    if ground.ipv6 && no_port_for_ipv6(ground.daemon) {
        let numbers = passive.split(['(', ')']).nth(1).unwrap();
        assert_ne!(numbers.split(',').count(), 6, "{passive}");
        ground.note("over IPv6 its PASV names no host and port: an error item says so");
    }
}

/// Whether its answer to PASV, which RFC 959 knows for IPv4 only, is short of numbers over IPv6.
fn no_port_for_ipv6(daemon: Daemon) -> bool {
    matches!(daemon, Daemon::Proftpd | Daemon::Pyftpdlib)
}

#[track_caller]
fn assert_serves(gateway: &Gateway, server: &RealServer) {
    let root = gateway.get(selector(server, ""));
    assert_eq!(lines(&root), root_lines(server, gateway.addr()));
    assert_eq!(gateway.get(selector(server, "README")), archive::README);
    assert_eq!(gateway.get(selector(server, "empty.bin")), b"");
    let bytes = gateway.get(selector(server, "hundreds/part-000.bin"));
    assert!(bytes == archive::hundreds_content(0));
}

/// Whether the command was sent to the server, by the gateway's log.
fn sent(gateway: &Gateway, verb: &str) -> bool {
    gateway.log().contains(&format!(" > {verb}"))
}
