//! Who only speaks of a hoax: offices, outlets, fact-checkers, citizens who warn, ask or complain.

use super::Found;
use super::cues::{Tell, Tells};
use super::links::Links;
use crate::cue::Cue;
use crate::reading::Reading;
use model::{Analysis, SourceKind, SpeechAct};

/// True for a text that reports, denies or warns, or is a matter of its own: an official's or fact-checker's always;
/// an outlet's, a complaint or a review unless it carries a link that poses as an office's; a citizen's where its words say so.
/// A citizen who warns of a scam forbids to follow its link, or has none.
pub(super) fn is_report(reading: &Reading<'_>, links: &Links, tells: &Tells) -> bool {
    let warns = tells.has(Tell::Warns) || reading.has(Cue::Warning) && tells.has(Tell::Forbids);
    match reading.document.kind {
        SourceKind::Official | SourceKind::Factcheck => true,
        SourceKind::News | SourceKind::Broadcast => !links.posing || warns || reading.has(Cue::Warning),
        SourceKind::Complaint | SourceKind::Review => !links.posing || warns,
        _ => tells.has(Tell::Forbids) || warns && links.doubtful.is_none(),
    }
}

/// Takes back what the guards of single signals explain.
pub(super) fn take_back(reading: &Reading<'_>, analysis: &Analysis, links: &Links, tells: &Tells, found: &mut Found) {
    // Who must warn is urgent, and asks to be passed on.
    if tells.has(Tell::Emergency) && !found.has("unsourced_chain") {
        found.drop(&["urgency", "fear_amplify", "call_to_forward"]);
    }
    // An office's own address: a programme, a recruitment or a date that is shared.
    if links.official && links.doubtful.is_none() && !found.has("unsourced_chain") {
        found.drop(&["urgency", "call_to_forward", "bansos_money", "fake_recruit"]);
    }
    // "Viralkan" is how a complaint asks to be heard; somebody missing is looked for by everybody.
    let complains = analysis.speech_act == Some(SpeechAct::Aduan)
        || [Cue::Complaint, Cue::Unanswered, Cue::Blame].into_iter().any(|cue| reading.has(cue));
    let claims =
        ["unsourced_chain", "fear_amplify", "pray_or_curse", "bansos_money"].into_iter().any(|id| found.has(id));
    if (complains || tells.has(Tell::Seeks)) && !claims {
        found.drop(&["call_to_forward", "urgency"]);
    }
    if tells.has(Tell::Archive) {
        found.drop(&["old_recycled"]);
    }
    // Who asks whether a rumour is true does the right thing.
    if tells.has(Tell::Asks) && links.doubtful.is_none() && !found.has("call_to_forward") {
        found.drop(&["unsourced_chain", "fear_amplify", "bansos_money", "imperson_agency", "nonofficial_contact"]);
    }
}
