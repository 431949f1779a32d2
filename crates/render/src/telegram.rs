//! Telegram: page one in the few HTML tags that a bot may send.
//!
//! The same as the TXT says, with summaries, sources and what waiting costs, because there is more room.

use crate::message::{Alert, Decision, Message, NOT_URGENT};
use crate::words::{cut, number};
use crate::{Error, Output, Render, clean::visible};
use model::{Brief, Kind, WatchItem};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: "-telegram.html", media_type: "text/html" };

const KIND: Kind<Render> = Kind {
    name: "telegram",
    summary: "writes page one for a Telegram bot, in its own HTML and at most 4,096 characters",
    example: r#"formats = ["telegram"]"#,
    build: render,
};

/// What a bot may send in one message, after entities are parsed: <https://core.telegram.org/bots/api#sendmessage>.
/// Counted in UTF-16 units, as Telegram counts entities; so it holds however the limit itself is counted.
const MOST: usize = 4_096;

/// How much one density allows, in characters unless it says otherwise.
struct Limits {
    answers: usize,
    sentence: usize,
    sentences: usize,
    sources: usize,
    decision: usize,
    claims: usize,
    notes: usize,
}

/// From roomy to tight; the last fits with every text at its limit, addresses stand in no text.
#[rustfmt::skip] // A table reads better than thirty lines.
const LIMITS: [Limits; 4] = [
    Limits { answers: 5, sentence: 320, sentences: 3, sources: 3, decision: 300, claims: 3, notes: 5 },
    Limits { answers: 4, sentence: 220, sentences: 2, sources: 2, decision: 220, claims: 3, notes: 4 },
    Limits { answers: 3, sentence: 160, sentences: 1, sources: 1, decision: 160, claims: 2, notes: 3 },
    Limits { answers: 1, sentence: 110, sentences: 1, sources: 1, decision: 110, claims: 1, notes: 2 },
];

/// The message.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let message = Message::of(brief);
    let written = LIMITS.iter().map(|limits| write(&message, brief, limits));
    let mut last = String::new();
    for text in written {
        last = text;
        if visible_length(&last) <= MOST {
            break;
        }
    }
    Ok(last.into_bytes())
}

/// What a reader's client counts: without tags, an entity as one.
fn visible_length(html: &str) -> usize {
    let mut length = 0;
    let (mut in_tag, mut in_entity) = (false, false);
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag => {}
            '&' => in_entity = true,
            ';' if in_entity => (in_entity, length) = (false, length + 1),
            _ if in_entity => {}
            c => length += c.len_utf16(),
        }
    }
    length
}

fn write(message: &Message, brief: &Brief, limits: &Limits) -> String {
    let mut head = format!(
        "{}\n{}\n<i>{}</i>",
        bold(&cut(&message.title, 80)),
        text(&message.date, 90),
        text(&message.status, 90)
    );
    for correction in message.corrections.iter().take(2) {
        head += &format!("\n{} {}", bold("RALAT:"), text(correction, 300));
    }
    let answer: Vec<_> =
        message.answer.iter().take(limits.answers).map(|line| format!("• {}", text(line, limits.sentence))).collect();
    let mut blocks = vec![head, answer.join("\n")];
    match message.alerts.as_slice() {
        [] => blocks.push(NOT_URGENT.to_owned()),
        alerts => {
            blocks.push(bold("Isu mendesak"));
            blocks.extend(alerts.iter().map(|alert| issue(alert, limits)));
        }
    }
    if !message.decisions.is_empty() {
        blocks.push(bold("Perlu keputusan"));
        blocks.extend(message.decisions.iter().zip(1..).map(|(asked, number)| decision(asked, number, limits)));
    }
    if !brief.watch.is_empty() && limits.claims > 0 {
        let claims = brief.watch.iter().take(limits.claims).map(|item| claim(item, limits));
        blocks.push([bold("Perlu verifikasi")].into_iter().chain(claims).collect::<Vec<_>>().join("\n"));
    }
    blocks.push(figures(message, brief));
    let notes: Vec<_> = message.notes.iter().take(limits.notes).map(|note| text(note, limits.sentence)).collect();
    blocks.push(format!("{} {}. {}", bold("Keyakinan data:"), text(&message.confidence, 20), notes.join(" ")));
    blocks.join("\n\n") + "\n"
}

/// Text of others, which can be no tag.
fn text(text: &str, limit: usize) -> String {
    escaped(&cut(text, limit))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn bold(text: &str) -> String {
    format!("<b>{}</b>", escaped(text))
}

fn issue(alert: &Alert, limits: &Limits) -> String {
    let mut lines = vec![bold(&format!("{} {} – {}", alert.mark, alert.level, cut(&alert.title, limits.decision)))];
    let facts: Vec<&str> =
        [alert.count.as_str()].into_iter().chain(alert.movement.iter().map(String::as_str)).collect();
    lines.push(format!("<i>{}</i>", text(&facts.join(" · "), limits.sentence)));
    lines.extend(alert.summary.iter().take(limits.sentences).map(|sentence| text(sentence, limits.sentence)));
    let sources: Vec<_> = alert
        .sources
        .iter()
        .take(limits.sources)
        .map(|(name, address)| format!("<a href=\"{}\">{}</a>", escaped(address), text(name, 40)))
        .collect();
    if !sources.is_empty() {
        lines.push(format!("Sumber: {}", sources.join(", ")));
    }
    lines.join("\n")
}

fn decision(asked: &Decision, number: usize, limits: &Limits) -> String {
    let mut lines = vec![format!("{number}. {}", text(&asked.text, limits.decision))];
    let owner = text(&asked.owner, limits.sentence);
    lines.push(format!("<i>{} · {owner}</i>", bold(&cut(&capital(&asked.deadline), 60))));
    if !asked.cost_of_waiting.is_empty() {
        lines.push(format!("Bila ditunda: {}", text(&asked.cost_of_waiting, limits.sentence)));
    }
    lines.join("\n")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What is claimed and how it stands; never a verdict of ours.
fn claim(item: &WatchItem, limits: &Limits) -> String {
    let (claim, status) = (text(&visible(&item.claim), limits.sentence), text(&visible(&item.status), 40));
    let deadline = text(&visible(&item.deadline), 80);
    format!("■ {claim}\n<i>{} item · {status} · {deadline}</i>", number(item.count))
}

fn figures(message: &Message, brief: &Brief) -> String {
    let mut lines = vec![bold(message.figures_title)];
    lines.extend(message.figures.iter().map(|line| escaped(line)));
    let rows = brief.numbers.coverage.iter().take(6);
    let coverage: Vec<_> =
        rows.map(|row| format!("{} {}", text(&visible(&row.label), 40), number(row.count))).collect();
    if !coverage.is_empty() {
        lines.push(format!("Asal: {}", coverage.join(", ")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_count_nothing_and_entities_one() {
        assert_eq!(visible_length("<b>a &amp; b</b> <a href=\"https://x.example\">&lt;c&gt;</a> 👍"), 12);
    }
}
