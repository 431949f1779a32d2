//! The parts behind page one: which, in which order, under which headings, is the layout's to say.
//!
//! A part without data stays and says so: silence would read as "nothing happened".

mod figures;
mod issues;
mod people;
mod period;
mod records;
mod response;

use crate::paper::{Block, Cell, Line, References, Row, Section, Table};
use crate::words::{self, cut, number};
use model::{Brief, SectionLayout};

/// The longest a text may be, by where it stands; the world sends longer ones.
const SENTENCE: usize = 600;
const TITLE: usize = 200;
const NAME: usize = 90;

/// What every part is made from.
struct Context<'a> {
    brief: &'a Brief,
    known: &'a References,
    /// Entries shown at most, where the office limits them.
    limit: usize,
}

impl<'a> Context<'a> {
    /// As many entries as the office wants to see.
    fn shown<T>(&self, entries: &'a [T]) -> &'a [T] {
        &entries[..entries.len().min(self.limit)]
    }

    /// Says what the limit leaves out.
    fn left_out(&self, blocks: &mut Vec<Block>, entries: usize) {
        let rest = entries.saturating_sub(self.limit);
        if rest > 0 && !blocks.is_empty() {
            let text = format!("{} entri lain tidak ditampilkan.", number(u32::try_from(rest).unwrap_or(u32::MAX)));
            blocks.push(Block::Lines { label: None, items: vec![Line::plain(&text, SENTENCE)] });
        }
    }
}

/// The parts that the layout names, numbered as they are shown.
pub(crate) fn sections(brief: &Brief, known: &References) -> Vec<Section> {
    let shown: Vec<&SectionLayout> =
        brief.layout.sections.iter().filter(|entry| records::has_place(entry.section, brief)).collect();
    let signed = signed_section(&shown);
    let mut out = Vec::with_capacity(shown.len());
    for (index, entry) in shown.iter().enumerate() {
        let context = Context { brief, known, limit: entry.limit.unwrap_or(usize::MAX) };
        let mut blocks = blocks(entry.section, &context);
        if signed == Some(index) {
            blocks.extend(records::signature(brief));
        }
        out.push(Section { number: index + 1, id: entry.section.as_str(), title: cut(&entry.heading, 80), blocks });
    }
    out
}

/// A paper is signed at its end; what is only attached follows the signature.
fn signed_section(shown: &[&SectionLayout]) -> Option<usize> {
    let attached =
        |entry: &&SectionLayout| matches!(entry.section, model::Section::Appendix | model::Section::Revisions);
    shown.iter().rposition(|entry| !attached(entry))
}

fn blocks(section: model::Section, context: &Context<'_>) -> Vec<Block> {
    use model::Section as S;
    match section {
        S::Header => records::header(context),
        S::Bluf => response::bluf(context),
        S::Alerts => issues::alerts(context),
        S::Questions => response::questions(context),
        S::Numbers => figures::numbers(context),
        S::Kpi => figures::kpis(context),
        S::Period => period::period(context),
        S::TopIssues => issues::top_issues(context),
        S::Sources => figures::sources(context),
        S::Narasumber => people::speakers(context),
        S::Watch => issues::watch(context),
        S::Aspirations => people::aspirations(context),
        S::Positive => people::positive(context),
        S::Analysis => response::analysis(context),
        S::Recommendation => response::recommendations(context),
        S::Followup => response::followup(context),
        S::Method => records::method(context),
        S::Revisions => records::revisions(context),
        S::Appendix => records::appendix(context),
    }
}

fn pairs<const N: usize>(items: [(&str, String); N]) -> Block {
    let known = items.into_iter().filter(|(_, value)| !value.is_empty());
    Block::Pairs { items: known.map(|(label, value)| (label.to_owned(), cut(&value, SENTENCE))).collect() }
}

fn lines(blocks: &mut Vec<Block>, label: Option<&str>, items: Vec<Line>) {
    if !items.is_empty() {
        blocks.push(Block::Lines { label: label.map(str::to_owned), items });
    }
}

fn plain(texts: &[String]) -> Vec<Line> {
    texts.iter().map(|text| Line::plain(text, SENTENCE)).collect()
}

/// A table, unless it would be empty.
fn table(blocks: &mut Vec<Block>, caption: &str, columns: &[(&'static str, u8)], rows: Vec<Row>) {
    if !rows.is_empty() {
        blocks.push(Block::Table(Table::new(caption, columns, rows)));
    }
}

fn row(cells: impl IntoIterator<Item = Cell>) -> Row {
    Row { anchor: None, cells: cells.into_iter().collect() }
}

fn or_note(blocks: Vec<Block>, text: &'static str) -> Vec<Block> {
    if blocks.is_empty() { vec![Block::Note { text }] } else { blocks }
}

/// Unfavourable and possibly so, of all with a tone: a figure never stands without its n.
fn unfavourable(tone: &model::ToneCount) -> Cell {
    match tone.n() {
        0 => Cell::text("–"),
        n => Cell::text(format!("{} (n = {})", number(tone.negatif + tone.berpotensi_negatif), number(n))),
    }
}

fn before(value: Option<u32>) -> Cell {
    Cell::text(words::previous(value))
}
