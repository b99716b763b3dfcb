//! How a data connection comes about: PASV, EPSV, PORT, EPRT, and the address of a 151.

use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketType, bind, connect, getsockname, socket};

use super::session::{End, SLICE, Session};
use super::vice::Vice;

/// How long the server waits for the client's data connection, or for its own to come about.
const ACCEPT: Duration = Duration::from_secs(5);

/// Where strangers call from.
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Where the next data connection shall come from.
#[derive(Debug)]
pub(super) enum Channel {
    None,
    /// The port that was named in a 227, 229 or 151.
    Listening(TcpListener),
    /// A port that is taken, but does not listen.
    Deaf(OwnedFd),
    /// The client's address.
    Active(SocketAddr),
    Connected(TcpStream),
}

impl Session {
    pub(super) fn passive(&mut self, epsv: bool, argument: &[u8]) -> Result<(), End> {
        let refused = |vice: &Vice| match vice {
            Vice::RefusePasv(code) if !epsv => Some(*code),
            Vice::RefuseEpsv(code) if epsv => Some(*code),
            _ => None,
        };
        if let Some(code) = self.vices.find(refused) {
            return self.say(&format!("{code} Passive mode refused"));
        }
        let Ok(local) = self.control.local_addr() else {
            return Err(End);
        };
        match (epsv, argument) {
            (true, b"ALL") => return self.say("200 EPSV ALL noted"),
            (true, b"1") if local.is_ipv6() => return self.say("522 Use (2)"),
            (true, b"2") if local.is_ipv4() => return self.say("522 Use (1)"),
            (true, b"" | b"1" | b"2") | (false, b"") => {}
            _ => return self.say("501 Syntax error"),
        }
        let extended = if epsv {
            !self.has(&Vice::Answer227ToEpsv)
        } else {
            self.has(&Vice::Answer229ToPasv)
        };
        if local.is_ipv6() && !extended && !epsv {
            return self.say("425 No PASV on IPv6, use EPSV");
        }
        let Some(port) = self.listen(local.ip()) else {
            return self.say("425 Cannot listen");
        };
        let reply = if extended {
            self.reply_229(port)
        } else {
            self.reply_227("227", port)
        };
        self.say(&reply)
    }

    /// Makes the channel a port that listens, or seems to, and says which.
    pub(super) fn listen(&mut self, host: IpAddr) -> Option<u16> {
        let any = SocketAddr::new(host, 0);
        let port;
        if self.has(&Vice::NobodyListens) {
            let family = if any.is_ipv6() {
                AddressFamily::INET6
            } else {
                AddressFamily::INET
            };
            let deaf = socket(family, SocketType::STREAM, None).ok()?;
            bind(&deaf, &any).ok()?;
            port = SocketAddr::try_from(getsockname(&deaf).ok()?).ok()?.port();
            self.channel = Channel::Deaf(deaf);
        } else {
            let listener = TcpListener::bind(any).ok()?;
            set_socket_timeout(&listener, Timeout::Recv, Some(SLICE)).ok()?;
            port = listener.local_addr().ok()?.port();
            self.channel = Channel::Listening(listener);
        }
        let named = |vice: &Vice| match vice {
            Vice::PasvPort(port) => Some(*port),
            _ => None,
        };
        Some(self.vices.find(named).unwrap_or(port))
    }

    pub(super) fn reply_227(&self, code: &str, port: u16) -> String {
        let host = match self.control.local_addr().map(|addr| addr.ip()) {
            _ if self.has(&Vice::PasvForeignAddress) => Ipv4Addr::new(10, 9, 8, 7),
            _ if self.has(&Vice::PasvPrivateAddress) => Ipv4Addr::new(192, 168, 1, 2),
            _ if self.has(&Vice::PasvZeroAddress) => Ipv4Addr::UNSPECIFIED,
            Ok(IpAddr::V4(host)) => host,
            _ => Ipv4Addr::LOCALHOST,
        };
        let [a, b, c, d] = host.octets().map(u16::from);
        let mut numbers = vec![a, b, c, d, port >> 8, port & 0xFF];
        if self.has(&Vice::PasvFiveNumbers) {
            numbers.pop();
        } else if self.has(&Vice::PasvSevenNumbers) {
            numbers.push(7);
        } else if self.has(&Vice::PasvNumberTooBig) {
            numbers.splice(5.., [256]);
        }
        let width = if self.has(&Vice::PasvThreeDigits) {
            3
        } else {
            0
        };
        let numbers: Vec<String> = numbers.iter().map(|n| format!("{n:0width$}")).collect();
        let address = numbers.join(if self.has(&Vice::PasvBlanks) {
            ", "
        } else {
            ","
        });
        if self.has(&Vice::PasvNoAddress) {
            format!("{code} Entering Passive Mode")
        } else if self.has(&Vice::PasvAsUrl) {
            format!("{code} PASV OK (ftp://{address})")
        } else if self.has(&Vice::PasvNoParens) {
            format!("{code} Entering Passive Mode {address}")
        } else if self.has(&Vice::PasvTextBefore) {
            format!("{code} Port 3 of 40, 20 users, 1.2.3: Entering Passive Mode ({address})")
        } else {
            format!("{code} Entering Passive Mode ({address}).")
        }
    }

