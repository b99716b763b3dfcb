//! An FTP archive and the gateway in front of it, in one process and without a network.
//!
//! The archive is this repository's own folder, to be read only (`archive.rs`), on a loopback port
//! that the system picks. The gateway's root menu (`gophermap`) links it. Requests are logged to
//! standard error as they come.
//!
//! `cargo run --release --example demo [-- --listen IP:PORT]`

mod archive;

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use gophergate::config::Config;
use gophergate::load;
use gophergate::proxy::{Service, access};
use gophergate::rt::net::Listener;
use gophergate::rt::process::StopSignals;
use gophergate::rt::task::block_on;
use gophergate::server;

use archive::Archive;

/// The port that is tried first. Gopher's own, 70, needs privilege.
const PORT: u16 = 7070;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let asked = match arguments.as_slice() {
        [] => None,
        [flag, addr] if flag == "--listen" => {
            Some(addr.parse().map_err(|error| format!("{addr}: {error}"))?)
        }
        _ => return Err("usage: demo [--listen IP:PORT]".into()),
    };
    log_requests();

    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let archive = Archive::start(repository)?;
    let service = service(&archive, &repository.join("examples/demo"))?;
    let listener = listen(asked).map_err(|error| format!("cannot listen: {error}"))?;
    let mut stop = StopSignals::catch()?;
    let mut stop_now = stop.try_clone()?;
    welcome(&listener, &archive, asked.is_none())?;

    let limits = server::Limits::default();
    block_on(server::run(
        vec![listener],
        Arc::new(service),
        limits,
        async { stop.next().await },
        async { stop_now.next().await },
    ));
    Ok(())
}

/// What requests are answered from: a configuration as an operator would write it, and the
/// gophermap in `folder`.
fn service(archive: &Archive, folder: &Path) -> Result<Service, Box<dyn Error>> {
    let site = format!("[site.'{}']\nname = 'archive'", archive.addr());
    let mut config = Config::parse("the demo's configuration", &site)?;
    config.gophermap = Some(folder.to_owned());
    let (service, _) = load::service(&config)?;
    Ok(service)
}

/// Listens where it was asked to; unasked, on the usual port, or on a free one if that is taken.
fn listen(asked: Option<SocketAddr>) -> io::Result<Listener> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match Listener::bind(asked.unwrap_or_else(|| loopback(PORT))) {
        Err(error) if asked.is_none() && error.kind() == io::ErrorKind::AddrInUse => {
            Listener::bind(loopback(0))
        }
        bound => bound,
    }
}

fn welcome(listener: &Listener, archive: &Archive, usual: bool) -> io::Result<()> {
    let (here, ftp) = (listener.local_addr()?, archive.addr());
    let mut out = io::stdout().lock();
    writeln!(out, "listening on gopher://{here}/")?;
    if usual && here.port() != PORT {
        writeln!(out, "(port {PORT} is taken: this is a free one)")?;
    }
    writeln!(
        out,
        "
Behind it, ftp://{ftp}/ serves this repository. From another terminal, try

    lynx gopher://{here}/
    curl gopher://{here}/
    curl gopher://{here}/1/archive/src/          a directory
    curl gopher://{here}/0/archive/Cargo.toml    a file

Ctrl-C stops it."
    )
}

/// One line per request, as the daemon writes them.
fn log_requests() {
    env_logger::Builder::new()
        .filter_module(access::TARGET, log::LevelFilter::Info)
        .format(|out, record| writeln!(out, "{}", record.args()))
        .init();
}
