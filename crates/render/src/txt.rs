//! TXT: page one for a messenger, on one phone screen.

use crate::lead::{NOTHING, data_notes};
use crate::paper::web_address;
use crate::{Error, Output, Render, clean, words};
use model::{Brief, DecisionAsked, IssueCard, Kind, Tone};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".txt", media_type: "text/plain" };

const KIND: Kind<Render> = Kind {
    name: "txt",
    summary: "writes page one as a message of at most 1,200 characters, for WhatsApp and the like",
    example: r#"formats = ["txt"]"#,
    build: render,
};

/// Longer messages are folded behind "baca selengkapnya".
const MOST: usize = 1_200;

/// How much one density allows, in characters unless it says otherwise.
struct Limits {
    bluf_lines: usize,
    bluf: usize,
    title: usize,
    movement: usize,
    decisions: usize,
    decision: usize,
    owner: usize,
    missing: usize,
}

/// From roomy to tight; the last fits with every text at its limit.
#[rustfmt::skip] // A table reads better than forty lines.
const LIMITS: [Limits; 4] = [
    Limits { bluf_lines: 3, bluf: 220, title: 90, movement: 40, decisions: 3, decision: 170, owner: 50, missing: 160 },
    Limits { bluf_lines: 2, bluf: 180, title: 70, movement: 40, decisions: 3, decision: 120, owner: 40, missing: 120 },
    Limits { bluf_lines: 1, bluf: 180, title: 60, movement: 30, decisions: 2, decision: 110, owner: 30, missing: 90 },
    Limits { bluf_lines: 1, bluf: 110, title: 45, movement: 20, decisions: 2, decision: 70, owner: 25, missing: 70 },
];

/// The message. Only our own headings are bold, so that no text can open or close a mark.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let brief = clean::for_screen(brief)?;
    let tightest = LIMITS.len() - 1;
    let fits = |limits: &&Limits| length(&message(&brief, limits)) <= MOST;
    let mut text = message(&brief, LIMITS.iter().find(fits).unwrap_or(&LIMITS[tightest]));
    add_links(&mut text, &brief);
    Ok(text.into_bytes())
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn message(brief: &Brief, limits: &Limits) -> String {
    let header = &brief.header;
    let mut status = words::cut(&header.status, 20);
    if header.fictional {
        status += " · Data contoh (fiktif)";
    }
    let mut parts = vec![format!(
        "*{}*\n{} · data s.d. {}\n{status}",
        words::cut(&header.title.replace('*', ""), 60),
        words::cut(&header.date_words, 40),
        words::cut(&header.cut_off_words, 30),
    )];
    let bluf: Vec<_> =
        brief.bluf.iter().take(limits.bluf_lines).map(|line| words::cut(&line.text, limits.bluf)).collect();
    parts.push(if bluf.is_empty() { NOTHING.to_owned() } else { bluf.join(" ") });
    parts.push(match brief.alerts.as_slice() {
        [] => "Tidak ada isu merah atau oranye.".to_owned(),
        alerts => block("Isu mendesak", alerts.iter().take(3).map(|issue| alert(issue, limits))),
    });
    if !brief.decisions.is_empty() {
        let asked = brief.decisions.iter().take(limits.decisions).zip(1..);
        parts.push(block("Perlu keputusan", asked.map(|(asked, number)| decision(asked, number, limits))));
    }
    parts.push(block("Angka 24 jam", figures(brief)));
    let (level, notes) = (words::cut(&brief.confidence.level, 20), data_notes(brief).join(" "));
    parts.push(format!("*Keyakinan data:* {level}. {}", words::cut(&notes, limits.missing)));
    parts.join("\n\n") + "\n"
}

fn block(heading: &str, lines: impl IntoIterator<Item = String>) -> String {
    std::iter::once(format!("*{heading}*")).chain(lines).collect::<Vec<_>>().join("\n")
}

fn alert(issue: &IssueCard, limits: &Limits) -> String {
    let (mark, level, count) = (issue.risk.mark(), words::level(issue.risk), words::number(issue.count));
    let title = words::cut(&issue.title, limits.title);
    format!("{mark} {level} – {title} ({count} item, {})", words::cut(&issue.movement, limits.movement))
}

fn decision(asked: &DecisionAsked, number: usize, limits: &Limits) -> String {
    let (deadline, owner) = (words::cut(&asked.deadline, 30), words::cut(&asked.owner, limits.owner));
    format!("{number}. {} (tenggat {deadline}; {owner})", words::cut(&asked.text, limits.decision))
}

fn figures(brief: &Brief) -> Vec<String> {
    let tables = &brief.numbers.tables;
    let tones: Vec<_> = Tone::ALL
        .into_iter()
        .map(|tone| format!("{} {}", words::tone(tone), words::number(tables.tone.get(tone))))
        .collect();
    vec![
        format!(
            "{} item (kemarin {}) · {} isu · {} media",
            words::number(tables.total),
            words::previous(tables.previous_total),
            words::number(brief.numbers.issues),
            words::number(tables.outlets),
        ),
        match tables.tone.n() {
            0 => "Nada: data belum ada".to_owned(),
            n => format!("Nada (n = {}): {}", words::number(n), tones.join(", ")),
        },
    ]
}

/// Adds one source for each urgent issue while there is room; an address is given whole or not at all.
fn add_links(text: &mut String, brief: &Brief) {
    let mut lines = String::from("\n*Sumber*\n");
    let fixed = lines.len();
    for issue in brief.alerts.iter().take(3) {
        let cited = issue.summary.iter().flat_map(|line| &line.refs);
        let mut found =
            cited.filter_map(|number| brief.references.iter().find(|reference| reference.number == *number));
        let Some(url) = found.find_map(|reference| web_address(reference.url.as_deref())) else { continue };
        let line = format!("{} {url}\n", issue.risk.mark());
        if length(text) + length(&lines) + length(&line) <= MOST && !lines.contains(&line) {
            lines += &line;
        }
    }
    if lines.len() > fixed {
        *text += &lines;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_only_get_tighter() {
        assert!(LIMITS.windows(2).all(|pair| pair[0].bluf >= pair[1].bluf && pair[0].title >= pair[1].title));
    }
}
