//! Section 14: how the brief was made and what it cannot say.

use crate::{confidence, cuts, header, view::View, words};
use model::{Method, SourceHealth, SourceRow, SourceState};

/// A source that spoke in so many earlier windows is missed when it falls silent.
const USUALLY_SPEAKS: u32 = 2;
/// A gap is told from an hour of a day on.
const GAP_SHARE_MIN: f64 = 1.0 / 24.0;

/// Sources that are asked at all: not those that an operator switched off.
pub(crate) fn asked<'a>(view: &View<'a>) -> impl Iterator<Item = &'a SourceHealth> + use<'a> {
    view.input.health.iter().filter(|health| health.state != SourceState::Disabled)
}

/// Sources whose last attempt failed.
pub(crate) fn failed<'a>(view: &View<'a>) -> impl Iterator<Item = &'a SourceHealth> + use<'a> {
    view.input.health.iter().filter(|health| health.state.is_down())
}

/// Sources that usually speak and were not heard although nothing says that they failed.
pub(crate) fn silent<'a>(view: &View<'a>) -> impl Iterator<Item = &'a SourceRow> + use<'a> {
    let health = view.input.health;
    view.input.tables.sources.iter().filter(move |row| {
        let down = health.iter().any(|health| health.name == row.source && health.state.is_down());
        row.count == 0 && row.active_windows >= USUALLY_SPEAKS && !down
    })
}

/// How the brief was made.
pub(crate) fn compose(view: &View<'_>) -> Method {
    let input = view.input;
    Method {
        sentences: sentences(view),
        health: input.health.to_vec(),
        failed: failed(view).map(|health| failed_words(view, health)).collect(),
        gaps: gaps(view),
        silent: silent(view)
            .map(|row| {
                format!("{}: terakhir {} {}", view.source_name(&row.source), view.moment(row.last_at), view.zone_label)
            })
            .collect(),
        version: input.options.version.clone(),
    }
}

/// Times within the last window in which a source could not be read; short ones and those made good are not worth a line.
fn gaps(view: &View<'_>) -> Vec<String> {
    let Some(window) = view.input.frame.windows.last().map(|last| last.window) else { return Vec::new() };
    let told = view.input.gaps.iter().filter(|gap| gap.ended_at.is_some() && gap.share(&window) >= GAP_SHARE_MIN);
    told.map(|gap| {
        let (from, to) = (gap.started_at.max(window.from), gap.ended_at.unwrap_or(window.to).min(window.to));
        format!(
            "{}: {} sampai {} {} ({})",
            view.source_name(&gap.source),
            view.moment(from),
            view.moment(to),
            view.zone_label,
            gap.fault.label()
        )
    })
    .collect()
}

fn failed_words(view: &View<'_>, health: &SourceHealth) -> String {
    let reason = match (health.fault, health.reason.as_deref()) {
        (Some(fault), _) => fault.label(),
        (None, Some(reason)) => words::clause(reason),
        (None, None) => "sebab belum tercatat",
    };
    let last = health.last_success_at.map_or_else(
        || "belum pernah terbaca".to_owned(),
        |at| format!("terakhir terbaca {} {}", view.moment(at), view.zone_label),
    );
    format!("{}: {reason}; {last}", view.source_name(&health.name))
}

fn sentences(view: &View<'_>) -> Vec<String> {
    let input = view.input;
    let tables = input.tables;
    let mut out = vec![
        format!("Periode data {}; yang terbit sesudahnya masuk ringkasan berikutnya.", header::period(view)),
        sources_sentence(view),
    ];
    if let Some(days) = confidence::incomplete_days(view) {
        out.push(format!("Data {days} tidak lengkap; pada grafik, hari tanpa data adalah celah, bukan nol."));
    }
    let copies = match input.copies {
        0 => "tidak ditemukan salinan".to_owned(),
        copies => format!("ditemukan {} salinan", words::number(copies)),
    };
    out.push(format!("Salinan dan sindikasi digabung ke dalam satu cerita; {copies}."));
    out.push(
        "Kelipatan dan rata-rata dihitung dari suara: tanpa advertorial, rilis resmi, dan salinan, satu akun paling banyak tiga kali sehari. Karena itu suara dapat lebih sedikit daripada item. Garis tujuh hari memuat pula rilis resmi dan advertorial."
            .to_owned(),
    );
    out.push(
        "Advertorial dan rilis resmi dihitung terpisah dari liputan mandiri dan suara warga; angka nada utama tidak memuatnya."
            .to_owned(),
    );
    if tables.spam > 0 {
        out.push(format!("Sebanyak {} item spam dikeluarkan dari semua angka.", words::counted(tables.spam)));
    }
    if tables.undated > 0 {
        out.push(format!(
            "Sebanyak {} item tanpa tanggal dihitung pada hari pertama diterima.",
            words::counted(tables.undated)
        ));
    }
    if tables.late > 0 {
        out.push(format!(
            "Sebanyak {} item diterima pada periode ini tetapi terbit sebelumnya; item itu ditandai pada kliping dan tidak masuk angka.",
            words::counted(tables.late)
        ));
    }
    out.push(
        "Nada, topik, dan wilayah dibaca mesin dari kamus kata; sindiran dan bahasa daerah dapat salah terbaca."
            .to_owned(),
    );
    if tables.unsure > 0 {
        out.push(format!("Nada {} item belum pasti.", words::counted(tables.unsure)));
    }
    out.push(
        "Mesin hanya menandai klaim yang perlu diverifikasi; putusan dibuat oleh petugas dengan rujukan.".to_owned(),
    );
    out.extend(holidays(view));
    out.push("Data pribadi disamarkan; nama akun warga tidak ditampilkan.".to_owned());
    let clipped = u32::try_from(view.current().count()).unwrap_or(u32::MAX);
    if clipped < tables.total {
        out.push(format!(
            "Narasumber, klaim, dan contoh diambil dari {} kliping di antara {} item.",
            words::number(clipped),
            words::number(tables.total)
        ));
    }
    out.extend(cuts::sentences(view));
    out
}

/// Deadlines in office hours are too early or too late where nobody listed the year's holidays.
fn holidays(view: &View<'_>) -> Option<String> {
    let guide = &view.input.region.guide;
    let year = view.date.year();
    let listed = guide.holidays.iter().any(|holiday| holiday.date.year() == year);
    (!guide.rules.is_empty() && !listed)
        .then(|| format!("Daftar hari libur {year} belum ada; tenggat jam kerja hanya memperhitungkan akhir pekan."))
}

fn sources_sentence(view: &View<'_>) -> String {
    let expected = asked(view).count();
    if expected == 0 {
        return "Daftar sumber: data belum ada.".to_owned();
    }
    let failed = failed(view).count();
    format!("Sumber: {expected} diharapkan, {} terbaca, {failed} gagal.", expected - failed)
}
