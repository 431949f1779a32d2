//! How far the data can be trusted, by rules that a reader can check.
//!
//! `rendah`: nothing was read, the window is a gap, too many sources failed, or nobody but the government spoke.
//! `tinggi`: nearly every source was received, the week has no gap, enough independent items, few unsure tones.
//! `sedang`: everything between.

use crate::{method, view::View, words};
use model::{Confidence, FrameWindow, SourceState};

/// Share of sources received from which the data can be called complete, and below which it is poor.
const RECEIVED_HIGH: f32 = 0.95;
const RECEIVED_LOW: f32 = 0.7;
/// Share of items with an unsure tone above which the tone figures are not firm.
const UNSURE_HIGH: f32 = 0.2;
/// Independent items (earned and citizens') below which one voice weighs too much.
const INDEPENDENT_FEW: u32 = 30;
/// Names and days listed in one sentence; the method section has all sources.
const NAMES_SHOWN: usize = 4;
const DAYS_SHOWN: usize = 3;

/// The level with the sentences that name what is missing.
pub(crate) fn compose(view: &View<'_>) -> Confidence {
    let tables = view.input.tables;
    let failed: Vec<&str> = method::failed(view).map(|health| view.source_name(&health.name)).collect();
    let silent: Vec<&str> = method::silent(view).map(|row| view.source_name(&row.source)).collect();
    let (received, expected) = received(view);
    let share = received as f32 / expected.max(1) as f32;
    let incomplete = incomplete_days(view);
    let independent = independent_items(view);

    let level = if tables.total == 0 || view.is_gap() || independent == 0 || is_poor(received, expected) {
        "rendah"
    } else if expected > 0
        && share >= RECEIVED_HIGH
        && silent.is_empty()
        && incomplete.is_none()
        && independent >= INDEPENDENT_FEW
        && tables.unsure as f32 <= UNSURE_HIGH * tables.total as f32
    {
        "tinggi"
    } else {
        "sedang"
    };

    let mut sentences = vec![compact(view, received, expected)];
    if !failed.is_empty() {
        sentences.push(format!("Tidak terbaca: {}.", words::short_list(&failed, NAMES_SHOWN)));
    }
    let partial = view.input.health.iter().filter(|health| health.state == SourceState::Partial);
    let partial: Vec<&str> = partial.map(|health| view.source_name(&health.name)).collect();
    if !partial.is_empty() {
        sentences.push(format!("Terbaca sebagian: {}.", words::short_list(&partial, NAMES_SHOWN)));
    }
    if !silent.is_empty() {
        sentences.push(format!(
            "Biasanya memuat, tetapi tidak pada periode ini: {}.",
            words::short_list(&silent, NAMES_SHOWN)
        ));
    }
    if let Some(days) = incomplete {
        sentences.push(format!("Data {days} tidak lengkap, sehingga kelipatan dapat terlalu tinggi."));
    }
    if tables.total == 0 {
        sentences.push("Tidak ada item yang terbaca; ini bukan tanda bahwa tidak ada isu.".to_owned());
    } else if independent == 0 {
        sentences.push("Tidak ada liputan mandiri atau suara warga; hanya materi pemerintah yang terbaca.".to_owned());
    } else if independent < INDEPENDENT_FEW {
        sentences.push(format!("Hanya {} item liputan mandiri dan suara warga.", words::counted(independent)));
    }
    Confidence { level: level.to_owned(), expected: count(expected), received: count(received), sentences }
}

/// What a reader must know first, in one short sentence: sources, cut-off, unsure items. Holes have sentences of their own.
fn compact(view: &View<'_>, received: usize, expected: usize) -> String {
    let tables = view.input.tables;
    let cut_off = view.clock(view.window.to);
    let mut parts = vec![match expected {
        0 => format!("Daftar sumber belum tercatat, sehingga kelengkapan data sampai {cut_off} tidak dapat dinilai"),
        _ => format!("Terbaca {received} dari {expected} sumber sampai {cut_off}"),
    }];
    if tables.total > 0 {
        parts.push(match tables.unsure {
            0 => format!("nada seluruh item pasti (n = {})", words::number(tables.total)),
            unsure => format!("nada {} belum pasti", words::share_of(unsure, tables.total, "item")),
        });
    }
    format!("{}.", parts.join("; "))
}

/// Sources that answered, and sources that were asked.
pub(crate) fn received(view: &View<'_>) -> (usize, usize) {
    let expected = method::asked(view).count();
    (expected - method::failed(view).count(), expected)
}

/// True where too many sources failed for the figures to speak for the region.
pub(crate) fn is_poor(received: usize, expected: usize) -> bool {
    (received as f32) < RECEIVED_LOW * expected as f32
}

/// Items that are neither paid for nor made by the government.
pub(crate) fn independent_items(view: &View<'_>) -> u32 {
    let rows = &view.input.tables.coverage;
    rows.iter().filter(|row| row.key == "earned_media" || row.key == "public").map(|row| row.count).sum()
}

/// Days before the last whose figures are too low because sources were missing: "17 Nov dan 19 Nov".
pub(crate) fn incomplete_days(view: &View<'_>) -> Option<String> {
    let windows: &[FrameWindow] = view.input.frame.windows.split_last().map_or(&[], |(_, earlier)| earlier);
    let incomplete = windows.iter().filter(|window| window.gap || !window.missing_sources.is_empty());
    let days: Vec<String> = incomplete.map(|window| words::day_month(window.date)).collect();
    match days.len() {
        0 => None,
        count if count > DAYS_SHOWN => Some(format!("{} hari sebelumnya", words::small(count))),
        _ => Some(words::list(&days)),
    }
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
