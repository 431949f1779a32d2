//! Issues in full, and claims to verify.

use super::{Context, NAME, SENTENCE, TITLE, lines, or_note, pairs};
use crate::charts;
use crate::paper::{Block, Card, Figure, Level, Line, References};
use crate::words::{self, cut, number};
use model::{IssueCard, QuoteLine, Section, WatchItem};

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
            card.continued = None;
        }
    }
    or_note(blocks, "Data belum ada: tidak ada isu dalam periode ini.")
}

fn cards(context: &Context<'_>, issues: &[IssueCard]) -> Vec<Block> {
    let shown = issues.iter().take(context.limit);
    let mut blocks: Vec<Block> = shown.map(|issue| Block::Card(Box::new(full_card(issue, context.known)))).collect();
    context.left_out(&mut blocks, issues.len());
    blocks
}

/// An issue with reasons, tone, coverage, framing and quotations.
fn full_card(issue: &IssueCard, known: &References) -> Card {
    let summary = issue.summary.iter().map(|line| known.line(line, SENTENCE)).collect();
    let mut details = vec![
        ("Item", format!("{} dalam periode ini · {} selama tujuh hari", number(issue.count), number(issue.total))),
        ("Asal", words::coverage(&issue.coverage)),
        ("Nada", words::tones(&issue.tone)),
    ];
    if !issue.risk_reasons.is_empty() {
        details.insert(0, ("Alasan level", cut(&issue.risk_reasons.join("; "), SENTENCE)));
    }
    if !issue.places.is_empty() {
        details.push(("Wilayah", cut(&issue.places.join(", "), SENTENCE)));
    }
    Card {
        details: details.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        framing: issue.framing.iter().map(|line| known.line(line, SENTENCE)).collect(),
        quotes: issue.quotes.iter().map(|quote| quotation(quote, known)).collect(),
        ..Card::brief(issue, known, summary, TITLE, SENTENCE)
    }
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
