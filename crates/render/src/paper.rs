//! `Paper`: the brief as blocks that HTML and PDF both set, so that the two cannot drift apart.
//!
//! `Brief → Paper` decides what is said and in which order; the templates only decide how it looks.

use crate::charts::{self, Chart};
pub(crate) use crate::trace::{Mark, References};
use crate::{diff, lead, sections, words};
use model::{Brief, BriefKind, IssueCard, Risk};
use serde::Serialize;
use url::Url;

/// Everything that stands on the pages.
#[derive(Serialize)]
pub(crate) struct Paper {
    pub head: Head,
    /// Page one, from roomy to tight; the PDF takes the first that fits on one sheet, the HTML the first.
    pub leads: Vec<lead::Lead>,
    pub sections: Vec<Section>,
    /// What was wrong in an edition that has left; stands first on page one.
    pub corrections: Vec<Correction>,
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
    /// Address, telephone, site, in one line; empty where the office gives none.
    pub letterhead: String,
    /// True until a person answers for the paper: it carries a watermark.
    pub draft: bool,
    /// What the numbers of page one cover: "Angka 24 jam".
    pub span: &'static str,
}

/// What stood in an edition that has left, and what is right.
#[derive(Serialize)]
pub(crate) struct Correction {
    pub wrong: String,
    pub right: String,
    /// When and by whom.
    pub about: String,
}

/// One of the parts, under the heading that the office gives it.
#[derive(Serialize)]
pub(crate) struct Section {
    pub number: usize,
    pub id: &'static str,
    pub title: String,
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
    /// Questions with their answers, one below the other.
    Questions {
        items: Vec<Question>,
    },
    /// What people changed, word by word.
    Diffs {
        items: Vec<Diff>,
    },
    /// Place, position, name.
    Signature(Signature),
}

/// A hard question and what the documents allow to answer.
#[derive(Serialize)]
pub(crate) struct Question {
    pub question: String,
    /// "ditanyakan 12 warga", or empty.
    pub asked: String,
    pub answer: Line,
    /// True where the documents hold no answer; never looks like one that they do hold.
    pub missing: bool,
}

/// A changed text: what stayed, what went, what came.
#[derive(Serialize)]
pub(crate) struct Diff {
    pub label: String,
    /// By whom, when, why.
    pub about: String,
    pub parts: Vec<diff::Part>,
}

/// The block under which a paper is signed.
#[derive(Serialize)]
pub(crate) struct Signature {
    /// "Samarinda, 20 November 2026".
    pub place: String,
    pub position: String,
    pub name: String,
    /// Rank and NIP, where the office gives them.
    pub lines: Vec<String>,
}

/// A sentence with the clippings it rests on.
#[derive(Clone, Serialize)]
pub(crate) struct Line {
    /// "Fakta", "Penilaian", "Disarankan" …
    pub tag: Option<&'static str>,
    pub text: String,
    pub refs: Vec<RefRun>,
    /// The figure that it tells.
    pub mark: Option<Mark>,
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
    /// Set where an earlier brief told it already.
    pub continued: Option<Continuation>,
    /// The figure with which `facts` begins.
    pub mark: Option<Mark>,
}

/// "LANJUTAN", since when, and what is new.
#[derive(Clone, Serialize)]
pub(crate) struct Continuation {
    pub words: String,
    pub news: Vec<Line>,
}

/// A picture with its heading.
#[derive(Clone, Serialize)]
pub(crate) struct Figure {
    pub title: String,
    pub chart: Chart,
    /// Where the data is from, until when, and n; empty where the text below says it.
    pub source: String,
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
    /// The figure that stands here.
    pub mark: Option<Mark>,
    /// A tiny picture beside the text.
    pub spark: Option<Chart>,
    /// How strongly the cell is shaded, 0 (not) to 4; its figure says the same.
    pub shade: u8,
    /// True for what must catch the eye.
    pub strong: bool,
}

impl Paper {
    /// Lays out a brief whose strings have been cleaned.
    pub(crate) fn new(brief: &Brief) -> Self {
        let known = References::of(brief);
        let header = &brief.header;
        Self {
            head: Head {
                government: words::cut(&header.government, 60),
                office: words::cut(&header.office, 70),
                title: words::cut(&header.title, 44),
                number: header.number.to_string(),
                date: words::cut(&header.date_words, 40),
                cut_off: words::cut(&header.cut_off_words, 30),
                status: words::cut(&header.status, 30),
                classification: words::cut(&header.classification, 20),
                sample: header.fictional.then_some("Data contoh (fiktif)"),
                letterhead: words::joined_within(&header.letterhead, 130),
                draft: !header.state.is_final(),
                span: span(header.kind),
            },
            leads: lead::LIMITS.iter().map(|limits| lead::lead(brief, &known, limits)).collect(),
            sections: sections::sections(brief, &known),
            corrections: brief.corrections.iter().map(|it| Correction::new(it, 300)).collect(),
        }
    }
}

impl Paper {
    /// True where the part is shown.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.sections.iter().any(|section| section.id == id)
    }
}

impl Correction {
    /// With either side at most `limit` characters long.
    pub(crate) fn new(correction: &model::Correction, limit: usize) -> Self {
        let by = if correction.by.is_empty() { String::new() } else { format!("oleh {}", correction.by) };
        Self {
            wrong: words::cut(&correction.wrong, limit),
            right: words::cut(&correction.right, limit),
            about: words::cut(&words::joined(&[correction.at_words.clone(), by]), 80),
        }
    }
}

/// What the figures of a brief cover.
fn span(kind: BriefKind) -> &'static str {
    match kind {
        BriefKind::Harian => "Angka 24 jam",
        BriefKind::Sore => "Angka sejak pagi",
        BriefKind::Isu => "Angka isu ini",
        BriefKind::Mingguan => "Angka sepekan",
        BriefKind::Bulanan => "Angka sebulan",
    }
}

impl Line {
    /// A sentence that rests on no clipping.
    pub(crate) fn plain(text: &str, limit: usize) -> Self {
        Self { tag: None, text: words::cut(text, limit), refs: Vec::new(), mark: None }
    }
}

impl Level {
    pub(crate) fn of(risk: Risk) -> Self {
        Self { key: risk.as_str(), word: words::level(risk), mark: risk.mark() }
    }
}

impl Card {
    /// What page one needs of an issue; `sections` adds the rest.
    pub(crate) fn brief(
        card: &IssueCard,
        known: &References,
        summary: Vec<Line>,
        title_limit: usize,
        facts_limit: usize,
    ) -> Self {
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
            continued: card.continued.as_ref().map(|told| Continuation {
                words: words::cut(&told.words, 60),
                news: told.new.iter().map(|line| known.line(line, 400)).collect(),
            }),
            mark: known.mark(&format!("isu:{}", card.id)),
        }
    }

    /// The count with which `facts` begins, and the rest, so that a page can mark the first as a figure.
    pub(crate) fn counted(&self) -> (&str, &str) {
        let end = self.facts.find("\u{a0}·").unwrap_or(self.facts.len());
        self.facts.split_at(end)
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
