//! Collectors that fetch pages, against small servers and a real WordPress: nothing is lost between two runs, whatever
//! ends them; and what `discover` makes of a site.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Collector, Context, Discovery, Error, MemoryLedger, Skipped, discover};
use jiff::{SignedDuration, Timestamp};
use model::RawItem;
use net::{Client, Options};
use server::{Answer, Server, reply};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn client() -> Client {
    let sleep: net::Sleep = Arc::new(|_| Box::pin(std::future::ready(())));
    Client::new(Options { tries: 1, sleep, ..Options::default() }).unwrap()
}

fn build(kind: &str, url: &str, host: &str, more: &str) -> Box<dyn Collector> {
    let address = if kind == "gdelt" { "api" } else { "url" };
    let table =
        format!("kind = \"{kind}\"\nname = \"Kabar\"\n{address} = \"{url}\"\nallow_private = [\"{host}\"]\n{more}");
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == kind).unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    (connector.kind.build)(&table.parse().unwrap(), &context).unwrap()
}

/// What the runs of one source gave so far.
#[derive(Default)]
struct Taken {
    items: Vec<RawItem>,
    skipped: Vec<Skipped>,
    cursor: Option<String>,
}

impl Taken {
    /// One run; the taker of the batches fails after `stop_after` of them, as a kill would.
    async fn run(&mut self, collector: &dyn Collector, now: Timestamp, stop_after: usize) -> Result<(), Error> {
        let client = client();
        let context = Context { client: &client, now, ledger: &MemoryLedger::default(), listen: Duration::ZERO };
        let before = self.cursor.clone();
        let mut batches = 0;
        let mut emit = |batch: Batch| {
            if batches == stop_after {
                return Err("killed".into());
            }
            batches += 1;
            assert!(batch.items.len() <= Batch::ITEMS_MAX);
            self.items.extend(batch.items);
            self.skipped.extend(batch.skipped);
            if let Some(cursor) = batch.cursor {
                assert!(cursor.len() <= 64 << 10, "{}", cursor.len());
                self.cursor = Some(cursor);
            }
            Ok(())
        };
        collector.collect(&context, before.as_deref(), &mut emit).await.map(|_| ())
    }

    fn ids(&self) -> BTreeSet<String> {
        self.items.iter().map(|item| item.id.to_string()).collect()
    }
}

fn noon() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn html(body: &str) -> Answer {
    reply("200 OK", &[("content-type", "text/html; charset=utf-8")], body.as_bytes())
}

fn xml(body: &str) -> Answer {
    reply("200 OK", &[("content-type", "application/xml")], body.as_bytes())
}

fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

#[tokio::test]
async fn what_does_not_fit_into_a_run_or_a_cursor_follows_and_nothing_comes_twice() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let server = Server::start(move |head, _| match path(head) {
        "/sitemap.xml" => {
            let host = head.split("host: ").nth(1).unwrap().lines().next().unwrap();
            let entries: String = (0..900)
                .map(|number| {
                    format!("<url><loc>http://{host}/berita/{number}-judul-berita-yang-agak-panjang-sekali</loc><lastmod>2026-11-{:02}T{:02}:{:02}:00Z</lastmod></url>",
                        14 + number / 150, number / 60 % 24, number % 60)
                })
                .collect();
            xml(&format!("<urlset>{entries}</urlset>"))
        }
        page if page.starts_with("/berita/") => {
            seen.lock().unwrap().push(page.to_owned());
            html("<p>Isi berita yang cukup panjang untuk dibaca sebagai satu paragraf.</p>")
        }
        _ => reply("404 Not Found", &[], b""),
    })
    .await;
    let collector =
        build("sitemap", &server.url("/sitemap.xml"), &server.address, "pages_a_run = 120\nsince_days = 30\n");
    let mut taken = Taken::default();
    for run in 0..9 {
        // Every other run is killed after two batches.
        let stop_after = if run % 2 == 1 { 2 } else { usize::MAX };
        let outcome = taken.run(&*collector, noon() + SignedDuration::from_mins(run), stop_after).await;
        assert_eq!(outcome.is_err(), stop_after == 2, "run {run}");
    }
    for run in 0..4 {
        taken.run(&*collector, noon() + SignedDuration::from_hours(1 + run), usize::MAX).await.unwrap();
    }
    assert_eq!(taken.ids().len(), 900, "every article");
    assert_eq!(taken.items.len(), 900, "and each once");
    assert!(taken.skipped.is_empty(), "{:?}", taken.skipped);
    // A killed run asks again for what was in its lost batch, and for nothing else.
    let asked = asked.lock().unwrap().len();
    assert!(asked <= 900 + 4 * 25, "{asked}");
}

