//! Many well-behaved feeds behind one port, told apart by the `Host` header, for runs that measure what a whole cycle
//! costs and whether the reader keeps its manners.
//!
//! Feed `n` lives at `http://f00000n.umpan.example:PORT/feed.xml`; a resolver of the reader's maps every such name to
//! loopback. Bodies are made while they are sent, so that ten thousand feeds cost this side a few bytes each.

use crate::Request;
use serde::Serialize;
use std::fmt::Write as _;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

/// The domain of every feed.
pub const DOMAIN: &str = "umpan.example";

/// How the feeds are to be.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many there are.
    pub feeds: usize,
    /// Entries in each.
    pub entries: u32,
    /// How long an answer takes; without any, two requests at once would hardly ever be seen.
    pub delay: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { feeds: 10_000, entries: 20, delay: Duration::from_millis(5) }
    }
}

/// A running server; it ends with the runtime.
pub struct Feeds {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
}

/// What was seen since the last [`Feeds::forget`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests for a feed.
    pub requests: u64,
    /// Of these, answered in full.
    pub full: u64,
    /// Of these, answered with 304.
    pub not_modified: u64,
    /// Feeds that were asked at least once.
    pub feeds: u64,
    /// Requests that came while another one for the same host was being answered.
    pub overlaps: u64,
    /// Requests for `robots.txt`.
    pub robots: u64,
    /// Requests for anything else.
    pub strange: u64,
    /// Connections.
    pub connections: u64,
    /// Most connections at once.
    pub connections_max: u64,
    /// Bytes sent.
    pub bytes: u64,
}

struct Shared {
    options: Options,
    feeds: Vec<Feed>,
    requests: AtomicU64,
    full: AtomicU64,
    not_modified: AtomicU64,
    overlaps: AtomicU64,
    robots: AtomicU64,
    strange: AtomicU64,
    connections: AtomicU64,
    open: AtomicU64,
    open_max: AtomicU64,
    bytes: AtomicU64,
}

#[derive(Default)]
struct Feed {
    /// How many entries were published since the start; the newest ones are shown.
    published: AtomicU32,
    /// Requests being answered now.
    open: AtomicU32,
    /// Requests seen.
    asked: AtomicU32,
}

impl Feeds {
    /// Starts on this port; 0 for any.
    ///
    /// # Errors
    /// The port cannot be listened on.
    pub async fn start(port: u16, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let shared = Arc::new(Shared {
            options,
            feeds: (0..options.feeds).map(|_| Feed::default()).collect(),
            requests: AtomicU64::default(),
            full: AtomicU64::default(),
            not_modified: AtomicU64::default(),
            overlaps: AtomicU64::default(),
            robots: AtomicU64::default(),
            strange: AtomicU64::default(),
            connections: AtomicU64::default(),
            open: AtomicU64::default(),
            open_max: AtomicU64::default(),
            bytes: AtomicU64::default(),
        });
        let port = listener.local_addr()?.port();
        let server = shared.clone();
        tokio::spawn(async move {
            loop {
                // Out of file handles is no reason to stop: the next connection may find one.
                let Ok((stream, _)) = listener.accept().await else { continue };
                let server = server.clone();
                tokio::spawn(async move {
                    server.connections.fetch_add(1, Relaxed);
                    server.open_max.fetch_max(server.open.fetch_add(1, Relaxed) + 1, Relaxed);
                    let _ = server.converse(stream).await;
                    server.open.fetch_sub(1, Relaxed);
                });
            }
        });
        Ok(Self { port, shared })
    }

    /// The address of a feed.
    pub fn url(&self, number: usize) -> String {
        format!("http://{}:{}/feed.xml", host(number), self.port)
    }

    /// Publishes one entry in every `nth` feed.
    pub fn publish(&self, nth: usize) {
        self.shared.publish(nth);
    }

    /// What was seen since the last [`Feeds::forget`].
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }

    /// Counts from zero again.
    pub fn forget(&self) {
        self.shared.forget();
    }
}

/// The host of a feed.
pub fn host(number: usize) -> String {
    format!("f{number:07}.{DOMAIN}")
}

/// The id of an entry of a feed: entries are numbered from 0, oldest first.
pub fn entry_id(number: usize, entry: u32) -> String {
    format!("http://{}/{entry}", host(number))
}

impl Shared {
    fn publish(&self, nth: usize) {
        for feed in self.feeds.iter().step_by(nth.max(1)) {
            feed.published.fetch_add(1, Relaxed);
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            requests: self.requests.load(Relaxed),
            full: self.full.load(Relaxed),
            not_modified: self.not_modified.load(Relaxed),
            feeds: self.feeds.iter().filter(|feed| feed.asked.load(Relaxed) > 0).count() as u64,
            overlaps: self.overlaps.load(Relaxed),
            robots: self.robots.load(Relaxed),
            strange: self.strange.load(Relaxed),
            connections: self.connections.load(Relaxed),
            connections_max: self.open_max.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
        }
    }

    fn forget(&self) {
        let counters = [
            &self.requests,
            &self.full,
            &self.not_modified,
            &self.overlaps,
            &self.robots,
            &self.strange,
            &self.connections,
            &self.open_max,
            &self.bytes,
        ];
        counters.into_iter().for_each(|counter| counter.store(0, Relaxed));
        self.feeds.iter().for_each(|feed| feed.asked.store(0, Relaxed));
    }

