//! The index's fields, and how a record fills them.

use super::words;
use crate::Facet;
use model::{DocumentKey, Record};
use std::collections::BTreeSet;
use tantivy::{
    TantivyDocument, Term,
    schema::{Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions, Value},
    tokenizer::RAW_TOKENIZER_NAME,
};

/// Raise it whenever the same record would be indexed differently; an older index is then rebuilt.
pub(crate) const VERSION: u32 = 1;

// Collectors look these two up by name.
pub(crate) const AT: &str = "at";
pub(crate) const SEQUENCE: &str = "sequence";

/// Every field of the index.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    pub(crate) title: Field,
    pub(crate) text: Field,
    /// One field a facet, in the order of [`Facet::ALL`].
    facets: Vec<Field>,
    /// Local date of `at`, as [`day_number`].
    pub(crate) day: Field,
    /// Local date of the event, as [`day_number`].
    pub(crate) event_day: Field,
    /// Microseconds.
    pub(crate) at: Field,
    sequence: Field,
    key: Field,
    record: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut schema = Schema::builder();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(words::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let exact = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(RAW_TOKENIZER_NAME)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        );
        let fast = NumericOptions::default().set_fast();
        Self {
            title: schema.add_text_field("title", words.clone()),
            text: schema.add_text_field("text", words),
            facets: Facet::ALL.iter().map(|facet| schema.add_text_field(facet.as_str(), exact.clone())).collect(),
            day: schema.add_i64_field("day", fast.clone()),
            event_day: schema.add_i64_field("event_day", fast.clone()),
            at: schema.add_i64_field(AT, fast.clone()),
            sequence: schema.add_u64_field(SEQUENCE, fast),
            key: schema.add_text_field("key", exact),
            record: schema.add_bytes_field("record", STORED),
            schema: schema.build(),
        }
    }

    pub(crate) fn facet(&self, facet: Facet) -> Field {
        self.facets[facet as usize]
    }

    /// The term that finds one document.
    pub(crate) fn key_term(&self, key: &DocumentKey) -> Term {
        Term::from_field_text(self.key, &key_text(key))
    }

    pub(crate) fn document(&self, record: &Record) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.key, key_text(&record.key()));
        if let Some(title) = &record.title {
            document.add_text(self.title, title);
        }
        document.add_text(self.text, &record.text);
        for (facet, value) in facet_values(record) {
            document.add_text(self.facet(facet), value);
        }
        document.add_i64(self.day, day_number(record.day));
        if let Some(date) = record.event_date {
            document.add_i64(self.event_day, day_number(date));
        }
        document.add_i64(self.at, record.at.as_microsecond());
        document.add_u64(self.sequence, record.sequence);
        let json = serde_json::to_vec(record).expect("a record has no maps and no other keys than texts");
        document.add_bytes(self.record, &json);
        document
    }

    /// The record that a document was made from.
    pub(crate) fn record(&self, document: &TantivyDocument) -> tantivy::Result<Record> {
        let json = document.get_first(self.record).and_then(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(json)
            .map_err(|error| tantivy::TantivyError::InternalError(format!("a stored record cannot be read: {error}")))
    }
}

fn key_text(key: &DocumentKey) -> String {
    let key = key.to_string();
    // Some sources use whole addresses as ids, and a term has a longest length.
    if key.len() <= 256 { key } else { blake3::hash(key.as_bytes()).to_string() }
}

/// A date as a number that keeps its order and can be read: 20250717.
pub(crate) fn day_number(date: jiff::civil::Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn facet_values(record: &Record) -> BTreeSet<(Facet, String)> {
    let mut values = BTreeSet::new();
    let mut add = |facet, value: &str| values.insert((facet, value.to_owned()));
    add(Facet::Source, &record.source.as_str().to_lowercase());
    add(Facet::Kind, record.kind.as_str());
    add(Facet::Coverage, record.coverage.as_str());
    add(Facet::Lang, &record.lang);
    record.tone.map(|tone| add(Facet::Tone, tone.as_str()));
    record.sentiment.map(|sentiment| add(Facet::Sentiment, sentiment.as_str()));
    record.speech_act.map(|act| add(Facet::SpeechAct, act.as_str()));
    record.spam.map(|spam| add(Facet::Spam, spam.as_str()));
    for topic in &record.topics {
        add(Facet::Topic, topic.as_str());
    }
    for agency in &record.agencies {
        add(Facet::Agency, agency.as_str());
    }
    for programme in &record.programmes {
        add(Facet::Programme, programme.as_str());
    }
    for signal in &record.signals {
        add(Facet::Signal, signal.id.as_str());
    }
    for place in &record.places {
        // Whoever asks for a city means its districts too: 64.72.03 is also found as 64.72 and as 64.
        let code = place.as_str();
        add(Facet::Place, code);
        for (dot, _) in code.match_indices('.') {
            add(Facet::Place, &code[..dot]);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_by_every_place_around_it() {
        let record = Record { places: vec!["64.72.03".into(), "64.IKN".into()], ..Record::default() };
        let values = facet_values(&record);
        let places: Vec<_> =
            values.iter().filter(|(facet, _)| *facet == Facet::Place).map(|(_, code)| code.as_str()).collect();
        assert_eq!(places, ["64", "64.72", "64.72.03", "64.IKN"]);
    }

    #[test]
    fn days_keep_their_order() {
        assert_eq!(day_number(jiff::civil::date(2025, 7, 17)), 20250717);
    }
}
