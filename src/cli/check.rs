//! `gophergate check`: what is wrong with map and configuration.

use std::io::{self, Write};

use crate::config::Config;
use crate::load;

/// Prints warnings and errors; fails if there is an error.
pub(super) fn run(config: &Config) -> Result<(), String> {
    let (_, remarks) = load::service(config)?;
    let mut out = io::stdout().lock();
    let mut print = |line: &str| writeln!(out, "{line}").map_err(|error| error.to_string());
    for warning in &remarks.warnings {
        print(&format!("{warning} (warning)"))?;
    }
    for error in &remarks.errors {
        print(error)?;
    }
    match remarks.errors.len() {
        0 => Ok(()),
        1 => Err("1 error".to_owned()),
        n => Err(format!("{n} errors")),
    }
}
