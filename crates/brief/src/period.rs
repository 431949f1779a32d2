//! `Period`: what weeks and months show, from tables that were counted once.
//!
//! Like everything in a brief it says "data belum ada" where nothing is known, and never takes a gap for calm.

use crate::words;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday},
};
use model::{
    Act, Alert, BriefKind, Claim, Clarification, Decision, FrameWindow, Issue, IssueId, Median, Nature, OpenTask,
    Period, PeriodCount, PeriodIssue, PeriodRow, PeriodTables, PeriodWindow, PlaceCode, Region, ResponseTimes, Risk,
    Statement, TaskStatus, Tone, TopicId, Window,
};

/// Rows of each table; the rest is in the figures.
const ROWS_MAX: usize = 20;
/// Issues told of a period.
const ISSUES_MAX: usize = 15;
/// Characters of an issue's title in a row.
const TITLE_CHARS: usize = 90;
/// An issue has calmed down when its last day has at most this share of its busiest.
const CALM_SHARE: f32 = 0.25;

/// Everything that a period is told from.
#[derive(Clone, Copy, Debug)]
pub struct PeriodInput<'a> {
    /// Names of topics and places.
    pub region: &'a Region,
    /// A week or a month.
    pub kind: BriefKind,
    /// Its days, oldest first, with their gaps.
    pub windows: &'a [FrameWindow],
    /// What was counted over them.
    pub tables: &'a PeriodTables,
    /// The issues of the period.
    pub issues: &'a [Issue],
    /// Items of each issue a day, in the order of `issues` and `windows`.
    pub days: &'a [Vec<u32>],
    /// Every alert that is known.
    pub alerts: &'a [Alert],
    /// Every decision.
    pub decisions: &'a [Decision],
    /// Clarifications and announcements that people recorded.
    pub clarifications: &'a [Clarification],
    /// The verification queue.
    pub claims: &'a [Claim],
    /// Tasks as their decisions leave them.
    pub tasks: &'a [OpenTask],
}

/// Tells the period.
pub fn period(input: &PeriodInput<'_>) -> Period {
    let windows: Vec<PeriodWindow> = input
        .windows
        .iter()
        .zip(&input.tables.windows)
        .map(|(window, day)| PeriodWindow {
            date: window.date,
            label: label(window.date),
            total: day.total,
            tone: day.tone,
            coverage: day.coverage,
            gap: window.gap,
        })
        .collect();
    let rows = |counts: &[PeriodCount], name: &dyn Fn(&str) -> String| -> Vec<PeriodRow> {
        counts.iter().take(ROWS_MAX).map(|count| row(count, name(&count.key), &windows)).collect()
    };
    let region = input.region;
    let topic = |key: &str| {
        let topic = region.topic(&TopicId::from(key));
        words::without_verdict(topic.map_or(key, |topic| topic.label.as_str()))
    };
    let place =
        |key: &str| region.place(&PlaceCode::from(key)).map_or_else(|| key.to_owned(), |place| place.short.clone());
    let topics = rows(&input.tables.topics, &topic);
    let responses = responses(input);
    Period {
        sentences: sentences(input, &windows, &topics),
        topics,
        outlets: rows(&input.tables.outlets, &str::to_owned),
        places: rows(&input.tables.places, &place),
        issues: issues(input),
        responses,
        windows,
    }
}

/// "Sen 16/11".
fn label(date: Date) -> String {
    let day = match date.weekday() {
        Weekday::Monday => "Sen",
        Weekday::Tuesday => "Sel",
        Weekday::Wednesday => "Rab",
        Weekday::Thursday => "Kam",
        Weekday::Friday => "Jum",
        Weekday::Saturday => "Sab",
        Weekday::Sunday => "Min",
    };
    format!("{day} {}/{}", date.day(), date.month())
}

fn row(count: &PeriodCount, label: String, windows: &[PeriodWindow]) -> PeriodRow {
    let at = |(position, window): (usize, &PeriodWindow)| {
        window.total.map(|_| count.series.get(position).copied().unwrap_or(0))
    };
    PeriodRow {
        key: count.key.clone(),
        label,
        count: count.count,
        previous: count.previous,
        tone: count.tone,
        advertorial: count.advertorial,
        series: windows.iter().enumerate().map(at).collect(),
    }
}

