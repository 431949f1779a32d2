//! The `wordpress` collector against a real WordPress, started by `tests/peers/wordpress.sh`, and against a server with
//! the faults that a healthy WordPress does not show.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Collector, Context, Error, MemoryLedger, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::RawItem;
use net::{Client, Options, Request};
use server::{Server, reply};
use std::collections::BTreeSet;

use std::time::Duration;

struct Site {
    address: String,
    client: Client,
    collector: Box<dyn Collector>,
    now: Timestamp,
}

/// What one run gave.
#[derive(Default)]
struct Run {
    items: Vec<RawItem>,
    skipped: Vec<Skipped>,
    cursor: Option<String>,
}

impl Site {
    fn at(address: &str, folder: &str, now: Timestamp) -> Self {
        let table = format!(
            "kind = \"wordpress\"\nname = \"Suara Benua\"\nurl = \"{address}/{folder}\"\nallow_private = [\"{}\"]",
            address.trim_start_matches("http://")
        );
        let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "wordpress").unwrap();
        let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
        let collector = (connector.kind.build)(&table.parse().unwrap(), &context).unwrap();
        Self {
            address: address.to_owned(),
            client: Client::new(Options { tries: 1, ..Options::default() }).unwrap(),
            collector,
            now,
        }
    }

    async fn run(&self, cursor: Option<&str>) -> Result<Run, Error> {
        let mut run = Run { cursor: cursor.map(str::to_owned), ..Run::default() };
        let context =
            Context { client: &self.client, now: self.now, ledger: &MemoryLedger::default(), listen: Duration::ZERO };
        let mut emit = |batch: Batch| {
            assert!(batch.items.len() <= Batch::ITEMS_MAX);
            run.items.extend(batch.items);
            run.skipped.extend(batch.skipped);
            run.cursor = batch.cursor.or(run.cursor.take());
            Ok(())
        };
        self.collector.collect(&context, cursor, &mut emit).await?;
        Ok(run)
    }

    /// Pulls a lever of the peer.
    async fn peer(&self, lever: &str) {
        let request = Request {
            allow_private: vec![self.address.trim_start_matches("http://").parse().unwrap()],
            ..Request::new(format!("{}/peer/{lever}", self.address))
        };
        let response = self.client.send(&request).await.unwrap();
        assert_eq!(response.status, 200, "{lever}: {}", String::from_utf8_lossy(&response.body));
    }
}

fn ids(items: &[RawItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.id.to_string()).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test]
async fn reads_posts_edits_and_take_downs() {
    let Ok(address) = std::env::var("PESUT_TEST_WORDPRESS") else {
        eprintln!("skipped: no WordPress (PESUT_TEST_WORDPRESS is not set)");
        return;
    };
    let site = Site::at(&address, "", Timestamp::now());

    // Everything of the week, once, although half of it shares one second.
    let first = site.run(None).await.unwrap();
    assert!(first.items.len() >= 250, "{}", first.items.len());
    assert_eq!(ids(&first.items).len(), first.items.len(), "no post twice");
    assert!(first.skipped.is_empty() && first.items.iter().all(|item| !item.withdrawn));
    let week_ago = Timestamp::now() - SignedDuration::from_hours(24 * 8);
    assert!(first.items.iter().all(|item| item.published_at.unwrap() > week_ago));
    let bulk = first
        .items
        .iter()
        .map(|item| item.published_at)
        .max_by_key(|time| first.items.iter().filter(|item| item.published_at == *time).count());
    assert!(
        first.items.iter().filter(|item| Some(item.published_at) == bulk).count() > 100,
        "a whole page shares a second"
    );
    let titles: String = first.items.iter().filter_map(|item| item.title.as_deref()).collect();
    assert!(["&#038;", "&#8212;", "&#8216;", "“"].iter().all(|entity| titles.contains(entity)), "titles stay as sent");
    assert!(
        first
            .items
            .iter()
            .all(|item| item.body.starts_with(b"<p>") && item.url.as_deref().unwrap().starts_with(&address))
    );
    let tagged = |tag: &str| first.items.iter().filter(|item| item.tags.iter().any(|known| known == tag)).count();
    assert!(
        tagged("Advertorial") >= 20 && tagged("Daerah") >= 200 && tagged("banjir") >= 20,
        "{} {} {}",
        tagged("Advertorial"),
        tagged("Daerah"),
        tagged("banjir")
    );

    // Nothing new, so nothing comes.
    let second = site.run(first.cursor.as_deref()).await.unwrap();
    assert!(second.items.is_empty(), "{:?}", ids(&second.items));

    // An edit is a new revision of the same post.
    let edited = first.items[40].id.to_string();
    site.peer(&format!("edit/{edited}")).await;
    let third = site.run(second.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&third.items), set(&[&edited]));
    assert!(
        third.items[0].revision > first.items[40].revision
            && String::from_utf8_lossy(&third.items[0].body).contains("RALAT")
    );
    assert_eq!(third.items[0].published_at, first.items[40].published_at);

    // In the bin, deleted, a draft again: all three are gone for readers.
    let [bin, deleted, draft] = [3, 150, 200].map(|index| first.items[index].id.to_string());
    for lever in [format!("trash/{bin}"), format!("delete/{deleted}"), format!("draft/{draft}")] {
        site.peer(&lever).await;
    }
    let fourth = site.run(third.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&fourth.items), set(&[&bin, &deleted, &draft]));
    assert!(fourth.items.iter().all(|item| item.withdrawn && item.body.is_empty()));
    let fifth = site.run(fourth.cursor.as_deref()).await.unwrap();
    assert!(fifth.items.is_empty(), "a withdrawal is told once: {:?}", ids(&fifth.items));

    // Back from the bin.
    site.peer(&format!("restore/{bin}")).await;
    let sixth = site.run(fifth.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&sixth.items), set(&[&bin]));
    assert!(!sixth.items[0].withdrawn && sixth.items[0].revision > first.items[3].revision);

    // Without its database the site is one that did not answer, not one that has lost its posts.
    site.peer("database/stop").await;
    let failure = site.run(sixth.cursor.as_deref()).await.err().unwrap();
    site.peer("database/start").await;
    assert!(matches!(failure, Error::Status { status: 500 }), "{failure:?}");
    assert!(site.run(sixth.cursor.as_deref()).await.unwrap().items.is_empty(), "and recovers by itself");

    // A site without pretty links answers on `?rest_route=` alone.
    site.peer("plain-links/0").await;
    let plain = site.run(None).await;
    site.peer("pretty-links/0").await;
    let plain = plain.unwrap();
    assert_eq!(plain.items.len(), first.items.len() - 2, "all but the deleted post and the draft");
    assert!(plain.cursor.unwrap().contains("\"plain_links\":true"));
    // Leaves the site almost as it was, so that the test can run again on it.
    site.peer(&format!("restore/{draft}")).await;
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json; charset=UTF-8")];
const POST: &str = r#"{"id":7,"date_gmt":"2025-07-17T02:30:00","modified_gmt":"2025-07-17T02:30:00","link":"https://media.example/7","title":{"rendered":"Judul"},"content":{"rendered":"","protected":true},"excerpt":{"rendered":"<p>Cuplikan</p>"},"categories":[],"tags":[]}"#;

