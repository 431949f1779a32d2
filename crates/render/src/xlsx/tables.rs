//! What stands on the sheets: the brief's tables as rows of typed cells, complete where papers shorten.

use super::{Sheet, Value};
use crate::clippings::{Clipping, clippings, references};
use crate::words;
use model::{
    Brief, CountRow, CoverageCount, EffectFinding, Fault, IssueCard, LabelledRow, Period, PeriodRow, Statement,
    TaskState, Tone, ToneCount,
};
use std::collections::BTreeSet;

/// Every sheet behind the first, in reading order; those of a period only where there is one.
pub(crate) fn sheets(brief: &Brief) -> Vec<Sheet> {
    let mut sheets = vec![
        figures(brief),
        issues(brief),
        clipping_sheet(brief, "Kliping", "Satu baris per cerita, yang terpenting dahulu", clippings(brief)),
        media(brief),
        speakers(brief),
        topics(brief),
        places(brief),
        tones(brief),
        coverage(brief),
        days(brief),
        aspirations(brief),
        watch(brief),
        questions(brief),
        recommendations(brief),
        tasks(brief),
        kpis(brief),
        effects(brief),
        health(brief),
        method(brief),
    ];
    if !brief.stories.is_empty() {
        sheets.push(clipping_sheet(brief, "Rujukan", "Kliping bernomor yang dirujuk lembar lain", references(brief)));
    }
    sheets.extend(brief.period.iter().flat_map(|period| {
        [
            period_windows(period),
            period_rows("Periode topik", "Topik selama periode", period, &period.topics),
            period_rows("Periode media", "Media selama periode", period, &period.outlets),
            period_rows("Periode wilayah", "Kabupaten/kota selama periode", period, &period.places),
            period_issues(period),
            period_answers(period),
        ]
    }));
    sheets
}

/// Who made it, for which period.
pub(crate) fn identity(brief: &Brief) -> Vec<(&'static str, String)> {
    let header = &brief.header;
    let mut status = header.status.clone();
    if header.fictional {
        status += " · Data contoh (fiktif)";
    }
    vec![
        ("Instansi", format!("{}, {}", header.office, header.government)),
        ("Hari, tanggal", header.date_words.clone()),
        ("Periode data", header.period_words.clone()),
        ("Batas data", header.cut_off_words.clone()),
        ("Penyusun", header.prepared_by.clone()),
        ("Status", status),
        ("Klasifikasi", header.classification.clone()),
    ]
}

/// The answer, the urgent issues, what to decide and how sure: four cells a row.
pub(crate) fn page_one(brief: &Brief) -> Vec<Vec<Value>> {
    let text = Value::text;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    rows.extend(brief.corrections.iter().map(|it| {
        let words = format!("Tertulis “{}”, yang benar “{}”.", it.wrong, it.right);
        vec![text("RALAT"), text(&words), text(&it.at_words), text(&it.by)]
    }));
    rows.extend(brief.bluf.iter().map(|line| vec![text("Inti"), text(&line.text), Value::Empty, Value::Empty]));
    rows.extend(
        brief.alerts.iter().map(|issue| {
            vec![text("Isu mendesak"), text(&issue.title), Value::Level(issue.risk), text(&issue.movement)]
        }),
    );
    rows.extend(
        brief
            .decisions
            .iter()
            .map(|asked| vec![text("Perlu keputusan"), text(&asked.text), text(&asked.deadline), text(&asked.owner)]),
    );
    let confidence = &brief.confidence;
    let received = format!("{} dari {} sumber terbaca", confidence.received, confidence.expected);
    rows.push(vec![
        text("Keyakinan data"),
        text(&confidence.sentences.join(" ")),
        text(&confidence.level),
        text(&received),
    ]);
    rows
}

fn sheet(name: &'static str, about: &'static str, columns: &[(&str, u8)], rows: Vec<Vec<Value>>) -> Sheet {
    let columns = columns.iter().map(|(heading, width)| ((*heading).to_owned(), *width)).collect();
    Sheet { name, about, columns, rows }
}

