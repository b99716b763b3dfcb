//! A plain FTP client of a few lines: what the server itself says, without the gateway between.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::support::gateway::PATIENCE;
use crate::support::real::RealServer;

/// A control connection, logged in.
pub struct Raw {
    control: BufReader<TcpStream>,
    peer: SocketAddr,
}

impl Raw {
    pub fn open(server: &RealServer) -> Self {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut raw = Self {
            control: BufReader::new(stream),
            peer: server.addr(),
        };
        raw.reply();
        let mut answer = raw.ask(b"USER anonymous");
        if answer.starts_with("331") {
            answer = raw.ask(b"PASS guest@example.com");
        }
        assert!(answer.starts_with("230"), "{answer}");
        raw
    }

    /// Sends a command; the last line of its reply.
    pub fn ask(&mut self, command: &[u8]) -> String {
        let line = [command, b"\r\n"].concat();
        self.control.get_mut().write_all(&line).unwrap();
        self.reply()
    }

    /// A whole file; what the server said if it refused.
    pub fn retr(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        self.ask(b"TYPE I");
        self.transfer(&[b"RETR ", path].concat())
    }

    /// The bytes of a listing.
    pub fn list(&mut self, command: &str, directory: &str) -> Vec<u8> {
        self.ask(format!("CWD {directory}").as_bytes());
        self.transfer(command.as_bytes()).unwrap()
    }

    fn transfer(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        let reply = self.ask(b"EPSV");
        let port = reply.split('|').nth(3).and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("{reply}"));
        let mut data = TcpStream::connect(SocketAddr::new(self.peer.ip(), port)).unwrap();
        data.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reply = self.ask(command);
        let mut bytes = Vec::new();
        if reply.starts_with('1') {
            match data.read_to_end(&mut bytes) {
                Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
                _ => {}
            }
            drop(data);
            reply = self.reply();
        }
        if reply.starts_with('2') {
            Ok(bytes)
        } else {
            Err(reply)
        }
    }

    fn reply(&mut self) -> String {
        loop {
            let mut line = Vec::new();
            self.control.read_until(b'\n', &mut line).unwrap();
            assert!(!line.is_empty(), "the end of the control connection");
            if line[0].is_ascii_digit() && line.get(3) == Some(&b' ') {
                return String::from_utf8_lossy(&line).trim_end().to_owned();
            }
        }
    }
}
