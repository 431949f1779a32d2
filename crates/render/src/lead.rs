//! Page one: what is most urgent, how bad, what to decide, on how much data, what is missing.
//!
//! It is laid out at several densities, because titles and sentences come from the world and one sheet has an end.

use crate::charts;
use crate::paper::{Card, Cell, Correction, Figure, Level, Line, Mark, References, Row, Table};
use crate::words;
use model::{Brief, IssueCard, Statement, WatchItem};
use serde::Serialize;

/// The leader's page.
#[derive(Serialize)]
pub(crate) struct Lead {
    /// At most two; the rest stand in the identity of the brief.
    pub corrections: Vec<Correction>,
    pub bluf: Vec<Line>,
    pub decisions: Vec<Decision>,
    pub issues_title: &'static str,
    /// Said where nothing is urgent.
    pub issues_note: Option<&'static str>,
    pub cards: Vec<Card>,
    pub total: String,
    pub total_mark: Option<Mark>,
    /// What stands beside the total.
    pub totals: Vec<String>,
    /// The figures among `totals`, in the same order.
    pub totals_marks: Vec<Option<Mark>>,
    pub tone: Option<Figure>,
    pub tone_note: String,
    pub coverage: Table,
    pub map: Option<Figure>,
    pub map_note: String,
    /// Where the figures are from and until when.
    pub source: String,
    pub confidence_level: String,
    pub confidence: Vec<String>,
}

/// What leadership is asked to decide.
#[derive(Serialize)]
pub(crate) struct Decision {
    pub text: String,
    pub deadline: String,
    pub owner: String,
    pub cost_of_waiting: String,
}

/// How much text one density allows, in characters unless it says otherwise.
pub(crate) struct Limits {
    bluf_lines: usize,
    bluf: usize,
    decision: usize,
    owner: usize,
    cost: usize,
    title: usize,
    /// All summary sentences of an issue together.
    summary: usize,
    facts: usize,
    /// Whether a claim to verify fills the place of a missing third issue.
    watch: bool,
    notes: usize,
    note: usize,
    /// What is new in an issue that was told before; 0 for nothing but that it was.
    news: usize,
    /// Either side of a correction.
    ralat: usize,
}

/// From roomy to tight: what is told behind page one as well gives way first, what is to be decided last. The last
/// fits on one sheet with every text at its limit; a test holds it to that. A line holds about 98 characters of a decision,
/// 70 of a summary; limits between whole lines would cut words and save nothing.
#[rustfmt::skip] // A table reads better than a hundred lines.
pub(crate) const LIMITS: [Limits; 12] = [
    Limits { bluf_lines: 4, bluf: 400, decision: 320, owner: 160, cost: 220, title: 140, summary: 420, facts: 260, watch: true, notes: 6, note: 260, news: 300, ralat: 200 },
    Limits { bluf_lines: 4, bluf: 320, decision: 300, owner: 140, cost: 200, title: 140, summary: 350, facts: 240, watch: true, notes: 5, note: 240, news: 240, ralat: 200 },
    Limits { bluf_lines: 4, bluf: 280, decision: 290, owner: 120, cost: 160, title: 130, summary: 280, facts: 160, watch: true, notes: 4, note: 220, news: 200, ralat: 180 },
    Limits { bluf_lines: 4, bluf: 260, decision: 290, owner: 100, cost: 130, title: 120, summary: 210, facts: 160, watch: true, notes: 4, note: 200, news: 160, ralat: 160 },
    Limits { bluf_lines: 4, bluf: 240, decision: 195, owner: 100, cost: 120, title: 110, summary: 210, facts: 160, watch: true, notes: 4, note: 190, news: 140, ralat: 140 },
    Limits { bluf_lines: 4, bluf: 220, decision: 195, owner: 70, cost: 110, title: 100, summary: 210, facts: 160, watch: true, notes: 4, note: 180, news: 120, ralat: 120 },
    Limits { bluf_lines: 4, bluf: 200, decision: 195, owner: 70, cost: 110, title: 90, summary: 140, facts: 160, watch: true, notes: 4, note: 170, news: 100, ralat: 110 },
    Limits { bluf_lines: 4, bluf: 200, decision: 195, owner: 70, cost: 100, title: 80, summary: 140, facts: 80, watch: true, notes: 4, note: 160, news: 100, ralat: 100 },
    Limits { bluf_lines: 3, bluf: 180, decision: 195, owner: 60, cost: 100, title: 70, summary: 140, facts: 80, watch: true, notes: 3, note: 150, news: 90, ralat: 90 },
    Limits { bluf_lines: 3, bluf: 170, decision: 150, owner: 60, cost: 90, title: 70, summary: 140, facts: 80, watch: true, notes: 3, note: 140, news: 80, ralat: 80 },
    Limits { bluf_lines: 2, bluf: 160, decision: 100, owner: 50, cost: 80, title: 60, summary: 140, facts: 80, watch: false, notes: 2, note: 130, news: 0, ralat: 60 },
    Limits { bluf_lines: 2, bluf: 140, decision: 50, owner: 40, cost: 60, title: 60, summary: 90, facts: 80, watch: false, notes: 2, note: 90, news: 0, ralat: 50 },
];

