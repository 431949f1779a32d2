//! Section 1: who, what, when, which period.

use crate::{view::View, words};
use model::{BriefState, Header, Window};

/// The header of page one; always a draft, because only a person approves.
pub(crate) fn compose(view: &View<'_>) -> Header {
    let input = view.input;
    let options = input.options;
    let prepared_by = if options.prepared_by.is_empty() { &input.region.office } else { &options.prepared_by };
    Header {
        government: input.region.government.clone(),
        office: input.region.office.clone(),
        id: format!("{}-{}", options.name, view.date).into(),
        kind: options.kind,
        edition: 1,
        letterhead: options.letterhead.clone(),
        signatory: options.signatory.clone(),
        correspondence: options.correspondence.clone(),
        workflow: Vec::new(),
        title: options.title.clone(),
        number: options.number.unwrap_or_else(|| view.date.day_of_year().unsigned_abs()),
        date: view.date,
        date_words: words::weekday_date(view.date),
        period_words: period(view),
        cut_off_words: view.clock(view.window.to),
        window: view.window,
        zone_label: view.zone_label.to_owned(),
        state: BriefState::Draf,
        status: BriefState::Draf.label().to_owned(),
        classification: options.classification.clone(),
        prepared_by: prepared_by.clone(),
        fictional: options.fictional,
    }
}

/// "19 November 2026 06.00 – 20 November 2026 06.00 WITA".
pub(crate) fn period(view: &View<'_>) -> String {
    let Window { from, to } = view.window;
    let day = |at: jiff::Timestamp| words::date(at.to_zoned(view.zone.clone()).date());
    format!("{} {} – {} {}", day(from), words::time(from, &view.zone), day(to), view.clock(to))
}
