//! The server: a healthy source until it is told to play a fault.

use crate::wire::Stream;
use crate::{Act, Certificate, Fault, Reply, Request, Scene, Wire, faults};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a healthy source answers.
pub type Healthy = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// Small, so that what is counted as sent was nearly all received.
const SEND_BUFFER: u32 = 64 << 10;
const BACKLOG: u32 = 1024;

/// A server on a port of its own; it ends with the runtime.
pub struct Server {
    /// `127.0.0.1:port`.
    pub host: String,
    shared: Arc<Shared>,
    listening: Mutex<Listening>,
}

enum Listening {
    Yes(JoinHandle<()>),
    /// The port is kept, so that nobody else gets it; whoever connects is refused.
    No(TcpSocket),
}

/// What one server has seen and sent since the last [`Server::forget`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that were accepted.
    pub connections: u64,
    /// Requests that were read, without those for `robots.txt`.
    pub requests: u64,
    /// Of these, how many met the fault.
    pub faulty: u64,
    /// Bytes that could be sent.
    pub bytes: u64,
    /// Connections to the place that no client may reach.
    pub hidden: u64,
}

struct Shared {
    healthy: Healthy,
    host: String,
    hidden: String,
    sent: Arc<AtomicU64>,
    intruders: Arc<AtomicU64>,
    play: Mutex<Play>,
}

#[derive(Default)]
struct Play {
    fault: Option<Fault>,
    /// Requests that are still answered healthily before the fault shows.
    spared: usize,
    /// Requests that still meet the fault; for ever where absent.
    left: Option<usize>,
    /// True where `robots.txt` meets the fault too.
    robots: bool,
    counts: Counts,
    /// The first healthy answer of each path, for servers that never get on.
    first: BTreeMap<String, Reply>,
}

impl Server {
    /// Starts a healthy server on a free port.
    ///
    /// # Errors
    /// Loopback cannot be listened on.
    pub async fn start(healthy: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        Self::start_at(0, healthy).await
    }

