//! `robots.txt`: the recorded cases, and how a client asks for the file, keeps it and obeys it.
#![allow(clippy::unwrap_used)]

mod server;

use net::{Client, Error, Request, Robots};
use server::clock::{FAST, Virtual};
use server::{Answer, Server, head, redirect, reply};
use std::path::PathBuf;
use std::time::Duration;

/// Cases of Google's parser that RFC 9309 does not cover, or decides the other way, by their number in the file.
const OUTSIDE: [(usize, &str); 2] = [
    (66, "section 2.2.2: an encoded unreserved character is decoded before comparing, so /%62%61%7A is /baz"),
    (78, "GoogleOnly: /index.html also stands for its folder; the RFC knows no such equivalence"),
];

#[test]
fn agrees_with_the_recorded_cases() {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read(shared.join("data/corpora/robotstxt/cases.json")) else {
        eprintln!("skipped: no shared data");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    let mut differ = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let field = |name: &str| case[name].as_str().unwrap();
        let url = field("url");
        let path = url.splitn(4, '/').nth(3).map_or(String::new(), |path| format!("/{path}"));
        let allowed = Robots::parse(field("robots").as_bytes(), field("agent")).forbids(&path).is_none();
        if allowed != case["allowed"].as_bool().unwrap() {
            differ.push(number);
        }
    }
    eprintln!("{} of {} cases agree", cases.len() - differ.len(), cases.len());
    assert!(cases.len() >= 142);
    assert_eq!(differ, OUTSIDE.map(|(number, _)| number), "exactly the named cases differ: {OUTSIDE:?}");
}

fn to(server: &Server, path: &str) -> Request {
    Request { robots: true, allow_private: vec![server.address.parse().unwrap()], ..Request::new(server.url(path)) }
}

fn client() -> (Client, Virtual) {
    let time = Virtual::default();
    (Client::new(time.options(FAST)).unwrap(), time)
}

fn paths(server: &Server) -> Vec<String> {
    server.requests().iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect()
}

const FILE: &str = "User-agent: *\nDisallow: /tutup/\n\nUser-agent: Pesut\nDisallow: /dalam/ # kami\nCrawl-delay: 3\n\
                    Sitemap: https://media.example/peta.xml\n";

#[tokio::test]
async fn the_file_is_asked_for_once_a_day_and_obeyed_on_every_hop() {
    let server = Server::with_robots(|head, _| match head.split(' ').nth(1).unwrap() {
        "/robots.txt" => reply("200 OK", &[], FILE.as_bytes()),
        "/pindah" => redirect("/dalam/2"),
        _ => reply("200 OK", &[], b"halo"),
    })
    .await;
    let (client, time) = client();
    for path in ["/dalam/1?kunci=rahasia", "/pindah"] {
        let error = client.send(&to(&server, path)).await.unwrap_err();
        assert!(matches!(&error, Error::Robots { line: 5, rule, .. } if rule == "Disallow: /dalam/"), "{error:?}");
        let message = error.to_string();
        assert!(
            message.contains("robots.txt of 127.0.0.1 forbids /dalam/") && !message.contains("rahasia"),
            "{message}"
        );
    }
    assert_eq!(client.send(&to(&server, "/tutup/")).await.unwrap().status, 200, "another group is not ours");
    assert_eq!(paths(&server), ["/robots.txt", "/pindah", "/tutup/"]);
    // The site's own pause is kept, also where the office's pace would be faster.
    assert_eq!(time.pauses(), [3000, 3000]);
    // An interface that is entered with a key does not ask.
    assert!(client.send(&Request { robots: false, ..to(&server, "/dalam/1") }).await.is_ok());
    let robots = client.robots(&to(&server, "/")).await.unwrap();
    assert_eq!(robots.sitemaps, ["https://media.example/peta.xml"]);
    time.advance(Duration::from_secs(24 * 60 * 60));
    client.send(&to(&server, "/a")).await.unwrap();
    assert_eq!(paths(&server)[4..], ["/robots.txt", "/a"]);
}

#[tokio::test]
async fn many_at_once_ask_for_the_file_once() {
    let server = Server::with_robots(|_, _| reply("404 No", &[], b"")).await;
    let (client, _) = client();
    let requests: Vec<_> = (0..20).map(|number| to(&server, &format!("/{number}"))).collect();
    let answers = futures_util::future::join_all(requests.iter().map(|request| client.send(request))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().status == 404));
    assert_eq!(paths(&server).iter().filter(|path| *path == "/robots.txt").count(), 1);
}

