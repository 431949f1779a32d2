//! Extractive summary: the few sentences of the material that say most of what it has in common.

use crate::{
    docs::Doc,
    features,
    vector::{self, Vector},
};
use model::Sentence;
use std::collections::BTreeSet;
use text::words;

/// Sentences of a summary.
const SENTENCES: usize = 3;
/// Documents that are read for it.
const DOCUMENTS: usize = 8;
/// Sentences read of each: reports put the news first.
const SENTENCES_READ: usize = 8;
/// Characters of a sentence that stands alone and fits a card.
const LENGTH: std::ops::RangeInclusive<usize> = 40..=280;
/// Posts are short.
const LENGTH_OF_POST_MIN: usize = 15;
/// A sentence that says so much of what was said already adds nothing.
const REPEATED: f32 = 0.5;
/// Each sentence further down counts so much less.
const POSITION: f32 = 0.93;
/// A sentence that leans on the one before it ("Hal itu …", "Ia menambahkan …") counts so much less.
const LEANING: f32 = 0.5;
/// Words that lean, among the first of a sentence.
const LEANING_WORDS: &[&str] = &[
    "itu",
    "ini",
    "tersebut",
    "ia",
    "dia",
    "mereka",
    "menurutnya",
    "katanya",
    "namun",
    "selain",
    "sementara",
    "salah",
    "lanjutnya",
    "demikian",
];
/// So many words are its first.
const FIRST_WORDS: usize = 3;

/// Picks sentences from the most typical documents: articles first, then releases, then posts.
pub(crate) fn summary(shown: &[&Doc<'_>], centre: &Vector) -> Vec<Sentence> {
    let groups: [&dyn Fn(&Doc<'_>) -> bool; 3] =
        [&|doc| doc.article(), &|doc| !doc.record.kind.is_public_voice(), &|_| true];
    let documents = groups
        .iter()
        .map(|wanted| shown.iter().copied().filter(|doc| wanted(doc)).take(DOCUMENTS).collect::<Vec<_>>())
        .find(|documents| !documents.is_empty())
        .unwrap_or_default();
    let mut candidates: Vec<(f32, &Doc<'_>, &str, BTreeSet<u64>)> = Vec::new();
    for doc in documents {
        let shortest = if doc.record.kind.is_public_voice() { LENGTH_OF_POST_MIN } else { *LENGTH.start() };
        let text = doc.record.text.as_str();
        for (position, span) in words::sentences(text).into_iter().take(SENTENCES_READ).enumerate() {
            let sentence = without_dateline(&text[span.start as usize..span.end as usize]);
            let length = sentence.chars().count();
            let says = features::word_terms(sentence);
            if length < shortest || length > *LENGTH.end() || says.is_empty() {
                continue;
            }
            let vector: Vector = says.iter().map(|&word| (word, 1.0)).collect();
            let weight = vector::dot(&vector, centre) / (says.len() as f32).sqrt();
            let weight = weight * POSITION.powi(position as i32) * doc.nearness.sqrt();
            candidates.push((if leans(sentence) { weight * LEANING } else { weight }, doc, sentence, says));
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut said, mut chosen) = (BTreeSet::new(), Vec::new());
    for (_, doc, sentence, says) in candidates {
        let repeated = says.intersection(&said).count() as f32 / says.len() as f32;
        if chosen.len() < SENTENCES && repeated <= REPEATED {
            said.extend(says);
            chosen.push(Sentence { text: sentence.to_owned(), document: doc.exemplar() });
        }
    }
    chosen
}

fn leans(sentence: &str) -> bool {
    words::tokens(sentence)
        .take(FIRST_WORDS)
        .any(|token| LEANING_WORDS.contains(&words::normalise(token.text).as_ref()))
}

/// A first sentence without "Outlet.com, Town – ".
pub(crate) fn without_dateline(sentence: &str) -> &str {
    /// Longer than outlet and town together.
    const PREFIX_MAX: usize = 60;
    let dash = [" – ", " — ", " - ", " -"].iter().filter_map(|dash| Some((sentence.find(dash)?, dash.len()))).min();
    match dash {
        Some((at, length)) if at <= PREFIX_MAX => {
            let (prefix, rest) = (&sentence[..at], sentence[at + length..].trim_start());
            let named = prefix.split([' ', ',']).filter(|word| !word.is_empty());
            let all_names =
                named.clone().count() <= 6 && named.clone().all(|word| word.starts_with(|c: char| !c.is_lowercase()));
            if all_names && rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '"')) {
                rest
            } else {
                sentence
            }
        }
        _ => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_go_and_dashes_stay() {
        assert_eq!(without_dateline("Kabar.co, Kota Baru – Warga antre sejak pagi."), "Warga antre sejak pagi.");
        assert_eq!(without_dateline("KOTA BARU - Warga antre."), "Warga antre.");
        assert_eq!(
            without_dateline("Warga antre sejak pagi – sebagian pulang."),
            "Warga antre sejak pagi – sebagian pulang."
        );
        assert_eq!(without_dateline("Harga naik 5 - 7 persen."), "Harga naik 5 - 7 persen.");
    }
}
