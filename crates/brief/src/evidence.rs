//! What an answer may be quoted from: sentences of offices, office holders and outlets about one issue.
//!
//! Citizens' words, paid articles and what has to be checked are no answers, and no sentence that may name a private
//! person is quoted.

use crate::{phrases, references::Source, view::View, voices};
use jiff::Timestamp;
use model::{Coverage, Issue, Record, SourceKind};

/// Documents that are read; an issue of thousands of articles repeats them.
const DOCUMENTS_READ: usize = 400;
/// Sentences of a document that are read, and characters of one that answers.
const SENTENCES_READ: usize = 40;
const ANSWER_CHARS: std::ops::RangeInclusive<usize> = 20..=320;
/// Words shorter than this say little about the matter.
pub(crate) const WORD_CHARS: usize = 4;

/// A sentence that may answer, with whose it is.
pub(crate) struct Told<'a> {
    pub(crate) text: &'a str,
    pub(crate) words: Vec<String>,
    /// True for words of an office or office holder.
    pub(crate) official: bool,
    pub(crate) at: Timestamp,
    /// "Kepala Dinas …, Nama" or the outlet.
    pub(crate) voice: String,
    pub(crate) source: Source<'a>,
}

/// Sentences about the issue: official words first, then the latest first.
pub(crate) fn told<'a>(view: &'a View<'a>, issue: &'a Issue, matter: &[String]) -> Vec<Told<'a>> {
    let mut told = statements(view, issue);
    told.extend(
        view.records_of(issue)
            .filter(|record| answers(record))
            .take(DOCUMENTS_READ)
            .flat_map(|record| quotes(view, record)),
    );
    let about = |record: &&Record| answers(record) && is_about(record, issue, matter);
    for record in view.records_of(issue).filter(about).take(DOCUMENTS_READ) {
        told.extend(sentences(view, record));
    }
    told.extend(issue.summary.iter().filter(|said| view.record(&said.document.key).is_none()).filter_map(|said| {
        let document = &said.document;
        let outlet = matches!(document.kind, SourceKind::News | SourceKind::Broadcast | SourceKind::Official);
        (outlet && document.coverage != Coverage::Advertorial).then(|| Told {
            text: &said.text,
            words: phrases::words_of(&said.text),
            official: document.coverage == Coverage::Official,
            at: document.at,
            voice: view.source_name(&document.key.source).to_owned(),
            source: Source::Exemplar(document),
        })
    }));
    told.retain(|told| told.at <= view.window.to);
    // Stable: sentences of one document stay in their order.
    told.sort_by_key(|told| (!told.official, std::cmp::Reverse(told.at)));
    told
}

/// Words of office holders; what citizens say is no answer.
fn statements<'a>(view: &'a View<'a>, issue: &'a Issue) -> Vec<Told<'a>> {
    let said = issue.statements.iter().filter(|said| {
        let document = &said.document;
        !document.kind.is_public_voice() && document.coverage != Coverage::Advertorial
    });
    let told = said.flat_map(|said| {
        let role = said.role.as_deref().filter(|role| !voices::is_private(role));
        role.map(|role| {
            let voice = voices::speaker_words(&said.speaker, Some(role), said.document.kind);
            spoken(&said.text, is_office(view, role), said.document.at, voice, Source::Exemplar(&said.document))
        })
        .into_iter()
        .flatten()
    });
    told.collect()
}

/// The sentences of what somebody said, each of which can answer another question.
fn spoken<'a>(
    text: &'a str,
    official: bool,
    at: Timestamp,
    voice: String,
    source: Source<'a>,
) -> impl Iterator<Item = Told<'a>> {
    phrases::sentences(text).into_iter().map(move |text| {
        let (words, voice) = (phrases::words_of(text), voice.clone());
        Told { text, words, official, at, voice, source }
    })
}

/// Words of office holders in a clipping; an issue keeps only the few that are said most often.
fn quotes<'a>(view: &'a View<'a>, record: &'a Record) -> impl Iterator<Item = Told<'a>> {
    record.quotes.iter().flat_map(|quote| {
        let role = quote.role.as_deref().filter(|role| !voices::is_private(role));
        role.map(|role| {
            let voice = voices::speaker_words(&quote.speaker, Some(role), record.kind);
            spoken(&quote.text, is_office(view, role), record.at, voice, Source::Clipping(record))
        })
        .into_iter()
        .flatten()
    })
}

