//! Connections that are not HTTP: looked up, checked and made in one place.

use crate::fault::{self, Phase};
use crate::guard::{self, Access, HostPort};
use crate::lookup::{self, Lookup};
use crate::{Error, tls};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Whether a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, the certificate checked against the host's name.
    Tls,
    /// Nothing: for hosts that the office itself named in `allow_private`, and refused to all others.
    Plain,
}

/// A connection that stands; only what was checked is at its other end.
pub struct Connection(Pin<Box<dyn Both>>);

trait Both: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Both for T {}

impl Connection {
    fn new(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().0.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.as_mut().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.as_mut().poll_shutdown(context)
    }
}

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Dialer {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) tls: Arc<rustls::ClientConfig>,
    pub(crate) timeout: Duration,
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dialer")
    }
}

impl Dialer {
    /// Connects to the host and port of `url` (as `http` or `https`), encrypted or not as its scheme says.
    pub(crate) async fn dial(&self, url: &Url, allowed: &[HostPort]) -> Result<Connection, Error> {
        let access = guard::check(url, allowed)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        match tokio::time::timeout(self.timeout, self.connect(url, &host, access)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::Timeout { host, seconds: self.timeout.as_secs() }),
        }
    }

    async fn connect(&self, url: &Url, host: &str, access: Access) -> Result<Connection, Error> {
        let port = url.port_or_known_default().expect("http and https have a port");
        let addresses = match url.host().expect("the guard saw a host") {
            Host::Ipv4(address) => vec![IpAddr::V4(address)],
            Host::Ipv6(address) => vec![IpAddr::V6(address)],
            Host::Domain(name) => lookup::resolve(self.lookup.as_ref(), name, access)
                .await
                .map_err(|error| fault::name(host, Phase::Connect, error))?,
        };
        let stream = first(&addresses, port).await.map_err(|error| fault::name(host, Phase::Connect, error))?;
        if url.scheme() == "http" {
            return Ok(Connection::new(stream));
        }
        let stream = tls::wrap(self.tls.clone(), host, stream).await;
        Ok(Connection::new(stream.map_err(|error| fault::name(host, Phase::Connect, error))?))
    }
}

/// The first address that answers.
async fn first(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect(SocketAddr::new(*address, port)).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
