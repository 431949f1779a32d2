//! Every connector that speaks HTTP against every fault of the chaos server: it reads what can be read, names what is
//! wrong, takes no more than it may, and is whole again as soon as the source is.
//!
//! `tests/cases/chaos/connectors.toml` says how each connector is shown to the server. What became of each fault stands
//! in `tests/cases/chaos/outcomes/`, for people to read; `UPDATE=1` rewrites it. "(later)" is a trial in which the first
//! request of the run is spared; it is listed where its outcome differs.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use chaos::{Act, Exchange, Fault, Server, Wants, faults};
use collect::{Batch, BuildContext, COLLECTORS, Context, Error, MemoryLedger, Outcome};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use model::RawItem;
use net::{Client, Found, Lookup, Options};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};

/// Connectors that ask nobody by HTTP.
const SILENT: &[&str] = &["file", "manual", "imap"];
/// Faults that alter dates or texts under an unchanged revision: only the identity of the items can be compared.
const ALTERS: &[&str] =
    &["future-dates", "control-characters", "broken-utf8", "nul-bytes", "wrong-charset", "unknown-charset", "no-type"];
/// The name that the server goes by where names are what fails.
const NAME: &str = "sumber-uji.example";
/// Marks a trial in which the first request of a run is spared.
const LATER: &str = " (later)";
/// What one answer may cost at most: the client's limit, and what the system's buffers hold beyond it.
const BYTES_MAX: u64 = (15 << 20) + (8 << 20);
/// Memory of the whole test, with many faults at once: no body is kept.
const MEMORY_MAX_KIB: u64 = 600 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    #[serde(default = "sixty")]
    requests_max: u64,
    defers: Option<String>,
    #[serde(default)]
    open: Vec<Open>,
    #[serde(default)]
    exempt: BTreeMap<String, String>,
}

/// Something that is not yet as it should be. Once it is, its entry has to go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    why: String,
    faults: Vec<String>,
}

fn sixty() -> u64 {
    60
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

fn entries() -> BTreeMap<String, Entry> {
    toml::from_str(&fs::read_to_string(cases().join("chaos/connectors.toml")).unwrap()).unwrap()
}

#[test]
fn every_connector_that_speaks_http_is_in_the_table() {
    let entries = entries();
    let known: BTreeSet<_> = faults().iter().map(|fault| fault.name).collect();
    assert!(known.len() >= 40 && known.len() == faults().len(), "{} faults", known.len());
    for connector in COLLECTORS {
        let name = connector.kind.name;
        assert!(
            SILENT.contains(&name) || entries.contains_key(name),
            "{name} is missing in tests/cases/chaos/connectors.toml: name the case of a healthy run"
        );
    }
    for (name, entry) in &entries {
        assert!(entry.exempt.values().all(|reason| reason.len() > 10), "{name}: an exemption says why");
        let fault = |key: &String| known.contains(key.trim_end_matches(LATER));
        assert!(entry.exempt.keys().all(fault), "{name}: an unknown fault is exempt");
    }
}

#[tokio::test]
async fn faults_are_named_bounded_and_overcome() {
    let only = std::env::var("CHAOS").unwrap_or_default();
    let mut wrong = Vec::new();
    for (name, entry) in entries() {
        if !COLLECTORS.iter().any(|connector| connector.kind.name == name) {
            eprintln!("skipped: there is no connector {name}");
            continue;
        }
        let healthy = Peer::start(&entry).await.healthy().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let trials = faults().into_iter().filter(|fault| format!("{name}/{}", fault.name).contains(&only));
        let trials = trials.flat_map(|fault| [0, 1].map(|spared| (fault, spared)));
        let outcomes: Vec<_> = stream::iter(trials)
            .map(|(fault, spared)| {
                let (entry, healthy) = (&entry, &healthy);
                async move { (fault, spared, Peer::start(entry).await.suffers(fault, spared, entry, healthy).await) }
            })
            .buffered(8)
            .collect()
            .await;
        let (mut lines, mut before) = (String::new(), String::new());
        for (fault, spared, trial) in outcomes {
            let Some(trial) = trial else { continue };
            let start = key(fault, spared);
            if spared == 0 || trial.shown != before {
                lines.push_str(&format!("{start}: {}\n", trial.shown));
            }
            before.clone_from(&trial.shown);
            match entry.open.iter().find(|open| open.faults.contains(&start)) {
                Some(open) if trial.wrong.is_empty() => {
                    wrong.push(format!("{name}: {start}: is overcome; take it out of the open ones ({})", open.why));
                }
                Some(_) => {}
                None => {
                    wrong.extend(trial.wrong.iter().map(|what| format!("{name}: {start}: {what} [{}]", trial.shown)))
                }
            }
        }
        let file = cases().join(format!("chaos/outcomes/{name}.txt"));
        if std::env::var_os("UPDATE").is_some() && only.is_empty() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &lines).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        let expected: BTreeSet<_> = expected.lines().collect();
        let news = lines.lines().filter(|line| !expected.contains(line));
        wrong.extend(news.map(|line| format!("{name}: not in {}: {line}", file.display())));
    }
    assert!(wrong.is_empty(), "{} complaints:\n{}", wrong.len(), wrong.join("\n"));
    if let Some(memory) = memory_max_kib() {
        assert!(memory < MEMORY_MAX_KIB, "{memory} KiB at most in memory");
    }
}

