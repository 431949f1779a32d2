//! Why there is no answer, in words that tell an operator what to do.

use model::Fault;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// Any cause, kept for whoever wants the details.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a request got no answer; messages carry no query string, since keys travel there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an `http` or `https` address with a host.
    #[error("\"{url}\" cannot be fetched: {reason}")]
    Address {
        /// The address without its query.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The host, or a host it redirects to, is internal.
    #[error("{host} is at the private address {address}; if that is meant, name it in allow_private")]
    Private {
        /// The host as asked for.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// The name itself belongs to this machine or network, whatever it resolves to.
    #[error("{host} is a name inside this machine or network; if that is meant, name it in allow_private")]
    PrivateName {
        /// The host as asked for.
        host: String,
    },
    /// A redirect leads from `https` to `http`.
    #[error("the server redirects from https to http at {host}")]
    Downgrade {
        /// Where to.
        host: String,
    },
    /// Too many redirects, or a circle of them.
    #[error("the server redirects more than {limit} times")]
    Redirects {
        /// The limit.
        limit: usize,
    },
    /// The whole answer did not arrive in time.
    #[error("{host} did not answer in full within {seconds} s")]
    Timeout {
        /// The host.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// An open stream gave no sign of life.
    #[error("{host} has sent nothing for {seconds} s")]
    Silent {
        /// The host.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// The name does not exist.
    #[error("there is no host {host}; check how its name is spelled, or whether the site has moved")]
    NoSuchHost {
        /// The host.
        host: String,
    },
    /// No name server could be asked.
    #[error("{host} cannot be looked up; check this machine's internet connection and its name server")]
    Resolver {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// Nobody listens.
    #[error("{host} refuses connections: its server is down, or the port is wrong")]
    Refused {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The connection was cut.
    #[error("{host} cut the connection")]
    Reset {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The certificate does not prove that this is the host.
    #[error("the certificate of {host} {fault}")]
    Certificate {
        /// The host.
        host: String,
        /// What is wrong with it.
        fault: CertificateFault,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// No encrypted connection could be agreed on.
    #[error("no encrypted connection to {host} can be agreed on; its server may be too old, or not speak TLS there")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// No connection came about in time.
    #[error(
        "no connection to {host} came about in time: its server or the network may be down, or a firewall drops it"
    )]
    Unreachable {
        /// The host.
        host: String,
    },
    /// No connection, for another reason.
    #[error("cannot connect to {host}")]
    Connect {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The connection broke off, or what came is not HTTP.
    #[error("the connection to {host} broke off, or what came is not HTTP")]
    Broken {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The server does not open a web socket.
    #[error("{host} answers with HTTP {status} instead of opening a web socket")]
    Handshake {
        /// The host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The decoded body exceeds its limit.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body expands suspiciously.
    #[error("the compressed body expands more than {ratio} times")]
    Bomb {
        /// The limit.
        ratio: usize,
    },
    /// The body uses a content encoding that was not asked for.
    #[error("the body has the content encoding \"{encoding}\", which was not asked for")]
    Encoding {
        /// Its name.
        encoding: String,
    },
    /// The compressed body is damaged.
    #[error("the compressed body is damaged")]
    Gzip(#[source] io::Error),
    /// The server asks to come back later (429 or 503), also after the retries; or it asked so before, and was left alone.
    #[error("the server asks to come back later (HTTP {status}{})", Later(*retry_after))]
    Busy {
        /// 429 or 503.
        status: u16,
        /// How long to stay away, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The site does not want to be read there.
    #[error("robots.txt of {host} forbids {path} (line {line}: \"{rule}\"); take the source out, or ask the site")]
    Robots {
        /// The host.
        host: String,
        /// The path without its query.
        path: String,
        /// The rule as the site wrote it.
        rule: String,
        /// Its line, counted from 1.
        line: u32,
    },
    /// The site's wishes cannot be read, and until they can nothing is fetched from it (RFC 9309, section 2.3.1.4).
    #[error("robots.txt of {host} cannot be read ({reason}), and until it can nothing is fetched there")]
    RobotsUnreadable {
        /// The host.
        host: String,
        /// What came instead.
        reason: String,
    },
    /// Too many large bodies are held at once.
    #[error("no room for another large body: {permits} are being read since {seconds} s")]
    Crowded {
        /// How many may be held at once.
        permits: usize,
        /// How long was waited.
        seconds: u64,
    },
    /// The client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] reqwest::Error),
    /// An additional root certificate is none.
    #[error("one of the additional root certificates is not a certificate in DER")]
    Root,
    /// The contact is none.
    #[error("the contact \"{contact}\" is neither mailto:address nor a web address")]
    Contact {
        /// What was given.
        contact: String,
    },
    /// The proxy's address is none.
    #[error("the proxy \"{proxy}\" is not http://host:port")]
    Proxy {
        /// The address without user and password.
        proxy: String,
    },
}

/// What is wrong with a certificate, and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is another host's.
    OtherHost,
    /// Nobody known has signed it.
    UnknownIssuer,
    /// It was withdrawn.
    Revoked,
    /// It is damaged, or not meant for this.
    Invalid,
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "has expired; the site must renew it (or this machine's clock is wrong)",
            Self::NotYetValid => "is not valid yet; this machine's clock may be wrong",
            Self::OtherHost => "belongs to another name; check the address, or ask the site to correct it",
            Self::UnknownIssuer => {
                "is signed by nobody known: it is self-signed, or the site does not send the whole chain"
            }
            Self::Revoked => "was revoked; the site must replace it",
            Self::Invalid => "is not valid; the site must replace it",
        })
    }
}

/// The end of the sentence about a busy server.
struct Later(Option<Duration>);

impl fmt::Display for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |pause| write!(f, ", in {} s", pause.as_secs()))
    }
}

impl Error {
    /// The fault, as far as an office needs to tell faults apart.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoSuchHost { .. } | Self::Resolver { .. } => Fault::Dns,
            Self::Refused { .. }
            | Self::Reset { .. }
            | Self::Connect { .. }
            | Self::Broken { .. }
            | Self::Unreachable { .. } => Fault::Connection,
            Self::Certificate { .. } | Self::Tls { .. } => Fault::Tls,
            Self::Timeout { .. } | Self::Silent { .. } => Fault::Timeout,
            Self::TooLarge { .. } | Self::Bomb { .. } => Fault::TooLarge,
            Self::Busy { .. } | Self::Crowded { .. } => Fault::Busy,
            Self::Robots { .. } | Self::RobotsUnreadable { .. } => Fault::Robots,
            Self::Handshake { status, .. } => match status {
                401 | 403 => Fault::Permission,
                429 | 503 => Fault::Busy,
                _ => Fault::Server,
            },
            Self::Downgrade { .. } | Self::Redirects { .. } | Self::Encoding { .. } | Self::Gzip(_) => {
                Fault::Unreadable
            }
            Self::Address { .. }
            | Self::Private { .. }
            | Self::PrivateName { .. }
            | Self::Setup(_)
            | Self::Root
            | Self::Contact { .. }
            | Self::Proxy { .. } => Fault::Setup,
        }
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A short, stable name of the fault, for the registry of sources.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Address { .. } => "address",
            Self::Private { .. } | Self::PrivateName { .. } => "private",
            Self::Downgrade { .. } => "downgrade",
            Self::Redirects { .. } => "redirects",
            Self::Timeout { .. } | Self::Silent { .. } | Self::Unreachable { .. } => "timeout",
            Self::NoSuchHost { .. } => "dns",
            Self::Resolver { .. } => "resolver",
            Self::Refused { .. } => "refused",
            Self::Reset { .. } => "reset",
            Self::Certificate { .. } => "certificate",
            Self::Tls { .. } => "tls",
            Self::Connect { .. } => "connect",
            Self::Broken { .. } => "broken",
            Self::Handshake { .. } => "handshake",
            Self::TooLarge { .. } => "too_large",
            Self::Bomb { .. } => "bomb",
            Self::Encoding { .. } | Self::Gzip(_) => "encoding",
            Self::Busy { .. } => "busy",
            Self::Robots { .. } => "robots",
            Self::RobotsUnreadable { .. } => "robots_unreadable",
            Self::Crowded { .. } => "crowded",
            Self::Setup(_) | Self::Root | Self::Contact { .. } | Self::Proxy { .. } => "setup",
        }
    }

    /// True where nothing of the request can have reached the server: whoever sends it again does nothing twice.
    pub fn before_sending(&self) -> bool {
        matches!(
            self,
            Self::Address { .. }
                | Self::Private { .. }
                | Self::PrivateName { .. }
                | Self::NoSuchHost { .. }
                | Self::Resolver { .. }
                | Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::Connect { .. }
                | Self::Certificate { .. }
                // The host had asked to be left alone, and was: see `Request::once`.
                | Self::Busy { .. }
                | Self::Robots { .. }
                | Self::RobotsUnreadable { .. }
                | Self::Setup(_)
                | Self::Root
                | Self::Contact { .. }
                | Self::Proxy { .. }
        )
    }

    /// True where the same request may well succeed later without anybody changing anything here.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::Silent { .. }
            | Self::Unreachable { .. }
            | Self::Resolver { .. }
            | Self::Refused { .. }
            | Self::Reset { .. }
            | Self::Connect { .. }
            | Self::Broken { .. }
            | Self::Busy { .. }
            | Self::RobotsUnreadable { .. }
            | Self::Crowded { .. } => true,
            Self::Handshake { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}
