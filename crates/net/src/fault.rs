//! Tells apart the many ways in which a connection fails, so that an operator reads what to do and not what broke.

use crate::Error;
use crate::error::{BoxError, CertificateFault};
use crate::lookup::Unresolved;
use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::net::IpAddr;

/// How far an exchange had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Connect,
    Handshake,
    Exchange,
}

/// Names the fault of a failed exchange by the causes it carries.
pub(crate) fn name(host: &str, phase: Phase, error: impl Into<BoxError>) -> Error {
    let (host, source) = (host.to_owned(), error.into());
    let found = causes(source.as_ref()).filter_map(Cause::of).last();
    match (found, phase) {
        (Some(Cause::Private(host, address)), _) => Error::Private { host, address },
        (Some(Cause::Missing), _) => Error::NoSuchHost { host },
        (Some(Cause::Unreachable), _) => Error::Resolver { host, source },
        (Some(Cause::Certificate(fault)), _) => Error::Certificate { host, fault, source },
        (Some(Cause::Tls), _) => Error::Tls { host, source },
        (Some(Cause::Io(ErrorKind::ConnectionRefused)), _) => Error::Refused { host, source },
        (Some(Cause::Io(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe)), _) => {
            Error::Reset { host, source }
        }
        (Some(Cause::Io(ErrorKind::TimedOut)), Phase::Connect) => Error::Unreachable { host },
        (_, Phase::Connect) => Error::Connect { host, source },
        (_, Phase::Handshake) => Error::Tls { host, source },
        (_, Phase::Exchange) => Error::Broken { host, source },
    }
}

/// What one cause says; the innermost that says anything counts.
enum Cause {
    Private(String, IpAddr),
    Missing,
    Unreachable,
    Certificate(CertificateFault),
    Tls,
    Io(ErrorKind),
}

impl Cause {
    fn of(cause: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(unresolved) = cause.downcast_ref::<Unresolved>() {
            return Some(match unresolved {
                Unresolved::Private { host, address } => Self::Private(host.clone(), *address),
                Unresolved::Missing { .. } => Self::Missing,
                Unresolved::Unreachable { .. } => Self::Unreachable,
            });
        }
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            return Some(certificate(error).map_or(Self::Tls, Self::Certificate));
        }
        cause.downcast_ref::<io::Error>().map(|error| Self::Io(error.kind()))
    }
}

/// The error and all that it carries.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| below(*error))
}

/// The next cause. An `io::Error` made of another one hides it from `source`, and is opened.
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    // What lies below these says only how, and no longer what.
    if error.is::<Unresolved>() || error.is::<rustls::Error>() {
        return None;
    }
    match error.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref().map(|inner| inner as _),
        None => error.source(),
    }
}

fn certificate(error: &rustls::Error) -> Option<CertificateFault> {
    use rustls::CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = error else { return None };
    Some(match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => CertificateFault::Expired,
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => CertificateFault::OtherHost,
        Bad::UnknownIssuer => CertificateFault::UnknownIssuer,
        Bad::Revoked => CertificateFault::Revoked,
        _ => CertificateFault::Invalid,
    })
}
