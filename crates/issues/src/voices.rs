//! Who says what: statements of office holders, citizens' questions, the official response.

use crate::docs::Doc;
use jiff::Timestamp;
use model::{Agency, Coverage, Exemplar, QuoteNote, SaidBy, Sentence};
use std::collections::BTreeMap;
use text::words;

/// Statements of an issue, one a speaker.
const STATEMENTS: usize = 8;
/// Questions of an issue, one a kind.
const QUESTIONS: usize = 5;
/// Characters of a question that stands alone.
const QUESTION_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// Words that make a question, by what is asked. Colloquial forms beside the formal ones, because citizens write.
const QUESTION_WORDS: &[(&str, &[&str])] = &[
    ("kapan", &["kapan", "bila", "pabila"]),
    ("kenapa", &["kenapa", "mengapa", "knp", "knapa", "napa", "ngapa", "kok"]),
    ("di mana", &["dimana", "mana", "dmn", "dimn"]),
    ("bagaimana", &["bagaimana", "gimana", "gmn", "gmana", "kayapa"]),
    ("berapa", &["berapa", "brp", "brapa"]),
    ("siapa", &["siapa", "sapa"]),
];

/// Words that stand in plain statements just as well ("bagus kok", "yang mana saja"): they ask only before a question mark.
const NEEDS_MARK: &[&str] = &["bila", "kok", "mana", "siapa", "sapa"];

/// Words of a role that speaks for a government body or a state company.
const OFFICE_WORDS: &[&str] = &[
    "kepala",
    "gubernur",
    "bupati",
    "wali",
    "walikota",
    "wagub",
    "sekda",
    "sekretaris",
    "plt",
    "pj",
    "kadis",
    "kabid",
    "kabag",
    "kasi",
    "kasubag",
    "direktur",
    "dirut",
    "manager",
    "manajer",
    "humas",
    "komandan",
    "kapolres",
    "kapolda",
    "kapolresta",
    "kapolsek",
    "dandim",
    "camat",
    "lurah",
    "menteri",
    "juru",
];

/// Quotations of speakers whose public role is given; the speaker quoted most often first.
pub(crate) fn statements(shown: &[&Doc<'_>]) -> Vec<SaidBy> {
    let mut speakers: BTreeMap<&str, (usize, &Doc<'_>, &QuoteNote)> = BTreeMap::new();
    for doc in shown {
        for quote in doc.record.quotes.iter().filter(|quote| quote.role.is_some()) {
            speakers.entry(&quote.speaker).or_insert((0, doc, quote)).0 += 1;
        }
    }
    let mut speakers: Vec<_> = speakers.into_values().collect();
    speakers.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.speaker.cmp(&b.2.speaker)));
    let said = |(_, doc, quote): (usize, &Doc<'_>, &QuoteNote)| SaidBy {
        speaker: quote.speaker.clone(),
        role: quote.role.clone(),
        text: quote.text.clone(),
        document: doc.exemplar(),
    };
    speakers.into_iter().take(STATEMENTS).map(said).collect()
}

