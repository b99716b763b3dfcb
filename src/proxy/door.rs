//! How many control connections may knock at one FTP server at once.
//!
//! Servers that fork for each session have a short accept queue (vsftpd: 32). What comes past it is
//! lost without a word: the system under us believes that it is connected, and waits for a greeting
//! that never comes. So no more than a few of ours are without their greeting at any time; the others
//! stand in line, first come, first served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_lock::{Semaphore, SemaphoreGuardArc};
use url::Host;

use crate::gate::Target;

/// Most connections to one host and port that are without their greeting: half of the shortest queue
/// that is common.
pub const MAX_UNGREETED: usize = 16;

/// The doors of all FTP servers.
#[derive(Debug, Default)]
pub struct Doors(Mutex<HashMap<(Host, u16), Weak<Semaphore>>>);

/// A place before a door, free again when dropped.
#[derive(Debug)]
pub struct Knock {
    _place: SemaphoreGuardArc,
}

impl Doors {
    /// Waits for a place before the door of the target's server.
    pub async fn knock(&self, target: &Target) -> Knock {
        let door = self.door(target);
        Knock {
            _place: door.acquire_arc().await,
        }
    }

    fn door(&self, target: &Target) -> Arc<Semaphore> {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (target.host.clone(), target.port);
        if let Some(door) = doors.get(&key).and_then(Weak::upgrade) {
            return door;
        }
        // Only doors before which somebody stands are kept.
        doors.retain(|_, door| door.strong_count() > 0);
        let door = Arc::new(Semaphore::new(MAX_UNGREETED));
        doors.insert(key, Arc::downgrade(&door));
        door
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::gate::Sites;

    fn target(selector: &str) -> Target {
        Target::parse(selector.as_bytes(), &Sites::default()).unwrap()
    }

    #[test]
    fn one_past_the_bound_waits_and_other_servers_do_not() {
        let doors = Doors::default();
        let here = target("/ftp/a.example/");
        let knock = || doors.knock(&here).now_or_never();
        let mut standing: Vec<_> = (0..MAX_UNGREETED).map(|_| knock().unwrap()).collect();
        assert!(knock().is_none());
        assert!(
            doors
                .knock(&target("/ftp/a.example:2121/"))
                .now_or_never()
                .is_some()
        );
        standing.pop();
        assert!(knock().is_some());
    }

    #[test]
    fn doors_that_nobody_stands_before_are_forgotten() {
        let doors = Doors::default();
        for n in 0..100 {
            drop(
                doors
                    .knock(&target(&format!("/ftp/h{n}.example/")))
                    .now_or_never(),
            );
        }
        assert_eq!(doors.0.lock().unwrap().len(), 1);
    }
}
