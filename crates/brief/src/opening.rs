//! Section 2: the answer first, and what leadership is asked to decide.

use crate::{
    confidence, continued, movement,
    references::References,
    situation,
    view::{self, View, fact},
    watch, words,
};
use model::{BriefKind, DecisionAsked, Issue, PlayClass, Risk, Statement};

/// Longest title quoted in the opening; it has five lines on page one.
const TITLE_CHARS: usize = 90;
const CLAIM_CHARS: usize = 70;
/// Characters in which a request must be understood, those of its fixed words, and the fewest that a headline has.
const LEAD_CHARS: usize = 110;
const ASKING_CHARS: usize = 36;
const ROOM_CHARS: usize = 30;
const SHORT_CHARS: usize = 70;
/// Lines of the opening, and urgent issues named in it; one more where no claim takes its line.
const LINES: usize = 5;
const NAMED: usize = 2;

/// Decisions for the urgent issues; two issues that call for the same play share one decision.
pub(crate) fn decisions(view: &View<'_>) -> Vec<DecisionAsked> {
    let mut asked: Vec<DecisionAsked> = Vec::new();
    // By the clock: whoever reads at 07.30 begins with what cannot wait until nine.
    let mut urgent: Vec<&Issue> = view.urgent().to_vec();
    urgent.sort_by_key(|issue| view.due(issue).unwrap_or(jiff::Timestamp::MAX));
    for issue in urgent {
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
    let answered = situation::is_answered(view, issue);
    let short = view.called(issue, SHORT_CHARS);
    let (text, cost_of_waiting) = match view.play(issue) {
        // A play speaks as if the matter were certain.
        _ if unproven && !asks_itself => {
            let holders = view.holder_words(issue);
            let room = LEAD_CHARS.saturating_sub(holders.chars().count() + ASKING_CHARS).max(ROOM_CHARS);
            let name = match view.composed(issue) {
                Some(_) => title.clone(),
                None => format!("kabar {}", words::quote(&issue.title, room)),
            };
            let asked = format!("Minta {holders} memastikan kebenaran");
            let text = request(&asked, &name, "kabar ini", &title, "pernyataan resmi menunggu hasilnya");
            (text, "klaim menyebar tanpa kepastian".to_owned())
        }
        Some((play, own)) => {
            // What is answered already is renewed, not begun again: a spokesperson has spoken.
            let text = match (answered && !unproven, own && !play.renewal.is_empty()) {
                (true, true) => play.renewal.clone(),
                (true, false) => {
                    let details = "jawab yang masih ditanyakan dan sebut jam pembaruan berikutnya";
                    request("Perbarui keterangan resmi tentang", &short, "isu ini", &title, details)
                }
                // A play for every topic cannot name the issue that it is asked for.
                (false, _) if !own => format!("{}; isu: {title}", words::clause(&play.decision)),
                (false, _) => play.decision.clone(),
            };
            (text, words::clause(&play.cost_of_waiting).to_owned())
        }
        None => (format!("Tunjuk penanggung jawab dan juru bicara; isu: {title}"), "data belum ada".to_owned()),
    };
    // One request reads as one clause; its stop belongs to the paper.
    let text = words::clause(&words::lead_first(&text)).to_owned();
    DecisionAsked {
        text,
        deadline: view.due(issue).map_or_else(|| "data belum ada".to_owned(), |due| view.due_words(due)),
        owner: view.owner(issue),
        cost_of_waiting,
        issue: issue.id.clone(),
    }
}

/// A request that names its matter in the first clause, or behind it where that would be too long to read at a glance.
fn request(asked: &str, name: &str, short: &str, title: &str, details: &str) -> String {
    let lead = format!("{asked} {name}");
    match lead.chars().count() <= LEAD_CHARS {
        true => format!("{lead}; {details}"),
        false => format!("{asked} {short}; isu: {title}; {details}"),
    }
}

/// At most five short lines: the most urgent issue, the next, claims to verify or what is missing, what changed since
/// yesterday, and how much is to be decided by when.
pub(crate) fn bluf(view: &View<'_>, claims: &[watch::Group<'_>], references: &mut References<'_>) -> Vec<Statement> {
    if view.input.tables.total == 0 {
        return nothing_read(view);
    }
    let mut out = Vec::new();
    let mut named: Vec<&Issue> = view.urgent().iter().copied().take(NAMED + usize::from(claims.is_empty())).collect();
    match named.as_slice() {
        [] => named = calm(view, &mut out, references),
        [first, rest @ ..] => {
            out.push(about(view, &subject(view, first, "Isu paling mendesak: "), first, references));
            out.extend(rest.iter().map(|next| about(view, &subject(view, next, "Berikutnya "), next, references)));
        }
    }
    out.extend(claims_sentence(view, claims, &named, references));
    let missing = missing(view);
    out.extend(missing.map(|text| fact(text, Vec::new())));
    if !view.urgent().is_empty() {
        out.extend(since_yesterday(view, &named).filter(|_| out.len() + 1 < LINES));
        out.extend(asked(view));
    }
    out.truncate(LINES);
    out
}

