//! What the office's limits leave out, counted: a list that was cut says of how many it shows how many.

use crate::{
    analysis, cards, citizens, kpi, positive, recommendation,
    view::{self, View},
    voices, watch, words,
};
use model::{Risk, Section};

/// One sentence a list that shows fewer than there are.
pub(crate) fn sentences(view: &View<'_>) -> Vec<String> {
    let layout = &view.input.options.layout;
    let tables = view.input.tables;
    let serious = view.issues.iter().filter(|issue| issue.risk >= Risk::Kuning).count();
    let spoke = tables.sources.iter().filter(|row| row.count > 0).count();
    let complained = tables.topics.iter().filter(|row| row.complaints > 0).count();
    let of = |section, most: usize| layout.limit(section, most);
    let lists = [
        (
            "Isu mendesak",
            "isu merah dan oranye",
            of(Section::Alerts, view::URGENT_MAX).min(view::URGENT_MAX),
            view.urgent_count(),
        ),
        ("Isu utama", "isu", cards::main_count(view), view.issues.len()),
        ("Media dan kanal", "sumber", of(Section::Sources, voices::SOURCES), spoke),
        ("Narasumber", "narasumber", of(Section::Narasumber, voices::SPEAKERS), voices::speaker_count(view)),
        ("Isu perlu verifikasi", "klaim", of(Section::Watch, watch::CLAIMS), watch::groups(view).len()),
        ("Aspirasi dan aduan", "tema", of(Section::Aspirations, citizens::THEMES), complained),
        ("Peluang informasi positif", "isu", of(Section::Positive, positive::LINES), positive::count(view)),
        ("Indeks dan capaian", "indeks", of(Section::Kpi, kpi::KPIS), kpi::count(view)),
        ("Analisis", "isu kuning ke atas", of(Section::Analysis, analysis::ISSUES).max(1), serious),
        ("Rekomendasi", "isu kuning ke atas", of(Section::Recommendation, recommendation::BLOCKS).max(1), serious),
    ];
    let cut = lists.into_iter().filter(|(_, _, shown, all)| shown < all);
    cut.map(|(name, what, shown, all)| {
        let number = |count: usize| words::number(u32::try_from(count).unwrap_or(u32::MAX));
        format!(
            "Bagian {name} memuat {} dari {} {what}; {} lainnya tidak ditampilkan.",
            number(shown),
            number(all),
            number(all - shown)
        )
    })
    .collect()
}
