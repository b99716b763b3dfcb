//! The test ground itself: every real FTP server that is installed starts, serves the archive and
//! refuses what it is told to refuse. What a server has not got is left out with a printed word.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

mod support;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;
use support::left_out;

use support::archive::{self, Checksum, archive};
use support::real::{self, Daemon, RealServer, Setup};

const PATIENCE: Duration = Duration::from_secs(20);

/// A control connection that knows no more than lines and codes.
struct Control(BufReader<TcpStream>);

impl Control {
    fn open(server: &RealServer) -> (Self, String) {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut control = Self(BufReader::new(stream));
        let greeting = control.reply();
        (control, greeting)
    }

    fn logged_in(server: &RealServer) -> Self {
        let (mut control, greeting) = Self::open(server);
        assert!(greeting.starts_with("220"), "{greeting}");
        let answer = control.log_in();
        assert!(answer.starts_with("230"), "{answer}\n{}", server.log());
        control
    }

    fn log_in(&mut self) -> String {
        let answer = self.ask("USER anonymous");
        if answer.starts_with("331") {
            self.ask("PASS guest@example.com")
        } else {
            answer
        }
    }

    fn ask(&mut self, command: &str) -> String {
        self.0
            .get_mut()
            .write_all(format!("{command}\r\n").as_bytes())
            .unwrap();
        self.reply()
    }

    /// The last line of the next reply.
    fn reply(&mut self) -> String {
        loop {
            let mut line = Vec::new();
            self.0.read_until(b'\n', &mut line).unwrap();
            let is_last = line.get(3) != Some(&b'-') && line.first().is_none_or(u8::is_ascii_digit);
            if is_last {
                return String::from_utf8_lossy(&line).trim_end().to_owned();
            }
        }
    }
}

fn curl(server: &RealServer, more: &[&str], path: &str) -> Option<Vec<u8>> {
    let url = format!("ftp://{}/{path}", server.addr());
    let output = Command::new("curl")
        .args(["-sS", "-g", "--max-time", "60", "--noproxy", "*"])
        .args(more)
        .arg(url)
        .output()
        .inspect_err(|_| left_out::say("curl: not installed"))
        .ok()?;
    assert!(output.status.success(), "{output:?}\n{}", server.log());
    Some(output.stdout)
}

fn for_each(setup: &Setup, check: impl Fn(Daemon, &RealServer)) {
    for daemon in Daemon::ALL {
        if let Some(server) = real::start(daemon, setup, &archive().root) {
            check(daemon, &server);
        }
    }
}

#[test]
fn each_server_serves_the_readme_byte_for_byte() {
    for_each(&Setup::default(), |daemon, server| {
        Control::logged_in(server);
        for more in [&["--disable-epsv"][..], &[]] {
            if let Some(bytes) = curl(server, more, "README") {
                assert_eq!(bytes, archive::README, "{}", daemon.name());
            }
        }
    });
}

#[test]
fn each_server_connects_to_the_client_when_asked_to() {
    for_each(&Setup::default(), |daemon, server| {
        if let Some(bytes) = curl(server, &["--ftp-port", "-", "--disable-eprt"], "README") {
            assert_eq!(bytes, archive::README, "{}", daemon.name());
        }
    });
}

#[test]
fn refused_passive_refuses_both_of_its_commands_and_leaves_port() {
    let setup = Setup {
        refuse_passive: true,
        ..Setup::default()
    };
    for_each(&setup, |daemon, server| {
        let mut control = Control::logged_in(server);
        for command in ["PASV", "EPSV"] {
            let answer = control.ask(command);
            assert!(answer.starts_with('5'), "{}: {answer}", daemon.name());
        }
        if let Some(bytes) = curl(server, &["--ftp-port", "-", "--disable-eprt"], "README") {
            assert_eq!(bytes, archive::README, "{}", daemon.name());
        }
    });
}

#[test]
fn refused_extended_refuses_its_commands_and_leaves_pasv() {
    let setup = Setup {
        refuse_extended: true,
        ..Setup::default()
    };
    for_each(&setup, |daemon, server| {
        let mut control = Control::logged_in(server);
        let answer = control.ask("EPSV");
        assert!(answer.starts_with('5'), "{}: {answer}", daemon.name());
        // Of pure-ftpd's many switches none takes EPRT away.
        if daemon != Daemon::PureFtpd {
            let answer = control.ask("EPRT |1|127.0.0.1|65535|");
            assert!(answer.starts_with('5'), "{}: {answer}", daemon.name());
        }
        let answer = control.ask("PASV");
        assert!(answer.starts_with("227"), "{}: {answer}", daemon.name());
    });
}

