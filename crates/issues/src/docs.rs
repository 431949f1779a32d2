//! The documents of one issue as they are weighed and shown.

use crate::{features::Features, series::Cap, vector, window::Windows};
use model::{Coverage, Exemplar, Record};
use std::collections::BTreeMap;

/// A document in its issue.
#[derive(Clone, Copy)]
pub(crate) struct Doc<'a> {
    pub(crate) record: &'a Record,
    /// In the last window.
    pub(crate) now: bool,
    /// A near-copy of another document.
    pub(crate) copy: bool,
    /// Its own words and not one of too many of its author in its window: what risk is judged by.
    pub(crate) voice: bool,
    /// How near to the middle of the issue, 0 to 1.
    pub(crate) nearness: f32,
}

impl Doc<'_> {
    /// Somebody's own words rather than the government's or an advertiser's.
    pub(crate) fn earned(&self) -> bool {
        self.record.coverage == Coverage::Earned
    }

    /// An outlet's own article.
    pub(crate) fn article(&self) -> bool {
        self.earned() && !self.record.kind.is_public_voice()
    }

    /// A citizen's own words.
    pub(crate) fn public(&self) -> bool {
        self.earned() && self.record.kind.is_public_voice()
    }

    /// What a reader needs to find it.
    pub(crate) fn exemplar(&self) -> Exemplar {
        let record = self.record;
        Exemplar {
            key: record.key(),
            kind: record.kind,
            coverage: record.coverage,
            title: record.heading(120),
            url: record.url.clone(),
            at: record.at,
            dated: record.dated,
        }
    }
}

/// Documents of an issue, given as positions in the order of time.
pub(crate) fn docs<'a>(
    members: &[usize],
    records: &[&'a Record],
    features: &[Features],
    original: &[usize],
    windows: &Windows<'_>,
    centre: &[(u64, f32)],
) -> Vec<Doc<'a>> {
    let mut said: BTreeMap<(&str, Option<usize>), u32> = BTreeMap::new();
    members
        .iter()
        .map(|&member| {
            let record = records[member];
            let copy = original[member] != member;
            let within_cap = record.author_pseudonym.as_deref().filter(|_| !copy).is_none_or(|author| {
                let said = said.entry((author, windows.position(record.at))).or_default();
                *said += 1;
                *said <= Cap::DAY.voices
            });
            let nearness = vector::dot(&features[member].terms, centre);
            Doc { record, now: windows.is_now(record.at), copy, voice: !copy && within_cap, nearness }
        })
        .collect()
}

/// The documents to show: those of the last window; of all windows where the last has none.
pub(crate) fn shown<'a, 'b>(docs: &'b [Doc<'a>]) -> Vec<&'b Doc<'a>> {
    let now = typical(docs.iter().filter(|doc| doc.now));
    if now.is_empty() { typical(docs) } else { now }
}

/// Originals, the most typical first.
pub(crate) fn typical<'a: 'b, 'b>(docs: impl IntoIterator<Item = &'b Doc<'a>>) -> Vec<&'b Doc<'a>> {
    let mut originals: Vec<&Doc<'a>> = docs.into_iter().filter(|doc| !doc.copy).collect();
    originals.sort_by(|a, b| b.nearness.total_cmp(&a.nearness));
    originals
}
