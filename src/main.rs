//! The program: arguments, configuration, listeners, serve, exit code. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gophergate::cli::run()
}
