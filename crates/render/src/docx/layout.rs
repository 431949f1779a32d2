//! The brief as a document: the leader's page first, then the sections of the paper, block by block.

use super::body::{Body, Column, Count, FIXED, Paragraph, Piece, Target};
use super::package::{About, Numbers, Package};
use super::parts::{self, Part};
use crate::paper::{self, Block, Card, Line, Paper, RefRun};
use crate::{Error, diff, lead, words};
use model::{Brief, BriefKind, Tone};
use std::collections::BTreeSet;

/// Between the margins of an A4 sheet, in twentieths of a point.
const WIDTH: u32 = 9_638;
/// A column of figures.
const FIGURES: u32 = 1_030;
/// A column of a series of figures.
const SERIES: u32 = 1_900;
/// Shares are made for a column that wraps at will; here the narrow ones need room for whole words.
const SHARE_MAX: u8 = 11;
/// The widest column of labels beside figures.
const LABEL: u32 = 4_500;
/// A4 with two centimetres around, and room for header and footer.
const SECTION: &str = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/>\
    <w:headerReference w:type=\"first\" r:id=\"rIdFirst\"/><w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>\
    <w:footerReference w:type=\"first\" r:id=\"rIdFooter\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
    <w:pgMar w:top=\"1247\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"510\" \
    w:gutter=\"0\"/><w:titlePg/></w:sectPr>";

/// Page one says what this part says, word for word; a text that stands twice is one that gets edited once.
const ON_PAGE_ONE: &str = "bluf";

/// Sets a brief whose parts are marked.
pub(super) fn document(brief: &Brief, paper: &Paper, parts: &[Part]) -> Result<Vec<u8>, Error> {
    let public = brief.references.iter().filter(|reference| reference.kind.is_public_voice());
    let citizens = public.filter_map(|reference| paper::web_address(reference.url.as_deref())).collect();
    let mut page = Page { body: Body::default(), brief, parts, citizens };
    page.first(paper);
    for section in &paper.sections {
        page.section(section);
    }
    let (document, links, lists) = page.body.finish();
    let header = &brief.header;
    Package {
        document: format!("<w:body>{document}{SECTION}</w:body>"),
        styles: include_str!("../../templates/docx/styles-brief.xml"),
        headers: [running_head(brief, paper), first_head(brief)],
        footer: foot(brief),
        links,
        lists,
        numbers: Numbers::Digits,
        about: About {
            title: format!("{}, {}", header.title, header.date_words),
            creator: header.office.clone(),
            at: header.window.to,
            brief: super::brief_name(brief),
        },
    }
    .pack()
}

/// What says on every page that nobody answers for it yet, or that its figures are invented.
fn warnings(brief: &Brief) -> String {
    let mut said = Vec::new();
    if !brief.header.state.is_final() {
        said.push(brief.header.state.label().to_owned());
    } else if brief.header.status != "FINAL" {
        said.push(brief.header.status.clone());
    }
    said.extend(brief.header.fictional.then(|| "Data contoh (fiktif)".to_owned()));
    said.join(" · ")
}

fn first_head(brief: &Brief) -> String {
    let warnings = warnings(brief);
    let pieces =
        vec![Piece::Text("", brief.header.classification.clone()), Piece::Tab, Piece::Text("PesutDraf", warnings)];
    one(&Paragraph::new("Header", pieces))
}

fn running_head(brief: &Brief, paper: &Paper) -> String {
    let what = format!("{} · {}", paper.head.title, paper.head.date);
    let pieces = vec![Piece::Text("", what), Piece::Tab, Piece::Text("PesutDraf", warnings(brief))];
    one(&Paragraph::new("Header", pieces))
}

fn foot(brief: &Brief) -> String {
    let pieces = vec![
        Piece::Text("", words::cut(&brief.header.office, 70)),
        Piece::Tab,
        Piece::Text("", "halaman ".to_owned()),
        Piece::Page(Count::This),
        Piece::Text("", " dari ".to_owned()),
        Piece::Page(Count::All),
    ];
    one(&Paragraph::new("Footer", pieces))
}

