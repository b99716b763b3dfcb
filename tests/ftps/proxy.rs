//! Somebody on the way, who cannot read what passes and cuts it where he likes.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::thread;

/// Where it stands; servers are at 127.0.0.1.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// Where the servers are.
const THERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The types of a record that says close_notify in TLS 1.2, and of one that may in TLS 1.3.
const ALERT: u8 = 21;
const DATA: u8 = 23;
/// Bytes of an alert, its type and its seal, under TLS 1.3.
const SEALED_ALERT: usize = 2 + 1 + 16;

/// Where a data connection ends.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// After so many bytes.
    After(usize),
    /// Where close_notify was to come: everything else has arrived.
    CloseNotify,
}

/// How many ports: pure-ftpd takes half as many clients.
const PORTS: u16 = 8;

/// The ports of the data connections, which are the server's too.
#[derive(Debug)]
pub struct DataPorts(Vec<TcpListener>);

impl DataPorts {
    /// Some that are free here and there.
    pub fn find() -> Self {
        loop {
            let first = TcpListener::bind((HERE, 0)).unwrap();
            let low = port(&first);
            let more =
                (1..PORTS).map(|more| TcpListener::bind((HERE, low.checked_add(more)?)).ok());
            let free = |listener: &TcpListener| TcpListener::bind((THERE, port(listener))).is_ok();
            let here: Option<Vec<_>> = [Some(first)].into_iter().chain(more).collect();
            if let Some(here) = here.filter(|here| here.iter().all(free)) {
                return Self(here);
            }
        }
    }

    pub fn range(&self) -> RangeInclusive<u16> {
        port(&self.0[0])..=port(&self.0[self.0.len() - 1])
    }

    /// Passes control connections on to a server, and its data connections up to the cut. Gives the
    /// address to call. It ends with the process.
    pub fn stand_before(self, server: SocketAddr, cut: Cut) -> SocketAddr {
        let control = TcpListener::bind((HERE, 0)).unwrap();
        let addr = control.local_addr().unwrap();
        thread::spawn(move || accept(&control, server, |from, to| io::copy(from, to).map(drop)));
        for here in self.0 {
            let there = SocketAddr::new(THERE, port(&here));
            thread::spawn(move || {
                accept(&here, there, move |from, to| match cut {
                    Cut::After(bytes) => io::copy(&mut from.take(bytes as u64), to).map(drop),
                    Cut::CloseNotify => copy_records(from, to),
                });
            });
        }
        addr
    }
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

/// Passes each connection on; `down` is what becomes of the server's bytes.
fn accept(
    listener: &TcpListener,
    server: SocketAddr,
    down: impl Fn(&mut TcpStream, &mut TcpStream) -> io::Result<()> + Copy + Send + 'static,
) {
    for client in listener.incoming() {
        let (Ok(mut client), Ok(mut server)) = (client, TcpStream::connect(server)) else {
            continue;
        };
        let (mut up_from, mut up_to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || {
            let _ = io::copy(&mut up_from, &mut up_to);
            let _ = up_to.shutdown(Shutdown::Write);
        });
        thread::spawn(move || {
            let _ = down(&mut server, &mut client);
            // An orderly end, as anybody can make one.
            let _ = client.shutdown(Shutdown::Write);
        });
    }
}

/// All records up to the one that says close_notify.
fn copy_records(from: &mut TcpStream, to: &mut TcpStream) -> io::Result<()> {
    loop {
        let mut head = [0; 5];
        from.read_exact(&mut head)?;
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        if head[0] == ALERT || (head[0] == DATA && length == SEALED_ALERT) {
            return Ok(());
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        to.write_all(&[&head[..], &body].concat())?;
    }
}
