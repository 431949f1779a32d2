//! `Paper`: the brief as blocks that HTML and PDF both set, so that the two cannot drift apart.
//!
//! `Brief → Paper` decides what is said and in which order; the templates only decide how it looks.

use crate::charts::{self, Chart};
use crate::{lead, sections, words};
use model::{Brief, IssueCard, Nature, Risk, Statement};
use serde::Serialize;
use std::collections::BTreeSet;
use url::Url;

/// Everything that stands on the pages.
#[derive(Serialize)]
pub(crate) struct Paper {
    pub head: Head,
    /// Page one, from roomy to tight; the PDF takes the first that fits on one sheet, the HTML the first.
    pub leads: Vec<lead::Lead>,
    pub sections: Vec<Section>,
}

/// What identifies the brief on every page.
#[derive(Serialize)]
pub(crate) struct Head {
    pub government: String,
    pub office: String,
    pub title: String,
    pub number: String,
    pub date: String,
    pub cut_off: String,
    pub status: String,
    pub classification: String,
    /// "Data contoh (fiktif)" or nothing.
    pub sample: Option<&'static str>,
}

/// One of the fifteen parts.
#[derive(Serialize)]
pub(crate) struct Section {
    pub number: usize,
    pub id: &'static str,
    pub title: &'static str,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub(crate) enum Block {
    /// Sentences one below the other, under a small label if there is one.
    Lines {
        label: Option<String>,
        items: Vec<Line>,
    },
    /// An issue in full.
    Card(Box<Card>),
    /// Label and value, one pair a line.
    Pairs {
        items: Vec<(String, String)>,
    },
    Table(Table),
    /// Short tables side by side where there is room.
    Tables {
        items: Vec<Table>,
    },
    /// Pictures side by side where there is room.
    Figures {
        items: Vec<Figure>,
    },
    /// The head of a block of options for one issue.
    Title {
        level: Level,
        text: String,
    },
    /// What stands where there is nothing to tell.
    Note {
        text: &'static str,
    },
}

/// A sentence with the clippings it rests on.
#[derive(Clone, Serialize)]
pub(crate) struct Line {
    /// "Fakta", "Penilaian", "Disarankan" …
    pub tag: Option<&'static str>,
    pub text: String,
    pub refs: Vec<RefRun>,
}

/// Neighbouring clippings: `5–9`, leading to the first.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct RefRun {
    pub label: String,
    /// The clipping to jump to; none where the appendix does not hold it.
    pub to: Option<u32>,
}

/// A level in its three signs.
#[derive(Clone, Serialize)]
pub(crate) struct Level {
    /// Class name and colour.
    pub key: &'static str,
    pub word: String,
    pub mark: &'static str,
}

/// An issue.
#[derive(Clone, Serialize)]
pub(crate) struct Card {
    pub level: Level,
    pub movement: String,
    pub title: String,
    pub summary: Vec<Line>,
    pub facts: String,
    pub trend: Option<Chart>,
    /// Label and value, in the order of reading; not on page one.
    pub details: Vec<(String, String)>,
    pub framing: Vec<Line>,
    pub quotes: Vec<Line>,
}

/// A picture with its heading.
#[derive(Clone, Serialize)]
pub(crate) struct Figure {
    pub title: String,
    pub chart: Chart,
}

/// A table; on a phone the rows of a wide one become small blocks.
#[derive(Clone, Serialize)]
pub(crate) struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Serialize)]
pub(crate) struct Column {
    pub label: &'static str,
    /// Share of the width; 0 for a column of figures, which is as wide as they are.
    pub share: u8,
}

#[derive(Clone, Serialize)]
pub(crate) struct Row {
    /// Set on the one row that references to this clipping lead to.
    pub anchor: Option<u32>,
    pub cells: Vec<Cell>,
}

#[derive(Clone, Default, Serialize)]
pub(crate) struct Cell {
    pub text: String,
    /// A second, softer line.
    pub note: String,
    pub href: Option<String>,
    pub refs: Vec<RefRun>,
}

impl Paper {
    /// Lays out a brief whose strings have been cleaned.
    pub(crate) fn new(brief: &Brief) -> Self {
        let known = References(brief.references.iter().map(|reference| reference.number).collect());
        let header = &brief.header;
        Self {
            head: Head {
                government: words::cut(&header.government, 60),
                office: words::cut(&header.office, 70),
                title: words::cut(&header.title, 44),
                number: header.number.to_string(),
                date: words::cut(&header.date_words, 40),
                cut_off: words::cut(&header.cut_off_words, 30),
                status: words::cut(&header.status, 20),
                classification: words::cut(&header.classification, 20),
                sample: header.fictional.then_some("Data contoh (fiktif)"),
            },
            leads: lead::LIMITS.iter().map(|limits| lead::lead(brief, &known, limits)).collect(),
            sections: sections::sections(brief, &known),
        }
    }
}

