//! Section 12: options for a response, the recommended one first. People decide.
//!
//! Criticism is answered or acted upon. No option here acts against those who speak.

use crate::{
    movement::{self, Direction, Movement},
    view::{self, View},
    words,
};
use model::{Authority, Issue, Recommendation, ResponseOption, Risk};

/// Issues with a block of their own at most.
const BLOCKS: usize = 5;
const TITLE_CHARS: usize = 110;
/// Regencies and cities from which one joint statement serves better than many answers.
const SPREAD_PLACES: usize = 3;

/// Options for the issues that want one; for the largest issue alone where the day is calm.
pub(crate) fn compose(view: &View<'_>) -> Vec<Recommendation> {
    let serious = view.issues.iter().filter(|issue| issue.risk >= Risk::Kuning).count();
    view.issues.iter().take(serious.clamp(1, BLOCKS)).map(|issue| block(view, issue)).collect()
}

fn block(view: &View<'_>, issue: &Issue) -> Recommendation {
    let own = is_own(view, issue);
    let play = view.play(issue).map(|(play, _)| play);
    let words_of = |text: Option<&String>| {
        text.filter(|text| !text.trim().is_empty()).map_or_else(|| "data belum ada".to_owned(), words::sentence)
    };
    Recommendation {
        issue: issue.id.clone(),
        title: view.heading(issue, TITLE_CHARS),
        risk: issue.risk,
        authority: if own { "laksanakan" } else { "koordinasikan" }.to_owned(),
        options: options(view, issue, own),
        message: words_of(play.map(|play| &play.message)),
        spokesperson: words_of(play.map(|play| &play.spokesperson)),
        channels: words_of(play.map(|play| &play.channels)),
        time: time(view, issue.risk),
        risk_note: words_of(play.map(|play| &play.risk_note)),
    }
}

/// True where the office's own government holds the power; what no topic claims is taken as its own.
fn is_own(view: &View<'_>, issue: &Issue) -> bool {
    view.topic(issue).is_none_or(|topic| topic.authority == Authority::Provinsi)
}

fn time(view: &View<'_>, risk: Risk) -> String {
    match (view::answer_hours(risk), risk) {
        (Some(hours), _) => format!("paling lambat pukul {}", view.deadline(hours)),
        (None, Risk::Kuning) => "hari ini".to_owned(),
        (None, _) => "dilihat kembali pada ringkasan berikutnya".to_owned(),
    }
}

/// Every option that fits, in order of precedence: the first that fits is the recommended one.
fn options(view: &View<'_>, issue: &Issue, own: bool) -> Vec<ResponseOption> {
    let topic = view.topic(issue);
    let serious = issue.risk >= Risk::Oranye;
    let unanswered = view::wants_answer(issue) && issue.official_response.is_none();
    let mut fitting: Vec<(&str, String)> = Vec::new();

    // An announcement that repeats an unproven claim would do the harm itself, so checking comes first.
    if view::is_claim(issue) {
        fitting.push((
            "verifikasi",
            format!(
                "{} dari {} item memuat klaim yang perlu diverifikasi; tanyakan kepada yang berwenang sebelum menanggapi.",
                words::number(issue.needs_verification),
                words::number(issue.count)
            ),
        ));
    }
    if topic.is_some_and(|topic| topic.serta_merta) && serious {
        fitting.push((
            "pengumuman serta-merta",
            "Topik ini menyangkut keselamatan umum; UU 14/2008 Pasal 10 meminta informasinya diumumkan tanpa menunda."
                .to_owned(),
        ));
    }
    if let Some(topic) = topic.filter(|_| !own && issue.risk >= Risk::Kuning) {
        fitting.push((
            "rapat koordinasi",
            format!("{}. {}.", words::capital(&view::power(topic)), words::capital(&view.owner(Some(topic)))),
        ));
    }
    if unanswered && issue.risk >= Risk::Kuning {
        let name = if serious { "klarifikasi" } else { "siapkan bahan tanya jawab" };
        fitting.push((name, clarification(issue)));
    }
    if let Some(reason) = complaints(view, issue) {
        // Words do not repair a service: where the power is the office's own, the complaint comes before the statement.
        let at = if own && !serious { 0 } else { fitting.len() };
        fitting.insert(at, (if own { "perbaiki layanan" } else { "teruskan aduan" }, reason));
    }
    if serious {
        fitting.push(("konferensi pers", press_conference(view, issue)));
    }
    fitting.push(("pantau", watch(issue)));

    fitting
        .into_iter()
        .enumerate()
        .map(|(rank, (name, reason))| ResponseOption { name: name.to_owned(), reason, recommended: rank == 0 })
        .collect()
}

fn clarification(issue: &Issue) -> String {
    match issue.questions.first() {
        Some(question) => words::sentence(format!(
            "Belum ada jawaban resmi; warga antara lain bertanya {}",
            words::quote(&question.text, TITLE_CHARS)
        )),
        None => "Belum ada jawaban resmi; keterangan yang jelas mengurangi kabar simpang siur.".to_owned(),
    }
}

fn complaints(view: &View<'_>, issue: &Issue) -> Option<String> {
    let topic = view.topic(issue)?;
    let row = view.input.tables.topics.iter().find(|row| row.key == topic.id.as_str())?;
    (row.complaints > 0).then(|| {
        format!(
            "{} aduan tercatat pada topik {}; keterangan tanpa perbaikan tidak cukup.",
            words::number(row.complaints),
            view.topic_label(&topic.id)
        )
    })
}

fn press_conference(view: &View<'_>, issue: &Issue) -> String {
    let places = view.place_names(&issue.places).len();
    if issue.risk == Risk::Merah || places >= SPREAD_PLACES {
        let where_to = match places {
            0 => String::new(),
            places => format!(" di {} kabupaten/kota", words::small(places)),
        };
        let sources = words::small(issue.sources.len());
        format!("Layak bila keterangan tertulis tidak cukup: isu dibicarakan {sources} sumber{where_to}.")
    } else {
        "Belum perlu; keterangan tertulis lebih cepat dan tidak membesarkan isu.".to_owned()
    }
}

fn watch(issue: &Issue) -> String {
    if issue.risk < Risk::Oranye && Movement::of(issue) == Movement::New {
        return "Isu baru muncul; lihat kembali pada sore hari.".to_owned();
    }
    let text = match (issue.risk, movement::direction(&issue.trend)) {
        (Risk::Merah | Risk::Oranye, _) => "Tidak cukup sebagai satu-satunya langkah pada tingkat ini.",
        (_, Direction::Up(_)) => "Jumlahnya masih naik; lihat kembali pada sore hari.",
        (_, Direction::Down(_)) => "Jumlahnya turun; cukup bila tidak ada pertanyaan baru.",
        _ => "Cukup selama jumlahnya tidak naik dan tidak ada klaim baru.",
    };
    text.to_owned()
}