    async fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut rest = Vec::new();
        while let Some(request) = Request::read(&mut stream, &mut rest).await? {
            let (status, headers, body) = self.answer(&request).await;
            let mut bytes = format!("HTTP/1.1 {status} -\r\n{headers}content-length: {}\r\n\r\n", body.len());
            bytes.push_str(&body);
            stream.write_all(bytes.as_bytes()).await?;
            self.bytes.fetch_add(bytes.len() as u64, Relaxed);
        }
        Ok(())
    }

    async fn answer(&self, request: &Request) -> (u16, String, String) {
        let plain = |status, body: String| (status, "content-type: text/plain\r\n".to_owned(), body);
        let number = number(request.header("host")).filter(|number| *number < self.feeds.len());
        let Some(number) = number else {
            // Levers, for a reader in another process: they are reached by the address itself.
            return match request.target.split_once('=').unwrap_or((&request.target, "1")) {
                ("/counts", _) => plain(200, serde_json::to_string(&self.counts()).unwrap_or_default()),
                ("/forget", _) => {
                    self.forget();
                    plain(200, String::new())
                }
                ("/publish?nth", nth) => {
                    self.publish(nth.parse().unwrap_or(1));
                    plain(200, String::new())
                }
                _ => {
                    self.strange.fetch_add(1, Relaxed);
                    plain(404, String::new())
                }
            };
        };
        let feed = &self.feeds[number];
        if feed.open.fetch_add(1, Relaxed) > 0 {
            self.overlaps.fetch_add(1, Relaxed);
        }
        if !self.options.delay.is_zero() {
            tokio::time::sleep(self.options.delay).await;
        }
        let answer = match request.path() {
            "/feed.xml" => {
                self.requests.fetch_add(1, Relaxed);
                feed.asked.fetch_add(1, Relaxed);
                self.feed(number, feed.published.load(Relaxed), request)
            }
            "/robots.txt" => {
                self.robots.fetch_add(1, Relaxed);
                plain(404, String::new())
            }
            _ => {
                self.strange.fetch_add(1, Relaxed);
                plain(404, String::new())
            }
        };
        feed.open.fetch_sub(1, Relaxed);
        answer
    }

    fn feed(&self, number: usize, published: u32, request: &Request) -> (u16, String, String) {
        let etag = format!("\"{number}-{published}\"");
        let validators = format!("etag: {etag}\r\nlast-modified: {}\r\n", date(published));
        if request.header("if-none-match") == etag {
            self.not_modified.fetch_add(1, Relaxed);
            return (304, validators, String::new());
        }
        self.full.fetch_add(1, Relaxed);
        let headers = format!("content-type: application/rss+xml; charset=utf-8\r\n{validators}");
        (200, headers, body(number, published, self.options.entries))
    }
}

fn number(host: &str) -> Option<usize> {
    let (name, domain) = host.split(':').next()?.split_once('.')?;
    if domain != DOMAIN {
        return None;
    }
    name.strip_prefix('f')?.parse().ok()
}

/// The newest entries of a feed; the first ones are numbered 0 to `entries` - 1.
fn body(number: usize, published: u32, entries: u32) -> String {
    let mut body = String::with_capacity(entries as usize * 700);
    let _ = write!(
        body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>Umpan {number}</title><link>http://{}/</link>",
        host(number)
    );
    for entry in (published..published + entries).rev() {
        let id = entry_id(number, entry);
        let _ = write!(
            body,
            "<item><guid>{id}</guid><link>{id}</link><title>Kabar {entry} dari umpan {number}</title><pubDate>{}</pubDate><description>",
            date(entry)
        );
        for word in 0..60_usize {
            let _ =
                write!(body, "{} ", WORDS[(number.wrapping_mul(7) + entry as usize * 13 + word * word) % WORDS.len()]);
        }
        body.push_str("</description></item>");
    }
    body.push_str("</channel></rss>");
    body
}

/// A minute for each entry.
fn date(entry: u32) -> String {
    let (day, minute) = (1 + entry / 1440 % 28, entry % 1440);
    format!("{day:02} Nov 2026 {:02}:{:02}:00 GMT", minute / 60, minute % 60)
}

const WORDS: [&str; 24] = [
    "warga",
    "jalan",
    "sungai",
    "air",
    "pasar",
    "harga",
    "sekolah",
    "guru",
    "kapal",
    "hujan",
    "listrik",
    "petugas",
    "desa",
    "kota",
    "dinas",
    "rapat",
    "anggaran",
    "jembatan",
    "puskesmas",
    "antrean",
    "bantuan",
    "pelabuhan",
    "lampu",
    "sawah",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_hosts() {
        assert_eq!(number("f0000042.umpan.example:18091"), Some(42));
        assert_eq!(number("f0000042.lain.example"), None);
        assert_eq!(number("127.0.0.1:18091"), None);
        assert_eq!(number(&host(9_999)), Some(9_999));
    }

    #[test]
    fn shows_the_newest_entries() {
        let body = body(3, 2, 20);
        assert_eq!(body.matches("<item>").count(), 20);
        assert!(body.contains(&entry_id(3, 21)) && !body.contains(&format!(">{}<", entry_id(3, 1))));
    }
}
