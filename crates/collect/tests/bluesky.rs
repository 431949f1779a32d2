//! The `bluesky` collector: the recorded answer of a search, cut into pages, and a stream of ours that breaks off.
//! What it does with a whole network is in `bluesky_network.rs`.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Context, Error, MemoryLedger};
use futures_util::{SinkExt, StreamExt};
use model::RawItem;
use net::{Client, Options};
use serde_json::{Value, json};
use server::{Server, reply};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use url::Url;

/// What one run gave.
#[derive(Default)]
struct Run {
    items: Vec<RawItem>,
    skipped: Vec<String>,
    cursor: Option<String>,
}

/// A run whose taker fails after some batches, as a kill would.
async fn run(table: &str, now: &str, listen: Duration, cursor: Option<&str>, batches: usize) -> (Run, Option<Error>) {
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "bluesky").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    let table = format!("kind = \"bluesky\"\nname = \"Bluesky\"\n{table}");
    let collector = (connector.kind.build)(&table.parse().unwrap(), &context).unwrap();
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let context = Context { client: &client, now: now.parse().unwrap(), ledger: &MemoryLedger::default(), listen };
    let mut run = Run { cursor: cursor.map(str::to_owned), ..Run::default() };
    let mut left = batches;
    let mut emit = |batch: Batch| {
        left = left.checked_sub(1).ok_or("killed")?;
        assert!(batch.items.len() <= Batch::ITEMS_MAX);
        run.items.extend(batch.items);
        run.skipped.extend(batch.skipped.into_iter().map(|skipped| skipped.reason));
        run.cursor = batch.cursor.or(run.cursor.take());
        assert!(run.cursor.as_ref().is_none_or(|cursor| cursor.len() <= 64 << 10));
        Ok(())
    };
    let result = collector.collect(&context, cursor, &mut emit).await;
    (run, result.err())
}

fn ids(items: &[RawItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.id.to_string()).collect()
}

const ALL: usize = usize::MAX;

