//! `PeriodTables`: weeks and months in one pass: windows, topics, outlets and places with a count for each window.

use crate::{
    Error,
    batch::Batches,
    fold::{self, Among, Edges, Row},
    tables::{entry, list, regencies},
};
use model::{Coverage, PeriodCount, PeriodDay, PeriodTables, Region, SourceKind, SourceName, Window};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

const COLUMNS: &[&str] = &["source", "kind", "at", "coverage", "tone", "topics", "places", "spam"];

/// Counts the windows, and the stretch before them for comparison.
pub(crate) fn period(
    folder: &Path,
    batches: &Batches,
    (windows, previous): (&[Window], &Window),
    region: &Region,
) -> Result<PeriodTables, Error> {
    let (inside, before) = (Edges::of(windows), Edges::of([previous]));
    let mut days = vec![PeriodDay::default(); windows.len()];
    let mut previous_total = None;
    let (mut topics, mut outlets, mut places) = (Counts::default(), Counts::default(), Counts::default());
    fold::each(
        folder,
        batches,
        COLUMNS,
        |part| inside.touch(part) || before.touch(part),
        |row| {
            let at = match inside.position(row.at) {
                Some(window) => At::Window(window, windows.len()),
                None if before.position(row.at).is_some() => At::Before,
                None => return,
            };
            let counted = u32::from(!row.is_spam());
            match at {
                At::Window(window, _) => add_day(&mut days[window], row, counted),
                At::Before => previous_total = Some(previous_total.unwrap_or(0) + counted),
            }
            if counted == 0 {
                return;
            }
            topics.add(row.topics, row, at);
            places.add(row.places, row, at);
            if [SourceKind::News, SourceKind::Broadcast].iter().any(|kind| kind.as_str() == row.kind) {
                outlets.add(row.source, row, at);
            }
        },
    )?;
    let known = previous_total.is_some();
    let listed = |value: &str| list(value).map(str::to_owned).collect::<Vec<_>>();
    Ok(PeriodTables {
        windows: days,
        previous_total,
        topics: topics.rows(&listed, known),
        outlets: outlets.rows(&|value| vec![value.to_owned()], known),
        places: places.rows(&|value| regencies(region, value).into_iter().collect(), known),
    })
}

/// Windows in which each source spoke; whatever it published counts.
pub(crate) fn spoke(
    folder: &Path,
    batches: &Batches,
    windows: &[Window],
) -> Result<BTreeMap<SourceName, BTreeSet<usize>>, Error> {
    let edges = Edges::of(windows);
    let mut spoke: HashMap<String, BTreeSet<usize>> = HashMap::new();
    fold::each(
        folder,
        batches,
        &["source", "at"],
        |part| edges.touch(part),
        |row| {
            if let Some(window) = edges.position(row.at) {
                entry(&mut spoke, row.source).insert(window);
            }
        },
    )?;
    Ok(spoke.into_iter().map(|(source, windows)| (SourceName::from(source.as_str()), windows)).collect())
}

/// Items of each group in each window, without spam.
pub(crate) fn days(
    folder: &Path,
    batches: &Batches,
    windows: &[Window],
    among: &Among<'_>,
    groups: usize,
) -> Result<Vec<Vec<u32>>, Error> {
    let edges = Edges::of(windows);
    let mut days = vec![vec![0; windows.len()]; groups];
    fold::each(
        folder,
        batches,
        &["source", "id", "at", "spam"],
        |part| edges.touch(part),
        |row| {
            if let (false, Some(window)) = (row.is_spam(), edges.position(row.at))
                && let Some(group) = among.group(row)
            {
                days[group][window] += 1;
            }
        },
    )?;
    Ok(days)
}

/// Where a row stands: in a window of so many, or in the stretch before.
#[derive(Clone, Copy)]
enum At {
    Window(usize, usize),
    Before,
}

fn add_day(day: &mut PeriodDay, row: &Row<'_>, counted: u32) {
    day.total = Some(day.total.unwrap_or(0) + counted);
    if counted == 0 {
        return;
    }
    row.earned_tone().into_iter().for_each(|tone| day.tone.add(tone));
    match row.voice() {
        "advertorial" => day.coverage.advertorial += 1,
        "official" => day.coverage.official += 1,
        "public" => day.coverage.public += 1,
        _ => day.coverage.earned_media += 1,
    }
}

/// Counts by the whole value of a column; the few distinct values are taken apart afterwards.
#[derive(Default)]
struct Counts(HashMap<String, PeriodCount>);

impl Counts {
    fn add(&mut self, value: &str, row: &Row<'_>, at: At) {
        if value.is_empty() {
            return;
        }
        let count = entry(&mut self.0, value);
        let At::Window(window, windows) = at else {
            count.previous = Some(count.previous.unwrap_or(0) + 1);
            return;
        };
        count.series.resize(windows, 0);
        count.series[window] += 1;
        count.count += 1;
        count.advertorial += u32::from(row.coverage == Coverage::Advertorial.as_str());
        row.earned_tone().into_iter().for_each(|tone| count.tone.add(tone));
    }

    /// One row a key that occurs in the windows, most frequent first.
    fn rows(&self, split: &dyn Fn(&str) -> Vec<String>, previous_known: bool) -> Vec<PeriodCount> {
        let mut rows: BTreeMap<String, PeriodCount> = BTreeMap::new();
        for (value, count) in &self.0 {
            for key in split(value) {
                let row = rows.entry(key).or_default();
                row.add(count);
                row.previous = previous_known.then(|| row.previous.unwrap_or(0));
            }
        }
        let rows = rows.into_iter().map(|(key, row)| PeriodCount { key, ..row });
        let mut rows: Vec<PeriodCount> = rows.filter(|row| row.count > 0).collect();
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        rows
    }
}
