//! The examples do what their first lines say.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

#[path = "../examples/demo/archive.rs"]
mod archive;
#[path = "support/example.rs"]
mod example;
#[path = "support/ftpd/mod.rs"]
mod ftpd;
#[path = "support/left_out.rs"]
mod left_out;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use archive::Archive;
use example::{Demo, example, run};
use ftpd::{Ftpd, Vice};

/// Bytes of every value, and ends of lines of both kinds.
fn body() -> Vec<u8> {
    let every = (0..=255).cycle().take(100_000);
    every.chain(*b"\r\n.\r\n\nthe end").collect()
}

fn fetch(server: &Ftpd, path: &str) -> Output {
    let url = format!("ftp://{}/{path}", server.addr());
    run(example("fetch").arg(url), b"")
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn fetch_writes_a_file_byte_for_byte_and_says_goodbye() {
    let server = Ftpd::builder().file(b"/pub/a b", body()).start();
    let output = fetch(&server, "pub/a%20b");
    assert_eq!(
        (output.status.code(), words(&output)),
        (Some(0), String::new())
    );
    assert!(output.stdout == body(), "{} bytes", output.stdout.len());
    let commands = server.transcript(0);
    assert!(
        commands.contains(&"RETR pub/a b".to_owned()),
        "{commands:?}"
    );
    assert_eq!(commands.last().unwrap(), "QUIT");
}

#[test]
fn fetch_writes_an_empty_file() {
    let server = Ftpd::builder().file(b"/nothing", "").start();
    let output = fetch(&server, "nothing");
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(output.stdout, b"");
}

#[test]
fn fetch_writes_a_listing_as_the_server_sends_it() {
    let server = Ftpd::builder()
        .dir(b"/pub/sub")
        .file(b"/pub/name", "hello")
        .vice(Vice::NoMlsd)
        .start();
    let output = fetch(&server, "pub/");
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "-rw-r--r--   1 ftp      ftp                 5 Jan 02  2024 name\r\n\
         drwxr-xr-x   2 ftp      ftp              4096 Jan 02  2024 sub\r\n"
    );
}

#[test]
fn fetch_of_what_is_not_there_fails_and_writes_nothing() {
    let server = Ftpd::builder().dir(b"/pub").start();
    let output = fetch(&server, "pub/nosuch");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let words = words(&output);
    assert!(
        words.starts_with("fetch: the FTP server 127.0.0.1:") && words.contains("550"),
        "{words}"
    );
    assert_eq!(words.lines().count(), 1, "{words}");
}

#[test]
fn fetch_of_a_part_fails_and_says_so() {
    for vice in [
        Vice::ShortData(60_000),
        Vice::DataReset(60_000),
        Vice::FinalReply("451 the disk is broken"),
        Vice::CloseControlAfterData,
    ] {
        let server = Ftpd::builder()
            .file(b"/a", body())
            .vice(vice.clone())
            .start();
        let output = fetch(&server, "a");
        assert_eq!(output.status.code(), Some(1), "{vice:?}");
        assert!(body().starts_with(&output.stdout), "{vice:?}");
        let words = words(&output);
        assert!(words.starts_with("fetch: the"), "{vice:?}: {words}");
        assert_eq!(words.lines().count(), 1, "{vice:?}: {words}");
    }
}

#[test]
fn fetch_takes_one_ftp_url() {
    for arguments in [
        &[][..],
        &["gopher://127.0.0.1/"],
        &["/ftp/127.0.0.1/"],
        &["ftp://127.0.0.1/", "ftp://127.0.0.1/"],
    ] {
        let output = run(example("fetch").args(arguments), b"");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(output.stdout, b"");
        assert_eq!(
            words(&output),
            "fetch: usage: fetch ftp://HOST[:PORT]/PATH\n"
        );
    }
}