#[tokio::test]
async fn every_recorded_post_comes_once() {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read(shared.join("data/corpora/bsky-searchPosts-sample.json")) else {
        return eprintln!("skipped: no shared data");
    };
    let recorded: Value = serde_json::from_slice(&text).unwrap();
    let posts = recorded["posts"].as_array().unwrap().clone();
    let expected: BTreeMap<String, Value> =
        posts.iter().map(|post| (post["uri"].as_str().unwrap().to_owned(), post.clone())).collect();
    assert_eq!(expected.len(), 25);
    let server = Server::start(move |head, _| {
        let json = [("content-type", "application/json; charset=utf-8")];
        let url = Url::parse(&format!("http://h{}", head.split(' ').nth(1).unwrap())).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        match url.path() {
            "/xrpc/com.atproto.server.createsession" => {
                reply("200 OK", &json, br#"{"accessJwt": "akses", "refreshJwt": "segar"}"#)
            }
            "/xrpc/app.bsky.feed.searchposts" => {
                assert!(query["limit"] == "100" && query["sort"] == "latest");
                // Pages of ten, so that there is something to page through.
                let start: usize = query.get("cursor").map_or(0, |cursor| cursor.parse().unwrap());
                let page: Vec<&Value> = posts.iter().skip(start).take(10).collect();
                let mut body = json!({ "posts": page });
                if start + 10 < posts.len() {
                    body["cursor"] = (start + 10).to_string().into();
                }
                reply("200 OK", &json, body.to_string().as_bytes())
            }
            _ => reply("200 OK", &json, br#"{"posts": []}"#),
        }
    })
    .await;
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "sandi-uji").unwrap();
    let address = &server.address;
    let table = format!(
        "service = \"http://{address}\"\nallow_private = [\"{address}\"]\nqueries = [\"banjir\"]\nidentifier = \"warga.test\"\n\
         app_password = \"file:{}\"",
        secret.path().display()
    );
    let now = "2026-11-21T21:10:00Z";
    let (first, error) = run(&table, now, Duration::ZERO, None, ALL).await;
    assert!(error.is_none() && first.skipped.is_empty(), "{error:?} {:?}", first.skipped);
    assert_eq!((first.items.len(), ids(&first.items)), (25, expected.keys().cloned().collect()));
    for item in &first.items {
        let post = &expected[&item.id.to_string()];
        assert_eq!(std::str::from_utf8(&item.body).unwrap(), post["record"]["text"].as_str().unwrap());
        assert_eq!(item.revision, post["cid"].as_str().unwrap());
        assert_eq!(
            item.published_at.unwrap().to_string().get(..19),
            post["record"]["createdAt"].as_str().unwrap().get(..19)
        );
    }
    let (second, _) = run(&table, now, Duration::ZERO, first.cursor.as_deref(), ALL).await;
    assert!(second.items.is_empty(), "nothing twice");
    for batches in 0..4 {
        let (before, _) = run(&table, now, Duration::ZERO, None, batches).await;
        let (after, error) = run(&table, now, Duration::ZERO, before.cursor.as_deref(), ALL).await;
        assert!(error.is_none());
        let all: Vec<_> = before.items.into_iter().chain(after.items).collect();
        assert_eq!(ids(&all).len(), 25, "killed after {batches} batches");
    }
    eprintln!("bsky-searchPosts-sample: 25 of 25 posts over three pages, each once");
}

/// More posts than a run reads, from a server that knows no bounds of time, as the one of dev-env.
#[tokio::test]
async fn what_a_run_cannot_finish_the_next_one_reads() {
    let posts: Vec<Value> = (0..4500)
        .map(|number: i64| {
            let time = jiff::Timestamp::from_second(1_795_150_000 - number * 10).unwrap().to_string();
            let did = format!("did:plc:{:024}", number % 7);
            json!({"uri": format!("at://{did}/app.bsky.feed.post/3n{:011}", 99_999 - number), "cid": format!("bafy{number:012}"),
                "author": {"did": did}, "record": {"text": "banjir", "createdAt": time}, "indexedAt": time})
        })
        .collect();
    let total = posts.len();
    let server = Server::start(move |head, _| {
        let json = [("content-type", "application/json")];
        let url = Url::parse(&format!("http://h{}", head.split(' ').nth(1).unwrap())).unwrap();
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        match url.path() {
            "/xrpc/com.atproto.server.createsession" => {
                reply("200 OK", &json, br#"{"accessJwt": "akses", "refreshJwt": "segar"}"#)
            }
            "/xrpc/app.bsky.feed.searchposts" => {
                let start: usize =
                    query.iter().find(|(key, _)| key == "cursor").map_or(0, |(_, at)| at.parse().unwrap());
                let page: Vec<&Value> = posts.iter().skip(start).take(100).collect();
                let mut body = json!({ "posts": page });
                if start + 100 < posts.len() {
                    body["cursor"] = (start + 100).to_string().into();
                }
                reply("200 OK", &json, body.to_string().as_bytes())
            }
            _ => {
                let here = |uri: &str| posts.iter().find(|post| post["uri"] == uri).cloned();
                let found: Vec<Value> =
                    query.iter().filter(|(key, _)| key == "uris").filter_map(|(_, uri)| here(uri)).collect();
                reply("200 OK", &json, json!({ "posts": found }).to_string().as_bytes())
            }
        }
    })
    .await;
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "sandi-uji").unwrap();
    let address = &server.address;
    let table = format!(
        "service = \"http://{address}\"\nallow_private = [\"{address}\"]\nqueries = [\"banjir\"]\nidentifier = \"warga.test\"\n\
         app_password = \"file:{}\"\nfirst_hours = 48",
        secret.path().display()
    );
    let (mut all, mut cursor) = (BTreeSet::new(), None);
    for turn in 0..3 {
        let (run, error) = run(&table, "2026-11-20T05:00:00Z", Duration::ZERO, cursor.as_deref(), ALL).await;
        assert!(error.is_none() && run.skipped.is_empty(), "{error:?} {:?}", run.skipped);
        assert!(run.items.iter().all(|item| !item.withdrawn));
        all.extend(ids(&run.items));
        assert_eq!(all.len(), [2000, 4000, total][turn], "run {turn}");
        cursor = run.cursor;
    }
}

const NOON: i64 = 1_795_147_200_000_000; // 2026-11-20T04:00:00Z
const NOW: &str = "2026-11-20T05:00:00Z";

fn commit(second: i64, operation: &str, did: &str, rkey: &str, record: Option<Value>) -> Value {
    let mut commit = json!({"rev": "3n2", "operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey});
    if let Some(record) = record {
        commit["cid"] = format!("bafyreiaaaaaaaaaaaaaaaaaaaa{second:012}").into();
        commit["record"] = record;
    }
    json!({"did": did, "time_us": NOON + second * 1_000_000, "kind": "commit", "commit": commit})
}

fn post(second: i64, did: &str, rkey: &str, text: &str, langs: &[&str]) -> Value {
    let record =
        json!({"$type": "app.bsky.feed.post", "text": text, "langs": langs, "createdAt": "2026-11-20T04:00:00.000Z"});
    commit(second, "create", did, rkey, Some(record))
}

/// What to do with one connection: play the events from the cursor on up to this many, then close or fall silent.
#[derive(Clone, Copy)]
enum Plan {
    Close(usize),
    Silence,
    Binary,
}

/// A stream in Jetstream's form. Each connection follows the next plan; the last one counts for all that follow.
async fn stream(events: Vec<Value>, plans: Vec<Plan>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (asked, seen) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
    let queries = asked.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (events, plans, queries, seen) = (events.clone(), plans.clone(), queries.clone(), seen.clone());
            tokio::spawn(async move {
                let mut query = String::new();
                #[allow(clippy::result_large_err)] // the library's own signature
                let note = |request: &Request, response: Response| {
                    query = request.uri().query().unwrap_or_default().to_owned();
                    Ok(response)
                };
                let mut socket = accept_hdr_async(socket, note).await.unwrap();
                queries.lock().unwrap().push(query.clone());
                let number = std::mem::replace(&mut *seen.lock().unwrap(), queries.lock().unwrap().len());
                let plan = plans[number.min(plans.len() - 1)];
                let url = Url::parse(&format!("ws://h/?{query}")).unwrap();
                let from: i64 = url.query_pairs().find(|(key, _)| key == "cursor").unwrap().1.parse().unwrap();
                let most = if let Plan::Close(most) = plan { most } else { usize::MAX };
                for event in
                    events.iter().filter(|event| event["time_us"].as_i64().is_none_or(|time| time >= from)).take(most)
                {
                    socket.send(Message::text(event.to_string())).await.unwrap();
                }
                match plan {
                    Plan::Close(_) => drop(socket), // without a farewell, as a broken line does
                    Plan::Binary => socket.send(Message::binary(vec![0x28, 0xb5, 0x2f, 0xfd])).await.unwrap(),
                    Plan::Silence => while socket.next().await.is_some() {},
                }
            });
        }
    });
    (address, asked)
}

