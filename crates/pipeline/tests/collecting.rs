//! Days of collecting on a clock that runs as fast as the machine: what is asked when, what is recorded, what is derived.
#![allow(clippy::unwrap_used)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use jiff::{SignedDuration, Timestamp};
use model::{Fault, SourceState};
use pipeline::{Clock, CollectOptions, Desk, Office, SearchRequest, Silent};
use server::{Answer, Server, reply};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const START: &str = "2026-11-18T00:00:00Z";

/// Seconds of one test's own time.
fn own_time() -> &'static AtomicI64 {
    Box::leak(Box::new(AtomicI64::new(START.parse::<Timestamp>().unwrap().as_second())))
}

/// A server on a thread of its own, since collecting brings its own runtime.
fn serve(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> String {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let server = Server::start(answer).await;
            tell.send(server.address.clone()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

/// The last twenty items of a site that publishes one an hour.
fn hourly(now: i64) -> String {
    let hours = now / 3600;
    let items: String = (hours - 19..=hours)
        .map(|hour| {
            let at = Timestamp::from_second(hour * 3600).unwrap();
            format!(
                "<item><guid>h{hour}</guid><title>Banjir di Samarinda jam {hour}</title><pubDate>{at}</pubDate></item>"
            )
        })
        .collect();
    format!("<rss><channel>{items}</channel></rss>")
}

struct Town {
    folder: tempfile::TempDir,
    pipeline: PathBuf,
    time: &'static AtomicI64,
    /// Seconds at which each path was asked.
    asked: Arc<Mutex<BTreeMap<String, Vec<i64>>>>,
}

impl Town {
    /// Sources by path; `answer` says what each serves at a moment.
    fn new(sources: &[(&str, &str)], answer: impl Fn(&str, i64) -> Answer + Send + Sync + 'static) -> Self {
        let (time, asked) = (own_time(), Arc::new(Mutex::new(BTreeMap::<String, Vec<i64>>::new())));
        let noted = asked.clone();
        let address = serve(move |head, _| {
            let path = head.split_whitespace().nth(1).unwrap().to_owned();
            let now = time.load(Ordering::Relaxed);
            if path == "/robots.txt" {
                return reply("404 Not Found", &[], b"");
            }
            noted.lock().unwrap().entry(path.clone()).or_default().push(now);
            answer(&path, now)
        });
        let folder = tempfile::tempdir().unwrap();
        let tables: String = sources
            .iter()
            .map(|(path, more)| {
                format!(
                    "[[collect]]\nkind = \"feed\"\nname = \"{path}\"\nurl = \"http://{address}/{path}\"\n\
                     allow_private = [\"{address}\"]\n{more}\n"
                )
            })
            .collect();
        let pipeline = folder.path().join("kota.toml");
        std::fs::write(&pipeline, format!("title = \"Kota\"\n{tables}")).unwrap();
        Self { folder, pipeline, time, asked }
    }

    fn office(&self) -> (Office, pipeline::Pipeline) {
        let mut desk = Desk::open(Some(&self.pipeline), None).unwrap();
        desk.clock = Clock::Shared(self.time);
        let office = Office::open(&desk, &self.folder.path().join("data"), &Silent).unwrap();
        (office, desk.pipeline.take().unwrap())
    }

    /// Options whose pauses move this town's time instead of passing.
    fn options(&self) -> CollectOptions {
        let time = self.time;
        let sleep: net::Sleep = Arc::new(move |pause: Duration| {
            Box::pin(async move {
                // Whoever waits for an answer of the server gets it first; then the whole pause passes at once.
                tokio::time::sleep(Duration::from_millis(2)).await;
                time.fetch_add(pause.as_secs().max(1) as i64, Ordering::Relaxed);
            })
        });
        CollectOptions { net: net::Options { sleep, tries: 1, ..net::Options::default() }, ..CollectOptions::default() }
    }

    /// Ready when so many hours have passed.
    async fn hours(&self, hours: i64) {
        let end = START.parse::<Timestamp>().unwrap().as_second() + hours * 3600;
        while self.time.load(Ordering::Relaxed) < end {
            tokio::task::yield_now().await;
        }
    }
}

#[test]
fn a_dead_site_is_asked_less_and_less_and_comes_back_by_itself() {
    let dead_until = START.parse::<Timestamp>().unwrap().as_second() + 30 * 3600;
    let town =
        Town::new(&[("hidup", "every_minutes = 30"), ("mati", "every_minutes = 30")], move |path, now| {
            match path == "/mati" && now < dead_until {
                true => reply("500 Internal Server Error", &[("content-type", "text/html")], b"<h1>galat</h1>"),
                false => reply("200 OK", &[("content-type", "application/rss+xml")], hourly(now).as_bytes()),
            }
        });
    let (mut office, pipeline) = town.office();
    let collected = office.watch(&pipeline, &town.options(), &Silent, town.hours(72)).unwrap();

    let asked = town.asked.lock().unwrap().clone();
    let (living, dead) = (&asked["/hidup"], &asked["/mati"]);
    let longest = living.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!(living.len() > 100 && longest <= 35 * 60 + 60, "{} times, {longest} s apart", living.len());
    let before: Vec<i64> = dead.iter().copied().filter(|at| *at < dead_until).collect();
    assert!((4..30).contains(&before.len()), "asked {} times in 30 hours", before.len());
    assert!(
        before[before.len() - 1] - before[before.len() - 2] > 2 * (before[1] - before[0]),
        "pauses grow: {before:?}"
    );
    assert!(before.windows(2).all(|pair| pair[1] - pair[0] <= 27 * 3600));

    let state = |name: &str| collected.sources.iter().find(|source| source.name.as_str() == name).unwrap();
    assert_eq!((state("hidup").state, state("mati").state), (SourceState::Ok, SourceState::Ok));
    assert_eq!(state("mati").soft_failures, 0.0);
    assert_eq!(office.health().unwrap(), {
        let mut sources = collected.sources.clone();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        sources
    });

    // Every item once, derived while collecting went on; what the dead site published meanwhile is partly lost.
    let found = office
        .search(&SearchRequest {
            query: "*".into(),
            since: None,
            until: None,
            limit: 10_000,
            with_issues: false,
            newest_first: false,
        })
        .unwrap();
    assert_eq!(found.hits.len() as u64, collected.imported);
    assert!(collected.imported >= 2 * 60 && collected.unchanged > collected.imported);
    let gaps =
        store::SourceRegistry::open(&town.folder.path().join("data")).unwrap().gaps(Timestamp::UNIX_EPOCH).unwrap();
    let of_dead: Vec<_> = gaps.iter().filter(|gap| gap.source.as_str() == "mati").collect();
    assert_eq!(of_dead.len(), 1, "{gaps:?}");
    assert!(of_dead[0].fault == Fault::Server && of_dead[0].ended_at.is_some() && !of_dead[0].filled, "{of_dead:?}");
    assert!(gaps.iter().all(|gap| gap.source.as_str() == "mati"));
}

#[test]
fn a_hundred_dead_sites_do_not_slow_one_that_lives() {
    let names: Vec<String> = (0..100).map(|at| format!("mati{at}")).chain(["hidup".to_owned()]).collect();
    let sources: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "every_minutes = 30")).collect();
    let town = Town::new(&sources, |path, now| match path {
        "/hidup" => reply("200 OK", &[("content-type", "application/rss+xml")], hourly(now).as_bytes()),
        _ => Answer::Bytes(b"bukan http".to_vec()),
    });
    let (mut office, pipeline) = town.office();
    let options = CollectOptions { at_once: 8, suspects_at_once: 2, ..town.options() };
    office.watch(&pipeline, &options, &Silent, town.hours(24)).unwrap();
    let asked = town.asked.lock().unwrap().clone();
    let living = &asked["/hidup"];
    let longest = living.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!(living.len() >= 40 && longest <= 35 * 60 + 120, "{} times, {longest} s apart at most", living.len());
    let health = office.health().unwrap();
    let down = health.iter().filter(|source| source.state == SourceState::Failed && source.reason.is_some());
    assert_eq!(down.count(), 100, "each says why");
}

#[test]
fn a_source_that_is_switched_off_is_not_asked_and_not_missed() {
    let town = Town::new(&[("satu", ""), ("dua", "")], |_, now| reply("200 OK", &[], hourly(now).as_bytes()));
    let data = town.folder.path().join("data");
    let desk = Desk::open(Some(&town.pipeline), None).unwrap();
    pipeline::switch(&desk, &data, "satu", true).unwrap();
    assert!(pipeline::switch(&desk, &data, "tiga", true).unwrap_err().to_string().contains("known: satu, dua"));
    let (mut office, pipeline) = town.office();
    let collected = office.collect(&pipeline, &town.options(), &Silent).unwrap();
    assert_eq!((collected.attempts, collected.imported), (1, 20));
    assert_eq!(town.asked.lock().unwrap().keys().collect::<Vec<_>>(), ["/dua"]);
    assert_eq!(collected.sources[0].state, SourceState::Disabled);
    drop(office);
    pipeline::switch(&desk, &data, "satu", false).unwrap();
    let (mut office, pipeline) = town.office();
    assert_eq!(office.collect(&pipeline, &town.options(), &Silent).unwrap().attempts, 2);
}

#[test]
fn a_weekend_without_the_program_is_a_gap_of_its_own() {
    let town = Town::new(&[("satu", "")], |_, now| reply("200 OK", &[], hourly(now).as_bytes()));
    let (mut office, pipeline) = town.office();
    office.collect(&pipeline, &town.options(), &Silent).unwrap();
    town.time.fetch_add(SignedDuration::from_hours(60).as_secs(), Ordering::Relaxed);
    office.collect(&pipeline, &town.options(), &Silent).unwrap();
    let gaps =
        store::SourceRegistry::open(&town.folder.path().join("data")).unwrap().gaps(Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].fault == Fault::NotRunning && !gaps[0].filled, "twenty items of sixty hours: some are lost");
}
