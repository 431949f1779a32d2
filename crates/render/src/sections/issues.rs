//! Issues in full, and claims to verify.

use super::{Context, NAME, SENTENCE, TITLE, lines, or_note, pairs};
use crate::charts;
use crate::paper::{Block, Card, Figure, Level, Line, Marked, References};
use crate::words::{self, cut, number};
use model::{BriefKind, IssueCard, QuoteLine, Section, Tone, ToneCount, WatchItem};

pub(super) fn alerts(context: &Context<'_>) -> Vec<Block> {
    or_note(cards(context, &context.brief.alerts), "Tidak ada isu merah atau oranye dalam periode ini.")
}

pub(super) fn top_issues(context: &Context<'_>) -> Vec<Block> {
    let told: Vec<_> = if context.brief.layout.get(Section::Alerts).is_some() {
        context.brief.alerts.iter().map(|issue| &issue.id).collect()
    } else {
        Vec::new()
    };
    let mut blocks = cards(context, &context.brief.top_issues);
    for (block, issue) in blocks.iter_mut().zip(&context.brief.top_issues) {
        // Its line and its figures stand among the urgent issues already.
        if let Block::Card(card) = block
            && told.contains(&&issue.id)
        {
            card.trend = None;
            card.details.clear();
            card.parts.clear();
            card.continued = None;
        }
    }
    or_note(blocks, "Data belum ada: tidak ada isu dalam periode ini.")
}

fn cards(context: &Context<'_>, issues: &[IssueCard]) -> Vec<Block> {
    let shown = issues.iter().take(context.limit);
    let mut blocks: Vec<Block> =
        shown.map(|issue| Block::Card(Box::new(full_card(issue, context.known, context.brief.header.kind)))).collect();
    context.left_out(&mut blocks, issues.len());
    blocks
}

/// An issue with reasons, tone, coverage, framing and quotations.
fn full_card(issue: &IssueCard, known: &References, kind: BriefKind) -> Card {
    let summary = issue.summary.iter().map(|line| known.line(line, SENTENCE)).collect();
    let id = format!("isu:{}", issue.id);
    let part = |text: String, name: &str| Marked { text, mark: known.mark(&format!("{id}{name}")) };
    let plain = |texts: &[String], between: &str| match texts {
        [] => Vec::new(),
        texts => vec![Marked { text: cut(&texts.join(between), SENTENCE), mark: None }],
    };
    let counts = vec![
        part(format!("{} dalam periode ini", number(issue.count)), ""),
        part(format!("{} selama {}", number(issue.total), kind.frame()), "/pekan"),
    ];
    let voices = words::coverage_parts(&issue.coverage).into_iter();
    let tones = Tone::ALL.map(|tone| {
        part(format!("{} {}", words::tone(tone), number(issue.tone.get(tone))), &format!("/nada:{}", tone.as_str()))
    });
    let rows: [(&str, Vec<Marked>); 5] = [
        ("Alasan level", plain(&issue.risk_reasons, "; ")),
        ("Item", counts),
        ("Asal", voices.map(|(key, text)| part(text, &format!("/asal:{key}"))).collect()),
        (
            "Nada",
            if issue.tone.n() == 0 { plain(&[words::tones(&issue.tone)], "") } else { with_n(tones, &issue.tone) },
        ),
        ("Wilayah", plain(&issue.places, ", ")),
    ];
    let (mut details, mut parts) = (Vec::new(), Vec::new());
    for (label, row) in rows.into_iter().filter(|(_, row)| !row.is_empty()) {
        let texts: Vec<String> = row.iter().map(|part| part.text.clone()).collect();
        details.push((label.to_owned(), words::joined(&texts)));
        parts.push(row);
    }
    Card {
        details,
        parts,
        framing: issue.framing.iter().map(|line| known.line(line, SENTENCE)).collect(),
        quotes: issue.quotes.iter().map(|quote| quotation(quote, known)).collect(),
        ..Card::brief(issue, known, summary, TITLE, SENTENCE)
    }
}

/// Four tones, and n behind the last of them.
fn with_n(tones: [Marked; 4], count: &ToneCount) -> Vec<Marked> {
    let mut tones = Vec::from(tones);
    if let Some(last) = tones.last_mut() {
        last.text += &format!(" (n\u{a0}=\u{a0}{})", number(count.n()));
    }
    tones
}

fn quotation(quote: &QuoteLine, known: &References) -> Line {
    let words = cut(quote.text.trim_matches(['"', '“', '”']), SENTENCE);
    let text = format!("“{words}” – {}", cut(&quote.speaker, NAME));
    Line { tag: None, text, refs: known.runs(&quote.refs), mark: None }
}

pub(super) fn watch(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let mut blocks: Vec<Block> =
        context.shown(&brief.watch).iter().flat_map(|item| claim(item, context.known)).collect();
    context.left_out(&mut blocks, brief.watch.len());
    or_note(blocks, "Tidak ada klaim yang perlu diverifikasi di antara item yang terbaca.")
}

/// A claim with its signals, its way and whom to ask; never with a verdict of the program.
fn claim(item: &WatchItem, known: &References) -> Vec<Block> {
    let level = Level { key: "verifikasi", word: cut(&item.status, 30).to_uppercase(), mark: "■" };
    let mut blocks = vec![Block::Title { level, text: cut(&item.claim, 300) }];
    let mut about = Vec::new();
    if !item.signals.is_empty() {
        about.push(Line::plain(&format!("Sinyal: {}.", item.signals.join("; ")), SENTENCE));
    }
    about.push(Line {
        refs: known.runs(&item.refs),
        mark: known.mark(&format!("klaim:{}", item.id)),
        ..Line::plain(&format!("Dimuat {} item.", number(item.count)), SENTENCE)
    });
    about.extend(item.related_factcheck.as_ref().map(|line| known.line(line, SENTENCE)));
    about.extend(item.steps.iter().map(|step| Line::plain(step, SENTENCE)));
    lines(&mut blocks, None, about);
    blocks.push(pairs([("Dimintai konfirmasi", item.ask.clone()), ("Sampai", item.deadline.clone())]));
    if item.spread.len() > 1 {
        blocks.push(Block::Figures {
            items: vec![Figure {
                title: "Jejak penyebaran".to_owned(),
                chart: charts::spread(&item.spread),
                source: known.source(item.count),
            }],
        });
    }
    blocks
}
