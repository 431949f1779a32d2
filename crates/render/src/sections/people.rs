//! Who was quoted, what citizens complain of, what is worth telling.

use super::{Context, NAME, TITLE, or_note, row, table};
use crate::paper::{Block, Cell};
use crate::words::{self, cut, number};
use model::AspirationLine;

pub(super) fn speakers(context: &Context<'_>) -> Vec<Block> {
    let (brief, known) = (context.brief, context.known);
    let rows = context.shown(&brief.speakers).iter().map(|line| {
        row([
            Cell { text: cut(&line.name, NAME), note: cut(&line.role, NAME), ..Cell::default() },
            Cell { text: cut(&line.example, 300), refs: known.runs(&line.refs), ..Cell::default() },
            Cell::text(number(line.quotes)),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Nama dan jabatan", 3), ("Contoh pernyataan", 6), ("kutipan", 0)];
    table(&mut blocks, "Pejabat dan institusi yang dikutip", &columns, rows.collect());
    context.left_out(&mut blocks, brief.speakers.len());
    or_note(blocks, "Data belum ada: tidak ada pejabat atau institusi yang dikutip.")
}

pub(super) fn aspirations(context: &Context<'_>) -> Vec<Block> {
    let (brief, known) = (context.brief, context.known);
    let rows = context.shown(&brief.aspirations).iter().map(|line| {
        let example = line.example.as_ref().map(|example| known.line(example, 240));
        let example = example
            .map_or_else(|| Cell::text("–"), |line| Cell { text: line.text, refs: line.refs, ..Cell::default() });
        row([
            Cell { text: cut(&line.theme, NAME), note: cut(&line.agency, NAME), ..Cell::default() },
            example,
            complaints(context, line),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Tema dan perangkat daerah", 4), ("Contoh (nama disamarkan)", 7), ("aduan", 0)];
    table(&mut blocks, "Aduan dan aspirasi warga menurut tema", &columns, rows.collect());
    context.left_out(&mut blocks, brief.aspirations.len());
    or_note(blocks, "Data belum ada: tidak ada aduan atau aspirasi yang terbaca.")
}

/// The count of a theme; its figure goes by the topic, and the brief names themes by label only.
fn complaints(context: &Context<'_>, line: &AspirationLine) -> Cell {
    let of_theme = |id: &str, label: &str| id.starts_with("aduan:") && label.contains(line.theme.as_str());
    let figures = context.brief.figures.iter();
    let id = figures.filter(|figure| figure.value == line.count).find(|figure| of_theme(&figure.id, &figure.label));
    Cell { mark: id.and_then(|figure| context.known.mark(&figure.id)), ..Cell::text(number(line.count)) }
}

pub(super) fn positive(context: &Context<'_>) -> Vec<Block> {
    let (brief, known) = (context.brief, context.known);
    let rows = context.shown(&brief.positive).iter().map(|line| {
        row([
            Cell { text: cut(&line.text, 300), refs: known.runs(&line.refs), ..Cell::default() },
            Cell::text(cut(&line.evidence, TITLE)),
            Cell::text(words::coverage(&line.coverage)),
        ])
    });
    let mut blocks = Vec::new();
    let columns = [("Informasi", 6), ("Bukti", 3), ("Asal", 3)];
    table(&mut blocks, "Informasi positif dan kecukupan buktinya", &columns, rows.collect());
    context.left_out(&mut blocks, brief.positive.len());
    or_note(blocks, "Data belum ada: tidak ada informasi positif yang terbaca.")
}
