//! Telaahan staf: one issue, from the question to the advice, each statement where it belongs.
//!
//! Persoalan is the issue; praanggapan what is taken for granted because nobody knows better; fakta what was counted or
//! quoted, with source and date; analisis what the office reads in it; saran the options, those advised against too.

use super::letter::{Field, Letter, ended, excerpt, sentence};
use super::{advice, issue, items_read, telaahan_subject, without_parameters};
use crate::docx::body::Piece;
use crate::{Error, lead, words};
use model::{Brief, IssueCard, Nature, Recommendation, Statement};
use std::collections::BTreeSet;

const SENTENCE: usize = 500;
const FACTS_MAX: usize = 8;
const QUOTES_MAX: usize = 3;
const NOTES_MAX: usize = 6;
const NO_DATA: &str = "Data belum ada.";

/// The file.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let brief = &without_parameters(brief)?;
    let mut letter = Letter::new(brief, "TELAAHAN STAF");
    let subject = telaahan_subject(brief);
    let head = [
        letter.to(),
        letter.from(),
        letter.date(),
        letter.number(),
        Field::Words("Sifat", brief.header.classification.clone()),
        Field::Words("Lampiran", "1 (satu) berkas".to_owned()),
        Field::Words("Hal", words::cut(&subject, 200)),
    ];
    letter.head(&head);
    let issue = issue(brief);
    let advice = issue.and_then(|issue| advice(brief, issue));
    letter.part("Persoalan");
    question(&mut letter, brief, issue);
    letter.part("Praanggapan");
    letter.list(&plain(assumptions(brief, issue)), NO_DATA);
    letter.part("Fakta yang memengaruhi");
    letter.list(&plain(issue.map(|issue| facts(brief, issue)).unwrap_or_default()), NO_DATA);
    letter.part("Analisis");
    let read = issue.map(|issue| assessments(brief, issue)).unwrap_or_default();
    if !read.is_empty() {
        letter.words("Butir berikut adalah penilaian, bukan fakta.");
    }
    letter.list(&plain(read), "Data belum ada: belum ada penilaian atas isu ini.");
    letter.part("Simpulan");
    conclusion(&mut letter, issue, advice);
    letter.part("Saran");
    match advice {
        Some(advice) => advise(&mut letter, advice),
        None => letter.words("Tidak ada saran: belum ada pilihan tanggapan untuk isu ini."),
    }
    letter.end("Demikian telaahan staf ini kami sampaikan sebagai bahan pertimbangan.");
    letter.sign();
    letter.pack(&format!("Telaahan Staf: {subject}"))
}

fn plain(items: Vec<String>) -> Vec<Vec<Piece>> {
    items.into_iter().map(|text| vec![Piece::Text("", text)]).collect()
}

fn question(letter: &mut Letter<'_>, brief: &Brief, issue: Option<&IssueCard>) {
    let Some(issue) = issue else { return letter.words("Data belum ada: tidak ada isu dalam periode ini.") };
    let mut about = vec![format!("tingkat {}", words::level(issue.risk))];
    about.extend([issue.movement.clone()].into_iter().filter(|movement| !movement.is_empty()));
    letter.words(&format!(
        "{} ({}). Isu ini dimuat dalam {} item dalam periode {} dan {} item selama {}.",
        words::cut(&issue.title, 200),
        about.join(", "),
        words::number(issue.count),
        brief.header.period_words,
        words::number(issue.total),
        brief.header.kind.frame(),
    ));
    let asked = brief.decisions.iter().find(|asked| asked.issue == issue.id);
    if let Some(asked) = asked {
        let text = sentence(&words::cut(&asked.text, SENTENCE));
        letter.words(&format!("Keputusan yang diminta, tenggat {}: {text}", asked.deadline));
    }
    let others: Vec<_> =
        brief.alerts.iter().filter(|other| other.id != issue.id).map(|other| words::cut(&other.title, 100)).collect();
    if !others.is_empty() {
        letter.words(&format!("Isu mendesak lain ditelaah tersendiri: {}.", others.join("; ")));
    }
}