#[tokio::test]
async fn a_feed_of_teasers_gives_every_page_once_wherever_it_is_killed() {
    let items: String = (0..90)
        .map(|number| format!("<item><guid isPermaLink='false'>k{number}</guid><title>Judul {number}</title><link>/baca/{number}</link><description>Cuplikan.</description></item>"))
        .collect();
    let feed = format!("<rss><channel>{items}</channel></rss>");
    let server = Server::start(move |head, _| match path(head) {
        "/feed" if head.contains("if-none-match: \"satu\"") => reply("304 Not Modified", &[], b""),
        "/feed" => reply("200 OK", &[("etag", "\"satu\""), ("content-type", "application/rss+xml")], feed.as_bytes()),
        _ => html("<p>Isi berita yang cukup panjang untuk dibaca sebagai satu paragraf.</p>"),
    })
    .await;
    let collector = build("feed", &server.url("/feed"), &server.address, "follow = true\npages_a_run = 35");
    let mut taken = Taken::default();
    for stop_after in [0, 1, 2, 3, 1, usize::MAX, usize::MAX, usize::MAX] {
        let _ = taken.run(&*collector, noon(), stop_after).await;
    }
    let pages: Vec<_> = taken.items.iter().filter(|item| !item.revision.ends_with("-teaser")).collect();
    assert_eq!((pages.len(), pages.iter().map(|item| &item.id).collect::<BTreeSet<_>>().len()), (90, 90));
    assert!(pages.iter().all(|item| item.body.starts_with(b"<p>Isi")));
    assert!(taken.skipped.is_empty(), "{:?}", taken.skipped);
}

#[tokio::test]
async fn articles_over_several_pages_are_joined_and_repetitions_are_not() {
    let text = |number: u32| {
        format!(
            "<p>Bagian {number} dari berita ini menceritakan hal yang lain dan panjangnya cukup untuk satu paragraf.</p>"
        )
    };
    let server = Server::start(move |head, _| match path(head) {
        "/" => html(
            "<a href=/a/100-tiga-halaman>x</a><a href=/a/101-lihat-semua>x</a><a href=/a/102-komentar>x</a><a href=/a/103-terpotong>x</a><a href=/a/104-tanpa-akhir>x</a>",
        ),
        "/a/100-tiga-halaman" => html(&format!("{}<a href='/a/100-tiga-halaman/2/'>2</a>", text(1))),
        "/a/100-tiga-halaman/2/" => html(&format!("{}<link rel=next href='/a/100-tiga-halaman/3/'>", text(2))),
        "/a/100-tiga-halaman/3/" => html(&text(3)),
        "/a/101-lihat-semua" => html(&format!("{}<a href='?page=2'>2</a><a href='?page=all'>Lihat semua</a>", text(1))),
        "/a/101-lihat-semua?page=all" => html(&format!("{}{}", text(1), text(2))),
        // A pager of comments: the article comes again.
        page if page.starts_with("/a/102-komentar") => html(&format!("{}<a href='/a/102-komentar?page=2'>2</a>", text(1))),
        "/a/103-terpotong" => html(&format!("{}<a href='?page=2'>2</a>", text(1))),
        page if page.starts_with("/a/104-tanpa-akhir") => {
            let number = page.split_once("page=").map_or(1, |(_, number)| number.parse::<u32>().unwrap());
            html(&format!("{}<a href='?page={}'>berikutnya</a>", text(number), number + 1))
        }
        _ => reply("500 Galat", &[], b"galat"),
    })
    .await;
    let collector = build("page", &server.url("/"), &server.address, "link_pattern = \"/a/*\"");
    let mut taken = Taken::default();
    for _ in 0..3 {
        taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    }
    let body = |name: &str| {
        let item = taken.items.iter().find(|item| item.id.as_str().contains(name)).unwrap();
        String::from_utf8(item.body.clone()).unwrap()
    };
    assert_eq!(taken.items.len(), 5);
    let joined = body("tiga-halaman");
    assert_eq!(joined.matches("\n<!-- pesut:next-page -->\n").count(), 2);
    assert!(["Bagian 1", "Bagian 2", "Bagian 3"].iter().all(|part| joined.contains(part)));
    assert!(body("lihat-semua").contains("Bagian 2") && !body("lihat-semua").contains("next-page"));
    assert!(!body("komentar").contains("next-page"));
    assert_eq!(body("tanpa-akhir").matches("next-page").count(), 10);
    let reasons: BTreeSet<_> = taken.skipped.iter().map(|skip| skip.reason.as_str()).collect();
    let expected = ["only its first 11 pages were read", "page 2 of it is missing: the site answered with HTTP 500"];
    assert_eq!(reasons, BTreeSet::from(expected));
    assert!(!server.requests().iter().any(|head| path(head) == "/a/101-lihat-semua?page=2"));
}

