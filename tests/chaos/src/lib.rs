//! Servers on loopback that misbehave on purpose, so that every collector can be tried against everything that a site
//! can send.
//!
//! A [`Server`] answers like a healthy source until it is told to [play](Server::play) a [`Fault`] of the open list
//! [`faults`]; after a number of requests, or when told, it is healthy again, so that recovery can be tried too.
//! [`feeds`] is the opposite: ten thousand well-behaved feeds behind one port.

mod exchange;

mod fault;

mod faults;

pub mod feeds;

mod message;

mod server;

mod tls;

mod wire;

pub use exchange::Exchange;
pub use fault::{Act, Answer, Fault, Scene, Wants};
pub use faults::{fault, faults};
pub use message::{Reply, Request};
pub use server::{Counts, Healthy, Server};
pub use tls::{Certificate, authority};
pub use wire::Wire;
