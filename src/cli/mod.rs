//! The command line: what each command is given, and its exit code.

mod check;
mod fetch;
mod log;
mod probe;
mod remote;
mod render;
mod serve;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::Config;
use crate::proxy::access::LogFormat;

/// A Gopher daemon with an FTP proxy behind it.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit codes: 0 done, or stopped as asked; 1 failed, or a probe's verdict is no; 2 bad usage.\n\
    The environment's GOPHERGATE_LOG sets what is logged: error, warn, info (default), debug, off."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon (the default)
    Serve(Serve),
    /// Read map and configuration, and print what is wrong with them as file:line: message
    Check(Serve),
    /// Print what the daemon would answer to a selector, without being one
    Render {
        /// The selector
        selector: String,
        #[command(flatten)]
        serve: Serve,
    },
    /// Fetch one file, or list a directory, of an FTP server
    Fetch(fetch::Arguments),
    /// Tell what an FTP site offers, and whether it works from behind a router that lets only outgoing
    /// calls pass
    Probe(probe::Arguments),
}

/// What the commands that go to one FTP server have in common.
#[derive(Args, Debug)]
struct Remote {
    #[arg(
        help = "ftp://[USER[:PASSWORD]@]HOST[:PORT]/PATH[;type=a|i|d]; others on this machine may \
                  see what stands here, and the password in it"
    )]
    url: String,
    /// Print the conversation with the FTP server on standard error, without passwords
    #[arg(short, long)]
    verbose: bool,
    /// A configuration file: the accounts and settings of FTP hosts, and the deadlines, hold here too
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A netrc file: who logs in where
    #[arg(long, value_name = "FILE")]
    netrc: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Serve {
    /// The root menu: a gophermap, or a folder with one [default: ./gophermap, or the one built in]
    gophermap: Option<PathBuf>,
    /// Listen on HOST:PORT; may be repeated; port 0 picks one [default: localhost:7070]
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// The host name that menus advertise [default: the address that the client reached]
    #[arg(long, value_name = "NAME")]
    hostname: Option<String>,
    /// A configuration file; what stands here goes before what stands there
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Let clients open any FTP host, not only what the gophermap links
    #[arg(long)]
    open: bool,
    /// With --open: loopback and private addresses too
    #[arg(long)]
    allow_private: bool,
    /// Clients at once
    #[arg(long, value_name = "N")]
    clients: Option<usize>,
    /// Clients at once from one address
    #[arg(long, value_name = "N")]
    clients_per_address: Option<usize>,
    /// The shape of log lines: text or json
    #[arg(long, value_name = "FORMAT", value_parser = log_format)]
    log_format: Option<LogFormat>,
}

fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("it is text or json"),
    }
}

/// Runs the program with the arguments of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(arguments) => configure(&arguments).and_then(|config| serve::run(&config)),
        Command::Check(arguments) => configure(&arguments).and_then(|config| check::run(&config)),
        Command::Render { selector, serve } => {
            configure(&serve).and_then(|config| render::run(&selector, &config))
        }
        Command::Fetch(arguments) => match remote::Url::parse(&arguments.remote.url) {
            Ok(url) => fetch::run(&url, &arguments),
            Err(message) => return misused(&message),
        },
        Command::Probe(arguments) => match remote::Url::parse(&arguments.remote.url) {
            Ok(url) => match probe::run(&url, &arguments) {
                Ok(code) => return code,
                Err(message) => Err(message),
            },
            Err(message) => return misused(&message),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "gophergate: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the command line, which is not repeated: a password may stand in it.
fn misused(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "gophergate: {message}");
    ExitCode::from(2)
}

fn read_config(file: Option<&Path>) -> Result<Config, String> {
    let Some(file) = file else {
        return Ok(Config::default());
    };
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut config =
        Config::parse(&file.display().to_string(), &text).map_err(|error| error.to_string())?;
    config.resolve_files(file.parent().unwrap_or_else(|| Path::new("")));
    Ok(config)
}

fn configure(arguments: &Serve) -> Result<Config, String> {
    let mut config = read_config(arguments.config.as_deref())?;
    if !arguments.listen.is_empty() {
        config.listen.clone_from(&arguments.listen);
    }
    config.hostname = arguments.hostname.clone().or(config.hostname);
    config.gophermap = arguments.gophermap.clone().or(config.gophermap);
    config.open |= arguments.open;
    config.allow_private |= arguments.allow_private;
    config.clients = arguments.clients.unwrap_or(config.clients);
    config.clients_per_address = arguments
        .clients_per_address
        .unwrap_or(config.clients_per_address);
    config.log_format = arguments.log_format.unwrap_or(config.log_format);
    config
        .check()
        .map_err(|message| format!("the command line: {message}"))?;
    Ok(config)
}
