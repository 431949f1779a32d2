//! The `bluesky` collector against a whole Bluesky network on loopback, started by `tests/peers/bluesky.sh`.
//!
//! Skipped unless `PESUT_TEST_BLUESKY` names its address: the network is large, and is tried by hand when this collector
//! changes. The result of the last try stands in docs/reference/collectors/bluesky.md.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use collect::{Batch, BuildContext, COLLECTORS, Collector, Context, Error, MemoryLedger};
use jiff::Timestamp;
use model::{RawItem, SourceKind};
use net::{Client, Options, Request};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

fn build(table: &str) -> Box<dyn Collector> {
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "bluesky").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    (connector.kind.build)(&table.parse().unwrap(), &context).unwrap()
}

fn client() -> Client {
    Client::new(Options { tries: 1, ..Options::default() }).unwrap()
}

/// One source with its cursor.
struct Reader {
    collector: Box<dyn Collector>,
    client: Client,
    cursor: Option<String>,
}

impl Reader {
    fn new(table: &str) -> Self {
        Self { collector: build(table), client: client(), cursor: None }
    }

    async fn run(&mut self, listen: Duration) -> Result<Vec<RawItem>, Error> {
        let now = Timestamp::now();
        let context = Context { client: &self.client, now, ledger: &MemoryLedger::default(), listen };
        let (mut items, cursor) = (Vec::new(), self.cursor.clone());
        let kept = &mut self.cursor;
        let mut emit = |batch: Batch| {
            assert!(batch.skipped.is_empty(), "{:?}", batch.skipped);
            items.extend(batch.items);
            *kept = batch.cursor.or(kept.take());
            Ok(())
        };
        self.collector.collect(&context, cursor.as_deref(), &mut emit).await?;
        assert!(self.cursor.as_ref().unwrap().len() <= 64 << 10);
        Ok(items)
    }
}

/// Pulls a lever of the network.
async fn pull(control: &str, path: &str, query: &[(&str, &str)]) -> Value {
    let mut url = Url::parse(control).unwrap().join(path).unwrap();
    url.query_pairs_mut().extend_pairs(query);
    let allow_private = vec![control.trim_start_matches("http://").parse().unwrap()];
    let response = client().send(&Request { allow_private, ..Request::new(url) }).await.unwrap();
    assert_eq!(response.status, 200, "{path}: {}", String::from_utf8_lossy(&response.body));
    serde_json::from_slice(&response.body).unwrap()
}

fn ids(items: &[RawItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.id.to_string()).collect()
}

