//! What comes under TLS, and what certificates will do.

use std::io::Write;
use std::net::SocketAddr;
use std::thread;

use crate::certificates::{
    authority, early, expired, good, named, new_authority, odd, self_signed, signed,
};
use crate::support::archive::{self, Checksum, archive};
use crate::support::gateway::{self, Gateway, error_text};
use crate::support::real::{self, Daemon, RealServer, Setup, Tls};

/// A server under TLS.
pub fn start(daemon: Daemon, identity: String, version: &'static str) -> Option<RealServer> {
    let setup = Setup {
        tls: Some(Tls { identity, version }),
        ..Setup::default()
    };
    real::start(daemon, &setup, &archive().root)
}

/// A gateway that links a server, trusts our authority, and has more text in its configuration.
pub fn gateway(server: SocketAddr, config: &str) -> Gateway {
    trusting(server, &authority().as_ref().pem(), config)
}

fn trusting(server: SocketAddr, pem: &str, config: &str) -> Gateway {
    gateway::Setup::linking(server)
        .file("ca.pem", pem)
        .config("ca_file = \"ca.pem\"")
        .config(config)
        .start()
}

pub fn selector(server: SocketAddr, path: &str) -> String {
    format!("/ftp/{server}/{path}")
}

/// Whether the control connection of every fetch had a session of its own, and every data connection
/// took it up. pure-ftpd gives no tickets, by which TLS 1.3 has them.
#[track_caller]
fn assert_resumed(daemon: Daemon, gateway: &Gateway, version: &str) {
    let log = gateway.log();
    let lines = |words: &str| -> Vec<String> {
        let lines = log.lines().filter_map(|line| line.split_once(words));
        lines.map(|(_, how)| how.to_owned()).collect()
    };
    let (control, data) = (lines(" TLS: "), lines(" TLS for data: "));
    let fresh = format!("TLSv{}", version.replace('.', "_"));
    assert!(!data.is_empty() && control.len() >= data.len(), "{log}");
    assert!(control.iter().all(|how| *how == fresh), "{control:?}");
    let resumed = match daemon {
        Daemon::PureFtpd if version == "1.3" => fresh,
        _ => format!("{fresh}, resumed"),
    };
    assert!(data.iter().all(|how| *how == resumed), "{data:?}");
}

pub fn menus_and_files_come_whole_in_both_versions_of_tls(daemon: Daemon) {
    for version in ["1.2", "1.3"] {
        let Some(server) = start(daemon, good(), version) else {
            return;
        };
        for config in ["tls = \"require\"", "tls = \"try\"\nwindow = 8"] {
            let gateway = gateway(server.addr(), config);
            let selector = |path: &str| selector(server.addr(), path);
            let names = |menu: &str| -> Vec<Vec<u8>> {
                let items = gateway.menu(selector(menu));
                let mut names: Vec<_> = items.into_iter().map(|item| item.selector).collect();
                names.sort_unstable();
                names
            };
            let root = [
                "README",
                "big.bin",
                "empty.bin",
                "hundreds/",
                "links/",
                "locked/",
                "many/",
                "secret/",
                "sub/",
            ];
            assert_eq!(names(""), root.map(|name| selector(name).into_bytes()));
            let hundreds = (0..archive::HUNDREDS).map(archive::hundreds_name);
            let hundreds = hundreds.map(|name| selector(&format!("hundreds/{name}")).into_bytes());
            assert_eq!(names("hundreds/"), hundreds.collect::<Vec<_>>());
            assert_eq!(gateway.get(selector("README")), archive::README);
            assert_eq!(gateway.get(selector("empty.bin")), b"");
            let bytes = gateway.get(selector("hundreds/part-099.bin"));
            assert!(bytes == archive::hundreds_content(99));
            // Taken for a file first, and refused as one: the second data connection has a ticket.
            assert_eq!(gateway.menu(selector("hundreds")).len(), archive::HUNDREDS);
            let missing = error_text(&gateway.get(selector("missing.txt")));
            let told = format!("the FTP server {} refused: 55", server.addr());
            assert!(missing.starts_with(&told), "{missing}");
            assert_resumed(daemon, &gateway, version);
        }
    }
}

pub fn a_file_of_300_mib_has_its_checksum(daemon: Daemon) {
    let Some(server) = start(daemon, good(), "1.3") else {
        return;
    };
    let gateway = gateway(server.addr(), "tls = \"require\"");
    let mut stream = gateway.connect();
    let request = format!("{}\r\n", selector(server.addr(), "big.bin"));
    stream.write_all(request.as_bytes()).unwrap();
    let (sum, length) = Checksum::of_stream(stream).unwrap();
    assert_eq!(length, archive::BIG_SIZE);
    assert_eq!(sum, archive().big_checksum);
    assert_resumed(daemon, &gateway, "1.3");
}

/// More at once than a server gives tickets.
const MANY: usize = 16;

pub fn many_at_once_have_each_a_session_of_their_own(daemon: Daemon) {
    let Some(server) = start(daemon, good(), "1.3") else {
        return;
    };
    let gateway = gateway(server.addr(), "tls = \"require\"");
    thread::scope(|scope| {
        for number in 0..MANY {
            let (gateway, addr) = (&gateway, server.addr());
            scope.spawn(move || {
                let name = archive::hundreds_name(number);
                let bytes = gateway.get(selector(addr, &format!("hundreds/{name}")));
                assert!(bytes == archive::hundreds_content(number), "{name}");
            });
        }
    });
    assert_resumed(daemon, &gateway, "1.3");
}