/// Headings of the four tones and n, and their cells.
const TONES: [(&str, u8); 5] = [("Positif", 8), ("Netral", 8), ("Berpotensi negatif", 11), ("Negatif", 8), ("n", 7)];

fn tone_cells(count: &ToneCount) -> Vec<Value> {
    let mut cells: Vec<Value> = Tone::ALL.into_iter().map(|tone| Value::Count(count.get(tone))).collect();
    cells.push(Value::Count(count.n()));
    cells
}

/// Headings of who made or paid for items, and their cells.
const VOICES: [(&str, u8); 4] =
    [("Diliput media", 9), ("Unggahan warga", 10), ("Rilis resmi", 9), ("Advertorial (berbayar)", 12)];

fn voice_cells(count: &CoverageCount) -> Vec<Value> {
    [count.earned_media, count.public, count.official, count.advertorial].map(Value::Count).into()
}

/// Numbers of clippings: "1, 4, 7".
fn refs(refs: &[u32]) -> Value {
    Value::text(&refs.iter().map(u32::to_string).collect::<Vec<_>>().join(", "))
}

fn sentences(statements: &[Statement]) -> Value {
    Value::text(&statements.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "))
}

fn cited(statements: &[Statement]) -> Value {
    let numbers: BTreeSet<u32> = statements.iter().flat_map(|line| line.refs.iter().copied()).collect();
    refs(&Vec::from_iter(numbers))
}

fn figures(brief: &Brief) -> Sheet {
    let columns =
        [("Kode", 34), ("Bagian", 24), ("Keterangan", 56), ("Nilai", 10), ("Satuan", 10), ("Periode sebelumnya", 13)];
    let rows = brief.figures.iter().map(|figure| {
        let heading = brief.layout.get(figure.section).map_or(figure.section.heading(), |entry| entry.heading.as_str());
        vec![
            Value::text(&figure.id),
            Value::text(heading),
            Value::text(&figure.label),
            Value::Count(figure.value),
            Value::text(&figure.unit),
            Value::optional(figure.previous),
        ]
    });
    sheet("Angka", "Setiap angka ringkasan dengan kodenya", &columns, rows.collect())
}

fn issues(brief: &Brief) -> Sheet {
    let columns = [
        &[("Level", 12), ("Judul", 32), ("Gerak", 16), ("Item periode ini", 9), ("Item tujuh hari", 9)][..],
        &VOICES,
        &TONES,
        &[("Wilayah", 20), ("Topik", 18), ("Lanjutan", 14), ("Alasan level", 48), ("Ringkasan", 70), ("Rujukan", 12)],
        &[("Kode", 16)],
    ]
    .concat();
    let mut seen = BTreeSet::new();
    let all = brief.alerts.iter().chain(&brief.top_issues).filter(|issue| seen.insert(issue.id.clone()));
    let rows = all.map(|issue| issue_cells(issue, brief));
    sheet("Isu", "Isu mendesak dan isu utama", &columns, rows.collect())
}

fn issue_cells(issue: &IssueCard, brief: &Brief) -> Vec<Value> {
    let mut cells = vec![
        Value::Level(issue.risk),
        Value::text(&issue.title),
        Value::text(&issue.movement),
        Value::Count(issue.count),
        Value::Count(issue.total),
    ];
    cells.extend(voice_cells(&issue.coverage));
    cells.extend(tone_cells(&issue.tone));
    cells.extend([
        Value::text(&issue.places.join(", ")),
        Value::text(&issue.topic.as_ref().map_or_else(String::new, |id| topic(brief, id.as_str()))),
        Value::text(issue.continued.as_ref().map_or("", |continued| continued.words.as_str())),
        Value::text(&issue.risk_reasons.join("; ")),
        sentences(&issue.summary),
        cited(&issue.summary),
        Value::text(issue.id.as_str()),
    ]);
    cells
}

/// One row a clipping; the columns that only stories or only some rows fill stand where there is something in them.
fn clipping_sheet(brief: &Brief, name: &'static str, about: &'static str, clippings: Vec<Clipping<'_>>) -> Sheet {
    let time = format!("Waktu ({})", words::zone(&brief.header.zone_label).1);
    let stories = clippings.iter().any(|row| row.items.is_some());
    let notes = clippings.iter().any(|row| !row.note.is_empty());
    let mut columns = vec![
        ("No.", 6),
        (time.as_str(), 16),
        ("Judul", 44),
        ("Sumber", 17),
        ("Jenis", 15),
        ("Asal", 15),
        ("Nada", 16),
        ("Topik", 16),
        ("Wilayah", 13),
    ];
    columns.extend([("Isu", 21), ("Item", 6), ("Media", 7)].into_iter().filter(|_| stories));
    columns.push(("Tautan", 23));
    columns.extend(notes.then_some(("Catatan", 18)));
    let rows = clippings.iter().map(|row| {
        let mut cells = vec![
            Value::Count(row.number),
            Value::Moment(row.at),
            Value::text(row.title),
            Value::text(row.source),
            Value::text(row.kind.label()),
            Value::text(row.coverage),
            Value::text(row.tone),
            Value::text(row.topic),
            Value::text(row.place),
        ];
        if stories {
            cells.extend([Value::text(row.issue), Value::optional(row.items), Value::optional(row.outlets)]);
        }
        cells.push(row.url.as_ref().map_or(Value::Empty, |url| Value::Link(host(url).to_owned(), url.clone())));
        cells.extend(notes.then(|| Value::text(row.note)));
        cells
    });
    sheet(name, about, &columns, rows.collect())
}

/// The name of the site stands for the whole address, which the cell leads to.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

fn media(brief: &Brief) -> Sheet {
    let columns =
        [&[("Nama", 34), ("Jenis", 16), ("Catatan registri", 40), ("Item", 9), ("Advertorial", 11)][..], &TONES]
            .concat();
    let rows = brief.sources.iter().map(|source| {
        let mut cells = vec![
            Value::text(&source.name),
            Value::text(source.kind.label()),
            Value::text(&source.registry),
            Value::Count(source.count),
            Value::Count(source.advertorial),
        ];
        cells.extend(tone_cells(&source.tone));
        cells
    });
    sheet("Media", "Media dan kanal; nada tanpa advertorial dan rilis resmi", &columns, rows.collect())
}

fn speakers(brief: &Brief) -> Sheet {
    let columns = [("Nama", 30), ("Jabatan", 36), ("Kutipan", 9), ("Contoh", 80), ("Rujukan", 14)];
    let rows = brief.speakers.iter().map(|speaker| {
        vec![
            Value::text(&speaker.name),
            Value::text(&speaker.role),
            Value::Count(speaker.quotes),
            Value::text(&speaker.example),
            refs(&speaker.refs),
        ]
    });
    sheet("Narasumber", "Pejabat dan lembaga yang dikutip", &columns, rows.collect())
}

/// Columns of a table by key, and a row of it.
fn counted(label: &'static str) -> Vec<(&'static str, u8)> {
    [&[(label, 40), ("Item", 9), ("Periode sebelumnya", 13)][..], &TONES].concat()
}

fn labelled(row: &LabelledRow) -> Vec<Value> {
    let mut cells = vec![Value::text(&row.label), Value::Count(row.count), Value::known(row.previous)];
    cells.extend(tone_cells(&row.tone));
    cells
}

fn unlabelled(row: &CountRow, label: &str) -> Vec<Value> {
    let mut cells = vec![Value::text(label), Value::Count(row.count), Value::known(row.previous)];
    cells.extend(tone_cells(&row.tone));
    cells
}

/// Those with a label as the papers show them, then the rarer ones under their key.
fn topics(brief: &Brief) -> Sheet {
    let shown: BTreeSet<&str> = brief.numbers.topics.iter().map(|row| row.key.as_str()).collect();
    let rest = brief.numbers.tables.topics.iter().filter(|row| !shown.contains(row.key.as_str()));
    let rows =
        brief.numbers.topics.iter().map(labelled).chain(rest.map(|row| unlabelled(row, &topic(brief, &row.key))));
    sheet("Topik", "Item per topik; item bertopik dua terhitung pada keduanya", &counted("Topik"), rows.collect())
}

/// A topic's label; rare ones have none in a brief, and their id says enough.
fn topic(brief: &Brief, id: &str) -> String {
    let labelled = brief.numbers.topics.iter().find(|row| row.key == id);
    labelled.map_or_else(|| id.replace('_', " "), |row| row.label.clone())
}

/// A regency without data is no regency with zero items.
fn places(brief: &Brief) -> Sheet {
    let columns =
        [&[("Kode", 10), ("Kabupaten/kota", 28), ("Item", 11), ("Periode sebelumnya", 13)][..], &TONES].concat();
    let rows = brief.numbers.tiles.iter().map(|tile| {
        let counted = brief.numbers.tables.places.iter().find(|row| row.key == tile.code.as_str());
        let mut cells = vec![Value::text(tile.code.as_str()), Value::text(&tile.name), Value::known(tile.count)];
        cells.push(counted.map_or(Value::Empty, |row| Value::known(row.previous)));
        let toned = counted.filter(|_| tile.count.is_some());
        cells.extend(toned.map(|row| tone_cells(&row.tone)).unwrap_or_default());
        cells
    });
    sheet("Wilayah", "Item per kabupaten/kota", &columns, rows.collect())
}

fn tones(brief: &Brief) -> Sheet {
    let columns = [&[("Kelompok", 40)][..], &TONES].concat();
    let tables = &brief.numbers.tables;
    let rows = [
        ("Liputan mandiri dan warga (angka utama)", &tables.tone),
        ("Advertorial (berbayar)", &tables.tone_advertorial),
        ("Rilis resmi", &tables.tone_official),
    ];
    let rows = rows.into_iter().map(|(label, count)| {
        let mut cells = vec![Value::text(label)];
        cells.extend(tone_cells(count));
        cells
    });
    sheet("Nada", "Nada terhadap pemerintah; tiga kelompok tidak pernah dijumlahkan", &columns, rows.collect())
}

fn coverage(brief: &Brief) -> Sheet {
    let columns = [("Asal liputan", 40), ("Item", 9), ("Periode sebelumnya", 13)];
    let rows = brief.numbers.coverage.iter();
    let rows = rows.map(|row| vec![Value::text(&row.label), Value::Count(row.count), Value::known(row.previous)]);
    sheet("Asal liputan", "Siapa yang membuat atau membayar", &columns, rows.collect())
}

fn days(brief: &Brief) -> Sheet {
    let columns = [&[("Tanggal", 12), ("Item", 11), ("Sumber", 9)][..], &TONES].concat();
    let rows = brief.numbers.tables.days.iter().map(|day| {
        let mut cells = vec![Value::Date(day.date), Value::known(day.total), Value::Count(day.sources)];
        // A day without data has no tones, which is not none of each.
        cells.extend(day.total.map(|_| tone_cells(&day.tone)).unwrap_or_default());
        cells
    });
    sheet("Tren", "Item dan nada per hari", &columns, rows.collect())
}

fn aspirations(brief: &Brief) -> Sheet {
    let columns = [("Tema", 36), ("Aduan dan harapan", 11), ("Perangkat daerah", 44), ("Contoh", 80), ("Rujukan", 14)];
    let rows = brief.aspirations.iter().map(|line| {
        let example = line.example.as_slice();
        vec![
            Value::text(&line.theme),
            Value::Count(line.count),
            Value::text(&line.agency),
            sentences(example),
            cited(example),
        ]
    });
    sheet("Aspirasi", "Aduan dan harapan warga menurut tema", &columns, rows.collect())
}

fn watch(brief: &Brief) -> Sheet {
    let columns = [
        ("Kode", 12),
        ("Klaim", 54),
        ("Status", 14),
        ("Item", 9),
        ("Sinyal", 30),
        ("Konfirmasi ke", 20),
        ("Tenggat", 20),
        ("Cek fakta terkait", 36),
        ("Langkah", 34),
        ("Rujukan", 10),
    ];
    let rows = brief.watch.iter().map(|item| {
        vec![
            Value::text(&item.id),
            Value::text(&item.claim),
            Value::text(&item.status),
            Value::Count(item.count),
            Value::text(&item.signals.join(", ")),
            Value::text(&item.ask),
            Value::text(&item.deadline),
            sentences(item.related_factcheck.as_slice()),
            Value::text(&item.steps.join(" ")),
            refs(&item.refs),
        ]
    });
    sheet("Verifikasi", "Klaim yang perlu diverifikasi; putusan hanya oleh petugas", &columns, rows.collect())
}

fn questions(brief: &Brief) -> Sheet {
    let columns =
        [("Level", 13), ("Isu", 40), ("Pertanyaan", 50), ("Jawaban", 80), ("Data belum ada", 10), ("Rujukan", 14)];
    let rows = brief.questions.iter().flat_map(|issue| {
        issue.items.iter().map(|item| {
            vec![
                Value::Level(issue.risk),
                Value::text(&issue.title),
                Value::text(&item.question),
                Value::text(&item.answer.text),
                Value::text(if item.missing { "ya" } else { "tidak" }),
                refs(&item.answer.refs),
            ]
        })
    });
    sheet("Tanya jawab", "Pertanyaan yang mungkin diajukan kepada pimpinan", &columns, rows.collect())
}

/// One row an option.
fn recommendations(brief: &Brief) -> Sheet {
    let time = format!("Tenggat ({})", words::zone(&brief.header.zone_label).1);
    let columns = [
        ("Level", 13),
        ("Isu", 38),
        ("Opsi", 30),
        ("Kedudukan", 18),
        ("Alasan", 60),
        ("Langkah", 60),
        ("Kewenangan", 16),
        ("Pelaksana", 40),
        ("Juru bicara", 26),
        ("Kanal", 26),
        ("Waktu", 24),
        (time.as_str(), 16),
        ("Rujukan", 14),
    ];
    let rows = brief.recommendations.iter().flat_map(|it| {
        it.options.iter().map(move |option| {
            vec![
                Value::Level(it.risk),
                Value::text(&it.title),
                Value::text(&option.name),
                Value::text(match (option.recommended, option.rejected) {
                    (true, _) => "disarankan",
                    (_, true) => "tidak disarankan",
                    _ => "pilihan lain",
                }),
                Value::text(&option.reason),
                Value::text(&option.steps.join(" ")),
                Value::text(&it.authority),
                Value::text(&it.owner),
                Value::text(&it.spokesperson),
                Value::text(&it.channels),
                Value::text(&it.time),
                it.deadline.map_or(Value::Empty, Value::Moment),
                refs(&it.refs),
            ]
        })
    });
    sheet("Rekomendasi", "Pilihan tanggapan per isu, satu baris per pilihan", &columns, rows.collect())
}

fn tasks(brief: &Brief) -> Sheet {
    let time = format!("Tenggat ({})", words::zone(&brief.header.zone_label).1);
    let columns = [
        ("Kode", 18),
        ("Tugas", 60),
        ("Pelaksana", 34),
        ("Keadaan", 18),
        (time.as_str(), 16),
        ("Lewat (jam)", 9),
        ("Bukti", 40),
        ("Isu", 16),
    ];
    let rows = brief.tasks.iter().map(|task| {
        vec![
            Value::text(task.id.as_str()),
            Value::text(&task.title),
            Value::text(&task.owner),
            Value::text(match task.state {
                TaskState::LewatTenggat => "lewat tenggat",
                TaskState::BuktiKurang => "bukti kurang",
                TaskState::Berjalan => "berjalan",
                TaskState::Selesai => "selesai",
                TaskState::Dibatalkan => "dibatalkan",
            }),
            Value::Moment(task.deadline),
            Value::optional(task.overdue_hours),
            Value::text(task.proof.as_deref().unwrap_or_default()),
            Value::text(task.issue.as_ref().map_or("", |issue| issue.as_str())),
        ]
    });
    sheet("Tugas", "Tindak lanjut yang dicatat", &columns, rows.collect())
}

/// Values of indices stay words: "69,11" is how the registry has it, and a rank is no number to add up.
fn kpis(brief: &Brief) -> Sheet {
    let columns = [
        ("Indeks", 40),
        ("Tahun", 8),
        ("Nilai", 12),
        ("Peringkat", 18),
        ("Sebelumnya", 18),
        ("Penerbit", 30),
        ("Metode", 22),
        ("Sumber", 36),
        ("Catatan", 60),
        ("Klaim usang", 60),
    ];
    let rows = brief.kpis.iter().map(|kpi| {
        vec![
            Value::text(&kpi.name),
            Value::text(&if kpi.year == 0 { "belum tercatat".to_owned() } else { kpi.year.to_string() }),
            Value::text(&kpi.value),
            Value::text(&kpi.rank),
            Value::text(&kpi.previous),
            Value::text(&kpi.publisher),
            Value::text(&kpi.method),
            Value::text(&kpi.source),
            Value::text(&kpi.notes.join(" ")),
            sentences(&kpi.stale_claims),
        ]
    });
    sheet("Indeks", "Indeks daerah dengan tahun, penerbit, dan metode", &columns, rows.collect())
}

fn effects(brief: &Brief) -> Sheet {
    let time = format!("Terbit ({})", words::zone(&brief.header.zone_label).1);
    let columns = [
        (time.as_str(), 16),
        ("Klarifikasi", 50),
        ("Jam dibandingkan", 11),
        ("Item sebelum", 10),
        ("Item sesudah", 10),
        ("Temuan", 26),
        ("Keterangan", 80),
    ];
    let rows = brief.effects.iter().map(|effect| {
        vec![
            Value::Moment(effect.clarification.published_at),
            Value::text(&effect.clarification.title),
            Value::Count(effect.hours.into()),
            Value::Count(effect.before.items),
            Value::Count(effect.after.items),
            Value::text(match effect.finding {
                EffectFinding::BelumDapatDinilai => "belum dapat dinilai",
                EffectFinding::LebihRendah => "lebih rendah dari perkiraan",
                EffectFinding::SesuaiArah => "sesuai arah sebelumnya",
                EffectFinding::LebihTinggi => "lebih tinggi dari perkiraan",
            }),
            Value::text(&effect.words.join(" ")),
        ]
    });
    sheet("Klarifikasi", "Sebelum dan sesudah klarifikasi; bukan bukti sebab", &columns, rows.collect())
}

fn health(brief: &Brief) -> Sheet {
    let time = format!("Terakhir terbaca ({})", words::zone(&brief.header.zone_label).1);
    let columns = [
        ("Sumber", 34),
        ("Jenis", 16),
        ("Keadaan", 18),
        ("Sebab", 30),
        (time.as_str(), 18),
        ("Diterima", 10),
        ("Dilewati", 10),
    ];
    let rows = brief.method.health.iter().map(|source| {
        vec![
            Value::text(source.name.as_str()),
            Value::text(source.kind.label()),
            Value::text(source.state.label()),
            Value::text(source.fault.map(Fault::label).unwrap_or_default()),
            source.last_success_at.map_or(Value::Empty, Value::Moment),
            Value::Count(u32::try_from(source.received).unwrap_or(u32::MAX)),
            Value::Count(u32::try_from(source.skipped).unwrap_or(u32::MAX)),
        ]
    });
    sheet("Sumber data", "Keadaan setiap sumber pada pembacaan terakhir", &columns, rows.collect())
}

fn method(brief: &Brief) -> Sheet {
    let method = &brief.method;
    let parts: [(&str, &[String]); 4] = [
        ("Metode dan batas", &method.sentences),
        ("Sumber tak terbaca", &method.failed),
        ("Celah data", &method.gaps),
        ("Biasanya memuat, kali ini tidak", &method.silent),
    ];
    let mut rows: Vec<Vec<Value>> = parts
        .into_iter()
        .flat_map(|(label, lines)| lines.iter().map(move |line| vec![Value::text(label), Value::text(line)]))
        .collect();
    rows.push(vec![Value::text("Versi"), Value::text(&method.version)]);
    sheet("Metode", "Cara membuat ringkasan dan batasnya", &[("Bagian", 32), ("Keterangan", 120)], rows)
}

fn period_windows(period: &Period) -> Sheet {
    let columns = [&[("Tanggal", 12), ("Hari", 14), ("Item", 11), ("Data kurang", 10)][..], &VOICES, &TONES].concat();
    let rows = period.windows.iter().map(|window| {
        let mut cells = vec![Value::Date(window.date), Value::text(&window.label), Value::known(window.total)];
        cells.push(Value::text(if window.gap { "ya" } else { "tidak" }));
        if window.total.is_some() {
            cells.extend(voice_cells(&window.coverage));
            cells.extend(tone_cells(&window.tone));
        }
        cells
    });
    sheet("Periode", "Item, asal, dan nada per hari selama periode", &columns, rows.collect())
}

/// A row a topic, outlet or place, with one column a window.
fn period_rows(name: &'static str, about: &'static str, period: &Period, rows: &[PeriodRow]) -> Sheet {
    let mut columns = counted("Nama");
    columns.push(("Advertorial", 11));
    columns.extend(period.windows.iter().map(|window| (window.label.as_str(), 9)));
    let rows = rows.iter().map(|row| {
        let mut cells = vec![Value::text(&row.label), Value::Count(row.count), Value::known(row.previous)];
        cells.extend(tone_cells(&row.tone));
        cells.push(Value::Count(row.advertorial));
        // A window without data stays empty: it is no zero.
        cells.extend(row.series.iter().take(period.windows.len()).map(|count| Value::optional(*count)));
        cells
    });
    let rows = rows.collect();
    sheet(name, about, &columns, rows)
}

fn period_issues(period: &Period) -> Sheet {
    let columns = [
        ("Level tertinggi", 13),
        ("Isu", 50),
        ("Item", 9),
        ("Hari", 8),
        ("Rentang", 22),
        ("Keadaan akhir", 28),
        ("Kode", 16),
    ];
    let rows = period.issues.iter().map(|issue| {
        vec![
            Value::Level(issue.risk),
            Value::text(&issue.title),
            Value::Count(issue.count),
            Value::Count(issue.days),
            Value::text(&issue.span_words),
            Value::text(&issue.outcome),
            Value::text(issue.id.as_str()),
        ]
    });
    sheet("Periode isu", "Isu selama periode", &columns, rows.collect())
}

fn period_answers(period: &Period) -> Sheet {
    let columns = [("Ukuran", 60), ("Median (jam)", 12), ("n", 8)];
    let responses = &period.responses;
    let medians = [
        ("Dari peringatan sampai ada yang menangani", responses.acknowledged),
        ("Dari peringatan sampai jawaban resmi pertama", responses.answered),
        ("Dari klaim masuk antrean sampai putusan petugas", responses.verified),
    ];
    let mut rows: Vec<Vec<Value>> = medians
        .into_iter()
        .map(|(label, median)| match median {
            Some(median) => vec![Value::text(label), Value::Hours(median.hours), Value::Count(median.n)],
            None => vec![Value::text(label), Value::text("data belum ada"), Value::Count(0)],
        })
        .collect();
    let tasks = [("Tugas selesai tepat waktu", responses.tasks_in_time), ("Tugas jatuh tempo", responses.tasks_due)];
    rows.extend(tasks.map(|(label, count)| vec![Value::text(label), Value::Empty, Value::Count(count)]));
    sheet("Waktu tanggap", "Seberapa cepat isu, klaim, dan tugas ditangani", &columns, rows)
}
