//! What a text does: complain, wish, ask, thank, hold an opinion, inform, advertise.
//!
//! Outlets and offices inform; of citizens' own words the learned weights decide, without a model the lists of cues.

use super::{MAX_EVIDENCE, NoOptions};
use crate::cue::Cue;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Coverage, Kind, Polarity, SourceKind, Spam, SpeechAct};

pub(crate) const KIND: Kind<Build> = Kind {
    name: NAME,
    summary: "tells what a text does: aduan, aspirasi, pertanyaan, apresiasi, opini, informasi, promosi",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Acts) as Box<dyn Stage>),
};

struct Acts;

impl Stage for Acts {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let answer =
            reading.answer(HEAD).filter(|_| reading.document.kind.is_public_voice() && analysis.spam.is_none());
        let learned = answer.and_then(|answer| Some((ACTS.get(answer.best).copied()?, answer)));
        let Some((act, answer)) = learned else {
            analysis.speech_act = Some(act(reading, analysis));
            return;
        };
        analysis.speech_act = Some(act);
        analysis.explanations.insert(NAME.to_owned(), reading.words_for(HEAD, answer.best, MAX_EVIDENCE));
        if reading.head(HEAD).is_some_and(|head| answer.confidence() < head.sure_from) {
            analysis.unsure.push(NAME.to_owned());
        }
    }
}

/// The learned head, and the field that it fills.
const HEAD: &str = "act";
const NAME: &str = "speech_act";

/// In the order of the head's labels.
const ACTS: [SpeechAct; 7] = [
    SpeechAct::Aduan,
    SpeechAct::Aspirasi,
    SpeechAct::Pertanyaan,
    SpeechAct::Apresiasi,
    SpeechAct::Opini,
    SpeechAct::Informasi,
    SpeechAct::Promosi,
];

fn act(reading: &Reading<'_>, analysis: &Analysis) -> SpeechAct {
    if analysis
        .spam
        .is_some_and(|spam| matches!(spam, Spam::Promotion | Spam::Loans | Spam::Gambling | Spam::Pornography))
    {
        return SpeechAct::Promosi;
    }
    if !reading.document.kind.is_public_voice() {
        let paid = reading.document.coverage == Coverage::Advertorial;
        return if paid && reading.has(Cue::Promotion) && analysis.topics.is_empty() {
            SpeechAct::Promosi
        } else {
            SpeechAct::Informasi
        };
    }
    let sentiment = analysis.sentiment.as_ref().map_or(Polarity::Neutral, |sentiment| sentiment.label);
    let public_matter = !analysis.topics.is_empty() || !analysis.agencies.is_empty() || reading.has(Cue::Government);
    let asks = reading.text.contains('?') || reading.has(Cue::Question);
    let complains = reading.has(Cue::Complaint) || reading.has(Cue::Unanswered);
    // What comes over the complaint channel complains, unless it is a word of thanks.
    let channel = reading.document.kind == SourceKind::Complaint;
    if channel && !(sentiment == Polarity::Positive && reading.has(Cue::Thanks))
        || complains && sentiment != Polarity::Positive
    {
        return SpeechAct::Aduan;
    }
    if sentiment == Polarity::Negative
        && public_matter
        && (reading.has(Cue::Blame) || super::sentiment::is_ironic(reading))
    {
        return if reading.has(Cue::Opinion) { SpeechAct::Opini } else { SpeechAct::Aduan };
    }
    // "antre bensin tiga jam, kosong terus": nothing but the matter and the anger.
    if sentiment == Polarity::Negative && !analysis.topics.is_empty() && !reports(reading) {
        return SpeechAct::Aduan;
    }
    if sentiment == Polarity::Positive && reading.has(Cue::Thanks) {
        return SpeechAct::Apresiasi;
    }
    if asks && sentiment != Polarity::Negative {
        return SpeechAct::Pertanyaan;
    }
    if reading.has(Cue::Wish) {
        return SpeechAct::Aspirasi;
    }
    if reading.has(Cue::Opinion) {
        return SpeechAct::Opini;
    }
    match sentiment {
        Polarity::Neutral => SpeechAct::Informasi,
        _ => SpeechAct::Opini,
    }
}

/// True for what tells of an accident, warns, or argues, rather than complains.
fn reports(reading: &Reading<'_>) -> bool {
    reading.has(Cue::Event) || reading.has(Cue::Warning) || reading.has(Cue::Opinion)
}
