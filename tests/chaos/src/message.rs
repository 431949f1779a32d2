//! One request as it arrived and one reply as it is sent.

use std::collections::BTreeMap;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A request head or body larger than this is cut off: the clients here are ours.
const BYTES_MAX: usize = 1 << 20;

/// One request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// In capitals, as sent.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    /// What came after the head, by its `Content-Length`.
    pub body: Vec<u8>,
}

impl Request {
    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, decoded, in its order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Reads the next request of a connection; `rest` holds what was read beyond the one before.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin), rest: &mut Vec<u8>) -> io::Result<Option<Self>> {
        let head_end = loop {
            if let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if !more(stream, rest).await? {
                return Ok(None); // a connection that the client opened and did not use
            }
        };
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let headers: BTreeMap<_, _> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while rest.len() < head_end + length {
            if !more(stream, rest).await? {
                return Ok(None);
            }
        }
        let body = rest[head_end..head_end + length].to_vec();
        rest.drain(..head_end + length);
        Ok(Some(Self { method, target, headers, body }))
    }
}

/// Reads some more bytes; false at the end or where it is too much.
async fn more(stream: &mut (impl AsyncRead + Unpin), rest: &mut Vec<u8>) -> io::Result<bool> {
    Ok(rest.len() < BYTES_MAX && stream.read_buf(rest).await? > 0)
}

/// One reply; `Content-Length` and `Connection` are added where it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body, as it travels.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply of one type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }.with("content-type", content_type)
    }

    /// The same with one more header, or another value of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// The head as it travels, without the blank line, and without a length.
    pub(crate) fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} -\r\nconnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }
}
