//! The `wordpress` collector against a real WordPress, started by `tests/peers/wordpress.sh`, and against a server with
//! the faults that a healthy WordPress does not show.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Collector, Context, Error, MemoryLedger, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::{Author, RawItem, SourceKind};
use net::{Client, Options, Request};
use serde_json::{Value, json};
use server::{Server, reply};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
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
    async fn peer(&self, lever: &str) -> String {
        let request = Request {
            allow_private: vec![self.address.trim_start_matches("http://").parse().unwrap()],
            ..Request::new(format!("{}/peer/{lever}", self.address))
        };
        let response = self.client.send(&request).await.unwrap();
        let said = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, 200, "{lever}: {said}");
        said
    }
}

fn ids(items: &[RawItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.id.to_string()).collect()
}

/// One test at a time on the one real site.
static SITE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test]
async fn reads_posts_edits_and_take_downs() {
    let Ok(address) = std::env::var("PESUT_TEST_WORDPRESS") else {
        eprintln!("skipped: no WordPress (PESUT_TEST_WORDPRESS is not set)");
        return;
    };
    let _alone = SITE.lock().await;
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
    assert!(first.items.iter().all(|item| item.author == Some(Author::Name("admin".to_owned()))));
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

#[tokio::test]
async fn reads_comments_with_their_edits_and_take_downs() {
    let Ok(address) = std::env::var("PESUT_TEST_WORDPRESS") else {
        eprintln!("skipped: no WordPress (PESUT_TEST_WORDPRESS is not set)");
        return;
    };
    let _alone = SITE.lock().await;
    let site = Site::at(&address, "", Timestamp::now());
    let first = site.run(None).await.unwrap();
    let post = first.items.iter().find(|item| item.kind == SourceKind::News).unwrap().id.to_string();
    let [one, two, three] = [
        site.peer(&format!("comment/add/{post}")).await,
        site.peer(&format!("comment/add/{post}")).await,
        site.peer(&format!("comment/hold/{post}")).await,
    ];
    let named = |id: &str| format!("comment-{id}");

    // The one that waits for approval is not there.
    let second = site.run(first.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&second.items), set(&[&named(&one), &named(&two)]));
    let comment = &second.items[0];
    assert_eq!((comment.kind, comment.parent.clone()), (SourceKind::Comment, Some(post.as_str().into())));
    assert_eq!(comment.author, Some(Author::Name("Warga Rimba".to_owned())));
    assert!(comment.body.starts_with(b"<p>Jalan di tempat kami") && comment.published_at.is_some());
    assert!(comment.url.as_deref().unwrap().contains("#comment-"));
    assert!(site.run(second.cursor.as_deref()).await.unwrap().items.is_empty());

    // Approved later with its old date; edited; taken down in three ways.
    site.peer(&format!("comment/approve/{three}")).await;
    site.peer(&format!("comment/edit/{one}")).await;
    let third = site.run(second.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&third.items), set(&[&named(&one), &named(&three)]));
    let edited = third.items.iter().find(|item| item.id.to_string() == named(&one)).unwrap();
    assert!(String::from_utf8_lossy(&edited.body).contains("Sudah diperbaiki"));
    for (action, id) in [("trash", &one), ("spam", &two), ("delete", &three)] {
        assert_eq!(site.peer(&format!("comment/{action}/{id}")).await, "ok");
    }
    let fourth = site.run(third.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&fourth.items), set(&[&named(&one), &named(&two), &named(&three)]));
    assert!(fourth.items.iter().all(|item| item.withdrawn && item.body.is_empty()));
    assert!(site.run(fourth.cursor.as_deref()).await.unwrap().items.is_empty(), "told once");

    // A site that keeps its comments or its authors to itself gives its posts all the same, and says so once.
    site.peer("close/comments").await;
    let closed = site.run(fourth.cursor.as_deref()).await.unwrap();
    assert_eq!(closed.skipped.len(), 1, "{:?}", closed.skipped);
    assert!(closed.skipped[0].reason.contains("does not show its comments"), "{:?}", closed.skipped);
    assert!(site.run(closed.cursor.as_deref()).await.unwrap().skipped.is_empty());
    site.peer("close/users").await;
    let anonymous = site.run(None).await.unwrap();
    site.peer("close/none").await;
    assert!(anonymous.items.len() >= 200 && anonymous.items.iter().all(|item| item.author.is_none()));
}

