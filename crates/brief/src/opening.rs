//! Section 2: the answer first, and what leadership is asked to decide.

use crate::{
    confidence, movement,
    references::References,
    situation,
    view::{self, View, fact},
    watch, words,
};
use model::{DecisionAsked, Issue, PlayClass, Risk, Statement};

/// Longest title quoted in the opening; it has five lines on page one.
const TITLE_CHARS: usize = 90;

/// Decisions for the urgent issues; two issues that call for the same play share one decision.
pub(crate) fn decisions(view: &View<'_>) -> Vec<DecisionAsked> {
    let mut asked: Vec<DecisionAsked> = Vec::new();
    for issue in view.urgent() {
        let decision = decision(view, issue);
        if asked.iter().all(|other| other.text != decision.text) {
            asked.push(decision);
        }
    }
    asked
}

fn decision(view: &View<'_>, issue: &Issue) -> DecisionAsked {
    let title = view.called(issue, TITLE_CHARS);
    let unproven = situation::claim_status(view, issue).is_some_and(situation::is_open);
    // A play for fraud asks the owner of the name itself.
    let asks_itself = matches!(view.class(issue), PlayClass::Penipuan | PlayClass::Anak | PlayClass::Pemilu);
    let (text, cost_of_waiting) = match view.play(issue) {
        // A play speaks as if the matter were certain.
        _ if unproven && !asks_itself => {
            let holders = view.holder_words(issue);
            let text = format!("Minta {holders} memastikan kebenaran isi isu {title} sebelum ada pernyataan resmi");
            (text, "klaim menyebar tanpa kepastian".to_owned())
        }
        Some((play, own)) => {
            let text = words::capital(words::clause(&play.decision));
            // An answer that is out is renewed, as the recommendation says.
            let text = match situation::is_answered(view, issue) {
                true => format!("Perbarui keterangan resmi yang sudah terbit, lalu {}", words::uncapital(&text)),
                false => text,
            };
            // A play for every topic cannot name the issue that it is asked for.
            let text = if own { text } else { format!("{text} (isu {title})") };
            (text, words::clause(&play.cost_of_waiting).to_owned())
        }
        None => (format!("Tunjuk penanggung jawab dan juru bicara untuk isu {title}"), "data belum ada".to_owned()),
    };
    DecisionAsked {
        text,
        deadline: view.due(issue).map_or_else(|| "data belum ada".to_owned(), |due| view.due_words(due)),
        owner: view.owner(issue),
        cost_of_waiting,
        issue: issue.id.clone(),
    }
}

/// Two to four sentences: the most urgent issue, the next, claims to verify, and what is missing.
pub(crate) fn bluf(view: &View<'_>, claims: &[watch::Group<'_>], references: &mut References<'_>) -> Vec<Statement> {
    if view.input.tables.total == 0 {
        return nothing_read(view);
    }
    let mut out = Vec::new();
    let mut named: Vec<&Issue> = view.urgent().iter().copied().take(2).collect();
    match named.as_slice() {
        [] => named = calm(view, &mut out, references),
        [first, rest @ ..] => {
            out.push(about(view, &subject(view, first, "Isu paling mendesak: "), first, references));
            out.extend(rest.iter().map(|next| about(view, &subject(view, next, "Berikutnya "), next, references)));
        }
    }
    out.extend(claims_sentence(claims, &named, references));
    out.extend(missing(view).map(|text| fact(text, Vec::new())));
    out
}

/// No item at all: says whether nobody was heard or nothing was said.
fn nothing_read(view: &View<'_>) -> Vec<Statement> {
    let (received, expected) = confidence::received(view);
    let text = match received {
        0 => "Data belum ada: tidak ada item yang terbaca pada periode ini.".to_owned(),
        _ => format!("Tidak ada item pada periode ini; {received} dari {expected} sumber terbaca."),
    };
    let caution = "Keadaan ini tidak berarti tidak ada isu. Tidak ada keputusan yang diminta.";
    vec![fact(text, Vec::new()), fact(caution, Vec::new())]
}

