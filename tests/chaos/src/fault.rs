//! What a fault is: a name, what a good client makes of it, and how it is played.

use crate::{Certificate, Reply, Request, Wire};
use futures_util::future::BoxFuture;
use std::io;

/// One way of misbehaving.
#[derive(Clone, Copy)]
pub struct Fault {
    /// Its name in tables and paths.
    pub name: &'static str,
    /// What the server does.
    pub about: &'static str,
    /// What a good client makes of it.
    pub wants: Wants,
    /// False where only a deadline of the client's ends the exchange.
    pub ends: bool,
    /// How it is played.
    pub act: Act,
}

/// What a good client makes of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing is wrong enough to lose anything: every item is read.
    Everything,
    /// An error or a note that names the fault; never a run that looks well.
    Reason,
    /// Either everything is read, or an error or a note says that something is missing.
    Honesty,
}

/// Plays a fault on one connection, after the request was read.
pub type Answer = for<'a> fn(&'a mut Wire, &'a Scene) -> BoxFuture<'a, io::Result<()>>;

/// How a fault is played.
#[derive(Clone, Copy)]
pub enum Act {
    /// After the request was read.
    Answer(Answer),
    /// The same behind a sound certificate; the address starts with `https`.
    Secure(Answer),
    /// The connection is closed as soon as it was accepted.
    Close,
    /// Nobody listens on the port.
    Refuse,
    /// The host's name does not exist, or nobody can be asked for it: the client's resolver has to play this one.
    Name {
        /// Whether a name server says that there is no such name; otherwise there is no name server.
        denied: bool,
    },
    /// TLS with this certificate; the address starts with `https`.
    Tls(Certificate),
    /// Plain HTTP where the client speaks TLS; the address starts with `https`.
    NoTls,
}

/// What a fault is played with.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What was asked.
    pub request: Request,
    /// What a healthy source answers to it.
    pub healthy: Reply,
    /// What it answered the first time that this path was asked.
    pub first: Reply,
    /// `127.0.0.1:port` of this server.
    pub host: String,
    /// `127.0.0.1:port` of a place inside that no client may ever reach.
    pub hidden: String,
}

impl Scene {
    /// The healthy body as text, for faults that change it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.healthy.body).into_owned()
    }

    /// True where the healthy body is JSON.
    pub fn is_json(&self) -> bool {
        matches!(self.healthy.body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['))
    }
}

impl Fault {
    /// The scheme of an address that shows this fault.
    pub fn scheme(&self) -> &'static str {
        match self.act {
            Act::Tls(_) | Act::NoTls | Act::Secure(_) => "https",
            _ => "http",
        }
    }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