#[tokio::test]
async fn a_login_goes_to_its_own_host_alone() {
    let other = Server::start(|_, _| html("<p>Isi.</p>")).await;
    let link = other.url("/berita");
    let server = Server::start(move |_, _| {
        xml(&format!("<rss><channel><item><guid>1</guid><title>Satu</title><link>{link}</link></item></channel></rss>"))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("sandi");
    std::fs::write(&secret, "ikan-pesut-7").unwrap();
    let more = format!("follow = true\nuser = \"redaksi\"\npassword = \"file:{}\"", secret.display());
    let collector = build("feed", &server.url("/feed"), &format!("{}\", \"{}", server.address, other.address), &more);
    let mut taken = Taken::default();
    taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    assert_eq!(taken.items.len(), 1);
    assert!(server.requests().iter().all(|head| head.contains("authorization: basic")));
    assert!(!other.requests().is_empty() && !other.requests().iter().any(|head| head.contains("authorization")));
}

#[tokio::test]
async fn a_full_window_of_gdelt_is_halved_until_it_is_not() {
    // One article a minute: a day has 1,440, of which an answer holds 250.
    let start: Timestamp = "2026-11-19T11:00:00Z".parse().unwrap();
    let most = Arc::new(AtomicUsize::new(0));
    let largest = most.clone();
    let server = Server::start(move |head, _| {
        let value = |name: &str| head.split(&format!("{name}=")).nth(1).unwrap().split(['&', ' ']).next().unwrap().to_owned();
        let time = |text: String| -> Timestamp {
            format!("{}-{}-{}T{}:{}:{}Z", &text[..4], &text[4..6], &text[6..8], &text[8..10], &text[10..12], &text[12..]).parse().unwrap()
        };
        let (from, until) = (time(value("startdatetime")), time(value("enddatetime")));
        let minutes = (0..1500).filter(|minute| (from..=until).contains(&(start + SignedDuration::from_mins(*minute))));
        let articles: Vec<String> = minutes.take(250).map(|minute| format!("{{\"url\":\"https://kabar.example/{minute}\",\"title\":\"Berita {minute}\",\"seendate\":\"20261119T000000Z\"}}")).collect();
        largest.fetch_max(articles.len(), Ordering::Relaxed);
        reply("200 OK", &[("content-type", "application/json")], format!("{{\"articles\":[{}]}}", articles.join(",")).as_bytes())
    })
    .await;
    let collector = build("gdelt", &server.url(""), &server.address, "terms = [\"Samarinda\"]\nfollow = false");
    let mut taken = Taken::default();
    taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    assert_eq!(taken.ids().len(), 1500, "every minute of the day and of the hour before it");
    assert!(taken.skipped.is_empty(), "{:?}", taken.skipped);
    assert_eq!(most.load(Ordering::Relaxed), 250);
    assert!(server.requests().len() <= 24);
    let items = taken.items.len();
    taken.run(&*collector, noon() + SignedDuration::from_hours(1), usize::MAX).await.unwrap();
    assert_eq!(taken.items.len(), items, "the hour of overlap brings nothing twice");
}

#[tokio::test]
async fn a_bomb_of_a_sitemap_and_a_page_that_never_ends_are_refused() {
    let packed = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"<urlset><url><loc>http://x.example/a</loc></url>").unwrap();
        for _ in 0..512 {
            packed.write_all(&[b' '; 1 << 16]).unwrap(); // 32 MiB of nothing
        }
        packed.finish().unwrap()
    };
    let server = Server::start(move |head, _| match path(head) {
        "/sitemap.xml.gz" => reply("200 OK", &[("content-type", "application/gzip")], &packed),
        "/" => html("<a href=/berita/100-satu>Satu</a>"),
        _ => Answer::Endless(server::head("200 OK", &[("content-type", "text/html")]), vec![b'x'; 1 << 16]),
    })
    .await;
    let mut taken = Taken::default();
    let collector = build("sitemap", &server.url("/sitemap.xml.gz"), &server.address, "");
    taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    assert!(taken.skipped[0].reason.contains("MiB"), "{:?}", taken.skipped);
    let mut taken = Taken::default();
    let collector = build("page", &server.url("/"), &server.address, "link_pattern = \"/berita/*\"");
    taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    assert!(taken.items.is_empty() && taken.skipped[0].reason.contains("larger than"), "{:?}", taken.skipped);
}

