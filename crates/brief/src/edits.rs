//! What people change in the words of a brief: which texts they may, how a change is laid over a draft that was built
//! anew, what to warn of, and how before and after differ.
//!
//! Quotations, claims, titles of clippings and figures of tables are not among the texts: they are what others said or
//! what was counted.

use jiff::Timestamp;
use model::{Brief, IssueCard, Recommendation, Revision, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// A text of a brief that a person may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A JSON pointer into the brief: `/bluf/0/text`.
    pub part: String,
    /// What it is called on the paper: "Ringkasan eksekutif, kalimat 1".
    pub label: String,
    /// What stands there.
    pub text: String,
    /// Numbers of the references that it rests on.
    pub refs: Vec<u32>,
}

/// A change by a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Which text, as [`Part::part`].
    pub part: String,
    /// What stood there.
    pub before: String,
    /// What is to stand there.
    pub after: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// A stretch of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Stands in both.
    Same(String),
    /// Stands only before.
    Removed(String),
    /// Stands only after.
    Added(String),
}

/// Every text of a brief that may be changed, in reading order.
pub fn parts(brief: &Brief) -> Vec<Part> {
    let mut brief = brief.clone();
    let mut parts = Vec::new();
    visit(&mut brief, &mut |part, label, text, refs| {
        // Where nothing stands, nothing is said; a text of one's own has its place in another.
        if !text.trim().is_empty() {
            parts.push(Part { part, label, text: text.clone(), refs: refs.to_vec() });
        }
    });
    parts
}

/// Lays changes over a brief, in their order, and notes each as a revision beside the generated text.
///
/// A change holds where its text before still stands: at its place, or anywhere in the same list. Elsewhere the
/// generated text stays, and the revision says that it could not be laid over.
pub fn apply(brief: &mut Brief, edits: &[Edit]) {
    for edit in edits {
        let all = parts(brief);
        let list = list_of(&edit.part);
        let here = all.iter().find(|part| part.part == edit.part);
        let stands = |part: &&Part| same(&part.text, &edit.before);
        let found = here
            .filter(stands)
            .or_else(|| all.iter().filter(|part| list_of(&part.part) == list).find(stands))
            .or_else(|| here.filter(|part| same(&part.text, &edit.after)));
        if let Some(found) = found {
            let place = found.part.clone();
            visit(brief, &mut |part, _, text, _| {
                if part == place {
                    text.clone_from(&edit.after);
                }
            });
        }
        let label = found.or(here).map_or_else(|| edit.part.clone(), |part| part.label.clone());
        brief.revisions.push(Revision {
            part: found.map_or_else(|| edit.part.clone(), |part| part.part.clone()),
            label,
            before: edit.before.clone(),
            after: edit.after.clone(),
            by: edit.by.clone(),
            at: edit.at,
            reason: edit.reason.clone(),
            conflict: found.is_none(),
        });
    }
}

/// Writes what is right wherever what is wrong stands, in every text that may be changed; says how often.
pub fn replace(brief: &mut Brief, wrong: &str, right: &str) -> usize {
    let mut replaced = 0;
    visit(brief, &mut |_, _, text, _| {
        replaced += text.matches(wrong).count();
        if text.contains(wrong) {
            *text = text.replace(wrong, right);
        }
    });
    replaced
}

/// What a reader of the draft should look at again because of the changes in it; each says how to go on.
///
/// `evidence` holds the texts of the documents behind reference numbers, as far as the caller has them; titles are
/// known from the brief itself.
pub fn warnings(brief: &Brief, evidence: &BTreeMap<u32, String>) -> Vec<String> {
    let all = parts(brief);
    let mut warnings = Vec::new();
    for revision in &brief.revisions {
        let label = &revision.label;
        if revision.conflict {
            warnings.push(format!(
                "Suntingan {} pada {label} belum terpasang karena teks asalnya sudah berubah. Sunting ulang bagian itu, \
                 atau biarkan bila teks baru sudah benar.",
                revision.by
            ));
            continue;
        }
        let refs = all.iter().find(|part| part.part == revision.part).map_or(&[][..], |part| &part.refs);
        let known = known_text(brief, refs, evidence) + &revision.before;
        let numbers = added(&revision.after, &known, numbers);
        if !numbers.is_empty() {
            warnings.push(format!(
                "Suntingan {} pada {label} menambah angka yang tidak ada di sumbernya: {}. Periksa kembali, lalu \
                 tambahkan sumbernya atau hapus angkanya.",
                revision.by,
                numbers.join(", ")
            ));
        }
        let names = added(&revision.after, &known, names);
        if !names.is_empty() {
            warnings.push(format!(
                "Suntingan {} pada {label} menambah nama yang tidak ada di sumbernya: {}. Periksa kembali nama itu.",
                revision.by,
                names.join(", ")
            ));
        }
        if has_verdict(&revision.after) && !has_verdict(&revision.before) && !has_human_verdict(brief) {
            warnings.push(format!(
                "Suntingan {} pada {label} memakai kata putusan seperti \"hoaks\", padahal belum ada putusan petugas. \
                 Catat dahulu putusannya dengan pesut decide (claim_status), atau tulis \"perlu verifikasi\".",
                revision.by
            ));
        }
    }
    warnings
}