/// "pekan" or "bulan".
fn stretch(kind: BriefKind) -> &'static str {
    if kind == BriefKind::Bulanan { "bulan" } else { "pekan" }
}

fn fact(text: String) -> Statement {
    Statement { text, nature: Nature::Fakta, refs: Vec::new() }
}

fn sentences(input: &PeriodInput<'_>, windows: &[PeriodWindow], topics: &[PeriodRow]) -> Vec<Statement> {
    let stretch = stretch(input.kind);
    let known: Vec<(&PeriodWindow, u32)> = windows.iter().filter_map(|window| Some((window, window.total?))).collect();
    if known.is_empty() {
        return vec![fact(format!("Jumlah item {stretch} ini: data belum ada."))];
    }
    let total: u32 = known.iter().map(|(_, total)| total).sum();
    let before = match input.tables.previous_total {
        Some(previous) => format!("{stretch} sebelumnya {}", words::number(previous)),
        None => format!("data {stretch} sebelumnya belum ada"),
    };
    let mut out = vec![fact(format!(
        "{} ini terkumpul {} item dalam {} hari ({before}).",
        words::capital(stretch),
        words::number(total),
        known.len()
    ))];
    if let Some((busiest, items)) = known.iter().rev().max_by_key(|(_, total)| *total) {
        out.push(fact(format!(
            "Hari teramai {} dengan {} item.",
            words::weekday_date(busiest.date),
            words::number(*items)
        )));
    }
    let missing: Vec<&str> =
        windows.iter().filter(|window| window.gap || window.total.is_none()).map(|w| w.label.as_str()).collect();
    if !missing.is_empty() {
        let days = words::short_list(&missing, 5);
        out.push(fact(format!("Data tidak lengkap pada {days}; angka hari itu bukan tanda sepi.")));
    }
    let tone = |tone: Tone| windows.iter().map(|window| window.tone.get(tone)).sum::<u32>();
    let n: u32 = Tone::ALL.into_iter().map(tone).sum();
    if n > 0 {
        let (negative, potential) = (tone(Tone::Negatif), tone(Tone::BerpotensiNegatif));
        out.push(fact(format!(
            "Dari {} item liputan mandiri dan suara warga yang menyangkut pemerintah, {} bernada negatif dan {} berpotensi negatif.",
            words::number(n),
            words::share(negative, n),
            words::share(potential, n)
        )));
    }
    let apart = windows.iter().fold((0, 0), |(paid, official), window| {
        (paid + window.coverage.advertorial, official + window.coverage.official)
    });
    out.push(fact(format!(
        "Dihitung terpisah: {} advertorial dan {} rilis resmi.",
        words::number(apart.0),
        words::number(apart.1)
    )));
    if let Some(first) = topics.first() {
        let before = first.previous.map_or_else(
            || format!("data {stretch} sebelumnya belum ada"),
            |previous| format!("{stretch} sebelumnya {}", words::number(previous)),
        );
        let topic = words::uncapital(&first.label);
        out.push(fact(format!("Topik terbanyak: {topic}, {} item ({before}).", words::number(first.count))));
    }
    let inside = span(input.windows);
    let published = input.clarifications.iter().filter(|c| inside.contains(c.published_at)).count();
    out.push(fact(match published {
        0 => format!("Klarifikasi {stretch} ini: belum ada yang dicatat."),
        n => format!("Klarifikasi yang dicatat {stretch} ini: {}.", words::small(n)),
    }));
    out
}

/// The time of the windows.
fn span(windows: &[FrameWindow]) -> Window {
    let from = windows.first().map(|first| first.window.from).unwrap_or_default();
    Window { from, to: windows.last().map(|last| last.window.to).unwrap_or_default() }
}