async fn discovered(server: &str, url: &str) -> Result<Discovery, Error> {
    discover(&client(), url, &[server.parse().unwrap()]).await
}

fn ways(found: &Discovery) -> Vec<(&str, bool, Option<usize>, Option<bool>)> {
    found.candidates.iter().map(|way| (way.kind, way.works, way.entries, way.full_text)).collect()
}

/// Every table that is proposed for a site can be put into a pipeline as it is.
fn tables_build(found: &Discovery) {
    for way in &found.candidates {
        let file: toml::Table = way.toml.parse().unwrap_or_else(|error| panic!("{error}: {}", way.toml));
        let table = file["collect"][0].as_table().unwrap();
        let connector = COLLECTORS.iter().find(|connector| connector.kind.name == way.kind).unwrap();
        let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
        let built = (connector.kind.build)(table, &context);
        assert!(built.is_ok(), "{:?}: {}", built.err(), way.toml);
    }
}

#[tokio::test]
async fn a_portal_shows_its_ways() {
    let server = Server::with_robots(|head, _| {
        let host = head.split("host: ").nth(1).unwrap().lines().next().unwrap();
        match path(head) {
            "/" => html(
                "<html><head><title>Kabar Benua - Berita Hari Ini</title><link rel=alternate type='application/rss+xml' href='/rusak'>\
                 <link rel=alternate type='application/rss+xml' title='Umpan' href='/umpan'></head><body><div>\
                 <h2><a href='/2026/11/20/banjir-surut-di-kota'>Banjir surut di kota pagi ini</a></h2>\
                 <h2><a href='/2026/11/20/jalan-rusak-diperbaiki'>Jalan rusak diperbaiki pekan depan</a></h2>\
                 <h2><a href='/2026/11/19/pasar-baru-dibuka'>Pasar baru dibuka untuk umum</a></h2></div></body></html>",
            ),
            "/umpan" => xml("<rss><channel><title>Kabar Benua</title><item><guid>1</guid><title>Banjir surut</title><description>Cuplikan.</description><pubDate>Fri, 20 Nov 2026 01:00:00 +0800</pubDate></item></channel></rss>"),
            "/robots.txt" => reply("200 OK", &[], format!("User-agent: *\nDisallow: /admin\nSitemap: http://{host}/peta-lama.xml\nSitemap: http://{host}/peta-news.xml\n").as_bytes()),
            "/peta-news.xml" => xml(&format!("<urlset><url><loc>http://{host}/a</loc><news:news><news:title>A</news:title><news:publication_date>2026-11-20</news:publication_date></news:news></url></urlset>")),
            "/peta-lama.xml" => xml(&format!("<urlset><url><loc>http://{host}/b</loc><lastmod>2024-01-01</lastmod></url></urlset>")),
            _ => reply("404 Not Found", &[], b""),
        }
    })
    .await;
    let found = discovered(&server.address, &server.url("/")).await.unwrap();
    let expected = [
        ("feed", true, Some(1), Some(false)),
        ("sitemap", true, Some(1), Some(false)),
        ("page", true, Some(3), Some(false)),
        ("sitemap", false, Some(1), Some(false)),
    ];
    assert_eq!(ways(&found), expected, "{found:#?}");
    assert!(
        found.candidates[0].toml.contains("follow = true")
            && found.candidates[0].toml.contains("name = \"Kabar Benua\"")
    );
    assert!(found.problems.iter().any(|problem| problem.contains("/rusak")), "{:?}", found.problems);
    assert!(found.requests <= 24);
    tables_build(&found);
    assert!(serde_json::to_string(&found).is_ok());
}

