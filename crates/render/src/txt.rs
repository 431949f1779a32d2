//! TXT: page one for a messenger, on one phone screen.
//!
//! The room is spent by importance: every part begins at its shortest, and the longest wordings that still fit are
//! taken in the order answer, issues, decisions, confidence, links, and what is left of the answer.

use crate::message::{Alert, Decision, Message, NOT_URGENT, lengths};
use crate::words::cut;
use crate::{Error, Output, Render};
use model::{Brief, Kind};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".txt", media_type: "text/plain" };

const KIND: Kind<Render> = Kind {
    name: "txt",
    summary: "writes page one as a message of at most 1,200 characters, for WhatsApp and the like",
    example: r#"formats = ["txt"]"#,
    build: render,
};

/// Longer messages are folded behind "baca selengkapnya".
const MOST: usize = 1_200;

/// What a part is, for its turn to grow; what stands at `Fixed` has one wording.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Fixed,
    Correction,
    Answer,
    Issue,
    Decision,
    Confidence,
    Rest,
}

/// Whose turn it is before the links, the most important first, and how long a part may get in it. Decisions get what
/// says who does what; their second halves come after the sources.
const FIRST: [(Rank, usize); 5] = [
    (Rank::Correction, MOST),
    (Rank::Answer, MOST),
    (Rank::Issue, MOST),
    (Rank::Decision, 125),
    (Rank::Confidence, MOST),
];

/// Whose turn it is after the links.
const LAST: [(Rank, usize); 2] = [(Rank::Decision, MOST), (Rank::Rest, MOST)];

/// A part of the message: its wordings, shortest first, and which one is taken.
struct Part {
    rank: Rank,
    wordings: Vec<String>,
    taken: usize,
}

impl Part {
    fn fixed(text: String) -> Self {
        Self { rank: Rank::Fixed, wordings: vec![text], taken: 0 }
    }

    fn growing(rank: Rank, wordings: Vec<String>) -> Self {
        Self { rank, wordings, taken: 0 }
    }

    fn text(&self) -> &str {
        self.wordings.get(self.taken).map_or("", String::as_str)
    }
}

/// The message. Only our own headings are bold, so that no text can open or close a mark.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let message = Message::of(brief);
    let mut parts = parts(&message);
    let length = grow(&mut parts, &FIRST);
    parts.push(Part::fixed(links(&message, MOST.saturating_sub(length))));
    grow(&mut parts, &LAST);
    let text: String = parts.iter().map(Part::text).collect();
    Ok(text.into_bytes())
}

/// Takes longer wordings while there is room, and returns the length; parts of one rank take turns, so that none
/// starves its neighbours.
fn grow(parts: &mut [Part], turns: &[(Rank, usize)]) -> usize {
    let mut length: usize = parts.iter().map(|part| part.text().chars().count()).sum();
    for &(rank, most) in turns {
        let mut grown = true;
        while grown {
            grown = false;
            for part in parts.iter_mut().filter(|part| part.rank == rank) {
                let Some(next) = part.wordings.get(part.taken + 1) else { continue };
                let next = next.chars().count();
                let longer = length - part.text().chars().count() + next;
                if longer <= MOST && next <= most {
                    (length, grown) = (longer, true);
                    part.taken += 1;
                }
            }
        }
    }
    length
}

/// The message in order.
fn parts(message: &Message) -> Vec<Part> {
    let title = cut(&message.title.replace('*', ""), 50);
    let mut parts = vec![Part::fixed(format!("*{title}*\n{}\n{}\n", cut(&message.date, 80), cut(&message.status, 60)))];
    if let Some(correction) = message.corrections.first() {
        let lengths = [80, 160, 300].map(|limit| format!("*RALAT:* {}\n", cut(correction, limit)));
        parts.push(Part::growing(Rank::Correction, lengths.to_vec()));
    }
    parts.push(Part::fixed("\n".to_owned()));
    parts.push(Part::growing(Rank::Answer, wordings(&message.answer[0], 90, 300)));
    // A statement more is worth having only whole.
    parts.extend(message.answer[1..].iter().map(|line| optional(Rank::Rest, format!(" {line}"))));
    parts.push(Part::fixed("\n\n".to_owned()));
    match message.alerts.as_slice() {
        [] => parts.push(Part::fixed(format!("{NOT_URGENT}\n"))),
        alerts => {
            parts.push(Part::fixed("*Isu mendesak*\n".to_owned()));
            parts.extend(alerts.iter().map(|alert| Part::growing(Rank::Issue, issue(alert))));
        }
    }
    if !message.decisions.is_empty() {
        parts.push(Part::fixed("\n*Perlu keputusan*\n".to_owned()));
        let asked = message.decisions.iter().zip(1..);
        parts.extend(asked.map(|(asked, number)| Part::growing(Rank::Decision, decision(asked, number))));
    }
    parts.push(Part::fixed(format!("\n*{}*\n{}\n", message.figures_title, message.figures.join("\n"))));
    parts.push(Part::fixed(format!("\n*Keyakinan data:* {}.", cut(&message.confidence, 20))));
    for (position, note) in message.notes.iter().enumerate() {
        let rank = if position == 0 { Rank::Confidence } else { Rank::Rest };
        parts.push(optional(rank, format!(" {}", cut(note, 200))));
    }
    parts.push(Part::fixed("\n".to_owned()));
    parts
}