/// How two texts differ, by words. The pieces before, joined, are the text before; those after, the text after.
pub fn diff(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (words(before), words(after));
    // Texts of a brief have a few hundred words; whatever is longer is shown as replaced whole.
    if old.len() * new.len() > 4_000_000 {
        return vec![Piece::Removed(before.to_owned()), Piece::Added(after.to_owned())];
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = match old[i] == new[j] {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut pieces) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            push(&mut pieces, Piece::Same(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            push(&mut pieces, Piece::Removed(old[i].to_owned()));
            i += 1;
        } else {
            push(&mut pieces, Piece::Added(new[j].to_owned()));
            j += 1;
        }
    }
    pieces
}

/// Words with the space behind them.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), &piece) {
        (Some(Piece::Same(text)), Piece::Same(more))
        | (Some(Piece::Removed(text)), Piece::Removed(more))
        | (Some(Piece::Added(text)), Piece::Added(more)) => text.push_str(more),
        _ => pieces.push(piece),
    }
}

/// The same words, whatever space a word processor put between them.
fn same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// A pointer without its numbers: what stands in the same list has the same.
fn list_of(part: &str) -> String {
    let bare = |step: &str| if step.parse::<u32>().is_ok() { "*".to_owned() } else { step.to_owned() };
    part.split('/').map(bare).collect::<Vec<_>>().join("/")
}

fn known_text(brief: &Brief, refs: &[u32], evidence: &BTreeMap<u32, String>) -> String {
    let mut known = String::new();
    for reference in brief.references.iter().filter(|reference| refs.contains(&reference.number)) {
        known.push_str(&reference.title);
        known.push('\n');
        known.push_str(evidence.get(&reference.number).map_or("", String::as_str));
        known.push('\n');
    }
    known
}

/// What `find` finds in a text and not in what is known, each once.
fn added(text: &str, known: &str, find: fn(&str) -> Vec<String>) -> Vec<String> {
    let known: BTreeSet<String> = find(known).into_iter().collect();
    let mut seen = BTreeSet::new();
    find(text).into_iter().filter(|one| !known.contains(one) && seen.insert(one.clone())).collect()
}

/// Figures as they are written: "1.250", "07.30", "12,5".
fn numbers(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .map(|number| number.trim_matches(['.', ',']).to_owned())
        .filter(|number| !number.is_empty())
        .collect()
}

/// Words with a capital that do not begin a sentence.
fn names(text: &str) -> Vec<String> {
    let mut begins = true;
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !begins && bare.chars().next().is_some_and(char::is_uppercase) {
            found.push(bare.to_owned());
        }
        begins = word.ends_with(['.', '!', '?', ':', '…']) || bare.is_empty() && begins;
    }
    found
}

/// Words that only people may put to a claim.
const VERDICTS: [&str; 9] =
    ["hoaks", "hoax", "disinformasi", "misinformasi", "malinformasi", "bohong", "palsu", "fitnah", "menyesatkan"];

fn has_verdict(text: &str) -> bool {
    let small = text.to_lowercase();
    small.split(|c: char| !c.is_alphanumeric()).any(|word| VERDICTS.contains(&word))
}

/// True where a person decided about a claim in this brief.
fn has_human_verdict(brief: &Brief) -> bool {
    brief.watch.iter().any(|item| !item.status.to_lowercase().contains("verifikasi") && has_verdict(&item.status))
}

type Look<'a> = &'a mut dyn FnMut(String, String, &mut String, &[u32]);

