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
        let language = by_words(reading).unwrap_or_else(|| text::language(reading.text));
        if language.confidence < self.unsure_below {
            analysis.unsure.push("lang".to_owned());
        }
        analysis.lang = Some(language);
    }
}

/// Entries that are looked at: a language shows itself soon.
const SAMPLE: u32 = 300;

/// How much of the main language's weight another language needs: regional languages borrow its words freely.
const REGIONAL_SHARE: f32 = 0.6;

fn by_words(reading: &Reading<'_>) -> Option<Language> {
    let tables = reading.tables;
    let mut scores = vec![0.0_f32; tables.languages.len()];
    let hits: Vec<_> = reading.hits(Use::Language).iter().copied().take_while(|hit| hit.first < SAMPLE).collect();
    for hit in longest(&hits, &reading.entries) {
        let (language, weight) = tables.language_cues[hit.index as usize];
        scores[language] += weight;
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
    let named = |at: usize, score: f32| Language {
        code: tables.languages[at].clone(),
        confidence: (0.5 + 0.5 * (2.0 * score / total.max(1e-3) - 1.0)).clamp(0.0, 0.99) * (score / (score + 1.0)),
    };
    if score >= 2.0 && score >= main_score * REGIONAL_SHARE && score / words >= 0.12 {
        return Some(named(best, score));
    }
    // Three common words, or one in five, are enough where nothing speaks against them.
    (main_score >= 3.0 || main_score / words >= 0.2 && main_score >= 1.0)
        .then(|| named(main.unwrap_or(best), main_score))
}
