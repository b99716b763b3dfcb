//! The reader of a control connection: it records what comes, and splits it into command lines.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use super::{Shared, escape};

/// What one session may send to the server: a client in a loop ends here.
const MAX_RECEIVED: usize = 4 << 20;

/// A command line as it came, and whether it had its LF.
pub(super) type Line = (Vec<u8>, bool);

/// Records what comes and hands on the command lines of each segment.
pub(super) fn receive(
    shared: &Shared,
    index: usize,
    mut control: TcpStream,
    sender: &Sender<Vec<Line>>,
    abort: &AtomicBool,
    split: bool,
) {
    let mut buffer = vec![0; 64 << 10];
    let mut pending: Vec<u8> = Vec::new();
    let mut received = 0;
    while received < MAX_RECEIVED {
        let read = match control.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        received += read;
        let segment = buffer.get(..read).unwrap_or_default();
        pending.extend_from_slice(segment);
        let mut lines: Vec<Line> = Vec::new();
        while let Some(lf) = pending.iter().position(|byte| *byte == b'\n') {
            lines.push((pending.drain(..=lf).collect(), true));
        }
        if split && !pending.is_empty() {
            lines.push((std::mem::take(&mut pending), false));
        }
        if lines
            .iter()
            .any(|(line, _)| verb(&telnet(line)).0 == "ABOR")
        {
            abort.store(true, Ordering::SeqCst);
        }
        shared.record(index, |log| {
            log.segments.push(segment.to_vec());
            let shown = |(line, whole): &Line| show(line, *whole);
            log.commands.extend(lines.iter().map(shown));
        });
        let _ = sender.send(lines);
    }
    if !pending.is_empty() {
        shared.record(index, |log| log.commands.push(show(&pending, false)));
    }
}

fn show(line: &[u8], whole: bool) -> String {
    let shown = escape(line.strip_suffix(b"\r\n").unwrap_or(line));
    if whole {
        shown
    } else {
        shown + "[unterminated]"
    }
}

/// A line without the Telnet codes: IAC IAC is a byte 255, IAC IP and IAC DM are nothing.
pub(super) fn telnet(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (0xFF, Some(0xFF)) => out.extend(bytes.next()),
            (0xFF, Some(0xF2 | 0xF4)) => drop(bytes.next()),
            _ => out.push(byte),
        }
    }
    out
}

/// The command word in capitals, and what stands behind its blank.
pub(super) fn verb(line: &[u8]) -> (String, Vec<u8>) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut parts = line.splitn(2, |byte| *byte == b' ');
    let word = escape(parts.next().unwrap_or_default()).to_ascii_uppercase();
    (word, parts.next().unwrap_or_default().to_vec())
}