/// Hands over every text that may be changed: pointer, label, text, references.
fn visit(brief: &mut Brief, look: Look<'_>) {
    statements("/bluf", "Ringkasan eksekutif, kalimat", &mut brief.bluf, look);
    for (place, decision) in brief.decisions.iter_mut().enumerate() {
        let (at, label) = (format!("/decisions/{place}"), format!("Keputusan yang diminta {}", place + 1));
        look(format!("{at}/text"), label.clone(), &mut decision.text, &[]);
        look(format!("{at}/owner"), format!("{label}, pelaksana"), &mut decision.owner, &[]);
        look(format!("{at}/cost_of_waiting"), format!("{label}, akibat menunda"), &mut decision.cost_of_waiting, &[]);
    }
    cards("/alerts", "Isu mendesak", &mut brief.alerts, look);
    for (place, issue) in brief.questions.iter_mut().enumerate() {
        for (number, item) in issue.items.iter_mut().enumerate() {
            let (at, label) =
                (format!("/questions/{place}/items/{number}"), format!("Tanya jawab {}.{}", place + 1, number + 1));
            look(format!("{at}/question"), format!("{label}, pertanyaan"), &mut item.question, &[]);
            let Statement { text, refs, .. } = &mut item.answer;
            look(format!("{at}/answer/text"), format!("{label}, jawaban"), text, refs);
        }
    }
    statements("/numbers/sentences", "Angka ringkas, kalimat", &mut brief.numbers.sentences, look);
    for (place, line) in brief.kpis.iter_mut().enumerate() {
        texts(&format!("/kpis/{place}/notes"), &format!("Indeks {}, catatan", place + 1), &mut line.notes, look);
    }
    if let Some(period) = &mut brief.period {
        statements("/period/sentences", "Perkembangan periode, kalimat", &mut period.sentences, look);
    }
    cards("/top_issues", "Isu utama", &mut brief.top_issues, look);
    for (place, item) in brief.watch.iter_mut().enumerate() {
        let (at, label) = (format!("/watch/{place}"), format!("Isu perlu verifikasi {}", place + 1));
        look(format!("{at}/ask"), format!("{label}, tanyakan kepada"), &mut item.ask, &[]);
        texts(&format!("{at}/steps"), &format!("{label}, langkah"), &mut item.steps, look);
    }
    for (place, line) in brief.positive.iter_mut().enumerate() {
        let label = format!("Peluang informasi positif {}", place + 1);
        look(format!("/positive/{place}/text"), label, &mut line.text, &line.refs);
    }
    statements("/analysis", "Analisis, kalimat", &mut brief.analysis, look);
    for (place, recommendation) in brief.recommendations.iter_mut().enumerate() {
        advice(&format!("/recommendations/{place}"), &format!("Rekomendasi {}", place + 1), recommendation, look);
    }
    statements("/followup", "Tindak lanjut, kalimat", &mut brief.followup, look);
    texts("/confidence/sentences", "Kecukupan data, kalimat", &mut brief.confidence.sentences, look);
    texts("/method/sentences", "Metode, kalimat", &mut brief.method.sentences, look);
}

fn cards(at: &str, label: &str, cards: &mut [IssueCard], look: Look<'_>) {
    for (place, card) in cards.iter_mut().enumerate() {
        let (at, label) = (format!("{at}/{place}"), format!("{label} {}", place + 1));
        look(format!("{at}/title"), format!("{label}, judul"), &mut card.title, &[]);
        statements(&format!("{at}/summary"), &format!("{label}, kalimat"), &mut card.summary, look);
        statements(&format!("{at}/framing"), &format!("{label}, pembingkaian"), &mut card.framing, look);
        if let Some(continued) = &mut card.continued {
            statements(&format!("{at}/continued/new"), &format!("{label}, yang baru"), &mut continued.new, look);
        }
    }
}

fn advice(at: &str, label: &str, recommendation: &mut Recommendation, look: Look<'_>) {
    let refs = recommendation.refs.clone();
    for (place, option) in recommendation.options.iter_mut().enumerate() {
        let (at, label) = (format!("{at}/options/{place}"), format!("{label}, pilihan {}", place + 1));
        look(format!("{at}/reason"), format!("{label}, alasan"), &mut option.reason, &refs);
        texts(&format!("{at}/steps"), &format!("{label}, langkah"), &mut option.steps, look);
    }
    for (key, words, text) in [
        ("owner", "pelaksana", &mut recommendation.owner),
        ("message", "pesan kunci", &mut recommendation.message),
        ("spokesperson", "juru bicara", &mut recommendation.spokesperson),
        ("channels", "kanal", &mut recommendation.channels),
        ("time", "waktu", &mut recommendation.time),
        ("risk_note", "risiko", &mut recommendation.risk_note),
        ("risk_of_acting", "risiko bertindak", &mut recommendation.risk_of_acting),
        ("risk_of_waiting", "risiko menunggu", &mut recommendation.risk_of_waiting),
    ] {
        look(format!("{at}/{key}"), format!("{label}, {words}"), text, &refs);
    }
    texts(&format!("{at}/messages"), &format!("{label}, pesan"), &mut recommendation.messages, look);
}

