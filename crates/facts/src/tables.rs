//! `Tables`: every figure of a brief, counted in one pass over the rows.

use crate::{
    Error,
    batch::Batches,
    columns::SEPARATOR,
    fold::{self, Among, Edges, Row},
};
use jiff::Timestamp;
use model::{
    CountRow, Coverage, DayRow, Frame, PlaceCode, PlaceLevel, Region, SourceKind, SourceName, SourceRow, Tables, Tone,
    ToneCount,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::Path,
};

/// Columns that figures are counted from.
const COLUMNS: &[&str] = &[
    "source",
    "kind",
    "at",
    "dated",
    "language",
    "coverage",
    "tone",
    "topics",
    "places",
    "agencies",
    "speech_act",
    "spam",
    "unsure",
    "signals",
    "needs_verification",
];

/// Counts everything over the frame's windows, or only some documents; the last window is the one reported.
pub(crate) fn tables(
    folder: &Path,
    batches: &Batches,
    frame: &Frame,
    region: &Region,
    among: Option<&Among<'_>>,
) -> Result<Tables, Error> {
    let Some(last) = frame.windows.last() else { return Ok(Tables::default()) };
    let edges = Edges::of(frame.windows.iter().map(|window| &window.window));
    let mut counted = Counted::new(frame.windows.len());
    // Ids are long and all different: they are only read where they are asked for.
    let names: Vec<&str> = COLUMNS.iter().copied().chain(among.map(|_| "id")).collect();
    fold::each(
        folder,
        batches,
        &names,
        |part| edges.touch(part),
        |row| {
            if among.is_some_and(|among| among.group(row).is_none()) {
                return;
            }
            if let Some(window) = edges.position(row.at) {
                counted.add(row, window);
            }
        },
    )?;
    let days = days(&counted.windows, frame);
    // A window without any data is not a window with zero items.
    let previous_known = days.iter().rev().nth(1).is_some_and(|day| day.total.is_some());
    let rows = |counts: &Counts, split: &dyn Fn(&str) -> Vec<String>| counts.rows(split, previous_known);
    let whole = |value: &str| vec![value.to_owned()];
    let listed = |value: &str| list(value).map(str::to_owned).collect::<Vec<_>>();
    let regencies = |value: &str| regencies(region, value).into_iter().collect::<Vec<_>>();

    let places = rows(&counted.places, &regencies);
    let seen: BTreeSet<&str> = places.iter().map(|row| row.key.as_str()).collect();
    let places_without_data = region
        .places
        .iter()
        .filter(|place| place.level == PlaceLevel::Regency && !seen.contains(place.code.as_str()))
        .map(|place| place.code.0.clone())
        .collect::<BTreeSet<_>>();
    let sources = sources(&counted.sources, frame.windows.len());
    let totals = &counted.totals;
    Ok(Tables {
        window: last.window,
        total: totals.now,
        previous_total: previous_known.then_some(totals.before),
        outlets: counted.outlets.len() as u32,
        sources_spoke: sources.iter().filter(|source| source.count > 0).count() as u32,
        spam: totals.spam,
        undated: totals.undated,
        // When the brief's day ends is the caller's to know; see `Facts::late`.
        late: 0,
        unsure: rows(&counted.unsure, &listed).iter().find(|row| row.key == "tone").map_or(0, |row| row.count),
        needs_verification: totals.needs_verification,
        tone: totals.tone[0],
        tone_advertorial: totals.tone[1],
        tone_official: totals.tone[2],
        coverage: in_order(rows(&counted.voices, &whole), &["earned_media", "advertorial", "official", "public"]),
        kinds: in_order(rows(&counted.kinds, &whole), &SourceKind::ALL.map(SourceKind::as_str))
            .into_iter()
            .filter(|row| row.count > 0 || row.previous.unwrap_or(0) > 0)
            .collect(),
        topics: most_frequent(rows(&counted.topics, &listed)),
        without_place: totals.without_place,
        agencies: most_frequent(rows(&counted.agencies, &listed)),
        languages: most_frequent(rows(&counted.languages, &whole)),
        signals: most_frequent(rows(&counted.signals, &listed)),
        places,
        sources,
        days,
        places_without_data: places_without_data.into_iter().collect(),
    })
}

/// The entries of a joined list.
pub(crate) fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(SEPARATOR).filter(|entry| !entry.is_empty())
}

