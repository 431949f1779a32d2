//! A `Document` and its `Analysis` to a `Record`: masked, without offsets.

use jiff::{Timestamp, tz::TimeZone};
use model::{Analysis, Document, PersonalData, QuoteNote, Record, SignalNote, StoredItem, VerificationStatus};

/// Keeps what is searched, counted, grouped and shown; personal data is masked here and nowhere later.
pub fn record(stored: &StoredItem, document: Document, analysis: Analysis, zone: &TimeZone) -> Record {
    let full = document.full_text();
    let title_end = document.title.as_ref().map_or(0, |title| title.len() + 1);
    let masked = |start: usize, end: usize| masked_slice(&full, start, end, &analysis.personal_data);
    let (at, dated) = when(document.published_at, stored.first_seen_at, zone);
    Record {
        sequence: stored.sequence,
        replaces: stored.replaces,
        withdrawn: stored.item.withdrawn,
        title: document.title.as_ref().map(|title| masked(0, title.len())),
        text: masked(title_end, full.len()),
        at,
        day: at.to_zoned(zone.clone()).date(),
        dated,
        published_at: document.published_at,
        first_seen_at: stored.first_seen_at,
        event_date: analysis.event_date.or(document.event_date),
        lang: analysis.lang.map_or_else(|| "und".to_owned(), |language| language.code),
        coverage: document.coverage,
        sentiment: analysis.sentiment.as_ref().map(|sentiment| sentiment.label),
        tone: analysis.tone.as_ref().map(|tone| tone.label),
        tone_reason: analysis.tone.map(|tone| tone.reason),
        topics: analysis.topics.into_iter().map(|topic| topic.id).collect(),
        places: analysis.places.into_iter().map(|place| place.code).collect(),
        agencies: analysis.agencies.into_iter().map(|agency| agency.id).collect(),
        programmes: analysis.programmes.into_iter().map(|programme| programme.id).collect(),
        speech_act: analysis.speech_act,
        spam: analysis.spam,
        unsure: analysis.unsure,
        signals: analysis.signals.into_iter().map(|signal| SignalNote { id: signal.id, why: signal.why }).collect(),
        verification_score: match analysis.verification.status {
            VerificationStatus::PerluVerifikasi => analysis.verification.score,
            VerificationStatus::None => 0.0,
        },
        quotes: analysis
            .quotes
            .iter()
            .filter_map(|quote| {
                let speaker = quote.speaker.clone()?;
                let text = masked(quote.start as usize, quote.end as usize);
                Some(QuoteNote { text, speaker, role: quote.role.clone() })
            })
            .collect(),
        author_pseudonym: document.author_pseudonym,
        engagement: document.engagement,
        id: document.id,
        source: document.source,
        kind: document.kind,
        url: document.url,
    }
}

/// When a document counts: its publication, or the start of the local day on which it was first seen.
///
/// The start of the day, not the moment, so that a file imported after the cut-off still belongs to the brief of its day.
fn when(published_at: Option<Timestamp>, first_seen_at: Timestamp, zone: &TimeZone) -> (Timestamp, bool) {
    match published_at {
        Some(at) => (at, true),
        None => {
            let day = first_seen_at.to_zoned(zone.clone()).date();
            (day.to_zoned(zone.clone()).map_or(first_seen_at, |start| start.timestamp()), false)
        }
    }
}

fn masked_slice(full: &str, start: usize, end: usize, data: &[PersonalData]) -> String {
    let inside: Vec<PersonalData> = data
        .iter()
        .filter(|found| found.start as usize >= start && found.end as usize <= end)
        .map(|found| PersonalData { start: found.start - start as u32, end: found.end - start as u32, ..*found })
        .collect();
    text::mask(full.get(start..end).unwrap_or_default(), &inside)
}
