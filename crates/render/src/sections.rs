//! The fifteen parts behind page one, in the order that the office prescribes.
//!
//! A part without data stays and says so: silence would read as "nothing happened".

use crate::charts;
use crate::lead::NOTHING;
use crate::paper::{Block, Card, Cell, Figure, Level, Line, References, Row, Section, Table};
use crate::words::{self, cut, number, previous};
use model::{Brief, Fault, IssueCard, QuoteLine, Recommendation, SourceKind, Tone, ToneCount};
use std::collections::BTreeSet;

/// The longest a text may be, by where it stands; the world sends longer ones.
const SENTENCE: usize = 600;
const TITLE: usize = 200;
const NAME: usize = 90;

type Build = fn(&Brief, &References) -> Vec<Block>;

/// Identifier, title and contents of every part; the identifier is also the address inside the page.
const SECTIONS: [(&str, &str, Build); 15] = [
    ("header", "Identitas", header),
    ("bluf", "Ringkasan eksekutif", bluf),
    ("alerts", "Isu mendesak", alerts),
    ("numbers", "Angka ringkas", numbers),
    ("top_issues", "Isu utama", top_issues),
    ("sources", "Media dan kanal", sources),
    ("narasumber", "Narasumber", speakers),
    ("watch", "Isu perlu verifikasi", watch),
    ("aspirations", "Aspirasi dan aduan", aspirations),
    ("positive", "Peluang informasi positif", positive),
    ("analysis", "Analisis", analysis),
    ("recommendation", "Rekomendasi", recommendations),
    ("followup", "Tindak lanjut kemarin", followup),
    ("method", "Metode dan keterbatasan", method),
    ("appendix", "Lampiran kliping", appendix),
];

/// All parts, numbered.
pub(crate) fn sections(brief: &Brief, known: &References) -> Vec<Section> {
    SECTIONS
        .into_iter()
        .zip(1..)
        .map(|((id, title, build), number)| Section { number, id, title, blocks: build(brief, known) })
        .collect()
}

fn header(brief: &Brief, _: &References) -> Vec<Block> {
    let header = &brief.header;
    vec![pairs([
        ("Instansi", words::joined(&[header.government.clone(), header.office.clone()])),
        ("Nomor", header.number.to_string()),
        ("Hari, tanggal", header.date_words.clone()),
        ("Periode data", header.period_words.clone()),
        ("Batas data", header.cut_off_words.clone()),
        ("Penyusun", header.prepared_by.clone()),
        ("Status", header.status.clone()),
        ("Klasifikasi", header.classification.clone()),
    ])]
}

fn bluf(brief: &Brief, known: &References) -> Vec<Block> {
    let mut blocks = Vec::new();
    lines(&mut blocks, None, brief.bluf.iter().map(|line| known.marked(line, SENTENCE)).collect());
    let rows = brief.decisions.iter().map(|asked| {
        row([&asked.text, &asked.deadline, &asked.owner, &asked.cost_of_waiting]
            .map(|text| Cell::text(cut(text, SENTENCE))))
    });
    let columns = [("Keputusan", 5), ("Tenggat", 2), ("Pelaksana", 3), ("Bila ditunda", 4)];
    table(&mut blocks, "Keputusan yang diminta", &columns, rows.collect());
    or_note(blocks, NOTHING)
}

fn alerts(brief: &Brief, known: &References) -> Vec<Block> {
    let cards = brief.alerts.iter().map(|issue| Block::Card(Box::new(full_card(issue, known)))).collect();
    or_note(cards, "Tidak ada isu merah atau oranye dalam periode ini.")
}

fn top_issues(brief: &Brief, known: &References) -> Vec<Block> {
    let cards = brief.top_issues.iter().map(|issue| Block::Card(Box::new(full_card(issue, known)))).collect();
    or_note(cards, "Data belum ada: tidak ada isu dalam periode ini.")
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
        ..Card::brief(issue, summary, TITLE, SENTENCE)
    }
}

fn quotation(quote: &QuoteLine, known: &References) -> Line {
    let words = cut(quote.text.trim_matches(['"', '“', '”']), SENTENCE);
    Line { tag: None, text: format!("“{words}” – {}", cut(&quote.speaker, NAME)), refs: known.runs(&quote.refs) }
}

