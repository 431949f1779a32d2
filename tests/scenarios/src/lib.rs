//! Invented weeks through text, analysis and grouping, as the pipeline does it, without truth, index and network.
//!
//! `record` and `frame` are faithful copies of the pipeline's (`crates/pipeline/src/{record,frame}.rs`) for items that
//! have a date and no markup; the whole program is run over the same items with `pesut import`.

use analyse::Analyser;
use generate::scenario::{self, Scenario};
use issues::{Grouping, Options};
use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::Date,
    tz::{Offset, TimeZone},
};
use model::{
    Analysis, Author, BodyFormat, Document, Frame, FrameWindow, QuoteNote, RawItem, Record, Region, SignalNote,
    SourceName, StoredItem, VerificationStatus, Window,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};
use text::{Lexicons, Reader};

/// Windows of a frame; the same number as the pipeline's.
const WINDOWS: i64 = 7;
/// A source is expected in a window when it spoke in so many others; the pipeline's number.
const EXPECTED_AFTER: usize = 3;

/// Reads texts of the repository's own region.
pub struct Office {
    lexicons: Arc<Lexicons>,
    reader: Reader,
    analyser: Analyser,
    zone: TimeZone,
}

impl Office {
    /// The region that comes with the repository.
    ///
    /// # Panics
    /// The repository's lexicons cannot be read.
    pub fn new() -> Self {
        let root = root();
        let lexicons =
            eval::words::with_models(&root.join("lexicons"), "kaltim").expect("lexicons are in the repository");
        let zone = TimeZone::get(&lexicons.region.zone).expect("the region has a zone");
        let reader = Reader::new(lexicons.clone(), zone.clone()).expect("patterns of the lexicons compile");
        Self { analyser: Analyser::new(lexicons.clone()), reader, zone, lexicons }
    }

    /// Its region.
    pub fn region(&self) -> &Region {
        &self.lexicons.region
    }

    /// Every item of a scenario as the pipeline would keep it, in the order of time.
    ///
    /// # Panics
    /// The scenario has no such name.
    pub fn records(&self, scenario: &Scenario) -> Vec<Record> {
        let items = scenario::items(scenario).unwrap_or_else(|reason| panic!("{reason}"));
        let lines = items.iter().enumerate().map(|(position, item)| item.line(&format!("s{position:05}")));
        self.read(&lines.collect::<Vec<_>>())
    }

    /// Lines of NDJSON as the pipeline would keep them, in the same order.
    pub fn read(&self, lines: &[serde_json::Value]) -> Vec<Record> {
        let stored: Vec<StoredItem> = lines.iter().enumerate().map(|(position, line)| stored(position, line)).collect();
        let documents: Vec<Document> = stored.iter().map(|stored| self.reader.document(stored).0).collect();
        let analyses = self.analyser.analyse_batch(&documents);
        let parts = stored.iter().zip(documents).zip(analyses);
        parts.map(|((stored, document), analysis)| record(stored, document, analysis, &self.zone)).collect()
    }

    /// The issues of the brief of a day, from what was there by `now`.
    pub fn issues(&self, records: &[Record], day: Date, now: Option<Timestamp>) -> Grouping {
        let mut frame = frame(day, &self.zone);
        let from = frame.windows[0].window.from;
        let to = frame.windows[frame.windows.len() - 1].window.to;
        let to = now.map_or(to, |now| now.min(to));
        let within: Vec<Record> =
            records.iter().filter(|record| record.at > from && record.at <= to).cloned().collect();
        // Nobody is missed before the day is over.
        let checked = frame.windows.len() - usize::from(now.is_some());
        mark_gaps(&mut frame.windows[..checked], &within);
        issues::group(&within, &frame, self.region(), &Options::default())
    }