fn table(address: &str) -> String {
    format!(
        "mode = \"jetstream\"\njetstream = \"ws://{address}/subscribe\"\nallow_private = [\"{address}\"]\n\
         words = [\"samarinda\", \"kutai timur\"]\nlanguages = [\"id\", \"ms\"]\nfirst_hours = 2"
    )
}

fn events() -> Vec<Value> {
    let (a, b) = ("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb");
    vec![
        json!({"did": a, "time_us": NOON, "kind": "identity", "identity": {"did": a, "handle": "a.test", "seq": 1, "time": "x"}}),
        post(1, a, "3a1", "Banjir di Samarinda", &["id"]),
        post(2, a, "3a2", "Banjir di tempat lain", &["id"]),
        post(3, a, "3a3", "Samarinda floods", &["en"]),
        post(4, b, "3b1", "hujan di SAMARINDA Seberang", &[]),
        post(5, b, "3b2", "kutai\u{20}timur kering", &["id-ID", "en"]),
        commit(6, "delete", a, "3a2", None),
        commit(7, "delete", a, "3a1", None),
        json!({"did": a, "time_us": NOON + 8_000_000, "kind": "commit", "commit": {"rev": "3", "operation": "create", "collection": "app.bsky.feed.like", "rkey": "3l1", "record": {}, "cid": "x"}}),
        post(9, a, "3a4", "Samarinda lagi", &["id"]),
        json!({"did": b, "time_us": NOON + 10_000_000, "kind": "account", "account": {"active": false, "did": b, "seq": 9, "status": "deactivated", "time": "x"}}),
        post(11, a, "3a5", "terakhir dari Samarinda", &["id"]),
    ]
}

/// What is left after everything: id to whether it still stands.
fn outcome(items: &[RawItem]) -> BTreeMap<String, bool> {
    items.iter().map(|item| (item.id.to_string().rsplit('/').next().unwrap().to_owned(), !item.withdrawn)).collect()
}

fn expected() -> BTreeMap<String, bool> {
    [("3a1", false), ("3b1", false), ("3b2", false), ("3a4", true), ("3a5", true)]
        .map(|(key, stands)| (key.to_owned(), stands))
        .into()
}

