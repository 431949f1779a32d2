//! What an issue is called that is a claim: by what circulates, never by advice about it and never in its own words.

use crate::{
    phrases, situation,
    view::{self, View},
    words,
};
use model::{Coverage, Issue, Record, SourceKind};

/// Words of a headline in which advice gives itself away.
const ADVICE_WORDS: usize = 3;
/// Texts that are read for the name.
const TEXTS_READ: usize = 200;
/// What the machine says of a claim until a person decides.
pub(crate) const OPEN: &str = "perlu verifikasi";
/// A signal that somebody speaks in the government's name.
const BORROWED: [&str; 2] = ["imperson_agency", "lookalike_domain"];

/// "Surat edaran yang mengatasnamakan gubernur"; `None` where the issue is no claim or its own title does.
pub(crate) fn claim_name(view: &View<'_>, issue: &Issue) -> Option<String> {
    if !view::is_claim(issue) {
        return None;
    }
    let region = view.input.region;
    let texts: Vec<Vec<String>> = carriers(view, issue).iter().map(|text| phrases::words_of(text)).collect();
    let named = |phrase: &&String| texts.iter().filter(|text| phrases::has(text, phrase, &[])).count();
    let most = |phrase: &&String| !texts.is_empty() && named(phrase) * 2 >= texts.len();
    // The list has the exact before the general.
    let what = region.wording.list("message").iter().find(most);
    let head = region.risk_words.heads.iter().filter(most).max_by_key(|head| named(head));
    let borrowed = issue.signals.iter().any(|tally| BORROWED.contains(&tally.signal.id.as_str()));
    match (what, head, borrowed) {
        (Some(what), Some(head), _) => Some(format!("{} yang mengatasnamakan {head}", words::capital(what))),
        (Some(what), None, true) => Some(format!("{} yang mengatasnamakan instansi pemerintah", words::capital(what))),
        _ if is_advice(view, issue) && !issue.title.contains(OPEN) => {
            let topic = view.topic(issue).map(|topic| words::without_verdict(&topic.short));
            Some(topic.map_or_else(
                || "Klaim yang beredar".to_owned(),
                |topic| format!("Klaim tentang {}", words::uncapital(&topic)),
            ))
        }
        _ => None,
    }
}

/// True for an issue that is called by what a fact-checker or an adviser writes about it.
fn is_advice(view: &View<'_>, issue: &Issue) -> bool {
    let start: Vec<String> = phrases::words_of(&issue.title).into_iter().take(ADVICE_WORDS).collect();
    let advice = phrases::any(&start, view.input.region.wording.list("advice"), &[]);
    let checkers = issue.exemplars.iter().filter(|exemplar| exemplar.kind == SourceKind::Factcheck);
    advice || checkers.into_iter().any(|exemplar| exemplar.title == issue.title)
}

/// Texts that carry the claim: the queue's, those to be verified, citizens' posts where no clipping was handed over.
fn carriers(view: &View<'_>, issue: &Issue) -> Vec<String> {
    let queued = view.input.claims.iter().filter(|claim| situation::is_the_issue(claim, issue));
    let mut texts: Vec<String> = queued.map(|claim| claim.text.clone()).collect();
    texts.extend(
        view.records_of(issue)
            .filter(|record| carries(record))
            .take(TEXTS_READ)
            .map(|record| format!("{} {}", record.title.as_deref().unwrap_or_default(), record.text)),
    );
    if texts.is_empty() {
        let posts = issue.exemplars.iter().filter(|exemplar| exemplar.kind.is_public_voice());
        texts.extend(posts.map(|exemplar| exemplar.title.clone()));
    }
    texts
}

/// A fact-check or a release speaks about a claim; it does not carry it.
pub(crate) fn carries(record: &Record) -> bool {
    let about = matches!(record.kind, SourceKind::Factcheck | SourceKind::Official);
    record.needs_verification() && !about && record.coverage != Coverage::Official
}
