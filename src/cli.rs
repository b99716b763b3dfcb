//! The command line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use log::{LevelFilter, warn};

use crate::config::Config;
use crate::load;
use crate::proxy::Service;
use crate::proxy::access::{self, LogFormat};
use crate::rt::net::{Listener, addresses};
use crate::rt::process::{StopSignals, raise_open_files};
use crate::rt::task::block_on;
use crate::server;

/// Descriptors that are open beside those of clients.
const DESCRIPTORS_BESIDE: u64 = 32;
/// Descriptors that one client may take: its own, control, data, a listener or a file.
const DESCRIPTORS_PER_CLIENT: u64 = 4;

/// A Gopher daemon with an FTP proxy behind it.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit codes: 0 stopped as asked, 1 failed, 2 bad usage.\n\
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
    /// Run the daemon (the default).
    Serve(Serve),
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
    let arguments = match cli.command {
        Some(Command::Serve(serve)) => serve,
        None => cli.serve,
    };
    match serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "gophergate: {message}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: Serve) -> Result<(), String> {
    let config = configure(&arguments)?;
    start_log(config.log_format);
    let service = service(&config)?;
    raise_descriptors(&config);
    let listeners = bind(&config.listen)?;
    announce(&listeners).map_err(|error| format!("cannot write to standard output: {error}"))?;
    let mut stop =
        StopSignals::catch().map_err(|error| format!("cannot catch signals: {error}"))?;
    let mut stop_now = stop
        .try_clone()
        .map_err(|error| format!("cannot catch signals: {error}"))?;
    let limits = config.limits();
    block_on(server::run(
        listeners,
        Arc::new(service),
        limits,
        async { stop.next().await },
        async {
            stop_now.next().await;
        },
    ));
    Ok(())
}

fn configure(arguments: &Serve) -> Result<Config, String> {
    let mut config = match &arguments.config {
        None => Config::default(),
        Some(file) => {
            let text =
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let mut config = Config::parse(&file.display().to_string(), &text)
                .map_err(|error| error.to_string())?;
            let folder = file.parent().unwrap_or_else(|| Path::new(""));
            config.gophermap = config.gophermap.map(|map| folder.join(map));
            config
        }
    };
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

fn service(config: &Config) -> Result<Service, String> {
    let sites = config.sites()?;
    let here = Path::new("gophermap");
    let file = config
        .gophermap
        .as_deref()
        .or_else(|| here.is_file().then_some(here));
    let loaded = match file {
        None => load::built_in(&sites, config.reach()),
        Some(file) => load::load(file, &sites, config.reach())
            .map_err(|error| format!("{}: {error}", file.display()))?,
    };
    for warning in &loaded.warnings {
        warn!("{warning}");
    }
    Ok(Service {
        policy: loaded.policy,
        sites,
        types: config.types(),
        menus: loaded.menus,
        folder: loaded.folder,
        options: config.options(),
    })
}

fn raise_descriptors(config: &Config) {
    let wanted = config.clients as u64 * DESCRIPTORS_PER_CLIENT + DESCRIPTORS_BESIDE;
    if let Some(limit) = raise_open_files().filter(|limit| *limit < wanted) {
        warn!(
            "{} clients may need {wanted} open files, and {limit} are permitted",
            config.clients
        );
    }
}

/// Binds every address. Of a name with several, those that this machine does not have are left out
/// as long as one remains.
fn bind(listen: &[String]) -> Result<Vec<Listener>, String> {
    let mut listeners = Vec::new();
    for text in listen {
        let mut failure = format!("cannot listen on {text}: no such address");
        let mut port = None;
        let before = listeners.len();
        let found = addresses(text)
            .map_err(|error| format!("{text} is no address to listen on: {error}"))?;
        for mut addr in found {
            if addr.port() == 0 {
                // Both families of a name get the same port.
                addr.set_port(port.unwrap_or(0));
            }
            match Listener::bind(addr).and_then(|listener| Ok((listener.local_addr()?, listener))) {
                Ok((bound, listener)) => {
                    port = Some(bound.port());
                    listeners.push(listener);
                }
                Err(error) => failure = format!("cannot listen on {addr}: {error}"),
            }
        }
        if listeners.len() == before {
            return Err(failure);
        }
    }
    Ok(listeners)
}

fn announce(listeners: &[Listener]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for listener in listeners {
        writeln!(out, "listening on gopher://{}/", listener.local_addr()?)?;
    }
    out.flush()
}

/// Log lines go to standard error. Access lines are whole lines of their own.
fn start_log(format: LogFormat) {
    let mut builder = env_logger::Builder::new();
    builder
        .filter_level(LevelFilter::Off)
        .filter_module("gophergate", LevelFilter::Info);
    builder.filter_module(access::TARGET, LevelFilter::Info);
    if let Some(level) = std::env::var("GOPHERGATE_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
    {
        builder
            .filter_module("gophergate", level)
            .filter_module(access::TARGET, level);
    }
    builder.format(
        move |out, record| match (record.target() == access::TARGET, format) {
            (true, _) => writeln!(out, "{}", record.args()),
            (false, LogFormat::Text) => {
                writeln!(
                    out,
                    "{} {}",
                    record.level().as_str().to_ascii_lowercase(),
                    record.args()
                )
            }
            (false, LogFormat::Json) => {
                let level = record.level().as_str().to_ascii_lowercase();
                writeln!(
                    out,
                    "{}",
                    serde_json::json!({ "level": level, "message": record.args().to_string() })
                )
            }
        },
    );
    builder.init();
}
