//! What a user sees: curl, lynx and the UMN client (`gopher`, in a terminal that tmux holds) each
//! open the demo's root menu, a directory and files. A client that is not installed is left out
//! with a printed word; `tests/lab/install.sh` installs them.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

#[path = "support/example.rs"]
mod example;
mod support;

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use example::{Demo, PATIENCE, run};
use support::ftpd::Ftpd;
use support::gateway::Setup;
use support::left_out;

/// How long to wait before looking at a screen again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Whether all of these are installed.
fn installed(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |program: &&&str| std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    let lacks: Vec<_> = programs
        .iter()
        .filter(|program| !has(program))
        .copied()
        .collect();
    if !lacks.is_empty() {
        left_out::say(&format!("{}: not installed", lacks.join(", ")));
    }
    lacks.is_empty()
}

/// A new folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn source(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Bytes of every value, dots at the beginnings of lines, and no end to the last line.
fn binary() -> Vec<u8> {
    let every = (0..=255).cycle().take(300_000);
    every.chain(*b"\r\n.\r\n..\n\x1a\0the end").collect()
}

fn output_of(command: &mut Command) -> Vec<u8> {
    let output = run(command, b"");
    assert!(output.status.success(), "{command:?}: {output:?}");
    output.stdout
}

fn curl(addr: SocketAddr, path: &str) -> Vec<u8> {
    let url = format!("gopher://{addr}/{path}");
    output_of(Command::new("curl").args(["-sS", "--noproxy", "*", &url]))
}

fn lynx(how: &str, addr: SocketAddr, path: &str) -> Vec<u8> {
    let url = format!("gopher://{addr}/{path}");
    let mut command = Command::new("lynx");
    command.env_remove("gopher_proxy").args(["-cfg=/dev/null"]);
    output_of(command.args(["-width=80", how, &url]))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Whether one line holds all of these, in this order.
fn has_line(screen: &str, words: &[&str]) -> bool {
    screen.lines().any(|line| {
        let mut rest = line;
        words.iter().all(|word| match rest.split_once(word) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        })
    })
}

#[test]
fn curl_shows_menus_and_files() {
    if !installed(&["curl"]) {
        return;
    }
    let demo = Demo::start();
    let (host, port) = (demo.addr().ip(), demo.addr().port());
    let root = text(curl(demo.addr(), ""));
    assert!(root.starts_with("iAn FTP archive, by Gopher\t"), "{root}");
    let link =
        format!("\r\n1The archive: the source of this program\t/archive/\t{host}\t{port}\r\n");
    assert!(root.contains(&link), "{root}");
    assert!(root.ends_with("\r\n.\r\n"), "{root}");

    let menu = text(curl(demo.addr(), "1/archive/"));
    let folder = format!("\t/archive/src/\t{host}\t{port}");
    let file = format!("\t/archive/Cargo.toml\t{host}\t{port}");
    assert!(has_line(&menu, &["1src ", &folder]), "{menu}");
    assert!(has_line(&menu, &["0Cargo.toml ", &file]), "{menu}");
    assert!(!menu.contains("/archive/target/"), "{menu}");
    assert!(menu.ends_with("\r\n.\r\n"), "{menu}");

    assert!(curl(demo.addr(), "0/archive/Cargo.toml") == source("Cargo.toml"));
    assert!(curl(demo.addr(), "0/gophermap") == source("examples/demo/gophermap"));
}

#[test]
fn lynx_shows_menus_and_files() {
    if !installed(&["lynx"]) {
        return;
    }
    let demo = Demo::start();
    let root = text(lynx("-dump", demo.addr(), ""));
    assert!(has_line(&root, &["An FTP archive, by Gopher"]), "{root}");
    let link = ["(DIR) ", "[1]The archive: the source of this program"];
    assert!(has_line(&root, &link), "{root}");
    let reference = format!("1. gopher://{}/1/archive/", demo.addr());
    assert!(has_line(&root, &[&reference]), "{root}");
    assert!(
        !root.contains("(UNKN)") && !root.contains("error.host"),
        "{root}"
    );

    let menu = text(lynx("-dump", demo.addr(), "1/archive/"));
    assert!(has_line(&menu, &["(DIR) ", "]src "]), "{menu}");
    assert!(
        has_line(&menu, &["(FILE) ", "]Cargo.toml ", "K  20"]),
        "{menu}"
    );
    // No date is broken off at the edge of the screen.
    let entries = menu
        .lines()
        .filter(|line| line.contains("(DIR)") || line.contains("(FILE)"));
    for entry in entries {
        let date = entry.rsplit(' ').next().unwrap();
        assert_eq!(date.len(), "2024-01-02".len(), "{entry}");
    }

    let file = lynx("-source", demo.addr(), "0/archive/Cargo.toml");
    assert!(file == source("Cargo.toml"), "{}", text(file));
    let shown = text(lynx("-dump", demo.addr(), "0/archive/Cargo.toml"));
    assert!(
        shown.starts_with("[package]\nname = \"gophergate\"\n"),
        "{shown}"
    );
}

#[test]
fn curl_and_lynx_save_a_binary_file_byte_for_byte() {
    let server = Ftpd::builder()
        .file(b"/pub/image.bin", binary())
        .file(b"/pub/notes.txt", binary())
        .start();
    let gateway = Setup::linking(server.addr()).start();
    for (item_type, name) in [('9', "image.bin"), ('0', "notes.txt")] {
        let path = format!("{item_type}/ftp/{}/pub/{name}", server.addr());
        if installed(&["curl"]) {
            let saved = curl(gateway.addr(), &path);
            assert!(saved == binary(), "curl, {name}: {} bytes", saved.len());
        }
        if installed(&["lynx"]) {
            let saved = lynx("-source", gateway.addr(), &path);
            assert!(saved == binary(), "lynx, {name}: {} bytes", saved.len());
        }
    }
}