fn secret(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[tokio::test]
async fn reads_a_real_network() {
    let Ok(control) = std::env::var("PESUT_TEST_BLUESKY") else {
        eprintln!("skipped: no Bluesky network (PESUT_TEST_BLUESKY is not set)");
        return;
    };
    let about = pull(&control, "/about", &[]).await;
    let service = about["service"].as_str().unwrap();
    let password = secret(about["password"].as_str().unwrap());
    let table = |password: &std::path::Path, rest: &str| {
        format!(
            "kind = \"bluesky\"\nname = \"Bluesky\"\nservice = \"{service}\"\nallow_private = [\"{}\"]\n\
             identifier = \"{}\"\napp_password = \"file:{}\"\n{rest}",
            service.trim_start_matches("http://"),
            about["identifier"].as_str().unwrap(),
            password.display()
        )
    };
    let once = Duration::ZERO;

    // Searching: every post once, over three pages; then only what is new.
    let mut search = Reader::new(&table(password.path(), "queries = [\"banjir di kecamatan\"]"));
    let found = search.run(once).await.unwrap();
    eprintln!("search: {} posts, {} different", found.len(), ids(&found).len());
    assert_eq!((found.len(), ids(&found).len()), (230, 230));
    assert!(found.iter().all(|item| item.url.as_deref().unwrap().starts_with("https://bsky.app/profile/did:plc:")));
    assert!(search.run(once).await.unwrap().is_empty(), "nothing twice");
    let post = pull(&control, "/post", &[("text", "banjir di kecamatan baru, air naik lagi")]).await;
    let (uri, cid) = (post["uri"].as_str().unwrap(), post["cid"].as_str().unwrap());
    let reply =
        pull(&control, "/reply", &[("text", "banjir di kecamatan kami juga"), ("uri", uri), ("cid", cid)]).await;
    let new = search.run(once).await.unwrap();
    assert_eq!(new.len(), 2);
    let answer = new.iter().find(|item| item.id.to_string() == reply["uri"].as_str().unwrap()).unwrap();
    assert_eq!((answer.kind, answer.parent.as_ref().unwrap().to_string()), (SourceKind::Comment, uri.to_owned()));
    assert_eq!(new.iter().find(|item| item.id.to_string() == uri).unwrap().revision, cid);

    // A deletion is seen within as many runs as it takes to ask for every watched post.
    pull(&control, "/delete", &[("uri", uri)]).await;
    let mut gone = Vec::new();
    for _ in 0..4 {
        gone.extend(search.run(once).await.unwrap());
    }
    eprintln!("search after a deletion: {} withdrawn", gone.len());
    assert!(gone.iter().all(|item| item.withdrawn) && ids(&gone) == BTreeSet::from([uri.to_owned()]));

    // A wrong query and a wrong password are told.
    let wrong = secret("bukan-sandinya");
    let error = Reader::new(&table(wrong.path(), "queries = [\"x\"]")).run(once).await.unwrap_err().to_string();
    eprintln!("wrong password: {error}");
    assert!(error.contains("app password"), "{error}");
    let error = Reader::new(&table(password.path(), "queries = [\"x\"]\nauthor = \"bukan akun!\""))
        .run(once)
        .await
        .unwrap_err();
    eprintln!("wrong author: {error}");
    assert!(error.to_string().contains("InvalidRequest"), "{error}");

    // The stream: what the languages and words let through, once; deletions and closed accounts.
    let stream = control.replace("http://", "ws://");
    let mut stream = Reader::new(&format!(
        "kind = \"bluesky\"\nname = \"Bluesky\"\nmode = \"jetstream\"\njetstream = \"{stream}/subscribe\"\n\
         allow_private = [\"{}\"]\nlanguages = [\"id\"]\nwords = [\"banjir\"]\nfirst_hours = 24",
        control.trim_start_matches("http://")
    ));
    let told = stream.run(once).await.unwrap();
    let posts: Vec<_> = told.iter().filter(|item| !item.withdrawn).collect();
    eprintln!("stream: {} posts, {} withdrawn", posts.len(), told.len() - posts.len());
    assert_eq!(posts.len(), 207 + 2, "nine of ten posts are in Indonesian, and two came later");
    assert_eq!(ids(&told).len(), posts.len(), "each once");
    assert_eq!(told.len() - posts.len(), 1, "the deletion is in the stream too");
    assert!(stream.run(once).await.unwrap().is_empty(), "nothing twice, although the cursor is rewound");

    // Live: the stream is cut while it is followed, and nothing is lost.
    let levers = async {
        let mut uris = Vec::new();
        for number in 0..6 {
            let text = format!("banjir susulan {number}");
            uris.push(pull(&control, "/post", &[("text", &text)]).await["uri"].as_str().unwrap().to_owned());
            if number % 2 == 1 {
                pull(&control, "/cut", &[]).await;
            }
        }
        pull(&control, "/delete", &[("uri", &uris[0])]).await;
        uris
    };
    let (live, uris) = tokio::join!(stream.run(Duration::from_secs(20)), levers);
    let mut live = live.unwrap();
    live.extend(stream.run(once).await.unwrap());
    let (gone, new): (Vec<_>, Vec<_>) = live.into_iter().partition(|item| item.withdrawn);
    eprintln!("live over three cuts: {} of {} posts, {} withdrawn", new.len(), uris.len(), gone.len());
    assert_eq!((new.len(), ids(&new)), (6, uris.iter().cloned().collect()));
    assert_eq!(ids(&gone), BTreeSet::from([uris[0].clone()]));

    // An account is closed: its posts go, as far as they are remembered.
    pull(&control, "/deactivate", &[("account", "3")]).await;
    let gone = stream.run(once).await.unwrap();
    eprintln!("a closed account: {} withdrawn", gone.len());
    assert!(gone.iter().all(|item| item.withdrawn) && gone.len() == 46, "{}", gone.len());
}
