//! The `feed` collector against a small server: what is asked, what is remembered, what goes wrong.
#![allow(clippy::unwrap_used)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Collector, Context, Error, MemoryLedger, Outcome};
use jiff::{SignedDuration, Timestamp};
use net::{Client, Options};
use server::{Server, reply};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn collector(server: &Server) -> Box<dyn Collector> {
    let table = format!(
        "kind = \"feed\"\nname = \"Kabar\"\nurl = \"{}\"\nallow_private = [\"{}\"]",
        server.url("/feed"),
        server.address
    );
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "feed").unwrap();
    (connector.kind.build)(
        &table.parse().unwrap(),
        &BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC },
    )
    .unwrap()
}

/// A run at a given hour; returns the outcome, the batches and the cursor to go on from.
async fn run(server: &Server, hour: i64, cursor: Option<&str>) -> (Result<Outcome, Error>, Vec<Batch>, Option<String>) {
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let now: Timestamp = "2025-07-17T00:00:00Z".parse().unwrap();
    let context = Context {
        client: &client,
        now: now + SignedDuration::from_hours(hour),
        ledger: &MemoryLedger::default(),
        listen: Duration::ZERO,
    };
    let mut batches = Vec::new();
    let mut emit = |batch| {
        batches.push(batch);
        Ok(())
    };
    let outcome = collector(server).collect(&context, cursor, &mut emit).await;
    let cursor = batches.iter().rev().find_map(|batch: &Batch| batch.cursor.clone()).or(cursor.map(str::to_owned));
    (outcome, batches, cursor)
}

fn feed(titles: impl Iterator<Item = String>) -> String {
    let items: String =
        titles.map(|title| format!("<item><guid>{title}</guid><title>{title}</title></item>")).collect();
    format!("<rss version=\"2.0\"><channel>{items}</channel></rss>")
}

#[tokio::test]
async fn polls_conditionally_and_once_a_day_in_full() {
    let body = Arc::new(Mutex::new(feed(["satu", "dua"].map(str::to_owned).into_iter())));
    let served = body.clone();
    let server = Server::start(move |head, _| match head.contains("if-none-match: \"v1\"") {
        true => reply("304 Not Modified", &[], b""),
        false => reply(
            "200 OK",
            &[("etag", "\"v1\""), ("content-type", "application/rss+xml")],
            served.lock().unwrap().as_bytes(),
        ),
    })
    .await;
    let (outcome, batches, cursor) = run(&server, 0, None).await;
    assert_eq!(outcome.unwrap(), Outcome { received: 2, ..Outcome::default() });
    assert_eq!(batches[0].items[0].title.as_deref(), Some("satu"));

    // An hour later the server confirms the validator; nothing is handed over, not even a cursor.
    let (outcome, batches, cursor) = run(&server, 1, cursor.as_deref()).await;
    assert_eq!((outcome.unwrap(), batches.len()), (Outcome::default(), 0));

    // After a day the whole feed is fetched whatever the server confirms; the same body brings no items.
    let (outcome, batches, cursor) = run(&server, 25, cursor.as_deref()).await;
    assert_eq!((outcome.unwrap(), batches.len()), (Outcome::default(), 1));
    *body.lock().unwrap() = feed(["satu", "dua", "tiga"].map(str::to_owned).into_iter());
    assert_eq!(
        run(&server, 26, cursor.as_deref()).await.0.unwrap().received,
        0,
        "the server still confirms the old one"
    );
    assert_eq!(run(&server, 50, cursor.as_deref()).await.0.unwrap().received, 3);

    // A cursor of another version is no cursor.
    assert_eq!(run(&server, 50, Some("{\"etag\": 7")).await.0.unwrap().received, 3);
}

#[tokio::test]
async fn large_feeds_come_in_batches_and_end_somewhere() {
    let server =
        Server::start(|_, _| reply("200 OK", &[], feed((0..2100).map(|number| number.to_string())).as_bytes())).await;
    let (outcome, batches, _) = run(&server, 0, None).await;
    assert_eq!(outcome.unwrap(), Outcome { received: 2000, skipped: 1, ..Outcome::default() });
    assert!(batches.iter().all(|batch| batch.items.len() <= Batch::ITEMS_MAX));
    assert!(batches.iter().rev().skip(1).all(|batch| batch.cursor.is_none()), "only the last batch moves the cursor");
}

#[tokio::test]
async fn faults_are_named() {
    let server = Server::start(|_, before| match before {
        0 => reply(
            "200 OK",
            &[("content-type", "text/html")],
            b"<!doctype html><html><body>Situs dalam perbaikan</body></html>",
        ),
        1 => reply("404 Not Found", &[], b""),
        2 => reply("503 Busy", &[("retry-after", "60")], b""),
        3 => reply("200 OK", &[], b""),
        _ => reply("200 OK", &[("content-encoding", "gzip")], b"not gzip"),
    })
    .await;
    let mut messages = Vec::new();
    for _ in 0..5 {
        let (outcome, batches, _) = run(&server, 0, None).await;
        assert!(batches.is_empty());
        messages.push(outcome.unwrap_err().to_string());
    }
    let expected = [
        "a web page came where a feed was promised",
        "the source answered with HTTP 404",
        "the source did not answer",
        "the feed cannot be read: it is empty",
        "the source did not answer",
    ];
    assert_eq!(messages, expected);
}

#[tokio::test]
async fn a_receiver_that_fails_stops_the_run() {
    let server =
        Server::start(|_, _| reply("200 OK", &[], feed((0..1200).map(|number| number.to_string())).as_bytes())).await;
    let client = Client::new(Options::default()).unwrap();
    let context = Context {
        client: &client,
        now: Timestamp::UNIX_EPOCH,
        ledger: &MemoryLedger::default(),
        listen: Duration::ZERO,
    };
    let mut calls = 0;
    let mut emit = |_: Batch| {
        calls += 1;
        Err("disk full".into())
    };
    let failure = collector(&server).collect(&context, None, &mut emit).await.unwrap_err();
    assert!(failure.is_stopped() && calls == 1, "{failure:?}");
}
