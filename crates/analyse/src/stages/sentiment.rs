//! Sentiment: the polarity of a text's own words. Learned weights decide, with the polar words of the lists, their negation,
//! intensity and contrast among what they look at; without a model the lists decide alone.

use super::{MAX_EVIDENCE, round};
use crate::cue::Cue;
use crate::features::MAX_WORDS;
use crate::matcher::{Hit, Use, longest};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Polarity, Sentiment, SentimentScores, Span};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "sentiment",
    summary: "gives the polarity of a text with three scores that add up to 1",
    example: "unsure_below = 0.45",
    build: |table| Ok(Box::new(options::<Words>(table)?)),
};

/// The learned head, its labels in the order of [`Polarity`].
const HEAD: &str = "sentiment";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Below this score of the best label the sentiment is listed as unsure; the model's own threshold if absent.
    unsure_below: Option<f32>,
}

/// The threshold where there is no model.
const UNSURE_BELOW: f32 = 0.45;

impl Stage for Words {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let ironic = is_ironic(reading);
        let learned = reading.answer(HEAD);
        let scores = match &learned {
            Some(answer) => three(answer.scores[0], answer.scores[2]),
            None => {
                let (good, bad) = weigh(reading);
                score(good, bad, reading.document.kind.is_public_voice())
            }
        };
        let (label, confidence) = [
            (Polarity::Negative, scores.negative),
            (Polarity::Neutral, scores.neutral),
            (Polarity::Positive, scores.positive),
        ]
        .into_iter()
        .fold((Polarity::Neutral, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        let evidence = match &learned {
            Some(_) if label == Polarity::Neutral => Vec::new(),
            Some(answer) => reading.words_for(HEAD, answer.best, MAX_EVIDENCE),
            None => polar_evidence(reading, label, ironic),
        };
        analysis.sentiment = Some(Sentiment { label, confidence, scores, evidence, by: None });
        let threshold = reading.head(HEAD).map_or(UNSURE_BELOW, |head| head.sure_from);
        if confidence < self.unsure_below.unwrap_or(threshold) || ironic && label != Polarity::Negative {
            analysis.unsure.push(HEAD.to_owned());
        }
    }
}

/// The words of the lists that speak for a label.
fn polar_evidence(reading: &Reading<'_>, label: Polarity, ironic: bool) -> Vec<Span> {
    let wanted = |weight: f32| match label {
        Polarity::Negative => weight < 0.0 || ironic,
        Polarity::Neutral => false,
        Polarity::Positive => weight > 0.0,
    };
    let words = polar_words(reading);
    words.iter().filter(|(_, weight)| wanted(*weight)).take(MAX_EVIDENCE).map(|&(hit, _)| reading.span(hit)).collect()
}

/// Rounded scores that add up to 1.
fn three(negative: f32, positive: f32) -> SentimentScores {
    let (negative, positive) = (round(negative), round(positive));
    SentimentScores { negative, neutral: round(1.0 - negative - positive).max(0.0), positive }
}

/// The weight of favourable and of unfavourable words. Praise in an ironic text says the opposite.
pub(crate) fn weigh(reading: &Reading<'_>) -> (f32, f32) {
    let ironic = is_ironic(reading);
    polar_words(reading).iter().fold((0.0, 0.0), |(good, bad), &(_, weight)| match weight < 0.0 || ironic {
        true => (good, bad + weight.abs()),
        false => (good + weight, bad),
    })
}

/// How many numbers [`polar`] gives.
pub(crate) const POLAR: usize = 14;

/// What the polar words of the lists say, as numbers of about -1 to 1: how much, how strong, where, and how they end.
pub(crate) fn polar(reading: &Reading<'_>) -> [f32; POLAR] {
    let mut words = polar_words(reading);
    words.retain(|(hit, _)| (hit.first as usize) < MAX_WORDS);
    let entries = reading.entries.len().min(MAX_WORDS) as u32;
    let contrast = reading.hits(Use::Contrast).last().map(|hit| hit.first);
    let sum = |wanted: &dyn Fn(&Hit) -> bool| {
        words.iter().filter(|(hit, _)| wanted(hit)).fold((0.0_f32, 0.0_f32), |(good, bad), &(_, weight)| {
            if weight > 0.0 { (good + weight, bad) } else { (good, bad - weight) }
        })
    };
    let lean = |(good, bad): (f32, f32)| ((good - bad) / (good + bad + 2.0).sqrt()).clamp(-2.0, 2.0) / 2.0;
    let all = sum(&|_| true);
    let late = sum(&|hit| hit.first * 3 >= entries * 2);
    let behind = sum(&|hit| contrast.is_some_and(|contrast| hit.first > contrast));
    let title = sum(&|hit| reading.in_title(*hit));
    let strongest = words.iter().fold((0.0_f32, 0.0_f32), |(good, bad), &(_, w)| (good.max(w), bad.max(-w)));
    let count = |good: bool| words.iter().filter(|(_, weight)| (*weight > 0.0) == good).count() as f32;
    let sign = |word: Option<&(Hit, f32)>| word.map_or(0.0, |(_, weight)| weight.signum());
    [
        (all.0 / 6.0).min(1.0),
        (all.1 / 6.0).min(1.0),
        lean(all),
        lean(late),
        lean(behind),
        lean(title),
        (strongest.0 / 4.0).min(1.0),
        (strongest.1 / 4.0).min(1.0),
        (count(true) / 5.0).min(1.0),
        (count(false) / 5.0).min(1.0),
        sign(words.first()),
        sign(words.last()),
        if words.is_empty() { 1.0 } else { 0.0 },
        // Polar words among all words: a long report with two of them is no outcry.
        (words.len() as f32 * 4.0 / (entries as f32 + 1.0)).min(1.0),
    ]
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
    // Bounded, for `exp` of more than 88 is infinite and the scores would be no numbers.
    let lean = (SLOPE * (good - bad) / (good + bad + 2.0).sqrt()).clamp(-30.0, 30.0);
    let neutral = if public { NEUTRAL_PUBLIC } else { NEUTRAL_REPORT };
    let [negative, neutral, positive] = [-lean, neutral, lean].map(f32::exp);
    let sum = negative + neutral + positive;
    three(negative / sum, positive / sum)
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