#[tokio::test(start_paused = true)]
async fn the_stream_is_filtered_and_its_deletions_honoured() {
    let (address, asked) = stream(events(), vec![Plan::Silence]).await;
    let (first, error) = run(&table(&address), NOW, Duration::ZERO, None, ALL).await;
    assert!(error.is_none() && first.skipped.is_empty(), "{error:?}");
    assert_eq!((outcome(&first.items), first.items.len()), (expected(), 8));
    assert!(asked.lock().unwrap()[0].contains("wantedCollections=app.bsky.feed.post"));
    assert!(asked.lock().unwrap()[0].ends_with(&format!("cursor={}", NOON - 3_600_000_000)));
    // The next run starts five seconds before the end and finds nothing new there.
    let (second, error) = run(&table(&address), NOW, Duration::ZERO, first.cursor.as_deref(), ALL).await;
    assert!(error.is_none() && second.items.is_empty());
    assert!(asked.lock().unwrap()[1].ends_with(&format!("cursor={}", NOON + 6_000_000)));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_off_anywhere_loses_and_doubles_nothing() {
    for cut in 0..events().len() {
        let (address, asked) = stream(events(), vec![Plan::Close(cut), Plan::Close(cut + 1), Plan::Silence]).await;
        let (run, error) = run(&table(&address), NOW, Duration::from_secs(600), None, ALL).await;
        assert!(error.is_none(), "{error:?}");
        assert!(asked.lock().unwrap().len() >= 3);
        assert_eq!((outcome(&run.items), run.items.len()), (expected(), 8), "cut after {cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_after_any_batch_loses_nothing() {
    let plans: Vec<Plan> = (0..40).map(|_| Plan::Close(3)).chain([Plan::Silence]).collect();
    for batches in 0..6 {
        let (address, _) = stream(events(), plans.clone()).await;
        let (before, _) = run(&table(&address), NOW, Duration::from_secs(600), None, batches).await;
        let (address, _) = stream(events(), vec![Plan::Silence]).await;
        let (after, error) = run(&table(&address), NOW, Duration::ZERO, before.cursor.as_deref(), ALL).await;
        assert!(error.is_none());
        let all: Vec<_> = before.items.into_iter().chain(after.items).collect();
        assert_eq!((outcome(&all), all.len()), (expected(), 8), "killed after {batches} batches");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_stream_has_forgotten_is_told() {
    let (address, _) = stream(events(), vec![Plan::Silence]).await;
    let cursor = json!({"time_us": NOON - 86_400_000_000_i64, "handed": []}).to_string();
    let (told, _) = run(&table(&address), NOW, Duration::ZERO, Some(&cursor), ALL).await;
    assert!(told.skipped.len() == 1 && told.skipped[0].contains("are missing"), "{:?}", told.skipped);
    let (address, _) = stream(events(), vec![Plan::Binary]).await;
    let (_, error) = run(&table(&address), NOW, Duration::ZERO, None, ALL).await;
    assert!(error.unwrap().to_string().contains("compressed"));
    let odd = vec![
        json!({"did": 1, "time_us": NOON}),
        json!([]),
        commit(2, "create", "did:plc:a", "3", Some(json!({"text": 5}))),
    ];
    let (address, _) = stream(odd, vec![Plan::Silence]).await;
    let (told, error) = run(&table(&address), NOW, Duration::ZERO, None, ALL).await;
    assert!(error.is_none() && told.items.is_empty() && told.skipped.len() == 2, "{:?}", told.skipped);
}

#[test]
fn a_firehose_is_not_an_offices_business() {
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "bluesky").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    let refused = |table: &str| {
        let table = format!("kind = \"bluesky\"\nname = \"x\"\n{table}").parse().unwrap();
        (connector.kind.build)(&table, &context).err().unwrap()
    };
    assert!(refused("mode = \"jetstream\"").contains("`words` or `languages`"));
    assert!(refused("mode = \"jetstream\"\nwords = [\" \"]").contains("`words`"));
    assert!(refused("mode = \"jetstream\"\nwords = [\"a\"]\nqueries = [\"b\"]").contains("mode = \"search\""));
    assert!(refused("mode = \"jetstream\"\nwords = [\"a\"]\njetstream = \"https://x.example\"").contains("wss"));
    assert!(refused("").contains("`queries`"));
    assert!(refused("queries = [\"a\"]").contains("`identifier` and `app_password`"));
    assert!(refused("queries = [\"a\"]\nidentifier = \"b\"\napp_password = \"rahasia\"").contains("env:NAME"));
}
