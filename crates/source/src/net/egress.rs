//! Addresses that no source may lead to.
//!
//! A tenant chooses the URL of a source. Link-local addresses carry the metadata services of clouds, which hand out the node's
//! identity, so they are refused by name, by literal address and behind redirects. Loopback and private addresses are
//! allowed, because registries and Git servers live there; a NetworkPolicy is the place to narrow them.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Where connections may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Egress {
    /// Anywhere but link-local addresses and the cloud metadata addresses.
    #[default]
    NoLinkLocal,
    /// Anywhere. For machines that really keep a source on a link-local address.
    Anywhere,
}

/// The IPv6 address of the EC2 metadata service, which is not link-local.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl Egress {
    /// Whether a connection to this address may be made.
    pub fn allows(self, address: IpAddr) -> bool {
        self == Egress::Anywhere || !is_metadata(address)
    }

    /// Whether a host, if it is a literal address, may be connected to. Names are checked when they are resolved.
    pub(crate) fn allows_host(self, host: &str) -> bool {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        literal.parse::<IpAddr>().map_or(true, |address| self.allows(address))
    }

    /// The allowed addresses of a host.
    pub(crate) async fn resolve(self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((literal, port)).await?;
        let allowed: Vec<SocketAddr> = found.filter(|address| self.allows(address.ip())).collect();
        if allowed.is_empty() {
            return Err(std::io::Error::other("the host has no address that sources may connect to (link-local is refused)"));
        }
        Ok(allowed)
    }
}

fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.is_link_local(),
            None => v6.is_unicast_link_local() || v6 == METADATA_V6,
        },
    }
}

impl Resolve for Egress {
    fn resolve(&self, name: Name) -> Resolving {
        let egress = *self;
        Box::pin(async move {
            let addresses = egress.resolve(name.as_str(), 0).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_addresses_are_refused_in_every_spelling() {
        for host in ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"] {
            assert!(!Egress::NoLinkLocal.allows_host(host), "{host}");
            assert!(Egress::Anywhere.allows_host(host), "{host}");
        }
        for host in ["127.0.0.1", "10.0.0.1", "[::1]", "example.com", "192.168.1.1"] {
            assert!(Egress::NoLinkLocal.allows_host(host), "{host}");
        }
    }
}
