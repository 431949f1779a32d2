//! Forty sources with a fault each beside ten healthy ones, for a day of a clock that runs as fast as the machine: the
//! healthy ones are asked as often as if they were alone, every faulty one says why, and all come back by themselves.
#![allow(clippy::unwrap_used)]

use chaos::{Act, Fault, Reply, Server, faults};
use jiff::Timestamp;
use model::SourceState;
use pipeline::{Clock, CollectOptions, Collected, Desk, Office, Pipeline, Silent};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const START: &str = "2026-11-18T00:00:00Z";
const HEALTHY: usize = 10;
/// Names that only the resolver's fault keeps from being found.
const DOMAIN: &str = "kacau.example";
/// What fifty sources may cost beyond the same fifty without faults: four large bodies, twice, and their parsing.
const MEMORY_MAX_MIB: u64 = 200;

struct Names(Arc<Mutex<Vec<(String, bool)>>>);

impl net::Lookup for Names {
    fn lookup(&self, name: String) -> net::Found {
        let fault = self.0.lock().unwrap().iter().find(|(known, _)| *known == name).map(|(_, denied)| *denied);
        Box::pin(async move {
            match fault {
                None => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
                Some(true) => Err(io::Error::from(io::ErrorKind::NotFound)),
                Some(false) => Err(io::Error::from(io::ErrorKind::TimedOut)),
            }
        })
    }
}

struct Town {
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    healthy: Vec<Server>,
    faulty: Vec<(Fault, Server)>,
    broken_names: Arc<Mutex<Vec<(String, bool)>>>,
    time: &'static AtomicI64,
}

impl Town {
    fn new(with_faults: bool) -> Self {
        // The servers live on threads of their own, since collecting brings its own runtime.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let start = || runtime.block_on(Server::start(feed)).unwrap();
        let healthy = (0..HEALTHY).map(|_| start()).collect();
        // A fault that changes nothing is no fault of the source.
        let faulty: Vec<(Fault, Server)> = if with_faults {
            faults().iter().filter(|fault| fault.wants == chaos::Wants::Reason).map(|fault| (*fault, start())).collect()
        } else {
            Vec::new()
        };
        let time = Box::leak(Box::new(AtomicI64::new(START.parse::<Timestamp>().unwrap().as_second())));
        Self { folder: tempfile::tempdir().unwrap(), runtime, healthy, faulty, broken_names: Arc::default(), time }
    }

    fn break_all(&self) {
        for (fault, server) in &self.faulty {
            if let Act::Name { denied } = fault.act {
                self.broken_names.lock().unwrap().push((name_of(fault), denied));
            } else {
                self.runtime.block_on(server.play(*fault, 0, None)).unwrap();
            }
        }
    }

    fn heal_all(&self) {
        self.broken_names.lock().unwrap().clear();
        for (_, server) in &self.faulty {
            let _inside = self.runtime.enter();
            server.heal().unwrap();
        }
    }

