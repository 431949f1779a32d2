//! The many feeds behind one port: told apart by host, conditional, counted.
#![allow(clippy::unwrap_used)]

use chaos::feeds::{Feeds, Options, entry_id, host};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn get(feeds: &Feeds, host: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", feeds.port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}:{}\r\n{headers}\r\n", feeds.port);
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap(); // the server ends with us
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn answers_by_host_and_counts() {
    let feeds = Feeds::start(0, Options { feeds: 50, entries: 20, delay: Duration::ZERO }).await.unwrap();
    assert_eq!(feeds.url(7), format!("http://f0000007.umpan.example:{}/feed.xml", feeds.port));
    let full = get(&feeds, &host(7), "/feed.xml", "").await;
    assert!(full.starts_with("HTTP/1.1 200") && full.contains("etag: \"7-0\""), "{full}");
    assert_eq!(full.matches("<item>").count(), 20);
    let same = get(&feeds, &host(7), "/feed.xml", "if-none-match: \"7-0\"\r\n").await;
    assert!(same.starts_with("HTTP/1.1 304"), "{same}");
    feeds.publish(7);
    let news = get(&feeds, &host(7), "/feed.xml", "if-none-match: \"7-0\"\r\n").await;
    assert!(news.starts_with("HTTP/1.1 200") && news.contains(&entry_id(7, 20)), "{news}");
    assert!(get(&feeds, &host(8), "/feed.xml", "if-none-match: \"8-0\"\r\n").await.starts_with("HTTP/1.1 304"));
    assert!(get(&feeds, &host(50), "/feed.xml", "").await.starts_with("HTTP/1.1 404"), "there is no such feed");
    get(&feeds, &host(9), "/robots.txt", "").await;
    let counts = feeds.counts();
    assert_eq!((counts.requests, counts.full, counts.not_modified, counts.feeds), (4, 2, 2, 2));
    assert_eq!((counts.robots, counts.strange, counts.overlaps, counts.connections), (1, 1, 0, 6));
    feeds.forget();
    assert_eq!(feeds.counts().requests, 0);
}

#[tokio::test]
async fn sees_two_requests_for_one_host_at_once() {
    let feeds = Feeds::start(0, Options { feeds: 3, entries: 2, delay: Duration::from_secs(1) }).await.unwrap();
    let (one, two, other) = (host(1), host(1), host(2));
    tokio::join!(
        get(&feeds, &one, "/feed.xml", ""),
        get(&feeds, &two, "/feed.xml", ""),
        get(&feeds, &other, "/feed.xml", "")
    );
    let counts = feeds.counts();
    assert_eq!((counts.requests, counts.overlaps, counts.connections_max), (3, 1, 3));
}
