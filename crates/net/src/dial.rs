//! Connections that are not HTTP: looked up, checked and made in one place.

use crate::fault::{self, Phase};
use crate::guard::{self, Access, HostPort};
use crate::lookup::{self, Lookup};
use crate::{Error, tls};
use base64::Engine as _;
use percent_encoding::percent_decode_str;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Longest answer of a proxy to the wish for a connection.
const PROXY_HEAD_MAX: usize = 8 << 10;

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
    pub(crate) proxy: Option<Url>,
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
            Err(_) => Err(Error::Unreachable { host }),
        }
    }

    async fn connect(&self, url: &Url, host: &str, access: Access) -> Result<Connection, Error> {
        // The target is looked up even where a proxy connects: a name that is inside is refused before it hears of it.
        let target = self.addresses(url, host, access).await?;
        let port = url.port_or_known_default().expect("http and https have a port");
        let stream = match self.proxy.as_ref().filter(|_| access == Access::Public) {
            Some(proxy) => self.tunnel(proxy, host, port).await?,
            None => first(&target, port).await.map_err(|error| fault::name(host, Phase::Connect, error))?,
        };
        if url.scheme() == "http" {
            return Ok(Connection::new(stream));
        }
        let stream = tls::wrap(self.tls.clone(), host, stream).await;
        Ok(Connection::new(stream.map_err(|error| fault::name(host, Phase::Handshake, error))?))
    }

    async fn addresses(&self, url: &Url, host: &str, access: Access) -> Result<Vec<IpAddr>, Error> {
        Ok(match url.host().expect("the guard saw a host") {
            Host::Ipv4(address) => vec![IpAddr::V4(address)],
            Host::Ipv6(address) => vec![IpAddr::V6(address)],
            Host::Domain(name) => lookup::resolve(self.lookup.as_ref(), name, access)
                .await
                .map_err(|error| fault::name(host, Phase::Connect, error))?,
        })
    }

    /// Asks the proxy for a connection.
    async fn tunnel(&self, proxy: &Url, host: &str, port: u16) -> Result<TcpStream, Error> {
        let proxy_host = proxy.host_str().unwrap_or_default();
        let failed = |error: io::Error| fault::name(proxy_host, Phase::Connect, error);
        let addresses = self.addresses(proxy, proxy_host, Access::Named).await?;
        let mut stream = first(&addresses, proxy.port_or_known_default().unwrap_or(80)).await.map_err(failed)?;
        let login = match proxy.username() {
            "" => String::new(),
            user => {
                let plain = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
                let pair = format!("{}:{}", plain(user), plain(proxy.password().unwrap_or_default()));
                format!("Proxy-Authorization: Basic {}\r\n", base64::engine::general_purpose::STANDARD.encode(pair))
            }
        };
        let ask = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{login}\r\n");
        stream.write_all(ask.as_bytes()).await.map_err(failed)?;
        // Byte by byte: what follows the head belongs to the connection behind it.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < PROXY_HEAD_MAX {
            head.push(stream.read_u8().await.map_err(failed)?);
        }
        let is_open = head.starts_with(b"HTTP/1.") && head.get(8..12) == Some(b" 200");
        is_open.then_some(stream).ok_or_else(|| failed(io::Error::other("the proxy opens no connection")))
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