    /// Six in the morning of a day.
    pub fn cut_off(&self, day: Date) -> Timestamp {
        cut_off(day, &self.zone)
    }
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The shape of a real burst, where the shared data is there.
pub fn real_curve() -> Option<Vec<i64>> {
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let file = shared.join("data/replay/replay_b_posts_2025-01-08_2025-02-28.ndjson");
    let lines = std::fs::read_to_string(file).ok()?;
    Some(scenario::curve(lines.lines())).filter(|curve| !curve.is_empty())
}

fn stored(position: usize, line: &serde_json::Value) -> StoredItem {
    let get = |field: &str| line[field].as_str().map(str::to_owned);
    let source: SourceName = get("source").unwrap_or_default().into();
    let published_at: Option<Timestamp> = get("published_at").and_then(|at| at.parse().ok());
    let fetched_at = published_at.unwrap_or_default().saturating_add(SignedDuration::from_mins(5)).unwrap_or_default();
    // Stands for the keyed pseudonym of the door of truth.
    let author = get("author").map(|name| Author::Pseudonym(format!("{}/{name}", source.as_str())));
    StoredItem {
        sequence: position as u64 + 1,
        replaces: None,
        first_seen_at: fetched_at,
        item: RawItem {
            source,
            id: get("id").unwrap_or_default().into(),
            revision: "1".to_owned(),
            kind: get("kind").and_then(|kind| kind.parse().ok()).unwrap_or_default(),
            url: get("url"),
            title: get("title"),
            body: get("text").unwrap_or_default().into_bytes(),
            format: BodyFormat::Text,
            charset: None,
            published_at,
            author,
            tags: Vec::new(),
            engagement: model::Engagement::default(),
            parent: None,
            fetched_at,
            withdrawn: false,
        },
    }
}

fn record(stored: &StoredItem, document: Document, analysis: Analysis, zone: &TimeZone) -> Record {
    let full = document.full_text();
    let title_end = document.title.as_ref().map_or(0, |title| title.len() + 1);
    let masked = |start: usize, end: usize| {
        let inside =
            analysis.personal_data.iter().filter(|found| found.start as usize >= start && found.end as usize <= end);
        let inside: Vec<_> = inside
            .map(|found| model::PersonalData {
                start: found.start - start as u32,
                end: found.end - start as u32,
                ..*found
            })
            .collect();
        text::mask(full.get(start..end).unwrap_or_default(), &inside)
    };
    let at = document.published_at.unwrap_or(stored.first_seen_at);
    Record {
        sequence: stored.sequence,
        title: document.title.as_ref().map(|title| masked(0, title.len())),
        text: masked(title_end, full.len()),
        at,
        day: at.to_zoned(zone.clone()).date(),
        dated: true,
        published_at: document.published_at,
        first_seen_at: stored.first_seen_at,
        event_date: analysis.event_date.or(document.event_date),
        lang: analysis.lang.map_or_else(|| "und".to_owned(), |language| language.code),
        coverage: document.coverage,
        sentiment: analysis.sentiment.as_ref().map(|sentiment| sentiment.label),
        tone: analysis.tone.as_ref().map(|tone| tone.label),
        tone_reason: analysis.tone.map(|tone| tone.reason),
        topics: analysis.topics.into_iter().map(|topic| topic.id).collect(),
        places: analysis.places.into_iter().map(|place| place.code).collect(),
        agencies: analysis.agencies.into_iter().map(|agency| agency.id).collect(),
        programmes: analysis.programmes.into_iter().map(|programme| programme.id).collect(),
        speech_act: analysis.speech_act,
        spam: analysis.spam,
        unsure: analysis.unsure,
        signals: analysis.signals.into_iter().map(|signal| SignalNote { id: signal.id, why: signal.why }).collect(),
        verification_score: match analysis.verification.status {
            VerificationStatus::PerluVerifikasi => analysis.verification.score,
            VerificationStatus::None => 0.0,
        },
        quotes: analysis
            .quotes
            .iter()
            .filter_map(|quote| {
                let text = masked(quote.start as usize, quote.end as usize);
                Some(QuoteNote { text, speaker: quote.speaker.clone()?, role: quote.role.clone() })
            })
            .collect(),
        author_pseudonym: document.author_pseudonym,
        engagement: document.engagement,
        id: document.id,
        source: document.source,
        kind: document.kind,
        url: document.url,
        ..Record::default()
    }
}

fn cut_off(day: Date, zone: &TimeZone) -> Timestamp {
    let six = day.at(6, 0, 0, 0);
    six.to_zoned(zone.clone())
        .map_or_else(|_| Offset::UTC.to_timestamp(six).unwrap_or_default(), |zoned| zoned.timestamp())
}

fn frame(day: Date, zone: &TimeZone) -> Frame {
    let windows = (0..WINDOWS).rev().map(|back| {
        let date = day.saturating_sub(back.days());
        let window = Window { from: cut_off(date.saturating_sub(1.days()), zone), to: cut_off(date, zone) };
        FrameWindow { date, window, missing_sources: Vec::new(), gap: false }
    });
    Frame { windows: windows.collect() }
}

fn mark_gaps(windows: &mut [FrameWindow], records: &[Record]) {
    let mut spoke: BTreeMap<&SourceName, BTreeSet<usize>> = BTreeMap::new();
    for record in records {
        if let Some(index) = windows.iter().position(|window| window.window.contains(record.at)) {
            spoke.entry(&record.source).or_default().insert(index);
        }
    }
    for (index, window) in windows.iter_mut().enumerate() {
        let expected: Vec<_> = spoke
            .iter()
            .filter(|(_, windows)| windows.iter().filter(|&&other| other != index).count() >= EXPECTED_AFTER)
            .collect();
        let missing: Vec<SourceName> = expected
            .iter()
            .filter(|(_, windows)| !windows.contains(&index))
            .map(|(source, _)| (**source).clone())
            .collect();
        let empty = !spoke.values().any(|windows| windows.contains(&index));
        window.gap = empty || (!expected.is_empty() && missing.len() * 2 > expected.len());
        window.missing_sources = missing;
    }
}