    fn reply_229(&self, port: u16) -> String {
        if self.has(&Vice::EpsvOtherDelimiter) {
            format!("229 Entering Extended Passive Mode (!!!{port}!)")
        } else if self.has(&Vice::EpsvNoParens) {
            format!("229 Entering Extended Passive Mode |||{port}|")
        } else if self.has(&Vice::EpsvMissingDelimiter) {
            format!("229 Entering Extended Passive Mode (||{port}|)")
        } else if self.has(&Vice::EpsvDotBehind) {
            format!("229 Entering Extended Passive Mode (|||{port}|).")
        } else if self.has(&Vice::EpsvWithAddress) {
            format!("229 Entering Extended Passive Mode (|1|127.0.0.1|{port}|)")
        } else {
            format!("229 Entering Extended Passive Mode (|||{port}|)")
        }
    }

    pub(super) fn active(&mut self, extended: bool, argument: &[u8]) -> Result<(), End> {
        let refused = |vice: &Vice| match vice {
            Vice::RefusePort(code) => Some(*code),
            _ => None,
        };
        if let Some(code) = self.vices.find(refused) {
            return self.say(&format!("{code} Active mode refused"));
        }
        let text = std::str::from_utf8(argument).unwrap_or_default();
        let Some(addr) = (if extended {
            read_eprt(text)
        } else {
            read_port(text)
        }) else {
            return self.say("501 Not an address");
        };
        if self.control.peer_addr().map(|peer| peer.ip()).ok() != Some(addr.ip()) {
            return self.say("500 Illegal PORT command: not your address");
        }
        let many = |vice: &Vice| match vice {
            Vice::StrangersFirst(many) => Some(*many),
            _ => None,
        };
        for _ in 0..self.vices.find(many).unwrap_or(0) {
            if !is_turned_away(addr) {
                return self.say("421 A stranger was let in");
            }
        }
        self.channel = Channel::Active(addr);
        if self.has(&Vice::ConnectsBackAtOnce) {
            match TcpStream::connect_timeout(&addr, ACCEPT) {
                Ok(stream) => self.channel = Channel::Connected(stream),
                Err(_) => return self.say("425 Cannot open data connection"),
            }
        }
        self.say("200 Active mode it is")
    }

    /// The data connection, if it comes about in time. A listener has done its work then.
    pub(super) fn open(&mut self) -> Result<Option<TcpStream>, End> {
        self.flush()?;
        let from = Instant::now();
        let stream = match std::mem::replace(&mut self.channel, Channel::None) {
            Channel::Listening(listener) => loop {
                match listener.accept() {
                    Ok((stream, _)) => break Some(stream),
                    Err(_) if !self.alive() => return Err(End),
                    Err(_) if from.elapsed() > ACCEPT => break None,
                    Err(error) => match error.kind() {
                        ErrorKind::WouldBlock | ErrorKind::Interrupted => {}
                        _ => break None,
                    },
                }
            },
            Channel::Active(addr) => TcpStream::connect_timeout(&addr, ACCEPT).ok(),
            Channel::Connected(stream) => Some(stream),
            Channel::None | Channel::Deaf(_) => None,
        };
        if let Some(stream) = &stream {
            let _ = stream.set_read_timeout(Some(SLICE));
            let _ = stream.set_write_timeout(Some(SLICE));
            let _ = stream.set_nodelay(true);
        }
        Ok(stream)
    }
}

/// Whether a caller from another address than the server's is met with a close.
fn is_turned_away(addr: SocketAddr) -> bool {
    let call = || -> std::io::Result<usize> {
        let stranger = socket(AddressFamily::INET, SocketType::STREAM, None)?;
        bind(&stranger, &SocketAddr::from((STRANGER, 0)))?;
        connect(&stranger, &addr)?;
        let mut stranger = TcpStream::from(stranger);
        stranger.set_read_timeout(Some(ACCEPT))?;
        stranger.read(&mut [0; 1])
    };
    match call() {
        Ok(read) => read == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

/// The address in the argument of PORT (RFC 959 section 4.1.2).
fn read_port(text: &str) -> Option<SocketAddr> {
    let numbers: Result<Vec<u8>, _> = text.split(',').map(str::parse).collect();
    let &[a, b, c, d, high, low] = numbers.ok()?.as_slice() else {
        return None;
    };
    Some((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low])).into())
}

/// The address in the argument of EPRT (RFC 2428 section 2).
fn read_eprt(text: &str) -> Option<SocketAddr> {
    let parts: Vec<&str> = text.split(text.chars().next()?).collect();
    let &["", family, host, port, ""] = parts.as_slice() else {
        return None;
    };
    let host: IpAddr = host.parse().ok()?;
    if host.is_ipv4() != (family == "1") || host.is_ipv6() != (family == "2") {
        return None;
    }
    Some((host, port.parse().ok()?).into())
}
