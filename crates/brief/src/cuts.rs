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
            Section::Alerts,
            "isu merah dan oranye",
            of(Section::Alerts, view::URGENT_MAX).min(view::URGENT_MAX),
            view.urgent_count(),
        ),
        (Section::TopIssues, "isu", cards::main_count(view), view.issues.len()),
        (Section::Sources, "sumber", of(Section::Sources, voices::SOURCES), spoke),
        (Section::Narasumber, "narasumber", of(Section::Narasumber, voices::SPEAKERS), voices::speaker_count(view)),
        (Section::Watch, "klaim", of(Section::Watch, watch::CLAIMS), watch::groups(view).len()),
        (Section::Aspirations, "tema", of(Section::Aspirations, citizens::THEMES), complained),
        (Section::Positive, "isu", of(Section::Positive, positive::LINES), positive::count(view)),
        (Section::Kpi, "indeks", of(Section::Kpi, kpi::KPIS), kpi::count(view)),
        (Section::Analysis, "isu kuning ke atas", of(Section::Analysis, analysis::ISSUES).max(1), serious),
        (
            Section::Recommendation,
            "isu kuning ke atas",
            of(Section::Recommendation, recommendation::BLOCKS).max(1),
            serious,
        ),
    ];
    let cut = lists.into_iter().filter(|(_, _, shown, all)| shown < all);
    cut.filter_map(|(section, what, shown, all)| sentence(view, section, what, shown, all)).collect()
}

/// The same of the clippings, whose list is finished last.
pub(crate) fn clippings(view: &View<'_>, shown: usize, all: u32) -> Option<String> {
    let all = usize::try_from(all).unwrap_or(usize::MAX);
    (shown < all).then(|| sentence(view, Section::Appendix, "kliping", shown, all)).flatten()
}

/// "Bagian Isu utama memuat tujuh dari 100 isu; 93 lainnya tidak ditampilkan."; nothing of a section that is not shown.
fn sentence(view: &View<'_>, section: Section, what: &str, shown: usize, all: usize) -> Option<String> {
    let heading = &view.input.options.layout.get(section)?.heading;
    let (shown, all, more) = (words::small(shown), words::small(all), words::small(all - shown));
    Some(format!("Bagian {heading} memuat {shown} dari {all} {what}; {more} lainnya tidak ditampilkan."))
}
