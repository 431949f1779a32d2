//! Titles in the words of the material.

use crate::{docs::Doc, phrases, summary};
use model::{Place, Record, Region, Topic};
use text::words;

/// Longer headlines are cut at a word.
const LENGTH_MAX: usize = 120;
/// Shorter ones ("Banjir!") say too little to stand alone.
const LENGTH_MIN: usize = 15;
/// The most typical articles, of which one gives the title.
const CANDIDATES: usize = 8;
/// What a headline loses that hides the news behind an exclamation, that asks, that was cut by its source or would be
/// cut here; what it gains by naming a place of the issue. A headline half as typical and plain beats bait.
const BAIT: f32 = 0.5;
const BAIT_BEHIND: f32 = 0.8;
const QUESTION: f32 = 0.4;
const CUT: f32 = 0.6;
const PLACE: f32 = 1.15;
/// Advice to everybody ("Cara Memeriksa …", "… Imbau Warga …") tells nothing of the matter: only where nothing else does.
const ADVICE: f32 = 0.05;
/// Words of a headline in which advice gives itself away.
const ADVICE_WORDS: usize = 3;
/// Signals of a message in a name that is not its sender's; of one alone nothing is composed.
const BORROWED: [&str; 2] = ["imperson_agency", "lookalike_domain"];
const BORROWED_MIN: usize = 2;

/// The best headline of the typical articles, of the last window if it has one; of a release or advertisement where
/// there is none; composed from topic and place where there are only posts. Documents have the most typical first.
pub(crate) fn title(
    shown: &[&Doc<'_>],
    all: &[&Doc<'_>],
    topic: Option<&Topic>,
    places: &[&Place],
    region: &Region,
) -> String {
    if let Some(title) = in_borrowed_name(shown, region) {
        return title;
    }
    let article = headline(shown, places, region, Doc::article)
        .or_else(|| headline(all, places, region, Doc::article))
        .or_else(|| headline(all, places, region, |doc| !doc.record.kind.is_public_voice()));
    match (article, topic, shown) {
        (Some(title), ..) => title,
        (None, Some(topic), [_, _, ..]) => composed(topic, places),
        (None, _, [first, ..]) => {
            let line = phrases::without_names(summary::without_dateline(&first.record.heading(usize::MAX)));
            shortened(first_sentence(&line))
        }
        (None, _, []) => String::new(),
    }
}

/// True where most documents are messages to be verified and several speak in somebody else's name.
pub(crate) fn is_borrowed(shown: &[&Doc<'_>]) -> bool {
    let claims = shown.iter().filter(|doc| doc.record.needs_verification()).count();
    claims * 2 > shown.len() && borrowed(shown).count() >= BORROWED_MIN
}

fn borrowed<'a>(shown: &[&Doc<'a>]) -> impl Iterator<Item = &'a Record> {
    let has = |record: &Record| record.signals.iter().any(|signal| BORROWED.contains(&signal.id.as_str()));
    shown.iter().filter(|doc| doc.public()).map(|doc| doc.record).filter(move |record| has(record))
}

/// "Surat edaran mengatasnamakan gubernur beredar, perlu verifikasi": that a message goes round, never what it claims.
fn in_borrowed_name(shown: &[&Doc<'_>], region: &Region) -> Option<String> {
    if !is_borrowed(shown) {
        return None;
    }
    let texts: Vec<Vec<String>> = borrowed(shown).map(|record| phrases::words_of(&record.text)).collect();
    let named = |word: &&String| texts.iter().filter(|text| phrases::find(text, word, &[]).is_some()).count();
    let most = |word: &&String| named(word) * 2 >= texts.len();
    // The list has the exact before the general.
    let what = region.wording.list("message").iter().find(most).map_or("pesan", String::as_str);
    let mut heads: Vec<&String> = region.risk_words.heads.iter().filter(most).collect();
    heads.sort_by_key(|head| std::cmp::Reverse(named(head)));
    let whom = heads.first().map_or("instansi pemerintah", |head| head.as_str());
    let (first, rest) = what.split_at(what.chars().next().map_or(0, char::len_utf8));
    Some(format!("{}{rest} mengatasnamakan {whom} beredar, perlu verifikasi", first.to_uppercase()))
}

fn headline<'a>(
    docs: &[&Doc<'a>],
    places: &[&Place],
    region: &Region,
    wanted: impl Fn(&Doc<'a>) -> bool,
) -> Option<String> {
    let mut best: Option<(f32, &str)> = None;
    let titled = docs.iter().filter(|doc| wanted(doc)).filter_map(|doc| {
        let title = plain(doc.record.title.as_deref()?, doc.record.source.as_str(), region);
        (title.chars().count() >= LENGTH_MIN).then_some((*doc, title))
    });
    for (doc, title) in titled.take(CANDIDATES) {
        // The nearness of a document that shares nothing is zero, and its headline still better than none.
        let weight = doc.nearness.max(f32::MIN_POSITIVE) * worth(title, places, region);
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, title));
        }
    }
    best.map(|(_, title)| shortened(title))
}