/// What stands in place of the answer where there is none.
pub(crate) const NOTHING: &str = "Data belum ada: tidak ada isu yang dapat diringkas.";

/// Issues on page one; two ordinary ones where nothing is urgent.
const URGENT_MAX: usize = 3;
const ORDINARY_MAX: usize = 2;

/// Page one at one density.
pub(crate) fn lead(brief: &Brief, known: &References, limits: &Limits) -> Lead {
    let urgent = !brief.alerts.is_empty();
    let (issues, most) = if urgent { (&brief.alerts, URGENT_MAX) } else { (&brief.top_issues, ORDINARY_MAX) };
    let mut cards: Vec<Card> = issues.iter().take(most).map(|issue| card(issue, known, limits)).collect();
    if let Some(item) = brief.watch.first().filter(|_| limits.watch && cards.len() < URGENT_MAX) {
        cards.push(watch(item, known, limits));
    }
    let tables = &brief.numbers.tables;
    let unsure = format!("{} item belum pasti", words::number(tables.unsure));
    Lead {
        corrections: brief
            .corrections
            .iter()
            .take(if limits.watch { 2 } else { 1 })
            .map(|it| Correction::new(it, limits.ralat))
            .collect(),
        bluf: match brief.bluf.as_slice() {
            [] => vec![Line::plain(NOTHING, limits.bluf)],
            lines => lines.iter().take(limits.bluf_lines).map(|line| known.line(line, limits.bluf)).collect(),
        },
        decisions: brief
            .decisions
            .iter()
            .take(3)
            .map(|asked| Decision {
                text: words::cut(&asked.text, limits.decision),
                deadline: words::cut(&asked.deadline, 30),
                owner: words::clause(&asked.owner, limits.owner),
                cost_of_waiting: words::cut(&asked.cost_of_waiting, limits.cost),
            })
            .collect(),
        issues_title: if urgent || issues.is_empty() { "Isu mendesak" } else { "Isu utama" },
        issues_note: (!urgent).then_some("Tidak ada isu merah atau oranye dalam periode ini."),
        cards,
        total: format!("{} item", words::number(tables.total)),
        total_mark: known.mark("total"),
        totals: vec![
            format!("{} {}", known.before, words::previous(tables.previous_total)),
            format!("{} isu", words::number(brief.numbers.issues)),
            format!("{} media", words::number(tables.outlets)),
        ],
        totals_marks: vec![None, known.mark("isu"), known.mark("media")],
        tone: (tables.tone.n() > 0).then(|| Figure {
            title: format!("Nada terhadap pemerintah (n = {})", words::number(tables.tone.n())),
            chart: charts::tone(&tables.tone, &|id| known.mark(id)),
            source: String::new(),
        }),
        tone_note: if tables.tone.n() > 0 {
            format!("{unsure}; tanpa advertorial dan rilis resmi.")
        } else {
            "Nada: data belum ada.".to_owned()
        },
        coverage: coverage(brief, known),
        map: (!brief.numbers.tiles.is_empty()).then(|| Figure {
            title: "Item per kabupaten/kota".to_owned(),
            chart: charts::tiles(&brief.numbers.tiles, &|id| known.mark(id)),
            source: String::new(),
        }),
        map_note: format!(
            "Satu item dapat menyebut beberapa wilayah; {} tanpa wilayah. Makin gelap, makin banyak.",
            words::number(tables.without_place)
        ),
        source: known.source(tables.total),
        confidence_level: words::cut(&brief.confidence.level, 20),
        confidence: data_notes(brief).iter().take(limits.notes).map(|note| words::cut(note, limits.note)).collect(),
    }
}

