//! How long a day of documents takes: `cargo run --release -p issues --example day FILE.ndjson…`.
//!
//! Each line has `id`, `source`, `kind`, `title`, `text`. All of them are put into one day, which is the worst case,
//! and get the topic of the first known word in them, so that posts are placed by topic as in earnest.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use jiff::{Timestamp, ToSpan as _, civil::date};
use model::{Authority, Frame, FrameWindow, Record, Region, Topic, Window};
use std::{error::Error, fs, time::Instant};

/// Words that stand for topics here.
const TOPICS: [&str; 8] = ["makan", "tambang", "polisi", "harga", "haji", "aplikasi", "gempa", "ibu kota"];

fn main() -> Result<(), Box<dyn Error>> {
    let end: Timestamp = "2026-11-19T22:00:00Z".parse()?;
    let mut records = Vec::new();
    for file in std::env::args().skip(1) {
        for line in fs::read_to_string(file)?.lines() {
            records.extend(record(&serde_json::from_str(line)?, records.len() as u64 + 1));
        }
    }
    let count = records.len() as i64;
    for (position, record) in records.iter_mut().enumerate() {
        record.at = end.checked_sub((position as i64 * 86_000 / count).seconds())?;
        record.first_seen_at = record.at;
    }
    let window = Window { from: end.checked_sub(24.hours())?, to: end };
    let window = FrameWindow { date: date(2026, 11, 20), window, missing_sources: Vec::new(), gap: false };
    let frame = Frame { windows: vec![window] };
    let region = region();
    for _ in 0..2 {
        let started = Instant::now();
        let grouping = issues::group(&records, &frame, &region, &issues::Options::default());
        let seconds = started.elapsed().as_secs_f64();
        let largest = grouping.issues.iter().map(|issue| issue.count).max().unwrap_or(0);
        println!(
            "{count} documents in {seconds:.2} s ({:.0} docs/s): {} issues, {} stories, {} copies, largest issue {largest}",
            count as f64 / seconds,
            grouping.issues.len(),
            grouping.stories,
            grouping.copies,
        );
    }
    Ok(())
}

fn record(line: &serde_json::Value, sequence: u64) -> Option<Record> {
    let text = line["text"].as_str()?.to_owned();
    let lower = text.to_lowercase();
    Some(Record {
        sequence,
        id: format!("{sequence}").into(),
        source: line["source"].as_str().unwrap_or("?").into(),
        kind: line["kind"].as_str().unwrap_or("news").parse().unwrap_or_default(),
        title: line["title"].as_str().map(str::to_owned),
        topics: TOPICS.iter().filter(|topic| lower.contains(**topic)).take(1).map(|topic| (*topic).into()).collect(),
        text,
        dated: true,
        ..Record::default()
    })
}

fn region() -> Region {
    let topic = |id: &&str| Topic {
        id: (*id).into(),
        label: (*id).to_owned(),
        short: (*id).to_owned(),
        definition: String::new(),
        lead: "".into(),
        others: Vec::new(),
        authority: Authority::KabKota,
        serta_merta: false,
        sensitivity: 3,
    };
    Region { topics: TOPICS.iter().map(topic).collect(), ..Region::default() }
}
