//! Page one in the words of a message: what the messengers say, before any mark-up and before anything is left out.
//!
//! Every text here is one line of visible characters; nothing is cut yet, because each messenger has its own end.

use crate::clean::visible;
use crate::lead::{NOTHING, data_notes};
use crate::paper::web_address;
use crate::words::{self, number};
use model::{Brief, BriefKind, DecisionAsked, IssueCard, Reference, Tone};

/// Issues and decisions that a message tells.
const MOST: usize = 3;

/// What a message says, in order.
pub(crate) struct Message {
    pub title: String,
    /// "Jumat, 20 November 2026 · data s.d. 06.00 WITA".
    pub date: String,
    /// "DRAF · Data contoh (fiktif)".
    pub status: String,
    /// What was wrong in the edition before, newest first.
    pub corrections: Vec<String>,
    /// The answer, most important sentence first; never empty.
    pub answer: Vec<String>,
    pub alerts: Vec<Alert>,
    pub decisions: Vec<Decision>,
    /// "Angka 24 jam".
    pub figures_title: &'static str,
    pub figures: Vec<String>,
    /// "sedang".
    pub confidence: String,
    /// What limits it, one sentence each.
    pub notes: Vec<String>,
}

/// An urgent issue.
pub(crate) struct Alert {
    /// "MERAH".
    pub level: String,
    pub mark: &'static str,
    pub title: String,
    /// "17 item".
    pub count: String,
    /// "naik 4,2× dari biasa", "hari ke-3".
    pub movement: Vec<String>,
    pub summary: Vec<String>,
    /// Clippings that it rests on: who published them, and their address.
    pub sources: Vec<(String, String)>,
}

/// What leadership is asked to decide.
pub(crate) struct Decision {
    pub text: String,
    /// "tenggat 08.30 WITA".
    pub deadline: String,
    /// Who carries it out, in full.
    pub owner: String,
    /// The same as the name of an agency only: "BPBD".
    pub agency: String,
    pub cost_of_waiting: String,
}

impl Message {
    pub(crate) fn of(brief: &Brief) -> Self {
        let header = &brief.header;
        let answer: Vec<String> = brief.bluf.iter().map(|line| visible(&line.text)).collect();
        let corrections = brief.corrections.iter().rev();
        Self {
            title: visible(&header.title),
            date: format!("{} · data s.d. {}", visible(&header.date_words), visible(&header.cut_off_words)),
            status: status(brief),
            corrections: corrections
                .map(|it| format!("tertulis “{}”, yang benar “{}”.", visible(&it.wrong), visible(&it.right)))
                .collect(),
            answer: if answer.is_empty() { vec![NOTHING.to_owned()] } else { answer },
            alerts: brief.alerts.iter().take(MOST).map(|issue| alert(issue, brief)).collect(),
            decisions: brief.decisions.iter().take(MOST).map(decision).collect(),
            figures_title: figures_title(header.kind),
            figures: figures(brief),
            confidence: visible(brief.confidence.level.trim_end_matches('.')),
            notes: data_notes(brief).iter().map(|note| visible(note)).collect(),
        }
    }
}

/// What kind of paper it is: a draft, restricted, invented.
fn status(brief: &Brief) -> String {
    let header = &brief.header;
    let mut parts = vec![words::cut(&visible(&header.status), 30)];
    if !matches!(header.classification.trim(), "" | "Biasa") {
        parts.push(words::cut(&visible(&header.classification), 30));
    }
    if header.fictional {
        parts.push("Data contoh (fiktif)".to_owned());
    }
    parts.join(" · ")
}

fn alert(issue: &IssueCard, brief: &Brief) -> Alert {
    let cited = issue.summary.iter().flat_map(|line| &line.refs);
    let found = cited.filter_map(|number| brief.references.iter().find(|reference| reference.number == *number));
    let mut sources: Vec<(String, String)> = Vec::new();
    for (name, address) in found.filter_map(source) {
        if sources.iter().all(|(_, known)| *known != address) {
            sources.push((name, address));
        }
    }
    Alert {
        level: words::level(issue.risk),
        mark: issue.risk.mark(),
        title: visible(&issue.title),
        count: format!("{} item", number(issue.count)),
        movement: visible(&issue.movement).split(", ").map(str::to_owned).collect(),
        summary: issue.summary.iter().map(|line| visible(&line.text)).collect(),
        sources,
    }
}

