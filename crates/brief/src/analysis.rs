//! Section 11: cause, reach and direction of the leading issues. Facts and assessments are marked apart.

use crate::{
    movement::{self, Direction, Movement},
    references::References,
    situation,
    view::{self, View, assessment, fact},
    words,
};
use model::{Issue, Risk, Section, Statement, TopicId};

/// Issues analysed at most.
pub(crate) const ISSUES: usize = 3;
const TITLE_CHARS: usize = 80;
/// Above this share a group is said to carry an issue.
const DRIVES: f32 = 0.5;
/// A topic that grew by fewer items did not grow.
const RISE_ITEMS: u32 = 3;
/// From so many items with a tone, and this share unfavourable, a loss of trust is worth naming.
const TRUST_ITEMS: u32 = 10;
const TRUST_SHARE: f32 = 0.5;

/// The day as a whole, then the leading issues one by one.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<Statement> {
    if view.input.tables.total == 0 {
        return vec![fact("Data belum ada untuk dianalisis.", Vec::new())];
    }
    let mut out = vec![volume(view)];
    out.extend(largest_rise(view));
    let serious = view.issues.iter().filter(|issue| issue.risk >= Risk::Kuning).count();
    let limit = view.input.options.layout.limit(Section::Analysis, ISSUES);
    // On a calm day the largest issue alone shows that there is nothing to explain.
    for issue in view.issues.iter().take(serious.clamp(1, limit.max(1))) {
        out.extend(of_issue(view, issue, references));
    }
    out
}

/// The day's volume against the days before it.
fn volume(view: &View<'_>) -> Statement {
    let tables = view.input.tables;
    let days = tables.days.split_last().map_or(&[][..], |(_, before)| before);
    let before: Vec<u32> = days.iter().filter_map(|day| day.total).collect();
    let total = words::number(tables.total);
    let text = match mean(&before) {
        Some(mean) => format!(
            "Periode ini memuat {total} item; rata-rata {} hari sebelumnya {} item per hari{}.",
            words::small(before.len()),
            words::decimal(mean),
            if before.len() < days.len() { " (hari tanpa data tidak dihitung)" } else { "" }
        ),
        None => format!("Periode ini memuat {total} item; data hari sebelumnya belum ada."),
    };
    fact(text, Vec::new())
}

/// The topic that grew most since yesterday.
fn largest_rise(view: &View<'_>) -> Option<Statement> {
    let rows = view.input.tables.topics.iter();
    let rises = rows.filter_map(|row| Some((row.count.checked_sub(row.previous?)?, row)));
    let (rise, row) = rises.max_by(|(a, first), (b, second)| a.cmp(b).then_with(|| second.key.cmp(&first.key)))?;
    (rise >= RISE_ITEMS).then(|| {
        let label = view.topic_label(&TopicId::from(row.key.as_str()));
        let from = words::number(row.count - rise);
        fact(format!("Kenaikan terbesar: {label}, dari {from} menjadi {} item.", words::number(row.count)), Vec::new())
    })
}

