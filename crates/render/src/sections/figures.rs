//! Figures of the window, of outlets and of the office's indices.

use super::{Context, NAME, SENTENCE, TITLE, before, lines, or_note, row, table};
use crate::charts;
use crate::paper::{Block, Cell, Figure, Line, Row, Table};
use crate::words::{self, cut, number};
use model::{KpiLine, SourceKind, SourceLine, Tone, ToneCount};

pub(super) fn numbers(context: &Context<'_>) -> Vec<Block> {
    let (brief, known) = (context.brief, context.known);
    let numbers = &brief.numbers;
    let mut blocks = Vec::new();
    lines(&mut blocks, None, numbers.sentences.iter().map(|line| known.line(line, SENTENCE)).collect());
    let items = pictures(context);
    if !items.is_empty() {
        blocks.push(Block::Figures { items });
    }
    coverage(context, &mut blocks);
    apart(context, &mut blocks);
    or_note(blocks, "Data belum ada.")
}

/// The pictures of the window, each with its source.
fn pictures(context: &Context<'_>) -> Vec<Figure> {
    let (brief, known) = (context.brief, context.known);
    let (numbers, tables) = (&brief.numbers, &brief.numbers.tables);
    let marks = |id: &str| known.mark(id);
    let tone = |who: &str, count: &ToneCount, marks: charts::Marks<'_>| {
        (count.n() > 0).then(|| Figure {
            title: format!("Nada {who} (n = {})", number(count.n())),
            chart: charts::tone(count, marks),
            source: known.source(count.n()),
        })
    };
    let days: Vec<_> = tables.days.iter().map(|day| model::DayCount { date: day.date, count: day.total }).collect();
    let tone_days: Vec<_> = tables
        .days
        .iter()
        .map(|day| charts::Day { label: words::day(day.date), tone: day.total.map(|_| day.tone), gap: false })
        .collect();
    let week: u32 = tables.days.iter().filter_map(|day| day.total).sum();
    let toned: u32 = tables.days.iter().map(|day| day.tone.n()).sum();
    let figures = [
        tone("liputan mandiri dan warga", &tables.tone, &marks),
        (days.len() > 1).then(|| Figure {
            title: "Item per hari".to_owned(),
            chart: charts::trend(&days, None, charts::WIDE, &|date| known.mark(&format!("hari:{date}"))),
            source: known.source(week),
        }),
        (tone_days.len() > 1 && toned > 0).then(|| Figure {
            title: "Nada per hari, liputan mandiri dan warga".to_owned(),
            chart: charts::days(&tone_days),
            source: known.source(toned),
        }),
        (!numbers.topics.is_empty()).then(|| Figure {
            title: "Topik terbanyak; satu item dapat memuat beberapa topik".to_owned(),
            chart: charts::bars("Topik terbanyak", &numbers.topics, known.before, &|key| {
                known.mark(&format!("topik:{key}"))
            }),
            source: known.source(tables.total),
        }),
        tone("advertorial", &tables.tone_advertorial, &|id| known.mark(&format!("asal:advertorial/{id}"))),
        tone("rilis resmi", &tables.tone_official, &|id| known.mark(&format!("asal:official/{id}"))),
        (!numbers.tiles.is_empty()).then(|| Figure {
            title: format!("Item per kabupaten/kota ({} tanpa wilayah)", number(tables.without_place)),
            chart: charts::tiles(&numbers.tiles, &marks),
            source: known.source(tables.total),
        }),
    ];
    figures.into_iter().flatten().collect()
}

/// Earned, paid, official and citizens' items with their tones, each in a row of its own.
fn coverage(context: &Context<'_>, blocks: &mut Vec<Block>) {
    let (known, numbers) = (context.known, &context.brief.numbers);
    let tables = &numbers.tables;
    let columns = [
        ("Asal liputan", 1),
        ("item", 0),
        (known.before, 0),
        ("positif", 0),
        ("netral", 0),
        ("berpotensi\nnegatif", 0),
        ("negatif", 0),
        ("n\nbernada", 0),
    ];
    let rows = numbers.coverage.iter().map(|line| {
        // A row's own tone covers earned and citizens' items only; the other two are counted apart.
        let tone = match line.key.as_str() {
            "advertorial" => tables.tone_advertorial,
            "official" => tables.tone_official,
            _ => line.tone,
        };
        let mut cells = vec![
            Cell::text(cut(&line.label, NAME)),
            known.count(&format!("asal:{}", line.key), line.count),
            before(line.previous),
        ];
        let id = |key: Tone| format!("asal:{}/nada:{}", line.key, key.as_str());
        cells.extend(Tone::ALL.map(|key| known.count(&id(key), tone.get(key))));
        cells.push(Cell::text(number(tone.n())));
        row(cells)
    });
    table(blocks, "Asal liputan dan nadanya", &columns, rows.collect());
}

