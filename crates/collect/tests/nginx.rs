//! The `feed` collector against a real nginx, started by `tests/peers/nginx.sh`: validators, a login, compression,
//! redirects, and a certificate that nobody signed.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use collect::{Batch, BuildContext, COLLECTORS, Context, Error, MemoryLedger};
use jiff::{SignedDuration, Timestamp};
use model::RawItem;
use net::{Client, Options};
use std::time::Duration;

/// What one poll gave.
struct Poll {
    outcome: Result<u64, Error>,
    items: Vec<RawItem>,
    cursor: Option<String>,
}

impl Poll {
    /// The error with everything that caused it.
    fn reason(&self) -> String {
        let first: &dyn std::error::Error = self.outcome.as_ref().unwrap_err();
        let chain = std::iter::successors(Some(first), |error| error.source());
        chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}

/// The peer's address, if there is one.
fn peer(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok();
    if address.is_none() {
        eprintln!("skipped: no nginx ({variable} is not set)");
    }
    address
}

async fn poll(url: &str, login: &str, hour: i64, cursor: Option<&str>) -> Poll {
    let host = url.split('/').nth(2).unwrap();
    let table =
        format!("kind = \"feed\"\nname = \"Tepian Uji\"\nurl = \"{url}\"\nallow_private = [\"{host}\"]\n{login}");
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "feed").unwrap();
    let build = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    let collector = (connector.kind.build)(&table.parse().unwrap(), &build).unwrap();
    let start: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let context = Context {
        client: &client,
        now: start + SignedDuration::from_hours(hour),
        ledger: &MemoryLedger::default(),
        listen: Duration::ZERO,
    };
    let mut taken = Batch::default();
    let mut emit = |batch: Batch| {
        taken.items.extend(batch.items);
        taken.cursor = batch.cursor.or(taken.cursor.take());
        Ok(())
    };
    let outcome = collector.collect(&context, cursor, &mut emit).await.map(|outcome| outcome.received);
    Poll { outcome, items: taken.items, cursor: taken.cursor.or(cursor.map(str::to_owned)) }
}

#[tokio::test]
async fn asks_conditionally_and_is_told_that_nothing_changed() {
    let Some(address) = peer("PESUT_TEST_NGINX") else { return };
    for path in ["feed.xml", "padat/feed.xml", "pindah"] {
        let url = format!("{address}/{path}");
        let first = poll(&url, "", 0, None).await;
        assert_eq!((first.outcome.unwrap(), first.items.len()), (5, 5), "{path}");
        assert_eq!(first.items[0].url.as_deref(), Some(format!("{address}/kabar/5").as_str()), "{path}");
        let cursor: serde_json::Value = serde_json::from_str(first.cursor.as_deref().unwrap()).unwrap();
        assert_eq!(cursor["last_modified"], "Thu, 19 Nov 2026 06:00:00 GMT", "{path}");
        // 304 hands over nothing, not even a cursor.
        let second = poll(&url, "", 1, first.cursor.as_deref()).await;
        assert_eq!((second.outcome.unwrap(), second.cursor), (0, first.cursor), "{path}");
    }
}

#[tokio::test]
async fn logs_in() {
    let Some(address) = peer("PESUT_TEST_NGINX") else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = format!("{address}/tertutup/feed.xml");
    let login = |password: &str| {
        let file = folder.path().join(password);
        std::fs::write(&file, password).unwrap();
        format!("user = \"petugas\"\npassword = \"file:{}\"", file.display())
    };
    let right = poll(&url, &login("rahasia-uji"), 0, None).await;
    assert_eq!(right.outcome.unwrap(), 5);
    let wrong = poll(&url, &login("rahasia-lain"), 0, None).await;
    assert!(wrong.reason().contains("401") && !wrong.reason().contains("rahasia"), "{}", wrong.reason());
    assert!(poll(&url, "", 0, None).await.reason().contains("401"));
}

#[tokio::test]
async fn says_what_a_real_server_refuses() {
    let Some(address) = peer("PESUT_TEST_NGINX") else { return };
    let reason = async |path: &str| poll(&format!("{address}/{path}"), "", 0, None).await.reason();
    assert!(reason("sibuk").await.contains("503"), "{}", reason("sibuk").await);
    assert!(reason("penuh").await.contains("429"), "{}", reason("penuh").await);
    assert!(reason("putar").await.contains("redirects"), "{}", reason("putar").await);
    assert!(reason("tiada.xml").await.contains("404"), "{}", reason("tiada.xml").await);
    // A front page in the feed's place is told from the feed that it offers.
    let page = reason("").await;
    assert!(
        page.contains("a web page") && page.contains("/feed.xml") && page.contains("a feed was promised"),
        "{page}"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_reported_as_such() {
    let Some(address) = peer("PESUT_TEST_NGINX_TLS") else { return };
    let poll = poll(&format!("{address}/feed.xml"), "", 0, None).await;
    let reason = poll.reason();
    assert!(reason.to_lowercase().contains("certificate"), "{reason}");
    assert!(poll.items.is_empty() && poll.cursor.is_none());
}
