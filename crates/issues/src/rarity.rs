//! Rarity: how much a word says, counted on the running stream.

use crate::vector::Vector;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Documents that every stream is imagined to begin with. With five documents a word that is in all five says little
/// less than one that is in a single one; without this the few would be split by their common subject.
const IMAGINED_DOCUMENTS: f32 = 500.0;
/// A word in one of four thousand documents is rare, and one in forty thousand hardly rarer: without this, what is
/// similar would depend on how much is read.
const RARE: f32 = 0.000_25;
/// What a day leaves of the counts of the day before: a fortnight settles what is common, and a word of last month's
/// event is rare again.
const LEFT_AFTER_A_DAY: f32 = 0.9;
/// Words that fade below this are forgotten; a word seen once lives four days.
const FORGOTTEN: f32 = 0.7;

/// Documents by word.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rarity {
    documents: f32,
    counts: FxHashMap<u32, f32>,
}

impl Rarity {
    /// Counts one document.
    pub(crate) fn add(&mut self, terms: &Vector) {
        self.documents += 1.0;
        // Terms of titles are among the words too.
        for term in terms.iter().filter_map(|&(term, _)| u32::try_from(term).ok()) {
            *self.counts.entry(term).or_default() += 1.0;
        }
    }

    /// Counts what another has counted.
    pub(crate) fn join(&mut self, other: Self) {
        self.documents += other.documents;
        for (term, count) in other.counts {
            *self.counts.entry(term).or_default() += count;
        }
    }

    /// Lets a number of days pass.
    pub(crate) fn fade(&mut self, days: i64) {
        let left = LEFT_AFTER_A_DAY.powi(days.clamp(0, 60) as i32);
        self.documents *= left;
        self.counts.values_mut().for_each(|count| *count *= left);
        self.counts.retain(|_, count| *count >= FORGOTTEN);
    }

    /// How much a word says by all of these counts together.
    pub(crate) fn of(counts: &[&Self], term: u64) -> f32 {
        let documents: f32 = counts.iter().map(|counts| counts.documents).sum();
        let with: f32 = counts.iter().filter_map(|counts| counts.counts.get(&(term as u32))).sum();
        -((with + 0.5) / (documents + IMAGINED_DOCUMENTS) + RARE).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_say_little_and_are_forgotten_late() {
        let mut rarity = Rarity::default();
        for document in 0..100 {
            rarity.add(&vec![(1, 1.0), (1_000 + document, 1.0)]);
        }
        let of = |rarity: &Rarity, term| Rarity::of(&[rarity], term);
        assert!(of(&rarity, 1) < of(&rarity, 1_000) && of(&rarity, 1_000) < of(&rarity, 5));
        rarity.fade(10);
        assert!(of(&rarity, 1) < of(&rarity, 5), "after ten days still known");
        assert_eq!(of(&rarity, 1_000), of(&rarity, 5), "forgotten");
    }
}
