//! Lanjutan: an issue that an earlier brief has told already, and what is new in it since.

use crate::{
    references::References,
    view::{View, fact},
    voices, words,
};
use jiff::Timestamp;
use model::{Continued, DocumentKey, Issue, PlaceCode, Risk, SaidBy, Statement, Told};
use std::collections::BTreeSet;

/// New statements told at most; the rest is counted.
const STATEMENTS: usize = 2;
const QUOTE_CHARS: usize = 140;
const PLACES: usize = 4;

/// The last earlier brief that told the issue, found by its id or, where a replay gave it another, by its documents.
pub(crate) fn told<'a>(view: &View<'a>, issue: &Issue) -> Option<&'a Told> {
    let earlier = || view.input.told.iter().filter(|told| told.date < view.date || told.until < view.window.to);
    let by_id = earlier().filter(|told| told.issue == issue.id).max_by_key(|told| told.until);
    by_id.or_else(|| {
        let documents: BTreeSet<&DocumentKey> =
            issue.stories.iter().flat_map(|story| &story.members).chain(issue.cited()).collect();
        let shared = |told: &&Told| told.documents.iter().filter(|key| documents.contains(key)).count();
        earlier().filter(|told| shared(told) > 0).max_by_key(|told| (told.until, shared(told)))
    })
}

/// "dilaporkan sejak 18 November".
pub(crate) fn since_words(told: &Told) -> String {
    format!("dilaporkan sejak {}", words::day_month_long(told.since))
}

/// What the issue's card says of it.
pub(crate) fn compose(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Option<Continued> {
    let told = told(view, issue)?;
    let mut new: Vec<Statement> = Vec::new();
    new.extend(risk(told, issue.risk).map(|text| fact(text, Vec::new())));
    new.extend(answer(view, issue, told, references));
    new.extend(statements(issue, told.until, references));
    new.extend(places(view, issue, &told.places).map(|text| fact(text, Vec::new())));
    if new.is_empty() {
        let text = format!("Tidak ada perkembangan baru sejak {}.", view.at_words(told.until));
        new.push(fact(text, Vec::new()));
    }
    Some(Continued {
        brief: told.brief.clone(),
        date: told.date,
        words: format!("lanjutan; {}", since_words(told)),
        risk: told.risk,
        new,
    })
}

fn risk(told: &Told, now: Risk) -> Option<String> {
    let (before, now_words) = (told.risk.as_str(), now.as_str());
    match now.cmp(&told.risk) {
        std::cmp::Ordering::Greater => Some(format!("Tingkat risiko naik dari {before} menjadi {now_words}.")),
        std::cmp::Ordering::Less => Some(format!("Tingkat risiko turun dari {before} menjadi {now_words}.")),
        std::cmp::Ordering::Equal => None,
    }
}

/// An official answer that came after the earlier brief.
fn answer(view: &View<'_>, issue: &Issue, told: &Told, references: &mut References<'_>) -> Option<Statement> {
    let is_new = |at: Timestamp| at > told.until;
    if let Some(response) = issue.official_response.as_ref().filter(|response| is_new(response.at)) {
        let source = view.source_name(&response.key.source);
        let text = format!("Jawaban resmi terbit {} ({source}).", view.at_words(response.at));
        return Some(fact(text, references.cite_all([response])));
    }
    let clarification = view.clarification(issue).filter(|clarification| is_new(clarification.published_at))?;
    Some(fact(format!("Klarifikasi resmi terbit {}.", view.at_words(clarification.published_at)), Vec::new()))
}

/// What office holders said since; private people stay out.
fn statements(issue: &Issue, until: Timestamp, references: &mut References<'_>) -> Vec<Statement> {
    let said = |said: &&SaidBy| {
        let public = said.role.as_deref().is_some_and(|role| !voices::is_private(role));
        public && !said.document.kind.is_public_voice() && said.document.at > until
    };
    // The official answer has been told already.
    let answered = issue.official_response.as_ref().filter(|response| response.at > until).map(|other| &other.key);
    let new: Vec<&SaidBy> = issue.statements.iter().filter(said).collect();
    let shown = new.iter().filter(|said| Some(&said.document.key) != answered || new.len() == 1).take(STATEMENTS);
    let mut out: Vec<Statement> = Vec::new();
    for said in shown {
        let speaker = voices::speaker_words(&said.speaker, said.role.as_deref(), said.document.kind);
        let text = format!("Pernyataan baru, {speaker}: {}", words::quote(&said.text, QUOTE_CHARS));
        out.push(fact(words::sentence(text), vec![references.cite(&said.document)]));
    }
    let more = new.len() - out.len().min(new.len());
    if more > 0 && !out.is_empty() {
        let text = format!("{} pernyataan baru lain tidak diulang di sini.", words::capital(&words::small(more)));
        out.push(fact(text, Vec::new()));
    }
    out
}

/// Regencies and cities that the earlier brief did not name; nothing where it named none at all.
fn places(view: &View<'_>, issue: &Issue, before: &[PlaceCode]) -> Option<String> {
    if before.is_empty() {
        return None;
    }
    let known = view.place_names(before);
    let added: Vec<String> =
        view.place_names(&issue.places).into_iter().filter(|place| !known.contains(place)).collect();
    (!added.is_empty()).then(|| format!("Wilayah bertambah: {}.", words::short_list(&added, PLACES)))
}