pub fn a_certificate_that_is_not_in_order_is_the_end(daemon: Daemon) {
    let stranger = new_authority();
    for (identity, verdict) in [
        (signed(expired(), authority()), "expired"),
        (signed(early(), authority()), "is not valid yet"),
        (signed(odd(), authority()), "cannot be used"),
        (
            signed(named(&["ftp.example.org", "127.0.0.9"]), authority()),
            "is for another name",
        ),
        (
            signed(named(&["127.0.0.1"]), &stranger),
            "is signed by nobody we trust",
        ),
        (
            self_signed(named(&["127.0.0.1"]), false).1,
            "is signed by nobody we trust",
        ),
        (
            self_signed(named(&["127.0.0.1"]), true).1,
            "is signed by nobody we trust",
        ),
    ] {
        let Some(server) = start(daemon, identity, "1.3") else {
            return;
        };
        // To try is no reason to take what may be anybody's.
        for tls in ["require", "try"] {
            let gateway = gateway(server.addr(), &format!("tls = \"{tls}\""));
            let text = format!(
                "the TLS certificate of the FTP server {} {verdict}",
                server.addr()
            );
            let answer = gateway.get(selector(server.addr(), "README"));
            assert_eq!(error_text(&answer), text);
            assert!(!gateway.log().contains("> USER"), "{}", gateway.log());
        }
    }
}

pub fn a_host_is_held_to_the_name_that_it_was_asked_for_by(daemon: Daemon) {
    // The addresses of a name are of no account.
    let by_name = signed(named(&["localhost"]), authority());
    let by_address = signed(named(&["127.0.0.1", "::1"]), authority());
    for (identity, ipv6, fits) in [
        (&by_name, false, "localhost"),
        (&by_address, false, "127.0.0.1"),
        (&by_address, true, "%5B::1%5D"),
    ] {
        let setup = Setup {
            ipv6,
            tls: Some(Tls {
                identity: identity.clone(),
                version: "1.3",
            }),
            ..Setup::default()
        };
        let Some(server) = real::start(daemon, &setup, &archive().root) else {
            return;
        };
        let port = server.addr().port();
        let hosts = match ipv6 {
            true => &["%5B::1%5D"][..],
            false => &["localhost", "127.0.0.1"],
        };
        let links = hosts
            .iter()
            .map(|host| format!("1x\t/ftp/{host}:{port}/\n"));
        let gateway = gateway::Setup::map(links.collect::<String>())
            .file("ca.pem", authority().as_ref().pem())
            .config("ca_file = \"ca.pem\"\ntls = \"require\"")
            .start();
        for host in hosts {
            let answer = gateway.get(format!("/ftp/{host}:{port}/README"));
            if *host == fits {
                assert_eq!(answer, archive::README);
                continue;
            }
            let text =
                format!("the TLS certificate of the FTP server {host}:{port} is for another name");
            assert_eq!(error_text(&answer), text);
        }
    }
}

pub fn a_certificate_that_signed_itself_will_do_if_it_is_named(daemon: Daemon) {
    for as_authority in [false, true] {
        let here = self_signed(named(&["127.0.0.1"]), as_authority);
        let elsewhere = self_signed(named(&["ftp.example.org"]), as_authority);
        let old = self_signed(expired(), as_authority);
        for ((pem, identity), verdict) in [
            (here, None),
            (elsewhere, Some("is for another name")),
            (old, Some("expired")),
        ] {
            let Some(server) = start(daemon, identity, "1.2") else {
                return;
            };
            let gateway = trusting(server.addr(), &pem, "tls = \"require\"");
            let answer = gateway.get(selector(server.addr(), "README"));
            match verdict {
                None => assert_eq!(answer, archive::README),
                Some(verdict) => assert_eq!(
                    error_text(&answer),
                    format!(
                        "the TLS certificate of the FTP server {} {verdict}",
                        server.addr()
                    )
                ),
            }
        }
    }
}

pub fn a_server_without_tls_is_for_those_who_only_try(daemon: Daemon) {
    let Some(server) = real::start(daemon, &Setup::default(), &archive().root) else {
        return;
    };
    for window in [1, 8] {
        let config = format!("tls = \"try\"\nwindow = {window}");
        let tries = gateway(server.addr(), &config);
        let answer = tries.get(selector(server.addr(), "README"));
        assert_eq!(answer, archive::README);
        tries.wait_for_log("> AUTH TLS");
        let config = format!("tls = \"require\"\nwindow = {window}");
        let requires = gateway(server.addr(), &config);
        let text = error_text(&requires.get(selector(server.addr(), "README")));
        let told = format!("the FTP server {} refused to use TLS: 5", server.addr());
        assert!(text.starts_with(&told), "{text}");
        assert!(!requires.log().contains("> USER"), "{}", requires.log());
    }
}

pub fn a_server_that_calls_is_under_tls_too(daemon: Daemon) {
    let setup = Setup {
        refuse_passive: true,
        tls: Some(Tls {
            identity: good(),
            version: "1.3",
        }),
        ..Setup::default()
    };
    let Some(server) = real::start(daemon, &setup, &archive().root) else {
        return;
    };
    let gateway = gateway(server.addr(), "tls = \"require\"\nactive = \"fallback\"");
    let answer = gateway.get(selector(server.addr(), "README"));
    assert_eq!(answer, archive::README);
    assert_resumed(daemon, &gateway, "1.3");
}
