//! Language: learned weights for the languages of ours, trigrams for those of the rest of the world.
//!
//! Trigrams alone call one Indonesian post in five Javanese, and know neither Banjar nor Buginese. Without a model the
//! words that tell languages apart decide.

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
        let mut language = learned(reading).or_else(|| by_words(reading)).unwrap_or_else(|| by_trigrams(reading));
        language.confidence = super::round(language.confidence);
        if language.confidence < self.unsure_below {
            analysis.unsure.push("lang".to_owned());
        }
        analysis.lang = Some(language);
    }
}

/// The learned head; its labels are language codes, and "other" for what is none of them.
const HEAD: &str = "lang";

/// Letters that trigrams need before they may overrule the learned weights.
const ENOUGH_LETTERS: usize = 40;

fn learned(reading: &Reading<'_>) -> Option<Language> {
    let (answer, head) = reading.answer(HEAD).zip(reading.head(HEAD))?;
    let code = head.labels.get(answer.best)?.clone();
    let language = Language { code, confidence: answer.confidence() };
    let letters = reading.text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 {
        return Some(Language { code: "und".to_owned(), confidence: 0.0 });
    }
    let ours = language.code != OTHER;
    // Another script, or hardly like anything that was learned: the rest of the world.
    let latin = reading.text.bytes().filter(u8::is_ascii_alphabetic).count();
    if ours && latin * 2 >= letters && (language.confidence >= head.sure_from || letters < ENOUGH_LETTERS) {
        return Some(language);
    }
    let guess = text::language(reading.text);
    let foreign = !head.labels.contains(&guess.code) && guess.code != "und";
    if foreign && (guess.confidence >= 0.5 || !ours) {
        return Some(guess);
    }
    Some(if ours { language } else { Language { code: "und".to_owned(), ..guess } })
}

/// The label of languages that are none of ours.
const OTHER: &str = "other";

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