/// What a reader must know of the data before acting on it.
fn missing(view: &View<'_>) -> Option<String> {
    if confidence::independent_items(view) == 0 {
        let total = words::number(view.input.tables.total);
        return Some(format!(
            "Seluruh {total} item berupa advertorial atau rilis resmi; liputan mandiri dan suara warga belum terbaca."
        ));
    }
    let (received, expected) = confidence::received(view);
    confidence::is_poor(received, expected)
        .then(|| format!("Data kurang lengkap: hanya {received} dari {expected} sumber terbaca."))
}

/// Nothing is urgent: says so, and what is talked about instead. Gives the issue that it names.
fn calm<'a>(view: &View<'a>, out: &mut Vec<Statement>, references: &mut References<'_>) -> Vec<&'a Issue> {
    out.push(fact("Tidak ada isu mendesak dan tidak ada keputusan yang diminta.", Vec::new()));
    let total = words::number(view.input.tables.total);
    let Some(largest) = view.issues.first().copied() else {
        out.push(fact(format!("{total} item yang terbaca tidak membentuk isu."), Vec::new()));
        return Vec::new();
    };
    let attention = view.issues.iter().filter(|issue| issue.risk == Risk::Kuning).count();
    let subject = match attention {
        0 => format!("Isu terbanyak dari {total} item adalah {}", view.called(largest, TITLE_CHARS)),
        1 => format!("Satu isu perlu perhatian: {}", view.called(largest, TITLE_CHARS)),
        count => format!(
            "{} isu perlu perhatian; terbesar {}",
            words::capital(&words::small(count)),
            view.called(largest, TITLE_CHARS)
        ),
    };
    out.push(about(view, &format!("{subject},"), largest, references));
    vec![largest]
}

/// The subject of a sentence on an issue: its own name, or a headline with what it stands for and a comma.
fn subject(view: &View<'_>, issue: &Issue, introduction: &str) -> String {
    view.composed(issue).unwrap_or_else(|| format!("{introduction}{},", words::quote(&issue.title, TITLE_CHARS)))
}

/// A sentence on one issue: how it changed, whether it is proven and whether it was answered.
fn about(view: &View<'_>, subject: &str, issue: &Issue, references: &mut References<'_>) -> Statement {
    let mut text = format!("{subject} {}", movement::predicate(issue));
    let claim = situation::claim_status(view, issue);
    let verdict = claim.filter(|claim| claim.is_verdict());
    if claim.is_some_and(situation::is_open) {
        text.push_str("; isinya perlu diverifikasi");
    } else if let Some(verdict) = verdict {
        text.push_str(&format!("; putusan petugas: {}", verdict.label()));
    }
    if situation::is_answered(view, issue) {
        text.push_str("; jawaban resmi sudah ada");
    } else if issue.risk >= Risk::Kuning {
        text.push_str(if verdict.is_some() { "; belum dijawab resmi" } else { " dan belum dijawab resmi" });
    }
    fact(format!("{text}."), references.cite_all(view::proof(issue)))
}

/// How many claims wait, with one that no sentence before has named.
fn claims_sentence(
    claims: &[watch::Group<'_>],
    named: &[&Issue],
    references: &mut References<'_>,
) -> Option<Statement> {
    let is_named = |claim: &&watch::Group<'_>| {
        claim.issue().is_some_and(|issue| view::is_claim(issue) && named.iter().any(|other| other.id == issue.id))
    };
    let example = claims.iter().find(|claim| !is_named(claim))?;
    let quoted = example.claim(TITLE_CHARS);
    let text = match claims.len() {
        1 => format!("Satu klaim perlu diverifikasi: {quoted}"),
        count => format!("{} klaim perlu diverifikasi, antara lain {quoted}", words::capital(&words::small(count))),
    };
    Some(fact(words::sentence(text), example.cite(references)))
}
