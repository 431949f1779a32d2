//! Weeks and months: tone over time, what was spoken of, how it ended, how fast the office answered.

use super::{Context, NAME, SENTENCE, TITLE, before, lines, or_note, row, table, unfavourable};
use crate::charts;
use crate::paper::{Block, Cell, Figure, Row};
use crate::words::{self, cut, decimal, number};
use model::{Median, Period, PeriodRow};

pub(super) fn period(context: &Context<'_>) -> Vec<Block> {
    const NOTHING: &str = "Data belum ada: periode ini belum memuat data yang dapat dibandingkan.";
    let Some(period) = &context.brief.period else { return vec![Block::Note { text: NOTHING }] };
    let mut blocks = Vec::new();
    lines(&mut blocks, None, period.sentences.iter().map(|line| context.known.line(line, SENTENCE)).collect());
    let items = pictures(context, period);
    if !items.is_empty() {
        blocks.push(Block::Figures { items });
    }
    rows(context, &mut blocks, ("Topik", "topik"), &period.topics);
    rows(context, &mut blocks, ("Media dan kanal", "sumber"), &period.outlets);
    rows(context, &mut blocks, ("Kabupaten/kota", "wilayah"), &period.places);
    issues(context, &mut blocks, period);
    responses(context, &mut blocks, period);
    or_note(blocks, NOTHING)
}

fn pictures(context: &Context<'_>, period: &Period) -> Vec<Figure> {
    let windows = &period.windows;
    if windows.len() < 2 {
        return Vec::new();
    }
    let tones: Vec<_> = windows
        .iter()
        .map(|window| charts::Day {
            label: window.label.clone(),
            tone: window.total.map(|_| window.tone),
            gap: window.gap,
        })
        .collect();
    let totals: Vec<_> = windows
        .iter()
        .map(|window| model::DayCount { date: window.date, count: window.total.filter(|_| !window.gap) })
        .collect();
    vec![
        Figure {
            title: "Nada per hari, liputan mandiri dan warga".to_owned(),
            chart: charts::days(&tones),
            source: context.known.source(windows.iter().map(|window| window.tone.n()).sum()),
        },
        Figure {
            title: "Item per hari".to_owned(),
            chart: charts::trend(&totals, None, charts::WIDE),
            source: context.known.source(windows.iter().filter_map(|window| window.total).sum()),
        },
    ]
}

/// One table of the period: its line over the days, now and before, tone with n, paid items apart.
fn rows(context: &Context<'_>, blocks: &mut Vec<Block>, (title, prefix): (&'static str, &str), rows: &[PeriodRow]) {
    let columns = [
        (title, 1),
        ("per hari", 0),
        ("item", 0),
        ("sebelumnya", 0),
        ("negatif dan\nberpotensi negatif", 0),
        ("advertorial", 0),
    ];
    let cells = context.shown(rows).iter().map(|line| {
        let spark = (line.series.len() > 1).then(|| charts::spark(&line.label, &line.series));
        row([
            Cell::text(cut(&line.label, NAME)),
            Cell { spark, ..Cell::default() },
            context.known.count(&format!("{prefix}:{}", line.key), line.count),
            before(line.previous),
            unfavourable(&line.tone),
            Cell::text(number(line.advertorial)),
        ])
    });
    let cells: Vec<Row> = cells.collect();
    table(blocks, &format!("{title} selama periode"), &columns, cells);
}

fn issues(context: &Context<'_>, blocks: &mut Vec<Block>, period: &Period) {
    let rows = context.shown(&period.issues).iter().map(|issue| {
        let level = format!("{} {}", issue.risk.mark(), words::level(issue.risk));
        let days = format!("{}; {} hari ada item", issue.span_words, number(issue.days));
        row([
            Cell { note: cut(&days, NAME), ..Cell::text(cut(&issue.title, TITLE)) },
            Cell::text(level),
            Cell::text(cut(&issue.outcome, NAME)),
            context.known.count(&format!("isu:{}", issue.id), issue.count),
        ])
    });
    let columns = [("Isu", 7), ("Level tertinggi", 3), ("Keadaan akhir", 3), ("item", 0)];
    table(blocks, "Isu selama periode", &columns, rows.collect());
}

fn responses(context: &Context<'_>, blocks: &mut Vec<Block>, period: &Period) {
    let times = &period.responses;
    let median = |label: &str, value: &Option<Median>| {
        let (hours, n) = value.map_or_else(
            || ("data belum ada".to_owned(), "–".to_owned()),
            |m| (decimal(m.hours) + " jam", number(m.n)),
        );
        row([label.to_owned(), hours, n].map(Cell::text))
    };
    let mut rows = vec![
        median("Peringatan sampai diterima petugas", &times.acknowledged),
        median("Peringatan sampai jawaban resmi pertama", &times.answered),
        median("Klaim sampai putusan petugas", &times.verified),
    ];
    rows.push(row([
        Cell::text("Tugas selesai dalam tenggat"),
        Cell::text(if times.tasks_due == 0 {
            "data belum ada".to_owned()
        } else {
            format!("{} dari {}", number(times.tasks_in_time), number(times.tasks_due))
        }),
        Cell::text(if times.tasks_due == 0 { "–".to_owned() } else { number(times.tasks_due) }),
    ]));
    table(blocks, "Kecepatan menjawab (nilai tengah)", &[("Ukuran", 5), ("Nilai", 3), ("n", 0)], rows);
    lines(blocks, None, times.sentences.iter().map(|line| context.known.line(line, SENTENCE)).collect());
}
