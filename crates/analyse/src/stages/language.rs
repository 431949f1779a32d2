//! Language: words that tell languages apart first, trigrams where those decide nothing.
//!
//! Trigrams alone call one Indonesian post in five Javanese, and know neither Banjar nor Buginese.

use crate::matcher::{Use, longest};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Language};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "language",
    summary: "tells the language of a text (ISO 639-3), regional languages included",
    example: "unsure_below = 0.5",
    build: |table| Ok(Box::new(options::<Words>(table)?)),
};

/// Decides by cue words, falls back on trigrams.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Below this confidence the language is listed as unsure.
    unsure_below: f32,
}

impl Default for Words {
    fn default() -> Self {
        Self { unsure_below: 0.4 }
    }
}

impl Stage for Words {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let mut language = by_words(reading).unwrap_or_else(|| by_trigrams(reading));
        language.confidence = super::round(language.confidence);
        if language.confidence < self.unsure_below {
            analysis.unsure.push("lang".to_owned());
        }
        analysis.lang = Some(language);
    }
}

/// Share of words that the lexicons know above which a text that trigrams cannot place is in the main language.
const KNOWN_SHARE: f32 = 0.5;

/// Trigrams, and where those are unsure, whether the words are the main language's.
fn by_trigrams(reading: &Reading<'_>) -> Language {
    let guess = text::language(reading.text);
    let Some(main) = reading.lexicons.region.languages.first() else { return guess };
    let known = reading.entries.iter().filter(|entry| entry.exact != 0 || entry.base != 0).count() as f32;
    let share = known / (reading.entries.len() as f32).max(1.0);
    let unsure = guess.code == "und" || guess.code != *main && guess.confidence < 0.9;
    if reading.entries.len() >= 2 && unsure && share >= KNOWN_SHARE {
        return Language { code: main.clone(), confidence: 0.5 * share };
    }
    if guess.code == *main {
        return Language { confidence: guess.confidence.max(0.5 * share), ..guess };
    }
    guess
}

/// Entries that are looked at: a language shows itself soon.
const SAMPLE: u32 = 300;

/// How much of the main language's weight another language needs: regional languages borrow its words freely.
const REGIONAL_SHARE: f32 = 0.6;

fn by_words(reading: &Reading<'_>) -> Option<Language> {
    let tables = reading.tables;
    let mut scores = vec![0.0_f32; tables.languages.len()];
    let mut counts = vec![0_u32; tables.languages.len()];
    let hits: Vec<_> = reading.hits(Use::Language).iter().copied().take_while(|hit| hit.first < SAMPLE).collect();
    for hit in longest(&hits, &reading.entries) {
        let (language, weight) = tables.language_cues[hit.index as usize];
        scores[language] += weight;
        counts[language] += 1;
    }
    let main = reading.lexicons.region.languages.first();
    let main = tables.languages.iter().position(|language| Some(language) == main);
    let main_score = main.map_or(0.0, |at| scores[at]);
    let words = (reading.entries.len() as u32).min(SAMPLE) as f32;
    let (best, score) = (0..scores.len())
        .filter(|&at| Some(at) != main)
        .map(|at| (at, scores[at]))
        .fold((usize::MAX, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    let total: f32 = scores.iter().sum();
    // Sure where the cues agree, surer with every one more.
    let named = |at: usize, score: f32| Language {
        code: tables.languages[at].clone(),
        confidence: (score / total.max(1e-3) * (1.0 - 0.5_f32.powf(score + 1.0))).min(0.99),
    };
    // One word alone may be borrowed ("es teh"), unless the text is hardly longer.
    let company = counts.get(best).is_some_and(|&count| count >= 2) || words <= 8.0 || score > main_score;
    let enough = score >= 2.0 && company;
    if enough && score >= main_score * REGIONAL_SHARE && score / words >= 0.12 {
        return Some(named(best, score));
    }
    // Three common words, or one in five, are enough where nothing speaks against them.
    (main_score >= 3.0 || score == 0.0 && main_score >= 1.0 || main_score / words >= 0.2 && main_score >= 1.0)
        .then(|| named(main.unwrap_or(best), main_score))
}