/// The regencies and cities in which the places of a joined list lie, each once.
pub(crate) fn regencies(region: &Region, places: &str) -> BTreeSet<String> {
    list(places)
        .filter_map(|code| region.regency_of(&PlaceCode::from(code)))
        .map(|place| place.code.0.clone())
        .collect()
}

/// Coverages in the order of [`Totals::tone`].
const COVERAGES: [Coverage; 3] = [Coverage::Earned, Coverage::Advertorial, Coverage::Official];

/// What is counted while rows pass by.
struct Counted {
    windows: Vec<InWindow>,
    totals: Totals,
    outlets: HashSet<String>,
    sources: HashMap<String, Spoke>,
    voices: Counts,
    kinds: Counts,
    topics: Counts,
    places: Counts,
    agencies: Counts,
    languages: Counts,
    unsure: Counts,
    signals: Counts,
}

/// Figures of the last window, and how many there were in the one before.
#[derive(Default)]
struct Totals {
    now: u32,
    before: u32,
    spam: u32,
    undated: u32,
    needs_verification: u32,
    without_place: u32,
    tone: [ToneCount; 3],
}

/// One window of the frame.
#[derive(Clone, Default)]
struct InWindow {
    /// True where there is anything at all, spam included.
    known: bool,
    items: u32,
    tone: ToneCount,
    sources: HashSet<String>,
}

impl Counted {
    fn new(windows: usize) -> Self {
        Self {
            windows: vec![InWindow::default(); windows],
            totals: Totals::default(),
            outlets: HashSet::new(),
            sources: HashMap::new(),
            voices: Counts::default(),
            kinds: Counts::default(),
            topics: Counts::default(),
            places: Counts::default(),
            agencies: Counts::default(),
            languages: Counts::default(),
            unsure: Counts::default(),
            signals: Counts::default(),
        }
    }

    fn add(&mut self, row: &Row<'_>, window: usize) {
        let last = self.windows.len() - 1;
        let (now, before) = (window == last, window + 1 == last);
        self.windows[window].known = true;
        if row.is_spam() {
            self.totals.spam += u32::from(now);
            return;
        }
        let seen = Seen { now, before, complaint: row.is_complaint(), tone: row.earned_tone() };
        let day = &mut self.windows[window];
        day.items += 1;
        seen.tone.into_iter().for_each(|tone| day.tone.add(tone));
        insert(&mut day.sources, row.source);
        if now {
            self.totals.add(row);
            if [SourceKind::News, SourceKind::Broadcast].iter().any(|kind| kind.as_str() == row.kind) {
                insert(&mut self.outlets, row.source);
            }
        }
        self.totals.before += u32::from(before);
        entry(&mut self.sources, row.source).add(row, window, &seen);
        self.voices.add(row.voice(), &seen);
        self.kinds.add(row.kind, &seen);
        self.languages.add(row.language, &seen);
        let lists = [
            (&mut self.topics, row.topics),
            (&mut self.places, row.places),
            (&mut self.agencies, row.agencies),
            (&mut self.unsure, row.unsure),
            (&mut self.signals, row.signals),
        ];
        lists.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(counts, value)| counts.add(value, &seen));
    }
}

impl Totals {
    fn add(&mut self, row: &Row<'_>) {
        self.now += 1;
        self.undated += u32::from(!row.dated);
        self.needs_verification += u32::from(row.needs_verification);
        self.without_place += u32::from(row.places.is_empty());
        let coverage = COVERAGES.iter().position(|coverage| coverage.as_str() == row.coverage);
        if let (Some(coverage), Some(tone)) = (coverage, row.tone()) {
            self.tone[coverage].add(tone);
        }
    }
}

/// What a row adds wherever it counts.
struct Seen {
    now: bool,
    before: bool,
    complaint: bool,
    /// Of earned and public items only.
    tone: Option<Tone>,
}

/// Counts by the whole value of a column; the few distinct values are taken apart afterwards.
#[derive(Default)]
struct Counts(HashMap<String, Count>);

#[derive(Clone, Copy, Default)]
struct Count {
    now: u32,
    before: u32,
    complaints: u32,
    tone: ToneCount,
}

impl Counts {
    fn add(&mut self, value: &str, seen: &Seen) {
        let count = entry(&mut self.0, value);
        count.before += u32::from(seen.before);
        if seen.now {
            count.now += 1;
            count.complaints += u32::from(seen.complaint);
            seen.tone.into_iter().for_each(|tone| count.tone.add(tone));
        }
    }

