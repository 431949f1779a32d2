//! What is measured between a text and a fact-check, and what that weighs.
//!
//! Weights are round numbers set by hand on the even half of the development queries (see `tests/matching.rs`); none is learned.

use super::known::{Known, hash, is_number};
use rustc_hash::FxHashMap;

/// Bytes of a text that are read, like the index that proposes.
const TEXT_BYTES_MAX: usize = 20_000;

/// A text in hashed words with what each tells.
pub(super) struct Text {
    words: FxHashMap<u64, f32>,
    /// What all of them tell together.
    weight: f32,
    numbers: Vec<u64>,
}

impl Text {
    pub(super) fn new(title: &str, text: &str, rarity: impl Fn(u64) -> f32) -> Self {
        let bounded = |text: &str| text::claim_words(&text[..text.floor_char_boundary(TEXT_BYTES_MAX)]);
        let words = bounded(title).into_iter().chain(bounded(text));
        let mut read = Self { words: FxHashMap::default(), weight: 0.0, numbers: Vec::new() };
        for word in words {
            let hashed = hash(&word);
            let weight = rarity(hashed);
            if read.words.insert(hashed, weight).is_none() {
                read.weight += weight;
                if is_number(&word) {
                    read.numbers.push(hashed);
                }
            }
        }
        read
    }

    /// Different words that say something.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// What the words tell that also stand in a list.
    fn common(&self, words: &[u64]) -> f32 {
        words.iter().filter_map(|word| self.words.get(word)).sum()
    }
}

/// How a text and a fact-check agree; all shares from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measures {
    /// Against the best candidate of the text.
    bm25: f32,
    /// Of the claim's words, weighted, those that the text has.
    claim_in_text: f32,
    /// What these words tell.
    claim_weight: f32,
    /// What the text's words tell that the fact-check's title and beginning have.
    lead_weight: f32,
    /// Of the text's words, weighted, those that the fact-check's title and beginning have.
    text_in_lead: f32,
    /// The claim is about an amount, and the text names others.
    pub(super) other_numbers: bool,
}

impl Measures {
    pub(super) fn of(text: &Text, known: &Known, bm25: f32, best: f32, rarity: impl Fn(u64) -> f32) -> Self {
        let claim_weight = text.common(&known.title);
        let lead_weight = text.common(&known.lead);
        let whole: f32 = known.title.iter().map(|word| rarity(*word)).sum();
        let share = |part: f32, whole: f32| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
        Self {
            bm25: bm25 / best,
            claim_in_text: share(claim_weight, whole),
            claim_weight,
            lead_weight,
            text_in_lead: share(lead_weight, text.weight),
            other_numbers: !known.numbers.is_empty()
                && !text.numbers.is_empty()
                && !known.numbers.iter().any(|number| text.words.contains_key(number)),
        }
    }

    /// Orders the candidates of one text.
    pub(super) fn rank(&self) -> f32 {
        self.bm25 + 0.4 * self.text_in_lead + 0.2 * self.claim_in_text
    }

    /// 0 to 1, comparable between texts; `lead` is how far the rank is ahead of the best rival's.
    ///
    /// Among posts whose claim was checked, about so many of a hundred best matches with this score are right.
    pub(super) fn score(&self, lead: f32) -> f32 {
        // One rare word that a single fact-check knows is far ahead of everything and still no claim.
        let evidence = (self.lead_weight / EVIDENCE_WEIGHT).min(1.0);
        let amounts = if self.other_numbers { 2.0 } else { 0.0 };
        let sum = 5.0 * lead * evidence + 4.0 * self.claim_in_text + 0.1 * self.claim_weight - amounts;
        1.0 / (1.0 + (-0.75 * (sum - 3.2)).exp())
    }
}

/// Two rare words, or three or four ordinary ones. From 12 to 20 nothing changes.
const EVIDENCE_WEIGHT: f32 = 16.0;
