//! Sentiment: the polarity of a text's own words, with negation, intensifiers, contrast and irony.

use super::{MAX_EVIDENCE, round};
use crate::cue::Cue;
use crate::matcher::{Hit, Use, longest};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Polarity, Sentiment, SentimentScores};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "sentiment",
    summary: "gives the polarity of a text with three scores that add up to 1",
    example: "unsure_below = 0.45",
    build: |table| Ok(Box::new(options::<Words>(table)?)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Below this score of the best label the sentiment is listed as unsure.
    unsure_below: f32,
}

impl Default for Words {
    fn default() -> Self {
        Self { unsure_below: 0.45 }
    }
}

impl Stage for Words {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let words = polar_words(reading);
        let ironic = is_ironic(reading);
        let (mut good, mut bad) = (0.0, 0.0);
        for &(_, weight) in &words {
            // Praise in an ironic text says the opposite.
            if weight < 0.0 || ironic {
                bad += weight.abs();
            } else {
                good += weight;
            }
        }
        let scores = score(good, bad, reading.document.kind.is_public_voice());
        let (label, confidence) = [
            (Polarity::Negative, scores.negative),
            (Polarity::Neutral, scores.neutral),
            (Polarity::Positive, scores.positive),
        ]
        .into_iter()
        .fold((Polarity::Neutral, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        let wanted = |weight: f32| match label {
            Polarity::Negative => weight < 0.0 || ironic,
            Polarity::Neutral => false,
            Polarity::Positive => weight > 0.0,
        };
        let evidence =
            words.iter().filter(|(_, weight)| wanted(*weight)).take(MAX_EVIDENCE).map(|&(hit, _)| reading.span(hit));
        analysis.sentiment = Some(Sentiment { label, confidence, scores, evidence: evidence.collect(), by: None });
        if confidence < self.unsure_below || ironic {
            analysis.unsure.push("sentiment".to_owned());
        }
    }
}

/// Praise with something bad beside it that praise cannot be about.
pub(crate) fn is_ironic(reading: &Reading<'_>) -> bool {
    reading.document.kind.is_public_voice() && reading.has(Cue::Irony) && reading.has(Cue::BadThing)
}

/// How steeply the three scores part. Found on the validation part of SmSA by coarse search; citizens' posts carry
/// opinions more often than reports do, so that fewer words decide.
const SLOPE: f32 = 1.5;
const NEUTRAL_PUBLIC: f32 = 0.5;
const NEUTRAL_REPORT: f32 = 1.6;
/// Unfavourable words are rarer in polite Indonesian and say more.
const BAD_WEIGHT: f32 = 1.15;

fn score(good: f32, bad: f32, public: bool) -> SentimentScores {
    let bad = bad * BAD_WEIGHT;
    // Grows with the difference, and slowly with length: a long text is not ten times as angry.
    let lean = SLOPE * (good - bad) / (good + bad + 2.0).sqrt();
    let neutral = if public { NEUTRAL_PUBLIC } else { NEUTRAL_REPORT };
    let [negative, neutral, positive] = [-lean, neutral, lean].map(f32::exp);
    let sum = negative + neutral + positive;
    let (negative, positive) = (round(negative / sum), round(positive / sum));
    SentimentScores { negative, neutral: round(1.0 - negative - positive), positive }
}

/// What a turned word keeps of its weight: "tidak bagus" is bad, "tidak rusak" is barely good.
const TURNED_GOOD: f32 = -0.8;
const TURNED_BAD: f32 = -0.3;

/// What words before a contrast keep, and what words behind it gain.
const BEFORE_CONTRAST: f32 = 0.6;
const BEHIND_CONTRAST: f32 = 1.3;

/// The same word again within a text adds this much of its weight: laughter and rows of emoji are one feeling.
const REPEATED: f32 = 0.4;

/// The polar words with their weights in context.
fn polar_words(reading: &Reading<'_>) -> Vec<(Hit, f32)> {
    let tables = reading.tables;
    let kept = longest(reading.hits(Use::Polarity), &reading.entries);
    let intensifiers = reading.hits(Use::Intensifier);
    let last_contrast = reading.hits(Use::Contrast).last().map(|hit| hit.first);
    // "tidak buruk" is an entry of its own: its negation does not reach further.
    let negations: Vec<Hit> = reading
        .hits(Use::Negation)
        .iter()
        .copied()
        .filter(|negation| !kept.iter().any(|hit| hit.overlaps(negation) && hit != negation))
        .collect();
    let mut seen: Vec<u32> = Vec::new();
    let mut found = Vec::with_capacity(kept.len());
    for &hit in &kept {
        let mut weight = tables.polarity[hit.index as usize];
        if weight == 0.0 || reading.is_in_name(hit) {
            continue;
        }
        let beside = |other: &&Hit| {
            let before = other.last < hit.first && hit.first - other.last <= 2;
            let behind = other.first > hit.last && other.first - hit.last <= 2;
            (before || behind) && !reading.breaks_within(other.first.min(hit.first), other.last.max(hit.last))
        };
        if let Some(strength) = intensifiers.iter().find(beside) {
            weight *= tables.intensifiers[strength.index as usize];
        }
        if negations.iter().any(|negation| reading.negates(negation, hit.first)) {
            weight *= if weight > 0.0 { TURNED_GOOD } else { TURNED_BAD };
        }
        if let Some(contrast) = last_contrast {
            weight *= if hit.first < contrast { BEFORE_CONTRAST } else { BEHIND_CONTRAST };
        }
        if seen.contains(&hit.index) {
            weight *= REPEATED;
        }
        seen.push(hit.index);
        found.push((hit, weight));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_add_up_and_lean_the_right_way() {
        for (good, bad) in [(0.0, 0.0), (4.0, 0.0), (0.0, 4.0), (30.0, 2.0), (2.0, 2.0)] {
            let scores = score(good, bad, true);
            assert!((scores.negative + scores.neutral + scores.positive - 1.0).abs() < 1e-5);
        }
        assert!(score(4.0, 0.0, true).positive > 0.6);
        assert!(score(0.0, 4.0, true).negative > 0.6);
        let nothing = score(0.0, 0.0, true);
        assert!(nothing.neutral > nothing.negative && nothing.neutral > nothing.positive);
    }
}
