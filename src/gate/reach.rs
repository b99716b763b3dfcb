//! Which addresses may be dialled.
//!
//! What the gophermap links may be anywhere: its owner said so. What a stranger names (`--open`) may
//! not be an address that only we can reach, unless the owner allows that too.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a target may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere.
    Anywhere,
    /// On public addresses only.
    Public,
}

impl Reach {
    /// Whether this address may be dialled.
    pub fn allows(self, addr: IpAddr) -> bool {
        self == Self::Anywhere || is_public(addr)
    }
}

/// Whether an address is one that anyone on the Internet could reach as well as we.
pub fn is_public(addr: IpAddr) -> bool {
    match addr {
        IpAddr::V4(addr) => is_public_v4(addr),
        IpAddr::V6(addr) => match embedded_v4(addr) {
            Some(addr) => is_public_v4(addr),
            None => is_public_v6(addr),
        },
    }
}

fn is_public_v4(addr: Ipv4Addr) -> bool {
    let [a, b, c, _] = addr.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (198, 51, 100)
            | (203, 0, 113)
            | (198, 18..=19, _)
            | (224..=255, ..)
    );
    !special
}

/// Global unicast is `2000::/3`; documentation, benchmarking and Teredo ranges lie inside.
fn is_public_v6(addr: Ipv6Addr) -> bool {
    let [first, second, ..] = addr.segments();
    let special = matches!(
        (first, second),
        (0x2001, 0 | 2 | 0xdb8 | 0x10..=0x2f) | (0x3fff, 0..=0xfff)
    );
    first & 0xe000 == 0x2000 && !special
}

/// The IPv4 address that an IPv6 one stands for: mapped, NAT64 (RFC 6052) or 6to4.
fn embedded_v4(addr: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = addr.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff | 0) => Some(join(g, h)),
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(join(g, h)),
        (0x2002, high, low, ..) => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_count_as_public() {
        for addr in [
            "8.8.8.8",
            "172.32.0.1",
            "192.0.1.1",
            "2001:4860::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(addr.parse().unwrap()), "{addr}");
        }
        for addr in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!is_public(addr.parse().unwrap()), "{addr}");
            assert!(!Reach::Public.allows(addr.parse().unwrap()), "{addr}");
            assert!(Reach::Anywhere.allows(addr.parse().unwrap()), "{addr}");
        }
    }
}
