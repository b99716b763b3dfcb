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
    let shared = Arc::new(Shared {
        service,
        admission: Mutex::new(Admission::new(limits.clients, limits.clients_per_address)),
        refusals: AtomicUsize::new(0),
        sessions: AtomicU64::new(0),
    });
    {
        let loops = join_all(
            listeners
                .iter()
                .map(|listener| accept(listener, &shared, &alive)),
        );
        select(pin!(loops), pin!(stop)).await;
    }
    drop((listeners, alive));
    let open = shared.admission().total();
    info!("stopping: no new connections, {open} to finish");
    let all_gone = timeout(limits.drain, drained.next());
    match select(pin!(all_gone), pin!(stop_now)).await {
        Either::Left((Ok(_), _)) => info!("stopped: all finished"),
        _ => warn!("stopped: {} cut off", shared.admission().total()),
    }
}

/// What all connections share.
struct Shared {
    service: Arc<Service>,
    admission: Mutex<Admission>,
    refusals: AtomicUsize,
    sessions: AtomicU64,
}

impl Shared {
    fn admission(&self) -> MutexGuard<'_, Admission> {
        self.admission
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Never returns: one connection's fault is not another's.
async fn accept(listener: &Listener, shared: &Arc<Shared>, alive: &mpsc::Sender<Infallible>) {
    for accepted in 1_u64.. {
        // While clients queue up an accept never waits, and a signal would never be heard.
        if accepted.is_multiple_of(ACCEPTS_BETWEEN_YIELDS) {
            yield_now().await;
        }
        match listener.accept().await {
            Ok((stream, peer)) => welcome(stream, peer, shared, alive.clone()),
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

fn welcome(
    stream: Stream,
    peer: SocketAddr,
    shared: &Arc<Shared>,
    alive: mpsc::Sender<Infallible>,
) {
    let admitted = shared.admission().admit(peer.ip());
    match admitted {
        Ok(()) => {
            let permit = Permit {
                shared: Arc::clone(shared),
                addr: peer.ip(),
            };
            let session = shared.sessions.fetch_add(1, Ordering::Relaxed) + 1;
            let served = serve(stream, peer, session, Arc::clone(&shared.service));
            spawn(guarded(session, served, (permit, alive)));
        }
        Err(error) => turn_away(stream, peer, error, shared),
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

fn turn_away(stream: Stream, peer: SocketAddr, error: Error, shared: &Arc<Shared>) {
    if shared.refusals.fetch_add(1, Ordering::Relaxed) >= MAX_REFUSALS {
        shared.refusals.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    warn!("turned away {}: {error}", peer.ip());
    let shared = Arc::clone(shared);
    spawn(async move {
        refuse(stream, &error, &shared.service).await;
        shared.refusals.fetch_sub(1, Ordering::Relaxed);
    });
}

/// One admitted connection.
struct Permit {
    shared: Arc<Shared>,
    addr: IpAddr,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shared.admission().release(self.addr);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::gate::{Policy, Sites, Types, menus::Menus};
    use crate::proxy::door::Doors;
    use crate::proxy::trust::Trusts;
    use crate::proxy::{Options, Service};
    use crate::rt::task::block_on;

    fn shared(clients: usize) -> Arc<Shared> {
        let service = Service {
            policy: Policy::default(),
            sites: Sites::default(),
            types: Types::default(),
            menus: Menus::default(),
            folder: None,
            doors: Doors::default(),
            trusts: Trusts::default(),
            options: Options::default(),
        };
        Arc::new(Shared {
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
            .map(|_| block_on(Stream::connect(addr)).unwrap())
            .collect();
        let shared = shared(queue.len());
        let (alive, _drained) = mpsc::channel(1);
        // One turn of the loop, as between two looks at a signal.
        assert!(accept(&listener, &shared, &alive).now_or_never().is_none());
        let accepted = shared.sessions.load(Ordering::Relaxed);
        let bound = 1..=ACCEPTS_BETWEEN_YIELDS;
        assert!(bound.contains(&accepted), "{accepted}");
    }
}
