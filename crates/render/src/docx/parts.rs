//! The texts of a brief that a person may change in a word processor, and the way back to them.
//!
//! The layout of a page knows nothing of them: before it is made, every such text is put between two private
//! characters, the first of which numbers it; where they turn up on the page, the text may be changed.

use super::body::Piece;
use crate::{Error, clean};
use model::{Brief, IssueCard, Recommendation};
use serde_json::Value;

/// A text that may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it stands in the brief: `/bluf/0/text`.
    pub pointer: String,
    /// What people call it: "Ringkasan eksekutif, kalimat 1".
    pub label: String,
    /// The text, whole: what a layout cuts off would be lost on the way back.
    pub text: String,
}

/// Longer texts are shown but cannot be changed.
pub(super) const LONGEST: usize = 4_000;
/// Word takes 64 characters for the name of a content control.
const POINTER_MAX: usize = 64;
/// Word takes 40 characters for a bookmark.
const BOOKMARK_MAX: usize = 40;

/// The first of the characters that number parts; Unicode leaves the two planes from here on to private use.
const START: u32 = 0xf_0000;
const PARTS_MAX: usize = 0xfff0;
const END: char = '\u{10_0000}';

/// The brief with its parts between marks, and the parts.
pub(crate) fn mark(brief: &Brief) -> Result<(Brief, Vec<Part>), Error> {
    let mut value = serde_json::to_value(clean::for_screen(brief)?)?;
    unmarked(&mut value);
    let mut parts = Vec::new();
    for (pointer, label) in editable(brief) {
        let Some(Value::String(text)) = value.pointer_mut(&pointer) else { continue };
        let fits = !text.is_empty() && text.chars().count() <= LONGEST && pointer.len() <= POINTER_MAX;
        let number = u32::try_from(parts.len()).ok().filter(|_| parts.len() < PARTS_MAX);
        let Some(start) = number.and_then(|number| char::from_u32(START + number)).filter(|_| fits) else { continue };
        parts.push(Part { pointer, label, text: text.clone() });
        *text = format!("{start}{text}{END}");
    }
    Ok((serde_json::from_value(value)?, parts))
}

/// No text of the world may pass for a mark.
fn unmarked(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| u32::from(c) < START),
        Value::Array(items) => items.iter_mut().for_each(unmarked),
        Value::Object(fields) => fields.values_mut().for_each(unmarked),
        _ => {}
    }
}

/// A text of the page as pieces; what stands beside a part gets the style.
pub(crate) fn pieces(text: &str, parts: &[Part], style: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let number = |c: char| u32::from(c).checked_sub(START).and_then(|n| parts.get(usize::try_from(n).ok()?));
    while let Some((at, part)) = rest.char_indices().find_map(|(at, c)| Some((at, number(c)?))) {
        if at > 0 {
            pieces.push(Piece::Text(style, rest[..at].to_owned()));
        }
        pieces.push(Piece::Part(part.clone()));
        // A layout that cut the text has cut the mark behind it.
        rest = rest.split_once(END).map_or("", |(_, after)| after);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(style, rest.to_owned()));
    }
    pieces
}

/// A text of the page without marks.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| u32::from(*c) < START).collect()
}

/// The bookmark of a part: letters, digits and low lines only. `/decisions/0/cost_of_waiting` is
/// `p_decisions_0_cost__of__waiting`.
pub(super) fn bookmark(pointer: &str) -> Option<String> {
    let name = format!("p{}", pointer.replace('_', "__").replace('/', "_"));
    (name.len() <= BOOKMARK_MAX).then_some(name)
}

/// The part of a bookmark; `None` for one that is not ours.
pub(super) fn part_of_bookmark(name: &str) -> Option<String> {
    const LOW_LINE: &str = "\u{1}";
    let path = name.strip_prefix('p').filter(|path| path.starts_with('_') && !path.starts_with("__"))?;
    let pointer = path.replace("__", LOW_LINE).replace('_', "/").replace(LOW_LINE, "_");
    is_part(&pointer).then_some(pointer)
}

/// True for the names of parts that a file may hold; whatever else a file says is no part of a brief.
pub(super) fn is_part(pointer: &str) -> bool {
    let first = pointer.strip_prefix('/').and_then(|path| path.split('/').next());
    let known = first.is_some_and(|first| SECTIONS.contains(&first));
    known
        && pointer.len() <= POINTER_MAX
        && pointer.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '/' | '_'))
}

/// The fields of a brief that hold parts.
const SECTIONS: [&str; 15] = [
    "bluf",
    "decisions",
    "alerts",
    "top_issues",
    "questions",
    "numbers",
    "kpis",
    "period",
    "watch",
    "positive",
    "analysis",
    "recommendations",
    "followup",
    "confidence",
    "method",
];