fn statements(at: &str, label: &str, statements: &mut [Statement], look: Look<'_>) {
    for (place, statement) in statements.iter_mut().enumerate() {
        let Statement { text, refs, .. } = statement;
        look(format!("{at}/{place}/text"), format!("{label} {}", place + 1), text, refs);
    }
}

fn texts(at: &str, label: &str, texts: &mut [String], look: Look<'_>) {
    for (place, text) in texts.iter_mut().enumerate() {
        look(format!("{at}/{place}"), format!("{label} {}", place + 1), text, &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn brief() -> Brief {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/brief/busy/expected.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn edit(part: &str, before: &str, after: &str) -> Edit {
        Edit {
            part: part.into(),
            before: before.into(),
            after: after.into(),
            by: "Ratna".into(),
            at: Timestamp::UNIX_EPOCH,
            reason: None,
        }
    }

    #[test]
    fn every_part_is_a_pointer_to_its_text() {
        let brief = brief();
        let value = serde_json::to_value(&brief).unwrap();
        let parts = parts(&brief);
        assert!(parts.len() > 40, "{}", parts.len());
        for part in &parts {
            assert_eq!(value.pointer(&part.part).and_then(|text| text.as_str()), Some(part.text.as_str()), "{part:?}");
        }
        let places: BTreeSet<&str> = parts.iter().map(|part| part.part.as_str()).collect();
        assert_eq!(places.len(), parts.len(), "each once");
    }

    #[test]
    fn a_change_follows_its_text_and_says_where_it_cannot() {
        let mut built = brief();
        let text = built.bluf[1].text.clone();
        apply(
            &mut built,
            &[edit("/bluf/1/text", &text, "Satu kalimat."), edit("/bluf/1/text", "Satu kalimat.", "Dua.")],
        );
        assert_eq!(built.bluf[1].text, "Dua.");
        assert_eq!(built.revisions.len(), 2);

        let mut moved = brief();
        moved.bluf.swap(0, 1);
        apply(&mut moved, &[edit("/bluf/1/text", &text, "Satu kalimat.")]);
        assert_eq!(moved.bluf[0].text, "Satu kalimat.");
        assert_eq!((moved.revisions[0].part.as_str(), moved.revisions[0].conflict), ("/bluf/0/text", false));

        let mut other = brief();
        other.bluf[1].text = "Lain sekali.".into();
        apply(&mut other, &[edit("/bluf/1/text", &text, "Satu kalimat.")]);
        assert_eq!(other.bluf[1].text, "Lain sekali.");
        assert!(other.revisions[0].conflict);
        assert!(warnings(&other, &BTreeMap::new())[0].contains("belum terpasang"));
    }

    #[test]
    fn new_numbers_names_and_verdicts_are_warned_of() {
        let mut built = brief();
        let text = built.bluf[0].text.clone();
        apply(&mut built, &[edit("/bluf/0/text", &text, &format!("{text} Menurut Sastrowardoyo ada 98.765 hoaks."))]);
        built.watch.clear();
        let found = warnings(&built, &BTreeMap::new());
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("98.765") && found[1].contains("Sastrowardoyo") && found[2].contains("claim_status"));
        let known = built.bluf[0].refs.iter().map(|&number| (number, "x Sastrowardoyo 98.765".to_owned())).collect();
        assert_eq!(warnings(&built, &known).len(), if built.bluf[0].refs.is_empty() { 3 } else { 1 });
    }

    #[test]
    fn a_comparison_holds_both_texts() {
        let (before, after) = ("Harga naik 12 persen di kota.", "Harga beras naik 15 persen di kota.");
        let pieces = diff(before, after);
        let join = |skip: fn(&Piece) -> bool| -> String {
            let text = |piece: &Piece| match piece {
                Piece::Same(text) | Piece::Removed(text) | Piece::Added(text) => text.clone(),
            };
            pieces.iter().filter(|piece| !skip(piece)).map(text).collect()
        };
        assert_eq!(join(|piece| matches!(piece, Piece::Added(_))), before);
        assert_eq!(join(|piece| matches!(piece, Piece::Removed(_))), after);
        assert!(pieces.contains(&Piece::Added("15 ".into())) && pieces.contains(&Piece::Removed("12 ".into())));
    }

    #[test]
    fn what_is_wrong_is_replaced_wherever_it_stands() {
        let mut built = brief();
        built.bluf[0].text = "Ada 12 titik; 12 dijaga.".into();
        assert_eq!(replace(&mut built, "12 titik", "13 titik"), 1);
        assert_eq!(built.bluf[0].text, "Ada 13 titik; 12 dijaga.");
        assert_eq!(replace(&mut built, "tidak pernah tertulis", "x"), 0);
    }
}