/// What the paper rests on without being able to prove it.
fn assumptions(brief: &Brief, issue: Option<&IssueCard>) -> Vec<String> {
    let mut list = vec![format!(
        "Sebanyak {}, dianggap menggambarkan keadaan sampai pukul {}; keyakinan data {}.",
        items_read(brief),
        brief.header.cut_off_words,
        words::cut(&brief.confidence.level, 20),
    )];
    let n = brief.numbers.tables.tone.n();
    if n > 0 {
        let n = words::number(n);
        list.push(format!(
            "Nada terhadap pemerintah (n = {n}) dianggap terbaca benar, kecuali yang disebut belum pasti."
        ));
    }
    list.extend(lead::data_notes(brief).iter().take(NOTES_MAX).map(|note| ended(&words::cut(note, 260))));
    list.extend(brief.method.gaps.iter().take(3).map(|gap| ended(&words::cut(gap, 260))));
    let open = brief.questions.iter().filter(|questions| issue.is_some_and(|issue| issue.id == questions.issue));
    let missing = open.flat_map(|questions| &questions.items).filter(|item| item.missing).take(3);
    list.extend(missing.map(|item| format!("Belum ada data untuk pertanyaan: “{}”", words::cut(&item.question, 200))));
    list
}

/// What was counted and quoted. Excerpts are of two sentences at most, each with its source and date.
fn facts(brief: &Brief, issue: &IssueCard) -> Vec<String> {
    let counted = format!(
        "Isu ini dimuat {} item: {}. Nada terhadap pemerintah: {}.",
        words::number(issue.count),
        words::coverage(&issue.coverage).replace("\u{a0}· ", ", "),
        words::tones(&issue.tone).replace("\u{a0}· ", ", "),
    );
    let told = issue.summary.iter().filter(|line| line.nature == Nature::Fakta).take(FACTS_MAX);
    let told = told.map(|line| cited(brief, &excerpt(&line.text), &line.refs));
    let quoted = issue.quotes.iter().take(QUOTES_MAX).map(|quote| {
        let said = excerpt(quote.text.trim_matches(['"', '“', '”']));
        cited(brief, &format!("{}: “{said}”", words::cut(&quote.speaker, 120)), &quote.refs)
    });
    std::iter::once(counted).chain(told).chain(quoted).collect()
}

/// A sentence with "(sumber, tanggal; …)" before its full stop: the first two, and how many more.
fn cited(brief: &Brief, text: &str, refs: &[u32]) -> String {
    let refs: BTreeSet<_> = refs.iter().collect();
    let found: Vec<_> = brief.references.iter().filter(|reference| refs.contains(&reference.number)).collect();
    let mut text = text.strip_suffix('.').unwrap_or(text);
    let mut named = Vec::new();
    for reference in found.iter().take(2) {
        let who = if reference.kind.is_public_voice() { reference.kind.label() } else { reference.source.as_str() };
        let who = words::cut(who, 60);
        // The sentence names its source already: it gets the date beside it.
        text = text.strip_suffix(&format!(" ({who})")).unwrap_or(text);
        let paid = if reference.coverage.starts_with("advertorial") { ", advertorial" } else { "" };
        named.push(format!("{who}{paid}, {}", words::cut(&reference.at_words, 60)));
    }
    let more = found.len().saturating_sub(named.len());
    named.extend((more > 0).then(|| format!("dan {more} lainnya")));
    if named.is_empty() { ended(text) } else { format!("{text} ({}).", named.join("; ")) }
}

