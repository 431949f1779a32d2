//! Two full cycles over many feeds on as many invented hosts, and the quiet between them: time, memory, processor.
//!
//! Run by `benches/feeds.sh`, which starts the server; a resolver maps every invented name to loopback.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use pipeline::{CollectOptions, Collected, Desk, Office, Silent};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Loopback;

impl net::Lookup for Loopback {
    fn lookup(&self, _: String) -> net::Found {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, feeds, quiet_seconds] = arguments.as_slice() else { panic!("feeds PORT FEEDS QUIET_SECONDS") };
    let feeds: usize = feeds.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ribuan.toml");
    std::fs::write(&file, definition(port, feeds)).unwrap();

    let start = Instant::now();
    let mut desk = Desk::open(Some(&file), None).unwrap();
    println!("pipeline of {feeds} sources read and checked: {:.2} s", start.elapsed().as_secs_f64());
    let mut office = Office::open(&desk, &folder.path().join("data"), &Silent).unwrap();
    let pipeline = desk.pipeline.take().unwrap();
    let options = CollectOptions {
        net: net::Options { resolver: Some(Arc::new(Loopback)), ..net::Options::default() },
        ..CollectOptions::default()
    };
    let before = memory_mib("VmRSS");
    println!("memory before: {before} MiB");

    let collected = timed("first cycle", || office.collect(&pipeline, &options, &Silent).unwrap());
    report(&collected, feeds);
    timed("deriving what came", || office.derive(&Silent).unwrap());

    let quiet = Duration::from_secs(quiet_seconds.parse().unwrap());
    let (processor, wall) = (processor_seconds(), Instant::now());
    let stop = async move { tokio::time::sleep(quiet).await };
    let watched = office.watch(&pipeline, &options, &Silent, stop).unwrap();
    let used = processor_seconds() - processor;
    println!(
        "quiet: {} attempts, processor {:.2} s in {:.1} s ({:.1} % of one core)",
        watched.attempts,
        used,
        wall.elapsed().as_secs_f64(),
        100.0 * used / wall.elapsed().as_secs_f64()
    );

    let collected = timed("second cycle, nothing new", || office.collect(&pipeline, &options, &Silent).unwrap());
    report(&collected, feeds);
    println!("memory: peak {} MiB, now {} MiB", memory_mib("VmHWM"), memory_mib("VmRSS"));
}

fn definition(port: &str, feeds: usize) -> String {
    let mut text = "title = \"Ribuan umpan\"\n".to_owned();
    for at in 0..feeds {
        let host = format!("f{at:07}.umpan.example:{port}");
        write!(
            text,
            "\n[[collect]]\nkind = \"feed\"\nname = \"f{at:07}\"\nurl = \"http://{host}/feed.xml\"\nallow_private = [\"{host}\"]\n\
             every_minutes = 15\n"
        )
        .unwrap();
    }
    text
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (processor, start) = (processor_seconds(), Instant::now());
    let value = work();
    println!("{what}: {:.1} s, processor {:.1} s", start.elapsed().as_secs_f64(), processor_seconds() - processor);
    value
}

fn report(collected: &Collected, feeds: usize) {
    let well = collected.sources.iter().filter(|source| !source.state.is_down()).count();
    println!("  {well} of {feeds} answered; {} new, {} known items", collected.imported, collected.unchanged);
    for source in collected.sources.iter().filter(|source| source.state.is_down()).take(3) {
        println!("  {}: {:?}", source.name, source.reason);
    }
}

fn memory_mib(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Seconds that this process kept a processor busy, of /proc: clock ticks are hundredths on Linux.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(") ").next().unwrap();
    let fields: Vec<f64> = after.split(' ').skip(11).take(2).map(|ticks| ticks.parse().unwrap()).collect();
    (fields[0] + fields[1]) / 100.0
}