/// A terminal of 80 columns and 24 lines with a program in it, which ends with this.
struct Terminal {
    socket: String,
    home: PathBuf,
}

impl Terminal {
    fn start(name: &str, program: &str) -> Self {
        let terminal = Self {
            socket: format!("gophergate-{}-{name}", std::process::id()),
            home: folder(&format!("home-{}-{name}", std::process::id())),
        };
        let mut command = terminal.tmux();
        // tmux looks for no configuration of the user's, and the client for none either.
        command
            .args([
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "80",
                "-y",
                "24",
            ])
            .arg(program);
        output_of(&mut command);
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command
            .args(["-L", &self.socket])
            .env("HOME", &self.home)
            .env("LC_ALL", "C")
            .env_remove("TMUX");
        command
    }

    fn press(&self, keys: &[&str]) {
        output_of(self.tmux().arg("send-keys").args(keys));
    }

    fn screen(&self) -> String {
        text(output_of(self.tmux().args(["capture-pane", "-p"])))
    }

    /// The screen once it shows what is awaited.
    fn wait_for(&self, what: &str, shows: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if shows(&screen) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "no {what}, but:\n{screen}");
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Moves the client's arrow to the item with this name, and follows it.
    fn follow(&self, name: &str) {
        self.wait_for(name, |screen| has_line(screen, &["]", name]));
        let at = |screen: &str| screen.lines().position(|line| line.contains(" --> "));
        loop {
            let screen = self.wait_for("arrow", |screen| at(screen).is_some());
            if has_line(&screen, &[" --> ", "]", name]) {
                return self.press(&["Enter"]);
            }
            let before = at(&screen);
            self.press(&["Down"]);
            self.wait_for("step of the arrow", |screen| at(screen) != before);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // tmux leaves its socket's file behind.
        let socket = run(self.tmux().args(["display", "-p", "#{socket_path}"]), b"").stdout;
        let _ = run(self.tmux().arg("kill-server"), b"");
        let _ = fs::remove_file(OsStr::from_bytes(socket.trim_ascii_end()));
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The UMN client, past its page of greetings. A terminal that is left behind does not keep it alive
/// for long.
fn umn(name: &str, addr: SocketAddr, arguments: &str) -> Terminal {
    let limit = PATIENCE.as_secs() * 2;
    let (host, port) = (addr.ip(), addr.port());
    let program = format!("exec timeout --foreground {limit} gopher {arguments} {host} {port}");
    let terminal = Terminal::start(name, &program);
    terminal.wait_for("greeting", |screen| {
        screen.contains("Press RETURN to continue")
    });
    terminal.press(&["Enter"]);
    terminal
}

#[test]
fn the_umn_client_shows_menus_and_files() {
    if !installed(&["gopher", "tmux"]) {
        return;
    }
    let demo = Demo::start();
    let terminal = umn("demo", demo.addr(), "");
    let root = terminal.wait_for("whole menu", |screen| screen.contains("Page: 1/1"));
    assert!(has_line(&root, &["An FTP archive, by Gopher"]), "{root}");
    let link = "The archive: the source of this program/";
    assert!(has_line(&root, &["-->", link]), "{root}");
    assert!(
        has_line(&root, &["]", "How this menu is written"]),
        "{root}"
    );
    // No line is cut: the client would end it with two dots.
    assert!(!root.lines().any(|line| line.ends_with("..")), "{root}");

    terminal.follow(link);
    let menu = terminal.wait_for("archive", |screen| {
        has_line(screen, &["]", "src "]) && screen.contains("u to go up")
    });
    assert!(has_line(&menu, &["]", "Cargo.toml ", "K  20"]), "{menu}");
    assert!(
        has_line(&menu, &["]", "Cargo.lock ", "K  20", "<Bin>"]),
        "{menu}"
    );
    assert!(
        !menu.contains(".. <Bin>") && !menu.contains("../"),
        "{menu}"
    );

    terminal.follow("Cargo.toml");
    let file = terminal.wait_for("file", |screen| screen.contains("[package]"));
    assert!(has_line(&file, &["name = \"gophergate\""]), "{file}");
    assert!(has_line(&file, &["edition = \"2024\""]), "{file}");

    terminal.press(&["u"]);
    terminal.follow("src ");
    let menu = terminal.wait_for("src", |screen| has_line(screen, &["]", "main.rs "]));
    assert!(has_line(&menu, &["]", "proxy "]), "{menu}");
}

#[test]
fn the_umn_client_is_understood_in_its_own_ftp_selectors() {
    if !installed(&["gopher", "tmux"]) {
        return;
    }
    let server = Ftpd::builder()
        .file(b"/pub/notes.txt", "a line\n.\nthe last line\n")
        .start();
    let gateway = Setup::linking(server.addr()).start();
    let selector = format!("-T1 -p ftp:{}@/pub/", server.addr());
    let terminal = umn("selector", gateway.addr(), &selector);
    terminal.follow("notes.txt ");
    let file = terminal.wait_for("file", |screen| screen.contains("the last line"));
    let lines: Vec<&str> = file.lines().map(str::trim_end).collect();
    let text = ["a line", ".", "the last line"];
    assert!(lines.windows(3).any(|lines| lines == text), "{file}");
}
