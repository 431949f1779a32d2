//! How fast a stream is grouped, and what it keeps: `cargo run --release -p issues --example stream [DAYS [PER_DAY]]`
//! on invented documents, or `… --example stream FILE.ndjson` on a file of `id source kind title text published_at`.
// A program for people who measure: it prints, and stops where it cannot go on.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use issues::{Member, Options, Stream};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use model::{Authority, Place, PlaceLevel, Record, Region, SourceKind, Topic};
use std::{error::Error, fs, time::Instant};

const BATCH: usize = 1_000;
const TOPICS: [&str; 12] = [
    "banjir",
    "bbm",
    "jalan",
    "listrik",
    "sekolah",
    "rumah_sakit",
    "tambang",
    "harga",
    "air",
    "sampah",
    "beasiswa",
    "kapal",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let region = region();
    if let Some(file) = arguments.first().filter(|argument| argument.ends_with(".ndjson")) {
        let records: Vec<Record> =
            fs::read_to_string(file)?.lines().enumerate().filter_map(|(at, line)| read(at, line)).collect();
        let mut stream = Stream::new(&Options::default());
        let started = Instant::now();
        records.chunks(BATCH).for_each(|batch| stream.add(batch, &region));
        let members = stream.members(&region);
        report("file", records.len(), started, &members);
        return Ok(());
    }
    let number = |position: usize, usual| arguments.get(position).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (days, per_day) = (number(0, 8), number(1, 33_000));
    let mut stream = Stream::new(&Options::default());
    let mut world = World::new(per_day);
    let (mut retired, mut slowest) = (0, 0.0_f64);
    for day in 0..days {
        let records = world.day(day);
        let started = Instant::now();
        for batch in records.chunks(BATCH) {
            let batch_started = Instant::now();
            stream.add(batch, &region);
            slowest = slowest.max(batch_started.elapsed().as_secs_f64());
        }
        retired += stream.retire().len();
        let seconds = started.elapsed().as_secs_f64();
        println!("day {day}: {:.0} documents/s, retired {retired} so far", records.len() as f64 / seconds);
    }
    println!("slowest batch of {BATCH}, closing hours included: {slowest:.3} s");
    let records = world.day(days);
    for batch in records.chunks(BATCH).take(4) {
        let started = Instant::now();
        stream.add(batch, &region);
        let added = started.elapsed().as_secs_f64();
        let members = stream.members(&region);
        println!(
            "batch of {BATCH} into {} documents: added {added:.3} s, with members {:.3} s",
            members.len(),
            started.elapsed().as_secs_f64()
        );
    }
    let started = Instant::now();
    let written = issues::compact::encoded(&stream);
    println!("written: {:.1} MB in {:.2} s", written.len() as f64 / 1e6, started.elapsed().as_secs_f64());
    let started = Instant::now();
    let again: Stream = issues::compact::decoded(&written).ok_or("the state cannot be read")?;
    println!("read again in {:.2} s", started.elapsed().as_secs_f64());
    let members = stream.members(&region);
    assert_eq!(again.members(&region), members, "what was read goes on as what was written");
    report("in memory", members.len(), Instant::now(), &members);
    let started = Instant::now();
    let mut fresh = Stream::new(&Options::default());
    records.chunks(BATCH).for_each(|batch| fresh.add(batch, &region));
    report("one day anew", records.len(), started, &fresh.members(&region));
    Ok(())
}

fn report(what: &str, documents: usize, started: Instant, members: &[Member]) {
    let seconds = started.elapsed().as_secs_f64();
    let distinct = |of: fn(&Member) -> &str| members.iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
    println!(
        "{what}: {documents} documents in {seconds:.2} s ({:.0}/s), {} stories, {} issues, {} copies",
        documents as f64 / seconds,
        distinct(|member| member.story.as_str()),
        distinct(|member| member.issue.as_str()),
        members.iter().filter(|member| member.copy_of.is_some()).count()
    );
}

/// Invented events that are reported for a day or two, and people who talk about them.
struct World {
    per_day: usize,
    state: u64,
    sequence: u64,
    words: Vec<String>,
    events: Vec<(usize, Vec<usize>)>,
}