#[tokio::test]
async fn what_robots_forbids_is_not_read_and_said() {
    let server = Server::with_robots(|head, _| match path(head) {
        "/robots.txt" => reply("200 OK", &[], b"User-agent: *\nDisallow: /rahasia/\nDisallow: /beranda\n"),
        "/peta.xml" => {
            let host = head.split("host: ").nth(1).unwrap().lines().next().unwrap();
            let loc = |path: &str| format!("<url><loc>http://{host}{path}</loc></url>");
            xml(&format!("<urlset>{}{}</urlset>", loc("/berita/1-terbuka"), loc("/rahasia/2-tertutup")))
        }
        "/rss.xml" => xml("<rss><channel><item><guid>1</guid><title>A</title></item></channel></rss>"),
        "/berita/1-terbuka" => html("<p>Warga di tepi sungai mulai membersihkan rumah setelah air surut pagi ini.</p>"),
        _ => reply("404 Not Found", &[], b""),
    })
    .await;
    let mut taken = Taken::default();
    let collector = build("sitemap", &server.url("/peta.xml"), &server.address, "");
    taken.run(&*collector, noon(), usize::MAX).await.unwrap();
    assert_eq!((taken.items.len(), taken.skipped.len()), (1, 1));
    assert!(taken.skipped[0].reason.contains("forbids /rahasia/"), "{:?}", taken.skipped);
    let found = discovered(&server.address, &server.url("/beranda")).await.unwrap();
    assert!(found.problems.iter().any(|problem| problem.contains("forbids /beranda")), "{found:?}");
    assert_eq!(ways(&found)[0].0, "feed");
    assert!(!server.requests().iter().any(|head| ["/rahasia/2-tertutup", "/beranda"].contains(&path(head))));
}