fn card(issue: &IssueCard, known: &References, limits: &Limits) -> Card {
    // What does not fit whole is left to the section behind; only the first sentence is ever cut.
    let mut used = 0;
    let fits = |line: &Line| {
        used += line.text.chars().count();
        used <= limits.summary
    };
    let lines = issue
        .summary
        .iter()
        .enumerate()
        .map(|(index, statement)| known.line(statement, if index == 0 { limits.summary } else { usize::MAX }));
    let mut card = Card::brief(issue, known, lines.take_while(fits).collect(), limits.title, limits.facts);
    if let (Some(told), Some(source)) = (&mut card.continued, &issue.continued) {
        let first = source.new.first().filter(|_| limits.news > 0);
        told.news = first.map(|line| known.line(line, limits.news)).into_iter().collect();
    }
    card
}

/// A claim in the shape of an issue; its level says what is to be done, never what it is.
fn watch(item: &WatchItem, known: &References, limits: &Limits) -> Card {
    let signals = match item.signals.as_slice() {
        [] => String::new(),
        signals => format!("Sinyal: {}.", signals.join(", ")),
    };
    let statement = Statement { text: signals, refs: item.refs.clone(), ..Statement::default() };
    let mut facts = vec![format!("{} item", words::number(item.count))];
    facts.extend(
        [("konfirmasi: ", &item.ask), ("sampai ", &item.deadline)]
            .into_iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(label, v)| format!("{label}{v}")),
    );
    Card {
        level: Level { key: "verifikasi", word: words::cut(&item.status, 30).to_uppercase(), mark: "■" },
        movement: String::new(),
        title: words::cut(&item.claim, limits.title),
        summary: vec![known.line(&statement, limits.summary)],
        facts: words::joined_within(&facts, limits.facts),
        trend: None,
        details: Vec::new(),
        parts: Vec::new(),
        framing: Vec::new(),
        quotes: Vec::new(),
        continued: None,
        mark: known.mark(&format!("klaim:{}", item.id)),
    }
}

/// Earned, paid, official and citizens' items, never in one figure.
fn coverage(brief: &Brief, known: &References) -> Table {
    let rows = brief.numbers.coverage.iter().map(|row| Row {
        anchor: None,
        cells: vec![
            Cell::text(words::cut(&row.label, 40)),
            known.count(&format!("asal:{}", row.key), row.count),
            Cell::text(words::previous(row.previous)),
        ],
    });
    Table::new("", &[("Asal liputan", 1), ("item", 0), (known.before, 0)], rows.collect())
}

/// What is known of the data's completeness, or at least how many sources were read.
pub(crate) fn data_notes(brief: &Brief) -> Vec<String> {
    let confidence = &brief.confidence;
    match confidence.sentences.as_slice() {
        [] => vec![format!(
            "{} dari {} sumber terbaca.",
            words::number(confidence.received),
            words::number(confidence.expected)
        )],
        sentences => sentences.to_vec(),
    }
}