impl World {
    fn new(per_day: usize) -> Self {
        let syllables =
            ["ba", "ka", "ri", "tu", "sen", "mo", "la", "pi", "nga", "du", "wer", "sa", "to", "ling", "ma", "ju"];
        let word = |number: usize| {
            (0..3).map(|place| syllables[(number >> (4 * place)) & 15]).collect::<String>()
                + syllables[(number * 7 + 3) & 15]
        };
        Self { per_day, state: 7, sequence: 0, words: (0..4_096).map(word).collect(), events: Vec::new() }
    }

    fn random(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below
    }

    /// A common word is met often, a rare one hardly ever.
    fn word(&mut self) -> usize {
        let (a, b, c) = (self.random(4_096), self.random(4_096), self.random(4_096));
        a.min(b).min(c)
    }

    fn day(&mut self, day: usize) -> Vec<Record> {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let start = start.checked_add((24 * day as i64).hours()).unwrap();
        let fresh = self.per_day / 12;
        let kept = self.events.len().saturating_sub(fresh / 3);
        self.events.drain(..kept);
        for _ in 0..fresh {
            let words = (0..40).map(|_| self.random(4_096)).collect();
            let topic = self.random(TOPICS.len());
            self.events.push((topic, words));
        }
        (0..self.per_day).map(|position| self.record(start, position)).collect()
    }

    fn record(&mut self, start: Timestamp, position: usize) -> Record {
        let seconds = position as i64 * 86_400 / self.per_day as i64;
        let at = start.checked_add(seconds.seconds()).unwrap();
        let event = self.random(self.events.len());
        let (topic, words) = self.events[event].clone();
        let is_post = self.random(10) < 7;
        let say = |world: &mut Self, own: usize, other: usize| {
            let mut said: Vec<String> = Vec::new();
            for _ in 0..own {
                let word = words[world.random(words.len())];
                said.push(world.words[word].clone());
            }
            for _ in 0..other {
                let word = world.word();
                said.push(world.words[word].clone());
            }
            said.join(" ")
        };
        let text =
            if is_post { say(self, 5, 12) } else { (0..12).map(|_| say(self, 8, 12)).collect::<Vec<_>>().join(". ") };
        let title = (!is_post).then(|| say(self, 6, 3));
        self.sequence += 1;
        Record {
            sequence: self.sequence,
            id: self.sequence.to_string().into(),
            source: format!("sumber{}", self.sequence % 40).into(),
            kind: if is_post { SourceKind::Post } else { SourceKind::News },
            title,
            text,
            at,
            day: at.to_zoned(TimeZone::UTC).date(),
            dated: true,
            first_seen_at: at,
            topics: (!is_post || !self.sequence.is_multiple_of(3)).then(|| TOPICS[topic].into()).into_iter().collect(),
            places: vec![format!("91.{:02}", 1 + event % 10).as_str().into()],
            author_pseudonym: is_post.then(|| format!("akun{}", self.sequence % 5_000)),
            ..Record::default()
        }
    }
}

fn read(position: usize, line: &str) -> Option<Record> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let at: Timestamp = line["published_at"].as_str()?.parse().ok()?;
    Some(Record {
        sequence: position as u64 + 1,
        id: line["id"].as_str()?.into(),
        source: line["source"].as_str().unwrap_or("?").into(),
        kind: line["kind"].as_str().unwrap_or("news").parse().unwrap_or_default(),
        title: line["title"].as_str().map(str::to_owned),
        text: line["text"].as_str()?.to_owned(),
        at,
        day: at.to_zoned(TimeZone::UTC).date(),
        dated: true,
        first_seen_at: at,
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
    let place = |number: usize| Place {
        code: format!("91.{number:02}").as_str().into(),
        name: format!("Kota {number}"),
        short: format!("Kota {number}"),
        level: PlaceLevel::Regency,
        parent: None,
        tile: None,
    };
    Region { topics: TOPICS.iter().map(topic).collect(), places: (1..=10).map(place).collect(), ..Region::default() }
}