fn numbers(brief: &Brief, known: &References) -> Vec<Block> {
    let numbers = &brief.numbers;
    let tables = &numbers.tables;
    let mut blocks = Vec::new();
    lines(&mut blocks, None, numbers.sentences.iter().map(|line| known.line(line, SENTENCE)).collect());
    let days: Vec<_> = tables.days.iter().map(|day| model::DayCount { date: day.date, count: day.total }).collect();
    let tone = |who: &str, count: &ToneCount| {
        (count.n() > 0)
            .then(|| Figure { title: format!("Nada {who} (n = {})", number(count.n())), chart: charts::tone(count) })
    };
    let figures = [
        tone("liputan mandiri dan warga", &tables.tone),
        (days.len() > 1)
            .then(|| Figure { title: "Item per hari".to_owned(), chart: charts::trend(&days, None, charts::WIDE) }),
        tone("advertorial", &tables.tone_advertorial),
        tone("rilis resmi", &tables.tone_official),
        (!numbers.topics.is_empty()).then(|| Figure {
            title: format!("Topik terbanyak (n = {} item)", number(tables.total)),
            chart: charts::bars("Topik terbanyak", &numbers.topics),
        }),
        (!numbers.tiles.is_empty()).then(|| Figure {
            title: format!("Item per kabupaten/kota ({} tanpa wilayah)", number(tables.without_place)),
            chart: charts::tiles(&numbers.tiles),
        }),
    ];
    let items: Vec<Figure> = figures.into_iter().flatten().collect();
    if !items.is_empty() {
        blocks.push(Block::Figures { items });
    }
    let columns = [
        ("Asal liputan", 1),
        ("item", 0),
        ("kemarin", 0),
        ("positif", 0),
        ("netral", 0),
        ("berpotensi negatif", 0),
        ("negatif", 0),
    ];
    let rows = numbers.coverage.iter().map(|line| {
        // A row's own tone covers earned and citizens' items only; the other two are counted apart.
        let tone = match line.key.as_str() {
            "advertorial" => tables.tone_advertorial,
            "official" => tables.tone_official,
            _ => line.tone,
        };
        let counts = Tone::ALL.map(|key| number(tone.get(key)));
        let cells = [cut(&line.label, NAME), number(line.count), previous(line.previous)].into_iter().chain(counts);
        row(cells.map(Cell::text))
    });
    table(&mut blocks, "Asal liputan dan nadanya", &columns, rows.collect());
    let kinds = tables.kinds.iter().map(|line| {
        let label =
            line.key.parse::<SourceKind>().map_or_else(|_| cut(&line.key, NAME), |kind| kind.label().to_owned());
        row([label, number(line.count), previous(line.previous)].map(Cell::text))
    });
    if tables.total > 0 {
        let apart = [
            ("Nada belum pasti", tables.unsure),
            ("Perlu diperiksa petugas", tables.needs_verification),
            ("Salinan (dihitung sekali per cerita)", numbers.copies),
            ("Tanpa tanggal (dihitung pada hari diterima)", tables.undated),
            ("Terbit sebelum periode (tidak dihitung)", tables.late),
            ("Spam (tidak dihitung)", tables.spam),
        ];
        let rows = apart.map(|(label, count)| row([label.to_owned(), number(count)].map(Cell::text)));
        blocks.push(Block::Tables {
            items: vec![
                Table::new("Jenis sumber", &[("Jenis", 1), ("item", 0), ("kemarin", 0)], kinds.collect()),
                Table::new("Yang perlu diketahui tentang angka ini", &[("Keadaan", 1), ("item", 0)], rows.into()),
            ],
        });
    }
    or_note(blocks, "Data belum ada.")
}