/// Sentences of the analysis that judge this issue. The analysis begins each issue with its title.
fn assessments(brief: &Brief, issue: &IssueCard) -> Vec<String> {
    let titles: Vec<_> = brief.alerts.iter().chain(&brief.top_issues).map(|card| card.title.as_str()).collect();
    let begins = |line: &Statement, title: &str| {
        let title = title.trim_matches(['“', '”']);
        !title.is_empty() && line.text.trim_start_matches('“').starts_with(title)
    };
    let mut mine = Vec::new();
    let mut here = false;
    for line in &brief.analysis {
        if titles.iter().any(|title| begins(line, title)) {
            here = begins(line, &issue.title);
        }
        if here && line.nature == Nature::Penilaian {
            mine.push(line);
        }
    }
    let refs: BTreeSet<_> = issue.summary.iter().flat_map(|line| &line.refs).collect();
    if mine.is_empty() {
        let judged = brief.analysis.iter().filter(|line| line.nature == Nature::Penilaian);
        mine = judged.filter(|line| line.refs.iter().any(|number| refs.contains(number))).collect();
    }
    let from_summary = issue.summary.iter().filter(|line| line.nature == Nature::Penilaian);
    let all = mine.into_iter().chain(from_summary);
    all.map(|line| cited(brief, &words::cut(&line.text, SENTENCE), &line.refs)).collect()
}

fn conclusion(letter: &mut Letter<'_>, issue: Option<&IssueCard>, advice: Option<&Recommendation>) {
    let Some(issue) = issue else { return letter.words(NO_DATA) };
    let reasons: Vec<_> = issue.risk_reasons.iter().take(4).map(|reason| words::cut(reason, 160)).collect();
    let because = if reasons.is_empty() { String::new() } else { format!(" karena {}", reasons.join("; ")) };
    letter.words(&ended(&format!("Isu ini berada pada tingkat {}{because}", words::level(issue.risk))));
    let Some(advice) = advice else { return };
    if let Some(option) = advice.options.iter().find(|option| option.recommended) {
        letter.words(&format!(
            "Pilihan yang paling sesuai adalah {}. {}",
            option.name,
            sentence(&words::cut(&option.reason, SENTENCE))
        ));
    }
    if !advice.risk_of_waiting.is_empty() {
        letter.words(&format!("Bila ditunda: {}", ended(&words::cut(&advice.risk_of_waiting, SENTENCE))));
    }
}

/// The recommended option with its steps, then the others, then those advised against.
fn advise(letter: &mut Letter<'_>, advice: &Recommendation) {
    let options = advice.options.iter().map(|option| {
        let tag = match (option.recommended, option.rejected) {
            (true, _) => "Disarankan",
            (false, true) => "Tidak disarankan saat ini",
            (false, false) => "Dapat dipilih",
        };
        let reason = sentence(&words::cut(&option.reason, SENTENCE));
        vec![Piece::Text("PesutTebal", format!("{tag}: {}. ", option.name)), Piece::Text("", reason)]
    });
    letter.list(&options.collect::<Vec<_>>(), NO_DATA);
    let steps =
        advice.options.iter().find(|option| option.recommended).map_or(&[][..], |option| option.steps.as_slice());
    if !steps.is_empty() {
        letter.under("Langkah bila saran pertama disetujui");
        letter.list(&plain(steps.iter().take(10).map(|step| ended(&words::cut(step, SENTENCE))).collect()), NO_DATA);
    }
    let about = [
        ("Pelaksana", &advice.owner),
        ("Juru bicara", &advice.spokesperson),
        ("Kanal", &advice.channels),
        ("Waktu", &advice.time),
        ("Pesan kunci", &advice.message),
        ("Risiko bertindak", &advice.risk_of_acting),
        ("Perhatian", &advice.risk_note),
    ];
    let about = about.into_iter().filter(|(_, value)| !value.is_empty());
    let about = about.map(|(label, value)| {
        vec![Piece::Text("PesutTebal", format!("{label}: ")), Piece::Text("", sentence(&words::cut(value, SENTENCE)))]
    });
    letter.under("Pelaksanaan");
    for pieces in about {
        letter.pieces(pieces);
    }
}
