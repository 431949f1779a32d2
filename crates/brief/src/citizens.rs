//! Section 9: citizens' complaints and wishes, aggregated by theme; nobody is named.

use crate::{
    references::References,
    view::{self, View, fact},
    words,
};
use model::{AspirationLine, Authority, CountRow, Record, Section, SpeechAct, Statement, Topic, TopicId};

/// Themes listed at most.
pub(crate) const THEMES: usize = 7;
const EXAMPLE_CHARS: usize = 180;
/// An example of fewer characters rarely says what is wrong.
const EXAMPLE_CHARS_MIN: usize = 40;

/// Themes by their number of complaints.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<AspirationLine> {
    let mut rows: Vec<&CountRow> = view.input.tables.topics.iter().filter(|row| row.complaints > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.complaints));
    rows.truncate(view.input.options.layout.limit(Section::Aspirations, THEMES));
    rows.into_iter().map(|row| line(view, row, references)).collect()
}

fn line(view: &View<'_>, row: &CountRow, references: &mut References<'_>) -> AspirationLine {
    let id = TopicId::from(row.key.as_str());
    AspirationLine {
        theme: view.topic_label(&id),
        topic: id.clone(),
        count: row.complaints,
        agency: agency(view, view.input.region.topic(&id)),
        example: example(view, &id, references),
    }
}

/// Who answers for the theme; the lead agency only coordinates where the power is another's.
fn agency(view: &View<'_>, topic: Option<&Topic>) -> String {
    match (topic.and_then(|topic| view.agency(&topic.lead)), topic) {
        (Some(lead), Some(topic)) if topic.authority == Authority::Provinsi => lead.to_owned(),
        (Some(lead), Some(topic)) => format!("{lead} (koordinasi; {})", view::power(topic)),
        _ => "belum tercatat".to_owned(),
    }
}

/// The earliest complaint that says enough in few words. Doubtful claims are no examples.
fn example(view: &View<'_>, id: &TopicId, references: &mut References<'_>) -> Option<Statement> {
    let complaints = view.current().filter(|record| is_complaint(record) && record.topics.contains(id));
    let record = complaints.min_by_key(|record| {
        let length = record.text.chars().count();
        (!(EXAMPLE_CHARS_MIN..=EXAMPLE_CHARS).contains(&length), record.at, record.key())
    })?;
    let text = words::sentence(format!("Warga: {}", words::quote(&record.text, EXAMPLE_CHARS)));
    Some(fact(text, vec![references.cite_record(record)]))
}

fn is_complaint(record: &Record) -> bool {
    record.kind.is_public_voice() && record.speech_act == Some(SpeechAct::Aduan) && !record.needs_verification()
}
