//! Manners, checked from the server's side of the conversation.
#![allow(clippy::unwrap_used)]

mod server;

use futures_util::future::join_all;
use net::{Client, Error, Options, Pace, Request};
use server::clock::{FAST, Virtual};
use server::names::Names;
use server::{Answer, Server, reply};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PACE: Pace =
    Pace { start: Duration::from_millis(500), min: Duration::from_millis(250), max: Duration::from_secs(60) };

fn to(server: &Server, path: &str) -> Request {
    Request { allow_private: vec![server.address.parse().unwrap()], ..Request::new(server.url(path)) }
}

/// What a server saw of one host: when each request began and ended, in the client's own time.
type Ledger = Arc<Mutex<BTreeMap<String, Vec<(Duration, Duration)>>>>;

/// A server for many hosts that notes who came when; an answer takes a while, in virtual time and in real turns.
async fn ledger_server(time: Virtual) -> (u16, Ledger) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let ledger = Ledger::default();
    let notes = ledger.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (time, notes) = (time.clone(), notes.clone());
            tokio::spawn(async move {
                loop {
                    let (mut head, mut byte) = (Vec::new(), [0]);
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read(&mut byte).await {
                            Ok(1) => head.push(byte[0]),
                            _ => return,
                        }
                    }
                    let head = String::from_utf8(head).unwrap().to_lowercase();
                    let host = head.split("host: ").nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
                    let path = head.split(' ').nth(1).unwrap().to_owned();
                    let begin = time.now();
                    for _ in 0..20 {
                        tokio::task::yield_now().await;
                    }
                    time.advance(Duration::from_millis(40));
                    // Some hosts hand over to another one.
                    let answer = match path.strip_prefix("/ke/") {
                        Some(other) => {
                            format!("HTTP/1.1 302 Found\r\nlocation: http://{other}/x\r\ncontent-length: 0\r\n\r\n")
                        }
                        None => "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhalo".to_owned(),
                    };
                    notes.lock().unwrap().entry(host).or_default().push((begin, time.now()));
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (port, ledger)
}

#[tokio::test]
async fn fifty_collectors_at_once_never_overlap_on_a_host_and_keep_its_pause() {
    let time = Virtual::default();
    let (port, ledger) = ledger_server(time.clone()).await;
    let hosts: Vec<String> = (0..5).map(|number| format!("media{number}.example:{port}")).collect();
    let names =
        hosts.iter().fold(Names::default(), |names, host| names.with(host.split(':').next().unwrap(), &["127.0.0.1"]));
    let options = Options { resolver: Some(Arc::new(names)), ..time.options(PACE) };
    let client = Client::new(options).unwrap();
    let allow_private: Vec<_> = hosts.iter().map(|host| host.parse().unwrap()).collect();
    let calls = (0..50).map(|number| {
        let (client, hosts) = (client.clone(), &hosts);
        // Every fifth is led over to the next host, where it has to queue as well.
        let (host, next) = (&hosts[number % 5], &hosts[(number + 1) % 5]);
        let path = if number % 5 == 0 { format!("ke/{next}") } else { "feed".to_owned() };
        let request = Request {
            robots: number % 2 == 0,
            allow_private: allow_private.clone(),
            ..Request::new(format!("http://{host}/{path}"))
        };
        async move { client.send(&request).await.unwrap().body }
    });
    assert!(join_all(calls).await.iter().all(|body| body == b"halo"));
    let mut violations = Vec::new();
    let ledger = ledger.lock().unwrap();
    for (host, requests) in ledger.iter() {
        for pair in requests.windows(2) {
            let (end, begin) = (pair[0].1, pair[1].0);
            if begin < end + PACE.min {
                violations.push(format!("{host}: {:?} and {:?}", pair[0], pair[1]));
            }
        }
    }
    assert_eq!(violations, Vec::<String>::new());
    let total: usize = ledger.values().map(Vec::len).sum();
    assert_eq!((ledger.len(), total), (5, 50 + 10 + 5), "pages, redirects, and one robots.txt a host");
}

#[tokio::test]
async fn the_pause_follows_the_latency_and_errors_do_not_shorten_it() {
    let time = Virtual::default();
    let latency = Arc::new(AtomicU64::new(0));
    let (slow, clock) = (latency.clone(), time.clone());
    let server = Server::start(move |head, _| {
        clock.advance(Duration::from_millis(slow.load(Ordering::SeqCst)));
        reply(if head.starts_with("get /500") { "500 No" } else { "200 OK" }, &[], b"")
    })
    .await;
    let client = Client::new(time.options(PACE)).unwrap();
    // (latency of the answer, path, pause before the next request): 500 ms at the start.
    for (milliseconds, path, pause) in [
        (100, "/", 300),     // (500 + 100) / 2
        (100, "/", 250),     // 200 would be below the minimum
        (2_000, "/", 2_000), // (250 + 2000) / 2 is less than the latency itself
        (0, "/500", 2_000),  // an error page is quick to make
        (4_000, "/500", 4_000),
        (0, "/", 2_000),
        (90_000, "/", 60_000),
    ] {
        latency.store(milliseconds, Ordering::SeqCst);
        client.send(&to(&server, path)).await.unwrap();
        latency.store(0, Ordering::SeqCst);
        time.pauses();
        // A request that is refused before it is sent waits for nothing, and changes nothing.
        assert!(client.send(&Request::new("http://127.0.0.1/")).await.is_err());
        assert_eq!(time.pauses(), [0; 0]);
        let probe = client.send(&Request { robots: false, ..to(&server, "/500") }).await;
        assert!(probe.is_ok());
        assert_eq!(time.pauses(), [pause], "after {milliseconds} ms of {path}");
    }
}

#[tokio::test]
async fn what_a_server_asks_for_counts_for_its_whole_host_and_no_other() {
    let time = Virtual::default();
    let server = Server::start(|head, before| match (head.split(' ').nth(1).unwrap(), before) {
        ("/short", 0) => reply("429 Slow", &[("retry-after", "20")], b""),
        ("/long", _) => reply("503 Busy", &[("retry-after", "600")], b""),
        ("/absurd", _) => reply("429 Slow", &[("retry-after", "31536000000")], b""),
        ("/date", _) => reply(
            "429 Slow",
            &[("date", "Fri, 20 Nov 2026 00:00:00 GMT"), ("retry-after", "Fri, 20 Nov 2026 00:02:00 GMT")],
            b"",
        ),
        ("/window", _) => {
            reply("429 Slow", &[("date", "Fri, 20 Nov 2026 00:00:00 GMT"), ("x-rate-limit-reset", "1795133700")], b"")
        }
        _ => reply("200 OK", &[], b"halo"),
    })
    .await;
    let other = Server::start(|_, _| reply("200 OK", &[], b"halo")).await;
    let client = Client::new(time.options(FAST)).unwrap();
    // Short: waited for, once, and the next request has nothing more to wait for.
    assert!(client.send(&to(&server, "/short")).await.is_ok());
    assert_eq!(time.pauses(), [20_000]);
    // Long: told at once, and nothing is sent to the host until then.
    for (path, seconds) in [("/long", 600), ("/absurd", 24 * 60 * 60), ("/date", 120), ("/window", 900)] {
        let told = client.send(&to(&server, path)).await.unwrap_err();
        assert_eq!(told.retry_after(), Some(Duration::from_secs(seconds)), "{path}");
        let asked = server.requests().len();
        time.advance(Duration::from_secs(seconds - 31));
        let left_alone = client.send(&to(&server, "/")).await.unwrap_err();
        assert_eq!(left_alone.retry_after(), Some(Duration::from_secs(31)), "{path}: {left_alone}");
        assert!(matches!(left_alone, Error::Busy { .. }) && server.requests().len() == asked);
        assert!(client.send(&to(&other, "/")).await.is_ok(), "another host does not wait");
        assert_eq!(time.pauses(), [0; 0], "{path}");
        time.advance(Duration::from_secs(1));
        assert!(client.send(&to(&server, "/")).await.is_ok());
        assert_eq!(time.pauses(), [30_000], "{path}");
    }
}

#[tokio::test]
async fn a_server_that_only_says_busy_is_left_alone_longer_each_time() {
    let time = Virtual::default();
    let server = Server::start(|_, before| match before {
        0..7 => reply("503 Busy", &[], b""),
        _ => reply("200 OK", &[], b"halo"),
    })
    .await;
    let jitter = Arc::new(Mutex::new([0.0, 1.0, 0.5].into_iter().cycle()));
    let options = Options { jitter: Arc::new(move || jitter.lock().unwrap().next().unwrap()), ..time.options(FAST) };
    let client = Client::new(options).unwrap();
    // Pauses of 1, 2, 4, 8 … s, each between its half and its whole.
    assert_eq!(client.send(&to(&server, "/")).await.unwrap_err().kind(), "busy");
    assert_eq!(time.pauses(), [500, 2_000]);
    assert_eq!(client.send(&to(&server, "/")).await.unwrap_err().kind(), "busy");
    assert_eq!(time.pauses(), [3_000, 4_000, 16_000]);
    // Now it would be 24 s, and then longer than anybody waits: the next one is not even sent.
    assert_eq!(client.send(&to(&server, "/")).await.unwrap_err().kind(), "busy");
    assert_eq!(time.pauses(), [24_000]);
    let asked = server.requests().len();
    assert_eq!(client.send(&to(&server, "/")).await.unwrap_err().kind(), "busy");
    assert_eq!((server.requests().len(), asked), (7, 7));
    time.advance(Duration::from_secs(60));
    assert!(client.send(&to(&server, "/")).await.is_ok());
}

#[tokio::test]
async fn a_host_that_hangs_holds_up_no_other_and_waiting_is_not_its_neighbours_fault() {
    let hanging = Server::start(|_, _| Answer::Stall(Vec::new())).await;
    let healthy = Server::start(|_, _| reply("200 OK", &[], b"halo")).await;
    let options = Options { timeout: Duration::from_millis(200), ..Virtual::default().options(FAST) };
    let client = Client::new(options).unwrap();
    let requests: Vec<_> = (0..3).map(|_| to(&hanging, "/")).collect();
    let stuck = join_all(requests.iter().map(|request| client.send(request)));
    let ((), stuck) = tokio::join!(
        async {
            for _ in 0..20 {
                assert!(client.send(&to(&healthy, "/")).await.is_ok());
            }
        },
        stuck
    );
    // The third waited for the first two, and still had its whole time: none was cut short by the queue.
    assert!(stuck.iter().all(|outcome| matches!(outcome, Err(Error::Timeout { .. }))), "{stuck:?}");
    assert_eq!(hanging.requests().len(), 3);
}

#[tokio::test]
async fn few_large_bodies_are_held_at_once() {
    let large = vec![b'x'; 3 << 20];
    let servers = join_all((0..8).map(|_| {
        let large = large.clone();
        Server::start(move |head, _| {
            reply("200 OK", &[], if head.starts_with("get /kecil") { b"halo" } else { &large })
        })
    }))
    .await;
    let options = Options { max_bytes: 15 << 20, ..Virtual::default().options(FAST) };
    let client = Client::new(options).unwrap();
    let mut held = Vec::new();
    for server in &servers[..4] {
        held.push(client.send(&to(server, "/")).await.unwrap());
    }
    // Small ones pass; the fifth large one waits, until an answer is let go of.
    assert!(client.send(&to(&servers[4], "/kecil")).await.is_ok());
    let fifth_request = to(&servers[5], "/");
    let fifth = client.send(&fifth_request);
    tokio::pin!(fifth);
    let early = tokio::select! {
        biased;
        _ = &mut fifth => true,
        () = async { for _ in 0..8 { client.send(&to(&servers[6], "/kecil")).await.unwrap(); } } => false,
    };
    assert!(!early, "a fifth large body came while four are held");
    let body = held.pop().unwrap().body;
    assert_eq!((body.len(), fifth.await.unwrap().body.len()), (3 << 20, 3 << 20));
}

#[tokio::test]
async fn a_round_through_many_hosts_keeps_few_connections() {
    let time = Virtual::default();
    let names =
        (0..150).fold(Names::default(), |names, number| names.with(&format!("m{number}.example"), &["127.0.0.1"]));
    let heads = Server::start(|_, _| reply("200 OK", &[], b"")).await;
    let heads_port: u16 = heads.address.rsplit(':').next().unwrap().parse().unwrap();
    let client = Client::new(Options { resolver: Some(Arc::new(names)), ..time.options(FAST) }).unwrap();
    for number in 0..150 {
        let host = format!("m{number}.example:{heads_port}");
        let allow_private = vec![host.parse().unwrap()];
        let request = Request { allow_private, ..Request::new(format!("http://{host}/")) };
        for _ in 0..4 {
            client.send(&request).await.unwrap();
        }
    }
    let closing = heads.requests().iter().filter(|head| head.contains("connection: close")).count();
    assert_eq!(closing, 2 * 51, "a hundred are worth keeping open, of the others only those that are asked on and on");
}
