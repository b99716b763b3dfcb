//! The longest names that a Unix file system holds, made of every byte but `/`, NUL, CR and LF: each
//! leads from the menu, as its selector says, to the bytes of its file.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

mod support;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use percent_encoding::percent_decode;
use support::gateway::{Gateway, Item, Setup};
use support::real::{self, Daemon, RealServer};

/// As long as a name may be on Unix.
const LENGTH: usize = 255;

/// The name whose selector is the longest.
const DEEP: [u8; LENGTH] = [0xff; LENGTH];

/// Every byte that a name may have, on a server that is spoken to in lines.
fn every_byte() -> Vec<u8> {
    (1..=u8::MAX)
        .filter(|byte| !matches!(byte, b'/' | b'\r' | b'\n'))
        .collect()
}

/// Every byte, beginning with `first`, and `pad` at the end.
fn rotated(first: u8, pad: u8) -> Vec<u8> {
    let mut name = every_byte();
    let at = name.iter().position(|byte| *byte == first).unwrap();
    name.rotate_left(at);
    name.resize(LENGTH, pad);
    name
}

/// `part`, then every byte as far as there is room.
fn beginning(part: &[u8]) -> Vec<u8> {
    let mut name = [part, &every_byte()].concat();
    name.truncate(LENGTH);
    name
}

fn names() -> BTreeSet<Vec<u8>> {
    // What a listing, a command, a path, Telnet or a terminal could take for its own.
    let firsts = b" -~.\t\x01\x1b\x7f\x9b\xff\xf4\\%\"*;?'#&+0dl=@\x80\xc3";
    let mut names: BTreeSet<Vec<u8>> = firsts.iter().map(|first| rotated(*first, b'x')).collect();
    for part in [
        &b"a -> b"[..],
        b"  two  ",
        b"type=dir; ",
        b"..a",
        b"\xff\xff\xfe",
        b"-la ",
    ] {
        names.insert(beginning(part));
    }
    // Blanks and dots at the end, and the longest selector that there is.
    names.extend([
        rotated(b'!', b' '),
        rotated(b'A', b'.'),
        rotated(b'\xff', b'\xff'),
    ]);
    names.extend([
        DEEP.to_vec(),
        vec![0xe9; LENGTH],
        ["x", &"\u{e9}".repeat(127)].concat().into_bytes(),
    ]);
    names
}

/// A folder that the servers' users may read, gone with this.
struct Ground(PathBuf);

impl Ground {
    fn new(daemon: Daemon) -> Self {
        let mark = format!("names255-{}-{}", daemon.name(), std::process::id());
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(mark);
        let ground = Self(root);
        ground.folder(b"");
        ground
    }

    fn folder(&self, name: &[u8]) {
        let path = self.0.join(OsStr::from_bytes(name));
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }

    fn file(&self, folder: &[u8], name: &[u8]) {
        let path = self.0.join(OsStr::from_bytes(folder));
        let path = path.join(OsStr::from_bytes(name));
        fs::write(&path, name).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn shown(name: &[u8]) -> String {
    name.escape_ascii().to_string()
}

/// What a menu's item is called on the server.
fn name(item: &Item, directory: &[u8]) -> Vec<u8> {
    assert!(item.selector.iter().all(u8::is_ascii_graphic));
    let encoded = item.selector.strip_prefix(directory).unwrap();
    let encoded = encoded.strip_suffix(b"/").unwrap_or(encoded);
    percent_decode(encoded).collect()
}

/// All files of a directory come, all at once; the names that its menu has.
fn fetch_all(gateway: &Gateway, directory: &[u8]) -> BTreeSet<Vec<u8>> {
    let items = gateway.menu(directory);
    let files = items.iter().filter(|item| !matches!(item.kind, '1' | 'i'));
    thread::scope(|scope| {
        let fetches = files.map(|item| {
            scope.spawn(move || {
                let name = name(item, directory);
                assert_eq!(shown(&gateway.get(&item.selector)), shown(&name));
                let text = std::str::from_utf8(&item.display).expect("a display that is no UTF-8");
                assert!(!text.chars().any(char::is_control), "{text:?}");
                name
            })
        });
        let fetches: Vec<_> = fetches.collect();
        fetches
            .into_iter()
            .map(|fetch| fetch.join().unwrap())
            .collect()
    })
}

fn check(daemon: Daemon) {
    let ground = Ground::new(daemon);
    ground.folder(b"files");
    ground.folder(b"folders");
    for name in names() {
        assert_eq!(name.len(), LENGTH);
        ground.file(b"files", &name);
        let folder = [&b"folders/"[..], &name].concat();
        ground.folder(&folder);
        ground.file(&folder, b"in it");
    }
    ground.file(&[&b"folders/"[..], &DEEP].concat(), &DEEP);
    let Some(server) = real::start(daemon, &real::Setup::default(), &ground.0) else {
        return;
    };
    let gateway = Setup::linking(server.addr()).start();
    let (hidden, listed): (BTreeSet<_>, BTreeSet<_>) =
        names().into_iter().partition(|name| name[0] == b'.');
    let found = fetch_all(&gateway, &directory(&server, "files/"));
    let lost: Vec<_> = listed.difference(&found).map(|name| shown(name)).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    // Names with a dot in front are not listed by all, and are there all the same.
    for name in hidden.difference(&found) {
        assert_ne!(daemon, Daemon::Proftpd);
        let selector = [&directory(&server, "files/")[..], &encoded(name)].concat();
        assert_eq!(shown(&gateway.get(selector)), shown(name));
    }
    let folders = directory(&server, "folders/");
    let items = gateway.menu(&folders);
    let met: BTreeSet<_> = items.iter().map(|item| name(item, &folders)).collect();
    assert!(listed.is_subset(&met));
    thread::scope(|scope| {
        for item in &items {
            scope.spawn(|| {
                let inside = fetch_all(&gateway, &item.selector);
                assert_eq!(inside, BTreeSet::from([b"in it".to_vec()]));
            });
        }
    });
    // Two such names, one below the other, fill more than a line, and the menu says so.
    let deep = [&folders[..], &encoded(&DEEP), b"/"].concat();
    let info = gateway.menu(deep).pop().unwrap();
    assert_eq!(
        info.text(),
        "(one name here that no client could ask for is left out)"
    );
}

fn directory(server: &RealServer, path: &str) -> Vec<u8> {
    format!("/ftp/{}/{path}", server.addr()).into_bytes()
}

fn encoded(name: &[u8]) -> Vec<u8> {
    name.iter()
        .flat_map(|byte| format!("%{byte:02X}").into_bytes())
        .collect()
}

#[test]
fn vsftpd_gives_every_name_of_255_bytes() {
    check(Daemon::Vsftpd);
}

#[test]
fn proftpd_gives_every_name_of_255_bytes() {
    check(Daemon::Proftpd);
}
