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
    pub(super) text_in_lead: f32,
    /// The claim's most telling word, a name more often than not, is not in the text.
    without_rarest: bool,
    /// The claim is about an amount, and the text names others.
    other_numbers: bool,
    /// Of the claim's names, weighted, those that the text lacks.
    names_missing: f32,
}

impl Measures {
    pub(super) fn of(text: &Text, known: &Known, bm25: f32, best: f32, rarity: impl Fn(u64) -> f32) -> Self {
        let claim_weight = text.common(&known.title);
        let lead_weight = text.common(&known.lead);
        let weights = known.title.iter().map(|word| (rarity(*word), *word));
        let rarest = weights.clone().max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let whole: f32 = weights.map(|(weight, _)| weight).sum();
        let share = |part: f32, whole: f32| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
        let names: f32 = known.names.iter().map(|word| rarity(*word)).sum();
        Self {
            bm25: bm25 / best,
            names_missing: share(names - text.common(&known.names), names),
            claim_in_text: share(claim_weight, whole),
            claim_weight,
            lead_weight,
            text_in_lead: share(lead_weight, text.weight),
            without_rarest: rarest.is_some_and(|(_, word)| !text.words.contains_key(&word)),
            other_numbers: !known.numbers.is_empty()
                && !text.numbers.is_empty()
                && !known.numbers.iter().any(|number| text.words.contains_key(number)),
        }
    }

    /// Orders the candidates of one text.
    pub(super) fn rank(&self) -> f32 {
        self.bm25 + 0.4 * self.text_in_lead + 0.4 * self.claim_in_text
    }

    /// 0 to 1, comparable between texts; `lead` is how far the rank is ahead of the best rival's.
    ///
    /// Among posts whose claim was checked, about so many of a hundred best matches with this score are right.
    pub(super) fn score(&self, lead: f32) -> f32 {
        // One rare word that a single fact-check knows is far ahead of everything and still no claim.
        let evidence = (self.lead_weight / EVIDENCE_WEIGHT).min(1.0);
        let lead = lead.min(LEAD_MAX);
        let missing = f32::from(u8::from(self.without_rarest)) + 2.0 * f32::from(u8::from(self.other_numbers));
        let shares = 3.0 * self.claim_in_text + self.text_in_lead;
        let sum = 6.0 * lead * evidence + shares + 0.1 * self.claim_weight - missing;
        1.0 / (1.0 + (-0.75 * (sum - 3.0)).exp())
    }

    /// True where amounts or names say that it is the same story about something else: another sum, another town.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.other_numbers || self.names_missing >= NAMES_MISSING_MAX
    }
}

/// Half of the names gone is another place or person; sparing with it costs three confirmations of a hundred.
const NAMES_MISSING_MAX: f32 = 0.499;
/// Where there are few fact-checks nothing has a rival, and being far ahead of nothing proves little.
const LEAD_MAX: f32 = 0.8;
/// Two rare words, or three or four ordinary ones. From 12 to 20 nothing changes.
const EVIDENCE_WEIGHT: f32 = 16.0;
