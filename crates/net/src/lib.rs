//! A request to bytes, safely: the only door to the network.
//!
//! Invariant: whatever address is asked for, and wherever it redirects to, no connection is opened to a
//! private, link-local or otherwise internal address unless the caller named that very `host:port`; and
//! whatever the server sends, time, bytes, expansion and redirects are bounded.
//! What to fetch, and what it means, is decided elsewhere.

mod client;

mod options;

mod message;

mod stream;

mod websocket;

mod dial;

mod guard;

mod lookup;

mod tls;

mod fault;

mod body;

mod gate;

mod robots;

mod robots_cache;

mod retry;

mod secret;

mod error;

pub use client::Client;
pub use dial::{Connection, Security};
pub use error::{BoxError, CertificateFault, Error};
pub use gate::Pace;
pub use guard::{HostPort, is_public};
pub use lookup::{Found, Lookup, SystemLookup};
pub use message::{Body, Content, Request, Response};
pub use options::{Clock, Jitter, Options, Sleep};
pub use robots::{Forbidden, Robots};
pub use secret::{Secret, SecretError, SecretRef};
pub use stream::Stream;
pub use websocket::{Message, WebSocket};
