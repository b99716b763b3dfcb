//! The programs under `examples/`, which `cargo test` builds beside the tests.

#![allow(dead_code, reason = "each test crate uses some of it")]

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// No program in a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An example, ready to be run.
///
/// # Panics
///
/// When it was not built.
pub fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let file: PathBuf = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(
        file.exists(),
        "{}: cargo test builds it, and with --test NAME cargo build --examples",
        file.display()
    );
    Command::new(file)
}

/// Runs a program to its end with these bytes on its standard input.
///
/// # Panics
///
/// When it has not ended after [`PATIENCE`].
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    let shown = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
    let pid = pid(&child);
    let (ended, wait) = channel::<()>();
    let watch = thread::spawn(move || {
        let late = wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
        if late {
            let _ = kill_process(pid, Signal::KILL);
        }
        late
    });
    // A program that reads no input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    drop(ended);
    assert!(!watch.join().unwrap(), "{shown}: no end after {PATIENCE:?}");
    output
}

/// The demo, running.
pub struct Demo {
    child: Child,
    addr: SocketAddr,
    /// Its words end at a closed pipe, and with them the demo.
    _words: BufReader<ChildStdout>,
}

impl Demo {
    /// Starts it on a free port, and waits until it listens.
    pub fn start() -> Self {
        let mut child = example("demo")
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut words = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        words.read_line(&mut first).unwrap();
        let addr = first
            .strip_prefix("listening on gopher://")
            .and_then(|rest| rest.strip_suffix("/\n"))
            .and_then(|addr| addr.parse().ok());
        Self {
            child,
            addr: addr.unwrap_or_else(|| panic!("{first:?}")),
            _words: words,
        }
    }

    /// Where its gateway listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Presses Ctrl-C, and waits for the end.
    pub fn interrupt(mut self) -> ExitStatus {
        kill_process(pid(&self.child), Signal::INT).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}
