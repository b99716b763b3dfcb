//! Where the data connection is: the answers to PASV and EPSV (RFC 959, 1123, 2428), and what a
//! server that was told APSV says to a transfer command (RFC 1579).
//!
//! RFC 1579, section "Discussion", proposes APSV, "all passive", and leaves its wire format open.
//! What is spoken here:
//!
//! * The client sends `APSV` once, after the login. 200 means that from now on the server listens
//!   anew for each transfer that no PASV or PORT of its own goes before; any other answer means that
//!   it does not know the command, and PASV is used.
//! * Such a transfer command (RETR, LIST, MLSD, NLST) is answered by a preliminary 151 in place of the
//!   150, before the data connection is there:
//!
//!   ```text
//!   all-passive ::= "151" SP text CRLF       where text holds an address
//!   address     ::= h1,h2,h3,h4,p1,p2        as in a 227
//!                 | <d><d><d>port<d>         as in a 229
//!                 | port                     the first number that stands by itself
//!   ```
//!
//!   The client connects to that port of the server's own host, and the transfer goes on as after a
//!   150.
//!
//! The address in a 227 is never dialled: the data connection goes to the peer of the control
//! connection, so that no server can point us at a third party (RFC 2577).

use std::net::Ipv4Addr;

use super::reply::Reply;

/// Lowest port that a data connection may go to: services live below (RFC 2577 section 3).
pub const MIN_DATA_PORT: u16 = 1024;

/// The port that a 227 or 229 names, whichever of the two commands it answers, or a 151.
///
/// RFC 1123 section 4.1.2.6: "must scan the reply for the digits"; nothing around them is trusted.
pub fn data_port(reply: &Reply) -> Option<u16> {
    let scan = |line: &Vec<u8>| match reply.code.number() {
        227 => scan_host_port(line).or_else(|| scan_extended(line)),
        229 => scan_extended(line).or_else(|| scan_host_port(line)),
        151 => scan_host_port(line)
            .or_else(|| scan_extended(line))
            .or_else(|| scan_port(line)),
        _ => None,
    };
    reply.lines.iter().rev().find_map(scan)
}

/// The address that a 227 names: to be told, and never to be dialled.
pub fn named_address(reply: &Reply) -> Option<Ipv4Addr> {
    let found = reply.lines.iter().rev().find_map(|line| scan_six(line));
    found.map(|[a, b, c, d, ..]| Ipv4Addr::new(a, b, c, d))
}

/// `h1,h2,h3,h4,p1,p2` anywhere in the text; the port of it.
fn scan_host_port(text: &[u8]) -> Option<u16> {
    let [.., high, low] = scan_six(text)?;
    Some(u16::from_be_bytes([high, low]))
}

fn scan_six(text: &[u8]) -> Option<[u8; 6]> {
    let starts =
        (0..text.len()).filter(|&at| at == 0 || !text.get(at - 1).is_some_and(u8::is_ascii_digit));
    starts.filter_map(|at| text.get(at..)).find_map(six_numbers)
}

fn six_numbers(mut text: &[u8]) -> Option<[u8; 6]> {
    let mut numbers = [0u8; 6];
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 {
            text = text.strip_prefix(b",")?;
            while let Some(rest) = text.strip_prefix(b" ") {
                text = rest;
            }
        }
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = text.split_at_checked(digits)?;
        *number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        text = rest;
    }
    Some(numbers)
}

/// `|||port|` with any delimiter, anywhere in the text (RFC 2428 section 3).
fn scan_extended(text: &[u8]) -> Option<u16> {
    text.windows(3).enumerate().find_map(|(at, window)| {
        let [first, second, third] = *window else {
            return None;
        };
        let delimited = first == second && second == third && first.is_ascii_graphic();
        if !delimited || first.is_ascii_digit() {
            return None;
        }
        let rest = text.get(at + 3..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (rest.get(digits) == Some(&first)).then_some(())?;
        std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
    })
}

/// The first number that stands by itself: between blanks, brackets or the ends.
fn scan_port(text: &[u8]) -> Option<u16> {
    let parts = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b',' && *byte != b'|';
    let is_number = |part: &&[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let number = text.split(parts).find(is_number)?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ftp::reply::ReplyReader;

    fn port(line: &str) -> Option<u16> {
        let mut reader = ReplyReader::new();
        reader.handle(format!("{line}\r\n").as_bytes());
        data_port(&reader.next_reply().unwrap().unwrap())
    }

    #[test]
    fn a_port_is_found_whatever_stands_around_it() {
        for line in [
            "227 Entering Passive Mode (10,9,8,7,4,1)",
            "227 Entering Passive Mode (10,9,8,7,4,1).",
            "227 =10,9,8,7,4,1",
            "227 10,9,8,7,4,1",
            "227 Entering Passive Mode. 10,9,8,7,4,1",
            "227 PASV OK (ftp://10, 9, 8, 7, 4, 1)",
            "227 1,2 and 3: 10,9,8,7,4,1",
            "227 Entering Extended Passive Mode (|||1025|)",
            "229 Entering Extended Passive Mode (|||1025|)",
            "229 (!!!1025!)",
            "229 ok |||1025|",
            "229 Entering Passive Mode (10,9,8,7,4,1)",
            "151 10,9,8,7,4,1",
            "151 Listening at (10,9,8,7,4,1) for a (5 bytes)",
            "151 ok (|||1025|)",
            "151 1025",
            "151 Calls are awaited at port 1025.",
            "151 a2 (1025), 5 bytes",
            "151 Opening passive mode (10,9,8,7,4,1)",
        ] {
            assert_eq!(port(line), Some(1025), "{line}");
        }
    }

    #[test]
    fn the_address_beside_the_port_can_be_told() {
        let mut reader = ReplyReader::new();
        reader.handle(b"227 Port 3 of 40: (10,9,8,7,4,1).\r\n229 (|||1025|)\r\n");
        let mut next = || named_address(&reader.next_reply().unwrap().unwrap());
        assert_eq!(next(), Some(Ipv4Addr::new(10, 9, 8, 7)));
        assert_eq!(next(), None);
    }

    #[test]
    fn what_names_no_port_names_none() {
        for line in [
            "227 Entering Passive Mode",
            "227 (10,9,8,7,4)",
            "227 (10,9,8,7,4,256)",
            "227 (10,9,8,7,,1)",
            "229 (|||65536|)",
            "229 (||1025|)",
            "229 (|||1025)",
            "229 (||||)",
            "229 1111025 1",
            "200 (10,9,8,7,4,1)",
            "151 Opening data connection",
            "151 x65 (65536) 1025",
            "151 10,9,8,7,4",
            "150 1025",
        ] {
            assert_eq!(port(line), None, "{line}");
        }
    }
}