/// How much a headline tells by itself.
fn worth(title: &str, places: &[&Place], region: &Region) -> f32 {
    let words = phrases::words_of(title);
    let bait = phrases::begins(&words, region.wording.list("bait"));
    let tail = title.rsplit([',', ':', '!']).next().filter(|tail| tail.len() < title.len()).map(phrases::words_of);
    let bait_behind = tail.is_some_and(|tail| phrases::begins(&tail, region.wording.list("bait")));
    let cut = title.ends_with('…') || title.ends_with("...") || title.chars().count() > LENGTH_MAX;
    let named = places.iter().any(|place| phrases::find(&words, &place.short.to_lowercase(), &[]).is_some());
    let advice = phrases::any(&words[..words.len().min(ADVICE_WORDS)], region.wording.list("advice"), &[]);
    let factors = [
        (advice, ADVICE),
        (bait, BAIT),
        (bait_behind, BAIT_BEHIND),
        (title.contains('?'), QUESTION),
        (cut, CUT),
        (named, PLACE),
    ];
    factors.into_iter().filter(|(holds, _)| *holds).map(|(_, factor)| factor).product()
}

/// A headline without "[FOTO]" before it and " - Outlet" behind it.
fn plain<'t>(title: &'t str, source: &str, region: &Region) -> &'t str {
    let title = title.trim();
    let title = match title.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, rest)) if !rest.trim().is_empty() => rest.trim_start_matches([' ', ':', '-']),
        _ => title,
    };
    let cut =
        [" | ", " - ", " – ", " — ", " :: "].iter().filter_map(|mark| Some((title.rfind(mark)?, mark.len()))).max();
    match cut {
        Some((at, length)) if names_outlet(&title[at + length..], source, region) => title[..at].trim_end(),
        _ => title,
    }
}

fn names_outlet(tail: &str, source: &str, region: &Region) -> bool {
    let letters =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let tail_letters = letters(tail);
    let is_host = tail.trim().contains('.') && !tail.trim().contains(' ');
    let names = region.media.iter().flat_map(|medium| [medium.name.as_str(), medium.host.as_str()]).chain([source]);
    // "Kabar Muara" of kabarmuara.test: the host begins with the name.
    let host = letters(source.split('.').next().unwrap_or(source));
    is_host || tail_letters == host || names.into_iter().any(|name| letters(name) == tail_letters)
}

/// A line that is cut anyway is better cut where its first sentence ends.
fn first_sentence(line: &str) -> &str {
    let sentences = words::sentences(line);
    let Some(first) = sentences.first().filter(|_| line.chars().count() > LENGTH_MAX) else { return line };
    let first = line[first.start as usize..first.end as usize].trim_end_matches('.');
    if first.chars().count() >= LENGTH_MIN { first } else { line }
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= LENGTH_MAX {
        return title.to_owned();
    }
    let cut: String = title.chars().take(LENGTH_MAX).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", cut.trim_end_matches([',', ';', ':', '-', '–', ' ']))
}

fn composed(topic: &Topic, places: &[&Place]) -> String {
    let topic = if topic.short.is_empty() { &topic.label } else { &topic.short };
    match places {
        [] => topic.clone(),
        [place] => format!("{topic} di {}", place.short),
        [first, second] => format!("{topic} di {} dan {}", first.short, second.short),
        _ => format!("{topic} di {} kabupaten/kota", places.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlets_and_labels_are_no_part_of_a_headline() {
        let region = Region::default();
        let plain = |title: &'static str| plain(title, "kabarmuara.test", &region);
        assert_eq!(plain("Antrean BBM Mengular di Muara - Kabar Muara"), "Antrean BBM Mengular di Muara");
        assert_eq!(plain("Antrean BBM Mengular | kabarmuara.test"), "Antrean BBM Mengular");
        assert_eq!(plain("[FOTO] Banjir Rendam Kenanga"), "Banjir Rendam Kenanga");
        assert_eq!(plain("Harga Beras - Gula Naik"), "Harga Beras - Gula Naik");
    }

    #[test]
    fn plain_headlines_are_worth_more() {
        let mut region = Region::default();
        region.wording.lists.insert("bait".to_owned(), vec!["geger".to_owned(), "ini dia".to_owned()]);
        region.wording.lists.insert("advice".to_owned(), vec!["imbau".to_owned()]);
        let worth = |title: &str| worth(title, &[], &region);
        assert!(worth("Stok Pertalite Kosong di Muara") > worth("Geger! Stok Pertalite Kosong"));
        assert!(worth("Geger! Stok Pertalite Kosong") > worth("Kapan Pertalite Kembali Tersedia?"));
        assert!(worth("Polisi Imbau Warga Tenang") < worth("Geger! Stok Pertalite Kosong"));
        assert!(worth("Stok Pertalite Kosong di...") < worth("Stok Pertalite Kosong"));
    }

    #[test]
    fn long_headlines_end_with_a_whole_word() {
        let long = "kata ".repeat(40);
        let short = shortened(long.trim());
        assert!(short.chars().count() <= LENGTH_MAX && short.ends_with("kata…"));
    }
}
