//! Interfaces with a key against answers that no documentation promises: every run ends, bounded, and nothing panics.
#![allow(clippy::unwrap_used)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Context, MemoryLedger};
use jiff::tz::TimeZone;
use net::{Client, Options};
use server::{Server, reply};
use std::sync::Arc;
use std::time::Duration;

/// More requests than this in one run would be a circle.
const REQUESTS_MAX: usize = 300;

const TABLES: &[(&str, &str)] = &[
    ("youtube", "key = \"SECRET\"\nchannels = [\"UCaaaaaaaaaaaaaaaaaaaaaa\"]\nsearches = [\"banjir\"]\napi = \"URL\""),
    ("x", "query = \"banjir\"\ntoken = \"SECRET\"\nrupiah_a_day = 1000000\nrupiah_per_dollar = 16500\napi = \"URL\""),
    ("facebook", "page = \"1\"\ntoken = \"SECRET\"\napi = \"URL\""),
    ("instagram", "account = \"1\"\ntoken = \"SECRET\"\nhashtags = [\"banjir\"]\napi = \"URL\""),
    ("threads", "token = \"SECRET\"\nkeywords = [\"banjir\"]\napi = \"URL\""),
    ("lapor", "token = \"SECRET\"\nurl = \"URL\"\nitems = \"data\""),
];

/// Bodies that are wrong each in its own way; the last ones page for ever.
const BODIES: &[&str] = &[
    "",
    "null",
    "[]",
    "{}",
    "0",
    "\"teks\"",
    "{\"data\":null,\"items\":null}",
    "{\"data\":{},\"items\":{}}",
    "{\"data\":[null,1,\"x\",[],{}],\"items\":[null,1,\"x\",[],{}],\"meta\":{\"result_count\":5}}",
    "{\"data\":[{\"id\":1}],\"items\":[{\"id\":1}],\"meta\":{\"result_count\":-1}}",
    "{\"error\":\"teks\"}",
    "{\"error\":{\"code\":\"x\",\"errors\":[{}]}}",
    "{\"errors\":[]}",
    "<html><body>Sedang pemeliharaan</body></html>",
    "{\"data\":[",
    concat!(
        "{\"data\":[{\"id\":\"9\",\"tracking_id\":\"9\",\"isi\":\"x\",\"text\":\"x\",\"message\":\"x\",\"caption\":\"x\",",
        "\"created_time\":\"2026-11-19T00:00:00+0000\",\"timestamp\":\"2026-11-19T00:00:00+0000\",\"comments_count\":9}],",
        "\"paging\":{\"cursors\":{\"after\":\"lagi\"},\"next\":\"x\"},",
        "\"meta\":{\"result_count\":1,\"newest_id\":\"9\",\"next_token\":\"lagi\"},",
        "\"items\":[{\"id\":\"vid00000001\",",
        "\"contentDetails\":{\"videoId\":\"vid00000001\",\"videoPublishedAt\":\"2026-11-19T00:00:00Z\"},",
        "\"snippet\":{\"publishedAt\":\"2026-11-19T00:00:00Z\",\"totalReplyCount\":50,\"textDisplay\":\"x\",",
        "\"topLevelComment\":{\"id\":\"c1\",\"snippet\":{\"textDisplay\":\"x\",\"publishedAt\":\"2026-11-19T00:00:00Z\"}}},",
        "\"statistics\":{\"commentCount\":\"9\"}}],\"nextPageToken\":\"lagi\"}"
    ),
];

#[tokio::test]
async fn every_run_ends() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("token");
    std::fs::write(&secret, "rahasia-uji").unwrap();
    let mut ran = 0;
    for (kind, options) in TABLES {
        for body in BODIES {
            for status in ["200 OK", "400 Bad Request", "500 Internal Server Error"] {
                let server =
                    Server::start(|_, _| reply(status, &[("content-type", "application/json")], body.as_bytes())).await;
                let options =
                    options.replace("URL", &server.url("/v1")).replace("SECRET", &format!("file:{}", secret.display()));
                let table =
                    format!("kind = \"{kind}\"\nname = \"Uji\"\nallow_private = [\"{}\"]\n{options}", server.address);
                let connector = COLLECTORS.iter().find(|connector| connector.kind.name == *kind).unwrap();
                let context = BuildContext { base: folder.path(), zone: &TimeZone::UTC };
                let collector = (connector.kind.build)(&table.parse().unwrap(), &context).unwrap();
                let sleep: net::Sleep = Arc::new(|_| Box::pin(std::future::ready(())));
                let client = Client::new(Options { tries: 1, sleep, ..Options::default() }).unwrap();
                let now = "2026-11-20T00:00:00Z".parse().unwrap();
                let context =
                    Context { client: &client, now, ledger: &MemoryLedger::default(), listen: Duration::ZERO };
                let mut cursor = None;
                // Twice: what the first run remembered must not harm the second.
                for _ in 0..2 {
                    let last = cursor.clone();
                    let mut emit = |batch: Batch| {
                        assert!(batch.items.len() <= Batch::ITEMS_MAX);
                        cursor = batch.cursor.or(cursor.take());
                        Ok(())
                    };
                    if let Err(error) = collector.collect(&context, last.as_deref(), &mut emit).await {
                        assert!(!format!("{error} {error:?}").contains("rahasia-uji"), "{kind}");
                    }
                }
                let requests = server.requests().len();
                assert!(
                    requests > 0 && requests <= 2 * REQUESTS_MAX,
                    "{kind}: {requests} requests for {status} {body}"
                );
                ran += 1;
            }
        }
    }
    assert_eq!(ran, TABLES.len() * BODIES.len() * 3);
}
