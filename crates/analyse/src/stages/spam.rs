//! Spam: gambling, pornography, loans, advertising. What reports about it is kept out by the terms' own guards.

use crate::cue::Cue;
use crate::matcher::{Use, longest};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Spam};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "spam",
    summary: "marks gambling, pornography, loan offers and other advertising in posts and comments",
    example: "weight_min = 1.0",
    build: |table| Ok(Box::new(options::<Words>(table)?)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Weight of all words of one kind that makes spam of a short post; long posts need half as much again.
    weight_min: f32,
}

impl Default for Words {
    fn default() -> Self {
        Self { weight_min: 1.0 }
    }
}

/// In the order of the names in `spam_terms.tsv`.
const KINDS: [(Spam, &str); 4] = [
    (Spam::Gambling, "gambling"),
    (Spam::Pornography, "pornography"),
    (Spam::Loans, "loans"),
    (Spam::Promotion, "promotion"),
];

impl Stage for Words {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        // An outlet's article about gambling is no spam, whatever words it has.
        if !reading.document.kind.is_public_voice() || reading.hits(Use::Spam).is_empty() {
            return;
        }
        let weights = weigh(reading);
        let long = reading.entries.len() > 60;
        let enough = self.weight_min * if long { 1.5 } else { 1.0 };
        let best = (0..KINDS.len()).fold(0, |best, at| if weights[at] > weights[best] { at } else { best });
        if weights[best] >= enough {
            analysis.spam = Some(KINDS[best].0);
        }
    }
}

/// The weight of the words of each kind of spam.
pub(crate) fn weigh(reading: &Reading<'_>) -> [f32; KINDS.len()] {
    let mut weights = [0.0_f32; KINDS.len()];
    if reading.hits(Use::Spam).is_empty() {
        return weights;
    }
    let rules = reading.tables.rules(Use::Spam);
    let found: Vec<_> = reading.terms(Use::Spam).iter().map(|found| found.hit).collect();
    for hit in longest(&found, &reading.entries) {
        let rule = &rules.rules[hit.index as usize];
        let name = rule.target.map(|target| rules.targets[target].as_str());
        if let Some(at) = KINDS.iter().position(|(_, kind)| Some(*kind) == name) {
            weights[at] += rule.weight;
        }
    }
    // One advertising word alone is how people talk.
    weights[3] += if reading.has(Cue::Promotion) { 0.5 } else { 0.0 };
    weights
}