/// `robots.txt` fails like the rest of its site: nothing is fetched by accident, and nothing is held against the site.
#[tokio::test]
async fn a_site_that_fails_at_robots_too_is_overcome() {
    let entry = entries().remove("feed").unwrap();
    let healthy = Peer::start(&entry).await.healthy().await.unwrap();
    let trials = stream::iter(faults()).map(|fault| {
        let (entry, healthy) = (&entry, &healthy);
        async move {
            let peer = Peer::start(entry).await;
            peer.server.play_robots(true);
            (fault, peer.suffers(fault, 0, entry, healthy).await)
        }
    });
    let outcomes: Vec<_> = trials.buffered(8).collect().await;
    let wrong = outcomes.into_iter().flat_map(|(fault, trial)| {
        let trial = trial.unwrap();
        let shown = trial.shown;
        trial.wrong.into_iter().map(move |what| format!("{fault:?}: {what} [{shown}]")).collect::<Vec<_>>()
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A server that gets better by itself after two bad answers costs two runs, not a source.
#[tokio::test]
async fn a_source_that_heals_by_itself_needs_nobody() {
    for (name, entry) in entries() {
        if !COLLECTORS.iter().any(|connector| connector.kind.name == name) {
            continue;
        }
        let healthy = Peer::start(&entry).await.healthy().await.unwrap();
        let peer = Peer::start(&entry).await;
        peer.server.play(chaos::fault("reset-mid-body").unwrap(), 0, Some(2)).await.unwrap();
        let mut taken = Taken::default();
        for round in 0..4 {
            let _ = peer.run(None, Duration::from_secs(30), round, &mut taken).await;
        }
        assert_eq!(peer.state(&taken), healthy.items, "{name}");
    }
}

/// A server that plays one connector's healthy source, and what it takes to run that connector against it.
struct Peer {
    server: Server,
    exchange: Arc<Exchange>,
    table: String,
    now: Timestamp,
    ledger: MemoryLedger,
    names: Names,
    // Deleted with the peer.
    base: tempfile::TempDir,
}

/// What has been taken over so far, as truth would do it.
#[derive(Default)]
struct Taken {
    items: Vec<RawItem>,
    cursor: Option<String>,
    skipped: Vec<String>,
}

/// What a healthy source gives: the last state of every item, without what differs from server to server.
struct Healthy {
    items: BTreeMap<String, String>,
}

/// One fault tried on one connector.
struct Trial {
    shown: String,
    wrong: Vec<String>,
}

impl Peer {
    async fn start(entry: &Entry) -> Self {
        let folder = cases().join(&entry.case);
        let base = tempfile::tempdir().unwrap();
        let healthy: Arc<std::sync::OnceLock<Arc<Exchange>>> = Arc::default();
        let answering = healthy.clone();
        let server = Server::start(move |request| answering.get().unwrap().answer(request)).await.unwrap();
        let url = format!("http://{}", server.host);
        let fill = |text: &str| text.replace("{server}", &url).replace("{host}", &server.host);
        let exchange = Arc::new(Exchange::read(&folder, fill).unwrap());
        assert!(healthy.set(exchange.clone()).is_ok());
        for (name, secret) in &exchange.secrets {
            fs::write(base.path().join(name), secret).unwrap();
        }
        let table = fs::read_to_string(folder.join("table.toml")).unwrap();
        let table = table.replace("{secrets}", base.path().to_str().unwrap());
        let now = exchange.now.as_deref().unwrap_or("2026-11-20T00:00:00Z").parse().unwrap();
        Self { server, exchange, table, now, ledger: MemoryLedger::default(), names: Names::default(), base }
    }

    /// One run, `round` quarters of an hour after the first, by the way that shows this fault, with a fresh client: what
    /// one run learned about a host must not be needed by the next.
    async fn run(
        &self,
        fault: Option<Fault>,
        timeout: Duration,
        round: i64,
        taken: &mut Taken,
    ) -> Result<Outcome, Error> {
        self.exchange.rewind();
        let client = client(timeout, self.names.clone());
        let named = fault.is_some_and(|fault| matches!(fault.act, Act::Name { .. }));
        let host = if named { self.server.host.replace("127.0.0.1", NAME) } else { self.server.host.clone() };
        let scheme = fault.map_or("http", |fault| fault.scheme());
        let table = self.table.replace("{server}", &format!("{scheme}://{host}")).replace("{host}", &host);
        let table: toml::Table = table.parse().unwrap();
        let kind = table["kind"].as_str().unwrap();
        let connector = COLLECTORS.iter().find(|connector| connector.kind.name == kind).unwrap();
        let build = BuildContext { base: self.base.path(), zone: &jiff::tz::TimeZone::UTC };
        let collector = (connector.kind.build)(&table, &build).unwrap();
        let now = self.now + SignedDuration::from_mins(15 * round);
        let context = Context { client: &client, now, ledger: &self.ledger, listen: Duration::ZERO };
        let cursor = taken.cursor.clone();
        let mut emit = |batch: Batch| {
            assert!(batch.items.len() <= Batch::ITEMS_MAX);
            taken.items.extend(batch.items);
            taken.skipped.extend(batch.skipped.into_iter().map(|skip| skip.reason));
            taken.cursor = batch.cursor.or(taken.cursor.take());
            Ok(())
        };
        collector.collect(&context, cursor.as_deref(), &mut emit).await
    }

    /// The last revision of every item, as truth would show it: a revision that is known is not taken again.
    fn state(&self, taken: &Taken) -> BTreeMap<String, String> {
        let (mut seen, mut state) = (BTreeSet::new(), BTreeMap::new());
        for item in &taken.items {
            if seen.insert((item.id.to_string(), item.revision.clone())) {
                let item = RawItem { fetched_at: Timestamp::UNIX_EPOCH, ..item.clone() };
                let body = String::from_utf8_lossy(&item.body).into_owned();
                let shown = format!("{:?} {body}", RawItem { body: Vec::new(), ..item.clone() });
                let port = self.server.host.trim_start_matches("127.0.0.1");
                let shown = shown.replace("https://", "http://").replace(&format!("{NAME}{port}"), &self.server.host);
                let id = item.id.to_string().replace("https://", "http://");
                let id = id.replace(&format!("{NAME}{port}"), &self.server.host).replace(&self.server.host, "{host}");
                state.insert(id, shown.replace(&self.server.host, "{host}"));
            }
        }
        state
    }

    /// What the source gives in full health, in as many runs as a trial has.
    async fn healthy(&self) -> Result<Healthy, String> {
        let mut taken = Taken::default();
        for round in 0..3 {
            let result = self.run(None, Duration::from_secs(30), round, &mut taken).await;
            result.map_err(|error| format!("the healthy source fails in round {round}: {}", chain(&error)))?;
        }
        let items = self.state(&taken);
        if items.is_empty() {
            return Err("a healthy source gives something".to_owned());
        }
        Ok(Healthy { items })
    }

    /// Plays a fault and heals; `None` where the connector asked for less than the fault spares.
    async fn suffers(&self, fault: Fault, spared: usize, entry: &Entry, healthy: &Healthy) -> Option<Trial> {
        self.server.play(fault, spared, None).await.unwrap();
        *self.names.lock().unwrap() = match fault.act {
            Act::Name { denied } if spared == 0 => Some(denied),
            _ => None,
        };
        // A deadline only where nothing else ends the exchange: elsewhere a busy machine must not look like a fault.
        let patience = if fault.ends { Duration::from_secs(60) } else { Duration::from_millis(600) };
        let mut taken = Taken::default();
        let result = self.run(Some(fault), patience, 0, &mut taken).await;
        let counts = self.server.counts();
        let exempt = entry.exempt.contains_key(&key(fault, spared));
        let met = counts.faulty > 0 || matches!(fault.act, Act::Name { .. } | Act::Refuse);
        if spared > 0 && (!met || counts.faulty == 0) {
            return None;
        }
        assert!(met || exempt, "{fault:?} was never shown");
        let mut wrong = Vec::new();
        let mut complain = |right: bool, what: String| {
            if !right {
                wrong.push(what)
            }
        };
        let before = self.state(&taken);
        let missing = healthy.items.keys().filter(|id| !before.contains_key(*id)).count();
        let told = result.is_err() || !taken.skipped.is_empty();
        // What is kept for later and comes with the next run was never lost.
        let deferred = entry.defers.is_some() && result.is_ok() && spared > 0;
        let wants = if spared > 0 && fault.wants == Wants::Reason { Wants::Honesty } else { fault.wants };
        complain(
            exempt
                || deferred
                || match wants {
                    Wants::Everything => result.is_ok() && missing == 0,
                    Wants::Reason => told,
                    Wants::Honesty => told || missing == 0,
                },
            format!("wanted {wants:?}, {missing} items are missing and nobody says so"),
        );
        complain(counts.hidden == 0, "it reached an address inside".to_owned());
        complain(counts.requests <= entry.requests_max, format!("{} requests in one run", counts.requests));
        complain(
            counts.bytes <= BYTES_MAX * counts.requests.max(1),
            format!("{} bytes in {} answers", counts.bytes, counts.requests),
        );
        let reason = match &result {
            Ok(outcome) if taken.skipped.is_empty() => format!("reads {}", outcome.received),
            Ok(outcome) => {
                format!(
                    "reads {}, says: {}",
                    outcome.received,
                    BTreeSet::from_iter(&taken.skipped).into_iter().cloned().collect::<Vec<_>>().join("; ")
                )
            }
            // Which of its requests met the deadline of a busy machine differs from run to run.
            Err(_) if !fault.ends => "fails: its deadline passes".to_owned(),
            Err(error) => format!("fails: {}", chain(error)),
        };
        for (name, secret) in &self.exchange.secrets {
            complain(!reason.contains(secret.as_str()), format!("the secret {name} shows"));
        }

        self.server.heal().unwrap();
        *self.names.lock().unwrap() = None;
        let mut healed = Ok(Outcome::default());
        for round in 1..3 {
            healed = self.run(Some(fault), Duration::from_secs(60), round, &mut taken).await;
        }
        complain(healed.is_ok(), format!("still fails after healing: {:?}", healed.as_ref().map_err(chain)));
        let after = self.state(&taken);
        let alters = ALTERS.contains(&fault.name);
        // What is too old for a healthy run looks new there; it may come along.
        let rejuvenates = fault.name == "future-dates";
        let differs = |id: &String, item: &String| match healthy.items.get(id) {
            Some(known) => !alters && known != item,
            None => !rejuvenates,
        };
        let differing = after.iter().filter(|(id, item)| differs(id, item)).map(|(id, _)| id);
        let missing = healthy.items.keys().filter(|id| !after.contains_key(*id));
        let differing: Vec<_> = differing.chain(missing).take(3).collect();
        let same = differing.is_empty();
        complain(exempt || same, format!("after healing {} items differ, such as {differing:?}", differing.len()));
        Some(Trial { shown: legible(&reason.replace(&self.server.host, "{host}")), wrong })
    }
}

/// The name of a trial: a fault that shows at once, or one that spares the first request.
fn key(fault: Fault, spared: usize) -> String {
    format!("{}{}", fault.name, if spared == 0 { "" } else { LATER })
}

/// How the only name there is resolves: to loopback, or not because it is denied (true) or nobody can be asked (false).
type Names = Arc<Mutex<Option<bool>>>;

struct Resolver(Names);

impl Lookup for Resolver {
    fn lookup(&self, name: String) -> Found {
        let found = match *self.0.lock().unwrap() {
            None if name == NAME => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
            Some(false) => Err(io::Error::other("no route to the name server")),
            None | Some(true) => Err(io::ErrorKind::NotFound.into()),
        };
        Box::pin(std::future::ready(found))
    }
}

/// A client whose waiting moves its clock and takes no time.
fn client(timeout: Duration, names: Names) -> Client {
    let passed = Arc::new(AtomicU64::new(0));
    let slept = passed.clone();
    let sleep: net::Sleep = Arc::new(move |pause| {
        slept.fetch_add(u64::try_from(pause.as_millis()).unwrap(), Relaxed);
        Box::pin(std::future::ready(()))
    });
    let clock: net::Clock = Arc::new(move || Duration::from_millis(passed.load(Relaxed)));
    let resolver: Option<Arc<dyn Lookup>> = Some(Arc::new(Resolver(names)));
    let roots = vec![chaos::authority()];
    Client::new(Options { tries: 2, timeout, sleep, clock, resolver, roots, ..Options::default() }).unwrap()
}

/// A text up to the first character that nobody can read; behind it bytes of the case itself may stand.
fn legible(text: &str) -> String {
    let strange = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
    text.find(strange).map_or_else(|| text.to_owned(), |place| format!("{}…", &text[..place]))
}

/// An error for a person, without what the operating system says of it: that differs from run to run.
fn chain(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// The most memory that this process ever used, where the system tells.
fn memory_max_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}
