//! What the log says: a line for each request, and the conversation with the FTP server.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

#[path = "support/ftpd/mod.rs"]
mod ftpd;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/gateway.rs"]
mod gateway;

use ftpd::Ftpd;
use gateway::{Setup, error_text};

#[test]
fn each_request_is_a_line_of_apaches_combined_log() {
    let server = Ftpd::builder().file(b"/a b", "12345").start();
    let addr = server.addr();
    let gateway = Setup::linking(addr).start();
    let selector = [format!("/ftp/{addr}/a b").as_bytes(), b""].concat();
    assert_eq!(gateway.get(&selector), b"12345");
    gateway.get(b"/x\"\\\x7f\xff\xc2\x9b\xe2\x80\xae");
    for (before, after) in [
        (
            format!("\"GET /ftp/{addr}/a b gopher\" 200 5 \"-\" \"ftp://{addr}/a%20b\" "),
            " #1\n",
        ),
        (
            "\"GET /x\\\"\\\\\\u{7f}\\xff\\u{9b}\\u{202e} gopher\" 404 56 \"-\" \"-\" ".to_owned(),
            " #2 \"there is nothing under this selector\"\n",
        ),
    ] {
        gateway.wait_for_log(after);
        let log = gateway.log();
        let line = log
            .lines()
            .find(|line| line.contains(&before))
            .unwrap_or_else(|| panic!("{log}"));
        let rest = line.strip_prefix("127.0.0.1 - - [").unwrap();
        let (time, _) = rest.split_once("] ").unwrap();
        assert!(
            time.len() == "22/Nov/2026:08:09:10 +0000".len() && time.ends_with(" +0000"),
            "{time}"
        );
        assert!(line.ends_with(after.trim_end()), "{line}");
    }
}

#[test]
fn each_request_is_an_object_of_json() {
    let server = Ftpd::builder().file(b"/a", "12345").start();
    let addr = server.addr();
    let gateway = Setup::linking(addr).arg("--log-format=json").start();
    gateway.get(format!("/ftp/{addr}/a"));
    gateway.get(b"/x\"\xff");
    gateway.wait_for_log("\"status\":200");
    gateway.wait_for_log("\"status\":404");
    let log = gateway.log();
    let objects: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let access: Vec<_> = objects
        .iter()
        .filter(|object| object["client"] == "127.0.0.1")
        .collect();
    assert_eq!(access.len(), 2, "{log}");
    let of = |session: u64| {
        access
            .iter()
            .find(|object| object["session"] == session)
            .unwrap()
    };
    let (fetch, nothing) = (of(1), of(2));
    assert_eq!(fetch["selector"], format!("/ftp/{addr}/a"));
    assert_eq!(fetch["upstream"], format!("ftp://{addr}/a"));
    assert_eq!(
        (&fetch["status"], &fetch["bytes"]),
        (&200.into(), &5.into())
    );
    assert!(fetch["error"].is_null() && fetch["milliseconds"].is_u64());
    assert_eq!(
        (&nothing["status"], &nothing["bytes"]),
        (&404.into(), &56.into())
    );
    assert_eq!(nothing["selector"], "/x\\\"\\xff");
    assert_eq!(nothing["error"], "there is nothing under this selector");
}

#[test]
fn the_conversation_is_logged_and_no_password_is() {
    let server = Ftpd::builder().file(b"/a", "12345").start();
    let addr = server.addr();
    let gateway = Setup::linking(addr).start();
    gateway.get(format!("/ftp/{addr}/a"));
    for selector in [
        "/ftp/joe:hunter2@h/",
        "ftp:joe:hunter2@h@/",
        "ftp://joe:hunter2/@h/",
    ] {
        error_text(&gateway.get(selector));
    }
    gateway.get("/ftp/joe:hun ter2@h/");
    gateway.wait_for_log(" #5 ");
    let log = gateway.log();
    for line in [
        "#1 < 220 scripted ready",
        "#1 > USER anonymous",
        "#1 > PASS ***",
        "#1 > RETR a",
        "#1 < 226 ",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(
        server
            .transcript(0)
            .contains(&"PASS gophergate@example.com".to_owned())
    );
    for secret in ["gophergate@example.com", "hunter2", "ter2"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_host_cannot_leave_its_field() {
    // A label past 63 bytes is looked up nowhere.
    let host = format!("a\"{}", "x".repeat(64));
    let gateway = Setup::map("").arg("--open").start();
    error_text(&gateway.get(format!("/ftp/{host}/pub/")));
    let shown = host.replace('"', "\\\"");
    let line = format!("\"GET /ftp/{shown}/pub/ gopher\" 502 ");
    gateway.wait_for_log(&line);
    let log = gateway.log();
    let line = log.lines().find(|log| log.contains(&line)).unwrap();
    let (_, rest) = line.split_once(" \"-\" ").unwrap();
    assert!(
        rest.starts_with(&format!("\"ftp://{shown}/pub/\" ")),
        "{line}"
    );
    assert!(
        rest.ends_with(&format!(" #1 \"the FTP host {shown} has no address\"")),
        "{line}"
    );
    // Request, referrer, upstream and error: no more fields than those.
    assert_eq!(line.replace("\\\"", "").matches('"').count(), 8, "{line}");
}

#[test]
fn a_request_for_the_root_is_logged_as_a_slash() {
    let gateway = Setup::map("hello\n").start();
    for (number, request) in ["\r\n", "/\r\n", "\n", "\t$\r\n"].iter().enumerate() {
        gateway.exchange(request.as_bytes()).unwrap();
        let end = format!(" #{}\n", number + 1);
        gateway.wait_for_log(&end);
        let log = gateway.log();
        let line = log.lines().find(|line| line.ends_with(end.trim_end()));
        let line = line.unwrap_or_else(|| panic!("{log}"));
        assert!(line.contains("] \"GET / gopher\" 200 "), "{line}");
    }
}