fn issues(input: &PeriodInput<'_>) -> Vec<PeriodIssue> {
    let inside = span(input.windows);
    let worst = |issue: &Issue| {
        let raised = input.alerts.iter().filter(|alert| alert.issue == issue.id && inside.contains(alert.raised_at));
        raised.map(|alert| alert.risk).chain([issue.risk]).max().unwrap_or_default()
    };
    let mut told: Vec<(Risk, u32, &Issue, &[u32])> = input
        .issues
        .iter()
        .zip(input.days)
        .map(|(issue, days)| (worst(issue), days.iter().sum(), issue, days.as_slice()))
        .filter(|(_, count, ..)| *count > 0)
        .collect();
    told.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.id.cmp(&b.2.id)));
    told.truncate(ISSUES_MAX);
    let row = |(risk, count, issue, days): (Risk, u32, &Issue, &[u32])| PeriodIssue {
        id: issue.id.clone(),
        title: words::shorten(&words::without_addresses(&issue.title), TITLE_CHARS),
        risk,
        count,
        days: days.iter().filter(|items| **items > 0).count() as u32,
        span_words: span_words(input.windows, days),
        outcome: outcome(input, issue, days).to_owned(),
    };
    told.into_iter().map(row).collect()
}

/// "16–20 November 2026", "30 Okt 2026 – 2 Nov 2026", "20 November 2026".
fn span_words(windows: &[FrameWindow], days: &[u32]) -> String {
    let mut spoken = windows.iter().zip(days).filter(|(_, items)| **items > 0).map(|(window, _)| window.date);
    let Some(first) = spoken.next() else { return "data belum ada".to_owned() };
    let last = spoken.next_back().unwrap_or(first);
    match (first == last, first.month() == last.month() && first.year() == last.year()) {
        (true, _) => words::date(first),
        (_, true) => format!("{}–{}", first.day(), words::date(last)),
        _ => format!("{} – {}", words::date_short(first), words::date_short(last)),
    }
}

