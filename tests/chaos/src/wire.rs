//! The server's end of one connection: every byte that it could send is counted.

use crate::Reply;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a server writes to.
pub struct Wire {
    stream: Stream,
    sent: Arc<AtomicU64>,
}

/// What a connection runs on.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<dyn Duplex>),
}

pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl Wire {
    pub(crate) fn new(stream: Stream, sent: Arc<AtomicU64>) -> Self {
        Self { stream, sent }
    }

    pub(crate) fn stream(&mut self) -> &mut dyn Duplex {
        match &mut self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.as_mut(),
        }
    }

    /// Sends bytes as they are.
    pub async fn bytes(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.stream().write(bytes).await?;
            self.sent.fetch_add(count as u64, Ordering::Relaxed);
            bytes = &bytes[count..];
        }
        self.stream().flush().await
    }

    /// Sends a head that ends with `extra` lines and the blank one.
    pub async fn head(&mut self, reply: &Reply, extra: &[&str]) -> io::Result<()> {
        let mut head = reply.head();
        for line in extra {
            head.push_str(line);
            head.push_str("\r\n");
        }
        self.bytes(format!("{head}\r\n").as_bytes()).await
    }

    /// Sends a whole reply with its length, then closes.
    pub async fn reply(&mut self, reply: &Reply) -> io::Result<()> {
        let length = format!("content-length: {}", reply.body.len());
        match reply.status {
            204 | 304 => self.head(reply, &[]).await?,
            _ => {
                self.head(reply, &[&length]).await?;
                self.bytes(&reply.body).await?;
            }
        }
        self.close().await
    }

    /// Ends the connection in good order.
    pub async fn close(&mut self) -> io::Result<()> {
        self.stream().shutdown().await
    }

    /// Breaks the connection off: the client sees a reset as soon as the wire is dropped.
    pub fn reset(&mut self) -> io::Result<()> {
        match &self.stream {
            Stream::Plain(stream) => stream.set_zero_linger(),
            Stream::Tls(_) => Ok(()),
        }
    }

    /// Sends the same bytes for ever, as fast as they are taken.
    pub async fn endless(&mut self, bytes: &[u8]) -> io::Result<()> {
        loop {
            self.bytes(bytes).await?;
        }
    }

    /// Sends the same bytes for ever, one every now and then.
    pub async fn drip(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes.iter().cycle() {
            self.bytes(&[*byte]).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Sends nothing until the client gives up.
    pub async fn silence(&mut self) -> io::Result<()> {
        let mut ignored = [0; 256];
        while self.stream().read(&mut ignored).await? > 0 {}
        Ok(())
    }
}
