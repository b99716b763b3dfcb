//! `gophergate check` and `gophergate render`: what they print, and their exit codes.

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

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ftpd::Ftpd;
use gateway::{Gateway, Setup, error_text};

/// A folder of this test's own, with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("commands-{name}"));
    let _ = fs::remove_dir_all(&folder);
    for (name, text) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

/// The program with these arguments, in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Exit code, standard output, standard error.
fn said(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What `render` prints of a running gateway's map, as if it listened where that one does.
fn rendered(gateway: &Gateway, selector: &str) -> Vec<u8> {
    let listen = gateway.addr().to_string();
    let map = gateway.folder().join("gophermap");
    let config = gateway.folder().join("gophergate.toml");
    let paths = [&map, &config].map(|path| path.to_str().unwrap());
    let [map, config] = paths;
    let arguments = ["render", selector, map, "--config", config];
    let here = ["--listen", &listen, "--hostname", "127.0.0.1"];
    let output = run_in(gateway.folder(), &[&arguments[..], &here].concat());
    assert_eq!(output.stderr, b"", "{selector}");
    assert_eq!(output.status.code(), Some(0), "{selector}");
    output.stdout
}

#[test]
fn check_prints_warnings_then_errors_and_fails_for_errors_only() {
    let folder = folder(
        "faults",
        &[
            (
                "gophermap",
                "hello\n1there\t/x\tother.example\n0gone\tgone.txt\n1bad\tftp://u:p@h.example/\n",
            ),
            ("fine", "hello\n0map\tmap.txt\n0caps\tcaps.txt\n"),
            ("doubtful", "1there\t/x\tother.example\n"),
            ("one", "0gone\tgone.txt\n"),
            ("map.txt", "a map\n"),
        ],
    );
    let warning = "a host without a port, so this server's port is used (warning)";
    let gone = "it links a local file that is not there";
    let bad = "a selector may not carry a user name or a password";
    // Those of the links themselves come before those of what they lead to.
    let both = format!("gophermap:2: {warning}\ngophermap:4: {bad}\ngophermap:3: {gone}\n");
    let expected = |code, out: &str, err: &str| (Some(code), out.to_owned(), err.to_owned());
    let failed = expected(1, &both, "gophergate: 2 errors\n");
    assert_eq!(said(run_in(&folder, &["check"])), failed);
    assert_eq!(said(run_in(&folder, &["check", "gophermap"])), failed);
    assert_eq!(
        said(run_in(&folder, &["check", "fine"])),
        expected(0, "", "")
    );
    assert_eq!(
        said(run_in(&folder, &["check", "doubtful"])),
        expected(0, &format!("doubtful:1: {warning}\n"), "")
    );
    assert_eq!(
        said(run_in(&folder, &["check", "one"])),
        expected(1, &format!("one:1: {gone}\n"), "gophergate: 1 error\n")
    );
}

#[test]
fn check_fails_for_a_map_or_configuration_that_cannot_be_read() {
    let folder = folder("unread", &[("bad.toml", "open = false\nopne = true\n")]);
    let (code, out, err) = said(run_in(&folder, &["check", "missing"]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("gophergate: missing: "), "{err}");
    let (code, out, err) = said(run_in(&folder, &["check", "--config", "bad.toml"]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        err.starts_with("gophergate: bad.toml:2: unknown key `opne`"),
        "{err}"
    );
    let (code, out, _) = said(run_in(&folder, &["check", "--nonsense"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    // Without a map there is the one built in, which has no fault.
    assert_eq!(
        said(run_in(&folder, &["check"])),
        (Some(0), String::new(), String::new())
    );
}

#[cfg(feature = "tls")]
#[test]
fn check_names_a_file_of_authorities_that_will_not_do() {
    let folder = folder(
        "authorities",
        &[
            ("empty.pem", ""),
            ("prose.pem", "Trust me.\n"),
            (
                "broken.pem",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            ),
        ],
    );
    let broken = "a certificate in it cannot be used: ";
    for (name, why) in [
        ("missing", "No such file or directory"),
        ("empty", "it has no certificate in it\n"),
        ("prose", "it has no certificate in it\n"),
        ("broken", broken),
    ] {
        for text in [
            format!("tls = \"try\"\nca_file = \"{name}.pem\"\n"),
            format!("[site.\"h\"]\ntls = \"require\"\nca_file = \"{name}.pem\"\n"),
            format!("ca_file = \"{name}.pem\"\nsite.\"h\".tls = \"require\"\n"),
        ] {
            fs::write(folder.join("g.toml"), text).unwrap();
            // Beside the configuration, wherever the program was started.
            let config = folder.join("g.toml");
            let file = folder.join(format!("{name}.pem"));
            let arguments = ["check", "--config", config.to_str().unwrap()];
            let (code, out, err) = said(run_in(Path::new("/"), &arguments));
            assert_eq!((code, out.as_str()), (Some(1), ""));
            let told = format!("gophergate: ca_file {}: {why}", file.display());
            assert!(err.starts_with(&told), "{err}");
        }
    }
    // Where there is no TLS nobody is asked.
    fs::write(folder.join("g.toml"), "ca_file = \"missing.pem\"\n").unwrap();
    let output = run_in(&folder, &["check", "--config", "g.toml"]);
    assert_eq!(said(output), (Some(0), String::new(), String::new()));
}

#[cfg(feature = "tls")]
#[test]
fn check_warns_where_nobody_vouches_for_a_server() {
    let folder = folder("nobody", &[("none.pem", ""), ("g.toml", "tls = \"try\"\n")]);
    let output = Command::new(env!("CARGO_BIN_EXE_gophergate"))
        .args(["check", "--config", "g.toml"])
        .env("SSL_CERT_FILE", folder.join("none.pem"))
        .env_remove("SSL_CERT_DIR")
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let warning = "tls is asked for, and this system trusts no certificate authority: no \
                   certificate of an FTP server will do without a ca_file (warning)\n";
    assert_eq!(said(output), (Some(0), warning.to_owned(), String::new()));
}

#[cfg(not(feature = "tls"))]
#[test]
fn check_says_that_a_build_has_no_tls() {
    let folder = folder("no-tls", &[]);
    fs::create_dir_all(&folder).unwrap();
    let why = "tls is asked for, and this build has none: the cargo feature `tls` is off";
    for text in ["tls = \"try\"", "site.\"h\".tls = \"require\""] {
        fs::write(folder.join("g.toml"), text).unwrap();
        let output = run_in(&folder, &["check", "--config", "g.toml"]);
        let failed = (Some(1), String::new(), format!("gophergate: {why}\n"));
        assert_eq!(said(output), failed);
    }
}

#[test]
fn render_prints_what_the_daemon_answers() {
    let server = Ftpd::builder()
        .file(b"/a.txt", b".\narchived\xff\n")
        .file(b"/sub/b.bin", "\x01\x02")
        .start();
    let addr = server.addr();
    let map = format!("Hello\n0a\ta.txt\n1docs\tdocs/\n1more\tmore/\n1ftp\tftp://{addr}/\n");
    for config in ["", "text = \"rfc1436\"\ncolumns = false"] {
        let gateway = Setup::map(map.clone())
            .file("a.txt", b".\ntext\r\nno end\xff")
            .file("docs/gophermap", "!Docs\n*\n")
            .file("docs/b.txt", "b\n")
            .file("more/c.bin", vec![0xa5; 300_000])
            .config(config)
            .start();
        for selector in [
            String::new(),
            "/".to_owned(),
            "/a.txt".to_owned(),
            "a.txt\t+".to_owned(),
            "\t$".to_owned(),
            "/docs/".to_owned(),
            "/more/".to_owned(),
            "/more/c.bin".to_owned(),
            "/caps.txt".to_owned(),
            "/nothing".to_owned(),
            format!("/ftp/{addr}/"),
            format!("/ftp/{addr}/a.txt"),
            format!("/ftp/{addr}/sub/b.bin"),
        ] {
            let answer = gateway.get(&selector);
            assert!(!answer.is_empty());
            assert_eq!(rendered(&gateway, &selector), answer, "{selector:?}");
        }
    }
}

#[test]
fn render_names_localhost_where_nothing_else_is_configured() {
    let folder = folder(
        "names",
        &[("gophermap", "0a\ta.txt\n"), ("a.txt", "body\n")],
    );
    let menu = |host: &str| format!("0a\t/a.txt\t{host}\r\n.\r\n");
    for (arguments, host) in [
        (&["render", ""][..], "localhost\t7070"),
        (
            &["render", "", "--hostname", "me.example"],
            "me.example\t7070",
        ),
        (&["render", "", "--listen", "[::1]:7099"], "localhost\t7099"),
    ] {
        let (code, out, err) = said(run_in(&folder, arguments));
        assert_eq!((code, out, err.as_str()), (Some(0), menu(host), ""));
    }
    let output = run_in(&folder, &["render", "/nothing"]);
    assert_eq!(
        error_text(&output.stdout),
        "there is nothing under this selector"
    );
    let (code, out, _) = said(run_in(&folder, &["render"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
}
