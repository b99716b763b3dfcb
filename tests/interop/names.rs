//! Names that are hard on menus, selectors, commands and listings: each must lead from the menu to
//! the bytes of its file. What a server itself cannot do is asked of it without the gateway, too.

use std::collections::BTreeSet;

use crate::ground::{Ground, assert_tells, gateway, refusal_of_file, selector};
use crate::raw::Raw;
use crate::support::archive;
use crate::support::real::{Daemon, RealServer};

/// What a server makes of a name that it has on its disk.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shows {
    /// The name.
    Itself,
    /// Nothing.
    Nothing,
    /// Another name, under which it finds nothing.
    Another(Vec<u8>),
    /// The name, and refuses it when it comes back.
    WhatItRefuses,
}

fn shows(daemon: Daemon, name: &[u8]) -> Shows {
    let latin1 = std::str::from_utf8(name).is_err();
    match daemon {
        Daemon::PureFtpd if name.contains(&b'\t') => Shows::Nothing,
        Daemon::PureFtpd if name.contains(&b'\\') => Shows::WhatItRefuses,
        Daemon::Pyftpdlib if latin1 => Shows::Another(b"caf?-latin1.txt".to_vec()),
        Daemon::Libunftp if latin1 => Shows::Another("caf\u{fffd}-latin1.txt".into()),
        _ => Shows::Itself,
    }
}

pub fn every_name_leads_from_the_menu_to_its_file(ground: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let directory = selector(server, "sub/").into_bytes();
    let mut found = BTreeSet::new();
    for item in gateway.menu(&directory) {
        let shown = item.selector.escape_ascii().to_string();
        assert_eq!(item.kind, '0', "{shown}");
        assert!(item.selector.iter().all(u8::is_ascii_graphic), "{shown}");
        let encoded = item.selector.strip_prefix(&directory[..]).expect(&shown);
        let name = decode(encoded);
        let answer = gateway.get(&item.selector);
        if archive::odd_names().contains(&name) && shows(ground.daemon, &name) == Shows::Itself {
            let expected = [&name[..], b"\n"].concat();
            assert_eq!(
                answer.escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
        } else {
            let reply = refusal_of_file(server, &[b"sub/", &name[..]].concat());
            assert_tells(&answer, server, "refused", &reply);
        }
        assert!(found.insert(name), "{shown} twice");
    }
    let mut expected = BTreeSet::new();
    for name in archive::odd_names() {
        let shown = name.escape_ascii();
        match shows(ground.daemon, &name) {
            Shows::Itself => {}
            Shows::Nothing => {
                ground.note(&format!("does not list `{shown}`"));
                assert_unlisted(server, &name);
                continue;
            }
            Shows::Another(other) => {
                ground.note(&format!("lists `{shown}` as `{}`", other.escape_ascii()));
                assert_unlisted(server, &name);
                expected.insert(other);
                continue;
            }
            Shows::WhatItRefuses => ground.note(&format!("lists and refuses `{shown}`")),
        }
        expected.insert(name);
    }
    assert_eq!(found, expected);
}

/// Asks the server itself: no listing has the name, and RETR does not know it.
#[track_caller]
fn assert_unlisted(server: &RealServer, name: &[u8]) {
    for command in ["MLSD", "LIST", "NLST"] {
        let listing = Raw::open(server).list(command, "sub");
        let has = |name: &[u8]| listing.windows(name.len()).any(|window| window == name);
        assert!(!has(name) && has(b"plain.txt"), "{}", name.escape_ascii());
    }
    refusal_of_file(server, &[b"sub/", name].concat());
}

fn decode(encoded: &[u8]) -> Vec<u8> {
    let mut parts = encoded.split(|byte| *byte == b'%');
    let mut bytes = parts.next().unwrap().to_vec();
    for part in parts {
        let digits = std::str::from_utf8(&part[..2]).unwrap();
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(&part[2..]);
    }
    bytes
}