#[tokio::test]
async fn addresses_that_are_feeds_maps_platforms_or_nothing_are_said_to_be_so() {
    let server = Server::start(|head, _| match path(head) {
        "/feed" => {
            xml("<rss><channel><item><guid>1</guid><title>A</title><description>x</description></item></channel></rss>")
        }
        "/peta.xml" => xml("<urlset><url><loc>http://a.example/x</loc></url></urlset>"),
        "/kosong" => html("<title>Kosong</title>"),
        "/hilang" => reply("410 Gone", &[], b""),
        _ => reply("404 Not Found", &[], b""),
    })
    .await;
    let at = |path: &str| server.url(path);
    assert_eq!(ways(&discovered(&server.address, &at("/feed")).await.unwrap())[0].0, "feed");
    assert_eq!(ways(&discovered(&server.address, &at("/peta.xml")).await.unwrap())[0].0, "sitemap");
    let nothing = discovered(&server.address, &at("/kosong")).await.unwrap();
    assert!(nothing.candidates.is_empty() && nothing.problems.last().unwrap().contains("nothing here"), "{nothing:?}");
    assert!(matches!(discovered(&server.address, &at("/hilang")).await, Err(Error::Gone)));
    assert!(matches!(discovered(&server.address, &at("/tiada")).await, Err(Error::Status { status: 404 })));
    assert!(discovered(&server.address, "bukan alamat").await.is_err());

    let requests = server.requests().len();
    let kinds = |found: &Discovery| found.candidates.iter().map(|way| way.kind).collect::<Vec<_>>();
    let channel =
        discovered(&server.address, "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv").await.unwrap();
    assert_eq!(kinds(&channel), ["feed", "youtube"]);
    tables_build(&channel);
    for (url, kind) in [
        ("https://t.me/s/kanalcontoh", "telegram"),
        ("t.me/kanalcontoh/123", "telegram"),
        ("x.com/akuncontoh", "x"),
        ("https://bsky.app/profile/kantor.bsky.social", "bluesky"),
    ] {
        let found = discovered(&server.address, url).await.unwrap();
        assert_eq!((kinds(&found), found.candidates[0].works), (vec![kind], true), "{url}");
        tables_build(&found);
    }
    // What an address does not tell is asked for by name, and is all that is missing.
    for (url, kind, missing) in [
        ("https://www.facebook.com/dinascontoh", "facebook", "page = \"100000000000001\""),
        ("https://www.instagram.com/dinascontoh", "instagram", "account = \"17841400000000001\""),
        ("https://www.threads.net/@dinascontoh", "threads", "keywords = [\"banjir\"]"),
        ("https://www.youtube.com/@dinascontoh", "youtube", "channels = [\"UCabcdefghijklmnopqrstuv\"]"),
    ] {
        let mut found = discovered(&server.address, url).await.unwrap();
        let candidate = &mut found.candidates[0];
        let option = missing.split(' ').next().unwrap();
        assert_eq!((candidate.kind, candidate.works), (kind, false), "{url}");
        assert!(candidate.notes[0].contains(&format!("`{option}`")), "{:?}", candidate.notes);
        candidate.toml.push_str(missing);
        tables_build(&found);
    }
    assert_eq!(server.requests().len(), requests);
}

#[tokio::test]
async fn a_real_wordpress_gives_its_sitemap_and_is_recognised() {
    let Ok(address) = std::env::var("PESUT_TEST_WORDPRESS") else {
        eprintln!("skipped: no WordPress (PESUT_TEST_WORDPRESS is not set)");
        return;
    };
    let host = address.trim_start_matches("http://");
    let found = discovered(host, &address).await.unwrap();
    let best = &found.candidates[0];
    assert_eq!((best.kind, best.works, best.full_text), ("wordpress", true, Some(true)), "{found:#?}");
    let best = best.clone();
    assert!(best.toml.contains("name = \"Suara Benua\""), "{}", best.toml);
    assert!(found.software.as_deref().is_some_and(|software| software.starts_with("WordPress")), "{found:#?}");
    let kinds: BTreeSet<_> = found.candidates.iter().filter(|way| way.works).map(|way| way.kind).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["feed", "sitemap", "wordpress"])), "{found:#?}");
    tables_build(&found);

    // WordPress 6.1 states no times in its maps, but the addresses have the day: the week's posts, whatever a run can take.
    let collector = build("sitemap", &address, host, "pages_a_run = 90");
    let mut taken = Taken::default();
    for run in 1..=5 {
        taken.run(&*collector, Timestamp::now(), usize::MAX).await.unwrap();
        assert_eq!((taken.items.len(), taken.skipped.len()), (taken.ids().len(), 0), "{:?}", taken.skipped);
        assert!(taken.items.len() <= 90 * run);
    }
    assert!(taken.items.len() >= 240, "{}", taken.items.len());
    let all = taken.items.len();
    taken.run(&*collector, Timestamp::now(), usize::MAX).await.unwrap();
    assert_eq!(taken.items.len(), all, "nothing new");
    assert!(
        taken
            .items
            .iter()
            .all(|item| item.body.starts_with(b"<!DOCTYPE html>") && item.url.as_ref().unwrap().starts_with(&address))
    );

    // The front page as a section.
    let collector = build("page", &address, host, "pages_a_run = 3\nlink_selector = \"h2 a\"");
    let mut taken = Taken::default();
    taken.run(&*collector, Timestamp::now(), usize::MAX).await.unwrap();
    assert_eq!(taken.items.len(), 3, "{:?}", taken.skipped);
}
