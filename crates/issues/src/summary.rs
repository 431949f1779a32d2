//! Extractive summary: the few sentences of the material that say most of what it has in common.

use crate::{
    docs::Doc,
    features, phrases,
    vector::{self, Vector},
};
use model::{Sentence, Wording};
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
/// So many words are its first.
const FIRST_WORDS: usize = 3;
/// Words outside quotation marks that say whose the quoted ones are ("kata Kepala Dinas …").
const ATTRIBUTION_WORDS: usize = 3;

/// Picks sentences from the most typical documents: articles first, then releases, then posts.
///
/// A sentence that leans on another is taken only where there is no other.
pub(crate) fn summary(shown: &[&Doc<'_>], centre: &Vector, wording: &Wording) -> Vec<Sentence> {
    let groups: [&dyn Fn(&Doc<'_>) -> bool; 3] =
        [&|doc| doc.article(), &|doc| !doc.record.kind.is_public_voice(), &|_| true];
    let documents = groups
        .iter()
        .map(|wanted| shown.iter().copied().filter(|doc| wanted(doc)).take(DOCUMENTS).collect::<Vec<_>>())
        .find(|documents| !documents.is_empty())
        .unwrap_or_default();
    let mut candidates: Vec<(bool, f32, &Doc<'_>, &str, BTreeSet<u64>)> = Vec::new();
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
            let words = phrases::words_of(sentence);
            let post = doc.record.kind.is_public_voice();
            if is_furniture(sentence, &words, wording) || !post && is_unattributed(sentence) {
                continue;
            }
            let vector: Vector = says.iter().map(|&word| (word, 1.0)).collect();
            let weight = vector::dot(&vector, centre) / (says.len() as f32).sqrt();
            let weight = weight * POSITION.powi(position as i32) * doc.nearness.sqrt();
            candidates.push((!post && leans(&words, wording), weight, doc, sentence, says));
        }
    }
    if candidates.iter().any(|candidate| !candidate.0) {
        candidates.retain(|candidate| !candidate.0);
    }
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (mut said, mut chosen) = (BTreeSet::new(), Vec::new());
    for (_, _, doc, sentence, says) in candidates {
        let repeated = says.intersection(&said).count() as f32 / says.len() as f32;
        if chosen.len() < SENTENCES && repeated <= REPEATED {
            said.extend(says);
            let text = if doc.public() { phrases::without_names(sentence) } else { sentence.to_owned() };
            chosen.push(Sentence { text, document: doc.exemplar(), count: 0 });
        }
    }
    chosen
}

/// True for a sentence that leans on the one before it ("Hal itu …", "Ia menambahkan …").
fn leans(words: &[String], wording: &Wording) -> bool {
    phrases::begins(words, wording.list("leaning"))
        || words.iter().take(FIRST_WORDS).any(|word| wording.list("leaning_near").contains(word))
}

/// True for what stands in an article and is none of it: "Baca juga: …", "Foto: …".
fn is_furniture(sentence: &str, words: &[String], wording: &Wording) -> bool {
    let labelled = |list: &[String]| phrases::begins(words, list);
    let colon = sentence.chars().take(30).any(|c| matches!(c, ':' | '/' | '('));
    labelled(wording.list("pointer")) && (colon || words.first().is_some_and(|word| word == "baca"))
        || labelled(wording.list("caption")) && colon
}

/// True for quoted words of which the sentence does not say whose they are.
fn is_unattributed(sentence: &str) -> bool {
    if !sentence.contains(['“', '”', '"']) {
        return false;
    }
    let (mut inside, mut broken) = (false, false);
    let mut outside = String::new();
    for c in sentence.chars() {
        let (before, is_mark) = (inside, matches!(c, '“' | '”' | '"'));
        match c {
            '“' => inside = true,
            '”' => inside = false,
            '"' => inside = !inside,
            _ => {}
        }
        // The quotation began in a sentence before.
        broken |= c == '”' && !before;
        outside.push(if is_mark || inside { ' ' } else { c });
    }
    broken || inside || words::tokens(&outside).count() < ATTRIBUTION_WORDS
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
    fn quoted_words_need_their_speaker() {
        assert!(is_unattributed("“Kami menunggu pasokan dari terminal.”"));
        assert!(is_unattributed("“Kami menunggu pasokan dari terminal"));
        assert!(is_unattributed("pasokan dari terminal segera tiba,” ujarnya."));
        assert!(!is_unattributed("“Kami menunggu pasokan,” kata Kepala Dinas Perhubungan."));
        assert!(!is_unattributed("Pasokan dari terminal terlambat dua hari."));
    }

    #[test]
    fn what_leads_elsewhere_is_no_summary() {
        let mut wording = Wording::default();
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        wording.lists.insert("pointer".to_owned(), list(&["baca juga", "simak juga"]));
        wording.lists.insert("caption".to_owned(), list(&["foto"]));
        wording.lists.insert("leaning".to_owned(), list(&["selain", "sementara itu"]));
        wording.lists.insert("leaning_near".to_owned(), list(&["itu", "ia"]));
        let furniture = |text: &str| is_furniture(text, &phrases::words_of(text), &wording);
        assert!(furniture("Baca juga: Antrean BBM Mengular di Muara"));
        assert!(furniture("Foto: antrean kendaraan di SPBU (ist)"));
        assert!(!furniture("Foto udara memperlihatkan banjir di Kenanga."));
        let leans = |text: &str| leans(&phrases::words_of(text), &wording);
        assert!(leans("Hal itu disampaikan Kamis.") && leans("Sementara itu warga menunggu."));
        assert!(!leans("Warga menunggu sementara stok kosong."));
    }

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
