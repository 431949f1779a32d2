//! Keeps requests away from internal addresses, wherever a name or a redirect points.
//!
//! Two checks, because neither sees everything: what a *name* resolves to is filtered at the moment of connecting (in
//! `lookup`), so that a second look-up cannot answer differently; the check of each hop's URL here refuses *literal*
//! addresses, which never reach a resolver, and names that exist inside only. The `url` crate has by then turned
//! `0x7f.1`, `2130706433` or `0177.0.0.1` into plain IPv4.

use crate::Error;
use serde::Deserialize;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use url::{Host, Url};

/// A `host:port` that may be reached although its address is private.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct HostPort {
    // As a URL would spell the host: lower case, addresses in canonical form.
    host: String,
    port: u16,
}

impl HostPort {
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host_str()?.to_owned(), port: url.port_or_known_default()? })
    }
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(value: &str) -> Result<Self, String> {
        let wrong = || format!("\"{value}\" is not host:port, such as \"127.0.0.1:8080\"");
        let (_, port) = value.rsplit_once(':').ok_or_else(wrong)?;
        let port: u16 = port.parse().map_err(|_| wrong())?;
        let url = Url::parse(&format!("http://{value}/")).map_err(|_| wrong())?;
        let only_host_and_port = url.path() == "/" && url.username().is_empty() && url.query().is_none();
        match url.host_str() {
            Some(host) if only_host_and_port => Ok(Self { host: host.to_owned(), port }),
            _ => Err(wrong()),
        }
    }
}

impl HostPort {
    /// The host, lower case, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl TryFrom<String> for HostPort {
    type Error = String;

    fn try_from(value: String) -> Result<Self, String> {
        value.parse()
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// How one hop may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Public addresses only.
    Public,
    /// The caller named this host and port.
    Named,
}

/// Checks one hop before anything is sent.
pub(crate) fn check(url: &Url, allowed: &[HostPort]) -> Result<Access, Error> {
    let refuse = |reason| Error::Address { url: shown(url), reason };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("only http and https are fetched"));
    }
    let host = url.host().ok_or_else(|| refuse("it has no host"))?;
    if HostPort::of(url).is_some_and(|hop| allowed.contains(&hop)) {
        return Ok(Access::Named);
    }
    let literal = match host {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(name) if is_inside(name) => return Err(Error::PrivateName { host: name.to_owned() }),
        Host::Domain(_) => None,
    };
    match literal {
        Some(address) if !is_public(address) => Err(Error::Private { host: host.to_string(), address }),
        _ => Ok(Access::Public),
    }
}

/// Checks one hop of HTTP, or a web socket: as [`check`], and no port on which something else is spoken.
pub(crate) fn check_web(url: &Url, allowed: &[HostPort]) -> Result<Access, Error> {
    let access = check(url, allowed)?;
    match url.port() {
        Some(port) if access == Access::Public && BAD_PORTS.contains(&port) => {
            Err(Error::Address { url: shown(url), reason: "its port belongs to another service, such as mail" })
        }
        _ => Ok(access),
    }
}

/// The bad ports of the Fetch standard: a request there could be read as a command of mail, FTP, IRC or a printer.
#[rustfmt::skip]
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
    548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Names that mean something inside only (RFC 6761, RFC 6762, ICANN's `internal`), whatever a resolver says of them; and
/// names without a dot, which a resolver completes with this network's own domain.
fn is_inside(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.rsplit_once('.') {
        None => true,
        Some((_, last)) => {
            matches!(
                last,
                "localhost" | "local" | "internal" | "localdomain" | "localdomain6" | "lan" | "intranet" | "home"
            )
        }
    }
}

/// An address without query, user or fragment, fit for a message or a log.
pub(crate) fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// True for an address that the whole internet can reach and that means the same host everywhere.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

// The special-purpose registry of IANA (RFC 6890 and its successors).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)            // this network, private, loopback
            | (100, 64..=127, _)        // carrier-grade NAT
            | (169, 254, _)             // link-local, cloud metadata
            | (172, 16..=31, _)         // private
            | (192, 0, 0 | 2)           // protocol assignments, documentation
            | (192, 88, 99)             // 6to4 relays
            | (192, 168, _)             // private
            | (198, 18 | 19, _)         // benchmarks
            | (198, 51, 100)            // documentation
            | (203, 0, 113)             // documentation
            | (224..=255, _, _) // multicast, reserved, broadcast
    )
}

// Only 2000::/3 is handed out for the public internet. That already leaves out loopback, link-local, unique-local,
// multicast, IPv4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96) addresses, which would reach an internal IPv4.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let assigned = a & 0xe000 == 0x2000;
    let special = matches!(
        (a, b),
        (0x2001, 0..=0x01ff)            // protocol assignments, Teredo
            | (0x2001, 0x0db8)          // documentation
            | (0x2002, _)               // 6to4, wraps an IPv4 address
            | (0x3fff, 0..=0x0fff) // documentation
    );
    assigned && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_internal_addresses() {
        let internal = "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 \
                        172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.9 \
                        224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 \
                        64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 fc00::1 fd12::1 \
                        fe80::1 fec0::1 ff02::1";
        for address in internal.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in "8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 2400:cb00::1 2001:4860::8888"
            .split_whitespace()
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn refuses_literals_in_any_notation() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
            "0177.0.0.1",
            "127.0.0.1.",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "①②⑦.0.0.1",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(matches!(check(&url, &[]), Err(Error::Private { .. })), "{host}");
        }
        for url in ["file:///etc/passwd", "gopher://example.org/", "ftp://example.org/"] {
            assert!(matches!(check(&Url::parse(url).unwrap(), &[]), Err(Error::Address { .. })), "{url}");
        }
    }

    #[test]
    fn lets_only_the_named_port_through() {
        let allowed = ["127.0.0.1:8080".parse().unwrap(), "[::1]:80".parse().unwrap(), "LOCALHOST:81".parse().unwrap()];
        let access = |url| check(&Url::parse(url).unwrap(), &allowed);
        assert!(matches!(access("http://127.0.0.1:8080/"), Ok(Access::Named)));
        assert!(matches!(access("http://0x7f.1:8080/"), Ok(Access::Named)));
        assert!(matches!(access("http://[0::1]/"), Ok(Access::Named)));
        assert!(matches!(access("http://localhost:81/"), Ok(Access::Named)));
        assert!(matches!(access("http://127.0.0.1:8081/"), Err(Error::Private { .. })));
        assert!(matches!(access("http://localhost/"), Err(Error::PrivateName { .. })));
    }

    #[test]
    fn reads_only_host_and_port() {
        for wrong in ["127.0.0.1", "127.0.0.1:", "x:99999", "a b:1", "user@host:1", "host/path:1", ":80", ""] {
            assert!(wrong.parse::<HostPort>().is_err(), "{wrong}");
        }
    }
}
