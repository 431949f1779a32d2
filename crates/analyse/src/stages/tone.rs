//! Tone (`nada`): how a text stands to the government policy, agency or service in the matter, not how sad the event is.
//!
//! Learned weights choose among the four and none; the reason shown is the first rule of the lists that says the same.
//! Without a model that rule decides.

use super::{MAX_EVIDENCE, NoOptions, round};
use crate::cue::Cue;
use crate::matcher::Hit;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Coverage, Kind, Polarity, SourceKind, Span, SpeechAct, Tone, ToneFinding};

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

/// The learned head; its labels are "-" for a matter without government and then those of [`TONES`].
const HEAD: &str = "tone";
const TONES: [Tone; 4] = [Tone::Positif, Tone::Netral, Tone::BerpotensiNegatif, Tone::Negatif];

impl Stage for Tones {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        if analysis.spam.is_some() {
            return;
        }
        let concerns = concerns_government(reading, analysis);
        let Some((answer, head)) = reading.answer(HEAD).zip(reading.head(HEAD)) else {
            if concerns {
                let (cue, evidence) = reasons(reading, analysis).swap_remove(0);
                self.give(reading, analysis, cue, evidence, None);
            }
            return;
        };
        let mut scores = answer.scores;
        // A release or a paid article does not blame the one who pays; what sounds like it is about something else.
        if own_words(reading) {
            scores[2] += scores[3] + scores[4];
            scores[3] = 0.0;
            scores[4] = 0.0;
        }
        // A named agency or programme plays a part, and so does whoever a complaint is handed to.
        let channel = reading.document.kind == SourceKind::Complaint;
        if channel || concerns && (!analysis.agencies.is_empty() || !analysis.programmes.is_empty()) {
            scores[0] = 0.0;
        }
        let sum: f32 = scores.iter().sum();
        scores.iter_mut().for_each(|score| *score /= sum.max(1e-6));
        let best = (0..scores.len()).fold(0, |best, at| if scores[at] > scores[best] { at } else { best });
        let Some(label) = best.checked_sub(1).map(|at| TONES[at]) else { return };
        let tone_of = |cue: &str| reading.lexicons.tone_rules.iter().find(|rule| rule.cue == cue).map(|rule| rule.tone);
        let mut reasons = reasons(reading, analysis);
        let fitting = reasons.iter().position(|(cue, _)| tone_of(cue) == Some(label));
        let (cue, mut evidence) = match fitting {
            Some(at) => reasons.swap_remove(at),
            None => (general(label), Vec::new()),
        };
        if evidence.is_empty() && label != Tone::Netral {
            evidence = reading.words_for(HEAD, best, MAX_EVIDENCE);
        }
        self.give(reading, analysis, cue, evidence, Some((label, scores[best])));
        if scores[best] < head.sure_from {
            analysis.unsure.push(HEAD.to_owned());
        }
    }
}

/// The reason where the words that decided are on no list.
fn general(label: Tone) -> &'static str {
    match label {
        Tone::Positif => "dinilai_positif",
        Tone::Netral => "informasi",
        Tone::BerpotensiNegatif => "isyarat",
        Tone::Negatif => "dinilai_negatif",
    }
}

impl Tones {
    fn give(
        &self,
        reading: &Reading<'_>,
        analysis: &mut Analysis,
        cue: &str,
        evidence: Vec<Span>,
        learned: Option<(Tone, f32)>,
    ) {
        let rule = reading.lexicons.tone_rules.iter().find(|rule| rule.cue == cue);
        let label = learned.map_or_else(|| rule.map_or(Tone::Netral, |rule| rule.tone), |(label, _)| label);
        let reason = rule.map_or_else(|| cue.to_owned(), |rule| rule.reason.clone());
        // What rests on the sentiment alone is as unsure as the sentiment.
        if learned.is_none() && cue == "suasana_negatif" && analysis.unsure.iter().any(|label| label == "sentiment") {
            analysis.unsure.push(HEAD.to_owned());
        }
        let confidence = learned.map(|(_, confidence)| round(confidence));
        analysis.tone = Some(ToneFinding { label, reason, confidence, evidence });
    }
}

