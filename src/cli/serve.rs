//! `gophergate serve`: load, bind, announce, run.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use log::{error, warn};

use super::log as logging;
use crate::config::Config;
use crate::load;
use crate::rt::net::{Listener, addresses};
use crate::rt::process::{StopSignals, raise_open_files};
use crate::rt::task::block_on;
use crate::server;

/// Descriptors that are open beside those of clients.
const DESCRIPTORS_BESIDE: u64 = 128;
/// Descriptors that one client may take: its own, control, data, a listener or a file.
const DESCRIPTORS_PER_CLIENT: u64 = 4;
/// Most ports that are tried to find one that is free on every address of a name.
const MAX_PORTS: usize = 8;

/// Runs the daemon until it is told to stop.
pub(super) fn run(config: &Config) -> Result<(), String> {
    logging::start(config.log_format);
    let (service, remarks) = load::service(config)?;
    remarks
        .warnings
        .iter()
        .for_each(|warning| warn!("{warning}"));
    remarks.errors.iter().for_each(|error| error!("{error}"));
    raise_descriptors(config);
    let listeners = bind(&config.listen)?;
    let mut stop =
        StopSignals::catch().map_err(|error| format!("cannot catch signals: {error}"))?;
    let mut stop_now = stop
        .try_clone()
        .map_err(|error| format!("cannot catch signals: {error}"))?;
    announce(&listeners).map_err(|error| format!("cannot write to standard output: {error}"))?;
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

fn raise_descriptors(config: &Config) {
    let wanted = config.clients as u64 * DESCRIPTORS_PER_CLIENT + DESCRIPTORS_BESIDE;
    if let Some(limit) = raise_open_files().filter(|limit| *limit < wanted) {
        warn!(
            "{} clients may need {wanted} open files, and {limit} are permitted",
            config.clients
        );
    }
}

/// Binds every address.
fn bind(listen: &[String]) -> Result<Vec<Listener>, String> {
    let mut listeners = Vec::new();
    for text in listen {
        let found = addresses(text)
            .map_err(|error| format!("{text} is no address to listen on: {error}"))?;
        let any_port = found.iter().any(|addr| addr.port() == 0);
        let mut bound = bind_all(text, &found);
        for _ in 1..MAX_PORTS {
            if bound.is_err() && any_port {
                bound = bind_all(text, &found);
            }
        }
        listeners.extend(bound?);
    }
    Ok(listeners)
}

/// Binds all addresses of a name. Those that this machine does not have are left out as long as one
/// remains; one that is taken is a failure.
fn bind_all(text: &str, addrs: &[SocketAddr]) -> Result<Vec<Listener>, String> {
    let mut listeners = Vec::new();
    let mut failure = format!("cannot listen on {text}: no such address");
    let mut port = None;
    for mut addr in addrs.iter().copied() {
        if addr.port() == 0 {
            // Both families of a name get the same port.
            addr.set_port(port.unwrap_or(0));
        }
        match Listener::bind(addr).and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((bound, listener)) => {
                port = Some(bound.port());
                listeners.push(listener);
            }
            Err(error) => {
                failure = format!("cannot listen on {addr}: {error}");
                if error.kind() == io::ErrorKind::AddrInUse {
                    return Err(failure);
                }
            }
        }
    }
    if listeners.is_empty() {
        return Err(failure);
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