/// True for a document of the issue's topics; an office that writes of many things must name the matter in its title.
fn is_about(record: &Record, issue: &Issue, matter: &[String]) -> bool {
    let title = phrases::words_of(record.title.as_deref().unwrap_or_default());
    let names_it = || title.iter().any(|word| matter.iter().any(|other| phrases::is_akin(word, other)));
    let answer = issue.official_response.as_ref().is_some_and(|response| response.key == record.key());
    let shares = record.topics.is_empty() || record.topics.iter().any(|id| issue.topics.contains(id));
    answer || shares && (record.coverage != Coverage::Official || title.is_empty() || names_it())
}

/// True for the role of an office; where no language lists offices, for any public role.
fn is_office(view: &View<'_>, role: &str) -> bool {
    let offices = view.input.region.wording.list("office");
    offices.is_empty() || phrases::any(&phrases::words_of(role), offices, &[])
}

/// True for a document of an office or an outlet that nobody paid for and nobody has to check.
fn answers(record: &Record) -> bool {
    let speaks =
        record.coverage == Coverage::Official || matches!(record.kind, SourceKind::News | SourceKind::Broadcast);
    speaks
        && record.coverage != Coverage::Advertorial
        && !record.kind.is_public_voice()
        && (record.coverage == Coverage::Official || !record.needs_verification())
}

fn sentences<'a>(view: &'a View<'a>, record: &'a Record) -> impl Iterator<Item = Told<'a>> {
    let private = |quote: &&model::QuoteNote| quote.role.as_deref().is_none_or(voices::is_private);
    let private: Vec<&str> = record.quotes.iter().filter(private).map(|quote| quote.speaker.as_str()).collect();
    let wording = &view.input.region.wording;
    let persons = wording.list("person");
    let may_name = |words: &[String]| {
        phrases::any(words, wording.list("speech"), &[]) && !phrases::any(words, wording.list("office"), &[])
    };
    let furniture = |words: &[String]| {
        let starts = |phrase: &String| phrases::begins(words, phrase);
        wording.list("pointer").iter().any(starts) || wording.list("caption").iter().any(starts)
    };
    let official = record.coverage == Coverage::Official;
    let name = view.source_name(&record.source);
    let voice = if official { format!("{name} (rilis resmi)") } else { name.to_owned() };
    phrases::sentences(&record.text).into_iter().take(SENTENCES_READ).filter_map(move |text| {
        let text = phrases::without_dateline(text);
        let words = phrases::words_of(text);
        let quotable = ANSWER_CHARS.contains(&text.chars().count())
            && !text.contains(['[', '@', '?'])
            && !private.iter().any(|name| text.contains(name))
            && !phrases::any(&words, persons, &[])
            && !furniture(&words)
            && (official || !may_name(&words));
        quotable.then(|| Told {
            text,
            words,
            official,
            at: record.at,
            voice: voice.clone(),
            source: Source::Clipping(record),
        })
    })
}

/// Words of the topic and the title that name the matter: no places, no common words.
pub(crate) fn matter(view: &View<'_>, issue: &Issue) -> Vec<String> {
    let region = view.input.region;
    let topic = view.topic(issue).map(|topic| format!("{} {}", topic.short, topic.label)).unwrap_or_default();
    let places: Vec<String> = region
        .places
        .iter()
        .filter(|place| issue.places.contains(&place.code) || place.tile.is_some())
        .flat_map(|place| phrases::words_of(&place.short))
        .collect();
    let common = region.wording.list("common");
    let text = format!("{topic} {}", issue.title);
    let is_acronym = |word: &&str| word.len() > 2 && word.chars().all(char::is_uppercase);
    let acronyms: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(is_acronym).map(str::to_lowercase).collect();
    let mut words: Vec<String> = phrases::words_of(&text)
        .into_iter()
        .filter(|word| {
            let names = word.chars().count() >= WORD_CHARS || acronyms.contains(word);
            names && !places.contains(word) && !common.contains(word) && !word.starts_with(|c: char| c.is_ascii_digit())
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
