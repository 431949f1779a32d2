//! Keys: the documents behind a figure, so that a sceptic can follow every number to what it counts.

use crate::{
    Error,
    batch::{Batches, Part},
    columns::nanoseconds,
    fold::{self, Among, Edges, Row},
    tables::{list, regencies},
};
use jiff::Timestamp;
use model::{DocumentKey, Region, Tone, Window};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The columns that figures are counted by; `places` are regencies and cities, `voice` is the coverage table, `tone`
/// is the main figure. `spam` takes `true` or `false`; the others count no spam.
pub const COLUMNS: &[&str] = &[
    "agencies",
    "all",
    "complaint",
    "coverage",
    "dated",
    "kind",
    "language",
    "needs_verification",
    "places",
    "signals",
    "source",
    "spam",
    "tone",
    "topics",
    "unsure",
    "voice",
];

/// The documents of the window whose column holds the value, in the order of truth.
pub(crate) fn keys(
    folder: &Path,
    batches: &Batches,
    window: &Window,
    region: &Region,
    (column, value): (&str, &str),
    limit: usize,
) -> Result<Vec<DocumentKey>, Error> {
    if !COLUMNS.contains(&column) {
        return Err(Error::UnknownColumn { column: column.to_owned() });
    }
    let edges = Edges::of([window]);
    let mut names = vec!["source", "id", "at", "spam"];
    names.extend(match column {
        "all" | "source" | "spam" => &[][..],
        "complaint" => &["kind", "speech_act"],
        "tone" => &["coverage", "tone"],
        "voice" => &["coverage", "kind"],
        "agencies" => &["agencies"],
        "coverage" => &["coverage"],
        "dated" => &["dated"],
        "kind" => &["kind"],
        "language" => &["language"],
        "needs_verification" => &["needs_verification"],
        "places" => &["places"],
        "signals" => &["signals"],
        "topics" => &["topics"],
        _ => &["unsure"],
    });
    // The few distinct lists of places are looked up once each.
    let mut inside: BTreeMap<String, bool> = BTreeMap::new();
    let mut is_wanted = |row: &Row<'_>| {
        let flag = |is: bool| is == (value == "true");
        let listed = |entries: &str| list(entries).any(|entry| entry == value);
        match column {
            "all" => true,
            "spam" => flag(row.is_spam()),
            "complaint" => flag(row.is_complaint()),
            "dated" => flag(row.dated),
            "needs_verification" => flag(row.needs_verification),
            // Of earned and public items only, as in the main figure.
            "tone" => row.earned_tone().is_some_and(|tone| tone.as_str() == value),
            "voice" => row.voice() == value,
            "coverage" => row.coverage == value,
            "kind" => row.kind == value,
            "language" => row.language == value,
            "source" => row.source == value,
            // No place at all.
            "places" if value.is_empty() => row.places.is_empty(),
            "places" => match inside.get(row.places) {
                Some(found) => *found,
                None => {
                    let found = regencies(region, row.places).contains(value);
                    inside.insert(row.places.to_owned(), found);
                    found
                }
            },
            "agencies" => listed(row.agencies),
            "signals" => listed(row.signals),
            "topics" => listed(row.topics),
            _ => listed(row.unsure),
        }
    };
    let mut first = First::new(limit);
    fold::each(
        folder,
        batches,
        &names,
        |part| edges.touch(part),
        |row| {
            let counts = column == "spam" || !row.is_spam();
            if counts && edges.position(row.at).is_some() && is_wanted(row) {
                first.add(row.sequence, row);
            }
        },
    )?;
    Ok(first.finish())
}

/// Documents that were received in a stretch of time but stand in no window of the frame's last day, without spam:
/// undated ones that count before it, and dated ones from before the whole frame.
///
/// Dated ones inside the frame are not late: a first run brings a week at once, and the trend shows them where they belong.
pub(crate) fn late(
    folder: &Path,
    batches: &Batches,
    frame: (Timestamp, Timestamp),
    received: Window,
) -> Result<Vec<DocumentKey>, Error> {
    let (from, to) = (nanoseconds(received.from), nanoseconds(received.to));
    let (start, last) = (nanoseconds(frame.0), nanoseconds(frame.1));
    let wanted = |part: &Part| part.first_seen.1 > from && part.first_seen.0 <= to && part.at.0 <= last;
    let mut late = First::new(usize::MAX);
    fold::each(folder, batches, &["id", "source", "at", "dated", "first_seen_at", "spam"], wanted, |row| {
        let before = row.at <= start || (!row.dated && row.at <= last);
        if before && from < row.first_seen_at && row.first_seen_at <= to && !row.is_spam() {
            late.add(row.sequence, row);
        }
    })?;
    Ok(late.finish())
}

