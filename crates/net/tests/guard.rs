//! Whatever address is written, redirected to or resolved: nothing inside is connected to.
#![allow(clippy::unwrap_used)]

mod server;

use net::{Client, Error, HostPort, Options, Request, Security};
use server::clock::{FAST, Virtual};
use server::names::Names;
use server::{Server, redirect, reply};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// Listeners on one port of 127.0.0.1, ::1 and ::ffff:127.0.0.1, with a count of who came.
async fn hidden() -> (u16, Arc<AtomicUsize>) {
    let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = first.local_addr().unwrap().port();
    let mut listeners = vec![first];
    // A machine without IPv6 has nothing to hide there.
    listeners.extend(TcpListener::bind(("::1", port)).await.ok());
    let count = Arc::new(AtomicUsize::new(0));
    for listener in listeners {
        let count = count.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    (port, count)
}

fn cases(port: u16) -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/net/guard/addresses.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line:?}")))
        .map(|(url, kind)| (url.replace("{port}", &port.to_string()), kind.to_owned()))
        .collect()
}

fn client(names: Names) -> Client {
    Client::new(Options { resolver: Some(Arc::new(names)), ..Virtual::default().options(FAST) }).unwrap()
}

#[tokio::test]
async fn every_spelling_is_refused_directly_and_as_a_web_socket() {
    let (port, count) = hidden().await;
    let cases = cases(port);
    assert!(cases.len() >= 60, "{}", cases.len());
    let client = client(Names::default());
    for (url, kind) in cases {
        // Alone, a name in the address is refused as such, missing slashes do not matter, and a relative address is none.
        let expected = match kind.as_str() {
            "userinfo" | "outside" | "relative" => "address",
            "slashes" => "private",
            kind => kind,
        };
        let direct = client.send(&Request::new(&url)).await.unwrap_err();
        assert_eq!(direct.kind(), expected, "{url}: {direct}");
        let stream = client.stream(&Request::new(&url)).await.unwrap_err();
        assert_eq!(stream.kind(), expected, "{url}: {stream}");
        let socket = client.websocket(&Request::new(url.replacen("http:", "ws:", 1))).await.unwrap_err();
        assert_eq!(socket.kind(), expected, "{url}: {socket}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came in");
}

#[tokio::test]
async fn every_spelling_is_refused_behind_redirects() {
    let (port, count) = hidden().await;
    let cases = cases(port);
    let targets: Vec<String> = cases.iter().map(|(url, _)| url.clone()).collect();
    let public = Server::start(move |head, _| {
        let path = head.split(' ').nth(1).unwrap();
        match path.strip_prefix("/again/") {
            Some(index) => redirect(&targets[index.parse::<usize>().unwrap()]),
            None => redirect(&format!("/again{path}")),
        }
    })
    .await;
    let client = client(Names::default());
    for (index, (url, kind)) in cases.iter().enumerate() {
        if kind == "slashes" {
            continue; // behind a redirect it is a path on the same site
        }
        let allow_private = vec![public.address.parse().unwrap()];
        let before = public.requests().len();
        let outcome = client.send(&Request { allow_private, ..Request::new(public.url(&format!("/{index}"))) }).await;
        let expected = match kind.as_str() {
            // After a redirect the name is taken away; the host is inside all the same.
            "userinfo" | "relative" => "private",
            "outside" => "dns",
            kind => kind,
        };
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), expected, "{url}: {error}");
        assert_eq!(public.requests().len() - before, 2, "{url}: both redirects are followed");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came in");
}

#[tokio::test]
async fn every_address_is_refused_as_the_answer_of_a_name_server() {
    let (port, count) = hidden().await;
    let inside: Vec<String> = cases(port)
        .into_iter()
        .filter_map(|(url, kind)| (kind == "private").then(|| url::Url::parse(&url).ok()).flatten())
        .filter_map(|url| match url.host()? {
            url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
            url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
            url::Host::Domain(_) => None,
        })
        .map(|address| address.to_string())
        .collect();
    assert!(inside.len() > 60);
    let mut names = Names::default();
    for (index, address) in inside.iter().enumerate() {
        names = names.with(&format!("media{index}.example"), &[address]);
    }
    let client = client(names);
    for (index, address) in inside.iter().enumerate() {
        let name = format!("media{index}.example");
        let url = format!("{name}:{port}/");
        let error = client.send(&Request::new(format!("http://{url}"))).await.unwrap_err();
        assert_eq!(error.kind(), "private", "{address}: {error}");
        let error = client.websocket(&Request::new(format!("ws://{url}"))).await.unwrap_err();
        assert_eq!(error.kind(), "private", "{address}: {error}");
        let server: HostPort = format!("{name}:{port}").parse().unwrap();
        let error = client.connect(&server, Security::Tls, &[]).await.unwrap_err();
        assert_eq!(error.kind(), "private", "{address}: {error}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came in");
}

/// In 2000::/3, and so public, but in a block that was never assigned: no packet sent there arrives anywhere.
const NOWHERE: &str = "2d00::1";

#[tokio::test]
async fn an_answer_that_changes_is_never_asked_for_twice() {
    let (port, count) = hidden().await;
    let names = Names::default()
        .with("changing.example", &[NOWHERE, "127.0.0.1"])
        .with("mixed.example", &[&format!("127.0.0.1 {NOWHERE} ::1")]);
    let options = Options {
        resolver: Some(Arc::new(names.clone())),
        tries: 1,
        connect_timeout: Duration::from_millis(100),
        ..Virtual::default().options(FAST)
    };
    let client = Client::new(options).unwrap();
    // The address that was checked is the one that is connected to, so the second answer is never seen.
    for url in ["changing.example", "mixed.example"] {
        let error = client.send(&Request::new(format!("http://{url}:{port}/"))).await.unwrap_err();
        assert!(matches!(error, Error::Connect { .. } | Error::Unreachable { .. }), "{error:?}");
    }
    assert_eq!(names.asked(), ["changing.example", "mixed.example"]);
    // The next request asks again, and now the answer is inside.
    let error = client.send(&Request::new(format!("http://changing.example:{port}/"))).await.unwrap_err();
    assert_eq!(error.kind(), "private");
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came in");
}

#[tokio::test]
async fn an_invented_name_that_was_named_is_found_by_the_injected_resolver() {
    let server = Server::start(|_, _| reply("200 OK", &[], b"halo")).await;
    let port = server.address.rsplit(':').next().unwrap();
    let names = Names::default().with("suara.example", &["127.0.0.1"]).with("lain.example", &["127.0.0.1"]);
    let client = client(names);
    let allow_private: Vec<HostPort> = vec![format!("suara.example:{port}").parse().unwrap()];
    let named = |host: &str| Request {
        allow_private: allow_private.clone(),
        ..Request::new(format!("http://{host}:{port}/feed"))
    };
    assert_eq!(client.send(&named("suara.example")).await.unwrap().body, b"halo");
    assert_eq!(client.send(&named("lain.example")).await.unwrap_err().kind(), "private");
    assert!(server.requests()[0].contains(&format!("host: suara.example:{port}\r\n")));
    let stream = client.connect(&allow_private[0], Security::Plain, &allow_private).await;
    assert!(stream.is_ok(), "{stream:?}");
}
