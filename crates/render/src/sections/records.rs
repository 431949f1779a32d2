//! Who made the paper and from what: identity, method, changes by people, signature, clippings.

use super::{Context, NAME, SENTENCE, TITLE, lines, or_note, pairs, plain, row, table};
use crate::diff;
use crate::paper::{Block, Cell, Diff, Line, Row, Signature};
use crate::words::{self, cut, number};
use model::{Brief, BriefState, Fault, Revision, Section, WorkflowStep};
use std::collections::BTreeSet;

/// True for what the paper can show: changes by people are part of a draft, and only where there are any.
pub(super) fn has_place(section: Section, brief: &Brief) -> bool {
    section != Section::Revisions || (!brief.header.state.is_final() && !brief.revisions.is_empty())
}

pub(super) fn header(context: &Context<'_>) -> Vec<Block> {
    let header = &context.brief.header;
    let edition = if header.edition > 1 { format!("edisi {}", header.edition) } else { String::new() };
    let mut blocks = vec![pairs([
        ("Instansi", words::joined(&[header.government.clone(), header.office.clone()])),
        ("Alamat", words::joined(&header.letterhead)),
        ("Nomor", words::joined(&[header.number.to_string(), edition])),
        ("Hari, tanggal", header.date_words.clone()),
        ("Periode data", header.period_words.clone()),
        ("Batas data", header.cut_off_words.clone()),
        ("Penyusun", header.prepared_by.clone()),
        ("Status", header.status.clone()),
        ("Klasifikasi", header.classification.clone()),
    ])];
    lines(&mut blocks, Some("Perjalanan naskah"), header.workflow.iter().map(step).collect());
    let corrections = context.brief.corrections.iter().map(|correction| {
        let text = format!(
            "{}, {}. Tertulis: {} Seharusnya: {}",
            correction.at_words, correction.by, correction.wrong, correction.right
        );
        Line::plain(&text, SENTENCE)
    });
    lines(&mut blocks, Some("Ralat"), corrections.collect());
    blocks
}

fn step(step: &WorkflowStep) -> Line {
    let tag = match step.state {
        BriefState::Draf => "Disusun",
        BriefState::Ditinjau => "Ditinjau",
        BriefState::Disetujui => "Disetujui",
        BriefState::Terkirim => "Terkirim",
        BriefState::Diralat => "Diralat",
    };
    let mut parts = vec![cut(&step.by, NAME), cut(&step.at_words, NAME)];
    parts.extend(step.reason.as_ref().map(|reason| cut(reason, TITLE)));
    Line { tag: Some(tag), ..Line::plain(&words::joined(&parts), SENTENCE) }
}

pub(super) fn method(context: &Context<'_>) -> Vec<Block> {
    let method = &context.brief.method;
    let mut blocks = Vec::new();
    lines(&mut blocks, None, plain(&method.sentences));
    lines(&mut blocks, Some("Sumber yang gagal dibaca"), plain(&method.failed));
    lines(&mut blocks, Some("Celah data: sumber yang sempat tidak terbaca"), plain(&method.gaps));
    lines(&mut blocks, Some("Sumber yang biasanya memuat tetapi kali ini tidak"), plain(&method.silent));
    let zone = &context.brief.header.zone_label;
    let rows = method.health.iter().map(|health| {
        let count = |value: u64| number(u32::try_from(value).unwrap_or(u32::MAX));
        // The fault has words for officials; the reason is for an operator.
        let fault = health.fault.map(Fault::label).or(health.reason.as_deref()).unwrap_or_default();
        row([
            Cell::text(cut(health.name.as_str(), NAME)),
            Cell::text(health.kind.label()),
            Cell { note: cut(fault, TITLE), ..Cell::text(health.state.label()) },
            Cell::text(health.last_success_at.map_or_else(|| "belum pernah".to_owned(), |at| words::moment(at, zone))),
            Cell::text(count(health.received)),
            Cell::text(count(health.skipped)),
        ])
    });
    let columns =
        [("Sumber", 5), ("Jenis", 3), ("Keadaan", 4), ("Terakhir terbaca", 4), ("diterima", 0), ("dilewati", 0)];
    table(&mut blocks, "Keadaan setiap sumber", &columns, rows.collect());
    if !method.version.is_empty() {
        blocks.push(pairs([("Versi", method.version.clone())]));
    }
    or_note(blocks, "Data belum ada.")
}

