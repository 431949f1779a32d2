//! The client against servers that misbehave.
#![allow(clippy::unwrap_used)]

mod server;

use net::{Body, Client, Error, Options, Request};
use server::clock::{FAST, Virtual};
use server::{Answer, Server, head, redirect, reply};
use std::path::PathBuf;
use std::time::Duration;

/// A client whose pauses are written down instead of waited for.
fn client() -> (Client, Virtual) {
    let time = Virtual::default();
    (Client::new(time.options(FAST)).unwrap(), time)
}

/// A request that may reach this server and nothing else inside.
fn to(server: &Server, path: &str) -> Request {
    Request { allow_private: vec![server.address.parse().unwrap()], ..Request::new(server.url(path)) }
}

async fn error(server: &Server, path: &str) -> Error {
    client().0.send(&to(server, path)).await.unwrap_err()
}

#[tokio::test]
async fn answers_with_body_charset_and_validators() {
    let server = Server::start(|_, _| {
        let headers = [
            ("content-type", "text/XML; charset=\"ISO-8859-1\""),
            ("etag", "\"v1\""),
            ("last-modified", "Fri, 20 Nov 2026 00:00:00 GMT"),
        ];
        reply("200 OK", &headers, b"halo")
    })
    .await;
    let response = client().0.send(&to(&server, "/a?b=c")).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"halo".as_slice()));
    assert_eq!(response.content_type.as_deref(), Some("text/xml"));
    assert_eq!(response.charset.as_deref(), Some("ISO-8859-1"));
    assert_eq!(response.etag.as_deref(), Some("\"v1\""));
    assert_eq!(response.final_url, server.url("/a?b=c"));
    let head = &server.requests()[0];
    assert!(
        head.starts_with("get /a?b=c http/1.1\r\n")
            && head.contains("user-agent: pesut/0.1 (")
            && !head.contains("referer"),
        "{head}"
    );
}

#[tokio::test]
async fn asks_conditionally() {
    let server = Server::start(|head, _| {
        let known = head.contains("if-none-match: \"v1\"\r\n") && head.contains("if-modified-since: fri, 20 nov");
        if known { reply("304 Not Modified", &[("etag", "\"v1\"")], b"") } else { reply("500 No", &[], b"") }
    })
    .await;
    let request = Request {
        etag: Some("\"v1\"".to_owned()),
        last_modified: Some("Fri, 20 Nov 2026 00:00:00 GMT".to_owned()),
        ..to(&server, "/")
    };
    let response = client().0.send(&request).await.unwrap();
    assert!(response.not_modified && response.body.is_empty());
}

#[tokio::test]
async fn refuses_private_addresses_directly_and_behind_redirects() {
    let hidden = Server::start(|_, _| reply("200 OK", &[], b"secret")).await;
    let port = hidden.address.rsplit(':').next().unwrap().to_owned();
    let spellings = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://017700000001:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://LOCALHOST:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fe80::1]/".to_owned(),
        "http://[64:ff9b::7f00:1]/".to_owned(),
    ];
    let targets = spellings.clone();
    let public = Server::start(move |head, _| {
        let index: usize = head.split('/').nth(1).and_then(|part| part.split(' ').next()?.parse().ok()).unwrap();
        redirect(&targets[index])
    })
    .await;
    for (index, spelling) in spellings.iter().enumerate() {
        let direct = client().0.send(&Request::new(spelling)).await;
        assert!(matches!(direct, Err(Error::Private { .. } | Error::PrivateName { .. })), "{spelling}: {direct:?}");
        let hop = error(&public, &format!("/{index}")).await;
        assert!(matches!(hop, Error::Private { .. } | Error::PrivateName { .. }), "{spelling}: {hop:?}");
    }
    assert_eq!(hidden.requests().len(), 0, "the hidden server must never be asked");
}

