//! A request to bytes, safely: the only door to the network.
//!
//! Invariant: whatever address is asked for, and wherever it redirects to, no connection is opened to a
//! private, link-local or otherwise internal address unless the caller named that very `host:port`; and
//! whatever the server sends, time, bytes, expansion and redirects are bounded.
//! What to fetch, and what it means, is decided elsewhere.

mod client;

mod message;

mod guard;

mod body;

mod retry;

mod secret;

mod error;

pub use client::{Client, Options, Sleep};
pub use error::Error;
pub use guard::{HostPort, is_public};
pub use message::{Body, Request, Response};
pub use secret::{Secret, SecretError, SecretRef};