/// Whole or not at all.
fn optional(rank: Rank, text: String) -> Part {
    Part::growing(rank, vec![String::new(), text])
}

/// Clauses between two lengths; where even the shortest is too long, words and an ellipsis.
fn wordings(text: &str, least: usize, most: usize) -> Vec<String> {
    let fits = |clause: &String| clause.chars().count() <= most;
    let mut found: Vec<String> = lengths(text).into_iter().filter(fits).collect();
    if found.first().is_none_or(|shortest| shortest.chars().count() > least) {
        found.insert(0, cut(text, least));
    }
    if found.len() == 1 && found[0].ends_with('…') {
        found.extend([least * 3 / 2, least * 2, most].map(|limit| cut(text, limit.min(most))));
    }
    found
}

/// "▲ MERAH – Banjir di … (17 item, naik 4,2× dari biasa, hari ke-3)".
fn issue(alert: &Alert) -> Vec<String> {
    let line = |title: &str, movement: &[String]| {
        let facts: Vec<&str> = [alert.count.as_str()].into_iter().chain(movement.iter().map(String::as_str)).collect();
        format!("{} {} – {title} ({})\n", alert.mark, alert.level, facts.join(", "))
    };
    let mut found: Vec<String> = [40, 60, 80, 110].iter().map(|limit| line(&cut(&alert.title, *limit), &[])).collect();
    let title = cut(&alert.title, 110);
    let movement: Vec<String> = alert.movement.iter().filter(|phrase| !phrase.is_empty()).take(3).cloned().collect();
    let movement = movement.iter().map(|phrase| cut(phrase, 40)).collect::<Vec<_>>();
    found.extend((1..=movement.len()).map(|many| line(&title, &movement[..many])));
    found.dedup();
    found
}

/// "1. Tunjuk juru bicara banjir (tenggat 08.30 WITA; BPBD)".
fn decision(asked: &Decision, number: usize) -> Vec<String> {
    let (deadline, owner) = (cut(&asked.deadline, 28), cut(&asked.agency, 24));
    let line = |text: &String| format!("{number}. {text} ({deadline}; {owner})\n");
    let mut found: Vec<String> = wordings(&asked.text, 64, 240).iter().map(line).collect();
    if let Some(longest) = wordings(&asked.text, 64, 240).last() {
        found.push(format!("{number}. {longest} ({deadline}; {})\n", cut(&asked.agency, 60)));
    }
    found.dedup();
    found
}

/// One source for each urgent issue while there is room; an address is given whole or not at all.
fn links(message: &Message, room: usize) -> String {
    let mut lines = String::from("\n*Sumber*\n");
    let heading = lines.len();
    for alert in &message.alerts {
        let Some((_, address)) = alert.sources.first() else { continue };
        let line = format!("{} {address}\n", alert.mark);
        if lines.chars().count() + line.chars().count() <= room && !lines.contains(&line) {
            lines += &line;
        }
    }
    if lines.len() > heading { lines } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_rank_take_turns() {
        let wordings = |length: usize| vec!["x".to_owned(), "x".repeat(length), "x".repeat(2 * length)];
        let mut parts = vec![
            Part::growing(Rank::Rest, wordings(400)),
            Part::growing(Rank::Rest, wordings(450)),
            Part::growing(Rank::Decision, wordings(100)),
        ];
        let taken = |parts: &[Part]| parts.iter().map(|part| part.taken).collect::<Vec<_>>();
        grow(&mut parts, &FIRST);
        assert_eq!(taken(&parts), [0, 0, 1]);
        grow(&mut parts, &LAST);
        assert_eq!(taken(&parts), [1, 1, 2]);
    }

    #[test]
    fn a_clause_comes_before_an_ellipsis() {
        let text = format!("Perbarui keterangan resmi, lalu tunjuk {} juru bicara", "satu ".repeat(60));
        assert_eq!(wordings(&text, 64, 240), ["Perbarui keterangan resmi"]);
        assert!(wordings(&"kata ".repeat(80), 64, 240)[0].ends_with('…'));
    }
}