#[test]
fn parse_listing_writes_one_json_object_per_entry() {
    let listing = b"total 3\r\n\
        drwxr-xr-x   2 ftp      ftp          4096 Jan 02  2024 pub\r\n\
        -rw-r--r--   1 ftp      ftp          1234 Nov 21 10:30 a \"b\".txt\r\n\
        -rw-r--r--   1 ftp      ftp             0 Dec 24 23:59 caf\xe9\r\n\
        lrwxrwxrwx   1 ftp      ftp             3 Jan 02  2024 link -> pub\r\n\
        nothing of the kind\r\n";
    let mut command = example("parse_listing");
    let output = run(command.args(["--now", "2026-11-22T12:00"]), listing);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "{\"mtime\":[2024,1,2,0,0,0],\"name\":\"pub\",\"size\":4096,\"target\":null,\"type\":\"d\"}\n\
         {\"mtime\":[2026,11,21,10,30,0],\"name\":\"a \\\"b\\\".txt\",\"size\":1234,\"target\":null,\"type\":\"-\"}\n\
         {\"mtime\":[2025,12,24,23,59,0],\"name\":\"caf\u{e9}\",\"size\":0,\"target\":null,\"type\":\"-\"}\n\
         {\"mtime\":[2024,1,2,0,0,0],\"name\":\"link\",\"size\":3,\"target\":\"pub\",\"type\":\"l\"}\n"
    );
}

#[test]
fn parse_listing_refuses_a_clock_that_is_none() {
    let output = run(example("parse_listing").args(["--now", "yesterday"]), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert!(words(&output).starts_with("parse_listing: yesterday: "));
}

#[test]
fn the_demo_ends_well_at_ctrl_c() {
    assert_eq!(Demo::start().interrupt().code(), Some(0));
}

#[test]
fn the_demo_refuses_an_address_that_is_none() {
    let output = run(example("demo").args(["--listen", "nowhere"]), b"");
    assert_eq!(output.status.code(), Some(1));
    let words = words(&output);
    assert!(words.starts_with("demo: nowhere: "), "{words}");
}

/// A folder as the demo serves one.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for inside in ["sub", ".git", "target"] {
        fs::create_dir_all(folder.join(inside)).unwrap();
        fs::write(folder.join(inside).join("file"), "kept").unwrap();
    }
    fs::write(folder.join("file"), "kept").unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    folder
}

/// Every path below a folder, and what the files hold.
fn contents(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
            found.push((path, None));
        } else {
            found.push((path.clone(), Some(fs::read(path).unwrap())));
        }
    }
    found.sort();
    found
}

fn curl(arguments: &[&str]) -> Option<Output> {
    if Command::new("curl").arg("--version").output().is_err() {
        left_out::say("curl: not installed");
        return None;
    }
    let mut command = Command::new("curl");
    command.args(["-sS", "--path-as-is", "--noproxy", "*"]);
    Some(run(command.args(arguments), b"written"))
}

#[test]
fn the_archive_of_the_demo_refuses_all_that_writes() {
    let folder = folder("archive-to-be-read");
    let before = contents(&folder);
    let archive = Archive::start(&folder).unwrap();
    let root = format!("ftp://{}/", archive.addr());
    let file = format!("{root}file");
    let new = format!("{root}new");
    for arguments in [
        &["-T", "-", new.as_str()][..],
        &["-T", "-", file.as_str()],
        &["-a", "-T", "-", file.as_str()],
        &["-Q", "DELE file", root.as_str()],
        &["-Q", "MKD new", root.as_str()],
        &["-Q", "RMD empty", root.as_str()],
        &["-Q", "RNFR file", "-Q", "RNTO new", root.as_str()],
    ] {
        let Some(output) = curl(arguments) else {
            return;
        };
        assert!(
            words(&output).ends_with(" 550\n"),
            "{arguments:?}: {output:?}"
        );
        assert_eq!(contents(&folder), before, "{arguments:?}");
    }
    assert_eq!(curl(&[&file]).unwrap().stdout, b"kept");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_archive_of_the_demo_leaves_out_git_and_target() {
    let folder = folder("archive-left-out");
    let archive = Archive::start(&folder).unwrap();
    let url = |path: &str| format!("ftp://{}/{path}", archive.addr());
    let Some(listing) = curl(&["--list-only", &url("")]) else {
        return;
    };
    let listing = String::from_utf8(listing.stdout).unwrap();
    let mut names: Vec<&str> = listing.lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["empty", "file", "sub"]);
    for path in [
        ".git/",
        ".git/file",
        "target/file",
        "sub/../.git/file",
        "/.git/file",
    ] {
        let output = curl(&[&url(path)]).unwrap();
        assert!(!output.status.success(), "{path}");
        assert_eq!(output.stdout, b"", "{path}");
    }
    assert_eq!(curl(&[&url("sub/file")]).unwrap().stdout, b"kept");
    fs::remove_dir_all(&folder).unwrap();
}
