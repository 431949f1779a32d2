//! How fast feeds are read, and that nothing in the public test sets takes long: `PESUT_SHARED=… cargo run --release -p collect
//! --example feed_speed`.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// As much of a file as is ever read of a feed.
const BYTES_MAX: u64 = 15 << 20;

fn main() -> std::io::Result<()> {
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let corpora = shared.join("data/corpora");
    let mut paths = Vec::new();
    walk(&corpora, &mut paths)?;
    paths.sort();
    let (mut times, mut feeds) = (Vec::new(), Vec::new());
    for path in paths {
        let mut bytes = Vec::new();
        std::fs::File::open(&path)?.take(BYTES_MAX).read_to_end(&mut bytes)?;
        times.push((time(&bytes), bytes.len(), path.clone()));
        if ["gofeed", "feed-rs", "miniflux"].iter().any(|set| path.starts_with(corpora.join(set))) {
            feeds.push(bytes);
        }
    }
    times.sort_by(|one, other| other.cmp(one));
    println!("{} files; the slowest:", times.len());
    for (time, bytes, path) in times.iter().take(6) {
        println!("{time:>12.2?} {bytes:>9} bytes  {}", path.display());
    }
    // All feeds one by one, and the largest kinds of them as one document of the greatest size.
    let total: usize = feeds.iter().map(Vec::len).sum();
    let rounds = 20;
    let start = busy();
    for _ in 0..rounds {
        for feed in &feeds {
            std::hint::black_box(collect::parse_feed(feed, None).is_ok());
        }
    }
    println!("{} feeds, {:.1} MB/s", feeds.len(), speed(total * rounds, busy() - start));
    let item = "<item><title>Air naik &amp; warga mengungsi</title><link>https://media.example/1?a=1&amp;b=2</link><pubDate>Kamis, 17 Juli 2025 10:30 WITA</pubDate><description><![CDATA[<p>Air naik sejak subuh di <a href=\"/loa\">Loa Lestari</a>.</p>]]></description></item>";
    let long = format!("<rss><channel>{}</channel></rss>", item.repeat(2_000));
    let start = busy();
    for _ in 0..rounds {
        std::hint::black_box(collect::parse_feed(long.as_bytes(), None).is_ok());
    }
    println!("2,000 items, {:.1} MB/s", speed(long.len() * rounds, busy() - start));
    Ok(())
}

fn speed(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

fn time(bytes: &[u8]) -> Duration {
    let start = busy();
    std::hint::black_box(collect::parse_feed(bytes, Some("https://media.example/umpan/")).is_ok());
    busy() - start
}

/// Time on the processor where the system says so: a machine that others use as well makes clocks lie.
fn busy() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let nanoseconds =
        std::fs::read_to_string("/proc/self/schedstat").ok().and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { walk(&path, found)? } else { found.push(path) }
    }
    Ok(())
}