#[tokio::test]
async fn pages_hold_while_posts_arrive() {
    let Ok(address) = std::env::var("PESUT_TEST_WORDPRESS") else {
        eprintln!("skipped: no WordPress (PESUT_TEST_WORDPRESS is not set)");
        return;
    };
    let _alone = SITE.lock().await;
    let site = Site::at(&address, "", Timestamp::now());
    let before = site.run(None).await.unwrap();
    let publish = async {
        let mut published = BTreeSet::new();
        for _ in 0..6 {
            let said = site.peer("publish/2").await;
            published.extend(said.split(',').map(str::to_owned));
        }
        published
    };
    let (during, published) = tokio::join!(site.run(None), publish);
    let during = during.unwrap();
    assert_eq!(ids(&during.items).len(), during.items.len(), "no post twice");
    assert!(ids(&during.items).is_superset(&ids(&before.items)), "none is pushed over the edge of a page");
    let later = Site::at(&address, "", Timestamp::now());
    let after = later.run(during.cursor.as_deref()).await.unwrap();
    let all: Vec<RawItem> = during.items.into_iter().chain(after.items).collect();
    assert_eq!(ids(&all).len(), all.len(), "what arrived meanwhile comes once");
    assert!(ids(&all).is_superset(&published));
    for id in published {
        site.peer(&format!("delete/{id}")).await;
    }
}

/// What a WordPress with these posts answers, as far as paging goes.
fn listing(posts: &[Value], request: &chaos::Request) -> chaos::Reply {
    let query: BTreeMap<String, String> = request.query().into_iter().collect();
    let time = |text: &str| text.trim_end_matches('Z').to_owned();
    let field = if query.get("orderby").is_some_and(|by| by == "modified") { "modified_gmt" } else { "date_gmt" };
    let bound = |names: [&str; 2]| names.iter().find_map(|name| query.get(*name)).map(|text| time(text));
    let (before, after) = (bound(["before", "modified_before"]), bound(["after", "modified_after"]));
    let included: Option<BTreeSet<u64>> =
        query.get("include").map(|ids| ids.split(',').map(|id| id.parse().unwrap()).collect());
    let mut found: Vec<&Value> = posts
        .iter()
        .filter(|post| included.as_ref().is_none_or(|ids| ids.contains(&post["id"].as_u64().unwrap())))
        .filter(|post| before.as_deref().is_none_or(|before| post[field].as_str().unwrap() < before))
        .filter(|post| after.as_deref().is_none_or(|after| post[field].as_str().unwrap() > after))
        .collect();
    found.sort_by(|a, b| b[field].as_str().cmp(&a[field].as_str()));
    let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
    let page: Vec<_> = found.into_iter().skip((page - 1) * 100).take(100).collect();
    match (request.path(), page.is_empty() && query.get("page").is_some_and(|page| page != "1")) {
        ("/wp-json/wp/v2/posts", true) => chaos::Reply::new(
            400,
            "application/json",
            r#"{"code":"rest_post_invalid_page_number","message":"Nomor halaman salah."}"#,
        ),
        ("/wp-json/wp/v2/posts", false) => {
            chaos::Reply::new(200, "application/json", serde_json::to_vec(&page).unwrap())
        }
        _ => chaos::Reply::new(200, "application/json", "[]"),
    }
}

