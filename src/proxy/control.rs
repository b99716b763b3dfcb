//! The control connection: resolve, check each address, dial what was checked.

use std::net::{IpAddr, SocketAddr};

use log::debug;
use url::Host;

use super::service::Deadlines;
use crate::gate::Error;
use crate::gate::reach::Reach;
use crate::gate::target::Target;
use crate::rt::net::{Stream, resolve};
use crate::rt::time::timeout;

/// Most addresses of one host that are tried.
pub const MAX_ADDRESSES: usize = 8;

/// Opens a connection to the target's host. The addresses that are checked are the ones that are
/// dialled: nobody is asked for them twice.
///
/// # Errors
///
/// [`Error::Resolve`], [`Error::Private`], or the last address's [`Error::Connect`].
pub async fn dial(target: &Target, reach: Reach, deadlines: &Deadlines) -> Result<Stream, Error> {
    let host = target.authority();
    let addrs = addresses(&target.host, deadlines)
        .await
        .ok_or_else(|| Error::Resolve { host: host.clone() })?;
    let mut failure = Error::Private { host: host.clone() };
    for ip in addrs
        .into_iter()
        .filter(|ip| reach.allows(*ip))
        .take(MAX_ADDRESSES)
    {
        let addr = SocketAddr::new(ip, target.port);
        let kind = match timeout(deadlines.connect, Stream::connect(addr)).await {
            Ok(Ok(stream)) if reach == Reach::Public && is_here(&stream) => {
                failure = Error::Private { host: host.clone() };
                continue;
            }
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => error.kind(),
            Err(_) => std::io::ErrorKind::TimedOut,
        };
        debug!("no connection to {addr}: {kind}");
        failure = Error::Connect {
            host: host.clone(),
            kind,
        };
    }
    Err(failure)
}

/// Whether a connection leads back to this machine, by whatever address.
fn is_here(stream: &Stream) -> bool {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(own), Ok(peer)) => own.ip() == peer.ip(),
        _ => true,
    }
}

async fn addresses(host: &Host, deadlines: &Deadlines) -> Option<Vec<IpAddr>> {
    let name = match host {
        Host::Ipv4(addr) => return Some(vec![(*addr).into()]),
        Host::Ipv6(addr) => return Some(vec![addr.to_canonical()]),
        Host::Domain(name) => name,
    };
    let found = timeout(deadlines.connect, resolve(name)).await.ok()?.ok()?;
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rt::net::Listener;
    use crate::rt::task::block_on;

    fn leads_here(ip: IpAddr) -> bool {
        block_on(async {
            let listener = Listener::bind(SocketAddr::new(ip, 0)).unwrap();
            let stream = Stream::connect(listener.local_addr().unwrap()).await;
            is_here(&stream.unwrap())
        })
    }

    #[test]
    fn a_connection_to_an_address_of_ours_leads_here() {
        assert!(leads_here("127.0.0.1".parse().unwrap()));
        // Its two ends have two addresses, as those of a connection to another machine have.
        assert!(!leads_here("127.0.0.2".parse().unwrap()));
    }
}
