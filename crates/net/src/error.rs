//! Why there is no answer.

use model::Fault;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

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
    /// No connection.
    #[error("cannot connect to {host}")]
    Connect {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The connection broke off, or what came is not HTTP.
    #[error("the connection to {host} broke off")]
    Broken {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
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
    /// The server asks to come back later (429 or 503), also after the retries.
    #[error("the server asks to come back later (HTTP {status})")]
    Busy {
        /// 429 or 503.
        status: u16,
        /// How long to stay away, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] reqwest::Error),
}

impl Error {
    /// The fault, as far as an office needs to tell faults apart.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Address { .. } | Self::Private { .. } | Self::Setup(_) => Fault::Setup,
            Self::Timeout { .. } => Fault::Timeout,
            Self::Connect { .. } | Self::Broken { .. } => Fault::Connection,
            Self::TooLarge { .. } | Self::Bomb { .. } => Fault::TooLarge,
            Self::Busy { .. } => Fault::Busy,
            Self::Downgrade { .. } | Self::Redirects { .. } | Self::Encoding { .. } | Self::Gzip(_) => {
                Fault::Unreadable
            }
        }
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
