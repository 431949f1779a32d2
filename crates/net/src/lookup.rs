//! From a name to the addresses that may be connected to.
//!
//! Every way out (HTTP, web sockets, plain connections) asks here and connects to what it is told, so the address that
//! was checked is the address that is used: a second answer of a name server that changes its mind is never asked for.

use crate::guard::{Access, is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A resolver that hangs must not hold a connection slot for the minute that the system would give it.
const TIMEOUT: Duration = Duration::from_secs(8);
/// A name with more addresses than this is not tried on all of them.
const ADDRESSES_MAX: usize = 16;

/// Turns names into addresses; replaced in tests by one that knows invented names.
pub trait Lookup: Send + Sync {
    /// The addresses of `name`. An error of kind [`io::ErrorKind::NotFound`] means that there is no such name, any other
    /// that nobody could be asked.
    fn lookup(&self, name: String) -> Found;
}

/// What a [`Lookup`] finds.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move {
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(found) => Ok(found.map(|address| address.ip()).collect()),
                Err(error) if is_missing(&error) => Err(io::Error::new(io::ErrorKind::NotFound, error)),
                Err(error) => Err(error),
            }
        })
    }
}

// The standard library gives the code of getaddrinfo as text only: these are EAI_NONAME and EAI_NODATA of glibc, musl
// and the BSDs.
fn is_missing(error: &io::Error) -> bool {
    let text = error.to_string();
    ["Name or service not known", "No address associated", "Name does not resolve", "Name has no usable address"]
        .iter()
        .any(|missing| text.contains(missing))
        || text.contains("nodename nor servname")
}

/// Why a name gives nothing to connect to; travels through the HTTP client's own error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unresolved {
    #[error("{host} resolves to the private address {address}")]
    Private { host: String, address: IpAddr },
    #[error("there is no name {host}")]
    Missing { host: String },
    #[error("{host} cannot be looked up")]
    Unreachable { host: String, source: io::Error },
}

/// Looks a name up and keeps what may be connected to.
pub(crate) async fn resolve(lookup: &dyn Lookup, host: &str, access: Access) -> Result<Vec<IpAddr>, Unresolved> {
    let found = match tokio::time::timeout(TIMEOUT, lookup.lookup(host.to_owned())).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Ok(Err(source)) => return Err(Unresolved::Unreachable { host: host.to_owned(), source }),
        Err(_) => {
            let source = io::Error::new(io::ErrorKind::TimedOut, "the resolver gives no answer");
            return Err(Unresolved::Unreachable { host: host.to_owned(), source });
        }
    };
    permitted(host, found, access)
}

/// Keeps the public addresses; a name that has only private ones is refused.
fn permitted(host: &str, found: Vec<IpAddr>, access: Access) -> Result<Vec<IpAddr>, Unresolved> {
    let first = *found.first().ok_or_else(|| Unresolved::Missing { host: host.to_owned() })?;
    let kept: Vec<_> = found
        .into_iter()
        .filter(|address| access == Access::Named || is_public(*address))
        .take(ADDRESSES_MAX)
        .collect();
    if kept.is_empty() { Err(Unresolved::Private { host: host.to_owned(), address: first }) } else { Ok(kept) }
}

/// Handed to the HTTP client, so that its answer is the one connected to.
pub(crate) struct Checked {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) access: Access,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, access) = (self.lookup.clone(), self.access);
        Box::pin(async move {
            let found = resolve(lookup.as_ref(), name.as_str(), access).await?;
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_what_may_be_connected_to() {
        let addresses = |list: &[&str]| list.iter().map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>();
        let mixed = permitted("x", addresses(&["10.0.0.1", "8.8.8.8"]), Access::Public).unwrap();
        assert_eq!(mixed, addresses(&["8.8.8.8"]));
        let inside = permitted("x", addresses(&["10.0.0.1", "::1"]), Access::Public);
        assert!(matches!(inside, Err(Unresolved::Private { .. })), "{inside:?}");
        assert_eq!(permitted("x", addresses(&["10.0.0.1"]), Access::Named).unwrap().len(), 1);
        assert!(matches!(permitted("x", Vec::new(), Access::Public), Err(Unresolved::Missing { .. })));
        assert_eq!(permitted("x", addresses(&["8.8.8.8"; 99]), Access::Public).unwrap().len(), ADDRESSES_MAX);
    }
}