/// The numbers that the appendix holds.
pub(crate) struct References(BTreeSet<u32>);

impl References {
    /// Groups three or more neighbours as a run; `1, 2, 3, 7` becomes `1–3` and `7`.
    pub(crate) fn runs(&self, refs: &[u32]) -> Vec<RefRun> {
        let sorted: Vec<u32> = refs.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let run = |label: String, first: u32| RefRun { label, to: self.0.contains(&first).then_some(first) };
        let mut runs = Vec::new();
        for group in sorted.chunk_by(|a, b| a + 1 == *b) {
            match group {
                [first, .., last] if group.len() > 2 => runs.push(run(format!("{first}–{last}"), *first)),
                few => runs.extend(few.iter().map(|number| run(number.to_string(), *number))),
            }
        }
        runs
    }

    /// A line without a tag unless it judges: an assessment never passes as a fact.
    pub(crate) fn line(&self, statement: &Statement, limit: usize) -> Line {
        let tag = (statement.nature == Nature::Penilaian).then_some("Penilaian");
        Line { tag, text: words::cut(&statement.text, limit), refs: self.runs(&statement.refs) }
    }

    /// A line that always says which of the two it is.
    pub(crate) fn marked(&self, statement: &Statement, limit: usize) -> Line {
        let tag = match statement.nature {
            Nature::Fakta => "Fakta",
            Nature::Penilaian => "Penilaian",
        };
        Line { tag: Some(tag), ..self.line(statement, limit) }
    }
}

impl Line {
    /// A sentence that rests on no clipping.
    pub(crate) fn plain(text: &str, limit: usize) -> Self {
        Self { tag: None, text: words::cut(text, limit), refs: Vec::new() }
    }
}

impl Level {
    pub(crate) fn of(risk: Risk) -> Self {
        Self { key: risk.as_str(), word: words::level(risk), mark: risk.mark() }
    }
}

impl Card {
    /// What page one needs of an issue; `sections` adds the rest.
    pub(crate) fn brief(card: &IssueCard, summary: Vec<Line>, title_limit: usize, facts_limit: usize) -> Self {
        Self {
            level: Level::of(card.risk),
            movement: words::cut(&card.movement, 50),
            title: words::cut(&card.title, title_limit),
            summary,
            facts: words::joined_within(&card.facts, facts_limit),
            trend: (card.trend.len() > 1).then(|| charts::trend(&card.trend, Some(card.risk), charts::SMALL)),
            details: Vec::new(),
            framing: Vec::new(),
            quotes: Vec::new(),
        }
    }
}

impl Table {
    /// Columns by label and share; a share of 0 marks a column of figures.
    pub(crate) fn new(caption: &str, columns: &[(&'static str, u8)], rows: Vec<Row>) -> Self {
        let columns = columns.iter().map(|(label, share)| Column { label, share: *share }).collect();
        Self { caption: caption.to_owned(), columns, rows }
    }
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn link(text: String, url: Option<&str>) -> Self {
        Self { text, href: web_address(url), ..Self::default() }
    }
}

/// The address in its normal form, if it is one that may be followed: never `javascript:` or a file.
pub(crate) fn web_address(address: Option<&str>) -> Option<String> {
    const LONGEST: usize = 2_000;
    let url = Url::parse(address?).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (web && url.as_str().len() <= LONGEST).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_grouped_and_never_lead_nowhere() {
        let known = References((1..=4).collect());
        let runs: Vec<_> = known.runs(&[4, 1, 2, 3, 8, 9]).into_iter().map(|run| (run.label, run.to)).collect();
        assert_eq!(runs, [("1–4".into(), Some(1)), ("8".into(), None), ("9".into(), None)]);
    }

    #[test]
    fn only_web_addresses_become_links() {
        for bad in [
            "javascript:alert(1)",
            "JAVASCRIPT://x",
            "file:///etc/passwd",
            "",
            "http://[::1",
            "http",
            "data:,x",
            "//a.example/x",
        ] {
            assert_eq!(Cell::link("x".into(), Some(bad)).href, None, "{bad}");
        }
        let href = Cell::link("x".into(), Some("HTTPS://contoh.example/a?b=\"1")).href;
        assert_eq!(href.as_deref(), Some("https://contoh.example/a?b=%221"));
    }
}
