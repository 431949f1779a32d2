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
    let borrowed = borrowed(reading, analysis, tells);
    let promise = ["bansos_money", "fake_recruit", "apk"].into_iter().any(|id| found.has(id));
    if !(promise || borrowed.is_some() && asks(reading, analysis, tells)) {
        return;
    }
    for span in contacts.iter().take(MAX_EVIDENCE) {
        found.add("nonofficial_contact", *span);
    }
    if let Some(span) = borrowed {
        found.add("imperson_agency", span);
    }
}

/// An agency, words of government, or a bank or firm, that the text names.
fn borrowed(reading: &Reading<'_>, analysis: &Analysis, tells: &Tells) -> Option<Span> {
    let named = analysis.agencies.iter().flat_map(|agency| agency.evidence.iter().copied()).next();
    let government = || reading.cues(Cue::Government).next();
    named.or_else(|| government().or(tells.at(Tell::Brand)).map(|hit| reading.span(hit)))
}

/// Wants data or money, or promises a prize. Somebody who complains, or offers his own goods, tells of a transfer that
/// he made, and gives his own number.
fn asks(reading: &Reading<'_>, analysis: &Analysis, tells: &Tells) -> bool {
    let complains = analysis.speech_act == Some(SpeechAct::Aduan) || reading.has(Cue::Unanswered);
    let innocent = complains || tells.has(Tell::Sells) || tells.has(Tell::Seeks);
    (tells.has(Tell::Data) || tells.has(Tell::Money) || tells.has(Tell::Prize)) && !innocent
}
