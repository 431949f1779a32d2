//! What an operator reads when there is no answer: every fault has its name, and says what helps.
#![allow(clippy::unwrap_used)]

mod server;

use net::{Client, Error, HostPort, Options, Request, Security};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use server::clock::{FAST, Virtual};
use server::names::Names;
use server::{Server, reply};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A client of this try alone, that finds these names and trusts these roots.
fn client(names: Names, roots: Vec<Vec<u8>>) -> Client {
    let options = Options { resolver: Some(Arc::new(names)), roots, tries: 1, ..Virtual::default().options(FAST) };
    Client::new(options).unwrap()
}

fn to(host: &str, url: String) -> Request {
    Request { allow_private: vec![host.parse().unwrap()], ..Request::new(url) }
}

#[tokio::test]
async fn names_that_do_not_exist_and_name_servers_that_do_not_answer() {
    let client = client(Names::default(), Vec::new());
    for (name, kind, transient, hint) in [
        ("salah-eja.example", "dns", false, "check how its name is spelled"),
        ("unreachable.example", "resolver", true, "check this machine's internet connection"),
    ] {
        let error = client.send(&Request::new(format!("https://{name}/feed?kunci=rahasia"))).await.unwrap_err();
        assert_eq!((error.kind(), error.is_transient()), (kind, transient), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(name) && message.contains(hint) && !message.contains("rahasia"), "{message}");
        let error = client.websocket(&Request::new(format!("wss://{name}/"))).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        let server: HostPort = format!("{name}:993").parse().unwrap();
        assert_eq!(client.connect(&server, Security::Tls, &[]).await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn connections_that_are_refused_cut_or_answered_with_something_else() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut some = [0; 9];
            stream.read_exact(&mut some).await.unwrap();
            match number {
                0 => stream.set_zero_linger().unwrap(), // closing resets the connection
                1 => stream.write_all(b"220 smtp ready\r\n").await.unwrap(),
                _ => stream
                    .write_all(&[b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(200)].concat())
                    .await
                    .unwrap(),
            }
        }
    });
    let ask = || async {
        client(Names::default(), Vec::new()).send(&to(&address, format!("http://{address}/"))).await.unwrap_err()
    };
    for (kind, words) in [("reset", "cut the connection"), ("broken", "not HTTP"), ("broken", "not HTTP")] {
        let error = ask().await;
        assert!(error.kind() == kind && error.is_transient() && error.to_string().contains(words), "{error:?}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let error = client(Names::default(), Vec::new()).send(&to(&gone, format!("http://{gone}/"))).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), ("refused", true), "{error:?}");
}

/// A server that shows this certificate and answers every request.
async fn tls_server(chain: Vec<Vec<u8>>, key: &KeyPair) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.into_iter().map(Into::into).collect(), key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut some = [0; 9];
                let _ = stream.read_exact(&mut some).await;
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nhalo").await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

#[tokio::test]
async fn certificates_that_prove_nothing() {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.distinguished_name.push(DnType::CommonName, "Akar Kantor");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let signed = |change: fn(&mut CertificateParams)| {
        let mut params = CertificateParams::new(vec!["media.example".to_owned()]).unwrap();
        change(&mut params);
        params.signed_by(&key, &root).unwrap().der().to_vec()
    };
    let self_signed = {
        let params = CertificateParams::new(vec!["media.example".to_owned()]).unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    };
    let cases = [
        ("good", signed(|_| {}), "media.example", ""),
        ("expired", signed(|params| params.not_after = date_time_ymd(2020, 1, 1)), "media.example", "has expired"),
        ("early", signed(|params| params.not_before = date_time_ymd(2090, 1, 1)), "media.example", "not valid yet"),
        ("other", signed(|_| {}), "lain.example", "belongs to another name"),
        ("self-signed", self_signed, "media.example", "signed by nobody known"),
    ];
    let names = || Names::default().with("media.example", &["127.0.0.1"]).with("lain.example", &["127.0.0.1"]);
    for (case, certificate, host, hint) in cases {
        let port = tls_server(vec![certificate], &key).await;
        let server = format!("{host}:{port}");
        let client = client(names(), vec![root.der().to_vec()]);
        let outcome = client.send(&to(&server, format!("https://{server}/"))).await;
        let allowed: HostPort = server.parse().unwrap();
        let other_ways = [
            client.connect(&allowed, Security::Tls, std::slice::from_ref(&allowed)).await.err(),
            client.websocket(&to(&server, format!("wss://{server}/"))).await.err(),
        ];
        if hint.is_empty() {
            assert_eq!(outcome.unwrap().body, b"halo", "{case}");
            assert!(other_ways[0].is_none(), "{case}: {other_ways:?}");
            continue;
        }
        for error in other_ways.into_iter().flatten().chain([outcome.unwrap_err()]) {
            assert!(matches!(error, Error::Certificate { .. }), "{case}: {error:?}");
            assert!(error.to_string().contains(hint) && !error.is_transient(), "{case}: {error}");
        }
    }
    // A root that nobody added is no root.
    let port = tls_server(vec![signed(|_| {})], &key).await;
    let server = format!("media.example:{port}");
    let error = client(names(), Vec::new()).send(&to(&server, format!("https://{server}/"))).await.unwrap_err();
    assert_eq!(error.kind(), "certificate");
    // A server that does not speak TLS at all.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let error = client(names(), Vec::new()).send(&to(&plain, format!("https://{plain}/"))).await;
    assert!(matches!(&error, Err(Error::Tls { .. })), "{error:?}");
    let wrong = Client::new(Options { roots: vec![b"no certificate".to_vec()], ..Options::default() });
    assert!(matches!(wrong, Err(Error::Root)));
}

#[tokio::test]
async fn a_proxy_is_used_only_where_it_was_named_and_never_for_what_is_inside() {
    // In the test's own process a proxy of the environment could not be set without touching other tests: what is shown
    // is that a configured one is asked for public hosts only.
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let note = seen.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let note = note.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let connect = head.starts_with("CONNECT");
                note.lock().unwrap().push(head);
                let answer: &[u8] = match connect {
                    true => b"HTTP/1.1 403 Forbidden\r\n\r\n",
                    false => b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhalo",
                };
                stream.write_all(answer).await.unwrap();
            });
        }
    });
    let own = Server::start(|_, _| reply("200 OK", &[], b"sendiri")).await;
    let names = Names::default()
        .with("media.example", &["93.184.216.34"])
        .with("dalam.example", &["10.0.0.1"])
        .with("proxy.example", &["127.0.0.1"]);
    let port = proxy.rsplit(':').next().unwrap();
    let options = Options {
        resolver: Some(Arc::new(names)),
        proxy: Some(format!("http://humas:rahasia@proxy.example:{port}")),
        tries: 1,
        ..Virtual::default().options(FAST)
    };
    let client = Client::new(options).unwrap();
    let answer = client.send(&Request::new("http://media.example/feed")).await.unwrap();
    assert_eq!(answer.body, b"halo");
    for url in ["http://dalam.example/", "http://10.0.0.1/", "http://localhost/", "http://metadata.google.internal/"] {
        assert_eq!(client.send(&Request::new(url)).await.unwrap_err().kind(), "private", "{url}");
    }
    let direct = client.send(&to(&own.address, own.url("/"))).await.unwrap();
    assert_eq!(direct.body, b"sendiri", "a host of the office's own is reached without the proxy");
    let closed = client.websocket(&Request::new("wss://media.example/")).await.unwrap_err();
    assert!(closed.kind() == "connect" && closed.to_string().contains("proxy.example"), "{closed}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].starts_with("GET http://media.example/feed HTTP/1.1"), "{seen:?}");
    assert!(seen[1].starts_with("CONNECT media.example:443 HTTP/1.1"), "{seen:?}");
    let login = "proxy-authorization: basic ahvtyxm6cmfoyxnpyq==";
    assert!(seen.iter().all(|head| head.to_lowercase().contains(login)), "{seen:?}");
}

#[tokio::test]
async fn the_contact_is_shown_to_every_site() {
    let server = Server::start(|_, _| reply("200 OK", &[], b"")).await;
    let options = Options { contact: Some("mailto:humas@kaltim.example".into()), ..Virtual::default().options(FAST) };
    Client::new(options).unwrap().send(&to(&server.address, server.url("/"))).await.unwrap();
    let agent = "user-agent: pesut/0.1 (media and public-issue monitor) (+mailto:humas@kaltim.example)\r\n";
    assert!(server.requests()[0].contains(agent), "{:?}", server.requests());
}
