//! Commands (RFC 959 section 4.1) and their arguments.
//!
//! Only commands that read are here: a gateway that cannot spell STOR cannot be made to send it.

use std::fmt;
use std::net::SocketAddr;

use crate::wire::Shown;

/// Telnet's "interpret as command" (RFC 854), which an argument carries doubled (RFC 959 section
/// 3.1.1.5.2, RFC 1123 section 4.1.2.10).
pub const IAC: u8 = 0xff;

/// The argument of a command: any bytes but CR, LF and NUL, so that one command stays one line.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Arg(Vec<u8>);

/// A byte that no argument may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArgError {
    /// CR, LF or NUL.
    pub byte: u8,
}

impl Arg {
    /// Takes `bytes` as they go on the wire; CR, LF and NUL are refused.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Result<Self, ArgError> {
        let bytes = bytes.into();
        match bytes.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            Some(&byte) => Err(ArgError { byte }),
            None => Ok(Self(bytes)),
        }
    }

    /// The ways to spell a path, in the order to try them: with IAC doubled as the RFCs ask, then
    /// raw as half of the servers want it. A first byte that servers take for a blank, an option or
    /// a home directory gets `./` in front.
    pub fn spellings(path: &[u8]) -> Result<Vec<Self>, ArgError> {
        let raw = Self::parse(disarmed(path))?;
        if !raw.0.contains(&IAC) {
            return Ok(vec![raw]);
        }
        let mut doubled = Vec::with_capacity(raw.0.len() + 4);
        for &byte in &raw.0 {
            doubled.push(byte);
            if byte == IAC {
                doubled.push(IAC);
            }
        }
        Ok(vec![Self(doubled), raw])
    }

    /// The path as one argument per segment, for CWD after CWD (RFC 1738 section 3.2.2): servers
    /// whose paths look otherwise (VMS, MVS) take it in no other way. An absolute path begins with
    /// `/`, which leads to the root.
    pub fn segments(&self) -> Vec<Self> {
        let root = self.0.starts_with(b"/").then(|| Self(b"/".to_vec()));
        let named = |segment: &&[u8]| !matches!(*segment, b"" | b".");
        let segments = self.0.split(|byte| *byte == b'/').filter(named);
        root.into_iter()
            .chain(segments.map(|segment| Self(disarmed(segment))))
            .collect()
    }

    /// The bytes, as they go on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The path with `./` before a first byte that means something else to servers.
fn disarmed(path: &[u8]) -> Vec<u8> {
    let armed = matches!(path.first(), Some(b' ' | b'~' | b'-'));
    let before: &[u8] = if armed { b"./" } else { b"" };
    [before, path].concat()
}

impl fmt::Debug for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Shown(&self.0))
    }
}

impl fmt::Display for ArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.byte {
            b'\r' => "a carriage return",
            b'\n' => "a line feed",
            _ => "a NUL",
        };
        write!(f, "the name holds {name}, which no FTP command can carry")
    }
}

impl std::error::Error for ArgError {}

/// Appends `verb argument CRLF`.
pub fn encode(verb: &str, argument: Option<&[u8]>, out: &mut Vec<u8>) {
    out.extend_from_slice(verb.as_bytes());
    if let Some(argument) = argument {
        out.push(b' ');
        out.extend_from_slice(argument);
    }
    out.extend_from_slice(b"\r\n");
}

/// The argument of PORT on IPv4 (`h1,h2,h3,h4,p1,p2`, RFC 959 section 4.1.2).
pub fn port_argument(addr: &SocketAddr) -> Option<String> {
    let SocketAddr::V4(addr) = addr else {
        return None;
    };
    let [a, b, c, d] = addr.ip().octets();
    let [high, low] = addr.port().to_be_bytes();
    Some(format!("{a},{b},{c},{d},{high},{low}"))
}

/// The argument of EPRT (`|family|address|port|`, RFC 2428 section 2).
pub fn eprt_argument(addr: &SocketAddr) -> String {
    let family = if addr.is_ipv4() { 1 } else { 2 };
    format!("|{family}|{}|{}|", addr.ip(), addr.port())
}

/// A command line as the log may show it: what PASS and ACCT carry is left out.
pub fn shown(line: &[u8]) -> String {
    for verb in [&b"PASS "[..], b"ACCT "] {
        if line.starts_with(verb) {
            return format!("{}***", Shown(verb));
        }
    }
    Shown(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_cannot_hold_a_second_command() {
        for byte in [b'\r', b'\n', 0] {
            assert_eq!(
                Arg::parse([b"a", &[byte][..], b"DELE x"].concat()),
                Err(ArgError { byte })
            );
        }
        let all: Vec<u8> = (1..=255).filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        assert_eq!(Arg::parse(all.clone()).unwrap().as_bytes(), all);
    }

    #[test]
    fn iac_goes_doubled_first_and_raw_second() {
        let spelt = Arg::spellings(b"a\xffb").unwrap();
        assert_eq!(spelt[0].as_bytes(), b"a\xff\xffb");
        assert_eq!(spelt[1].as_bytes(), b"a\xffb");
    }

    #[test]
    fn a_first_byte_with_a_meaning_of_its_own_is_hidden_behind_dot_slash() {
        for (path, wire) in [
            (&b"~user/x"[..], &b"./~user/x"[..]),
            (b"-la", b"./-la"),
            (b" x", b"./ x"),
            (b"x y", b"x y"),
        ] {
            assert_eq!(Arg::spellings(path).unwrap()[0].as_bytes(), wire);
        }
    }

    #[test]
    fn a_path_divides_into_what_cwd_takes_one_after_the_other() {
        for (path, segments) in [
            ("a", vec!["a"]),
            ("a/b c/d", vec!["a", "b c", "d"]),
            ("/a/b", vec!["/", "a", "b"]),
            ("/", vec!["/"]),
            ("", vec![]),
            ("./~a/-b", vec!["./~a", "./-b"]),
        ] {
            let expected: Vec<Arg> = segments.iter().map(|s| Arg::parse(*s).unwrap()).collect();
            assert_eq!(Arg::parse(path).unwrap().segments(), expected, "{path}");
        }
    }

    #[test]
    fn host_and_port_are_spelt_as_the_rfcs_say() {
        let v4: SocketAddr = "10.0.1.2:513".parse().unwrap();
        let v6: SocketAddr = "[2001:db8::1]:513".parse().unwrap();
        assert_eq!(port_argument(&v4).unwrap(), "10,0,1,2,2,1");
        assert_eq!(port_argument(&v6), None);
        assert_eq!(eprt_argument(&v4), "|1|10.0.1.2|513|");
        assert_eq!(eprt_argument(&v6), "|2|2001:db8::1|513|");
    }

    #[test]
    fn the_log_never_shows_a_password() {
        assert_eq!(shown(b"PASS secret"), "PASS ***");
        assert_eq!(shown(b"ACCT secret"), "ACCT ***");
        assert_eq!(shown(b"RETR a\tb"), "RETR a\\u{9}b");
    }
}