fn of_issue(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Vec<Statement> {
    let refs = references.cite_all(view::proof(issue));
    let mut out =
        vec![fact(words::capital(&format!("{}: {}.", view.called(issue, TITLE_CHARS), size(issue))), refs.clone())];
    out.push(assessment(driver(view, issue), refs));
    out.push(assessment(outlook(issue), Vec::new()));
    out.extend(usual(issue).map(|text| fact(text, Vec::new())));
    out.extend(reach(view, issue).map(|text| fact(text, Vec::new())));
    out.extend(trust(issue).map(|text| assessment(text, Vec::new())));
    out
}

/// Today's count, its base, and who spoke.
fn size(issue: &Issue) -> String {
    // The mean that the level's reasons tell, of voices like theirs.
    let base = match movement::mean(issue) {
        Some(mean) => {
            let voices = words::number(movement::voices(issue));
            let releases = if movement::chart_words(issue).is_some() { " tanpa rilis" } else { "" };
            format!(" ({voices} suara{releases}; rata-rata sebelumnya {} per hari)", words::decimal(mean))
        }
        None => String::new(),
    };
    let coverage = issue.coverage;
    let voices = [
        (coverage.earned_media, "liputan mandiri"),
        (coverage.public, "unggahan warga"),
        (coverage.official, "rilis resmi"),
        (coverage.advertorial, "advertorial"),
    ];
    let spoke: Vec<(u32, &str)> = voices.into_iter().filter(|(count, _)| *count > 0).collect();
    let voices = match spoke.as_slice() {
        [] => String::new(),
        [(_, name)] => format!("; seluruhnya {name}"),
        several => {
            let named: Vec<String> =
                several.iter().map(|(count, name)| format!("{} {name}", words::number(*count))).collect();
            format!("; terdiri atas {}", words::list(&named))
        }
    };
    format!("{} item{base}{voices}", words::number(issue.count))
}

/// What is usual at this weekday and hours, and how often its posts were looked at, as far as sources count that.
fn usual(issue: &Issue) -> Option<String> {
    let usual = issue.usual.as_ref()?;
    let (low, high) = (usual.low.max(0.0).ceil() as u32, usual.high.max(0.0).floor() as u32);
    let range = usual.expected.filter(|_| high > low).map(|_| {
        let heard = words::number(movement::voices(issue));
        format!("Kisaran biasa pada hari dan jam ini {low}–{} suara; kini {heard}", words::number(high))
    });
    let reach = usual.reach.filter(|reach| *reach > 0).and_then(|reach| u32::try_from(reach).ok());
    let reach = reach.map(|reach| format!("tanggapan dan tayangan yang dihitung sumbernya {}", words::number(reach)));
    let parts: Vec<String> = range.into_iter().chain(reach).collect();
    (!parts.is_empty()).then(|| words::sentence(parts.join("; ")))
}

/// What carries the issue, judged by who speaks and whether anybody answered.
fn driver(view: &View<'_>, issue: &Issue) -> String {
    let coverage = issue.coverage;
    let carries = |count: u32| count as f32 > DRIVES * issue.count as f32;
    let unanswered = view::wants_answer(issue) && !situation::is_answered(view, issue);
    let text = if carries(coverage.advertorial + coverage.official) {
        "materi pemerintah sendiri; ini belum menunjukkan pendapat warga."
    } else if carries(coverage.public) && unanswered && !issue.questions.is_empty() {
        "percakapan warga. Pertanyaan yang belum dijawab dapat memperpanjang isu."
    } else if carries(coverage.public) {
        "percakapan warga, bukan pemberitaan media."
    } else if carries(coverage.earned_media) && unanswered {
        "pemberitaan media, sejauh ini tanpa keterangan resmi."
    } else if carries(coverage.earned_media) {
        "pemberitaan media."
    } else {
        "tidak ada satu kelompok suara yang menonjol."
    };
    format!("Pendorong utama: {text}")
}

/// Where the last three days point. It names no figure for tomorrow, because nothing here can know one.
fn outlook(issue: &Issue) -> String {
    if Movement::of(issue) == Movement::New {
        return "Arah tiga hari: belum dapat dinilai karena isu baru muncul.".to_owned();
    }
    // The line of seven days counts releases, the multiple does not.
    let releases = if movement::chart_words(issue).is_some() { " termasuk rilis" } else { "" };
    let days = |days: [u32; 3]| format!("{} suara{releases}", days.map(words::number).join(", "));
    match movement::direction(&issue.trend) {
        Direction::Up(counts) => {
            format!("Arah tiga hari: naik ({}). Bila pola ini berlanjut, isu belum mencapai puncak.", days(counts))
        }
        Direction::Down(counts) => {
            format!("Arah tiga hari: turun ({}). Bila pola ini berlanjut, isu akan mereda.", days(counts))
        }
        Direction::Unclear(counts) => format!("Arah tiga hari: belum jelas ({}).", days(counts)),
        Direction::Unknown => "Arah tiga hari: belum dapat dinilai karena ada hari tanpa data.".to_owned(),
    }
}

/// Places and complaints that the issue touches.
fn reach(view: &View<'_>, issue: &Issue) -> Option<String> {
    let places = view.place_names(&issue.places);
    let complaints = view.topic(issue).and_then(|topic| {
        let row = view.input.tables.topics.iter().find(|row| row.key == topic.id.as_str())?;
        (row.complaints > 0)
            .then(|| format!("{} aduan pada topik {}", words::number(row.complaints), view.topic_label(&topic.id)))
    });
    match (places.is_empty(), complaints) {
        (true, None) => None,
        (true, Some(complaints)) => Some(format!("Dampak yang tercatat: {complaints}.")),
        (false, None) => Some(format!("Wilayah yang disebut: {}.", words::short_list(&places, 4))),
        (false, Some(complaints)) => {
            Some(format!("Wilayah yang disebut: {}; {complaints}.", words::short_list(&places, 4)))
        }
    }
}

/// Whether the tone endangers trust in the service.
fn trust(issue: &Issue) -> Option<String> {
    let n = issue.tone.n();
    let unfavourable = issue.tone.negatif + issue.tone.berpotensi_negatif;
    (n >= TRUST_ITEMS && unfavourable as f32 >= TRUST_SHARE * n as f32).then(|| {
        format!(
            "Dampak: {} dari {} item bernada negatif atau berpotensi negatif; kepercayaan pada layanan dapat turun bila tidak ditanggapi.",
            words::number(unfavourable),
            words::number(n)
        )
    })
}

fn mean(counts: &[u32]) -> Option<f32> {
    (!counts.is_empty()).then(|| counts.iter().sum::<u32>() as f32 / counts.len() as f32)
}
