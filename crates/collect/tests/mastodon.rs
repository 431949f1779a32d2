//! The `mastodon` collector against recorded exchanges of Mastodon 4.6, and against a streaming server of ours.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Context, Error, MemoryLedger, Outcome};
use jiff::Timestamp;
use model::RawItem;
use net::{Client, Options};
use serde::Deserialize;
use serde_json::Value;
use server::{Answer, Server, head, reply};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

/// One exchange of `mastodon-recorded`.
#[derive(Clone, Deserialize)]
struct Recorded {
    uri: String,
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: String,
}

impl Recorded {
    fn answer(&self) -> Answer {
        let headers = self.headers.iter().filter_map(|(name, values)| Some((name.as_str(), values.first()?.as_str())));
        let wanted: Vec<_> =
            headers.filter(|(name, _)| !matches!(*name, "transfer-encoding" | "content-encoding")).collect();
        reply(&format!("{} Recorded", self.status), &wanted, self.body.as_bytes())
    }

    fn statuses(&self) -> Vec<Value> {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn recorded() -> Option<Vec<Recorded>> {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read(shared.join("data/corpora/mastodon-recorded/interactions.json")) else {
        eprintln!("skipped: no shared data");
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
}

/// What one run gave.
#[derive(Default)]
struct Run {
    items: Vec<RawItem>,
    skipped: Vec<String>,
    cursor: Option<String>,
    outcome: Outcome,
}

async fn run(
    server: &Server,
    options: &str,
    now: &str,
    listen: Duration,
    cursor: Option<&str>,
) -> (Run, Option<Error>) {
    stopping(server, options, now, listen, cursor, usize::MAX).await
}

/// A run whose taker fails after some batches, as a kill would.
async fn stopping(
    server: &Server,
    options: &str,
    now: &str,
    listen: Duration,
    cursor: Option<&str>,
    batches: usize,
) -> (Run, Option<Error>) {
    let address = &server.address;
    let table = format!(
        "kind = \"mastodon\"\nname = \"Fediverse\"\nurl = \"http://{address}\"\nallow_private = [\"{address}\"]\n{options}"
    );
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "mastodon").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    let collector = (connector.kind.build)(&table.parse().unwrap(), &context).unwrap();
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let context = Context { client: &client, now: now.parse().unwrap(), ledger: &MemoryLedger::default(), listen };
    let mut run = Run { cursor: cursor.map(str::to_owned), ..Run::default() };
    let mut left = batches;
    let mut emit = |batch: Batch| {
        left = left.checked_sub(1).ok_or("killed")?;
        run.items.extend(batch.items);
        run.skipped.extend(batch.skipped.into_iter().map(|skipped| skipped.reason));
        run.cursor = batch.cursor.or(run.cursor.take());
        assert!(run.cursor.as_ref().is_none_or(|cursor| cursor.len() <= 64 << 10));
        Ok(())
    };
    let result = collector.collect(&context, cursor, &mut emit).await;
    let error = result.map(|outcome| run.outcome = outcome).err();
    (run, error)
}

/// The parameters of a request head.
fn query(head: &str) -> BTreeMap<String, String> {
    let target = head.split(' ').nth(1).unwrap();
    Url::parse(&format!("http://h{target}")).unwrap().query_pairs().into_owned().collect()
}

/// Serves recorded statuses as Mastodon documents its paging, ten a page as in the recording.
async fn timeline(statuses: Vec<Value>) -> Server {
    Server::start(move |head, _| {
        if !head.starts_with("get /api/v1/timelines/") {
            return reply("404 Not Found", &[], br#"{"error":"Record not found"}"#);
        }
        let query = query(head);
        assert_eq!(query["limit"], "40", "the largest page is asked for");
        let above: u64 = query["min_id"].parse().unwrap();
        let id = |status: &Value| status["id"].as_str().unwrap().parse::<u64>().unwrap();
        let mut newer: Vec<&Value> = statuses.iter().filter(|status| id(status) > above).collect();
        newer.sort_by_key(|status| id(status));
        newer.truncate(10);
        newer.reverse();
        let limits = [
            ("content-type", "application/json; charset=utf-8"),
            ("x-ratelimit-limit", "300"),
            ("x-ratelimit-remaining", "299"),
            ("x-ratelimit-reset", "2026-08-01T14:00:00.497737Z"),
        ];
        let body = serde_json::to_vec(&newer).unwrap();
        match (newer.first(), newer.last()) {
            (Some(first), Some(last)) => {
                let path = "http://localhost:3000/api/v1/timelines/tag/x?limit=10";
                let link =
                    format!("<{path}&max_id={}>; rel=\"next\", <{path}&min_id={}>; rel=\"prev\"", id(last), id(first));
                let headers: Vec<_> = limits.into_iter().chain([("link", link.as_str())]).collect();
                reply("200 OK", &headers, &body)
            }
            _ => reply("200 OK", &limits, &body),
        }
    })
    .await
}

fn ids(items: &[RawItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.id.to_string()).collect()
}

const NOW: &str = "2026-08-01T14:00:00Z";

#[tokio::test]
async fn every_recorded_status_comes_once_through_pages_and_kills() {
    let Some(recorded) = recorded() else { return };
    let pages =
        recorded.iter().filter(|exchange| exchange.uri.contains("/tag/fgiz") && !exchange.uri.contains("min_id"));
    let statuses: BTreeMap<String, Value> =
        pages.flat_map(Recorded::statuses).map(|status| (status["id"].as_str().unwrap().to_owned(), status)).collect();
    assert_eq!(statuses.len(), 30, "three recorded pages");
    let server = timeline(statuses.values().cloned().collect()).await;
    let options = "tag = \"fgiztsshwiaqqiztpmmjbtvmescsculuvmgjgopwoeidbcrixp\"";

    let (first, error) = run(&server, options, NOW, Duration::ZERO, None).await;
    assert!(error.is_none() && first.skipped.is_empty(), "{error:?} {:?}", first.skipped);
    assert_eq!(first.items.len(), 30);
    assert_eq!(ids(&first.items), statuses.keys().cloned().collect());
    let asked = server.requests().iter().filter(|head| head.starts_with("get /api/v1/timelines/tag/")).count();
    assert_eq!(asked, 4, "three pages and the end");
    let (second, error) = run(&server, options, NOW, Duration::ZERO, first.cursor.as_deref()).await;
    assert!(error.is_none() && second.items.is_empty(), "nothing twice");

    // Killed after any batch, the rest follows, and nothing comes again.
    for batches in 0..4 {
        let (before, _) = stopping(&server, options, NOW, Duration::ZERO, None, batches).await;
        let (after, error) = run(&server, options, NOW, Duration::ZERO, before.cursor.as_deref()).await;
        assert!(error.is_none());
        let all: Vec<_> = before.items.into_iter().chain(after.items).collect();
        assert_eq!((all.len(), ids(&all).len()), (30, 30), "killed after {batches} batches");
    }
    eprintln!("mastodon-recorded: 30 of 30 statuses of the paged timeline, each once");
}

#[tokio::test]
async fn every_recorded_answer_is_understood() {
    let Some(recorded) = recorded() else { return };
    assert_eq!(recorded.len(), 55);
    let (mut statuses, mut left_out, mut refused) = (0, 0, 0);
    for exchange in recorded {
        let again = exchange.clone();
        // The recorded answer once, then the end of the timeline.
        let asked = Arc::new(Mutex::new(0));
        let count = asked.clone();
        let server = Server::start(move |head, _| {
            if !head.starts_with("get /api/v1/timelines/") {
                return reply("404 Not Found", &[], b"");
            }
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count == 1 { again.answer() } else { reply("200 OK", &[], b"[]") }
        })
        .await;
        let (run, error) = run(&server, "", NOW, Duration::ZERO, None).await;
        let is_timeline = exchange.status == 200
            && exchange.body.starts_with("[{\"id\":\"117")
            && exchange.body.contains("\"visibility\"");
        match (exchange.status, is_timeline) {
            (401, _) => {
                let error = error.expect("refused").to_string();
                assert!(error.contains("The access token is invalid") && error.contains("env:NAME"), "{error}");
                refused += 1;
            }
            (404, _) => assert!(error.is_some(), "{}", exchange.uri),
            (_, true) => {
                let given = exchange.statuses();
                assert!(error.is_none() && run.skipped.is_empty(), "{}: {error:?}", exchange.uri);
                assert_eq!(run.items.len() as u64 + run.outcome.left_out, given.len() as u64, "{}", exchange.uri);
                for item in &run.items {
                    let status = given.iter().find(|status| status["id"] == item.id.to_string()).unwrap();
                    assert_eq!(item.url.as_deref(), status["url"].as_str());
                    assert!(std::str::from_utf8(&item.body).unwrap().starts_with(status["content"].as_str().unwrap()));
                    assert_eq!(item.published_at, status["created_at"].as_str().unwrap().parse::<Timestamp>().ok());
                    assert_eq!(
                        (&status["visibility"], &status["account"]["indexable"]),
                        (&"public".into(), &true.into())
                    );
                }
                statuses += run.items.len();
                left_out += run.outcome.left_out;
            }
            // A list of something else, or an object: said, or counted as unreadable, never taken for news.
            _ => assert!(run.items.is_empty(), "{}", exchange.uri),
        }
    }
    eprintln!(
        "mastodon-recorded: {statuses} statuses read, {left_out} left out by their authors' wish, {refused} refusals told"
    );
    assert!(statuses > 30 && left_out > 10 && refused == 2);
}

/// A status in the documented shape, written a number of seconds after noon.
fn status(second: u64, text: &str, edited: Option<u64>) -> Value {
    let time = |second: u64| format!("2026-11-20T04:{:02}:{:02}.000Z", second / 60, second % 60);
    let noon = "2026-11-20T04:00:00Z".parse::<Timestamp>().unwrap().as_millisecond() as u64;
    let id = ((noon + second * 1000) << 16).to_string();
    serde_json::json!({
        "id": id, "created_at": time(second), "edited_at": edited.map(time), "in_reply_to_id": null, "sensitive": false,
        "spoiler_text": "", "visibility": "public", "language": "id", "uri": format!("https://fedi.example/s/{id}"),
        "url": format!("https://fedi.example/@warga/{id}"), "replies_count": 0, "reblogs_count": 0, "favourites_count": 0,
        "content": format!("<p>{text}</p>"), "reblog": null, "media_attachments": [], "tags": [], "poll": null,
        "account": {"acct": "warga", "bot": false, "indexable": true, "noindex": false},
    })
}

fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// An instance whose stream breaks off twice. What is published while nobody is connected stands in the timeline only.
#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_off_loses_nothing() {
    let published: Arc<Mutex<Vec<Value>>> =
        Arc::new(Mutex::new(vec![status(0, "pertama", None), status(1, "kedua", None)]));
    let (shown, streams) = (published.clone(), Arc::new(Mutex::new(0)));
    let connected = streams.clone();
    let address = Arc::new(Mutex::new(String::new()));
    let own = address.clone();
    let id = |second| status(second, "", None)["id"].as_str().unwrap().to_owned();
    let (second_id, unknown_id, fourth_id) = (id(1), id(77), id(3));
    let deleted = second_id.clone();
    let server = Server::start(move |request, _| {
        let json = [("content-type", "application/json")];
        if request.starts_with("get /api/v2/instance") {
            // Streaming lives elsewhere, and is named with the scheme of a web socket.
            let body = format!(r#"{{"configuration":{{"urls":{{"streaming":"ws://{}"}}}}}}"#, own.lock().unwrap());
            return reply("200 OK", &json, body.as_bytes());
        }
        let mut published = published.lock().unwrap();
        if request.starts_with("get /api/v1/streaming/public ") {
            assert!(request.contains("authorization: bearer rahasia-uji"), "{request}");
            let mut count = connected.lock().unwrap();
            *count += 1;
            let mut stream = head("200 OK", &[("content-type", "text/event-stream")]);
            stream.extend_from_slice(b":)\n\n:thump\n");
            match *count {
                1 => {
                    // Published after the pages were read and before the stream is followed: it waits in the connection.
                    published.push(status(2, "ketiga", None));
                    stream.extend(event("update", &status(2, "ketiga", None).to_string()).bytes());
                    stream.extend(event("delete", &deleted).bytes());
                    stream.extend(event("delete", &unknown_id).bytes());
                    stream.extend(b"event: update\ndata: {\"id\":\"9"); // broken off in the middle of an event
                    // While the line is down, one is published and one is edited.
                    published.retain(|status| status["id"] != deleted.as_str());
                    published.push(status(3, "keempat", None));
                    return Answer::Bytes(stream);
                }
                2 => {
                    stream.extend(
                        event("status.update", &status(0, "pertama, diperbaiki", Some(90)).to_string()).bytes(),
                    );
                    published[0] = status(0, "pertama, diperbaiki", Some(90));
                    return Answer::Bytes(stream);
                }
                3 => {
                    stream.extend(event("announcement", "{}").bytes());
                    stream.extend(event("update", &status(5, "keenam", None).to_string()).bytes());
                    published.push(status(5, "keenam", None));
                    return Answer::Stall(stream);
                }
                // Silent for ever, so that it is given up and opened again until the time is up.
                _ => return Answer::Stall(stream),
            }
        }
        if request.starts_with("get /api/v1/timelines/public") {
            let above: u64 = query(request)["min_id"].parse().unwrap();
            let mut newer: Vec<_> = published
                .iter()
                .filter(|status| status["id"].as_str().unwrap().parse::<u64>().unwrap() > above)
                .collect();
            newer.reverse();
            return reply("200 OK", &json, &serde_json::to_vec(&newer).unwrap());
        }
        reply("404 Not Found", &json, br#"{"error":"Record not found"}"#)
    })
    .await;
    *address.lock().unwrap() = server.address.clone();
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "rahasia-uji").unwrap();
    let options = format!("token = \"file:{}\"", token.path().display());

    let now = "2026-11-20T05:00:00Z";
    let (run, error) = run(&server, &options, now, Duration::from_secs(3600), None).await;
    assert!(error.is_none() && run.skipped.is_empty(), "{error:?} {:?}", run.skipped);
    assert!(*streams.lock().unwrap() > 3);
    let mut told: Vec<_> = run
        .items
        .iter()
        .map(|item| (item.id.to_string(), item.revision.clone(), String::from_utf8(item.body.clone()).unwrap()))
        .collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), run.items.len(), "nothing comes twice");
    let bodies: Vec<_> = run.items.iter().map(|item| String::from_utf8_lossy(&item.body).into_owned()).collect();
    for body in [
        "<p>pertama</p>",
        "<p>kedua</p>",
        "<p>ketiga</p>",
        "<p>keempat</p>",
        "<p>pertama, diperbaiki</p>",
        "<p>keenam</p>",
    ] {
        assert!(bodies.iter().any(|known| known == body), "{body}: {bodies:?}");
    }
    let withdrawn: Vec<_> = run.items.iter().filter(|item| item.withdrawn).collect();
    assert_eq!(withdrawn.len(), 1, "what was never handed over is not withdrawn");
    assert_eq!(withdrawn[0].id.to_string(), second_id);
    assert!(withdrawn[0].revision.ends_with("-withdrawn"));
    assert!(run.items.iter().any(|item| item.id.to_string() == fourth_id), "read in pages while the stream was down");
    assert_eq!(shown.lock().unwrap().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_refused_is_told() {
    let server = Server::start(|request, _| {
        if request.starts_with("get /api/v1/streaming") {
            reply("401 Unauthorized", &[], br#"{"error":"Missing access token"}"#)
        } else if request.starts_with("get /api/v1/timelines") {
            reply("200 OK", &[], b"[]")
        } else {
            reply("200 OK", &[], b"{}")
        }
    })
    .await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "rahasia-uji").unwrap();
    let options = format!("token = \"file:{}\"", token.path().display());
    let (_, error) = run(&server, &options, "2026-11-20T05:00:00Z", Duration::from_secs(3600), None).await;
    let error = error.expect("refused").to_string();
    assert!(error.contains("401") && error.contains("token of a user"), "{error}");
}