/// What the figures of the named issues and of the day were yesterday, as far as they are known.
fn since_yesterday(view: &View<'_>, named: &[&Issue]) -> Option<Statement> {
    let tables = view.input.tables;
    let mut parts: Vec<String> = Vec::new();
    for issue in named {
        let [.., before, now] = issue.trend.as_slice() else { continue };
        let (Some(before), Some(now)) = (before.count, now.count) else { continue };
        let name = view.topic(issue).map(|topic| words::uncapital(&words::without_verdict(&topic.short)));
        let Some(name) = name.filter(|_| view.composed(issue).is_some() && !view::is_claim(issue)) else { continue };
        parts.push(change(&name, before, now, "suara"));
    }
    parts.extend(tables.previous_total.map(|before| change("seluruh item", before, tables.total, "item")));
    let releases = named.iter().any(|issue| movement::chart_words(issue).is_some());
    let since = match view.input.options.kind {
        BriefKind::Harian => "Sejak kemarin".to_owned(),
        kind => format!("Dibandingkan {}", kind.before()),
    };
    let note = if releases { " (suara termasuk rilis)" } else { "" };
    (!parts.is_empty()).then(|| fact(format!("{since}: {}{note}.", parts.join("; ")), Vec::new()))
}

/// "banjir tetap 16 suara", "kelangkaan BBM naik dari 3 menjadi 47 suara".
fn change(name: &str, before: u32, now: u32, unit: &str) -> String {
    let unit = if name.ends_with(unit) { String::new() } else { format!(" {unit}") };
    match before.cmp(&now) {
        std::cmp::Ordering::Equal => format!("{name} tetap {}{unit}", words::number(now)),
        order => {
            let way = if order == std::cmp::Ordering::Less { "naik" } else { "turun" };
            format!("{name} {way} dari {} menjadi {}{unit}", words::number(before), words::number(now))
        }
    }
}

/// How much is asked of leadership, and by when the first answer is wanted.
fn asked(view: &View<'_>) -> Option<Statement> {
    let count = decisions(view).len();
    let first = view.urgent().iter().filter_map(|issue| view.due(issue)).min();
    (count > 0).then(|| {
        let number = words::capital(&words::small(count));
        let text = match (first, count) {
            (Some(due), 1) => format!("{number} keputusan diminta sebelum {}.", view.due_words(due)),
            (Some(due), _) => format!("{number} keputusan diminta; yang pertama sebelum {}.", view.due_words(due)),
            (None, _) => format!("{number} keputusan diminta."),
        };
        fact(text, Vec::new())
    })
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

/// A line on one issue: how it moves, whether it is proven and whether it was answered.
fn about(view: &View<'_>, subject: &str, issue: &Issue, references: &mut References<'_>) -> Statement {
    // Where nothing is urgent the one issue that is named carries its figures itself.
    let moves = match view.urgent().is_empty() {
        true => movement::predicate(issue),
        false => movement::brief_predicate(issue),
    };
    let mut text = format!("{subject} {moves}");
    let claim = situation::claim_status(view, issue);
    let verdict = claim.filter(|claim| claim.is_verdict());
    if claim.is_some_and(situation::is_open) {
        text.push_str(" dan perlu diverifikasi");
    } else if let Some(verdict) = verdict {
        text.push_str(&format!("; putusan petugas: {}", verdict.label()));
    }
    if situation::is_answered(view, issue) {
        text.push_str(if claim.is_some() { "; sudah dijawab resmi" } else { " dan sudah dijawab resmi" });
    } else if issue.risk >= Risk::Kuning && !claim.is_some_and(situation::is_open) {
        text.push_str(if verdict.is_some() { "; belum dijawab resmi" } else { " dan belum dijawab resmi" });
    }
    if let Some(told) = continued::told(view, issue) {
        text.push_str(&format!("; {}", continued::since_words(told)));
    }
    fact(format!("{text}."), references.cite_all(view::proof(issue)))
}

/// How many claims wait, with one that no line before has named.
fn claims_sentence(
    view: &View<'_>,
    claims: &[watch::Group<'_>],
    named: &[&Issue],
    references: &mut References<'_>,
) -> Option<Statement> {
    let is_named = |claim: &&watch::Group<'_>| {
        claim.issue().is_some_and(|issue| view::is_claim(issue) && named.iter().any(|other| other.id == issue.id))
    };
    let example = claims.iter().find(|claim| !is_named(claim))?;
    let composed = example.issue().filter(|issue| view::is_claim(issue)).and_then(|issue| view.composed(issue));
    let text = match (claims.len(), composed) {
        (1, Some(name)) => format!("{name} beredar dan perlu diverifikasi"),
        (2, Some(name)) => format!("{name} beredar dan perlu diverifikasi; satu klaim lain menunggu pemeriksaan"),
        (count, Some(name)) => {
            let others = words::small(count - 1);
            format!("{name} beredar dan perlu diverifikasi; {others} klaim lain menunggu pemeriksaan")
        }
        (1, None) => format!("Satu klaim perlu diverifikasi: {}", example.claim(CLAIM_CHARS)),
        (count, None) => {
            let count = words::capital(&words::small(count));
            format!("{count} klaim perlu diverifikasi, antara lain {}", example.claim(CLAIM_CHARS))
        }
    };
    Some(fact(words::sentence(text), example.cite(references)))
}