fn one(paragraph: &Paragraph) -> String {
    let mut body = Body::default();
    body.add(paragraph);
    body.finish().0
}

struct Page<'a> {
    body: Body,
    brief: &'a Brief,
    parts: &'a [Part],
    /// Addresses of what citizens wrote.
    citizens: BTreeSet<String>,
}

impl Page<'_> {
    /// The answer, the decisions, the urgent issues, the figures, and how far to trust them.
    fn first(&mut self, paper: &Paper) {
        let (head, header) = (&paper.head, &self.brief.header);
        let office = words::joined(&[head.government.clone(), head.office.clone()]);
        self.body.add(&Paragraph::text("Kop", office));
        if !head.letterhead.is_empty() {
            self.body.add(&Paragraph::text("Kop", head.letterhead.clone()));
        }
        self.body.add(&Paragraph::text("Title", head.title.clone()));
        let about = [
            head.date.clone(),
            format!("data s.d. {}", head.cut_off),
            format!("No. {}", head.number),
            if header.state.is_final() { head.status.clone() } else { "konsep untuk disunting".to_owned() },
        ];
        self.body.add(&Paragraph::text("Subtitle", words::joined(&about)));
        for correction in &paper.corrections {
            let said = format!("Tertulis: “{}”. Seharusnya: “{}”. ", correction.wrong, correction.right);
            let pieces = vec![
                Piece::Text("PesutTebal", "RALAT ".to_owned()),
                Piece::Text("", parts::plain(&said)),
                Piece::Text("PesutLunak", correction.about.clone()),
            ];
            self.body.add(&Paragraph::new("Normal", pieces));
        }
        let answers = paper.leads.first().map_or(&[][..], |lead| lead.bluf.as_slice());
        for (index, line) in answers.iter().enumerate() {
            let answer = Paragraph::new("Jawaban", self.line(line));
            if index == 0 { self.body.add_anchored(&answer, "jawaban") } else { self.body.add(&answer) }
        }
        self.decisions();
        if let Some(lead) = paper.leads.first() {
            self.urgent(lead);
            self.figures(lead);
            let level = format!("Keyakinan data: {}. ", lead.confidence_level);
            let mut pieces = vec![Piece::Text("PesutTebal", level)];
            for note in lead::data_notes(self.brief) {
                pieces.extend(parts::pieces(&note, self.parts, FIXED));
                self.body.add(&Paragraph::new("Kecil", std::mem::take(&mut pieces)));
            }
        }
    }

    fn decisions(&mut self) {
        if self.brief.decisions.is_empty() {
            return;
        }
        self.body.add(&Paragraph::text("Caption", "Perlu keputusan Bapak/Ibu"));
        let cell = |text: &str| vec![Paragraph::new("IsiTabel", parts::pieces(text, self.parts, FIXED))];
        let rows: Vec<_> = self
            .brief
            .decisions
            .iter()
            .zip(1..)
            .map(|(asked, number)| {
                let number = vec![Paragraph::text("IsiTabel", format!("{number}."))];
                let texts = [&asked.text, &asked.deadline, &asked.owner, &asked.cost_of_waiting];
                std::iter::once(number).chain(texts.map(|text| cell(text))).collect()
            })
            .collect();
        let columns =
            [("", 380), ("Keputusan", 3_758), ("Tenggat", 1_000), ("Pelaksana", 2_250), ("Bila ditunda", 2_250)];
        let columns = columns.map(|(label, width)| Column { label, width, figures: false });
        self.table(&columns, &rows);
    }

    /// One line an issue, leading to the part where it can be changed.
    fn urgent(&mut self, lead: &lead::Lead) {
        self.body.add(&Paragraph::text("Caption", lead.issues_title));
        if let Some(note) = lead.issues_note {
            self.body.add(&Paragraph::text("Kecil", note));
        }
        let (section, issues) = match self.brief.alerts.as_slice() {
            [] => ("top_issues", &self.brief.top_issues),
            _ => ("alerts", &self.brief.alerts),
        };
        let rows: Vec<_> = issues
            .iter()
            .zip(0..)
            .take(3)
            .map(|(issue, index)| {
                let level = format!("{} {}", issue.risk.mark(), words::level(issue.risk));
                let title = Piece::Link("", parts::plain(&issue.title), Target::Inside(anchor(section, index)));
                let count = format!("{} item, {}", words::number(issue.count), words::coverage(&issue.coverage));
                let about = parts::plain(&words::joined(&[issue.movement.clone(), count]));
                vec![
                    vec![Paragraph::new("IsiTabel", vec![Piece::Text(level_style(issue.risk.as_str()), level)])],
                    vec![
                        Paragraph::new("IsiTabel", vec![title]),
                        Paragraph::new("IsiTabel", vec![Piece::Text("PesutLunak", about)]),
                    ],
                ]
            })
            .collect();
        if !rows.is_empty() {
            let columns = [("Tingkat", 1_500), ("Isu", WIDTH - 1_500)];
            self.table(&columns.map(|(label, width)| Column { label, width, figures: false }), &rows);
        }
        // A claim is told apart from issues: what it is, nobody has decided yet.
        if !self.brief.watch.is_empty() {
            let pieces = vec![
                Piece::Text("PesutVerifikasi", "■ KLAIM: ".to_owned()),
                Piece::Text("", format!("{}; rincian pada bagian ", crate::naskah::claims(self.brief))),
                Piece::Link("", "Isu perlu verifikasi".to_owned(), Target::Inside("bagian_watch".to_owned())),
                Piece::Text("", ".".to_owned()),
            ];
            self.body.add(&Paragraph::new("Kecil", pieces));
        }
    }

    /// Tone of what was earned or said by citizens, and who made or paid for the rest.
    fn figures(&mut self, lead: &lead::Lead) {
        let totals = words::joined(&[vec![lead.total.clone()], lead.totals.clone()].concat());
        self.body.add(&Paragraph::text("Caption", format!("Angka periode ini: {totals}")));
        self.coverage_table(self.before());
        let tone = &self.brief.numbers.tables.tone;
        if tone.n() > 0 {
            let tones = words::tones(tone).replace("\u{a0}· ", ", ");
            self.body.add(&Paragraph::text("Kecil", format!("Nada liputan mandiri dan warga: {tones}.")));
        }
        self.body.add(&Paragraph::text("Kecil", lead.tone_note.clone()));
    }

    /// The table that says everything at once: origin, count, the day before, tone.
    fn coverage_table(&mut self, before: &str) {
        let (numbers, tables) = (&self.brief.numbers, &self.brief.numbers.tables);
        let rows: Vec<_> = numbers
            .coverage
            .iter()
            .map(|line| {
                let tone = match line.key.as_str() {
                    "advertorial" => tables.tone_advertorial,
                    "official" => tables.tone_official,
                    _ => line.tone,
                };
                let mut cells = vec![vec![Paragraph::text("IsiTabel", line.label.clone())]];
                let counts = [words::number(line.count), words::previous(line.previous)];
                let tones = Tone::ALL.map(|t| words::number(tone.get(t)));
                let n = words::number(tone.n());
                let figures = counts.into_iter().chain(tones).chain([n]);
                cells.extend(figures.map(|text| vec![Paragraph::text("AngkaTabel", text)]));
                cells
            })
            .collect();
        let figures = ["item", before, "positif", "netral", "berpotensi negatif", "negatif", "n nada"];
        let widths = [800, 950, 850, 850, 1_150, 900, 850];
        let mut columns =
            vec![Column { label: "Asal liputan", width: WIDTH - widths.iter().sum::<u32>(), figures: false }];
        columns.extend(figures.iter().zip(widths).map(|(label, width)| Column { label, width, figures: true }));
        if !rows.is_empty() {
            self.table(&columns, &rows);
        }
    }

    /// What the window before is called.
    fn before(&self) -> &'static str {
        if self.brief.header.kind == BriefKind::Harian { "kemarin" } else { "sebelumnya" }
    }

    fn section(&mut self, section: &paper::Section) {
        // Page one stands alone.
        let style = if section.number == 1 { "JudulAwal" } else { "Heading1" };
        let heading = Paragraph::text(style, format!("{} {}", section.number, section.title));
        self.body.add_anchored(&heading, &format!("bagian_{}", section.id));
        if section.id == ON_PAGE_ONE {
            let first = Piece::Link("", "halaman pertama".to_owned(), Target::Inside("jawaban".to_owned()));
            let said = "Ringkasan dan keputusan yang diminta ada pada ".to_owned();
            let pieces = vec![Piece::Text("", said), first, Piece::Text("", ".".to_owned())];
            return self.body.add(&Paragraph::new("Normal", pieces));
        }
        let mut cards = 0;
        for block in &section.blocks {
            match block {
                Block::Lines { label, items } => self.lines(label.as_deref(), items),
                Block::Card(card) => {
                    self.card(card, &anchor(section.id, cards));
                    cards += 1;
                }
                Block::Pairs { items } => self.pairs(items),
                Block::Table(table) => self.paper_table(table),
                Block::Tables { items } => items.iter().for_each(|table| self.paper_table(table)),
                Block::Figures { .. } if section.id == "numbers" => self.number_tables(),
                Block::Figures { items } => self.pictures(items),
                Block::Title { level, text } => {
                    self.level(&level.word, level.mark, level.key, "");
                    self.body.add(&Paragraph::new("Heading2", parts::pieces(text, self.parts, FIXED)));
                }
                Block::Note { text } => self.body.add(&Paragraph::text("Normal", *text)),
                Block::Questions { items } => items.iter().for_each(|item| self.question(item)),
                Block::Diffs { items } => items.iter().for_each(|item| self.diff(item)),
                Block::Signature(signature) => self.signature(signature),
            }
        }
    }

    fn question(&mut self, item: &paper::Question) {
        let mut question = parts::pieces(&item.question, self.parts, FIXED);
        if !item.asked.is_empty() {
            question.push(Piece::Text("PesutLunak", format!(" ({})", item.asked)));
        }
        self.body.add(&Paragraph::new("Tanya", question));
        let mut answer = self.line(&item.answer);
        if item.missing {
            answer.insert(0, Piece::Text("PesutLabel", "Data belum ada  ".to_owned()));
        }
        self.body.add(&Paragraph::new("Normal", answer));
    }

    /// What stood there and what stands there now, one below the other: a word processor has its own way of marking.
    fn diff(&mut self, item: &paper::Diff) {
        self.body.add(&Paragraph::text("Label", item.label.clone()));
        self.body.add(&Paragraph::text("Kecil", item.about.clone()));
        let side = |other: fn(&diff::Part) -> bool| {
            item.parts.iter().filter(|part| !other(part)).map(|part| part.text.trim()).collect::<Vec<_>>().join(" ")
        };
        let (before, after) = (side(diff::Part::is_new), side(diff::Part::is_gone));
        self.body.add(&Paragraph::text("Normal", format!("Semula: {before}")));
        self.body.add(&Paragraph::text("Normal", format!("Menjadi: {after}")));
    }

    fn signature(&mut self, signature: &paper::Signature) {
        let lines = [&signature.place, &signature.position, &signature.name];
        for line in lines.into_iter().chain(&signature.lines).filter(|line| !line.is_empty()) {
            self.body.add(&Paragraph::text("Tanda", line.clone()));
        }
    }

    fn level(&mut self, word: &str, mark: &str, key: &str, movement: &str) {
        let mut pieces = vec![Piece::Text(level_style(key), format!("{mark} {word}"))];
        if !movement.is_empty() {
            pieces.push(Piece::Text("", format!(" · {movement}")));
        }
        self.body.add(&Paragraph::new("Tingkat", pieces));
    }

    fn card(&mut self, card: &Card, anchor: &str) {
        self.level(&card.level.word, card.level.mark, card.level.key, &card.movement);
        let title = Paragraph::new("Heading2", parts::pieces(&card.title, self.parts, FIXED));
        self.body.add_anchored(&title, anchor);
        for line in &card.summary {
            let pieces = self.line(line);
            self.body.add(&Paragraph::new("Normal", pieces));
        }
        if let Some(continued) = &card.continued {
            let told = vec![
                Piece::Text("PesutLabel", "Lanjutan  ".to_owned()),
                Piece::Text("PesutLunak", parts::plain(&continued.words)),
            ];
            self.body.add(&Paragraph::new("Normal", told));
            self.lines(None, &continued.news);
        }
        if !card.facts.is_empty() {
            self.body.add(&Paragraph::text("Kecil", card.facts.clone()));
        }
        let mut details = card.details.clone();
        // A picture cannot be edited; its figures can be read.
        details.extend(card.trend.as_ref().map(|trend| ("Tren".to_owned(), trend.alt.clone())));
        self.pairs(&details);
        self.lines(Some("Pembingkaian"), &card.framing);
        self.lines(Some("Kutipan"), &card.quotes);
    }

    fn lines(&mut self, label: Option<&str>, items: &[Line]) {
        if items.is_empty() {
            return;
        }
        if let Some(label) = label {
            self.body.add(&Paragraph::text("Label", label));
        }
        if items.iter().any(|line| line.tag.is_some()) {
            return self.tagged(items);
        }
        let items: Vec<_> = items.iter().map(|line| self.line(line)).collect();
        // Steps have an order; everything else is read one by one.
        if label.is_some_and(|label| label.starts_with("Langkah") || label.starts_with("Tiga pesan")) {
            return self.body.add_numbered(&items);
        }
        for pieces in items {
            self.body.add(&Paragraph::new("ListBullet", pieces));
        }
    }

    /// What each line is stands in a column of its own, where nobody who edits the text runs into it.
    fn tagged(&mut self, items: &[Line]) {
        let rows: Vec<_> = items
            .iter()
            .map(|line| {
                let tag = vec![Piece::Text("PesutLabel", line.tag.unwrap_or_default().to_owned())];
                let text = self.line(&Line { tag: None, ..line.clone() });
                vec![vec![Paragraph::new("Baris", tag)], vec![Paragraph::new("Baris", text)]]
            })
            .collect();
        let columns = [1_850, WIDTH - 1_850].map(|width| Column { label: "", width, figures: false });
        self.table(&columns, &rows);
    }

    fn line(&self, line: &Line) -> Vec<Piece> {
        let tag = line.tag.map(|tag| Piece::Text("PesutLabel", format!("{tag}  ")));
        let text = parts::pieces(&line.text, self.parts, FIXED);
        tag.into_iter().chain(text).chain(runs(&line.refs)).collect()
    }

    fn pairs(&mut self, items: &[(String, String)]) {
        let cell = |style, text: &str| vec![Paragraph::new("IsiTabel", parts::pieces(text, self.parts, style))];
        let rows: Vec<_> =
            items.iter().map(|(label, value)| vec![cell("PesutLunak", label), cell(FIXED, value)]).collect();
        let columns = [2_100, WIDTH - 2_100].map(|width| Column { label: "", width, figures: false });
        if !rows.is_empty() {
            self.table(&columns, &rows);
        }
    }

    fn paper_table(&mut self, table: &paper::Table) {
        if !table.caption.is_empty() {
            self.body.add(&Paragraph::text("Caption", parts::plain(&table.caption)));
        }
        let columns = columns(table);
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                let cells = row.cells.iter().zip(&columns).map(|(cell, column)| self.cell(cell, column.figures));
                (row.anchor.map(|number| format!("kliping_{number}")), cells.collect())
            })
            .collect();
        self.body.add_anchored_table(&columns, &rows);
        self.body.add(&Paragraph::text("Jeda", ""));
    }

    fn cell(&self, cell: &paper::Cell, figures: bool) -> Vec<Paragraph> {
        // A citizen's address names the citizen; the clipping itself is enough.
        let citizen = |href: &String| self.citizens.contains(href.as_str());
        let mut pieces = match cell.href.as_ref().filter(|href| !citizen(href)) {
            Some(href) => vec![Piece::Link("Hyperlink", parts::plain(&cell.text), Target::Web(href.clone()))],
            None => parts::pieces(&cell.text, self.parts, FIXED),
        };
        // A picture cannot be edited; its figures can be read.
        pieces.extend(cell.spark.as_ref().map(|spark| {
            let values = spark.alt.rsplit_once(": ").map_or(spark.alt.as_str(), |(_, values)| values);
            Piece::Text("PesutLunak", parts::plain(values))
        }));
        pieces.extend(runs(&cell.refs));
        let mut paragraphs = vec![Paragraph::new(if figures { "AngkaTabel" } else { "IsiTabel" }, pieces)];
        if !cell.note.is_empty() {
            paragraphs.push(Paragraph::new("IsiTabel", parts::pieces(&cell.note, self.parts, "PesutLunak")));
        }
        paragraphs
    }

    /// Pictures as the figures they show: every word processor has those, and they can be corrected.
    fn pictures(&mut self, items: &[paper::Figure]) {
        for figure in items {
            self.body.add(&Paragraph::text("Label", figure.title.clone()));
            self.body.add(&Paragraph::text("Normal", parts::plain(&figure.chart.alt)));
            if !figure.source.is_empty() {
                self.body.add(&Paragraph::text("Kecil", parts::plain(&figure.source)));
            }
        }
    }

    /// What the pictures of this section are drawn from.
    fn number_tables(&mut self) {
        let numbers = &self.brief.numbers;
        let tables = &numbers.tables;
        let tones = [
            ("Liputan mandiri dan warga", tables.tone),
            ("Advertorial", tables.tone_advertorial),
            ("Rilis resmi", tables.tone_official),
        ];
        let rows = tones.map(|(who, tone)| (who.to_owned(), tone_cells(&tone, true)));
        self.count_table("Nada terhadap pemerintah", "Asal", &TONE_LABELS, &rows);
        let days: Vec<_> = tables
            .days
            .iter()
            .map(|day| {
                (words::day(day.date), [vec![words::previous(day.total)], tone_cells(&day.tone, false)].concat())
            })
            .collect();
        self.count_table("Item per hari dan nadanya", "Hari", &DAY_LABELS, &days);
        let labelled = |line: &model::LabelledRow| {
            let counts = vec![words::number(line.count), words::previous(line.previous)];
            (line.label.clone(), [counts, tone_cells(&line.tone, false)].concat())
        };
        let topic_labels = ["item", self.before(), "positif", "netral", "berpotensi negatif", "negatif"];
        let topics: Vec<_> = numbers.topics.iter().map(labelled).collect();
        let caption = format!(
            "Topik terbanyak (n = {} item; satu item dapat memuat beberapa topik)",
            words::number(tables.total)
        );
        self.count_table(&caption, "Topik", &topic_labels, &topics);
        let tiles: Vec<_> =
            numbers.tiles.iter().map(|tile| (tile.name.clone(), vec![words::previous(tile.count)])).collect();
        let caption = format!("Item per kabupaten/kota ({} tanpa wilayah)", words::number(tables.without_place));
        self.count_table(&caption, "Kabupaten/kota", &["item"], &tiles);
    }

    /// A table of one label and figures.
    fn count_table(&mut self, caption: &str, label: &str, figures: &[&str], rows: &[(String, Vec<String>)]) {
        if rows.is_empty() {
            return;
        }
        self.body.add(&Paragraph::text("Caption", caption));
        let taken = FIGURES * u32::try_from(figures.len()).unwrap_or(0);
        let mut columns = vec![Column { label, width: WIDTH.saturating_sub(taken).min(LABEL), figures: false }];
        columns.extend(figures.iter().map(|label| Column { label, width: FIGURES, figures: true }));
        let rows: Vec<_> = rows
            .iter()
            .map(|(label, figures)| {
                let figures = figures.iter().map(|figure| vec![Paragraph::text("AngkaTabel", figure.clone())]);
                std::iter::once(vec![Paragraph::text("IsiTabel", label.clone())]).chain(figures).collect()
            })
            .collect();
        self.table(&columns, &rows);
    }

    fn table(&mut self, columns: &[Column<'_>], rows: &[Vec<Vec<Paragraph>>]) {
        self.body.add_table(columns, rows);
        // Two tables without a paragraph between them become one.
        self.body.add(&Paragraph::text("Jeda", ""));
    }
}

