//! `References`: the numbered clippings. A document gets its number where it is first cited.

use crate::{view::View, words};
use model::{Coverage, DocumentKey, Exemplar, Record, Reference, Section, SourceKind};
use std::collections::BTreeMap;

/// Longest title in the list.
const TITLE_CHARS: usize = 140;

/// Parts of an address that name the account behind a post.
const ACCOUNT_PATHS: [&str; 8] = ["/@", "/status/", "/posts/", "/profile", "/user/", "/users/", "/u/", "/people/"];

/// A document that a sentence rests on, as a clipping or as an issue keeps it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    Clipping(&'a Record),
    Exemplar(&'a Exemplar),
}

/// The numbering, while sections are being written.
pub(crate) struct References<'a> {
    view: &'a View<'a>,
    numbers: BTreeMap<DocumentKey, u32>,
    list: Vec<Reference>,
}

impl<'a> References<'a> {
    pub(crate) fn new(view: &'a View<'a>) -> Self {
        Self { view, numbers: BTreeMap::new(), list: Vec::new() }
    }

    /// The number of an issue's document; its clipping tells more where it was handed over.
    pub(crate) fn cite(&mut self, exemplar: &Exemplar) -> u32 {
        let view = self.view;
        match view.record(&exemplar.key) {
            Some(record) => self.cite_record(record),
            None => self.number(&exemplar.key, || from_exemplar(view, exemplar)),
        }
    }

    /// The numbers of several documents, each once, ascending.
    pub(crate) fn cite_all<'e>(&mut self, exemplars: impl IntoIterator<Item = &'e Exemplar>) -> Vec<u32> {
        self.cite_sources(exemplars.into_iter().map(Source::Exemplar))
    }

    /// The number of a clipping.
    pub(crate) fn cite_record(&mut self, record: &Record) -> u32 {
        let view = self.view;
        self.number(&record.key(), || from_record(view, record))
    }

    /// The numbers of several documents, each once, ascending.
    pub(crate) fn cite_sources<'s>(&mut self, sources: impl IntoIterator<Item = Source<'s>>) -> Vec<u32> {
        let mut refs: Vec<u32> = Vec::new();
        for source in sources {
            refs.push(match source {
                Source::Clipping(record) => self.cite_record(record),
                Source::Exemplar(exemplar) => self.cite(exemplar),
            });
        }
        refs.sort_unstable();
        refs.dedup();
        refs
    }

    fn number(&mut self, key: &DocumentKey, reference: impl FnOnce() -> Reference) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.list.len() + 1).expect("a brief cites far fewer documents than a u32 holds");
        self.numbers.insert(key.clone(), number);
        self.list.push(Reference { number, ..reference() });
        number
    }

    /// The list: cited documents, then the other clippings in their order, then late ones; cut at the office's limit.
    pub(crate) fn finish(mut self) -> Vec<Reference> {
        let view = self.view;
        let limit = view.input.options.layout.limit(Section::Appendix, view.input.options.max_references);
        let shown = || view.input.clippings.iter().filter(|record| !record.withdrawn && record.spam.is_none());
        let on_time = shown().filter(|record| !view.is_late(record));
        let late = shown().filter(|record| view.is_late(record));
        for record in on_time.chain(late) {
            if self.list.len() >= limit {
                break;
            }
            self.cite_record(record);
        }
        self.list
    }
}

fn from_record(view: &View<'_>, record: &Record) -> Reference {
    Reference {
        number: 0,
        key: record.key(),
        title: title(&record.heading(usize::MAX)),
        source: view.source_name(&record.source).to_owned(),
        kind: record.kind,
        at: record.at,
        at_words: at_words(view, record.at, record.dated),
        url: shown_url(record.url.as_deref(), record.kind),
        tone: record.tone.map_or_else(String::new, |tone| tone.label().to_owned()),
        topic: record.topics.first().map_or_else(String::new, |id| view.topic_label(id)),
        place: view.place_names(&record.places).into_iter().next().unwrap_or_default(),
        coverage: coverage_words(record.coverage, record.kind).to_owned(),
        late: view.is_late(record),
    }
}

/// A document whose clipping was not handed over: tone, topic and place stay empty rather than guessed.
fn from_exemplar(view: &View<'_>, exemplar: &Exemplar) -> Reference {
    Reference {
        number: 0,
        key: exemplar.key.clone(),
        title: title(&exemplar.title),
        source: view.source_name(&exemplar.key.source).to_owned(),
        kind: exemplar.kind,
        at: exemplar.at,
        at_words: at_words(view, exemplar.at, exemplar.dated),
        url: shown_url(exemplar.url.as_deref(), exemplar.kind),
        tone: String::new(),
        topic: String::new(),
        place: String::new(),
        coverage: coverage_words(exemplar.coverage, exemplar.kind).to_owned(),
        late: false,
    }
}

fn title(text: &str) -> String {
    words::shorten(&words::without_addresses(text), TITLE_CHARS)
}

/// "20 Nov 2026 05.12", the day alone where the hour is not known, or when it was received.
fn at_words(view: &View<'_>, at: jiff::Timestamp, dated: bool) -> String {
    let local = at.to_zoned(view.zone.clone());
    let day = words::date_short(local.date());
    if !dated {
        return format!("tanpa tanggal; diterima {day}");
    }
    // Where only the day is known, `at` is the start of that day.
    if local.time() == jiff::civil::Time::midnight() { day } else { view.moment(at) }
}

fn coverage_words(coverage: Coverage, kind: SourceKind) -> &'static str {
    if coverage == Coverage::Earned && kind.is_public_voice() { "unggahan warga" } else { coverage.label() }
}

/// The address, except where it would name a citizen's account; the document's key still leads to it in Pesut.
fn shown_url(url: Option<&str>, kind: SourceKind) -> Option<String> {
    url.filter(|url| !kind.is_public_voice() || !ACCOUNT_PATHS.iter().any(|path| url.contains(path))).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_names_an_account() {
        let post = "https://jejaring.test/@seseorang/123";
        assert_eq!(shown_url(Some(post), SourceKind::Post), None);
        assert_eq!(shown_url(Some(post), SourceKind::News), Some(post.to_owned()));
        let video = "https://video.test/watch?v=abc";
        assert_eq!(shown_url(Some(video), SourceKind::Comment), Some(video.to_owned()));
    }
}
