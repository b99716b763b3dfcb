//! How many clients there may be: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;

use super::error::Error;

/// Leading bits of an IPv6 address that count as one client: a network of one household.
const IPV6_PREFIX: u32 = 64;

/// Counts the connections that are open.
#[derive(Debug)]
pub struct Admission {
    total: usize,
    max_total: usize,
    max_per_address: usize,
    per_address: HashMap<IpAddr, usize>,
}

impl Admission {
    /// No more than `max_total` in all and `max_per_address` from one address (IPv4 /32, IPv6 /64).
    pub fn new(max_total: usize, max_per_address: usize) -> Self {
        Self {
            total: 0,
            max_total,
            max_per_address,
            per_address: HashMap::new(),
        }
    }

    /// Counts one more from `addr`; [`Self::release`] must follow its end. The error is for the
    /// client: [`Error::Full`] or [`Error::AddressFull`].
    pub fn admit(&mut self, addr: IpAddr) -> Result<(), Error> {
        if self.total >= self.max_total {
            return Err(Error::Full);
        }
        let count = self.per_address.entry(network(addr)).or_insert(0);
        if *count >= self.max_per_address {
            return Err(Error::AddressFull);
        }
        *count += 1;
        self.total += 1;
        Ok(())
    }

    /// The end of one that was admitted.
    pub fn release(&mut self, addr: IpAddr) {
        let network = network(addr);
        if let Some(count) = self.per_address.get_mut(&network) {
            *count -= 1;
            self.total -= 1;
            if *count == 0 {
                self.per_address.remove(&network);
            }
        }
    }

    /// How many are open.
    pub fn total(&self) -> usize {
        self.total
    }
}

fn network(addr: IpAddr) -> IpAddr {
    match addr.to_canonical() {
        IpAddr::V6(addr) => {
            let mask = u128::MAX << (128 - IPV6_PREFIX);
            IpAddr::V6((u128::from(addr) & mask).into())
        }
        addr => addr,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_limits_hold_in_all_and_for_each_address() {
        let mut admission = Admission::new(3, 2);
        assert_eq!(admission.admit(ip("192.0.2.1")), Ok(()));
        assert_eq!(admission.admit(ip("192.0.2.1")), Ok(()));
        assert_eq!(
            admission.admit(ip("::ffff:192.0.2.1")),
            Err(Error::AddressFull)
        );
        assert_eq!(admission.admit(ip("192.0.2.2")), Ok(()));
        assert_eq!(admission.admit(ip("192.0.2.3")), Err(Error::Full));
        admission.release(ip("192.0.2.1"));
        assert_eq!(admission.admit(ip("192.0.2.1")), Ok(()));
    }

    #[test]
    fn neighbours_of_one_ipv6_network_count_as_one() {
        let mut admission = Admission::new(9, 1);
        assert_eq!(admission.admit(ip("2001:db8:0:1::1")), Ok(()));
        assert_eq!(
            admission.admit(ip("2001:db8:0:1:ffff::2")),
            Err(Error::AddressFull)
        );
        assert_eq!(admission.admit(ip("2001:db8:0:2::1")), Ok(()));
    }

    #[test]
    fn nothing_is_kept_of_clients_that_left() {
        let mut admission = Admission::new(1000, 1);
        for n in 0..1000u32 {
            admission.admit(IpAddr::V4(n.into())).unwrap();
        }
        for n in 0..1000u32 {
            admission.release(IpAddr::V4(n.into()));
        }
        assert_eq!((admission.total(), admission.per_address.len()), (0, 0));
    }
}
