//! `gophergate fetch`: what arrives, under which name, and how an unfinished file goes on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod support;

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use support::archive::{self, archive};
use support::ftpd::{Builder, Ftpd, Vice};
use support::left_out;
use support::real::{self, Daemon};

/// When every file of the scripted server was modified, as the file system says it.
const MODIFIED: u64 = 1_704_164_645;
const LOGIN: &str = "USER anonymous|PASS gophergate@example.com";

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fetch-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Bytes that differ at every place where a transfer could go on by mistake.
fn body() -> Vec<u8> {
    (0u32..50_000).flat_map(u32::to_le_bytes).collect()
}

fn server() -> Builder {
    Ftpd::builder().file(b"/pub/a", body()).dir(b"/pub/deep")
}

fn fetch(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .arg("fetch")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("GOPHERGATE_LOG")
        .output()
        .unwrap()
}

fn url(server: &Ftpd, path: &str) -> String {
    format!("ftp://{}/{path}", server.addr())
}

/// Exit code, standard output, standard error with the server called SERVER.
fn said(server: &Ftpd, output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let err = text(&output.stderr).replace(&server.addr().to_string(), "SERVER");
    (output.status.code(), text(&output.stdout), err)
}

fn nothing() -> (Option<i32>, String, String) {
    (Some(0), String::new(), String::new())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn transcript(server: &Ftpd, session: usize) -> String {
    server.transcript(session).join("|").replace(LOGIN, "LOGIN")
}

/// Puts an unfinished file there, as an earlier run left it.
fn leave_part(folder: &Path, bytes: &[u8], modified: u64) {
    let file = folder.join("a.part");
    fs::write(&file, bytes).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(modified);
    let file = OpenOptions::new().write(true).open(file).unwrap();
    file.set_modified(time).unwrap();
}

#[test]
fn a_file_gets_its_name_time_and_bytes() {
    let (folder, server) = (folder("plain"), server().start());
    let output = fetch(&folder, &[&url(&server, "pub/a")]);
    assert_eq!(said(&server, &output), nothing());
    assert_eq!(names(&folder), ["a"]);
    assert!(fs::read(folder.join("a")).unwrap() == body());
    let modified = fs::metadata(folder.join("a")).unwrap().modified().unwrap();
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(since.as_secs(), MODIFIED);
    assert_eq!(
        transcript(&server, 0),
        "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT"
    );
}

#[test]
fn output_names_a_file_or_standard_output() {
    let (folder, server) = (folder("output"), server().start());
    let url = url(&server, "pub/a");
    let output = fetch(&folder, &[&url, "-o", "b"]);
    assert_eq!(said(&server, &output), nothing());
    assert!(fs::read(folder.join("b")).unwrap() == body());
    let output = fetch(&folder, &[&url, "-o", "-"]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    assert!(output.stdout == body());
    let output = fetch(&folder, &[&url, "--output=/dev/null"]);
    assert_eq!(said(&server, &output), nothing());
    assert_eq!(names(&folder), ["b"]);
}

#[test]
fn what_is_there_is_kept() {
    let (folder, server) = (folder("there"), server().start());
    fs::write(folder.join("a"), "mine").unwrap();
    fs::create_dir(folder.join("d")).unwrap();
    let url = url(&server, "pub/a");
    let there = "it is there already: -o names another file, -f replaces this one";
    for (arguments, words) in [
        (vec![], format!("a: {there}")),
        (vec!["-o", "a"], format!("a: {there}")),
        (vec!["-o", "d"], "d: it is a folder".to_owned()),
        (vec!["-o", "d", "-f"], "d: it is a folder".to_owned()),
        (
            vec!["-o", "no/a"],
            "no/a.part: No such file or directory (os error 2)".to_owned(),
        ),
    ] {
        let output = fetch(&folder, &[&[url.as_str()], &arguments[..]].concat());
        let expected = (Some(1), String::new(), format!("gophergate: {words}\n"));
        assert_eq!(said(&server, &output), expected);
    }
    assert_eq!(fs::read(folder.join("a")).unwrap(), b"mine");
    assert_eq!(names(&folder), ["a", "d"]);
    let output = fetch(&folder, &[&url, "-f"]);
    assert_eq!(said(&server, &output), nothing());
    assert!(fs::read(folder.join("a")).unwrap() == body());
}

#[test]
fn a_file_that_was_cut_goes_on_where_it_ended() {
    for (name, vice, words) in [
        (
            "short",
            Vice::ShortData(100_000),
            "the FTP server SERVER sent 100000 of 200000 bytes",
        ),
        (
            "stall",
            Vice::StallAfter(100_000),
            "the FTP server SERVER let 1 s pass without sending more data",
        ),
    ] {
        let folder = folder(name);
        fs::write(folder.join("haste.toml"), "seconds.idle = 1\n").unwrap();
        let server = server().vice_in(0, vice.clone()).start();
        let url = url(&server, "pub/a");
        let arguments = [&url, "--config", "haste.toml"];
        let output = fetch(&folder, &arguments);
        let left = "gophergate: a.part has the first 100000 bytes";
        let expected = format!("gophergate: {words}\n{left}\n");
        assert_eq!(said(&server, &output), (Some(1), String::new(), expected));
        assert_eq!(names(&folder), ["a.part", "haste.toml"]);
        let output = fetch(&folder, &arguments);
        assert_eq!(said(&server, &output), nothing(), "{vice:?}");
        assert_eq!(names(&folder), ["a", "haste.toml"]);
        assert!(fs::read(folder.join("a")).unwrap() == body(), "{vice:?}");
        assert_eq!(
            transcript(&server, 1),
            "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|REST 83616|RETR pub/a|QUIT"
        );
    }
}

/// More than all the buffers on the way hold, so that the server's last word comes behind a beginning.
const MUCH: usize = 16 << 20;

#[test]
fn a_whole_file_that_the_server_takes_back_is_asked_for_once_more() {
    let folder = folder("taken-back");
    let much = vec![b'x'; MUCH];
    let server = Ftpd::builder()
        .file(b"/pub/a", much.clone())
        .vice_in(0, Vice::FinalReply("451 the disk is broken"))
        .start();
    let url = url(&server, "pub/a");
    let output = fetch(&folder, &[&url]);
    let words = format!(
        "gophergate: the FTP server SERVER broke off: 451 the disk is broken\n\
         gophergate: a.part has the first {MUCH} bytes\n"
    );
    assert_eq!(said(&server, &output), (Some(1), String::new(), words));
    let output = fetch(&folder, &[&url]);
    assert_eq!(said(&server, &output), nothing());
    assert!(fs::read(folder.join("a")).unwrap() == much);
    let from = MUCH - 16_384;
    assert_eq!(
        transcript(&server, 1),
        format!("LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|REST {from}|RETR pub/a|QUIT")
    );
}

#[test]
fn a_data_connection_that_was_reset_leaves_a_part_that_goes_on() {
    let (folder, server) = (
        folder("reset"),
        server().vice_in(0, Vice::DataReset(100_000)).start(),
    );
    let url = url(&server, "pub/a");
    let output = fetch(&folder, &[&url]);
    assert_eq!(output.status.code(), Some(1));
    let output = fetch(&folder, &[&url]);
    assert_eq!(said(&server, &output), nothing());
    assert!(fs::read(folder.join("a")).unwrap() == body());
}

#[test]
fn a_part_of_something_else_is_fetched_anew() {
    let half = &body()[..100_000];
    let mut other = half.to_vec();
    other[99_000] ^= 1;
    let longer = [&body()[..], b"more"].concat();
    let anew = "gophergate: the unfinished file is not what the server has now: all of it is \
                fetched again\n";
    for (name, part, modified, vices, words, sessions) in [
        ("same", half, MODIFIED, vec![], "", 1),
        ("time", half, MODIFIED - 1, vec![], anew, 2),
        ("bytes", &other, MODIFIED, vec![], anew, 2),
        ("longer", &longer, MODIFIED, vec![], anew, 2),
        // Without a time the size and the bytes decide, and without a size nothing can.
        ("no-time", half, 1, vec![Vice::NoMdtm], "", 1),
        ("no-size", half, MODIFIED, vec![Vice::NoSize], anew, 2),
        (
            "no-rest",
            half,
            MODIFIED,
            vec![Vice::Reply("REST", b"502 no REST\r\n".to_vec())],
            "",
            1,
        ),
        // A server that says 350 and begins at 0 all the same: the size gives it away.
        (
            "lie",
            half,
            MODIFIED,
            vec![Vice::Reply("REST", b"350 of course\r\n".to_vec())],
            anew,
            2,
        ),
        ("short", &half[..1000], MODIFIED, vec![], "", 1),
    ] {
        let folder = folder(&format!("part-{name}"));
        leave_part(&folder, part, modified);
        let server = vices.into_iter().fold(server(), Builder::vice).start();
        let output = fetch(&folder, &[&url(&server, "pub/a")]);
        let expected = (Some(0), String::new(), words.to_owned());
        assert_eq!(said(&server, &output), expected, "{name}");
        assert!(fs::read(folder.join("a")).unwrap() == body(), "{name}");
        assert_eq!(names(&folder), ["a"]);
        assert_eq!(server.sessions(), sessions, "{name}");
    }
}

#[test]
fn nothing_is_left_of_what_is_not_there() {
    let (folder, server) = (folder("missing"), server().start());
    let output = fetch(&folder, &[&url(&server, "pub/nosuch")]);
    let words = "gophergate: the FTP server SERVER refused: 550 Failed to open file\n";
    let expected = (Some(1), String::new(), words.to_owned());
    assert_eq!(said(&server, &output), expected);
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn a_directory_is_listed_a_line_for_each_name() {
    let (folder, server) = (
        folder("listing"),
        server().file(b"/pub/z\xff", "12").start(),
    );
    let listing = b"        200000  2024-01-02 03:04  a\n             -  2024-01-02 03:04  deep/\n             \
        2  2024-01-02 03:04  z\xff\n";
    // Where a folder of the same name is in the way of a file, it is not in that of a listing.
    fs::create_dir(folder.join("pub")).unwrap();
    for path in ["pub/", "pub", "pub;type=d"] {
        let output = fetch(&folder, &[&url(&server, path)]);
        assert_eq!(
            output.stdout.escape_ascii().to_string(),
            listing.escape_ascii().to_string()
        );
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    }
    assert_eq!(names(&folder), ["pub"]);
    let output = fetch(&folder, &[&url(&server, "pub/"), "-o", "list"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    assert_eq!(fs::read(folder.join("list")).unwrap(), listing);
    assert_eq!(names(&folder), ["list", "pub"]);
}

#[test]
fn verbose_prints_the_conversation_without_the_password() {
    let (folder, server) = (
        folder("verbose"),
        Ftpd::builder()
            .file(b"/a", "12345")
            .vice(Vice::NeedAccount)
            .vice(Vice::MessageOf230(vec!["Hello joe, hunter2 is wrong here"]))
            .start(),
    );
    fs::write(
        folder.join("netrc"),
        "machine 127.0.0.1 login joe password no account staff9",
    )
    .unwrap();
    let url = format!("ftp://joe:hunter2@{}/a", server.addr());
    let output = fetch(&folder, &[&url, "-v", "--netrc", "netrc"]);
    let (code, out, err) = said(&server, &output);
    let (warning, err) = err.split_once('\n').unwrap();
    assert!(
        warning.starts_with("netrc: others than its owner"),
        "{warning}"
    );
    // Its port is another one each time.
    let passive = err.lines().find(|line| line.starts_with("< 227"));
    let passive = passive.unwrap();
    let expected = format!(
        "< 220 scripted ready\n> USER joe\n< 331 Please specify the password\n> PASS ***\n\
         < 332 Need account for login\n> ACCT ***\n< 230-Hello joe, *** is wrong here\n\
         < 230 Login successful\n> PASV\n{passive}\n> TYPE I\n< 200 Type set\n> SIZE a\n< 213 5\n\
         > MDTM a\n< 213 20240102030405\n> RETR a\n< 150 Sending\n< 226 Transfer complete\n\
         > QUIT\n< 221 Goodbye\n"
    );
    assert_eq!((code, out.as_str(), err), (Some(0), "", expected.as_str()));
    assert_eq!(
        server.transcript(0)[..3],
        ["USER joe", "PASS hunter2", "ACCT staff9"]
    );
}

#[test]
fn a_terminal_shows_a_progress_bar() {
    let (folder, server) = (folder("bar"), server().start());
    let program = env!("CARGO_BIN_EXE_gophergate");
    let command = format!("{program} fetch -v {}", url(&server, "pub/a"));
    // It gives its command a terminal, and writes what that shows to its standard output.
    let shown = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output();
    let Ok(shown) = shown else {
        return left_out::say("script: not installed");
    };
    let shown = String::from_utf8(shown.stdout).unwrap();
    let bar = "a [==============================] 195.31 KiB of 195.31 KiB, ";
    assert!(shown.contains(bar), "{shown:?}");
    let (_, rest) = shown.rsplit_once(bar).unwrap();
    assert!(rest.ends_with("\n> QUIT\r\n< 221 Goodbye\r\n"), "{rest:?}");
    assert!(fs::read(folder.join("a")).unwrap() == body());
}

#[test]
fn a_bad_url_is_bad_usage_and_is_not_repeated() {
    let folder = folder("usage");
    for (url, words) in [
        (
            "gopher://joe:hunter2@h/",
            "the URL does not begin with ftp://",
        ),
        ("ftp://joe:hunter2@h:0/", "the URL names no valid port"),
    ] {
        let output = fetch(&folder, &[url]);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(err, format!("gophergate: {words}\n"));
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(fetch(&folder, &[]).status.code(), Some(2));
}

#[test]
fn a_full_disk_is_an_error() {
    let (folder, server) = (folder("full"), server().start());
    let output = fetch(&folder, &[&url(&server, "pub/a"), "-o", "/dev/full"]);
    let (code, _, err) = said(&server, &output);
    let words = "gophergate: /dev/full: No space left on device (os error 28)\n\
                 gophergate: what /dev/full has is a part only\n";
    assert_eq!((code, err.as_str()), (Some(1), words));
}

#[test]
fn ctrl_c_leaves_a_part_that_goes_on() {
    let (folder, server) = (
        folder("ctrl-c"),
        server().vice_in(0, Vice::StallAfter(100_000)).start(),
    );
    let url = url(&server, "pub/a");
    let mut child = Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .args(["fetch", &url])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let part = folder.join("a.part");
    while fs::metadata(&part).map_or(0, |found| found.len()) < 100_000 {
        std::thread::yield_now();
        assert!(child.try_wait().unwrap().is_none());
    }
    // The length may be there a moment before the time is.
    while fs::metadata(&part).unwrap().modified().unwrap()
        != SystemTime::UNIX_EPOCH + Duration::from_secs(MODIFIED)
    {
        std::thread::yield_now();
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert!(!child.wait().unwrap().success());
    let output = fetch(&folder, &[&url]);
    assert_eq!(said(&server, &output), nothing());
    assert!(fs::read(folder.join("a")).unwrap() == body());
    assert!(
        transcript(&server, 1).contains("REST 83616"),
        "{}",
        transcript(&server, 1)
    );
}

#[test]
fn each_real_server_goes_on_with_a_part() {
    for daemon in Daemon::ALL {
        let Some(server) = real::start(daemon, &real::Setup::default(), &archive().root) else {
            continue;
        };
        let name = archive::hundreds_name(7);
        let content = archive::hundreds_content(7);
        let folder = folder(&format!("real-{}", daemon.name()));
        let url = format!("ftp://{}/hundreds/{name}", server.addr());
        let part = folder.join(format!("{name}.part"));
        fs::write(&part, &content[..40_000]).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(archive::MODIFIED);
        let file = OpenOptions::new().write(true).open(&part).unwrap();
        file.set_modified(time).unwrap();
        let output = fetch(&folder, &[&url, "-v"]);
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{}: {log}", daemon.name());
        assert!(
            fs::read(folder.join(&name)).unwrap() == content,
            "{}",
            daemon.name()
        );
        assert_eq!(names(&folder), [name]);
        assert_eq!(log.matches("> RETR").count(), 1, "{}: {log}", daemon.name());
        assert!(
            log.contains("> REST 23616\n< 350"),
            "{}: {log}",
            daemon.name()
        );
    }
}
