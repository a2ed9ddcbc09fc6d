//! Which addresses the service connects to on somebody's word: those of the public internet, and what the operator allows.
//!
//! Whoever registers a webhook chooses an address that this machine will speak to. Addresses that only this machine or
//! its network can reach (a database, a cloud's metadata) must not be among them.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 that is not the public internet: RFC 6890 and the IANA special-purpose registry, and what clouds keep for themselves.
const PRIVATE_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),        // this network
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // carrier-grade NAT
    v4([127, 0, 0, 0], 8),      // loopback
    v4([169, 254, 0, 0], 16),   // link-local, metadata of most clouds among it
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocol assignments
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 88, 99, 0], 24),   // 6to4 relays
    v4([192, 168, 0, 0], 16),   // private
    v4([198, 18, 0, 0], 15),    // benchmarks
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([168, 63, 129, 16], 32), // Azure's own services, of each virtual machine
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, broadcast among it
];

/// All of IPv6 that is assigned to the public internet.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// What of it is for something else.
const SPECIAL_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocol assignments, Teredo among them
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation
];
/// A network without IPv4 reaches the internet's IPv4 addresses by these (NAT64, RFC 6052): their last 32 bits.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

/// The addresses that may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// Networks that may be connected to although they are not public.
    pub allowed: Vec<IpNet>,
}

impl Reachable {
    /// Whether an address may be connected to.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allowed.iter().any(|network| network.contains(&address))
    }
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !PRIVATE_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(reachable: &Reachable, address: &str) -> bool {
        reachable.has(address.parse().unwrap())
    }

    #[test]
    fn only_the_public_internet_is_reached() {
        let default = Reachable::default();
        for address in ["1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.0.1", "198.20.0.1", "223.255.255.255"] {
            assert!(has(&default, address), "{address}");
        }
        for address in ["2606:4700::1111", "2a00:1450::1", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1", "2001:4860:4860::8888"]
        {
            assert!(has(&default, address), "{address}");
        }
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "168.63.129.16",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!has(&default, address), "{address}");
            for form in [format!("::ffff:{address}"), format!("64:ff9b::{address}"), format!("::{address}")] {
                assert!(!has(&default, &form), "{form}");
            }
        }
        for address in [
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:101:101::1",
            "3fff::1",
            "5f00::1",
            "64:ff9b:1::7f00:1",
            "64:ff9b:1::101:101",
        ] {
            assert!(!has(&default, address), "{address}");
        }
    }

    #[test]
    fn what_the_operator_allows_is_reached_however_it_is_written() {
        let reachable = Reachable { allowed: vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()] };
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "1.1.1.1"] {
            assert!(has(&reachable, address), "{address}");
        }
        for address in ["10.2.0.1", "127.0.0.1", "fe80::1", "::1"] {
            assert!(!has(&reachable, address), "{address}");
        }
    }
}
