//! Streams, web sockets and plain connections: what stays open.
#![allow(clippy::unwrap_used)]

mod server;

use futures_util::{SinkExt, StreamExt};
use net::{Client, Error, HostPort, Message, Options, Request, Secret, Security};
use server::{Answer, Server, head, redirect, reply};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Asked, Response as Given};

fn client() -> Client {
    Client::new(Options { max_bytes: 1 << 20, ..Options::default() }).unwrap()
}

fn to(address: &str, url: String) -> Request {
    Request { allow_private: vec![address.parse().unwrap()], ..Request::new(url) }
}

#[tokio::test]
async fn a_stream_is_read_as_it_comes_and_its_silence_is_bounded() {
    let server = Server::start(|request, _| match request.split(' ').nth(1).unwrap() {
        "/moved" => redirect("/ends"),
        "/ends" => reply("200 OK", &[("x-limit", "7")], b"event: update\n\n"),
        "/packed" => reply("200 OK", &[("content-encoding", "gzip")], b"x"),
        _ => Answer::Stall([head("200 OK", &[("transfer-encoding", "chunked")]), b"2\r\n:)\r\n".to_vec()].concat()),
    })
    .await;
    let mut stream = client().stream(&to(&server.address, server.url("/moved"))).await.unwrap();
    assert_eq!((stream.status(), stream.header("x-limit")), (200, Some("7")));
    assert_eq!(stream.chunk().await.unwrap().unwrap(), b"event: update\n\n");
    assert_eq!(stream.chunk().await.unwrap(), None);
    let packed = client().stream(&to(&server.address, server.url("/packed"))).await;
    assert!(matches!(packed, Err(Error::Encoding { .. })), "{packed:?}");

    let mut stalled = client().stream(&to(&server.address, server.url("/stalls"))).await.unwrap();
    assert_eq!(stalled.chunk().await.unwrap().unwrap(), b":)");
    tokio::time::pause();
    let silence = stalled.chunk().await;
    assert!(matches!(silence, Err(Error::Silent { seconds: 90, .. })), "{silence:?}");
}

/// A web socket server for one connection; gives its address and the request it saw.
async fn socket_server<F, Done>(serve: F) -> (String, Arc<Mutex<String>>)
where
    F: FnOnce(tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>) -> Done + Send + 'static,
    Done: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(Mutex::new(String::new()));
    let note = seen.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        #[allow(clippy::result_large_err)] // the library's own signature
        let look = |asked: &Asked, given: Given| {
            *note.lock().unwrap() = format!("{} {:?}", asked.uri(), asked.headers());
            Ok(given)
        };
        if let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, look).await {
            serve(socket).await;
        }
    });
    (address, seen)
}

#[tokio::test]
async fn a_web_socket_gives_messages_and_answers_pings() {
    let (address, seen) = socket_server(|mut socket| async move {
        socket.send(Frame::text("{\"kind\":\"commit\"}")).await.unwrap();
        socket.send(Frame::Ping(b"are you there".to_vec().into())).await.unwrap();
        socket.send(Frame::binary(vec![1, 2, 3])).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Frame::Pong(b"are you there".to_vec().into()));
        assert_eq!(socket.next().await.unwrap().unwrap(), Frame::text("more"));
        socket.close(None).await.unwrap();
    })
    .await;
    let request = Request {
        headers: vec![("x-app", "pesut".into())],
        secret_headers: vec![("authorization", Secret::new("Bearer rahasia"))],
        secret_query: vec![("key", Secret::new("a b"))],
        ..to(&address, format!("ws://{address}/subscribe?cursor=7"))
    };
    let mut socket = client().websocket(&request).await.unwrap();
    assert_eq!(socket.next().await.unwrap(), Some(Message::Text("{\"kind\":\"commit\"}".into())));
    assert_eq!(socket.next().await.unwrap(), Some(Message::Binary(vec![1, 2, 3])));
    socket.send("more").await.unwrap();
    assert_eq!(socket.next().await.unwrap(), None);
    assert_eq!(socket.next().await.unwrap(), None);
    let seen = seen.lock().unwrap().clone();
    for part in ["/subscribe?cursor=7&key=a+b", "\"x-app\": \"pesut\"", "Bearer rahasia", "Pesut/0.1 ("] {
        assert!(seen.contains(part), "{part} in {seen}");
    }
}

#[tokio::test]
async fn a_web_socket_bounds_messages_and_silence() {
    let (address, _) = socket_server(|mut socket| async move {
        let _ = socket.send(Frame::binary(vec![0; 2 << 20])).await;
        std::future::pending().await
    })
    .await;
    let mut socket = client().websocket(&to(&address, format!("ws://{address}/"))).await.unwrap();
    let large = socket.next().await;
    assert!(matches!(large, Err(Error::TooLarge { limit: 1_048_576 })), "{large:?}");

    let (address, _) = socket_server(|socket| async move {
        let _open = socket;
        std::future::pending().await
    })
    .await;
    let mut socket = client().websocket(&to(&address, format!("ws://{address}/"))).await.unwrap();
    tokio::time::pause();
    let silence = socket.next().await;
    assert!(matches!(silence, Err(Error::Silent { seconds: 90, .. })), "{silence:?}");
}

#[tokio::test]
async fn no_socket_where_the_server_says_no_or_the_address_is_inside() {
    let server = Server::start(|_, _| reply("503 Busy", &[], b"")).await;
    let refused = client().websocket(&to(&server.address, server.url("/").replace("http", "ws"))).await.unwrap_err();
    assert!(matches!(refused, Error::Handshake { status: 503, .. }) && refused.is_transient(), "{refused:?}");
    let before = server.requests().len();
    for url in [server.url("/").replace("http", "ws"), format!("ws://localhost:{}/", port(&server.address))] {
        let inside = client().websocket(&Request::new(url)).await.unwrap_err();
        assert!(matches!(inside, Error::Private { .. } | Error::PrivateName { .. }), "{inside:?}");
    }
    assert_eq!(server.requests().len(), before);
    let wrong = client().websocket(&Request::new("ftp://media.example/")).await;
    assert!(matches!(wrong, Err(Error::Address { .. })), "{wrong:?}");
}

#[tokio::test]
async fn a_plain_connection_goes_only_where_it_was_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server: HostPort = listener.local_addr().unwrap().to_string().parse().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"* OK ready\r\n").await.unwrap();
            let mut line = [0; 8];
            let _ = stream.read_exact(&mut line).await;
            stream.write_all(&line).await.unwrap();
        }
    });
    let mut connection = client().connect(&server, Security::Plain, std::slice::from_ref(&server)).await.unwrap();
    let mut greeting = [0; 12];
    connection.read_exact(&mut greeting).await.unwrap();
    connection.write_all(b"a NOOP\r\n").await.unwrap();
    let mut echo = [0; 8];
    connection.read_exact(&mut echo).await.unwrap();
    assert_eq!((&greeting, &echo), (b"* OK ready\r\n", b"a NOOP\r\n"));

    let not_named = client().connect(&server, Security::Plain, &[]).await.unwrap_err();
    assert!(matches!(not_named, Error::Address { .. }), "{not_named:?}");
    let inside = client().connect(&server, Security::Tls, &[]).await.unwrap_err();
    assert!(matches!(inside, Error::Private { .. }), "{inside:?}");
    let no_tls = client().connect(&server, Security::Tls, std::slice::from_ref(&server)).await.unwrap_err();
    assert!(matches!(no_tls, Error::Tls { .. }), "{no_tls:?}");
}

fn port(address: &str) -> &str {
    address.rsplit(':').next().unwrap()
}