#[tokio::test]
async fn what_is_too_much_for_one_run_follows_in_the_next() {
    let posts: Vec<Value> = (1..=5_230_i64)
        .map(|id| {
            // Three share each second.
            let time = day() - SignedDuration::from_secs(90_000 - id / 3);
            let time = time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            json!({"id": id, "date_gmt": time, "modified_gmt": time, "title": {"rendered": "Judul"}})
        })
        .collect();
    let server = chaos::Server::start(move |request| listing(&posts, request)).await.unwrap();
    let site = Site::at(&server.url(""), "", day());
    let first = site.run(None).await.unwrap();
    assert!((4_900..5_000).contains(&ids(&first.items).len()), "{}", first.items.len());
    assert!(first.skipped.is_empty());
    let second = site.run(first.cursor.as_deref()).await.unwrap();
    let all: BTreeSet<String> = ids(&first.items).union(&ids(&second.items)).cloned().collect();
    assert_eq!(all.len(), 5_230, "the rest comes with the second run");
    let third = site.run(second.cursor.as_deref()).await.unwrap();
    let left = third.items.iter().filter(|item| !all.contains(&item.id.to_string())).count();
    assert_eq!(left, 0);
    assert!(third.cursor.unwrap().len() < 64 << 10);
}

#[tokio::test]
async fn a_site_that_repeats_its_first_page_is_left() {
    let posts: Vec<Value> = (1..=100)
        .map(|id| json!({"id": id, "date_gmt": "2025-07-17T02:30:00", "modified_gmt": "2025-07-17T02:30:00"}))
        .collect();
    let page = serde_json::to_vec(&posts).unwrap();
    let server = chaos::Server::start(move |_| chaos::Reply::new(200, "application/json", page.clone())).await.unwrap();
    let run = Site::at(&server.url(""), "", day()).run(None).await.unwrap();
    let of_posts = run.items.iter().filter(|item| item.kind == SourceKind::News).count();
    assert_eq!(of_posts, 100);
    assert!(run.skipped[0].reason.contains("the same posts on every page"), "{:?}", run.skipped);
    assert!(server.counts().requests < 20, "{:?}", server.counts());
}

#[tokio::test]
async fn a_post_of_the_far_future_hides_nothing() {
    let posts = Arc::new(Mutex::new(vec![
        json!({"id": 1, "date_gmt": "2099-01-01T00:00:00", "modified_gmt": "2099-01-01T00:00:00"}),
    ]));
    let shown = posts.clone();
    let server = chaos::Server::start(move |request| listing(&shown.lock().unwrap(), request)).await.unwrap();
    let site = Site::at(&server.url(""), "", day());
    let first = site.run(None).await.unwrap();
    posts
        .lock()
        .unwrap()
        .push(json!({"id": 2, "date_gmt": "2025-07-17T23:00:00", "modified_gmt": "2025-07-17T23:00:00"}));
    let second = site.run(first.cursor.as_deref()).await.unwrap();
    assert_eq!(ids(&second.items), set(&["2"]));
}

/// Posts as a real site gave them, once each.
#[tokio::test]
async fn replays_the_recorded_sample() {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(sample) = std::fs::read(shared.join("data/corpora/wp-posts-sample.json")) else {
        eprintln!("skipped: no shared data");
        return;
    };
    let posts: Vec<Value> = serde_json::from_slice(&sample).unwrap();
    let known: BTreeSet<String> = posts.iter().map(|post| post["id"].to_string()).collect();
    let latest = posts.iter().filter_map(|post| post["date_gmt"].as_str()).max().unwrap();
    let now: Timestamp = format!("{latest}Z").parse().unwrap();
    let titles: Vec<String> = posts.iter().map(|post| post["title"]["rendered"].as_str().unwrap().to_owned()).collect();
    let server = chaos::Server::start(move |request| listing(&posts, request)).await.unwrap();
    let site = Site::at(&server.url(""), "", now);
    let run = site.run(None).await.unwrap();
    assert_eq!((run.items.len(), ids(&run.items)), (known.len(), known), "every item once");
    assert!(run.items.iter().all(|item| titles.contains(item.title.as_ref().unwrap()) && !item.body.is_empty()));
    assert!(site.run(run.cursor.as_deref()).await.unwrap().items.is_empty());
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
        "JSON that breaks off came where JSON of WordPress was promised",
        "the source answered with HTTP 404",
        "the source answered with HTTP 500",
    ];
    assert_eq!(messages, expected);
}

#[tokio::test]
async fn a_site_that_fails_while_listing_withdraws_nothing() {
    let server = Server::start(|head, _| match head {
        _ if head.contains("/comments") => reply("200 OK", &JSON, b"[]"),
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
        _ if head.contains("/comments") => reply("200 OK", &JSON, b"[]"),
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