fn outcome(input: &PeriodInput<'_>, issue: &Issue, days: &[u32]) -> &'static str {
    let clarified = input.clarifications.iter().any(|clarification| clarification.issue == issue.id);
    let busiest = days.iter().copied().max().unwrap_or(0) as f32;
    let calm = days.last().is_some_and(|last| *last as f32 <= busiest * CALM_SHARE);
    match (issue.official_response.is_some() || clarified, calm) {
        (true, true) => "dijawab resmi, mereda",
        (true, false) => "dijawab resmi",
        (false, true) => "mereda, belum dijawab",
        (false, false) => "belum dijawab",
    }
}

fn responses(input: &PeriodInput<'_>) -> ResponseTimes {
    let inside = span(input.windows);
    let raised: Vec<&Alert> = input.alerts.iter().filter(|alert| inside.contains(alert.raised_at)).collect();
    let after = |at: Timestamp, raised: Timestamp| (at >= raised).then(|| at.duration_since(raised));
    let taken = |alert: &Alert| {
        let is_it =
            |decision: &&Decision| matches!(&decision.act, Act::Acknowledge { alert: about } if *about == alert.id);
        input.decisions.iter().filter(is_it).filter_map(|decision| after(decision.at, alert.raised_at)).min()
    };
    let answered = |alert: &Alert| {
        let clarified = input.clarifications.iter().filter(|c| c.issue == alert.issue).map(|c| c.published_at);
        let official = answer_of(input.issues, &alert.issue);
        clarified.chain(official).filter_map(|at| after(at, alert.raised_at)).min()
    };
    let verified = |claim: &Claim| claim.answered_at().and_then(|at| after(at, claim.entered_at));
    let due: Vec<&OpenTask> = input
        .tasks
        .iter()
        .filter(|task| inside.contains(task.deadline) && task.status != TaskStatus::Dibatalkan)
        .collect();
    let in_time =
        due.iter().filter(|task| task.status == TaskStatus::Selesai && task.changed_at <= task.deadline).count();
    let mut times = ResponseTimes {
        acknowledged: median(raised.iter().filter_map(|alert| taken(alert)).collect()),
        answered: median(raised.iter().filter_map(|alert| answered(alert)).collect()),
        verified: median(
            input.claims.iter().filter(|claim| inside.contains(claim.entered_at)).filter_map(verified).collect(),
        ),
        tasks_in_time: in_time as u32,
        tasks_due: due.len() as u32,
        sentences: Vec::new(),
    };
    times.sentences = response_sentences(&times, raised.len());
    times
}

/// When an issue was answered officially, as far as its documents tell.
fn answer_of(issues: &[Issue], id: &IssueId) -> Option<Timestamp> {
    let issue = issues.iter().find(|issue| issue.id == *id)?;
    issue.official_response.as_ref().map(|answer| answer.at)
}

fn median(mut times: Vec<SignedDuration>) -> Option<Median> {
    times.sort();
    let middle = times.len().checked_sub(1)? / 2;
    let hours = |time: SignedDuration| time.as_secs_f32() / 3_600.0;
    let value = match times.len() % 2 {
        1 => hours(times[middle]),
        _ => (hours(times[middle]) + hours(times[middle + 1])) / 2.0,
    };
    Some(Median { hours: value, n: times.len() as u32 })
}

fn response_sentences(times: &ResponseTimes, alerts: usize) -> Vec<Statement> {
    let told = |what: &str, median: Option<Median>| match median {
        Some(Median { hours, n }) => {
            format!("{what}: {} (median, n = {}).", duration(hours), words::number(n))
        }
        None => format!("{what}: data belum ada."),
    };
    let raised = match alerts {
        0 => "Peringatan dini: tidak ada yang dicatat.".to_owned(),
        n => format!("Peringatan dini yang dicatat: {}.", words::small(n)),
    };
    let tasks = match times.tasks_due {
        0 => "Tugas yang jatuh tempo: data belum ada.".to_owned(),
        due => format!("Tugas selesai tepat waktu: {} dari {}.", times.tasks_in_time, words::number(due)),
    };
    vec![
        fact(raised),
        fact(told("Waktu dari peringatan sampai diambil petugas", times.acknowledged)),
        fact(told("Waktu dari peringatan sampai jawaban resmi pertama", times.answered)),
        fact(told("Waktu dari klaim masuk antrean sampai putusan petugas", times.verified)),
        fact(tasks),
    ]
}

/// "2,5 jam", "20 menit".
fn duration(hours: f32) -> String {
    match hours < 1.0 {
        true => format!("{} menit", (hours * 60.0).round() as u32),
        false => format!("{} jam", words::decimal(hours)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_needs_something_and_has_its_n() {
        let hours = |list: &[i64]| median(list.iter().map(|hour| SignedDuration::from_hours(*hour)).collect());
        assert_eq!(hours(&[]), None);
        assert_eq!(hours(&[5]), Some(Median { hours: 5.0, n: 1 }));
        assert_eq!(hours(&[9, 1, 2]), Some(Median { hours: 2.0, n: 3 }));
        assert_eq!(hours(&[4, 1, 2, 9]), Some(Median { hours: 3.0, n: 4 }));
        assert_eq!((duration(0.34), duration(2.5)), ("20 menit".to_owned(), "2,5 jam".to_owned()));
    }

    #[test]
    fn spans_are_told_in_as_few_words_as_they_need() {
        let day = |month: i8, day: i8| FrameWindow {
            date: Date::constant(2026, month, day),
            window: Window::default(),
            missing_sources: Vec::new(),
            gap: false,
        };
        let windows = [day(10, 31), day(11, 1), day(11, 2)];
        assert_eq!(span_words(&windows, &[0, 1, 3]), "1–2 November 2026");
        assert_eq!(span_words(&windows, &[0, 1, 0]), "1 November 2026");
        assert_eq!(span_words(&windows, &[2, 1, 0]), "31 Okt 2026 – 1 Nov 2026");
        assert_eq!(label(Date::constant(2026, 11, 20)), "Jum 20/11");
    }

    #[test]
    fn nothing_known_is_said_to_be_nothing_known() {
        let input = PeriodInput {
            region: &Region::default(),
            kind: BriefKind::Bulanan,
            windows: &[],
            tables: &PeriodTables::default(),
            issues: &[],
            days: &[],
            alerts: &[],
            decisions: &[],
            clarifications: &[],
            claims: &[],
            tasks: &[],
        };
        let period = period(&input);
        assert_eq!(period.sentences[0].text, "Jumlah item bulan ini: data belum ada.");
        assert!(period.responses.sentences[1].text.ends_with("data belum ada."));
    }
}
