//! Features: what grouping looks at in one record.
//!
//! Topics, places and agencies are no terms beside the words: measured, they join what merely has the same subject. They
//! decide where `themes` and `public` ask for them by name.

use crate::{
    copies::Signature,
    vector::{self, Vector},
};
use model::{PlaceCode, Record, Region};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::{borrow::Cow, collections::BTreeSet};
use text::words::{self, Token};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of the body whose words count: the lead says what happened, the rest is background that many events share.
const LEAD_BYTES: usize = 1_500;
/// Bytes of the body in which copies are recognised.
const COPY_BYTES: usize = 6_000;
/// A word of the title counts as often as so many of the lead.
const TITLE_WEIGHT: f32 = 4.0;
/// Names tell one incident from another of its kind.
const NAME_WEIGHT: f32 = 2.0;
/// Documents that every batch is imagined to stand among. With five documents a word that is in all five says little
/// less than one that is in a single one; without this the few would be split by their common subject.
const IMAGINED_DOCUMENTS: f32 = 500.0;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// One record as grouping sees it.
pub(crate) struct Features {
    /// Terms with how often they occur; weighted by [`weigh`] afterwards.
    pub(crate) terms: Vector,
    /// For near-copies; short texts have none, they are equal by accident.
    pub(crate) signature: Option<Signature>,
    /// When it happened, in seconds since 1970: the day of the event where nothing else is known.
    pub(crate) time: i64,
    /// Regencies and cities that it is about.
    pub(crate) regencies: BTreeSet<PlaceCode>,
}

/// Reads one record.
pub(crate) fn features(record: &Record, region: &Region) -> Features {
    let title = record.title.as_deref().unwrap_or_default();
    let mut counts: FxHashMap<u64, f32> = FxHashMap::default();
    let mut shingles = Vec::new();
    let (mut words, mut before) = (0, (0, 0));
    for (text, in_title) in [(title, true), (up_to(&record.text, COPY_BYTES), false)] {
        for (token, word) in words_of(text) {
            words += 1;
            let hash = xxh3_64(word.as_bytes());
            if words >= 3 {
                shingles.push(mix(before.0, mix(before.1, hash)));
            }
            before = (before.1, hash);
            if says_something(&word) && (in_title || token.start < LEAD_BYTES) {
                let weight = match in_title {
                    true => TITLE_WEIGHT,
                    false if is_name(text, &token) => NAME_WEIGHT,
                    false => 1.0,
                };
                *counts.entry(term(&word)).or_default() += weight;
            }
        }
    }
    let mut terms: Vector = counts.into_iter().collect();
    terms.sort_unstable_by_key(|&(term, _)| term);
    Features { terms, signature: Signature::of(&shingles), time: time(record), regencies: regencies(record, region) }
}

/// Turns counts into weights: frequent in the record and rare among the records is heavy; length 1.
pub(crate) fn weigh(features: &mut [Features]) {
    let mut documents: FxHashMap<u64, u32> = FxHashMap::default();
    for (term, _) in features.iter().flat_map(|features| &features.terms) {
        *documents.entry(*term).or_default() += 1;
    }
    let all = features.len() as f32 + IMAGINED_DOCUMENTS;
    features.par_iter_mut().for_each(|features| {
        for (term, weight) in &mut features.terms {
            let rarity = (all / (documents[term] as f32 + 0.5)).ln();
            *weight = (1.0 + weight.ln()) * rarity;
        }
        features.terms = vector::unit(std::mem::take(&mut features.terms));
    });
}

/// The regencies and cities in which a record's places lie; none where it names most of them, as a round-up does.
fn regencies(record: &Record, region: &Region) -> BTreeSet<PlaceCode> {
    /// A text about more regencies than this is about the region.
    const MANY: usize = 3;
    let found: BTreeSet<PlaceCode> =
        record.places.iter().filter_map(|place| region.regency_of(place)).map(|place| place.code.clone()).collect();
    if found.len() > MANY { BTreeSet::new() } else { found }
}

fn time(record: &Record) -> i64 {
    let at = record.at.as_second();
    match record.event_date {
        // `at` is then the start of the local day `day`, so whole days lead to the start of the event's day.
        Some(event) if !record.dated => at + i64::from((event - record.day).get_days()) * DAY,
        _ => at,
    }
}

/// Normalised words, hashtags among them; addresses and mentions are nobody's subject.
fn words_of(text: &str) -> impl Iterator<Item = (Token<'_>, Cow<'_, str>)> {
    words::tokens(text)
        .filter(|token| !token.is_address() && !token.text.starts_with('@'))
        .map(|token| (token, words::normalise(token.text.trim_start_matches('#'))))
}

fn term(word: &str) -> u64 {
    xxh3_64(words::stem(word).as_bytes())
}

/// A capital inside a sentence. Titles tell nothing: every word of theirs has one.
fn is_name(text: &str, token: &Token<'_>) -> bool {
    let before = text[..token.start].trim_end_matches(' ');
    token.text.starts_with(char::is_uppercase)
        && !before.is_empty()
        && !before.ends_with(['.', '!', '?', ':', '\n', '"', '“'])
}

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn up_to(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// The distinct words of a sentence that say something, as terms.
pub(crate) fn word_terms(sentence: &str) -> BTreeSet<u64> {
    words_of(sentence).filter(|(_, word)| says_something(word)).map(|(_, word)| term(&word)).collect()
}

fn says_something(word: &str) -> bool {
    word.len() > 1 && !words::is_stop_word(word)
}
