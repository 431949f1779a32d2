//! Web sockets over our own guarded connection.

use crate::dial::Connection;
use crate::fault::{self, Phase};
use crate::{Error, Request};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::Request as Handshake;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message as Frame};
use url::Url;

/// The library's own 128 KiB would be held by every connection, and messages are short.
const BUFFER: usize = 16 << 10;

/// One message of a web socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// An open web socket; pings are answered while [`next`](Self::next) is awaited, and the peer is pinged when it is silent.
#[derive(Debug)]
pub struct WebSocket {
    stream: WebSocketStream<Connection>,
    host: String,
    idle: Duration,
    limit: usize,
}

impl WebSocket {
    /// Shakes hands over a connection that stands. `url` is the address with `ws` or `wss`.
    pub(crate) async fn open(
        connection: Connection,
        url: &Url,
        request: &Request,
        user_agent: &str,
        idle: Duration,
        limit: usize,
    ) -> Result<Self, Error> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(limit.max(BUFFER))
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let handshake = handshake(url, request, user_agent)?;
        match tokio_tungstenite::client_async_with_config(handshake, connection, Some(config)).await {
            Ok((stream, _)) => Ok(Self { stream, host, idle, limit }),
            Err(error) => Err(name(&host, limit, error)),
        }
    }

    /// The next message; `None` where the server has closed.
    pub async fn next(&mut self) -> Result<Option<Message>, Error> {
        let mut pinged = false;
        loop {
            match tokio::time::timeout(self.idle / 2, self.stream.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => return Ok(Some(Message::Text(text.as_str().to_owned()))),
                Ok(Some(Ok(Frame::Binary(bytes)))) => return Ok(Some(Message::Binary(bytes.to_vec()))),
                Ok(Some(Ok(Frame::Close(_))) | None) => return Ok(None),
                Ok(Some(Ok(_))) => pinged = false,
                Ok(Some(Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed))) => {
                    return Ok(None);
                }
                Ok(Some(Err(error))) => return Err(name(&self.host, self.limit, error)),
                // A quiet stream is no fault as long as its server answers.
                Err(_) if !pinged => {
                    pinged = true;
                    self.write(Frame::Ping(Vec::new().into())).await?;
                }
                Err(_) => return Err(self.silent()),
            }
        }
    }

    /// Sends text, such as a subscription.
    pub async fn send(&mut self, text: &str) -> Result<(), Error> {
        self.write(Frame::Text(text.into())).await
    }

    async fn write(&mut self, frame: Frame) -> Result<(), Error> {
        match tokio::time::timeout(self.idle, self.stream.send(frame)).await {
            Ok(outcome) => outcome.map_err(|error| name(&self.host, self.limit, error)),
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> Error {
        Error::Silent { host: self.host.clone(), seconds: self.idle.as_secs() }
    }
}

fn handshake(url: &Url, request: &Request, user_agent: &str) -> Result<Handshake, Error> {
    let unfit = |reason| Error::Address { url: crate::guard::shown(url), reason };
    let mut address = url.clone();
    for (name, secret) in &request.secret_query {
        address.query_pairs_mut().append_pair(name, secret.reveal());
    }
    address.set_fragment(None);
    let mut handshake =
        address.as_str().into_client_request().map_err(|_| unfit("no web socket can be asked for at it"))?;
    let plain = request.headers.iter().map(|(name, value)| (*name, value.as_str(), false));
    let secret = request.secret_headers.iter().map(|(name, secret)| (*name, secret.reveal(), true));
    for (name, value, is_secret) in plain.chain(secret).chain([("user-agent", user_agent, false)]) {
        let name = HeaderName::try_from(name).map_err(|_| unfit("one of its headers has no valid name"))?;
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| unfit("one of its headers or secrets holds characters that no header can carry"))?;
        value.set_sensitive(is_secret);
        handshake.headers_mut().insert(name, value);
    }
    Ok(handshake)
}

fn name(host: &str, limit: usize, error: tungstenite::Error) -> Error {
    match error {
        tungstenite::Error::Capacity(_) => Error::TooLarge { limit },
        tungstenite::Error::Http(response) => {
            Error::Handshake { host: host.to_owned(), status: response.status().as_u16() }
        }
        tungstenite::Error::Io(error) => fault::name(host, Phase::Exchange, error),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            Error::Reset { host: host.to_owned(), source: error.into() }
        }
        error => fault::name(host, Phase::Exchange, error),
    }
}