    fn pipeline(&self) -> PathBuf {
        let mut text = "title = \"Kota kacau\"\n".to_owned();
        let mut source = |name: &str, url: &str, host: &str| {
            text += &format!(
                "[[collect]]\nkind = \"feed\"\nname = \"{name}\"\nurl = \"{url}\"\nallow_private = [\"{host}\"]\nevery_minutes = 30\n"
            );
        };
        for (at, server) in self.healthy.iter().enumerate() {
            source(&format!("sehat-{at}"), &server.url("/feed"), &server.host);
        }
        for (fault, server) in &self.faulty {
            let port = server.host.rsplit(':').next().unwrap();
            let host = if matches!(fault.act, Act::Name { .. }) {
                format!("{}:{port}", name_of(fault))
            } else {
                server.host.clone()
            };
            // What is played behind TLS is healthy there as well as far as a feed can be: it never is.
            let scheme = server.url("").split("://").next().unwrap().to_owned();
            source(fault.name, &format!("{scheme}://{host}/feed"), &host);
        }
        let path = self.folder.path().join("kota.toml");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn open(&self) -> (Office, Pipeline) {
        let mut desk = Desk::open(Some(&self.pipeline()), None).unwrap();
        desk.clock = Clock::Shared(self.time);
        let office = Office::open(&desk, &self.folder.path().join("data"), &Silent).unwrap();
        (office, desk.pipeline.take().unwrap())
    }

    fn watch(&self, office: &mut Office, pipeline: &Pipeline, hours: i64) -> Collected {
        let time = self.time;
        let end = time.load(Ordering::Relaxed) + hours * 3600;
        let sleep: net::Sleep = Arc::new(move |pause: Duration| {
            Box::pin(async move {
                // Whoever waits for an answer of a server gets it first; then the whole pause passes at once.
                tokio::time::sleep(Duration::from_millis(2)).await;
                time.fetch_add(pause.as_secs().max(1) as i64, Ordering::Relaxed);
            })
        });
        let options = CollectOptions {
            net: net::Options {
                sleep,
                tries: 1,
                // Only what never ends is ended by this.
                timeout: Duration::from_millis(700),
                resolver: Some(Arc::new(Names(self.broken_names.clone()))),
                ..net::Options::default()
            },
            ..CollectOptions::default()
        };
        let stop = async move {
            while time.load(Ordering::Relaxed) < end {
                tokio::task::yield_now().await;
            }
        };
        office.watch(pipeline, &options, &Silent, stop).unwrap()
    }

    fn asked(&self) -> u64 {
        self.healthy.iter().map(|server| server.counts().requests).sum()
    }
}

fn name_of(fault: &Fault) -> String {
    format!("{}.{DOMAIN}", fault.name.replace('_', "-"))
}

fn feed(_: &chaos::Request) -> Reply {
    let items: String = (0..20)
        .map(|at| format!("<item><guid>k{at}</guid><title>Kabar kota nomor {at}</title><pubDate>2026-11-17T{at:02}:00:00Z</pubDate></item>"))
        .collect();
    Reply::new(200, "application/rss+xml", format!("<rss version=\"2.0\"><channel>{items}</channel></rss>"))
}

#[test]
fn forty_faults_slow_nobody_and_heal_by_themselves() {
    let alone = Town::new(false);
    let (mut office, pipeline) = alone.open();
    alone.watch(&mut office, &pipeline, 24);
    let (alone_asked, memory) = (alone.asked(), memory_mib());
    drop(office);

    let town = Town::new(true);
    assert!(town.faulty.len() >= 30, "{} faults", town.faulty.len());
    town.break_all();
    let (mut office, pipeline) = town.open();
    let broken = town.watch(&mut office, &pipeline, 24);
    let asked = town.asked();
    assert!(asked * 10 >= alone_asked * 9, "healthy sources were asked {asked} times, alone {alone_asked} times");
    for source in &broken.sources {
        let sound = source.name.as_str().starts_with("sehat");
        match sound {
            true => assert_eq!(source.state, SourceState::Ok, "{source:?}"),
            false => assert!(source.state != SourceState::Ok && source.reason.is_some(), "{source:?}"),
        }
    }
    let grown = memory_mib().saturating_sub(memory);
    assert!(grown <= MEMORY_MAX_MIB, "{grown} MiB more than without faults");

    town.heal_all();
    let healed = town.watch(&mut office, &pipeline, 49);
    let behind_tls: Vec<&str> = town
        .faulty
        .iter()
        .filter(|(fault, _)| matches!(fault.act, Act::Tls(_) | Act::NoTls | Act::Secure(_)))
        .map(|(fault, _)| fault.name)
        .collect();
    for source in &healed.sources {
        // A healed server of this kind speaks plain HTTP again, and its address in the pipeline does not.
        if !behind_tls.contains(&source.name.as_str()) {
            assert_eq!(source.state, SourceState::Ok, "{source:?}");
            assert_eq!(source.soft_failures, 0.0, "{source:?}");
        }
    }
}

/// The most memory that this process ever had.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
