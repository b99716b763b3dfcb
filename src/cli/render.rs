//! `gophergate render`: one answer on standard output.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures::io::{AsyncReadExt, AsyncWriteExt};

use crate::config::Config;
use crate::gopher::item::Field;
use crate::load;
use crate::proxy::serve;
use crate::rt::net::{Listener, Stream};
use crate::rt::task::{block_on, spawn};

/// Bytes of an answer that are printed at once.
const BUFFER: usize = 64 * 1024;

/// Answers one request over a connection to itself, so that it is the daemon's answer to the byte;
/// only the advertised host and port are those of a daemon by its configuration.
pub(super) fn run(selector: &str, config: &Config) -> Result<(), String> {
    let (mut service, _) = load::service(config)?;
    let hostname = || Field::parse("localhost").ok();
    service
        .options
        .port
        .get_or_insert_with(|| config.own().port);
    service.options.hostname = service.options.hostname.or_else(hostname);
    block_on(print(selector, Arc::new(service))).map_err(|error| format!("{selector}: {error}"))
}

async fn print(selector: &str, service: Arc<crate::proxy::Service>) -> io::Result<()> {
    let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let mut stream = Stream::connect(listener.local_addr()?).await?;
    let (accepted, peer) = listener.accept().await?;
    spawn(serve(accepted, peer, 1, service));
    stream.write_all(selector.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    let mut out = io::stdout().lock();
    let mut bytes = vec![0; BUFFER];
    loop {
        match stream.read(&mut bytes).await? {
            0 => return out.flush(),
            read => out.write_all(bytes.get(..read).unwrap_or_default())?,
        }
    }
}