    /// One row a key, in the order of the keys.
    fn rows(&self, split: &dyn Fn(&str) -> Vec<String>, previous_known: bool) -> Vec<CountRow> {
        let mut rows: BTreeMap<String, CountRow> = BTreeMap::new();
        for (value, count) in &self.0 {
            for key in split(value) {
                let row = rows.entry(key).or_default();
                row.count += count.now;
                row.previous = previous_known.then(|| row.previous.unwrap_or(0) + count.before);
                row.complaints += count.complaints;
                for tone in Tone::ALL {
                    *row.tone.get_mut(tone) += count.tone.get(tone);
                }
            }
        }
        rows.into_iter().map(|(key, row)| CountRow { key, ..row }).collect()
    }
}

/// A source over the windows.
#[derive(Default)]
struct Spoke {
    items: BTreeMap<usize, u32>,
    kinds: BTreeMap<SourceKind, u32>,
    advertorial: u32,
    last_at: Option<i64>,
    tone: ToneCount,
}

impl Spoke {
    fn add(&mut self, row: &Row<'_>, window: usize, seen: &Seen) {
        *self.items.entry(window).or_default() += 1;
        *self.kinds.entry(row.kind.parse().unwrap_or_default()).or_default() += 1;
        self.last_at = self.last_at.max(Some(row.at));
        if seen.now {
            self.advertorial += u32::from(row.coverage == Coverage::Advertorial.as_str());
            seen.tone.into_iter().for_each(|tone| self.tone.add(tone));
        }
    }
}

/// The value of a key without building the key anew for every row.
pub(crate) fn entry<'m, T: Default>(map: &'m mut HashMap<String, T>, key: &str) -> &'m mut T {
    if !map.contains_key(key) {
        map.insert(key.to_owned(), T::default());
    }
    map.get_mut(key).expect("it was just put there")
}

fn insert(set: &mut HashSet<String>, key: &str) {
    if !set.contains(key) {
        set.insert(key.to_owned());
    }
}

/// Exactly these keys, in this order; zeros where nothing was counted.
fn in_order(rows: Vec<CountRow>, keys: &[&str]) -> Vec<CountRow> {
    let previous = rows.iter().any(|row| row.previous.is_some()).then_some(0);
    let mut rows: BTreeMap<String, CountRow> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    keys.iter()
        .map(|&key| {
            rows.remove(key).unwrap_or_else(|| CountRow { key: key.to_owned(), previous, ..CountRow::default() })
        })
        .collect()
}

/// The keys that occur in the last window, most frequent first.
fn most_frequent(mut rows: Vec<CountRow>) -> Vec<CountRow> {
    rows.retain(|row| row.count > 0);
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    rows
}

/// Every source that spoke in any window, most frequent first; its kind is the one that it has most often.
fn sources(found: &HashMap<String, Spoke>, windows: usize) -> Vec<SourceRow> {
    let last = windows - 1;
    let mut sources: Vec<SourceRow> = found
        .iter()
        .map(|(name, spoke)| {
            let in_window = |window: Option<usize>| window.and_then(|w| spoke.items.get(&w)).copied().unwrap_or(0);
            SourceRow {
                source: SourceName::from(name.as_str()),
                // The first of the most frequent kinds, in the order of the kinds.
                kind: spoke
                    .kinds
                    .iter()
                    .rev()
                    .max_by_key(|(_, items)| **items)
                    .map(|(&kind, _)| kind)
                    .unwrap_or_default(),
                count: in_window(Some(last)),
                advertorial: spoke.advertorial,
                previous: in_window(last.checked_sub(1)),
                last_at: timestamp(spoke.last_at.unwrap_or(i64::MIN)),
                active_windows: spoke.items.keys().filter(|&&window| window < last).count() as u32,
                tone: spoke.tone,
            }
        })
        .collect();
    sources.sort_by(|a, b| (b.count, b.previous, &a.source).cmp(&(a.count, a.previous, &b.source)));
    sources
}

pub(crate) fn timestamp(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into()).expect("64 bits of nanoseconds lie within the years of a timestamp")
}

/// One row a window, oldest first; no total where nothing at all is known of the window.
fn days(counted: &[InWindow], frame: &Frame) -> Vec<DayRow> {
    let row = |(window, found): (&model::FrameWindow, &InWindow)| match found.known && !window.gap {
        true => DayRow {
            date: window.date,
            total: Some(found.items),
            tone: found.tone,
            sources: found.sources.len() as u32,
        },
        false => DayRow { date: window.date, total: None, tone: ToneCount::default(), sources: 0 },
    };
    frame.windows.iter().zip(counted).map(row).collect()
}
