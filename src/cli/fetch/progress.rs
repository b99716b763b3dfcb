//! The progress bar: on standard error, if that is a terminal.

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::wire::Words;

const KNOWN: &str = "{msg} [{bar:30}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const UNKNOWN: &str = "{msg} {bytes}, {bytes_per_sec}";

/// A bar, unseen until the transfer begins.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

/// Writes lines to standard error around the bar.
#[derive(Debug)]
pub(super) struct Beside(ProgressBar);

impl Progress {
    pub(super) fn new() -> Self {
        Self(ProgressBar::hidden())
    }

    pub(super) fn beside(&self) -> Beside {
        Beside(self.0.clone())
    }

    /// Shows a transfer of which `at` bytes are there already.
    pub(super) fn begin(&self, name: &[u8], at: u64, size: Option<u64>) {
        let template = if size.is_some() { KNOWN } else { UNKNOWN };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style.progress_chars("=> "));
        }
        self.0.set_message(Words(name).to_string());
        if let Some(size) = size {
            self.0.set_length(size);
        }
        self.0.set_position(at);
        self.0.reset_eta();
        // Draws nothing where standard error is no terminal.
        self.0.set_draw_target(ProgressDrawTarget::stderr());
    }

    pub(super) fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    /// Leaves the bar as it is, and what follows goes below it.
    pub(super) fn end(&self) {
        let seen = !self.0.is_hidden();
        self.0.abandon();
        self.0.set_draw_target(ProgressDrawTarget::hidden());
        if seen {
            let _ = io::stderr().write_all(b"\n");
        }
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
