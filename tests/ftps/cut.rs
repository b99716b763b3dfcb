//! Data connections that somebody on the way cuts: what arrived is a part, whatever the server says.

use std::net::SocketAddr;

use crate::cases::{gateway, selector};
use crate::certificates::good;
use crate::proxy::{Cut, DataPorts};
use crate::support::archive::{self, archive};
use crate::support::gateway::items;
use crate::support::real::{self, Daemon, RealServer, Setup, Tls};

/// Bytes of the big file that pass: the first of it and the handshake.
const PASSED: usize = 1 << 20;

/// A server, and the address of somebody before it.
fn start(daemon: Daemon, version: &'static str, cut: Cut) -> Option<(RealServer, SocketAddr)> {
    let ports = DataPorts::find();
    let setup = Setup {
        data_ports: Some(ports.range()),
        tls: Some(Tls {
            identity: good(),
            version,
        }),
        ..Setup::default()
    };
    let server = real::start(daemon, &setup, &archive().root)?;
    let addr = ports.stand_before(server.addr(), cut);
    Some((server, addr))
}

pub fn a_file_that_is_cut_ends_in_a_reset(daemon: Daemon) {
    let Some((_server, addr)) = start(daemon, "1.3", Cut::After(PASSED)) else {
        return;
    };
    let gateway = gateway(addr, "tls = \"require\"");
    let request = format!("{}\r\n", selector(addr, "big.bin"));
    let part = gateway.exchange(request.as_bytes());
    let part = part.expect_err("a part that looks whole").len();
    assert!(part < PASSED, "{part}");
    // Below the cut nothing is lost.
    let whole = gateway.get(selector(addr, "README"));
    assert_eq!(whole, archive::README);
}

pub fn a_file_without_its_close_notify_ends_in_a_reset(daemon: Daemon) {
    for version in ["1.2", "1.3"] {
        let Some((_server, addr)) = start(daemon, version, Cut::CloseNotify) else {
            return;
        };
        let gateway = gateway(addr, "tls = \"require\"");
        let request = format!("{}\r\n", selector(addr, "README"));
        let answer = gateway.exchange(request.as_bytes());
        // Not a byte lacks, the server is content, and still nobody can say so.
        assert_eq!(answer, Err(archive::README.to_vec()));
        gateway.wait_for_log("< 226");
        let end = format!("the connection to the FTP server {addr} broke: unexpected end of file");
        gateway.wait_for_log(&end);
    }
}

pub fn a_menu_without_its_close_notify_says_so(daemon: Daemon) {
    let Some((_server, addr)) = start(daemon, "1.3", Cut::CloseNotify) else {
        return;
    };
    let gateway = gateway(addr, "tls = \"require\"");
    let menu = items(&gateway.get(selector(addr, "hundreds/")));
    let (last, names) = menu.split_last().unwrap();
    assert_eq!(names.len(), archive::HUNDREDS);
    assert_eq!(
        (last.kind, last.text()),
        (
            '3',
            format!(
                "This menu is not complete: the connection to the FTP server {addr} broke: \
                 unexpected end of file"
            )
        )
    );
}