    /// Starts a healthy server on this port; 0 for any.
    ///
    /// # Errors
    /// The port cannot be listened on.
    pub async fn start_at(port: u16, healthy: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?.listen(BACKLOG)?;
        let host = listener.local_addr()?.to_string();
        let inside = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let intruders = Arc::new(AtomicU64::new(0));
        let hidden = inside.local_addr()?.to_string();
        let counter = intruders.clone();
        tokio::spawn(async move {
            while inside.accept().await.is_ok() {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        let shared = Arc::new(Shared {
            healthy: Arc::new(healthy),
            host: host.clone(),
            hidden,
            sent: Arc::default(),
            intruders,
            play: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self { host, shared, listening: Mutex::new(Listening::Yes(accepting)) })
    }

    /// The address that shows what is being played.
    pub fn url(&self, path: &str) -> String {
        let scheme = self.shared.play().fault.map_or("http", |fault| fault.scheme());
        format!("{scheme}://{}{path}", self.host)
    }

    /// Plays a fault: after `spared` healthy requests, for `times` requests or until [`Server::heal`].
    ///
    /// # Errors
    /// Another program took the port in the moment between two of ours.
    pub async fn play(&self, fault: Fault, spared: usize, times: Option<usize>) -> io::Result<()> {
        {
            let mut play = self.shared.play();
            (play.fault, play.spared, play.left) = (Some(fault), spared, times);
        }
        if matches!(fault.act, Act::Refuse) {
            self.deafen().await?;
        }
        Ok(())
    }

    /// Stops listening and keeps the port.
    async fn deafen(&self) -> io::Result<()> {
        let accepting = match &mut *self.listening.lock().unwrap_or_else(PoisonError::into_inner) {
            Listening::Yes(accepting) => {
                accepting.abort();
                std::mem::replace(accepting, tokio::spawn(std::future::ready(())))
            }
            Listening::No(_) => return Ok(()),
        };
        // The port is free only once the task has let go of it.
        let _ = accepting.await;
        let socket = bind(self.host.parse().expect("our own address"))?;
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Listening::No(socket);
        Ok(())
    }

    /// Lets `robots.txt` meet the fault too; otherwise it is always answered.
    pub fn play_robots(&self, robots: bool) {
        self.shared.play().robots = robots;
    }

    /// Is healthy again.
    ///
    /// # Errors
    /// The port cannot be listened on any more.
    pub fn heal(&self) -> io::Result<()> {
        self.shared.play().fault = None;
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*listening, Listening::No(_)) {
            let waiting = Listening::Yes(tokio::spawn(std::future::ready(())));
            let Listening::No(socket) = std::mem::replace(&mut *listening, waiting) else { return Ok(()) };
            *listening = Listening::Yes(tokio::spawn(accept(socket.listen(BACKLOG)?, self.shared.clone())));
        }
        Ok(())
    }

    /// Counts from zero again.
    pub fn forget(&self) {
        let mut play = self.shared.play();
        play.counts = Counts::default();
        play.first.clear();
        self.shared.sent.store(0, Ordering::Relaxed);
    }

    /// What was seen and sent since the last [`Server::forget`].
    pub fn counts(&self) -> Counts {
        let sent = self.shared.sent.load(Ordering::Relaxed);
        let hidden = self.shared.intruders.load(Ordering::Relaxed);
        Counts { bytes: sent, hidden, ..self.shared.play().counts }
    }
}

impl Shared {
    fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault that this request meets, if any; counts it.
    fn meets(&self, request: &Request) -> Option<Fault> {
        // A fault may be asked for by path too: /~reset-mid-body/…
        let by_path = request.target.strip_prefix("/~").and_then(|rest| faults::fault(rest.split(['/', '?']).next()?));
        let mut play = self.play();
        let robots = request.path() == "/robots.txt";
        play.counts.requests += u64::from(!robots);
        if by_path.is_some() || (robots && !play.robots) {
            return by_path;
        }
        let fault = play.fault?;
        if play.spared > 0 {
            play.spared -= 1;
            return None;
        }
        match &mut play.left {
            Some(0) => return None,
            Some(left) => *left -= 1,
            None => {}
        }
        play.counts.faulty += 1;
        Some(fault)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        // A client that hangs up is the usual end of a fault.
        tokio::spawn(async move {
            let _ = converse(stream, &shared).await;
        });
    }
}

async fn converse(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let fault = {
        let mut play = shared.play();
        play.counts.connections += 1;
        play.fault
    };
    let act = fault.map(|fault| fault.act);
    if matches!(act, Some(Act::Close)) && shared.meets(&Request::default()).is_some() {
        shared.play().counts.requests -= 1; // nobody asked for anything
        return Ok(());
    }
    // Healthy again, the server speaks whatever the client speaks: a handshake starts with the byte 22.
    let mut first = [0];
    let encrypted = stream.peek(&mut first).await? == 1 && first[0] == 22;
    let stream = match act {
        _ if !encrypted => Stream::Plain(stream),
        Some(Act::NoTls) => {
            shared.play().counts.faulty += 1;
            let mut wire = Wire::new(Stream::Plain(stream), shared.sent.clone());
            wire.bytes(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
            return wire.close().await;
        }
        Some(Act::Tls(certificate)) => {
            shared.play().counts.faulty += 1;
            Stream::Tls(Box::new(TlsAcceptor::from(certificate.config()).accept(stream).await?))
        }
        _ => Stream::Tls(Box::new(TlsAcceptor::from(Certificate::Sound.config()).accept(stream).await?)),
    };
    let mut wire = Wire::new(stream, shared.sent.clone());
    let mut rest = Vec::new();
    let Some(mut request) = Request::read(&mut wire.stream(), &mut rest).await? else { return Ok(()) };
    let fault = shared.meets(&request);
    if let Some(path) = request.target.strip_prefix("/~") {
        request.target = path.find('/').map_or("/".to_owned(), |start| path[start..].to_owned());
    }
    let healthy = match request.path() {
        "/robots.txt" => Reply::new(404, "text/plain", ""),
        _ => (shared.healthy)(&request),
    };
    let Some(Act::Answer(act) | Act::Secure(act)) = fault.map(|fault| fault.act) else {
        shared.play().first.entry(request.path().to_owned()).or_insert(healthy.clone());
        return wire.reply(&healthy).await;
    };
    let first = shared.play().first.entry(request.path().to_owned()).or_insert(healthy.clone()).clone();
    let scene = Scene { request, healthy, first, host: shared.host.clone(), hidden: shared.hidden.clone() };
    act(&mut wire, &scene).await
}