/// Every text that may be changed, in the order of the brief, with its name. `brief::edits` takes the same ones.
fn editable(brief: &Brief) -> Vec<(String, String)> {
    let mut list = List::default();
    list.texts("/bluf", "/text", "Ringkasan eksekutif, kalimat", brief.bluf.len());
    for i in 0..brief.decisions.len() {
        for (field, name) in [("text", "isi"), ("owner", "pelaksana"), ("cost_of_waiting", "akibat menunda")] {
            list.add(format!("/decisions/{i}/{field}"), format!("Keputusan {}, {name}", i + 1));
        }
    }
    list.cards("alerts", "Isu mendesak", &brief.alerts);
    list.cards("top_issues", "Isu utama", &brief.top_issues);
    for (i, issue) in brief.questions.iter().enumerate() {
        for j in 0..issue.items.len() {
            let (at, name) = (format!("/questions/{i}/items/{j}"), format!("Tanya jawab {}.{}", i + 1, j + 1));
            list.add(format!("{at}/question"), format!("{name}, pertanyaan"));
            list.add(format!("{at}/answer/text"), format!("{name}, jawaban"));
        }
    }
    list.texts("/numbers/sentences", "/text", "Angka ringkas, kalimat", brief.numbers.sentences.len());
    for (i, line) in brief.kpis.iter().enumerate() {
        list.texts(&format!("/kpis/{i}/notes"), "", &format!("Indeks {}, catatan", i + 1), line.notes.len());
    }
    let period = brief.period.as_ref().map_or(0, |period| period.sentences.len());
    list.texts("/period/sentences", "/text", "Perkembangan, kalimat", period);
    for (i, item) in brief.watch.iter().enumerate() {
        let name = format!("Isu perlu verifikasi {}", i + 1);
        list.add(format!("/watch/{i}/ask"), format!("{name}, tanyakan kepada"));
        list.texts(&format!("/watch/{i}/steps"), "", &format!("{name}, langkah"), item.steps.len());
    }
    list.texts("/positive", "/text", "Peluang informasi positif", brief.positive.len());
    list.texts("/analysis", "/text", "Analisis, kalimat", brief.analysis.len());
    for (i, advice) in brief.recommendations.iter().enumerate() {
        list.advice(i, advice);
    }
    list.texts("/followup", "/text", "Tindak lanjut, kalimat", brief.followup.len());
    list.texts("/confidence/sentences", "", "Kecukupan data, kalimat", brief.confidence.sentences.len());
    list.texts("/method/sentences", "", "Metode, kalimat", brief.method.sentences.len());
    list.0
}

/// Pointers with their names.
#[derive(Default)]
struct List(Vec<(String, String)>);

impl List {
    fn add(&mut self, pointer: String, name: String) {
        self.0.push((pointer, name));
    }

    /// Entries of a list, numbered from 1 for people.
    fn texts(&mut self, at: &str, field: &str, name: &str, many: usize) {
        for i in 0..many {
            self.add(format!("{at}/{i}{field}"), format!("{name} {}", i + 1));
        }
    }

    fn cards(&mut self, section: &str, name: &str, cards: &[IssueCard]) {
        for (i, card) in cards.iter().enumerate() {
            let (at, name) = (format!("/{section}/{i}"), format!("{name} {}", i + 1));
            self.add(format!("{at}/title"), format!("{name}, judul"));
            self.texts(&format!("{at}/summary"), "/text", &format!("{name}, kalimat"), card.summary.len());
            self.texts(&format!("{at}/framing"), "/text", &format!("{name}, pembingkaian"), card.framing.len());
            let new = card.continued.as_ref().map_or(0, |continued| continued.new.len());
            self.texts(&format!("{at}/continued/new"), "/text", &format!("{name}, yang baru"), new);
        }
    }

    fn advice(&mut self, i: usize, advice: &Recommendation) {
        let (at, name) = (format!("/recommendations/{i}"), format!("Rekomendasi {}", i + 1));
        for (j, option) in advice.options.iter().enumerate() {
            let name = format!("{name}, pilihan {}", j + 1);
            self.add(format!("{at}/options/{j}/reason"), format!("{name}, alasan"));
            self.texts(&format!("{at}/options/{j}/steps"), "", &format!("{name}, langkah"), option.steps.len());
        }
        self.texts(&format!("{at}/messages"), "", &format!("{name}, pesan"), advice.messages.len());
        for (field, label) in [
            ("owner", "pelaksana"),
            ("message", "pesan kunci"),
            ("spokesperson", "juru bicara"),
            ("channels", "kanal"),
            ("time", "waktu"),
            ("risk_note", "risiko"),
            ("risk_of_acting", "risiko bertindak"),
            ("risk_of_waiting", "risiko menunggu"),
        ] {
            self.add(format!("{at}/{field}"), format!("{name}, {label}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarks_lead_back() {
        for pointer in [
            "/bluf/0/text",
            "/decisions/2/cost_of_waiting",
            "/recommendations/12/risk_of_waiting",
            "/top_issues/6/title",
        ] {
            let name = bookmark(pointer).unwrap();
            assert!(name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}");
            assert_eq!(part_of_bookmark(&name).as_deref(), Some(pointer));
        }
        for foreign in ["_GoBack", "p", "p_", "p__a", "p_references_0_url", "paragraf_1", "_Toc1"] {
            assert_eq!(part_of_bookmark(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn cut_texts_come_back_whole() {
        let part = |text: &str| Part { pointer: "/bluf/0/text".into(), label: String::new(), text: text.into() };
        let parts = [part("Satu kalimat."), part("Dua.")];
        let shown = |text: &str| {
            let pieces = pieces(text, &parts, FIXED);
            let show = |piece: &Piece| match piece {
                Piece::Text(_, text) => format!("({text})"),
                Piece::Part(part) => format!("[{}]", part.text),
                _ => String::new(),
            };
            pieces.iter().map(show).collect::<String>()
        };
        use super::super::body::FIXED;
        assert_eq!(shown("a \u{f0000}Satu…"), "(a )[Satu kalimat.]");
        assert_eq!(shown("\u{f0001}Dua.\u{100000} b \u{f0000}Satu kalimat.\u{100000}"), "[Dua.]( b )[Satu kalimat.]");
        assert_eq!(plain("\u{f0001}Dua.\u{100000} b"), "Dua. b");
    }
}