const TONE_LABELS: [&str; 5] = ["positif", "netral", "berpotensi negatif", "negatif", "n"];
const DAY_LABELS: [&str; 5] = ["item", "positif", "netral", "berpotensi negatif", "negatif"];

/// Counts by tone, with n where it is wanted.
fn tone_cells(tone: &model::ToneCount, n: bool) -> Vec<String> {
    let counts = Tone::ALL.map(|t| words::number(tone.get(t))).into_iter();
    counts.chain(n.then(|| words::number(tone.n()))).collect()
}

fn anchor(section: &str, index: usize) -> String {
    format!("isu_{section}_{index}")
}

/// Columns of a table with their widths: figures as wide as they are, words by their shares of the rest.
fn columns(table: &paper::Table) -> Vec<Column<'_>> {
    let share = |column: &paper::Column| u32::from(column.share.min(SHARE_MAX));
    let has_spark = |index: usize| table.rows.iter().any(|row| row.cells.get(index).is_some_and(|c| c.spark.is_some()));
    let figures = |index: usize, column: &paper::Column| match column.label.split(' ').map(str::len).max() {
        _ if has_spark(index) => SERIES,
        Some(10..) => FIGURES + 170,
        Some(4..) => FIGURES,
        _ => FIGURES / 2,
    };
    let shares: u32 = table.columns.iter().map(share).sum();
    let of_figures = table.columns.iter().enumerate().filter(|(_, column)| column.share == 0);
    let taken: u32 = of_figures.map(|(index, column)| figures(index, column)).sum();
    // A figure far from its label is read with a finger.
    let most = if table.columns.iter().filter(|column| column.share > 0).count() == 1 { LABEL } else { WIDTH };
    let room = WIDTH.saturating_sub(taken).min(most);
    let mut columns = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let width = if column.share == 0 { figures(index, column) } else { room * share(column) / shares.max(1) };
        columns.push(Column { label: column.label, width, figures: column.share == 0 });
    }
    columns
}

/// The character style of a level or of a claim.
fn level_style(key: &str) -> &'static str {
    match key {
        "merah" => "PesutMerah",
        "oranye" => "PesutOranye",
        "kuning" => "PesutKuning",
        "hijau" => "PesutHijau",
        "verifikasi" => "PesutVerifikasi",
        _ => "PesutTebal",
    }
}

/// Numbers of clippings, leading to them.
fn runs(refs: &[RefRun]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, run) in refs.iter().enumerate() {
        let text = format!("{}{}", if index == 0 { " " } else { ", " }, run.label);
        pieces.push(match run.to {
            Some(to) => Piece::Link("PesutRujukan", text, Target::Inside(format!("kliping_{to}"))),
            None => Piece::Text("PesutRujukan", text),
        });
    }
    pieces
}