fn sources(brief: &Brief, _: &References) -> Vec<Block> {
    let columns = [
        ("Media atau kanal", 4),
        ("Jenis", 3),
        ("Catatan registri", 4),
        ("item", 0),
        ("advertorial", 0),
        ("negatif", 0),
    ];
    let rows = brief.sources.iter().map(|line| {
        row([
            Cell::text(cut(&line.name, NAME)),
            Cell::text(line.kind.label()),
            Cell::text(cut(&line.registry, NAME)),
            Cell::text(number(line.count)),
            Cell::text(number(line.advertorial)),
            Cell::text(number(line.tone.negatif + line.tone.berpotensi_negatif)),
        ])
    });
    let mut blocks = Vec::new();
    table(&mut blocks, "Item per media dan kanal; negatif mencakup berpotensi negatif", &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada media atau kanal yang memuat dalam periode ini.")
}

fn speakers(brief: &Brief, known: &References) -> Vec<Block> {
    let rows = brief.speakers.iter().map(|line| {
        row([
            Cell { text: cut(&line.name, NAME), note: cut(&line.role, NAME), ..Cell::default() },
            Cell { text: cut(&line.example, 300), refs: known.runs(&line.refs), ..Cell::default() },
            Cell::text(number(line.quotes)),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Nama dan jabatan", 3), ("Contoh pernyataan", 6), ("kutipan", 0)];
    table(&mut blocks, "Pejabat dan institusi yang dikutip", &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada pejabat atau institusi yang dikutip.")
}

fn watch(brief: &Brief, known: &References) -> Vec<Block> {
    let mut blocks = Vec::new();
    for item in &brief.watch {
        let level = Level { key: "verifikasi", word: cut(&item.status, 30).to_uppercase(), mark: "■" };
        blocks.push(Block::Title { level, text: cut(&item.claim, 300) });
        let mut about = Vec::new();
        if !item.signals.is_empty() {
            about.push(Line::plain(&format!("Sinyal: {}.", item.signals.join("; ")), SENTENCE));
        }
        about.push(Line {
            refs: known.runs(&item.refs),
            ..Line::plain(&format!("Dimuat {} item.", number(item.count)), SENTENCE)
        });
        about.extend(item.related_factcheck.as_ref().map(|line| known.line(line, SENTENCE)));
        about.extend(item.steps.iter().map(|step| Line::plain(step, SENTENCE)));
        lines(&mut blocks, None, about);
        blocks.push(pairs([("Dimintai konfirmasi", item.ask.clone()), ("Sampai", item.deadline.clone())]));
    }
    or_note(blocks, "Tidak ada klaim yang perlu diverifikasi di antara item yang terbaca.")
}

fn aspirations(brief: &Brief, known: &References) -> Vec<Block> {
    let rows = brief.aspirations.iter().map(|line| {
        let example = line.example.as_ref().map(|example| known.line(example, 300));
        row([
            Cell::text(cut(&line.theme, NAME)),
            example
                .map_or_else(|| Cell::text("–"), |line| Cell { text: line.text, refs: line.refs, ..Cell::default() }),
            Cell::text(cut(&line.agency, NAME)),
            Cell::text(number(line.count)),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Tema", 3), ("Contoh (nama disamarkan)", 6), ("Perangkat daerah", 3), ("aduan", 0)];
    table(&mut blocks, "Aduan dan aspirasi warga menurut tema", &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada aduan atau aspirasi yang terbaca.")
}

fn positive(brief: &Brief, known: &References) -> Vec<Block> {
    let rows = brief.positive.iter().map(|line| {
        row([
            Cell { text: cut(&line.text, 300), refs: known.runs(&line.refs), ..Cell::default() },
            Cell::text(cut(&line.evidence, TITLE)),
            Cell::text(words::coverage(&line.coverage)),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Informasi", 6), ("Bukti", 3), ("Asal", 3)];
    table(&mut blocks, "Informasi positif dan kecukupan buktinya", &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada informasi positif yang terbaca.")
}

fn analysis(brief: &Brief, known: &References) -> Vec<Block> {
    let mut blocks = Vec::new();
    lines(&mut blocks, None, brief.analysis.iter().map(|line| known.marked(line, SENTENCE)).collect());
    or_note(blocks, "Data belum ada.")
}

fn recommendations(brief: &Brief, known: &References) -> Vec<Block> {
    let blocks = brief.recommendations.iter().flat_map(|advice| recommendation(advice, known)).collect();
    or_note(blocks, "Tidak ada rekomendasi: tidak ada isu yang memerlukannya dalam periode ini.")
}

fn recommendation(advice: &Recommendation, known: &References) -> Vec<Block> {
    let mut blocks = vec![Block::Title { level: Level::of(advice.risk), text: cut(&advice.title, TITLE) }];
    let options = advice.options.iter().map(|option| Line {
        tag: Some(match (option.recommended, option.rejected) {
            (true, _) => "Disarankan",
            (false, true) => "Tidak disarankan",
            (false, false) => "Pilihan",
        }),
        ..Line::plain(&format!("{}: {}", option.name, option.reason), SENTENCE)
    });
    lines(&mut blocks, None, options.collect());
    let plain = |texts: &[String]| texts.iter().map(|text| Line::plain(text, SENTENCE)).collect();
    // The steps of the other options would bury those of the recommended one.
    let steps = advice.options.first().map_or(&[][..], |option| option.steps.as_slice());
    lines(&mut blocks, Some("Langkah yang disarankan"), plain(steps));
    lines(&mut blocks, Some("Tiga pesan kunci untuk diisi"), plain(&advice.messages));
    if !advice.refs.is_empty() {
        let proof = Line { refs: known.runs(&advice.refs), ..Line::plain("Dokumen yang menjadi dasar", SENTENCE) };
        lines(&mut blocks, None, vec![proof]);
    }
    blocks.push(pairs([
        ("Kewenangan", advice.authority.clone()),
        ("Penanggung jawab", advice.owner.clone()),
        ("Pesan kunci", advice.message.clone()),
        ("Juru bicara", advice.spokesperson.clone()),
        ("Kanal", advice.channels.clone()),
        ("Waktu", advice.time.clone()),
        ("Risiko", advice.risk_note.clone()),
        ("Risiko bertindak", advice.risk_of_acting.clone()),
        ("Risiko menunda", advice.risk_of_waiting.clone()),
    ]));
    blocks
}

fn followup(brief: &Brief, known: &References) -> Vec<Block> {
    let mut blocks = Vec::new();
    lines(&mut blocks, None, brief.followup.iter().map(|line| known.line(line, SENTENCE)).collect());
    or_note(blocks, "Data belum ada: belum ada tindak lanjut yang dicatat.")
}

fn method(brief: &Brief, _: &References) -> Vec<Block> {
    let method = &brief.method;
    let plain = |texts: &[String]| texts.iter().map(|text| Line::plain(text, SENTENCE)).collect();
    let mut blocks = Vec::new();
    lines(&mut blocks, None, plain(&method.sentences));
    lines(&mut blocks, Some("Sumber yang gagal dibaca"), plain(&method.failed));
    lines(&mut blocks, Some("Celah data: sumber yang sempat tidak terbaca"), plain(&method.gaps));
    lines(&mut blocks, Some("Sumber yang biasanya memuat tetapi kali ini tidak"), plain(&method.silent));
    let zone = &brief.header.zone_label;
    let rows = method.health.iter().map(|health| {
        let count = |value: u64| number(u32::try_from(value).unwrap_or(u32::MAX));
        row([
            Cell::text(cut(health.name.as_str(), NAME)),
            Cell::text(health.kind.label()),
            Cell {
                text: health.state.label().to_owned(),
                // The fault has words for officials; the reason is for an operator.
                note: cut(health.fault.map(Fault::label).or(health.reason.as_deref()).unwrap_or_default(), TITLE),
                ..Cell::default()
            },
            Cell::text(health.last_success_at.map_or_else(|| "belum pernah".to_owned(), |at| words::moment(at, zone))),
            Cell::text(count(health.received)),
            Cell::text(count(health.skipped)),
        ])
    });
    let columns =
        [("Sumber", 4), ("Jenis", 3), ("Keadaan", 4), ("Terakhir terbaca", 4), ("diterima", 0), ("dilewati", 0)];
    table(&mut blocks, "Keadaan setiap sumber", &columns, rows.collect());
    if !method.version.is_empty() {
        blocks.push(pairs([("Versi", method.version.clone())]));
    }
    or_note(blocks, "Data belum ada.")
}

fn appendix(brief: &Brief, _: &References) -> Vec<Block> {
    let mut seen = BTreeSet::new();
    let rows = brief.references.iter().map(|reference| {
        let mut about =
            vec![cut(&reference.source, NAME), reference.kind.label().to_owned(), cut(&reference.at_words, NAME)];
        about.extend(reference.late.then(|| "terbit sebelum periode, tidak dihitung".to_owned()));
        let title = Cell::link(cut(&reference.title, TITLE), reference.url.as_deref());
        let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { cut(text, NAME) };
        Row {
            anchor: seen.insert(reference.number).then_some(reference.number),
            cells: vec![
                Cell::text(reference.number.to_string()),
                Cell { note: words::joined(&about), ..title },
                Cell::text(or_dash(&reference.tone)),
                Cell::text(or_dash(&reference.topic)),
                Cell::text(or_dash(&reference.place)),
                Cell::text(or_dash(&reference.coverage)),
            ],
        }
    });
    let mut blocks = Vec::new();
    let caption = format!(
        "{} dari {} item",
        number(u32::try_from(brief.references.len()).unwrap_or(u32::MAX)),
        number(brief.references_total)
    );
    let columns =
        [("No.", 0), ("Judul, sumber, waktu", 15), ("Nada", 4), ("Topik", 4), ("Wilayah", 4), ("Asal liputan", 4)];
    table(&mut blocks, &caption, &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada kliping.")
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
