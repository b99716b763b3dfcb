//! The accept loop, admission and the drain.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::channel::mpsc;
use futures::future::{Either, FutureExt, join_all, select};
use futures::stream::StreamExt;
use log::{error, info, warn};

use crate::gate::{Admission, Error};
use crate::proxy::Service;
use crate::proxy::serve::{refuse, serve};
use crate::rt::net::{Listener, Stream};
use crate::rt::task::{spawn, yield_now};
use crate::rt::time::{sleep, timeout};

/// How long the accept loop rests after an error that is not one connection's own, as when
/// descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Clients that are accepted in one go before others have their turn.
const ACCEPTS_BETWEEN_YIELDS: u64 = 32;
/// Most clients at once that are told that the server is full; more are dropped without a word.
const MAX_REFUSALS: usize = 64;

/// How many clients, and how long they may take to finish when the server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Clients at once.
    pub clients: usize,
    /// Clients at once from one address.
    pub clients_per_address: usize,
    /// How long the drain may take.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: 1_000,
            clients_per_address: 64,
            drain: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop` resolves, then lets the clients that are there finish: until the drain's
/// deadline, or until `stop_now` resolves. A transfer that is cut off then ends in a reset.
pub async fn run(
    listeners: Vec<Listener>,
    service: Arc<Service>,
    limits: Limits,
    stop: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) {
    let (alive, mut drained) = mpsc::channel::<Infallible>(1);
    let floor = Arc::new(Floor {
        service,
        admission: Mutex::new(Admission::new(limits.clients, limits.clients_per_address)),
        refusals: AtomicUsize::new(0),
        sessions: AtomicU64::new(0),
    });
    {
        let loops = join_all(
            listeners
                .iter()
                .map(|listener| accept(listener, &floor, &alive)),
        );
        select(pin!(loops), pin!(stop)).await;
    }
    drop((listeners, alive));
    let open = floor.admission().total();
    info!("stopping: no new connections, {open} to finish");
    let all_gone = timeout(limits.drain, drained.next());
    match select(pin!(all_gone), pin!(stop_now)).await {
        Either::Left((Ok(_), _)) => info!("stopped: all finished"),
        _ => warn!("stopped: {} cut off", floor.admission().total()),
    }
}

/// What all connections share.
struct Floor {
    service: Arc<Service>,
    admission: Mutex<Admission>,
    refusals: AtomicUsize,
    sessions: AtomicU64,
}

impl Floor {
    fn admission(&self) -> MutexGuard<'_, Admission> {
        self.admission
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Never returns: one connection's fault is not another's.
async fn accept(listener: &Listener, floor: &Arc<Floor>, alive: &mpsc::Sender<Infallible>) {
    for accepted in 1_u64.. {
        // While clients queue up an accept never waits, and a signal would never be heard.
        if accepted.is_multiple_of(ACCEPTS_BETWEEN_YIELDS) {
            yield_now().await;
        }
        match listener.accept().await {
            Ok((stream, peer)) => welcome(stream, peer, floor, alive.clone()),
            Err(error) if is_one_connections(&error) => {}
            Err(error) => {
                warn!(
                    "cannot accept, resting {} ms: {error}",
                    ACCEPT_PAUSE.as_millis()
                );
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_one_connections(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected,
    };
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected
    )
}

fn welcome(stream: Stream, peer: SocketAddr, floor: &Arc<Floor>, alive: mpsc::Sender<Infallible>) {
    let admitted = floor.admission().admit(peer.ip());
    match admitted {
        Ok(()) => {
            let permit = Permit {
                floor: Arc::clone(floor),
                addr: peer.ip(),
            };
            let session = floor.sessions.fetch_add(1, Ordering::Relaxed) + 1;
            let served = serve(stream, peer, session, Arc::clone(&floor.service));
            spawn(guarded(session, served, (permit, alive)));
        }
        Err(error) => turn_away(stream, peer, error, floor),
    }
}

/// A panic ends one connection, with a line in the log, and no other.
async fn guarded(
    session: u64,
    work: impl Future<Output = ()>,
    held: (Permit, mpsc::Sender<Infallible>),
) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        error!("#{session} panicked");
    }
    drop(held);
}

fn turn_away(stream: Stream, peer: SocketAddr, error: Error, floor: &Arc<Floor>) {
    if floor.refusals.fetch_add(1, Ordering::Relaxed) >= MAX_REFUSALS {
        floor.refusals.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    warn!("turned away {}: {error}", peer.ip());
    let floor = Arc::clone(floor);
    spawn(async move {
        refuse(stream, &error, &floor.service).await;
        floor.refusals.fetch_sub(1, Ordering::Relaxed);
    });
}

/// One admitted connection.
struct Permit {
    floor: Arc<Floor>,
    addr: IpAddr,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.floor.admission().release(self.addr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Policy, Sites, Types, menus::Menus};
    use crate::proxy::door::Doors;
    use crate::proxy::{Options, Service};
    use std::net::{Ipv4Addr, TcpStream};

    fn floor(clients: usize) -> Arc<Floor> {
        let service = Service {
            policy: Policy::default(),
            sites: Sites::default(),
            types: Types::default(),
            menus: Menus::default(),
            folder: None,
            doors: Doors::default(),
            options: Options::default(),
        };
        Arc::new(Floor {
            service: Arc::new(service),
            admission: Mutex::new(Admission::new(clients, clients)),
            refusals: AtomicUsize::new(0),
            sessions: AtomicU64::new(0),
        })
    }

    #[test]
    fn a_queue_of_clients_does_not_keep_the_accept_loop_from_its_signals() {
        let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let addr = listener.local_addr().unwrap();
        let queue: Vec<_> = (0..ACCEPTS_BETWEEN_YIELDS * 3)
            .map(|_| TcpStream::connect(addr).unwrap())
            .collect();
        let floor = floor(queue.len());
        let (alive, _drained) = mpsc::channel(1);
        // One turn of the loop, as between two looks at a signal.
        assert!(accept(&listener, &floor, &alive).now_or_never().is_none());
        let accepted = floor.sessions.load(Ordering::Relaxed);
        let bound = 1..=ACCEPTS_BETWEEN_YIELDS;
        assert!(bound.contains(&accepted), "{accepted}");
    }
}
