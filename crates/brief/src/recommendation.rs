//! Section 12: options for a response, the recommended one first. People decide.
//!
//! What fits when is data: the region's guide and plays. Criticism is answered or acted upon; the guide knows no option
//! against those who speak, and what it says was held against the limits of the law when it was read.

use crate::{
    references::References,
    situation::Situation,
    view::{self, View},
    words,
};
use model::{Advice, Guide, Issue, PlayClass, Recommendation, ResponseKind, ResponseOption, Risk, Rule, Section};

/// Issues with a block of their own at most.
pub(crate) const BLOCKS: usize = 5;
const TITLE_CHARS: usize = 110;
/// Options advised against that are shown; more would bury the advice.
const REJECTED: usize = 3;

/// Options for the issues that want one; for the largest issue alone where the day is calm.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<Recommendation> {
    let serious = view.issues.iter().filter(|issue| issue.risk >= Risk::Kuning).count();
    let limit = view.input.options.layout.limit(Section::Recommendation, BLOCKS).max(1);
    view.issues.iter().take(serious.clamp(1, limit)).map(|issue| block(view, issue, references)).collect()
}

fn block(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Recommendation {
    let guide = &view.input.region.guide;
    let situation = Situation::of(view, issue);
    let play = view.play(issue).map(|(play, _)| play);
    let words_of = |text: Option<&String>| {
        text.filter(|text| !text.trim().is_empty()).map_or_else(|| "data belum ada".to_owned(), words::sentence)
    };
    let options = options(guide, &situation);
    let recommended = options.first().and_then(|option| guide.option(option.kind?));
    // One of them is said: what the play knows to say of its topic, or three frames to fill where nothing is certain yet.
    let (message, messages) = match own_message(view, issue, &situation) {
        Some(message) => (words_of(Some(message)), Vec::new()),
        None if issue.risk >= Risk::Kuning && !guide.messages.is_empty() => {
            (String::new(), messages(guide, &situation))
        }
        None => (words_of(play.map(|play| &play.message)), Vec::new()),
    };
    let waiting = play.map(|play| &play.cost_of_waiting).filter(|text| !text.trim().is_empty());
    let waiting = waiting.or(Some(&guide.waiting)).filter(|_| issue.risk >= Risk::Kuning);
    let proof = view::proof(issue).chain(&issue.official_response);
    Recommendation {
        issue: issue.id.clone(),
        title: view.heading(issue, TITLE_CHARS),
        risk: issue.risk,
        authority: if situation.is_own() { "laksanakan" } else { "koordinasikan" }.to_owned(),
        owner: words::sentence(view.owner(issue)),
        message,
        messages,
        spokesperson: words_of(play.map(|play| &play.spokesperson)),
        channels: channels(view, issue, words_of(play.map(|play| &play.channels))),
        time: time(view, issue),
        deadline: view.due(issue),
        risk_note: words_of(play.map(|play| &play.risk_note)),
        risk_of_acting: recommended.map_or_else(String::new, |text| situation.fill(&text.risk_of_acting)),
        risk_of_waiting: waiting.map_or_else(String::new, |text| words::sentence(words::clause(text))),
        refs: references.cite_all(proof),
        options,
    }
}

/// The key message that was written for the topic, where it fits: a play speaks as if the matter were certain, except one
/// for fraud.
fn own_message<'a>(view: &View<'a>, issue: &Issue, situation: &Situation<'_>) -> Option<&'a String> {
    let (play, own) = view.play(issue)?;
    let speaks_of_claims = matches!(situation.class, PlayClass::Penipuan | PlayClass::Anak | PlayClass::Pemilu);
    let certain = !situation.is_claim_open() || speaks_of_claims;
    let framed = situation.message_class() == situation.class;
    (own && certain && framed && !play.message.trim().is_empty()).then_some(&play.message)
}

/// By when, or when to look again.
fn time(view: &View<'_>, issue: &Issue) -> String {
    match view.due(issue) {
        Some(due) => format!("paling lambat pukul {}", view.due_words(due)),
        None => "dilihat kembali pada ringkasan berikutnya".to_owned(),
    }
}

/// The play's channels, and others where the issue is in places with little internet.
fn channels(view: &View<'_>, issue: &Issue, channels: String) -> String {
    let region = view.input.region;
    let offline = &region.guide.offline_channels;
    let places: Vec<_> = issue.places.iter().filter(|code| region.low_coverage.contains(code)).cloned().collect();
    let places = view.place_names(&places);
    if places.is_empty() || offline.is_empty() {
        return channels;
    }
    format!("{channels} Untuk {}, yang jaringannya terbatas: {offline}.", words::list(&places))
}

fn messages(guide: &Guide, situation: &Situation<'_>) -> Vec<String> {
    let Some(frame) = guide.message(situation.message_class(), situation.is_claim_open()) else { return Vec::new() };
    [&frame.known, &frame.doing, &frame.asking].into_iter().map(|text| words::capital(&situation.fill(text))).collect()
}

/// Every option that a rule speaks for, in order of precedence, then those that a rule speaks against.
///
/// For each option the first rule that holds decides.
fn options(guide: &Guide, situation: &Situation<'_>) -> Vec<ResponseOption> {
    let mut decided: Vec<&Rule> = Vec::new();
    for rule in guide.rules.iter().filter(|rule| situation.meets(&rule.when)) {
        if !decided.iter().any(|other| other.option == rule.option) {
            decided.push(rule);
        }
        if rule.last {
            break;
        }
    }
    let told = |rule: &&Rule, recommended| option(guide, situation, rule, recommended);
    let (mut fitting, against): (Vec<&Rule>, Vec<&Rule>) =
        decided.into_iter().partition(|rule| rule.advice == Advice::Anjurkan);
    // What is announced already is renewed before it is announced again; all else keeps its place.
    let at = |option: ResponseKind| fitting.iter().position(|rule| rule.option == option);
    if let (Some(announced), Some(renewed)) =
        (at(ResponseKind::PengumumanSertaMerta), at(ResponseKind::PerbaruiKeterangan))
        && announced < renewed
    {
        fitting[announced..=renewed].rotate_right(1);
    }
    if fitting.is_empty() {
        return vec![unguided()];
    }
    let fitting = fitting.iter().enumerate().map(|(rank, rule)| told(rule, rank == 0));
    fitting.chain(against.iter().take(REJECTED).map(|rule| told(rule, false))).collect()
}

fn option(guide: &Guide, situation: &Situation<'_>, rule: &Rule, recommended: bool) -> ResponseOption {
    let text = guide.option(rule.option);
    let rejected = rule.advice == Advice::Tolak;
    let steps = text.map_or(&[][..], |text| text.steps.as_slice());
    ResponseOption {
        kind: Some(rule.option),
        name: text.map_or_else(String::new, |text| text.name.clone()),
        reason: words::sentence(situation.fill(&rule.reason)),
        recommended,
        rejected,
        steps: if rejected { Vec::new() } else { steps.iter().map(|step| situation.fill(step)).collect() },
    }
}

/// No guide was loaded: says so instead of advising.
fn unguided() -> ResponseOption {
    ResponseOption {
        kind: Some(ResponseKind::Pantau),
        name: "pantau".to_owned(),
        reason: "Pedoman tanggapan belum ada untuk keadaan ini; tentukan langkah bersama pimpinan.".to_owned(),
        recommended: true,
        rejected: false,
        steps: Vec::new(),
    }
}
