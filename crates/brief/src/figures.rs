//! Every figure that a brief shows, under the name by which its documents can be listed.
//!
//! Names are words of the query language: `nada:negatif`, `topik:banjir`, `isu:ID/asal:public`. Whoever adds a figure
//! to a brief adds it here, so that a sceptic can follow it.

use jiff::civil::Date;
use model::{Brief, BriefKind, CoverageCount, Figure, IssueCard, LabelledRow, Section, Tone, ToneCount};
use std::collections::BTreeSet;

/// What most figures count.
const ITEM: &str = "item";

/// The figures of a composed brief, each once, in the order in which they are shown.
pub(crate) fn compose(brief: &Brief) -> Vec<Figure> {
    let mut list = List::default();
    numbers(&mut list, brief);
    for card in brief.alerts.iter().chain(&brief.top_issues) {
        issue(&mut list, card, brief.header.kind == BriefKind::Harian);
    }
    sources(&mut list, brief);
    for item in brief.watch.iter().filter(|item| !item.id.is_empty()) {
        let label = format!("Item yang memuat klaim “{}”", item.claim);
        list.add(format!("klaim:{}", item.id), Section::Watch, label, item.count, ITEM, None);
    }
    for line in &brief.aspirations {
        let label = format!("Aduan tentang {}", line.theme);
        list.add(format!("aduan:{}", line.topic), Section::Aspirations, label, line.count, ITEM, None);
    }
    list.figures
}

/// Figures in order, each name once: the first place in which one is shown names its section.
#[derive(Default)]
struct List {
    figures: Vec<Figure>,
    known: BTreeSet<String>,
}

impl List {
    fn add(&mut self, id: String, section: Section, label: String, value: u32, unit: &str, previous: Option<u32>) {
        if self.known.insert(id.clone()) {
            self.figures.push(Figure { id, section, label, value, unit: unit.to_owned(), previous });
        }
    }

    /// A plain figure of the window.
    fn number(&mut self, id: &str, label: &str, value: u32) {
        self.add(id.to_owned(), Section::Numbers, label.to_owned(), value, ITEM, None);
    }

    /// The four tones of something, and how many items have one.
    fn tones(&mut self, prefix: &str, of: &str, section: Section, count: &ToneCount) {
        for tone in Tone::ALL {
            let id = format!("{prefix}nada:{}", tone.as_str());
            self.add(id, section, format!("{of} bernada {}", tone.label()), count.get(tone), ITEM, None);
        }
    }

    fn row(&mut self, id: String, section: Section, label: String, row: &LabelledRow) {
        self.add(id, section, label, row.count, ITEM, row.previous);
    }
}

fn numbers(list: &mut List, brief: &Brief) {
    let (numbers, tables) = (&brief.numbers, &brief.numbers.tables);
    let section = Section::Numbers;
    list.add("total".into(), section, "Item dalam periode".into(), tables.total, ITEM, tables.previous_total);
    list.add("media".into(), section, "Media yang memuat".into(), tables.outlets, "media", None);
    list.add("sumber".into(), section, "Sumber yang memuat".into(), tables.sources_spoke, "sumber", None);
    list.add("isu".into(), section, "Isu dalam periode".into(), numbers.issues, "isu", None);
    list.add("cerita".into(), section, "Cerita dalam periode".into(), numbers.stories, "cerita", None);
    list.number("salinan", "Salinan (dihitung sekali per cerita)", numbers.copies);
    list.tones("", "Item liputan mandiri dan warga", section, &tables.tone);
    list.tones("asal:advertorial/", "Advertorial", section, &tables.tone_advertorial);
    list.tones("asal:official/", "Rilis resmi", section, &tables.tone_official);
    for row in &numbers.coverage {
        list.row(format!("asal:{}", row.key), section, row.label.clone(), row);
    }
    for row in &numbers.topics {
        list.row(format!("topik:{}", row.key), section, format!("Topik {}", row.label), row);
    }
    for tile in &numbers.tiles {
        if let Some(count) = tile.count {
            list.add(format!("wilayah:{}", tile.code), section, format!("Wilayah {}", tile.name), count, ITEM, None);
        }
    }
    for row in &tables.kinds {
        let kind = row.key.parse::<model::SourceKind>().map_or(row.key.as_str(), |kind| kind.label());
        list.add(format!("jenis:{}", row.key), section, format!("Jenis {kind}"), row.count, ITEM, row.previous);
    }
    for (date, total) in days(brief) {
        list.add(format!("hari:{date}"), section, format!("Item pada {date}"), total, ITEM, None);
    }
    list.number("belum_pasti", "Item yang nadanya belum pasti", tables.unsure);
    list.number("perlu_periksa", "Item yang perlu diperiksa petugas", tables.needs_verification);
    list.number("tanpa_wilayah", "Item tanpa wilayah", tables.without_place);
    list.number("tanpa_tanggal", "Item tanpa tanggal", tables.undated);
    list.number("terlambat", "Item yang terbit sebelum periode (tidak dihitung)", tables.late);
    list.number("spam", "Spam (tidak dihitung)", tables.spam);
}

/// The days whose windows have a date of their own: those of a week or a month, or the seven of a morning.
fn days(brief: &Brief) -> Vec<(Date, u32)> {
    match (&brief.period, brief.header.kind) {
        (Some(period), _) => period.windows.iter().filter_map(|day| Some((day.date, day.total?))).collect(),
        (None, BriefKind::Harian) => {
            brief.numbers.tables.days.iter().filter_map(|day| Some((day.date, day.total?))).collect()
        }
        _ => Vec::new(),
    }
}

fn issue(list: &mut List, card: &IssueCard, daily: bool) {
    let section = if card.risk >= model::Risk::Oranye { Section::Alerts } else { Section::TopIssues };
    let (id, of) = (format!("isu:{}", card.id), format!("Isu “{}”", card.title));
    list.add(id.clone(), section, format!("{of}: item dalam periode"), card.count, ITEM, None);
    list.add(format!("{id}/pekan"), section, format!("{of}: item selama seluruh kurun"), card.total, ITEM, None);
    list.tones(&format!("{id}/"), &format!("{of}: item"), section, &card.tone);
    for (key, label, count) in shares(&card.coverage) {
        list.add(format!("{id}/asal:{key}"), section, format!("{of}: {label}"), count, ITEM, None);
    }
    for day in card.trend.iter().filter(|_| daily) {
        if let Some(count) = day.count {
            let label = format!("{of}: suara pada {}", day.date);
            list.add(format!("{id}/hari:{}", day.date), section, label, count, "suara", None);
        }
    }
}

fn shares(count: &CoverageCount) -> [(&'static str, &'static str, u32); 4] {
    [
        ("earned_media", "liputan mandiri", count.earned_media),
        ("advertorial", "advertorial", count.advertorial),
        ("official", "rilis resmi", count.official),
        ("public", "unggahan warga", count.public),
    ]
}

/// Lines name sources as people know them; the rows behind, in the same order, as truth does.
fn sources(list: &mut List, brief: &Brief) {
    let rows = brief.numbers.tables.sources.iter().filter(|row| row.count > 0);
    for (line, row) in brief.sources.iter().zip(rows) {
        let (id, section) = (format!("sumber:{}", row.source), Section::Sources);
        list.add(id.clone(), section, format!("Sumber {}", line.name), row.count, ITEM, Some(row.previous));
        let paid = format!("Sumber {}: advertorial", line.name);
        list.add(format!("{id}/asal:advertorial"), section, paid, row.advertorial, ITEM, None);
        list.tones(&format!("{id}/"), &format!("Sumber {}: item", line.name), section, &line.tone);
    }
}
