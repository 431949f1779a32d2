//! A small HTTP server on loopback that answers by path, counts, and can misbehave as a real one would not.
#![allow(dead_code)] // no test uses all of it

pub mod clock;
pub mod names;

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do with one request.
pub enum Answer {
    /// These bytes, head included; then close.
    Bytes(Vec<u8>),
    /// This head, then this chunk for ever.
    Endless(Vec<u8>, Vec<u8>),
    /// These bytes, then silence with the connection open.
    Stall(Vec<u8>),
}

/// A running server; ends with the test's runtime.
pub struct Server {
    /// `127.0.0.1:port`.
    pub address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers each request head (in lower case) with `answer(head, how_many_before)`. It has no
    /// `robots.txt`, and whoever asks for it is not counted.
    pub async fn start(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(answer, false).await
    }

    /// The same, with `robots.txt` left to `answer`.
    pub async fn with_robots(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(answer, true).await
    }

    async fn listen(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static, robots: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen) = (answer.clone(), seen.clone());
                tokio::spawn(async move {
                    let _ = converse(stream, |head| {
                        if !robots && head.starts_with("get /robots.txt ") {
                            return reply("404 Not Found", &[], b"");
                        }
                        let mut seen = seen.lock().unwrap();
                        let before = seen.len();
                        seen.push(head.to_owned());
                        answer(head, before)
                    })
                    .await;
                });
            }
        });
        Self { address, requests }
    }

    /// The request heads seen so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// An address on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn converse(mut stream: TcpStream, answer: impl FnOnce(&str) -> Answer) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await? == 1 {
        head.push(byte[0]);
    }
    if head.is_empty() {
        return Ok(()); // a connection that the client opened and did not use
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    // A connection that is closed with bytes unread is reset, and the answer lost with it.
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    stream.read_exact(&mut vec![0; length]).await?;
    match answer(&head) {
        Answer::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Answer::Endless(head, chunk) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Answer::Stall(bytes) => {
            stream.write_all(&bytes).await?;
            std::future::pending().await
        }
    }
}

/// A whole answer with its length.
pub fn reply(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut bytes = head(status, headers);
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    Answer::Bytes(bytes)
}

/// A redirect.
pub fn redirect(location: &str) -> Answer {
    reply("302 Found", &[("location", location)], b"")
}

/// A head alone, blank line included.
pub fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}