/// What citizens ask: one question for each thing that is asked, the most frequent first.
pub(crate) fn questions(shown: &[&Doc<'_>]) -> Vec<Sentence> {
    let mut kinds: BTreeMap<&str, (usize, Sentence)> = BTreeMap::new();
    for doc in shown.iter().filter(|doc| doc.public()) {
        let text = doc.record.text.as_str();
        for span in words::sentences(text) {
            let sentence = &text[span.start as usize..span.end as usize];
            let Some(kind) = asks(sentence) else { continue };
            let first = || (0, Sentence { text: sentence.to_owned(), document: doc.exemplar() });
            kinds.entry(kind).or_insert_with(first).0 += 1;
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
    kinds.into_iter().take(QUESTIONS).map(|(_, (_, sentence))| sentence).collect()
}

/// What a sentence asks for; `None` where it asks nothing.
fn asks(sentence: &str) -> Option<&'static str> {
    if !QUESTION_LENGTH.contains(&sentence.chars().count()) {
        return None;
    }
    let marked = sentence.contains('?');
    let asked = words::tokens(sentence).find_map(|token| {
        let word = words::normalise(token.text);
        let kind = QUESTION_WORDS.iter().find(|(_, forms)| forms.contains(&word.as_ref()));
        kind.filter(|_| marked || !NEEDS_MARK.contains(&word.as_ref())).map(|(kind, _)| *kind)
    });
    asked.or(marked.then_some("lainnya"))
}

/// The last official release, or else the last article that quotes an office holder of an agency that answers for the
/// matter, provided it came after the matter began.
pub(crate) fn official_response(docs: &[Doc<'_>], agencies: &[&Agency]) -> Option<Exemplar> {
    let began = docs.iter().map(|doc| doc.record.at).min()?;
    let last = |wanted: &dyn Fn(&Doc<'_>) -> bool| {
        docs.iter().filter(|doc| answers_after(doc, began) && wanted(doc)).max_by_key(|doc| doc.record.at)
    };
    let quoted = |doc: &Doc<'_>| doc.article() && doc.record.quotes.iter().any(|quote| speaks_for(quote, agencies));
    last(&|doc| doc.record.coverage == Coverage::Official).or_else(|| last(&quoted)).map(Doc::exemplar)
}

fn answers_after(doc: &Doc<'_>, began: Timestamp) -> bool {
    doc.record.at > began && doc.record.coverage != Coverage::Advertorial
}

/// True where the speaker holds an office of one of the agencies, or heads the government itself.
fn speaks_for(quote: &QuoteNote, agencies: &[&Agency]) -> bool {
    let Some(role) = quote.role.as_deref().map(str::to_lowercase) else { return false };
    let mut said = words::tokens(&role).map(|token| token.text);
    if !said.any(|word| OFFICE_WORDS.contains(&word)) {
        return false;
    }
    let heads = ["gubernur", "wagub", "bupati", "wali kota", "walikota", "sekretaris daerah", "sekda"];
    heads.iter().any(|head| role.starts_with(head) || role.starts_with(&format!("wakil {head}")))
        || agencies.iter().any(|agency| names(&role, agency))
}

fn names(role: &str, agency: &Agency) -> bool {
    let short = agency.short.to_lowercase();
    let by_short = words::tokens(role).any(|token| token.text == short);
    // "Dinas Perhubungan Provinsi Contoh" in the file is "Dinas Perhubungan" in most reports.
    let name = agency.name.to_lowercase();
    let name = name.split(" provinsi").next().unwrap_or(&name);
    by_short || role.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Authority;

    #[test]
    fn questions_are_known_by_mark_or_word() {
        assert_eq!(asks("kapan bensin datang lagi min"), Some("kapan"));
        assert_eq!(asks("Knp cuma sebentar nyalanya"), Some("kenapa"));
        assert_eq!(asks("posko bantuannya di mana ya?"), Some("di mana"));
        assert_eq!(asks("yang mana saja boleh, bagus kok"), None);
        assert_eq!(asks("Ini serius dibiarkan begini?"), Some("lainnya"));
        assert_eq!(asks("Terima kasih petugasnya"), None);
        assert_eq!(asks("kok?"), None);
    }

    #[test]
    fn an_answer_comes_from_an_office_that_is_responsible() {
        let agency = Agency {
            id: "dishub".into(),
            name: "Dinas Perhubungan Provinsi Contoh".to_owned(),
            short: "Dishub".to_owned(),
            level: Authority::Provinsi,
            field: String::new(),
        };
        let says = |role: &str| {
            let quote = QuoteNote { text: String::new(), speaker: "Nama".to_owned(), role: Some(role.to_owned()) };
            speaks_for(&quote, &[&agency])
        };
        assert!(says("Kepala Dinas Perhubungan Contoh"));
        assert!(says("Plt Kadis Dishub"));
        assert!(says("Wakil Gubernur Contoh"));
        assert!(!says("Kepala Dinas Kesehatan Contoh"));
        assert!(!says("pengamat transportasi"));
        assert!(!says("sopir angkutan"));
    }
}
