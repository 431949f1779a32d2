//! Borrowed authority: a private contact beside a promise or a request, and an office's name over both.

use super::Found;
use super::cues::{Tell, Tells};
use super::links::Links;
use crate::cue::Cue;
use crate::reading::Reading;
use crate::stages::MAX_EVIDENCE;
use model::{Analysis, Span, SpeechAct};

/// Adds `nonofficial_contact` and `imperson_agency`.
pub(super) fn look(reading: &Reading<'_>, analysis: &Analysis, links: &Links, tells: &Tells, found: &mut Found) {
    let contacts = super::contacts::private(reading, analysis, links, tells);
    if contacts.is_empty() {
        return;
    }
    let office = office(reading, analysis);
    let borrowed = office.or_else(|| tells.at(Tell::Brand).map(|hit| reading.span(hit)));
    let promise = ["bansos_money", "fake_recruit", "apk"].into_iter().any(|id| found.has(id));
    if !(promise || borrowed.is_some() && asks(reading, analysis, tells, office.is_some())) {
        return;
    }
    for span in contacts.iter().take(MAX_EVIDENCE) {
        found.add("nonofficial_contact", *span);
    }
    if let Some(span) = borrowed {
        found.add("imperson_agency", span);
    }
}

/// An agency, or words of government, that the text names.
fn office(reading: &Reading<'_>, analysis: &Analysis) -> Option<Span> {
    let named = analysis.agencies.iter().flat_map(|agency| agency.evidence.iter().copied()).next();
    named.or_else(|| reading.cues(Cue::Government).next().map(|hit| reading.span(hit)))
}

/// Wants data or money, or promises a prize. Somebody who complains, or offers his own goods, tells of a transfer that
/// he made, and gives his own number.
fn asks(reading: &Reading<'_>, analysis: &Analysis, tells: &Tells, office: bool) -> bool {
    let complains = analysis.speech_act == Some(SpeechAct::Aduan) || reading.has(Cue::Unanswered);
    if complains || tells.has(Tell::Seeks) {
        return false;
    }
    // A bank is also named by whoever collects through it.
    let money = tells.has(Tell::Money) && office;
    tells.has(Tell::Data) || (money || tells.has(Tell::Prize)) && !tells.has(Tell::Sells)
}