/// Paid articles and the government's own.
fn own_words(reading: &Reading<'_>) -> bool {
    reading.document.coverage != Coverage::Earned || reading.document.kind == SourceKind::Official
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

/// The rules that hold, with the words that they rest on; the first one decides where nothing was learned.
fn reasons(reading: &Reading<'_>, analysis: &Analysis) -> Vec<(&'static str, Vec<Span>)> {
    let mut found: Vec<(&'static str, Vec<Span>)> = Vec::new();
    let mut add = |cue, hits: &[Hit]| {
        found.push((cue, hits.iter().take(MAX_EVIDENCE).map(|&hit| reading.span(hit)).collect()));
    };
    let public = reading.document.kind.is_public_voice();
    let sentiment = analysis.sentiment.as_ref().map_or(Polarity::Neutral, |sentiment| sentiment.label);
    let named = !analysis.agencies.is_empty() || reading.has(Cue::Government);
    let own_words = own_words(reading);
    let warns = reading.has(Cue::Warning) || reading.document.kind == SourceKind::Factcheck;
    let contradiction: Vec<Hit> = reading.cues(Cue::Contradiction).collect();
    if !contradiction.is_empty() {
        add("bertentangan", &contradiction);
    }
    // A release or a paid article does not blame the one who pays; "percuma" in it is about something else.
    if !own_words {
        if super::sentiment::is_ironic(reading) {
            add("sarkasme", &reading.cues(Cue::Irony).collect::<Vec<_>>());
        }
        let blame = blame(reading, public);
        if !blame.is_empty() && (!public || sentiment != Polarity::Positive) {
            add("menyalahkan", &blame);
        }
        let complaint: Vec<Hit> = reading.cues(if public { Cue::Complaint } else { Cue::Reported }).collect();
        let unanswered: Vec<Hit> = reading.cues(Cue::Unanswered).collect();
        let complains = if public { analysis.speech_act == Some(SpeechAct::Aduan) } else { !complaint.is_empty() };
        let clearly =
            !complaint.is_empty() || analysis.sentiment.as_ref().is_some_and(|found| found.confidence >= CLEAR);
        if complains && public && named && sentiment == Polarity::Negative && clearly {
            add("aduan", &complaint);
        }
        // A report that warns ("belum ada keterangan siapa pembuatnya") complains of nobody's service.
        if !unanswered.is_empty() && (public || complains || !warns) {
            add("tanpa_tanggapan", &unanswered);
        }
        if complains && !public && reading.has(Cue::Handled) {
            add("aduan_ditangani", &complaint);
        }
        if complains {
            add("keluhan", &complaint);
        }
    }
    let praise: Vec<Hit> = reading.cues(Cue::Praise).filter(|hit| !reading.is_negated(hit.first)).collect();
    let event: Vec<Hit> = reading.cues(Cue::Event).collect();
    if sentiment == Polarity::Positive && named && !praise.is_empty() {
        add("dipuji", &praise);
    }
    if !public && !event.is_empty() && sentiment != Polarity::Positive {
        add("peristiwa", &event);
    }
    let handled: Vec<Hit> = reading.cues(Cue::Handled).collect();
    if sentiment == Polarity::Positive && named && !handled.is_empty() {
        add("ditangani", &handled);
    }
    let sensitive = analysis.topics.first().and_then(|topic| reading.lexicons.region.topic(&topic.id));
    let very_sensitive = sensitive.is_some_and(|topic| topic.sensitivity >= 4);
    // A warning or a denial sounds bad and blames nobody; a report needs more than one sad word.
    let sure = public || analysis.sentiment.as_ref().is_some_and(|sentiment| sentiment.confidence >= SURE);
    if !own_words && sentiment == Polarity::Negative && sure && !warns {
        add(if very_sensitive { "sensitif" } else { "suasana_negatif" }, &[]);
    }
    // Citizens who ask or judge in a very sensitive matter are a sign of what may come, whatever their words weigh.
    let judges = matches!(analysis.speech_act, Some(SpeechAct::Pertanyaan | SpeechAct::Aspirasi | SpeechAct::Opini));
    if !own_words && public && judges && very_sensitive && sentiment != Polarity::Positive {
        add("sensitif", &[]);
    }
    add("informasi", &[]);
    found
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