#[tokio::test]
async fn what_the_answer_to_the_file_means() {
    let circles = |_: &str| redirect("/robots.txt");
    let long = format!("user-agent: *\ndisallow: /tutup\n{}disallow: /akhir\n", "# x\n".repeat(150 << 10));
    let long: &'static str = long.leak();
    let served = [
        ("404", reply as fn(&str, &[(&str, &str)], &[u8]) -> Answer, "404 No", "/tutup", "ok"),
        ("401", reply, "401 No", "/tutup", "ok"),
        ("500", reply, "500 No", "/x", "robots_unreadable"),
        ("502", reply, "502 No", "/x", "robots_unreadable"),
        ("503", reply, "503 No", "/x", "busy"),
        ("429", reply, "429 No", "/x", "busy"),
    ];
    for (name, reply, status, path, expected) in served {
        let server = Server::with_robots(move |head, _| match head.split(' ').nth(1).unwrap() {
            "/robots.txt" => reply(status, &[("retry-after", "3600")], b"user-agent: *\ndisallow: /"),
            _ => reply("200 OK", &[], b"halo"),
        })
        .await;
        let outcome = client().0.send(&to(&server, path)).await;
        assert_eq!(outcome.as_ref().map_or_else(|error| error.kind(), |_| "ok"), expected, "{name}: {outcome:?}");
        assert_eq!(paths(&server).contains(&path.to_owned()), expected == "ok", "{name}");
    }
    // Redirects in circles: no file. A long file: its first 500 KiB count.
    let server = Server::with_robots(move |head, _| circles(head)).await;
    assert!(matches!(client().0.robots(&to(&server, "/")).await, Ok(robots) if robots.forbids("/").is_none()));
    assert_eq!(server.requests().len(), 6, "five redirects are followed");
    let server = Server::with_robots(move |_, _| reply("200 OK", &[], long.as_bytes())).await;
    let robots = client().0.robots(&to(&server, "/")).await.unwrap();
    assert!(robots.forbids("/tutup").is_some() && robots.forbids("/akhir").is_none());
    // An endless file is cut, not refused.
    let server =
        Server::with_robots(|_, _| Answer::Endless(head("200 OK", &[]), b"disallow: /tutup\n".repeat(99))).await;
    assert!(client().0.robots(&to(&server, "/")).await.is_ok());
}

#[tokio::test]
async fn a_site_that_is_down_says_so_itself_and_recovers_at_once() {
    // Nobody listens at first; the fault is the connection's, not the file's.
    let (listener, address) = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        (listener, address)
    };
    drop(listener);
    let (client, time) = client();
    let request = Request {
        robots: true,
        allow_private: vec![address.parse().unwrap()],
        ..Request::new(format!("http://{address}/feed"))
    };
    assert_eq!(client.send(&request).await.unwrap_err().kind(), "refused");

    // Errors of the server itself close it, until it is asked again; after 30 days in a row it is open.
    let server = Server::with_robots(|head, before| match (head.split(' ').nth(1).unwrap(), before) {
        ("/robots.txt", 0..=1) => reply("500 No", &[], b""),
        ("/robots.txt", _) => reply("200 OK", &[], b"user-agent: *\ndisallow: /tutup"),
        _ => reply("200 OK", &[], b"halo"),
    })
    .await;
    let closed = client.send(&to(&server, "/a")).await.unwrap_err();
    assert!(closed.is_transient() && closed.to_string().contains("HTTP 500"), "{closed}");
    assert_eq!(closed.kind(), "robots_unreadable");
    time.advance(Duration::from_secs(31 * 24 * 60 * 60));
    assert!(client.send(&to(&server, "/tutup")).await.is_ok(), "after thirty days nobody is held off any more");
    assert_eq!(paths(&server), ["/robots.txt", "/robots.txt", "/tutup"]);
    assert!(client.send(&to(&server, "/tutup")).await.is_ok(), "and the file is not asked for before every page");
    time.advance(Duration::from_secs(10 * 60));
    assert_eq!(client.send(&to(&server, "/tutup")).await.unwrap_err().kind(), "robots");
}