/// A clipping that may be linked to: never a citizen's post, whose address names its author.
pub(crate) fn source(reference: &Reference) -> Option<(String, String)> {
    let address = web_address(reference.url.as_deref()).filter(|_| !reference.kind.is_public_voice())?;
    Some((visible(&reference.source), address))
}

fn decision(asked: &DecisionAsked) -> Decision {
    let owner = visible(&asked.owner);
    let first = owner.split("; ").next().unwrap_or_default();
    // "BPBD menyiapkan bahan" names the agency; what it does is said by the decision.
    let agency = [" menyiapkan bahan", " melaksanakan"].iter().find_map(|verb| first.strip_suffix(verb));
    Decision {
        text: visible(&asked.text).trim_end_matches('.').to_owned(),
        deadline: format!("tenggat {}", visible(&asked.deadline)),
        agency: agency.unwrap_or(first).to_owned(),
        cost_of_waiting: visible(&asked.cost_of_waiting),
        owner,
    }
}

/// What the figures are about; only a daily brief covers a day.
fn figures_title(kind: BriefKind) -> &'static str {
    match kind {
        BriefKind::Harian => "Angka 24 jam",
        BriefKind::Sore => "Angka sejak pagi",
        BriefKind::Isu => "Angka periode ini",
        BriefKind::Mingguan => "Angka sepekan",
        BriefKind::Bulanan => "Angka sebulan",
    }
}

/// How the window before is called.
pub(crate) fn before(kind: BriefKind) -> &'static str {
    if kind == BriefKind::Harian { "kemarin" } else { "periode sebelumnya" }
}

fn figures(brief: &Brief) -> Vec<String> {
    let tables = &brief.numbers.tables;
    let tone = |tone: Tone| format!("{} {}", words::tone(tone), number(tables.tone.get(tone)));
    vec![
        format!(
            "{} item ({} {}) · {} isu · {} media",
            number(tables.total),
            before(brief.header.kind),
            words::previous(tables.previous_total),
            number(brief.numbers.issues),
            number(tables.outlets),
        ),
        match tables.tone.n() {
            0 => "Nada: data belum ada".to_owned(),
            n => format!("Nada (n = {}): {}", number(n), Tone::ALL.map(tone).join(", ")),
        },
    ]
}

/// Said where nothing is urgent.
pub(crate) const NOT_URGENT: &str = "Tidak ada isu merah atau oranye.";

/// The text at every length that is still whole: without an apposition, and up to each clause. Shortest first.
///
/// Words are never cut here; what has no clauses has one length.
pub(crate) fn lengths(text: &str) -> Vec<String> {
    const ENDS: [&str; 6] = ["; ", ". ", ", lalu ", ", kemudian ", ", serta ", " serta "];
    /// Shorter beginnings are stubs: "Dr", "Pada".
    const LEAST: usize = 20;
    let mut found = vec![text.to_owned()];
    for whole in [Some(text.to_owned()), without_apposition(text)].into_iter().flatten() {
        let ends = ENDS.iter().flat_map(|end| whole.match_indices(end).map(|(at, _)| at));
        found.extend(ends.map(|at| whole[..at].to_owned()).filter(|clause| balanced(clause)));
        found.push(whole);
    }
    found.retain(|clause| clause == text || clause.chars().count() >= LEAST);
    found.sort_by_key(|clause| clause.chars().count());
    found.dedup();
    found
}

/// "Minta pemilik kewenangan, yaitu Pertamina, menyampaikan …" is whole without who that is.
fn without_apposition(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(", yaitu ")?;
    let (_, after) = rest.split_once(", ")?;
    Some(format!("{before} {after}"))
}

/// A clause that opens a quotation or a bracket must close it.
fn balanced(clause: &str) -> bool {
    let count = |c: char| clause.matches(c).count();
    count('“') == count('”') && count('(') == count(')') && count('"').is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_shortened_by_clauses() {
        let text = "Minta pemilik kewenangan, yaitu Dinas A dan Badan B, menyampaikan jadwal; Dinas C menyiapkan bahan";
        let found = lengths(text);
        assert_eq!(found[0], "Minta pemilik kewenangan menyampaikan jadwal");
        assert_eq!((found.len(), found[3].as_str()), (4, text));
        assert_eq!(lengths("Tunjuk juru bicara."), ["Tunjuk juru bicara."]);
        assert_eq!(lengths("Kutip “satu; dua” dalam jawaban; lalu selesai").len(), 2);
    }
}
