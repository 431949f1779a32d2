//! Nota dinas: the brief on one or two pages, for the one who decides.

use super::letter::{Field, Letter, WIDTH, ended, sentence};
use super::{claims, items_read, subject, without_parameters};
use crate::docx::body::{Column, Paragraph, Piece};
use crate::{Error, lead, words};
use model::{Brief, IssueCard, Tone};

/// The longest a text may be: two pages have an end.
const ANSWER: usize = 320;
const DECISION: usize = 320;
const COST: usize = 180;
const NOTES_MAX: usize = 4;
const ISSUES_MAX: usize = 3;

/// The file.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let brief = &without_parameters(brief)?;
    let mut letter = Letter::new(brief, "NOTA DINAS");
    let head = [
        letter.to(),
        letter.from(),
        letter.copies(),
        letter.date(),
        letter.number(),
        Field::Words("Sifat", brief.header.classification.clone()),
        Field::Words("Lampiran", "1 (satu) berkas".to_owned()),
        Field::Words("Hal", subject(brief)),
    ];
    letter.head(&head);
    letter.plain(&opening(brief));
    issues(&mut letter, brief);
    decisions(&mut letter, brief);
    data(&mut letter, brief);
    letter.end(
        "Rincian setiap isu, kliping, dan metode ada pada lampiran. Demikian dilaporkan; kami mohon arahan lebih lanjut.",
    );
    letter.sign();
    letter.pack(&format!("Nota Dinas: {}", subject(brief)))
}

fn opening(brief: &Brief) -> String {
    format!(
        "Bersama ini kami laporkan isu publik periode {}. Laporan ini disusun dari {}; keyakinan data {}.",
        brief.header.period_words,
        items_read(brief),
        words::cut(&brief.confidence.level, 20),
    )
}

/// What is going on: the answer in sentences, then each issue with its figures.
fn issues(letter: &mut Letter<'_>, brief: &Brief) {
    letter.part("Pokok isu");
    if brief.bluf.is_empty() {
        letter.words(lead::NOTHING);
    }
    for line in brief.bluf.iter().take(5) {
        letter.words(&ended(&words::cut(&line.text, ANSWER)));
    }
    let (issues, note) = match brief.alerts.as_slice() {
        [] => (&brief.top_issues, "Tidak ada isu merah atau oranye dalam periode ini."),
        _ => (&brief.alerts, ""),
    };
    letter.words(note);
    let rows: Vec<_> = issues.iter().take(ISSUES_MAX).map(row).collect();
    if rows.is_empty() {
        return;
    }
    let columns = [
        ("Tingkat", 1_350, false),
        ("Isu", WIDTH - 3_800, false),
        ("Item", 750, true),
        ("Bernada negatif*", 1_700, true),
    ];
    letter.body.add_table(&columns.map(|(label, width, figures)| Column { label, width, figures }), &rows);
    let note = "* Negatif dan berpotensi negatif terhadap pemerintah; n = liputan mandiri dan unggahan warga yang menyinggung \
                pemerintah.";
    letter.body.add(&Paragraph::text("Kecil", note));
}

fn row(issue: &IssueCard) -> Vec<Vec<Paragraph>> {
    let negative = issue.tone.get(Tone::Negatif) + issue.tone.get(Tone::BerpotensiNegatif);
    let tone = match issue.tone.n() {
        0 => "–".to_owned(),
        n => format!("{} dari {}", words::number(negative), words::number(n)),
    };
    let about = words::joined(&[words::cut(&issue.movement, 60), words::coverage(&issue.coverage)]);
    let level = format!("{} {}", issue.risk.mark(), words::level(issue.risk));
    vec![
        vec![Paragraph::text("IsiTabel", level)],
        vec![
            Paragraph::text("IsiTabel", words::cut(&issue.title, 140)),
            Paragraph::new("IsiTabel", vec![Piece::Text("PesutLunak", about)]),
        ],
        vec![Paragraph::text("AngkaTabel", words::number(issue.count))],
        vec![Paragraph::text("AngkaTabel", tone)],
    ]
}

fn decisions(letter: &mut Letter<'_>, brief: &Brief) {
    letter.part("Hal yang dimohonkan keputusan");
    let items: Vec<_> = brief
        .decisions
        .iter()
        .map(|asked| {
            let mut pieces = vec![Piece::Text("", sentence(&words::cut(&asked.text, DECISION)))];
            let about =
                [("Tenggat", &asked.deadline), ("Pelaksana", &asked.owner), ("Bila ditunda", &asked.cost_of_waiting)];
            for (label, value) in about.into_iter().filter(|(_, value)| !value.is_empty()) {
                pieces.push(Piece::Text("PesutTebal", format!(" {label}: ")));
                pieces.push(Piece::Text("", ended(&words::cut(value, COST))));
            }
            pieces
        })
        .collect();
    letter.list(&items, "Tidak ada keputusan yang dimohonkan dalam periode ini.");
}

/// How far the figures carry, and what is counted apart.
fn data(letter: &mut Letter<'_>, brief: &Brief) {
    letter.part("Catatan data");
    let numbers = &brief.numbers;
    let apart: Vec<_> = numbers
        .coverage
        .iter()
        .map(|line| format!("{} {}", words::cut(&line.label, 40).to_lowercase(), words::number(line.count)))
        .collect();
    if !apart.is_empty() {
        letter.words(&format!("Item dihitung terpisah menurut asalnya: {}.", apart.join(", ")));
    }
    if numbers.tables.tone.n() > 0 {
        let tones = words::tones(&numbers.tables.tone).replace("\u{a0}· ", ", ");
        letter.words(&format!("Nada liputan mandiri dan warga terhadap pemerintah: {tones}."));
    }
    if !brief.watch.is_empty() {
        letter.words(&format!("Klaim yang dipantau: {}. Putusan atas klaim hanya oleh petugas.", claims(brief)));
    }
    let notes: Vec<_> =
        lead::data_notes(brief).iter().take(NOTES_MAX).map(|note| ended(&words::cut(note, 220))).collect();
    letter.words(&notes.join(" "));
}