#[tokio::test]
async fn allow_private_names_a_port_not_a_host() {
    let server = Server::start(|_, _| reply("200 OK", &[], b"halo")).await;
    let other = Server::start(|_, _| reply("200 OK", &[], b"halo")).await;
    let request = Request { url: server.url("/"), ..to(&other, "/") };
    assert!(matches!(client().0.send(&request).await, Err(Error::Private { .. })));
    let named = Request {
        url: server.url("/").replace("127.0.0.1", "localhost"),
        allow_private: vec![server.address.replace("127.0.0.1", "localhost").parse().unwrap()],
        ..Request::default()
    };
    assert_eq!(client().0.send(&named).await.unwrap().status, 200);
    assert_eq!((server.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn follows_redirects_within_bounds() {
    let server = Server::start(|head, _| match head.split(' ').nth(1).unwrap() {
        "/start/a" => redirect("../end?x=1"),
        "/end?x=1" => reply("200 OK", &[], b"here"),
        "/bare" => reply("302 Found", &[], b"no location"),
        "/scheme" => redirect("file:///etc/passwd"),
        "/broken" => redirect("http://[::"),
        _ => redirect("/loop"),
    })
    .await;
    let response = client().0.send(&to(&server, "/start/a")).await.unwrap();
    assert_eq!((response.final_url, response.body), (server.url("/end?x=1"), b"here".to_vec()));
    assert_eq!(client().0.send(&to(&server, "/bare")).await.unwrap().status, 302);
    let before = server.requests().len();
    assert!(matches!(error(&server, "/loop").await, Error::Redirects { limit: 10 }));
    assert_eq!(server.requests().len() - before, 11);
    assert!(matches!(error(&server, "/scheme").await, Error::Address { .. }));
    assert!(matches!(error(&server, "/broken").await, Error::Address { .. }));
}

#[tokio::test]
async fn bounds_the_body() {
    let server = Server::start(|request, _| match request.split(' ').nth(1).unwrap() {
        "/declared" => Answer::Stall(head("200 OK", &[("content-length", "100000000")])),
        "/plain" => Answer::Endless(head("200 OK", &[]), vec![b'x'; 4096]),
        "/chunked" => {
            Answer::Endless(head("200 OK", &[("transfer-encoding", "chunked")]), b"4\r\nxxxx\r\n".repeat(512))
        }
        _ => reply("200 OK", &[], &vec![b'x'; 1 << 20]),
    })
    .await;
    for path in ["/declared", "/plain", "/chunked"] {
        assert!(matches!(error(&server, path).await, Error::TooLarge { limit: 1_048_576 }), "{path}");
    }
    assert_eq!(client().0.send(&to(&server, "/just")).await.unwrap().body.len(), 1 << 20);
    let small = Request { max_bytes: Some(100), ..to(&server, "/just") };
    assert!(matches!(client().0.send(&small).await, Err(Error::TooLarge { limit: 100 })));
}

#[tokio::test]
async fn bounds_expansion() {
    let folder = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let bombs = ["rss-512MiB.xml.gz", "zeros-1GiB.gz", "zeros-1GiB-double.gz.gz"];
    let files: Vec<_> =
        bombs.iter().filter_map(|name| std::fs::read(folder.join("data/corpora/bombs").join(name)).ok()).collect();
    if files.len() < bombs.len() {
        eprintln!("skipped: no shared data");
        return;
    }
    let server = Server::start(move |head, _| {
        let index: usize = head.chars().nth(5).unwrap().to_digit(10).unwrap() as usize;
        reply("200 OK", &[("content-encoding", "gzip")], &files[index])
    })
    .await;
    let client = Client::new(Options::default()).unwrap();
    assert!(matches!(client.send(&to(&server, "/0")).await, Err(Error::TooLarge { .. } | Error::Bomb { .. })));
    assert!(matches!(client.send(&to(&server, "/1")).await, Err(Error::TooLarge { .. } | Error::Bomb { .. })));
    // Only one layer is undone, and what is inside stays packed.
    let double = client.send(&to(&server, "/2")).await.unwrap();
    assert_eq!(double.body.get(..2), Some(b"\x1f\x8b".as_slice()));
}

#[tokio::test]
async fn gives_up_on_silence() {
    let server = Server::start(|request, _| {
        // Virtual time starts here, once the connection stands: the deadline then comes at once.
        tokio::time::pause();
        if request.starts_with("get /head") {
            Answer::Stall(Vec::new())
        } else {
            Answer::Stall(head("200 OK", &[("content-length", "9")]))
        }
    })
    .await;
    let failure = error(&server, "/head").await;
    assert!(matches!(failure, Error::Timeout { seconds: 30, .. }), "{failure:?}");
    tokio::time::resume();
    let failure = error(&server, "/body").await;
    assert!(matches!(failure, Error::Timeout { .. }), "{failure:?}");
    assert_eq!(server.requests().len(), 2, "a server that hangs is not asked again");
}

#[tokio::test]
async fn tries_again_politely() {
    let server = Server::start(|head, before| match head.split(' ').nth(1).unwrap() {
        "/recovers" if before < 2 => reply("503 Busy", &[], b""),
        "/recovers" => reply("200 OK", &[], b"halo"),
        "/far" => reply("503 Busy", &[("retry-after", "3600")], b""),
        _ => reply("500 No", &[], b"why"),
    })
    .await;
    let (client, time) = client();
    assert_eq!(client.send(&to(&server, "/recovers")).await.unwrap().body, b"halo");
    assert_eq!(time.pauses(), [1000, 2000]);
    let failure = client.send(&to(&server, "/far")).await.unwrap_err();
    assert_eq!(failure.retry_after(), Some(Duration::from_secs(3600)));
    // The host has asked to be left alone, and that counts for everything on it.
    let asked = server.requests().len();
    let left_alone = client.send(&to(&server, "/500")).await.unwrap_err();
    assert!(matches!(left_alone, Error::Busy { status: 503, .. }) && server.requests().len() == asked);
    time.advance(Duration::from_secs(3600));
    assert_eq!(client.send(&to(&server, "/500")).await.unwrap().status, 500);
    assert_eq!(time.pauses(), [0; 0]);

    for (path, pause) in [("/asks", 7000), ("/cut", 1000)] {
        let server = Server::start(move |_, before| match (path, before) {
            ("/asks", 0) => reply("429 Slow", &[("retry-after", "7")], b""),
            ("/cut", 0) => Answer::Bytes(head_with_half_a_body()),
            _ => reply("200 OK", &[], b"whole"),
        })
        .await;
        assert_eq!(client.send(&to(&server, path)).await.unwrap().body, b"whole");
        assert_eq!(time.pauses(), [pause], "{path}");
    }
}

#[tokio::test]
async fn an_upload_may_take_longer_than_a_page() {
    let server = Server::start(|_, _| {
        tokio::time::pause();
        Answer::Stall(Vec::new())
    })
    .await;
    let request = Request { once: true, timeout: Some(Duration::from_secs(120)), ..to(&server, "/unggah") };
    let failure = client().0.send(&request).await.unwrap_err();
    assert!(matches!(failure, Error::Timeout { seconds: 120, .. }) && !failure.before_sending(), "{failure:?}");
}

#[tokio::test]
async fn sends_once_what_must_not_happen_twice() {
    let server = Server::start(|head, _| match head.split(' ').nth(1).unwrap() {
        "/cut" => Answer::Bytes(Vec::new()),
        "/busy" => reply("429 Too Many Requests", &[("retry-after", "7")], b"later"),
        "/moved" => redirect("/elsewhere"),
        _ => reply("200 OK", &[], b"taken"),
    })
    .await;
    let once = async |path: &str| {
        let body = Some(Body::bytes("application/octet-stream", [0u8, 159, 255]));
        let (client, time) = client();
        let outcome = client.send(&Request { once: true, body, ..to(&server, path) }).await;
        assert_eq!(time.pauses(), Vec::<u64>::new(), "{path} was tried again");
        outcome
    };
    let lost = once("/cut").await.unwrap_err();
    assert!(matches!(lost, Error::Broken { .. } | Error::Reset { .. }) && !lost.before_sending(), "{lost:?}");
    let busy = once("/busy").await.unwrap();
    assert_eq!(
        (busy.status, busy.body.as_slice(), busy.headers["retry-after"].as_str()),
        (429, b"later".as_slice(), "7")
    );
    assert_eq!(once("/moved").await.unwrap().status, 302);
    assert_eq!(once("/taken").await.unwrap().body, b"taken");
    let paths: Vec<String> = server.requests().iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(paths, ["/cut", "/busy", "/moved", "/taken"]);
    assert!(server.requests().iter().all(|head| head.starts_with("post ") && head.contains("octet-stream")));
}

fn head_with_half_a_body() -> Vec<u8> {
    [head("200 OK", &[("content-length", "9")]), b"half".to_vec()].concat()
}

#[tokio::test]
async fn nobody_listens() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let (client, time) = client();
    let request = Request {
        allow_private: vec![address.parse().unwrap()],
        ..Request::new(format!("http://{address}/?key=geheim"))
    };
    let failure = client.send(&request).await.unwrap_err();
    assert!(matches!(failure, Error::Refused { .. }) && failure.before_sending(), "{failure:?}");
    assert_eq!(time.pauses(), [1000, 2000]);
    let chain = format!("{failure} {:?}", std::error::Error::source(&failure).unwrap());
    assert!(!chain.contains("geheim"), "a query may hold a key: {chain}");
}

#[tokio::test]
async fn names_what_is_not_an_address() {
    for address in
        ["", "nota url", "/relative", "ftp://example.org/", &format!("http://example.org/{}", "x".repeat(9000))]
    {
        let failure = client().0.send(&Request::new(address)).await.unwrap_err();
        assert!(matches!(failure, Error::Address { .. }), "{address}: {failure:?}");
    }
}
