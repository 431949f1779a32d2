//! Tone (`nada`): how a text stands to the government policy, agency or service in the matter, not how sad the event is.
//!
//! The words of each reason come from the lexicons; the order of the questions is here.

use super::{MAX_EVIDENCE, NoOptions};
use crate::cue::Cue;
use crate::matcher::Hit;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Coverage, Kind, Polarity, SourceKind, SpeechAct, Tone, ToneFinding};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "tone",
    summary: "gives the tone towards the government in the matter, with its reason; absent where it plays no part",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Tones) as Box<dyn Stage>),
};

struct Tones;

/// Score from which a citizen's complaint without the usual words for it is one against whom it names.
const CLEAR: f32 = 0.7;

/// Score from which a report counts as unfavourable by its words alone.
const SURE: f32 = 0.6;

impl Stage for Tones {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        if analysis.spam.is_some() || !concerns_government(reading, analysis) {
            return;
        }
        let (cue, evidence) = decide(reading, analysis);
        let rule = reading.lexicons.tone_rules.iter().find(|rule| rule.cue == cue);
        let label = rule.map_or(Tone::Netral, |rule| rule.tone);
        let reason = rule.map_or_else(|| cue.to_owned(), |rule| rule.reason.clone());
        let evidence = evidence.into_iter().take(MAX_EVIDENCE).map(|hit| reading.span(hit)).collect();
        // What rests on the sentiment alone is as unsure as the sentiment.
        if cue == "suasana_negatif" && analysis.unsure.iter().any(|label| label == "sentiment") {
            analysis.unsure.push("tone".to_owned());
        }
        analysis.tone = Some(ToneFinding { label, reason, evidence });
    }
}

/// An agency, an office, a programme, a service, or a topic that is the government's business. Lightly sensitive topics
/// (festivals, prizes) are its business only where it is named.
fn concerns_government(reading: &Reading<'_>, analysis: &Analysis) -> bool {
    let region = &reading.lexicons.region;
    let weighty = |topic: &model::TopicFinding| region.topic(&topic.id).is_some_and(|topic| topic.sensitivity >= 2);
    let named = !analysis.agencies.is_empty() || !analysis.programmes.is_empty();
    named
        || reading.document.kind == SourceKind::Complaint
        || analysis.topics.iter().any(weighty)
        || reading.has(Cue::Government)
}

/// The name of the rule that decides, with the words that it rests on.
fn decide(reading: &Reading<'_>, analysis: &Analysis) -> (&'static str, Vec<Hit>) {
    let public = reading.document.kind.is_public_voice();
    let sentiment = analysis.sentiment.as_ref().map_or(Polarity::Neutral, |sentiment| sentiment.label);
    let named = !analysis.agencies.is_empty() || reading.has(Cue::Government);
    let own_words = reading.document.coverage != Coverage::Earned || reading.document.kind == SourceKind::Official;
    let warns = reading.has(Cue::Warning) || reading.document.kind == SourceKind::Factcheck;
    let contradiction: Vec<Hit> = reading.cues(Cue::Contradiction).collect();
    if !contradiction.is_empty() {
        return ("bertentangan", contradiction);
    }
    // A release or a paid article does not blame the one who pays; "percuma" in it is about something else.
    if !own_words {
        if super::sentiment::is_ironic(reading) {
            return ("sarkasme", reading.cues(Cue::Irony).collect());
        }
        let blame = blame(reading, public);
        if !blame.is_empty() && (!public || sentiment != Polarity::Positive) {
            return ("menyalahkan", blame);
        }
        let complaint: Vec<Hit> = reading.cues(if public { Cue::Complaint } else { Cue::Reported }).collect();
        let unanswered: Vec<Hit> = reading.cues(Cue::Unanswered).collect();
        let complains = if public { analysis.speech_act == Some(SpeechAct::Aduan) } else { !complaint.is_empty() };
        let clearly =
            !complaint.is_empty() || analysis.sentiment.as_ref().is_some_and(|found| found.confidence >= CLEAR);
        if complains && public && named && sentiment == Polarity::Negative && clearly {
            return ("aduan", complaint);
        }
        // A report that warns ("belum ada keterangan siapa pembuatnya") complains of nobody's service.
        if !unanswered.is_empty() && (public || complains || !warns) {
            return ("tanpa_tanggapan", unanswered);
        }
        if complains && !public && reading.has(Cue::Handled) {
            return ("aduan_ditangani", complaint);
        }
        if complains {
            return ("keluhan", complaint);
        }
    }
    let praise: Vec<Hit> = reading.cues(Cue::Praise).filter(|hit| !reading.is_negated(hit.first)).collect();
    let event: Vec<Hit> = reading.cues(Cue::Event).collect();
    if sentiment == Polarity::Positive && named && !praise.is_empty() {
        return ("dipuji", praise);
    }
    if !public && !event.is_empty() && sentiment != Polarity::Positive {
        return ("peristiwa", event);
    }
    let handled: Vec<Hit> = reading.cues(Cue::Handled).collect();
    if sentiment == Polarity::Positive && named && !handled.is_empty() {
        return ("ditangani", handled);
    }
    let sensitive = analysis.topics.first().and_then(|topic| reading.lexicons.region.topic(&topic.id));
    // A warning or a denial sounds bad and blames nobody; a report needs more than one sad word.
    let sure = public || analysis.sentiment.as_ref().is_some_and(|sentiment| sentiment.confidence >= SURE);
    if !own_words && sentiment == Polarity::Negative && sure && !warns {
        let very_sensitive = sensitive.is_some_and(|topic| topic.sensitivity >= 4);
        return (if very_sensitive { "sensitif" } else { "suasana_negatif" }, Vec::new());
    }
    // Citizens who ask or judge in a very sensitive matter are a sign of what may come, whatever their words weigh.
    let judges = matches!(analysis.speech_act, Some(SpeechAct::Pertanyaan | SpeechAct::Aspirasi | SpeechAct::Opini));
    let very_sensitive = sensitive.is_some_and(|topic| topic.sensitivity >= 4);
    if !own_words && public && judges && very_sensitive && sentiment != Polarity::Positive {
        return ("sensitif", Vec::new());
    }
    ("informasi", Vec::new())
}

/// Words of blame that are not turned around; in a report they must share a sentence with the government.
fn blame(reading: &Reading<'_>, public: bool) -> Vec<Hit> {
    let government: Vec<Hit> = reading.cues(Cue::Government).collect();
    reading
        .cues(Cue::Blame)
        .filter(|hit| !reading.is_negated(hit.first))
        .filter(|hit| {
            let (first, last) = reading.sentence(hit.first);
            public || government.iter().any(|named| (first..=last).contains(&named.first))
        })
        .collect()
}
