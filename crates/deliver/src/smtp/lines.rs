//! A connection that hands out one line at a time.
//!
//! lettre keeps what it has read ahead when it turns a plain connection into an encrypted one. Whoever sits on the way
//! could therefore put answers of his own behind "220 ready", and they would be taken for the server's (the STARTTLS
//! injection of CVE-2021-38371). With never more than one line handed out, nothing plain is left when the handshake
//! begins: what was put behind becomes part of the handshake, which then fails.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes read at once; answers are short.
const READ_BYTES: usize = 4_096;

/// See above.
#[derive(Debug)]
pub(super) struct Lines {
    stream: TcpStream,
    held: VecDeque<u8>,
}

impl Lines {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, held: VecDeque::new() }
    }

    fn hand_out(&mut self, buffer: &mut ReadBuf<'_>) {
        while buffer.remaining() > 0 {
            let Some(byte) = self.held.pop_front() else { return };
            buffer.put_slice(&[byte]);
            if byte == b'\n' {
                return;
            }
        }
    }
}

impl AsyncRead for Lines {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let lines = self.get_mut();
        if lines.held.is_empty() {
            let mut bytes = [0; READ_BYTES];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut lines.stream).poll_read(context, &mut read))?;
            lines.held.extend(read.filled());
        }
        lines.hand_out(buffer);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Lines {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