pub(super) fn revisions(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let items: Vec<Diff> =
        context.shown(&brief.revisions).iter().map(|change| revision(change, &brief.header.zone_label)).collect();
    let mut blocks = Vec::new();
    if !items.is_empty() {
        blocks.push(Block::Diffs { items });
    }
    context.left_out(&mut blocks, brief.revisions.len());
    or_note(blocks, "Tidak ada suntingan.")
}

fn revision(change: &Revision, zone: &str) -> Diff {
    let mut about = vec![cut(&change.by, NAME), words::moment(change.at, zone)];
    about.extend(change.reason.as_ref().map(|reason| format!("alasan: {}", cut(reason, TITLE))));
    if change.conflict {
        about.push("belum diterapkan: teks asal sudah berubah".to_owned());
    }
    Diff {
        label: cut(&change.label, TITLE),
        about: words::joined(&about),
        parts: diff::words(&cut(&change.before, 1_200), &cut(&change.after, 1_200)),
    }
}

/// Where the office says who signs.
pub(super) fn signature(brief: &Brief) -> Option<Block> {
    let signatory = brief.header.signatory.as_ref()?;
    // "Jumat, 20 November 2026": a letter is dated without its weekday.
    let date = brief.header.date_words.split_once(", ").map_or(brief.header.date_words.as_str(), |(_, date)| date);
    let place = [signatory.place.as_str(), date].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let nip = if signatory.nip.is_empty() { String::new() } else { format!("NIP {}", signatory.nip) };
    Some(Block::Signature(Signature {
        place: cut(&place.join(", "), NAME),
        position: cut(&signatory.position, TITLE),
        name: cut(&signatory.name, NAME),
        lines: [cut(&signatory.rank, NAME), cut(&nip, NAME)].into_iter().filter(|line| !line.is_empty()).collect(),
    }))
}

pub(super) fn appendix(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let mut seen = BTreeSet::new();
    let shown = context.shown(&brief.references);
    let rows = shown.iter().map(|reference| {
        let link = Cell::link(cut(&reference.title, CLIPPING), reference.url.as_deref());
        let mut about = vec![cut(&reference.source, NAME)];
        // What the last column says is not said twice.
        about.extend((reference.kind.label() != reference.coverage).then(|| reference.kind.label().to_owned()));
        about.extend([&reference.at_words, &reference.topic, &reference.place].map(|part| cut(part, 50)));
        about.extend(reference.late.then(|| "terbit sebelum periode, tidak dihitung".to_owned()));
        let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { cut(text, 40) };
        Row {
            anchor: seen.insert(reference.number).then_some(reference.number),
            cells: vec![
                Cell::text(reference.number.to_string()),
                Cell { note: words::joined(&about), ..link },
                Cell { note: or_dash(&reference.coverage), ..Cell::text(or_dash(&reference.tone)) },
            ],
        }
    });
    let mut blocks = Vec::new();
    let caption = format!(
        "{} dari {} item",
        number(u32::try_from(shown.len()).unwrap_or(u32::MAX)),
        number(brief.references_total)
    );
    let columns = [("No.", 0), ("Judul; sumber, waktu, topik, wilayah", 20), ("Nada; asal", 5)];
    table(&mut blocks, &caption, &columns, rows.collect());
    or_note(blocks, "Data belum ada: tidak ada kliping.")
}

/// Longest title of a clipping, which is a line of the paper; the tables of clippings hold it whole.
const CLIPPING: usize = 100;
