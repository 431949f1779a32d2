//! Extractive summary: the few sentences of the material that say most of what it has in common.

use crate::{
    docs::Doc,
    features, phrases, title,
    vector::{self, Vector},
};
use model::{Sentence, SourceKind, Wording};
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
/// "Simak …", "Terungkap …" promise news instead of telling it.
const BAIT: f32 = 0.5;
/// A source that was quoted already: two sentences of two sources say more.
const SAME_SOURCE: f32 = 0.75;
/// So many words are its first.
const FIRST_WORDS: usize = 3;
/// Words outside quotation marks that say whose the quoted ones are ("kata Kepala Dinas …").
const ATTRIBUTION_WORDS: usize = 3;

/// Picks sentences from the most typical documents: articles first, then releases, then posts.
///
/// A sentence that leans on another is taken only where there is no other. Of messages in a borrowed name nothing is told
/// but what outlets report: their own words would spread them, and general advice is no news of them.
pub(crate) fn summary(shown: &[&Doc<'_>], centre: &Vector, wording: &Wording) -> Vec<Sentence> {
    let groups: [&dyn Fn(&Doc<'_>) -> bool; 3] =
        [&|doc| doc.article(), &|doc| !doc.record.kind.is_public_voice(), &|_| true];
    let documents = groups
        .iter()
        .map(|wanted| shown.iter().copied().filter(|doc| wanted(doc)).take(DOCUMENTS).collect::<Vec<_>>())
        .find(|documents| !documents.is_empty())
        .unwrap_or_default();
    let borrowed = title::is_borrowed(shown);
    let reports = |doc: &&Doc<'_>| doc.article() && doc.record.kind != SourceKind::Factcheck;
    let documents: Vec<&Doc<'_>> = documents.into_iter().filter(|doc| !borrowed || reports(doc)).collect();
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
            let unfit = is_furniture(sentence, &words, wording) || names_somebody(sentence, &words, wording);
            if unfit || !post && (is_fragment(sentence) || is_unattributed(sentence)) {
                continue;
            }
            let vector: Vector = says.iter().map(|&word| (word, 1.0)).collect();
            let weight = vector::dot(&vector, centre) / (says.len() as f32).sqrt();
            let weight = weight * POSITION.powi(position as i32) * doc.nearness.sqrt();
            let weight = if phrases::begins(&words, wording.list("bait")) { weight * BAIT } else { weight };
            candidates.push((!post && leans(&words, wording), weight, doc, sentence, says));
        }
    }
    if candidates.iter().any(|candidate| !candidate.0) {
        candidates.retain(|candidate| !candidate.0);
    }
    let (mut said, mut chosen): (BTreeSet<u64>, Vec<Sentence>) = (BTreeSet::new(), Vec::new());
    while chosen.len() < SENTENCES {
        candidates.retain(|(.., says)| says.intersection(&said).count() as f32 <= REPEATED * says.len() as f32);
        let weight = |(_, weight, doc, ..): &(bool, f32, &Doc<'_>, &str, BTreeSet<u64>)| {
            let quoted = chosen.iter().any(|other| other.document.key.source == doc.record.source);
            if quoted { weight * SAME_SOURCE } else { *weight }
        };
        // Of equals the first; `max_by` would give the last.
        let best =
            (0..candidates.len()).rev().max_by(|&a, &b| weight(&candidates[a]).total_cmp(&weight(&candidates[b])));
        let Some(best) = best else { break };
        let (_, _, doc, sentence, says) = candidates.remove(best);
        said.extend(says);
        let text = if doc.public() { phrases::without_names(sentence) } else { sentence.to_owned() };
        chosen.push(Sentence { text, document: doc.exemplar(), count: 0 });
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
    let lower = sentence.to_lowercase();
    // A line that lost its break stands inside the sentence before it.
    let inside = |pointer: &String| pointer.contains(' ') && lower.contains(&format!("{pointer}:"));
    if wording.list("pointer").iter().any(inside) || is_headline(sentence) {
        return true;
    }
    let colon = sentence.chars().take(30).any(|c| matches!(c, ':' | '/' | '('));
    labelled(wording.list("pointer")) && (colon || words.first().is_some_and(|word| word == "baca"))
        || labelled(wording.list("caption")) && colon
}

/// True for half a sentence that a list or a broken line left, and for what an article asks its reader.
fn is_fragment(sentence: &str) -> bool {
    sentence.starts_with(|c: char| c.is_lowercase() || c == '-') || sentence.ends_with('?')
}

/// True where nearly every word has a capital: the headline of another article that a page links to.
fn is_headline(sentence: &str) -> bool {
    let words: Vec<&str> = words::tokens(sentence).map(|token| token.text).collect();
    let long = words.iter().filter(|word| word.chars().count() > 3);
    let (capitals, others): (Vec<&str>, Vec<&str>) = long.partition(|word| word.starts_with(char::is_uppercase));
    capitals.len() >= 5 && others.len() * 6 <= capitals.len()
}

/// True where a sentence names somebody as reports of accidents and crimes do: "bernama …", "Nama (45)".
fn names_somebody(sentence: &str, words: &[String], wording: &Wording) -> bool {
    let is_age = |inside: &str| {
        let digits = inside.strip_suffix(" tahun").unwrap_or(inside);
        (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let aged = sentence.match_indices('(').any(|(at, _)| {
        let name = sentence[..at].split_whitespace().next_back();
        let inside = sentence[at + 1..].split(')').next().unwrap_or_default();
        is_age(inside) && name.is_some_and(|name| name.starts_with(char::is_uppercase))
    });
    aged || phrases::any(words, wording.list("person"), &[])
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
    let mut rest = sentence;
    // "TRIBUN-CONTOH.COM, KOTA BARU – Warga": a dash in the outlet's name, then the one behind the town.
    for _ in 0..3 {
        rest = without_prefix(rest);
    }
    rest
}

fn without_prefix(sentence: &str) -> &str {
    /// Longer than outlet and town together.
    const PREFIX_MAX: usize = 60;
    let head = &sentence[..sentence.floor_char_boundary(PREFIX_MAX)];
    let dashes = head.match_indices(['–', '—', '-']);
    let mut parts = dashes.map(|(at, dash)| (head[..at].trim_end(), &sentence[at + dash.len()..], &head[..at]));
    let found = parts.find(|(prefix, rest, before)| {
        // "KOTA BARU- Warga" has no space before its dash, and then only capitals before it.
        let spaced = before.ends_with(' ');
        let shouted = prefix.chars().count() >= 4 && !prefix.contains(char::is_lowercase);
        let of_outlet = words::tokens(prefix).any(|token| token.is_address());
        let named = prefix.split([' ', ',']).filter(|word| !word.is_empty());
        let all_names =
            named.clone().count() <= 6 && named.clone().all(|word| word.starts_with(|c: char| !c.is_lowercase()));
        let begins = rest.trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '"') || of_outlet);
        !prefix.is_empty() && prefix.contains(char::is_alphabetic) && (spaced && all_names || shouted) && begins
    });
    found.map_or(sentence, |(_, rest, _)| rest.trim_start())
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
        assert!(furniture("Ia pun pulang.Baca juga: Antrean BBM Mengular di Muara"));
        assert!(furniture("Dinas Perhubungan Buka Suara Usai Warga Keluhkan Jalan Poros"));
        let names = |text: &str| names_somebody(text, &phrases::words_of(text), &wording);
        assert!(names("Korban Nama Contoh (45) dibawa ke rumah sakit."));
        assert!(!names("Air surut pada Kamis (19/11/2026) malam."));
        assert!(!furniture("Foto udara memperlihatkan banjir di Kenanga."));
        let leans = |text: &str| leans(&phrases::words_of(text), &wording);
        assert!(leans("Hal itu disampaikan Kamis.") && leans("Sementara itu warga menunggu."));
        assert!(!leans("Warga menunggu sementara stok kosong."));
    }

    #[test]
    fn datelines_go_and_dashes_stay() {
        assert_eq!(without_dateline("Kabar.co, Kota Baru – Warga antre sejak pagi."), "Warga antre sejak pagi.");
        assert_eq!(without_dateline("KOTA BARU - Warga antre."), "Warga antre.");
        assert_eq!(without_dateline("KOTA BARU- Warga antre."), "Warga antre.");
        assert_eq!(without_dateline("KOTA BARU–Warga antre."), "Warga antre.");
        assert_eq!(without_dateline("Kabar.com, Kota Baru -eSPBU dibuka."), "eSPBU dibuka.");
        assert_eq!(without_dateline("WARTA-CONTOH.COM, KOTA BARU – Warga antre."), "Warga antre.");
        assert_eq!(without_dateline("COVID-19 kembali naik."), "COVID-19 kembali naik.");
        assert_eq!(without_dateline("Warga di Kota Baru-Lama antre."), "Warga di Kota Baru-Lama antre.");
        assert_eq!(
            without_dateline("Warga antre sejak pagi – sebagian pulang."),
            "Warga antre sejak pagi – sebagian pulang."
        );
        assert_eq!(without_dateline("Harga naik 5 - 7 persen."), "Harga naik 5 - 7 persen.");
    }
}