/// Kinds of sources, and what these figures leave out.
fn apart(context: &Context<'_>, blocks: &mut Vec<Block>) {
    let (known, numbers) = (context.known, &context.brief.numbers);
    let tables = &numbers.tables;
    if tables.total == 0 {
        return;
    }
    let kinds = tables.kinds.iter().map(|line| {
        let label =
            line.key.parse::<SourceKind>().map_or_else(|_| cut(&line.key, NAME), |kind| kind.label().to_owned());
        row([Cell::text(label), known.count(&format!("jenis:{}", line.key), line.count), before(line.previous)])
    });
    let apart = [
        ("Nada belum pasti", "belum_pasti", tables.unsure),
        ("Perlu diperiksa petugas", "perlu_periksa", tables.needs_verification),
        ("Salinan (dihitung sekali per cerita)", "salinan", numbers.copies),
        ("Tanpa tanggal (dihitung pada hari diterima)", "tanpa_tanggal", tables.undated),
        ("Terbit sebelum periode (tidak dihitung)", "terlambat", tables.late),
        ("Spam (tidak dihitung)", "spam", tables.spam),
    ];
    let rows = apart.map(|(label, id, count)| row([Cell::text(label), known.count(id, count)]));
    blocks.push(Block::Tables {
        items: vec![
            Table::new("Jenis sumber", &[("Jenis", 1), ("item", 0), (known.before, 0)], kinds.collect()),
            Table::new("Yang perlu diketahui tentang angka ini", &[("Keadaan", 1), ("item", 0)], rows.into()),
        ],
    });
}

pub(super) fn sources(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let shown = context.shown(&brief.sources);
    let most = shown.iter().flat_map(|line| Tone::ALL.map(|tone| line.tone.get(tone))).max().unwrap_or(0);
    // Lines name sources as people know them; the rows behind, in the same order, as truth does.
    let mut names = brief.numbers.tables.sources.iter().filter(|row| row.count > 0).map(|row| row.source.to_string());
    let mut rows: Vec<Row> = Vec::new();
    for line in shown {
        let name = names.next().unwrap_or_else(|| line.name.clone());
        rows.push(outlet(context, line, &format!("sumber:{name}"), most));
    }
    let columns = [
        ("Media atau kanal", 1),
        ("item", 0),
        ("advertorial", 0),
        ("positif", 0),
        ("netral", 0),
        ("berpotensi\nnegatif", 0),
        ("negatif", 0),
        ("n\nbernada", 0),
    ];
    let mut blocks = Vec::new();
    let caption = "Media dan kanal menurut nada; nada tidak mencakup advertorial dan rilis resmi";
    table(&mut blocks, caption, &columns, rows);
    context.left_out(&mut blocks, brief.sources.len());
    or_note(blocks, "Data belum ada: tidak ada media atau kanal yang memuat dalam periode ini.")
}

/// One outlet; its tones are shaded by how many there are.
fn outlet(context: &Context<'_>, line: &SourceLine, id: &str, most: u32) -> Row {
    let note = words::joined(&[line.kind.label().to_owned(), cut(&line.registry, NAME)]);
    let mut cells = vec![
        Cell { note, ..Cell::text(cut(&line.name, NAME)) },
        context.known.count(id, line.count),
        context.known.count(&format!("{id}/asal:advertorial"), line.advertorial),
    ];
    cells.extend(Tone::ALL.map(|tone| {
        let count = line.tone.get(tone);
        let id = format!("{id}/nada:{}", tone.as_str());
        Cell { shade: charts::shade(count, most), ..context.known.count(&id, count) }
    }));
    cells.push(Cell::text(number(line.tone.n())));
    row(cells)
}

pub(super) fn kpis(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let shown = context.shown(&brief.kpis);
    let mut blocks = Vec::new();
    let columns = [("Indeks", 7), ("Nilai", 3), ("Tahun", 0), ("Sebelumnya, metode sama", 4), ("Penerbit", 4)];
    table(&mut blocks, "Indeks dari registri; tidak dihitung dari item", &columns, shown.iter().map(kpi).collect());
    let stale: Vec<Line> =
        shown.iter().flat_map(|line| &line.stale_claims).map(|claim| context.known.line(claim, SENTENCE)).collect();
    lines(&mut blocks, Some("Pernyataan yang memakai angka lama atau tanpa tahun dan penerbit"), stale);
    context.left_out(&mut blocks, brief.kpis.len());
    or_note(blocks, "Data belum ada: registri indeks belum memuat angka.")
}

/// A value never stands without year, publisher and method; across a change of method nothing is compared.
fn kpi(line: &KpiLine) -> Row {
    let notes: Vec<String> = line.notes.iter().map(|note| cut(note, TITLE)).collect();
    let previous = match line.previous.as_str() {
        "" => "tidak dibandingkan".to_owned(),
        value => cut(value, NAME),
    };
    let method = if line.method.is_empty() { String::new() } else { format!("metode {}", line.method) };
    row([
        Cell { note: notes.join(" "), ..Cell::text(cut(&line.name, NAME)) },
        Cell { strong: true, note: cut(&line.rank, NAME), ..Cell::text(cut(&line.value, 30)) },
        Cell::text(if line.year == 0 { "belum tercatat".to_owned() } else { line.year.to_string() }),
        Cell { note: cut(&method, NAME), ..Cell::text(previous) },
        Cell { note: cut(&line.source, NAME), ..Cell::text(cut(&line.publisher, NAME)) },
    ])
}