/// The documents of a window that a reader should see first, without spam: those that are `cited`, those that need
/// verification, outlets' and offices' own, then citizens'; the newest first within each. And how many there are.
pub(crate) fn clippings(
    folder: &Path,
    batches: &Batches,
    window: &Window,
    cited: &BTreeSet<DocumentKey>,
    among: Option<&Among<'_>>,
    limit: usize,
) -> Result<(Vec<DocumentKey>, u32), Error> {
    let edges = Edges::of([window]);
    let cited = Among::new(cited.iter().map(|key| (key, 0)));
    let (mut first, mut total) = (First::new(limit), 0);
    fold::each(
        folder,
        batches,
        &["source", "id", "kind", "at", "spam", "needs_verification"],
        |part| edges.touch(part),
        |row| {
            let is_out = among.is_some_and(|among| among.group(row).is_none());
            if row.is_spam() || edges.position(row.at).is_none() || is_out {
                return;
            }
            total += 1;
            let is_cited = cited.group(row).is_some();
            let rank = match (is_cited, row.needs_verification, row.is_public_voice()) {
                (true, ..) => 0_u8,
                (_, true, _) => 1,
                (.., false) => 2,
                (.., true) => 3,
            };
            // By key, not by sequence: sources answer in any order, and the brief must not show it.
            first.add((rank, std::cmp::Reverse(row.at)), row);
        },
    )?;
    Ok((first.finish(), total))
}

/// The newest citizens' documents of a window, without spam.
pub(crate) fn voices(
    folder: &Path,
    batches: &Batches,
    window: &Window,
    limit: usize,
) -> Result<Vec<DocumentKey>, Error> {
    let edges = Edges::of([window]);
    let mut newest = First::new(limit);
    fold::each(
        folder,
        batches,
        &["source", "id", "kind", "at", "spam"],
        |part| edges.touch(part),
        |row| {
            if edges.position(row.at).is_some() && !row.is_spam() && row.is_public_voice() {
                newest.add(std::cmp::Reverse(row.at), row);
            }
        },
    )?;
    Ok(newest.finish())
}

/// When these documents count, with their tone and account: what an effect is measured by.
pub(crate) fn said(folder: &Path, batches: &Batches, window: &Window, wanted: &Among<'_>) -> Result<Vec<Said>, Error> {
    let edges = Edges::of([window]);
    let mut said = Vec::new();
    fold::each(
        folder,
        batches,
        &["source", "id", "at", "spam", "coverage", "tone", "author_pseudonym"],
        |part| edges.touch(part),
        |row| {
            if edges.position(row.at).is_some() && row.is_earned() && !row.is_spam() && wanted.group(row).is_some() {
                let at = crate::tables::timestamp(row.at);
                said.push(Said { key: key(row), at, tone: row.tone(), author: row.author.map(str::to_owned) });
            }
        },
    )?;
    said.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    Ok(said)
}

/// An earned or citizens' document in the few columns that an effect is measured by.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The document.
    pub key: DocumentKey,
    /// When it counts.
    pub at: Timestamp,
    /// Its tone.
    pub tone: Option<Tone>,
    /// The pseudonym of its account.
    pub author: Option<String>,
}

/// The key of a row's document.
pub(crate) fn key(row: &Row<'_>) -> DocumentKey {
    DocumentKey { source: row.source.into(), id: row.id.into() }
}

/// The first documents in an order, without keeping all of them.
struct First<R> {
    limit: usize,
    found: Vec<(R, DocumentKey)>,
    /// What a document must stay under, once as many as wanted are known.
    most: Option<R>,
}

impl<R: Ord + Copy> First<R> {
    fn new(limit: usize) -> Self {
        Self { limit, found: Vec::new(), most: None }
    }

    fn add(&mut self, rank: R, row: &Row<'_>) {
        if self.limit == 0 || self.most.is_some_and(|most| rank > most) {
            return;
        }
        self.found.push((rank, key(row)));
        // Sorting out only now and then keeps the cost of one document constant.
        if self.found.len() >= self.limit.saturating_mul(2).max(64) {
            self.found.sort();
            self.found.truncate(self.limit);
            self.most = self.found.last().map(|(rank, _)| *rank);
        }
    }

    fn finish(mut self) -> Vec<DocumentKey> {
        self.found.sort();
        self.found.truncate(self.limit);
        self.found.into_iter().map(|(_, key)| key).collect()
    }
}