/// The day after `POST`.
fn day() -> Timestamp {
    "2025-07-18T00:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn faults_are_named() {
    let server = Server::start(|head, _| {
        let refusal =
            |status, code| reply(status, &JSON, format!("{{\"code\":\"{code}\",\"message\":\"Maaf.\"}}").as_bytes());
        match head.split('/').nth(1).unwrap() {
            "halaman" => reply("200 OK", &[("content-type", "text/html")], b"<!doctype html><p>Beranda</p>"),
            "tertutup" => refusal("401 No", "rest_not_logged_in"),
            "rusak" => reply("200 OK", &JSON, b"[{\"id\":1,"),
            "tiada" => reply("404 Not Found", &[], b""),
            _ => reply("500 No", &[("content-type", "text/html")], b"<p>Error establishing a database connection</p>"),
        }
    })
    .await;
    let mut messages = Vec::new();
    for folder in ["halaman", "tertutup", "rusak", "tiada", "mati"] {
        let site = Site::at(&server.url(""), folder, day());
        messages.push(site.run(None).await.err().unwrap().to_string());
    }
    let expected = [
        "a web page came where JSON of WordPress was promised",
        "the site refused with rest_not_logged_in (HTTP 401)",
        "unusual JSON came where JSON of WordPress was promised",
        "the source answered with HTTP 404",
        "the source answered with HTTP 500",
    ];
    assert_eq!(messages, expected);
}

#[tokio::test]
async fn a_site_that_fails_while_listing_withdraws_nothing() {
    let server = Server::start(|head, _| match head {
        // A PHP warning before the JSON, as badly kept sites print it.
        _ if head.contains("orderby=date") => {
            reply("200 OK", &JSON, format!("\u{feff}<br />\n<b>Deprecated</b>: x\n[{POST}]").as_bytes())
        }
        _ if head.contains("orderby=modified") => reply("200 OK", &JSON, b"[]"),
        _ if head.contains("include=") => reply("200 OK", &JSON, b"[]"),
        _ => reply("502 Bad Gateway", &[], b""),
    })
    .await;
    let site = Site::at(&server.url(""), "", day());
    let first = site.run(None).await.unwrap();
    assert_eq!(first.items.len(), 1);
    let second = site.run(first.cursor.as_deref()).await;
    assert!(matches!(second, Err(Error::Status { status: 502 })), "missing in the list, but nobody said gone");
    assert!(server.requests().iter().any(|head| head.contains("/posts/7?")));
}

#[tokio::test]
async fn odd_posts_cost_only_themselves() {
    let server = Server::start(|head, _| match head {
        // The first has its title in a form that no WordPress sends by itself; the second is protected by a password.
        _ if head.contains("page=1&") => {
            reply("200 OK", &JSON, format!("[{{\"id\":8,\"title\":3}},{POST}]").as_bytes())
        }
        _ => reply("200 OK", &JSON, b"[{\"id\":7}]"),
    })
    .await;
    let run = Site::at(&server.url(""), "", day()).run(None).await.unwrap();
    assert_eq!((run.items.len(), run.skipped.len()), (1, 1));
    assert_eq!(run.items[0].body, b"<p>Cuplikan</p>");
    assert_eq!(run.items[0].published_at.unwrap().to_string(), "2025-07-17T02:30:00Z");
}