#[test]
fn each_server_serves_over_ipv6() {
    let setup = Setup {
        ipv6: true,
        ..Setup::default()
    };
    for_each(&setup, |daemon, server| {
        assert!(server.addr().is_ipv6());
        if let Some(bytes) = curl(server, &[], "README") {
            assert_eq!(bytes, archive::README, "{}", daemon.name());
        }
    });
}

#[test]
fn a_server_of_one_client_turns_the_second_away() {
    let setup = Setup {
        max_clients: Some(1),
        ..Setup::default()
    };
    for_each(&setup, |daemon, server| {
        let first = Control::logged_in(server);
        let (mut second, mut answer) = Control::open(server);
        if answer.starts_with("220") {
            answer = second.log_in();
        }
        let is_busy = answer.starts_with("421") || answer.starts_with("530");
        assert!(is_busy, "{}: {answer:?}", daemon.name());
        drop(first);
    });
}

#[test]
fn no_server_counts_to_less_than_two_hundred_clients() {
    for_each(&Setup::default(), |_, server| {
        let clients: Vec<_> = (0..200).map(|_| Control::logged_in(server)).collect();
        drop(clients);
    });
}

#[test]
fn the_whole_directory_of_ten_thousand_is_listed() {
    for_each(&Setup::default(), |daemon, server| {
        if let Some(bytes) = curl(server, &["--list-only"], "many/") {
            // pure-ftpd names the directory itself and the one above as well.
            let count = bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| line.starts_with(b"file-"))
                .count();
            assert_eq!(count, archive::MANY, "{}", daemon.name());
        }
    });
}

#[test]
fn the_big_file_arrives_whole() {
    for_each(&Setup::default(), |daemon, server| {
        if let Some(bytes) = curl(server, &[], "big.bin") {
            assert_eq!(bytes.len() as u64, archive::BIG_SIZE, "{}", daemon.name());
            assert_eq!(
                Checksum::of(&bytes),
                archive().big_checksum,
                "{}",
                daemon.name()
            );
        }
    });
}

#[test]
fn a_forbidden_file_is_refused_by_all_who_obey_modes() {
    for_each(&Setup::default(), |daemon, server| {
        if !daemon.obeys_modes() {
            left_out::say(&format!(
                "{}: reads whatever this process may",
                daemon.name()
            ));
            return;
        }
        let mut control = Control::logged_in(server);
        control.ask("TYPE I");
        control.ask("PASV");
        let answer = control.ask("RETR secret/forbidden.txt");
        assert!(answer.starts_with('5'), "{}: {answer}", daemon.name());
    });
}

#[test]
fn a_dropped_server_leaves_no_process_and_no_port() {
    for daemon in Daemon::ALL {
        let Some(server) = real::start(daemon, &Setup::default(), &archive().root) else {
            continue;
        };
        let addr = server.addr();
        let mut control = Control::logged_in(&server);
        let processes = server.processes();
        assert_eq!(processes.is_empty(), daemon == Daemon::Libunftp);
        drop(server);
        assert!(
            TcpStream::connect(addr).is_err(),
            "{} listens",
            daemon.name()
        );
        let alive: Vec<_> = processes
            .into_iter()
            .filter(|id| real::is_alive(*id))
            .collect();
        assert!(alive.is_empty(), "{}: {alive:?}", daemon.name());
        // A last word, 421 or the like, may come before the end; no answer may.
        let _ = control.0.get_mut().write_all(b"NOOP\r\n");
        let mut rest = Vec::new();
        let end = control.0.read_to_end(&mut rest);
        let timed_out = end.is_err_and(|e| e.kind() == ErrorKind::WouldBlock);
        assert!(!timed_out && !rest.starts_with(b"200"), "{}", daemon.name());
    }
}

#[test]
fn a_checksum_is_the_same_however_the_bytes_are_cut() {
    let bytes = archive::hundreds_content(7);
    for size in [1, 3, 7, 8, 9, 1000] {
        let mut sum = Checksum::new();
        bytes.chunks(size).for_each(|piece| sum.update(piece));
        assert_eq!(sum.value(), Checksum::of(&bytes), "pieces of {size}");
    }
    assert_ne!(Checksum::of(b"a\0"), Checksum::of(b"a"));
}

#[test]
fn the_archive_has_every_odd_name_with_itself_inside() {
    use std::os::unix::ffi::OsStrExt;
    for name in archive::odd_names() {
        let path = archive()
            .root
            .join("sub")
            .join(std::ffi::OsStr::from_bytes(&name));
        let content = std::fs::read(&path).unwrap();
        assert_eq!(content, [&name[..], b"\n"].concat());
    }
}
